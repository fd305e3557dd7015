// Facts by their paths and back, against a search that binds the subject anew with each element
// alone; and explanations of subjects with many elements, which end after as many decisions as are
// allowed them.
#include "libchangepolicy/eval/fact_place.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/minimal_fix.h"
#include "libchangepolicy/eval/missing_facts.h"
#include "libchangepolicy/eval/search_limit.h"
#include "libchangepolicy/eval/subject.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr const char* kNow = "2026-03-02T10:00:00Z";

// A list, and a field of its elements that stands for any.
struct List {
  const char* name;
  const char* field;
};
constexpr List kLists[] = {{"services", "critical"},
                           {"evidence", "conclusion"},
                           {"approvals", "by"},
                           {"communications", "audience"}};

class FactPlaceTest : public testing::Test {
 protected:
  FactPlaceTest()
      : policy_(LoadOrDie(PolicyWith("not_applicable: [{id: n, fields: [rollback.irreversible], "
                                     "by: {role: engineer}}]\n"))),
        organization_(Firm("  services: [{id: s1, critical: true}, {id: s2, client_facing: false, "
                           "data_classes: [PERSONAL]}]\n")) {}

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  // Some of its records are of tomorrow, some of its elements are there twice, and the directory
  // knows some of its services, which makes others of them.
  v1::ChangeRequest RandomChange() {
    v1::ChangeRequest change;
    change.set_id("CHG-1");
    const auto date = [&](auto* record) {
      ToProto(At(kNow) + absl::Hours(Below(4) == 0 ? 24 : -24), record->mutable_happened_at());
      *record->mutable_recorded_at() = record->happened_at();
    };
    for (int i = Below(6); i > 0; --i) {
      v1::AffectedService& service = *change.add_services();
      service.set_id(StrCat("s", Below(4)));
      if (Below(2) == 0) service.set_client_facing(Below(2) == 0);
      if (Below(3) == 0) service.add_data_classes(v1::DATA_CLASS_INTERNAL);
    }
    for (int i = Below(6); i > 0; --i) {
      v1::Evidence& evidence = *change.add_evidence();
      evidence.set_id(StrCat("e", Below(4)));
      evidence.set_type(std::string(static_cast<size_t>(1 + Below(3)), 't'));
      date(&evidence);
    }
    for (int i = Below(5); i > 0; --i) {
      v1::Approval& approval = *change.add_approvals();
      approval.set_id(StrCat("a", Below(3)));
      date(&approval);
    }
    for (int i = Below(5); i > 0; --i) {
      v1::Communication& communication = *change.add_communications();
      communication.set_id(StrCat("c", Below(3)));
      date(&communication);
    }
    if (Below(3) == 0) {
      // Binding writes what it says into the subject, and reads that again.
      v1::Statement& statement = *change.add_stated();
      statement.set_field("rollback.irreversible");
      statement.set_not_applicable(true);
      statement.set_reason("nothing is stored");
      statement.set_by("ann");
      ToProto(At(kNow) - absl::Hours(24), statement.mutable_happened_at());
      *statement.mutable_recorded_at() = statement.happened_at();
    }
    if (Below(4) == 0) (*change.mutable_facts())["odd"].set_number_value(-0.0);
    return change;
  }

  // The bytes of the list's elements, as the subject is bound.
  template <typename SubjectMessage>
  std::vector<std::string> Bound(const SubjectMessage& subject, const FieldDescriptor& list) {
    const auto bound =
        Subject::Bind(subject, policy_.checked()->policy(), *organization_.bound(), At(kNow));
    EXPECT_TRUE(bound.ok()) << bound.status();
    std::vector<std::string> elements;
    const Message& message = bound->message();
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &list); ++i) {
      elements.push_back(
          *CanonicalBytes(message.GetReflection()->GetRepeatedMessage(message, &list, i)));
    }
    return elements;
  }

  template <typename SubjectMessage>
  SubjectMessage WithOnly(SubjectMessage subject, const FieldDescriptor& list, int index) {
    const auto& reflection = *subject.GetReflection();
    reflection.SwapElements(&subject, &list, 0, index);
    while (reflection.FieldSize(subject, &list) > 1) reflection.RemoveLast(&subject, &list);
    return subject;
  }

  void ExpectAllPlaces(const v1::ChangeRequest& change) {
    FactFinder facts(*policy_.checked(), *organization_.bound(), change, At(kNow));
    for (const List& list : kLists) {
      const FieldDescriptor& field = *change.GetDescriptor()->FindFieldByName(list.name);
      const std::vector<std::string> bound = Bound(change, field);
      std::set<int> found;
      for (size_t i = 0; i < bound.size(); ++i) {
        const std::string path = StrCat("change.", list.name, "[", i, "].", list.field);
        const std::optional<FactPlace> place = facts.Find(path);
        ASSERT_TRUE(place.has_value()) << path << "\n" << change.DebugString();
        const int index = place->steps[0].index;
        ASSERT_EQ(Bound(WithOnly(change, field, index), field), std::vector<std::string>{bound[i]})
            << path << "\n"
            << change.DebugString();
        EXPECT_TRUE(found.insert(index).second) << path;
        EXPECT_EQ(facts.PathOf(*place), path);
      }
      const std::string beyond = StrCat("change.", list.name, "[", bound.size(), "].", list.field);
      EXPECT_FALSE(facts.Find(beyond).has_value()) << beyond;
      elements_ += static_cast<int>(bound.size());
    }
  }

  const Policy policy_;
  const Organization organization_;
  std::mt19937 random_{7};
  int elements_ = 0;
};

