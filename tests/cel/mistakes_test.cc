// Wrong expressions as people write them: where the complaint points, what it says, what it
// advises.
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/environment.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

struct Complaint {
  const char* text;
  int line;
  int column;
  int length;
  const char* message;
  const char* help;
};
std::ostream& operator<<(std::ostream& out, const Complaint& row) { return out << row.text; }

class Complaints : public testing::TestWithParam<Complaint> {};

TEST_P(Complaints, HelpTheAuthor) {
  const Complaint& row = GetParam();
  const CompileResult compiled = TestEnvironment().Compile(row.text);
  ASSERT_EQ(compiled.diagnostics.size(), 1u);
  const Issue issue = ToIssue(compiled.diagnostics.front(), row.text, "e");
  EXPECT_EQ(issue.message, row.message);
  EXPECT_EQ(issue.help, row.help);
  EXPECT_EQ(issue.position.line, row.line);
  EXPECT_EQ(issue.position.column, row.column);
  EXPECT_EQ(issue.length, row.length);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, Complaints,
    testing::Values(
        Complaint{"i = 1", 1, 3, 1, "found `=` where an operator or the end is expected",
                  "equality is written `==`"},
        Complaint{"i == 1 and b", 1, 8, 3, "found `and` where an operator or the end is expected",
                  "and is written `&&`"},
        Complaint{"not b", 1, 5, 1, "found `b` where an operator or the end is expected",
                  "not is written `!`"},
        Complaint{"b or b", 1, 3, 2, "found `or` where an operator or the end is expected",
                  "or is written `||`"},
        Complaint{"i == 1 & b", 1, 8, 1, "unexpected character `&`", "`and` is written `&&`"},
        Complaint{"b | b", 1, 3, 1, "unexpected character `|`", "`or` is written `||`"},
        Complaint{"\"abc", 1, 1, 4, "a string does not end",
                  "close it with `\"`, or write a line break as `\\n`"},
        Complaint{"'abc", 1, 1, 4, "a string does not end",
                  "close it with `'`, or write a line break as `\\n`"},
        Complaint{"(i + 1", 1, 7, 1, "the expression ends where `)` is expected",
                  "close the `(` of line 1, column 1"},
        Complaint{"[1, 2", 1, 6, 1, "the expression ends where `,` or `]` is expected",
                  "close the `[` of line 1, column 1"},
        Complaint{"{\"a\": 1", 1, 8, 1, "the expression ends where `,` or `}` is expected",
                  "close the `{` of line 1, column 1"},
        Complaint{"{\"a\" 1}", 1, 6, 1, "found `1` where `:` is expected",
                  "a map is written `{key: value}`"},
        Complaint{"i +", 1, 4, 1, "the expression ends where a value is expected",
                  "`+` needs a value after it"},
        Complaint{"+ i", 1, 1, 1, "found `+` where a value is expected",
                  "`+` stands between two values"},
        Complaint{"== 1", 1, 1, 2, "found `==` where a value is expected",
                  "`==` stands between two values"},
        Complaint{"i == ", 1, 6, 1, "the expression ends where a value is expected",
                  "`==` needs a value after it"},
        Complaint{"i i", 1, 3, 1, "found `i` where an operator or the end is expected",
                  "perhaps an operator is missing before it"},
        Complaint{"l[", 1, 3, 1, "the expression ends where a value is expected",
                  "`[` needs a value after it"},
        Complaint{"l[0", 1, 4, 1, "the expression ends where `]` is expected",
                  "close the `[` of line 1, column 2"},
        Complaint{"l[]", 1, 3, 1, "found `]` where a value is expected",
                  "`[` needs a value after it"},
        Complaint{"size(l", 1, 7, 1, "the expression ends where `,` or `)` is expected",
                  "close the `(` of line 1, column 5"},
        Complaint{"size(l,)", 1, 8, 1, "found `)` where a value is expected",
                  "a value is missing after the comma"},
        Complaint{"f(,)", 1, 3, 1, "found `,` where a value is expected",
                  "a value is missing before the comma"},
        Complaint{"[1,,2]", 1, 4, 1, "found `,` where a value is expected",
                  "a value is missing before the comma"},
        Complaint{"change.", 1, 8, 1, "the expression ends where a field or a function is expected",
                  "name one after the dot"},
        Complaint{"change.urgency = Urgency.HIGH", 1, 16, 1,
                  "found `=` where an operator or the end is expected", "equality is written `==`"},
        Complaint{"b ? 1", 1, 6, 1, "the expression ends where `:` is expected",
                  "write `condition ? one : other`"},
        Complaint{"b ? 1 : ", 1, 9, 1, "the expression ends where a value is expected",
                  "`:` needs a value after it"},
        Complaint{"\"\\q\"", 1, 2, 2, "unknown escape `\\q`",
                  "write a backslash as `\\\\`, or the string as `r\"...\"`"},
        Complaint{"\"\\x1\"", 1, 2, 3, "the escape `\\x` needs 2 hexadecimal digits",
                  "write it like `\\x41`"},
        Complaint{"\"\\u12\"", 1, 2, 4, "the escape `\\u` needs 4 hexadecimal digits",
                  "write it like `\\u0041`"},
        Complaint{"\"\\400\"", 1, 2, 2, "unknown escape `\\4`",
                  "write a backslash as `\\\\`, or the string as `r\"...\"`"},
        Complaint{"0x", 1, 1, 2, "a hexadecimal number without digits",
                  "write some after `0x`, like `0xFF`"},
        Complaint{"1.", 1, 3, 1, "the expression ends where a field or a function is expected",
                  "a double has digits after its point, like `1.0`"},
        Complaint{"1.2.3", 1, 4, 2, "found `.3` where an operator or the end is expected",
                  "a number has one point; an element is selected like `list[1]`"},
        Complaint{"1e", 1, 1, 2, "`1e` is neither a number nor a name",
                  "numbers are written like `12`, `12u`, `0xFF`, `1.5` or `1e3`; a name begins "
                  "with a letter"},
        Complaint{"12abc", 1, 1, 5, "`12abc` is neither a number nor a name",
                  "numbers are written like `12`, `12u`, `0xFF`, `1.5` or `1e3`; a name begins "
                  "with a letter"},
        Complaint{"99999999999999999999", 1, 1, 20,
                  "`99999999999999999999` does not fit into an int",
                  "it is from `-9223372036854775808` to `9223372036854775807`; a greater number "
                  "can be a double, like `1e19`"},
        Complaint{"-9223372036854775809", 1, 1, 20,
                  "`-9223372036854775809` does not fit into an int",
                  "it is from `-9223372036854775808` to `9223372036854775807`; a greater number "
                  "can be a double, like `1e19`"},
        Complaint{"18446744073709551616u", 1, 1, 21,
                  "`18446744073709551616u` does not fit into a uint",
                  "the greatest is `18446744073709551615u`"},
        Complaint{"😀 == 1", 1, 1, 1, "unexpected character `😀`",
                  "outside strings, names and operators are of ASCII characters"},
        Complaint{"i == 1 😀", 1, 8, 1, "unexpected character `😀`",
                  "outside strings, names and operators are of ASCII characters"},
        Complaint{"s == \"é\" + ", 1, 12, 1, "the expression ends where a value is expected",
                  "`+` needs a value after it"},
        Complaint{"i ==\t1 = 2", 1, 8, 1, "found `=` where an operator or the end is expected",
                  "equality is written `==`"},
        Complaint{"i == 1 &&\r\nb and b", 2, 3, 3,
                  "found `and` where an operator or the end is expected", "and is written `&&`"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax2, Complaints,
    testing::Values(
        Complaint{"b &&\n\n", 3, 1, 1, "the expression ends where a value is expected",
                  "`&&` needs a value after it"},
        Complaint{"ChangeRequest{id 'x'}", 1, 18, 3, "found `'x'` where `:` is expected",
                  "a message is written `Type{field: value}`"},
        Complaint{"ChangeRequest{'id': 'x'}", 1, 15, 4,
                  "found `'id'` where a field or `}` is expected",
                  "a message is written `Type{field: value}`"},
        Complaint{"i === 1", 1, 5, 1, "found `=` where a value is expected", "write `==` alone"},
        Complaint{"i <> 1", 1, 4, 1, "found `>` where a value is expected",
                  "inequality is written `!=`"},
        Complaint{"i !== 1", 1, 5, 1, "found `=` where a value is expected",
                  "inequality is written `!=`"},
        Complaint{"i <= <= 1", 1, 6, 2, "found `<=` where a value is expected",
                  "`<=` stands between two values"},
        Complaint{"if i == 1 then b", 1, 1, 2, "`if` is a reserved word",
                  "a choice is written `condition ? one : other`"},
        Complaint{"for", 1, 1, 3, "`for` is a reserved word",
                  "a list is gone through with a macro, like `list.all(x, condition)`"},
        Complaint{"s like 'a%'", 1, 3, 4, "found `like` where an operator or the end is expected",
                  "a pattern is matched with `text.matches(pattern)`"},
        Complaint{"s =~ 'a'", 1, 4, 1, "unexpected character `~`",
                  "a pattern is matched with `text.matches(pattern)`"},
        Complaint{"1 in (1, 2)", 1, 8, 1, "found `,` where `)` is expected",
                  "a list is written `[a, b]`"},
        Complaint{"i is null", 1, 3, 2, "found `is` where an operator or the end is expected",
                  "equality is written `==`"},
        Complaint{"i++", 1, 3, 1, "found `+` where a value is expected",
                  "write `+ 1`; nothing is changed by an expression"},
        Complaint{"i -> 1", 1, 4, 1, "found `>` where a value is expected",
                  "a macro names its variable first, like `list.filter(x, x > 1)`"},
        Complaint{"l.filter(x -> x > 1)", 1, 13, 1, "found `>` where a value is expected",
                  "a macro names its variable first, like `list.filter(x, x > 1)`"},
        Complaint{"x => x", 1, 3, 1, "found `=` where an operator or the end is expected",
                  "a macro names its variable first, like `list.filter(x, x > 1)`"},
        Complaint{"change?.id", 1, 11, 1, "the expression ends where `:` is expected",
                  "an optional selection is written `a.?b`"},
        Complaint{"change.id ?\? 'x'", 1, 12, 1, "found `?` where a value is expected",
                  "a default is written `optional.orValue(value)`"},
        Complaint{"s == “abc”", 1, 6, 1, "unexpected character `“`",
                  "write straight quotes, `\"` or `'`"},
        Complaint{"$x == 1", 1, 1, 1, "unexpected character `$`",
                  "a name begins with a letter or `_`"},
        Complaint{"@x", 1, 1, 1, "unexpected character `@`", "a name begins with a letter or `_`"},
        Complaint{"i == 1;", 1, 7, 1, "unexpected character `;`",
                  "an expression ends without a mark"},
        Complaint{"# comment", 1, 1, 1, "unexpected character `#`", "a comment begins with `//`"},
        Complaint{"/* c */ i", 1, 1, 1, "found `/` where a value is expected",
                  "a comment begins with `//`"},
        Complaint{"`a`", 1, 1, 3, "found ``a`` where a value is expected",
                  "backquotes name a field, after a dot"},
        Complaint{"a.`b!`", 1, 3, 4, "a quoted field name holds a character that it cannot have",
                  "letters, digits, `_`, `.`, `-`, `/` and blanks are allowed"},
        Complaint{"a.`b", 1, 3, 1, "a quoted field name does not end", "close it with a backquote"},
        Complaint{"let x = 1", 1, 1, 3, "`let` is a reserved word",
                  "a value is named with `cel.bind(name, value, result)`"},
        Complaint{"1 .. 3", 1, 4, 1, "found `.` where a field or a function is expected",
                  "there are no ranges; write `low <= x && x <= high`"},
        Complaint{"i in [1..3]", 1, 9, 2, "found `.3` where a field or a function is expected",
                  "there are no ranges; write `low <= x && x <= high`"},
        Complaint{"\"a\" 'b'", 1, 5, 3, "found `'b'` where an operator or the end is expected",
                  "perhaps an operator is missing before it"},
        Complaint{"i / ", 1, 5, 1, "the expression ends where a value is expected",
                  "`/` needs a value after it"},
        Complaint{"i == 1 ? : 2", 1, 10, 1, "found `:` where a value is expected",
                  "a choice is written `condition ? one : other`"},
        Complaint{"a b c", 1, 3, 1, "found `b` where an operator or the end is expected",
                  "perhaps an operator is missing before it"},
        Complaint{"))", 1, 1, 1, "found `)` where a value is expected", "no `(` before it is open"},
        Complaint{")", 1, 1, 1, "found `)` where a value is expected", "no `(` before it is open"},
        Complaint{"]", 1, 1, 1, "found `]` where a value is expected", ""},
        Complaint{"}", 1, 1, 1, "found `}` where a value is expected", ""},
        Complaint{"(a", 1, 3, 1, "the expression ends where `)` is expected",
                  "close the `(` of line 1, column 1"},
        Complaint{"a)", 1, 2, 1, "found `)` where an operator or the end is expected",
                  "no `(` before it is open"},
        Complaint{"[a)", 1, 3, 1, "found `)` where `,` or `]` is expected",
                  "close the `[` of line 1, column 1"},
        Complaint{"{a: b]", 1, 6, 1, "found `]` where `,` or `}` is expected",
                  "close the `{` of line 1, column 1"},
        Complaint{"a.b(", 1, 5, 1, "the expression ends where `,` or `)` is expected",
                  "close the `(` of line 1, column 4"},
        Complaint{"a..b", 1, 3, 1, "found `.` where a field or a function is expected",
                  "there are no ranges; write `low <= x && x <= high`"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax3, Complaints,
    testing::Values(
        Complaint{"a.1", 1, 2, 2, "found `.1` where an operator or the end is expected",
                  "a number has one point; an element is selected like `list[1]`"},
        Complaint{".1.2", 1, 3, 2, "found `.2` where an operator or the end is expected",
                  "a number has one point; an element is selected like `list[1]`"},
        Complaint{".", 1, 2, 1, "the expression ends where a name is expected", ""},
        Complaint{",", 1, 1, 1, "found `,` where a value is expected",
                  "a value is missing before the comma"},
        Complaint{":", 1, 1, 1, "found `:` where a value is expected",
                  "a choice is written `condition ? one : other`"},
        Complaint{"?", 1, 1, 1, "found `?` where a value is expected",
                  "a choice is written `condition ? one : other`"},
        Complaint{"a ? b", 1, 6, 1, "the expression ends where `:` is expected",
                  "write `condition ? one : other`"},
        Complaint{"math.abs(", 1, 10, 1, "the expression ends where `,` or `)` is expected",
                  "close the `(` of line 1, column 9"},
        Complaint{"b ||\n\ts = 'x'", 2, 4, 1, "found `=` where an operator or the end is expected",
                  "equality is written `==`"},
        Complaint{"// only a comment", 1, 18, 1, "the expression ends where a value is expected",
                  "write a condition or a value"}));

INSTANTIATE_TEST_SUITE_P(
    Types, Complaints,
    testing::Values(
        Complaint{"{\"a\": 1, \"a\": 2}", 1, 10, 3, "the key `\"a\"` is in the map already",
                  "leave out one of the entries"},
        Complaint{"{1: 2, 1u: 3}", 1, 8, 2, "the key `1u` is in the map already",
                  "leave out one of the entries"},
        Complaint{"change.servces", 1, 8, 7,
                  "`changepolicy.v1.ChangeRequest` has no field `servces`",
                  "did you mean `services`?"},
        Complaint{"change.urgency == 'HIGH'", 1, 16, 1,
                  "`==` does not compare `changepolicy.v1.Urgency` and `string`",
                  "name a value of the enum, like `Urgency.URGENT`"},
        Complaint{"Urgency.HIHG", 1, 9, 4, "`changepolicy.v1.Urgency` has no value `HIHG`",
                  "did you mean `HIGH`?"},
        Complaint{"change.urgency == Urgency.HIHG", 1, 27, 4,
                  "`changepolicy.v1.Urgency` has no value `HIHG`", "did you mean `HIGH`?"},
        Complaint{"change.urgency == 3", 1, 16, 1,
                  "`==` does not compare `changepolicy.v1.Urgency` and `int`",
                  "name a value of the enum, like `Urgency.URGENT`"},
        Complaint{"i == \"a\"", 1, 3, 1, "`==` does not compare `int` and `string`",
                  "convert one of them, like `int(...)`"},
        Complaint{"i < s", 1, 3, 1, "`<` does not compare `int` and `string`",
                  "convert one of them, like `int(...)`"},
        Complaint{"i + s", 1, 3, 1, "`+` does not take `int` and `string`",
                  "convert the number with `string(...)`"},
        Complaint{"s + 1", 1, 3, 1, "`+` does not take `string` and `int`",
                  "convert the number with `string(...)`"},
        Complaint{"b && i", 1, 3, 1, "`&&` does not take `bool` and `int`",
                  "compare the number with another, like `x > 0`"},
        Complaint{"i && b", 1, 3, 1, "`&&` does not take `int` and `bool`",
                  "compare the number with another, like `x > 0`"},
        Complaint{"!i", 1, 1, 1, "`!` does not take `int`",
                  "compare the number with another, like `x > 0`"},
        Complaint{"-s", 1, 1, 1, "`-` does not take `string`", "only numbers have a sign"},
        Complaint{"i ? 1 : 2", 1, 3, 1, "the condition of `? :` is `int`, not `bool`",
                  "compare the number with another, like `x > 0`"},
        Complaint{"b ? 1 : \"a\"", 1, 3, 1, "`? :` chooses between `int` and `string`",
                  "both results are of one type; wrap one in `dyn(...)` where any will do"},
        Complaint{"i(3)", 1, 1, 1, "`i` is a variable, not a function",
                  "leave out the parentheses"},
        Complaint{"change.id()", 1, 8, 1, "`id` is a field, not a function",
                  "leave out the parentheses"},
        Complaint{"s.contains(1)", 1, 3, 1, "`contains` does not take (`int`) on `string`",
                  "it is declared as `string.contains(string) -> bool`"},
        Complaint{"s.foo()", 1, 3, 1, "undeclared function `s.foo`", ""},
        Complaint{"size(1)", 1, 1, 1, "`size` does not take (`int`)",
                  "it is declared as `size(string) -> int`, `size(bytes) -> int`, `size(list(A)) "
                  "-> int`, `size(map(A, B)) -> int`"},
        Complaint{"size()", 1, 1, 1, "`size` does not take ()",
                  "it is declared as `size(string) -> int`, `size(bytes) -> int`, `size(list(A)) "
                  "-> int`, `size(map(A, B)) -> int`"},
        Complaint{"l.contains(1)", 1, 3, 1, "`contains` does not take (`int`) on `list(int)`",
                  "it is declared as `string.contains(string) -> bool`"},
        Complaint{"l.all(x)", 1, 3, 1, "`all` does not take 1 argument here",
                  "it is written `list.all(x, condition)`"},
        Complaint{"l.all(x, x)", 1, 3, 1, "`&&` does not take `bool` and `int`",
                  "compare the number with another, like `x > 0`"},
        Complaint{"l.map(1, 2)", 1, 7, 1, "`map` needs the name of a variable here",
                  "write a plain name, like `x`"},
        Complaint{"has(change)", 1, 5, 6, "`has` needs the selection of a field",
                  "write `has(message.field)`"},
        Complaint{"has(i)", 1, 5, 1, "`has` needs the selection of a field",
                  "write `has(message.field)`"},
        Complaint{"l.any(x, x > 1)", 1, 3, 1, "undeclared function `l.any`",
                  "it is written `list.exists(x, condition)`"},
        Complaint{"l.length()", 1, 3, 1, "undeclared function `l.length`",
                  "the number of its elements is `size(x)`"},
        Complaint{"l.size", 1, 3, 4, "`list(int)` has no fields, found `.size`",
                  "it is a function: `size(x)`"},
        Complaint{"len(l)", 1, 1, 1, "undeclared function `len`",
                  "the number of its elements is `size(x)`"},
        Complaint{"s.lower()", 1, 3, 1, "undeclared function `s.lower`",
                  "it is written `text.lowerAscii()`"},
        Complaint{"s.len", 1, 3, 3, "`string` has no fields, found `.len`",
                  "the number of its elements is `size(x)`"},
        Complaint{"ChangeRequest{id: 'x', id: 'y'}", 1, 24, 2, "field `id` is set twice",
                  "leave out one of the two"},
        Complaint{"ChangeRequest{idd: 'x'}", 1, 15, 3,
                  "`changepolicy.v1.ChangeRequest` has no field `idd`", "did you mean `id`?"},
        Complaint{"ChangeRequest{id: 1}", 1, 19, 1, "field `id` is `string`, found `int`",
                  "convert it, like `string(...)`"},
        Complaint{"Chnge{id: 'x'}", 1, 1, 1, "undeclared message type `Chnge`",
                  "a message is written `Type{field: value}`, a map `{key: value}`"},
        Complaint{"i in 1", 1, 3, 1, "`in` does not take `int` and `int`",
                  "a list or a map stands to the right of `in`"},
        Complaint{"i == None", 1, 6, 4, "undeclared name `None`", "it is written `null`"},
        Complaint{"b == True", 1, 6, 4, "undeclared name `True`", "it is written `true`"},
        Complaint{"change['id']", 1, 7, 1,
                  "`[ ]` does not take `changepolicy.v1.ChangeRequest` and `string`",
                  "a field is selected with a dot, like `message.field`"},
        Complaint{"t > '2026-01-01'", 1, 3, 1,
                  "`>` does not compare `google.protobuf.Timestamp` and `string`",
                  "write `timestamp(\"2026-01-31T00:00:00Z\")`"},
        Complaint{"t + 3600", 1, 3, 1, "`+` does not take `google.protobuf.Timestamp` and `int`",
                  "write the number as a duration, like `duration(\"3600s\")`"}));

INSTANTIATE_TEST_SUITE_P(
    Types2, Complaints,
    testing::Values(
        Complaint{"t == \"2026-01-01T00:00:00Z\"", 1, 3, 1,
                  "`==` does not compare `google.protobuf.Timestamp` and `string`",
                  "write `timestamp(\"2026-01-31T00:00:00Z\")`"},
        Complaint{"1 + 1.0", 1, 3, 1, "`+` does not take `int` and `double`",
                  "convert one of them, like `int(...)`"},
        Complaint{"u == -1", 1, 3, 1, "`==` does not compare `uint` and `int`",
                  "convert one of them, like `uint(...)`"},
        Complaint{"u + 1", 1, 3, 1, "`+` does not take `uint` and `int`",
                  "convert one of them, like `uint(...)`"},
        Complaint{"s[0]", 1, 2, 1, "`[ ]` does not take `string` and `int`",
                  "a character is `text.charAt(index)`"},
        Complaint{"m.a.b", 1, 5, 1, "`int` has no fields, found `.b`",
                  "only messages and maps have fields"},
        Complaint{"[].x", 1, 4, 1, "`list(dyn)` has no fields, found `.x`",
                  "take one element, like `[0].x`, or go through it, like `.exists(x, x.x ...)`"},
        Complaint{"[] + type(b)", 1, 4, 1, "`+` does not take `list(dyn)` and `type(bool)`", ""},
        Complaint{"{} - {}", 1, 4, 1, "`-` does not take `map(dyn, dyn)` and `map(dyn, dyn)`", ""},
        Complaint{"l.x", 1, 3, 1, "`list(int)` has no fields, found `.x`",
                  "take one element, like `[0].x`, or go through it, like `.exists(x, x.x ...)`"},
        Complaint{"null + 1", 1, 6, 1, "`+` does not take `null_type` and `int`",
                  "only messages, wrappers and dyn can be `null`"},
        Complaint{"change.services.client_facing", 1, 17, 13,
                  "`list(changepolicy.v1.AffectedService)` has no fields, found `.client_facing`",
                  "take one element, like `[0].client_facing`, or go through it, like `.exists(x, "
                  "x.client_facing ...)`"},
        Complaint{"change.services[0].client_facng", 1, 20, 12,
                  "`changepolicy.v1.AffectedService` has no field `client_facng`",
                  "did you mean `client_facing`?"},
        Complaint{"duration('1x') > 1", 1, 16, 1,
                  "`>` does not compare `google.protobuf.Duration` and `int`",
                  "write the number as a duration, like `duration(\"3600s\")`"},
        Complaint{"timestamp(1, 2)", 1, 1, 1, "`timestamp` does not take (`int`, `int`)",
                  "it is declared as `timestamp(timestamp) -> timestamp`, `timestamp(string) -> "
                  "timestamp`, `timestamp(int) -> timestamp`"},
        Complaint{"int('a', 1)", 1, 1, 1, "`int` does not take (`string`, `int`)",
                  "it is declared as `int(int) -> int`, `int(uint) -> int`, `int(double) -> int`, "
                  "`int(string) -> int`"},
        Complaint{"optional.foo(1)", 1, 10, 1, "undeclared function `optional.foo`",
                  "did you mean `optional.of`?"},
        Complaint{"strings.trim(s)", 1, 1, 7, "undeclared name `strings`", ""},
        Complaint{"change.urgency > Urgency.LOW && change.urgency < RiskLevel.HIGH", 1, 48, 1,
                  "`<` does not compare `changepolicy.v1.Urgency` and `changepolicy.v1.RiskLevel`",
                  "values of two enums cannot be compared"},
        Complaint{"cel.bind(x, 1)", 1, 5, 1, "`bind` does not take 2 arguments here",
                  "it is written `cel.bind(name, value, result)`"},
        Complaint{"cel.bind(1, 1, 1)", 1, 10, 1, "`bind` needs the name of a variable here",
                  "write a plain name, like `x`"},
        Complaint{"optional.frob(1)", 1, 10, 1, "undeclared function `optional.frob`",
                  "did you mean `optional.of`?"},
        Complaint{"s.frob()", 1, 3, 1, "undeclared function `s.frob`", ""},
        Complaint{"'日本' + \n 'é' == 1 + s", 2, 11, 1, "`+` does not take `int` and `string`",
                  "convert the number with `string(...)`"},
        Complaint{"\"é\" && 1", 1, 5, 1, "`&&` does not take `string` and `int`",
                  "compare the string with another, like `x != \"\"`"},
        Complaint{"l.every(x, x > 0)", 1, 3, 1, "undeclared function `l.every`",
                  "it is written `list.all(x, condition)`"},
        Complaint{"change.schedule.start > 5", 1, 23, 1,
                  "`>` does not compare `google.protobuf.Timestamp` and `int`",
                  "write the number as a duration, like `duration(\"3600s\")`"},
        Complaint{"change.services == 1", 1, 17, 1,
                  "`==` does not compare `list(changepolicy.v1.AffectedService)` and `int`", ""},
        Complaint{"[1, 2].map(x, y)", 1, 15, 1, "undeclared name `y`", ""}));

struct Several {
  const char* text;
  std::vector<std::string> places;  // line:column id
};
std::ostream& operator<<(std::ostream& out, const Several& row) { return out << row.text; }

class AllOfThem : public testing::TestWithParam<Several> {};

// All type errors at once, in the order of the text; none that only follows from another.
TEST_P(AllOfThem, AreReported) {
  const CompileResult compiled = TestEnvironment().Compile(GetParam().text);
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    const Position place = PositionOf(GetParam().text, diagnostic.begin);
    found.push_back(std::to_string(place.line) + ":" + std::to_string(place.column) + " " +
                    diagnostic.id);
  }
  EXPECT_EQ(found, GetParam().places);
}

INSTANTIATE_TEST_SUITE_P(
    Together, AllOfThem,
    testing::Values(
        Several{"b &&\r\n\tchnge.id == 'é' && s.foo() ||\n'日本' == i",
                {"2:2 cel-undeclared-name", "2:23 cel-undeclared-function",
                 "3:6 cel-no-such-overload"}},
        Several{"[i + s, {'a': 1, 'a': u + 1}.b, ChangeRequest{idd: 1, id: 2}.nme]",
                {"1:4 cel-no-such-overload", "1:18 cel-repeated-key", "1:25 cel-no-such-overload",
                 "1:47 cel-unknown-field", "1:59 cel-field-type", "1:62 cel-unknown-field"}},
        Several{
            "l.exists(x, x == s) && l.all(y, y && z)",
            {"1:15 cel-no-such-overload", "1:35 cel-no-such-overload", "1:38 cel-undeclared-name"}},
        Several{"chnge.foo.bar(1)[2] + chnge",
                {"1:1 cel-undeclared-name", "1:23 cel-undeclared-name"}},
        Several{"(chnge.id + 1).foo.bar == 3", {"1:2 cel-undeclared-name", "1:16 cel-no-fields"}}));

}  // namespace
}  // namespace changepolicy::cel
