#include "libchangepolicy/report/audit_entry_text.h"

#include <vector>

#include "absl/strings/str_replace.h"
#include "libchangepolicy/audit/entry_kind.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {

namespace {

std::string CsvRow(const std::vector<std::string>& fields) {
  std::string row;
  for (size_t i = 0; i < fields.size(); ++i) {
    std::string field = fields[i];
    if (!field.empty() && std::string_view("=+-@\t").find(field[0]) != std::string_view::npos) {
      field = StrCat("'", field);
    }
    if (field.find_first_of(",\"\r\n") != std::string::npos) {
      field = StrCat("\"", absl::StrReplaceAll(field, {{"\"", "\"\""}}), "\"");
    }
    StrAppend(&row, i > 0 ? "," : "", field);
  }
  return row + "\n";
}

}  // namespace

std::string EntryCsvHeader() {
  return "index,recorded_at,recorded_by,kind,subject_id,now,transition,verdict,category,risk,"
         "policy,erased\n";
}

std::string EntryCsv(const LoggedEntry& entry) {
  const std::string subject = EntrySubject(entry.entry);
  std::string now, transition, verdict, category, risk, policy;
  if (entry.decision.has_value()) {
    const v1::Decision& decision = entry.decision->decision;
    now = InstantText(decision.now());
    transition = ShortName(decision.transition());
    verdict = ShortName(decision.verdict());
    category = ShortName(decision.categorization().category());
    risk = ShortName(decision.risk().level());
    policy = StrCat(decision.policy_id(), " ", decision.policy_version());
  }
  return CsvRow({StrCat(entry.index), InstantText(entry.entry.recorded_at()),
                 entry.entry.recorded_by(), EntryKind(entry.entry), subject, now, transition,
                 verdict, category, risk, policy, entry.erased ? "yes" : ""});
}

}  // namespace changepolicy
