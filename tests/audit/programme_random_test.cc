// Completeness and separation over logs of some thousand generated changes and releases, held
// against a reference that asks everything of everything. The generator knows which deployments
// there were; they are told once or several times, by event, record and ledger, each time with
// less.
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit/programme.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "tests/audit/log_scene.h"
#include "tests/audit/programme_scenes.h"

namespace changepolicy {
namespace {

constexpr int kPeople = 6;
constexpr int kDigests = 4;

absl::Time Minute(int minute) { return absl::FromUnixSeconds(1772000000 + 60 * minute); }

struct Decided {
  std::string subject;
  std::set<std::string> changes;
  std::set<std::string> digests;
  std::set<std::string> broken;
  int64_t index = 0;
  int now = 0, logged = 0, valid_until = 0;
  bool deploy = false, allowed = false;
};

struct Real {           // a deployment
  std::string subject;  // empty: nobody says
  std::string digest;
  std::string by;
  int at = 0;
};

struct Version {
  bool is_release = false;
  v1::People people;
};

struct World {
  std::vector<LoggedEntry> entries;
  v1::Ledger ledger;
  std::vector<Decided> decisions;
  std::vector<Real> deployments;
  std::map<std::string, Version> latest;
};

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  World Make(int subjects) {
    for (int i = 0; i < subjects; ++i) MakeSubject(i);
    for (size_t i = 0; i < world_.entries.size(); ++i) {
      world_.entries[i].index = static_cast<int64_t>(i);
    }
    return std::move(world_);
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool Chance(int percent) { return Below(100) < percent; }

  std::string Person() {
    const std::string id = StrCat("p", Below(kPeople));
    return Chance(30) ? absl::AsciiStrToUpper(id) : Chance(30) ? StrCat(id, "@firm.example") : id;
  }
  std::string Digest() { return StrCat("sha256:a", Below(kDigests)); }

  v1::People People() {
    v1::People people;
    people.set_requester(Person());
    for (int i = Below(3); i >= 0; --i) people.add_authors(Person());
    if (Chance(60)) people.add_testers(Person());
    if (Chance(30)) people.add_deployers(Person());
    return people;
  }

  void Tell(v1::Deployment deployment, const std::string& subject, int logged) {
    v1::EventRecord& event = *NewEntry(logged).mutable_event();
    if (Chance(50)) {
      event.set_subject_id(subject);
    } else {
      deployment.set_subject_id(subject);
    }
    *event.mutable_deployment() = std::move(deployment);
  }

  v1::AuditEntry& NewEntry(int logged) {
    v1::AuditEntry& entry = world_.entries.emplace_back().entry;
    ToProto(Minute(logged), entry.mutable_recorded_at());
    return entry;
  }

  template <typename Subject>
  void Decide(const Subject& subject, Decided decided) {
    decided.index = static_cast<int64_t>(world_.entries.size());
    NewEntry(decided.logged).mutable_decision()->set_subject_id(subject.id());
    LoggedDecision& logged = world_.entries.back().decision.emplace();
    logged.subject = subject;
    v1::Decision& decision = logged.decision;
    decision.set_subject_id(subject.id());
    decision.set_detail(v1::DETAIL_REASONS);
    decision.set_transition(decided.deploy ? v1::TRANSITION_DEPLOY : v1::TRANSITION_APPROVE);
    decision.set_verdict(decided.allowed ? v1::VERDICT_ALLOWED : v1::VERDICT_DENIED);
    ToProto(Minute(decided.now), decision.mutable_now());
    if (decided.valid_until != 0) {
      ToProto(Minute(decided.valid_until), decision.mutable_valid_until());
    }
    for (const std::string& pair : decided.broken) {
      v1::RuleOutcome& outcome = *decision.add_outcomes();
      outcome.set_rule(pair);
      outcome.set_kind("separation");
      outcome.set_status(v1::STATUS_UNSATISFIED);
    }
    world_.decisions.push_back(std::move(decided));
  }

  Decided RandomDecision(const std::string& subject) {
    Decided decided;
    decided.subject = subject;
    decided.now = Below(200);
    decided.logged = decided.now + (Chance(15) ? Below(80) : 0);
    if (Chance(40)) decided.valid_until = decided.now + 1 + Below(60);
    decided.deploy = Chance(80);
    decided.allowed = Chance(75);
    for (const char* const pair : {"apart-author-tester", "apart-author-deployer"}) {
      if (Chance(10)) decided.broken.insert(pair);
    }
    return decided;
  }

  // The deployment as it is told, and again with parts left out.
  void Deploy(const std::string& subject, const std::string& digest, int at, int number,
              google::protobuf::RepeatedPtrField<v1::Deployment>* in_subject) {
    Real real{subject, digest, Chance(70) ? "pipe" : Person(), at};
    v1::Deployment whole;
    whole.set_id(StrCat("D-", number));
    whole.set_environment(v1::ENVIRONMENT_PRODUCTION);
    whole.set_digest(digest);
    whole.set_conclusion(v1::CONCLUSION_PASSED);
    whole.set_by(real.by);
    ToProto(Minute(at), whole.mutable_happened_at());
    v1::Deployment without_id = whole, without_digest = whole;
    without_id.clear_id();
    without_id.set_digest(absl::AsciiStrToUpper(digest));
    without_digest.clear_digest();
    const bool is_stray = Chance(5);
    if (is_stray) {
      real.subject.clear();
      Tell(whole, "", at);
    } else {
      const int source = Below(3);
      if (source == 0) Tell(whole, subject, at);
      if (source == 1) *in_subject->Add() = whole;
      if (source == 2) {
        whole.set_subject_id(subject);
        *world_.ledger.add_deployments() = whole;
      }
      if (Chance(20)) Tell(without_id, subject, at + Below(5));
      if (Chance(20)) Tell(without_digest, subject, at + Below(5));
      if (Chance(20)) Tell(without_digest, "", at + Below(5));
      if (Chance(20)) *in_subject->Add() = without_digest;
    }
    world_.deployments.push_back(real);
    // Something that did not reach production is no deployment there.
    if (Chance(20)) {
      without_id.set_conclusion(Chance(50) ? v1::CONCLUSION_FAILED : v1::CONCLUSION_SKIPPED);
      ToProto(Minute(at + 1), without_id.mutable_happened_at());
      Tell(without_id, subject, at + 1);
    }
  }

  void MakeSubject(int number) {
    if (Chance(20)) {
      v1::Release release;
      release.set_id(StrCat("R-", number));
      for (int i = Below(4); i > 0 && number > 0; --i) {
        v1::ChangeRequest& change = *release.add_changes();
        change.set_id(StrCat("C-", Below(number)));
        if (Chance(50)) change.mutable_artifact()->set_digest(Digest());
      }
      if (Chance(50)) release.add_components()->set_digest(Digest());
      Finish(&release, true, number);
    } else {
      v1::ChangeRequest change;
      change.set_id(StrCat("C-", number));
      change.set_title("t");
      Finish(&change, false, number);
    }
  }

  template <typename Subject>
  void Finish(Subject* subject, bool is_release, int number) {
    if (Chance(80)) subject->mutable_artifact()->set_digest(Digest());
    *subject->mutable_people() = People();
    const bool is_known = Chance(95);
    for (int i = Below(4); i > 0 && is_known; --i) {
      Decided decided = RandomDecision(subject->id());
      AddDigests(*subject, &decided);
      Decide(*subject, std::move(decided));
    }
    int at = Below(150);
    for (int i = Below(3); i > 0; --i) {
      const std::string digest =
          subject->has_artifact() && Chance(80) ? subject->artifact().digest() : Digest();
      Deploy(subject->id(), digest, at, number * 10 + i, subject->mutable_deployments());
      at += 1 + Below(50);
    }
    if (!is_known) {
      // What the subject would have told of them is told by nobody else.
      for (v1::Deployment& told : *subject->mutable_deployments()) {
        told.set_subject_id(subject->id());
        *world_.ledger.add_deployments() = told;
      }
      return;
    }
    *subject->mutable_people() = People();
    v1::EventRecord& event = *NewEntry(200).mutable_event();
    if constexpr (std::is_same_v<Subject, v1::Release>) {
      *event.mutable_release() = *subject;
    } else {
      *event.mutable_change() = *subject;
    }
    world_.latest[subject->id()] = {is_release, subject->people()};
  }

  static void AddDigests(const v1::ChangeRequest& change, Decided* decided) {
    if (change.has_artifact()) decided->digests.insert(change.artifact().digest());
  }
  static void AddDigests(const v1::Release& release, Decided* decided) {
    if (release.has_artifact()) decided->digests.insert(release.artifact().digest());
    for (const v1::Component& component : release.components()) {
      decided->digests.insert(component.digest());
    }
    for (const v1::ChangeRequest& change : release.changes()) {
      decided->changes.insert(change.id());
      if (change.has_artifact()) decided->digests.insert(change.artifact().digest());
    }
  }

  std::mt19937 random_;
  World world_;
};

using Lines = std::multiset<std::string>;

// ---- The reference

std::string Who(std::string account) {
  account = absl::AsciiStrToLower(account);
  return account.substr(0, account.find('@'));
}

class Reference {
 public:
  explicit Reference(const World& world) : world_(world) {
    // A change of which the log holds nothing but that it is in a release is known by that.
    for (const LoggedEntry& entry : world.entries) {
      const v1::Release* release = nullptr;
      if (entry.entry.event().has_release()) release = &entry.entry.event().release();
      if (entry.decision) release = std::get_if<v1::Release>(&entry.decision->subject);
      if (release == nullptr) continue;
      for (const v1::ChangeRequest& change : release->changes()) known_.insert(change.id());
    }
    for (const auto& [id, version] : world.latest) known_.insert(id);
    for (const Decided& decided : world.decisions) by_subject_[decided.subject].push_back(&decided);
  }

