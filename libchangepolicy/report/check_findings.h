// What was checked and what stands in its way, as other systems are told: comments on pull requests
// and tickets, annotations, SARIF, JUnit. One list of findings for all of them, so that none of
// them can look better than another.
//
// Pure functions, safe to call from many threads.
#ifndef LIBCHANGEPOLICY_REPORT_CHECK_FINDINGS_H_
#define LIBCHANGEPOLICY_REPORT_CHECK_FINDINGS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

// A record that was asked about, and what came of it.
struct CheckedRecord {
  std::string name;     // what people call it: its file, and its line where that holds many
  std::string file;     // where it can be looked up; empty where that is not known
  int line = 0;         // the record's own, from 1; 0: not known
  std::string title;    // the subject's; may be empty
  std::string problem;  // why there is no decision
  std::optional<v1::Decision> decision;
  std::optional<Policy> policy;  // by which it was decided; set where `decision` is
  // The line of a fact, by its path; 0 where it is not known. May be empty.
  std::function<int(std::string_view)> line_of_fact;
};

// Ids of findings that are of no rule of the policy. A rule's id has no full stop.
inline constexpr std::string_view kVerdictFinding = "changepolicy.verdict";
inline constexpr std::string_view kRecordFinding = "changepolicy.record";

// Somebody who can supply what is missing: a person, or anyone of a role or part.
struct Supplier {
  std::string person;  // by the directory's id; empty: see `as`
  std::string as;      // like `role dpo`
};

struct CheckFinding {
  bool blocks = true;  // otherwise it is worth knowing
  std::string rule;    // of the policy, or one of the ids above
  v1::Status status = v1::STATUS_UNSPECIFIED;
  std::string text;
  std::string remedy;  // may be empty
  std::vector<std::string> clauses, controls;
  std::vector<Supplier> suppliers;
  int line = 0;  // 0: not known
};

// What stands in the way, in the decision's order, then what is worth knowing: rules that were
// waived or set aside, remarks. A record that is not ALLOWED has at least one finding that blocks.
// Texts are one line of printable UTF-8 each, at most 2,000 bytes.
std::vector<CheckFinding> FindingsOf(const CheckedRecord& record);

// The rules that hold, in the decision's order, with their texts.
std::vector<CheckFinding> HoldingOf(const CheckedRecord& record);

// `ALLOWED`, `DENIED`, `UNKNOWN`, `ERROR`, and `INVALID` for a record without a decision.
std::string VerdictOf(const CheckedRecord& record);
bool IsAllowed(const CheckedRecord& record);
// The worst of all: INVALID, ERROR, UNKNOWN, DENIED, ALLOWED in this order. INVALID for none.
std::string WorstVerdict(const std::vector<CheckedRecord>& records);

// `change CHG-7`; the record's name where there is no decision.
std::string SubjectOf(const CheckedRecord& record);
// `change CHG-7: deploy`.
std::string QuestionOf(const CheckedRecord& record);

// Printable (base/text.h), bytes that are no UTF-8 replaced by U+FFFD, and cut with `...` between
// characters where it is longer than `most` bytes.
std::string OneLine(std::string_view text, size_t most = 2000);

// `3 rules`, `1 rule`.
std::string Count(size_t number, std::string_view noun);

// Where clauses can be read: `pattern` is an address with `{clause}` for the clause's id, which is
// escaped. Empty where there is no pattern.
std::string ClauseUrl(std::string_view pattern, std::string_view clause);
// An absolute address of http or https that has `{clause}` and nothing that would have to be
// escaped.
bool IsClausePattern(std::string_view pattern);

// The text as a part of an address (RFC 3986): all but unreserved characters and `keep` escaped.
std::string UrlEscaped(std::string_view text, std::string_view keep);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_CHECK_FINDINGS_H_
