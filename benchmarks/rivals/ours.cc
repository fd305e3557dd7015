// Our engine on the rules of benchmarks/rivals/scenario: from the bytes of a change to the bytes of
// a Decision. Usage: rivals_ours FOLDER SECONDS. README.md says what the rows mean.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "benchmarks/rivals/rows.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::rivals {
namespace {

// A change as it is given to the engine, and what has to come out.
struct Case {
  std::string bytes;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  std::vector<std::string> unmet;  // sorted
};

std::vector<Case> ReadCases(const std::string& folder, int matches) {
  std::vector<Case> cases;
  for (const auto& row : ReadLines(StrCat(folder, "/changes-", matches, ".jsonl"))) {
    Case& added = cases.emplace_back();
    added.verdict = row.fields().at("verdict").string_value() == "DENIED" ? v1::VERDICT_DENIED
                                                                          : v1::VERDICT_ALLOWED;
    for (const auto& id : row.fields().at("unmet").list_value().values()) {
      added.unmet.push_back(id.string_value());
    }
  }
  const std::string file = StrCat(folder, "/ours-", matches, ".jsonl");
  std::istringstream lines(ReadFile(file));
  size_t index = 0;
  for (std::string line; std::getline(lines, line); ++index) {
    const SubjectResult read = ReadSubject(line, Format::kJson, file, v1::SUBJECT_KIND_CHANGE);
    if (!read.subject.has_value() || index >= cases.size()) Stop(ToText(read.issues));
    cases[index].bytes = std::get<v1::ChangeRequest>(*read.subject).SerializeAsString();
  }
  if (index != cases.size()) Stop(StrCat(file, ": another number of lines"));
  return cases;
}

Engine Load(const std::vector<NamedText>& documents) {
  PolicyResult policy = Policy::Load(documents);
  if (!policy.policy.has_value()) Stop(ToText(policy.issues));
  OrganizationResult organization = Organization::Create({});
  if (!organization.organization.has_value()) Stop(ToText(organization.issues));
  return Engine(*std::move(policy.policy), *std::move(organization.organization));
}

void Compare(const std::string& bytes, const Case& asked) {
  v1::Decision decision;
  if (!decision.ParseFromString(bytes)) Stop("the answer is no Decision");
  std::vector<std::string> unmet;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.status() != v1::STATUS_SATISFIED && outcome.status() != v1::STATUS_NOT_APPLICABLE) {
      unmet.push_back(outcome.rule());
    }
  }
  std::sort(unmet.begin(), unmet.end());
  if (decision.verdict() != asked.verdict || unmet != asked.unmet) {
    Stop(StrCat("another answer to ", decision.subject_id()));
  }
}

void Run(const std::string& folder, double seconds) {
  const auto scenario = ReadLines(StrCat(folder, "/scenario.json")).at(0);
  std::vector<NamedText> documents;
  for (const auto& name : scenario.fields().at("documents").list_value().values()) {
    documents.push_back({name.string_value(), ReadFile(StrCat(folder, "/", name.string_value()))});
  }
  Question question;
  question.now = *ReadInstant(scenario.fields().at("now").string_value());
  question.transition = v1::TRANSITION_DEPLOY;
  const Loading loading;
  const Engine engine = Load(documents);
  const std::string loaded = loading.Fields();
  for (const auto& value : scenario.fields().at("matches").list_value().values()) {
    const int matches = static_cast<int>(value.number_value());
    const std::vector<Case> cases = ReadCases(folder, matches);
    std::string decision;
    const std::string measured = Measure(cases.size(), seconds, [&](size_t number, bool compare) {
      const absl::Status status = engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE,
                                                     cases[number].bytes, question, &decision);
      if (!status.ok()) Stop(status.ToString());
      if (compare) Compare(decision, cases[number]);
    });
    std::cout << StrCat(R"({"engine":"libchangepolicy","version":")", CHANGEPOLICY_VERSION,
                        R"(","rules":)", scenario.fields().at("rules").number_value(),
                        R"(,"matches":)", matches, ",", measured, ",", loaded, "}")
              << std::endl;
  }
}

}  // namespace
}  // namespace changepolicy::rivals

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: rivals_ours FOLDER SECONDS\n";
    return 3;
  }
  changepolicy::rivals::Run(argv[1], std::atof(argv[2]));
}
