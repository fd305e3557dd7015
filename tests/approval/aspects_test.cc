// Which edits void which approvals: the aspects of a field, what each revision touched, and whether
// an approval of an earlier revision still counts.
#include "libchangepolicy/approval/aspects.h"

#include <functional>
#include <ostream>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/copy.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// `DESCRIPTION,PLAN`.
std::string Names(AspectMask mask) {
  std::vector<std::string> names;
  for (int aspect = v1::ASPECT_DESCRIPTION; aspect <= v1::ASPECT_CODE; ++aspect) {
    if ((mask & MaskOf(static_cast<v1::Aspect>(aspect))) == 0) continue;
    names.push_back(v1::Aspect_Name(static_cast<v1::Aspect>(aspect)).substr(sizeof("ASPECT_") - 1));
  }
  return Joined(names);
}

constexpr char kAll[] = "DESCRIPTION,RISK,PLAN,SCHEDULE,CODE";

// As the engine does it.
AspectDigester DigesterFor(const v1::Policy& policy) {
  AspectOverrides overrides;
  for (const v1::AspectRule& rule : policy.aspects()) {
    overrides[rule.field()] = {rule.aspect(), rule.immaterial()};
  }
  return [overrides](const Message& subject, v1::Aspect aspect) {
    return AspectDigest(subject, aspect, overrides);
  };
}

// --- fields ---

struct FieldCase {
  const char* path;
  const char* aspects;
  const char* policy = "";  // its aspect rules
};
std::ostream& operator<<(std::ostream& out, const FieldCase& row) {
  return out << (*row.path == 0 ? "nothing" : row.path) << (*row.policy == 0 ? "" : " by ")
             << row.policy;
}

class Fields : public testing::TestWithParam<FieldCase> {};

TEST_P(Fields, BelongToAspects) {
  const v1::Policy policy = Parse<v1::Policy>(GetParam().policy);
  EXPECT_EQ(Names(AspectsOfField(*v1::ChangeRequest::descriptor(), GetParam().path, policy)),
            GetParam().aspects);
}

INSTANTIATE_TEST_SUITE_P(
    OfTheModel, Fields,
    testing::Values(
        FieldCase{"kinds", "DESCRIPTION"}, FieldCase{"documents.rationale", "DESCRIPTION"},
        FieldCase{"documents.testing_plan", "PLAN"},
        // What stands inside belongs to what stands around it.
        FieldCase{"documents.testing_plan.text", "PLAN"}, FieldCase{"services", "DESCRIPTION"},
        FieldCase{"services[0].critical", "DESCRIPTION"},
        FieldCase{"services[12].data_classes[3]", "DESCRIPTION"}, FieldCase{"impact", "RISK"},
        FieldCase{"impact.availability", "RISK"}, FieldCase{"urgency", "RISK"},
        FieldCase{"schedule.start", "SCHEDULE"}, FieldCase{"environments", "SCHEDULE"},
        FieldCase{"artifact.digest", "CODE"}, FieldCase{"paths[0]", "CODE"},
        FieldCase{"rollback.forward_recovery.text", "PLAN"},
        // The user's own keys, and values from outside the model.
        FieldCase{"impact.answers.reach", "RISK"}, FieldCase{"impact.answers", "RISK"},
        FieldCase{"schedule.start.seconds", "SCHEDULE"}, FieldCase{"facts.cost", ""},
        // Of a message without an aspect, all that lie below it.
        FieldCase{"documents", "DESCRIPTION,RISK,PLAN"}, FieldCase{"schedule", "SCHEDULE"},
        FieldCase{"rollback", "PLAN"},
        // Immaterial, or no content.
        FieldCase{"title", ""}, FieldCase{"id", ""}, FieldCase{"state", ""},
        FieldCase{"people", ""}, FieldCase{"people.authors", ""}, FieldCase{"approvals", ""},
        FieldCase{"approvals[0].by", ""}, FieldCase{"stated", ""},
        // Nobody knows what was edited.
        FieldCase{"no_such_field", kAll}, FieldCase{"schedule.no_such_field", kAll},
        FieldCase{"", kAll}, FieldCase{"schedule.", kAll}, FieldCase{"Kinds", kAll},
        FieldCase{".kinds", kAll}));

