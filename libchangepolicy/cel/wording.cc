#include "libchangepolicy/cel/wording.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/habits.h"
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

// Why two operands do not go together, by the operator and one of them.
std::string OneSidedHelp(std::string_view function, const Type& one, const Type& other,
                         bool short_names) {
  if (one.Is(TypeKind::kEnum)) {
    const auto& last = *one.enum_descriptor()->value(one.enum_descriptor()->value_count() - 1);
    return StrCat("name a value of the enum, like `", one.enum_descriptor()->name(), ".",
                  short_names ? ShortName(last) : last.name(), "`");
  }
  if (one.Is(TypeKind::kTimestamp) && other.Is(TypeKind::kString)) {
    return "write `timestamp(\"2026-01-31T00:00:00Z\")`";
  }
  if (one.Is(TypeKind::kDuration) && other.Is(TypeKind::kString))
    return "write `duration(\"24h\")`";
  const bool time = one.Is(TypeKind::kTimestamp) || one.Is(TypeKind::kDuration);
  if (time && IsNumber(other)) return "write the number as a duration, like `duration(\"3600s\")`";
  if (one.Is(TypeKind::kString) && IsNumber(other)) {
    return function == "_+_" ? "convert the number with `string(...)`"
                             : StrCat("convert one of them, like `", other.ToString(), "(...)`");
  }
  if (one.Is(TypeKind::kNull)) return "only messages, wrappers and dyn can be `null`";
  if (one.Is(TypeKind::kBool)) return "put parentheses around the condition";
  return "";
}

// How a value becomes a condition.
std::string ConditionHelp(const Type& type) {
  if (IsNumber(type)) return "compare the number with another, like `x > 0`";
  if (type.Is(TypeKind::kString)) return "compare the string with another, like `x != \"\"`";
  if (type.Is(TypeKind::kList) || type.Is(TypeKind::kMap))
    return "ask for its size, like `size(x) > 0`";
  if (type.Is(TypeKind::kMessage)) return "ask whether it is there, like `has(message.field)`";
  return "both sides are conditions, like `x == y`";
}

std::string MixHelp(std::string_view function, const Type& a, const Type& b, bool short_names) {
  if (function == "_&&_" || function == "_||_") return ConditionHelp(a.Is(TypeKind::kBool) ? b : a);
  if (function == "@in") {
    if (b.Is(TypeKind::kString)) return "for a part of a string write `text.contains(part)`";
    if (b.Is(TypeKind::kList) || b.Is(TypeKind::kMap)) {
      return StrCat("what is looked for must be `", b.first().ToString(), "`");
    }
    return "a list or a map stands to the right of `in`";
  }
  if (function == "_[_]") {
    if (a.Is(TypeKind::kMessage)) return "a field is selected with a dot, like `message.field`";
    if (a.Is(TypeKind::kString)) return "a character is `text.charAt(index)`";
    if (a.Is(TypeKind::kList)) return "a list is indexed by an int";
    if (a.Is(TypeKind::kMap)) return StrCat("the key must be `", a.first().ToString(), "`");
    return "a list or a map stands before `[`";
  }
  if (IsNumber(a) && IsNumber(b)) {
    return StrCat("convert one of them, like `", a.ToString(), "(...)`");
  }
  if (a.Is(TypeKind::kEnum) && b.Is(TypeKind::kEnum))
    return "values of two enums cannot be compared";
  const std::string help = OneSidedHelp(function, a, b, short_names);
  return help.empty() ? OneSidedHelp(function, b, a, short_names) : help;
}

// Messages and enums of the files from which the variables' types come, as the container names
// them.
std::set<std::string> NamesOfTypes(const Environment& environment) {
  std::set<std::string> names;
  const auto add = [&](const google::protobuf::FileDescriptor& file) {
    for (int i = 0; i < file.message_type_count(); ++i) names.insert(file.message_type(i)->name());
    for (int i = 0; i < file.enum_type_count(); ++i) names.insert(file.enum_type(i)->name());
  };
  for (const auto& [unused, variable] : environment.variables()) {
    if (variable.type.descriptor() == nullptr) continue;
    const google::protobuf::FileDescriptor& file = *variable.type.descriptor()->file();
    add(file);
    for (int i = 0; i < file.dependency_count(); ++i) {
      if (file.dependency(i)->package() == file.package()) add(*file.dependency(i));
    }
  }
  return names;
}

std::string Quoted(const Type& type) {
  const bool open = type.Is(TypeKind::kParameter) || type.Is(TypeKind::kError);
  const std::string text = open ? "dyn" : type.ToString();
  return StrCat("`", text, "`");
}

}  // namespace

