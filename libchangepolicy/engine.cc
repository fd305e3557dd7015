#include "libchangepolicy/engine.h"

#include <set>
#include <utility>

#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/domain/document_lint.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {

OrganizationResult Organization::Create(v1::Organization organization) {
  OrganizationResult result;
  Issues calendar = CheckCalendar(organization.directory().calendar(), "directory.calendar");
  result.issues.insert(result.issues.end(), calendar.begin(), calendar.end());
  const Issues scopes = CheckScopes(organization.directory(), "directory.calendar");
  result.issues.insert(result.issues.end(), scopes.begin(), scopes.end());
  std::shared_ptr<const BoundOrganization> bound =
      BoundOrganization::Create(std::move(organization), &result.issues);
  if (bound != nullptr && !HasErrors(result.issues)) {
    result.organization = Organization(std::move(bound));
  }
  return result;
}

OrganizationResult Organization::WithLedger(v1::Ledger ledger) const {
  OrganizationResult result;
  std::shared_ptr<const BoundOrganization> bound =
      bound_->WithLedger(std::move(ledger), &result.issues);
  if (bound != nullptr) result.organization = Organization(std::move(bound));
  return result;
}

const v1::Organization& Organization::proto() const { return bound_->proto(); }

namespace {

// Each question over both kinds of subject.
class Asker {
 public:
  Asker(const Policy& policy, const Organization& organization, const ApprovalPlan& plan)
      : policy_(*policy.checked()),
        program_(policy.program()),
        index_(policy.index()),
        organization_(*organization.bound()),
        plan_(plan) {}

  DecideOptions Options(const Question& question) const {
    return {.now = question.now,
            .transition = question.transition,
            .detail = question.detail,
            .subject_digest = question.subject_digest,
            .program = &program_,
            .index = &index_,
            .plan = &plan_};
  }

  template <typename Subject>
  absl::StatusOr<v1::Decision> Decide(const Subject& subject, const Question& question) const {
    return changepolicy::Decide(policy_, organization_, subject, Options(question));
  }

  absl::Status DecideBytes(const SubjectBytes& subject, const Question& question,
                           std::string* decision) const {
    return changepolicy::DecideBytes(policy_, organization_, subject, Options(question), decision);
  }

  template <typename Subject>
  absl::StatusOr<v1::CategorizeAnswer> Categorize(const Subject& subject,
                                                  const Question& question) const {
    DecideOptions options = Options(question);
    options.detail = v1::DETAIL_REASONS;
    CP_ASSIGN_OR_RETURN(v1::Decision decision,
                        changepolicy::Decide(policy_, organization_, subject, options));
    v1::CategorizeAnswer answer;
    answer.set_subject_id(decision.subject_id());
    *answer.mutable_categorization() = std::move(*decision.mutable_categorization());
    *answer.mutable_risk() = std::move(*decision.mutable_risk());
    *answer.mutable_priority() = std::move(*decision.mutable_priority());
    if (decision.has_model()) *answer.mutable_model() = std::move(*decision.mutable_model());
    return answer;
  }

  template <typename Subject>
  absl::StatusOr<v1::ApprovalsAnswer> RequiredApprovals(const Subject& subject,
                                                        const Question& question) const {
    DecideOptions options = Options(question);
    options.all_approvals = true;
    CP_ASSIGN_OR_RETURN(const v1::Decision decision,
                        changepolicy::Decide(policy_, organization_, subject, options));
    v1::ApprovalsAnswer answer;
    answer.set_subject_id(decision.subject_id());
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (outcome.status() != v1::STATUS_NOT_APPLICABLE) *answer.add_outcomes() = outcome;
    }
    answer.set_verdict(decision.verdict());
    return answer;
  }

  template <typename Subject>
  absl::StatusOr<v1::TransitionAnswer> EvaluateTransition(const Subject& subject,
                                                          const Question& question) const {
    CP_ASSIGN_OR_RETURN(v1::Decision decision, Decide(subject, Unexplained(question)));
    return AnswerOf(std::move(decision));
  }

