#include "libchangepolicy/eval/decide.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/domain/implied_kind.h"
#include "libchangepolicy/eval/cel_expressions.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/explanation.h"
#include "libchangepolicy/eval/open_world.h"
#include "libchangepolicy/eval/outdated_parts.h"
#include "libchangepolicy/eval/program_expressions.h"
#include "libchangepolicy/eval/remarks.h"
#include "libchangepolicy/eval/subject.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/time.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {
namespace {

// Steps of the clock that are looked at for an exact `valid_until`.
constexpr int kMaxClockSteps = 64;

// Rules that do not concern the subject may be many; they are told only where that is asked for.
bool TellsEveryRule(const DecideOptions& options) {
  return options.detail == v1::DETAIL_FULL || options.detail == v1::DETAIL_RULES;
}

class Decider {
 public:
  // All must outlive the decision.
  Decider(const CheckedPolicy& policy, const BoundOrganization& organization,
          const Subject& subject, const DecideOptions& options)
      : options_(options),
        workspace_(subject.workspace()),
        evaluation_{.policy = policy,
                    .organization = organization,
                    .subject = subject,
                    .arena = subject.workspace().arena,
                    .changes = subject.workspace().changes,
                    .now = options.now,
                    .transition = options.transition,
                    .open_world = options.open_world,
                    .never_stated = options.never_stated},
        decision_(*arena()->New<flat::Decision>()) {
    evaluation_.changes.clear();
  }

  // Lies in the memory of the subject, and points into the subject, the policy and the
  // organization.
  const flat::Decision& Run() {
    DescribeQuestion();
    FindOutdated();
    const std::unique_ptr<Expressions> expressions = MakeExpressions();
    evaluation_.tells_every_rule = TellsEveryRule(options_);
    if (!evaluation_.tells_every_rule) evaluation_.index = options_.index;
    evaluation_.plan = options_.plan;
    evaluation_.expressions = expressions.get();
    evaluation_.decide_change = [this](const v1::ChangeRequest& change, v1::Transition transition) {
      DecideOptions options = options_;
      options.transition = transition;
      options.detail = v1::DETAIL_REASONS;
      options.inspect = nullptr;
      options.never_stated =
          NeverStatedIn(change, subject().release_message(), options_.never_stated);
      return Decide(evaluation_.policy, evaluation_.organization, change, options);
    };
    AssessImpliedKind(&evaluation_);
    AssessModel(&evaluation_);
    if (options_.open_world) OpenModel(&evaluation_);
    AssessRisk(&evaluation_);
    if (options_.open_world) OpenRisk(&evaluation_);
    Categorize(&evaluation_);
    Prioritize(&evaluation_);
    FindStep();
    AnswerCalendar(&evaluation_);
    AssessAftercare(&evaluation_);
    if (options_.open_world) OpenCalendar(&evaluation_);
    Outcomes outcomes;
    EvaluateRules(&outcomes);
    decision_.set_verdict(Judge(outcomes));
    TakeOutcomes(outcomes);
    if (!options_.open_world) {
      ListObligations(&evaluation_, demanded_, decision_.mutable_obligations());
    }
    if (options_.inspect) options_.inspect(&evaluation_, demanded_);
    TakeAssessments();
    for (flat::Remark& remark : exception_remarks_) decision_.add_remarks(&remark, arena());
    AddRemarks(&evaluation_, decision_.mutable_remarks());
    SetTimes();
    return decision_;
  }

 private:
  // Only the plain evaluator knows instants between two nanoseconds.
  std::unique_ptr<Expressions> MakeExpressions() {
    const bool plain =
        options_.program == nullptr || Datum::Of(options_.now).time() != options_.now;
    return plain ? MakeCelExpressions(&evaluation_)
                 : MakeProgramExpressions(*options_.program, &workspace_, &evaluation_);
  }

  const v1::Policy& policy() const { return evaluation_.policy.policy(); }
  const Subject& subject() const { return evaluation_.subject; }
  flat::Arena* arena() { return &workspace_.arena; }
  FactNames About(std::initializer_list<std::string_view> texts) { return NamesOf(texts, arena()); }

