#include "libchangepolicy/domain/personal_data.h"

#include <algorithm>
#include <array>
#include <set>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/fact.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool HoldsText(const FieldDescriptor& field, std::set<const Descriptor*>* seen) {
  if (field.type() == FieldDescriptor::TYPE_STRING) return !IdentifiesRecord(field);
  const Descriptor* const type = field.message_type();
  if (type == nullptr || !seen->insert(type).second) return false;
  // The keys of a map name its values; they are no text of their own.
  if (field.is_map()) return HoldsText(*type->map_value(), seen);
  for (int i = 0; i < type->field_count(); ++i) {
    if (HoldsText(*type->field(i), seen)) return true;
  }
  return false;
}

}  // namespace

const std::vector<PersonalRoot>& PersonalRoots() {
  static const auto& roots = *new std::vector<PersonalRoot>{
      {"change", v1::ChangeRequest::descriptor()},
      {"release", v1::Release::descriptor()},
      {"directory", v1::Directory::descriptor()},
      {"ledger", v1::Ledger::descriptor()},
  };
  return roots;
}

PersonalPath ParsePersonalPath(std::string_view path) {
  PersonalPath parsed;
  size_t at = 0;
  const auto next = [&] {
    const size_t dot = std::min(path.find('.', at), path.size());
    const std::string_view part = path.substr(at, dot - at);
    at = dot + 1;
    return part;
  };
  const std::string_view name = next();
  for (const PersonalRoot& root : PersonalRoots()) {
    if (root.name == name) parsed.root = root.type;
  }
  if (parsed.root == nullptr) {
    parsed.unknown = name;
    return parsed;
  }
  const Descriptor* type = parsed.root;
  while (at <= path.size()) {
    const std::string_view before = path.substr(0, at - 1);
    const bool map = !parsed.fields.empty() && parsed.fields.back()->is_map();
    if (map && at < path.size()) {
      parsed.key = path.substr(at);
      return parsed;
    }
    const std::string_view part = next();
    const FieldDescriptor* const field =
        type == nullptr || map ? nullptr : type->FindFieldByName(std::string(part));
    if (field == nullptr) {
      // Protobuf forbids no name, so that an empty part is told from the end by its place.
      parsed.unknown = part.empty() ? path : part;
      parsed.before = before;
      parsed.of = map ? nullptr : type;
      return parsed;
    }
    parsed.fields.push_back(field);
    type = field->message_type();
  }
  return parsed;
}

bool NamesPeople(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::fact).personal();
}

bool IdentifiesRecord(const FieldDescriptor& field) {
  // What links records of the model to each other, to rules and to the directory.
  static constexpr std::array<std::string_view, 23> kNames = {"id",
                                                              "subject_id",
                                                              "subjects",
                                                              "digest",
                                                              "revision_digest",
                                                              "source_digest",
                                                              "revision",
                                                              "commit",
                                                              "rule",
                                                              "rules",
                                                              "criterion",
                                                              "type",
                                                              "change_model",
                                                              "change_models",
                                                              "depends_on",
                                                              "part_of",
                                                              "caused_by",
                                                              "services",
                                                              "assets",
                                                              "team",
                                                              "teams",
                                                              "roles",
                                                              "zone"};
  if (field.type() != FieldDescriptor::TYPE_STRING || NamesPeople(field)) return false;
  return std::find(kNames.begin(), kNames.end(), FromAbsl(field.name())) != kNames.end();
}

bool HoldsPersonalText(const FieldDescriptor& field) {
  std::set<const Descriptor*> seen;
  return HoldsText(field, &seen);
}

}  // namespace changepolicy
