#include "libchangepolicy/cel/wording.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/issue.h"

namespace changepolicy::cel {

namespace {

// `_+_` as a reader writes it: `+`.
std::string Spelling(std::string_view function) {
  if (function == "@in") return "in";
  if (function == "_[_]") return "[ ]";
  if (function == "_?_:_") return "? :";
  std::string spelling;
  for (const char c : function) {
    if (c != '_') spelling += c;
  }
  const bool is_operator = function.starts_with('_') || function == "!_" || function == "-_";
  return is_operator ? spelling : std::string(function);
}

bool IsOperator(std::string_view function) { return Spelling(function) != function; }

// What a function of macros takes, since its own signatures mean nothing to who wrote the macro.
std::string_view HelpOfMacro(std::string_view function) {
  if (function == "math.@max" || function == "math.@min") {
    return "it takes numbers, or one list of numbers";
  }
  if (function == "@sort_by_keys") {
    return "the keys are all int, uint, double, bool, string, bytes, timestamp or duration";
  }
  if (function == "@map_insert") return "all keys are of one type, and all values";
  return "";
}

bool IsNumber(const Type& type) {
  return type.Is(TypeKind::kInt) || type.Is(TypeKind::kUint) || type.Is(TypeKind::kDouble);
}

std::string MixHelp(const Type& a, const Type& b) {
  if (IsNumber(a) && IsNumber(b)) {
    return StrCat("convert one of them, like `", a.ToString(), "(...)`");
  }
  for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
    if (one.Is(TypeKind::kEnum) && other.Is(TypeKind::kEnum)) {
      return "values of two enums cannot be compared";
    }
    if (one.Is(TypeKind::kEnum)) {
      return StrCat("name a value of the enum, like `", one.enum_descriptor()->name(), ".",
                    one.enum_descriptor()->value(one.enum_descriptor()->value_count() - 1)->name(),
                    "`");
    }
    if (one.Is(TypeKind::kTimestamp) && other.Is(TypeKind::kString)) {
      return "write `timestamp(\"2026-01-31T00:00:00Z\")`";
    }
    if (one.Is(TypeKind::kDuration) && other.Is(TypeKind::kString)) {
      return "write `duration(\"24h\")`";
    }
    if (one.Is(TypeKind::kBool)) return "put parentheses around the condition";
  }
  return "";
}

std::string Quoted(const Type& type) {
  const std::string text = type.Is(TypeKind::kParameter) ? "dyn" : type.ToString();
  return StrCat("`", text, "`");
}

}  // namespace

bool IsOrdering(std::string_view function) {
  return function == "_<_" || function == "_<=_" || function == "_>_" || function == "_>=_";
}

Wording NoMatch(std::string_view function, bool member, const std::vector<Type>& arguments,
                const std::vector<std::shared_ptr<const Overload>>& overloads) {
  if (IsOperator(function) && arguments.size() == 2) {
    const std::string_view verb = function == "_==_" || function == "_!=_" || IsOrdering(function)
                                      ? "does not compare"
                                      : "does not take";
    return {StrCat("`", Spelling(function), "` ", verb, " ", Quoted(arguments[0]), " and ",
                   Quoted(arguments[1])),
            MixHelp(arguments[0], arguments[1])};
  }
  if (IsOperator(function)) {
    return {StrCat("`", Spelling(function), "` does not take ", Quoted(arguments[0])),
            function == "_?_:_" ? "the condition is a bool, and both results are of one type" : ""};
  }
  std::string found;
  for (size_t i = member ? 1 : 0; i < arguments.size(); ++i) {
    StrAppend(&found, found.empty() ? "" : ", ", Quoted(arguments[i]));
  }
  const std::string_view written = WrittenName(function);
  std::string message = StrCat("`", written, "` does not take (", found, ")");
  if (member) StrAppend(&message, " on ", Quoted(arguments[0]));
  if (written != function) return {std::move(message), std::string(HelpOfMacro(function))};
  std::string help;
  for (size_t i = 0; i < overloads.size() && i < 4; ++i) {
    StrAppend(&help, help.empty() ? "it is declared as `" : "`, `", overloads[i]->id);
  }
  if (!help.empty()) help += "`";
  return {std::move(message), std::move(help)};
}

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view nearest = Nearest(name, known);
  return nearest.empty() ? "" : StrCat("did you mean `", nearest, "`?");
}

std::string SuggestField(const google::protobuf::Descriptor& message, std::string_view name) {
  std::vector<std::string_view> fields;
  for (int i = 0; i < message.field_count(); ++i) fields.push_back(message.field(i)->name());
  std::string help = DidYouMean(name, fields);
  if (!help.empty() || fields.size() > 12) return help;
  for (const std::string_view field : fields) {
    StrAppend(&help, help.empty() ? "it has `" : "`, `", field);
  }
  return help.empty() ? help : help + "`";
}

std::string SuggestEnumValue(const google::protobuf::EnumDescriptor& enum_type,
                             std::string_view name, bool short_names) {
  std::vector<std::string> names;
  for (int i = 0; i < enum_type.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *enum_type.value(i);
    names.push_back(short_names ? ShortName(value) : value.name());
  }
  std::string help = DidYouMean(name, {names.begin(), names.end()});
  if (!help.empty()) return help;
  for (const std::string& value : names) {
    StrAppend(&help, help.empty() ? "it has `" : "`, `", value);
  }
  return help + "`";
}

std::string SuggestLibrary(std::string_view name, size_t args, const Environment& environment) {
  const Library* const library = LibraryOf(name, args);
  if (library == nullptr || environment.Uses(library->name)) return "";
  return StrCat("it belongs to the library `", library->name,
                "`; add that to the libraries that are used");
}

std::string SuggestFunction(std::string_view name, const Environment& environment) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kMacros = {{
      {"has", "has(message.field)"},
      {"all", "list.all(x, condition)"},
      {"exists", "list.exists(x, condition)"},
      {"exists_one", "list.exists_one(x, condition)"},
      {"map", "list.map(x, value)"},
      {"filter", "list.filter(x, condition)"},
      {"any", "list.exists(x, condition)"},
  }};
  const std::string_view last = name.substr(name.rfind('.') + 1);
  for (const auto& [macro, form] : kMacros) {
    if (macro == last) return StrCat("it is written `", form, "`");
  }
  std::vector<std::string_view> known;
  for (const auto& [function, unused] : environment.functions()) {
    if (!IsOperator(function)) known.push_back(WrittenName(function));
  }
  std::string help = DidYouMean(name, known);
  return help.empty() ? DidYouMean(last, known) : help;
}

}  // namespace changepolicy::cel
