// A team's own facts as values of their declared types.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_VALUES_H_
#define LIBCHANGEPOLICY_EVAL_FACT_VALUES_H_

#include <optional>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/eval/subject.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {

// Unknown where the subject does not carry it; an error where what it carries is of another type
// than the policy declares, or none of the values that it allows.
cel::Value DeclaredFact(const v1::FactDeclaration& fact, const Subject& subject);

// The same for a bool, a whole number or a text that the subject carries as it is declared, and for
// what it does not carry, without the heap; nothing for all others. A text lies in the subject,
// what an unknown depends on in the arena.
std::optional<Datum> PlainFact(const v1::FactDeclaration& fact, const Subject& subject,
                               flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_VALUES_H_
