// Names of fields, and how attributes are found where some of them are unknown.
#include <algorithm>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/tree_evaluator.h"

namespace changepolicy::cel {

using google::protobuf::FieldDescriptor;
namespace {

Value NoSuchKey(const Value& key) {
  return Value::FromError(absl::StatusCode::kNotFound, StrCat("no such key: ", key.ToString()));
}

Value UnknownAt(const AttributePath& path) { return Value::Unknown({AttributeText(path)}); }

}  // namespace

bool TreeEvaluator::IsAttribute(const Node& node, const Resolution& resolution) {
  if (resolution.kind == Resolution::Kind::kVariable) return true;
  if (resolution.kind == Resolution::Kind::kNone) return node.kind == NodeKind::kSelect;
  return resolution.kind == Resolution::Kind::kFunction &&
         (resolution.form == CallForm::kIndex || resolution.form == CallForm::kOptionalSelect);
}

AttributePattern::Match TreeEvaluator::MatchOf(const AttributePath& path) const {
  AttributePattern::Match best = AttributePattern::Match::kNone;
  if (path.empty()) return best;
  for (const AttributePattern& pattern : activation_.unknown()) {
    best = std::max(best, pattern.Of(path));
  }
  return best;
}

TreeEvaluator::Located TreeEvaluator::Locate(NodeId id) {
  const Node& node = tree_[id];
  const Resolution& resolution = expression_.ResolutionOf(id);
  if (!IsAttribute(node, resolution)) return {Visit(id), {}};
  if (!budget_.Work(id, 1)) return {budget_.Exhausted(), {}};
  if (resolution.kind == Resolution::Kind::kVariable) {
    AttributePath path = PathOfVariable(resolution.name);
    if (MatchOf(path) == AttributePattern::Match::kAt) return {UnknownAt(path), {}};
    budget_.Cost(id, 1);
    return {Placed(Made(id, Variable(resolution.name)), id), std::move(path)};
  }
  Located operand = Locate(node.args[0]);
  const Value key = node.kind == NodeKind::kSelect ? Value::String(node.name) : Visit(node.args[1]);
  if (operand.value.is_unknown()) {
    return {key.is_unknown() ? MergeUnknowns(operand.value, key) : operand.value, {}};
  }
  if (!key.is_known())
    return {key.is_unknown() || !operand.value.is_error() ? key : operand.value, {}};
  AttributePath path = std::move(operand.path);
  if (std::optional<MapKey> step = ToMapKey(key); !step.has_value()) {
    path.clear();
  } else if (!path.empty()) {
    path.push_back(*std::move(step));
  }
  if (MatchOf(path) == AttributePattern::Match::kAt) return {UnknownAt(path), {}};
  budget_.Cost(id, 1);
  return {Placed(Made(id, StepFrom(id, operand.value, key)), id), std::move(path)};
}

Value TreeEvaluator::StepFrom(NodeId id, const Value& operand, const Value& key) {
  const Node& node = tree_[id];
  if (!operand.is_known()) return operand;
  if (node.kind == NodeKind::kSelect) return Field(operand, node.name, node.test_only);
  const Resolution& resolution = expression_.ResolutionOf(id);
  if (resolution.form == CallForm::kOptionalSelect)
    return OptionalField(operand, key.string_value());
  std::vector<Value> args = {operand, key};
  MakeIndexInt(&args);
  return Apply(id, resolution, args);
}

Value TreeEvaluator::Whole(Located located) const {
  const bool partial =
      !located.value.is_unknown() && MatchOf(located.path) == AttributePattern::Match::kAbove;
  return partial ? UnknownAt(located.path) : std::move(located.value);
}

Value TreeEvaluator::Select(NodeId id, const Node& node) {
  const Value operand = Visit(node.args[0]);
  // The presence of a message's field costs nothing, as in cel-go.
  budget_.Cost(id, node.test_only && !operand.Is(Kind::kMap) ? 0 : 1);
  return Made(id, Field(operand, node.name, node.test_only));
}

Value TreeEvaluator::Field(const Value& operand, const std::string& name, bool test) {
  switch (operand.kind()) {
    case Kind::kError:
    case Kind::kUnknown:
      return operand;
    case Kind::kMessage:
      return MessageField(operand.message(), name, test);
    case Kind::kMap: {
      const Value key = Value::String(name);
      std::optional<Value> found = operand.map().Find(key);
      if (test) return Value::Bool(found.has_value());
      return found.has_value() ? Adapted(*std::move(found)) : NoSuchKey(key);
    }
    case Kind::kOptional: {
      if (!operand.has_optional_value()) {
        return test ? Value::Bool(false) : Value::OptionalNone();
      }
      return test ? Field(operand.optional_value(), name, true)
                  : OptionalField(operand.optional_value(), name);
    }
    default:
      return Value::FromError(
          absl::StatusCode::kUnimplemented,
          StrCat("no such overload: `", operand.type_name(), "` has no field `", name, "`"));
  }
}

Value TreeEvaluator::Adapted(const Value& value) const {
  return value.Is(Kind::kMessage) ? AdaptMessage(value.message(), proto_) : value;
}

Value TreeEvaluator::NoSuchField(std::string_view name) {
  return Value::FromError(absl::StatusCode::kNotFound, StrCat("no such field: `", name, "`"));
}

Value TreeEvaluator::MessageField(const MessageValue& message, const std::string& name, bool test) {
  const FieldDescriptor* const field =
      FindField(*message.message->GetDescriptor(), name, environment_.pool());
  if (field == nullptr) return NoSuchField(name);
  const bool is_fact = message.trail != nullptr && message.trail->is_fact();
  if (!is_fact) {
    return test ? Value::Bool(HasField(*message.message, *field))
                : ReadField(message, *field, proto_);
  }
  const std::string path = StrCat(message.trail->ToString(), ".", name);
  const FactPresence* const presence = activation_.presence();
  Value value;
  if (presence != nullptr && !presence->IsKnown(*message.message, *field, path, test)) {
    value = Value::Unknown({path});
  } else {
    value =
        test ? Value::Bool(HasField(*message.message, *field)) : ReadField(message, *field, proto_);
  }
  if (activation_.observer() != nullptr && !value.Is(Kind::kMessage)) {
    activation_.observer()->OnRead(path, value);
  }
  return value;
}

Value TreeEvaluator::OptionalField(const Value& operand, const std::string& name) {
  if (operand.is_known() && !HasParts(operand)) return Value::OptionalNone();
  if (operand.Is(Kind::kOptional)) {
    return operand.has_optional_value() ? OptionalField(operand.optional_value(), name) : operand;
  }
  const Value present = Field(operand, name, true);
  if (!present.is_true()) return present.is_false() ? Value::OptionalNone() : present;
  Value value = Field(operand, name, false);
  return value.is_known() ? Value::OptionalOf(std::move(value)) : value;
}

}  // namespace changepolicy::cel
