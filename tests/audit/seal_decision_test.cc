// Decisions sealed: nobody of the subject and its organization is named any more.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "changepolicy/v1/fact.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit/seal.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "tests/audit/memory_commitments.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

v1::Decision Parse(const std::string& text) {
  v1::Decision decision;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &decision)) << text;
  return decision;
}

SealRules Rules(bool people, const std::vector<std::string>& fields) {
  v1::Policy policy;
  policy.mutable_personal_data()->set_people(people);
  for (const std::string& field : fields) policy.mutable_personal_data()->add_fields(field);
  return SealRulesOf(policy);
}

// The decision as it is once sealed where ann and `Bo Tan` are known, with `<value>` for a
// commitment.
std::string Sealed(const SealRules& rules, const std::string& text) {
  v1::Decision decision = Parse(text);
  PersonalValues values;
  values.Add("ann");
  values.Add("Bo Tan");
  MemoryCommitments commitments;
  const absl::Status status = SealDecision(rules, &commitments, values, {}, &decision);
  if (!status.ok()) return std::string(status.ToString());
  std::string shown = decision.ShortDebugString();
  for (const auto& [commitment, opening] : commitments.openings) {
    for (size_t at = shown.find(commitment); at != shown.npos; at = shown.find(commitment)) {
      shown.replace(at, commitment.size(), "<" + opening.value() + ">");
    }
  }
  return shown;
}

TEST(SealDecision, CommitsToPeople) {
  const std::string outcomes =
      "outcomes { rule: 'ann' approval { slots { path: 'ann' of: 'role cab' assigned { person: "
      "'ann'"
      " approval: 'a' } } not_counted { person: 'dee' approval: 'b' detail: 'x' }"
      " violating_people: 'eve' } separation { held_by: 'ann' } }";
  EXPECT_EQ(Sealed(Rules(true, {}), outcomes),
            "outcomes { rule: \"ann\" approval { slots { path: \"ann\" of: \"role cab\" "
            "assigned { person: \"<ann>\" approval: \"a\" } } "
            "not_counted { person: \"<dee>\" approval: \"b\" detail: \"x\" } "
            "violating_people: \"<eve>\" } separation { held_by: \"<ann>\" } }");
  // Where people are not declared, those are sealed all the same who stand in a declared field.
  EXPECT_EQ(Sealed(Rules(false, {"change.people.owner"}), outcomes),
            "outcomes { rule: \"ann\" approval { slots { path: \"ann\" of: \"role cab\" "
            "assigned { person: \"<ann>\" approval: \"a\" } } "
            "not_counted { person: \"dee\" approval: \"b\" detail: \"x\" } "
            "violating_people: \"eve\" } separation { held_by: \"<ann>\" } }");
}

TEST(SealDecision, CommitsToTextsThatNameSomebody) {
  EXPECT_EQ(
      Sealed(Rules(true, {}),
             "remarks { id: 'ann' about: 'ann' about: 'role anna' about: 'by bo\\ttan' }"
             " outcomes { parameters { name: 'x' value: 'Bo Tan, ANN' }"
             " parameters { name: 'x' value: 'Bo' }"
             " error { code: 'ann' message: 'no such key `ann`' } }"),
      "outcomes { error { code: \"ann\" message: \"<no such key `ann`>\" } "
      "parameters { name: \"x\" value: \"<Bo Tan, ANN>\" } "
      "parameters { name: \"x\" value: \"Bo\" } } "
      "remarks { id: \"ann\" about: \"<ann>\" about: \"role anna\" about: \"<by bo\ttan>\" }");
  // A call tells whom it was asked about.
  EXPECT_EQ(Sealed(Rules(true, {}),
                   "outcomes { facts { path: 'people.known(\"ann\")' value: 'true' known: true }"
                   " unknown: 'people.in_team(\"ann\", \"t\")' unknown: 'change.team' }"),
            "outcomes { facts { path: \"<people.known(\"ann\")>\" value: \"true\" known: true } "
            "unknown: \"<people.in_team(\"ann\", \"t\")>\" unknown: \"change.team\" }");
}

