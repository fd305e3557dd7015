// Protobuf's messages to bytes, to flat messages, to bytes: the same bytes; and of mutated bytes
// the same are accepted. CHANGEPOLICY_FUZZ_RUNS says how many are tried.
#include <cstdlib>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/flat/projection.h"
#include "libchangepolicy/flat/sort.h"
#include "messages.h"

namespace changepolicy::flat {
namespace {

// Memory that is used again and again, as a decision does.
struct Scratch {
  Arena arena;
  Buffer buffer;
};

void* NewMessage(const MessageTable& table, Arena* arena) {
  void* const message = arena->Allocate(table.size);
  std::memset(message, 0, table.size);
  return message;
}

std::string Hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    char two[4];
    std::snprintf(two, sizeof(two), "%02x ", static_cast<unsigned char>(c));
    text += two;
  }
  return text;
}

// Whether flat messages do with the bytes what protobuf does.
::testing::AssertionResult Same(const Type& type, const Projection& nothing,
                                const std::string& bytes, bool may_have_unknown, Scratch* scratch) {
  // In memory of exactly their size, so that a sanitizer sees what reads behind it.
  std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::memcpy(exact.get(), bytes.data(), bytes.size());
  const std::string_view view(exact.get(), bytes.size());
  std::unique_ptr<google::protobuf::Message> theirs(type.prototype->New());
  bool has_unknown = false;
  const std::optional<std::string> expected = ByProtobuf(view, theirs.get(), &has_unknown);
  scratch->arena.Reset();
  ParseResult result;
  void* const message = NewMessage(*type.table, &scratch->arena);
  const bool accepted = Parse(view, *type.table, message, &scratch->arena, &result);
  const auto failure = [&](const char* what) {
    return ::testing::AssertionFailure()
           << what << ": " << type.table->full_name << " " << Hex(bytes);
  };
  if (accepted != expected.has_value()) return failure(accepted ? "accepted" : "refused");
  ParseResult skipped;
  void* const unread = NewMessage(*type.table, &scratch->arena);
  if (Parse(view, nothing.table(), unread, &scratch->arena, &skipped) != accepted) {
    return failure("skipping checks otherwise");
  }
  if (!accepted) return ::testing::AssertionSuccess();
  // They may have been in what a later field replaced; protobuf has forgotten those.
  if (has_unknown && !result.has_unknown) return failure("overlooked unknown fields");
  if (result.has_unknown != skipped.has_unknown) return failure("skipped unknown fields");
  if (result.has_unknown && !may_have_unknown) return failure("unknown fields");
  if (Encode(*type.table, message, &scratch->buffer) != *expected) return failure("read otherwise");
  if (!Encode(*type.table, unread, &scratch->buffer).empty()) return failure("stored");
  SortSetLikes(*type.table, message, &scratch->arena, &scratch->buffer);
  if (EncodeCanonical(*type.table, message, &scratch->arena, &scratch->buffer) !=
      *CanonicalBytes(*theirs)) {
    return failure("sorted otherwise");
  }
  return ::testing::AssertionSuccess();
}

std::string RandomBytes(const Type& type, int depth, Random* random) {
  std::unique_ptr<google::protobuf::Message> message(type.prototype->New());
  Fill(message.get(), depth, random);
  return message->SerializeAsString();
}

TEST(RoundTripTest, EveryTypeAtRandom) {
  Scratch scratch;
  const std::vector<Type> types = AllTypes();
  EXPECT_GT(types.size(), 200u);
  for (const Type& type : types) {
    SCOPED_TRACE(type.table->full_name);
    const absl::StatusOr<Projection> nothing = Projection::Make(*type.table, {});
    ASSERT_TRUE(nothing.ok());
    for (unsigned seed = 0; seed < 30; ++seed) {
      Random random(seed);
      EXPECT_TRUE(Same(type, *nothing, RandomBytes(type, 3, &random), false, &scratch)) << seed;
    }
  }
}

TEST(RoundTripTest, MutatedBytes) {
  SilenceProtobuf();
  const char* const wanted = std::getenv("CHANGEPOLICY_FUZZ_RUNS");
  const long runs = wanted == nullptr ? 40000 : std::atol(wanted);
  const char* const given = std::getenv("CHANGEPOLICY_FUZZ_SEED");
  Random random(given == nullptr ? 1 : std::strtoul(given, nullptr, 10));
  Scratch scratch;
  std::vector<std::pair<Type, Projection>> types;
  for (const Type& type : AllTypes()) {
    types.emplace_back(type, *Projection::Make(*type.table, {}));
  }
  for (long run = 0; run < runs;) {
    const auto& [type, nothing] = types[random() % types.size()];
    const std::string one = RandomBytes(type, 2, &random);
    const std::string other = RandomBytes(type, 1, &random);
    if (one.size() > 4000) continue;
    for (int i = 0; i < 50; ++i, ++run) {
      ASSERT_TRUE(Same(type, nothing, Mutated(one, other, &random), true, &scratch)) << run;
    }
  }
}

}  // namespace
}  // namespace changepolicy::flat
