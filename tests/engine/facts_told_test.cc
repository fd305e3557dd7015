// What an outcome tells of the facts that its gate read.
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> FactsOf(std::string_view applies_if, std::string_view must) {
  const v1::Decision decision =
      Decide(PolicyWith(StrCat("gates:\n  - {id: gate, at: DEPLOY, clause: C, applies_if: \"",
                               applies_if, "\", must: \"", must, "\"}\n")),
             SmallChange("title: Small\nteam: core\nurgency: LOW\n"));
  std::vector<std::string> facts;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.rule() != "gate") continue;
    for (const v1::FactRead& fact : outcome.facts()) facts.push_back(fact.path());
  }
  return facts;
}

TEST(FactsTold, OfBothConditionsByPathEachOnce) {
  EXPECT_THAT(FactsOf("change.title != '' && change.urgency != Urgency.HIGH",
                      "change.team == 'core' && change.title == 'Small'"),
              ElementsAre("change.team", "change.title", "change.urgency"));
  EXPECT_THAT(FactsOf("change.team == 'core'", "change.urgency == Urgency.LOW"),
              ElementsAre("change.team", "change.urgency"));
  EXPECT_THAT(FactsOf("change.urgency == Urgency.LOW", "change.team == 'core'"),
              ElementsAre("change.team", "change.urgency"));
  EXPECT_THAT(FactsOf("true", "change.team == 'edge'"), ElementsAre("change.team"));
}

std::string ParameterOf(std::string_view value, std::string_view title) {
  v1::ChangeRequest change = SmallChange();
  change.set_title(std::string(title));
  const v1::Decision decision = Decide(
      PolicyWith(StrCat("gates: [{id: gate, at: DEPLOY, clause: C, must: \"false\", message: '{{",
                        value, "}}'}]\n")),
      change);
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.rule() == "gate") return outcome.parameters(0).value();
  }
  return "no outcome";
}

// By the program, and by the plain evaluator, which alone knows maps.
TEST(Parameters, OfLongValuesAreCut) {
  const std::string whole(1'000, 'a');
  for (const std::string_view value : {"change.title", "{\"a\": change.title}[\"a\"]"}) {
    EXPECT_EQ(ParameterOf(value, "short"), "short") << value;
    EXPECT_EQ(ParameterOf(value, whole), whole) << value;
    EXPECT_EQ(ParameterOf(value, whole + "a"), whole + "...") << value;
    // Not inside a character.
    EXPECT_EQ(ParameterOf(value, whole.substr(1) + "\u20AC"), whole.substr(1) + "...") << value;
  }
}

}  // namespace
}  // namespace changepolicy
