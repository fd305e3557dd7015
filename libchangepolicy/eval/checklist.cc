#include "libchangepolicy/eval/checklist.h"

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/document_lint.h"
#include "libchangepolicy/eval/checklist_items.h"
#include "libchangepolicy/eval/criteria.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/obligations.h"

namespace changepolicy {
namespace {

absl::StatusOr<v1::Checklist> Begin(const CheckedPolicy& policy, const ChecklistOptions& options) {
  const v1::Policy& proto = policy.policy();
  v1::Checklist checklist;
  checklist.set_policy_id(proto.policy().id());
  checklist.set_policy_version(proto.policy().version());
  checklist.set_role(options.role);
  if (options.role.empty()) return checklist;
  std::vector<std::string_view> roles;
  for (const v1::RoleDeclaration& role : proto.roles()) {
    if (role.id() == options.role) return checklist;
    roles.push_back(role.id());
  }
  const std::string_view nearest = Nearest(options.role, roles);
  return InvalidArgument(
      StrCat("role: the policy declares no role `", options.role, "`",
             nearest.empty() ? std::string() : StrCat("; did you mean `", nearest, "`?")));
}

// Nothing where no item is left.
void AddStep(v1::SubjectKind kind, v1::Transition transition, const ChecklistOptions& options,
             std::vector<v1::ChecklistItem> items, v1::Checklist* checklist) {
  const auto is_left_out = [&](const v1::ChecklistItem& item) {
    return !options.role.empty() &&
           std::find(item.roles().begin(), item.roles().end(), options.role) == item.roles().end();
  };
  items.erase(std::remove_if(items.begin(), items.end(), is_left_out), items.end());
  if (items.empty()) return;
  v1::ChecklistStep& step = *checklist->add_steps();
  step.set_subject_kind(kind);
  step.set_transition(transition);
  *step.mutable_items() = {items.begin(), items.end()};
}

// By kind and rule: how it stands, or NOT_APPLICABLE.
using Statuses = std::map<std::pair<std::string, std::string>, v1::Status>;

v1::Status StatusOf(const Answer& applies, const Answer& met) {
  if (met.truth == Truth::kTrue) return v1::STATUS_SATISFIED;
  if (applies.truth == Truth::kError || met.truth == Truth::kError) return v1::STATUS_ERROR;
  if (applies.truth == Truth::kUnknown || met.truth == Truth::kUnknown) return v1::STATUS_UNKNOWN;
  return v1::STATUS_UNSATISFIED;
}

void AddObligations(Evaluation* evaluation, const std::vector<std::string>& demanded,
                    Statuses* statuses) {
  for (const BroughtObligation& brought : FindBroughtObligations(evaluation, demanded)) {
    const std::string& id = evaluation->policy.policy().obligations(brought.rule).id();
    (*statuses)[{"obligation", id}] =
        StatusOf(brought.applies, AskObligationMet(brought.rule, evaluation));
  }
}

void AddDocuments(const Evaluation& evaluation, Statuses* statuses) {
  if (!evaluation.subject.is_change()) return;
  const DocumentQuestion question{.change = &evaluation.subject.change_message(),
                                  .policy = &evaluation.policy.policy(),
                                  .life_cycle = &evaluation.policy.life_cycle(),
                                  .category = evaluation.categorization.category()};
  for (const v1::DocumentAssessment& document : AssessDocuments(question)) {
    if (document.needed_at() != evaluation.transition) continue;
    (*statuses)[{"document", document.rule()}] =
        document.sound() ? v1::STATUS_SATISFIED : v1::STATUS_UNSATISFIED;
  }
}

void AddCriteria(const Evaluation& evaluation, Statuses* statuses) {
  if (evaluation.subject.is_change()) return;
  for (const v1::Criterion& criterion : evaluation.policy.policy().criteria()) {
    (*statuses)[{"criterion", criterion.id()}] =
        // Who may confirm is not known then.
        evaluation.directory_outdated        ? v1::STATUS_UNKNOWN
        : IsConfirmed(criterion, evaluation) ? v1::STATUS_SATISFIED
                                             : v1::STATUS_UNSATISFIED;
  }
}

void SetState(const v1::Decision& decision, v1::ChangeRequest* change) {
  change->set_state(decision.change_state_after());
}
void SetState(const v1::Decision& decision, v1::Release* release) {
  release->set_state(decision.release_state_after());
}

template <typename SubjectMessage>
class SubjectChecklist {
 public:
  SubjectChecklist(const CheckedPolicy& policy, const BoundOrganization& organization,
                   const SubjectMessage& subject, absl::Time now, const ChecklistOptions& options,
                   v1::Checklist* checklist)
      : policy_(policy),
        organization_(organization),
        subject_(subject),
        now_(now),
        options_(options),
        checklist_(*checklist) {}

