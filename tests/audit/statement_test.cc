// What a statement says of a report, and what it does not.
#include "libchangepolicy/audit/statement.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit/envelope.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::AuditReport Parse(std::string_view yaml) {
  v1::AuditReport report;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &report);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return report;
}

// Everything about it is well.
v1::AuditReport Good() {
  return Parse(R"(
origin: example.com/log
size: 4
root: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
now: 2026-04-02T08:00:00Z
policy_id: saas
policy_version: "2"
policy_digest: sha256:00000000000000000000000000000000000000000000000000000000000000ff
tests: [{test: OVERRIDES, passed: true}, {test: APPROVAL, passed: true}]
verification: {size: 4, root: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=, entries_verified: 4, signatures_checked: true, signed_size: 4}
replay: {decisions: 3, same: 3}
)");
}

SignerKey Key() { return GenerateKey("example.com/auditor", {7}).value(); }

TEST(AuditProperties, AreThoseThatHold) {
  EXPECT_THAT(AuditProperties(Good()),
              ElementsAre("CHANGEPOLICY_AUDIT_APPROVAL", "CHANGEPOLICY_AUDIT_OVERRIDES",
                          "CHANGEPOLICY_LOG_HASHES_VERIFIED", "CHANGEPOLICY_LOG_VERIFIED",
                          "CHANGEPOLICY_LOG_REPLAYED"));
}

constexpr char kApproval[] = "CHANGEPOLICY_AUDIT_APPROVAL";
constexpr char kOverrides[] = "CHANGEPOLICY_AUDIT_OVERRIDES";
constexpr char kHashes[] = "CHANGEPOLICY_LOG_HASHES_VERIFIED";
constexpr char kVerified[] = "CHANGEPOLICY_LOG_VERIFIED";
constexpr char kReplayed[] = "CHANGEPOLICY_LOG_REPLAYED";

TEST(AuditProperties, LeaveOutWhatDoesNot) {
  const std::string approval = kApproval, overrides = kOverrides;
  const struct {
    std::string_view merged;
    std::vector<std::string> properties;
  } cases[] = {
      // Tests.
      {"{tests: [{test: EVIDENCE}]}", {approval, overrides, kHashes, kVerified, kReplayed}},
      {"{tests: [{test: EVIDENCE, exceptions: 2}]}",
       {approval, overrides, kHashes, kVerified, kReplayed}},
      {"{tests: [{test: EVIDENCE, passed: true}]}",
       {approval, "CHANGEPOLICY_AUDIT_EVIDENCE", overrides, kHashes, kVerified, kReplayed}},
      // A report that says two things.
      {"{tests: [{test: APPROVAL}]}", {overrides, kHashes, kVerified, kReplayed}},
      {"{tests: [{test: EVIDENCE, passed: true, exceptions: 1}]}",
       {approval, overrides, kHashes, kVerified, kReplayed}},
      {"{findings: [{test: OVERRIDES}]}", {approval, kHashes, kVerified, kReplayed}},
      {"{tests: [{passed: true}]}", {approval, overrides, kHashes, kVerified, kReplayed}},
      // Limits.
      {"{problems: [something]}",
       {approval + "_WITH_GAPS", overrides + "_WITH_GAPS", kHashes, kVerified, kReplayed}},
      {"{period: {start: 2026-01-01T00:00:00Z}}",
       {approval + "_IN_PERIOD", overrides + "_IN_PERIOD", kHashes, kVerified, kReplayed}},
      {"{period: {end: 2026-01-01T00:00:00Z}, problems: [something]}",
       {approval + "_IN_PERIOD_WITH_GAPS", overrides + "_IN_PERIOD_WITH_GAPS", kHashes, kVerified,
        kReplayed}},
      // The log.
      {"{verification: {signed_size: 3}}", {approval, overrides, kHashes, kReplayed}},
      {"{verification: {problems: [{kind: UNSIGNED}]}}", {approval, overrides, kReplayed}},
      {"{verification: {problems: [{kind: ENTRY_ALTERED}]}}", {}},
      {"{verification: {problems: [{kind: UNSIGNED}, {kind: FORKED}]}}", {}},
      {"{verification: {entries_verified: 3}}", {}},
      {"{verification: {size: 5}}", {}},
      {"{size: 5}", {}},
      {"{verification: {root: AAAA}}", {}},
      // Replay.
      {"{replay: {decisions: 4, erased: 1}}",
       {approval, overrides, kHashes, kVerified, "CHANGEPOLICY_LOG_REPLAYED_EXCEPT_ERASED"}},
      {"{replay: {decisions: 4, different: 1}}", {approval, overrides, kHashes, kVerified}},
      {"{replay: {decisions: 4, failed: 1}}", {approval, overrides, kHashes, kVerified}},
      {"{replay: {decisions: 4, other_semantics: 1}}", {approval, overrides, kHashes, kVerified}},
      {"{replay: {decisions: 4}}", {approval, overrides, kHashes, kVerified}},
      {"{replay: {different: 1}}", {approval, overrides, kHashes, kVerified}},
      {"{replay: {failed: 1}}", {approval, overrides, kHashes, kVerified}},
      {"{replay: {other_semantics: 1}}", {approval, overrides, kHashes, kVerified}},
  };
  for (const auto& each : cases) {
    v1::AuditReport report = Good();
    report.MergeFrom(Parse(each.merged));
    EXPECT_EQ(AuditProperties(report), each.properties) << each.merged;
  }
}

