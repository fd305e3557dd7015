// The mapping `conventional-commit` beside domain/conventional_commit.h: of any message both say
// the same.
#include "libchangepolicy/domain/conventional_commit.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/mapping/mapping.h"

namespace changepolicy {
namespace {

ForeignRecord RecordOf(const std::string& message, size_t number) {
  ForeignRecord record{.file = StrCat("message-", number)};
  record.content.set_string_value(message);
  record.digest = "sha256:0123456789abcdef0123456789abcdef";
  return record;
}

void ExpectSame(const std::vector<std::string>& messages) {
  const std::vector<BuiltinMapping> builtin = BuiltinMappings("conventional-commit");
  ASSERT_EQ(builtin.size(), 1u);
  const MappingResult loaded = LoadMapping("conventional-commit.yaml", builtin[0].text);
  ASSERT_NE(loaded.mapping, nullptr) << ToText(loaded.issues);
  std::vector<ForeignRecord> records;
  for (const std::string& message : messages) {
    records.push_back(RecordOf(message, records.size()));
  }
  const std::vector<MappedRecord> mapped = loaded.mapping->Apply({{"commit", records}});
  ASSERT_EQ(mapped.size(), messages.size());
  for (size_t i = 0; i < messages.size(); ++i) {
    SCOPED_TRACE(messages[i]);
    ASSERT_TRUE(mapped[i].issues.empty()) << ToText(mapped[i].issues);
    const auto& change = dynamic_cast<const v1::ChangeRequest&>(*mapped[i].message);
    ASSERT_EQ(change.commits_size(), 1);
    const std::string& message = change.commits(0).message();
    EXPECT_EQ(message, messages[i].substr(0, messages[i].find_last_not_of('\n') + 1));
    const std::optional<CommitHeader> header = ParseCommitHeader(message);
    const auto& facts = change.facts();
    EXPECT_EQ(facts.contains("commit_type"), header.has_value());
    EXPECT_EQ(facts.contains("commit_scope"), header.has_value() && !header->scope.empty());
    const bool is_breaking = IsBreakingCommit(message);
    // Another form says nothing of what does not break.
    EXPECT_EQ(facts.contains("breaking"), header.has_value() || is_breaking);
    if (facts.contains("breaking")) {
      EXPECT_EQ(facts.at("breaking").bool_value(), is_breaking);
    }
    if (!header.has_value()) continue;
    EXPECT_EQ(facts.at("commit_type").string_value(), absl::AsciiStrToLower(ToAbsl(header->type)));
    EXPECT_EQ(change.title(), header->description);
    if (!header->scope.empty()) {
      EXPECT_EQ(facts.at("commit_scope").string_value(), header->scope);
    }
  }
}

TEST(ConventionalCommitMapping, SaysWhatTheEngineReads) {
  ExpectSame({
      "feat: x",
      "feat(api): x y\n\nbody\n",
      "FIX(api core)!: x\r\n\r\nbody\r\nBREAKING CHANGE:\r\nmore",
      "ci-2_a: x",
      "feat:  x",
      "feat:  ",
      "feat: ",
      "feat: a: b",
      "feat(a: b): c",
      "feat(a!): b",
      "feat((): x",
      "feat()): x",
      "feat(): x",
      "feat!(api): x",
      "feat!!: x",
      "feat (api): x",
      ": x",
      "add tests: x",
      "\nfeat: x",
      "feat: ü",
      "größe: x",
      "feat: x\r",
      "feat: \r",
      "feat: x\n\nBREAKING CHANGE: y",
      "feat: x\n\nBREAKING-CHANGE: y",
      "feat: x\nBREAKING CHANGE: y",
      "feat: x\n\nBREAKING CHANGE:y",
      "feat: x\n\nBREAKING CHANGE:",
      "feat: x\n\nBREAKING CHANGE #y",
      "feat: x\n\nbreaking change: y",
      "feat: x\n\n BREAKING CHANGE: y",
      "feat: x\n\nBREAKING  CHANGE: y",
      "BREAKING CHANGE: x",
      "BREAKING-CHANGE: x",
      "Merge branch 'x'\n\nBREAKING CHANGE: y",
      "<type>[optional scope]: <description>\n\n[optional body]\n\n[optional footer(s)]",
  });
}

TEST(ConventionalCommitMapping, SaysWhatTheEngineReadsOfAnyText) {
  static constexpr const char* kPieces[] = {"feat",
                                            "Fix",
                                            "(",
                                            ")",
                                            "api",
                                            "!",
                                            ":",
                                            " ",
                                            "#",
                                            "-",
                                            "_",
                                            "\n",
                                            "\r",
                                            "ü",
                                            "BREAKING CHANGE",
                                            "BREAKING-CHANGE",
                                            "x"};
  std::mt19937 random(20261127);
  std::vector<std::string> messages;
  while (messages.size() < 3000) {
    std::string message = random() % 2 == 0 ? "feat" : "";
    for (size_t length = 1 + random() % 12; length > 0; --length) {
      message += kPieces[random() % std::size(kPieces)];
    }
    if (message.find_first_not_of(" \r\n") != message.npos) messages.push_back(message);
  }
  ExpectSame(messages);
}

}  // namespace
}  // namespace changepolicy
