// Expressions and inputs that mean harm end soon, and with an error that says why.
#include <algorithm>
#include <ctime>
#include <string>
#include <string_view>

#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/residual.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

constexpr std::string_view kExhausted = "error RESOURCE_EXHAUSTED";

// Each test ends within some seconds of the processor's time, which does not grow when others use
// the machine. The bound is generous: an exponential attempt does not end in any time.
class Adversarial : public testing::Test {
 protected:
  void TearDown() override {
    const std::clock_t took = std::clock() - start_;
#if defined(__SANITIZE_ADDRESS__) || !defined(NDEBUG)
    constexpr int kSeconds = 120;
#else
    constexpr int kSeconds = 15;
#endif
    EXPECT_LT(took / CLOCKS_PER_SEC, kSeconds);
  }

 private:
  const std::clock_t start_ = std::clock();
};

// Checked and unchecked, by the evaluator and by a plan, and the bound and the dump are tried as
// well. What exhausts a limit is asked once only.
std::string Try(std::string_view text, const Activation& activation = {}) {
  std::string answers[2];
  for (const bool check : {true, false}) {
    if (answers[true] == kExhausted) return answers[true];
    const CompileResult compiled = TestEnvironment().Compile(text, {.check = check});
    if (!compiled.expression) {
      answers[check] = "refused " + compiled.diagnostics.front().id;
      continue;
    }
    (void)EstimateCost(*compiled.expression, {});
    (void)Dump(compiled.expression->tree());
    answers[check] = Show(Evaluate(*compiled.expression, activation));
    if (!activation.unknown().empty()) continue;
    const std::optional<Value> planned = Planned(*compiled.expression, activation);
    if (planned.has_value() && Show(*planned) != answers[check]) {
      StrAppend(&answers[check], ", and by a plan ", Show(*planned));
    }
  }
  return answers[0] == answers[1] ? answers[0] : StrCat(answers[1], ", unchecked ", answers[0]);
}