// Values that nobody has seen: whatever stands at the end of such a path is personal.
TEST(SealDecision, CommitsToFactsByTheirPath) {
  const SealRules rules =
      Rules(true, {"change.approvals.comment", "change.vetoes", "change.facts.customer",
                   "release.impact.answers.who", "change.documents.rationale"});
  const auto is_sealed = [&](const std::string& path) {
    v1::Decision decision;
    v1::FactRead& fact = *decision.add_outcomes()->add_facts();
    fact.set_path(path);
    fact.set_value("x");
    MemoryCommitments commitments;
    EXPECT_TRUE(SealDecision(rules, &commitments, PersonalValues(), {}, &decision).ok());
    EXPECT_EQ(decision.outcomes(0).facts(0).path(), path);
    return IsCommitment(decision.outcomes(0).facts(0).value());
  };
  for (const char* const path : {"change.people.requester",
                                 "change.people.authors",
                                 "change.people.authors[1]",
                                 "change.approvals[0].by",
                                 "change.approvals[10].comment",
                                 "change.vetoes",
                                 "change.vetoes[0]",
                                 "change.vetoes[0].reason",
                                 "change.facts[\"customer\"]",
                                 "change.facts.customer",
                                 "facts.customer",
                                 "change.facts.customer.name.first",
                                 "change.facts[\"customer\"][0]",
                                 "release.impact.answers[\"who\"]",
                                 "release.changes[2].facts.customer",
                                 "change.documents.rationale",
                                 "change.documents.rationale.url",
                                 "organization.directory.people[3].id",
                                 "organization.directory.people",
                                 "organization.ledger.obligations[0].owner",
                                 "change.revisions[0].snapshot.people.owner"}) {
    EXPECT_TRUE(is_sealed(path)) << path;
  }
  for (const char* const path : {"",
                                 "change",
                                 "change.",
                                 "change.id",
                                 "change.people",
                                 "change.approvals",
                                 "change.approvals[0]",
                                 "change.approvals[0].id",
                                 "change.vetoes[0].id",
                                 "change.facts",
                                 "change.facts[\"seats\"]",
                                 "facts.seats",
                                 "change.impact.answers[\"who\"]",
                                 "change.documents.description",
                                 "change.nothing",
                                 "change.people.requester.x",
                                 "release.facts.customer",
                                 "organization.directory.teams[0].id",
                                 "nothing.people.requester",
                                 "change.facts[\"customer",
                                 "change.approvals[0",
                                 "people.known(\"x\")"}) {
    EXPECT_FALSE(is_sealed(path)) << path;
  }
}

TEST(SealDecision, CommitsToValuesThatAreMissingOrProposedForSuchFacts) {
  EXPECT_EQ(
      Sealed(Rules(true, {}),
             "explanation { missing { path: 'change.people.owner' values: '\"x\"' values: '\"y\"' }"
             " missing { path: 'change.team' values: '\"x\"' }"
             " fix { steps { kind: FIX_KIND_STATE what: 'change.people.owner' value: '\"x\"' }"
             " steps { kind: FIX_KIND_STATE what: 'change.team' value: '\"x\"' } } }"
             " outcomes { parameters { name: 'change.people.owner' value: 'x' }"
             " parameters { name: 'change.team' value: 'x' } }"),
      "outcomes { parameters { name: \"change.people.owner\" value: \"<x>\" } "
      "parameters { name: \"change.team\" value: \"x\" } } "
      "explanation { missing { path: \"change.people.owner\" values: \"<\"x\">\" "
      "values: \"<\"y\">\" } missing { path: \"change.team\" values: \"\\\"x\\\"\" } "
      "fix { steps { kind: FIX_KIND_STATE what: \"change.people.owner\" value: \"<\"x\">\" } "
      "steps { kind: FIX_KIND_STATE what: \"change.team\" value: \"\\\"x\\\"\" } } }");
}

