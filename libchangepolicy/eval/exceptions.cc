// Accepted risks and break-glass: the one place where either is honoured.
#include <algorithm>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

template <typename List, typename T>
bool Contains(const List& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

void NoteBoundary(absl::Time boundary, Evaluation* evaluation) {
  if (boundary > evaluation->now) evaluation->changes.push_back(boundary);
}

// What may be set aside: not what holds anyway, and not what could not be evaluated.
bool IsOpen(v1::Status status) {
  return status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE ||
         status == v1::STATUS_UNKNOWN;
}

// The risk is limited to services: every service of the subject must be among them, and there must
// be one; the same for environments.
bool CoversSubject(const v1::AcceptedRisk& risk, const Subject& subject) {
  if (!risk.subjects().empty() && !Contains(risk.subjects(), subject.id())) return false;
  if (!risk.services().empty()) {
    if (subject.services().empty()) return false;
    for (const auto& service : subject.services()) {
      if (!Contains(risk.services(), service.id())) return false;
    }
  }
  if (!risk.environments().empty()) {
    const auto& environments = subject.environments();
    if (environments.empty()) return false;
    for (const int environment : environments) {
      if (!Contains(risk.environments(), environment)) return false;
    }
  }
  return true;
}

bool IsInForce(const v1::AcceptedRisk& risk, Evaluation* evaluation) {
  if (!HasHonouredPeriod(risk, evaluation->policy.policy().exceptions())) return false;
  const absl::Time start = FromProto(risk.start());
  const absl::Time end = FromProto(risk.end());
  NoteBoundary(start, evaluation);
  NoteBoundary(end, evaluation);
  return start <= evaluation->now && evaluation->now < end;
}

// The first accepted risk, by id, that covers the rule. What was accepted is the risk of a missing
// approval, not what somebody objects to: that only an override sets aside.
const v1::AcceptedRisk* FindAcceptedRisk(std::string_view rule, bool vetoed,
                                         Evaluation* evaluation) {
  const v1::Exceptions& exceptions = evaluation->policy.policy().exceptions();
  if (vetoed || !exceptions.has_needs() || evaluation->directory_outdated ||
      Contains(exceptions.never(), rule)) {
    return nullptr;
  }
  const v1::AcceptedRisk* found = nullptr;
  for (const auto& risk : evaluation->organization.directory().proto().accepted_risks()) {
    if (!Contains(risk.rules(), rule) || !CoversSubject(risk, evaluation->subject) ||
        !IsInForce(risk, evaluation)) {
      continue;
    }
    const RuleAnswer answer = EvaluateException(risk, ContextOf(*evaluation), &evaluation->changes);
    if (answer.status == v1::STATUS_SATISFIED && (found == nullptr || risk.id() < found->id())) {
      found = &risk;
    }
  }
  return found;
}

// The rule of the policy that admits this override of `rule`, or null.
const v1::OverrideRule* FindOverrideRule(const flat::Override& made, std::string_view rule,
                                         Evaluation* evaluation) {
  if (!Contains(made.rules(), rule) || made.reason().empty() || !made.has_happened_at() ||
      evaluation->directory_outdated) {
    return nullptr;
  }
  const ApprovalContext context = ContextOf(*evaluation);
  const int person = context.roster->Find(made.by());
  if (person == kNobody) return nullptr;
  const absl::Time at = FromProto(made.happened_at());
  for (const v1::OverrideRule& admits : evaluation->policy.policy().overrides()) {
    if (!Contains(admits.rules(), rule)) continue;
    if (admits.has_expires_after()) {
      const absl::Time end = at + FromProto(admits.expires_after());
      NoteBoundary(end, evaluation);
      if (end <= evaluation->now) continue;
    }
    if (IsEligible(admits.by(), person, context, at)) return &admits;
  }
  return nullptr;
}

void SetAside(v1::Status status, flat::RuleOutcome* outcome) {
  outcome->set_underlying(outcome->status());
  outcome->set_status(status);
}

}  // namespace

bool HasHonouredPeriod(const v1::AcceptedRisk& risk, const v1::Exceptions& exceptions) {
  if (!risk.has_end() || !risk.has_start()) return false;
  const absl::Duration period = FromProto(risk.end()) - FromProto(risk.start());
  return !exceptions.has_longest() || period <= FromProto(exceptions.longest());
}

bool IsSetAside(std::string_view rule, v1::Status status, bool vetoed, Evaluation* evaluation) {
  if (!IsOpen(status)) return false;
  if (FindAcceptedRisk(rule, vetoed, evaluation) != nullptr) return true;
  const auto& overrides = evaluation->subject.overrides();
  return std::any_of(overrides.begin(), overrides.end(), [&](const flat::Override& made) {
    return FindOverrideRule(made, rule, evaluation) != nullptr;
  });
}

void ApplyExceptions(Evaluation* evaluation, Outcomes* outcomes,
                     flat::RepeatedMessage<flat::Remark>* remarks,
                     std::vector<std::string>* obligations) {
  flat::Arena* const arena = &evaluation->arena;
  for (flat::RuleOutcome& outcome : *outcomes) {
    if (!IsOpen(outcome.status())) continue;
    const bool vetoed = outcome.approval().vetoes_size() > 0;
    if (const v1::AcceptedRisk* risk = FindAcceptedRisk(outcome.rule(), vetoed, evaluation)) {
      SetAside(v1::STATUS_WAIVED, &outcome);
      outcome.set_waived_by(risk->id());
      continue;
    }
    for (const flat::Override& made : evaluation->subject.overrides()) {
      const v1::OverrideRule* admits = FindOverrideRule(made, outcome.rule(), evaluation);
      if (admits == nullptr) continue;
      SetAside(v1::STATUS_OVERRIDDEN, &outcome);
      outcome.set_overridden_by(made.id());
      if (!admits->obligation().empty()) obligations->push_back(admits->obligation());
      break;
    }
  }
  for (const flat::Override& made : evaluation->subject.overrides()) {
    const bool used = std::any_of(outcomes->begin(), outcomes->end(), [&](const auto& outcome) {
      return outcome.status() == v1::STATUS_OVERRIDDEN && outcome.overridden_by() == made.id();
    });
    if (used) continue;
    flat::Remark& remark = *remarks->Add(arena);
    remark.set_id("override-not-needed");
    remark.add_about(made.id(), arena);
    remark.add_about(made.by(), arena);
  }
}

}  // namespace changepolicy
