// `changepolicy policy init|lint|schema|language|show|test`; `clauses` and `compare` have files of
// their own.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/import_records.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "cli/policy_text.h"
#include "cli/reference.h"
#include "cli/schema.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/report/decision_text.h"
#include "libchangepolicy/report/wording.h"
#include "libchangepolicy/trial/suite.h"

namespace changepolicy::cli {

namespace {

void AddPolicyOptions(Command* command, PolicyOptions* options) {
  command
      ->AddOption("--policy", &options->policy,
                  "a policy file, or the name of one that is built in")
      .ShowsDefault();
  command->AddOption("--overlay", &options->overlays, "overlays, in their order");
}

// ---- init

int Init(const std::string& file) {
  if (file.empty() || file == "-") {
    std::cout << StarterPolicy();
    return 0;
  }
  if (std::filesystem::exists(file)) {
    Complain(StrCat("error: ", file, ": is there already\n  help: choose another name"));
    return kBadInput;
  }
  const absl::Status written = WriteFile(file, StarterPolicy());
  if (!written.ok()) {
    Complain(StrCat("error: ", FromAbsl(written.message())));
    return kBadInput;
  }
  std::cout << "wrote " << file << "\n";
  return 0;
}

// ---- lint

struct LintOptions {
  PolicyOptions policy;
  std::vector<std::string> organization;
  std::vector<std::string> mappings;
  std::string now;
};

void PrintOverlayChanges(const Policy& policy) {
  for (const OverlayChange& change : policy.checked()->overlay_changes()) {
    const std::string_view verb = change.kind == OverlayChange::Kind::kAdded     ? "adds"
                                  : change.kind == OverlayChange::Kind::kChanged ? "changes"
                                                                                 : "removes";
    std::cout << change.overlay << " " << verb << " " << change.element << ": " << change.reason
              << "\n";
  }
}

int PrintLints(const absl::StatusOr<v1::LintAnswer>& answer, const Policy& policy) {
  if (!answer.ok()) {
    Complain(StrCat("error: ", FromAbsl(answer.status().message())));
    return kBadInput;
  }
  int exit_code = 0;
  for (const v1::RuleOutcome& outcome : answer->outcomes()) {
    if (outcome.status() == v1::STATUS_SATISFIED) continue;
    const bool denies =
        outcome.status() == v1::STATUS_UNSATISFIED || outcome.status() == v1::STATUS_UNSATISFIABLE;
    exit_code = std::max<int>(exit_code, denies ? kDenied : kUndecided);
    std::string clauses;
    for (const std::string& clause : outcome.clauses()) {
      StrAppend(&clauses, clauses.empty() ? "" : ", ", clause);
    }
    std::cout << ShortName(outcome.status()) << " " << outcome.rule() << " [" << clauses
              << "]: " << OutcomeText(outcome, policy) << "\n";
    const std::string remedy = RemedyText(outcome, policy);
    if (!remedy.empty()) std::cout << "  help: " << remedy << "\n";
  }
  return exit_code;
}

int Lint(const LintOptions& options) {
  if (!options.mappings.empty()) return LintMappings(options.mappings);
  const std::optional<absl::Time> now = ParseNow(options.now);
  const std::optional<Policy> policy = LoadPolicy(options.policy);
  if (!now.has_value() || !policy.has_value()) return kBadInput;
  PrintOverlayChanges(*policy);
  std::optional<Organization> organization = LoadOrganization(options.organization);
  if (!organization.has_value()) return kBadInput;
  const Engine engine(*policy, *std::move(organization));
  int exit_code = PrintLints(engine.LintPolicy(*now), *policy);
  if (!options.organization.empty()) {
    exit_code = std::max(exit_code, PrintLints(engine.LintOrganization(*now), *policy));
  }
  for (const std::string& clause : UncarriedClauses(*policy)) {
    std::cout << "UNSATISFIED clause " << clause << ": no rule carries it\n";
    exit_code = std::max<int>(exit_code, kDenied);
  }
  if (exit_code == 0) {
    std::cout << policy->proto().policy().id() << " " << policy->proto().policy().version()
              << ": nothing to complain about (" << policy->digest() << ")\n";
  }
  return exit_code;
}

// ---- test

struct TestOptions {
  std::vector<std::string> files;
  std::string junit;
  bool verbose = false;
};

// Why a suite could not be run: its first error; all of them stand on standard error.
std::string FirstError(const Issues& issues) {
  for (const Issue& issue : issues) {
    if (issue.severity != Severity::kError) continue;
    const bool has_place = issue.position.line > 0;
    return StrCat(issue.message,
                  has_place ? StrCat(" (", issue.file, ":", issue.position.line, ")") : "");
  }
  return "";
}

int Test(const TestOptions& options) {
  std::vector<SuiteResult> results;
  int cases = 0, failed = 0, broken = 0;
  absl::StatusOr<std::vector<std::string>> files =
      ExpandFolders(options.files, {".suite.yaml", ".suite.yml", ".suite.json"});
  if (!files.ok()) {
    Complain(StrCat("error: ", FromAbsl(files.status().message())));
    return kBadInput;
  }
  for (const std::string& file : *files) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      return kBadInput;
    }
    SuiteResult result = RunSuite(*text, file, ReadFile);
    if (!result.issues.empty()) Complain(ToText(result.issues));
    if (HasErrors(result.issues)) {
      ++broken;
      std::cout << "BROKEN " << file << ": could not be run: " << FirstError(result.issues) << "\n";
    }
    for (const CaseResult& each : result.cases) {
      ++cases;
      failed += each.differences.empty() ? 0 : 1;
      if (each.differences.empty() && !options.verbose) continue;
      std::cout << (each.differences.empty() ? "ok     " : "FAILED ") << result.title << ": "
                << each.name << "\n";
      for (const std::string& difference : each.differences) {
        std::cout << "    " << difference << "\n";
      }
    }
    results.push_back(std::move(result));
  }
  if (cases > 0) {
    std::cout << cases - failed << " of " << cases << " cases passed in "
              << results.size() - static_cast<size_t>(broken)
              << (results.size() == 1 ? " suite\n" : " suites\n");
  } else if (!results.empty()) {
    std::cout << "no case was run\n";
  }
  if (results.empty()) {
    for (const std::string& folder : options.files) {
      Complain(
          StrCat("error: ", folder, ": no *.suite.yaml, *.suite.yml or *.suite.json is in it"));
    }
  }
  if (broken > 0) {
    std::cout << broken << " of " << results.size() << " suites could not be run\n";
  }
  if (!options.junit.empty()) {
    const absl::Status written = WriteFile(options.junit, JUnit(results));
    if (!written.ok()) {
      Complain(StrCat("error: ", FromAbsl(written.message())));
      return kBadInput;
    }
  }
  if (broken > 0 || results.empty()) return kBadInput;
  return failed > 0 ? kDenied : 0;
}

}  // namespace

