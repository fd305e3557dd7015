// What is owed once the step is taken, the verdict, and the way through all passes.
#include <algorithm>

#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {

void Case::ListObligations() {
  owed.clear();
  if (transition != v1::TRANSITION_DEPLOY) return;
  const v1::ChangeRequest& c = *change;
  const auto owe = [&](Owed which, std::string_view owner, Nanos after) {
    owed.push_back({which, owner, false, after});
  };
  reading_ = &scratch_;
  if (category != v1::CATEGORY_EMERGENCY) {
    if (significant_.value.is_false()) return;
    owed.push_back({kOwedImplementationReview, c.people().owner(), true,
                    ToNanos(c.schedule().end()) + 120 * kHour});
    return;
  }
  const v1::ChangeDocuments& documents = c.documents();
  if (!IsWritten(documents.impact_analysis()) || !IsWritten(documents.risk_assessment()) ||
      !IsWritten(documents.testing_plan()) || !IsWritten(documents.rollback_strategy())) {
    owe(kOwedPapers, c.people().requester(), 48 * kHour);
  }
  const auto settled = [&](EvidenceType type, Fact fact) {
    return [this, type, fact] { return Settled(type, v1::ENVIRONMENT_UNSPECIFIED, fact); };
  };
  Truth tested = settled(kUnit, kUnitSettled)();
  tested = AndThen(tested, settled(kIntegration, kIntegrationSettled));
  tested = AndThen(tested, settled(kRegression, kRegressionSettled));
  tested = AndThen(tested, settled(kSecurityScan, kSecuritySettled));
  if (!tested.is_true()) owe(kOwedTests, kRoleIds[kQaLead], 48 * kHour);
  owe(kOwedReview, kRoleIds[kChangeManager], 120 * kHour);  // nobody has held a review
  const auto has_opinion = [&] {
    const EvidenceState state = StateOf(kDpoOpinionRecord, v1::ENVIRONMENT_UNSPECIFIED);
    return state.unknown.empty() && state.verdict == Verdict::kPassed;
  };
  if (!concerns_dpo_.value.is_false() && !has_opinion()) {
    owe(kOwedDpoReview, kRoleIds[kDpo], 120 * kHour);
  }
  const Truth abroad = AndThen(about_people_.value, [&] {
    if (jurisdictions.empty()) return Truth::Unknown(kJurisdictions);
    return Truth::Of(
        std::any_of(jurisdictions.begin(), jurisdictions.end(),
                    [&](std::string_view place) { return place == "SG" || IsInEea(place); }));
  });
  if (!abroad.is_false() && !Sent(v1::AUDIENCE_REGULATOR, v1::NOTICE_PROBLEM) && !has_opinion()) {
    owe(kOwedBreachNotice, kRoleIds[kDpo], 72 * kHour);
  }
}

bool Case::FindVerdict() {
  bool denied = false, unknown = false, satisfied = false;
  bool approval_applies = false;
  for (const Outcome& outcome : outcomes) {
    approval_applies |= outcome.rule < kApprovalRules;
    switch (outcome.status) {
      case v1::STATUS_UNSATISFIED:
      case v1::STATUS_UNSATISFIABLE:
        denied = true;
        break;
      case v1::STATUS_UNKNOWN:
        unknown = true;
        break;
      default:
        satisfied = true;
    }
  }
  verdict = denied ? v1::VERDICT_DENIED : unknown ? v1::VERDICT_UNKNOWN : v1::VERDICT_ALLOWED;
  const bool approvals_stand =
      transition != v1::TRANSITION_SUBMIT && transition != v1::TRANSITION_ASSESS;
  // Without a rule that decides the answer is an error, which is not made here.
  return satisfied || denied || unknown
             ? verdict != v1::VERDICT_ALLOWED || !approvals_stand || approval_applies
             : false;
}

bool Case::Judge(const v1::ChangeRequest& subject, Nanos instant) {
  change = &subject;
  now = instant;
  next = kNever;
  pool.Clear();
  named_facts.clear();
  outcomes.clear();
  unknown_facts = {};
  values_.fill({});
  rules_not_applicable = 0;
  reading_ = &scratch_;
  if (now < tables.all_visible_from || now < tables.all_joined || now < tables.policy_from ||
      now >= tables.policy_review || now >= tables.directory_until || now >= tables.ledger_until) {
    return false;
  }
  Note(tables.policy_review);
  Note(tables.directory_until);
  Note(tables.ledger_until);
  if (!TakeChange()) return false;
  Define();
  AssessModel();
  if (!AssessRisk()) return false;
  DefineRisky();
  if (!Categorize()) return false;
  Prioritize();
  if (!FindStep() || !AnswerCalendar()) return false;
  if (transition != v1::TRANSITION_SUBMIT && transition != v1::TRANSITION_ASSESS &&
      !EvaluateApprovals()) {
    return false;
  }
  if (!EvaluateGates()) return false;
  ListObligations();
  return FindVerdict();
}

}  // namespace changepolicy::handwritten
