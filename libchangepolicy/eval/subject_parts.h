// What a subject consists of, part by part, so that parts can be left out.
#ifndef LIBCHANGEPOLICY_EVAL_SUBJECT_PARTS_H_
#define LIBCHANGEPOLICY_EVAL_SUBJECT_PARTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// A stated attribute, a document, an element of a list of records, an entry of a map.
struct SubjectPart {
  // Like `change.impact.availability`, `change.approvals["a1"]`, `change.facts.region`; by position
  // where ids do not tell elements apart.
  std::string path;
  // The value as a CEL literal, or in a few words.
  std::string value;
  // From the subject down to the message that holds `field`.
  std::vector<const google::protobuf::FieldDescriptor*> holders;
  const google::protobuf::FieldDescriptor* field = nullptr;
  int index = -1;   // of an element of a list
  std::string key;  // of an entry of a map
};

// In the order of fields, elements of a list by their ids. Not among them is what tells which
// subject it is and which history it has: id, state, when it was made, revisions; nor records that
// speak against permission, such as vetoes, withdrawals and failed runs.
std::vector<SubjectPart> PartsOf(const google::protobuf::Message& subject, std::string_view root);

// Takes the parts out; `parts` are of this very subject.
void LeaveOut(const std::vector<const SubjectPart*>& parts, google::protobuf::Message* subject);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_SUBJECT_PARTS_H_