void AddPolicy(Command* app) {
  Command* const policy = app->AddSubcommand("policy", "Write, check and test policies");
  policy->RequiresSubcommand();

  auto init_file = std::make_shared<std::string>();
  Command* const init = policy->AddSubcommand("init", "A commented policy to start from");
  init->AddOption("FILE", init_file.get(), "where to write it; default: standard output");
  init->Runs([init_file] { return Init(*init_file); });

  auto lint_options = std::make_shared<LintOptions>();
  Command* const lint = policy->AddSubcommand(
      "lint",
      "Every complaint about a policy, what overlays change, and its own demands; with --mapping, "
      "every complaint about mappings of foreign records");
  AddPolicyOptions(lint, &lint_options->policy);
  lint->AddOption("--organization", &lint_options->organization,
                  "ask the demands on the organization too");
  lint->AddOption("--now", &lint_options->now, "the instant of the question; default: the clock");
  lint->AddOption("--mapping", &lint_options->mappings,
                  "no policy, but mappings: files, or names of those that are built in")
      .Excludes("--policy")
      .Excludes("--overlay")
      .Excludes("--organization")
      .Excludes("--now");
  lint->Runs([lint_options] { return Lint(*lint_options); });

  AddPolicyClauses(policy);

  Command* const schema =
      policy->AddSubcommand("schema", "A JSON Schema of policies, for completion in editors");
  schema->Runs([] {
    std::cout << PolicySchema() << "\n";
    return 0;
  });

  Command* const language =
      policy->AddSubcommand("language", "Every element, fact, variable and function, as Markdown");
  language->Runs([] {
    std::cout << LanguageReference();
    return 0;
  });

  auto show_options = std::make_shared<PolicyOptions>();
  Command* const show = policy->AddSubcommand("show", "The merged policy as JSON");
  AddPolicyOptions(show, show_options.get());
  show->Runs([show_options]() -> int {
    const std::optional<Policy> loaded = LoadPolicy(*show_options);
    if (!loaded.has_value()) return kBadInput;
    std::cout << MessageJson(loaded->proto(), true) << "\n";
    return 0;
  });

  AddPolicyCompare(policy);

  auto test_options = std::make_shared<TestOptions>();
  Command* const test = policy->AddSubcommand("test", "Run suites of cases");
  test->AddOption("SUITE", &test_options->files,
                  "files, or folders in which all *.suite.yaml are run")
      .Required();
  test->AddOption("--junit", &test_options->junit, "write the results as JUnit XML");
  test->AddFlag("--verbose", &test_options->verbose, "name the cases that passed too");
  test->Runs([test_options] { return Test(*test_options); });
}

}  // namespace changepolicy::cli
