#include "libchangepolicy/domain/change_model.h"

#include <string>
#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/domain/wilson.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/copy.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ChangeModelTest : public testing::Test {
 protected:
  ChangeModelTest() {
    change_.set_change_model("patch-web");
    model_ = directory_.add_change_models();
    *model_ = Parse<v1::ChangeModel>(R"pb(
      id: "patch-web"
      approved_by: "ann"
      approved_at { seconds: 1000 }
      expires_at { seconds: 9000 }
    )pb");
    trust_ = Parse<v1::ModelTrust>(
        "minimum_runs: 5 success_above_permille: 700 confidence_percent: 95 "
        "recent_failures: 2 recent_runs: 4");
  }

  void AddRuns(int count, bool successful, int64_t first = 2000) {
    for (int i = 0; i < count; ++i) {
      v1::PastRun* run = ledger_.add_past_runs();
      run->set_subject_id("CHG-" + std::to_string(ledger_.past_runs_size()));
      run->set_change_model("patch-web");
      run->set_successful(successful);
      run->mutable_happened_at()->set_seconds(first + i);
    }
  }

  v1::ModelAssessment Assess(int64_t now = 5000) {
    changes_.clear();
    const ModelHistory history(ledger_);
    ModelQuestion question{
        &AsFlat<flat::ChangeRequest>(change_), &directory_, &history, &trust_, At(now), is_person_};
    flat::Arena arena;
    v1::ModelAssessment assessment;
    EXPECT_TRUE(flat::CopyTo(*AssessModel(question, &arena, &changes_), &assessment));
    return assessment;
  }

  v1::ChangeRequest change_;
  v1::Directory directory_;
  v1::ChangeModel* model_;
  v1::Ledger ledger_;
  v1::ModelTrust trust_;
  std::function<bool(std::string_view)> is_person_;
  std::vector<absl::Time> changes_;
};

TEST_F(ChangeModelTest, WithoutAModelNothingIsSaid) {
  change_.clear_change_model();
  EXPECT_EQ(Assess().ByteSizeLong(), 0u);
}

TEST_F(ChangeModelTest, NotInTheCatalogueOrTwice) {
  change_.set_change_model("Patch-Web");
  EXPECT_FALSE(Assess().known());
  EXPECT_EQ(Assess().id(), "Patch-Web");
  change_.set_change_model("patch-web");
  EXPECT_TRUE(Assess().known());
  *directory_.add_change_models() = directory_.change_models(0);
  EXPECT_FALSE(Assess().known());
  EXPECT_FALSE(Assess().valid());
}

