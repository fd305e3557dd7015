#include "libchangepolicy/report/audit_entry_text.h"

#include <string>

#include "libchangepolicy/audit/entry_kind.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/csv.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {

std::string EntryCsvHeader() {
  return "index,recorded_at,recorded_by,kind,subject_id,now,transition,verdict,category,risk,"
         "policy,erased\n";
}

std::string EntryCsv(const LoggedEntry& entry) {
  const std::string subject = Printable(EntrySubject(entry.entry));
  std::string now, transition, verdict, category, risk, policy;
  if (entry.decision.has_value()) {
    const v1::Decision& decision = entry.decision->decision;
    now = InstantText(decision.now());
    transition = ShortName(decision.transition());
    verdict = ShortName(decision.verdict());
    category = ShortName(decision.categorization().category());
    risk = ShortName(decision.risk().level());
    policy = Printable(StrCat(decision.policy_id(), " ", decision.policy_version()));
  }
  return CsvLine({StrCat(entry.index), InstantText(entry.entry.recorded_at()),
                  Printable(entry.entry.recorded_by()), EntryKind(entry.entry), subject, now,
                  transition, verdict, category, risk, policy, entry.erased ? "yes" : ""});
}

}  // namespace changepolicy