  const std::set<std::string>& known() const { return known_; }

  Lines Completeness() const {
    Lines lines;
    for (const Real& real : world_.deployments) {
      for (const std::string& id : FlawsOf(real)) lines.insert(StrCat(id, " ", real.subject));
    }
    return lines;
  }

  Lines Separation() const {
    Lines lines;
    for (const std::string& id : known_) {
      const auto latest = world_.latest.find(id);
      const v1::People people =
          latest == world_.latest.end() ? v1::People() : latest->second.people;
      std::set<std::string> authors, testers, deployers;
      for (const std::string& account : people.authors()) authors.insert(Who(account));
      for (const std::string& account : people.testers()) testers.insert(Who(account));
      for (const std::string& account : people.deployers()) deployers.insert(Who(account));
      for (const Real& real : world_.deployments) {
        if (real.subject == id) deployers.insert(Who(real.by));
      }
      for (const auto& [pair, others] : {std::pair("apart-author-tester", testers),
                                         std::pair("apart-author-deployer", deployers)}) {
        if (std::any_of(others.begin(), others.end(),
                        [&](const std::string& one) { return authors.count(one) > 0; })) {
          lines.insert(StrCat("parts-held-together ", id, " ", pair));
        } else if (WasBroken(id, pair)) {
          lines.insert(StrCat("separation-not-satisfied ", id, " ", pair));
        }
      }
    }
    return lines;
  }