bool IsOrdering(std::string_view function) {
  return function == "_<_" || function == "_<=_" || function == "_>_" || function == "_>=_";
}

Wording NoMatch(std::string_view function, bool member, const std::vector<Type>& arguments,
                const std::vector<std::shared_ptr<const Overload>>& overloads, bool short_names) {
  if (IsOperator(function) && arguments.size() == 2) {
    const std::string_view verb = function == "_==_" || function == "_!=_" || IsOrdering(function)
                                      ? "does not compare"
                                      : "does not take";
    return {StrCat("`", Spelling(function), "` ", verb, " ", Quoted(arguments[0]), " and ",
                   Quoted(arguments[1])),
            MixHelp(function, arguments[0], arguments[1], short_names)};
  }
  if (function == "_?_:_" && arguments.size() == 3) {
    const Type& condition = arguments[0];
    if (condition.Is(TypeKind::kBool) || condition.IsDynamic()) {
      return {StrCat("`? :` chooses between ", Quoted(arguments[1]), " and ", Quoted(arguments[2])),
              "both results are of one type; wrap one in `dyn(...)` where any will do"};
    }
    return {StrCat("the condition of `? :` is ", Quoted(condition), ", not `bool`"),
            ConditionHelp(condition)};
  }
  if (IsOperator(function)) {
    return {StrCat("`", Spelling(function), "` does not take ", Quoted(arguments[0])),
            function == "!_" ? ConditionHelp(arguments[0]) : "only numbers have a sign"};
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

std::string FieldTypeHelp(const Type& wanted, const Type& found, bool short_names) {
  const auto convertible = [](const Type& type) {
    return IsNumber(type) || type.Is(TypeKind::kString);
  };
  if (convertible(wanted) && convertible(found)) {
    return StrCat("convert it, like `", wanted.ToString(), "(...)`");
  }
  if (wanted.Is(TypeKind::kList) && !found.Is(TypeKind::kList))
    return "write a list, like `[a, b]`";
  return OneSidedHelp("", wanted, found, short_names);
}

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view nearest = Nearest(name, known);
  return nearest.empty() ? "" : StrCat("did you mean `", nearest, "`?");
}

std::string SuggestName(std::string_view name, std::vector<std::string_view> known,
                        const Environment& environment) {
  if (std::string habit = NameHelp(name); !habit.empty()) return habit;
  std::set<std::string> types = NamesOfTypes(environment);
  known.insert(known.end(), types.begin(), types.end());
  return DidYouMean(name, known);
}

std::string SuggestMessage(std::string_view name, const Environment& environment) {
  std::vector<std::string_view> known;
  const std::set<std::string> types = NamesOfTypes(environment);
  for (const std::string& type : types) {
    if (environment.FindMessage(type) != nullptr) known.push_back(type);
  }
  const std::string help = DidYouMean(name, known);
  return help.empty() ? "a message is written `Type{field: value}`, a map `{key: value}`" : help;
}

std::string NoFieldsHelp(const Type& operand, std::string_view name) {
  if (std::string help = FunctionHelp(name); !help.empty()) return help;
  if (name == "size") return "it is a function: `size(x)`";
  if (operand.Is(TypeKind::kList)) {
    return StrCat("take one element, like `[0].", name, "`, or go through it, like `.exists(x, x.",
                  name, " ...)`");
  }
  if (operand.Is(TypeKind::kMap)) return "its keys are no strings; write `[key]`";
  return "only messages and maps have fields";
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

std::string SuggestMacro(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kMacros = {{
      {"has", "has(message.field)"},
      {"all", "list.all(x, condition)"},
      {"exists", "list.exists(x, condition)"},
      {"exists_one", "list.exists_one(x, condition)"},
      {"map", "list.map(x, value)"},
      {"filter", "list.filter(x, condition)"},
      {"cel.bind", "cel.bind(name, value, result)"},
      {"optMap", "optional.optMap(x, value)"},
      {"optFlatMap", "optional.optFlatMap(x, optional)"},
  }};
  for (const auto& [macro, form] : kMacros) {
    if (macro == name) return StrCat("it is written `", form, "`");
  }
  return "";
}

std::string SuggestFunction(std::string_view name, const Environment& environment) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  for (std::string help : {SuggestMacro(name), SuggestMacro(last), FunctionHelp(last)}) {
    if (!help.empty()) return help;
  }
  std::vector<std::string_view> known;
  for (const auto& [function, unused] : environment.functions()) {
    if (!IsOperator(function)) known.push_back(WrittenName(function));
  }
  std::string help = DidYouMean(name, known);
  return help.empty() ? DidYouMean(last, known) : help;
}

}  // namespace changepolicy::cel