INSTANTIATE_TEST_SUITE_P(
    OfThePolicy, Fields,
    testing::Values(
        FieldCase{"title", "DESCRIPTION", "aspects { field: 'title' }"},
        FieldCase{"title", "PLAN", "aspects { field: 'title' aspect: ASPECT_PLAN }"},
        FieldCase{"kinds", "", "aspects { field: 'kinds' immaterial: true }"},
        FieldCase{"kinds", "RISK", "aspects { field: 'kinds' aspect: ASPECT_RISK }"},
        FieldCase{"kinds", "DESCRIPTION", "aspects { field: 'title' immaterial: true }"},
        FieldCase{"title", kAll, "aspects { field: 'title' aspect: 77 }"},
        FieldCase{"people.owner", "PLAN", "aspects { field: 'people.owner' aspect: ASPECT_PLAN }"},
        FieldCase{"people", "PLAN", "aspects { field: 'people.owner' aspect: ASPECT_PLAN }"},
        FieldCase{"people.authors", "", "aspects { field: 'people.owner' aspect: ASPECT_PLAN }"},
        FieldCase{"people.authors", "PLAN", "aspects { field: 'people' aspect: ASPECT_PLAN }"},
        FieldCase{"services[3].id", "", "aspects { field: 'services.id' immaterial: true }"},
        FieldCase{"services[3].critical", "DESCRIPTION",
                  "aspects { field: 'services.id' immaterial: true }"},
        FieldCase{"documents.testing_plan.url", "",
                  "aspects { field: 'documents.testing_plan' immaterial: true }"},
        FieldCase{"documents", "DESCRIPTION,RISK,PLAN",
                  "aspects { field: 'documents.testing_plan' immaterial: true }"},
        // A message that does not matter, but for one field of it.
        FieldCase{"schedule.end", "", "aspects { field: 'schedule' immaterial: true }"},
        FieldCase{"schedule", "", "aspects { field: 'schedule' immaterial: true }"},
        FieldCase{"schedule.end", "SCHEDULE",
                  "aspects { field: 'schedule' immaterial: true } "
                  "aspects { field: 'schedule.end' }"},
        // A field's own aspect stands where the message around it is moved.
        FieldCase{"schedule.end", "SCHEDULE",
                  "aspects { field: 'schedule' aspect: ASPECT_PLAN }"}));

TEST(FieldsTest, OfAReleaseToo) {
  const v1::Policy policy;
  const auto of = [&](const char* path) {
    return Names(AspectsOfField(*v1::Release::descriptor(), path, policy));
  };
  EXPECT_EQ(of("version"), "DESCRIPTION");
  EXPECT_EQ(of("components"), "CODE");
  EXPECT_EQ(of("changes.artifact.digest"), "CODE");
  EXPECT_EQ(of("changes[0].kinds"), "DESCRIPTION");
  EXPECT_EQ(of("changes[0].schedule.start"), "SCHEDULE");
  EXPECT_EQ(of("changes[0].id"), kAll) << "another change, with all that it has";
  EXPECT_EQ(of("changes"), kAll);
  EXPECT_EQ(of("changes[0].approvals"), "") << "records are no content";
  EXPECT_EQ(of("kinds"), kAll) << "no field of a release";
}

// --- the two ways to learn of an edit agree: by the field's path and by the digests ---

bool IsModel(const FieldDescriptor& field) {
  return field.message_type() != nullptr && !field.is_map() &&
         field.message_type()->file()->package() == "changepolicy.v1";
}

void SetSomething(Message* message, const FieldDescriptor& field) {
  const auto& r = *message->GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return many ? r.AddBool(message, &field, true) : r.SetBool(message, &field, true);
    case FieldDescriptor::CPPTYPE_INT32:
      return many ? r.AddInt32(message, &field, 1) : r.SetInt32(message, &field, 1);
    case FieldDescriptor::CPPTYPE_INT64:
      return many ? r.AddInt64(message, &field, 1) : r.SetInt64(message, &field, 1);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return many ? r.AddDouble(message, &field, 1) : r.SetDouble(message, &field, 1);
    case FieldDescriptor::CPPTYPE_ENUM:
      return many ? r.AddEnumValue(message, &field, 1) : r.SetEnumValue(message, &field, 1);
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? r.AddString(message, &field, "x") : r.SetString(message, &field, "x");
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.is_repeated()) {
        r.AddMessage(message, &field);
      } else {
        r.MutableMessage(message, &field);
      }
      return;
    default:
      FAIL() << "unexpected type of " << field.full_name();
  }
}

