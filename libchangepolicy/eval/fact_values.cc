#include "libchangepolicy/eval/fact_values.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "google/protobuf/struct.flat.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/time_text.h"
#include "libchangepolicy/eval/fact_names.h"
#include "libchangepolicy/flat/joined.h"

namespace changepolicy {

using cel::Value;

namespace {

bool IsAllowed(const v1::FactDeclaration& fact, std::string_view text) {
  return fact.values().empty() ||
         std::find(fact.values().begin(), fact.values().end(), text) != fact.values().end();
}

std::optional<Value> Text(const v1::FactDeclaration& fact, const flat::Value& json) {
  if (!json.has_string_value() || !IsAllowed(fact, json.string_value())) return std::nullopt;
  return Value::String(std::string(json.string_value()));
}

std::optional<Value> Texts(const v1::FactDeclaration& fact, const flat::Value& json) {
  if (!json.has_list_value()) return std::nullopt;
  std::vector<Value> texts;
  for (const flat::Value& element : json.list_value().values()) {
    std::optional<Value> text = Text(fact, element);
    if (!text.has_value()) return std::nullopt;
    texts.push_back(*std::move(text));
  }
  return Value::ListOf(std::move(texts));
}

// Numbers beyond this are not whole for certain.
constexpr double kLargestWhole = 0x1p53;

bool IsWhole(const flat::Value& json) {
  const double number = json.number_value();
  return json.has_number_value() && number == std::trunc(number) &&
         std::fabs(number) <= kLargestWhole;
}

std::optional<Value> Convert(const v1::FactDeclaration& fact, const flat::Value& json) {
  switch (fact.type()) {
    case v1::FACT_TYPE_BOOL:
      if (!json.has_bool_value()) return std::nullopt;
      return Value::Bool(json.bool_value());
    case v1::FACT_TYPE_INT:
      if (!IsWhole(json)) return std::nullopt;
      return Value::Int(static_cast<int64_t>(json.number_value()));
    case v1::FACT_TYPE_DOUBLE:
      if (!json.has_number_value()) return std::nullopt;
      return Value::Double(json.number_value());
    case v1::FACT_TYPE_STRING:
      return Text(fact, json);
    case v1::FACT_TYPE_STRING_LIST:
      return Texts(fact, json);
    case v1::FACT_TYPE_TIMESTAMP: {
      const std::optional<absl::Time> time = cel::ParseTimestamp(json.string_value());
      if (!time.has_value()) return std::nullopt;
      return Value::Timestamp(*time);
    }
    case v1::FACT_TYPE_DURATION: {
      const std::optional<absl::Duration> duration = cel::ParseDuration(json.string_value());
      if (!duration.has_value()) return std::nullopt;
      return Value::Duration(*duration);
    }
    default:
      return std::nullopt;
  }
}

// Null where the subject does not carry it: a value of no kind says nothing.
const flat::Value* FindFact(const Subject& subject, std::string_view name) {
  const auto find = [&](const auto& facts) -> const flat::Value* {
    const auto* const entry = facts.find(name);
    return entry == nullptr ? nullptr : &entry->value();
  };
  const flat::Value* const value =
      subject.is_change() ? find(subject.change().facts()) : find(subject.release().facts());
  const bool says_something =
      value != nullptr &&
      (value->has_number_value() || value->has_string_value() || value->has_bool_value() ||
       value->has_struct_value() || value->has_list_value());
  return says_something ? value : nullptr;
}

}  // namespace

std::optional<Datum> PlainFact(const v1::FactDeclaration& fact, const Subject& subject,
                               flat::Arena* arena) {
  const flat::Value* const stated = FindFact(subject, fact.name());
  if (stated == nullptr) {
    auto* const missing = arena->New<FactNames>();
    missing->Add(Joined(arena, subject.variable(), ".facts.", fact.name()), arena);
    return Datum::Unknown(missing);
  }
  switch (fact.type()) {
    case v1::FACT_TYPE_BOOL:
      if (!stated->has_bool_value()) return std::nullopt;
      return Datum::Bool(stated->bool_value());
    case v1::FACT_TYPE_INT:
      if (!IsWhole(*stated)) return std::nullopt;
      return Datum::Int(static_cast<int64_t>(stated->number_value()));
    case v1::FACT_TYPE_STRING:
      if (!stated->has_string_value() || !IsAllowed(fact, stated->string_value())) {
        return std::nullopt;
      }
      return Datum::String(stated->string_value());
    default:
      return std::nullopt;
  }
}

Value DeclaredFact(const v1::FactDeclaration& fact, const Subject& subject) {
  const flat::Value* const stated = FindFact(subject, fact.name());
  const std::string path = StrCat(subject.variable(), ".facts.", fact.name());
  if (stated == nullptr) return Value::Unknown({path});
  std::optional<Value> value = Convert(fact, *stated);
  if (value.has_value()) return *std::move(value);
  return Value::FromError(
      absl::StatusCode::kInvalidArgument,
      StrCat("`", path, "` is no ", v1::FactType_Name(fact.type()),
             fact.values().empty() ? "" : " among the values that the policy declares"));
}

}  // namespace changepolicy
