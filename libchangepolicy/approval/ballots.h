// What each approval is worth: who speaks in it, for whom, and for which slots it counts, or the
// reason why it does not.
#ifndef LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_
#define LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/requirement.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

// The first of these aspects, like `SCHEDULE`.
std::string AspectName(AspectMask mask);

struct Objection {  // why an approval does not count, UNSPECIFIED where nothing speaks against it
  v1::NotCounted reason = v1::NOT_COUNTED_UNSPECIFIED;
  std::string detail;
};

// A condition of an approval, and who confirmed it in time, whether or not their word counts.
struct Condition {
  std::string text;
  std::vector<int> confirmed_by;  // sorted
};

// A part of an approval that its giver took back.
struct Retraction {
  AspectMask aspects = 0;
  v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED;  // unspecified: wherever it counts
  std::string by;                                             // id of the withdrawal
};

// One approval, judged as far as no rule is needed for it.
struct Ballot {
  const v1::Approval* approval = nullptr;
  int actor = kNobody;
  int seat = kNobody;       // for whom
  absl::Time at;            // when it was given; infinite past: not recorded
  absl::Time roster_at;     // the instant at which membership counts
  Objection against;        // every rule alike
  AspectMask covered = 0;   // aspects that it names and that were not taken back everywhere
  AspectMask standing = 0;  // those without an edit since
  std::vector<std::pair<AspectMask, std::string>> voided;  // aspects, and by which revision
  std::vector<Retraction> retractions;                     // where some of it is left
  std::vector<Condition> conditions;                       // by text
  // Conditions that are open in some slot, perhaps: all but those that the giver confirmed, or
  // somebody who plays no part at all. OpenConditions says it of one slot. Sorted.
  std::vector<std::string> open_conditions;

  bool delegated() const { return actor != seat; }
  // The first revision that voided one of these aspects; empty: none did.
  std::string VoidedBy(AspectMask aspects) const;
};

// Immutable. Pointers into context and subject, which must outlive it.
class BallotBox {
 public:
  BallotBox(const ApprovalContext& context, const ApprovalSubject& subject,
            std::vector<absl::Time>* changes);

  const std::vector<Ballot>& ballots() const { return ballots_; }
  // By person: whoever takes no part in the rule's decision. Only a later withdrawal ends that.
  std::vector<bool> Recused(const RuleTerms& rule) const;

  // How an approval stands to a slot of a rule. `reason` is UNSPECIFIED where it counts for some of
  // the wanted aspects, `aspects`; otherwise `nearness` grows with what it does fulfil.
  struct Judgement {
    v1::NotCounted reason = v1::NOT_COUNTED_UNSPECIFIED;
    std::string detail;
    AspectMask aspects = 0;
    int nearness = 0;
  };
  // `eligible`: the slot's electorate contains the seat at roster_at.
  Judgement Judge(const Ballot& ballot, const RuleTerms& rule, const SlotTerms& slot,
                  const std::vector<bool>& recused, bool eligible,
                  std::vector<absl::Time>* changes) const;
  // Conditions that neither the giver confirmed nor anybody whom the slot lets approve: not kept
  // apart and not recused from its rule. Sorted.
  std::vector<std::string> OpenConditions(const Ballot& ballot, const SlotTerms& slot,
                                          const std::vector<bool>& recused) const;
  // Aspects of the rule that were taken back where it is about, and the id of the first withdrawal.
  AspectMask RetractedFor(const Ballot& ballot, const RuleTerms& rule, std::string* by) const;

 private:
  struct Act {  // a withdrawal or a recusal
    const v1::Approval* record = nullptr;
    int actor = kNobody;
    absl::Time at;
  };

  void TakeConfirmations(std::vector<absl::Time>* changes);
  Ballot Read(const v1::Approval& approval) const;
  void Identify(Ballot* ballot) const;
  void PlaceInHistory(Ballot* ballot) const;
  void FindConditions(Ballot* ballot) const;
  void Retract(Ballot* ballot) const;
  AspectMask TakenBack(const Act& recusal) const;
  bool MayAct(const Ballot& ballot, const SlotTerms& slot) const;
  bool Concerns(v1::Environment environment, const RuleTerms& rule) const;
  bool FitsEnvironment(const v1::Approval& approval, const RuleTerms& rule) const;

  const ApprovalContext& context_;
  const ApprovalSubject& subject_;
  std::vector<Ballot> ballots_;
  std::vector<Act> withdrawals_;
  std::vector<Act> recusals_;
  // By condition and person: when the person confirmed it last.
  std::map<std::string, std::map<int, absl::Time>, std::less<>> confirmations_;
  std::vector<bool> plays_a_part_;  // by person
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_