// Calls `each` for every field in `message` (of `root`) that holds no fields of the model itself.
void ForEachLeaf(Message* root, Message* message, const std::string& path, int depth,
                 const std::function<void(Message*, const FieldDescriptor&, std::string)>& each) {
  const Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string name = StrCat(path, path.empty() ? "" : ".", field.name());
    // Revisions are the history itself.
    if (field.name() == "revisions" || depth > 5) continue;
    if (!IsModel(field)) {
      each(message, field, name);
      continue;
    }
    const auto& r = *message->GetReflection();
    Message* inner =
        field.is_repeated() ? r.AddMessage(message, &field) : r.MutableMessage(message, &field);
    ForEachLeaf(root, inner, name, depth + 1, each);
    r.ClearField(message, &field);
  }
}

template <typename Subject>
int ExpectDigestsAgree(const v1::Policy& policy) {
  const AspectDigester digest = DigesterFor(policy);
  const auto digests = [&](const Message& subject) {
    std::vector<std::string> all;
    for (int aspect = v1::ASPECT_DESCRIPTION; aspect <= v1::ASPECT_CODE; ++aspect) {
      all.push_back(*digest(subject, static_cast<v1::Aspect>(aspect)));
    }
    return all;
  };
  Subject subject;
  int leaves = 0;
  ForEachLeaf(
      &subject, &subject, "", 0,
      [&](Message* message, const FieldDescriptor& field, const std::string& path) {
        const std::vector<std::string> before = digests(subject);
        SetSomething(message, field);
        const std::vector<std::string> after = digests(subject);
        message->GetReflection()->ClearField(message, &field);
        AspectMask differing = 0;
        for (size_t i = 0; i < before.size(); ++i) {
          if (before[i] != after[i]) {
            differing |= MaskOf(static_cast<v1::Aspect>(v1::ASPECT_DESCRIPTION + i));
          }
        }
        EXPECT_EQ(Names(AspectsOfField(*Subject::descriptor(), path, policy)), Names(differing))
            << path;
        ++leaves;
      });
  return leaves;
}

class Agreement : public testing::TestWithParam<const char*> {};

TEST_P(Agreement, OfPathsAndDigests) {
  const v1::Policy policy = Parse<v1::Policy>(GetParam());
  EXPECT_GT(ExpectDigestsAgree<v1::ChangeRequest>(policy), 100);
  EXPECT_GT(ExpectDigestsAgree<v1::Release>(policy), 100);
}

INSTANTIATE_TEST_SUITE_P(
    Policies, Agreement,
    testing::Values("", "aspects { field: 'title' }",
                    "aspects { field: 'title' aspect: ASPECT_CODE }",
                    "aspects { field: 'schedule' immaterial: true }",
                    "aspects { field: 'schedule' immaterial: true } "
                    "aspects { field: 'schedule.end' }",
                    "aspects { field: 'schedule' aspect: ASPECT_PLAN }",
                    "aspects { field: 'schedule.start' aspect: ASPECT_RISK }",
                    "aspects { field: 'people' aspect: ASPECT_DESCRIPTION }",
                    "aspects { field: 'people.owner' aspect: ASPECT_RISK }",
                    "aspects { field: 'services' immaterial: true } "
                    "aspects { field: 'services.id' aspect: ASPECT_RISK }",
                    "aspects { field: 'documents.rationale' immaterial: true }",
                    "aspects { field: 'documents.rationale.text' aspect: ASPECT_PLAN }",
                    "aspects { field: 'facts' aspect: ASPECT_RISK }",
                    "aspects { field: 'impact.answers' immaterial: true }",
                    "aspects { field: 'approvals' aspect: ASPECT_CODE }"));

// --- what each revision touched ---

struct HistoryCase {
  const char* what;
  const char* change;
  const char* touched;  // by the revisions after the first, then `; unrecorded`
  const char* policy = "";
};
std::ostream& operator<<(std::ostream& out, const HistoryCase& row) { return out << row.what; }

