// What the changes and releases of a log owe, and what became of it.
#ifndef LIBCHANGEPOLICY_AUDIT_DUTY_BOOK_H_
#define LIBCHANGEPOLICY_AUDIT_DUTY_BOOK_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/duties.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/audit/examination.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {

// Obligation rule and subject.
using DutyName = std::pair<std::string, std::string>;
using DutyNames = std::set<DutyName>;

// An obligation that the decision on a deployment brought.
struct BroughtDuty {
  std::string rule;
  std::string subject;
  absl::Time brought_at;
  std::optional<absl::Time> due;  // unset: at once
};

enum class DutyState { kDone, kDoneLate, kNotYetDue, kMissing };

// Immutable once made; points into the examination, which must outlive it.
class DutyBook {
 public:
  // Asks ListDue about every subject at the instant of the examination, with the obligations that
  // the log tells added to the ledger. A subject that went out and does not say so has taken the
  // step to DEPLOY when that was decided: this is written into the examination's subjects.
  explicit DutyBook(Examination* examination);

  // What is open, as ListDue has it, in no order of meaning.
  const std::vector<v1::DueItem>& items() const { return items_; }
  // Obligations of ledger and log that were done, by id.
  const std::vector<v1::Obligation>& done() const { return done_; }

  // What became of something that was brought: by the ledger and the log, where they list it; else
  // by the records of the subject, done in time where they met the rule by its time. A rule that
  // the policy does not have any more is done only where it is listed as done.
  DutyState StateOf(const BroughtDuty& duty) const;

 private:
  void MergeLedger(Examination* examination);
  void AskWhatIsDue(Examination* examination);
  // Whether the subject's records of then met the rule, at that instant or at one since it was
  // brought: tests that were run are not run again because they grew old.
  bool WasMet(const BroughtDuty& duty, absl::Time at) const;

  const Examination& examination_;
  std::optional<Organization> organization_;  // with the log's obligations
  std::multimap<DutyName, v1::Obligation> listed_;
  std::vector<v1::Obligation> done_;
  std::vector<v1::DueItem> items_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_DUTY_BOOK_H_