TEST_F(ChangeModelTest, ValidInAHalfOpenPeriod) {
  const struct {
    const char* edit;
    int64_t now;
    bool valid;
    std::vector<absl::Time> changes;
  } cases[] = {
      {"", 999, false, {At(1000), At(9000)}},
      {"", 1000, true, {At(9000)}},
      {"", 8999, true, {At(9000)}},
      {"", 9000, false, {}},
      {"retired_at { seconds: 4000 }", 3999, true, {At(4000)}},
      {"retired_at { seconds: 4000 }", 4000, false, {}},
      {"retired_at { seconds: 500 }", 700, false, {}},
      {"retired_at { seconds: 9500 }", 9000, false, {}},
  };
  const v1::ChangeModel model = *model_;
  for (const auto& c : cases) {
    *model_ = model;
    model_->MergeFrom(Parse<v1::ChangeModel>(c.edit));
    EXPECT_EQ(Assess(c.now).valid(), c.valid) << c.edit << c.now;
    EXPECT_THAT(changes_, testing::UnorderedElementsAreArray(c.changes)) << c.edit << c.now;
  }
  *model_ = model;
  model_->clear_expires_at();
  EXPECT_TRUE(Assess(999'999).valid());
}

TEST_F(ChangeModelTest, ValidOnlyWhenItselfApproved) {
  model_->clear_approved_at();
  EXPECT_FALSE(Assess().valid());
  model_->mutable_approved_at()->set_seconds(1000);
  EXPECT_TRUE(Assess().valid());
  model_->set_approved_by(0, " ? ");
  EXPECT_FALSE(Assess().valid());
  model_->clear_approved_by();
  EXPECT_FALSE(Assess().valid());
  model_->add_approved_by("robot");
  is_person_ = [](std::string_view account) { return account == "ann"; };
  EXPECT_FALSE(Assess().valid());
  model_->add_approved_by("ann");
  EXPECT_TRUE(Assess().valid());
}

TEST_F(ChangeModelTest, DriftNamesTheFields) {
  change_.MergeFrom(Parse<v1::ChangeRequest>(R"pb(
    kinds: CHANGE_KIND_OS_UPDATE
    assets: "web-1"
    assets: "web-2"
    environments: ENVIRONMENT_STAGING
    services { id: "shop" critical: false }
    services { id: "blog" }
    rollback {
      duration { seconds: 5400 }
      irreversible: false
    }
    schedule { start { seconds: 0 } }
    impact { answers { key: "scope" value: "one host" } }
    facts {
      key: "region"
      value { string_value: "eu" }
    }
    facts {
      key: "hosts"
      value { number_value: 3 }
    }
    facts {
      key: "tags"
      value { list_value {} }
    }
    artifact { name: "web" }
  )pb"));
  const struct {
    const char* fixed;
    bool drifts;
  } cases[] = {
      {"field: 'assets' values: 'web-1' values: 'web-2' values: 'web-3'", false},
      {"field: 'assets' values: 'web-1'", true},
      {"field: 'assets' values: 'WEB-1' values: 'WEB-2'", true},
      {"field: 'assets'", true},
      {"field: 'kinds' values: 'OS_UPDATE'", false},
      {"field: 'kinds' values: 'CHANGE_KIND_OS_UPDATE'", false},
      {"field: 'kinds' values: 'os_update'", true},
      {"field: 'kinds' values: 'SECURITY_PATCH'", true},
      {"field: 'environments' values: 'STAGING' values: 'PRODUCTION'", false},
      {"field: 'environments' values: 'PRODUCTION'", true},
      {"field: 'services.id' values: 'shop' values: 'blog'", false},
      {"field: 'services.id' values: 'shop'", true},
      {"field: 'services.critical' values: 'false'", false},
      {"field: 'services.critical' values: 'true'", true},
      {"field: 'rollback.duration' values: '90m'", false},
      {"field: 'rollback.duration' values: '1h'", true},
      {"field: 'rollback.duration' values: 'soon'", true},
      {"field: 'rollback.irreversible' values: 'false'", false},
      {"field: 'schedule.start' values: '1970-01-01T02:00:00+02:00'", false},
      {"field: 'schedule.start' values: '1970-01-01T02:00:00Z'", true},
      {"field: 'impact.answers.scope' values: 'one host'", false},
      {"field: 'impact.answers.scope' values: 'all'", true},
      {"field: 'impact.answers.other' values: 'all'", true},
      {"field: 'impact.answers' values: 'one host'", true},
      {"field: 'facts.region' values: 'eu'", false},
      {"field: 'facts.region' values: 'us'", true},
      {"field: 'facts.hosts' values: '3'", false},
      {"field: 'facts.hosts' values: '3.5'", true},
      {"field: 'facts.tags' values: 'x'", true},
      {"field: 'facts.none'", false},
      {"field: 'artifact.name' values: 'web'", false},
      {"field: 'artifact' values: 'web'", true},
      {"field: 'artifact.digest' values: 'D1'", true},
      {"field: 'artifact.digest'", false},
      {"field: 'urgency' values: 'LOW'", true},
      {"field: 'urgency'", false},
      {"field: 'no_such_field' values: 'x'", true},
      {"field: 'no_such_field'", true},
      {"field: 'assets.name' values: 'x'", true},
      {"field: 'services[0].id' values: 'shop' values: 'blog'", true},
      {"field: '' values: 'x'", true},
      {"field: '.' values: 'x'", true},
      {"field: 'assets.' values: 'web-1' values: 'web-2'", true},
  };
  for (const auto& c : cases) {
    model_->clear_fixed();
    *model_->add_fixed() = Parse<v1::FixedField>(c.fixed);
    EXPECT_EQ(Assess().drift_size(), c.drifts ? 1 : 0) << c.fixed;
  }
  model_->clear_fixed();
  for (const char* field : {"kinds", "assets", "kinds"}) model_->add_fixed()->set_field(field);
  EXPECT_THAT(Assess().drift(), ElementsAre("assets", "kinds"));
}

TEST_F(ChangeModelTest, PathsThroughDeepMessages) {
  v1::ChangeRequest* innermost = &change_;
  for (int i = 0; i < 40; ++i) innermost = innermost->add_revisions()->mutable_snapshot();
  innermost->add_assets("web-1");
  std::string path;
  for (int i = 0; i < 40; ++i) path += "revisions.snapshot.";
  v1::FixedField* fixed = model_->add_fixed();
  fixed->set_field(path + "assets");
  fixed->add_values("web-1");
  EXPECT_THAT(Assess().drift(), IsEmpty());
  for (int i = 0; i < 20'000; ++i) path += "revisions.snapshot.";
  fixed->set_field(path + "assets");
  EXPECT_EQ(Assess().drift_size(), 1);
}

TEST_F(ChangeModelTest, TrustedByItsRecord) {
  const struct {
    int successes, failures;
    bool trusted;
  } cases[] = {
      {0, 0, false}, {4, 0, false},  // below the minimum
      {5, 0, false},                 // 648 per thousand
      {6, 0, false}, {7, 0, true},   // 689 and 721
      {7, 1, false}, {30, 1, true}, {0, 40, false},
  };
  for (const auto& c : cases) {
    ledger_.Clear();
    AddRuns(c.failures, false);
    AddRuns(c.successes, true, 3000);
    const v1::ModelAssessment assessment = Assess();
    EXPECT_EQ(assessment.runs(), c.successes + c.failures);
    EXPECT_EQ(assessment.successes(), c.successes);
    EXPECT_EQ(assessment.success_bound_ppm(),
              WilsonLowerBoundPpm(c.successes, c.successes + c.failures, 95));
    EXPECT_EQ(assessment.trusted(), c.trusted) << c.successes << " of " << assessment.runs();
    EXPECT_FALSE(assessment.provisional());
  }
}

TEST_F(ChangeModelTest, TheBoundMustLieAboveTheThreshold) {
  AddRuns(40, true);
  trust_.set_success_above_permille(1000);
  EXPECT_FALSE(Assess().trusted());
  trust_.set_success_above_permille(936);
  EXPECT_EQ(Assess().success_bound_ppm(), 936'646);
  EXPECT_TRUE(Assess().trusted());
  trust_.set_success_above_permille(937);
  EXPECT_FALSE(Assess().trusted());
  trust_.set_success_above_permille(-2'147'483'647 - 1);
  EXPECT_TRUE(Assess().trusted());
  trust_.set_confidence_percent(0);
  EXPECT_FALSE(Assess().trusted());
  trust_.Clear();
  EXPECT_FALSE(Assess().trusted()) << "a policy that says nothing trusts nothing";
}

TEST_F(ChangeModelTest, OtherModelsRunsDoNotCount) {
  AddRuns(40, true);
  for (v1::PastRun& run : *ledger_.mutable_past_runs()) run.set_change_model("patch-db");
  EXPECT_EQ(Assess().runs(), 0);
}

TEST_F(ChangeModelTest, ARunIsCountedOnceAndAtItsWorst) {
  AddRuns(3, true);
  AddRuns(3, true);
  for (int i = 0; i < 6; ++i) ledger_.mutable_past_runs(i)->set_subject_id("CHG-1");
  EXPECT_EQ(Assess().runs(), 3);
  ledger_.mutable_past_runs(4)->set_successful(false);
  EXPECT_EQ(Assess().runs(), 3);
  EXPECT_EQ(Assess().successes(), 2);
}

TEST_F(ChangeModelTest, RecentFailuresDecertify) {
  AddRuns(60, true);
  EXPECT_TRUE(Assess().trusted());
  AddRuns(1, false, 4000);
  EXPECT_FALSE(Assess().decertified());
  AddRuns(2, true, 4100);
  AddRuns(1, false, 4200);
  EXPECT_TRUE(Assess().decertified());
  EXPECT_FALSE(Assess().trusted());
  AddRuns(1, true, 4300);
  EXPECT_FALSE(Assess().decertified()) << "the first failure is the fifth run back";
  EXPECT_TRUE(Assess().trusted());
  trust_.set_recent_runs(0);
  EXPECT_TRUE(Assess().decertified()) << "of all runs";
  trust_.set_recent_failures(0);
  EXPECT_FALSE(Assess().decertified());
  trust_.set_recent_failures(-1);
  EXPECT_FALSE(Assess().decertified());
}

TEST_F(ChangeModelTest, AtOneInstantFailuresAreTheMoreRecent) {
  AddRuns(60, true);
  for (int i = 0; i < 4; ++i) AddRuns(1, true, 4000);
  for (int i = 0; i < 2; ++i) AddRuns(1, false, 4000);
  EXPECT_TRUE(Assess().decertified());
}

TEST_F(ChangeModelTest, AFailureWithoutATimeIsRecent) {
  AddRuns(60, true);
  AddRuns(2, false, 1);
  EXPECT_FALSE(Assess().decertified());
  ledger_.mutable_past_runs(60)->clear_happened_at();
  ledger_.mutable_past_runs(61)->clear_happened_at();
  EXPECT_TRUE(Assess().decertified());
}

TEST_F(ChangeModelTest, ProvisionalUntilADateOrForANumberOfRuns) {
  const struct {
    const char* edit;
    int runs;
    int64_t now;
    bool provisional;
  } cases[] = {
      {"", 0, 5000, false},
      {"provisional_until { seconds: 6000 }", 3, 5999, true},
      {"provisional_until { seconds: 6000 }", 3, 6000, false},
      {"provisional_runs: 4", 3, 5000, true},
      {"provisional_runs: 4", 4, 5000, false},
      {"provisional_runs: -4", 0, 5000, false},
      {"provisional_runs: 4 provisional_until { seconds: 6000 }", 3, 5000, true},
      {"provisional_runs: 4 provisional_until { seconds: 6000 }", 4, 5000, false},
      {"provisional_runs: 4 provisional_until { seconds: 6000 }", 3, 6000, false},
  };
  const v1::ChangeModel model = *model_;
  for (const auto& c : cases) {
    *model_ = model;
    model_->MergeFrom(Parse<v1::ChangeModel>(c.edit));
    ledger_.Clear();
    AddRuns(c.runs, true);
    EXPECT_EQ(Assess(c.now).provisional(), c.provisional) << c.edit;
    EXPECT_EQ(Assess(c.now).trusted(), c.provisional) << c.edit;
  }
  *model_ = model;
  model_->mutable_provisional_until()->set_seconds(6000);
  Assess(5000);
  EXPECT_THAT(changes_, UnorderedElementsAre(At(6000), At(9000)));
  AddRuns(2, false);
  EXPECT_TRUE(Assess().provisional());
  EXPECT_FALSE(Assess().trusted()) << "failures take provisional trust away too";
}

TEST_F(ChangeModelTest, TrustAndValidityAreToldApart) {
  AddRuns(40, true);
  const v1::ModelAssessment assessment = Assess(9000);
  EXPECT_TRUE(assessment.trusted());
  EXPECT_FALSE(assessment.valid());
}

}  // namespace
}  // namespace changepolicy
