#include "tests/cel/reference_evaluator.h"

#include <map>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/proto_adapter.h"

namespace changepolicy::cel {

namespace reference {

using Kind = Value::Kind;

Value Failure(std::string why) {
  return Value::FromError(absl::StatusCode::kUnknown, std::move(why));
}

Value Call(const std::string& function, const Values& args) {
  for (const auto call : {CallNumbers, CallTexts, CallTimes, CallCollections}) {
    if (std::optional<Value> result = call(function, args)) return *std::move(result);
  }
  return Failure("no such overload: " + function);
}

namespace {

// The names that the comprehensions around declare; each step has a copy of its own.
using Scope = std::map<std::string, Value>;

class Walk {
 public:
  Walk(const Expression& expression, const Activation& activation)
      : expression_(expression),
        tree_(expression.tree()),
        activation_(activation),
        proto_{&expression.environment().pool(), &expression.environment().factory(),
               expression.environment().options().enums} {}

  Value Visit(NodeId id, const Scope& scope) {
    const Node& node = tree_[id];
    const Resolution& meaning = expression_.ResolutionOf(id);
    switch (meaning.kind) {
      case Resolution::Kind::kVariable: {
        const Value* const value = activation_.Find(meaning.name);
        return value == nullptr ? Failure("no value") : Adapt(*value);
      }
      case Resolution::Kind::kLocal:
        return scope.at(meaning.name);
      case Resolution::Kind::kConstant:
        return meaning.value;
      case Resolution::Kind::kUnresolved:
        return Failure("undeclared");
      default:
        break;
    }
    switch (node.kind) {
      case NodeKind::kLiteral:
        return OfLiteral(node.literal);
      case NodeKind::kSelect:
        return Field(Visit(node.args[0], scope), node.name, node.test_only);
      case NodeKind::kCall:
        return VisitCall(node, meaning, scope);
      case NodeKind::kList:
        return VisitList(node, scope);
      case NodeKind::kMap:
        return VisitMap(node, scope);
      case NodeKind::kMessage:
        return VisitMessage(node, meaning, scope);
      case NodeKind::kComprehension:
        return VisitComprehension(node, scope);
      case NodeKind::kIdent:
        break;
    }
    return Failure("a name without meaning");
  }

 private:
  Value Adapt(const Value& value) const {
    return value.Is(Kind::kMessage) ? AdaptMessage(value.message(), proto_) : value;
  }

  static Value OfLiteral(const Literal& literal) {
    if (const auto* const b = std::get_if<bool>(&literal)) return Value::Bool(*b);
    if (const auto* const i = std::get_if<int64_t>(&literal)) return Value::Int(*i);
    if (const auto* const u = std::get_if<uint64_t>(&literal)) return Value::Uint(*u);
    if (const auto* const d = std::get_if<double>(&literal)) return Value::Double(*d);
    if (const auto* const s = std::get_if<std::string>(&literal)) return Value::String(*s);
    if (const auto* const y = std::get_if<BytesLiteral>(&literal)) return Value::Bytes(y->bytes);
    return Value::Null();
  }

  // `operand.name`, or has(operand.name).
  Value Field(const Value& operand, const std::string& name, bool test) {
    if (!operand.is_known()) return operand;
    if (operand.Is(Kind::kOptional)) {
      // Selecting from an optional is optional selection.
      if (!test) return OptionalField(operand, name);
      return operand.has_optional_value() ? Field(operand.optional_value(), name, true)
                                          : Value::Bool(false);
    }
    if (operand.Is(Kind::kMap)) {
      const std::optional<Value> found = Lookup(operand.map(), Value::String(name));
      if (test) return Value::Bool(found.has_value());
      return found.has_value() ? Adapt(*found) : Failure("no such key");
    }
    if (!operand.Is(Kind::kMessage)) return Failure("no fields");
    const auto& message = *operand.message().message;
    const auto* const field = FindField(*message.GetDescriptor(), name, *proto_.pool);
    if (field == nullptr) return Failure("no such field");
    return test ? Value::Bool(HasField(message, *field))
                : ReadField(operand.message(), *field, proto_);
  }

