#include "libchangepolicy/check/policy_life.h"

#include <set>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/reporter.h"

namespace changepolicy {
namespace {

constexpr char kElement[] = "policy.grandfathering";

class PolicyLifeChecker : private Reporter {
 public:
  PolicyLifeChecker(const MergedPolicy& merged, Issues* issues)
      : Reporter(merged.origins, issues), header_(merged.policy.policy()) {}

  void Run() {
    if (!header_.has_grandfathering()) return;
    const v1::Grandfathering& stays = header_.grandfathering();
    if (!header_.has_effective_from()) {
      Report("grandfathering-start", "nothing was made before a policy without `effective_from`",
             "say from when on this version is in force", kElement);
    }
    if (!stays.has_until()) {
      Report("grandfathering-end", "does not say until when subjects stay with the version before",
             "write `until: 2027-01-01T00:00:00Z`", kElement);
    } else if (header_.has_effective_from() &&
               FromProto(stays.until()) <= FromProto(header_.effective_from())) {
      Report("grandfathering-end", "ends before this version is in force",
             "set `until` after `effective_from`, or take `grandfathering` out",
             StrCat(kElement, ".until"));
    }
    if (stays.reason().empty()) {
      Report("grandfathering-reason", "does not say why", "write `reason: ...`", kElement);
    }
    if (stays.changes_in().empty() && stays.releases_in().empty()) {
      Report("grandfathering-states", "names no state in which a subject stays",
             "write `changes_in: [APPROVED, SCHEDULED]` or `releases_in: [VALIDATED]`", kElement);
    }
    CheckStates<v1::ChangeState>(stays.changes_in(), "changes_in");
    CheckStates<v1::ReleaseState>(stays.releases_in(), "releases_in");
  }

 private:
  template <typename State>
  void CheckStates(const google::protobuf::RepeatedField<int>& states, std::string_view list) {
    std::set<int> seen;
    for (int i = 0; i < states.size(); ++i) {
      const std::string place = StrCat(kElement, ".", list, "[", i, "]");
      if (states[i] == 0) {
        Report("no-state", "names no state", "like `SCHEDULED`", place);
      } else if (!seen.insert(states[i]).second) {
        Report("duplicate-state",
               StrCat("`", ValueName(static_cast<State>(states[i])), "` stands twice"),
               "remove one", place);
      }
    }
  }

  const v1::PolicyHeader& header_;
};

}  // namespace

void CheckPolicyLife(const MergedPolicy& merged, Issues* issues) {
  PolicyLifeChecker(merged, issues).Run();
}

}  // namespace changepolicy
