// Text of records within Markdown. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_MARKDOWN_H_
#define LIBCHANGEPOLICY_REPORT_MARKDOWN_H_

#include <string>
#include <string_view>

namespace changepolicy {

// The text as the words of a cell or of an item of a list, in CommonMark and with the tables of
// GitHub: what would be markup there, raw HTML included, is escaped with a backslash. The text is
// expected to be printable (base/text.h), so that it has no line's end.
std::string MarkdownWords(std::string_view text);

// The same for a comment on a platform: besides, nothing in it is taken for a mention (`@ann`), a
// reference (`#7`, `!7`, `~label` and the like of GitHub and GitLab) or an address to link. An
// invisible break (U+200B) after the sign keeps the platform from seeing one.
std::string CommentWords(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_MARKDOWN_H_
