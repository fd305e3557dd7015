#include "libchangepolicy/approval/ballots.h"

#include <algorithm>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

AspectMask Covered(const v1::Approval& approval) {
  if (approval.aspects().empty()) return kAllAspects;
  AspectMask mask = 0;
  for (const int aspect : approval.aspects()) {
    if (v1::Aspect_IsValid(aspect)) mask |= MaskOf(static_cast<v1::Aspect>(aspect));
  }
  return mask & kAllAspects;
}

// Instants in details are written in UTC, so that they read the same everywhere.
std::string Instant(absl::Time at) {
  return absl::FormatTime(absl::RFC3339_full, at, absl::UTCTimeZone());
}

// What a withdrawal or a recusal is about. An aspect or a place that nobody knows may be any.
AspectMask AspectsOf(const v1::Approval& act) {
  for (const int aspect : act.aspects()) {
    const bool known = v1::Aspect_IsValid(aspect) && aspect != v1::ASPECT_UNSPECIFIED;
    if (!known) return kAllAspects;
  }
  return Covered(act);
}
v1::Environment EnvironmentOf(const v1::Approval& act) {
  return v1::Environment_IsValid(act.environment()) ? act.environment()
                                                    : v1::ENVIRONMENT_UNSPECIFIED;
}

absl::Time GivenAt(bool has_happened_at, const google::protobuf::Timestamp& happened_at,
                   bool has_recorded_at, const google::protobuf::Timestamp& recorded_at) {
  if (has_happened_at) return FromProto(happened_at);
  return has_recorded_at ? FromProto(recorded_at) : absl::InfinitePast();
}

}  // namespace

std::string AspectName(AspectMask mask) {
  for (int aspect = v1::ASPECT_DESCRIPTION; aspect <= v1::ASPECT_CODE; ++aspect) {
    if (mask & MaskOf(static_cast<v1::Aspect>(aspect))) {
      return ValueName(static_cast<v1::Aspect>(aspect));
    }
  }
  return {};
}

std::string Ballot::VoidedBy(AspectMask aspects) const {
  for (const auto& [lost, by] : voided) {
    if ((lost & aspects) != 0) return by;
  }
  return {};
}

BallotBox::BallotBox(const ApprovalContext& context, const ApprovalSubject& subject,
                     std::vector<absl::Time>* changes)
    : context_(context), subject_(subject) {
  TakeConfirmations(changes);
  for (const v1::Approval* approval : subject.approvals()) {
    Ballot ballot = Read(*approval);
    const bool withdraws = approval->kind() == v1::APPROVAL_KIND_WITHDRAWN;
    if (!withdraws && approval->kind() != v1::APPROVAL_KIND_RECUSED) {
      ballots_.push_back(std::move(ballot));
      continue;
    }
    // Without a time these are taken to be the last word.
    Act act{approval, ballot.actor, ballot.at};
    if (act.at == absl::InfinitePast()) act.at = absl::InfiniteFuture();
    (withdraws ? withdrawals_ : recusals_).push_back(act);
    if (withdraws) {
      // It may end a recusal, which it does not before these.
      changes->push_back(ballot.at);
      if (approval->has_recorded_at()) changes->push_back(FromProto(approval->recorded_at()));
    } else {
      if (ballot.against.reason == v1::NOT_COUNTED_UNSPECIFIED) {
        ballot.against = {v1::NOT_COUNTED_RECUSED, ""};
      }
      ballots_.push_back(std::move(ballot));
    }
  }
  for (Ballot& ballot : ballots_) {
    if (ballot.against.reason != v1::NOT_COUNTED_UNSPECIFIED) continue;
    Retract(&ballot);
    if (ballot.against.reason != v1::NOT_COUNTED_UNSPECIFIED) continue;
    if (!context.roster->Present(ballot.actor, ballot.roster_at)) {
      ballot.against = {v1::NOT_COUNTED_LEFT, ""};
    } else if (ballot.at > context.now) {
      ballot.against = {v1::NOT_COUNTED_TOO_EARLY, Instant(ballot.at)};
      changes->push_back(ballot.at);
    }
    if (ballot.delegated()) context.roster->DelegationBoundaries(context.now, changes);
  }
}