  // Steps beyond the next are asked about as if the subject had come that far.
  template <typename Subject>
  absl::StatusOr<v1::ReadinessAnswer> CheckReadiness(const Subject& subject,
                                                     const Question& question) const {
    const v1::Transition last = question.transition == v1::TRANSITION_UNSPECIFIED
                                    ? v1::TRANSITION_DEPLOY
                                    : question.transition;
    v1::ReadinessAnswer answer;
    answer.set_subject_id(subject.id());
    answer.set_verdict(v1::VERDICT_ALLOWED);
    Subject moved = subject;
    Question step = Unexplained(question);
    step.transition = v1::TRANSITION_UNSPECIFIED;
    // A life may come back to where it was: each state once.
    std::set<int> passed;
    while (passed.insert(moved.state()).second) {
      CP_ASSIGN_OR_RETURN(v1::Decision decision, Decide(moved, step));
      const v1::Transition transition = decision.transition();
      if (transition == v1::TRANSITION_UNSPECIFIED) break;
      SetState(decision, &moved);
      if (answer.verdict() == v1::VERDICT_ALLOWED) answer.set_verdict(decision.verdict());
      *answer.add_transitions() = AnswerOf(std::move(decision));
      if (transition == last) break;
    }
    if (answer.transitions_size() == 0) {
      // Nothing lies ahead, or nobody knows what does.
      CP_ASSIGN_OR_RETURN(v1::Decision decision, Decide(subject, Unexplained(question)));
      answer.set_verdict(decision.verdict());
      *answer.add_transitions() = AnswerOf(std::move(decision));
    }
    return answer;
  }

 private:
  static void SetState(const v1::Decision& decision, v1::ChangeRequest* change) {
    change->set_state(decision.change_state_after());
  }
  static void SetState(const v1::Decision& decision, v1::Release* release) {
    release->set_state(decision.release_state_after());
  }

  // For answers that have no place for what detail FULL adds.
  static Question Unexplained(Question question) {
    if (question.detail == v1::DETAIL_FULL) question.detail = v1::DETAIL_RULES;
    return question;
  }

  static v1::TransitionAnswer AnswerOf(v1::Decision decision) {
    v1::TransitionAnswer answer;
    answer.set_transition(decision.transition());
    answer.set_verdict(decision.verdict());
    for (const int legal : decision.legal_transitions()) {
      if (legal == decision.transition()) answer.set_legal(true);
    }
    *answer.mutable_outcomes() = std::move(*decision.mutable_outcomes());
    *answer.mutable_obligations() = std::move(*decision.mutable_obligations());
    return answer;
  }

  const CheckedPolicy& policy_;
  const Program& program_;
  const PolicyIndex& index_;
  const BoundOrganization& organization_;
  const ApprovalPlan& plan_;
};

template <typename Subject>
absl::StatusOr<std::string> AnswerSubjectBytes(const Engine& engine, Engine::Ask ask,
                                               std::string_view bytes, const Question& question) {
  Subject subject;
  if (bytes.size() > INT32_MAX ||
      !subject.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return InvalidArgument(
        StrCat("the bytes are no serialized ", Subject::descriptor()->full_name()));
  }
  const auto serialized = [](const auto& answer) -> absl::StatusOr<std::string> {
    if (!answer.ok()) return answer.status();
    return DeterministicBytes(*answer);
  };
  switch (ask) {
    case Engine::Ask::kDecide:
      return serialized(engine.Decide(subject, question));
    case Engine::Ask::kCategorize:
      return serialized(engine.Categorize(subject, question));
    case Engine::Ask::kRequiredApprovals:
      return serialized(engine.RequiredApprovals(subject, question));
    case Engine::Ask::kCheckReadiness:
      return serialized(engine.CheckReadiness(subject, question));
    case Engine::Ask::kEvaluateTransition:
      return serialized(engine.EvaluateTransition(subject, question));
  }
  return InvalidArgument("there is no such question");
}

}  // namespace

