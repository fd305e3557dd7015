#include "libchangepolicy/mapping/field_path.h"

#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

namespace {

WrongPath UnknownField(const google::protobuf::Descriptor& type, const std::string& name) {
  std::vector<std::string_view> known;
  for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
  const std::string_view nearest = Nearest(name, known);
  return {StrCat("unknown field `", name, "` in ", type.name()),
          nearest.empty() ? "" : StrCat("did you mean `", nearest, "`?")};
}

}  // namespace

std::optional<WrongPath> FindWrongPath(const google::protobuf::Descriptor* type,
                                       std::string_view path) {
  while (true) {
    const size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    const auto* const field = type->FindFieldByName(name);
    if (field == nullptr) return UnknownField(*type, name);
    if (dot == std::string_view::npos) return std::nullopt;
    path = path.substr(dot + 1);
    if (field->is_map()) {  // what follows is a key
      return path.empty() ? std::optional(WrongPath{StrCat("`", name, "` needs a key"), ""})
                          : std::nullopt;
    }
    if (field->is_repeated()) {
      return WrongPath{StrCat("`", name, "` is a list, whose elements have no path of their own"),
                       StrCat("give the whole list as `", name, "`")};
    }
    type = field->message_type();
    if (type == nullptr ||
        type->well_known_type() != google::protobuf::Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
      return WrongPath{StrCat("`", name, "` has no fields"),
                       StrCat("end the path at `", name, "`")};
    }
  }
}

}  // namespace changepolicy
