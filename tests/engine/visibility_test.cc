// What is not visible yet is taken out of flat messages as out of protobuf's: random changes and
// releases, both ways.
#include "libchangepolicy/eval/visibility.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.flat.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/parse.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int64_t kNow = 1'770'000'000;

// Fills messages of the model with whatever their fields can hold, and with instants around kNow.
class Filler {
 public:
  explicit Filler(uint32_t seed) : random_(seed) {}

  void Fill(Message* message, int depth) {
    if (auto* time = dynamic_cast<google::protobuf::Timestamp*>(message)) {
      time->set_seconds(kNow + Below(21) - 10);
      time->set_nanos(Below(3) == 0 ? 500'000'000 : 0);
      return;
    }
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message->GetDescriptor()->field(i);
      if (field.is_map()) continue;
      const bool is_instant = field.name().find("_at") != std::string::npos;
      if (!is_instant && Below(4) != 0) continue;
      const int times = field.is_repeated() ? 1 + Below(3) : 1;
      for (int n = 0; n < times; ++n) Set(field, depth, message);
    }
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }

  void Set(const FieldDescriptor& field, int depth, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const bool is_ours = field.message_type()->file()->package() == "changepolicy.v1";
        if (is_ours ? depth == 0 : field.message_type()->name() != "Timestamp") return;
        Fill(many ? reflection.AddMessage(message, &field)
                  : reflection.MutableMessage(message, &field),
             depth - 1);
        return;
      }
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text(1, static_cast<char>('a' + Below(26)));
        many ? reflection.AddString(message, &field, text)
             : reflection.SetString(message, &field, text);
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = Below(field.enum_type()->value_count());
        many ? reflection.AddEnumValue(message, &field, number)
             : reflection.SetEnumValue(message, &field, number);
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!many) reflection.SetBool(message, &field, Below(2) == 0);
        return;
      default:
        return;
    }
  }

  std::mt19937 random_;
};

template <typename Proto, typename Flat>
void CompareOne(uint32_t seed, absl::Duration skew, int* pruned) {
  Proto message;
  Filler(seed).Fill(&message, 4);
  flat::Arena arena;
  auto& read = *arena.New<Flat>();
  const std::string bytes = message.SerializeAsString();
  flat::ParseResult result;
  ASSERT_TRUE(flat::Parse(bytes, &read, &arena, &result));

  const absl::Time now = absl::FromUnixSeconds(kNow);
  std::vector<absl::Time> changes, flat_changes;
  KeepVisible(now, skew, &message, &changes);
  KeepVisible(now, skew, Flat::table(), &read, &flat_changes);
  Proto copy;
  flat::Buffer buffer;
  ASSERT_TRUE(flat::CopyTo(read, &buffer, &copy));
  ASSERT_EQ(DeterministicBytes(copy), DeterministicBytes(message)) << seed;
  std::sort(changes.begin(), changes.end());
  std::sort(flat_changes.begin(), flat_changes.end());
  ASSERT_EQ(flat_changes, changes) << seed;
  if (!changes.empty()) ++*pruned;
  if (IsAllVisible(Flat::table(), &read, now)) {
    EXPECT_LE(AllVisibleFrom(absl::ZeroDuration(), message), now) << seed;
  }
}

TEST(Visibility, FlatMessagesAreLeftWhatProtobufsAreLeft) {
  int pruned = 0;
  for (uint32_t seed = 0; seed < 400; ++seed) {
    const absl::Duration skew = absl::Seconds(seed % 5);
    CompareOne<v1::ChangeRequest, flat::ChangeRequest>(seed, skew, &pruned);
    CompareOne<v1::Release, flat::Release>(seed, skew, &pruned);
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(pruned, 400);  // or it compared little
}

// From one boundary to the next the same is visible, and the next one is what is ahead.
TEST(Visibility, ChangesAtItsBoundariesAndNowhereElse) {
  size_t boundaries_seen = 0;
  for (uint32_t seed = 0; seed < 1500; ++seed) {
    v1::Organization whole;
    Filler(seed).Fill(&whole, 4);
    const absl::Duration skew = absl::Seconds(seed % 5);
    const std::vector<absl::Time> boundaries = BoundariesOf(skew, whole);
    boundaries_seen += boundaries.size();
    std::string before;
    for (int half = -40; half <= 40; ++half) {
      const absl::Time now = absl::FromUnixSeconds(kNow) + absl::Milliseconds(500) * half;
      v1::Organization visible = whole;
      std::vector<absl::Time> changes;
      KeepVisible(now, skew, &visible, &changes);
      const auto ahead = std::upper_bound(boundaries.begin(), boundaries.end(), now);
      ASSERT_EQ(changes.empty(), ahead == boundaries.end()) << seed;
      if (!changes.empty()) {
        ASSERT_EQ(*std::min_element(changes.begin(), changes.end()), *ahead) << seed;
      }
      const bool is_boundary = std::binary_search(boundaries.begin(), boundaries.end(), now);
      const std::string bytes = DeterministicBytes(visible);
      if (half > -40) {
        ASSERT_EQ(bytes != before, is_boundary) << seed;
      }
      before = bytes;
    }
    if (!boundaries.empty()) {
      ASSERT_EQ(AllVisibleFrom(skew, whole), boundaries.back()) << seed;
    }
  }
  EXPECT_GT(boundaries_seen, 1000u);
}

}  // namespace
}  // namespace changepolicy
