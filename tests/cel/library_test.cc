// The libraries as wholes: what their tables declare, and what is said of one that is not used.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/libraries.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

constexpr void (*kFunctionTables[])(FunctionTable*) = {
    AddArithmetic,         AddRelations, AddConversions,     AddCollections, AddStrings,
    AddRegularExpressions, AddTimes,     AddStringExtension, AddFormat,      AddLists,
    AddMembership,         AddOptionals, AddMapInsertion,    AddMath,        AddSets,
    AddEncoders,           AddNetwork,   AddRegexExtension,
};
constexpr void (*kMacroTables[])(MacroTable*) = {
    AddStandardMacros, AddTwoVariableMacros, AddBindingMacros, AddOptionalMacros,
    AddMathMacros,     AddListMacros,        AddProtoMacros,   AddBlockMacros,
};

TEST(Libraries, DeclareEveryRowOfEveryTable) {
  size_t rows = 0, macros = 0;
  for (const auto add : kFunctionTables) {
    FunctionTable table;
    add(&table);
    rows += table.size();
    for (const FunctionRow& row : table) {
      EXPECT_TRUE(ParseSignature(row.signature, {}).has_value()) << row.signature;
      EXPECT_FALSE(row.doc.empty()) << row.signature;
      EXPECT_EQ(row.doc.find('\n'), std::string_view::npos) << row.signature;
    }
  }
  for (const auto add : kMacroTables) {
    MacroTable table;
    add(&table);
    macros += table.size();
  }
  for (const Library& library : Libraries()) {
    EXPECT_FALSE(library.doc.empty()) << library.name;
    for (const auto& [name, overload] : library.functions) {
      EXPECT_FALSE(overload->doc.empty()) << overload->id;
    }
    rows -= library.functions.size();
    macros -= library.macros.size();
  }
  EXPECT_EQ(rows, 0u) << "a table is in no library, or in two";
  EXPECT_EQ(macros, 0u) << "a table is in no library, or in two";
}

TEST(Libraries, AreFoundByName) {
  for (const char* const name :
       {"standard", "bindings", "block", "comprehensions", "encoders", "lists", "math", "network",
        "optionals", "protos", "regex", "sets", "strings"}) {
    ASSERT_NE(FindLibrary(name), nullptr) << name;
    EXPECT_EQ(FindLibrary(name)->name, name);
  }
  EXPECT_EQ(Libraries().size(), 13u);
  EXPECT_EQ(FindLibrary("maths"), nullptr);
}

// The environment of an author who uses the standard alone.
const Environment& Bare() {
  static const Environment& bare =
      *new Environment(google::protobuf::DescriptorPool::generated_pool(),
                       google::protobuf::MessageFactory::generated_factory(),
                       EnvironmentOptions{.libraries = std::vector<std::string>()});
  return bare;
}

// The message and the help of all that is wrong with a text.
std::string Complaints(const Environment& environment, std::string_view text) {
  std::string all;
  for (const Diagnostic& diagnostic : environment.Compile(text).diagnostics) {
    all += diagnostic.message + "; " + diagnostic.help + "\n";
  }
  return all;
}

struct Use {
  const char* text;
  const char* function;
  const char* library;
};

TEST(Libraries, OfAFunctionOrMacroThatIsNotUsedAreNamed) {
  constexpr Use kUses[] = {
      {"cel.bind(x, 1, x + 1)", "cel.bind", "bindings"},
      {"[1].all(i, v, i < v)", "all", "comprehensions"},
      {"[1].exists_one(i, v, i < v)", "exists_one", "comprehensions"},
      {"[1].transformList(i, v, i)", "transformList", "comprehensions"},
      {"{}.transformMapEntry(k, v, {v: k})", "transformMapEntry", "comprehensions"},
      {"base64.encode(b'a')", "base64.encode", "encoders"},
      {"json.encode(1)", "json.encode", "encoders"},
      {"[1].distinct()", "distinct", "lists"},
      {"lists.range(3)", "lists.range", "lists"},
      {"[1].hasAll([1])", "hasAll", "lists"},
      {"[1].sortBy(x, -x)", "sortBy", "lists"},
      {"math.abs(-1)", "math.abs", "math"},
      {"math.greatest(1, 2, 3)", "math.greatest", "math"},
      {"math.least()", "math.least", "math"},
      {"ip('::1')", "ip", "network"},
      {"ip.isCanonical('::1')", "ip.isCanonical", "network"},
      {"isCIDR('::/0')", "isCIDR", "network"},
      {"optional.of(1)", "optional.of", "optionals"},
      {"[1].first()", "first", "optionals"},
      {"dyn(1).optMap(x, x + 1)", "optMap", "optionals"},
      {"proto.getExt(dyn(1), a.b.c)", "proto.getExt", "protos"},
      {"proto.hasExt(dyn(1), a.b.c)", "proto.hasExt", "protos"},
      {"regex.replace('a', 'b', 'c')", "regex.replace", "regex"},
      {"sets.contains([1], [1])", "sets.contains", "sets"},
      {"sets.equivalent([1], [1])", "sets.equivalent", "sets"},
      {"'a'.charAt(0)", "charAt", "strings"},
      {"'%s'.format([1])", "format", "strings"},
      {"strings.quote('a')", "strings.quote", "strings"},
  };
  for (const Use& use : kUses) {
    // One complaint, not one for each name that the library would have given a meaning.
    EXPECT_EQ(Complaints(Bare(), use.text), std::string("undeclared function `") + use.function +
                                                "`; it belongs to the library `" + use.library +
                                                "`; add that to the libraries that are used\n")
        << use.text;
    const Environment alone(google::protobuf::DescriptorPool::generated_pool(),
                            google::protobuf::MessageFactory::generated_factory(),
                            EnvironmentOptions{.libraries = std::vector<std::string>{use.library}});
    EXPECT_EQ(Complaints(alone, use.text).find("belongs to the library"), std::string::npos)
        << use.text;
  }
}

