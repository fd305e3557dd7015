// Records sealed and opened again.
#include "libchangepolicy/audit/seal.h"

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/fact.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/audit/memory_commitments.h"
#include "tests/audit/random_message.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string BytesOf(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

template <typename M>
M Parse(const std::string& text) {
  M message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

SealRules Rules(bool people, const std::vector<std::string>& fields) {
  v1::Policy policy;
  policy.mutable_personal_data()->set_people(people);
  for (const std::string& field : fields) policy.mutable_personal_data()->add_fields(field);
  return SealRulesOf(policy);
}

// The message as it is once sealed, with `<value>` for a commitment.
template <typename M>
std::string Sealed(const SealRules& rules, const std::string& text) {
  M message = Parse<M>(text);
  MemoryCommitments commitments;
  const absl::Status status = SealRecord(rules, &commitments, &message, nullptr);
  if (!status.ok()) return std::string(status.ToString());
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string shown;
  printer.PrintToString(message, &shown);
  for (const auto& [commitment, opening] : commitments.openings) {
    for (size_t at = shown.find(commitment); at != shown.npos; at = shown.find(commitment)) {
      shown.replace(at, commitment.size(), "<" + opening.value() + ">");
    }
  }
  return shown;
}

TEST(Seal, PeopleWhereverTheyAreNamed) {
  const SealRules rules = Rules(true, {});
  EXPECT_EQ(Sealed<v1::ChangeRequest>(
                rules,
                "id: 'C-1' people { requester: 'ann' authors: 'bo' authors: '' }"
                " approvals { id: 'a' by: 'cy' comment: 'ann asked' }"
                " revisions { number: 1 by: 'di' snapshot { people { owner: 'ed' } } }"),
            "id: \"C-1\" people { requester: \"<ann>\" authors: \"<bo>\" authors: \"\" } "
            "revisions { number: 1 by: \"<di>\" snapshot { people { owner: \"<ed>\" } } } "
            "approvals { id: \"a\" by: \"<cy>\" comment: \"ann asked\" } ");
  EXPECT_EQ(Sealed<v1::Release>(rules, "id: 'R' changes { id: 'C' people { testers: 'ann' } }"),
            "id: \"R\" changes { id: \"C\" people { testers: \"<ann>\" } } ");
  EXPECT_EQ(
      Sealed<v1::Directory>(rules,
                            "name: 'house' people { id: 'ann' name: 'Ann' accounts: 'a@x' }"
                            " roles { id: 'cab' members: 'ann' memberships { person: 'bo' } }"
                            " accepted_risks { id: 'r' requester: 'cy' approvals { by: 'di' } }"),
      "name: \"house\" people { id: \"<ann>\" name: \"<Ann>\" accounts: \"<a@x>\" } "
      "roles { id: \"cab\" members: \"<ann>\" memberships { person: \"<bo>\" } } "
      "accepted_risks { id: \"r\" requester: \"<cy>\" approvals { by: \"<di>\" } } ");
  EXPECT_EQ(Sealed<v1::Ledger>(rules, "scheduled { subject_id: 'C' people: 'ann' title: 'ann' }"),
            "scheduled { subject_id: \"C\" people: \"<ann>\" title: \"ann\" } ");
  EXPECT_EQ(Sealed<v1::AuditEntry>(
                rules, "recorded_by: 'ci' event { subject_id: 'C' approval { by: 'ann' } }"),
            "recorded_by: \"<ci>\" event { subject_id: \"C\" approval { by: \"<ann>\" } } ");
}

TEST(Seal, DeclaredFieldsAndNoOthers) {
  EXPECT_EQ(
      Sealed<v1::ChangeRequest>(
          Rules(false, {"change.approvals.comment"}),
          "title: 't' people { requester: 'ann' } approvals { id: 'a' by: 'cy' comment: 'x' }"),
      "title: \"t\" people { requester: \"ann\" } "
      "approvals { id: \"a\" by: \"cy\" comment: \"<x>\" } ");
  // A document of the change, not all documents.
  EXPECT_EQ(Sealed<v1::ChangeRequest>(
                Rules(false, {"change.documents.rationale.text"}),
                "documents { description { text: 'd' } rationale { text: 'r' url: 'u' } }"),
            "documents { description { text: \"d\" } rationale { text: \"<r>\" url: \"u\" } } ");
  // Of all that is in a message, only ids and digests stay.
  EXPECT_EQ(Sealed<v1::ChangeRequest>(
                Rules(false, {"change.approvals"}),
                "approvals { id: 'a' by: 'cy' revision: 3 revision_digest: 'd' conditions: 'c'"
                " comment: 'x' }"),
            "approvals { id: \"a\" by: \"<cy>\" revision: 3 revision_digest: \"d\" "
            "conditions: \"<c>\" comment: \"<x>\" } ");
  EXPECT_EQ(Sealed<v1::ChangeRequest>(Rules(false, {"change.impact.answers.who"}),
                                      "impact { answers { key: 'what' value: 'a' }"
                                      " answers { key: 'who' value: 'b' } }"),
            "impact { answers { key: \"what\" value: \"a\" } "
            "answers { key: \"who\" value: \"<b>\" } } ");
}

// A path from `change` holds for a change in a release, in a revision and in an event, and for its
// records that are events of their own.
TEST(Seal, DeclaredFieldsWhereverTheRecordStands) {
  const SealRules rules = Rules(false, {"change.approvals.comment", "change.title"});
  const std::string change = "title: 't' approvals { comment: 'x' }";
  const std::string sealed = "title: \"<t>\" approvals { comment: \"<x>\" } ";
  EXPECT_EQ(
      Sealed<v1::Release>(rules, "title: 't' approvals { comment: 'x' } changes {" + change + "}"),
      "title: \"t\" changes { " + sealed + "} approvals { comment: \"x\" } ");
  EXPECT_EQ(Sealed<v1::ChangeRequest>(rules, "revisions { snapshot {" + change + "} }"),
            "revisions { snapshot { " + sealed + "} } ");
  EXPECT_EQ(Sealed<v1::EventRecord>(rules, "change {" + change + "}"), "change { " + sealed + "} ");
  EXPECT_EQ(Sealed<v1::EventRecord>(rules, "approval { id: 'a' comment: 'x' }"),
            "approval { id: \"a\" comment: \"<x>\" } ");
  EXPECT_EQ(Sealed<v1::EventRecord>(rules, "release { title: 't' }"), "release { title: \"t\" } ");
}

// What is declared of a release's changes holds there, beside what is declared of every change.
TEST(Seal, DeclaredFieldsByTheWayThatLeadsToThem) {
  const SealRules rules = Rules(false, {"change.approvals.comment", "release.changes.title"});
  const std::string change = "title: 't' approvals { comment: 'x' }";
  EXPECT_EQ(Sealed<v1::Release>(rules, "changes {" + change + "}"),
            "changes { title: \"<t>\" approvals { comment: \"<x>\" } } ");
  EXPECT_EQ(Sealed<v1::ChangeRequest>(rules, change),
            "title: \"t\" approvals { comment: \"<x>\" } ");
}

TEST(Seal, FactsOfTheTeam) {
  const std::string facts =
      "facts { key: 'customer' value { string_value: 'Ann' } }"
      " facts { key: 'plan' value { struct_value { fields { key: 'Bo' value { list_value {"
      " values { string_value: 'Cy' } } } } } } }";
  EXPECT_EQ(
      Sealed<v1::ChangeRequest>(Rules(false, {"change.facts.customer"}), facts),
      "facts { key: \"customer\" value { string_value: \"<Ann>\" } } "
      "facts { key: \"plan\" value { struct_value { fields { key: \"Bo\" value { list_value { "
      "values { string_value: \"Cy\" } } } } } } } ");
  EXPECT_EQ(
      Sealed<v1::ChangeRequest>(Rules(false, {"change.facts"}), facts),
      "facts { key: \"customer\" value { string_value: \"<Ann>\" } } "
      "facts { key: \"plan\" value { struct_value { fields { key: \"<Bo>\" value { list_value { "
      "values { string_value: \"<Cy>\" } } } } } } } ");
}

// 98 would say who it is as well as `98` does.
TEST(Seal, RefusesWhatIsDeclaredAsTextAndIsNone) {
  const SealRules rules = Rules(false, {"change.facts.customer"});
  EXPECT_EQ(
      Sealed<v1::ChangeRequest>(rules, "facts { key: 'customer' value { number_value: 98 } }"),
      "INVALID_ARGUMENT: `facts.customer` is declared as personal data and holds a number; "
      "only text can be kept as a commitment");
  EXPECT_EQ(Sealed<v1::Release>(rules,
                                "changes { facts { key: 'customer' value { struct_value {"
                                " fields { key: 'x' value { bool_value: true } } } } } }"),
            "INVALID_ARGUMENT: `changes.facts.customer.struct_value.fields.x` is declared as "
            "personal data and holds a boolean; only text can be kept as a commitment");
  EXPECT_EQ(Sealed<v1::ChangeRequest>(rules,
                                      "facts { key: 'seats' value { number_value: 98 } }"
                                      " facts { key: 'customer' value { null_value: 0 } }"),
            "facts { key: \"customer\" value { null_value: NULL_VALUE } } "
            "facts { key: \"seats\" value { number_value: 98 } } ");
}

TEST(Seal, RefusesWhatItDoesNotKnow) {
  MemoryCommitments commitments;
  v1::ChangeRequest change;
  v1::Approval* const approval = change.add_approvals();
  approval->GetReflection()->MutableUnknownFields(approval)->AddLengthDelimited(999, "ann");
  EXPECT_EQ(SealRecord(Rules(true, {}), &commitments, &change, nullptr).ToString(),
            "INVALID_ARGUMENT: field `approvals[0].#999` is not known here; whether it is personal "
            "neither");
  v1::Policy policy;
  EXPECT_EQ(SealRecord(Rules(true, {}), &commitments, &policy, nullptr).ToString(),
            "INVALID_ARGUMENT: a Policy is no record that can be sealed");
  v1::Decision decision;
  EXPECT_FALSE(SealRecord(Rules(true, {}), &commitments, &decision, nullptr).ok());

  google::protobuf::Value* value = &(*change.mutable_facts())["deep"];
  change.clear_approvals();
  for (int i = 0; i < 200; ++i) value = value->mutable_list_value()->add_values();
  EXPECT_EQ(SealRecord(Rules(true, {}), &commitments, &change, nullptr).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(OpenRecord(&commitments, &change).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(Seal, PassesErrorsOn) {
  MemoryCommitments commitments;
  commitments.frozen = true;
  auto change = Parse<v1::ChangeRequest>("people { requester: 'ann' }");
  EXPECT_EQ(SealRecord(Rules(true, {}), &commitments, &change, nullptr).code(),
            absl::StatusCode::kFailedPrecondition);
}

// Whoever writes a commitment into a record gets neither another's value nor an erased entry.
TEST(Seal, CommitsToWhatLooksLikeACommitment) {
  const std::string forged = MakeCommitment(std::string(kSaltBytes, 'x'), "secret");
  for (const bool people : {true, false}) {
    const SealRules rules = Rules(people, {});
    const std::string text = "id: '" + forged + "' assets: '" + forged + "' facts { key: '" +
                             forged + "' value { string_value: '" + forged + "' } }";
    const auto change = Parse<v1::ChangeRequest>(text);
    MemoryCommitments commitments;
    v1::ChangeRequest sealed = change;
    ASSERT_TRUE(SealRecord(rules, &commitments, &sealed, nullptr).ok());
    EXPECT_EQ(BytesOf(sealed).find(forged), std::string::npos);
    EXPECT_EQ(OpenRecord(&commitments, &sealed).value(), true);
    EXPECT_EQ(BytesOf(sealed), BytesOf(change));
  }
}

TEST(Seal, StaysAsItIsWhereOpeningsAreErased) {
  const SealRules rules = Rules(true, {});
  MemoryCommitments commitments;
  const auto change =
      Parse<v1::ChangeRequest>("people { requester: 'ann' owner: 'bo' authors: 'ann' }");
  v1::ChangeRequest sealed = change;
  ASSERT_TRUE(SealRecord(rules, &commitments, &sealed, nullptr).ok());
  EXPECT_EQ(sealed.people().requester(), sealed.people().authors(0));
  const std::string ann = sealed.people().requester();
  commitments.Erase("ann");
  v1::ChangeRequest opened = sealed;
  EXPECT_EQ(OpenRecord(&commitments, &opened).value(), false);
  EXPECT_EQ(opened.people().requester(), ann);
  EXPECT_EQ(opened.people().authors(0), ann);
  EXPECT_EQ(opened.people().owner(), "bo");
}

TEST(Seal, LeavesTheCommitmentsOfAnErasure) {
  MemoryCommitments commitments;
  const std::string ann = commitments.Commit("ann").value();
  v1::AuditEntry entry;
  entry.set_recorded_by("ci");
  entry.mutable_erasure()->add_commitments(ann);
  ASSERT_TRUE(SealRecord(Rules(true, {}), &commitments, &entry, nullptr).ok());
  EXPECT_EQ(entry.erasure().commitments(0), ann);
  EXPECT_TRUE(IsCommitment(entry.recorded_by()));
  EXPECT_EQ(OpenRecord(&commitments, &entry).value(), true);
  EXPECT_EQ(entry.erasure().commitments(0), ann);
  EXPECT_EQ(entry.recorded_by(), "ci");
}

// ---- Messages at random

// Every text of a message, and whether the model marks it as personal.
void TextsOf(const Message& message, bool marked_above, std::set<std::string>* personal,
             std::set<std::string>* other) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const bool marked = marked_above || field->options().GetExtension(v1::fact).personal();
    const int size = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->message_type() != nullptr) {
        TextsOf(field->is_repeated()
                    ? message.GetReflection()->GetRepeatedMessage(message, field, i)
                    : message.GetReflection()->GetMessage(message, field),
                marked, personal, other);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        (marked ? personal : other)
            ->insert(field->is_repeated()
                         ? message.GetReflection()->GetRepeatedString(message, field, i)
                         : message.GetReflection()->GetString(message, field));
      }
    }
  }
}