TEST_F(Adversarial, NestingOfText) {
  const int kTimes = 100'000;
  std::unique_ptr<Environment> environment = LimitedEnvironment({.text_bytes = 10'000'000});
  for (const std::string& text : {Repeated("(", kTimes) + "1" + Repeated(")", kTimes),
                                  Repeated("[", kTimes) + Repeated("]", kTimes),
                                  Repeated("{1:", kTimes),
                                  Repeated("!", kTimes) + "b",
                                  Repeated("-", kTimes) + "i",
                                  Repeated("b ? 1 : ", kTimes) + "2",
                                  Repeated("b ? ", kTimes) + "1",
                                  "a" + Repeated(".b", kTimes),
                                  "a" + Repeated(".?b", kTimes),
                                  Repeated("f(", kTimes),
                                  Repeated("dyn(", kTimes) + "1",
                                  "a" + Repeated("[0", kTimes),
                                  "a" + Repeated("[0]", kTimes),
                                  "a" + Repeated(".f()", kTimes),
                                  "1" + Repeated(" + 1", kTimes),
                                  "1" + Repeated(" == 1", kTimes),
                                  Repeated("a.all(x, ", kTimes),
                                  Repeated("T{f:", kTimes),
                                  Repeated("a.map(x,x)", kTimes),
                                  "a" + Repeated(".filter(x, x)", kTimes),
                                  Repeated("cel.bind(x, 1, ", kTimes),
                                  "a" + Repeated(".optMap(x, x)", kTimes)}) {
    for (const bool check : {true, false}) {
      const CompileResult compiled = environment->Compile(text, {.check = check});
      EXPECT_FALSE(compiled.expression) << text.substr(0, 12);
    }
  }
  // Wide is not deep: a chain of && is a balanced tree, but has too many parts.
  EXPECT_EQ(Try("b" + Repeated("&&b", 30'000)), "error NOT_FOUND");
}

TEST_F(Adversarial, ConditionalsWithManyBranches) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) StrAppend(&text, "i==", i, "?1:");
  const CompileResult compiled = TestEnvironment().Compile(text + "2");
  ASSERT_FALSE(compiled.expression);
  EXPECT_EQ(compiled.diagnostics.front().message, "a conditional has more than 800 branches");
  EXPECT_EQ(Answer(Repeated("false ? 1 : ", 700) + "2"), "2");
}

TEST_F(Adversarial, LongNames) {
  const std::string name(90'000, 'x');
  EXPECT_EQ(Try(name), "refused cel-undeclared-name, unchecked error NOT_FOUND");
  EXPECT_EQ(Try("change." + name), "refused cel-unknown-field, unchecked error NOT_FOUND");
  EXPECT_EQ(Try(name + "()"), "refused cel-undeclared-function, unchecked error UNIMPLEMENTED");
  EXPECT_EQ(Try(name + "{}"), "refused cel-unknown-message, unchecked error NOT_FOUND");
  const std::string part = "." + std::string(100, 'y');
  EXPECT_EQ(Try("zz" + Repeated(part, 700)),
            "refused cel-undeclared-name, unchecked error NOT_FOUND");
  EXPECT_EQ(Try("[x" + Repeated(",x", 30'000) + "]"),
            "refused cel-undeclared-name, unchecked error NOT_FOUND");
}

TEST_F(Adversarial, LongNumbersAndTexts) {
  EXPECT_EQ(Try(Repeated("9", 90'000)), "refused cel-syntax");
  EXPECT_EQ(Try("int('" + Repeated("9", 90'000) + "')"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("double('" + Repeated("9", 90'000) + "')"), "error OUT_OF_RANGE");
  EXPECT_EQ(Try("double('0." + Repeated("1", 90'000) + "')"), "0.1111111111111111");
  EXPECT_EQ(Try("timestamp('" + Repeated("9", 90'000) + "')"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("duration('" + Repeated("9", 90'000) + "s')"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("duration('" + Repeated("1ns", 30'000) + "') == duration('30us')"), "true");
  EXPECT_EQ(Try("t.getHours('" + Repeated("x", 90'000) + "')"), "error NOT_FOUND");
}

TEST_F(Adversarial, TypesThatDouble) {
  // map(T, T) of the type before: a thousand bytes of text, a type of 2^40 parts.
  std::string text = "true", close;
  std::string opens;
  for (int i = 1; i <= 60; ++i) {
    StrAppend(&opens, "cel.bind(x", i, ", {}, x", i - 1, " in x", i, " && x", i, "[x", i - 1,
              "] == x", i - 1, " && ");
    close += ")";
  }
  const CompileResult compiled =
      TestEnvironment().Compile("cel.bind(x0, [], " + opens + text + close + ")");
  if (!compiled.expression) {
    EXPECT_EQ(compiled.diagnostics.front().id, "cel-type-too-large")
        << compiled.diagnostics.front().message;
  }
  // Lists of lists of the list before.
  opens = "cel.bind(x0, [1], ";
  for (int i = 1; i <= 150; ++i) StrAppend(&opens, "cel.bind(x", i, ", [[[x", i - 1, "]]], ");
  EXPECT_EQ(Try(opens + "x150 == x150" + Repeated(")", 151)), "refused cel-type-too-large");
  // A parameter for each, and all of one type.
  EXPECT_EQ(Try("[[]" + Repeated(",[]", 30'000) + "].size()"), "30001");
  EXPECT_EQ(Try("[[1]" + Repeated(",[1]", 24'000) + "].size()"), "24001");
}

// cel.bind(x, start, cel.bind(x, next, ... end)): x becomes next of x, so often.
std::string Folded(std::string_view start, std::string_view next, int times, std::string_view end) {
  return StrCat("cel.bind(x, ", start, ", ", Repeated(StrCat("cel.bind(x, ", next, ", "), times),
                end, Repeated(")", times + 1));
}

TEST_F(Adversarial, TextsThatDouble) {
  EXPECT_EQ(Try(Folded("'ab'", "x + x", 10, "x.size()")), "2048");
  for (const std::string_view next :
       {"x + x", "x.replace('', x)", "x.replace('a', x + x)", "[x, x].join(x)",
        "'%s%s'.format([x, x])", "x.split('').map(y, x).join()", "strings.quote(x) + x",
        "'%X'.format([x])", "'%s'.format([[[x, x], [x, x]]])", "string(bytes(x) + bytes(x))"}) {
    EXPECT_EQ(Try(Folded("'aaaa'", next, 60, "x.size()")), kExhausted) << next;
  }
  EXPECT_EQ(Try(Folded("b'ab'", "x + x", 60, "x.size()")), kExhausted);
}

// Each part is worked out by itself, in time that goes by the part and not by the whole.
TEST_F(Adversarial, ManyParts) {
  const auto environment = LimitedEnvironment({.text_bytes = 10'000'000, .nodes = 2'000'000});
  const auto compile = [&](std::string_view part) {
    return *environment->Compile(StrCat("[", part, Repeated(StrCat(",", part), 150'000), "]"))
                .expression;
  };
  const std::optional<Value> planned = Planned(compile("[1]"), {});
  ASSERT_TRUE(planned.has_value());
  EXPECT_EQ(planned->list().size(), 150'001u);
  Activation unknown;
  ASSERT_TRUE(unknown.SetUnknown("i").ok());
  EXPECT_EQ(Residual(compile("i+1"), unknown).text().size(),
            150'001 * std::string_view("i + 1, ").size());
}

// A list of one text many times: little memory, unless each element gets its own.
TEST_F(Adversarial, TextsThatAreShared) {
  const auto share = [](std::string_view end) {
    return Folded("'a'", "x + x", 20,
                  StrCat("cel.bind(l, lists.range(20000).map(i, x), ", end, ")"));
  };
  EXPECT_EQ(Try(share("l.size()")), "20000");
  EXPECT_EQ(Try(share("l.reverse().size()")), "20000");
  EXPECT_EQ(Try(share("{'a': l}.size()")), "1");
  EXPECT_EQ(Try(share("optional.of(l).hasValue()")), "true");
  for (const std::string_view end :
       {"l.join().size()", "json.encode(l).size()", "'%s'.format([l]).size()",
        "json.encode({'a': l}).size()", "'%s'.format([{'a': {'b': {'c': l}}}]).size()",
        "l.distinct().size()", "l.sort().size()", "l.sortBy(y, y).size()",
        "l.map(y, y + 'a').size()", "google.protobuf.ListValue{values: l}.size()"}) {
    EXPECT_EQ(Try(share(end)), kExhausted) << end;
  }
  // Six bytes for each.
  EXPECT_EQ(Try(Folded("'<'", "x + x", 20, "json.encode(lists.range(40).map(i, x)).size()")),
            kExhausted);
}

// At each place of the text nearly all of the other is there.
TEST_F(Adversarial, TextsThatAreNearlyFound) {
  const auto answer = [](std::string_view end) {
    return Try(Folded("'aaaaaaaa'", "x + x", 18, end));
  };
  EXPECT_EQ(answer("(x + x).contains(x + 'b')"), kExhausted);
  EXPECT_EQ(answer("(x + x).indexOf(x + 'b')"), kExhausted);
  EXPECT_EQ(answer("(x + x).lastIndexOf('b' + x)"), kExhausted);
  EXPECT_EQ(answer("(x + x).split(x + 'b').size()"), "1");
}

TEST_F(Adversarial, ListsThatDouble) {
  EXPECT_EQ(Try(Folded("[1]", "x + x", 10, "x.size()")), "1024");
  for (const std::string_view next :
       {"x + x", "[x, x].flatten()", "x.map(y, x).flatten()", "x.map(y, [y, y]).flatten()"}) {
    const std::string answer = Try(Folded("[dyn(1), dyn(2)]", next, 60, "x.size()"));
    EXPECT_EQ(answer, kExhausted) << next;
  }
}

// Lists that hold one list twice: a little memory, and 2^60 elements to whoever goes through it.
TEST_F(Adversarial, ListsThatShare) {
  const auto share = [](std::string_view end) {
    return Folded("dyn([1])", "dyn([x, x])", 60, end);
  };
  EXPECT_EQ(Try(share("x.size()")), "2");
  EXPECT_EQ(Try(share("x == x")), kExhausted);
  EXPECT_EQ(Try(share("x != x")), kExhausted);
  EXPECT_EQ(Try(share("x in [x]")), kExhausted);
  EXPECT_EQ(Try(share("[x, x].distinct().size()")), kExhausted);
  EXPECT_EQ(Try(share("optional.of(x) == optional.of(x)")), kExhausted);
  EXPECT_EQ(Try(share("{'a': x} == {'a': x}")), kExhausted);
  EXPECT_EQ(Try(share("x.flatten(100).size()")), kExhausted);
  EXPECT_EQ(Try(Folded("dyn([1])", "dyn([x, x])", 40, "'%s'.format([x]).size()")), kExhausted);
  EXPECT_EQ(Try(share("google.protobuf.ListValue{values: x}.size()")), kExhausted);
  EXPECT_EQ(Try(share("google.protobuf.Value{list_value: x} == null")), kExhausted);
  EXPECT_EQ(Try(share("google.protobuf.Struct{fields: {'a': x}}.size()")), kExhausted);
  EXPECT_EQ(Try(share("string(x)")), "error UNIMPLEMENTED");
  EXPECT_EQ(Try(share("type(x) == list")), "true");
  EXPECT_EQ(Try(share("{'a': 1}[x]")), "error NOT_FOUND");
  // For people, it ends after 200 characters.
  EXPECT_LT(Try(share("x")).size(), 300u);
  const std::string maps = Folded("dyn({'a': 1})", "dyn({'a': x, 'b': x})", 60, "x == x");
  EXPECT_EQ(Try(maps), kExhausted);
  // With the type of each level; and unequal, so that no shortcut helps.
  EXPECT_EQ(Try(Folded("[1]", "[x, x]", 60, "x == x")), kExhausted);
  EXPECT_EQ(Try("cel.bind(y, " + Folded("dyn([2.0])", "dyn([x, x])", 40, "x") + ", " +
                Folded("dyn([2])", "dyn([x, x])", 40, "x == y") + ")"),
            kExhausted);
}

// 10^12 elements in four lists.
TEST_F(Adversarial, WideListsThatShare) {
  const auto wide = [](std::string_view end) {
    return Folded("lists.range(1)", "lists.range(1000).map(i, dyn(x))", 4, end);
  };
  const auto typed = [](std::string_view end) {
    return StrCat(
        "cel.bind(a, lists.range(1000), cel.bind(b, a.map(i, a), cel.bind(c, a.map(i, b), ",
        "cel.bind(x, a.map(i, c), ", end, "))))");
  };
  for (const bool dyn : {false, true}) {
    const auto of = [&](std::string_view end) { return dyn ? wide(end) : typed(end); };
    for (const std::string_view end : {"x.size()", "x.reverse().size()"}) {
      EXPECT_EQ(Try(of(end)), "1000") << end;
    }
    EXPECT_EQ(Try(of("{'a': x}.size()")), "1");
    EXPECT_EQ(Try(of("type(x) == list")), "true");
    EXPECT_LT(Try(of("x")).size(), 300u);
    for (const std::string_view end :
         {"json.encode(x).size()", "x == x", "[x, x].distinct().size()", "x.flatten(9).size()",
          "google.protobuf.ListValue{values: x}.size()", "'%s'.format([x]).size()"}) {
      EXPECT_EQ(Try(of(end)), kExhausted) << end;
    }
  }
}

TEST_F(Adversarial, ValuesThatAreDeep) {
  EXPECT_EQ(Try(Folded("dyn([1])", "dyn([[[[[[[[[[x]]]]]]]]]])", 150, "x == x")), kExhausted);
  EXPECT_EQ(
      Try(Folded("optional.of(dyn(1))", "optional.of(dyn(optional.of(dyn(x))))", 150, "x == x")),
      kExhausted);
  EXPECT_EQ(Try(Folded("dyn({'a': 1})", "dyn({'a': {'a': {'a': x}}})", 150, "x == x")), kExhausted);
}

TEST_F(Adversarial, LoopsInLoops) {
  const std::string many = "lists.range(100000)";
  EXPECT_EQ(Try(many + ".all(x, x >= 0)"), "true");
  EXPECT_EQ(Try(many + ".all(x, " + many + ".all(y, x + y >= 0))"), kExhausted);
  EXPECT_EQ(Try(many + ".all(x, l.all(y, l.all(z, x + y + z >= 0)))"), "error NOT_FOUND");
  EXPECT_EQ(Try(many + ".map(x, " + many + ".map(y, " + many + ".map(z, z)))"), kExhausted);
  EXPECT_EQ(Try(many + ".map(x, " + many + ")"), kExhausted);
  EXPECT_EQ(Try("lists.range(1000000000)"), kExhausted);
  EXPECT_EQ(Try("lists.range(1000000).map(x, lists.range(1000000))"), kExhausted);
  EXPECT_EQ(Try(many + ".filter(x, x in " + many + ").size()"), kExhausted);
  EXPECT_EQ(Try(many + ".distinct().size()"), kExhausted);
  EXPECT_EQ(Try(many + ".map(x, string(x)).sort().size()"), kExhausted);
  EXPECT_EQ(Try("lists.range(5000).map(x, string(x)).sort().size()"), "5000");
  EXPECT_EQ(Try(many + ".transformMap(i, x, x).size()"), "100000");
  std::string nested = "true";
  for (int i = 0; i < 10; ++i) nested = StrCat("lists.range(100).all(x", i, ", ", nested, ")");
  EXPECT_EQ(Try(nested), kExhausted);
  // Many variables between a loop and what it reads.
  std::string binds, close;
  for (int i = 0; i < 180; ++i) {
    StrAppend(&binds, "cel.bind(v", i, ", 1, ");
    close += ")";
  }
  EXPECT_EQ(Try(binds + "lists.range(1000000).all(x, lists.range(1000).all(y, v0 == 1))" + close),
            kExhausted);
}

TEST_F(Adversarial, RegularExpressions) {
  const std::string text = Repeated("a", 30'000), x = Repeated("x", 30'000);
  EXPECT_EQ(Try("'" + text + "c'.matches('^(a*)*b$')"), "false");
  EXPECT_EQ(Try("'" + x + "'.matches('^(x+x+)+y$')"), "false");
  EXPECT_EQ(Try("'" + x + "'.matches('(x+x+)+')"), "true");
  EXPECT_EQ(Try("'x'.matches('x{1000}{1000}')"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("'x'.matches('((x{100}){100}){100}')"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("'" + text + "'.matches('" + Repeated("a?", 5'000) + "')"), "true");
  EXPECT_EQ(Try("'a'.matches('" + Repeated("(", 90'000) + "')"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("'a'.matches('" + Repeated("[a-z]", 15'000) + "')"), "false");
  EXPECT_EQ(Try("'a'.matches('" + Repeated("b", 90'000) + "')").substr(0, 5), "error");
  // Made ready at each round, which is most of the work.
  EXPECT_EQ(Try("lists.range(1000000).all(i, !'a'.matches('(b{90}){90}'))"), kExhausted);
}

TEST_F(Adversarial, LargeTexts) {
  const std::string large = "lists.range(10000).map(i, 'abcdefghij').join()";  // 100 KB
  EXPECT_EQ(Try(large + ".replace('', '-').size()"), "200001");
  EXPECT_EQ(Try("cel.bind(x, " + large + ", x.replace('', x).size())"), kExhausted);
  EXPECT_EQ(Try("cel.bind(x, " + large + ", x.split('').map(y, x).join().size())"), kExhausted);
  EXPECT_EQ(Try("cel.bind(x, " + large + ", [x, x].join(x).size())"), "300000");
  EXPECT_EQ(Try("'%.1000000000f'.format([1.0])"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("'%.99999999999999999999f'.format([1.0])"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("'%1000000000d'.format([1])"), "error INVALID_ARGUMENT");
  EXPECT_EQ(Try("('" + Repeated("%.100f", 10'000) + "').format(lists.range(10000)).size()"),
            "1048890");
  // Searches that a naive one makes quadratic, in 100 KB.
  const auto with = [](std::string_view text, std::string_view body) {
    return StrCat("cel.bind(x, ", text, ", ", body, ")");
  };
  const std::string a = "'" + Repeated("a", 50) + "'";
  const std::string some = "lists.range(2000).map(i, " + a + ").join()";
  EXPECT_EQ(Try(with(some, "x.contains(x.substring(50000) + 'b')")), "false");
  EXPECT_EQ(Try(with(some, "x.indexOf(x.substring(50000) + 'b')")), "-1");
  EXPECT_EQ(Try(with(some, "x.lastIndexOf('b' + x.substring(50000))")), "-1");
  EXPECT_EQ(Try(with(some, "x.split(x.substring(50000) + 'b').size()")), "1");
  EXPECT_EQ(Try(with(some, "x.replace(x.substring(50000) + 'b', '').size()")), "100000");
}

// 1 MB is gone through at every round.
class AdversarialRounds : public Adversarial,
                          public testing::WithParamInterface<std::string_view> {};

TEST_P(AdversarialRounds, End) {
  const std::string large = "lists.range(20000).map(i, '" + Repeated("a", 50) + "').join()";
  const std::string answer =
      Try(StrCat("cel.bind(x, ", large, ", lists.range(1000000).all(i, ", GetParam(), "))"));
  EXPECT_TRUE(answer == kExhausted || answer == "error INVALID_ARGUMENT") << answer;
}

INSTANTIATE_TEST_SUITE_P(OfLargeTexts, AdversarialRounds,
                         testing::Values("x == x + ''", "x.size() > 0", "x.trim() != ''",
                                         "x < x + 'a'", "int(x) == 1", "x.lowerAscii() == x",
                                         "!(x in {'a': 1})", "bytes(x) != b''", "x.startsWith(x)",
                                         "{x: 1}.size() == 1",
                                         "string(1e-300 / double(i + 1)) != ''"));

TEST_F(Adversarial, TimesAtTheirBounds) {
  EXPECT_EQ(Try("timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')"),
            "error OUT_OF_RANGE");
  EXPECT_EQ(Try("timestamp('0001-01-01T00:00:00Z') - duration('1ns')"), "error OUT_OF_RANGE");
  EXPECT_EQ(Try("duration('9223372036s') + duration('9223372036s')"), "error OUT_OF_RANGE");
  EXPECT_EQ(Try("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')"),
            "error OUT_OF_RANGE");
  EXPECT_EQ(Try("timestamp(253402300799).getFullYear('+23:59')"), "10000");
  EXPECT_EQ(Try("timestamp(-62135596800).getFullYear('-23:59')"), "0");
  EXPECT_EQ(Try("timestamp(253402300800)"), "error OUT_OF_RANGE");
  EXPECT_EQ(Try("lists.range(1000000).all(i, timestamp(0).getHours('Mars/' + string(i)) == 0)"),
            kExhausted);
}

google::protobuf::Value DeepJson(int depth) {
  google::protobuf::Value json;
  google::protobuf::Value* at = &json;
  for (int i = 0; i < depth; ++i) {
    at = i % 2 == 0 ? at->mutable_list_value()->add_values()
                    : &(*at->mutable_struct_value()->mutable_fields())["a"];
  }
  at->set_number_value(1);
  return json;
}

// As deep as protobuf itself parses messages, with a margin.
TEST_F(Adversarial, DeepJson) {
  const google::protobuf::Value json = DeepJson(300);
  Activation activation;
  activation.Set("a", Value::BorrowedMessage(json));
  EXPECT_EQ(Try("a == a", activation), "true");
  EXPECT_EQ(Try("a == [1]", activation), "false");
  EXPECT_EQ(Try("a in [a]", activation), "true");
  EXPECT_EQ(Try("[a].flatten(1000000).size()", activation), "1");
  EXPECT_EQ(Try("'%s'.format([a])", activation), "error INVALID_ARGUMENT");
  EXPECT_LT(Try("a", activation).size(), 300u);
  EXPECT_EQ(Try("google.protobuf.Value{list_value: a} == null", activation), "error INTERNAL");
}

google::protobuf::Any PackedOften(int times) {
  google::protobuf::Any any;
  google::protobuf::Value json;
  json.set_number_value(1);
  any.PackFrom(json);
  for (int i = 0; i < times; ++i) {
    google::protobuf::Any outer;
    outer.PackFrom(any);
    any.Swap(&outer);
  }
  return any;
}

TEST_F(Adversarial, AnyInAny) {
  const google::protobuf::Any some = PackedOften(7), many = PackedOften(3'000);
  Activation activation;
  activation.Set("a", Value::BorrowedMessage(some));
  EXPECT_EQ(Try("a == 1.0", activation), "true");
  activation.Set("a", Value::BorrowedMessage(many));
  EXPECT_EQ(Try("a == a", activation), "error RESOURCE_EXHAUSTED");
  // Where the messages themselves are compared.
  EXPECT_TRUE(Equal(Value::BorrowedMessage(some), Value::BorrowedMessage(some)));
  EXPECT_FALSE(Equal(Value::BorrowedMessage(many), Value::BorrowedMessage(many)));
}

TEST_F(Adversarial, LargeMessages) {
  v1::ChangeRequest change;
  change.set_id(std::string(1'000'000, 'a'));
  for (int i = 0; i < 10'000; ++i) change.add_services()->set_id(StrCat("service-", i));
  Activation activation;
  activation.Set("change", Value::BorrowedMessage(change));
  const std::string often = "lists.range(1000000).all(i, ";
  EXPECT_EQ(Try("change == change", activation), "true");
  EXPECT_EQ(Try("change.services.all(x, x.id != '')", activation), "true");
  for (const std::string_view each :
       {"change == change", "change.id != ''", "ChangeRequest{services: change.services} != change",
        "change in [change]", "optional.ofNonZeroValue(change).hasValue()",
        "!change.services.exists(x, x.id == '')", "ChangeRequest{id: change.id} != change"}) {
    EXPECT_EQ(Try(StrCat(often, each, ")"), activation), kExhausted) << each;
  }
}

// Unknown parts of many elements make a long answer, not a long evaluation.
class NothingKnown final : public FactPresence {
 public:
  bool IsKnown(const google::protobuf::Message&, const google::protobuf::FieldDescriptor& field,
               std::string_view, bool) const override {
    return field.is_repeated();
  }
};

TEST_F(Adversarial, ManyUnknowns) {
  v1::ChangeRequest change;
  for (int i = 0; i < 50'000; ++i) change.add_services();
  const NothingKnown presence;
  Activation activation;
  activation.SetFact("change", change);
  activation.SetPresence(&presence);
  const std::string all = Try("change.services.all(x, x.id == '')", activation);
  EXPECT_EQ(std::count(all.begin(), all.end(), '['), 50'000);
  EXPECT_TRUE(Answer("change.services.map(x, x.id)", activation) == all);
}

}  // namespace
}  // namespace changepolicy::cel
