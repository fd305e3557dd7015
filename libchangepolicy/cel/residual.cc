#include "libchangepolicy/cel/residual.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/literal_writer.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/unparse.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

// A quantifier over at most so many elements becomes a chain, and so many of them in one residual.
constexpr size_t kUnrolledAtOnce = 16;
constexpr size_t kUnrolledInAll = 256;

std::set<std::string> NamesOfLocals(const Tree& tree) {
  std::set<std::string> names;
  for (const Node& node : tree.nodes) {
    if (node.kind != NodeKind::kComprehension) continue;
    names.insert({node.variable(), node.second_variable(), node.accumulator()});
  }
  return names;
}

// Writes the residual as a tree for printing: macros as the calls that they were.
class Reducer {
 public:
  Reducer(const Expression& expression, const Activation& activation)
      : expression_(expression),
        tree_(expression.tree()),
        activation_(activation),
        taken_(NamesOfLocals(tree_)),
        writer_(expression.environment(), taken_, &out_),
        steps_left_(expression.environment().options().limits.evaluation_steps) {}

  std::string Run() {
    NodeId root = Reduce(tree_.root);
    if (widened_.contains(root)) root = out_[root].args[0];
    return failed_ || TooLarge() ? "" : Unparse(out_, root);
  }

 private:
  // A variable of a comprehension that the walk is inside of.
  struct Local {
    std::string name;
    Value value;
    NodeId instead = kNoNode;  // of out_: what says the same outside
  };
  using Scope = std::vector<Local>;

  bool TooLarge() const {
    return out_.nodes.size() > expression_.environment().options().limits.nodes;
  }
  bool IsKind(NodeId id, Resolution::Kind kind) const {
    return expression_.ResolutionOf(id).kind == kind;
  }
  bool IsFunction(NodeId id, std::string_view function) const {
    return tree_[id].kind == NodeKind::kCall && IsKind(id, Resolution::Kind::kFunction) &&
           expression_.ResolutionOf(id).name == function;
  }

  Value Evaluate(NodeId id) {
    std::vector<LocalVariable> locals;
    locals.reserve(scope_.size());
    for (const Local& local : scope_) locals.push_back({local.name, local.value});
    return EvaluatePart(expression_, id, std::move(locals), activation_, &steps_left_);
  }

  NodeId Reduce(NodeId id) {
    if (failed_ || TooLarge()) {
      failed_ = true;
      return writer_.Write(Value::Null());
    }
    const Node& node = tree_[id];
    const bool empty = node.kind == NodeKind::kList || node.kind == NodeKind::kMap;
    if (empty && node.args.empty()) return Copy(id);
    const Value value = Evaluate(id);
    if (value.is_known() && writer_.CanWrite(value)) {
      return Typed(writer_.Write(value), LiteralWriter::HasType(value, expression_.TypeOf(id)));
    }
    const bool is_call = tree_[id].kind == NodeKind::kCall;
    if (value.is_unknown() && !(is_call && tree_.MacroUseAt(id) != nullptr)) {
      if (std::optional<NodeId> shorter = Shorten(id)) return *shorter;
    }
    return Rebuild(id);
  }

  // A part that stands where one of a wider type stood.
  NodeId Typed(NodeId written, bool same_type) {
    if (same_type || !expression_.checked()) return written;
    const NodeId wide = writer_.Call("dyn", {written});
    widened_.insert(wide);
    return wide;
  }
  NodeId Instead(NodeId whole, NodeId part) {
    const Type& type = expression_.TypeOf(part);
    return Typed(Reduce(part), type == expression_.TypeOf(whole) || type.IsDynamic());
  }

  // ---- What needs only one of its parts

  std::optional<NodeId> Shorten(NodeId id) {
    const NodeArgs& args = tree_[id].args;
    if (IsFunction(id, "_&&_")) return ShortenLogic(args[0], args[1], true);
    if (IsFunction(id, "_||_")) return ShortenLogic(args[0], args[1], false);
    if (IsFunction(id, "_?_:_")) {
      const Value condition = Evaluate(args[0]);
      if (condition.Is(Kind::kBool)) return Instead(id, args[condition.bool_value() ? 1 : 2]);
    }
    if ((IsFunction(id, "or") || IsFunction(id, "orValue")) && args.size() == 2) {
      const Value target = Evaluate(args[0]);
      if (target.Is(Kind::kOptional) && !target.has_optional_value()) return Instead(id, args[1]);
    }
    if (tree_[id].kind == NodeKind::kComprehension) return Unroll(id);
    return std::nullopt;
  }