TEST(AuditProperties, NeedVerification) {
  v1::AuditReport report = Good();
  report.mutable_verification()->set_signatures_checked(false);
  EXPECT_THAT(AuditProperties(report), ElementsAre(kApproval, kOverrides, kHashes, kReplayed));
  report.clear_replay();
  EXPECT_THAT(AuditProperties(report), ElementsAre(kApproval, kOverrides, kHashes));
  report.clear_verification();
  EXPECT_THAT(AuditProperties(report), IsEmpty());
  // Nothing was replayed where there was nothing to replay.
  report = Good();
  report.mutable_replay()->Clear();
  EXPECT_THAT(AuditProperties(report), ElementsAre(kApproval, kOverrides, kHashes, kVerified));
}

TEST(AuditStatement, HasItsFieldsInOrder) {
  EXPECT_EQ(AuditStatement(Good(), "").value(),
            R"({"_type":"https://in-toto.io/Statement/v1",)"
            R"("subject":[{"name":"example.com/log@4","digest":{"sha256":)"
            R"("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}],)"
            R"("predicateType":"https://in-toto.io/attestation/svr/v0.1",)"
            R"("predicate":{"verifier":{"id":"changepolicy:audit/v1",)"
            R"("policy":{"uri":"changepolicy:policy/saas@2","digest":{"sha256":)"
            R"("00000000000000000000000000000000000000000000000000000000000000ff"}}},)"
            R"("timeCreated":"2026-04-02T08:00:00Z","properties":["CHANGEPOLICY_AUDIT_APPROVAL",)"
            R"("CHANGEPOLICY_AUDIT_OVERRIDES","CHANGEPOLICY_LOG_HASHES_VERIFIED",)"
            R"("CHANGEPOLICY_LOG_VERIFIED","CHANGEPOLICY_LOG_REPLAYED"]}})");
}

TEST(AuditStatement, SaysOfWhichPeriod) {
  v1::AuditReport report = Good();
  report.MergeFrom(Parse("{period: {start: 2026-01-01T00:00:00Z, end: 2026-04-01T00:00:00.5Z}}"));
  EXPECT_THAT(AuditStatement(report, "https://who.example/").value(),
              HasSubstr(R"("verifier":{"id":"https://who.example/",)"));
  EXPECT_THAT(AuditStatement(report, "").value(),
              HasSubstr(R"("period":{"start":"2026-01-01T00:00:00Z",)"
                        R"("end":"2026-04-01T00:00:00.5Z"}},)"));
}

TEST(AuditStatement, NothingHoldsIsAnAnswer) {
  v1::AuditReport report = Good();
  report.clear_verification();
  EXPECT_THAT(AuditStatement(report, "").value(), HasSubstr(R"("properties":[]}})"));
}

TEST(AuditStatement, RefusesWhatItCannotSay) {
  const struct {
    std::string_view names;
    void (*change)(v1::AuditReport*);
  } cases[] = {
      {"origin: ", [](v1::AuditReport* report) { report->clear_origin(); }},
      {"origin, ", [](v1::AuditReport* report) { report->set_origin("\xFF"); }},
      {"now: ", [](v1::AuditReport* report) { report->clear_now(); }},
      {"now: ",
       [](v1::AuditReport* report) { report->mutable_now()->set_seconds(300'000'000'000); }},
      {"period.end: ",
       [](v1::AuditReport* report) {
         report->mutable_period()->mutable_end()->set_seconds(-300'000'000'000);
       }},
      {"root: ", [](v1::AuditReport* report) { report->set_root("AAAA"); }},
      {"base 64", [](v1::AuditReport* report) { report->set_root("!"); }},
      {"policy_digest: ", [](v1::AuditReport* report) { report->set_policy_digest("sha256:0"); }},
      {"policy_digest: ",
       [](v1::AuditReport* report) { report->set_policy_digest("md5:" + std::string(64, '0')); }},
      {"policy_digest: ",
       [](v1::AuditReport* report) {
         report->set_policy_digest("sha256:" + std::string(64, 'G'));
       }},
  };
  for (const auto& each : cases) {
    v1::AuditReport report = Good();
    each.change(&report);
    const absl::Status status = AuditStatement(report, "").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << each.names;
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr(std::string(each.names)));
  }
  const StatementFile file = {"a", "1"}, same = {"a", "2"}, unnamed = {"", "3"},
                      log = {"example.com/log@4", "4"}, foreign = {"\xFF", "5"};
  EXPECT_TRUE(AuditStatement(Good(), "", {file}).ok());
  EXPECT_FALSE(AuditStatement(Good(), "", {file, same}).ok());
  EXPECT_FALSE(AuditStatement(Good(), "", {unnamed}).ok());
  EXPECT_FALSE(AuditStatement(Good(), "", {log}).ok());
  EXPECT_FALSE(AuditStatement(Good(), "", {foreign}).ok());
  EXPECT_FALSE(AuditStatement(Good(), "\xFF").ok());
}

TEST(AuditStatement, HostileTextsStayTexts) {
  v1::AuditReport report = Good();
  report.set_origin("\"},{\"evil\n\x01");
  report.set_policy_id("a/b c?\"é");
  const std::string statement = AuditStatement(report, "").value();
  EXPECT_THAT(statement, HasSubstr(R"("name":"\"},{\"evil\n\u0001@4")"));
  EXPECT_THAT(statement, HasSubstr(R"("uri":"changepolicy:policy/a%2Fb%20c%3F%22%C3%A9@2")"));
}

TEST(SignedStatement, IsTheStatementInAnEnvelope) {
  const StatementFile file = {"r", "x"};
  const std::string envelope = SignedStatement(Good(), "", Key(), {file}).value();
  const absl::StatusOr<VerifiedEnvelope> verified = VerifyEnvelope(envelope, {Key().verifier});
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->payload, AuditStatement(Good(), "", {file}).value());
  EXPECT_EQ(envelope, SignedStatement(Good(), "", Key(), {file}).value());
}

}  // namespace
}  // namespace changepolicy
