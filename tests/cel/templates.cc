#include "tests/cel/templates.h"

#include <utility>

#include "kinds2.pb.h"
#include "kinds3.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/function.h"

namespace changepolicy::cel {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Row {
  std::string_view result;
  std::string_view text;
};

constexpr Row kAnything[] = {
    {"A", "$bool$ ? $A$ : $A$"},
    {"A", "[$A$, $A$][$#$]"},
    {"A", "$list(A)$[$#$]"},
    // A key that is written twice is refused, so one of them is computed.
    {"A", "{$K$: $A$, [$K$][0]: $A$}[$K$]"},
    {"A", "$map(K, A)$[$K$]"},
    {"A", "{'k': $A$}.k"},
    {"A", "cel.bind($x:B$, $B$, $+$$A$)"},
    {"A", "$optional(A)$.orValue($A$)"},
    {"A", "$optional(A)$.value()"},
    {"A", "$list(A)$.filter($x:A$, $+$$bool$)$-$[0]"},
    {"A", "$list(B)$.map($x:B$, $+$$A$)$-$[$#$]"},
    {"A", "[$A$].last().value()"},
    {"dyn", "dyn($A$)"},
    {"type(A)", "type($A$)"},
};

constexpr Row kBools[] = {
    {"bool", "$bool$ && $bool$"},
    {"bool", "$bool$ || $bool$"},
    {"bool", "!$bool$"},
    {"bool", "$A$ == $A$"},
    {"bool", "$A$ != $A$"},
    {"bool", "dyn($A$) == $B$"},
    {"bool", "dyn($A$) != dyn($B$)"},
    {"bool", "dyn($N$) == dyn($M$)"},
    {"bool", "$N$ < $M$"},
    {"bool", "$N$ >= $M$"},
    {"bool", "$O$ < $O$"},
    {"bool", "$O$ <= $O$"},
    {"bool", "$O$ > $O$"},
    {"bool", "$O$ >= $O$"},
    {"bool", "$A$ in $list(A)$"},
    {"bool", "$K$ in $map(K, A)$"},
    {"bool", "dyn($N$) in $list(M)$"},
    {"bool", "has($map(string, A)$.k)"},
    {"bool", "has({'k': $A$}.k)"},
    {"bool", "$list(A)$.all($x:A$, $+$$bool$)"},
    {"bool", "$list(A)$.exists($x:A$, $+$$bool$)"},
    {"bool", "$list(A)$.exists_one($x:A$, $+$$bool$)"},
    {"bool", "$map(K, A)$.all($x:K$, $+$$bool$)"},
    {"bool", "$map(K, A)$.exists($x:K$, $+$$bool$)"},
    {"bool", "$list(A)$.all($i:int$, $x:A$, $+$$bool$)"},
    {"bool", "$list(A)$.exists($i:int$, $x:A$, $+$$bool$)"},
    {"bool", "$list(A)$.existsOne($i:int$, $x:A$, $+$$bool$)"},
    {"bool", "$map(K, A)$.all($k:K$, $x:A$, $+$$bool$)"},
    {"bool", "$map(K, A)$.exists($k:K$, $x:A$, $+$$bool$)"},
    {"bool", "$string$.contains($string$)"},
    {"bool", "$string$.startsWith($string$)"},
    {"bool", "$string$.endsWith($string$)"},
    {"bool", "$string$.matches($string$)"},
    {"bool", "matches($string$, 'a.*[b-y]|^$|[0-9]+')"},
    {"bool", "bool($string$)"},
    {"bool", "bool($bool$)"},
    {"bool", "$optional(A)$.hasValue()"},
    {"bool", "type($A$) == type($B$)"},
    {"bool", "type($int$) == int"},
    {"bool", "cel.bind($x:A$, $A$, $+$$bool$)"},
};

constexpr Row kNumbers[] = {
    {"N", "$N$ + $N$"},
    {"N", "$N$ - $N$"},
    {"N", "$N$ * $N$"},
    {"N", "$N$ / $N$"},
    {"int", "$int$ % $int$"},
    {"uint", "$uint$ % $uint$"},
    {"int", "-$int$"},
    {"double", "-$double$"},
    {"int", "int($N$)"},
    {"int", "int($string$)"},
    {"int", "int($timestamp$)"},
    {"uint", "uint($N$)"},
    {"uint", "uint($string$)"},
    {"double", "double($N$)"},
    {"double", "double($string$)"},
    {"int", "size($string$)"},
    {"int", "size($bytes$)"},
    {"int", "size($list(A)$)"},
    {"int", "size($map(K, A)$)"},
    {"int", "$string$.size()"},
    {"int", "$bytes$.size()"},
    {"int", "$list(A)$.size()"},
    {"int", "$map(K, A)$.size()"},
    {"int", "$string$.indexOf($string$)"},
    {"int", "$string$.indexOf($string$, $#$)"},
    {"int", "$string$.lastIndexOf($string$)"},
    {"int", "$string$.lastIndexOf($string$, $#$)"},
};

constexpr Row kTexts[] = {
    {"string", "$string$ + $string$"},
    {"string", "string($N$)"},
    {"string", "string($bool$)"},
    {"string", "string($string$)"},
    {"string", "string($bytes$)"},
    {"string", "string($timestamp$)"},
    {"string", "string($duration$)"},
    {"string", "$string$.charAt($#$)"},
    {"string", "$string$.lowerAscii()"},
    {"string", "$string$.upperAscii()"},
    {"string", "$string$.trim()"},
    {"string", "$string$.reverse()"},
    {"string", "$string$.replace($string$, $string$)"},
    {"string", "$string$.replace($string$, $string$, $#$)"},
    {"string", "$string$.substring($#$)"},
    {"string", "$string$.substring($#$, $#$)"},
    {"string", "$list(string)$.join()"},
    {"string", "$list(string)$.join($string$)"},
    {"string", "strings.quote($string$)"},
    {"string", "'%s|%s'.format([$A$, $B$])"},
    {"string", "'%d %x %o %b'.format([$int$, $int$, $uint$, $uint$])"},
    {"string", "'%.3f %e %f'.format([$double$, $double$, $double$])"},
    {"string", "'%X %x %%'.format([$string$, $bytes$])"},
    {"bytes", "$bytes$ + $bytes$"},
    {"bytes", "bytes($string$)"},
    {"bytes", "bytes($bytes$)"},
};

constexpr Row kTimes[] = {
    {"timestamp", "timestamp($string$)"},
    {"timestamp", "timestamp($int$)"},
    {"timestamp", "timestamp($timestamp$)"},
    {"timestamp", "$timestamp$ + $duration$"},
    {"timestamp", "$duration$ + $timestamp$"},
    {"timestamp", "$timestamp$ - $duration$"},
    {"duration", "duration($string$)"},
    {"duration", "duration($duration$)"},
    {"duration", "$timestamp$ - $timestamp$"},
    {"duration", "$duration$ + $duration$"},
    {"duration", "$duration$ - $duration$"},
    {"int", "$duration$.getHours()"},
    {"int", "$duration$.getMinutes()"},
    {"int", "$duration$.getSeconds()"},
    {"int", "$duration$.getMilliseconds()"},
    {"int", "$timestamp$.getFullYear()"},
    {"int", "$timestamp$.getMonth('America/New_York')"},
    {"int", "$timestamp$.getDate('+05:30')"},
    {"int", "$timestamp$.getDayOfMonth()"},
    {"int", "$timestamp$.getDayOfWeek('-02:15')"},
    {"int", "$timestamp$.getDayOfYear()"},
    {"int", "$timestamp$.getHours('Asia/Kathmandu')"},
    {"int", "$timestamp$.getMinutes($string$)"},
    {"int", "$timestamp$.getSeconds()"},
    {"int", "$timestamp$.getMilliseconds()"},
};

constexpr Row kCollections[] = {
    {"list(A)", "$list(A)$ + $list(A)$"},
    {"list(A)", "$list(A)$ + []"},
    {"list(A)", "$bool$ ? [] : $list(A)$"},
    {"map(K, A)", "$bool$ ? $map(K, A)$ : {}"},
    {"optional(A)", "$bool$ ? optional.none() : $optional(A)$"},
    {"list(A)", "$list(B)$.map($x:B$, $+$$A$)"},
    {"list(A)", "$list(B)$.map($x:B$, $+$$bool$, $A$)"},
    {"list(A)", "$list(A)$.filter($x:A$, $+$$bool$)"},
    {"list(K)", "$map(K, B)$.map($x:K$, $+$$K$)"},
    {"list(A)", "$list(B)$.transformList($i:int$, $x:B$, $+$$A$)"},
    {"list(A)", "$list(B)$.transformList($i:int$, $x:B$, $+$$bool$, $A$)"},
    {"list(A)", "$map(K, B)$.transformList($k:K$, $x:B$, $+$$A$)"},
    {"list(A)", "$list(A)$.distinct()"},
    {"list(A)", "$list(A)$.reverse()"},
    {"list(A)", "$list(A)$.slice($#$, $#$)"},
    {"list(O)", "$list(O)$.sort()"},
    {"list(A)", "$list(A)$.sortBy($x:A$, $+$$O$)"},
    {"list(A)", "optional.unwrap($list(optional(A))$)"},
    {"list(A)", "$list(optional(A))$.unwrapOpt()"},
    {"bool", "$list(A)$.hasAll($list(A)$)"},
    {"bool", "$list(A)$.hasAny($list(A)$)"},
    {"bool", "$list(A)$.hasOnly($list(A)$)"},
    {"bool", "$list(A)$.hasExactly($list(A)$)"},
    {"bool", "$optional(A)$.hasValue($A$)"},
    {"list(dyn)", "$list(list(A))$.flatten()"},
    {"list(dyn)", "$list(list(list(A)))$.flatten($#$)"},
    {"list(dyn)", "[$A$, dyn($B$)]"},
    {"list(int)", "lists.range($#$)"},
    {"list(string)", "$string$.split($string$)"},
    {"list(string)", "$string$.split($string$, $#$)"},
    {"list(A)", "[?$optional(A)$, $A$]"},
    {"map(K, A)", "{?$K$: $optional(A)$}"},
    {"map(K, A)", "$map(K, B)$.transformMap($k:K$, $x:B$, $+$$A$)"},
    {"map(K, A)", "$map(K, B)$.transformMap($k:K$, $x:B$, $+$$bool$, $A$)"},
    {"map(int, A)", "$list(B)$.transformMap($i:int$, $x:B$, $+$$A$)"},
    {"map(K, A)", "$list(B)$.transformMapEntry($i:int$, $x:B$, $+${$K$: $A$})"},
    {"optional(A)", "optional.of($A$)"},
    {"optional(A)", "optional.ofNonZeroValue($A$)"},
    {"optional(A)", "$list(A)$[?$#$]"},
    {"optional(A)", "$map(K, A)$[?$K$]"},
    {"optional(A)", "{'k': $A$}.?k"},
    {"optional(A)", "$optional(A)$.or($optional(A)$)"},
    {"optional(A)", "$optional(B)$.optMap($x:B$, $+$$A$)"},
    {"optional(A)", "$optional(B)$.optFlatMap($x:B$, $+$$optional(A)$)"},
    {"optional(A)", "$list(A)$.first()"},
    {"optional(A)", "$list(A)$.last()"},
    {"optional(A)", "$optional(map(string, A))$.k"},
    {"optional(A)", "$optional(list(A))$[?$#$]"},
    {"optional(A)", "$optional(map(K, A))$[$K$]"},
};

// Read as the parameter of a function, by the reader of signatures.
Type ParseType(std::string_view text) {
  const auto parsed = ParseSignature(StrCat("f(", text, ") -> bool"), {});
  return parsed.has_value() ? parsed->overload.parameters[0] : Type::Error();
}

Template Parse(const Row& row) {
  Template parsed{.result = ParseType(row.result)};
  std::string_view rest = row.text;
  // A dollar that ends no pair (of a regular expression) stands for itself.
  for (size_t open = rest.find('$'); open != std::string_view::npos; open = rest.find('$')) {
    const size_t close = rest.find('$', open + 1);
    const std::string_view inner =
        close == std::string_view::npos ? "" : rest.substr(open + 1, close - open - 1);
    if (inner.empty()) break;
    parsed.parts.push_back({Template::Part::Kind::kText, std::string(rest.substr(0, open)), {}});
    if (inner == "#") {
      parsed.parts.push_back({Template::Part::Kind::kPosition, "", Type::Int()});
    } else if (inner == "+" || inner == "-") {
      parsed.parts.push_back({Template::Part::Kind::kScope, std::string(inner), {}});
    } else if (const size_t colon = inner.find(':'); colon != std::string_view::npos) {
      parsed.parts.push_back({Template::Part::Kind::kVariable, std::string(inner.substr(0, colon)),
                              ParseType(inner.substr(colon + 1))});
    } else {
      parsed.parts.push_back({Template::Part::Kind::kExpression, "", ParseType(inner)});
    }
    rest.remove_prefix(close + 1);
  }
  parsed.parts.push_back({Template::Part::Kind::kText, std::string(rest), {}});
  return parsed;
}

Template Reading(const Type& result, std::string before, const Type& message, std::string after) {
  using Kind = Template::Part::Kind;
  return {.result = result,
          .parts = {{Kind::kText, std::move(before), {}},
                    {Kind::kExpression, "", message},
                    {Kind::kText, std::move(after), {}}},
          .messages = true};
}

// Reading a field, testing it, and selecting it optionally.
void AddFields(const Descriptor& message, std::vector<Template>* templates) {
  const Type type = Type::Message(&message);
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string access = StrCat(".", field.name());
    const Type declared = Type::OfField(field, EnumProfile::kLegacy);
    const Type read = declared.IsDynamic() ? Type::Dyn() : declared;
    templates->push_back(Reading(read, "", type, access));
    templates->push_back(Reading(Type::Optional(read), "", type, StrCat(".?", field.name())));
    if (i % 4 == 0) templates->push_back(Reading(Type::Bool(), "has(", type, access + ")"));
    if (read.Is(TypeKind::kWrapper)) {
      Template compared = Reading(Type::Bool(), "", type, access + " == ");
      compared.parts.push_back({Template::Part::Kind::kExpression, "", read.first()});
      templates->push_back(std::move(compared));
    }
  }
}

}  // namespace

