// The regex library.
#include "gtest/gtest.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Regex, Replace) {
  ExpectAll({
      {"regex.replace('hello world hello', 'hello', 'hi')", "\"hi world hi\"", "string"},
      {"regex.replace('banana', 'a', 'x', 0)", "\"banana\"", "string"},
      {"regex.replace('banana', 'a', 'x', 1)", "\"bxnana\""},
      {"regex.replace('banana', 'a', 'x', 2)", "\"bxnxna\""},
      {"regex.replace('banana', 'a', 'x', 100)", "\"bxnxnx\""},
      {"regex.replace('banana', 'a', 'x', -12)", "\"bxnxnx\""},
      {"regex.replace('foo bar', '(fo)o (ba)r', r'\\2 \\1')", "\"ba fo\""},
      {"regex.replace('ab', '(a)|(b)', r'[\\1\\2]')", "\"[a][b]\""},
      {"regex.replace('ab', 'b', r'<\\0>')", "\"a<b>\""},
      {"regex.replace('ab', 'b', r'\\\\') == r'a\\'", "true"},
      {"regex.replace('ab', 'b', '$0')", "\"a$0\""},
      // Empty matches: between code points, but not where the last match ended.
      {"regex.replace('日本', '', '-') == '-日-本-'", "true"},
      {"regex.replace('baac', 'a*', '-')", "\"-b-c-\""},
      {"regex.replace('aa', '^a', 'x')", "\"xa\""},
  });
}

TEST(Regex, ReplaceRefusesBadReplacements) {
  ExpectAll({
      {"regex.replace('test', '(.)', r'\\2')", "error INVALID_ARGUMENT"},
      {"regex.replace('test', 'e', 'x\\\\')", "error INVALID_ARGUMENT"},
      {"regex.replace('id=123', r'id=(?P<value>\\d+)', r'value: \\values')",
       "error INVALID_ARGUMENT"},
      // Where nothing matches, nobody looks at the replacement, nor at the pattern for none.
      {"regex.replace('test', 'x', r'\\2')", "\"test\""},
      {"regex.replace('test', '(', 'x', 0)", "\"test\""},
      {"regex.replace('foo bar', '(', 'x')", "error INVALID_ARGUMENT"},
      {"regex.replace('a', 'b', 'c', 1u)", "refused cel-no-such-overload", "",
       "error UNIMPLEMENTED"},
  });
}

TEST(Regex, Extract) {
  ExpectAll({
      {"regex.extract('hello world', 'hello(.*)')", "optional.of(\" world\")",
       "optional_type(string)"},
      {"regex.extract('item-A, item-B', r'item-(\\w+)')", "optional.of(\"A\")"},
      {"regex.extract('item-A', r'item-\\w+')", "optional.of(\"item-A\")"},
      {"regex.extract('HELLO', 'hello')", "optional.none()"},
      // A group that matched nothing is no match; a whole match may be empty.
      {"regex.extract('b', '(a)?b')", "optional.none()"},
      {"regex.extract('b', 'a*')", "optional.of(\"\")"},
      {"regex.extract('testuser@testdomain', '(.*)@([^.]*)')", "error INVALID_ARGUMENT"},
      {"regex.extract('ab', '(?:a)(b)')", "optional.of(\"b\")"},
      {"regex.extract('a', '(')", "error INVALID_ARGUMENT"},
      {"regex.extract('ab', '(?<name>b)')", "optional.of(\"b\")"},
      {"regex.extract('a(?<', '[(?<n>]+$')", "optional.of(\"(?<\")"},
      // Half of a code point is no string.
      {"regex.extract('é', r'\\C')", "error INVALID_ARGUMENT"},
      {"regex.extract(r'x\\C', r'\\Q\\C\\E') == optional.of(r'\\C')", "true"},
      {"regex.extract(1, 'a')", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"regex.extract(dyn(1), 'a')", "error UNIMPLEMENTED"},
  });
}

TEST(Regex, ExtractAll) {
  ExpectAll({
      {"regex.extractAll('id:123, id:456', r'id:\\d+')", "[\"id:123\", \"id:456\"]",
       "list(string)"},
      {"regex.extractAll('id:123, id:456', r'id:(\\d+)')", "[\"123\", \"456\"]"},
      {"regex.extractAll('id:123, id:456', 'assa')", "[]"},
      {"regex.extractAll('aab', '(a)|b')", "[\"a\", \"a\"]"},
      {"regex.extractAll('baac', 'a*')", "[\"\", \"aa\", \"\"]"},
      {"regex.extractAll('a b', r'\\b')", "[\"\", \"\", \"\", \"\"]"},
      {"regex.extractAll('testuser@testdomain', '(.*)@([^.]*)')", "error INVALID_ARGUMENT"},
      {"regex.extractAll('a', '[')", "error INVALID_ARGUMENT"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
