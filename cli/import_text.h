// What `import` prints.
#ifndef CLI_IMPORT_TEXT_H_
#define CLI_IMPORT_TEXT_H_

#include <string>

#include "google/protobuf/message.h"
#include "libchangepolicy/mapping/import.h"

namespace changepolicy::cli {

// A change or release under the one key that says which it is.
std::string SubjectJson(const google::protobuf::Message& subject, bool pretty);
std::string SubjectYaml(const google::protobuf::Message& subject);

// For each subject: its fields with the values that stand behind them, the fields that stay
// unknown, and what of each record nobody read.
std::string ExplainText(const ImportResult& result);

}  // namespace changepolicy::cli

#endif  // CLI_IMPORT_TEXT_H_
