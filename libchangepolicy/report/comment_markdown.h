// Decisions as a comment on a pull request, a merge request or a ticket, and as the summary of a
// step of GitHub's workflows.
#ifndef LIBCHANGEPOLICY_REPORT_COMMENT_MARKDOWN_H_
#define LIBCHANGEPOLICY_REPORT_COMMENT_MARKDOWN_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/report/check_findings.h"

namespace changepolicy {

// What GitHub takes of a comment, in characters, and of a step's summary, in bytes.
inline constexpr size_t kMostOfComment = 65536;
inline constexpr size_t kMostOfSummary = 1 << 20;

struct CommentOptions {
  // Goes into a marker that nobody sees, `<!-- changepolicy:KEY -->`, the first line: by it a bot
  // finds the comment that it wrote before. Empty: no marker.
  std::string key;
  // Bytes at most, of which there are at least as many as characters; at least 2,000. What has no
  // room is left out, and that is said.
  size_t most = kMostOfComment;
  // Where clauses can be read (check_findings.h); may be empty.
  std::string clause_url;
  // By person: the login by which the platform notifies them. Others are named only.
  std::map<std::string, std::string> mentions;
};

// GitHub Flavored Markdown, whose tables and `<details>` GitLab knows as well: the verdict first,
// then what is missing, who can supply it and the clauses behind it; what holds, and the rest, is
// folded. Texts of records, policies and organizations are words there: neither markup nor HTML,
// mentions, references or links. A green mark stands for ALLOWED and for nothing else. Ends with a
// newline. Linear in the decisions.
//
// At detail FULL the comment has the fewest steps that open the gate as well.
std::string CommentMarkdown(const std::vector<CheckedRecord>& records,
                            const CommentOptions& options);

// Letters, digits, `.`, `_` and single hyphens between them; at most 64.
bool IsCommentKey(std::string_view key);

// The login of each person who has exactly one account that can be one: letters, digits and single
// hyphens, at most 39. Whoever has none or several is left out: a stranger must not be called.
std::map<std::string, std::string> Mentions(const v1::Directory& directory);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_COMMENT_MARKDOWN_H_
