#include "libchangepolicy/cel/cell.h"

#include <array>
#include <functional>
#include <utility>
#include <vector>

namespace changepolicy::cel {

using Kind = Value::Kind;

Cell CellOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return Cell::Null();
    case Kind::kBool:
      return Cell::Bool(value.bool_value());
    case Kind::kInt:
      return Cell::Int(value.int_value());
    case Kind::kUint:
      return Cell::Uint(value.uint_value());
    case Kind::kDouble:
      return Cell::Double(value.double_value());
    case Kind::kTimestamp:
      return Cell::Timestamp(value.timestamp_value());
    case Kind::kDuration:
      return Cell::Duration(value.duration_value());
    default:
      break;
  }
  Cell cell = Cell::Of(value.kind());
  cell.value = &value;
  if (value.is_error()) return cell;
  if (value.Is(Kind::kString) || value.Is(Kind::kBytes)) {
    cell.form = Cell::Form::kText;
    cell.text = value.Is(Kind::kString) ? &value.string_value() : &value.bytes_value();
  } else if (value.Is(Kind::kMessage)) {
    cell.form = Cell::Form::kMessage;
    cell.message = value.message().message;
  } else {
    cell.form = Cell::Form::kValue;
  }
  return cell;
}

Value ValueOf(const Cell& cell, const ProtoContext& context) {
  switch (cell.form) {
    case Cell::Form::kInline:
      break;
    case Cell::Form::kText:
      if (cell.value != nullptr) return *cell.value;
      return cell.Is(Kind::kString) ? Value::String(*cell.text) : Value::Bytes(*cell.text);
    case Cell::Form::kValue:
      return *cell.value;
    case Cell::Form::kMessage: {
      const MessageValue& root = cell.value->message();
      if (cell.message == root.message) return *cell.value;
      return Value::FromMessage(
          {.owner = root.owner, .message = cell.message, .depth = root.depth});
    }
    case Cell::Form::kField: {
      const MessageValue& root = cell.field->root->message();
      return ReadField({.owner = root.owner, .message = cell.field->message, .depth = root.depth},
                       *cell.field->field, context);
    }
    case Cell::Form::kCells: {
      std::vector<Value> elements;
      elements.reserve(cell.size);
      for (uint32_t i = 0; i < cell.size; ++i) elements.push_back(ValueOf(cell.cells[i], context));
      return Value::ListOf(std::move(elements));
    }
  }
  switch (cell.kind) {
    case Kind::kBool:
      return Value::Bool(cell.boolean);
    case Kind::kInt:
      return Value::Int(cell.integer);
    case Kind::kUint:
      return Value::Uint(cell.natural);
    case Kind::kDouble:
      return Value::Double(cell.number);
    case Kind::kTimestamp:
      return Value::Timestamp(cell.timestamp());
    case Kind::kDuration:
      return Value::Duration(cell.duration());
    default:
      return Value::Null();
  }
}

uint32_t DepthOf(const Cell& cell) {
  switch (cell.form) {
    case Cell::Form::kValue:
      return cell.value->depth();
    case Cell::Form::kMessage:
      return cell.value->message().depth;
    case Cell::Form::kField:
      return cell.field->root->message().depth;
    case Cell::Form::kCells:
      return cell.depth;
    default:
      return 0;
  }
}

namespace {

constexpr size_t kKinds = static_cast<size_t>(Kind::kUnknown) + 1;

// By kind; null for those whose values have types of their own.
using PlainTypes = std::array<Value, kKinds>;

PlainTypes MakePlainTypes() {
  PlainTypes types;
  const auto set = [&](Kind kind, Type type) {
    types[static_cast<size_t>(kind)] = Value::OfType(std::move(type));
  };
  set(Kind::kNull, Type::Null());
  set(Kind::kBool, Type::Bool());
  set(Kind::kInt, Type::Int());
  set(Kind::kUint, Type::Uint());
  set(Kind::kDouble, Type::Double());
  set(Kind::kString, Type::String());
  set(Kind::kBytes, Type::Bytes());
  set(Kind::kList, Type::List(Type::Dyn()));
  set(Kind::kMap, Type::Map(Type::Dyn(), Type::Dyn()));
  set(Kind::kTimestamp, Type::Timestamp());
  set(Kind::kDuration, Type::Duration());
  set(Kind::kType, Type::TypeOf(Type::Dyn()));
  return types;
}

const PlainTypes& AllPlainTypes() {
  static const auto& types = *new PlainTypes(MakePlainTypes());
  return types;
}

}  // namespace

const Value* PlainTypeOf(Kind kind) {
  const Value& type = AllPlainTypes()[static_cast<size_t>(kind)];
  return type.Is(Kind::kType) ? &type : nullptr;
}

const Value* PlainTypeNamed(std::string_view name) {
  for (const Value& type : AllPlainTypes()) {
    if (type.Is(Kind::kType) && RuntimeTypeName(type.type_value()) == name) return &type;
  }
  return nullptr;
}

bool IsPlainType(const Value* type) {
  const PlainTypes& types = AllPlainTypes();
  return std::less_equal<>()(types.data(), type) &&
         std::less<>()(type, types.data() + types.size());
}

}  // namespace changepolicy::cel
