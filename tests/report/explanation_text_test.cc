// Explanations in words.
#include "libchangepolicy/report/explanation_text.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

TEST(ExplanationText, SaysEachStepInASentence) {
  const struct {
    std::string step, text;
  } cases[] = {
      {"kind: FIX_KIND_APPROVAL person: 'ada' roles: 'cab' roles: 'cto'",
       "Ask ada to approve, as cab or cto"},
      {"kind: FIX_KIND_APPROVAL person: 'ada' what: 'readiness'",
       "Ask ada to approve for readiness"},
      {"kind: FIX_KIND_EVIDENCE what: 'unit' environment: ENVIRONMENT_TEST roles: 'qa'",
       "Let the evidence `unit` pass in TEST, by qa"},
      {"kind: FIX_KIND_EVIDENCE what: 'unit'", "Let the evidence `unit` pass"},
      {"kind: FIX_KIND_DOCUMENT what: 'documents.rationale' roles: 'developer' roles: 'devops' "
       "roles: 'qa'",
       "Write documents.rationale, by developer, devops or qa"},
      {"kind: FIX_KIND_COMMUNICATION what: 'CLIENTS'", "Tell clients of the upcoming work"},
      {"kind: FIX_KIND_COMMUNICATION what: 'SUPPORT COMPLETED'", "Tell support that it is done"},
      {"kind: FIX_KIND_COMMUNICATION what: 'CLIENTS PROBLEM'", "Tell clients of the problem"},
      {"kind: FIX_KIND_DEPLOYMENT environment: ENVIRONMENT_STAGING", "Deploy to STAGING"},
      {"kind: FIX_KIND_HEALTH_CHECK environment: ENVIRONMENT_PRODUCTION",
       "Let the health checks pass in PRODUCTION"},
      {"kind: FIX_KIND_HEALTH_CHECK what: 'smoke' environment: ENVIRONMENT_PRODUCTION",
       "Let the health check `smoke` pass in PRODUCTION"},
      {"kind: FIX_KIND_REVIEW", "Hold a review and record its findings"},
      {"kind: FIX_KIND_MATERIAL what: 'RUNBOOK'", "Bring the runbook up to date, and record it"},
      {"kind: FIX_KIND_TAG what: 'CANDIDATE'", "Set a candidate tag"},
      {"kind: FIX_KIND_SLOT start { seconds: 0 } end { seconds: 3600 }",
       "Plan the work for 1970-01-01T00:00:00Z to 1970-01-01T01:00:00Z"},
      {"kind: FIX_KIND_WAIT start { seconds: 60 }", "Wait until 1970-01-01T00:01:00Z"},
      {"kind: FIX_KIND_STATE what: 'change.urgency' value: 'Urgency.LOW'",
       "State change.urgency; tried with LOW"},
      {"kind: FIX_KIND_STATE what: 'change.kinds' value: '[ChangeKind.OS_UPDATE]'",
       "State change.kinds; tried with [ChangeKind.OS_UPDATE]"},
      {"kind: FIX_KIND_STATE what: 'change.tracker.key' value: '\"as it is\"'",
       "State change.tracker.key"},
      {"kind: FIX_KIND_STATE what: 'change.team' value: '\"web 2.0\"'",
       "State change.team; tried with \"web 2.0\""},
      {"kind: FIX_KIND_PERSON what: 'RELEASE_MANAGER' person: 'chen'",
       "Name chen as release manager"},
      {"kind: FIX_KIND_CRITERION what: 'tested' person: 'chen'",
       "Ask chen to confirm the criterion `tested`"},
      {"kind: FIX_KIND_CONDITION what: 'tell the night shift' person: 'cy'",
       "Ask cy to confirm that the condition is met: tell the night shift"},
      {"kind: FIX_KIND_CHANGE what: 'CHG-1'", "Complete the change CHG-1, or take it out"},
      {"kind: FIX_KIND_MONITORING", "Watch performance, logs and security alerts"},
  };
  for (const auto& c : cases) EXPECT_EQ(StepText(Parse<v1::FixStep>(c.step)), c.text);
}

TEST(ExplanationText, NamesMissingFactsWithTheirValues) {
  const auto explanation = Parse<v1::Explanation>(R"(
    missing { path: "change.urgency" values: "Urgency.LOW" values: "Urgency.HIGH"
              decides_permille: 375 rules: "g" }
    missing { path: "change.facts.t" values: "\"a.b\"" values: "\"c\"" values: "\"d\"" }
    missing { path: "change.kinds" rules: "a" rules: "b" rules: "c" rules: "d" }
  )");
  EXPECT_EQ(ExplanationText(explanation, {}), R"(
Missing facts that could still change the verdict
  change.urgency: LOW or HIGH; decides in 375 of 1000 cases  (g)
  change.facts.t: "a.b", "c" or "d"
  change.kinds  (a, b, c and 1 more)
  Not all ways in which they can turn out were tried: some may not matter.
)");
}

TEST(ExplanationText, NumbersTheSteps) {
  const auto explanation = Parse<v1::Explanation>(R"(
    fix { found: true optimal: true
          steps { kind: FIX_KIND_REVIEW rules: "reviewed" }
          steps { kind: FIX_KIND_APPROVAL person: "ada" roles: "cto" rules: "x" rules: "y" } }
    missing_exact: true
  )");
  EXPECT_EQ(ExplanationText(explanation, {}), R"(
To open the gate, the fewest steps
  1. Hold a review and record its findings  (reviewed)
  2. Ask ada to approve, as cto  (x, y)
)");
}

TEST(ExplanationText, SaysWhatNothingOpens) {
  EXPECT_EQ(ExplanationText(Parse<v1::Explanation>("fix { remaining: 'a' remaining: 'b' }"), {}),
            "\nTo open the gate\n  No known step opens a, b.\n");
  EXPECT_EQ(ExplanationText(Parse<v1::Explanation>("fix { }"), {}), "");
  EXPECT_EQ(ExplanationText(Parse<v1::Explanation>("fix { found: true steps { kind: "
                                                   "FIX_KIND_REVIEW } }"),
                            {}),
            "\nTo open the gate, none of which can be left out\n  1. Hold a review and record its "
            "findings\n");
}

TEST(ExplanationText, CutsLongListsAndSaysSo) {
  v1::Explanation explanation;
  for (int i = 0; i < 14; ++i) {
    v1::FactRead& fact = *explanation.mutable_reason()->add_facts();
    fact.set_path("change.fact");
    fact.set_value("Effect.LOW");
  }
  const std::string text = ExplanationText(explanation, {});
  EXPECT_TRUE(text.starts_with("\nRests on\n  change.fact = LOW\n")) << text;
  EXPECT_TRUE(text.ends_with("\n  and 2 more\n")) << text;
  EXPECT_EQ(ExplanationText(explanation, {.verbose = true}).find("more"), std::string::npos);
}

}  // namespace
}  // namespace changepolicy
