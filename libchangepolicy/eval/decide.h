// The way through the house: from the four arguments to a Decision, stratum by stratum.
#ifndef LIBCHANGEPOLICY_EVAL_DECIDE_H_
#define LIBCHANGEPOLICY_EVAL_DECIDE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "changepolicy/v1/trial.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

// Version of docs/evaluation.md that this engine implements.
inline constexpr int kSemanticsVersion = 4;

class ApprovalPlan;
class PolicyIndex;
class Program;
struct Evaluation;
struct SubjectBytes;

// Reads what a finished evaluation knows beyond what its Decision tells; `demanded` are the
// obligations that overrides bring.
using Inspect = std::function<void(Evaluation*, const std::vector<std::string>& demanded)>;

struct DecideOptions {
  absl::Time now;
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  v1::Detail detail = v1::DETAIL_REASONS;
  bool subject_digest = false;
  // Approval rules of every transition, not only of the one asked about; no gates.
  bool all_approvals = false;
  // The records that had been made by then instead of by `now`: with what is known today of a step
  // that was taken, the question is asked with the clock of that step.
  std::optional<absl::Time> records_at = std::nullopt;
  Inspect inspect = nullptr;
  // As open_world.h says, without obligations; the verdict is UNKNOWN where it is not certain.
  bool open_world = false;
  // The policy's, compiled; null: its expressions are computed by the plain evaluator.
  const Program* program = nullptr;
  // Over the same policy's rules; null: every rule is asked.
  const PolicyIndex* index = nullptr;
  // Of the same policy and the organization's directory. Null, and where a decision is asked of
  // another one meanwhile: it is looked up, which takes a lock.
  const ApprovalPlan* plan = nullptr;
  // Of such a decision: a fact, by its path, that nobody ever states.
  std::string never_stated;
};

// The question was refused as a whole: whatever the rules say, this is not the policy, or not the
// step, by which the subject could go ahead.
bool IsRefused(const v1::Decision& decision);

// `Subject` is v1::ChangeRequest or v1::Release. Errors are those of Engine::Decide.
template <typename SubjectMessage>
absl::StatusOr<v1::Decision> Decide(const CheckedPolicy& policy,
                                    const BoundOrganization& organization,
                                    const SubjectMessage& subject, const DecideOptions& options);

// The verdict alone, as Decide gives it at each detail, for searches that ask many times.
template <typename SubjectMessage>
absl::StatusOr<v1::Verdict> DecideVerdict(const CheckedPolicy& policy,
                                          const BoundOrganization& organization,
                                          const SubjectMessage& subject,
                                          const DecideOptions& options);

// Decide from and to bytes, without messages being made of them: `decision` becomes the Decision
// in its deterministic encoding, and stays as it is where there is an error. Bytes that are no such
// message are INVALID_ARGUMENT.
absl::Status DecideBytes(const CheckedPolicy& policy, const BoundOrganization& organization,
                         const SubjectBytes& subject, const DecideOptions& options,
                         std::string* decision);

extern template absl::StatusOr<v1::Verdict> DecideVerdict(const CheckedPolicy&,
                                                          const BoundOrganization&,
                                                          const v1::ChangeRequest&,
                                                          const DecideOptions&);
extern template absl::StatusOr<v1::Verdict> DecideVerdict(const CheckedPolicy&,
                                                          const BoundOrganization&,
                                                          const v1::Release&, const DecideOptions&);
extern template absl::StatusOr<v1::Decision> Decide(const CheckedPolicy&, const BoundOrganization&,
                                                    const v1::ChangeRequest&, const DecideOptions&);
extern template absl::StatusOr<v1::Decision> Decide(const CheckedPolicy&, const BoundOrganization&,
                                                    const v1::Release&, const DecideOptions&);

// Lints of the policy with this target; `target` is the policy's own message, the organization or
// the population. `organization` is what functions about people ask.
absl::StatusOr<v1::LintAnswer> EvaluateLints(const CheckedPolicy& policy, v1::LintTarget on,
                                             const google::protobuf::Message& target,
                                             const BoundOrganization& organization, absl::Time now);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_DECIDE_H_
