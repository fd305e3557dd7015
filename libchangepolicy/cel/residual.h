// What is left of an expression when some of what it reads is unknown.
//
//   activation.Set("env", Value::String("prod"));
//   activation.SetUnknown("approvals");
//   Residual(*compile("env == 'prod' && approvals > 1"), activation).text() == "approvals > 1"
//   OpenAttributes(...) == {"approvals"}
#ifndef LIBCHANGEPOLICY_CEL_RESIDUAL_H_
#define LIBCHANGEPOLICY_CEL_RESIDUAL_H_

#include <set>
#include <string>

#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/expression.h"

namespace changepolicy::cel {

// An expression of the same environment that has, whatever the unknowns turn out to be, the value
// of the original, or an error of the same code. What can be computed is replaced by its value
// where the language can write that (LiteralWriter), by itself otherwise; operands of && and ||
// that decide nothing are dropped, errors stay; of a conditional with a known condition its branch
// stays; `all` and `exists` over a known list or map of at most 16 become a chain; other macros
// keep their form, and in their bodies what does not depend on their variables is computed. When
// nothing is unknown, a literal (or an error) is left.
//
// A literal is wrapped in dyn() where the checker knew less of the type than the literal tells, so
// that the whole still checks. REQUIRES: compiled with macros. Takes at most
// limits.evaluation_steps in all; what is not computed by then is left as it is, and so is the
// whole expression where the result would be larger than the limits allow.
Expression Residual(const Expression& expression, const Activation& activation);

// Paths of the unknown attributes that could still change the value: `change.services[0].critical`.
// None is left out; one may be named that turns out not to matter. Empty exactly when the value is
// known, or an error whatever the unknowns are. Takes at most limits.evaluation_steps; when they do
// not suffice, every path that the expression mentions is named.
std::set<std::string> OpenAttributes(const Expression& expression, const Activation& activation);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_RESIDUAL_H_
