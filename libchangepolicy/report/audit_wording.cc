#include "libchangepolicy/report/audit_wording.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

// `TAIL_CUT` as words: `tail cut`.
std::string Words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return absl::AsciiStrToLower(ToAbsl(name));
}

struct Range {
  int64_t first, last;  // both included
};

std::optional<Range> BadRange(const v1::LogProblem& problem) {
  if (!problem.has_first_bad_index() && !problem.has_before_index()) return std::nullopt;
  const int64_t first = problem.has_first_bad_index() ? problem.first_bad_index() : 0;
  const bool wider = problem.has_before_index() && problem.before_index() > first;
  return Range{first, wider ? problem.before_index() - 1 : first};
}

std::string RangeText(const Range& range) {
  return range.first == range.last
             ? StrCat("first bad entry ", range.first)
             : StrCat("first bad entry between ", range.first, " and ", range.last);
}

std::string PeriodText(const v1::Period& period) {
  std::string text;
  if (period.has_start()) text = StrCat("from ", InstantText(ReportInstant(period.start())));
  if (period.has_end()) {
    StrAppend(&text, text.empty() ? "until " : " until ", InstantText(ReportInstant(period.end())));
  }
  return text.empty() ? "all of the log" : text;
}

std::string CheckpointsText(const v1::VerificationReport& report) {
  if (report.checkpoints_verified() == 0) return "none that is good";
  return StrCat(Grouped(report.checkpoints_verified()), " good, the largest of them over ",
                Grouped(report.signed_size()), " of ", CountText(report.size(), "entry", "entries"),
                report.signatures_checked() ? "" : "; signatures were not checked");
}

}  // namespace

void AddCount(int64_t count, int64_t* sum) {
  const int64_t room = std::numeric_limits<int64_t>::max() - *sum;
  *sum += std::clamp<int64_t>(count, 0, room);
}

std::string LogProblemText(v1::LogProblemKind kind) { return Words(ShortName(kind)); }

std::string FirstBadText(const v1::LogProblem& problem) {
  const std::optional<Range> range = BadRange(problem);
  return range.has_value() ? RangeText(*range) : std::string();
}

std::string VerdictOfLog(const v1::VerificationReport& report) {
  if (report.problems().empty()) return "nothing is wrong";
  std::optional<Range> first;
  for (const v1::LogProblem& problem : report.problems()) {
    const std::optional<Range> range = BadRange(problem);
    if (!range.has_value()) continue;
    if (!first.has_value() || range->first < first->first ||
        (range->first == first->first && range->last < first->last)) {
      first = range;
    }
  }
  return StrCat(CountText(report.problems_size(), "problem"),
                first.has_value() ? StrCat(", ", RangeText(*first)) : "");
}

std::vector<AuditFact> VerifiedFacts(const v1::VerificationReport& report) {
  return {
      {"entries",
       StrCat(Grouped(report.entries_verified()), " of ", Grouped(report.size()), " hashed again",
              report.entries_erased() == 0
                  ? ""
                  : StrCat("; personal data erased in ", Grouped(report.entries_erased())))},
      {"blobs", StrCat(Grouped(report.blobs_verified()), " hashed again")},
      {"openings", StrCat(Grouped(report.openings_verified()), report.openings_verified() == 1
                                                                   ? " opens its commitment"
                                                                   : " open their commitments")},
      {"checkpoints", CheckpointsText(report)},
      {"cosignatures", StrCat(Grouped(report.cosignatures_verified()), " of trusted witnesses")},
      {"signatures", report.signatures_checked()
                         ? std::string("checked with the keys that were given")
                         : std::string("not checked: no key to trust was given")}};
}

std::string ReplayCountsText(const v1::ReplayReport& report) {
  std::string text = CountText(report.decisions(), "decision");
  if (report.decisions() == 0) return text;
  if (report.same() == report.decisions()) return StrCat(text, ", all the same to the byte");
  StrAppend(&text, ": ", Grouped(report.same()), " the same");
  const auto add = [&](int64_t count, std::string_view what) {
    if (count != 0) StrAppend(&text, ", ", Grouped(count), " ", what);
  };
  add(report.different(), "different");
  add(report.erased(), "erased");
  add(report.other_semantics(), "by other semantics");
  add(report.failed(), "failed");
  return text;
}

