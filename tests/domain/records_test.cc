// Notices, obligations, training and tags.
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/domain/communication.h"
#include "libchangepolicy/domain/ledger_index.h"
#include "libchangepolicy/domain/tags.h"
#include "libchangepolicy/domain/training.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

v1::ChangeRequest Notified(int64_t at) {
  v1::ChangeRequest change;
  v1::Communication* notice = change.add_communications();
  notice->set_audience(v1::AUDIENCE_CLIENTS);
  notice->set_notice(v1::NOTICE_UPCOMING);
  if (at >= 0) notice->mutable_happened_at()->set_seconds(at);
  return change;
}

v1::Schedule StartingAt(int64_t at) {
  v1::Schedule schedule;
  schedule.mutable_start()->set_seconds(at);
  return schedule;
}

TEST(Communication, Sent) {
  const v1::ChangeRequest change = Notified(10);
  const auto& notices = change.communications();
  EXPECT_TRUE(IsSent(notices, v1::AUDIENCE_CLIENTS, v1::NOTICE_UPCOMING));
  EXPECT_FALSE(IsSent(notices, v1::AUDIENCE_SUPPORT, v1::NOTICE_UPCOMING));
  EXPECT_FALSE(IsSent(notices, v1::AUDIENCE_CLIENTS, v1::NOTICE_COMPLETED));
  EXPECT_FALSE(IsSent(Communications(), v1::AUDIENCE_CLIENTS, v1::NOTICE_UPCOMING));
  Communications blank;
  blank.Add();
  EXPECT_FALSE(IsSent(blank, v1::AUDIENCE_UNSPECIFIED, v1::NOTICE_UNSPECIFIED));
}

TEST(Communication, LeadTimeIsMetAtItsEnd) {
  const struct {
    int64_t sent, lead, start;
    bool ahead;
  } cases[] = {{100, 50, 150, true},  {100, 50, 149, false}, {100, 50, 151, true},
               {100, 0, 100, true},   {100, 0, 99, false},   {100, -50, 99, false},
               {100, -50, 100, true}, {160, 50, 150, false}};
  for (const auto& c : cases) {
    const NoticeLead lead = LeadOf(Notified(c.sent).communications(), v1::AUDIENCE_CLIENTS,
                                   absl::Seconds(c.lead), StartingAt(c.start));
    EXPECT_EQ(lead.ahead, Finding::Of(c.ahead)) << c.sent << " " << c.lead << " " << c.start;
    EXPECT_EQ(lead.earliest_start, At(c.sent + std::max<int64_t>(c.lead, 0)));
  }
}

TEST(Communication, TheEarliestNoticeOfTheAudienceCounts) {
  v1::ChangeRequest change = Notified(100);
  change.MergeFrom(Notified(80));
  change.MergeFrom(Notified(120));
  v1::Communication* other = change.add_communications();
  *other = change.communications(0);
  other->mutable_happened_at()->set_seconds(1);
  other->set_audience(v1::AUDIENCE_REGULATOR);
  const NoticeLead lead =
      LeadOf(change.communications(), v1::AUDIENCE_CLIENTS, absl::Seconds(50), StartingAt(130));
  EXPECT_TRUE(lead.ahead.holds);
  EXPECT_EQ(lead.earliest_start, At(130));
}

TEST(Communication, UnknownStartAndUntimedNotice) {
  const auto ask = [](const v1::ChangeRequest& change, const v1::Schedule& schedule) {
    return LeadOf(change.communications(), v1::AUDIENCE_CLIENTS, absl::Seconds(50), schedule);
  };
  EXPECT_EQ(ask(Notified(100), {}).ahead, Finding::Needs("schedule.start"));
  EXPECT_EQ(ask(Notified(100), {}).earliest_start, At(150));
  EXPECT_EQ(ask({}, {}).ahead, Finding::Of(false));
  EXPECT_EQ(ask({}, StartingAt(500)).earliest_start, std::nullopt);
  EXPECT_EQ(ask(Notified(-1), StartingAt(500)).ahead, Finding::Of(false));
}

constexpr char kLedger[] = R"pb(
  obligations {
    id: "open"
    rule: "pir"
    team: "web"
    due_at { seconds: 200 }
  }
  obligations {
    id: "done late"
    rule: "docs"
    team: "web"
    due_at { seconds: 50 }
    done_at { seconds: 80 }
  }
  obligations { id: "no deadline" rule: "training" team: "web" }
  obligations {
    id: "other"
    rule: "docs"
    team: "db"
    due_at { seconds: 50 }
  }
  obligations {
    id: "nobody's"
    rule: "docs"
    due_at { seconds: 50 }
  }
)pb";