template <typename M>
class RandomRecords : public testing::Test {};
using Records = testing::Types<v1::ChangeRequest, v1::Release, v1::Directory, v1::Ledger,
                               v1::Organization, v1::EventRecord, v1::AuditEntry>;
TYPED_TEST_SUITE(RandomRecords, Records);

TYPED_TEST(RandomRecords, KeepNoPersonalTextAndAllOther) {
  int number = 0;
  const auto unique = [&number](RandomMessages::Random&) {
    return "text" + std::to_string(++number) + "!";
  };
  const SealRules rules = Rules(true, {});
  int found = 0;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    TypeParam message;
    RandomMessages(seed, unique).Fill(&message);
    std::set<std::string> personal, other;
    TextsOf(message, false, &personal, &other);
    found += static_cast<int>(personal.size());
    MemoryCommitments commitments;
    ASSERT_TRUE(SealRecord(rules, &commitments, &message, nullptr).ok());
    const std::string bytes = BytesOf(message);
    for (const std::string& text : personal) {
      ASSERT_EQ(bytes.find(text), std::string::npos) << "seed " << seed << ": " << text;
      ASSERT_TRUE(commitments.Has(text));
    }
    for (const std::string& text : other) {
      ASSERT_NE(bytes.find(text), std::string::npos) << "seed " << seed << ": " << text;
    }
  }
  EXPECT_GT(found, 20);
}

