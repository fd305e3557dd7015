#include "libchangepolicy/report/check_findings.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/report/decision_parts.h"
#include "libchangepolicy/report/decision_text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr std::string_view kPlaceOfClause = "{clause}";

// What a person would have to touch: what is not known, or else a fact of the subject that was
// read.
std::string FactOf(const v1::RuleOutcome& outcome) {
  const auto is_own = [](std::string_view path) {
    return path.starts_with("change.") || path.starts_with("release.");
  };
  for (const std::string& path : outcome.unknown()) {
    if (is_own(path)) return path;
  }
  for (const v1::FactRead& fact : outcome.facts()) {
    if (is_own(fact.path())) return fact.path();
  }
  return outcome.kind() == "approval"     ? "change.approvals"
         : outcome.kind() == "separation" ? "change.people"
                                          : std::string();
}

int LineOf(const CheckedRecord& record, const v1::RuleOutcome& outcome) {
  const std::string fact = FactOf(outcome);
  const int line = fact.empty() || record.line_of_fact == nullptr ? 0 : record.line_of_fact(fact);
  return line > 0 ? line : record.line;
}

std::vector<Supplier> SuppliersOf(const v1::RuleOutcome& outcome, const v1::Policy& policy) {
  std::vector<Supplier> suppliers;
  for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
    for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
      if (slot.path() != suggestion.slot()) continue;
      suppliers.push_back({OneLine(suggestion.person()), OneLine(slot.of())});
    }
  }
  if (outcome.kind() != "gate") return suppliers;
  for (const v1::Gate& gate : policy.gates()) {
    if (gate.id() != outcome.rule()) continue;
    for (const std::string& role : gate.supplied_by()) {
      suppliers.push_back({"", OneLine(StrCat("role ", role))});
    }
    for (const int part : gate.supplied_by_parts()) {
      suppliers.push_back({"", StrCat("the ", PartText(static_cast<v1::Part>(part)))});
    }
  }
  return suppliers;
}

template <typename List>
std::vector<std::string> Lines(const List& list) {
  std::vector<std::string> lines;
  for (const std::string& each : list) lines.push_back(OneLine(each));
  return lines;
}

CheckFinding FindingOf(const CheckedRecord& record, const v1::RuleOutcome& outcome) {
  const v1::RuleOutcome printed = Printed(outcome);
  CheckFinding finding;
  finding.blocks = Blocks(outcome.status());
  finding.rule = OneLine(outcome.rule());
  finding.status = outcome.status();
  finding.text = OneLine(OutcomeText(printed, *record.policy));
  if (finding.blocks) {
    finding.remedy = OneLine(RemedyText(printed, *record.policy));
    finding.suppliers = SuppliersOf(outcome, record.policy->proto());
  }
  finding.clauses = Lines(outcome.clauses());
  finding.controls = Lines(outcome.controls());
  finding.line = LineOf(record, outcome);
  return finding;
}

// Lines of a complaint: what is wrong and what to do, without the source.
CheckFinding ProblemFinding(const CheckedRecord& record) {
  CheckFinding finding{.rule = std::string(kRecordFinding), .line = record.line};
  for (size_t at = 0; at < record.problem.size();) {
    const size_t end = std::min(record.problem.find('\n', at), record.problem.size());
    const std::string line = record.problem.substr(at, end - at);
    if (finding.text.empty()) {
      finding.text = OneLine(line);
    } else if (finding.remedy.empty() && line.starts_with("  help: ")) {
      finding.remedy = OneLine(std::string_view(line).substr(8));
    }
    at = end + 1;
  }
  if (finding.text.empty()) finding.text = "could not be decided";
  return finding;
}

// Why the verdict is not ALLOWED although no rule says so.
CheckFinding VerdictFinding(const CheckedRecord& record) {
  const v1::Decision decision = Printed(*record.decision);
  CheckFinding finding{.rule = std::string(kVerdictFinding), .line = record.line};
  std::string reasons;
  for (const v1::Remark& remark : decision.remarks()) {
    StrAppend(&reasons, reasons.empty() ? "" : "; ", RemarkOf(remark, decision));
  }
  finding.text = OneLine(reasons.empty() ? StrCat("the verdict is ", VerdictOf(record)) : reasons);
  return finding;
}

int Badness(const CheckedRecord& record) {
  if (!record.decision.has_value()) return 4;
  switch (record.decision->verdict()) {
    case v1::VERDICT_ALLOWED:
      return 0;
    case v1::VERDICT_DENIED:
      return 1;
    case v1::VERDICT_UNKNOWN:
      return 2;
    default:
      return 3;
  }
}

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

}  // namespace

