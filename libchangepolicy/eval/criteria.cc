#include "libchangepolicy/eval/criteria.h"

#include <algorithm>

#include "libchangepolicy/domain/instants.h"
#include "libchangepolicy/eval/context.h"

namespace changepolicy {
namespace {

bool IsEligible(const v1::Eligible& eligible, std::string_view account,
                const ApprovalContext& context, absl::Time at) {
  const int person = context.roster->Find(account);
  return person != kNobody && changepolicy::IsEligible(eligible, person, context, at);
}

}  // namespace

bool IsConfirmed(const v1::Criterion& criterion, const Evaluation& evaluation) {
  const ApprovalContext context = ContextOf(evaluation);
  absl::Time latest = absl::InfinitePast();
  bool confirmed = false;
  for (const flat::CriterionMet& record : evaluation.subject.release().criteria_met()) {
    if (record.criterion() != criterion.id()) continue;
    const absl::Time at = HappenedAt(record, !record.withdrawn());
    // At the latest by now: who may withdraw without a time is asked as of today.
    if (!IsEligible(criterion.confirmed_by(), record.by(), context, std::min(at, evaluation.now))) {
      continue;
    }
    if (at > latest) {
      latest = at;
      confirmed = !record.withdrawn();
    } else if (at == latest) {
      confirmed = confirmed && !record.withdrawn();
    }
  }
  return confirmed;
}

std::vector<std::string> OpenCriteria(const Evaluation& evaluation) {
  std::vector<std::string> open;
  for (const v1::Criterion& criterion : evaluation.policy.policy().criteria()) {
    if (!IsConfirmed(criterion, evaluation)) open.push_back(criterion.id());
  }
  return open;
}

}  // namespace changepolicy
