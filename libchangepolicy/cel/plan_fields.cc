// Plans: fields of messages and entries of maps.
#include <utility>

#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/plan_runner.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;
using ProtoMessage = google::protobuf::Message;

namespace {

std::optional<KeyView> KeyOf(const Cell& key) {
  switch (key.kind) {
    case Value::Kind::kBool:
      return KeyView{key.boolean};
    case Value::Kind::kInt:
      return KeyView{key.integer};
    case Value::Kind::kUint:
      return ToKeyView(key.natural);
    case Value::Kind::kDouble:
      return ToKeyView(key.number);
    case Value::Kind::kString:
      return KeyView{std::string_view(*key.text)};
    default:
      return std::nullopt;
  }
}

std::optional<KeyView> KeyOfEntry(const ProtoMessage& entry, const FieldDescriptor& key,
                                  std::string* own) {
  const Reflection& reflection = *entry.GetReflection();
  switch (key.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return KeyView{reflection.GetBool(entry, &key)};
    case FieldDescriptor::CPPTYPE_INT32:
      return KeyView{static_cast<int64_t>(reflection.GetInt32(entry, &key))};
    case FieldDescriptor::CPPTYPE_INT64:
      return KeyView{reflection.GetInt64(entry, &key)};
    case FieldDescriptor::CPPTYPE_UINT32:
      return ToKeyView(static_cast<uint64_t>(reflection.GetUInt32(entry, &key)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return ToKeyView(reflection.GetUInt64(entry, &key));
    default:
      return KeyView{std::string_view(reflection.GetStringReference(entry, &key, own))};
  }
}

}  // namespace

Cell PlanRunner::Field(const Step& step) {
  const Cell operand = Visit(*step.args[0]);
  switch (operand.kind) {
    case Kind::kMessage:
      return MessageField(step, operand);
    case Kind::kMap: {
      Cell key = Cell::Of(Kind::kString);
      key.form = Cell::Form::kText;
      key.text = step.place.name;
      const std::optional<Cell> found = LookUp(operand, key);
      if (step.flag) return Cell::Bool(found.has_value());
      return found.value_or(Cell::Error());
    }
    case Kind::kOptional:
      return GiveUp();
    case Kind::kError:
      return operand;
    default:
      return Cell::Error();
  }
}

Cell PlanRunner::MessageField(const Step& step, const Cell& operand) {
  const ProtoMessage& message = *operand.message;
  const FieldDescriptor* const field =
      message.GetDescriptor() == step.place.descriptor
          ? step.place.field
          : FindField(*message.GetDescriptor(), *step.place.name, environment_.pool());
  if (field == nullptr) return Cell::Error();
  if (step.flag) return Cell::Bool(HasField(message, *field));
  if (field->is_repeated()) return Repeated({&message, field, operand.value, operand.scratch});
  const Cell cell = ReadSingular(message, *field, operand.value).From(operand.scratch);
  if (cell.form == Cell::Form::kText && cell.value == nullptr) {
    PayFresh(kValueBytes + cell.text->size());
  }
  return cell;
}

Cell PlanRunner::Text(const std::string& text, const std::string& own, Kind kind) {
  if (kind == Kind::kString && !IsValidUtf8(text)) return Cell::Error();
  Cell cell = Cell::Of(kind);
  cell.form = Cell::Form::kText;
  cell.text = &text;
  // Not as the message keeps it.
  if (&text == &own) {
    std::string* const kept = scratch_.NewText();
    *kept = own;
    cell.text = kept;
    cell.scratch = true;
  }
  return cell;
}

Cell PlanRunner::Inside(const ProtoMessage& message, const Value* root) {
  Cell cell = Cell::Of(Kind::kMessage);
  cell.form = Cell::Form::kMessage;
  cell.message = &message;
  cell.value = root;
  return cell;
}

Cell PlanRunner::Number(int number, const FieldDescriptor& field) {
  if (field.enum_type()->full_name() == "google.protobuf.NullValue") return Cell::Null();
  if (context_.enums == EnumProfile::kStrong) {
    return Made(Value::Enum({.descriptor = field.enum_type(), .number = number}));
  }
  return Cell::Int(number);
}

Cell PlanRunner::ReadSingular(const ProtoMessage& message, const FieldDescriptor& field,
                              const Value* root) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Cell::Bool(reflection.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return Cell::Int(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return Cell::Int(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Cell::Uint(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Cell::Uint(reflection.GetUInt64(message, &field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Cell::Double(reflection.GetFloat(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Cell::Double(reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string own;
      return Text(reflection.GetStringReference(message, &field, &own), own,
                  field.type() == FieldDescriptor::TYPE_BYTES ? Kind::kBytes : Kind::kString);
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return Number(reflection.GetEnumValue(message, &field), field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  if (StandsForItself(*field.message_type())) {
    return Inside(reflection.GetMessage(message, &field, context_.factory), root);
  }
  const MessageValue& owner = root->message();
  return Made(ReadField({.owner = owner.owner, .message = &message, .depth = owner.depth}, field,
                        context_));
}

Cell PlanRunner::ReadElement(const FieldRef& list, int index) {
  const ProtoMessage& message = *list.message;
  const FieldDescriptor& field = *list.field;
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return Cell::Bool(reflection.GetRepeatedBool(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT32:
      return Cell::Int(reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return Cell::Int(reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Cell::Uint(reflection.GetRepeatedUInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Cell::Uint(reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Cell::Double(reflection.GetRepeatedFloat(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Cell::Double(reflection.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string own;
      const std::string& text = reflection.GetRepeatedStringReference(message, &field, index, &own);
      PayFresh(kValueBytes + text.size());
      return Text(text, own,
                  field.type() == FieldDescriptor::TYPE_BYTES ? Kind::kBytes : Kind::kString);
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return Number(reflection.GetRepeatedEnumValue(message, &field, index), field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  const ProtoMessage& element = reflection.GetRepeatedMessage(message, &field, index);
  if (StandsForItself(*field.message_type())) {
    return Inside(element, list.root);
  }
  const MessageValue& owner = list.root->message();
  return Made(
      AdaptMessage({.owner = owner.owner, .message = &element, .depth = owner.depth}, context_));
}

// Counts what the plain evaluator makes of it: of a map, a sorted copy of its keys.
Cell PlanRunner::Repeated(const FieldRef& ref) {
  Cell cell = Cell::Of(ref.field->is_map() ? Kind::kMap : Kind::kList);
  cell.form = Cell::Form::kField;
  cell.field = scratch_.Keep(ref);
  cell.scratch = true;
  uint64_t bytes = kValueBytes;
  if (ref.field->is_map()) {
    const Reflection& reflection = *ref.message->GetReflection();
    const FieldDescriptor& key = *ref.field->message_type()->map_key();
    const int size = reflection.FieldSize(*ref.message, ref.field);
    bytes += static_cast<uint64_t>(size) * 4 * kValueBytes;
    if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      std::string own;
      const Reflection* of_entry = nullptr;
      for (int i = 0; i < size; ++i) {
        const ProtoMessage& entry = reflection.GetRepeatedMessage(*ref.message, ref.field, i);
        if (of_entry == nullptr) of_entry = entry.GetReflection();
        bytes += 2 * of_entry->GetStringReference(entry, &key, &own).size();
      }
    }
  }
  PayFresh(bytes);
  return cell;
}

std::optional<Cell> PlanRunner::LookUp(const Cell& map, const Cell& key) {
  steps_ += 2;
  if (key.Is(Kind::kString)) PayTexts(key.text->size());
  const std::optional<KeyView> view = KeyOf(key);
  if (!view.has_value()) return std::nullopt;
  if (map.form == Cell::Form::kField) return LookUpField(*map.field, *view);
  const cel::Map& entries = map.value->map();
  const std::optional<size_t> index = entries.IndexOf(*view);
  if (!index.has_value()) return std::nullopt;
  if (const Value* const kept = entries.PeekValue(*index)) {
    const Cell found = Adopt(*kept).From(map.scratch);
    if (found.form == Cell::Form::kText) PayTexts(found.text->size());
    return found;
  }
  return Made(entries.ValueAt(*index));
}

// One of few entries, mostly.
std::optional<Cell> PlanRunner::LookUpField(const FieldRef& map, const KeyView& key) {
  const Reflection& reflection = *map.message->GetReflection();
  const FieldDescriptor& key_field = *map.field->message_type()->map_key();
  const FieldDescriptor& value_field = *map.field->message_type()->map_value();
  const int size = reflection.FieldSize(*map.message, map.field);
  for (int i = 0; i < size; ++i) {
    const ProtoMessage& entry = reflection.GetRepeatedMessage(*map.message, map.field, i);
    std::string own;
    if (KeyOfEntry(entry, key_field, &own) != key) continue;
    const Cell found = ReadSingular(entry, value_field, map.root).From(map.scratch);
    if (found.form == Cell::Form::kText && found.value == nullptr) {
      PayFresh(kValueBytes + found.text->size());
      PayTexts(found.text->size());
    }
    return found;
  }
  return std::nullopt;
}

}  // namespace changepolicy::cel
