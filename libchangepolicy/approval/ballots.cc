#include "libchangepolicy/approval/ballots.h"

#include <algorithm>
#include <tuple>

#include "libchangepolicy/approval/demands.h"
#include "libchangepolicy/approval/told_text.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/flat/lists.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

AspectMask Covered(const flat::Approval& approval) {
  if (approval.aspects().empty()) return kAllAspects;
  AspectMask mask = 0;
  for (const int aspect : approval.aspects()) {
    if (v1::Aspect_IsValid(aspect)) mask |= MaskOf(static_cast<v1::Aspect>(aspect));
  }
  return mask & kAllAspects;
}

// What a withdrawal or a recusal is about. An aspect or a place that nobody knows may be any.
AspectMask AspectsOf(const flat::Approval& act) {
  for (const int aspect : act.aspects()) {
    const bool known = v1::Aspect_IsValid(aspect) && aspect != v1::ASPECT_UNSPECIFIED;
    if (!known) return kAllAspects;
  }
  return Covered(act);
}
v1::Environment EnvironmentOf(const flat::Approval& act) {
  return v1::Environment_IsValid(act.environment()) ? act.environment()
                                                    : v1::ENVIRONMENT_UNSPECIFIED;
}

template <typename Record>
absl::Time GivenAt(const Record& record) {
  if (record.has_happened_at()) return FromProto(record.happened_at());
  return record.has_recorded_at() ? FromProto(record.recorded_at()) : absl::InfinitePast();
}

}  // namespace

std::string_view AspectName(AspectMask mask) {
  for (int aspect = v1::ASPECT_DESCRIPTION; aspect <= v1::ASPECT_CODE; ++aspect) {
    if (mask & MaskOf(static_cast<v1::Aspect>(aspect))) {
      return NameOf(static_cast<v1::Aspect>(aspect));
    }
  }
  return {};
}

std::string_view Ballot::VoidedBy(AspectMask aspects) const {
  for (const Voided& lost : voided) {
    if ((lost.aspects & aspects) != 0) return lost.by;
  }
  return {};
}

BallotBox::BallotBox(const ApprovalContext& context, const ApprovalPlan& plan,
                     const ApprovalSubject& subject, std::vector<absl::Time>* changes)
    : context_(context), plan_(plan), subject_(subject) {
  TakeConfirmations(changes);
  ballots_ = NewList<Ballot>(subject.approvals().size(), context.arena);
  size_t count = 0;
  for (const flat::Approval* approval : subject.approvals()) {
    Ballot ballot = Read(*approval);
    const bool withdraws = approval->kind() == v1::APPROVAL_KIND_WITHDRAWN;
    if (!withdraws && approval->kind() != v1::APPROVAL_KIND_RECUSED) {
      ballots_[count++] = ballot;
      continue;
    }
    // Without a time these are taken to be the last word.
    Act act{approval, ballot.actor, ballot.at};
    if (act.at == absl::InfinitePast()) act.at = absl::InfiniteFuture();
    (withdraws ? withdrawals_ : recusals_).Add(act, context.arena);
    if (withdraws) {
      // It may end a recusal, which it does not before these.
      changes->push_back(ballot.at);
      if (approval->has_recorded_at()) changes->push_back(FromProto(approval->recorded_at()));
    } else {
      if (ballot.against.reason == v1::NOT_COUNTED_UNSPECIFIED) {
        ballot.against = {v1::NOT_COUNTED_RECUSED, ""};
      }
      ballots_[count++] = ballot;
    }
  }
  ballots_ = ballots_.first(count);
  bool delegated = false;
  for (Ballot& ballot : ballots_) {
    if (ballot.against.reason != v1::NOT_COUNTED_UNSPECIFIED) continue;
    Retract(&ballot);
    if (ballot.against.reason != v1::NOT_COUNTED_UNSPECIFIED) continue;
    if (!context.roster->Present(ballot.actor, ballot.roster_at)) {
      ballot.against = {v1::NOT_COUNTED_LEFT, ""};
    } else if (ballot.at > context.now) {
      ballot.against = {v1::NOT_COUNTED_TOO_EARLY, InstantText(ballot.at, context.arena)};
      changes->push_back(ballot.at);
    }
    delegated |= ballot.delegated();
  }
  if (delegated) context.roster->DelegationBoundaries(context.now, changes);
}

