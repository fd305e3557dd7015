// What is said about personal data and audit rules that cannot be: text, remedy and place.
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/check/load.h"

namespace changepolicy {
namespace {

constexpr char kBase[] = R"(policy: {id: base, version: "1"}
clauses: {C: {title: One}}
roles: [cab]
facts:
  - {name: customer, type: STRING, meaning: Whose request it is}
  - {name: seats, type: INT, meaning: How many seats}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
approvals: [{id: peer, needs: {at_least: 1, of: {role: cab}}, clause: C}]
)";

LoadResult Load(const std::string& body) { return LoadPolicy({{"p.yaml", kBase + body}}); }

// Every complaint about the body, without the source line.
std::string Complaints(const std::string& body) {
  std::string text;
  for (const Issue& issue : Load(body).issues) {
    text += std::to_string(issue.position.line) + ":" + std::to_string(issue.position.column) +
            " " + (issue.severity == Severity::kError ? "" : "warning: ") + issue.id + ": " +
            issue.message + (issue.help.empty() ? "" : "; " + issue.help) + "\n";
  }
  return text;
}

std::string OfField(const std::string& field) {
  return Complaints("personal_data: {clause: C, fields: [" + field + "]}\n");
}

TEST(AuditRules, NameFieldsOfPersonalDataThatLeadNowhere) {
  EXPECT_EQ(OfField("chnge.approvals.comment"),
            "10:37 unknown-path: `chnge.approvals.comment` begins with no record that a log keeps; "
            "did you mean `change.approvals.comment`?\n");
  EXPECT_EQ(OfField("population"),
            "10:37 unknown-path: `population` begins with no record that a log keeps; "
            "begin with `change`, `release`, `directory` or `ledger`\n");
  EXPECT_EQ(OfField("change.aprovals.comment"),
            "10:37 unknown-path: `change` has no field `aprovals`; "
            "did you mean `change.approvals.comment`?\n");
  EXPECT_EQ(OfField("change.approvals.coment"),
            "10:37 unknown-path: `change.approvals` has no field `coment`; "
            "did you mean `change.approvals.comment`?\n");
  EXPECT_EQ(OfField("change.title.text"),
            "10:37 unknown-path: `change.title` has no field `text`; "
            "name it by its path, like `change.approvals.comment`\n");
  EXPECT_EQ(OfField("release"),
            "10:37 unknown-path: `release` names no field; like `release.title`\n");
  EXPECT_EQ(OfField("change.facts.custmer"),
            "10:37 unknown-name: unknown fact `custmer`; did you mean `customer`?\n");
  EXPECT_EQ(OfField("change.impact.answers.who"),
            "10:37 unknown-name: unknown question `who`; declare it in `risk.questionnaire`\n");
  EXPECT_EQ(OfField("change.title, change.title"),
            "10:51 field-twice: `change.title` stands twice; remove one\n");
}

TEST(AuditRules, RefuseWhatCannotBeACommitment) {
  EXPECT_EQ(OfField("change.schedule.start"),
            "10:37 no-text: only text can be kept as a commitment, and `change.schedule.start` has "
            "none; remove it\n");
  EXPECT_EQ(OfField("change.facts.seats"),
            "10:37 no-text: only text can be kept as a commitment, and `change.facts.seats` is of "
            "type INT; declare the fact as `type: STRING`, or remove it\n");
  EXPECT_EQ(OfField("change.approvals.id"),
            "10:37 identifying-field: `change.approvals.id` identifies a record; the audit finds "
            "it by that; leave it as it stands: with a commitment in its place nothing could be "
            "found\n");
  // A person's id names a person.
  EXPECT_EQ(OfField("directory.people.id"), "");
}

TEST(AuditRules, RestOnClauses) {
  EXPECT_EQ(Complaints("personal_data: {people: true}\n"),
            "10:16 no-clause: cites no clause of the written policy; "
            "write `clause: ...`; every rule rests on one\n");
  EXPECT_EQ(Complaints("personal_data: {people: true, clauses: [D]}\n"),
            "10:41 unknown-clause: unknown clause `D`; declare it in `clauses`\n");
  EXPECT_EQ(Complaints("personal_data: {clause: C}\n"),
            "10:16 warning: no-personal-data: declares nothing as personal data; "
            "write `people: true`, or list `fields`\n");
  EXPECT_EQ(Complaints("audit: {tests: [{id: t, test: APPROVAL}]}\n"),
            "10:17 no-clause: cites no clause of the written policy; "
            "write `clause: ...`; every rule rests on one\n");
}

TEST(AuditRules, HaveThresholdsThatCanBeMet) {
  EXPECT_EQ(Complaints("audit: {retention: 0s}\n"),
            "10:20 retention: records are kept for no time at all; "
            "write a duration like `26280h`, or leave it out\n");
  EXPECT_EQ(Complaints("audit: {emergency_percent: -1}\n"),
            "10:28 percent: 0 to 100 per cent, found `-1`\n");
  EXPECT_EQ(Complaints("audit: {recording_grace: -5m}\n"),
            "10:26 recording-grace: nothing is recorded before it happens; "
            "write a duration like `15m`\n");
  EXPECT_EQ(
      Complaints("audit: {retention: 1s, emergency_percent: 0, recording_grace: 0s, told: []}\n"),
      "");
  EXPECT_EQ(Complaints("audit: {emergency_percent: 100, told: [CLIENTS, SUPPORT]}\n"), "");
}

TEST(AuditRules, NameTestsAndControlsOnce) {
  EXPECT_EQ(Complaints("audit: {told: [CLIENTS, CLIENTS]}\n"),
            "10:25 audience-twice: `CLIENTS` stands twice; remove one\n");
  EXPECT_EQ(Complaints("audit: {tests: [{id: t, clause: C}]}\n"),
            "10:17 no-test: does not say which test it is; like `test: COMPLETENESS`\n");
  EXPECT_EQ(Complaints("audit:\n  tests:\n    - {id: a, test: APPROVAL, clause: C}\n"
                       "    - {id: b, test: APPROVAL, clause: C}\n"),
            "13:21 test-twice: `a` is for `APPROVAL` too; make one of the two\n");
  EXPECT_EQ(Complaints("audit: {tests: [{id: t, test: APPROVAL, clause: C, controls: [soc2]}]}\n"),
            "10:63 control: `soc2` is no control of a standard; "
            "write `<standard>/<control>`, like `soc2/CC8.1`\n");
  EXPECT_EQ(
      Complaints(
          "audit: {tests: [{id: t, test: APPROVAL, clause: C, controls: [soc2/A, soc2/A]}]}\n"),
      "10:71 control-twice: `soc2/A` stands twice; remove one\n");
}

// Without a document there are no words to be refused, only numbers.
TEST(AuditRules, RefuseNumbersThatAreNothing) {
  const LoadResult base = Load("");
  ASSERT_NE(base.policy, nullptr) << ToText(base.issues);
  v1::Policy policy = base.policy->policy();
  policy.mutable_audit()->add_told(v1::AUDIENCE_UNSPECIFIED);
  v1::AuditTest& test = *policy.mutable_audit()->add_tests();
  test.set_id("t");
  test.add_clauses("C");
  test.set_test(static_cast<v1::AuditTestKind>(99));
  const LoadResult loaded = LoadPolicy(policy, "policy");
  ASSERT_EQ(loaded.issues.size(), 2u) << ToText(loaded.issues);
  EXPECT_EQ(loaded.issues[0].id, "no-audience");
  EXPECT_EQ(loaded.issues[0].message, "names no audience");
  EXPECT_EQ(loaded.issues[0].help, "like `told: [STAKEHOLDERS]`");
  EXPECT_EQ(loaded.issues[0].path, "audit.told[0]");
  EXPECT_EQ(loaded.issues[1].id, "no-test");
}

TEST(AuditRules, AreMergedFieldByField) {
  const std::string base = std::string(kBase) +
                           "personal_data: {people: true, clause: C}\n"
                           "audit:\n"
                           "  retention: 10h\n"
                           "  tests: [{id: a, test: APPROVAL, clause: C}]\n";
  const std::string overlay =
      "policy: {id: over, version: \"1\"}\noverlay: {of: base, reason: why}\n"
      "personal_data: {fields: [change.facts.customer]}\n"
      "audit:\n"
      "  retention: 20h\n"
      "  tests: [{id: a, controls: [soc2/CC8.1]}, {id: b, test: RETENTION, clause: C}]\n";
  const LoadResult loaded = LoadPolicy({{"base.yaml", base}, {"over.yaml", overlay}});
  ASSERT_NE(loaded.policy, nullptr) << ToText(loaded.issues);
  const v1::Policy& policy = loaded.policy->policy();
  EXPECT_TRUE(policy.personal_data().people());
  EXPECT_EQ(policy.personal_data().fields(0), "change.facts.customer");
  EXPECT_EQ(policy.audit().retention().seconds(), 20 * 3600);
  ASSERT_EQ(policy.audit().tests_size(), 2);
  EXPECT_EQ(policy.audit().tests(0).test(), v1::AUDIT_TEST_KIND_APPROVAL);
  EXPECT_EQ(policy.audit().tests(0).controls(0), "soc2/CC8.1");
}

}  // namespace
}  // namespace changepolicy