TEST(SealDecision, HasOtherDigestsAndNoRendering) {
  v1::Decision decision = Parse(
      "policy_digest: 'p' directory_digest: 'd' ledger_digest: 'l' rendering { summary: 's' }");
  MemoryCommitments commitments;
  ASSERT_TRUE(SealDecision(Rules(true, {}), &commitments, PersonalValues(),
                           {.subject = "S", .directory = "D", .ledger = ""}, &decision)
                  .ok());
  EXPECT_EQ(decision.ShortDebugString(),
            "policy_digest: \"p\" directory_digest: \"D\" ledger_digest: \"l\"");
  decision.set_subject_digest("s");
  ASSERT_TRUE(SealDecision(Rules(true, {}), &commitments, PersonalValues(),
                           {.subject = "S", .directory = "", .ledger = "L"}, &decision)
                  .ok());
  EXPECT_EQ(decision.ShortDebugString(),
            "policy_digest: \"p\" directory_digest: \"D\" ledger_digest: \"L\" "
            "subject_digest: \"S\"");
}

// ---- Real decisions

std::string FileText(const std::string& path) {
  std::ifstream in(StrCat(CHANGEPOLICY_SOURCE_DIR, "/", path));
  return {std::istreambuf_iterator<char>(in), {}};
}

const v1::Organization& Harbourline() {
  static const v1::Organization* const organization = [] {
    OrganizationFiles files;
    const std::string path = "examples/saas/organization.yaml";
    const Issues issues = files.Add(FileText(path), Format::kAuto, path);
    EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
    return new v1::Organization(files.organization());
  }();
  return *organization;
}

AnySubject Subject(const std::string& path) {
  SubjectResult result =
      ReadSubject(FileText(path), Format::kAuto, path, v1::SUBJECT_KIND_UNSPECIFIED);
  EXPECT_TRUE(result.subject.has_value()) << ToText(result.issues);
  return *result.subject;
}

using Texts = std::vector<std::pair<const FieldDescriptor*, std::string>>;
void AddTexts(const Message& message, Texts* texts) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const int size = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->message_type() != nullptr) {
        AddTexts(field->is_repeated()
                     ? message.GetReflection()->GetRepeatedMessage(message, field, i)
                     : message.GetReflection()->GetMessage(message, field),
                 texts);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        texts->emplace_back(field,
                            field->is_repeated()
                                ? message.GetReflection()->GetRepeatedString(message, field, i)
                                : message.GetReflection()->GetString(message, field));
      }
    }
  }
}

