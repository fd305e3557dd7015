// What the corpus of the benchmarks is like: sizes, questions, answers.
#include <algorithm>
#include <iostream>
#include <map>

#include "benchmarks/corpus/corpus.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

int Describe(size_t n) {
  const corpus::Corpus corpus = corpus::MakeCorpus(n);
  PolicyResult policy = Policy::Builtin("saas");
  OrganizationResult organization = Organization::Create(corpus.organization);
  if (!policy.policy.has_value() || !organization.organization.has_value()) {
    std::cerr << "cannot load: " << ToText(organization.issues) << "\n";
    return 1;
  }
  const Engine engine(*std::move(policy.policy), *std::move(organization.organization));
  std::map<std::string, int> verdicts, transitions, categories, denying, remarks;
  std::vector<size_t> in, out;
  for (size_t i = 0; i < n; ++i) {
    const absl::StatusOr<std::string> bytes =
        engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, corpus.subjects[i],
                           {.now = corpus.instants[i]});
    if (!bytes.ok()) {
      std::cerr << i << ": " << bytes.status() << "\n";
      return 1;
    }
    v1::Decision decision;
    decision.ParseFromString(*bytes);
    in.push_back(corpus.subjects[i].size());
    out.push_back(bytes->size());
    ++verdicts[v1::Verdict_Name(decision.verdict())];
    ++transitions[v1::Transition_Name(decision.transition())];
    ++categories[v1::Category_Name(decision.categorization().category())];
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (outcome.status() > v1::STATUS_SATISFIED) {
        ++denying[StrCat(outcome.rule(), " ", v1::Status_Name(outcome.status()))];
      }
    }
    for (const v1::Remark& remark : decision.remarks()) ++remarks[remark.id()];
  }
  const auto print = [](std::vector<size_t> sizes, const char* name) {
    std::sort(sizes.begin(), sizes.end());
    std::cout << name << ": smallest " << sizes.front() << ", quarter " << sizes[sizes.size() / 4]
              << ", median " << sizes[sizes.size() / 2] << ", three quarters "
              << sizes[sizes.size() * 3 / 4] << ", largest " << sizes.back() << "\n";
  };
  print(in, "bytes of a change");
  print(out, "bytes of a Decision");
  for (const auto* const counts : {&verdicts, &transitions, &categories, &denying, &remarks}) {
    for (const auto& [name, count] : *counts) std::cout << "  " << count << " " << name << "\n";
    std::cout << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace changepolicy

int main() { return changepolicy::Describe(4096); }
