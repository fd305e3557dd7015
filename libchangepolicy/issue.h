// What is wrong with a document that somebody wrote: a policy, an organization, a mapping, an
// expression. Loaders report all issues, not the first; each names its place and the remedy.
//
// Issues are for authors. A caller's mistake (bytes that are no protobuf, a missing argument) is
// an absl::Status; a rule that cannot be evaluated is an outcome in the Decision.
#ifndef LIBCHANGEPOLICY_ISSUE_H_
#define LIBCHANGEPOLICY_ISSUE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy {

// A place in a text. Lines and columns count from 1, columns in code points; 0 means not known.
struct Position {
  int line = 0;
  int column = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

enum class Severity {
  kError,    // the document is refused
  kWarning,  // accepted, and likely not what was meant
  kNotice,   // worth knowing
};

struct Issue {
  Severity severity = Severity::kError;
  // Stable identifier for tests and tools, like `unknown-field` or `type-mismatch`.
  std::string id;
  // Lower case, no full stop, the user's text in backquotes: what was found, what was expected.
  std::string message;
  // What to do, one sentence like the message; empty where there is nothing to add.
  std::string help;
  // Path of the element in the document, like `gates[3].must`; empty at the top.
  std::string path;
  // The document's name as the caller gave it; empty where it has none.
  std::string file;
  Position position;
  // Number of code points that the caret underlines; at least 1 where position is known.
  int length = 1;
  // The source line that position points into, without its line break; empty where not known.
  std::string source_line;
};

using Issues = std::vector<Issue>;

bool HasErrors(const Issues& issues);

// `file:line:column: error: message`, the source line, the caret, and the help line where there is
// one. No trailing newline. Control characters of the source line are shown as spaces.
std::string ToText(const Issue& issue);

// All issues, one ToText after the other, separated by newlines.
std::string ToText(const Issues& issues);

// The candidate nearest to `name` by edit distance where it is near enough to be a slip
// (at most a third of the letters), otherwise empty. Ties go to the earliest candidate.
// Case and the separators `_`, `-` are compared loosely.
std::string_view Nearest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_ISSUE_H_