bool ReplayHolds(const v1::ReplayReport& report) {
  // What is left of the decisions when one kind after the other is taken off; a mad report must not
  // come out even by chance.
  int64_t left = report.decisions();
  for (const int64_t count : {report.same(), report.erased(), report.other_semantics()}) {
    if (count < 0 || count > left) return false;
    left -= count;
  }
  return left == 0 && report.different() == 0 && report.failed() == 0;
}

int64_t ReplayedUnlisted(const v1::ReplayReport& report) {
  int64_t others = 0;
  for (const int64_t count :
       {report.different(), report.erased(), report.other_semantics(), report.failed()}) {
    AddCount(count, &others);
  }
  return std::max<int64_t>(0, others - report.entries_size());
}

std::string ReplayOutcomeText(v1::ReplayOutcome outcome) {
  switch (outcome) {
    case v1::REPLAY_OUTCOME_SAME:
      return "the same";
    case v1::REPLAY_OUTCOME_DIFFERENT:
      return "different";
    case v1::REPLAY_OUTCOME_ERASED:
      return "not replayable: erased";
    case v1::REPLAY_OUTCOME_OTHER_SEMANTICS:
      return "other semantics";
    case v1::REPLAY_OUTCOME_FAILED:
      return "failed";
    default:
      return Words(ShortName(outcome));
  }
}

std::string ReplayedText(const v1::ReplayedEntry& entry) {
  std::string text = StrCat("entry ", entry.index());
  if (!entry.subject_id().empty()) StrAppend(&text, ", ", entry.subject_id());
  StrAppend(&text, ": ", ReplayOutcomeText(entry.outcome()));
  for (int i = 0; i < entry.differences_size(); ++i) {
    StrAppend(&text, i == 0 ? " in " : ", ", entry.differences(i).path());
  }
  if (!entry.detail().empty()) StrAppend(&text, ", ", entry.detail());
  return text;
}

std::vector<AuditFact> AboutAudit(const v1::AuditReport& report) {
  std::string policy = report.policy_id().empty() ? "without an id" : report.policy_id();
  if (!report.policy_version().empty()) StrAppend(&policy, ", version ", report.policy_version());
  return {{"log", report.origin().empty() ? "without a name" : report.origin()},
          {"size", CountText(report.size(), "entry", "entries")},
          {"root", report.root().empty() ? "not computed" : report.root()},
          {"asked at", report.has_now() ? InstantText(ReportInstant(report.now()))
                                        : std::string("a time not said")},
          {"policy", policy},
          {"digest", report.policy_digest().empty() ? "not said" : report.policy_digest()},
          {"period", PeriodText(report.period())}};
}

std::string CountNameText(const std::string& name) {
  return name.empty() ? std::string("not said") : Words(name);
}

std::string CountsText(const google::protobuf::RepeatedPtrField<v1::AuditCount>& counts) {
  std::string text;
  for (const v1::AuditCount& each : counts) {
    StrAppend(&text, text.empty() ? "" : ", ", Grouped(each.count()), " ",
              CountNameText(each.name()));
  }
  return text.empty() ? "none" : text;
}

std::string ExaminesText(const v1::AuditTestResult& result) {
  return result.examines().empty() ? "records" : result.examines();
}

std::string AuditTestText(v1::AuditTestKind test) { return Words(ShortName(test)); }

std::string StratumText(v1::AuditStratum stratum) {
  switch (stratum) {
    case v1::AUDIT_STRATUM_UNSPECIFIED:
      return "nothing, all together";
    case v1::AUDIT_STRATUM_KIND:
      return "kind of entry";
    case v1::AUDIT_STRATUM_TRANSITION:
      return "step that was asked about";
    case v1::AUDIT_STRATUM_RISK:
      return "level of risk";
    default:
      return Words(ShortName(stratum));
  }
}

}  // namespace changepolicy
