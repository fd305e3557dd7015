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
  // Without a plan only what stands in none can be resolved.
  ElectorateIndex(const ApprovalContext& context, const ApprovalPlan* plan,
                  const Placeholders& placeholders, const ApprovalSubject& subject)
      : context_(context), plan_(plan), placeholders_(placeholders), subject_(subject) {}

  const Electorates& Resolve(int eligible);
  // The same of one that stands in no plan, each time anew.
  Electorates Resolve(const v1::Eligible& eligible) { return Spread(Source(eligible)); }

 private:
  struct Source {
    const v1::Eligible& declared;
    Asked asked;
    int number = -1;                    // in the plan
    const Electorate* whole = nullptr;  // the plan's

    explicit Source(const v1::Eligible& eligible) : declared(eligible), asked(eligible) {}
    Source(const EligiblePlan& plan, int number)
        : declared(*plan.declared), asked(plan.asked), number(number), whole(plan.whole.get()) {}
  };
  using List = flat::Repeated<const Electorate*>;

  Electorates Spread(const Source& source);
  void AddTeams(const Source& source, List* all);
  void AddServices(const Source& source, List* all);
  void AddFreezes(const Source& source, List* all);
  void AddPaths(const Source& source, List* all, std::string_view* error);
  // Null where it is not kept.
  const Electorate* FindKept(const Source& source, std::string_view value) const;
  ElectorateMaker MakerOf(const Source& source) const;
  const Electorate* Own(Electorate electorate);

  struct Resolved {
    int eligible;
    const Electorates* electorates;
  };

  const ApprovalContext& context_;
  const ApprovalPlan* const plan_;
  const Placeholders& placeholders_;
  const ApprovalSubject& subject_;
  flat::Repeated<Resolved> resolved_;
  std::vector<std::unique_ptr<const Electorate>> own_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ELECTORATES_H_