Ballot BallotBox::Read(const flat::Approval& approval) const {
  Ballot ballot;
  ballot.approval = &approval;
  ballot.at = GivenAt(approval);
  ballot.expires =
      approval.has_expires_at() ? FromProto(approval.expires_at()) : absl::InfiniteFuture();
  const bool at_decision = context_.policy->separation().roster() == v1::ROSTER_AT_DECISION;
  ballot.roster_at = at_decision || ballot.at == absl::InfinitePast() ? context_.now : ballot.at;
  ballot.covered = Covered(approval);
  Identify(&ballot);
  if (approval.kind() == v1::APPROVAL_KIND_CONDITIONAL) FindConditions(&ballot);
  if (ballot.against.reason == v1::NOT_COUNTED_UNSPECIFIED) PlaceInHistory(&ballot);
  return ballot;
}

void BallotBox::Identify(Ballot* ballot) const {
  const flat::Approval& approval = *ballot->approval;
  const Roster& roster = *context_.roster;
  ballot->actor = ballot->seat = roster.Find(approval.by());
  if (plan_.placeholders().Has(approval.by())) {
    ballot->against = {v1::NOT_COUNTED_PLACEHOLDER, approval.by()};
  } else if (ballot->actor == kNobody) {
    ballot->against = {v1::NOT_COUNTED_UNKNOWN_IDENTITY, approval.by()};
  } else if (roster.IsServiceAccount(ballot->actor)) {
    ballot->against = {v1::NOT_COUNTED_SERVICE_ACCOUNT, ""};
  } else if (!approval.on_behalf_of().empty()) {
    ballot->seat = roster.Find(approval.on_behalf_of());
    if (ballot->seat == kNobody) {
      const bool placeholder = plan_.placeholders().Has(approval.on_behalf_of());
      ballot->against = {
          placeholder ? v1::NOT_COUNTED_PLACEHOLDER : v1::NOT_COUNTED_UNKNOWN_IDENTITY,
          approval.on_behalf_of()};
    }
  }
  if (ballot->against.reason != v1::NOT_COUNTED_UNSPECIFIED) return;
  switch (approval.kind()) {
    case v1::APPROVAL_KIND_APPROVED:
    case v1::APPROVAL_KIND_WITHDRAWN:
    case v1::APPROVAL_KIND_RECUSED:
      break;
    case v1::APPROVAL_KIND_CONDITIONAL:
      // A condition that nobody wrote down can never be seen to be met.
      if (approval.conditions().empty()) {
        ballot->against = {v1::NOT_COUNTED_CONDITION, ""};
      }
      break;
    default:
      ballot->against = {v1::NOT_COUNTED_KIND, ""};
  }
}