Engine::Engine(Policy policy, Organization organization)
    : policy_(std::move(policy)),
      organization_(std::move(organization)),
      plan_(organization_.bound()->directory().PlanFor(*policy_.checked())) {}

// NOLINTBEGIN: one line a question says it best
#define CP_QUESTION(name, answer)                                                               \
  absl::StatusOr<v1::answer> Engine::name(const v1::ChangeRequest& change,                      \
                                          const Question& question) const {                     \
    return Asker(policy_, organization_, *plan_).name(change, question);                        \
  }                                                                                             \
  absl::StatusOr<v1::answer> Engine::name(const v1::Release& release, const Question& question) \
      const {                                                                                   \
    return Asker(policy_, organization_, *plan_).name(release, question);                       \
  }
CP_QUESTION(Decide, Decision)
CP_QUESTION(Categorize, CategorizeAnswer)
CP_QUESTION(RequiredApprovals, ApprovalsAnswer)
CP_QUESTION(CheckReadiness, ReadinessAnswer)
CP_QUESTION(EvaluateTransition, TransitionAnswer)
#undef CP_QUESTION
// NOLINTEND

absl::StatusOr<v1::DocumentsAnswer> Engine::LintDocuments(const v1::ChangeRequest& change,
                                                          const Question& question) const {
  CP_ASSIGN_OR_RETURN(const v1::CategorizeAnswer category, Categorize(change, question));
  v1::DocumentsAnswer answer;
  answer.set_subject_id(change.id());
  answer.set_category(category.categorization().category());
  const CheckedPolicy& policy = *policy_.checked();
  for (v1::DocumentAssessment& assessment : AssessDocuments({.change = &change,
                                            .policy = &policy.policy(),
                                            .life_cycle = &policy.life_cycle(),
                                            .category = answer.category()})) {
    *answer.add_documents() = std::move(assessment);
  }
  return answer;
}

absl::Status Engine::AnswerBytes(Ask ask, v1::SubjectKind kind, std::string_view subject,
                                 const Question& question, std::string* answer) const {
  if (kind != v1::SUBJECT_KIND_CHANGE && kind != v1::SUBJECT_KIND_RELEASE) {
    return InvalidArgument("kind: say whether the bytes are a change or a release");
  }
  if (ask == Ask::kDecide) {
    return Asker(policy_, organization_, *plan_).DecideBytes({kind, subject}, question, answer);
  }
  const auto of_subject = kind == v1::SUBJECT_KIND_CHANGE ? AnswerSubjectBytes<v1::ChangeRequest>
                                                          : AnswerSubjectBytes<v1::Release>;
  CP_ASSIGN_OR_RETURN(*answer, of_subject(*this, ask, subject, question));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Engine::AnswerBytes(Ask ask, v1::SubjectKind kind,
                                                std::string_view subject,
                                                const Question& question) const {
  std::string answer;
  CP_RETURN_IF_ERROR(AnswerBytes(ask, kind, subject, question, &answer));
  return answer;
}

absl::StatusOr<v1::LintAnswer> Engine::LintPolicy(absl::Time now) const {
  return EvaluateLints(*policy_.checked(), v1::LINT_TARGET_POLICY, policy_.proto(),
                       *organization_.bound(), now);
}

absl::StatusOr<v1::LintAnswer> Engine::LintOrganization(absl::Time now) const {
  return EvaluateLints(*policy_.checked(), v1::LINT_TARGET_ORGANIZATION, organization_.proto(),
                       *organization_.bound(), now);
}

absl::StatusOr<v1::LintAnswer> Engine::LintPopulation(const v1::Population& population,
                                                      absl::Time now) const {
  return EvaluateLints(*policy_.checked(), v1::LINT_TARGET_POPULATION, population,
                       *organization_.bound(), now);
}

std::string NormativeBytes(const v1::Decision& decision) {
  v1::Decision normative = decision;
  normative.clear_rendering();
  return DeterministicBytes(normative);
}

std::string DecisionDigest(const v1::Decision& decision) {
  return Sha256(NormativeBytes(decision));
}

}  // namespace changepolicy
