// What the reports of this folder have in common: how a status is shown, and texts of records that
// are safe to print. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_PARTS_H_
#define LIBCHANGEPOLICY_REPORT_PARTS_H_

#include <string>
#include <string_view>

#include "changepolicy/v1/decision.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/checked_policy.h"

namespace changepolicy {

// A record must not forge a line of the report or speak to the terminal: every text of the message
// is made safe to print.
void MakePrintable(google::protobuf::Message* message);

// Whether MakePrintable changes nothing, so that no copy is needed.
bool IsPrintable(const v1::Decision& decision);

template <typename Message>
Message Printed(const Message& message) {
  Message printed = message;
  MakePrintable(&printed);
  return printed;
}

template <typename List>
std::string Join(const List& list, std::string_view separator) {
  std::string text;
  for (const auto& item : list) StrAppend(&text, text.empty() ? "" : separator, item);
  return text;
}

// The message with the values of its expressions, as the answer gives them.
std::string FillIn(const MessageTemplate& message,
                   const google::protobuf::RepeatedPtrField<v1::Parameter>& parameters);

// `  [CM-1.2, CM-7.2]`; empty for none.
template <typename List>
std::string InBrackets(const List& clauses) {
  return clauses.empty() ? "" : StrCat("  [", Join(clauses, ", "), "]");
}

// Codes for Painter (table.h).
std::string_view VerdictColor(v1::Verdict verdict);
std::string_view StatusColor(v1::Status status);

bool Holds(v1::Status status);
bool Blocks(v1::Status status);

// Two characters: `ok`, `no`, `--` where it does not apply, `??` where it is open.
std::string_view Mark(v1::Status status);

// The people who fill a slot, `ann for bob` under a delegation; empty for nobody.
std::string FilledBy(const v1::SlotOutcome& slot);

// Belongs to the branch that was chosen, or there is no other.
bool IsChosen(const v1::SlotOutcome& slot, const v1::ApprovalOutcome& approval);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_PARTS_H_
