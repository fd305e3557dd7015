// What was imported, put beside what a file says.
#ifndef CLI_MERGE_MESSAGE_H_
#define CLI_MERGE_MESSAGE_H_

#include "google/protobuf/message.h"

namespace changepolicy::cli {

// Fields that `from` sets are replaced, parts of our own are merged, lists are added to; an element
// takes the place of one with the same id, or the same number. Both are of one type. Elements
// without either are compared with all others.
void MergeMessage(const google::protobuf::Message& from, google::protobuf::Message* into);

}  // namespace changepolicy::cli

#endif  // CLI_MERGE_MESSAGE_H_
