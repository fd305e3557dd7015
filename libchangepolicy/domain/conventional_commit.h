// Commit messages by Conventional Commits 1.0.0.
#ifndef LIBCHANGEPOLICY_DOMAIN_CONVENTIONAL_COMMIT_H_
#define LIBCHANGEPOLICY_DOMAIN_CONVENTIONAL_COMMIT_H_

#include <optional>
#include <string_view>

namespace changepolicy {

// The parts of a message's first line, `type(scope)!: description`. They point into the text.
struct CommitHeader {
  std::string_view type;   // Letters, digits, `-` and `_`; its case carries nothing.
  std::string_view scope;  // Empty: none.
  bool breaking = false;   // There is a `!`.
  std::string_view description;

  bool is(std::string_view wanted) const;  // The type, without case.
};

// Nothing where the first line is not of this form. O(line).
std::optional<CommitHeader> ParseCommitHeader(std::string_view message);

// The header says so, or a line after it begins with `BREAKING CHANGE:` or `BREAKING-CHANGE:`, in
// capitals and with a blank or nothing after the colon. The latter also where the header is not of
// the form: somebody meant it. O(message).
bool IsBreakingCommit(std::string_view message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_CONVENTIONAL_COMMIT_H_
