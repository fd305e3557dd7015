// The comments of the protos, at run time.
#ifndef CLI_COMMENTS_H_
#define CLI_COMMENTS_H_

#include <string>
#include <string_view>
#include <vector>

namespace changepolicy::cli {

// What stands above or beside a message, a field, an enum or a value of an enum, by its full name,
// in one line; empty where nothing does.
std::string CommentOf(std::string_view full_name);

// Full names of the project's own messages, without those inside others.
std::vector<std::string> DescribedMessages();

}  // namespace changepolicy::cli

#endif  // CLI_COMMENTS_H_