class Histories : public testing::TestWithParam<HistoryCase> {};

TEST_P(Histories, SayWhatEachRevisionTouched) {
  const v1::Policy policy = Parse<v1::Policy>(GetParam().policy);
  flat::Arena arena;
  const AspectHistory history = BuildAspectHistory(
      *flat::CopyOf<flat::ChangeRequest>(Parse<v1::ChangeRequest>(GetParam().change), &arena),
      policy, DigesterFor(policy), &arena);
  std::string touched(history.problem);
  for (const AspectHistory::Revision& revision : history.revisions) {
    if (revision.number == 1) {
      EXPECT_EQ(Names(revision.touched), kAll);
      continue;
    }
    StrAppend(&touched, revision.number == 2 ? "" : " ", revision.number, ":",
              Names(revision.touched));
  }
  if (history.unrecorded != 0) StrAppend(&touched, "; ", Names(history.unrecorded));
  EXPECT_EQ(touched, GetParam().touched);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Histories,
    testing::Values(
        HistoryCase{"none", "documents { testing_plan { text: 'A' } }", ""},
        HistoryCase{"one", "revisions { number: 1 }", ""},
        HistoryCase{"nobody said what was edited",
                    "revisions { number: 1 } revisions { number: 2 }",
                    "2:DESCRIPTION,RISK,PLAN,SCHEDULE,CODE"},
        HistoryCase{"said by path",
                    "revisions { number: 1 } "
                    "revisions { number: 2 edited: ['urgency', 'schedule.start'] } "
                    "revisions { number: 3 edited: 'title' }",
                    "2:RISK,SCHEDULE 3:"},
        HistoryCase{"by an unknown path",
                    "revisions { number: 1 } revisions { number: 2 edited: ['title', 'what'] }",
                    "2:DESCRIPTION,RISK,PLAN,SCHEDULE,CODE"},
        HistoryCase{"by snapshots",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW kinds: 1 } } "
                    "revisions { number: 2 snapshot { urgency: URGENCY_HIGH kinds: 1 } } "
                    "revisions { number: 3 snapshot { urgency: URGENCY_HIGH title: 'T' } } "
                    "urgency: URGENCY_HIGH",
                    "2:RISK 3:DESCRIPTION"},
        HistoryCase{"snapshots are believed rather than what was said",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 snapshot { urgency: URGENCY_HIGH } edited: 'title' } "
                    "urgency: URGENCY_HIGH",
                    "2:RISK"},
        HistoryCase{"one snapshot is none between neighbours",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 edited: 'artifact' } urgency: URGENCY_LOW "
                    "artifact { digest: 'x' }",
                    "2:CODE"},
        HistoryCase{"what nobody said since the last snapshot",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 edited: 'artifact' } urgency: URGENCY_HIGH "
                    "artifact { digest: 'x' }",
                    "2:CODE; RISK"},
        HistoryCase{"snapshots that are no neighbours tell what was hidden between them",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 edited: 'title' } "
                    "revisions { number: 3 edited: 'title' snapshot { urgency: URGENCY_HIGH } } "
                    "urgency: URGENCY_HIGH",
                    "2: 3:RISK"},
        HistoryCase{"and no more than was hidden",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 edited: 'urgency' } "
                    "revisions { number: 3 edited: 'title' snapshot { urgency: URGENCY_HIGH "
                    "kinds: 1 } } urgency: URGENCY_HIGH kinds: 1",
                    "2:RISK 3:DESCRIPTION"},
        HistoryCase{"nor is the later alone",
                    "revisions { number: 1 } "
                    "revisions { number: 2 snapshot { title: 'T' } edited: 'artifact' }",
                    "2:CODE"},
        HistoryCase{"lists without order",
                    "revisions { number: 1 snapshot { assets: ['a', 'b'] } } "
                    "revisions { number: 2 snapshot { assets: ['b', 'a'] } } assets: ['a', 'b']",
                    "2:"},
        HistoryCase{"there and back again",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 snapshot { urgency: URGENCY_HIGH } } "
                    "revisions { number: 3 snapshot { urgency: URGENCY_LOW } } "
                    "urgency: URGENCY_LOW",
                    "2:RISK 3:RISK"},
        HistoryCase{"other sources",
                    "revisions { number: 1 source_digest: 'A' } "
                    "revisions { number: 2 source_digest: 'B' edited: 'title' } "
                    "revisions { number: 3 source_digest: 'B' edited: 'title' } "
                    "revisions { number: 4 edited: 'title' }",
                    "2:CODE 3: 4:CODE"},
        HistoryCase{"records and people are no content",
                    "revisions { number: 1 snapshot { id: 'C' } } "
                    "revisions { number: 2 snapshot { id: 'D' people { owner: 'ann' } "
                    "approvals { by: 'bob' } } } state: CHANGE_STATE_APPROVED "
                    "evidence { id: 'e' } outcome { successful: true }",
                    "2:"},
        HistoryCase{"what no revision records",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "urgency: URGENCY_LOW artifact { digest: 'x' } kinds: 2",
                    "; DESCRIPTION,CODE"},
        HistoryCase{"without a snapshot nothing tells",
                    "revisions { number: 1 } urgency: URGENCY_LOW", ""},
        HistoryCase{"in any order",
                    "revisions { number: 3 edited: 'urgency' } revisions { number: 1 } "
                    "revisions { number: 2 edited: 'artifact' }",
                    "2:CODE 3:RISK"},
        HistoryCase{"what the policy calls immaterial",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 snapshot { urgency: URGENCY_HIGH } } "
                    "revisions { number: 3 edited: 'urgency' } ",
                    "2: 3:", "aspects { field: 'urgency' immaterial: true }"},
        HistoryCase{"what the policy moves",
                    "revisions { number: 1 snapshot { urgency: URGENCY_LOW } } "
                    "revisions { number: 2 snapshot { urgency: URGENCY_HIGH } } "
                    "revisions { number: 3 edited: 'urgency' } ",
                    "2:PLAN 3:PLAN", "aspects { field: 'urgency' aspect: ASPECT_PLAN }"},
        HistoryCase{"a gap", "revisions { number: 1 } revisions { number: 3 }",
                    "expected revision 2, found revision 3"},
        HistoryCase{"a number twice", "revisions { number: 1 } revisions { number: 1 }",
                    "expected revision 2, found revision 1"},
        HistoryCase{"from zero", "revisions { number: 0 } revisions { number: 1 }",
                    "expected revision 1, found revision 0"},
        HistoryCase{"from two", "revisions { number: 2 }",
                    "expected revision 1, found revision 2"}));

