// `changepolicy policy clauses`: which rules carry which clause, and with --tests which cases show
// it.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "cli/calendar_options.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/policy_text.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/trial/clauses.h"
#include "libchangepolicy/trial/suite.h"

namespace changepolicy::cli {

namespace {

struct Options {
  PolicyOptions policy;
  std::vector<std::string> tests;
  std::string format = "markdown";
};

// The first case by name, and how many more there are.
std::string CasesCell(const std::vector<CaseName>& cases) {
  if (cases.empty()) return "**none**";
  const std::string first = StrCat(cases[0].suite, ": ", cases[0].name);
  return StrCat(absl::StrReplaceAll(Printable(first), {{"|", "\\|"}}),
                cases.size() > 1 ? StrCat(" (and ", cases.size() - 1, " more)") : "");
}

void AddRow(const ClauseEvidence& row, ShownOn kind, std::string_view shown, std::string* table) {
  const auto at = static_cast<size_t>(kind);
  StrAppend(table, "| ", row.clause, " | ", CasesCell(row.passes[at]), " | ",
            CasesCell(row.fails_alone[at]), " | ", shown, " |\n");
}

// A row for each kind of document on which the clause is shown.
std::string Markdown(const std::vector<ClauseEvidence>& rows) {
  std::string table = "| clause | passes in | fails alone in | shown on |\n|---|---|---|---|\n";
  for (const ClauseEvidence& row : rows) {
    for (const ShownOn kind : kAllShownOn) {
      if (row.IsShownOn(kind)) AddRow(row, kind, ShownOnName(kind), &table);
    }
    if (row.IsShown()) continue;
    // What there is of it.
    const auto some = std::find_if(kAllShownOn.begin(), kAllShownOn.end(), [&](ShownOn kind) {
      return !row.passes[static_cast<size_t>(kind)].empty() ||
             !row.fails_alone[static_cast<size_t>(kind)].empty();
    });
    AddRow(row, some == kAllShownOn.end() ? ShownOn::kSubject : *some, "**nothing**", &table);
  }
  return table;
}

std::string CasesJson(const std::vector<CaseName>& cases) {
  std::string json = "[";
  for (const CaseName& each : cases) {
    StrAppend(&json, json.size() > 1 ? ", " : "", "{\"suite\": ", Quoted(each.suite),
              ", \"case\": ", Quoted(each.name), "}");
  }
  return json + "]";
}

std::string Json(const std::vector<ClauseEvidence>& rows) {
  std::string json = "[";
  for (const ClauseEvidence& row : rows) {
    StrAppend(&json, json.size() > 1 ? ",\n" : "\n", " {\"clause\": ", Quoted(row.clause));
    std::string kinds;
    for (const ShownOn kind : kAllShownOn) {
      const auto at = static_cast<size_t>(kind);
      if (row.passes[at].empty() && row.fails_alone[at].empty()) continue;
      StrAppend(&kinds, kinds.empty() ? "" : ",", "\n  ", Quoted(ShownOnName(kind)),
                ": {\"passes\": ", CasesJson(row.passes[at]),
                ",\n   \"fails_alone\": ", CasesJson(row.fails_alone[at]), "}");
    }
    StrAppend(&json, ", \"shown\": ", row.IsShown() ? "true" : "false", ", \"cases\": {", kinds,
              "}}");
  }
  return json + "\n]\n";
}

int Tests(const Options& options, const Policy& policy) {
  const absl::StatusOr<std::vector<std::string>> files =
      ExpandFolders(options.tests, {".suite.yaml", ".suite.yml", ".suite.json"});
  if (!files.ok()) {
    Complain(StrCat("error: ", FromAbsl(files.status().message())));
    return kBadInput;
  }
  std::vector<SuiteResult> results;
  bool is_broken = files->empty();
  if (is_broken) Complain("error: --tests: no suite is there\n  help: suites end in .suite.yaml");
  for (const std::string& file : *files) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      return kBadInput;
    }
    SuiteResult result = RunSuite(*text, file, ReadFile);
    if (!result.issues.empty()) Complain(ToText(result.issues));
    is_broken = is_broken || HasErrors(result.issues);
    for (const CaseResult& each : result.cases) {
      if (each.differences.empty()) continue;
      Complain(StrCat("warning: ", Printable(result.title), ": ", Printable(each.name),
                      ": failed, and shows nothing"));
    }
    if (result.policy.has_value() && result.policy->digest() != policy.digest()) {
      Complain(StrCat("warning: ", Printable(file), ": asks another policy, and shows nothing"));
    }
    results.push_back(std::move(result));
  }
  if (is_broken) return kBadInput;
  const std::vector<ClauseEvidence> rows = FindClauseEvidence(policy, results);
  const auto shown = std::count_if(rows.begin(), rows.end(),
                                   [](const ClauseEvidence& row) { return row.IsShown(); });
  std::cout << (options.format == "json" ? Json(rows) : Markdown(rows));
  if (options.format != "json") {
    std::cout << "\n" << shown << " of " << rows.size() << " clauses are shown by tests\n";
  }
  return shown == static_cast<long>(rows.size()) ? kAllowed : kDenied;
}

int Run(const Options& options) {
  const std::optional<Policy> policy = LoadPolicy(options.policy);
  if (!policy.has_value()) return kBadInput;
  if (!options.tests.empty()) return Tests(options, *policy);
  if (options.format == "json") {
    Complain("error: --format: only with --tests\n  help: `changepolicy policy show` is JSON");
    return kBadInput;
  }
  std::cout << ClauseTable(*policy);
  return UncarriedClauses(*policy).empty() ? kAllowed : kDenied;
}

}  // namespace

void AddPolicyClauses(Command* policy) {
  auto options = std::make_shared<Options>();
  Command* const command = policy->AddSubcommand(
      "clauses",
      "Which rules carry which clause, with controls; with --tests, which cases show that it holds "
      "and that it fails by itself. Exits with 0 every clause, 1 not every one, 3 bad input");
  command
      ->AddOption("--policy", &options->policy.policy,
                  "a policy file, or the name of one that is built in")
      .ShowsDefault();
  command->AddOption("--overlay", &options->policy.overlays, "overlays, in their order");
  command->AddOption("--tests", &options->tests,
                     "suites of this policy, or folders in which all *.suite.yaml are run");
  AddFormat(command, &options->format, {"markdown", "json"});
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