  void DescribeQuestion() {
    decision_.set_semantics_version(kSemanticsVersion);
    decision_.set_subject_kind(subject().kind());
    decision_.set_subject_id(subject().id());
    ToProto(options_.now, decision_.mutable_now(arena()));
    decision_.set_detail(options_.detail);
    decision_.set_policy_id(policy().policy().id());
    decision_.set_policy_version(policy().policy().version());
    decision_.set_policy_digest(evaluation_.policy.digest());
    decision_.set_directory_digest(evaluation_.organization.directory_digest());
    decision_.set_ledger_digest(evaluation_.organization.ledger_digest());
    const std::string& zone_rules = evaluation_.policy.zone_rules();
    decision_.set_tzdb_version(zone_rules.empty() ? evaluation_.organization.zone_rules()
                                                  : zone_rules);
    if (subject().is_change()) {
      decision_.set_change_state(subject().change().state());
    } else {
      decision_.set_release_state(subject().release().state());
    }
  }

  void FindStep() {
    FindLifePosition(&evaluation_);
    const LifePosition& life = evaluation_.life;
    for (const v1::Transition transition : life.legal) {
      decision_.add_legal_transitions(transition, arena());
    }
    decision_.set_transition(evaluation_.transition);
    if (subject().is_change()) {
      decision_.set_change_state_after(static_cast<v1::ChangeState>(life.state_after));
    } else {
      decision_.set_release_state_after(static_cast<v1::ReleaseState>(life.state_after));
    }
  }

  void FindOutdated() {
    const OutdatedParts outdated = FindOutdatedParts(policy().limits(), evaluation_.organization,
                                                     options_.now, &evaluation_.changes);
    evaluation_.directory_outdated = outdated.directory;
    evaluation_.ledger_outdated = outdated.ledger;
  }

  void EvaluateRules(Outcomes* outcomes) {
    EvaluateApprovalRules(&evaluation_, options_.all_approvals, outcomes);
    approval_rule_applies_ =
        std::any_of(outcomes->begin(), outcomes->end(), [](const flat::RuleOutcome& outcome) {
          return outcome.status() != v1::STATUS_NOT_APPLICABLE;
        });
    ApplyExceptions(&evaluation_, outcomes, &exception_remarks_, &demanded_);
    if (options_.open_world) OpenExceptions(&evaluation_, outcomes);
    SummarizeApprovals(*outcomes, arena(), &evaluation_.approvals);
    evaluation_.expressions->SetMessage(ProgramVariable::kApprovals, evaluation_.approvals);
    if (options_.open_world) OpenApprovals(*outcomes, &evaluation_);
    if (options_.all_approvals) return;
    EvaluateSeparation(&evaluation_, outcomes);
    EvaluateGates(&evaluation_, outcomes);
    exception_remarks_.Clear();
    demanded_.clear();
    ApplyExceptions(&evaluation_, outcomes, &exception_remarks_, &demanded_);
    if (options_.open_world) OpenExceptions(&evaluation_, outcomes);
  }

  void TakeOutcomes(Outcomes& outcomes) {
    const bool tells_all = TellsEveryRule(options_);
    int not_applicable = evaluation_.rules_left_out;
    Outcomes& told = *decision_.mutable_outcomes();
    for (flat::RuleOutcome& outcome : outcomes) {
      const bool applies = outcome.status() != v1::STATUS_NOT_APPLICABLE;
      if (!applies) ++not_applicable;
      if (applies || tells_all) told.Add(&outcome, arena());
    }
    decision_.set_rules_not_applicable(not_applicable);
  }

