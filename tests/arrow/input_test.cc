// Columns that contradict themselves are refused, by name, before a row of them is used.
#include "bindings/arrow/input.h"

#include <cstring>
#include <functional>
#include <limits>
#include <ostream>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "tests/arrow/made_column.h"

namespace changepolicy::bindings {
namespace {

using testing::HasSubstr;

constexpr std::string_view kLong = "a text that is longer than a view holds";

template <typename T>
void Set(MadeColumn* made, int buffer, int64_t index, T value) {
  std::memcpy(made->buffer(buffer).data() + index * sizeof value, &value, sizeof value);
}

// Three rows and a null: `ab`, kLong, null, nothing.
struct Spoiled {
  std::string name;
  std::string format;
  std::function<void(MadeColumn*)> spoil;
  std::string message;
};
std::ostream& operator<<(std::ostream& out, const Spoiled& spoiled) {
  return out << spoiled.format << ": " << spoiled.name;
}

class Refused : public testing::TestWithParam<Spoiled> {};

TEST_P(Refused, ByName) {
  MadeColumn made(GetParam().format, {"ab", std::string(kLong), std::nullopt, ""});
  GetParam().spoil(&made);
  const absl::StatusOr<BytesColumn> read = BytesColumn::Create("subjects", true, made.column());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MessageOf(read.status()), StrCat("subjects: ", GetParam().message));
}

ArrowSchema other_schema;
ArrowArray other_array;

INSTANTIATE_TEST_SUITE_P(
    Anything, Refused,
    testing::Values(
        Spoiled{"type", "z", [](MadeColumn* c) { c->schema.format = "i"; },
                "a column of format `i` is not read; give utf8 (`u`), large_utf8 (`U`), utf8_view "
                "(`vu`), binary (`z`), large_binary (`Z`) or binary_view (`vz`)"},
        Spoiled{"long type", "z",
                [](MadeColumn* c) {
                  c->schema.format = "ts\nu:0123456789012345678901234567890123456789";
                },
                "a column of format `ts\\nu:01234567890123456789012345678901234` is not read; "
                "give utf8 (`u`), large_utf8 (`U`), utf8_view (`vu`), binary (`z`), large_binary "
                "(`Z`) or binary_view (`vz`)"},
        Spoiled{"no format", "z", [](MadeColumn* c) { c->schema.format = nullptr; },
                "the schema's format is NULL"},
        Spoiled{"dictionary", "z", [](MadeColumn* c) { c->schema.dictionary = &other_schema; },
                "a dictionary-encoded column of format `z` is not read; decode the dictionary "
                "first"},
        Spoiled{"dictionary of values", "z",
                [](MadeColumn* c) { c->array.dictionary = &other_array; },
                "a dictionary-encoded column of format `z` is not read; decode the dictionary "
                "first"},
        Spoiled{"released schema", "z", [](MadeColumn* c) { c->schema.release = nullptr; },
                "the schema was released"},
        Spoiled{"released array", "z", [](MadeColumn* c) { c->array.release = nullptr; },
                "the array was released"},
        Spoiled{"negative length", "z", [](MadeColumn* c) { c->array.length = -1; },
                "the length is -1, and must not be negative"},
        Spoiled{"negative offset", "z", [](MadeColumn* c) { c->array.offset = -4; },
                "the offset is -4, and must not be negative"},
        Spoiled{"sum overflows", "Z",
                [](MadeColumn* c) {
                  c->array.offset = std::numeric_limits<int64_t>::max();
                  c->array.length = 1;
                },
                "offset 9223372036854775807 and length 1 are more than memory can hold"},
        Spoiled{"sum of two that each could be", "Z",
                [](MadeColumn* c) {
                  c->array.offset = std::numeric_limits<int64_t>::max() / 16 - 1;
                  c->array.length = 1;
                  c->array.null_count = -1;
                },
                "offset 576460752303423486 and length 1 are more than memory can hold"},
        Spoiled{"bytes overflow", "Z",
                [](MadeColumn* c) { c->array.length = std::numeric_limits<int64_t>::max() / 4; },
                "offset 0 and length 2305843009213693951 are more than memory can hold"},
        Spoiled{"null count", "z", [](MadeColumn* c) { c->array.null_count = 2; },
                "the null count is 2, and the validity bitmap says 1"},
        Spoiled{"null count of none", "z", [](MadeColumn* c) { c->array.null_count = 0; },
                "the null count is 0, and the validity bitmap says 1"},
        Spoiled{"more nulls than rows", "z", [](MadeColumn* c) { c->array.null_count = 5; },
                "the null count is 5, of 4 rows"},
        Spoiled{"null count below -1", "z", [](MadeColumn* c) { c->array.null_count = -2; },
                "the null count is -2, of 4 rows"},
        Spoiled{"no bitmap", "z", [](MadeColumn* c) { c->SetBuffer(0, nullptr); },
                "the null count is 1, and the validity bitmap is NULL"},
        Spoiled{"no buffers", "z", [](MadeColumn* c) { c->array.buffers = nullptr; },
                "the list of buffers is NULL"},
        Spoiled{"two buffers", "z", [](MadeColumn* c) { c->array.n_buffers = 2; },
                "there are 2 buffers, and format `z` has 3"},
        Spoiled{"four buffers", "U", [](MadeColumn* c) { c->array.n_buffers = 4; },
                "there are 4 buffers, and format `U` has 3"},
        Spoiled{"children", "z", [](MadeColumn* c) { c->array.n_children = 2; },
                "there are 2 children, and format `z` has none"},
        Spoiled{"children of the type", "z", [](MadeColumn* c) { c->schema.n_children = -1; },
                "there are -1 children, and format `z` has none"}));

INSTANTIATE_TEST_SUITE_P(
    Offsets, Refused,
    testing::Values(
        Spoiled{"none", "z", [](MadeColumn* c) { c->SetBuffer(1, nullptr); },
                "the buffer of offsets is NULL"},
        Spoiled{"negative", "z", [](MadeColumn* c) { Set<int32_t>(c, 1, 0, -1); },
                "the offset of row 0 is -1, and must not be negative"},
        Spoiled{"large negative", "Z",
                [](MadeColumn* c) { Set(c, 1, 0, std::numeric_limits<int64_t>::min()); },
                "the offset of row 0 is -9223372036854775808, and must not be negative"},
        Spoiled{"down", "u", [](MadeColumn* c) { Set<int32_t>(c, 1, 1, 42); },
                "row 1 begins at byte 42 and ends at byte 41"},
        Spoiled{"down below null", "u", [](MadeColumn* c) { Set<int32_t>(c, 1, 3, 40); },
                "row 2 begins at byte 41 and ends at byte 40"},
        Spoiled{"down to negative", "U", [](MadeColumn* c) { Set<int64_t>(c, 1, 4, -1); },
                "row 3 begins at byte 41 and ends at byte -1"},
        Spoiled{"no bytes", "U", [](MadeColumn* c) { c->SetBuffer(2, nullptr); },
                "the buffer of bytes is NULL, and offsets reach to 41"}));

INSTANTIATE_TEST_SUITE_P(
    Views, Refused,
    testing::Values(
        Spoiled{"none", "vz", [](MadeColumn* c) { c->SetBuffer(1, nullptr); },
                "the buffer of views is NULL"},
        Spoiled{"two buffers", "vz", [](MadeColumn* c) { c->array.n_buffers = 2; },
                "there are 2 buffers, and format `vz` has 3 or more"},
        Spoiled{"no sizes", "vz", [](MadeColumn* c) { c->SetBuffer(3, nullptr); },
                "the buffer of sizes is NULL"},
        Spoiled{"negative size", "vz", [](MadeColumn* c) { Set<int64_t>(c, 3, 0, -1); },
                "buffer 0 of the views has a negative size: -1"},
        Spoiled{"no bytes", "vu", [](MadeColumn* c) { c->SetBuffer(2, nullptr); },
                "buffer 0 of the views is NULL, and should have bytes: 39"},
        Spoiled{"negative length", "vu", [](MadeColumn* c) { Set<int32_t>(c, 1, 0, -5); },
                "the length of row 0 is -5, and must not be negative"},
        Spoiled{"too long", "vu", [](MadeColumn* c) { Set<int32_t>(c, 1, 4, 40); },
                "row 1 has 40 bytes from 0 of a buffer of 39"},
        Spoiled{"too far", "vu", [](MadeColumn* c) { Set<int32_t>(c, 1, 7, 1); },
                "row 1 has 39 bytes from 1 of a buffer of 39"},
        Spoiled{"before the buffer", "vu", [](MadeColumn* c) { Set<int32_t>(c, 1, 7, -1); },
                "row 1 has 39 bytes from -1 of a buffer of 39"},
        Spoiled{"another buffer", "vu", [](MadeColumn* c) { Set<int32_t>(c, 1, 6, 1); },
                "row 1 is in buffer 1, and there are 1"},
        Spoiled{"no buffer", "vu", [](MadeColumn* c) { Set<int32_t>(c, 1, 6, -1); },
                "row 1 is in buffer -1, and there are 1"},
        Spoiled{"another beginning", "vu", [](MadeColumn* c) { Set<char>(c, 1, 20, 'A'); },
                "row 1 begins with other bytes than its view says"}));

TEST(BytesColumn, ReadsTextOnlyWhereItMay) {
  const MadeColumn made("u", {"a"});
  const absl::StatusOr<BytesColumn> read = BytesColumn::Create("subjects", false, made.column());
  EXPECT_EQ(MessageOf(read.status()),
            "subjects: a column of format `u` is not read; give binary (`z`), large_binary (`Z`) "
            "or binary_view (`vz`)");
}

TEST(BytesColumn, RefusesNothingAtAll) {
  const MadeColumn made("z", {"a"});
  EXPECT_EQ(MessageOf(BytesColumn::Create("subjects", true, {nullptr, &made.array}).status()),
            "subjects: the schema is NULL");
  EXPECT_EQ(MessageOf(BytesColumn::Create("subjects", true, {&made.schema, nullptr}).status()),
            "subjects: the array is NULL");
}

// Where there are no rows, no buffer need be there; without a bitmap the nulls need not be counted.
TEST(BytesColumn, TakesWhatTheSpecificationLetsAProducerLeaveOut) {
  for (const char* format : {"z", "Z", "vz", "u", "U", "vu"}) {
    MadeColumn none(format, {});
    for (int i = 0; i < none.array.n_buffers; ++i) none.SetBuffer(i, nullptr);
    EXPECT_EQ(BytesColumn::Create("subjects", true, none.column()).value().size(), 0);
    MadeColumn empty(format, {"", ""});
    empty.array.null_count = -1;
    const absl::StatusOr<BytesColumn> read = BytesColumn::Create("subjects", true, empty.column());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ((*read)[0], "");
    EXPECT_EQ((*read)[1], "");
    MadeColumn uncounted(format, {"x", std::nullopt});
    uncounted.array.null_count = -1;
    EXPECT_EQ((*BytesColumn::Create("subjects", true, uncounted.column()))[1], std::nullopt);
  }
}

// A null row's view may hold anything.
TEST(BytesColumn, DoesNotLookAtTheViewOfANull) {
  MadeColumn made("vz", {std::nullopt, "x"});
  Set<int32_t>(&made, 1, 0, -7);
  EXPECT_EQ((*BytesColumn::Create("subjects", true, made.column()))[0], std::nullopt);
}

TEST(InstantColumn, ReadsEveryUnitInAnyZone) {
  const absl::Time second = absl::FromUnixSeconds(1'700'000'000);
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"tss:UTC", "1700000000"},
      {"tsm:Europe/Berlin", "1700000000000"},
      {"tsu:+00:00", "1700000000000000"},
      {"tsn:UTC", "1700000000000000000"}};
  for (const auto& [format, number] : forms) {
    const MadeColumn made(format, {number, std::nullopt}, 3);
    const absl::StatusOr<InstantColumn> read = InstantColumn::Create("now", made.column());
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->size(), 2);
    EXPECT_EQ((*read)[0], second) << format;
    EXPECT_EQ((*read)[1], std::nullopt) << format;
  }
  const MadeColumn before("tsn:UTC", {"-1"});
  EXPECT_EQ((*InstantColumn::Create("now", before.column()))[0],
            absl::UnixEpoch() - absl::Nanoseconds(1));
}

