#include "libchangepolicy/eval/due_record.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/life_cycle.h"
#include "libchangepolicy/domain/steps_behind.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/eval/obligations.h"
#include "libchangepolicy/flat/time.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

// Steps of the clock at which it is asked whether an obligation was met.
constexpr int kMostClockSteps = 64;

struct TakenStep {
  v1::Transition transition = v1::TRANSITION_UNSPECIFIED;
  std::optional<absl::Time> at;
  bool certain = true;
};

template <typename Steps>
std::vector<LifeEdge> EdgesOf(const Steps& steps) {
  std::vector<LifeEdge> edges;
  for (const auto& step : steps) {
    for (const int from : step.from()) edges.push_back({from, step.at(), step.to()});
  }
  return edges;
}

// The steps that the history names, each at the first time that it was taken, and those that the
// state tells beside them.
template <typename State>
std::vector<TakenStep> StepsTaken(const flat::RepeatedMessage<flat::StepTaken>& history,
                                  const std::vector<LifeEdge>& edges, State start, State state,
                                  std::optional<absl::Time> deployed) {
  std::map<v1::Transition, std::optional<absl::Time>> recorded;
  for (const flat::StepTaken& step : history) {
    if (step.transition() == v1::TRANSITION_UNSPECIFIED) continue;
    const auto [entry, is_new] = recorded.emplace(step.transition(), std::nullopt);
    if (!step.has_happened_at()) continue;
    const absl::Time at = FromProto(step.happened_at());
    entry->second = std::min(entry->second.value_or(at), at);
  }
  std::vector<TakenStep> steps;
  for (const auto& [transition, at] : recorded) steps.push_back({transition, at});
  const auto add = [&](const std::vector<v1::Transition>& transitions, bool certain) {
    for (const v1::Transition transition : transitions) {
      if (recorded.count(transition) == 0) steps.push_back({transition, std::nullopt, certain});
    }
  };
  const StepsBehind behind = FindStepsBehind(edges, start, state);
  add(behind.certain, true);
  // Where steps were recorded, those that need not have been taken were not.
  if (recorded.empty()) add(behind.possible, false);
  for (TakenStep& step : steps) {
    if (step.transition == v1::TRANSITION_DEPLOY && !step.at) step.at = deployed;
  }
  return steps;
}

std::vector<TakenStep> StepsTaken(const v1::LifeCycle& life, const Subject& subject) {
  std::optional<absl::Time> deployed = LastDeployment(subject, v1::ENVIRONMENT_PRODUCTION);
  if (!deployed) deployed = LastDeployment(subject, v1::ENVIRONMENT_UNSPECIFIED);
  if (subject.is_change()) {
    return StepsTaken(subject.change().history(), EdgesOf(life.changes()), v1::CHANGE_STATE_DRAFT,
                      subject.change().state(), deployed);
  }
  return StepsTaken(subject.release().history(), EdgesOf(life.releases()),
                    v1::RELEASE_STATE_PLANNED, subject.release().state(), deployed);
}

// An obligation that a step brought, as it is gathered.
struct Owed {
  v1::DueItem item;
  std::set<std::string> unknown;
  bool met = false;
};

template <typename SubjectMessage>
class RecordAsker {
 public:
  RecordAsker(const CheckedPolicy& policy, const BoundOrganization& organization,
              const SubjectMessage& message, absl::Time now)
      : policy_(policy), organization_(organization), message_(message), now_(now) {}

  absl::StatusOr<RecordDuties> Run() {
    std::vector<TakenStep> steps;
    std::vector<absl::Time> overridden;
    CP_RETURN_IF_ERROR(Ask(v1::TRANSITION_UNSPECIFIED, now_, now_,
                           [&](Evaluation* evaluation, const std::vector<std::string>&) {
                             const Subject& subject = evaluation->subject;
                             variable_ = subject.variable();
                             state_is_known_ = subject.is_change() ? subject.change().state() != 0
                                                                   : subject.release().state() != 0;
                             steps = StepsTaken(policy_.life_cycle(), subject);
                             for (const flat::Override& made : subject.overrides()) {
                               if (made.has_happened_at()) {
                                 overridden.push_back(FromProto(made.happened_at()));
                               }
                             }
                             if (!subject.newer_fields().empty()) {
                               Complain("has fields of a newer schema");
                             }
                           }));
    for (const TakenStep& step : steps) {
      // A record that says more than its life can hold is asked about the rest.
      if (!IsStepOf(kKind, step.transition)) {
        Complain(StrCat("history names the step `", ValueName(step.transition), "`, which no ",
                        variable_, " takes"));
        continue;
      }
      if (BringsSomething(step.transition) || !overridden.empty()) {
        CP_RETURN_IF_ERROR(AskStep(step, overridden));
      }
    }
    return Finish();
  }