  // `true && x` is x when x is a bool for sure; otherwise && is what makes an error of it.
  std::optional<NodeId> ShortenLogic(NodeId left, NodeId right, bool neutral) {
    const auto is_neutral = [&](const Value& value) {
      return value.Is(Kind::kBool) && value.bool_value() == neutral;
    };
    if (is_neutral(Evaluate(left)) && IsBool(right)) return Reduce(right);
    if (is_neutral(Evaluate(right)) && IsBool(left)) return Reduce(left);
    return std::nullopt;
  }

  // Never a value other than true or false.
  bool IsBool(NodeId id) const {
    if (expression_.checked() && expression_.TypeOf(id).Is(TypeKind::kBool)) return true;
    const Node& node = tree_[id];
    if (node.kind == NodeKind::kLiteral) return std::holds_alternative<bool>(node.literal);
    if (node.kind == NodeKind::kSelect) return node.test_only;
    if (node.kind == NodeKind::kComprehension) return QuantifierOf(node) != nullptr;
    if (node.kind != NodeKind::kCall || !IsKind(id, Resolution::Kind::kFunction)) return false;
    const std::string& function = expression_.ResolutionOf(id).name;
    return function == "_==_" || function == "_!=_" || function == "@in" || function == "!_" ||
           function == "_&&_" || function == "_||_" || IsOrdering(function);
  }

  // ---- Quantifiers over what is known

  // `_&&_` or `_||_` where the comprehension is an `all` or an `exists`; null for others.
  const std::string* QuantifierOf(const Node& fold) const {
    const Node& step = tree_[fold.args[kStep]];
    const Node& result = tree_[fold.args[kResult]];
    const bool* const start = std::get_if<bool>(&tree_[fold.args[kInitial]].literal);
    if (step.kind != NodeKind::kCall || result.kind != NodeKind::kIdent || start == nullptr ||
        step.name != (*start ? "_&&_" : "_||_") || result.name != fold.accumulator() ||
        tree_[step.args[0]].name != fold.accumulator()) {
      return nullptr;
    }
    return &step.name;
  }

  std::optional<NodeId> Unroll(NodeId id) {
    const Node& fold = tree_[id];
    const std::string* const function = QuantifierOf(fold);
    const NodeId body =
        tree_[fold.args[kStep]].args.empty() ? kNoNode : tree_[fold.args[kStep]].args.back();
    if (function == nullptr || !IsBool(body)) return std::nullopt;
    const Value range = Evaluate(fold.args[kRange]);
    if (!range.Is(Kind::kList) && !range.Is(Kind::kMap)) return std::nullopt;
    const size_t size = range.Is(Kind::kList) ? range.list().size() : range.map().size();
    if (size > kUnrolledAtOnce || unrolled_ + size > kUnrolledInAll) return std::nullopt;
    unrolled_ += size;
    std::vector<NodeId> operands;
    const size_t outside = scope_.size();
    for (size_t i = 0; i < size; ++i) {
      const bool said = PushElement(fold, range, i);
      const Value value = said ? Evaluate(body) : Value::Null();
      const bool matters = !value.Is(Kind::kBool);
      if (said && matters) operands.push_back(Reduce(body));
      scope_.resize(outside);
      if (!said) return std::nullopt;
    }
    if (operands.empty()) return std::nullopt;
    return Chain(*function, operands, 0, operands.size());
  }

  // The variables of one element. False where the residual could not say what they stand for.
  bool PushElement(const Node& fold, const Value& range, size_t index) {
    const bool is_map = range.Is(Kind::kMap);
    const Value key = is_map ? range.map().KeyAt(index) : Value::Int(static_cast<int64_t>(index));
    const Value element = is_map ? range.map().ValueAt(index) : range.list().At(index);
    const bool two = !fold.second_variable().empty();
    if (is_map || two) scope_.push_back({fold.variable(), key});
    if (is_map && !two) return true;
    NodeId instead = kNoNode;
    if (!writer_.CanWrite(element)) {
      const NodeId path = Path(fold.args[kRange]);
      if (path == kNoNode) return false;
      instead = writer_.Call("_[_]", {path, writer_.Write(key)});
    }
    scope_.push_back({two ? fold.second_variable() : fold.variable(), Adapted(element), instead});
    return true;
  }

  Value Adapted(const Value& value) const {
    const Environment& environment = expression_.environment();
    if (!value.Is(Kind::kMessage)) return value;
    return AdaptMessage(value.message(),
                        {&environment.pool(), &environment.factory(), environment.options().enums});
  }

