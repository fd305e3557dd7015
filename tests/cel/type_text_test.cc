// Types and signatures as people write them, and what they are told about those that are none.
#include "libchangepolicy/cel/type_text.h"

#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {
namespace {

TypeNames Names() {
  return {.resolver = [](std::string_view name) -> std::optional<Type> {
            if (name == "pkg.Change") return Type::Message(v1::ChangeRequest::descriptor());
            return std::nullopt;
          },
          .known = {"pkg.Change"}};
}

std::string Complaint(const Diagnostic& diagnostic) {
  return StrCat("[", diagnostic.begin, ",", diagnostic.end, ") ", diagnostic.message, "; ",
                diagnostic.help);
}

struct Row {
  std::string text;
  std::string expected;
};

TEST(TypeTextTest, Types) {
  for (const Row& row : std::vector<Row>{
           {"int", "int"},
           {" map( string ,list(dyn) ) ", "map(string, list(dyn))"},
           {"list", "list(dyn)"},
           {"map", "map(dyn, dyn)"},
           {"type", "type(dyn)"},
           {"type(uint)", "type(uint)"},
           {"optional_type(bytes)", "optional_type(bytes)"},
           {"optional(bool)", "optional_type(bool)"},
           {"null_type", "null_type"},
           {"null", "null_type"},
           {"timestamp", "google.protobuf.Timestamp"},
           {"google.protobuf.Duration", "google.protobuf.Duration"},
           {"google.protobuf.Int32Value", "wrapper(int)"},
           {"wrapper(int)", "wrapper(int)"},
           {"google.protobuf.Struct", "map(string, dyn)"},
           {"pkg.Change", "changepolicy.v1.ChangeRequest"},
           {"map(bool, pkg.Change)", "map(bool, changepolicy.v1.ChangeRequest)"},
       }) {
    Diagnostic diagnostic;
    const std::optional<Type> type = ParseTypeText(row.text, Names(), &diagnostic);
    ASSERT_TRUE(type.has_value()) << row.text << ": " << diagnostic.message;
    EXPECT_EQ(type->ToString(), row.expected) << row.text;
  }
}

TEST(TypeTextTest, WhatIsNoType) {
  for (const Row& row : std::vector<Row>{
           {"",
            "[0,0) expected a type; write one like `int`, `list(string)` or the full name of a "
            "message"},
           {"list(",
            "[5,5) expected a type; write one like `int`, `list(string)` or the full name "
            "of a message"},
           {"strng", "[0,5) `strng` is no type; did you mean `string`?"},
           {"list(pkg.Chnge)", "[5,14) `pkg.Chnge` is no type; did you mean `pkg.Change`?"},
           {"A",
            "[0,1) `A` is no type; it is a type like `int` or `list(string)`, or the full "
            "name of a message or enum"},
           {"map(string)", "[0,3) `map` takes 2 types, found 1; write `map(string, int)`"},
           {"map(double, int)",
            "[0,3) `double` cannot be the key of a map; keys are bool, int, uint or string"},
           {"list(int, int)", "[0,4) `list` takes 1 type, found 2; write `list(int)`"},
           {"int(int)",
            "[0,3) `int` takes no parameters; list, map, optional_type and type take some"},
           {"list(int", "[8,8) expected `,` or `)`; close what was opened"},
           {"int, int", "[3,4) the type ends before `, int`; write one type, like `list(string)`"},
           {"list[int]", "[4,5) the type ends before `[int]`; write one type, like `list(string)`"},
       }) {
    Diagnostic diagnostic;
    EXPECT_FALSE(ParseTypeText(row.text, Names(), &diagnostic).has_value()) << row.text;
    EXPECT_EQ(Complaint(diagnostic), row.expected) << row.text;
  }
}

TEST(TypeTextTest, DepthIsBounded) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "list(";
  Diagnostic diagnostic;
  EXPECT_FALSE(ParseTypeText(text, Names(), &diagnostic).has_value());
  EXPECT_EQ(diagnostic.message, "nested deeper than 32 levels");
}

TEST(TypeTextTest, Signatures) {
  for (const Row& row : std::vector<Row>{
           {"f() -> int", "f -> int"},
           {"a.b.f(int,string) -> A", "a.b.f int string -> A"},
           {"string.f(int) -> bool", "member f string int -> bool"},
           {"pkg.Change.f() -> pkg.Change",
            "member f changepolicy.v1.ChangeRequest -> changepolicy.v1.ChangeRequest"},
           {"list(A).f(A)->list(A)", "member f list(A) A -> list(A)"},
           {"A.f() -> A", "member f A -> A"},
       }) {
    Diagnostic diagnostic;
    const std::optional<ParsedSignature> parsed =
        ParseSignatureText(row.text, Names(), &diagnostic);
    ASSERT_TRUE(parsed.has_value()) << row.text << ": " << diagnostic.message;
    std::string shown = parsed->overload.is_member ? "member " : "";
    StrAppend(&shown, parsed->name);
    for (const Type& type : parsed->overload.parameters) StrAppend(&shown, " ", type.ToString());
    EXPECT_EQ(StrCat(shown, " -> ", parsed->overload.result.ToString()), row.expected);
    EXPECT_EQ(parsed->overload.id, row.text);
  }
}

TEST(TypeTextTest, WhatIsNoSignature) {
  for (const Row& row : std::vector<Row>{
           {"", "`` is no signature"},
           {"f", "`f` is no signature"},
           {"f(int)", "`f(int)` is no signature"},
           {"f -> int", "`f -> int` is no signature"},
           {"(int) -> int", "`` is no name"},
           {"1f(int) -> int", "`1f` is no name"},
           {"a..f(int) -> int", "`a..f` is no name"},
           {"f g(int) -> int", "`f g` is no name"},
           {"f(int) -> ", "expected a type"},
           {"f(int,) -> int", "expected a type before `) -> int`"},
           {"f(itn) -> int", "`itn` is no type"},
           {"list(itn).f() -> int", "`itn` is no type"},
           {"f(int) x -> int", "expected `->` and the type of the result"},
           {"f(int) -> int int", "the type ends before `int`"},
       }) {
    Diagnostic diagnostic;
    EXPECT_FALSE(ParseSignatureText(row.text, Names(), &diagnostic).has_value()) << row.text;
    EXPECT_EQ(diagnostic.message, row.expected) << row.text;
  }
}

}  // namespace
}  // namespace changepolicy::cel
