#include "libchangepolicy/cel/habits.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

namespace {

struct Habit {
  std::string_view written;
  std::string_view help;
};

template <size_t kSize>
std::string Find(const Habit (&habits)[kSize], std::string_view written) {
  const auto found = std::find_if(std::begin(habits), std::end(habits),
                                  [&](const Habit& habit) { return habit.written == written; });
  return found == std::end(habits) ? "" : std::string(found->help);
}

constexpr std::string_view kChoice = "a choice is written `condition ? one : other`";
constexpr std::string_view kMacro =
    "a macro names its variable first, like `list.filter(x, x > 1)`";

constexpr std::string_view kNoParenthesis = "no `(` before it is open";

bool IsBinary(std::string_view symbol) {
  constexpr std::array kSymbols = {"&&", "||", "==", "!=", "<", "<=", ">",
                                   ">=", "+",  "*",  "/",  "%", "in"};
  return std::find(kSymbols.begin(), kSymbols.end(), symbol) != kSymbols.end();
}

}  // namespace

std::string CharacterHelp(std::string_view character) {
  static constexpr Habit kHabits[] = {
      {"&", "`and` is written `&&`"},
      {"|", "`or` is written `||`"},
      {"~", "a pattern is matched with `text.matches(pattern)`"},
      {"^", "there is no operator `^`"},
      {"#", "a comment begins with `//`"},
      {";", "an expression ends without a mark"},
      {"$", "a name begins with a letter or `_`"},
      {"@", "a name begins with a letter or `_`"},
      {"\\", "a backslash stands in strings only"},
      {"“", "write straight quotes, `\"` or `'`"},
      {"”", "write straight quotes, `\"` or `'`"},
      {"‘", "write straight quotes, `\"` or `'`"},
      {"’", "write straight quotes, `\"` or `'`"},
      {"\u00A0", "write a plain blank"},
      {"≤", "write `<=`"},
      {"≥", "write `>=`"},
      {"≠", "write `!=`"},
      {"∈", "write `in`"},
      {"∧", "write `&&`"},
      {"∨", "write `||`"},
      {"¬", "write `!`"},
      {"×", "write `*`"},
      {"÷", "write `/`"},
      {"–", "write `-`"},
      {"−", "write `-`"},
  };
  std::string help = Find(kHabits, character);
  const bool ascii = !character.empty() && static_cast<unsigned char>(character[0]) < 0x80;
  if (!help.empty() || ascii) return help;
  return "outside strings, names and operators are of ASCII characters";
}

std::string OperatorHelp(std::string_view found, std::string_view before) {
  static constexpr Habit kHabits[] = {
      {"=", "equality is written `==`"},
      {"and", "and is written `&&`"},
      {"AND", "and is written `&&`"},
      {"or", "or is written `||`"},
      {"OR", "or is written `||`"},
      {"is", "equality is written `==`"},
      {"eq", "equality is written `==`"},
      {"equals", "equality is written `==`"},
      {"ne", "inequality is written `!=`"},
      {"not", "`not in` is written `!(a in b)`"},
      {"mod", "the remainder is written `%`"},
      {"like", "a pattern is matched with `text.matches(pattern)`"},
      {"matches", "a pattern is matched with `text.matches(pattern)`"},
      {"contains", "it is called like `text.contains(part)`; for a list write `element in list`"},
      {"startsWith", "it is called like `text.startsWith(part)`"},
      {"endsWith", "it is called like `text.endsWith(part)`"},
      {"between", "write `low <= x && x <= high`"},
      {"then", kChoice},
      {"else", kChoice},
      {"if", kChoice},
      {")", kNoParenthesis},
      {"]", "no `[` before it is open"},
      {"}", "no `{` before it is open"},
      {"=>", kMacro},
      {"!", "`not in` is written `!(a in b)`, inequality `!=`"},
  };
  if (before == "not" || before == "NOT") return "not is written `!`";
  if (std::string help = Find(kHabits, found); !help.empty()) return help;
  if (found == "," || found == ":") return "";
  if (found.starts_with('.'))
    return "a number has one point; an element is selected like `list[1]`";
  return "perhaps an operator is missing before it";
}