TEST(Libraries, OfTheSyntaxThatIsNotUsedAreNamed) {
  for (const char* const text : {"{}.?a", "{}[?'a']", "[?dyn(1)]", "{?'a': dyn(1)}"}) {
    EXPECT_NE(Complaints(Bare(), text).find("add `optionals` to the libraries"), std::string::npos)
        << text;
  }
}

// What the standard has too is no matter of libraries, and neither is what nobody has.
TEST(Libraries, AreNotBlamedForWhatIsWrongOtherwise) {
  EXPECT_EQ(Complaints(Bare(), "[1].all(i > 0)").find("library"), std::string::npos);
  EXPECT_EQ(Complaints(Bare(), "'a'.frobnicate()").find("library"), std::string::npos);
  EXPECT_EQ(Complaints(Bare(), "size([1]) + string(1)").find("library"), std::string::npos);
  EXPECT_EQ(Complaints(Bare(), "[1].all(i, i > 0) && 'a'.contains('b')"), "");
}

TEST(Libraries, HaveTypesThatAreKnownWhereTheyAreUsed) {
  EXPECT_EQ(TypeOf("net.IP"), "type(net.IP)");
  EXPECT_EQ(Complaints(Bare(), "net.CIDR").substr(0, 21), "undeclared name `net`");
}

// Nobody wrote `math.@max`.
TEST(Libraries, SpeakOfMacrosByTheirNames) {
  EXPECT_EQ(Complaints(TestEnvironment(), "math.greatest(s, 1)"),
            "`math.greatest` does not take (`string`, `int`); it takes numbers, or one list of "
            "numbers\n");
  EXPECT_EQ(Complaints(TestEnvironment(), "[[1]].sortBy(x, x)").substr(0, 23),
            "`sortBy` does not take ");
  EXPECT_EQ(Complaints(TestEnvironment(), "math.gratest(1, 2)").find("@"), std::string::npos);
}

TEST(Signatures, NameTypesOfTheNetworkLibrary) {
  const auto member = ParseSignature("cidr.containsIP(ip) -> bool", {});
  ASSERT_TRUE(member.has_value());
  EXPECT_EQ(member->name, "containsIP");
  EXPECT_TRUE(member->overload.is_member);
  EXPECT_EQ(member->overload.parameters[0].ToString(), "net.CIDR");
  EXPECT_EQ(member->overload.parameters[1].ToString(), "net.IP");
  const auto global = ParseSignature(".ip.isCanonical(string) -> bool", {});
  ASSERT_TRUE(global.has_value());
  EXPECT_EQ(global->name, "ip.isCanonical");
  EXPECT_EQ(global->overload.id, "ip.isCanonical(string) -> bool");
  EXPECT_FALSE(global->overload.is_member);
}

// A huge list or text ends with the limit, not with time.
TEST(Libraries, ChargeForWhatTheyDo) {
  const std::string range = "lists.range(1000000)";
  // A text of 2^20 letters.
  std::string text = "'a'";
  for (int i = 0; i < 20; ++i) text = "cel.bind(x, " + text + ", x + x)";
  for (const std::string& costly : {
           "cel.bind(l, " + range + ", sets.contains(l, l.reverse()))",
           "cel.bind(l, " + range + ", l.hasExactly(l))",
           "cel.bind(l, " + range + ", l.distinct())",
           "cel.bind(l, " + range + ", l.sortBy(x, -x).size())",
           "cel.bind(t, " + text + ", regex.extractAll(t, 'a').size())",
           "cel.bind(t, " + text + ", regex.replace(t, 'a+', '" + std::string(5000, '0') +
               "'.replace('0', r'\\0')).size())",
           "cel.bind(t, " + text +
               ", regex.replace('aaaaaaaaaa', '.', t + t + t + t + t + t + t "
               "+ t).size() + t.replace('a', t).size())",
           "cel.bind(t, " + text + ", json.encode(lists.range(10000).map(x, t)).size())",
           "cel.bind(t, " + text + ", '%s'.format([lists.range(10000).map(x, t)]).size())",
       }) {
    EXPECT_EQ(Answer(costly), "error RESOURCE_EXHAUSTED") << costly.substr(0, 120);
  }
  EXPECT_EQ(Answer("cel.bind(l, " + range + ", math.greatest(l))"), "999999");
}

}  // namespace
}  // namespace changepolicy::cel