  Value OptionalField(const Value& operand, const std::string& name) {
    if (!operand.is_known()) return operand;
    if (operand.Is(Kind::kOptional)) {
      return operand.has_optional_value() ? OptionalField(operand.optional_value(), name)
                                          : Value::OptionalNone();
    }
    if (!operand.Is(Kind::kMap) && !operand.Is(Kind::kMessage) && !operand.Is(Kind::kList)) {
      return Value::OptionalNone();  // what has no fields has not this one
    }
    const Value there = Field(operand, name, true);
    if (!there.Is(Kind::kBool)) return there;
    if (!there.bool_value()) return Value::OptionalNone();
    const Value value = Field(operand, name, false);
    return value.is_known() ? Value::OptionalOf(value) : value;
  }

  Value VisitCall(const Node& node, const Resolution& meaning, const Scope& scope) {
    const std::string& function = meaning.name;
    if (function == "_&&_" || function == "_||_") {
      return Logic(function == "_||_", Visit(node.args[0], scope), Visit(node.args[1], scope));
    }
    if (function == "_?_:_") {
      const Value condition = Visit(node.args[0], scope);
      if (!condition.is_known()) return condition;
      if (!condition.Is(Kind::kBool)) return Failure("no such overload");
      return Visit(node.args[condition.bool_value() ? 1 : 2], scope);
    }
    if (function == "@not_strictly_false") {
      return Value::Bool(!Visit(node.args[0], scope).is_false());
    }
    if (function == "or" || function == "orValue") {
      const Value target = Visit(node.args[0], scope);
      if (!target.is_known()) return target;
      if (!target.Is(Kind::kOptional)) return Failure("no such overload");
      if (!target.has_optional_value()) return Visit(node.args[1], scope);
      return function == "or" ? target : target.optional_value();
    }
    Values args;
    std::optional<Value> unknown, error;
    for (size_t i = meaning.skip_target ? 1 : 0; i < node.args.size(); ++i) {
      args.push_back(Visit(node.args[i], scope));
      const Value& arg = args.back();
      if (arg.is_unknown()) unknown = unknown.has_value() ? MergeUnknowns(*unknown, arg) : arg;
      if (arg.is_error() && !error.has_value()) error = arg;
    }
    if (unknown.has_value()) return *unknown;
    if (error.has_value()) return *error;
    if (function == "_?._") return OptionalField(args[0], args[1].string_value());
    return Adapt(Call(function, args));
  }

  // All that the truth tables of the specification say, case by case.
  static Value Logic(bool decisive, const Value& a, const Value& b) {
    for (const Value* const side : {&a, &b}) {
      if (side->Is(Kind::kBool) && side->bool_value() == decisive) return *side;
    }
    if (a.is_unknown() && b.is_unknown()) return MergeUnknowns(a, b);
    for (const Value* const side : {&a, &b}) {
      if (side->is_unknown()) return *side;
    }
    if (a.Is(Kind::kBool) && b.Is(Kind::kBool)) return Value::Bool(!decisive);
    return Failure("no such overload");
  }

  // Nothing for an entry that is optional and none.
  std::optional<Value> Entry(NodeId id, bool optional, const Scope& scope) {
    const Value value = Visit(id, scope);
    if (!optional || !value.is_known()) return value;
    if (!value.Is(Kind::kOptional)) return Failure("not optional");
    if (!value.has_optional_value()) return std::nullopt;
    return value.optional_value();
  }

  Value VisitList(const Node& node, const Scope& scope) {
    Values elements;
    for (size_t i = 0; i < node.args.size(); ++i) {
      const std::optional<Value> element = Entry(node.args[i], node.IsOptional(i), scope);
      if (!element.has_value()) continue;
      if (!element->is_known()) return *element;
      elements.push_back(*element);
    }
    return Value::ListOf(elements);
  }

  Value VisitMap(const Node& node, const Scope& scope) {
    std::vector<std::pair<Value, Value>> entries;
    for (size_t i = 0; i < node.args.size(); i += 2) {
      const Value key = Visit(node.args[i], scope);
      if (!key.is_known()) return key;
      const std::optional<Value> value = Entry(node.args[i + 1], node.IsOptional(i / 2), scope);
      if (!value.has_value()) continue;
      if (!value->is_known()) return *value;
      entries.emplace_back(key, *value);
    }
    return BuildMap(entries);
  }

