// Whatever happens to a payload, an import does not crash and does not take long; a payload that
// says less gives no fact that was not there, and loses nothing that spoke against the subject.
//
// CHANGEPOLICY_FUZZ_RUNS is how many random ones are tried (default 1500), CHANGEPOLICY_FUZZ_SEED
// where they begin.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/mapping/favour.h"
#include "tests/mapping/mutate.h"
#include "tests/mapping/scenes.h"

namespace changepolicy {
namespace {

// Where a payload that says less says something else after all, and why.
struct Excuse {
  std::string family;
  std::string path;       // of what was touched, without indices; empty: any
  std::string complaint;  // begins so
  std::string why;
};
const Excuse kExcuses[] = {
    {"azure-devops", "reviewers.isContainer", "lost",
     "a group does not vote beside its members; who votes is told by the name alone"},
    {"azure-devops", "resource.triggerInfo", "",
     "with its branch gone as well it says nothing of a pull request"},
    {"azure-devops", "isDraft", "new", "older servers have no drafts"},
    {"bitbucket", "draft", "new", "older payloads have no drafts"},
    {"gitea", "draft", "new", "older servers tell it by the title alone"},
    {"github", "author.username", "", "who has no account on GitHub is told by an address"},
    {"github", "committer.username", "", "who has no account on GitHub is told by an address"},
    {"github", "app.slug", "new pass", "older payloads have the name of the app alone"},
    {"github", "", "new subject", "without a repository it goes by its commit"},
    {"gitlab", "approvals", "lost", "a deployment that asks for no approval has no such list"},
    {"gitlab", "commits", "new fact title", "the title is that of the last commit of the list"},
    {"gitlab", "", "new subject", "without a name the project goes by its number"},
    {"jira", "", "new fact documents", "what remains of a text is another text"},
    {"jira", "fields", "lost people.implementers", "without fields it has no assignee"},
    {"jira", "fields.assignee", "lost people.implementers", "an issue may have no assignee"},
    {"jira", "fields.customfield_10050", "lost", "the field that holds all approvals"},
    {"junit", "testsuites.testsuite", "lost failure",
     "a report without suites says that nothing ran"},
    {"junit", "testsuites", "lost failure", "a report without suites says that nothing ran"},
    {"sarif", "runs.invocations", "", "many tools do not tell how they ended"},
    {"sarif", "runs.results", "more passes", "an empty list says that nothing was found"},
    {"sarif", "", "lost failure", "SARIF has defaults for the level of a finding"},
    {"servicenow", "state.value", "new word", "states are numbers"},
    {"servicenow", "", "new subject", "without a number it goes by its sys_id"},
    {"servicenow", "result.assigned_to", "lost people.implementers", "nobody may be assigned"},
};

bool IsExcused(const std::string& family, const Mutation& mutation, const std::string& complaint) {
  return std::any_of(std::begin(kExcuses), std::end(kExcuses), [&](const Excuse& excuse) {
    return excuse.family == family && complaint.starts_with(excuse.complaint) &&
           (excuse.path.empty() ||
            std::any_of(mutation.paths.begin(), mutation.paths.end(),
                        [&](const std::string& path) { return path.ends_with(excuse.path); }));
  });
}

int64_t NumberFrom(const char* variable, int64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

// Imports mutations of one scene and compares them with the scene as it is.
class Trial {
 public:
  explicit Trial(const Scene& scene)
      : scene_(scene),
        base_(Import(scene.family, scene.records)),
        weight_(WeightOf(base_.subjects)) {}

  void Try(const Mutation& mutation, const std::vector<ForeignRecord>& records) {
    ++tried_;
    const auto start = std::chrono::steady_clock::now();
    const Answer answer = Import(scene_.family, records);
    const auto took = std::chrono::steady_clock::now() - start;
    if (took > std::chrono::seconds(20)) Complain(mutation, "it takes too long");
    if (answer.refused) {
      ++refused_;
      return;
    }
    for (const std::string& complaint : Compare(mutation, answer)) Complain(mutation, complaint);
  }

  int tried() const { return tried_; }
  int refused() const { return refused_; }

 private:
  Complaints Compare(const Mutation& mutation, const Answer& answer) const {
    if (mutation.says != Says::kLess) return Heavier(mutation.says, answer);
    Complaints complaints;
    for (const auto& [id, after] : answer.subjects) {
      const auto before = base_.subjects.find(id);
      if (before == base_.subjects.end()) {
        complaints.push_back("new subject " + id);
        continue;
      }
      for (const auto compare : {Invented, Forgotten}) {
        const Complaints more = compare(*before->second, *after);
        complaints.insert(complaints.end(), more.begin(), more.end());
      }
    }
    if (answer.subjects.size() < base_.subjects.size()) {
      complaints.push_back("lost subject, and nobody says so");
    }
    return complaints;
  }

  // Those of a name or for a commit that was not there are what the payload says.
  static bool Covers(const std::multimap<std::string, std::string>& before,
                     const std::multimap<std::string, std::string>& after) {
    std::ptrdiff_t known = 0;
    for (const auto& [what, approval] : after) known += before.contains(what) ? 1 : 0;
    return known <= static_cast<std::ptrdiff_t>(before.size());
  }

  Complaints Heavier(Says says, const Answer& answer) const {
    const Weight weight = WeightOf(answer.subjects);
    Complaints complaints;
    if (!Covers(weight_.approvals, weight.approvals)) complaints.push_back("more approvals");
    if (!Covers(weight_.unlimited, weight.unlimited)) {
      complaints.push_back("approvals with fewer limits");
    }
    // One less may be a finding less, or an objection, or the latest payload.
    if (says == Says::kFewer) return complaints;
    if (weight.passed.size() > weight_.passed.size()) complaints.push_back("more passes");
    if (weight.lifted.size() > weight_.lifted.size())
      complaints.push_back("more lifted objections");
    // Where a payload became another subject, an earlier one is the last.
    if (answer.subjects.size() != base_.subjects.size()) return complaints;
    for (const std::string& word : weight.words) {
      if (!weight_.words.contains(word)) complaints.push_back("new word " + word);
    }
    return complaints;
  }

  // Once for each place: a long run finds the same again and again.
  void Complain(const Mutation& mutation, const std::string& complaint) {
    if (IsExcused(scene_.family, mutation, complaint)) return;
    std::string key = complaint.substr(0, complaint.find_first_of("{:="));
    for (const std::string& path : mutation.paths) key += " " + path;
    if (!said_.insert(scene_.family + key).second) return;
    ADD_FAILURE() << scene_.name << " " << mutation.what << ": " << complaint;
  }

  static inline std::set<std::string> said_;

  const Scene& scene_;
  const Answer base_;
  const Weight weight_;
  int tried_ = 0, refused_ = 0;
};

TEST(ImportMutationTest, EachKeyThatVanished) {
  ASSERT_GE(OwnScenes().size(), 10u);
  int tried = 0, refused = 0;
  for (const Scene& scene : OwnScenes()) {
    Trial trial(scene);
    for (size_t i = 0, keys = CountKeys(scene.records); i < keys; ++i) {
      std::vector<ForeignRecord> records = scene.records;
      const Mutation mutation = RemoveKey(i, &records);
      trial.Try(mutation, records);
    }
    EXPECT_GT(trial.tried(), trial.refused()) << scene.name;
    tried += trial.tried();
    refused += trial.refused();
  }
  EXPECT_GT(tried - refused, 500);
  EXPECT_GT(refused, 100);
  std::cout << tried << " keys taken away, " << refused << " refused\n";
}

TEST(ImportMutationTest, WhateverHappensToAPayload) {
  std::vector<const Scene*> scenes;
  for (const Scene& scene : OwnScenes()) scenes.push_back(&scene);
  for (const Scene& scene : SharedScenes()) scenes.push_back(&scene);
  std::deque<Trial> trials;
  for (const Scene* scene : scenes) trials.emplace_back(*scene);
  const int64_t runs = NumberFrom("CHANGEPOLICY_FUZZ_RUNS", 1500);
  const int64_t seed = NumberFrom("CHANGEPOLICY_FUZZ_SEED", 1);
  for (int64_t i = 0; i < runs; ++i) {
    SCOPED_TRACE("CHANGEPOLICY_FUZZ_SEED=" + std::to_string(seed + i));
    std::mt19937_64 random(static_cast<uint64_t>(seed + i));
    // Every second is on a scene of our own: they have all that a mapping can fold.
    const size_t among = i % 2 == 0 ? OwnScenes().size() : scenes.size();
    const size_t chosen = random() % among;
    std::vector<ForeignRecord> records = scenes[chosen]->records;
    const Mutation mutation = Mutate(&random, &records);
    trials[chosen].Try(mutation, records);
  }
  int refused = 0;
  for (const Trial& trial : trials) refused += trial.refused();
  std::cout << runs << " mutations of " << scenes.size() << " scenes, " << refused << " refused\n";
  EXPECT_LT(refused, runs);
}

}  // namespace
}  // namespace changepolicy