// Which revision the approver saw, and what was edited since.
void BallotBox::PlaceInHistory(Ballot* ballot) const {
  const std::span<const AspectHistory::Revision> revisions = context_.history.revisions;
  const flat::Approval& approval = *ballot->approval;
  const auto reject = [&](std::string_view detail) {
    ballot->against = {v1::NOT_COUNTED_REVISION, detail};
  };
  ballot->standing = ballot->covered;
  const bool timed = ballot->at != absl::InfinitePast();
  // A revision that is said to have happened before the approval, and was put on record after it,
  // is no revision that the approver saw.
  const absl::Time recorded =
      approval.has_recorded_at() ? FromProto(approval.recorded_at()) : absl::InfiniteFuture();
  const auto was_there = [&](const AspectHistory::Revision& revision) {
    return revision.happened_at != absl::InfinitePast() && revision.happened_at < ballot->at &&
           revision.recorded_at <= recorded;
  };
  int seen = approval.revision();
  if (seen < 0 || seen > std::max<int>(1, static_cast<int>(revisions.size()))) {
    return reject(Text(seen));
  }
  if (revisions.empty()) {
    // The subject as it stands is the only revision; an accepted risk has no artifact.
    flat::Artifact artifact;
    if (context_.change != nullptr) artifact = context_.change->artifact();
    if (context_.release != nullptr) artifact = context_.release->artifact();
    const std::string_view digest = approval.revision_digest();
    if (!digest.empty() && digest != artifact.revision() && digest != artifact.digest()) {
      reject(digest);
    }
    return;
  }
  if (seen > 0) {
    const AspectHistory::Revision& revision = revisions[seen - 1];
    if (timed && ballot->at < revision.happened_at) return reject(Text(seen));
    if (!approval.revision_digest().empty() &&
        approval.revision_digest() != revision.source_digest) {
      return reject(approval.revision_digest());
    }
  } else if (!approval.revision_digest().empty()) {
    // The first with this digest is named by it. Another one, whose sources went back to it, is
    // only where it was there for sure.
    for (const AspectHistory::Revision& revision : revisions) {
      if (revision.source_digest != approval.revision_digest()) continue;
      const bool first = seen == 0 && (!timed || revision.happened_at <= ballot->at);
      if (first || (timed && was_there(revision))) seen = revision.number;
    }
    if (seen == 0) return reject(approval.revision_digest());
  } else if (!timed) {
    if (revisions.size() > 1) return reject("");
    seen = 1;
  } else {
    // What happened at the same instant, or nobody knows when, was not seen. The first revision is
    // what the subject began with.
    for (const AspectHistory::Revision& revision : revisions) {
      const bool begun = revision.number == 1 && revision.happened_at == absl::InfinitePast();
      if (!begun && !was_there(revision)) break;
      seen = revision.number;
    }
    if (seen == 0) return reject("");
  }
  for (size_t later = seen; later < revisions.size(); ++later) {
    const AspectMask lost = revisions[later].touched & ballot->standing;
    if (lost != 0) ballot->voided.Add({lost, Text(revisions[later].number)}, context_.arena);
    ballot->standing &= ~lost;
  }
  const AspectMask lost = context_.history.unrecorded & ballot->standing;
  if (lost == 0) return;
  const std::string_view by = Joined(context_.arena, "after ", Text(revisions.back().number));
  ballot->voided.Add({lost, by}, context_.arena);
  ballot->standing &= ~lost;
}

// A confirmation comes from a human being who was there when it was given. Which of several times
// is the last suffices: a later one confirms whatever an earlier one does.
void BallotBox::TakeConfirmations(std::vector<absl::Time>* changes) {
  const Roster& roster = *context_.roster;
  const bool at_decision = context_.policy->separation().roster() == v1::ROSTER_AT_DECISION;
  flat::Repeated<Confirmation> taken;
  for (const flat::ConditionMet* met : subject_.confirmations()) {
    const absl::Time at = GivenAt(*met);
    const int person = roster.Find(met->by());
    if (at == absl::InfinitePast() || met->condition().empty() || person == kNobody ||
        plan_.placeholders().Has(met->by()) || roster.IsServiceAccount(person)) {
      continue;
    }
    if (at > context_.now) {
      changes->push_back(at);
    } else if (roster.Present(person, at_decision ? context_.now : at)) {
      taken.Add({met->condition(), person, at}, context_.arena);
    }
  }
  const std::span<Confirmation> all = SpanOf(taken);
  StableSort(all, [](const Confirmation& a, const Confirmation& b) {
    return std::tie(a.condition, a.person) < std::tie(b.condition, b.person);
  });
  size_t count = 0;
  for (const Confirmation& each : all) {
    Confirmation* const before = count == 0 ? nullptr : &all[count - 1];
    if (before != nullptr && before->condition == each.condition && before->person == each.person) {
      before->last = std::max(before->last, each.last);
    } else {
      all[count++] = each;
    }
  }
  confirmations_ = all.first(count);
}

