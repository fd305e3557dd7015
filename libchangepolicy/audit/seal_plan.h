// What a policy's personal data mean for each message of the model: which of its fields hold text,
// and what is done with it. For seal.cc only.
#ifndef LIBCHANGEPOLICY_AUDIT_SEAL_PLAN_H_
#define LIBCHANGEPOLICY_AUDIT_SEAL_PLAN_H_

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "google/protobuf/descriptor.h"

namespace changepolicy {

struct SealedMessage;

// A field that holds text, itself or in messages inside it.
struct SealedField {
  const google::protobuf::FieldDescriptor* field = nullptr;
  bool is_text = false;          // otherwise messages, or a map
  bool personal = false;         // its text is; of a map, that of all values
  bool may_name_people = false;  // of a Decision: its text is where it names somebody
  bool personal_names = false;   // of a map: its keys are text like any other
  // Of a map: keys whose values are personal.
  std::set<std::string, std::less<>> personal_keys;
  // Of messages: what is inside; of a map, inside of its values. Null where that is no text.
  const SealedMessage* inside = nullptr;
  const SealedMessage* inside_personal = nullptr;  // inside of the values of `personal_keys`
};

// A message in one place of the model. What is declared depends on the way that leads there.
struct SealedMessage {
  const google::protobuf::Descriptor* type = nullptr;
  bool declared = false;            // all its text is
  std::vector<SealedField> fields;  // by place in the message
  std::unordered_map<std::string_view, size_t> by_name;
  // Of the answers about a fact: the field that says which, by path; null in all other messages.
  const google::protobuf::FieldDescriptor* path = nullptr;
};

// Immutable and thread-safe.
class SealPlan {
 public:
  explicit SealPlan(const v1::PersonalData& declared);
  SealPlan(const SealPlan&) = delete;
  SealPlan& operator=(const SealPlan&) = delete;

  // Null for a type that is neither a record nor a Decision.
  const SealedMessage* Find(const google::protobuf::Descriptor& type) const;

  // Whether a fact's path, like `change.approvals[0].by` or `change.facts["customer"]`, leads to
  // text that is personal.
  bool LeadsToPersonal(std::string_view path) const;

 private:
  class Maker;

  std::deque<SealedMessage> messages_;
  std::map<const google::protobuf::Descriptor*, const SealedMessage*> roots_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_SEAL_PLAN_H_
