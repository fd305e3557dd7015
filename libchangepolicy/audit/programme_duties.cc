// What is owed and not done, or was done late; and rules that somebody set aside.
#include <optional>
#include <string>
#include <utility>

#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

Found OverdueOf(const v1::DueItem& item) {
  const absl::Time due = FromProto(item.due_at());
  Found found{
      .id = "obligation-overdue",
      .subject = item.subject_id(),
      .text = StrCat(ValueName(item.kind()), " ", item.id(), item.owner().empty() ? "" : " of ",
                     item.owner(), " was due on ", UtcText(due), " and is not done"),
      .clauses = {item.clauses().begin(), item.clauses().end()},
      .at = due};
  if (!item.rule().empty()) found.rules = {item.rule()};
  return found;
}

// Something that ledger or log tell to be done.
void TestDone(const v1::Obligation& done, const Examination& examination, DutyNames* seen,
              AuditTestRun* run) {
  const absl::Time done_at = FromProto(done.done_at());
  const DutyName name(done.rule(), done.subject_id());
  if (seen->count(name) > 0 || !examination.Covers(done_at)) return;
  if (!done.rule().empty() && !done.subject_id().empty()) seen->insert(name);
  run->Examine();
  if (!done.has_due_at() || done_at <= FromProto(done.due_at())) return;
  run->Find({.id = "obligation-late",
             .subject = done.subject_id(),
             .text = StrCat("Obligation ", done.id(), " was due on ",
                            UtcText(FromProto(done.due_at())), " and done on ", UtcText(done_at)),
             .rules = {done.rule()},
             .at = done_at});
}

// What the decision on a deployment brought and nothing lists: open by the latest records, or met.
void TestBrought(const BroughtDuty& duty, int64_t index, const DutyBook& duties,
                 AuditTestRun* run) {
  const DutyState state = duties.StateOf(duty);
  if (state == DutyState::kDone || state == DutyState::kNotYetDue) return;
  const bool is_late = state == DutyState::kDoneLate;
  run->Find({.id = is_late ? "obligation-late" : "obligation-overdue",
             .subject = duty.subject,
             .index = index,
             .text = StrCat("What ", duty.subject, " owes by ", duty.rule, ", due ",
                            duty.due ? StrCat("on ", UtcText(*duty.due)) : "at once", ",",
                            is_late ? " was done late" : " is not done"),
             .rules = {duty.rule},
             .at = duty.due});
}

// The override rule that admits it and says what it brings.
std::string ObligationOf(const std::string& rule, const v1::Policy& policy) {
  for (const v1::OverrideRule& admits : policy.overrides()) {
    for (const std::string& covered : admits.rules()) {
      if (covered == rule) return admits.obligation();
    }
  }
  return "";
}

std::string AnswerText(const std::string& obligation, DutyState state) {
  if (obligation.empty()) return "which brings no obligation";
  switch (state) {
    case DutyState::kDone:
      return StrCat(obligation, " is done");
    case DutyState::kDoneLate:
      return StrCat(obligation, " was done late");
    case DutyState::kNotYetDue:
      return StrCat(obligation, " is still owed");
    case DutyState::kMissing:
      break;
  }
  return StrCat(obligation, " is not done");
}

void TestOverride(const SetAsideTrace& overridden, const Deployed& deployed, const DutyBook& duties,
                  const v1::Policy& policy, AuditTestRun* run) {
  const Governing& governing = deployed.governing;
  const std::string obligation = ObligationOf(overridden.rule, policy);
  std::optional<absl::Time> due;
  for (const BroughtTrace& brought : governing.decision->brought) {
    if (brought.rule == obligation) due = brought.due;
  }
  DutyState state = DutyState::kDone;
  Found found{.id = "override-used",
              .subject = governing.subject->id,
              .index = governing.decision->index,
              .rules = {overridden.rule},
              .at = deployed.at};
  if (!obligation.empty()) {
    state = duties.StateOf({obligation, governing.subject->id, governing.decision->now, due});
    found.rules.push_back(obligation);
  }
  found.text = StrCat(deployed.Name(), " went out with ", overridden.rule, " set aside",
                      overridden.by.empty() ? "" : " by ", overridden.by, "; ",
                      AnswerText(obligation, state));
  run->Find(std::move(found));
}

}  // namespace

void TestObligations(const DutyBook& duties, const DutyNames& looked_at, Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_OBLIGATIONS, &examination->findings);
  DutyNames seen = looked_at;
  int64_t undated = 0;
  for (const v1::DueItem& item : duties.items()) {
    const DutyName name(item.rule(), item.subject_id());
    if (looked_at.count(name) > 0) continue;
    if (!item.rule().empty() && !item.subject_id().empty()) seen.insert(name);
    // What was due earlier and is still open is open in the period as well.
    const absl::Time due = FromProto(item.due_at());
    if (item.has_due_at() && examination->options.end && due >= *examination->options.end) continue;
    run.Examine();
    if (!item.has_due_at()) ++undated;
    if (item.overdue()) run.Find(OverdueOf(item));
  }
  if (undated > 0) {
    run.CannotRun(StrCat("nobody can tell when ", undated, " obligations are due"));
  }
  for (const v1::Obligation& done : duties.done()) TestDone(done, *examination, &seen, &run);
  for (const Deployed& deployed : examination->deployments) {
    const DecisionTrace* const decision = deployed.governing.decision;
    if (decision == nullptr || decision->verdict != v1::VERDICT_ALLOWED ||
        !examination->Covers(decision->now)) {
      continue;
    }
    for (const BroughtTrace& brought : decision->brought) {
      const std::string& subject = deployed.governing.subject->id;
      if (!seen.insert({brought.rule, subject}).second) continue;
      run.Examine();
      TestBrought({brought.rule, subject, decision->now, brought.due}, decision->index, duties,
                  &run);
    }
  }
}

void TestOverrides(const DutyBook& duties, Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_OVERRIDES, &examination->findings);
  for (const Deployed& deployed : examination->deployments) {
    if (deployed.governing.decision == nullptr || !examination->Covers(deployed.at)) continue;
    run.Examine();
    for (const SetAsideTrace& overridden : deployed.governing.decision->overridden) {
      TestOverride(overridden, deployed, duties, examination->rules(), &run);
    }
  }
}

}  // namespace changepolicy
