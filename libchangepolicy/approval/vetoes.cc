#include "libchangepolicy/approval/vetoes.h"

#include <algorithm>
#include <tuple>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/flat/lists.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

bool IsLifted(const flat::Veto& veto, const ApprovalContext& context,
              std::vector<absl::Time>* changes) {
  if (FoldedAccount(veto.lifted_by()).text().empty() ||
      context.roster->Canonical(veto.by()) != context.roster->Canonical(veto.lifted_by())) {
    return false;
  }
  if (!veto.has_lifted_at() && !veto.has_lift_recorded_at()) return false;
  const absl::Time lifted =
      FromProto(veto.has_lifted_at() ? veto.lifted_at() : veto.lift_recorded_at());
  // Nobody can say that the lift came after a veto of no known time.
  if (!veto.has_happened_at() && !veto.has_recorded_at()) return false;
  const absl::Time raised =
      FromProto(veto.has_happened_at() ? veto.happened_at() : veto.recorded_at());
  if (lifted <= raised) return false;
  if (lifted > context.now) {
    changes->push_back(lifted);
    return false;
  }
  // The account of somebody who left speaks for nobody.
  const int person = context.roster->Find(veto.lifted_by());
  return person == kNobody || context.roster->Present(person, lifted);
}

}  // namespace

std::span<flat::StandingVeto* const> StandingVetoes(const ApprovalContext& context,
                                                    const ApprovalPlan& plan,
                                                    const ApprovalSubject& subject,
                                                    std::vector<absl::Time>* changes) {
  flat::Repeated<flat::StandingVeto*> standing;
  for (const flat::Veto* veto : subject.vetoes()) {
    if (plan.placeholders().Has(veto->by()) || IsLifted(*veto, context, changes)) continue;
    const int person = context.roster->Find(veto->by());
    auto* const entry = context.arena->New<flat::StandingVeto>();
    entry->set_person(person == kNobody ? veto->by() : context.roster->id(person));
    entry->set_veto(veto->id());
    standing.Add(entry, context.arena);
  }
  const std::span<flat::StandingVeto*> sorted = SpanOf(standing);
  StableSort(sorted, [](const flat::StandingVeto* a, const flat::StandingVeto* b) {
    return std::make_tuple(a->person(), a->veto()) < std::make_tuple(b->person(), b->veto());
  });
  return sorted;
}

}  // namespace changepolicy
