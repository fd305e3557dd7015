// The electorates of one decision: those that the plan keeps, and those that its subject alone has.
#ifndef LIBCHANGEPOLICY_APPROVAL_ELECTORATES_H_
#define LIBCHANGEPOLICY_APPROVAL_ELECTORATES_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/eligibility.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

struct Electorates {
  // One, or one per service, freeze or owned set of paths, each of which needs its own people.
  std::span<const Electorate* const> all;
  std::span<const std::string_view> unknown;  // facts that were needed and are not known
  std::string_view error;                     // a limit was exceeded
};

// Resolves each distinct `Eligible` of a plan once. Not safe for use by two threads. All arguments
// must outlive it, and it what it gives.
class ElectorateIndex {
 public:
  ElectorateIndex(const ApprovalContext& context, const ApprovalPlan& plan,
                  const ApprovalSubject& subject)
      : context_(context), plan_(plan), subject_(subject) {}

  const Electorates& Resolve(int eligible);

 private:
  Electorates Spread(int eligible);
  void AddTeams(int eligible, flat::Repeated<const Electorate*>* all);
  void AddServices(int eligible, flat::Repeated<const Electorate*>* all);
  void AddFreezes(int eligible, flat::Repeated<const Electorate*>* all);
  void AddPaths(int eligible, flat::Repeated<const Electorate*>* all, std::string_view* error);
  ElectorateMaker MakerOf(int eligible) const;
  const Electorate* Own(Electorate electorate);

  struct Resolved {
    int eligible;
    const Electorates* electorates;
  };

  const ApprovalContext& context_;
  const ApprovalPlan& plan_;
  const ApprovalSubject& subject_;
  flat::Repeated<Resolved> resolved_;
  std::vector<std::unique_ptr<const Electorate>> own_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ELECTORATES_H_