bool IsNumberType(const Type& type) {
  return type.Is(TypeKind::kInt) || type.Is(TypeKind::kUint) || type.Is(TypeKind::kDouble);
}

bool IsPlainKeyType(const Type& type) {
  return type.Is(TypeKind::kInt) || type.Is(TypeKind::kUint) || type.Is(TypeKind::kBool) ||
         type.Is(TypeKind::kString);
}

bool IsOrderedType(const Type& type) {
  return IsPlainKeyType(type) || IsNumberType(type) || type.Is(TypeKind::kBytes) ||
         type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kDuration);
}

bool MatchType(const Type& pattern, const Type& type, TypeBinding* binding) {
  if (pattern.Is(TypeKind::kParameter)) {
    const std::string& name = pattern.name();
    if (name == "K" && !IsPlainKeyType(type)) return false;
    if (name == "O" && !IsOrderedType(type)) return false;
    if ((name == "N" || name == "M") && !IsNumberType(type)) return false;
    const auto [found, added] = binding->emplace(name, type);
    return added || found->second == type;
  }
  if (pattern.kind() != type.kind() || pattern.name() != type.name()) return false;
  if (pattern.parameters().size() != type.parameters().size()) return false;
  for (size_t i = 0; i < pattern.parameters().size(); ++i) {
    if (!MatchType(pattern.parameters()[i], type.parameters()[i], binding)) return false;
  }
  return true;
}

const std::vector<Template>& Templates() {
  static const auto& templates = *[] {
    auto* const all = new std::vector<Template>;
    const auto add = [&](const auto& rows) {
      for (const Row& row : rows) all->push_back(Parse(row));
    };
    add(kAnything);
    add(kBools);
    add(kNumbers);
    add(kTexts);
    add(kTimes);
    add(kCollections);
    AddFields(*test::Kinds3::descriptor(), all);
    AddFields(*test::Leaf::descriptor(), all);
    AddFields(*test::Kinds2::descriptor(), all);
    return all;
  }();
  return templates;
}

}  // namespace changepolicy::cel