 private:
  // The latest in time; else the latest that was written too late.
  const Decided* Governing(const std::string& on, const Real& real) const {
    const auto decisions = by_subject_.find(on);
    if (decisions == by_subject_.end()) return nullptr;
    for (const bool in_time : {true, false}) {
      const Decided* best = nullptr;
      for (const Decided* const decided : decisions->second) {
        if (!decided->deploy || decided->now > real.at) continue;
        if (on != real.subject && decided->changes.count(real.subject) == 0) continue;
        if ((decided->logged <= real.at) != in_time) continue;
        if (best == nullptr ||
            std::tie(best->now, best->index) < std::tie(decided->now, decided->index)) {
          best = decided;
        }
      }
      if (best != nullptr) return best;
    }
    return nullptr;
  }

  static std::set<std::string> FlawsOf(const Decided& decided, const Real& real) {
    std::set<std::string> flaws;
    if (decided.logged > real.at) flaws.insert("decision-after-the-fact");
    if (!decided.allowed) {
      flaws.insert("deployment-not-allowed");
      return flaws;
    }
    if (decided.valid_until != 0 && decided.valid_until <= real.at) {
      flaws.insert("decision-expired");
    }
    if (!decided.digests.empty() && decided.digests.count(real.digest) == 0) {
      flaws.insert("other-artifact");
    }
    return flaws;
  }

