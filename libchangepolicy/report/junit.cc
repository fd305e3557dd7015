#include "libchangepolicy/report/junit.h"

#include <algorithm>
#include <cstddef>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

struct Suite {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  std::string cases;
};

// The element within a case: `failure`, `error`, `skipped`, or none for a case that passes.
void AddCase(std::string_view group, std::string_view name, std::string_view element,
             std::string_view type, const std::string& message, const std::string& body,
             Suite* suite) {
  ++suite->tests;
  suite->failures += element == "failure";
  suite->errors += element == "error";
  suite->skipped += element == "skipped";
  StrAppend(&suite->cases, "    <testcase classname=\"", XmlLines(group), "\" name=\"",
            XmlLines(name), "\" time=\"0\"");
  if (element.empty()) {
    suite->cases += "/>\n";
    return;
  }
  StrAppend(&suite->cases, ">\n      <", element, " message=\"", XmlLines(message), "\"");
  // A skipped case has a message and nothing else.
  if (element == "skipped") {
    suite->cases += "/>\n";
  } else {
    StrAppend(&suite->cases, " type=\"", XmlLines(type), "\">", XmlLines(body), "</", element,
              ">\n");
  }
  suite->cases += "    </testcase>\n";
}

std::string_view ElementOf(const CheckFinding& finding) {
  if (finding.status == v1::STATUS_UNKNOWN || finding.status == v1::STATUS_ERROR) return "error";
  return finding.blocks ? "failure" : "skipped";
}

std::string Body(const CheckFinding& finding) {
  std::string body = finding.text;
  if (!finding.remedy.empty()) StrAppend(&body, "\n-> ", finding.remedy);
  for (const Supplier& supplier : finding.suppliers) {
    StrAppend(&body, "\nask ", supplier.person, supplier.person.empty() ? "" : " for ",
              supplier.as);
  }
  if (!finding.clauses.empty()) StrAppend(&body, "\nclauses: ", Join(finding.clauses, ", "));
  if (!finding.controls.empty()) StrAppend(&body, "\ncontrols: ", Join(finding.controls, ", "));
  return body;
}

Suite SuiteOf(const CheckedRecord& record) {
  Suite suite;
  const std::string verdict = VerdictOf(record);
  const std::string group =
      StrCat("changepolicy.", record.decision.has_value() ? OneLine(record.decision->policy_id())
                                                          : std::string("record"));
  const std::vector<CheckFinding> findings = FindingsOf(record);
  std::string reasons;
  for (const CheckFinding& finding : findings) {
    if (finding.blocks) StrAppend(&reasons, reasons.empty() ? "" : "\n", finding.text);
  }
  AddCase(group, "verdict",
          IsAllowed(record)     ? ""
          : verdict == "DENIED" ? "failure"
                                : "error",
          verdict, StrCat(verdict, " ", QuestionOf(record)), reasons, &suite);
  for (const CheckFinding& finding : findings) {
    if (finding.rule == kVerdictFinding || finding.rule == kRecordFinding) continue;
    AddCase(group, finding.rule, ElementOf(finding), ShortName(finding.status), finding.text,
            Body(finding), &suite);
  }
  for (const CheckFinding& finding : HoldingOf(record)) {
    AddCase(group, finding.rule, "", "", "", "", &suite);
  }
  if (!record.decision.has_value()) return suite;
  for (const v1::RuleOutcome& outcome : record.decision->outcomes()) {
    if (outcome.status() != v1::STATUS_NOT_APPLICABLE) continue;
    AddCase(group, OneLine(outcome.rule()), "skipped", "", "does not apply", "", &suite);
  }
  return suite;
}

std::string Counts(const Suite& suite) {
  return StrCat(" tests=\"", suite.tests, "\" failures=\"", suite.failures, "\" errors=\"",
                suite.errors, "\" skipped=\"", suite.skipped, "\" time=\"0\"");
}

}  // namespace

std::string XmlLines(std::string_view text) {
  std::string lines;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    StrAppend(&lines, at == 0 ? "" : "&#10;",
              Escaped(text.substr(at, end - at), std::string_view::npos));
    at = end + 1;
  }
  return lines;
}

std::string JUnit(const std::vector<CheckedRecord>& records) {
  Suite all;
  std::string suites;
  for (const CheckedRecord& record : records) {
    const Suite suite = SuiteOf(record);
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    all.skipped += suite.skipped;
    StrAppend(&suites, "  <testsuite name=\"", XmlLines(QuestionOf(record)), "\"", Counts(suite),
              ">\n");
    if (record.decision.has_value()) {
      const v1::Decision& decision = *record.decision;
      StrAppend(
          &suites, "    <properties>\n      <property name=\"policy\" value=\"",
          XmlLines(StrCat(OneLine(decision.policy_id()), " ", OneLine(decision.policy_version()))),
          "\"/>\n      <property name=\"now\" value=\"", XmlLines(InstantText(decision.now())),
          "\"/>\n    </properties>\n");
    }
    StrAppend(&suites, suite.cases, "  </testsuite>\n");
  }
  return StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"changepolicy\"",
                Counts(all), ">\n", suites, "</testsuites>\n");
}

}  // namespace changepolicy
