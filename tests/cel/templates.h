// The table from which random expressions are made: for each type, the ways to write it.
#ifndef TESTS_CEL_TEMPLATES_H_
#define TESTS_CEL_TEMPLATES_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/type.h"

namespace changepolicy::cel {

// What the type parameters of a template stand for.
using TypeBinding = std::map<std::string, Type>;

// `$int$ + $int$`: between dollars stand
//   a type        an expression of it
//   #             a small number, meant as a position or a length
//   x:T           a new variable of type T, not yet visible
//   + and -       between them the new variables are visible; without -, to the end
// Parameters: K can be the key of a map, O has an order, N and M are numbers, others are anything.
struct Template {
  struct Part {
    enum class Kind { kText, kExpression, kPosition, kVariable, kScope } kind;
    std::string text;
    Type type;
  };
  Type result;
  std::vector<Part> parts;
  bool messages = false;  // reads or builds one
};

const std::vector<Template>& Templates();

// Whether the pattern can become the type, and with which parameters.
bool MatchType(const Type& pattern, const Type& type, TypeBinding* binding);

bool IsPlainKeyType(const Type& type);
bool IsOrderedType(const Type& type);
bool IsNumberType(const Type& type);

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_TEMPLATES_H_