TEST(HistoryTest, WhereADigestFailsAllCountsAsTouched) {
  const auto change = Parse<v1::ChangeRequest>(
      "revisions { number: 1 snapshot { } } revisions { number: 2 snapshot { } edited: 'title' }");
  flat::Arena arena;
  const AspectHistory history = BuildAspectHistory(
      *flat::CopyOf<flat::ChangeRequest>(change, &arena), v1::Policy(),
      [](const Message&, v1::Aspect aspect) {
        return aspect == v1::ASPECT_CODE ? absl::StatusOr<std::string>(absl::InternalError("no"))
                                         : absl::StatusOr<std::string>("same");
      },
      &arena);
  ASSERT_EQ(history.revisions.size(), 2u);
  EXPECT_EQ(Names(history.revisions[1].touched), kAll);
  EXPECT_EQ(Names(history.unrecorded), kAll);
}

TEST(HistoryTest, OfARelease) {
  const auto release = Parse<v1::Release>(
      "revisions { number: 1 snapshot { version: '1.0.0' } } "
      "revisions { number: 2 snapshot { version: '1.0.1' } } "
      "revisions { number: 3 edited: 'changes.schedule.start' } version: '1.0.1'");
  flat::Arena arena;
  const AspectHistory history = BuildAspectHistory(*flat::CopyOf<flat::Release>(release, &arena),
                                                   v1::Policy(), DigesterFor(v1::Policy()), &arena);
  ASSERT_EQ(history.revisions.size(), 3u);
  EXPECT_EQ(Names(history.revisions[1].touched), "DESCRIPTION");
  EXPECT_EQ(Names(history.revisions[2].touched), "SCHEDULE");
}

// --- which approvals an edit voids ---

