#include "cli/answers.h"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/eval/fact_edit.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::cli {

namespace {

using cel::Value;
using google::protobuf::FieldDescriptor;

// How a fact is answered.
enum class Form {
  kNone,
  kYesOrNo,
  kOneOf,  // of few values
  kText,
  kTexts,
  kManyOf,  // values of an enum
  kInteger,
  kNumber,
  kInstant,
  kLength,
};

v1::FactType DeclaredType(const CheckedPolicy& policy, const FactPlace& place) {
  for (const v1::FactDeclaration& fact : policy.policy().facts()) {
    if (fact.name() == place.steps.back().key) return fact.type();
  }
  return v1::FACT_TYPE_UNSPECIFIED;
}

Form FormOfOwnFact(const CheckedPolicy& policy, const FactPlace& place) {
  switch (DeclaredType(policy, place)) {
    case v1::FACT_TYPE_BOOL:
      return Form::kYesOrNo;
    case v1::FACT_TYPE_STRING:
      return ClosedValues(policy, place).empty() ? Form::kText : Form::kOneOf;
    case v1::FACT_TYPE_STRING_LIST:
      return Form::kTexts;
    case v1::FACT_TYPE_INT:
      return Form::kInteger;
    case v1::FACT_TYPE_DOUBLE:
      return Form::kNumber;
    case v1::FACT_TYPE_TIMESTAMP:
      return Form::kInstant;
    case v1::FACT_TYPE_DURATION:
      return Form::kLength;
    default:
      return Form::kNone;
  }
}

Form FormOf(const CheckedPolicy& policy, const FactPlace& place) {
  const FieldDescriptor& field = place.field();
  if (field.is_map()) {
    return field.name() == "facts" ? FormOfOwnFact(policy, place) : Form::kOneOf;
  }
  const bool list = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return list ? Form::kNone : Form::kYesOrNo;
    case FieldDescriptor::CPPTYPE_ENUM:
      return list ? Form::kManyOf : Form::kOneOf;
    case FieldDescriptor::CPPTYPE_STRING:
      return list ? Form::kTexts : Form::kText;
    case FieldDescriptor::CPPTYPE_INT32:
      return list ? Form::kNone : Form::kInteger;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (list) {
        return field.message_type() == v1::AffectedService::descriptor() ? Form::kTexts
                                                                         : Form::kNone;
      }
      if (field.message_type() == google::protobuf::Timestamp::descriptor()) return Form::kInstant;
      if (field.message_type() == google::protobuf::Duration::descriptor()) return Form::kLength;
      return Form::kNone;
    default:
      return Form::kNone;
  }
}

// How a value is typed.
std::string Typed(const Value& value) {
  if (value.Is(Value::Kind::kString)) return value.string_value();
  return ValueName(*value.enum_value().descriptor, value.enum_value().number);
}

// The values among which one or several are chosen.
std::vector<Value> Choices(const CheckedPolicy& policy, const FactPlace& place) {
  if (!place.field().is_repeated() || place.field().is_map()) return ClosedValues(policy, place);
  std::vector<Value> values;
  const auto* const type = place.field().enum_type();
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    if (number != 0) values.push_back(Value::Enum({.descriptor = type, .number = number}));
  }
  return values;
}

std::string Listed(const std::vector<Value>& values, std::string_view last) {
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) {
    StrAppend(&text, i == 0 ? "" : i + 1 == values.size() ? last : ", ", Typed(values[i]));
  }
  return text;
}

