// Lists, maps and messages that an expression makes.
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/tree_evaluator.h"

namespace changepolicy::cel {

using google::protobuf::FieldDescriptor;
void TreeEvaluator::Missing::Add(const Value& value) {
  if (value.is_unknown()) {
    is_unknown_ = true;  // also where nobody says by what
    unknown_.insert(unknown_.end(), value.unknown().begin(), value.unknown().end());
  } else if (!error_.has_value()) {
    error_ = value;
  }
}

Value TreeEvaluator::Element(NodeId id, bool optional, bool* skip) {
  Value value = Visit(id);
  *skip = false;
  if (!optional || !value.is_known()) return value;
  if (!value.Is(Kind::kOptional)) return NoSuchOverload("?", {value});
  *skip = !value.has_optional_value();
  return *skip ? value : value.optional_value();
}

Value TreeEvaluator::ListOf(NodeId id, const Node& node) {
  budget_.Cost(id, cost::kListCreation);
  std::vector<Value> elements;
  elements.reserve(node.args.size());
  Missing missing;
  for (size_t i = 0; i < node.args.size(); ++i) {
    bool skip = false;
    Value element = Element(node.args[i], node.IsOptional(i), &skip);
    if (!element.is_known()) missing.Add(element);
    if (!skip) elements.push_back(std::move(element));
  }
  if (std::optional<Value> found = missing.found()) return *std::move(found);
  return Made(id, Value::ListOf(std::move(elements)));
}

Value TreeEvaluator::MapOf(NodeId id, const Node& node) {
  budget_.Cost(id, cost::kMapCreation);
  MapBuilder builder;
  Missing missing;
  for (size_t i = 0; i < node.args.size(); i += 2) {
    const Value key = Visit(node.args[i]);
    bool skip = false;
    Value value = Element(node.args[i + 1], node.IsOptional(i / 2), &skip);
    if (!key.is_known()) missing.Add(key);
    if (!value.is_known()) missing.Add(value);
    if (skip || !key.is_known() || !value.is_known()) continue;
    if (Value error = Insert(id, &builder, key, std::move(value)); error.is_error()) {
      missing.Add(error);
    }
  }
  if (std::optional<Value> found = missing.found()) return *std::move(found);
  return Made(id, builder.Build());
}

Value TreeEvaluator::Insert(NodeId id, MapBuilder* builder, const Value& key, Value value) {
  // The index compares keys, and keeps a copy.
  const uint64_t bytes = key.Is(Kind::kString) ? key.string_value().size() : 0;
  if (!budget_.Work(id, 2 + TextSteps(bytes) * 4)) return budget_.Exhausted();
  switch (builder->Add(key, std::move(value))) {
    case MapBuilder::Outcome::kAdded:
      return Value::Null();
    case MapBuilder::Outcome::kBadKey:
      return Value::FromError(absl::StatusCode::kInvalidArgument,
                              StrCat("`", key.type_name(), "` cannot be the key of a map"));
    case MapBuilder::Outcome::kRepeatedKey:
      break;
  }
  return Value::FromError(absl::StatusCode::kInvalidArgument,
                          StrCat("repeated key: ", key.ToString()));
}

Value TreeEvaluator::MessageOf(NodeId id, const Node& node, const Resolution& resolution) {
  budget_.Cost(id, cost::kMessageCreation);
  std::vector<FieldValue> fields;
  Missing missing;
  for (size_t i = 0; i < node.args.size(); ++i) {
    const FieldDescriptor* const field =
        FindField(*resolution.descriptor, node.fields()[i], environment_.pool());
    bool skip = false;
    Value value = Element(node.args[i], node.IsOptional(i), &skip);
    if (!value.is_known()) missing.Add(value);
    if (field == nullptr) missing.Add(NoSuchField(node.fields()[i]));
    if (!skip && field != nullptr) fields.push_back({field, std::move(value)});
  }
  if (std::optional<Value> found = missing.found()) return *std::move(found);
  current_ = id;
  ProtoContext metered = proto_;
  metered.meter = this;
  Value built = BuildMessage(*resolution.descriptor, fields, metered);
  if (built.Is(Kind::kMessage)) {
    const uint64_t bytes = built.message().message->ByteSizeLong();
    if (!budget_.Work(id, TextSteps(bytes)) || !budget_.Memory(id, kValueBytes + 2 * bytes)) {
      return budget_.Exhausted();
    }
  }
  return budget_.exhausted() ? budget_.Exhausted() : Made(id, std::move(built));
}

}  // namespace changepolicy::cel
