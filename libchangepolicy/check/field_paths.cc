#include "libchangepolicy/check/field_paths.h"

#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsFieldPath(const Descriptor& root, std::string_view path) {
  const Descriptor* type = &root;
  while (!path.empty()) {
    if (type == nullptr) return false;
    const size_t dot = path.find('.');
    const FieldDescriptor* const field = type->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) return false;
    type = field->message_type();
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return true;
}

std::string FieldPathHelp(std::string_view path) {
  std::vector<std::string_view> known;
  for (int i = 0; i < v1::ChangeRequest::descriptor()->field_count(); ++i) {
    known.push_back(v1::ChangeRequest::descriptor()->field(i)->name());
  }
  const std::string_view nearest = Nearest(path, known);
  return nearest.empty() ? "name it by its path, like `impact.availability`"
                         : StrCat("did you mean `", nearest, "`?");
}

}  // namespace changepolicy
