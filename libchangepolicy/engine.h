// The questions: may this change or release go ahead, who must approve it, and why.
//
// Deciding, from a policy, an organization, a change and an instant:
//
//   changepolicy::PolicyResult policy = changepolicy::Policy::Builtin("saas");
//   changepolicy::OrganizationResult organization =
//   changepolicy::Organization::Create(directory_and_ledger); changepolicy::Engine
//   engine(*policy.policy, *organization.organization);
//
//   changepolicy::v1::ChangeRequest change = ...;
//   absl::StatusOr<changepolicy::v1::Decision> decision =
//       engine.Decide(change, {.now = absl::Now(), .transition =
//       changepolicy::v1::TRANSITION_DEPLOY});
//   if (!decision.ok()) ...                 // the call was wrong: the message names the field
//   if (decision->verdict() == changepolicy::v1::VERDICT_ALLOWED) Deploy();
//
// Only VERDICT_ALLOWED means yes. An unknown fact, an error inside a rule, an empty role or a rule
// that matches nothing never gives it (docs/evaluation.md).
//
// Deciding is a pure function: the same four arguments give the same bytes, on any machine, in any
// order of approvals or evidence. It reads no clock, file, environment variable or locale; the
// zones that policy and organization name are loaded when the Organization is made.
//
// All classes here are immutable after construction and thread-safe: one Engine serves any number
// of threads without locks.
#ifndef LIBCHANGEPOLICY_ENGINE_H_
#define LIBCHANGEPOLICY_ENGINE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "changepolicy/v1/trial.pb.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

class ApprovalPlan;
class BoundOrganization;
struct OrganizationResult;

// A directory and a ledger, indexed once.
class Organization {
 public:
  // Refuses, with issues that name the place: an account that two people claim, a delegation cycle,
  // an unknown zone, a recurrence that RFC 5545 forbids, a role or team twice. Takes time linear in
  // the size of the organization.
  static OrganizationResult Create(v1::Organization organization);

  // The same directory with another ledger; nothing of the directory is computed again.
  OrganizationResult WithLedger(v1::Ledger ledger) const;

  const v1::Organization& proto() const;
  const std::shared_ptr<const BoundOrganization>& bound() const { return bound_; }

 private:
  explicit Organization(std::shared_ptr<const BoundOrganization> bound)
      : bound_(std::move(bound)) {}

  std::shared_ptr<const BoundOrganization> bound_;
};

struct OrganizationResult {
  // Present when no issue is an error.
  std::optional<Organization> organization;
  Issues issues;
};

// What is asked beside the subject.
struct Question {
  // The instant for which the answer holds. Required: the library reads no clock.
  absl::Time now = absl::InfinitePast();
  // The step that is asked about; unspecified: the next one on the main path of the subject's life.
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  // How much the Decision tells; never changes the answer.
  v1::Detail detail = v1::DETAIL_REASONS;
  // Compute the canonical digest of the subject too; costs about as much as serializing it.
  bool subject_digest = false;
};

class Engine {
 public:
  // Joins a policy and an organization. A role that the policy names and the directory lacks is no
  // error here: approvals that need it are UNSATISFIABLE.
  Engine(Policy policy, Organization organization);

  // Everything about one transition: category, risk, approvals, gates, obligations and the verdict.
  // A transition that is not legal is answered with ERROR, and the legal ones are named.
  // Errors: INVALID_ARGUMENT for a question without an instant, a subject without id, a number that
  // is no transition; RESOURCE_EXHAUSTED for a subject over a limit.
  absl::StatusOr<v1::Decision> Decide(const v1::ChangeRequest& change,
                                      const Question& question) const;
  absl::StatusOr<v1::Decision> Decide(const v1::Release& release, const Question& question) const;

  // What kind of change it is, how risky and how pressing.
  absl::StatusOr<v1::CategorizeAnswer> Categorize(const v1::ChangeRequest& change,
                                                  const Question& question) const;
  absl::StatusOr<v1::CategorizeAnswer> Categorize(const v1::Release& release,
                                                  const Question& question) const;

  // Every approval rule that concerns the subject at any transition, who counts for it, who is
  // missing and whom to ask.
  absl::StatusOr<v1::ApprovalsAnswer> RequiredApprovals(const v1::ChangeRequest& change,
                                                        const Question& question) const;
  absl::StatusOr<v1::ApprovalsAnswer> RequiredApprovals(const v1::Release& release,
                                                        const Question& question) const;

  // Every step that still lies on the main path, up to and including the one asked about (DEPLOY
  // where none is), and what holds each.
  absl::StatusOr<v1::ReadinessAnswer> CheckReadiness(const v1::ChangeRequest& change,
                                                     const Question& question) const;
  absl::StatusOr<v1::ReadinessAnswer> CheckReadiness(const v1::Release& release,
                                                     const Question& question) const;

  // The verdict of one transition with its reasons, and whether it is legal from the subject's
  // state.
  absl::StatusOr<v1::TransitionAnswer> EvaluateTransition(const v1::ChangeRequest& change,
                                                          const Question& question) const;
  absl::StatusOr<v1::TransitionAnswer> EvaluateTransition(const v1::Release& release,
                                                          const Question& question) const;

  // Which of the change's six documents is weak, and why; and which it needs as far as it has come.
  // Documents that the policy asks for beside the six come after them. Errors are those of Decide.
  absl::StatusOr<v1::DocumentsAnswer> LintDocuments(const v1::ChangeRequest& change,
                                                    const Question& question) const;

  // Any of these questions over serialized messages: a ChangeRequest or a Release in, the answer to
  // the question out (for kDecide a Decision), in the deterministic encoding. Bytes that are no
  // such message, and a kind that is unspecified, are INVALID_ARGUMENT.
  enum class Ask { kDecide, kCategorize, kRequiredApprovals, kCheckReadiness, kEvaluateTransition };
  absl::StatusOr<std::string> AnswerBytes(Ask ask, v1::SubjectKind kind, std::string_view subject,
                                          const Question& question) const;
  // The same into `answer`, which keeps its memory, so that a thread that asks again and again
  // takes none from the heap; it stays as it is where there is an error.
  absl::Status AnswerBytes(Ask ask, v1::SubjectKind kind, std::string_view subject,
                           const Question& question, std::string* answer) const;

  // Lints of the policy that look at the policy, the organization or a population of records, in
  // the policy's order; kind `lint`. With the organization also, of kind `approval`, each approval
  // rule that nobody in it could ever satisfy; `exceptions` stands for those of accepted risks.
  absl::StatusOr<v1::LintAnswer> LintPolicy(absl::Time now) const;
  absl::StatusOr<v1::LintAnswer> LintOrganization(absl::Time now) const;
  absl::StatusOr<v1::LintAnswer> LintPopulation(const v1::Population& population,
                                                absl::Time now) const;

  const Policy& policy() const { return policy_; }
  const Organization& organization() const { return organization_; }

 private:
  Policy policy_;
  Organization organization_;
  std::shared_ptr<const ApprovalPlan> plan_;  // of these two
};

// The normative part of a Decision as bytes, in the deterministic encoding: equal decisions give
// equal bytes. And its digest, `sha256:<hex>`.
std::string NormativeBytes(const v1::Decision& decision);
std::string DecisionDigest(const v1::Decision& decision);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_ENGINE_H_
