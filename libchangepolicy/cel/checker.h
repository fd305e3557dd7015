// Names to meanings, and types to every part of a tree (specification, "Name Resolution" and
// "Type Checking").
#ifndef LIBCHANGEPOLICY_CEL_CHECKER_H_
#define LIBCHANGEPOLICY_CEL_CHECKER_H_

#include <memory>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/expression.h"

namespace changepolicy::cel {

// With `checked` false, names are resolved and everything else is left to the evaluation, so there
// are no diagnostics. Otherwise all mistakes are reported, each once.
std::shared_ptr<const Expression::Data> Check(std::shared_ptr<const Tree> tree,
                                              const Environment& environment, bool checked,
                                              Diagnostics* diagnostics);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_CHECKER_H_
