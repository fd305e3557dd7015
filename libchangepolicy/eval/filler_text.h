// Texts that stand for what people still have to write, so that it can be decided what follows once
// they have.
#ifndef LIBCHANGEPOLICY_EVAL_FILLER_TEXT_H_
#define LIBCHANGEPOLICY_EVAL_FILLER_TEXT_H_

#include <string>
#include <string_view>

#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// A text that says nothing in particular.
inline constexpr char kAnyText[] = "as it is";

// The literal is such a text, or a digest or revision of nothing: it tells nobody what to state.
bool IsFiller(std::string_view literal);

// A text about `subject` that is documentation by the policy's rules: long enough, no placeholder,
// and with everything in it that a rule for the document at `field` asks for; `field` may be empty.
// Texts about different subjects differ.
std::string FillerText(const v1::Policy& policy, std::string_view subject, std::string_view field);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FILLER_TEXT_H_