Ballot BallotBox::Read(const v1::Approval& approval) const {
  Ballot ballot;
  ballot.approval = &approval;
  ballot.at = GivenAt(approval.has_happened_at(), approval.happened_at(),
                      approval.has_recorded_at(), approval.recorded_at());
  const bool at_decision = context_.policy->separation().roster() == v1::ROSTER_AT_DECISION;
  ballot.roster_at = at_decision || ballot.at == absl::InfinitePast() ? context_.now : ballot.at;
  ballot.covered = Covered(approval);
  Identify(&ballot);
  if (approval.kind() == v1::APPROVAL_KIND_CONDITIONAL) FindConditions(&ballot);
  if (ballot.against.reason == v1::NOT_COUNTED_UNSPECIFIED) PlaceInHistory(&ballot);
  return ballot;
}

void BallotBox::Identify(Ballot* ballot) const {
  const v1::Approval& approval = *ballot->approval;
  const Roster& roster = *context_.roster;
  ballot->actor = ballot->seat = roster.Find(approval.by());
  if (IsPlaceholder(approval.by(), *context_.policy)) {
    ballot->against = {v1::NOT_COUNTED_PLACEHOLDER, approval.by()};
  } else if (ballot->actor == kNobody) {
    ballot->against = {v1::NOT_COUNTED_UNKNOWN_IDENTITY, approval.by()};
  } else if (roster.IsServiceAccount(ballot->actor)) {
    ballot->against = {v1::NOT_COUNTED_SERVICE_ACCOUNT, ""};
  } else if (!approval.on_behalf_of().empty()) {
    ballot->seat = roster.Find(approval.on_behalf_of());
    if (ballot->seat == kNobody) {
      const bool placeholder = IsPlaceholder(approval.on_behalf_of(), *context_.policy);
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
  const std::vector<AspectHistory::Revision>& revisions = context_.history.revisions;
  const v1::Approval& approval = *ballot->approval;
  const auto reject = [&](std::string detail) {
    ballot->against = {v1::NOT_COUNTED_REVISION, std::move(detail)};
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
    return reject(StrCat(seen));
  }
  if (revisions.empty()) {
    // The subject as it stands is the only revision; an accepted risk has no artifact.
    const v1::Artifact& artifact = context_.change != nullptr    ? context_.change->artifact()
                                   : context_.release != nullptr ? context_.release->artifact()
                                                                 : v1::Artifact::default_instance();
    const std::string& digest = approval.revision_digest();
    if (!digest.empty() && digest != artifact.revision() && digest != artifact.digest()) {
      reject(digest);
    }
    return;
  }
  if (seen > 0) {
    const AspectHistory::Revision& revision = revisions[seen - 1];
    if (timed && ballot->at < revision.happened_at) return reject(StrCat(seen));
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
  const auto edit = [&](AspectMask touched, std::string by) {
    const AspectMask lost = touched & ballot->standing;
    if (lost != 0) ballot->voided.emplace_back(lost, std::move(by));
    ballot->standing &= ~lost;
  };
  for (size_t later = seen; later < revisions.size(); ++later) {
    edit(revisions[later].touched, StrCat(revisions[later].number));
  }
  edit(context_.history.unrecorded, StrCat("after ", revisions.back().number));
}

// A confirmation comes from a human being who was there when it was given. Which of several times
// is the last suffices: a later one confirms whatever an earlier one does.
void BallotBox::TakeConfirmations(std::vector<absl::Time>* changes) {
  const Roster& roster = *context_.roster;
  plays_a_part_.assign(roster.size(), false);
  for (int part = v1::Part_MIN; part <= v1::Part_MAX; ++part) {
    if (!v1::Part_IsValid(part)) continue;
    for (const int person : subject_.Holders(static_cast<v1::Part>(part)).people) {
      plays_a_part_[person] = true;
    }
  }
  const bool at_decision = context_.policy->separation().roster() == v1::ROSTER_AT_DECISION;
  for (const v1::ConditionMet* met : subject_.confirmations()) {
    const absl::Time at = GivenAt(met->has_happened_at(), met->happened_at(),
                                  met->has_recorded_at(), met->recorded_at());
    const int person = roster.Find(met->by());
    if (at == absl::InfinitePast() || met->condition().empty() || person == kNobody ||
        IsPlaceholder(met->by(), *context_.policy) || roster.IsServiceAccount(person)) {
      continue;
    }
    if (at > context_.now) {
      changes->push_back(at);
    } else if (roster.Present(person, at_decision ? context_.now : at)) {
      absl::Time& last =
          confirmations_[met->condition()].try_emplace(person, absl::InfinitePast()).first->second;
      last = std::max(last, at);
    }
  }
}

// Without a time of the approval nobody can say that a confirmation came after it.
void BallotBox::FindConditions(Ballot* ballot) const {
  std::map<std::string, std::vector<int>> conditions;
  for (const std::string& condition : ballot->approval->conditions()) {
    const auto [entry, added] = conditions.try_emplace(condition);
    const auto found = confirmations_.find(condition);
    if (!added || found == confirmations_.end() || ballot->at == absl::InfinitePast()) continue;
    for (const auto& [person, last] : found->second) {
      if (last >= ballot->at) entry->second.push_back(person);
    }
  }
  for (auto& [text, confirmed_by] : conditions) {
    const bool met = std::any_of(confirmed_by.begin(), confirmed_by.end(), [&](int person) {
      return person == ballot->actor || person == ballot->seat || !plays_a_part_[person];
    });
    if (!met) ballot->open_conditions.push_back(text);
    ballot->conditions.push_back({text, std::move(confirmed_by)});
  }
}

std::vector<std::string> BallotBox::OpenConditions(const Ballot& ballot, const SlotTerms& slot,
                                                   const std::vector<bool>& recused) const {
  std::vector<std::string> open;
  for (const Condition& condition : ballot.conditions) {
    const bool met =
        std::any_of(condition.confirmed_by.begin(), condition.confirmed_by.end(), [&](int person) {
          return person == ballot.actor || person == ballot.seat ||
                 (slot.apart->part_of[person] == v1::PART_UNSPECIFIED && !recused[person]);
        });
    if (!met) open.push_back(condition.text);
  }
  return open;
}

// What the giver took back: all of it, or aspects of it, or some places only.
void BallotBox::Retract(Ballot* ballot) const {
  const v1::Approval& given = *ballot->approval;
  AspectMask everywhere = 0;
  for (const Act& act : withdrawals_) {
    const v1::Approval& record = *act.record;
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
    ballot->retractions.push_back(std::move(retraction));
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
bool BallotBox::Concerns(v1::Environment environment, const RuleTerms& rule) const {
  if (environment == v1::ENVIRONMENT_UNSPECIFIED) return true;
  if (rule.environment != v1::ENVIRONMENT_UNSPECIFIED) return rule.environment == environment;
  const std::vector<int>& all = subject_.environments();
  return all.empty() || std::find(all.begin(), all.end(), environment) != all.end();
}

AspectMask BallotBox::RetractedFor(const Ballot& ballot, const RuleTerms& rule,
                                   std::string* by) const {
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
    const v1::Approval& record = *act.record;
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

std::vector<bool> BallotBox::Recused(const RuleTerms& rule) const {
  std::vector<bool> recused(context_.roster->size(), false);
  for (const Act& act : recusals_) {
    const v1::Approval& record = *act.record;
    if (act.actor == kNobody ||
        (!record.criterion().empty() && record.criterion() != rule.criterion) ||
        !Concerns(EnvironmentOf(record), rule)) {
      continue;
    }
    if ((AspectsOf(record) & ~TakenBack(act) & rule.aspects) != 0) recused[act.actor] = true;
  }
  return recused;
}

bool BallotBox::FitsEnvironment(const v1::Approval& approval, const RuleTerms& rule) const {
  if (approval.environment() == v1::ENVIRONMENT_UNSPECIFIED) return true;
  if (rule.environment != v1::ENVIRONMENT_UNSPECIFIED) {
    return approval.environment() == rule.environment;
  }
  // The rule is about everywhere: that is one place where the subject goes nowhere else.
  const std::vector<int>& all = subject_.environments();
  return !all.empty() &&
         std::all_of(all.begin(), all.end(), [&](int e) { return e == approval.environment(); });
}

bool BallotBox::MayAct(const Ballot& ballot, const SlotTerms& slot) const {
  const Electorate& electorate = *slot.electorate;
  Roster::Coverage coverage;
  coverage.apart = &slot.apart->part_of;
  bool by_role = false;
  for (const std::string& role : electorate.roles) {
    if (!context_.roster->HasRole(ballot.seat, role, ballot.roster_at)) continue;
    coverage.roles.push_back(role);
    by_role = true;
  }
  coverage.beyond_roles = electorate.beyond_roles || !by_role;
  if (!electorate.service.empty()) {
    coverage.services = {electorate.service};
  } else {
    coverage.services = subject_.services().values;
    coverage.services_known = subject_.services().unknown_fact.empty();
  }
  return context_.roster->MayActFor(ballot.actor, ballot.seat, coverage, ballot.roster_at,
                                    context_.now);
}

BallotBox::Judgement BallotBox::Judge(const Ballot& ballot, const RuleTerms& rule,
                                      const SlotTerms& slot, const std::vector<bool>& recused,
                                      bool eligible, std::vector<absl::Time>* changes) const {
  Judgement judgement;
  const v1::Approval& approval = *ballot.approval;
  const auto fails = [&](int nearness, v1::NotCounted reason, std::string detail) {
    judgement.nearness = nearness;
    judgement.reason = reason;
    judgement.detail = std::move(detail);
    return judgement;
  };
  if (!eligible) return fails(1, v1::NOT_COUNTED_INELIGIBLE, "");
  for (const int person : {ballot.actor, ballot.seat}) {
    const v1::Part part = slot.apart->part_of[person];
    if (part == v1::PART_UNSPECIFIED) continue;
    return fails(2, v1::NOT_COUNTED_APART, ValueName(part));
  }
  if (recused[ballot.actor] || recused[ballot.seat]) {
    return fails(3, v1::NOT_COUNTED_RECUSED,
                 context_.roster->id(recused[ballot.actor] ? ballot.actor : ballot.seat));
  }
  if (ballot.delegated() && (slot.declared->in_person() || !MayAct(ballot, slot))) {
    return fails(4, v1::NOT_COUNTED_DELEGATION, context_.roster->id(ballot.seat));
  }
  if (approval.criterion() != rule.criterion) {
    return fails(5, v1::NOT_COUNTED_WRONG_CONTEXT, approval.criterion());
  }
  if (!FitsEnvironment(approval, rule)) {
    return fails(5, v1::NOT_COUNTED_WRONG_CONTEXT, ValueName(approval.environment()));
  }
  const v1::Trust trust =
      v1::Trust_IsValid(approval.trust()) ? approval.trust() : v1::TRUST_UNSPECIFIED;
  if (trust < slot.declared->trust()) {
    return fails(6, v1::NOT_COUNTED_TRUST, ValueName(slot.declared->trust()));
  }
  std::string retracted_by;
  const AspectMask retracted = RetractedFor(ballot, rule, &retracted_by);
  const AspectMask covered = ballot.covered & ~retracted & rule.aspects;
  if (covered == 0) {
    if (retracted != 0) return fails(8, v1::NOT_COUNTED_WITHDRAWN, std::move(retracted_by));
    return fails(7, v1::NOT_COUNTED_WRONG_ASPECT, AspectName(rule.aspects));
  }
  if ((ballot.standing & covered) == 0) {
    return fails(9, v1::NOT_COUNTED_VOIDED, ballot.VoidedBy(covered));
  }
  absl::Time end = absl::InfiniteFuture();
  if (approval.has_expires_at()) end = FromProto(approval.expires_at());
  if (slot.declared->has_expires_after()) {
    // Without a time nobody can say that it still counts.
    end = std::min(end, ballot.at + FromProto(slot.declared->expires_after()));
  }
  if (end <= context_.now) {
    return fails(10, v1::NOT_COUNTED_EXPIRED, end == absl::InfinitePast() ? "" : Instant(end));
  }
  if (end != absl::InfiniteFuture()) changes->push_back(end);
  judgement.aspects = ballot.standing & covered;
  judgement.nearness = 11;
  return judgement;
}

}  // namespace changepolicy
