#include "libchangepolicy/cel/plan_parts.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace changepolicy::cel {

namespace {

using Names = std::set<std::string_view>;

// What a part reads of its surroundings.
struct Reads {
  bool more = false;  // than locals
  Names locals;

  void Add(const Reads& other) {
    more = more || other.more;
    locals.insert(other.locals.begin(), other.locals.end());
  }
};

}  // namespace

std::vector<bool> ClosedParts(const Expression& expression) {
  const Tree& tree = expression.tree();
  std::vector<Reads> reads(tree.nodes.size());
  std::vector<bool> closed(tree.nodes.size());
  // Children stand before their parents.
  for (size_t i = 0; i < reads.size(); ++i) {
    const Node& node = tree.nodes[i];
    const Resolution& resolution = expression.ResolutionOf(static_cast<NodeId>(i));
    Reads& own = reads[i];
    const auto of = [&](size_t arg) -> const Reads& {
      return reads[static_cast<size_t>(node.args[arg])];
    };
    if (resolution.kind == Resolution::Kind::kLocal) {
      own.locals.insert(resolution.name);
    } else if (resolution.kind == Resolution::Kind::kVariable ||
               resolution.kind == Resolution::Kind::kUnresolved) {
      own.more = true;
    } else if (node.kind == NodeKind::kComprehension) {
      own.Add(of(kCondition));
      own.Add(of(kStep));
      own.locals.erase(node.variable());
      own.locals.erase(node.second_variable());
      own.Add(of(kResult));
      own.locals.erase(node.accumulator());
      own.Add(of(kRange));
      own.Add(of(kInitial));
    } else if (resolution.kind != Resolution::Kind::kConstant) {
      const bool whole_call = resolution.kind == Resolution::Kind::kFunction;
      for (size_t arg = whole_call && resolution.skip_target ? 1 : 0; arg < node.args.size();
           ++arg) {
        own.Add(of(arg));
      }
      own.more =
          own.more || std::any_of(resolution.overloads.begin(), resolution.overloads.end(),
                                  [](const auto& overload) { return !IsOfLibraries(*overload); });
    }
    closed[i] = !own.more && own.locals.empty();
  }
  return closed;
}

namespace {

bool IsName(const Node& node, const std::string& name) {
  return node.kind == NodeKind::kIdent && node.name == name;
}

bool IsCall(const Node& node, std::string_view function, size_t args) {
  return node.kind == NodeKind::kCall && node.name == function && node.args.size() == args;
}

bool IsLiteral(const Node& node, bool value) {
  const auto* const literal = std::get_if<bool>(&node.literal);
  return node.kind == NodeKind::kLiteral && literal != nullptr && *literal == value;
}

// exists() and all(), by their expansions.
Loop QuantifierOf(const Tree& tree, const Node& node, bool all) {
  const Node& step = tree[node.args[kStep]];
  const Node& condition = tree[node.args[kCondition]];
  if (!IsLiteral(tree[node.args[kInitial]], all) || !IsCall(step, all ? "_&&_" : "_||_", 2) ||
      !IsName(tree[step.args[0]], node.accumulator()) ||
      !IsCall(condition, "@not_strictly_false", 1)) {
    return {};
  }
  const Node* going = &tree[condition.args[0]];
  if (!all) {
    if (!IsCall(*going, "!_", 1)) return {};
    going = &tree[going->args[0]];
  }
  if (!IsName(*going, node.accumulator())) return {};
  return {.form = all ? Loop::Form::kAll : Loop::Form::kExists, .body = step.args[1]};
}

}  // namespace

Loop LoopOf(const Tree& tree, const Node& node) {
  if (node.accumulator() != "@result" || !IsName(tree[node.args[kResult]], node.accumulator())) {
    return {};
  }
  const Node& initial = tree[node.args[kInitial]];
  const bool list = initial.kind == NodeKind::kList && initial.args.empty();
  const bool map = initial.kind == NodeKind::kMap && initial.args.empty();
  if (!list && !map) {
    const Loop exists = QuantifierOf(tree, node, false);
    return exists.form == Loop::Form::kFold ? QuantifierOf(tree, node, true) : exists;
  }
  // As the plain evaluator has it, which gathers in place.
  const Node* step = &tree[node.args[kStep]];
  Loop loop{.form = list ? Loop::Form::kGather : Loop::Form::kMap};
  if (IsCall(*step, "_?_:_", 3)) {
    loop.filter = step->args[0];
    step = &tree[step->args[1]];
  }
  if (map) return loop;
  if (!IsCall(*step, "_+_", 2) || !IsName(tree[step->args[0]], node.accumulator())) return {};
  const Node& added = tree[step->args[1]];
  if (added.kind != NodeKind::kList || added.args.size() != 1 || added.IsOptional(0)) return {};
  loop.body = added.args[0];
  return loop;
}

}  // namespace changepolicy::cel
