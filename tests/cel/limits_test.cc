// What an author may ask for ends somewhere, with an error and not with a crash.
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/environment.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Limits, NestingIsRefused) {
  for (const std::string& text :
       {Repeated("(", 100'000) + "1" + Repeated(")", 100'000), Repeated("[", 100'000),
        Repeated("!", 99'999) + "b", Repeated("-", 99'999) + "i", Repeated("{1:", 30'000),
        Repeated("b ? ", 20'000), "a" + Repeated("[0", 40'000), Repeated("f(", 40'000)}) {
    EXPECT_EQ(Answer(text).substr(0, 7), "refused") << text.substr(0, 10);
  }
}

// Long without being deep is fine until the tree is too deep or too large.
TEST(Limits, ChainsAreRefusedBeforeTheStackEnds) {
  EXPECT_EQ(Answer("1" + Repeated(" + 1", 300)), "301");
  EXPECT_EQ(Answer("1" + Repeated(" + 1", 20'000)).substr(0, 7), "refused");
  EXPECT_EQ(Answer("true" + Repeated(" && true", 300)), "true");
  EXPECT_EQ(Answer("a" + Repeated(".b", 20'000)).substr(0, 7), "refused");
}

TEST(Limits, TextIsRefusedByItsLength) {
  EXPECT_EQ(Answer("'" + Repeated("a", 200'000) + "'"), "refused cel-too-long");
}

TEST(Limits, WorkEndsWithAnError) {
  std::string list = "[1" + Repeated(",1", 99) + "]";
  const std::string nested = list + ".all(a," + list + ".all(b," + list + ".all(c," + list +
                             ".all(d, a + b + c + d == 4))))";
  EXPECT_EQ(Answer(nested), "error RESOURCE_EXHAUSTED");
  // A limit is no error that something else could hide.
  EXPECT_EQ(Answer("true || " + nested), "true");
  EXPECT_EQ(Answer("(" + nested + ") || true"), "error RESOURCE_EXHAUSTED");
}

}  // namespace
}  // namespace changepolicy::cel
