// Which facts are known: the one place where the open and the closed world are told apart.
#ifndef LIBCHANGEPOLICY_EVAL_PRESENCE_H_
#define LIBCHANGEPOLICY_EVAL_PRESENCE_H_

#include <string>
#include <string_view>

#include "changepolicy/v1/fact.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/eval/fact_names.h"

namespace changepolicy {

// What an unset `field` means: its option `fact`, and WORLD_ATTRIBUTE where that says nothing.
v1::World WorldOf(const google::protobuf::FieldDescriptor& field);

// Whether `field` of `parent` carries a value of its own: an explicitly present scalar or message,
// an enum or implicit scalar that differs from its default, a list or map that is not empty.
bool IsStatedIn(const google::protobuf::Message& parent,
                const google::protobuf::FieldDescriptor& field);

// `change.services[0].client_facing` without its root and indices: `services.client_facing`, which
// is how a Statement names a field.
std::string StatementPath(std::string_view fact_path);

// Whether reading `field` of `parent`, at `fact_path`, gives a known value: it is no attribute, or
// it carries a value, or `stated` names it. Messages that hold further facts count as known, so
// that the unknown fact is named by its whole path; not so for `test`, which asks for the message
// itself.
bool IsFactKnown(const google::protobuf::Message& parent,
                 const google::protobuf::FieldDescriptor& field, std::string_view fact_path,
                 const StatedFields& stated, bool test = false);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_PRESENCE_H_
