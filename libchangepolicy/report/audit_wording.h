// The words of reports about an audit log: problems, places, outcomes, tests, parts of a sample.
// One place for text, Markdown and HTML. Texts of the messages are as they are: printing them
// safely is the caller's part. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_WORDING_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_WORDING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// Adds a count of a report, which may be mad: one below zero is none, and the sum ends at the
// largest number.
void AddCount(int64_t count, int64_t* sum);

// `entry altered` of LOG_PROBLEM_KIND_ENTRY_ALTERED.
std::string LogProblemText(v1::LogProblemKind kind);

// `first bad entry 17`; `first bad entry between 10 and 19`, both included, where it is not exact;
// empty where no entry is bad.
std::string FirstBadText(const v1::LogProblem& problem);

// The verdict on a log in a few words: `nothing is wrong`, `2 problems, first bad entry 17`.
std::string VerdictOfLog(const v1::VerificationReport& report);

// What of a log was looked at, and how much of it: each a name and what there is to say.
struct AuditFact {
  std::string name;
  std::string text;
};
std::vector<AuditFact> VerifiedFacts(const v1::VerificationReport& report);

// `1,234 decisions: 1,230 the same, 3 different, 1 erased`.
std::string ReplayCountsText(const v1::ReplayReport& report);

// No decision came out otherwise and none failed. Those that are erased or by other semantics were
// not replayed, which does not speak against the log.
bool ReplayHolds(const v1::ReplayReport& report);

// Entries that did not come out the same and are not listed in the report.
int64_t ReplayedUnlisted(const v1::ReplayReport& report);

// `came out otherwise` of REPLAY_OUTCOME_DIFFERENT.
std::string ReplayOutcomeText(v1::ReplayOutcome outcome);

// `entry 17, CHG-1: different in outcomes[3].status, risk.level`; `entry 20: failed, no blob`.
std::string ReplayedText(const v1::ReplayedEntry& entry);

// What the report is about: the log, the period, the policy, the instant of the question.
std::vector<AuditFact> AboutAudit(const v1::AuditReport& report);

// A count's name as words: `emergency` of EMERGENCY.
std::string CountNameText(const std::string& name);

// `1,200 allowed, 30 denied`; `none` of none.
std::string CountsText(const google::protobuf::RepeatedPtrField<v1::AuditCount>& counts);

// What a test looks at: `deployments`; `records` where it does not say.
std::string ExaminesText(const v1::AuditTestResult& result);

// `emergency share` of AUDIT_TEST_KIND_EMERGENCY_SHARE.
std::string AuditTestText(v1::AuditTestKind test);

// `category of the change` of AUDIT_STRATUM_CATEGORY.
std::string StratumText(v1::AuditStratum stratum);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_WORDING_H_
