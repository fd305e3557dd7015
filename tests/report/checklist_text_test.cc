// A checklist as people tick it.
#include "libchangepolicy/report/checklist_text.h"

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

Policy SomePolicy() {
  const PolicyResult result = Policy::Load({{"policy.yaml", R"(
policy: {id: test, title: Our policy, version: "1"}
clauses: {C: {title: a clause}}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
)"}});
  EXPECT_TRUE(result.policy.has_value()) << ToText(result.issues);
  return *result.policy;
}

v1::Checklist Parse(const std::string& yaml) {
  v1::Checklist checklist;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &checklist);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return checklist;
}

constexpr char kItems[] = R"(
steps:
  - subject_kind: SUBJECT_KIND_CHANGE
    transition: ROLL_BACK
    items:
      - {kind: gate, rule: g, title: Tests, todo: Run them., when: category != 1, roles: [dev, qa], parts: [TESTER, CO_AUTHOR], clauses: [C, D], status: S1}
      - {kind: obligation, rule: o, title: Look back, roles: [lead], status: S2}
  - subject_kind: SUBJECT_KIND_RELEASE
    transition: PUBLISH
    items: [{kind: separation, rule: s, title: "Two\n- [x] people", parts: [OWNER], status: S3}]
)";

std::string Items(std::string s1, std::string s2, std::string s3) {
  std::string text = kItems;
  for (const auto& [from, to] : {std::pair("S1", s1), {"S2", s2}, {"S3", s3}}) {
    text.replace(text.find(from), 2, to);
  }
  return text;
}

TEST(ChecklistMarkdown, OfAPolicySaysWhere) {
  EXPECT_EQ(ChecklistMarkdown(Parse("policy_id: test\npolicy_version: \"1\"\nrole: qa\n" +
                                    Items("NOT_APPLICABLE", "NOT_APPLICABLE", "NOT_APPLICABLE")),
                              SomePolicy()),
            R"(# Checklist of the role qa

Our policy, 1

## Change: roll back

- [ ] **Tests**: Run them. [C, D]
  by dev, qa; the tester, the co-author
  where `category != 1`
- [ ] **Look back** (afterwards)
  by lead

## Release: publish

- [ ] **Two\n- [x] people**
  by the owner
)");
}

TEST(ChecklistMarkdown, OfASubjectTicksWhatIsSatisfied) {
  EXPECT_EQ(ChecklistMarkdown(Parse("policy_id: test\npolicy_version: \"1\"\nsubject_id: C-1\n" +
                                    Items("SATISFIED", "UNKNOWN", "WAIVED")),
                              SomePolicy()),
            R"(# Checklist for C-1

Our policy, 1

## Change: roll back

- [x] **Tests**: Run them. [C, D]
  by dev, qa; the tester, the co-author
- [ ] **Look back** (afterwards) (not known)
  by lead

## Release: publish

- [ ] **Two\n- [x] people** (waived by an accepted risk)
  by the owner
)");
}

TEST(ChecklistMarkdown, NothingIsAnAnswer) {
  EXPECT_EQ(ChecklistMarkdown(Parse("policy_id: test\npolicy_version: \"1\"\n"), SomePolicy()),
            "# Checklist\n\nOur policy, 1\n\nNothing to do.\n");
}

}  // namespace
}  // namespace changepolicy