TEST(Obligations, OverdueFromTheDeadlineOn) {
  const LedgerIndex ledger(Parse<v1::Ledger>(kLedger));
  std::vector<absl::Time> changes;
  EXPECT_EQ(ledger.IsOverdue("web", "", At(199), &changes), Finding::Of(false));
  EXPECT_THAT(changes, ElementsAre(At(200)));
  changes.clear();
  EXPECT_EQ(ledger.IsOverdue("web", "", At(200), &changes), Finding::Of(true));
  EXPECT_THAT(changes, IsEmpty());
  EXPECT_EQ(ledger.IsOverdue("web", "pir", At(200), nullptr), Finding::Of(true));
  EXPECT_EQ(ledger.IsOverdue("web", "docs", At(200), nullptr), Finding::Of(false));
  EXPECT_EQ(ledger.IsOverdue("web", "training", At(9999), nullptr), Finding::Of(false));
  EXPECT_EQ(ledger.IsOverdue("db", "docs", At(50), nullptr), Finding::Of(true));
  EXPECT_EQ(ledger.IsOverdue("ops", "", At(9999), nullptr), Finding::Of(false));
}

TEST(Obligations, DoneInTheFutureIsNotYetDone) {
  const LedgerIndex ledger(Parse<v1::Ledger>(kLedger));
  std::vector<absl::Time> changes;
  EXPECT_EQ(ledger.IsOverdue("web", "docs", At(79), &changes), Finding::Of(true));
  EXPECT_THAT(changes, ElementsAre(At(80)));
  EXPECT_EQ(ledger.IsOverdue("web", "docs", At(80), nullptr), Finding::Of(false));
  EXPECT_EQ(ledger.IsOpen("web", "docs", At(79), nullptr), Finding::Of(true));
  EXPECT_EQ(ledger.IsOpen("web", "docs", At(80), nullptr), Finding::Of(false));
}

TEST(Obligations, OpenWhateverTheDeadline) {
  const LedgerIndex ledger(Parse<v1::Ledger>(kLedger));
  EXPECT_TRUE(ledger.IsOpen("web", "pir", At(100), nullptr).holds);
  EXPECT_TRUE(ledger.IsOpen("web", "pir", At(300), nullptr).holds);
  EXPECT_TRUE(ledger.IsOpen("web", "training", At(100), nullptr).holds);
  EXPECT_FALSE(ledger.IsOpen("db", "pir", At(100), nullptr).holds);
}

TEST(Obligations, OfAnUnstatedTeam) {
  const LedgerIndex ledger(Parse<v1::Ledger>(kLedger));
  EXPECT_EQ(ledger.IsOverdue("", "", At(100), nullptr), Finding::Needs("team"));
  EXPECT_EQ(ledger.IsOverdue("", "pir", At(100), nullptr), Finding::Of(false));
  EXPECT_EQ(ledger.IsOpen("", "pir", At(100), nullptr), Finding::Needs("team"));
  EXPECT_EQ(LedgerIndex().IsOpen("", "", At(100), nullptr), Finding::Of(false));
}

