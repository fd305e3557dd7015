// The same four arguments give the same bytes, whatever the order of what has no order.
#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

std::string ReadFile(const std::string& name) {
  const std::string path = std::string(CHANGEPOLICY_SOURCE_DIR) + "/examples/saas/" + name;
  std::string text;
  if (FILE* file = std::fopen(path.c_str(), "rb")) {
    char buffer[4096];
    for (size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;)
      text.append(buffer, n);
    std::fclose(file);
  }
  return text;
}

template <typename T>
T Load(const std::string& name) {
  T message;
  const Issues issues = ReadMessage(ReadFile(name), Format::kYaml, name, &message);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  return message;
}

template <typename List>
void Shuffle(List* list, std::mt19937* random) {
  for (int i = list->size() - 1; i > 0; --i) {
    list->SwapElements(i, static_cast<int>((*random)() % static_cast<unsigned>(i + 1)));
  }
}

v1::ChangeRequest Shuffled(v1::ChangeRequest change, std::mt19937* random) {
  Shuffle(change.mutable_approvals(), random);
  Shuffle(change.mutable_evidence(), random);
  Shuffle(change.mutable_communications(), random);
  Shuffle(change.mutable_services(), random);
  Shuffle(change.mutable_kinds(), random);
  Shuffle(change.mutable_stated(), random);
  Shuffle(change.mutable_people()->mutable_authors(), random);
  return change;
}

TEST(Determinism, OrderOfRecordsAndPeopleChangesNothing) {
  const Policy policy = *Policy::Builtin("saas").policy;
  const auto organization = Load<v1::Organization>("organization.yaml");
  std::mt19937 random(7);
  for (const char* name : {"standard-patch.yaml", "schema-migration.yaml", "emergency-fix.yaml"}) {
    const auto change = Load<v1::ChangeRequest>(name);
    const Question question{.now = At("2025-10-14T14:40:00Z"), .subject_digest = true};
    const Engine engine(policy, *Organization::Create(organization).organization);
    const v1::Decision first = *engine.Decide(change, question);
    EXPECT_EQ(first.verdict(), v1::VERDICT_ALLOWED) << name;
    for (int i = 0; i < 10; ++i) {
      v1::Organization other = organization;
      Shuffle(other.mutable_directory()->mutable_people(), &random);
      Shuffle(other.mutable_directory()->mutable_roles(), &random);
      Shuffle(other.mutable_directory()->mutable_services(), &random);
      const Engine shuffled(policy, *Organization::Create(other).organization);
      EXPECT_EQ(DecisionDigest(*shuffled.Decide(Shuffled(change, &random), question)),
                DecisionDigest(first))
          << name;
    }
  }
}

TEST(Determinism, DetailNeverChangesTheAnswer) {
  const Policy policy = *Policy::Builtin("saas").policy;
  const Engine engine(
      policy, *Organization::Create(Load<v1::Organization>("organization.yaml")).organization);
  const auto release = Load<v1::Release>("major-release.yaml");
  std::vector<v1::Verdict> verdicts;
  for (const v1::Detail detail : {v1::DETAIL_VERDICT, v1::DETAIL_REASONS, v1::DETAIL_FULL}) {
    verdicts.push_back(
        engine.Decide(release, {.now = At("2025-10-14T14:40:00Z"), .detail = detail})->verdict());
  }
  EXPECT_EQ(verdicts, std::vector<v1::Verdict>(3, v1::VERDICT_DENIED));
}

// The answer from bytes is that from the message.
template <typename Answer>
void ExpectSame(const absl::StatusOr<std::string>& bytes, const absl::StatusOr<Answer>& answer) {
  ASSERT_TRUE(bytes.ok() && answer.ok());
  Answer parsed;
  ASSERT_TRUE(parsed.ParseFromString(*bytes));
  EXPECT_GT(bytes->size(), 0u);
  EXPECT_EQ(parsed.SerializeAsString(), answer->SerializeAsString());
}

template <typename Subject>
void ExpectBytesAgree(const Engine& engine, v1::SubjectKind kind, const Subject& subject) {
  const Question question{.now = At("2025-10-14T14:40:00Z")};
  const std::string bytes = subject.SerializeAsString();
  const auto ask = [&](Engine::Ask what) {
    return engine.AnswerBytes(what, kind, bytes, question);
  };
  ExpectSame(ask(Engine::Ask::kDecide), engine.Decide(subject, question));
  ExpectSame(ask(Engine::Ask::kCategorize), engine.Categorize(subject, question));
  ExpectSame(ask(Engine::Ask::kRequiredApprovals), engine.RequiredApprovals(subject, question));
  ExpectSame(ask(Engine::Ask::kCheckReadiness), engine.CheckReadiness(subject, question));
  ExpectSame(ask(Engine::Ask::kEvaluateTransition), engine.EvaluateTransition(subject, question));
}

TEST(Determinism, BytesAndMessagesAgree) {
  const Engine engine(
      *Policy::Builtin("saas").policy,
      *Organization::Create(Load<v1::Organization>("organization.yaml")).organization);
  ExpectBytesAgree(engine, v1::SUBJECT_KIND_CHANGE, Load<v1::ChangeRequest>("standard-patch.yaml"));
  ExpectBytesAgree(engine, v1::SUBJECT_KIND_RELEASE, Load<v1::Release>("major-release.yaml"));
  EXPECT_EQ(engine
                .AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_UNSPECIFIED, "",
                             {.now = At("2025-10-14T14:40:00Z")})
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(Determinism, ThreadsShareAnEngine) {
  const Engine engine(
      *Policy::Builtin("saas").policy,
      *Organization::Create(Load<v1::Organization>("organization.yaml")).organization);
  const auto change = Load<v1::ChangeRequest>("schema-migration.yaml");
  const Question question{.now = At("2025-10-14T14:40:00Z")};
  const std::string expected = DecisionDigest(*engine.Decide(change, question));
  std::vector<std::thread> threads;
  std::vector<std::string> digests(8);
  for (size_t i = 0; i < digests.size(); ++i) {
    threads.emplace_back([&, i] { digests[i] = DecisionDigest(*engine.Decide(change, question)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(digests, std::vector<std::string>(8, expected));
}

}  // namespace
}  // namespace changepolicy