 private:
  static constexpr v1::SubjectKind kKind = std::is_same_v<SubjectMessage, v1::Release>
                                               ? v1::SUBJECT_KIND_RELEASE
                                               : v1::SUBJECT_KIND_CHANGE;

  absl::Status Ask(v1::Transition transition, absl::Time clock, absl::Time records_at,
                   Inspect inspect) const {
    return Decide(policy_, organization_, message_,
                  {.now = clock,
                   .transition = transition,
                   .records_at = records_at,
                   .inspect = std::move(inspect)})
        .status();
  }

  bool BringsSomething(v1::Transition transition) const {
    const auto& rules = policy_.policy().obligations();
    return std::any_of(rules.begin(), rules.end(), [&](const v1::ObligationRule& rule) {
      return StandsOn(rule.at(), transition, false);
    });
  }

  void Complain(std::string_view what) { problems_.insert(std::string(what)); }

  void Note(const Answer& answer, Owed* owed) {
    owed->unknown.insert(answer.unknown.begin(), answer.unknown.end());
    if (answer.error != nullptr) {
      Complain(StrCat(answer.error->element(), ": ", answer.error->message()));
    }
  }

  // What the step brought: as it was decided then, and with what is known now.
  absl::Status AskStep(const TakenStep& step, const std::vector<absl::Time>& overridden) {
    std::map<int, Owed> then, owed;
    std::set<std::string> demanded;
    if (step.at) {
      const auto at_that_time = [&](Evaluation* evaluation, const std::vector<std::string>& more) {
        demanded.insert(more.begin(), more.end());
        for (const BroughtObligation& brought : FindBroughtObligations(evaluation, more)) {
          // What was unknown then is asked again with what is known now.
          if (brought.applies.truth == Truth::kTrue &&
              AskObligationMet(brought.rule, evaluation).truth != Truth::kTrue) {
            then.emplace(brought.rule, MakeOwed(brought.rule, step, evaluation));
          }
        }
      };
      CP_RETURN_IF_ERROR(Ask(step.transition, *step.at, *step.at, at_that_time));
    } else {
      // Nobody knows when it was taken: whatever was set aside at any time may have been for it.
      for (const absl::Time at : overridden) {
        CP_RETURN_IF_ERROR(
            Ask(step.transition, at, now_, [&](Evaluation*, const std::vector<std::string>& more) {
              demanded.insert(more.begin(), more.end());
            }));
      }
    }
    const absl::Time start = step.at.value_or(now_);
    const auto in_hindsight = [&](Evaluation* evaluation, const std::vector<std::string>& more) {
      demanded.insert(more.begin(), more.end());
      for (const BroughtObligation& brought :
           FindBroughtObligations(evaluation, {demanded.begin(), demanded.end()})) {
        Owed& one =
            owed.emplace(brought.rule, MakeOwed(brought.rule, step, evaluation)).first->second;
        if (then.count(brought.rule) == 0) Note(brought.applies, &one);
      }
    };
    CP_RETURN_IF_ERROR(Ask(step.transition, start, now_, in_hindsight));
    owed.merge(then);
    CP_RETURN_IF_ERROR(FindMet(step.transition, start, &owed));
    for (auto& [rule, one] : owed) {
      if (!one.met) Keep(rule, std::move(one));
    }
    return absl::OkStatus();
  }

