#include "cli/policy_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/junit.h"

namespace changepolicy::cli {

std::string_view StarterPolicy() { return *BuiltinText("starter"); }

namespace {

// What carries each clause: `gate staging-tests`.
std::map<std::string, std::vector<std::string>> Carriers(const v1::Policy& policy) {
  std::map<std::string, std::vector<std::string>> carriers;
  const auto add = [&](std::string_view kind, const std::string& id, const auto& clauses) {
    for (const std::string& clause : clauses) carriers[clause].push_back(StrCat(kind, " ", id));
  };
  for (const auto& rule : policy.categories()) add("category", rule.id(), rule.clauses());
  for (const auto& rule : policy.priorities()) add("priority", rule.id(), rule.clauses());
  for (const auto& rule : policy.risk().factors()) add("factor", rule.id(), rule.clauses());
  for (const auto& rule : policy.risk().questionnaire()) add("question", rule.id(), rule.clauses());
  for (const auto& rule : policy.approvals()) add("approval", rule.id(), rule.clauses());
  for (const auto& rule : policy.separation().pairs()) {
    add("separation", rule.id(), rule.clauses());
  }
  for (const auto& rule : policy.gates()) add("gate", rule.id(), rule.clauses());
  for (const auto& rule : policy.obligations()) add("obligation", rule.id(), rule.clauses());
  for (const auto& rule : policy.lints()) add("lint", rule.id(), rule.clauses());
  for (const auto& rule : policy.overrides()) add("override", rule.id(), rule.clauses());
  add("exception", "accepted-risk", policy.exceptions().clauses());
  return carriers;
}

std::vector<std::string> ClauseIds(const v1::Policy& policy) {
  std::vector<std::string> ids;
  for (const auto& [id, unused] : policy.clauses()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

template <typename List>
std::string Join(const List& list, std::string_view separator) {
  std::string text;
  for (const auto& each : list) StrAppend(&text, text.empty() ? "" : separator, each);
  return text;
}

}  // namespace

std::string ClauseTable(const Policy& policy) {
  const auto carriers = Carriers(policy.proto());
  std::string table = "| clause | title | carried by | controls |\n|---|---|---|---|\n";
  for (const std::string& id : ClauseIds(policy.proto())) {
    const v1::Clause& clause = policy.proto().clauses().at(id);
    const auto found = carriers.find(id);
    const std::set<std::string> controls(clause.controls().begin(), clause.controls().end());
    StrAppend(&table, "| ", id, " | ", clause.title(), " | ",
              found == carriers.end() ? "**nothing**" : Join(found->second, ", "), " | ",
              Join(controls, ", "), " |\n");
  }
  return table;
}

std::vector<std::string> UncarriedClauses(const Policy& policy) {
  const auto carriers = Carriers(policy.proto());
  std::vector<std::string> uncarried;
  for (const std::string& id : ClauseIds(policy.proto())) {
    if (carriers.find(id) == carriers.end()) uncarried.push_back(id);
  }
  return uncarried;
}

std::string JUnit(const std::vector<SuiteResult>& suites) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const SuiteResult& suite : suites) {
    const auto failures =
        std::count_if(suite.cases.begin(), suite.cases.end(),
                      [](const CaseResult& each) { return !each.differences.empty(); });
    StrAppend(&xml, "  <testsuite name=\"", XmlLines(suite.title), "\" tests=\"",
              suite.cases.size() + (HasErrors(suite.issues) ? 1 : 0), "\" failures=\"", failures,
              "\" errors=\"", HasErrors(suite.issues) ? 1 : 0, "\">\n");
    if (HasErrors(suite.issues)) {
      StrAppend(&xml, "    <testcase name=\"(suite)\"><error message=\"",
                XmlLines(ToText(suite.issues)), "\"/></testcase>\n");
    }
    for (const CaseResult& each : suite.cases) {
      StrAppend(&xml, "    <testcase name=\"", XmlLines(each.name), "\"");
      if (each.differences.empty()) {
        StrAppend(&xml, "/>\n");
      } else {
        StrAppend(&xml, "><failure message=\"", XmlLines(Join(each.differences, "; ")),
                  "\"/></testcase>\n");
      }
    }
    StrAppend(&xml, "  </testsuite>\n");
  }
  return xml + "</testsuites>\n";
}

}  // namespace changepolicy::cli
