// Overlays: what they change, what they may not, and what they have to say.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/check/load.h"
#include "libchangepolicy/check/merge.h"

namespace changepolicy {
namespace {

constexpr char kBase[] = R"(policy: {id: base, version: "1"}
clauses: {C-1: {title: One}}
roles: [engineer, head]
definitions: {size_limit: "3"}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals:
  - id: peer
    title: Peer
    needs: {at_least: 1, of: {role: engineer}}
    clause: C-1
gates:
  - {id: first, at: [DEPLOY], must: change.services.size() < size_limit, clause: C-1}
  - {id: second, at: [DEPLOY], must: change.id != '', clause: C-1}
)";

LoadResult Lay(const std::string& body,
               const std::string& header = "overlay: {of: base, reason: why}\n") {
  static std::string text;
  text = "policy: {id: over, version: \"1\"}\n" + header + body;
  return LoadPolicy({{"base.yaml", kBase}, {"over.yaml", text}});
}

std::string FirstProblem(const LoadResult& result) {
  for (const Issue& issue : result.issues) {
    if (issue.severity == Severity::kError) return issue.file + " " + issue.id;
  }
  return "";
}

TEST(Overlay, ReplacesByIdFieldByField) {
  const LoadResult result =
      Lay("approvals: [{id: peer, needs: {at_least: 2, of: {role: head}}}]\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  const v1::ApprovalRule& rule = result.policy->policy().approvals(0);
  EXPECT_EQ(rule.title(), "Peer");
  EXPECT_EQ(rule.needs().at_least(), 2);
  EXPECT_EQ(rule.needs().of().role(), "head");
  ASSERT_EQ(result.policy->overlay_changes().size(), 1u);
  EXPECT_EQ(result.policy->overlay_changes()[0].element, "approvals[peer]");
}

TEST(Overlay, RestatesADefinition) {
  const LoadResult result = Lay("definitions: {size_limit: \"5\"}\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(result.policy->FindDefinition("size_limit")->expression.expression().text(), "5");
}

TEST(Overlay, AddsAtTheEndOrBefore) {
  const LoadResult result =
      Lay("gates:\n"
          "  - {id: last, at: [DEPLOY], must: change.id != 'x', clause: C-1}\n"
          "  - {id: middle, before: second, at: [DEPLOY], must: change.id != 'y', clause: C-1}\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  std::vector<std::string> ids;
  for (const v1::Gate& gate : result.policy->policy().gates()) ids.push_back(gate.id());
  EXPECT_EQ(ids, (std::vector<std::string>{"first", "middle", "second", "last"}));
}

TEST(Overlay, RemovesWithAReason) {
  const LoadResult result = Lay("remove: [{from: gates, id: second, reason: not here}]\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(result.policy->policy().gates_size(), 1);
}

TEST(Overlay, IsRefusedWhereItIsNotClear) {
  EXPECT_EQ(FirstProblem(Lay("remove: [{from: gates, id: second}]\n")), "over.yaml removal-reason");
  EXPECT_EQ(FirstProblem(Lay("remove: [{from: gates, id: secnd, reason: r}]\n")),
            "over.yaml nothing-to-remove");
  EXPECT_EQ(FirstProblem(Lay("remove: [{from: gatess, id: second, reason: r}]\n")),
            "over.yaml unknown-list");
  EXPECT_EQ(FirstProblem(Lay("gates: [{id: x, before: nothing, at: [DEPLOY], must: change.id == '',"
                             " clause: C-1}]\n")),
            "over.yaml unknown-before");
  EXPECT_EQ(FirstProblem(Lay("", "")), "over.yaml overlay-of-nothing");
  EXPECT_EQ(FirstProblem(Lay("", "overlay: {of: another, reason: r}\n")),
            "over.yaml overlay-of-another");
  EXPECT_EQ(FirstProblem(Lay("", "overlay: {of: base}\n")), "over.yaml overlay-reason");
  EXPECT_EQ(FirstProblem(LoadPolicy({{"over.yaml",
                                      "policy: {id: over, version: \"1\"}\n"
                                      "overlay: {of: base, reason: r}\n"}})),
            "over.yaml overlay-alone");
}

// A mistake is reported where it stands, in the overlay's own text.
TEST(Overlay, MistakesHaveTheirPlaceInTheOverlay) {
  const LoadResult result = Lay("gates: [{id: second, must: change.idd != ''}]\n");
  ASSERT_FALSE(result.issues.empty());
  EXPECT_EQ(result.issues[0].file, "over.yaml");
  EXPECT_EQ(result.issues[0].position.line, 3);
  EXPECT_EQ(result.issues[0].position.column, 35);
}

// A section that the merging does not know would be dropped in silence.
TEST(Overlay, EveryPartOfAPolicyIsMerged) {
  const google::protobuf::Descriptor& policy = *v1::Policy::descriptor();
  for (int i = 0; i < policy.field_count(); ++i) {
    const std::string name = policy.field(i)->name();
    if (name == "remove" || name == "overlay" || name == "policy") continue;
    EXPECT_TRUE(IsMerged(name)) << name;
  }
  const LoadResult result = Lay("asking: {unavailable: 7}\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(result.policy->policy().asking().unavailable(), 7);
}

TEST(Overlay, PairsOfPartsMergeByTheirId) {
  constexpr char kPairs[] =
      "separation: {apart: [AUTHOR], pairs: [{one: TESTER, other: AUTHOR, "
      "title: old, clause: C-1}]}\n";
  const std::string base = std::string(kBase) + kPairs;
  const auto lay = [&](const std::string& body) {
    static std::string text;
    text = "policy: {id: over, version: \"1\"}\noverlay: {of: base, reason: why}\n" + body;
    return LoadPolicy({{"base.yaml", base}, {"over.yaml", text}});
  };
  // Named by its parts, however they are ordered.
  LoadResult result =
      lay("separation: {pairs: [{one: AUTHOR, other: TESTER, title: new}, {id: mine, one: OWNER, "
          "other: DEPLOYER, clause: C-1}]}\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  const v1::SeparationOfDuties& separation = result.policy->policy().separation();
  ASSERT_EQ(separation.pairs_size(), 2);
  EXPECT_EQ(separation.pairs(0).id(), "apart-author-tester");
  EXPECT_EQ(separation.pairs(0).title(), "new");
  EXPECT_EQ(separation.pairs(0).clauses(0), "C-1");
  EXPECT_EQ(separation.pairs(1).id(), "mine");
  EXPECT_EQ(separation.apart_size(), 1);
  ASSERT_EQ(result.policy->overlay_changes().size(), 2u);
  EXPECT_EQ(result.policy->overlay_changes()[0].element, "separation.pairs[apart-author-tester]");
  result = lay("remove: [{from: separation.pairs, id: apart-author-tester, reason: r}]\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(result.policy->policy().separation().pairs_size(), 0);
}

TEST(Overlay, RestatesWhatItCostsToAsk) {
  const LoadResult result = Lay("asking: {unavailable: 5, per_grade: -1}\n");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(result.policy->policy().asking().unavailable(), 5);
  EXPECT_EQ(result.policy->policy().asking().per_grade(), -1);
  EXPECT_FALSE(result.policy->overlay_changes().empty());
}

struct Claim {
  const char* name;
  const char* body;
  bool shown;
};

TEST(Overlay, StrengtheningHasToBeShown) {
  for (const Claim& claim : std::vector<Claim>{
           {"a further gate",
            "gates: [{id: x, at: [DEPLOY], must: change.id != 'x', clause: C-1}]\n", true},
           {"a further pair of parts",
            "separation: {pairs: [{one: AUTHOR, other: TESTER, clause: C-1}]}\n", true},
           // Half of fewer people may be fewer.
           {"fewer who may approve",
            "separation: {pairs: [{one: TESTER, other: APPROVER, clause: C-1}]}\n", false},
           {"pairs at other transitions", "separation: {at: [SUBMIT]}\n", false},
           // Stronger in truth, but only additions are shown.
           {"one more approval",
            "approvals: [{id: peer, needs: {at_least: 2, of: {role: engineer}}}]\n", false},
           {"one approval less",
            "approvals: [{id: peer, needs: {at_least: 0, of: {role: engineer}}}]\n", false},
           {"a gate taken away", "remove: [{from: gates, id: second, reason: r}]\n", false},
           {"a gate with another condition", "gates: [{id: second, must: 'true'}]\n", false},
           {"a definition restated", "definitions: {size_limit: \"5\"}\n", false}}) {
    const LoadResult result =
        Lay(claim.body, "overlay: {of: base, reason: r, strengthens: true}\n");
    EXPECT_EQ(result.policy != nullptr, claim.shown) << claim.name << "\n" << ToText(result.issues);
  }
}

TEST(Overlay, OrderOfSeveralIsTheirOrder) {
  const LoadResult result =
      LoadPolicy({{"base.yaml", kBase},
                  {"a.yaml",
                   "policy: {id: a, version: \"1\"}\noverlay: {of: base, reason: r}\n"
                   "definitions: {size_limit: \"7\"}\n"},
                  {"b.yaml",
                   "policy: {id: b, version: \"1\"}\noverlay: {of: base, reason: r}\n"
                   "definitions: {size_limit: \"9\"}\n"}});
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(result.policy->FindDefinition("size_limit")->expression.expression().text(), "9");
}

}  // namespace
}  // namespace changepolicy