// What the built-in policy declares.
std::set<std::string> PersonalTextsOf(const Message& message) {
  Texts texts;
  AddTexts(message, &texts);
  std::set<std::string> personal;
  for (const auto& [field, text] : texts) {
    const std::string type = field->containing_type()->name(), name = field->name();
    if (field->options().GetExtension(v1::fact).personal() ||
        (type == "Approval" && name == "comment") || (type == "Veto" && name == "reason") ||
        (type == "Commit" && name == "message")) {
      personal.insert(text);
    }
  }
  personal.erase("");
  return personal;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Slow and obvious: the value stands in the text, and no letter, digit or mark continues it.
bool Names(const std::string& text, const std::string& value) {
  const std::string in = Lower(text), what = Lower(value);
  const auto joins = [&](size_t at) {
    return at < in.size() && (std::isalnum(static_cast<unsigned char>(in[at])) != 0 ||
                              in[at] == '_' || in[at] == '-' || in[at] == '@' || in[at] == '+' ||
                              (in[at] == '.' && at > 0 && at + 1 < in.size() &&
                               std::isalnum(static_cast<unsigned char>(in[at - 1])) != 0 &&
                               std::isalnum(static_cast<unsigned char>(in[at + 1])) != 0));
  };
  for (size_t at = in.find(what); at != in.npos; at = in.find(what, at + 1)) {
    if ((at == 0 || !joins(at - 1)) && !joins(at + what.size())) return true;
  }
  return false;
}

void ExpectNobody(const Message& sealed, const std::set<std::string>& personal) {
  Texts texts;
  AddTexts(sealed, &texts);
  std::map<std::string, std::string> shown;  // each text once, and the first field that has it
  for (const auto& [field, text] : texts) {
    if (!IsCommitment(text)) shown.emplace(text, field->full_name());
  }
  for (const auto& [text, field] : shown) {
    for (const std::string& value : personal) {
      EXPECT_FALSE(Names(text, value)) << field << " `" << text << "` names `" << value << "`";
    }
  }
}

// The subject in each of its states: as it is, without approvals, and with somebody whom the
// directory does not know in every part.
template <typename SubjectMessage>
std::vector<SubjectMessage> Variants(const SubjectMessage& subject) {
  std::vector<SubjectMessage> variants;
  const auto* const state = SubjectMessage::descriptor()->FindFieldByName("state");
  for (int number = 1; number < state->enum_type()->value_count(); ++number) {
    SubjectMessage in_state = subject;
    in_state.GetReflection()->SetEnumValue(&in_state, state, number);
    variants.push_back(in_state);
    SubjectMessage other = in_state;
    other.clear_approvals();
    variants.push_back(other);
    other = in_state;
    for (auto& approval : *other.mutable_approvals()) {
      approval.set_by("Stranger " + approval.by());
      approval.set_comment("because stranger \"O'Neil\" said so");
    }
    other.mutable_people()->add_authors("stranger\twith blanks");
    other.mutable_people()->set_owner("St\xc3\xa9phane, the owner");
    other.mutable_people()->add_testers("tester-1");
    variants.push_back(other);
  }
  return variants;
}

class OfTheExamples : public testing::TestWithParam<const char*> {};

TEST_P(OfTheExamples, NamesNobody) {
  const Policy policy = *Policy::Builtin("saas").policy;
  const SealRules rules = SealRulesOf(policy.proto());
  const Engine engine(policy, *Organization::Create(Harbourline()).organization);
  MemoryCommitments commitments;
  v1::Directory directory = Harbourline().directory();
  v1::Ledger ledger = Harbourline().ledger();
  PersonalValues of_organization;
  ASSERT_TRUE(SealRecord(rules, &commitments, &directory, &of_organization).ok());
  ASSERT_TRUE(SealRecord(rules, &commitments, &ledger, &of_organization).ok());
  const std::set<std::string> of_both = PersonalTextsOf(Harbourline());
  ASSERT_GT(of_both.size(), 20u);
  ExpectNobody(directory, of_both);
  ExpectNobody(ledger, of_both);

  int decisions = 0, sealed_texts = 0;
  const auto check = [&](const auto& subject) {
    for (const auto& variant : Variants(subject)) {
      std::set<std::string> personal = PersonalTextsOf(variant);
      auto sealed_subject = variant;
      PersonalValues values(&of_organization);
      ASSERT_TRUE(SealRecord(rules, &commitments, &sealed_subject, &values).ok());
      ExpectNobody(sealed_subject, personal);
      personal.insert(of_both.begin(), of_both.end());
      const v1::Decision decision =
          engine
              .Decide(variant, {.now = absl::FromUnixSeconds(1760452800),
                                .detail = decisions % 3 == 0 ? v1::DETAIL_FULL : v1::DETAIL_REASONS,
                                .subject_digest = true})
              .value();
      v1::Decision sealed = decision;
      ASSERT_TRUE(SealDecision(rules, &commitments, values, {}, &sealed).ok());
      ExpectNobody(sealed, personal);
      ++decisions;
      Texts texts;
      AddTexts(sealed, &texts);
      for (const auto& [unused, text] : texts) sealed_texts += IsCommitment(text) ? 1 : 0;
      ASSERT_EQ(OpenRecord(&commitments, &sealed).value(), true);
      EXPECT_EQ(NormativeBytes(sealed), NormativeBytes(decision));
    }
  };
  std::visit(check, Subject(GetParam()));
  EXPECT_GE(decisions, 33);
  EXPECT_GT(sealed_texts, decisions);
}

INSTANTIATE_TEST_SUITE_P(
    All, OfTheExamples,
    testing::Values("examples/saas/emergency-fix.yaml", "examples/saas/major-release.yaml",
                    "examples/saas/schema-migration.yaml", "examples/saas/standard-patch.yaml",
                    "tests/subjects/emergency.yaml", "tests/subjects/normal.yaml",
                    "tests/subjects/release.yaml", "tests/subjects/standard.yaml"));

}  // namespace
}  // namespace changepolicy