std::string ValueHelp(std::string_view found, std::string_view before) {
  if (before == "<" && found == ">") return "inequality is written `!=`";
  if (before == "-" && found == ">") return std::string(kMacro);
  if (before == "?" && found == "?") return "a default is written `optional.orValue(value)`";
  if (before == "?" && found == ".") return "an optional selection is written `a.?b`";
  if (found == "=") {
    if (before == "!=") return "inequality is written `!=`";
    return IsBinary(before) ? StrCat("write `", before, "` alone") : "equality is written `==`";
  }
  if (before == "+" && found == "+") return "write `+ 1`; nothing is changed by an expression";
  if (found == "/" || found == "*") {
    if (before.empty() || before == "/") return "a comment begins with `//`";
  }
  if (found == ",") return "a value is missing before the comma";
  if (before == "," && found == ")") return "a value is missing after the comma";
  if (found == "?" || found == ":") return std::string(kChoice);
  if (IsBinary(found)) return StrCat("`", found, "` stands between two values");
  if (before.empty() && found.empty()) return "write a condition or a value";
  if (before.empty() && found == ")") return std::string(kNoParenthesis);
  if (!before.empty()) return StrCat("`", before, "` needs a value after it");
  return "";
}

std::string ReservedWordHelp(std::string_view word) {
  static constexpr Habit kHabits[] = {
      {"if", kChoice},
      {"else", kChoice},
      {"for", "a list is gone through with a macro, like `list.all(x, condition)`"},
      {"while", "a list is gone through with a macro, like `list.all(x, condition)`"},
      {"loop", "a list is gone through with a macro, like `list.all(x, condition)`"},
      {"let", "a value is named with `cel.bind(name, value, result)`"},
      {"var", "a value is named with `cel.bind(name, value, result)`"},
      {"const", "a value is named with `cel.bind(name, value, result)`"},
      {"return", "the expression itself is the result"},
      {"in", "`in` stands between two values"},
  };
  const std::string help = Find(kHabits, word);
  return help.empty() ? "use another name" : help;
}

std::string NameHelp(std::string_view name) {
  static constexpr Habit kHabits[] = {
      {"True", "it is written `true`"},      {"TRUE", "it is written `true`"},
      {"False", "it is written `false`"},    {"FALSE", "it is written `false`"},
      {"None", "it is written `null`"},      {"nil", "it is written `null`"},
      {"NULL", "it is written `null`"},      {"Null", "it is written `null`"},
      {"undefined", "it is written `null`"}, {"not", "not is written `!`"},
  };
  return Find(kHabits, name);
}

std::string FunctionHelp(std::string_view name) {
  static constexpr std::string_view kSize = "the number of its elements is `size(x)`";
  static constexpr Habit kHabits[] = {
      {"len", kSize},
      {"length", kSize},
      {"count", kSize},
      {"find", "it is written `list.filter(x, condition)`"},
      {"any", "it is written `list.exists(x, condition)`"},
      {"some", "it is written `list.exists(x, condition)`"},
      {"every", "it is written `list.all(x, condition)`"},
      {"includes", "it is written `element in list`, for strings `text.contains(part)`"},
      {"contain", "it is written `element in list`, for strings `text.contains(part)`"},
      {"lower", "it is written `text.lowerAscii()`"},
      {"toLower", "it is written `text.lowerAscii()`"},
      {"toLowerCase", "it is written `text.lowerAscii()`"},
      {"upper", "it is written `text.upperAscii()`"},
      {"toUpper", "it is written `text.upperAscii()`"},
      {"toUpperCase", "it is written `text.upperAscii()`"},
      {"strip", "it is written `text.trim()`"},
      {"substr", "it is written `text.substring(start, end)`"},
      {"startswith", "it is written `text.startsWith(part)`"},
      {"endswith", "it is written `text.endsWith(part)`"},
      {"match", "it is written `text.matches(pattern)`"},
      {"str", "it is written `string(x)`"},
      {"toString", "it is written `string(x)`"},
      {"float", "it is written `double(x)`"},
      {"not", "not is written `!`"},
      {"isEmpty", "it is written `size(x) == 0`"},
      {"empty", "it is written `size(x) == 0`"},
      {"equals", "equality is written `==`"},
      {"defined", "it is written `has(message.field)`"},
      {"isSet", "it is written `has(message.field)`"},
  };
  return Find(kHabits, name);
}

}  // namespace changepolicy::cel