TEST_F(FactPlaceTest, OfEveryElement) {
  for (int i = 0; i < 400; ++i) {
    ExpectAllPlaces(RandomChange());
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(elements_, 2000);
}

// A fact of a change of a release is named by both orders.
TEST_F(FactPlaceTest, OfEveryElementOfAReleasesChanges) {
  int places = 0;
  for (int i = 0; i < 200; ++i) {
    v1::Release release;
    release.set_id("REL-1");
    for (int change = Below(5); change > 0; --change) {
      *release.add_changes() = RandomChange();
      release.mutable_changes()->rbegin()->set_id(StrCat("CHG-", Below(3)));
    }
    const FieldDescriptor& changes = *v1::Release::descriptor()->FindFieldByName("changes");
    const std::vector<std::string> bound = Bound(release, changes);
    FactFinder facts(*policy_.checked(), *organization_.bound(), release, At(kNow));
    for (size_t change = 0; change < bound.size(); ++change) {
      const std::string of_change = StrCat("release.changes[", change, "]");
      const std::optional<FactPlace> place = facts.Find(of_change + ".title");
      ASSERT_TRUE(place.has_value()) << release.DebugString();
      const int index = place->steps[0].index;
      ASSERT_EQ(Bound(WithOnly(release, changes, index), changes),
                std::vector<std::string>{bound[change]});
      FactFinder of_it(*policy_.checked(), *organization_.bound(), release.changes(index),
                       At(kNow));
      for (int service = 0; service < release.changes(index).services_size(); ++service) {
        const std::string rest = StrCat(".services[", service, "].critical");
        const std::optional<FactPlace> inside = facts.Find(of_change + rest);
        ASSERT_TRUE(inside.has_value());
        EXPECT_EQ(inside->steps[1].index, of_it.Find("change" + rest)->steps[0].index);
        EXPECT_EQ(facts.PathOf(*inside), of_change + rest);
        ++places;
      }
    }
  }
  EXPECT_GT(places, 500);
}

TEST_F(FactPlaceTest, OfNoFact) {
  v1::ChangeRequest change;
  change.set_id("CHG-1");
  change.add_services()->set_id("s1");
  FactFinder facts(*policy_.checked(), *organization_.bound(), change, At(kNow));
  for (const char* const path :
       {"", "change", "change.", "change.nothing", "change.services", "release.id", "organization",
        "change.services[0]", "change.services[1].critical", "change.services[-1].critical",
        "change.services[x].critical", "change.services[0.critical", "change.services.critical",
        "change.id[0]", "change.impact[0].security", "evidence.passed(\"unit\")"}) {
    const std::optional<FactPlace> place = facts.Find(path);
    // A list as a whole is a fact.
    EXPECT_EQ(place.has_value(), std::string(path) == "change.services") << path;
  }
}

// A number of decisions that does not grow with what there is to try, each about a larger subject.
TEST(SearchLimits, HoldForManyElements) {
  const Policy policy = LoadOrDie(PolicyWith(R"yaml(
gates:
  - {id: told, at: [DEPLOY], clause: C, must: "change.services.all(s, !s.notice_owed)"}
  - {id: calm, at: [DEPLOY], clause: C, must: "!change.services.exists(s, s.critical)"}
)yaml"));
  const Organization organization = Firm();
  for (const int services : {3, 40, 500}) {
    v1::ChangeRequest change = SmallChange();
    for (int i = 0; i < services; ++i) change.add_services()->set_id(StrCat("s", i));
    DecideOptions options{.now = At(kNow), .program = &policy.program()};
    const auto decision = Decide(*policy.checked(), *organization.bound(), change, options);
    ASSERT_TRUE(decision.ok()) << decision.status();
    DecideOptions open = options;
    open.open_world = true;
    const auto first = Decide(*policy.checked(), *organization.bound(), change, open);
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(DecisionsFor(1000, change, *decision) == 1000, services < 500);
    const auto missing =
        FindMissingFacts(*policy.checked(), *organization.bound(), change, options);
    ASSERT_TRUE(missing.ok()) << missing.status();
    EXPECT_EQ(missing->exact, services == 3);
    EXPECT_LE(missing->decisions,
              DecisionsFor(kMostMissingFactDecisions, change, *first) * 5 / 4 + 2);
    const auto fix =
        FindMinimalFix(*policy.checked(), *organization.bound(), change, options, *decision);
    ASSERT_TRUE(fix.ok()) << fix.status();
    EXPECT_EQ(fix->fix.found(), services < 500);
    // What is told is freed of what can be left out, a decision or two for each step.
    EXPECT_LE(fix->decisions,
              DecisionsFor(kMostFixDecisions, change, *decision) + 3 * fix->fix.steps_size() + 40);
  }
}

// However many rules there are that do not concern the subject, and at whatever detail they are
// told.
TEST(SearchLimits, AreNotThoseOfLargePolicies) {
  std::string gates = "gates:\n";
  for (int i = 0; i < 400; ++i) {
    StrAppend(&gates, "  - {id: gate-", i,
              ", at: [DEPLOY], clause: C, applies_if: \"change.team == 't", i,
              "'\", must: \"!change.rollback.irreversible\"}\n");
  }
  const Policy policy = LoadOrDie(PolicyWith(gates));
  const Organization organization = Firm();
  const v1::ChangeRequest change = SmallChange("team: t7\n");
  for (const v1::Detail detail : {v1::DETAIL_REASONS, v1::DETAIL_RULES}) {
    const DecideOptions options{.now = At(kNow), .detail = detail};
    const auto decision = Decide(*policy.checked(), *organization.bound(), change, options);
    ASSERT_TRUE(decision.ok()) << decision.status();
    EXPECT_EQ(decision->ByteSizeLong() > 20'000, detail == v1::DETAIL_RULES);
    EXPECT_EQ(DecisionsFor(1000, change, *decision), 1000);
  }
}

}  // namespace
}  // namespace changepolicy
