#include "libchangepolicy/domain/document_lint.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/life_cycle.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kPolicy[] = R"pb(
  text {
    placeholders: "tbd"
    placeholders: "n/a"
    templates: "Describe how you will take the change back"
    minimum_length: 10
  }
  documents {
    id: "rollback"
    field: "documents.rollback_strategy"
    categories: [ CATEGORY_NORMAL, CATEGORY_EMERGENCY ]
    needed_at: TRANSITION_APPROVE
    later { category: CATEGORY_EMERGENCY needed_at: TRANSITION_CLOSE }
    minimum_words: 4
    says { about: "the way back" words: "roll*" words: "turn off" fields: "services.id" }
    says { about: "how long it takes" number: true }
    clauses: "CM-7.2"
  }
  documents { id: "standard" field: "documents.rollback_strategy" needed_at: TRANSITION_DEPLOY }
  documents { id: "forward" field: "rollback.forward_recovery" }
)pb";

class DocumentLint : public testing::Test {
 protected:
  DocumentLint() : policy_(Parse<v1::Policy>(kPolicy)) {
    change_.add_services()->set_id("client-portal");
    v1::ChangeDocuments& documents = *change_.mutable_documents();
    documents.mutable_description()->set_text("Add an index to the orders");
    documents.mutable_rationale()->set_text("Searching takes a minute now");
    documents.mutable_impact_analysis()->set_text("Only the portal reads the table");
    documents.mutable_risk_assessment()->set_text("Writing may become slower by a tenth");
    documents.mutable_testing_plan()->set_text("Load tests before and after it");
  }

  std::vector<v1::DocumentAssessment> Assess() {
    return AssessDocuments({&change_, &policy_, &OwnLifeCycle(), category_});
  }
  v1::DocumentAssessment Rollback() { return Assess()[5]; }
  std::vector<std::string> WeaknessesOf(const std::string& text) {
    change_.mutable_documents()->mutable_rollback_strategy()->set_text(text);
    std::vector<std::string> weaknesses;
    const v1::DocumentAssessment assessment = Rollback();
    for (const v1::Weakness& weakness : assessment.weaknesses()) {
      weaknesses.push_back(v1::WeaknessKind_Name(weakness.kind()).substr(14) +
                           (weakness.detail().empty() ? "" : ": " + weakness.detail()));
    }
    EXPECT_EQ(assessment.sound(), weaknesses.empty());
    EXPECT_EQ(assessment.sound(), IsSoundDocument({&change_, &policy_, &OwnLifeCycle(), category_},
                                                  "documents.rollback_strategy"));
    return weaknesses;
  }

  v1::Policy policy_;
  v1::ChangeRequest change_;
  v1::Category category_ = v1::CATEGORY_NORMAL;
};

TEST_F(DocumentLint, SaysWhatIsWeakAndWhy) {
  const struct {
    const char* text;
    std::vector<std::string> weaknesses;
  } cases[] = {
      {"Roll back to the version of Monday, in 10 minutes", {}},
      {"Rolling back to the version of Monday, in 10 minutes", {}},
      {"Turn off the switch; that takes 10 minutes", {}},
      {"Deploy the Client-Portal of Monday again in 5 minutes", {}},
      {"Deploy the portal of Monday again in 5 minutes", {"SAYS_NOTHING_OF: the way back"}},
      {"Roll back to the version of Monday", {"SAYS_NOTHING_OF: how long it takes"}},
      {"We roll. And we turn the thing off", {"SAYS_NOTHING_OF: how long it takes"}},
      {"turn it off",
       {"TOO_SHORT: 3 of 4 words", "SAYS_NOTHING_OF: how long it takes",
        "SAYS_NOTHING_OF: the way back"}},
      {"roll a b 1", {"TOO_SHORT: 7 of 10 letters"}},
      {"", {"MISSING"}},
      {" \n -- ", {"MISSING"}},
      {"TBD.", {"PLACEHOLDER: tbd"}},
      {"N / A", {"PLACEHOLDER: n/a"}},
      {"describe HOW you will take the change back!",
       {"TEMPLATE: Describe how you will take the change back"}},
      {"Describe how you will take the change back: redeploy",
       {"SAYS_NOTHING_OF: how long it takes", "SAYS_NOTHING_OF: the way back"}},
      {"Describe how you will take the change back, how you will take the change back",
       {"SAYS_NOTHING_OF: how long it takes", "SAYS_NOTHING_OF: the way back"}},
      {"roll roll roll roll back back back 1 1 1 1", {"REPETITIVE"}},
      {"roll back to one two three 1 roll back to", {}},
      {"戻し手順:前の版を再度配置する。所要時間は10分。", {"SAYS_NOTHING_OF: the way back"}},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(WeaknessesOf(c.text), testing::ElementsAreArray(c.weaknesses)) << c.text;
  }
}

