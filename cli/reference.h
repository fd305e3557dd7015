#ifndef CLI_REFERENCE_H_
#define CLI_REFERENCE_H_

#include <string>

namespace changepolicy::cli {

// The language of policies as Markdown: every element of a policy, every fact of a change, a
// release and an organization with what its absence means, every variable and function.
std::string LanguageReference();

}  // namespace changepolicy::cli

#endif  // CLI_REFERENCE_H_