  v1::Verdict Judge(const Outcomes& outcomes) {
    if (!subject().newer_fields().empty()) {
      return Refuse("newer-schema", subject().newer_fields());
    }
    const v1::PolicyHeader& header = policy().policy();
    if (header.has_effective_from()) {
      const absl::Time from = FromProto(header.effective_from());
      if (from > options_.now) {
        evaluation_.changes.push_back(from);
        return Refuse("policy-not-in-force", About({header.id()}));
      }
    }
    if (options_.all_approvals) {
      return approval_rule_applies_ ? VerdictOf(outcomes) : Refuse("no-approval-rule", {});
    }
    const LifePosition& life = evaluation_.life;
    if (options_.open_world && StateIsStated() && !OpenSteps(evaluation_).empty()) {
      AddRemark("step-unknown", NamesOf(OpenSteps(evaluation_), arena()));
      return v1::VERDICT_UNKNOWN;
    }
    if (StateIsStated() && life.state_after == 0) {
      // Whether a step is legal may hang on facts that nobody stated.
      if (life.error != nullptr) return Refuse("step-failed", About({life.error->message()}));
      if (!life.unknown.empty()) {
        AddRemark("step-unknown", life.unknown);
        return v1::VERDICT_UNKNOWN;
      }
    }
    if (evaluation_.transition == v1::TRANSITION_UNSPECIFIED) {
      if (StateIsStated()) return Refuse("life-over", About({StateName()}));
      AddRemark("transition-unknown", About({StrCat(subject().variable(), ".state")}));
      return v1::VERDICT_UNKNOWN;
    }
    if (StateIsStated() && life.state_after == 0) {
      return Refuse("illegal-transition", About({v1::Transition_Name(evaluation_.transition)}));
    }
    const v1::Verdict verdict = VerdictOf(outcomes);
    if (verdict == v1::VERDICT_ALLOWED && evaluation_.approval_rules_stand &&
        !approval_rule_applies_) {
      return Refuse("no-approval-rule", About({v1::Transition_Name(evaluation_.transition)}));
    }
    return verdict;
  }

  bool StateIsStated() const {
    return decision_.change_state() != v1::CHANGE_STATE_UNSPECIFIED ||
           decision_.release_state() != v1::RELEASE_STATE_UNSPECIFIED;
  }
  std::string StateName() const {
    return subject().is_change() ? ValueName(decision_.change_state())
                                 : ValueName(decision_.release_state());
  }

  v1::Verdict Refuse(std::string_view remark, const FactNames& about) {
    AddRemark(remark, about);
    return v1::VERDICT_ERROR;
  }

  void AddRemark(std::string_view id, const FactNames& about) {
    changepolicy::AddRemark(id, about, arena(), decision_.mutable_remarks());
  }

  void TakeAssessments() {
    decision_.set_categorization(&evaluation_.categorization);
    decision_.set_risk(&evaluation_.risk);
    decision_.set_priority(&evaluation_.priority);
    if (!evaluation_.model.id().empty()) decision_.set_model(&evaluation_.model);
    decision_.set_calendar(&evaluation_.calendar);
    if (evaluation_.aftercare.health() != v1::HEALTH_UNSPECIFIED) {
      decision_.set_aftercare(&evaluation_.aftercare);
    }
    *decision_.mutable_blocking_changes() = evaluation_.blocking_changes;
  }

  void SetTimes() {
    evaluation_.changes.insert(evaluation_.changes.end(), subject().changes().begin(),
                               subject().changes().end());
    absl::Time next = absl::InfiniteFuture();
    for (const absl::Time change : evaluation_.changes) {
      if (change > options_.now) next = std::min(next, change);
    }
    if (next == absl::InfiniteFuture()) return;
    ToProto(next, decision_.mutable_next_evaluation(arena()));
    ToProto(next, decision_.mutable_valid_until(arena()));
  }

  const DecideOptions& options_;
  Workspace& workspace_;
  Evaluation evaluation_;
  flat::Decision& decision_;
  flat::RepeatedMessage<flat::Remark> exception_remarks_;
  std::vector<std::string> demanded_;
  bool approval_rule_applies_ = false;
};

// What a Decision keeps at detail VERDICT.
flat::Decision VerdictOnly(const flat::Decision& decision, flat::Arena* arena) {
  flat::Decision kept = decision;
  kept.clear_outcomes();
  for (const flat::RuleOutcome& outcome : decision.outcomes()) {
    flat::RuleOutcome& told = *kept.add_outcomes(arena);
    told.set_rule(outcome.rule());
    told.set_status(outcome.status());
    told.set_kind(outcome.kind());
  }
  kept.clear_risk();
  kept.clear_priority();
  kept.clear_model();
  kept.clear_calendar();
  kept.clear_aftercare();
  return kept;
}

}  // namespace

