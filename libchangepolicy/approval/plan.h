// What policy and directory alone say of approvals, worked out once for all decisions: the trees of
// requirements, who is eligible, who is no person.
#ifndef LIBCHANGEPOLICY_APPROVAL_PLAN_H_
#define LIBCHANGEPOLICY_APPROVAL_PLAN_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/eligibility.h"
#include "libchangepolicy/approval/kept_electorates.h"
#include "libchangepolicy/approval/placeholders.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

// One of the policy's distinct `Eligible`s.
struct EligiblePlan {
  const v1::Eligible* declared;
  Asked asked;
  // Whoever is eligible where the subject has nothing of what is asked, or nothing is asked.
  std::unique_ptr<const Electorate> whole;
  // By team, service or role, where it asks for one of these alone; null where not.
  std::unique_ptr<KeptElectorates> kept;
};

// A slot as the policy declares it; one electorate after the other makes slots of a decision of it.
struct SlotPlan {
  std::string path;  // in the rule's tree
  const v1::Requirement* declared;
  int eligible;             // number of its EligiblePlan
  PartMask apart;           // parts whose holders do not count
  std::vector<int> groups;  // numbers of its named groups of distinctness, sorted
  absl::Duration expires_after = absl::InfiniteDuration();
};

// A rule's requirement.
struct RulePlan {
  // What an approval must be for, whichever slot of the rule it is to fill.
  std::string_view id;
  AspectMask aspects = kAllAspects;
  v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED;
  std::string_view criterion;

  std::vector<RequirementNode> nodes;  // whose slots are places in `slots`
  int root = -1;
  std::vector<SlotPlan> slots;  // depth first
  bool by_percentage = false;   // some slot is a percentage
  // Slots that all keep apart, nothing to choose, no stages and no sharing, so that a matching
  // decides, as far as the rule tells.
  bool plain = true;
  // The first thing that is wrong with it, found when so many slots had been read.
  size_t sound_slots = 0;
  std::string error, error_code;
};

// Immutable but for a bounded store of electorates, thread-safe, without locks once what is asked
// for is in the store. Policy and roster must outlive it
// where it is used; that it still exists after them does no harm.
class ApprovalPlan {
 public:
  // Of all of the policy's rules.
  ApprovalPlan(const v1::Policy& policy, const Roster& roster);
  // Of these rules, which need not be the policy's, and of requirements nested no deeper.
  ApprovalPlan(const v1::Policy& policy, const Roster& roster,
               absl::Span<const v1::ApprovalRule* const> rules, int depth);
  ~ApprovalPlan();
  ApprovalPlan(const ApprovalPlan&) = delete;
  ApprovalPlan& operator=(const ApprovalPlan&) = delete;

  // Whether it was made of these very objects.
  bool IsOf(const v1::Policy& policy, const Roster& roster) const {
    return &policy_ == &policy && &roster_ == &roster;
  }
  const Placeholders& placeholders() const { return placeholders_; }
  // Null where it was made without the rule. O(1).
  const RulePlan* Find(const v1::ApprovalRule& rule) const;
  // What accepted risks need; of an exception's own id.
  const RulePlan& exceptions() const { return *exceptions_; }
  const EligiblePlan& eligible(int number) const { return *eligible_[number]; }
  // Of one that the policy has outside of approval rules: who may say that something does not
  // apply, override rules, confirm criteria. Negative for another, and in a plan of some rules.
  // O(1).
  int NumberOf(const v1::Eligible& eligible) const;
  int depth() const { return depth_; }

  // The electorate of an `Eligible` that asks for one thing of the subject, for this value of it:
  // a team, a service or a freeze's role. Null where it is not kept: nobody knows the value, or
  // there are too many. O(1).
  const Electorate* FindKept(int eligible, std::string_view value) const;

 private:
  friend class RequirementCompiler;

  // So that the directory's size alone does not decide how much is kept.
  static constexpr size_t kMostTenures = 500'000;
  static constexpr size_t kTenuresOfAnEntry = 16;

  std::unique_ptr<const RulePlan> Compile(const v1::ApprovalRule& rule);
  int EligibleNumber(const v1::Eligible& eligible);

  const v1::Policy& policy_;
  const Roster& roster_;
  const int depth_;
  const Placeholders placeholders_;
  std::vector<std::unique_ptr<const EligiblePlan>> eligible_;
  absl::flat_hash_map<std::string, int> eligible_numbers_;  // by what they say
  absl::flat_hash_map<const v1::Eligible*, int> others_;    // outside of approval rules
  absl::flat_hash_map<std::string, int> groups_;            // by name
  absl::flat_hash_map<const v1::ApprovalRule*, std::unique_ptr<const RulePlan>> rules_;
  std::unique_ptr<const RulePlan> exceptions_;
  mutable std::mutex adding_;   // to what is kept
  mutable size_t tenures_ = 0;  // that are kept
};

// Null where the context has no plan.
inline const Placeholders* KnownPlaceholders(const ApprovalContext& context) {
  return context.plan == nullptr ? nullptr : &context.plan->placeholders();
}

// The plan of a pair of policy and roster, kept for the last few policies that were asked about.
// Thread-safe.
class ApprovalPlans {
 public:
  // `serial` is of this policy alone, as long as the process runs.
  std::shared_ptr<const ApprovalPlan> Of(const v1::Policy& policy, uint64_t serial,
                                         const Roster& roster) const;

 private:
  static constexpr size_t kMost = 4;
  struct Entry {
    uint64_t serial;
    std::shared_ptr<const ApprovalPlan> plan;
  };

  mutable std::mutex mutex_;
  mutable std::vector<Entry> last_;  // the last one used in front
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_PLAN_H_
