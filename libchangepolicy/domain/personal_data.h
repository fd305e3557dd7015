// Fields that a policy declares as personal data, by path: where a path leads, and which text may
// be kept as a commitment in place of itself.
#ifndef LIBCHANGEPOLICY_DOMAIN_PERSONAL_DATA_H_
#define LIBCHANGEPOLICY_DOMAIN_PERSONAL_DATA_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace changepolicy {

// What paths begin with: `change`, `release`, `directory`, `ledger`, and the message behind each.
struct PersonalRoot {
  std::string_view name;
  const google::protobuf::Descriptor* type;
};
const std::vector<PersonalRoot>& PersonalRoots();

// A path like `change.approvals.comment`, as far as it leads. Lists are passed through; what
// follows a map is one of its keys, to the end of the path.
struct PersonalPath {
  const google::protobuf::Descriptor* root = nullptr;  // null: it begins with none of the roots
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  std::string key;  // of the map that stands last; empty: all of its keys
  // The part that is no field of what is before it, and what is before it. Empty: it leads to the
  // end.
  std::string_view unknown;
  std::string_view before;
  // Where `unknown` would have to be a field; null where what is before it has none.
  const google::protobuf::Descriptor* of = nullptr;
};
// `path` must outlive the result. Time linear in the path.
PersonalPath ParsePersonalPath(std::string_view path);

// Whether the field names a record, an artifact or a rule, so that audits find by it what belongs
// together: ids, digests, revisions. What names a person does not.
bool IdentifiesRecord(const google::protobuf::FieldDescriptor& field);

// Whether something in the field, or in messages inside it, can be kept as a commitment: text that
// identifies no record. Text inside of google.protobuf.Value counts.
bool HoldsPersonalText(const google::protobuf::FieldDescriptor& field);

// Whether the field is marked `personal`: it names or describes people.
bool NamesPeople(const google::protobuf::FieldDescriptor& field);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_PERSONAL_DATA_H_