bool IsRefused(const v1::Decision& decision) {
  static const std::set<std::string_view> kRefusals = {
      "newer-schema", "policy-not-in-force", "life-over", "step-failed", "illegal-transition"};
  return decision.verdict() == v1::VERDICT_ERROR &&
         std::any_of(decision.remarks().begin(), decision.remarks().end(),
                     [](const v1::Remark& remark) { return kRefusals.count(remark.id()) > 0; });
}

namespace {

// Hands the Decision and the workspace that holds it to `tell`, for as long as that takes; gives
// what `tell` gives.
template <typename Given, typename Tell>
auto DecideOnce(const CheckedPolicy& policy, const BoundOrganization& organization,
                const Given& given, const DecideOptions& options, Tell tell)
    -> decltype(tell(std::declval<const flat::Decision&>(), std::declval<Workspace*>())) {
  std::vector<absl::Time> record_changes;
  const absl::Time records_at = options.records_at.value_or(options.now);
  CP_ASSIGN_OR_RETURN(
      const std::shared_ptr<const BoundOrganization> earlier,
      organization.AsOf(records_at, FromProto(policy.policy().limits().clock_skew()),
                        &record_changes));
  const BoundOrganization& visible = earlier == nullptr ? organization : *earlier;
  CP_ASSIGN_OR_RETURN(Subject subject, Subject::Bind(given, policy.policy(), visible, records_at));
  subject.AddChanges(record_changes);
  Decider decider(policy, visible, subject, options);
  const flat::Decision& decision = decider.Run();
  Workspace& workspace = subject.workspace();
  if (options.detail != v1::DETAIL_VERDICT) return tell(decision, &workspace);
  return tell(VerdictOnly(decision, &workspace.arena), &workspace);
}

absl::StatusOr<v1::Decision> AsMessage(const flat::Decision& decision, Workspace* workspace) {
  v1::Decision message;
  if (!flat::CopyTo(decision, &workspace->buffer, &message)) {
    return ResourceExhausted("the Decision is over 2 GiB");
  }
  return message;
}

struct VerdictUntil {
  v1::Verdict verdict;
  absl::Time next_evaluation;  // infinitely far where there is none
};

absl::StatusOr<VerdictUntil> AsVerdict(const flat::Decision& decision, Workspace*) {
  return VerdictUntil{.verdict = decision.verdict(),
                      .next_evaluation = decision.has_next_evaluation()
                                             ? FromProto(decision.next_evaluation())
                                             : absl::InfiniteFuture()};
}

absl::Status CheckQuestion(const DecideOptions& options) {
  if (options.now == absl::InfinitePast() || options.now == absl::InfiniteFuture()) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  if (!v1::Transition_IsValid(options.transition)) {
    return InvalidArgument(
        StrCat("transition: `", static_cast<int>(options.transition), "` is no transition"));
  }
  return absl::OkStatus();
}

// What only detail FULL tells: how long the verdict lasts, which may be beyond the first change of
// some status, and the explanation.
template <typename SubjectMessage>
absl::Status AddFull(const CheckedPolicy& policy, const BoundOrganization& organization,
                     const SubjectMessage& message, const DecideOptions& options,
                     v1::Decision* decision) {
  if (decision->has_next_evaluation()) {
    DecideOptions later = options;
    later.detail = v1::DETAIL_VERDICT;
    absl::Time at = FromProto(decision->next_evaluation());
    decision->clear_valid_until();
    for (int step = 0; step < kMaxClockSteps; ++step) {
      later.now = at;
      CP_ASSIGN_OR_RETURN(const VerdictUntil then,
                          DecideOnce(policy, organization, message, later, AsVerdict));
      if (then.verdict != decision->verdict() || step + 1 == kMaxClockSteps) {
        ToProto(at, decision->mutable_valid_until());
        break;
      }
      if (then.next_evaluation == absl::InfiniteFuture()) break;
      at = then.next_evaluation;
    }
  }
  if (options.all_approvals) return absl::OkStatus();
  CP_ASSIGN_OR_RETURN(*decision->mutable_explanation(),
                      Explain(policy, organization, message, options, *decision));
  return absl::OkStatus();
}

}  // namespace