TEST_F(DocumentLint, ATemplateOfWhichNearlyAllIsLeft) {
  policy_.mutable_text()->add_templates(
      "one two three four five six seven eight nine ten eleven twelve");
  EXPECT_THAT(
      WeaknessesOf("one two three four five six seven eight nine roll"),
      ElementsAre("TEMPLATE: one two three four five six seven eight nine ten eleven twelve"));
  EXPECT_THAT(WeaknessesOf("one two three four five six seven eight roll 9"), IsEmpty());
}

TEST_F(DocumentLint, ACopyOfAnEarlierDocument) {
  change_.mutable_documents()->mutable_rationale()->set_text("Roll back to Monday, 10 minutes");
  EXPECT_THAT(WeaknessesOf("roll back to Monday: 10 minutes!"),
              ElementsAre("COPY: documents.rationale"));
  // The earlier one is not blamed.
  EXPECT_TRUE(Assess()[1].sound());
}

TEST_F(DocumentLint, KeptElsewhere) {
  v1::Document& document = *change_.mutable_documents()->mutable_rollback_strategy();
  document.set_url("https://wiki.example/rollback");
  EXPECT_FALSE(Rollback().sound());
  EXPECT_EQ(Rollback().weaknesses(0).kind(), v1::WEAKNESS_KIND_UNVERIFIABLE);
  document.set_digest("sha256:" + std::string(64, 'a'));
  EXPECT_TRUE(Rollback().sound());
  EXPECT_TRUE(Rollback().elsewhere());
}

TEST_F(DocumentLint, NeededByCategoryAndPhase) {
  const struct {
    v1::ChangeState state;
    v1::Category category;
    v1::Transition at;
    bool needed;
  } cases[] = {
      {v1::CHANGE_STATE_UNSPECIFIED, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, true},
      {v1::CHANGE_STATE_DRAFT, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, false},
      {v1::CHANGE_STATE_SUBMITTED, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, false},
      {v1::CHANGE_STATE_ASSESSED, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, true},
      {v1::CHANGE_STATE_CLOSED, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, true},
      {v1::CHANGE_STATE_ROLLED_BACK, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, true},
      {v1::CHANGE_STATE_REJECTED, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, false},
      {v1::CHANGE_STATE_CANCELLED, v1::CATEGORY_NORMAL, v1::TRANSITION_APPROVE, false},
      {v1::CHANGE_STATE_IMPLEMENTING, v1::CATEGORY_EMERGENCY, v1::TRANSITION_CLOSE, false},
      {v1::CHANGE_STATE_REVIEW, v1::CATEGORY_EMERGENCY, v1::TRANSITION_CLOSE, true},
      {v1::CHANGE_STATE_APPROVED, v1::CATEGORY_STANDARD, v1::TRANSITION_DEPLOY, false},
      {v1::CHANGE_STATE_SCHEDULED, v1::CATEGORY_STANDARD, v1::TRANSITION_DEPLOY, true},
  };
  for (const auto& c : cases) {
    change_.set_state(c.state);
    category_ = c.category;
    EXPECT_EQ(Rollback().needed_at(), c.at) << c.state << " " << c.category;
    EXPECT_EQ(Rollback().needed(), c.needed) << c.state << " " << c.category;
  }
  EXPECT_EQ(Rollback().rule(), "standard");
}

TEST_F(DocumentLint, TheSixAndThoseThatARuleNames) {
  std::vector<std::string> fields;
  for (const v1::DocumentAssessment& assessment : Assess()) fields.push_back(assessment.field());
  EXPECT_THAT(fields, ElementsAre("documents.description", "documents.rationale",
                                  "documents.impact_analysis", "documents.risk_assessment",
                                  "documents.testing_plan", "documents.rollback_strategy",
                                  "rollback.forward_recovery"));
  EXPECT_FALSE(IsSoundDocument({&change_, &policy_, &OwnLifeCycle(), category_}, "documents.xyz"));
}

TEST(DocumentPath, OfAChange) {
  EXPECT_TRUE(IsDocumentPath("documents.description"));
  EXPECT_TRUE(IsDocumentPath("rollback.forward_recovery"));
  EXPECT_FALSE(IsDocumentPath("documents"));
  EXPECT_FALSE(IsDocumentPath("documents.descripton"));
  EXPECT_FALSE(IsDocumentPath("documents.description.text"));
  EXPECT_FALSE(IsDocumentPath("revisions.snapshot"));
  EXPECT_FALSE(IsDocumentPath(""));
}

TEST(BareWords, OfAnyScript) {
  EXPECT_THAT(BareWords("Roll-back: 10 minutes; ÉTAT d'âme"),
              ElementsAre("roll", "back", "10", "minutes", "état", "d", "âme"));
  EXPECT_THAT(BareWords("前の版v2"), ElementsAre("前", "の", "版", "v2"));
  EXPECT_THAT(BareWords(" --- "), IsEmpty());
  EXPECT_THAT(BareWords("a\xff"
                        "b"),
              ElementsAre("ab"));
}

}  // namespace
}  // namespace changepolicy