// Revision 1 at 8:00, 2 at 9:00 with the row's edit, the approval of revision 1 at 8:30.
struct EditCase {
  const char* what;
  const char* edited;
  const char* rule;      // the aspects that it asks for
  const char* approval;  // those that it covers
  const char* not_counted;
};
std::ostream& operator<<(std::ostream& out, const EditCase& row) { return out << row.what; }

class Edits : public testing::TestWithParam<EditCase> {};

TEST_P(Edits, VoidTheApprovalsOfWhatTheyTouch) {
  const EditCase& row = GetParam();
  World world = World().Role("cab", {"ann", "bob"});
  world.Rule("at_least: 1 of { role: 'cab' }", row.rule)
      .Change(Timed(StrCat("revisions { number: 1 happened_at @8 } ",
                           "revisions { number: 2 happened_at @9 edited: [", row.edited, "] }")))
      .Approve("ann", Timed(StrCat("revision: 1 happened_at @8:30 ", row.approval)));
  EXPECT_EQ(NotCountedOf(world.Ask()), row.not_counted);
  EXPECT_EQ(StatusOf(world.Ask()), *row.not_counted == 0 ? "SATISFIED" : "UNSATISFIED");
  // The same said of the second revision is beyond doubt.
  world.Approve("bob", StrCat("revision: 2 ", row.approval));
  const bool covers = std::string_view(row.not_counted).find("WRONG_ASPECT") == std::string::npos;
  EXPECT_EQ(StatusOf(world.Ask()), covers ? "SATISFIED" : "UNSATISFIED");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Edits,
    testing::Values(
        EditCase{"something that matters", "'urgency'", "", "", "ann VOIDED 2"},
        EditCase{"nothing that matters", "'title', 'people.owner'", "", "", ""},
        EditCase{"another aspect than the rule's", "'urgency'", "aspects: ASPECT_CODE", "", ""},
        EditCase{"another aspect than the rule's and the approval's", "'urgency'",
                 "aspects: ASPECT_CODE", "aspects: ASPECT_CODE", ""},
        EditCase{"the rule's aspect", "'artifact'", "aspects: ASPECT_CODE", "", "ann VOIDED 2"},
        EditCase{"the aspect of both", "'artifact'", "aspects: ASPECT_CODE", "aspects: ASPECT_CODE",
                 "ann VOIDED 2"},
        EditCase{"one of the rule's two aspects", "'urgency'",
                 "aspects: [ASPECT_CODE, ASPECT_RISK]", "", "ann VOIDED 2"},
        EditCase{"an aspect that the approval covers beside the rule's", "'urgency'",
                 "aspects: ASPECT_CODE", "aspects: [ASPECT_CODE, ASPECT_RISK]", ""},
        EditCase{"one edit of two aspects", "'urgency', 'artifact'", "aspects: ASPECT_CODE", "",
                 "ann VOIDED 2"},
        EditCase{"the approval never covered it", "'title'", "aspects: ASPECT_CODE",
                 "aspects: ASPECT_RISK", "ann WRONG_ASPECT CODE"},
        EditCase{"the approval covers one of two", "'title'", "aspects: [ASPECT_CODE, ASPECT_RISK]",
                 "aspects: ASPECT_CODE", "ann WRONG_ASPECT RISK"},
        EditCase{"nobody said what", "", "aspects: ASPECT_SCHEDULE", "", "ann VOIDED 2"}));

// Each aspect by itself: an edit of its field voids the approval of it and of no other.
TEST(EditsTest, EachAspectIsVoidedByItsOwnFieldsAlone) {
  const std::vector<std::pair<v1::Aspect, const char*>> fields = {
      {v1::ASPECT_DESCRIPTION, "documents.rationale"},
      {v1::ASPECT_RISK, "impact.security"},
      {v1::ASPECT_PLAN, "rollback.duration"},
      {v1::ASPECT_SCHEDULE, "schedule.end"},
      {v1::ASPECT_CODE, "artifact.digest"}};
  for (const auto& [edited, field] : fields) {
    for (const auto& [asked, unused] : fields) {
      World world = World().Role("cab", {"ann"});
      world.Rule("at_least: 1 of { role: 'cab' }", StrCat("aspects: ", v1::Aspect_Name(asked)))
          .Change(StrCat("revisions { number: 1 } revisions { number: 2 edited: '", field, "' }"))
          .Approve("ann", "revision: 1");
      EXPECT_EQ(StatusOf(world.Ask()), asked == edited ? "UNSATISFIED" : "SATISFIED")
          << "edit of " << field << ", approval of " << v1::Aspect_Name(asked);
    }
  }
}

