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
  absl::Time raised = absl::InfinitePast();
  if (veto.has_happened_at()) {
    raised = FromProto(veto.happened_at());
  } else if (veto.has_recorded_at()) {
    raised = FromProto(veto.recorded_at());
  }
  if (lifted <= raised) return false;
  if (lifted > context.now) {
    changes->push_back(lifted);
    return false;
  }
  return true;
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
