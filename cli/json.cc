#include "cli/json.h"

#include <stdexcept>

#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy::cli {

std::string MessageBytes(const google::protobuf::Message& message) {
  return DeterministicBytes(message);
}

std::string MessageJson(const google::protobuf::Message& message, bool pretty) {
  absl::StatusOr<std::string> json = DeterministicJson(message, pretty);
  // No empty answer instead of one that cannot be written.
  if (!json.ok()) {
    throw std::runtime_error(StrCat(MessageOf(json.status()), "; ask for text or binary"));
  }
  return *std::move(json);
}

std::string Quoted(std::string_view text) {
  google::protobuf::Value value;
  value.set_string_value(std::string(text));
  return MessageJson(value, false);
}

namespace {

// Between the members of an object.
std::string AnnotationsJson(const Record& record) {
  std::string members;
  for (const auto& [name, json] : record.annotations) {
    StrAppend(&members, ",", Quoted(name), ":", json);
  }
  return members;
}

}  // namespace

std::string DecisionJson(const v1::Decision& decision, const Record& record, bool pretty) {
  const std::string extra =
      StrCat("\"source\":", Quoted(record.name),
             ",\"decision_digest\":", Quoted(DecisionDigest(decision)), AnnotationsJson(record));
  const std::string json = MessageJson(decision, pretty);
  return StrCat("{", extra, ",", json.substr(1));
}

std::string ApprovalsJson(const v1::ApprovalsAnswer& answer, const Record& record, absl::Time now,
                          bool pretty) {
  const std::string json = MessageJson(answer, pretty);
  return StrCat("{\"source\":", Quoted(record.name), ",\"now\":", Quoted(InstantText(now)),
                AnnotationsJson(record), ",", json.substr(1));
}

std::string InvalidLine(const Record& record, const std::string& problem) {
  return StrCat("{\"source\":", Quoted(record.name), ",\"invalid\":", Quoted(problem), "}");
}

}  // namespace changepolicy::cli
