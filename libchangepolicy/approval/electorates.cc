#include "libchangepolicy/approval/electorates.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {

const Electorates& ElectorateIndex::Resolve(int eligible) {
  for (const Resolved& resolved : resolved_) {
    if (resolved.eligible == eligible) return *resolved.electorates;
  }
  Electorates* const electorates = context_.arena->New<Electorates>();
  *electorates = Spread(Source(plan_->eligible(eligible), eligible));
  resolved_.Add({eligible, electorates}, context_.arena);
  return *electorates;
}

Electorates ElectorateIndex::Spread(const Source& source) {
  Electorates spread;
  flat::Repeated<std::string_view> unknown;
  const auto note = [&](bool asked, std::string_view fact) {
    if (asked && !fact.empty()) unknown.Add(fact, context_.arena);
  };
  note(source.asked.team, subject_.team().unknown_fact);
  note(source.asked.services, subject_.services().unknown_fact);
  if (source.asked.paths) note(true, subject_.paths().unknown_fact);
  spread.unknown = SpanOf(unknown);
  List all;
  if (source.asked.services) AddServices(source, &all);
  if (source.asked.freezes) AddFreezes(source, &all);
  if (source.asked.paths) AddPaths(source, &all, &spread.error);
  if (all.empty()) AddTeams(source, &all);
  spread.all = SpanOf(all);
  return spread;
}

// Where nothing else makes several of it.
void ElectorateIndex::AddTeams(const Source& source, List* all) {
  const std::span<const std::string_view> team =
      source.asked.team ? subject_.team().values : std::span<const std::string_view>();
  const Electorate* found = team.empty() ? source.whole : FindKept(source, team.front());
  if (found == nullptr) {
    const ElectorateMaker maker = MakerOf(source);
    found = Own(maker.Whole(maker.Common(team)));
  }
  all->Add(found, context_.arena);
}

void ElectorateIndex::AddServices(const Source& source, List* all) {
  for (const std::string_view service : subject_.services().values) {
    const Electorate* found = FindKept(source, service);
    if (found == nullptr) {
      const ElectorateMaker maker = MakerOf(source);
      found = Own(maker.OwnersOfService(maker.Common(subject_.team().values), service));
    }
    all->Add(found, context_.arena);
  }
}

void ElectorateIndex::AddFreezes(const Source& source, List* all) {
  for (const std::string_view role : context_.freeze_roles) {
    const Electorate* found = FindKept(source, role);
    if (found == nullptr) {
      const ElectorateMaker maker = MakerOf(source);
      found = Own(maker.ApproversOfFreeze(maker.Common(subject_.team().values), role));
    }
    all->Add(found, context_.arena);
  }
}

// Paths with the same owners are one demand, named after the first of them, whatever the section.
void ElectorateIndex::AddPaths(const Source& source, List* all, std::string_view* error) {
  const int64_t comparisons = static_cast<int64_t>(subject_.paths().values.size()) *
                              context_.roster->directory().path_owners_size();
  if (comparisons > context_.limits.path_comparisons) {
    *error = context_.arena->Copy(StrCat("the subject's paths and the directory's owners need ",
                                         comparisons, " comparisons, more than ",
                                         context_.limits.path_comparisons));
    return;
  }
  using Key = std::vector<std::tuple<int, absl::Time, absl::Time>>;
  std::set<Key> seen;
  const ElectorateMaker maker = MakerOf(source);
  for (const std::string_view path : subject_.paths().values) {
    std::vector<OwnersInSection> sections = context_.roster->PathOwners(path);
    // What no pattern matches is owned by nobody, and that is a demand nobody can meet.
    if (sections.empty()) sections.emplace_back();
    for (const OwnersInSection& owned : sections) {
      Key key;
      for (const Tenure& tenure : owned.owners) {
        key.emplace_back(tenure.person, tenure.start, tenure.end);
      }
      key.erase(std::unique(key.begin(), key.end()), key.end());
      if (!seen.insert(key).second) continue;
      all->Add(Own(maker.OwnersOfPath(maker.Common(subject_.team().values), path, owned)),
               context_.arena);
    }
  }
}

const Electorate* ElectorateIndex::FindKept(const Source& source, std::string_view value) const {
  return source.number < 0 ? nullptr : plan_->FindKept(source.number, value);
}

ElectorateMaker ElectorateIndex::MakerOf(const Source& source) const {
  return {source.declared, *context_.roster, placeholders_};
}

const Electorate* ElectorateIndex::Own(Electorate electorate) {
  own_.push_back(std::make_unique<const Electorate>(std::move(electorate)));
  return own_.back().get();
}

namespace {

// Calls `use` with the electorates of what stands in no approval rule.
template <typename Use>
void WithElectorates(const v1::Eligible& eligible, const ApprovalContext& context, Use use) {
  // Whether a list of the subject is known makes no difference here; not asking also keeps the
  // question who may state a field from asking itself.
  ApprovalContext plain = context;
  plain.known = [](std::string_view) { return true; };
  std::optional<ApprovalSubject> own;
  const ApprovalSubject& subject =
      context.subject != nullptr ? *context.subject : own.emplace(plain);
  const PlaceholdersOf placeholders(KnownPlaceholders(context), *context.policy);
  const int number = context.plan == nullptr ? -1 : context.plan->NumberOf(eligible);
  ElectorateIndex index(plain, number < 0 ? nullptr : context.plan, *placeholders, subject);
  use(number < 0 ? index.Resolve(eligible).all : index.Resolve(number).all);
}

}  // namespace

std::vector<std::string> EligiblePeople(const v1::Eligible& eligible,
                                        const ApprovalContext& context, absl::Time at) {
  std::set<std::string> ids;
  WithElectorates(eligible, context, [&](std::span<const Electorate* const> electorates) {
    for (const Electorate* const electorate : electorates) {
      electorate->ForEachMember(at, [&](int person) { ids.insert(context.roster->id(person)); });
    }
  });
  return {ids.begin(), ids.end()};
}

bool IsEligible(const v1::Eligible& eligible, int person, const ApprovalContext& context,
                absl::Time at) {
  bool found = false;
  WithElectorates(eligible, context, [&](std::span<const Electorate* const> electorates) {
    for (const Electorate* const electorate : electorates) {
      electorate->ForEachMember(at, [&](int member) { found |= member == person; });
    }
  });
  return found;
}

}  // namespace changepolicy