std::vector<CheckFinding> FindingsOf(const CheckedRecord& record) {
  if (!record.decision.has_value()) return {ProblemFinding(record)};
  const v1::Decision decision = Printed(*record.decision);
  std::vector<CheckFinding> blocking, others;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (Holds(outcome.status())) continue;
    CheckFinding finding = FindingOf(record, outcome);
    (finding.blocks ? blocking : others).push_back(std::move(finding));
  }
  const bool explained = !blocking.empty();
  if (!explained && !IsAllowed(record)) blocking.push_back(VerdictFinding(record));
  if (decision.release_state() < v1::RELEASE_STATE_DEPLOYING) {
    for (const v1::BlockingChange& change : decision.blocking_changes()) {
      others.push_back(
          {.blocks = false,
           .rule = std::string(kVerdictFinding),
           .text = OneLine(StrCat("change ", change.id(), " may not be deployed yet (",
                                  ShortName(change.verdict()), "): ", Join(change.rules(), ", "))),
           .line = record.line});
    }
  }
  if (explained || IsAllowed(record)) {
    for (const v1::Remark& remark : decision.remarks()) {
      others.push_back({.blocks = false,
                        .rule = std::string(kVerdictFinding),
                        .text = OneLine(RemarkOf(remark, decision)),
                        .line = record.line});
    }
  }
  std::move(others.begin(), others.end(), std::back_inserter(blocking));
  return blocking;
}

std::vector<CheckFinding> HoldingOf(const CheckedRecord& record) {
  std::vector<CheckFinding> holding;
  if (!record.decision.has_value()) return holding;
  for (const v1::RuleOutcome& outcome : record.decision->outcomes()) {
    if (outcome.status() != v1::STATUS_SATISFIED) continue;
    holding.push_back(FindingOf(record, outcome));
  }
  return holding;
}

std::string VerdictOf(const CheckedRecord& record) {
  return record.decision.has_value() ? ShortName(record.decision->verdict()) : "INVALID";
}

bool IsAllowed(const CheckedRecord& record) {
  return record.decision.has_value() && record.decision->verdict() == v1::VERDICT_ALLOWED;
}

std::string WorstVerdict(const std::vector<CheckedRecord>& records) {
  const auto worst = std::max_element(
      records.begin(), records.end(),
      [](const CheckedRecord& a, const CheckedRecord& b) { return Badness(a) < Badness(b); });
  return worst == records.end() ? "INVALID" : VerdictOf(*worst);
}

std::string SubjectOf(const CheckedRecord& record) {
  if (!record.decision.has_value()) return OneLine(record.name, 200);
  return StrCat(
      record.decision->subject_kind() == v1::SUBJECT_KIND_RELEASE ? "release " : "change ",
      OneLine(record.decision->subject_id(), 200));
}

std::string QuestionOf(const CheckedRecord& record) {
  if (!record.decision.has_value()) return SubjectOf(record);
  const v1::Transition transition = record.decision->transition();
  return StrCat(SubjectOf(record), ": ",
                transition == v1::TRANSITION_UNSPECIFIED ? "no step" : Verb(transition));
}

std::string OneLine(std::string_view text, size_t most) {
  // What is far beyond the bound is not looked at.
  std::string line;
  std::string_view rest = text.substr(0, most + 1);
  for (size_t bad = 0; !IsUtf8(rest, &bad); rest.remove_prefix(bad + 1)) {
    const bool cut_by_us =
        rest.size() - bad < 4 && rest.data() + rest.size() < text.data() + text.size();
    StrAppend(&line, rest.substr(0, bad), cut_by_us ? "" : "\xEF\xBF\xBD");
  }
  StrAppend(&line, rest);
  line = Printable(line);
  if (text.size() <= most && line.size() <= most) return line;
  if (most < 3) return "";
  return StrCat(Utf8Prefix(line, most - 3), "...");
}

std::string Count(size_t number, std::string_view noun) {
  return StrCat(number, " ", noun, number == 1 ? "" : "s");
}

std::string UrlEscaped(std::string_view text, std::string_view keep) {
  std::string escaped;
  for (const char c : text) {
    if (IsUnreserved(c) || keep.find(c) != std::string_view::npos) {
      escaped += c;
      continue;
    }
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    escaped += code;
  }
  return escaped;
}

bool IsClausePattern(std::string_view pattern) {
  if (!pattern.starts_with("https://") && !pattern.starts_with("http://")) return false;
  const size_t place = pattern.find(kPlaceOfClause);
  if (place == std::string_view::npos) return false;
  std::string rest(pattern);
  rest.erase(place, kPlaceOfClause.size());
  return std::all_of(rest.begin(), rest.end(), [](char c) {
    return IsUnreserved(c) || std::string_view(":/?#@!$&'*+,;=%").find(c) != std::string_view::npos;
  });
}

std::string ClauseUrl(std::string_view pattern, std::string_view clause) {
  const size_t place = pattern.find(kPlaceOfClause);
  if (place == std::string_view::npos) return "";
  return StrCat(pattern.substr(0, place), UrlEscaped(clause, ""),
                pattern.substr(place + kPlaceOfClause.size()));
}

}  // namespace changepolicy