TYPED_TEST(RandomRecords, AreOpenedToTheirBytesAndSealedToTheSameAgain) {
  MemoryCommitments commitments;
  std::vector<std::string> pool = {"",
                                   "ann",
                                   "Ann Lee <ann@example.org>",
                                   "bo",
                                   "cy",
                                   "plain",
                                   commitments.Commit("ann").value(),
                                   MakeCommitment(std::string(kSaltBytes, 'x'), "ann")};
  const auto text = [&pool](RandomMessages::Random& random) {
    return pool[random() % pool.size()];
  };
  for (const SealRules& rules :
       {Rules(true, {}), Rules(false, {}), Rules(false, {"change.facts", "change.documents"}),
        Rules(true, {"release.changes", "directory.teams", "ledger.scheduled", "release.facts"})}) {
    for (uint32_t seed = 0; seed < 60; ++seed) {
      TypeParam message;
      RandomMessages(seed, text).Fill(&message);
      const std::string bytes = BytesOf(message);
      TypeParam sealed = message;
      PersonalValues seen;
      ASSERT_TRUE(SealRecord(rules, &commitments, &sealed, &seen).ok());
      // From bytes, as a log has it.
      TypeParam stored;
      ASSERT_TRUE(stored.ParseFromString(BytesOf(sealed)));
      ASSERT_EQ(OpenRecord(&commitments, &stored).value(), true);
      ASSERT_EQ(BytesOf(stored), bytes) << "seed " << seed << "\n" << message.DebugString();
      // Values are found without sealing, and sealing what was opened makes no new commitment.
      PersonalValues found;
      ASSERT_TRUE(AddPersonalValues(rules, stored, &found).ok());
      ASSERT_EQ(BytesOf(stored), bytes);
      for (const std::string& value : pool) {
        ASSERT_EQ(found.AreNamedIn(value), seen.AreNamedIn(value)) << value;
      }
      commitments.frozen = true;
      ASSERT_TRUE(SealRecord(rules, &commitments, &stored, nullptr).ok());
      ASSERT_EQ(BytesOf(stored), BytesOf(sealed)) << "seed " << seed;
      commitments.frozen = false;
    }
  }
}