  // A chain of selections and known indexes from a variable, which may stand several times; kNoNode
  // for anything else.
  NodeId Path(NodeId id) {
    const Node& node = tree_[id];
    if (IsKind(id, Resolution::Kind::kVariable)) return CopyName(id);
    if (IsKind(id, Resolution::Kind::kLocal)) {
      const Local* const local = FindLocal(expression_.ResolutionOf(id).name);
      return local == nullptr ? kNoNode : local->instead;
    }
    const bool index = IsFunction(id, "_[_]");
    if (!index && (node.kind != NodeKind::kSelect || node.test_only)) return kNoNode;
    const NodeId parent = Path(node.args[0]);
    if (parent == kNoNode) return kNoNode;
    if (!index) {
      return writer_.Add(
          {.kind = NodeKind::kSelect, .quoted = node.quoted, .name = node.name, .args = {parent}});
    }
    const Value key = Evaluate(node.args[1]);
    if (!key.is_known() || !writer_.CanWrite(key)) return kNoNode;
    return writer_.Call("_[_]", {parent, writer_.Write(key)});
  }

  // As the parser balances it, so that it prints as one chain.
  NodeId Chain(const std::string& function, const std::vector<NodeId>& operands, size_t begin,
               size_t end) {
    if (end - begin == 1) return operands[begin];
    const size_t middle = begin + (end - begin + 1) / 2;
    const NodeId left = Chain(function, operands, begin, middle);
    const NodeId right = Chain(function, operands, middle, end);
    return writer_.Call(function, {left, right});
  }

  // ---- What stays, made of what is left of its parts

  NodeId Rebuild(NodeId id) {
    const Node& node = tree_[id];
    switch (expression_.ResolutionOf(id).kind) {
      case Resolution::Kind::kVariable:
      case Resolution::Kind::kConstant:
        return CopyName(id);
      case Resolution::Kind::kLocal: {
        const Local* const local = FindLocal(node.name);
        if (local != nullptr && local->instead != kNoNode) return local->instead;
        return Copy(id);
      }
      default:
        break;
    }
    if (const MacroUse* const use = tree_.MacroUseAt(id)) return RebuildMacro(id, *use);
    if (node.kind == NodeKind::kComprehension) failed_ = true;
    Node copy = node;
    for (size_t i = 0; i < node.args.size(); ++i) copy.args[i] = RebuildPart(id, i);
    if (node.kind == NodeKind::kMap) KeepKeysApart(&copy);
    return writer_.Add(std::move(copy));
  }

  NodeId RebuildPart(NodeId id, size_t index) {
    const Node& node = tree_[id];
    const NodeId part = node.args[index];
    const bool space = index == 0 && expression_.ResolutionOf(id).skip_target;
    if (space || (index == 1 && IsFunction(id, "_?._"))) return Copy(part);
    const NodeId reduced = Reduce(part);
    const bool target = index == 0 && (node.kind == NodeKind::kSelect || node.is_member);
    return target && BecameName(part, reduced, node.name) ? writer_.Call("dyn", {reduced})
                                                          : reduced;
  }

  // Whether a part that was no global name became the beginning of one that means something else.
  bool BecameName(NodeId part, NodeId reduced, const std::string& next) const {
    const std::string name = QualifiedName(out_, reduced);
    const NodeId root = RootIdent(tree_, part);
    if (name.empty() || (root != kNoNode && !IsKind(root, Resolution::Kind::kLocal))) return false;
    const Environment& environment = expression_.environment();
    const std::vector<std::string> candidates = environment.Candidates(StrCat(name, ".", next));
    return std::any_of(candidates.begin(), candidates.end(), [&](const std::string& candidate) {
      return environment.Find(candidate).has_value() ||
             environment.FindFunction(candidate) != nullptr;
    });
  }

  // Keys that turn out to be the same are an error when the map is made; written as literals they
  // would be one that the checker refuses.
  void KeepKeysApart(Node* map) {
    std::set<MapKey> seen;
    for (size_t i = 0; i < map->args.size(); i += 2) {
      const std::optional<MapKey> key = LiteralKey(out_[map->args[i]].literal);
      if (out_[map->args[i]].kind != NodeKind::kLiteral || !key.has_value()) continue;
      if (!seen.insert(*key).second) map->args[i] = writer_.Call("dyn", {map->args[i]});
    }
  }

  static std::optional<MapKey> LiteralKey(const Literal& literal) {
    if (const auto* const key = std::get_if<bool>(&literal)) return MapKey{*key};
    if (const auto* const key = std::get_if<std::string>(&literal)) return MapKey{*key};
    if (const auto* const key = std::get_if<int64_t>(&literal)) return MapKey{*key};
    if (const auto* const key = std::get_if<uint64_t>(&literal)) return ToMapKey(Value::Uint(*key));
    return std::nullopt;
  }

