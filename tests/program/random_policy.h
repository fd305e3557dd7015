// Random policies, changes and organizations over one small vocabulary, so that conditions are
// sometimes true, sometimes false, and sometimes nobody can tell.
#ifndef TESTS_PROGRAM_RANDOM_POLICY_H_
#define TESTS_PROGRAM_RANDOM_POLICY_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/change.pb.h"

namespace changepolicy {

class RandomPolicy {
 public:
  explicit RandomPolicy(uint32_t seed) : random_(seed) {}

  // A policy as YAML: facts, definitions, factors, categories, priorities, gates, approvals and
  // obligations with random conditions.
  std::string Policy();
  v1::ChangeRequest Change();
  // More of the directory and ledger of tests/engine/example.h.
  std::string Directory();

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }
  bool OneIn(int n) { return Below(n) == 0; }
  std::string_view Pick(const std::vector<std::string_view>& texts) {
    return texts[random_() % texts.size()];
  }
  enum class Stage { kFacts, kRisk, kCategory, kGates };
  std::string Condition(Stage stage, int depth);
  std::string Atom(Stage stage);
  // A part of a time in some zone: in most of them clocks are changed, one nobody knows.
  std::string TimePart(std::string_view* number);
  std::string Quoted(std::string condition);
  void SetTime(int hours_about_now, google::protobuf::Timestamp* time);
  // Now and then near to where clocks are changed somewhere.
  void SetScheduled(int hours_about_now, google::protobuf::Timestamp* time);

  std::mt19937 random_;
};

}  // namespace changepolicy

#endif  // TESTS_PROGRAM_RANDOM_POLICY_H_