TEST(Incidents, OverForAWhile) {
  const LedgerIndex ledger(Parse<v1::Ledger>(R"pb(
    incidents {
      id: "INC-1"
      resolved_at { seconds: 100 }
    }
    incidents { id: "INC-2" }
    incidents {
      id: "INC-3"
      resolved_at { seconds: 100 }
    }
    incidents {
      id: "INC-3"
      resolved_at { seconds: 200 }
    }
    incidents {
      id: "INC-4"
      resolved_at { seconds: 100 }
    }
    incidents { id: "INC-4" }
  )pb"));
  const absl::Duration day = absl::Seconds(50);
  std::vector<absl::Time> changes;
  EXPECT_FALSE(ledger.IsIncidentOver("INC-1", day, At(149), &changes));
  EXPECT_THAT(changes, ElementsAre(At(150)));
  changes.clear();
  EXPECT_TRUE(ledger.IsIncidentOver("INC-1", day, At(150), &changes));
  EXPECT_THAT(changes, IsEmpty());
  EXPECT_TRUE(ledger.IsIncidentOver("INC-1", absl::Seconds(-9), At(100), nullptr));
  EXPECT_FALSE(ledger.IsIncidentOver("INC-2", day, At(9999), nullptr));
  EXPECT_FALSE(ledger.IsIncidentOver("INC-3", day, At(200), nullptr));
  EXPECT_TRUE(ledger.IsIncidentOver("INC-3", day, At(250), nullptr));
  EXPECT_FALSE(ledger.IsIncidentOver("INC-4", day, At(9999), nullptr));
  EXPECT_FALSE(ledger.IsIncidentOver("CVE-1", day, At(9999), nullptr));
}

TEST(Obligations, EmergenciesAreCountedOncePerSubjectInAHalfOpenPeriod) {
  const LedgerIndex ledger(Parse<v1::Ledger>(R"pb(
    past_runs {
      subject_id: "E1"
      team: "web"
      category: CATEGORY_EMERGENCY
      happened_at { seconds: 100 }
    }
    past_runs {
      subject_id: "E1"
      team: "web"
      category: CATEGORY_EMERGENCY
      happened_at { seconds: 120 }
    }
    past_runs {
      subject_id: "E2"
      team: "web"
      category: CATEGORY_EMERGENCY
      happened_at { seconds: 110 }
    }
    past_runs {
      subject_id: "N1"
      team: "web"
      category: CATEGORY_NORMAL
      happened_at { seconds: 110 }
    }
    past_runs {
      subject_id: "E3"
      team: "db"
      category: CATEGORY_EMERGENCY
      happened_at { seconds: 110 }
    }
  )pb"));
  const auto count = [&](int64_t now, std::vector<absl::Time>* changes = nullptr) {
    return ledger.CountEmergencies("web", absl::Seconds(30), At(now), changes).count;
  };
  std::vector<absl::Time> changes;
  EXPECT_EQ(count(125, &changes), 2);
  EXPECT_THAT(changes, UnorderedElementsAre(At(140), At(150)));
  EXPECT_EQ(count(139), 2);
  EXPECT_EQ(count(140), 1);
  EXPECT_EQ(count(149), 1);
  EXPECT_EQ(count(150), 0);
  EXPECT_EQ(ledger.CountEmergencies("web", absl::Seconds(-30), At(125), nullptr).count, 0);
  EXPECT_EQ(ledger.CountEmergencies("", absl::Seconds(30), At(125), nullptr).needs_fact, "team");
  EXPECT_EQ(ledger.CountEmergencies("", absl::Seconds(30), At(999), nullptr).needs_fact, "");
  const LedgerIndex unnamed(Parse<v1::Ledger>(
      "past_runs { team: 'web' category: CATEGORY_EMERGENCY happened_at { seconds: 100 } }"
      "past_runs { team: 'web' category: CATEGORY_EMERGENCY }"));
  EXPECT_EQ(unnamed.CountEmergencies("web", absl::Seconds(30), At(120), nullptr).count, 2);
  EXPECT_EQ(unnamed.CountEmergencies("web", absl::Seconds(30), At(999), nullptr).count, 1);
}

TEST(Training, CurrentInAHalfOpenPeriod) {
  const auto directory = Parse<v1::Directory>(R"pb(
    training {
      person: "ANN"
      course: "cm"
      completed_at { seconds: 100 }
      expires_at { seconds: 200 }
    }
    training {
      person: "ann@example.com"
      course: "cm"
      completed_at { seconds: 300 }
    }
    training { person: "ann" course: "undated" }
    training {
      person: "ann"
      course: "never"
      completed_at { seconds: 100 }
      expires_at { seconds: 100 }
    }
    training {
      person: "bob"
      course: "cm"
      completed_at { seconds: 1 }
    }
    training {
      person: "nobody"
      course: "cm"
      completed_at { seconds: 1 }
    }
  )pb");
  const auto person_of = [](std::string_view account) {
    if (account == "ANN" || account == "ann" || account == "ann@example.com") return 7;
    return account == "bob" ? 3 : -1;
  };
  const TrainingRecords training(directory, person_of);
  const struct {
    const char* course;
    int64_t now;
    bool trained;
    std::vector<absl::Time> changes;
  } cases[] = {
      {"cm", 99, false, {At(100), At(200), At(300)}},
      {"cm", 100, true, {At(200), At(300)}},
      {"cm", 199, true, {At(200), At(300)}},
      {"cm", 200, false, {At(300)}},
      {"cm", 300, true, {}},
      {"CM", 300, false, {}},
      {"undated", 300, false, {}},
      {"never", 100, false, {}},
      {"", 300, false, {}},
  };
  for (const auto& c : cases) {
    std::vector<absl::Time> changes;
    EXPECT_EQ(training.IsTrained(c.course, 7, At(c.now), &changes), c.trained)
        << c.course << " " << c.now;
    EXPECT_THAT(changes, testing::UnorderedElementsAreArray(c.changes)) << c.course << c.now;
  }
  std::vector<absl::Time> changes;
  EXPECT_TRUE(training.IsTrained("cm", 3, At(300), &changes));
  EXPECT_FALSE(training.IsTrained("cm", 5, At(300), &changes));
  EXPECT_FALSE(training.IsTrained("cm", -1, At(300), &changes));
}

TEST(Tags, CandidateForTheVersion) {
  const ArtifactIdentity artifact = {"", "R1", false, true};
  const struct {
    std::string name;
    const char* version;
    bool has;
  } cases[] = {
      {"1.4.0-rc.1", "1.4.0", true},
      {"v1.4.0-rc.1", "1.4.0", true},
      {"release/1.4.0-rc1", "1.4.0", true},
      {"api-v1.4.0-rc.1", "1.4.0", true},
      {"@scope/pkg@1.4.0-rc.1", "1.4.0", true},
      {"1.4.0", "1.4.0", true},
      {"1.4.1-rc.1", "1.4.0", false},
      {"11.4.0-rc.1", "1.4.0", false},
      {"x1.4.0-rc.1", "1.4.0", false},
      {"1.4.0-rc.1", "1.4.0-rc.1", true},
      {"1.4.0-rc.1", "1.4.0-rc.2", false},
      {"latest", "1.4.0", false},
      {"", "1.4.0", false},
      {"v2024-spring", "2024-spring", true},
      {"2024-spring", "2024-spring", true},
      {"2024-spring2", "2024-spring", false},
      {"v", "", false},
  };
  for (const auto& c : cases) {
    v1::VersionControl version_control;
    v1::Tag* tag = version_control.add_tags();
    tag->set_name(c.name);
    tag->set_kind(v1::TAG_KIND_CANDIDATE);
    const Finding expected = *c.version == '\0' ? Finding::Needs("version") : Finding::Of(c.has);
    EXPECT_EQ(HasTag(version_control, v1::TAG_KIND_CANDIDATE, c.version, artifact), expected)
        << c.name << " for " << c.version;
    EXPECT_FALSE(HasTag(version_control, v1::TAG_KIND_FINAL, c.version, artifact).holds);
    EXPECT_FALSE(HasTag(version_control, v1::TAG_KIND_UNSPECIFIED, c.version, artifact).holds);
  }
}

TEST(Tags, FinalOnTheArtifactsRevision) {
  const auto tag = [](const std::string& name, const std::string& commit, int64_t at) {
    return "tags { kind: TAG_KIND_FINAL name: '" + name + "' commit: '" + commit +
           "' happened_at { seconds: " + std::to_string(at) + " } }";
  };
  const ArtifactIdentity artifact = {"", "R1", false, true};
  const struct {
    std::string tags;
    ArtifactIdentity artifact;
    Finding has;
  } cases[] = {
      {tag("v1.4.0", "R1", 1), artifact, Finding::Of(true)},
      {tag("v1.4.0+build.7", "r1", 1), artifact, Finding::Of(true)},
      {tag("v1.4.0", "R2", 1), artifact, Finding::Of(false)},
      {tag("v1.4.0", "", 1), artifact, Finding::Of(false)},
      {tag("v1.4.0-rc.1", "R1", 1), artifact, Finding::Of(false)},
      {tag("v1.4.1", "R1", 1), artifact, Finding::Of(false)},
      {tag("v1.4.0", "R2", 1) + tag("v1.4.0", "R1", 2), artifact, Finding::Of(true)},
      {tag("v1.4.0", "R1", 1) + tag("v1.4.0", "R2", 2), artifact, Finding::Of(false)},
      {tag("v1.4.0", "R1", 1) + tag("v1.4.0", "R2", 1), artifact, Finding::Of(false)},
      {tag("v1.4.0", "R2", 1) + tag("v1.4.0", "R1", 1), artifact, Finding::Of(false)},
      {tag("v1.4.0", "R1", 1), {}, Finding::Needs("artifact.revision")},
      {tag("v1.5.0", "R1", 1), {}, Finding::Of(false)},
      {tag("v1.4.0", "", 1), {"", "", true, true}, Finding::Of(false)},
      {"", artifact, Finding::Of(false)},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(HasTag(Parse<v1::VersionControl>(c.tags), v1::TAG_KIND_FINAL, "1.4.0", c.artifact),
              c.has)
        << c.tags;
  }
}

TEST(Tags, ACandidateComesFirst) {
  const auto tag = [](const std::string& kind, const std::string& name, int64_t at) {
    return "tags { kind: TAG_KIND_" + kind + " name: '" + name + "'" +
           (at < 0 ? "" : " happened_at { seconds: " + std::to_string(at) + " }") + " }\n";
  };
  const std::string candidate = tag("CANDIDATE", "v1.4.0-rc.1", 10);
  const struct {
    std::string tags;
    const char* version;
    Finding first;
  } cases[] = {
      {"", "1.4.0", Finding::Of(true)},
      {candidate, "1.4.0", Finding::Of(true)},
      {candidate + tag("FINAL", "v1.4.0", 11), "1.4.0", Finding::Of(true)},
      {tag("FINAL", "v1.4.0", 11) + candidate, "1.4.0", Finding::Of(true)},
      {candidate + tag("FINAL", "v1.4.0", 10), "1.4.0", Finding::Of(false)},
      {candidate + tag("FINAL", "v1.4.0", 9), "1.4.0", Finding::Of(false)},
      {candidate + tag("FINAL", "v1.4.0", 9) + tag("FINAL", "v1.4.0", 12), "1.4.0",
       Finding::Of(true)},
      {candidate + tag("CANDIDATE", "v1.4.0-rc.2", 20) + tag("FINAL", "v1.4.0", 15), "1.4.0",
       Finding::Of(true)},
      {candidate + tag("FINAL", "v1.4.0", -1), "1.4.0", Finding::Of(false)},
      {candidate + tag("FINAL", "v1.4.0", -1) + tag("FINAL", "v1.4.0", 12), "1.4.0",
       Finding::Of(false)},
      {tag("CANDIDATE", "v1.4.0-rc.1", -1) + tag("FINAL", "v1.4.0", 11), "1.4.0",
       Finding::Of(false)},
      {tag("CANDIDATE", "v1.5.0-rc.1", 1) + tag("FINAL", "v1.4.0", 11), "1.4.0",
       Finding::Of(false)},
      {tag("FINAL", "v1.4.0", 11), "1.4.0", Finding::Of(false)},
      {tag("FINAL", "v1.3.0", 11), "1.4.0", Finding::Of(true)},
      {candidate + tag("FINAL", "v1.4.0", 11), "", Finding::Needs("version")},
      {candidate, "", Finding::Of(true)},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsCandidateFirst(Parse<v1::VersionControl>(c.tags), c.version), c.first) << c.tags;
  }
}

TEST(Tags, NamesOfTheStrategy) {
  const auto named = [](const std::string& tags, bool known = true) {
    return AreTagsNamed(Parse<v1::VersionControl>("strategy: BRANCHING_STRATEGY_GITFLOW " + tags),
                        v1::TAG_KIND_FINAL, known, {});
  };
  EXPECT_EQ(named(""), Finding::Of(false));
  EXPECT_EQ(named("tags { kind: TAG_KIND_FINAL name: 'v1.4.0' }"), Finding::Of(true));
  EXPECT_EQ(named("tags { kind: TAG_KIND_FINAL name: 'v1.4.0' } "
                  "tags { kind: TAG_KIND_FINAL name: 'spring' }"),
            Finding::Of(false));
  EXPECT_EQ(named("tags { kind: TAG_KIND_FINAL name: 'v1.4.0' } "
                  "tags { kind: TAG_KIND_CANDIDATE name: 'spring' }"),
            Finding::Of(true));
  EXPECT_EQ(named("tags { kind: TAG_KIND_CANDIDATE name: 'v1.4.0' }"), Finding::Of(false));
  EXPECT_EQ(named("tags { kind: TAG_KIND_FINAL name: 'v1.4.0' }", false),
            Finding::Needs("version_control.strategy"));
  EXPECT_EQ(named("", false), Finding::Of(false));
}

TEST(Tags, HostileNames) {
  v1::VersionControl version_control;
  std::string name;
  for (int i = 0; i < 300'000; ++i) name += "1.1.1-";
  v1::Tag* tag = version_control.add_tags();
  tag->set_kind(v1::TAG_KIND_CANDIDATE);
  tag->set_name(name + "!");
  EXPECT_FALSE(HasTag(version_control, v1::TAG_KIND_CANDIDATE, "1.1.1", {}).holds);
}

}  // namespace
}  // namespace changepolicy
