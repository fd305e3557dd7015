// `changepolicy comment`.
#ifndef CLI_COMMENT_H_
#define CLI_COMMENT_H_

namespace changepolicy::cli {

class Command;

void AddComment(Command* app);

}  // namespace changepolicy::cli

#endif  // CLI_COMMENT_H_