  absl::Status Run() {
    checklist_.set_subject_id(subject_.id());
    SubjectMessage moved = subject_;
    std::set<int> passed;
    bool found = false;
    // A life may come back to where it was: each state once.
    while (passed.insert(moved.state()).second) {
      CP_ASSIGN_OR_RETURN(const v1::Decision decision, Ask(moved, v1::TRANSITION_UNSPECIFIED));
      if (decision.transition() == v1::TRANSITION_UNSPECIFIED) break;
      if (IsWanted(decision.transition())) {
        Add(decision);
        found = true;
      }
      SetState(decision, &moved);
    }
    if (options_.transition != v1::TRANSITION_UNSPECIFIED && !found) {
      CP_ASSIGN_OR_RETURN(const v1::Decision decision, Ask(subject_, options_.transition));
      Add(decision);
    } else if (subject_.state() == 0) {
      for (const v1::Transition transition : MainPathOf(policy_, kKind)) {
        CP_ASSIGN_OR_RETURN(const v1::Decision decision, Ask(subject_, transition));
        Add(decision);
      }
    }
    return absl::OkStatus();
  }

 private:
  static constexpr v1::SubjectKind kKind = std::is_same_v<SubjectMessage, v1::Release>
                                               ? v1::SUBJECT_KIND_RELEASE
                                               : v1::SUBJECT_KIND_CHANGE;

  bool IsWanted(v1::Transition transition) const {
    return options_.transition == v1::TRANSITION_UNSPECIFIED || options_.transition == transition;
  }

  absl::StatusOr<v1::Decision> Ask(const SubjectMessage& subject, v1::Transition transition) {
    statuses_.clear();
    CP_ASSIGN_OR_RETURN(
        v1::Decision decision,
        Decide(policy_, organization_, subject,
               {.now = now_,
                .transition = transition,
                .inspect = [&](Evaluation* evaluation, const std::vector<std::string>& demanded) {
                  AddObligations(evaluation, demanded, &statuses_);
                  AddDocuments(*evaluation, &statuses_);
                  AddCriteria(*evaluation, &statuses_);
                }}));
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      statuses_[{outcome.kind(), outcome.rule()}] = outcome.status();
    }
    return decision;
  }

  // The items of the decision that was asked last.
  void Add(const v1::Decision& decision) {
    std::vector<v1::ChecklistItem> items;
    for (v1::ChecklistItem& item : ChecklistItemsOf(policy_, kKind, decision.transition())) {
      const auto found = statuses_.find({item.kind(), item.rule()});
      if (found == statuses_.end() || found->second == v1::STATUS_NOT_APPLICABLE) continue;
      item.set_status(found->second);
      items.push_back(std::move(item));
    }
    AddStep(kKind, decision.transition(), options_, std::move(items), &checklist_);
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const SubjectMessage& subject_;
  const absl::Time now_;
  const ChecklistOptions& options_;
  v1::Checklist& checklist_;
  Statuses statuses_;
};

}  // namespace

absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy& policy,
                                            const ChecklistOptions& options) {
  CP_ASSIGN_OR_RETURN(v1::Checklist checklist, Begin(policy, options));
  for (const v1::SubjectKind kind : {v1::SUBJECT_KIND_CHANGE, v1::SUBJECT_KIND_RELEASE}) {
    if (options.kind != v1::SUBJECT_KIND_UNSPECIFIED && options.kind != kind) continue;
    for (const v1::Transition transition : AllStepsOf(policy, kind)) {
      if (options.transition != v1::TRANSITION_UNSPECIFIED && options.transition != transition) {
        continue;
      }
      AddStep(kind, transition, options, ChecklistItemsOf(policy, kind, transition), &checklist);
    }
  }
  return checklist;
}

template <typename SubjectMessage>
absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy& policy,
                                            const BoundOrganization& organization,
                                            const SubjectMessage& subject, absl::Time now,
                                            const ChecklistOptions& options) {
  CP_ASSIGN_OR_RETURN(v1::Checklist checklist, Begin(policy, options));
  CP_RETURN_IF_ERROR(
      SubjectChecklist<SubjectMessage>(policy, organization, subject, now, options, &checklist)
          .Run());
  return checklist;
}

template absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy&, const BoundOrganization&,
                                                     const v1::ChangeRequest&, absl::Time,
                                                     const ChecklistOptions&);
template absl::StatusOr<v1::Checklist> MakeChecklist(const CheckedPolicy&, const BoundOrganization&,
                                                     const v1::Release&, absl::Time,
                                                     const ChecklistOptions&);

}  // namespace changepolicy
