// Words for data are to the byte those of the values of the language.
#include "libchangepolicy/program/literal_text.h"

#include <cstdint>
#include <iterator>
#include <random>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/program/scalar_datum.h"

namespace changepolicy {
namespace {

std::string Words(const Datum& datum) {
  LiteralText literal(kLongestValue);
  literal.Write(datum, nullptr, nullptr);
  return std::string(literal.text());
}

void ExpectSame(const cel::Value& value) {
  EXPECT_EQ(Words(ScalarDatum(value)), value.ToString(kLongestValue));
}

TEST(LiteralTextTest, TimesOfEveryYear) {
  std::mt19937_64 random(1);
  // From the year -2000 to 20000: `now` may be any instant.
  std::uniform_int_distribution<int64_t> seconds(-125'000'000'000, 569'000'000'000);
  for (int i = 0; i < 20'000; ++i) {
    const int64_t at = seconds(random);
    const absl::Duration part =
        i % 2 == 0 ? absl::ZeroDuration() : absl::Nanoseconds(random() % 1'000'000'000);
    ExpectSame(cel::Value::Timestamp(absl::FromUnixSeconds(at) + part));
    ExpectSame(cel::Value::Duration(absl::Seconds(at) + part));
    if (testing::Test::HasFailure()) return;
  }
  constexpr int64_t kEdges[] = {-62'167'219'201, -62'167'219'200, -62'135'596'800, -1, 0,
                                951'782'400,     253'402'300'799, 253'402'300'800};
  for (const int64_t at : kEdges) {
    ExpectSame(cel::Value::Timestamp(absl::FromUnixSeconds(at)));
  }
}

TEST(LiteralTextTest, TextsOfEveryKindOfCharacter) {
  std::mt19937 random(1);
  const std::string parts[] = {"a",    "Zz 9", "\"",     "'",      "\\",         "\n", "\t",
                               "\x01", "\x7F", "\u00e9", "\u20ac", "\U0001f600", "{}", "abcdefgh"};
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    for (size_t n = random() % 30; n > 0; --n) text += parts[random() % std::size(parts)];
    ExpectSame(cel::Value::String(text));
    if (testing::Test::HasFailure()) FAIL() << text;
  }
}

TEST(LiteralTextTest, NumbersAndBools) {
  for (const int64_t number : {INT64_MIN, int64_t{-1}, int64_t{42}, INT64_MAX}) {
    ExpectSame(cel::Value::Int(number));
  }
  ExpectSame(cel::Value::Bool(true));
  ExpectSame(cel::Value::Bool(false));
}

}  // namespace
}  // namespace changepolicy