// Without a time of the approval nobody can say that a confirmation came after it.
void BallotBox::FindConditions(Ballot* ballot) const {
  const flat::Repeated<std::string_view>& named = ballot->approval->conditions();
  std::span<std::string_view> texts = NewList<std::string_view>(named.size(), context_.arena);
  std::copy(named.begin(), named.end(), texts.begin());
  texts = SortOnce(texts);
  const std::span<Condition> conditions = NewList<Condition>(texts.size(), context_.arena);
  flat::Repeated<std::string_view> open;
  for (size_t i = 0; i < texts.size(); ++i) {
    flat::Repeated<int> confirmed_by;
    auto each = std::lower_bound(
        confirmations_.begin(), confirmations_.end(), texts[i],
        [](const Confirmation& one, std::string_view text) { return one.condition < text; });
    for (; each != confirmations_.end() && each->condition == texts[i]; ++each) {
      if (ballot->at != absl::InfinitePast() && each->last >= ballot->at) {
        confirmed_by.Add(each->person, context_.arena);
      }
    }
    conditions[i] = {texts[i], SpanOf(confirmed_by)};
    const bool met = std::any_of(confirmed_by.begin(), confirmed_by.end(), [&](int person) {
      return person == ballot->actor || person == ballot->seat || subject_.PartsOf(person) == 0;
    });
    if (!met) open.Add(texts[i], context_.arena);
  }
  ballot->conditions = conditions;
  ballot->open_conditions = SpanOf(open);
}

std::span<const std::string_view> BallotBox::OpenConditions(const Ballot& ballot,
                                                            const Demand& rule,
                                                            const Slot& slot) const {
  flat::Repeated<std::string_view> open;
  for (const Condition& condition : ballot.conditions) {
    const bool met =
        std::any_of(condition.confirmed_by.begin(), condition.confirmed_by.end(), [&](int person) {
          return person == ballot.actor || person == ballot.seat ||
                 ((subject_.PartsOf(person) & slot.plan->apart) == 0 && !rule.IsRecused(person));
        });
    if (!met) open.Add(condition.text, context_.arena);
  }
  return SpanOf(open);
}

// What the giver took back: all of it, or aspects of it, or some places only.
void BallotBox::Retract(Ballot* ballot) const {
  const flat::Approval& given = *ballot->approval;
  AspectMask everywhere = 0;
  for (const Act& act : withdrawals_) {
    const flat::Approval& record = *act.record;
    if (act.actor != ballot->actor || act.at < ballot->at ||
        (!record.criterion().empty() && record.criterion() != given.criterion())) {
      continue;
    }
    // For somebody whom nobody knows may be for anybody.
    const int seat = context_.roster->Find(record.on_behalf_of());
    if (!record.on_behalf_of().empty() && seat != kNobody && seat != ballot->seat) continue;
    Retraction retraction{AspectsOf(record) & ballot->covered, EnvironmentOf(record), record.id()};
    const bool elsewhere = retraction.environment != v1::ENVIRONMENT_UNSPECIFIED &&
                           given.environment() != v1::ENVIRONMENT_UNSPECIFIED &&
                           retraction.environment != given.environment();
    if (elsewhere || retraction.aspects == 0) continue;
    if (given.environment() != v1::ENVIRONMENT_UNSPECIFIED) retraction.environment = {};
    if (retraction.environment == v1::ENVIRONMENT_UNSPECIFIED) everywhere |= retraction.aspects;
    ballot->retractions.Add(retraction, context_.arena);
    if (everywhere == ballot->covered) {
      ballot->against = {v1::NOT_COUNTED_WITHDRAWN, record.id()};
      return;
    }
  }
  ballot->covered &= ~everywhere;
  ballot->standing &= ~everywhere;
}

