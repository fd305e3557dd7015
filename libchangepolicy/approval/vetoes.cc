#include "libchangepolicy/approval/vetoes.h"

#include <algorithm>
#include <tuple>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

bool IsLifted(const v1::Veto& veto, const ApprovalContext& context,
              std::vector<absl::Time>* changes) {
  if (FoldAccount(veto.lifted_by()).empty() ||
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

std::vector<v1::StandingVeto> StandingVetoes(const ApprovalContext& context,
                                             const ApprovalSubject& subject,
                                             std::vector<absl::Time>* changes) {
  std::vector<v1::StandingVeto> standing;
  for (const v1::Veto* veto : subject.vetoes()) {
    if (IsPlaceholder(veto->by(), *context.policy) || IsLifted(*veto, context, changes)) continue;
    const int person = context.roster->Find(veto->by());
    v1::StandingVeto& entry = standing.emplace_back();
    entry.set_person(person == kNobody ? veto->by() : context.roster->id(person));
    entry.set_veto(veto->id());
  }
  std::stable_sort(standing.begin(), standing.end(), [](const auto& a, const auto& b) {
    return std::tie(a.person(), a.veto()) < std::tie(b.person(), b.veto());
  });
  return standing;
}

}  // namespace changepolicy