TEST(InstantColumn, RefusesWhatIsNoInstant) {
  for (const char* format : {"", "ts", "tsu", "tsx:UTC", "tss;UTC", "ttm", "tdD", "l", "u"}) {
    const MadeColumn made(format, {"1"});
    EXPECT_THAT(std::string(MessageOf(InstantColumn::Create("now", made.column()).status())),
                HasSubstr("give a timestamp with a zone, like `tsu:UTC`"))
        << format;
  }
  const MadeColumn local("tsm:", {"1"});
  EXPECT_EQ(MessageOf(InstantColumn::Create("now", local.column()).status()),
            "now: timestamps of format `tsm:` have no zone, so that they are no instants; give "
            "them one, like `tsm:UTC`");
  MadeColumn empty("tsm:UTC", {"1"});
  empty.SetBuffer(1, nullptr);
  EXPECT_EQ(MessageOf(InstantColumn::Create("now", empty.column()).status()),
            "now: the buffer of values is NULL");
  MadeColumn many("tsm:UTC", {"1"});
  many.array.n_buffers = 3;
  EXPECT_EQ(MessageOf(InstantColumn::Create("now", many.column()).status()),
            "now: there are 3 buffers, and format `tsm:UTC` has 2");
}

}  // namespace
}  // namespace changepolicy::bindings