absl::StatusOr<Value> Choose(const std::vector<Value>& choices, std::string_view answer) {
  std::vector<std::string> names;
  for (const Value& choice : choices) {
    names.push_back(Typed(choice));
    if (absl::EqualsIgnoreCase(ToAbsl(names.back()), ToAbsl(answer))) return choice;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view nearest = Nearest(absl::AsciiStrToUpper(ToAbsl(answer)), known);
  return InvalidArgument(StrCat("`", Printable(answer), "` is none of ", Listed(choices, ", "),
                                nearest.empty() ? "" : "; did you mean `", nearest,
                                nearest.empty() ? "" : "`?"));
}

std::vector<std::string_view> Elements(std::string_view answer) {
  std::vector<std::string_view> elements;
  if (absl::EqualsIgnoreCase(ToAbsl(answer), "none")) return elements;
  while (true) {
    const size_t comma = answer.find(',');
    elements.push_back(FromAbsl(absl::StripAsciiWhitespace(ToAbsl(answer.substr(0, comma)))));
    if (comma == std::string_view::npos) return elements;
    answer.remove_prefix(comma + 1);
  }
}

template <typename Read>
absl::StatusOr<Value> ReadList(std::string_view answer, const Read& read) {
  std::vector<Value> values;
  for (const std::string_view element : Elements(answer)) {
    if (element.empty()) return InvalidArgument("nothing stands between two commas");
    CP_ASSIGN_OR_RETURN(Value value, read(element));
    values.push_back(std::move(value));
  }
  return Value::ListOf(std::move(values));
}

absl::StatusOr<Value> ReadYesOrNo(std::string_view answer) {
  for (const char* const yes : {"yes", "y", "true"}) {
    if (absl::EqualsIgnoreCase(ToAbsl(answer), yes)) return Value::Bool(true);
  }
  for (const char* const no : {"no", "n", "false"}) {
    if (absl::EqualsIgnoreCase(ToAbsl(answer), no)) return Value::Bool(false);
  }
  return InvalidArgument(StrCat("`", Printable(answer), "` is neither yes nor no"));
}

absl::StatusOr<Value> ReadNumeric(std::string_view answer, bool whole) {
  int64_t integer = 0;
  double number = 0;
  if (whole && absl::SimpleAtoi(ToAbsl(answer), &integer)) return Value::Int(integer);
  if (!whole && absl::SimpleAtod(ToAbsl(answer), &number) && std::isfinite(number)) {
    return Value::Double(number);
  }
  return InvalidArgument(
      StrCat("`", Printable(answer), "` is no ", whole ? "whole number" : "number"));
}

absl::StatusOr<Value> ReadText(std::string_view text) {
  if (!IsUtf8(text)) return InvalidArgument("the text is not UTF-8");
  return Value::String(std::string(text));
}

}  // namespace

std::string AnswerForm(const CheckedPolicy& policy, const FactPlace& place) {
  switch (FormOf(policy, place)) {
    case Form::kYesOrNo:
      return "yes or no";
    case Form::kOneOf:
      return Listed(Choices(policy, place), " or ");
    case Form::kManyOf:
      return StrCat("some of ", Listed(Choices(policy, place), " and "), ", with commas, or none");
    case Form::kText:
      return "a text";
    case Form::kTexts:
      return place.field().message_type() == v1::AffectedService::descriptor()
                 ? "ids with commas, or none"
                 : "texts with commas, or none";
    case Form::kInteger:
      return "a whole number";
    case Form::kNumber:
      return "a number";
    case Form::kInstant:
      return "an instant like 2026-01-31T09:30:00Z";
    case Form::kLength:
      return "a duration like 36h";
    case Form::kNone:
      return "";
  }
  return "";
}

absl::StatusOr<Value> ReadAnswer(const CheckedPolicy& policy, const FactPlace& place,
                                 std::string_view typed) {
  const std::string_view answer = FromAbsl(absl::StripAsciiWhitespace(ToAbsl(typed)));
  switch (FormOf(policy, place)) {
    case Form::kYesOrNo:
      return ReadYesOrNo(answer);
    case Form::kOneOf:
      return Choose(Choices(policy, place), answer);
    case Form::kManyOf: {
      const std::vector<Value> choices = Choices(policy, place);
      return ReadList(answer, [&](std::string_view element) { return Choose(choices, element); });
    }
    case Form::kText:
      return ReadText(answer);
    case Form::kTexts:
      return ReadList(answer, ReadText);
    case Form::kInteger:
      return ReadNumeric(answer, true);
    case Form::kNumber:
      return ReadNumeric(answer, false);
    case Form::kInstant: {
      const auto instant = ReadInstant(answer);
      if (instant.has_value()) return Value::Timestamp(*instant);
      return InvalidArgument(
          StrCat("`", Printable(answer), "` is no instant like 2026-01-31T09:30:00Z"));
    }
    case Form::kLength: {
      const auto length = ReadDuration(answer);
      if (length.has_value()) return Value::Duration(*length);
      return InvalidArgument(StrCat("`", Printable(answer), "` is no duration like 36h"));
    }
    case Form::kNone:
      break;
  }
  return InvalidArgument("the fact cannot be answered in one line");
}

}  // namespace changepolicy::cli
