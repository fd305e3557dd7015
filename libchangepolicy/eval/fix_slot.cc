#include "libchangepolicy/eval/fix_slot.h"

#include <algorithm>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/communication.h"
#include "libchangepolicy/eval/fact_call.h"
#include "libchangepolicy/eval/slots.h"

namespace changepolicy {
namespace {

// From when on every notice that the rules ask for is early enough.
absl::Time NoticesSuffice(const Communications& communications, const v1::Schedule& schedule,
                          absl::Time now, const v1::Decision& decision) {
  absl::Time from = now;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    for (const v1::FactRead& fact : outcome.facts()) {
      const auto call = ReadCall(fact.path());
      if (!call.has_value() || !call->Is("communications.sent_ahead")) continue;
      const auto lead = call->Length(1);
      if (!lead.has_value()) continue;
      const NoticeLead sent = LeadOf(communications, call->Value<v1::Audience>(0), *lead, schedule);
      from = std::max(from, sent.earliest_start.value_or(now + *lead));
    }
  }
  return from;
}

}  // namespace

template <typename SubjectMessage>
std::optional<v1::FixStep> SlotFor(const CheckedPolicy& policy,
                                   const BoundOrganization& organization,
                                   const SubjectMessage& subject, absl::Time now,
                                   const v1::Decision& decision, std::optional<absl::Time> from) {
  const v1::Schedule& schedule = subject.schedule();
  absl::Duration work = kUnplannedWork;
  if (schedule.has_start() && schedule.has_end()) {
    const absl::Duration planned = FromProto(schedule.end()) - FromProto(schedule.start());
    if (planned > absl::ZeroDuration()) work = planned;
  }
  SlotOptions options;
  options.now = now;
  options.whatever_runs_out = true;
  options.length = work + FromProto(schedule.rollback_reserve());
  options.from = std::max({from.value_or(now), FromProto(decision.now()),
                           NoticesSuffice(subject.communications(), schedule, now, decision)});
  const auto answer = NextSlots(policy, organization, subject, options);
  if (!answer.ok() || answer->slots().empty()) return std::nullopt;
  v1::FixStep step;
  step.set_kind(v1::FIX_KIND_SLOT);
  const absl::Time start = FromProto(answer->slots(0).start());
  ToProto(start, step.mutable_start());
  ToProto(start + work, step.mutable_end());
  return step;
}

template std::optional<v1::FixStep> SlotFor(const CheckedPolicy&, const BoundOrganization&,
                                            const v1::ChangeRequest&, absl::Time,
                                            const v1::Decision&, std::optional<absl::Time>);
template std::optional<v1::FixStep> SlotFor(const CheckedPolicy&, const BoundOrganization&,
                                            const v1::Release&, absl::Time, const v1::Decision&,
                                            std::optional<absl::Time>);

}  // namespace changepolicy