template <typename SubjectMessage>
absl::StatusOr<v1::Decision> Decide(const CheckedPolicy& policy,
                                    const BoundOrganization& organization,
                                    const SubjectMessage& message, const DecideOptions& options) {
  CP_RETURN_IF_ERROR(CheckQuestion(options));
  CP_ASSIGN_OR_RETURN(v1::Decision decision,
                      DecideOnce(policy, organization, message, options, AsMessage));
  if (options.detail == v1::DETAIL_FULL) {
    CP_RETURN_IF_ERROR(AddFull(policy, organization, message, options, &decision));
  }
  if (options.subject_digest) {
    CP_ASSIGN_OR_RETURN(const std::string canonical, CanonicalBytes(message));
    decision.set_subject_digest(Sha256(canonical));
  }
  return decision;
}

template <typename SubjectMessage>
absl::StatusOr<v1::Verdict> DecideVerdict(const CheckedPolicy& policy,
                                          const BoundOrganization& organization,
                                          const SubjectMessage& message,
                                          const DecideOptions& options) {
  CP_RETURN_IF_ERROR(CheckQuestion(options));
  CP_ASSIGN_OR_RETURN(const VerdictUntil made,
                      DecideOnce(policy, organization, message, options, AsVerdict));
  return made.verdict;
}

namespace {

// What needs protobuf's message of the subject.
template <typename SubjectMessage>
absl::StatusOr<std::string> DecideMessageBytes(const CheckedPolicy& policy,
                                               const BoundOrganization& organization,
                                               std::string_view bytes,
                                               const DecideOptions& options) {
  SubjectMessage message;
  if (bytes.size() > INT32_MAX ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return InvalidArgument(
        StrCat("the bytes are no serialized ", SubjectMessage::descriptor()->full_name()));
  }
  CP_ASSIGN_OR_RETURN(const v1::Decision decision, Decide(policy, organization, message, options));
  return DeterministicBytes(decision);
}

}  // namespace

absl::Status DecideBytes(const CheckedPolicy& policy, const BoundOrganization& organization,
                         const SubjectBytes& subject, const DecideOptions& options,
                         std::string* decision) {
  CP_RETURN_IF_ERROR(CheckQuestion(options));
  if (options.detail == v1::DETAIL_FULL || options.subject_digest) {
    const auto decide = subject.kind == v1::SUBJECT_KIND_CHANGE
                            ? DecideMessageBytes<v1::ChangeRequest>
                            : DecideMessageBytes<v1::Release>;
    CP_ASSIGN_OR_RETURN(*decision, decide(policy, organization, subject.bytes, options));
    return absl::OkStatus();
  }
  const WorkspaceLease workspace;
  return DecideOnce(policy, organization, subject, options,
                    [&](const flat::Decision& made, Workspace*) -> absl::Status {
                      decision->assign(flat::Encode(made, &workspace->buffer));
                      return absl::OkStatus();
                    });
}

template absl::StatusOr<v1::Verdict> DecideVerdict(const CheckedPolicy&, const BoundOrganization&,
                                                   const v1::ChangeRequest&, const DecideOptions&);
template absl::StatusOr<v1::Verdict> DecideVerdict(const CheckedPolicy&, const BoundOrganization&,
                                                   const v1::Release&, const DecideOptions&);
template absl::StatusOr<v1::Decision> Decide(const CheckedPolicy&, const BoundOrganization&,
                                             const v1::ChangeRequest&, const DecideOptions&);
template absl::StatusOr<v1::Decision> Decide(const CheckedPolicy&, const BoundOrganization&,
                                             const v1::Release&, const DecideOptions&);

}  // namespace changepolicy