// Three revisions: of the plan at 9:00, of the schedule at 10:00.
World ThreeRevisions() {
  World world = World().Role("cab", {"ann"});
  return world.Change(
      Timed("revisions { number: 1 happened_at @8 source_digest: 'A' } "
            "revisions { number: 2 happened_at @9 source_digest: 'A' edited: 'rollback' } "
            "revisions { number: 3 happened_at @10 source_digest: 'A' edited: 'schedule' }"));
}

TEST(EditsTest, TheFirstRevisionThatVoidsIsNamed) {
  struct Case {
    const char* aspects;
    const char* not_counted;
  };
  for (const Case& c :
       {Case{"", "ann VOIDED 2"}, Case{"aspects: ASPECT_PLAN", "ann VOIDED 2"},
        Case{"aspects: ASPECT_SCHEDULE", "ann VOIDED 3"}, Case{"aspects: ASPECT_RISK", ""}}) {
    World world = ThreeRevisions();
    world.Rule("at_least: 1 of { role: 'cab' }", c.aspects).Approve("ann", "revision: 1");
    EXPECT_EQ(NotCountedOf(world.Ask()), c.not_counted) << c.aspects;
  }
}

TEST(EditsTest, ApprovalsOfSeveralRevisionsAddUpAspectByAspect) {
  World world = ThreeRevisions();
  world.Rule("at_least: 1 of { role: 'cab' }", "aspects: [ASPECT_RISK, ASPECT_PLAN]")
      .Approve("ann", Timed("revision: 1 happened_at @8:30"));
  EXPECT_EQ(NotCountedOf(world.Ask()), "ann VOIDED 2");
  // The plan again, of the second revision: an edit of the schedule touches neither.
  world.Approve("ann", Timed("revision: 2 happened_at @9:30 aspects: ASPECT_PLAN"));
  EXPECT_EQ(StatusOf(world.Ask()), "SATISFIED");
  EXPECT_EQ(NotCountedOf(world.Ask()), "");
}

TEST(EditsTest, TwoPeopleDoNotAddUp) {
  World world = World().Role("cab", {"ann", "bob"});
  world.Rule("at_least: 1 of { role: 'cab' }", "aspects: [ASPECT_RISK, ASPECT_PLAN]")
      .Approve("ann", "aspects: ASPECT_RISK")
      .Approve("bob", "aspects: ASPECT_PLAN");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
}

// Unchanged sources: the digest names all three revisions, and the time says which was seen.
TEST(EditsTest, ADigestOfSeveralRevisionsMeansTheLatestThatWasThere) {
  struct Case {
    const char* at;
    const char* not_counted;
  };
  for (const Case& c :
       {Case{"@8:30", "ann VOIDED 2"}, Case{"@9:30", "ann VOIDED 3"},
        // At the very time of the third, it may be the second that was meant.
        Case{"@10", "ann VOIDED 3"}, Case{"@10:01", ""}, Case{"@7", "ann REVISION A"}}) {
    World world = ThreeRevisions();
    world.Rule("at_least: 1 of { role: 'cab' }")
        .Approve("ann", Timed(StrCat("revision_digest: 'A' happened_at ", c.at)));
    EXPECT_EQ(NotCountedOf(world.Ask()), c.not_counted) << c.at;
  }
  // Without a time only the first was seen for sure.
  World untimed = ThreeRevisions();
  untimed.Rule("at_least: 1 of { role: 'cab' }").Approve("ann", "revision_digest: 'A'");
  untimed.change.mutable_approvals(0)->clear_happened_at();
  EXPECT_EQ(NotCountedOf(untimed.Ask()), "ann VOIDED 2");
}

