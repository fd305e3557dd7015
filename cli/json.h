// Messages as JSON, with our field names.
#ifndef CLI_JSON_H_
#define CLI_JSON_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "cli/inputs.h"
#include "google/protobuf/message.h"

namespace changepolicy::cli {

// Throws std::runtime_error, which ends the command with its message, for an instant that JSON
// cannot write.
std::string MessageJson(const google::protobuf::Message& message, bool pretty);

// The decision with its digest, the record's name and its annotations.
std::string DecisionJson(const v1::Decision& decision, const Record& record, bool pretty);

// The message in the deterministic encoding: equal messages give equal bytes.
std::string MessageBytes(const google::protobuf::Message& message);

// The answer with the record's name, its annotations and the instant of the question.
std::string ApprovalsJson(const v1::ApprovalsAnswer& answer, const Record& record, absl::Time now,
                          bool pretty);

// A line that says that the record could not be decided.
std::string InvalidLine(const Record& record, const std::string& problem);

// A JSON string.
std::string Quoted(std::string_view text);

}  // namespace changepolicy::cli

#endif  // CLI_JSON_H_