  static Value BuildMap(const std::vector<std::pair<Value, Value>>& entries) {
    MapBuilder builder;
    for (size_t i = 0; i < entries.size(); ++i) {
      const Value& key = entries[i].first;
      if (!key.Is(Kind::kInt) && !key.Is(Kind::kUint) && !key.Is(Kind::kBool) &&
          !key.Is(Kind::kString)) {
        return Failure("no key");
      }
      for (size_t j = 0; j < i; ++j) {
        if (Equal(entries[j].first, key)) return Failure("repeated key");
      }
      if (builder.Add(key, entries[i].second) != MapBuilder::Outcome::kAdded) {
        return Failure("the builder disagrees");
      }
    }
    return builder.Build();
  }

  Value VisitMessage(const Node& node, const Resolution& meaning, const Scope& scope) {
    std::vector<FieldValue> fields;
    for (size_t i = 0; i < node.args.size(); ++i) {
      const auto* const field = FindField(*meaning.descriptor, node.fields()[i], *proto_.pool);
      if (field == nullptr) return Failure("no such field");
      const std::optional<Value> value = Entry(node.args[i], node.IsOptional(i), scope);
      if (!value.has_value()) continue;
      if (!value->is_known()) return *value;
      fields.push_back({field, *value});
    }
    return BuildMessage(*meaning.descriptor, fields, proto_);
  }

  // Exactly as the specification folds, with a scope of its own for each step.
  Value VisitComprehension(const Node& node, const Scope& scope) {
    const Value range = Visit(node.args[kRange], scope);
    if (!range.is_known()) return range;
    std::vector<std::pair<Value, Value>> pairs;
    if (range.Is(Kind::kList)) {
      for (size_t i = 0; i < range.list().size(); ++i) {
        pairs.emplace_back(Value::Int(static_cast<int64_t>(i)), Adapt(range.list().At(i)));
      }
    } else if (range.Is(Kind::kMap)) {
      for (size_t i = 0; i < range.map().size(); ++i) {
        pairs.emplace_back(range.map().KeyAt(i), Adapt(range.map().ValueAt(i)));
      }
    } else {
      return Failure("not iterable");
    }
    Value accumulator = Visit(node.args[kInitial], scope);
    for (const auto& [first, second] : pairs) {
      Scope inside = scope;
      inside[node.accumulator()] = accumulator;
      if (!node.second_variable().empty()) {
        inside[node.variable()] = first;
        inside[node.second_variable()] = second;
      } else {
        inside[node.variable()] = range.Is(Kind::kList) ? second : first;
      }
      const Value proceed = Visit(node.args[kCondition], inside);
      if (proceed.is_false()) break;
      if (!proceed.is_true()) return proceed.is_known() ? Failure("no bool") : proceed;
      accumulator = VisitStep(node.args[kStep], inside);
    }
    Scope after = scope;
    after[node.accumulator()] = accumulator;
    return Visit(node.args[kResult], after);
  }

  // The step of a transformation is the one place where a map grows.
  Value VisitStep(NodeId id, const Scope& scope) {
    const Node& node = tree_[id];
    if (node.kind == NodeKind::kCall && node.name == "_?_:_") {
      const Value condition = Visit(node.args[0], scope);
      if (!condition.is_known()) return condition;
      if (!condition.Is(Kind::kBool)) return Failure("no such overload");
      return VisitStep(node.args[condition.bool_value() ? 1 : 2], scope);
    }
    if (node.kind != NodeKind::kCall || node.name != "@map_insert") return Visit(id, scope);
    const Value grown = Visit(node.args[0], scope);
    if (!grown.is_known()) return grown;
    std::vector<std::pair<Value, Value>> entries;
    const auto add = [&](const Map& map) {
      for (size_t i = 0; i < map.size(); ++i) entries.emplace_back(map.KeyAt(i), map.ValueAt(i));
    };
    add(grown.map());
    const Value key = Visit(node.args[1], scope);
    if (!key.is_known()) return key;
    if (node.args.size() == 2) {
      if (!key.Is(Kind::kMap)) return Failure("no entries");
      add(key.map());
      return BuildMap(entries);
    }
    const Value value = Visit(node.args[2], scope);
    if (!value.is_known()) return value;
    entries.emplace_back(key, value);
    return BuildMap(entries);
  }

  const Expression& expression_;
  const Tree& tree_;
  const Activation& activation_;
  const ProtoContext proto_;
};

}  // namespace

}  // namespace reference

Value ReferenceEvaluate(const Expression& expression, const Activation& activation) {
  return reference::Walk(expression, activation).Visit(expression.tree().root, {});
}

}  // namespace changepolicy::cel
