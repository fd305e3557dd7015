// Which expressions the program answers, and which are left to the plain evaluator.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/program/program.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

struct Row {
  const char* must;
  bool compiled;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.must; }

class Compiled : public testing::TestWithParam<Row> {};

TEST_P(Compiled, OrLeftToThePlainEvaluator) {
  const Policy policy = LoadOrDie(StrCat(
      "policy: {id: test, version: \"1\", libraries: [strings, lists, math, regex, bindings, "
      "optionals, comprehensions]}\n",
      "clauses: {C: {title: a clause}}\n", R"(
facts: [{name: score, type: DOUBLE, meaning: m}, {name: count, type: INT, meaning: m}]
definitions:
  hours: {is: "{\"core\": 24, \"edge\": 48}"}
  wards: {is: "{1: [\"a\", \"b\"], 2: []}"}
  teams: {is: "[\"core\", \"edge\"]"}
risk: {factors: [], levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
evidence: {types: [unit]}
gates:
  - {id: g, subjects: [CHANGE], at: DEPLOY, clause: C, must: ')",
      GetParam().must, "'}\n"));
  const CheckedExpression& must = *policy.checked()->gates().front().must;
  const ProgramExpression* const found = policy.program().Find(must);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->root != kNoIndex, GetParam().compiled);
  EXPECT_EQ(must.kept().is_at_rest(), GetParam().compiled);
}

INSTANTIATE_TEST_SUITE_P(
    Functions, Compiled,
    testing::Values(Row{"change.title.matches(\"^release/\")", true},
                    Row{"change.title.matches(change.team)", true},
                    Row{"change.paths.exists(p, p.matches(\"^infra/\"))", true},
                    Row{"change.title.contains(\"a\") && change.title.lowerAscii() != \"\"", true},
                    Row{"change.branch.split(\"/\")[0] == \"release\"", true},
                    Row{"change.team + \"s\" == \"cores\"", true},
                    Row{"size(change.services) * 2 % 3 == 0 && -facts.count < 0", true},
                    Row{"string(facts.count) == \"3\" && int(\"3\") == facts.count", true},
                    Row{"change.paths == [\"a\"] || change.paths.hasAny([\"b\"])", true},
                    Row{"math.greatest(facts.count, 2) > 2", true},
                    Row{"regex.extractAll(change.title, \"[0-9]+\").size() == 1", true}));

INSTANTIATE_TEST_SUITE_P(Places, Compiled,
                         testing::Values(Row{"change.services[0].critical", true},
                                         Row{"change.services.filter(s, s.critical)[0].id == \"a\"",
                                             true},
                                         Row{"change.paths[facts.count] == \"a\"", true},
                                         Row{"change.paths.first().orValue(\"\") == \"a\"", true}));

INSTANTIATE_TEST_SUITE_P(Doubles, Compiled,
                         testing::Values(Row{"facts.score >= 7.0", true},
                                         Row{"facts.score in [7.0, 8.5]", true},
                                         Row{"facts.score / 2.0 + 1.5 < double(facts.count)", true},
                                         Row{"(facts.count > 3 ? facts.score : 0.0) > 1.0", true},
                                         Row{"facts.score > facts.count", true}));

INSTANTIATE_TEST_SUITE_P(Others, Compiled,
                         testing::Values(Row{"uint(facts.count) > 3u", false},
                                         Row{"bytes(change.title) == b\"a\"", false},
                                         Row{"(facts.count > 3 ? change.services : "
                                             "change.services.filter(s, s.critical))[0].critical",
                                             false}));

INSTANTIATE_TEST_SUITE_P(
    Maps, Compiled,
    testing::Values(Row{"{\"a\": 1}[change.team] == 1", true},
                    Row{"change.team in {\"a\": 1}", true},
                    Row{"change.team in hours && facts.count >= hours[change.team]", true},
                    Row{"hours.core > facts.count", true},
                    Row{"change.team in wards[facts.count]", true},
                    Row{"{\"a\": {1: true}}[change.team][facts.count]", true},
                    Row{"(facts.count > 3 ? hours : {\"a\": 1})[change.team] == 1", true},
                    // No constants, or nothing that one could hold.
                    Row{"{\"a\": facts.count}[change.team] == 1", false},
                    Row{"{\"a\": 1u}[change.team] == 1u", false},
                    Row{"has(hours.core) && size(hours) == 2", false},
                    Row{"hours.exists(team, hours[team] > facts.count)", false}));

INSTANTIATE_TEST_SUITE_P(
    Optionals, Compiled,
    testing::Values(Row{"hours[?change.team].orValue(72) > facts.count", true},
                    Row{"change.paths[?facts.count].hasValue()", true},
                    Row{"change.paths.last().or(change.paths.first()).value() == \"a\"", true},
                    Row{"change.services.first().optMap(s, s.critical).orValue(false)", true},
                    Row{"change.?team.orValue(\"core\") == \"core\"", true},
                    Row{"change.?rollback.?irreversible.orValue(true)", true},
                    Row{"change.?rollback.value().irreversible", false},
                    Row{"change.?rollback.value().?irreversible.hasValue()", false},
                    Row{"change.?rollback.optMap(r, r.irreversible).orValue(true)", false},
                    Row{"change.?paths.orValue([\"a\"]).exists(p, p == \"b\")", true},
                    Row{"optional.of(facts.count).optMap(c, c + 1).value() > 2", true},
                    Row{"optional.ofNonZeroValue(facts.count).hasValue()", true},
                    Row{"regex.extract(change.title, \"[0-9]+\").orValue(\"\") != \"\"", true},
                    Row{"hours[?change.team].hasValue(24)", false},
                    Row{"change.services.first().or(change.services.last()).hasValue()", false},
                    Row{"[?change.?team, \"edge\"].exists(t, t == \"core\")", false}));

INSTANTIATE_TEST_SUITE_P(
    Names, Compiled,
    testing::Values(Row{"cel.bind(t, change.team, t + t) == \"aa\"", true},
                    Row{"cel.bind(s, change.schedule, s.start < s.end)", true},
                    Row{"cel.bind(all, change.services, all.exists(s, s.critical))", true},
                    Row{"change.services.exists(s, cel.bind(id, s.id, id == change.team))", true},
                    Row{"cel.bind(c, change, c.services[0].id == c.team)", true},
                    Row{"cel.bind(s, change.services[0], s).critical", true},
                    // What is read on the way to a message with a place, or why that is unknown,
                    // would be forgotten.
                    Row{"cel.bind(t, change.team, change.rollback).irreversible", false},
                    Row{"cel.bind(t, uint(facts.count), true)", false}));

INSTANTIATE_TEST_SUITE_P(
    Lists, Compiled,
    testing::Values(Row{"(facts.count > 3 ? change.paths : [\"a\"]).exists(p, p == \"b\")", true},
                    Row{"change.team in (facts.count > 3 ? teams : [])", true},
                    Row{"change.paths.exists(i, p, i > 0 && p == \"b\")", true},
                    Row{"change.services.all(i, s, i == 0 || s.id != change.services[i - 1].id)",
                        true},
                    Row{"change.paths.transformList(i, p, i % 2 == 0, p).size() > 1", true},
                    Row{"change.services.map(s, s.critical, s.id).exists(id, id == \"a\")", true},
                    Row{"change.paths.transformMap(i, p, p)[0] == \"a\"", false}));

}  // namespace
}  // namespace changepolicy
