// Facts are three-valued (docs/evaluation.md, Presence).
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

struct Row {
  std::string must;
  std::string change;
  v1::Status status;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.must << (row.change.empty() ? "" : " given ") << row.change;
}

class Presence : public testing::TestWithParam<Row> {};

TEST_P(Presence, GivesTheStatus) {
  const std::string policy =
      PolicyWith(StrCat("facts: [{name: cost, type: STRING, meaning: who pays, values: [a, b]}]\n"
                        "gates:\n  - {id: g, at: DEPLOY, clause: C, must: '",
                        GetParam().must, "'}\n"));
  const v1::Decision decision = Decide(policy, SmallChange(GetParam().change));
  EXPECT_EQ(StatusOf(decision, "g"), GetParam().status)
      << GetParam().must << ": " << decision.ShortDebugString();
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Presence,
    testing::Values(
        Row{"change.urgency == Urgency.LOW", "", v1::STATUS_UNKNOWN},
        Row{"change.urgency == Urgency.LOW", "urgency: LOW", v1::STATUS_SATISFIED},
        Row{"has(change.urgency)", "", v1::STATUS_UNKNOWN},
        Row{"has(change.urgency) || true", "", v1::STATUS_SATISFIED},
        Row{"has(change.urgency) && false", "", v1::STATUS_UNSATISFIED},
        Row{"size(change.approvals) == 0", "", v1::STATUS_SATISFIED},
        Row{"size(change.services) == 0", "", v1::STATUS_UNKNOWN},
        Row{"size(change.services) == 0", "stated: [{field: services}]", v1::STATUS_SATISFIED},
        Row{"change.services.exists(s, s.critical)", "services: [{id: x}]", v1::STATUS_UNKNOWN},
        Row{"change.services.exists(s, s.critical)", "services: [{id: x}, {id: y, critical: true}]",
            v1::STATUS_SATISFIED},
        Row{"change.services.all(s, s.critical)", "services: [{id: x}, {id: y, critical: false}]",
            v1::STATUS_UNSATISFIED},
        Row{"facts.cost == \"a\"", "", v1::STATUS_UNKNOWN},
        Row{"facts.cost == \"a\"", "facts: {cost: a}", v1::STATUS_SATISFIED},
        Row{"facts.cost == \"a\"", "facts: {cost: 5}", v1::STATUS_ERROR},
        Row{"facts.cost == \"a\"", "facts: {cost: c}", v1::STATUS_ERROR},
        Row{"evidence.passed(\"unit\")", "", v1::STATUS_UNSATISFIED},
        Row{"change.impact.availability == Effect.NONE", "", v1::STATUS_UNKNOWN},
        Row{"people.of(Part.AUTHOR).exists(p, p == \"ann\")", "", v1::STATUS_SATISFIED},
        Row{"people.known(\"nobody\")", "", v1::STATUS_UNSATISFIED}));

TEST(PresenceOfFacts, UnknownOnesAreNamedByTheirPath) {
  const v1::Decision decision =
      Decide(PolicyWith("gates:\n  - {id: g, at: DEPLOY, clause: C, must: "
                        "'change.services.all(s, s.critical || s.client_facing)'}\n"),
             SmallChange("services: [{id: x, client_facing: false}]"));
  ASSERT_EQ(decision.outcomes(0).unknown_size(), 1);
  EXPECT_EQ(decision.outcomes(0).unknown(0), "change.services[0].critical");
}

struct Open {
  std::string must;
  std::string change;
  std::vector<std::string> facts;
};
std::ostream& operator<<(std::ostream& out, const Open& open) { return out << open.must; }

// What could still change the answer is named also where nothing has read it yet.
class OpenFacts : public testing::TestWithParam<Open> {};

TEST_P(OpenFacts, AreAllNamed) {
  const v1::Decision decision =
      Decide(PolicyWith(StrCat("gates:\n  - {id: g, at: DEPLOY, clause: C, must: '",
                               GetParam().must, "'}\n")),
             SmallChange(GetParam().change));
  const auto& unknown = decision.outcomes(0).unknown();
  EXPECT_EQ(std::vector<std::string>(unknown.begin(), unknown.end()), GetParam().facts);
  // Looking behind reads nothing.
  for (const v1::FactRead& read : decision.outcomes(0).facts()) {
    EXPECT_NE(read.path(), "change.impact.availability");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, OpenFacts,
    testing::Values(
        Open{"change.urgency == Urgency.LOW ? change.impact.availability == Effect.NONE : true",
             "",
             {"change.impact.availability", "change.urgency"}},
        Open{"change.urgency == Urgency.LOW ? change.impact.availability == Effect.NONE : true",
             "urgency: HIGH",
             {}},
        Open{"change.urgency == Urgency.LOW && change.kinds.exists(k, k == "
             "ChangeKind.DATABASE_SCHEMA)",
             "",
             {"change.kinds", "change.urgency"}},
        Open{"change.urgency == Urgency.LOW && false", "", {}}));

TEST(PresenceOfFacts, ReadsAreListedWithTheirValues) {
  const v1::Decision decision =
      Decide(PolicyWith("gates:\n  - {id: g, at: DEPLOY, clause: C, must: "
                        "'change.urgency >= Urgency.HIGH'}\n"),
             SmallChange("urgency: LOW"));
  ASSERT_EQ(decision.outcomes(0).facts_size(), 1);
  EXPECT_EQ(decision.outcomes(0).facts(0).path(), "change.urgency");
  EXPECT_EQ(decision.outcomes(0).facts(0).value(), "Urgency.LOW");
}

}  // namespace
}  // namespace changepolicy