  std::set<std::string> FlawsOf(const Real& real) const {
    if (known_.count(real.subject) == 0) return {"deployment-without-change"};
    const Decided* const own = Governing(real.subject, real);
    if (own != nullptr && FlawsOf(*own, real).empty()) return {};
    const Decided* latest = nullptr;
    for (const auto& [id, version] : world_.latest) {
      if (!version.is_release || id == real.subject) continue;
      const Decided* const release = Governing(id, real);
      if (release == nullptr) continue;
      if (FlawsOf(*release, real).empty()) return {};
      if (latest == nullptr ||
          std::tie(latest->now, latest->index) < std::tie(release->now, release->index)) {
        latest = release;
      }
    }
    if (own != nullptr) return FlawsOf(*own, real);
    if (latest != nullptr) return FlawsOf(*latest, real);
    return {"deployment-without-decision"};
  }

  // Some deployment went out by a decision on the subject itself that says so.
  bool WasBroken(const std::string& id, const std::string& pair) const {
    for (const Real& real : world_.deployments) {
      if (real.subject != id) continue;
      const Decided* const own = Governing(id, real);
      if (own == nullptr || own->broken.count(pair) == 0) continue;
      if (FlawsOf(*own, real).empty()) return true;
      // Unless a release let it go.
      bool released = false;
      for (const auto& [other, version] : world_.latest) {
        if (!version.is_release || other == id) continue;
        const Decided* const release = Governing(other, real);
        released |= release != nullptr && FlawsOf(*release, real).empty();
      }
      if (!released) return true;
    }
    return false;
  }

  const World& world_;
  std::set<std::string> known_;
  std::map<std::string, std::vector<const Decided*>> by_subject_;
};

// ---- Both, compared

v1::AuditReport Report(const World& world) {
  const LogScene scene = ReadLogScene(kCleanScene);
  v1::Organization organization;
  for (int i = 0; i < kPeople; ++i) {
    v1::Person& person = *organization.mutable_directory()->add_people();
    person.set_id(StrCat("p", i));
    person.add_accounts(StrCat("p", i, "@firm.example"));
  }
  v1::Person& pipe = *organization.mutable_directory()->add_people();
  pipe.set_id("pipe");
  pipe.set_service_account(true);
  *organization.mutable_ledger() = world.ledger;
  OrganizationResult result = Organization::Create(std::move(organization));
  absl::StatusOr<Programme> programme =
      Programme::Create(scene.policy, *result.organization, {.now = Minute(10000)});
  for (const LoggedEntry& entry : world.entries) programme->Add(entry);
  return std::move(*programme).Finish();
}

Lines FindingsOf(const v1::AuditReport& report, v1::AuditTestKind test) {
  Lines lines;
  for (const v1::AuditFinding& finding : report.findings()) {
    if (finding.test() != test) continue;
    std::string line = StrCat(finding.id(), " ", finding.subject_id());
    for (const std::string& rule : finding.rules()) StrAppend(&line, " ", rule);
    lines.insert(line);
  }
  return lines;
}

class Random : public testing::TestWithParam<uint32_t> {};

TEST_P(Random, AgreesWithTheReference) {
  const World world = Generator(GetParam()).Make(2000);
  const Reference reference(world);
  const v1::AuditReport report = Report(world);
  const Lines completeness = reference.Completeness();
  EXPECT_EQ(FindingsOf(report, v1::AUDIT_TEST_KIND_COMPLETENESS), completeness)
      << "seed " << GetParam();
  EXPECT_EQ(FindingsOf(report, v1::AUDIT_TEST_KIND_SEPARATION), reference.Separation())
      << "seed " << GetParam();
  EXPECT_EQ(report.tests(0).examined(), static_cast<int64_t>(world.deployments.size()));
  EXPECT_EQ(report.tests(2).examined(), static_cast<int64_t>(reference.known().size()));
  // Nothing of what there is to find is missing from the logs that were generated.
  for (const char* const id :
       {"deployment-without-change", "deployment-without-decision", "deployment-not-allowed",
        "decision-expired", "other-artifact", "decision-after-the-fact"}) {
    EXPECT_TRUE(std::any_of(completeness.begin(), completeness.end(), [&](const std::string& line) {
      return line.compare(0, std::string(id).size(), id) == 0;
    })) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Random, testing::Range(1u, 5u));

}  // namespace
}  // namespace changepolicy