// Whether what speaks against permission in a place does so for the rule: one about everywhere is
// about each place that the subject goes to.
bool BallotBox::Concerns(v1::Environment environment, const RulePlan& rule) const {
  if (environment == v1::ENVIRONMENT_UNSPECIFIED) return true;
  if (rule.environment != v1::ENVIRONMENT_UNSPECIFIED) return rule.environment == environment;
  const std::span<const int32_t> all = subject_.environments();
  return all.empty() || std::find(all.begin(), all.end(), environment) != all.end();
}

AspectMask BallotBox::RetractedFor(const Ballot& ballot, const RulePlan& rule,
                                   std::string_view* by) const {
  AspectMask aspects = 0;
  for (const Retraction& retraction : ballot.retractions) {
    if (!Concerns(retraction.environment, rule) || (retraction.aspects & rule.aspects) == 0) {
      continue;
    }
    if (aspects == 0) *by = retraction.by;
    aspects |= retraction.aspects & rule.aspects;
  }
  return aspects;
}

// Aspects from which a person is no longer recused. In doubt a recusal stands: what takes it back
// must be as wide as it is, later, and on record by now, since it speaks for permission.
AspectMask BallotBox::TakenBack(const Act& recusal) const {
  AspectMask aspects = 0;
  for (const Act& act : withdrawals_) {
    const flat::Approval& record = *act.record;
    const bool recorded =
        !record.has_recorded_at() || FromProto(record.recorded_at()) <= context_.now;
    const bool wide =
        (record.criterion().empty() || record.criterion() == recusal.record->criterion()) &&
        (record.environment() == v1::ENVIRONMENT_UNSPECIFIED ||
         record.environment() == recusal.record->environment()) &&
        record.on_behalf_of().empty();
    if (act.actor == recusal.actor && act.at > recusal.at && act.at <= context_.now && recorded &&
        wide) {
      aspects |= Covered(record);
    }
  }
  return aspects;
}

std::span<const int> BallotBox::Recused(const RulePlan& rule) const {
  flat::Repeated<int> recused;
  for (const Act& act : recusals_) {
    const flat::Approval& record = *act.record;
    if (act.actor == kNobody ||
        (!record.criterion().empty() && record.criterion() != rule.criterion) ||
        !Concerns(EnvironmentOf(record), rule)) {
      continue;
    }
    if ((AspectsOf(record) & ~TakenBack(act) & rule.aspects) != 0) {
      recused.Add(act.actor, context_.arena);
    }
  }
  return SortOnce(SpanOf(recused));
}

bool BallotBox::FitsEnvironment(const flat::Approval& approval, const RulePlan& rule) const {
  if (approval.environment() == v1::ENVIRONMENT_UNSPECIFIED) return true;
  if (rule.environment != v1::ENVIRONMENT_UNSPECIFIED) {
    return approval.environment() == rule.environment;
  }
  // The rule is about everywhere: that is one place where the subject goes nowhere else.
  const std::span<const int32_t> all = subject_.environments();
  return !all.empty() &&
         std::all_of(all.begin(), all.end(), [&](int e) { return e == approval.environment(); });
}

bool BallotBox::MayAct(const Ballot& ballot, const Slot& slot) const {
  const Electorate& electorate = *slot.electorate;
  Roster::Coverage coverage;
  coverage.is_apart = [&](int person) {
    return (subject_.PartsOf(person) & slot.plan->apart) != 0;
  };
  flat::Repeated<std::string_view> roles;
  for (const ElectorRole& role : electorate.roles) {
    if (HoldsIn(*role.tenures, ballot.seat, ballot.roster_at)) roles.Add(role.id, context_.arena);
  }
  coverage.roles = SpanOf(roles);
  coverage.beyond_roles = electorate.beyond_roles || roles.empty();
  const std::string_view service = electorate.service;
  if (!service.empty()) {
    coverage.services = {&service, 1};
  } else {
    const KnownList& services = subject_.services();
    coverage.services = services.values;
    coverage.services_known = services.unknown_fact.empty();
  }
  return context_.roster->MayActFor(ballot.actor, ballot.seat, coverage, ballot.roster_at,
                                    context_.now, context_.arena);
}

