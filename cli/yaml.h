// Messages as YAML that a person goes on writing.
#ifndef CLI_YAML_H_
#define CLI_YAML_H_

#include <string>

#include "google/protobuf/message.h"

namespace changepolicy::cli {

// The message's fields in block style, lists of values and small messages on one line, entries of
// maps by key. Reads back as the same message. REQUIRES: keys of maps are texts.
std::string MessageYaml(const google::protobuf::Message& message);

}  // namespace changepolicy::cli

#endif  // CLI_YAML_H_