  Owed MakeOwed(int number, const TakenStep& step, Evaluation* evaluation) {
    Owed one;
    const v1::ObligationRule& rule = policy_.policy().obligations(number);
    if (!step.certain) {
      one.unknown.insert(StrCat(variable_, state_is_known_ ? ".history" : ".state"));
    }
    one.item.set_kind(v1::DUE_KIND_OBLIGATION);
    one.item.set_source(v1::DUE_SOURCE_RECORD);
    one.item.set_rule(rule.id());
    one.item.set_subject_id(message_.id());
    one.item.set_id(StrCat(message_.id(), "-", rule.id()));
    *one.item.mutable_clauses() = rule.clauses();
    Answer answer;
    const auto after = AskObligationTime(number, evaluation, &answer);
    std::optional<absl::Time> from = ObligationStartOf(rule, evaluation->subject);
    if (!from) from = step.at;
    if (!after) {
      Note(answer, &one);
    } else if (from) {
      ToProto(ObligationDueAt(*from, *after), one.item.mutable_due_at());
    } else {
      one.unknown.insert(StrCat(variable_, ".history"));
    }
    return one;
  }

  // Asks at `start` and whenever the clock may change an answer, up to now, with all records of
  // now. What the clock would do after very many steps is not looked for: it stays owed.
  absl::Status FindMet(v1::Transition transition, absl::Time start, std::map<int, Owed>* owed) {
    absl::Time clock = start;
    for (int step = 0; !AllMet(*owed); ++step) {
      const bool is_last = clock >= now_ || step == kMostClockSteps;
      if (is_last) clock = now_;
      absl::Time next = now_;
      CP_RETURN_IF_ERROR(Ask(transition, clock, now_,
                             [&](Evaluation* evaluation, const std::vector<std::string>&) {
                               for (auto& [rule, one] : *owed) {
                                 const Answer met = AskObligationMet(rule, evaluation);
                                 one.met = one.met || met.truth == Truth::kTrue;
                                 if (is_last && !one.met) Describe(rule, met, evaluation, &one);
                               }
                               for (const absl::Time change : evaluation->changes) {
                                 if (change > clock) next = std::min(next, change);
                               }
                             }));
      if (is_last) break;
      clock = next;
    }
    return absl::OkStatus();
  }

  static bool AllMet(const std::map<int, Owed>& owed) {
    return std::all_of(owed.begin(), owed.end(), [](const auto& each) { return each.second.met; });
  }

  // What is told of it as things stand now.
  void Describe(int rule, const Answer& met, Evaluation* evaluation, Owed* one) {
    Note(met, one);
    one->item.set_owner(
        std::string(ObligationOwnerOf(policy_.policy().obligations(rule), evaluation->subject)));
    one->item.set_team(std::string(evaluation->subject.team()));
    const CheckedRule& checked = policy_.obligations()[static_cast<size_t>(rule)];
    flat::RepeatedMessage<flat::Parameter> parameters;
    evaluation->expressions->Interpolate(checked.message, &parameters);
    for (const flat::Parameter& told : parameters) {
      v1::Parameter& parameter = *one->item.add_parameters();
      parameter.set_name(std::string(told.name()));
      parameter.set_value(std::string(told.value()));
    }
  }

  // Several steps may bring one obligation: what is known of it counts, and the earliest time.
  void Keep(int rule, Owed one) {
    *one.item.mutable_unknown() = {one.unknown.begin(), one.unknown.end()};
    const auto rank = [](const v1::DueItem& item) {
      return std::tuple(!item.unknown().empty(), !item.has_due_at(), FromProto(item.due_at()));
    };
    const auto [entry, is_new] = kept_.emplace(rule, one.item);
    if (!is_new && rank(one.item) < rank(entry->second)) entry->second = one.item;
  }

  RecordDuties Finish() {
    RecordDuties duties;
    for (auto& [rule, item] : kept_) duties.items.push_back(std::move(item));
    duties.problems = {problems_.begin(), problems_.end()};
    return duties;
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const SubjectMessage& message_;
  const absl::Time now_;
  std::string_view variable_;
  bool state_is_known_ = false;
  std::map<int, v1::DueItem> kept_;
  std::set<std::string> problems_;
};

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<RecordDuties> ListRecordDuties(const CheckedPolicy& policy,
                                              const BoundOrganization& organization,
                                              const SubjectMessage& subject, absl::Time now) {
  return RecordAsker<SubjectMessage>(policy, organization, subject, now).Run();
}

template absl::StatusOr<RecordDuties> ListRecordDuties(const CheckedPolicy&,
                                                       const BoundOrganization&,
                                                       const v1::ChangeRequest&, absl::Time);
template absl::StatusOr<RecordDuties> ListRecordDuties(const CheckedPolicy&,
                                                       const BoundOrganization&, const v1::Release&,
                                                       absl::Time);

}  // namespace changepolicy
