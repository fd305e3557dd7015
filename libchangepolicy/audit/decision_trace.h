// What the auditor's programme keeps of a decision.
#ifndef LIBCHANGEPOLICY_AUDIT_DECISION_TRACE_H_
#define LIBCHANGEPOLICY_AUDIT_DECISION_TRACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

// Somebody whose approval counted.
struct Approver {
  std::string person;  // canonical
  absl::Time at;       // when they approved
};

// An approval rule as it came out.
struct ApprovalTrace {
  std::string rule;
  v1::Status status = v1::STATUS_UNSPECIFIED;
  // Satisfied, and says that nobody has to approve.
  bool asks_nobody = false;
  std::vector<Approver> approvers;  // of a rule that is satisfied
};

// A rule that was set aside.
struct SetAsideTrace {
  std::string rule;
  std::string by;  // the accepted risk, or the override, by id
};

struct BroughtTrace {
  std::string rule;
  std::optional<absl::Time> due;
};

struct DecisionTrace {
  int64_t index = 0;
  absl::Time now;
  absl::Time logged_at;  // when the entry was written; the infinite future where it does not say
  absl::Time valid_until = absl::InfiniteFuture();
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  bool tells_people = true;               // it was not asked for the verdict alone
  std::vector<std::string> digests;       // of what was decided upon, lower case, sorted
  std::vector<std::string> changes;       // of a release: what is in it, by id, sorted
  std::vector<ApprovalTrace> approvals;   // those that apply
  std::vector<std::string> pairs_broken;  // rules of pairs that hold not
  std::vector<SetAsideTrace> waived, overridden;
  std::vector<BroughtTrace> brought;
  std::vector<std::string> hands;  // canonical accounts of whoever had a hand in it, sorted
};

// Accounts of those who asked for the work, wrote it or carried it out, by one text for all
// accounts of a person, sorted.
std::vector<std::string> HandsOf(const v1::People& people, const Roster& roster);

// `policy` says of approval rules that a decision tells nothing else of whether they ask anybody.
DecisionTrace TraceDecision(const LoggedEntry& entry, const v1::Policy& policy,
                            const Roster& roster);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_DECISION_TRACE_H_