  NodeId CopyName(NodeId id) {
    const std::string name = QualifiedName(tree_, id);
    return writer_.Variable(name, expression_.ResolutionOf(id).name);
  }

  NodeId Copy(NodeId id) {
    Node copy = tree_[id];
    for (NodeId& arg : copy.args) arg = Copy(arg);
    return writer_.Add(std::move(copy));
  }

  // ---- Macros

  const Local* FindLocal(std::string_view name) const {
    for (auto local = scope_.rbegin(); local != scope_.rend(); ++local) {
      if (local->name == name) return &*local;
    }
    return nullptr;
  }

  // cel.bind and its like: a comprehension over nothing.
  bool IsLet(const Node& fold) const {
    const Node& range = tree_[fold.args[kRange]];
    const bool* const condition = std::get_if<bool>(&tree_[fold.args[kCondition]].literal);
    return range.kind == NodeKind::kList && range.args.empty() && condition != nullptr &&
           !*condition;
  }

  // The call, with what is left of each argument in the scope in which the expansion has it.
  NodeId RebuildMacro(NodeId id, const MacroUse& use) {
    std::map<NodeId, Scope> scopes;
    FindScopes(id, use, &scopes);
    const auto rebuild = [&](NodeId part) {
      const auto found = scopes.find(part);
      if (found == scopes.end()) return Copy(part);  // the name of a variable, a namespace
      std::swap(scope_, found->second);
      const NodeId reduced = Reduce(part);
      std::swap(scope_, found->second);
      return reduced;
    };
    Node call{.kind = NodeKind::kCall, .name = use.function};
    if (use.target != kNoNode) {
      call.is_member = true;
      call.args.push_back(rebuild(use.target));
    }
    for (const NodeId arg : use.args) call.args.push_back(rebuild(arg));
    const Node& root = tree_[id];
    if (root.kind == NodeKind::kComprehension && IsLet(root) && !use.args.empty() &&
        root.args[kResult] == use.args.back() && !Mentions(call.args.back(), root.accumulator())) {
      return call.args.back();
    }
    return writer_.Add(std::move(call));
  }

  void FindScopes(NodeId id, const MacroUse& use, std::map<NodeId, Scope>* scopes) {
    if (id == use.target || std::find(use.args.begin(), use.args.end(), id) != use.args.end()) {
      scopes->emplace(id, scope_);
      return;
    }
    const Node& node = tree_[id];
    if (node.kind != NodeKind::kComprehension) {
      for (const NodeId arg : node.args) FindScopes(arg, use, scopes);
      return;
    }
    FindScopes(node.args[kRange], use, scopes);
    FindScopes(node.args[kInitial], use, scopes);
    const size_t outside = scope_.size();
    if (IsLet(node)) {
      const Value value = Evaluate(node.args[kInitial]);
      const NodeId path = value.is_error() ? kNoNode : Path(node.args[kInitial]);
      scope_.push_back({node.accumulator(), value, path});
    } else {
      scope_.push_back({node.accumulator(), Value::Unknown({})});
      scope_.push_back({node.variable(), Value::Unknown({})});
      if (!node.second_variable().empty()) {
        scope_.push_back({node.second_variable(), Value::Unknown({})});
      }
      FindScopes(node.args[kCondition], use, scopes);
      FindScopes(node.args[kStep], use, scopes);
    }
    scope_.resize(outside + 1);
    FindScopes(node.args[kResult], use, scopes);
    scope_.resize(outside);
  }

  bool Mentions(NodeId id, const std::string& name) const {
    const Node& node = out_[id];
    if (node.kind == NodeKind::kIdent && node.name == name) return true;
    return std::any_of(node.args.begin(), node.args.end(),
                       [&](NodeId arg) { return Mentions(arg, name); });
  }

  const Expression& expression_;
  const Tree& tree_;
  const Activation& activation_;
  const std::set<std::string> taken_;
  Tree out_;
  LiteralWriter writer_;
  uint64_t steps_left_;
  Scope scope_;
  size_t unrolled_ = 0;
  std::set<NodeId> widened_;  // calls of dyn that a root does not need
  bool failed_ = false;
};

}  // namespace

Expression Residual(const Expression& expression, const Activation& activation) {
  const std::string text = Reducer(expression, activation).Run();
  if (text.empty()) return expression;
  const CompileResult compiled =
      expression.environment().Compile(text, {.check = expression.checked()});
  return compiled.expression.value_or(expression);
}

std::set<std::string> OpenAttributes(const Expression& expression, const Activation& activation) {
  return UnknownsBehind(expression, activation);
}

}  // namespace changepolicy::cel