// Whoever writes the history must not be able to lend an approval to what came after it.
TEST(EditsTest, HostileHistories) {
  struct Case {
    const char* what;
    const char* revisions;  // 2 and 3; the first is of 8:00 with digest `A`
    const char* approval;   // given at 9:30 and recorded then
    const char* not_counted;
  };
  for (const Case& c : {
           Case{"nothing wrong",
                "revisions { number: 2 source_digest: 'B' happened_at @9 recorded_at @9 }", "", ""},
           Case{"backdated", "revisions { number: 2 happened_at @9 recorded_at @11 }", "",
                "ann VOIDED 2"},
           // The approver says which one it was.
           Case{"recorded late",
                "revisions { number: 2 source_digest: 'B' happened_at @9 recorded_at @11 }",
                "revision_digest: 'B'", ""},
           Case{"recorded late and named by number",
                "revisions { number: 2 happened_at @9 recorded_at @11 }", "revision: 2", ""},
           Case{"only recorded", "revisions { number: 2 recorded_at @11 }", "", "ann VOIDED 2"},
           Case{"only recorded, and named too early", "revisions { number: 2 recorded_at @11 }",
                "revision: 2", "ann REVISION 2"},
           Case{"without a time", "revisions { number: 2 }", "", "ann VOIDED 2"},
           Case{"without a time, back to the first sources",
                "revisions { number: 2 source_digest: 'B' happened_at @11 } "
                "revisions { number: 3 source_digest: 'A' }",
                "revision_digest: 'A'", "ann VOIDED 2"},
           Case{"backdated, back to the first sources",
                "revisions { number: 2 source_digest: 'B' happened_at @9 recorded_at @9 } "
                "revisions { number: 3 source_digest: 'A' happened_at @9 recorded_at @11 }",
                "revision_digest: 'A'", "ann VOIDED 2"},
           Case{"the later one is said to be earlier",
                "revisions { number: 2 happened_at @11 } revisions { number: 3 happened_at @8:30 }",
                "", "ann VOIDED 2"},
           Case{"the later one is said to be earlier, and named",
                "revisions { number: 2 happened_at @11 } revisions { number: 3 happened_at @8:30 }",
                "revision: 3", "ann REVISION 3"},
           Case{"a digest that nobody recorded", "revisions { number: 2 happened_at @9 }",
                "revision: 2 revision_digest: 'B'", "ann REVISION B"},
           Case{"a digest of another number",
                "revisions { number: 2 source_digest: 'B' happened_at @9 }",
                "revision: 1 revision_digest: 'B'", "ann REVISION B"},
           // A digest is a text: in doubt it is another.
           Case{"a digest in another case",
                "revisions { number: 2 source_digest: 'B' happened_at @9 }", "revision_digest: 'b'",
                "ann REVISION b"},
       }) {
    World world = World().Role("cab", {"ann"}).Rule("at_least: 1 of { role: 'cab' }");
    world.Change(
        Timed(StrCat("revisions { number: 1 source_digest: 'A' happened_at @8 } ", c.revisions)));
    world.Approve("ann", Timed(StrCat(c.approval, " happened_at @9:30 recorded_at @9:30")));
    EXPECT_EQ(NotCountedOf(world.Ask()), c.not_counted) << c.what;
  }
}

TEST(EditsTest, OneChangeOfTheSourcesVoidsWhatCoversTheCode) {
  for (const bool code : {true, false}) {
    World world = World().Role("cab", {"ann"});
    world
        .Change(
            "revisions { number: 1 source_digest: 'A' } "
            "revisions { number: 2 source_digest: 'B' edited: 'title' }")
        .Rule("at_least: 1 of { role: 'cab' }",
              code ? "aspects: ASPECT_CODE" : "aspects: ASPECT_PLAN")
        .Approve("ann", "revision: 1 revision_digest: 'A'");
    EXPECT_EQ(NotCountedOf(world.Ask()), code ? "ann VOIDED 2" : "");
  }
}

TEST(EditsTest, TheSameEditOfAnotherRuleVoidsNothingThere) {
  World world = ThreeRevisions();
  world.Rule("at_least: 1 of { role: 'cab' }", "aspects: ASPECT_PLAN")
      .Rule("at_least: 1 of { role: 'cab' }", "aspects: ASPECT_SCHEDULE")
      .Approve("ann", "revision: 2");
  const std::vector<Answer> answers = world.AskAll();
  EXPECT_EQ(StatusOf(answers[0]), "SATISFIED");
  EXPECT_EQ(StatusOf(answers[1]), "UNSATISFIED");
}

}  // namespace
}  // namespace changepolicy