TYPED_TEST(RandomRecords, StayAsTheyAreWhereNothingIsDeclared) {
  const auto text = [](RandomMessages::Random& random) { return "t" + std::to_string(random()); };
  MemoryCommitments commitments;
  commitments.frozen = true;
  for (uint32_t seed = 0; seed < 30; ++seed) {
    TypeParam message;
    RandomMessages(seed, text).Fill(&message);
    const std::string bytes = BytesOf(message);
    ASSERT_TRUE(SealRecord(Rules(false, {}), &commitments, &message, nullptr).ok());
    ASSERT_EQ(BytesOf(message), bytes);
  }
}

// The order of the hash is not the same in two runs, nor in two copies.
TEST(Seal, MakesCommitmentsInTheOrderOfKeys) {
  std::string facts;
  for (int i = 0; i < 100; ++i) {
    facts += "facts { key: 'k" + std::to_string(i * 7919 % 100 + 100) +
             "' value { string_value: 'v" + std::to_string(i) + "' } }";
  }
  const SealRules rules = Rules(false, {"change.facts"});
  auto one = Parse<v1::ChangeRequest>(facts);
  v1::ChangeRequest other;
  for (int i = 0; i < 5000; ++i) (*other.mutable_facts())[std::to_string(i)];
  other.mutable_facts()->clear();
  other.MergeFrom(one);
  MemoryCommitments commitments, others;
  ASSERT_TRUE(SealRecord(rules, &commitments, &one, nullptr).ok());
  ASSERT_TRUE(SealRecord(rules, &others, &other, nullptr).ok());
  EXPECT_EQ(BytesOf(one), BytesOf(other));
}

}  // namespace
}  // namespace changepolicy
