// What each approval is worth: who speaks in it, for whom, and for which slots it counts, or the
// reason why it does not.
#ifndef LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_
#define LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_

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

// One approval, judged as far as no rule is needed for it.
struct Ballot {
  const v1::Approval* approval = nullptr;
  int actor = kNobody;
  int seat = kNobody;       // for whom
  absl::Time at;            // when it was given; infinite past: not recorded
  absl::Time roster_at;     // the instant at which membership counts
  Objection against;        // every rule alike
  AspectMask covered = 0;   // aspects that it names
  AspectMask standing = 0;  // those without an edit since
  std::vector<std::pair<AspectMask, std::string>> voided;  // aspects, and by which revision
  std::vector<std::string> open_conditions;                // sorted

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

 private:
  struct Act {  // a withdrawal or a recusal
    const v1::Approval* record = nullptr;
    int actor = kNobody;
    absl::Time at;
  };

  Ballot Read(const v1::Approval& approval) const;
  void Identify(Ballot* ballot) const;
  void PlaceInHistory(Ballot* ballot) const;
  bool IsWithdrawn(const Ballot& ballot, std::string* by) const;
  bool MayAct(const Ballot& ballot, const SlotTerms& slot) const;
  bool FitsEnvironment(const v1::Approval& approval, const RuleTerms& rule) const;

  const ApprovalContext& context_;
  const ApprovalSubject& subject_;
  std::vector<Ballot> ballots_;
  std::vector<Act> withdrawals_;
  std::vector<Act> recusals_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_BALLOTS_H_
