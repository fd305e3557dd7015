#include "bindings/c/call.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"

namespace changepolicy::c {

absl::Status Call::Wrong(std::string_view path, std::string_view message) {
  path_ = path;
  return InvalidArgument(message);
}

absl::Status Call::Refuse(const Issues& issues) {
  if (!HasErrors(issues)) return absl::OkStatus();
  issues_ = issues;
  const auto first = std::find_if(issues.begin(), issues.end(), [](const Issue& issue) {
    return issue.severity == Severity::kError;
  });
  path_ = first->path;
  return first->id == "too-large" ? ResourceExhausted(ToText(issues))
                                  : InvalidArgument(ToText(issues));
}

changepolicy_error* Call::MakeError(const absl::Status& status) const {
  return MakeHandle<changepolicy_error>(static_cast<changepolicy_status>(status.code()),
                                        std::string(MessageOf(status)), path_, MakeIssues(issues_));
}

Owned<changepolicy_issues> MakeIssues(const Issues& issues) {
  std::vector<std::string> texts;
  texts.reserve(issues.size());
  for (const Issue& issue : issues) texts.push_back(ToText(issue));
  return Owned<changepolicy_issues>(MakeHandle<changepolicy_issues>(issues, std::move(texts)));
}

absl::StatusOr<std::string> WriteMessage(const google::protobuf::Message& message,
                                         changepolicy_encoding encoding) {
  if (encoding == CHANGEPOLICY_BINARY) return DeterministicBytes(message);
  return DeterministicJson(message);
}

void Give(std::string bytes, changepolicy_bytes** out) {
  *out = MakeHandle<changepolicy_bytes>(std::move(bytes));
}

void Give(std::vector<std::string> items, changepolicy_list** out) {
  *out = MakeHandle<changepolicy_list>(std::move(items));
}

absl::Status Give(const google::protobuf::Message& message, changepolicy_encoding encoding,
                  changepolicy_bytes** out) {
  CP_ASSIGN_OR_RETURN(std::string bytes, WriteMessage(message, encoding));
  Give(std::move(bytes), out);
  return absl::OkStatus();
}

}  // namespace changepolicy::c
