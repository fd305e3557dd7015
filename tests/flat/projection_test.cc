#include "libchangepolicy/flat/projection.h"

#include <string>
#include <vector>

#include "changepolicy/v1/cel.flat.h"
#include "changepolicy/v1/cel.pb.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/parse.h"

namespace changepolicy::flat {
namespace {

v1::ChangeRequest Change() {
  v1::ChangeRequest change;
  change.set_id("CHG-1");
  change.set_title("a title");
  change.add_kinds(v1::CHANGE_KIND_CONFIGURATION);
  change.add_services()->set_id("shop");
  change.mutable_services(0)->set_critical(true);
  change.mutable_schedule()->mutable_start()->set_seconds(1);
  change.mutable_schedule()->mutable_start()->set_nanos(2);
  change.mutable_schedule()->mutable_end()->set_seconds(3);
  (*change.mutable_facts())["budget"].set_number_value(1.5);
  v1::ChangeRequest& snapshot = *change.add_revisions()->mutable_snapshot();
  snapshot.set_id("CHG-0");
  snapshot.set_title("before");
  return change;
}

// What a parse with these paths stores of the bytes.
std::string Stored(const std::vector<std::string>& paths, const std::string& bytes) {
  const absl::StatusOr<Projection> projection = Projection::Make(ChangeRequest::table(), paths);
  EXPECT_TRUE(projection.ok()) << projection.status();
  Arena arena;
  ParseResult result;
  ChangeRequest change;
  EXPECT_TRUE(Parse(bytes, projection->table(), &change, &arena, &result));
  Buffer buffer;
  return std::string(Encode(change, &buffer));
}

TEST(ProjectionTest, StoresWhatIsNamed) {
  const std::string bytes = DeterministicBytes(Change());
  EXPECT_EQ(Stored({}, bytes), "");
  v1::ChangeRequest expected;
  expected.set_id("CHG-1");
  EXPECT_EQ(Stored({"id"}, bytes), DeterministicBytes(expected));
  expected.add_services()->set_id("shop");
  EXPECT_EQ(Stored({"id", "services.id"}, bytes), DeterministicBytes(expected));
  expected.mutable_services(0)->set_critical(true);
  EXPECT_EQ(Stored({"services.id", "services", "id"}, bytes), DeterministicBytes(expected));
  expected.mutable_schedule()->mutable_start()->set_nanos(2);
  EXPECT_EQ(Stored({"id", "services", "schedule.start.nanos"}, bytes),
            DeterministicBytes(expected));
  // Whole seconds, which a parse without a projection reads another way.
  expected.mutable_schedule()->mutable_end();
  EXPECT_EQ(Stored({"id", "services", "schedule.start.nanos", "schedule.end.nanos"}, bytes),
            DeterministicBytes(expected));
  expected.mutable_schedule()->clear_end();
  expected.add_revisions()->mutable_snapshot()->set_title("before");
  EXPECT_EQ(Stored({"id", "services", "schedule.start.nanos", "revisions.snapshot.title"}, bytes),
            DeterministicBytes(expected));
}

TEST(ProjectionTest, StoresMapsWhole) {
  v1::ChangeRequest expected;
  (*expected.mutable_facts())["budget"].set_number_value(1.5);
  EXPECT_EQ(Stored({"facts"}, DeterministicBytes(Change())), DeterministicBytes(expected));
}

TEST(ProjectionTest, EverythingIsEverything) {
  std::vector<std::string> all;
  const MessageTable& table = ChangeRequest::table();
  for (uint32_t i = 0; i < table.field_count; ++i) all.emplace_back(table.fields[i].name);
  EXPECT_EQ(Stored(all, DeterministicBytes(Change())), DeterministicBytes(Change()));
}

TEST(ProjectionTest, StoresAllOfAOneof) {
  const std::vector<std::string> paths = {"string_value"};
  const absl::StatusOr<Projection> projection = Projection::Make(CelValue::table(), paths);
  ASSERT_TRUE(projection.ok());
  // A string, then a number in its place.
  Arena arena;
  ParseResult result;
  CelValue value;
  ASSERT_TRUE(Parse("\x32\x01x\x18\x07", projection->table(), &value, &arena, &result));
  EXPECT_EQ(value.kind_case(), CelValue::kInt64Value);
  EXPECT_EQ(value.int64_value(), 7);
}

TEST(ProjectionTest, ChecksWhatItDoesNotStore) {
  const std::vector<std::string> paths = {"id"};
  const absl::StatusOr<Projection> projection = Projection::Make(ChangeRequest::table(), paths);
  ASSERT_TRUE(projection.ok());
  for (const std::string bytes : {"\x12\x01\xff", "\x3a\x04\x0a\x02\x0a\x05", "\x32\x01\x80"}) {
    Arena arena;
    ParseResult result;
    ChangeRequest change;
    EXPECT_FALSE(v1::ChangeRequest().ParseFromString(bytes));
    EXPECT_FALSE(Parse(bytes, projection->table(), &change, &arena, &result));
  }
}

TEST(ProjectionTest, RefusesWhatIsNoField) {
  for (const std::string path : {"", "nothing", "id.x", "services.nothing", "services.", ".id",
                                 "facts.budget", "schedule..start"}) {
    const std::vector<std::string> paths = {path};
    const absl::Status status = Projection::Make(ChangeRequest::table(), paths).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path;
  }
}

}  // namespace
}  // namespace changepolicy::flat
