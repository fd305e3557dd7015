// What each approval is worth: who speaks in it, for whom, and for which slots it counts, or the
// reason why it does not.
#ifndef LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_
#define LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_

#include <span>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

struct Demand;
struct Slot;

// The first of these aspects, like `SCHEDULE`.
std::string_view AspectName(AspectMask mask);

struct Objection {  // why an approval does not count, UNSPECIFIED where nothing speaks against it
  v1::NotCounted reason = v1::NOT_COUNTED_UNSPECIFIED;
  std::string_view detail;
};

// A condition of an approval, and who confirmed it in time, whether or not their word counts.
struct Condition {
  std::string_view text;
  std::span<const int> confirmed_by;  // sorted
};

// A part of an approval that its giver took back.
struct Retraction {
  AspectMask aspects = 0;
  v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED;  // unspecified: wherever it counts
  std::string_view by;                                        // id of the withdrawal
};

// Aspects that an edit made void.
struct Voided {
  AspectMask aspects = 0;
  std::string_view by;  // the revision
};

// One approval, judged as far as no rule is needed for it.
struct Ballot {
  const flat::Approval* approval = nullptr;
  int actor = kNobody;
  int seat = kNobody;       // for whom
  absl::Time at;            // when it was given; infinite past: not recorded
  absl::Time roster_at;     // the instant at which membership counts
  absl::Time expires;       // as it says itself
  Objection against;        // every rule alike
  AspectMask covered = 0;   // aspects that it names and that were not taken back everywhere
  AspectMask standing = 0;  // those without an edit since
  flat::Repeated<Voided> voided;
  flat::Repeated<Retraction> retractions;  // where some of it is left
  std::span<const Condition> conditions;   // by text
  // Conditions that are open in some slot, perhaps: all but those that the giver confirmed, or
  // somebody who plays no part at all. OpenConditions says it of one slot. Sorted.
  std::span<const std::string_view> open_conditions;

  bool delegated() const { return actor != seat; }
  // The first revision that voided one of these aspects; empty: none did.
  std::string_view VoidedBy(AspectMask aspects) const;
};

// Immutable. Lies in the context's arena; points into context and subject, which must outlive it.
class BallotBox {
 public:
  BallotBox(const ApprovalContext& context, const ApprovalPlan& plan,
            const ApprovalSubject& subject, std::vector<absl::Time>* changes);

  std::span<const Ballot> ballots() const { return ballots_; }
  // Whoever takes no part in the rule's decision, sorted. Only a later withdrawal ends that.
  std::span<const int> Recused(const RulePlan& rule) const;

  // How an approval stands to a slot of a rule. `reason` is UNSPECIFIED where it counts for some of
  // the wanted aspects, `aspects`; otherwise `nearness` grows with what it does fulfil.
  struct Judgement {
    v1::NotCounted reason = v1::NOT_COUNTED_UNSPECIFIED;
    std::string_view detail;
    AspectMask aspects = 0;
    int nearness = 0;
  };
  // `eligible`: the slot's electorate contains the seat at roster_at.
  Judgement Judge(const Ballot& ballot, const Demand& rule, const Slot& slot, bool eligible,
                  std::vector<absl::Time>* changes) const;
  // Conditions that neither the giver confirmed nor anybody whom the slot lets approve: not kept
  // apart and not recused from its rule. Sorted.
  std::span<const std::string_view> OpenConditions(const Ballot& ballot, const Demand& rule,
                                                   const Slot& slot) const;
  // Aspects of the rule that were taken back where it is about, and the id of the first withdrawal.
  AspectMask RetractedFor(const Ballot& ballot, const RulePlan& rule, std::string_view* by) const;

 private:
  struct Act {  // a withdrawal or a recusal
    const flat::Approval* record = nullptr;
    int actor = kNobody;
    absl::Time at;
  };
  struct Confirmation {  // when a person confirmed a condition last
    std::string_view condition;
    int person = kNobody;
    absl::Time last;
  };

  void TakeConfirmations(std::vector<absl::Time>* changes);
  Ballot Read(const flat::Approval& approval) const;
  void Identify(Ballot* ballot) const;
  void PlaceInHistory(Ballot* ballot) const;
  void FindConditions(Ballot* ballot) const;
  void Retract(Ballot* ballot) const;
  AspectMask TakenBack(const Act& recusal) const;
  bool MayAct(const Ballot& ballot, const Slot& slot) const;
  bool Concerns(v1::Environment environment, const RulePlan& rule) const;
  bool FitsEnvironment(const flat::Approval& approval, const RulePlan& rule) const;
  std::string_view Text(int number) const;

  const ApprovalContext& context_;
  const ApprovalPlan& plan_;
  const ApprovalSubject& subject_;
  std::span<Ballot> ballots_;
  flat::Repeated<Act> withdrawals_;
  flat::Repeated<Act> recusals_;
  std::span<const Confirmation> confirmations_;  // by condition, then person
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_