BallotBox::Judgement BallotBox::Judge(const Ballot& ballot, const Demand& rule, const Slot& slot,
                                      bool eligible, std::vector<absl::Time>* changes) const {
  Judgement judgement;
  const flat::Approval& approval = *ballot.approval;
  const v1::Requirement& declared = *slot.plan->declared;
  const AspectMask wanted = rule.plan->aspects;
  const auto fails = [&](int nearness, v1::NotCounted reason, std::string_view detail) {
    judgement.nearness = nearness;
    judgement.reason = reason;
    judgement.detail = detail;
    return judgement;
  };
  if (!eligible) return fails(1, v1::NOT_COUNTED_INELIGIBLE, "");
  for (const int person : {ballot.actor, ballot.seat}) {
    const v1::Part part = subject_.PartOf(person, slot.plan->apart);
    if (part == v1::PART_UNSPECIFIED) continue;
    return fails(2, v1::NOT_COUNTED_APART, NameOf(part));
  }
  for (const int person : {ballot.actor, ballot.seat}) {
    if (!rule.IsRecused(person)) continue;
    return fails(3, v1::NOT_COUNTED_RECUSED, context_.roster->id(person));
  }
  if (ballot.delegated() && (declared.in_person() || !MayAct(ballot, slot))) {
    return fails(4, v1::NOT_COUNTED_DELEGATION, context_.roster->id(ballot.seat));
  }
  if (approval.criterion() != rule.plan->criterion) {
    return fails(5, v1::NOT_COUNTED_WRONG_CONTEXT, approval.criterion());
  }
  if (!FitsEnvironment(approval, *rule.plan)) {
    return fails(5, v1::NOT_COUNTED_WRONG_CONTEXT, NameOf(approval.environment(), context_.arena));
  }
  const v1::Trust trust =
      v1::Trust_IsValid(approval.trust()) ? approval.trust() : v1::TRUST_UNSPECIFIED;
  if (trust < declared.trust()) {
    return fails(6, v1::NOT_COUNTED_TRUST, NameOf(declared.trust(), context_.arena));
  }
  std::string_view retracted_by;
  const AspectMask retracted = RetractedFor(ballot, *rule.plan, &retracted_by);
  const AspectMask covered = ballot.covered & ~retracted & wanted;
  if (covered == 0) {
    if (retracted != 0) return fails(8, v1::NOT_COUNTED_WITHDRAWN, retracted_by);
    return fails(7, v1::NOT_COUNTED_WRONG_ASPECT, AspectName(wanted));
  }
  if ((ballot.standing & covered) == 0) {
    return fails(9, v1::NOT_COUNTED_VOIDED, ballot.VoidedBy(covered));
  }
  absl::Time end = ballot.expires;
  if (slot.plan->expires_after != absl::InfiniteDuration()) {
    // Without a time nobody can say that it still counts.
    end = std::min(end, ballot.at + slot.plan->expires_after);
  }
  if (end <= context_.now) {
    return fails(10, v1::NOT_COUNTED_EXPIRED,
                 end == absl::InfinitePast() ? "" : InstantText(end, context_.arena));
  }
  if (end != absl::InfiniteFuture()) changes->push_back(end);
  judgement.aspects = ballot.standing & covered;
  judgement.nearness = 11;
  return judgement;
}

std::string_view BallotBox::Text(int number) const { return NumberText(number, context_.arena); }

}  // namespace changepolicy
