#include "libchangepolicy/cel/condition_tests.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/unparse.h"

namespace changepolicy::cel {
namespace {

using Tests = std::vector<AttributeTest>;

// Nothing for a literal that can be no key of a map. A double is left alone: 0.5 is no key, and yet
// something is equal to it.
std::optional<MapKey> KeyOf(const Literal& literal) {
  if (const auto* const text = std::get_if<std::string>(&literal)) return MapKey{*text};
  if (const auto* const truth = std::get_if<bool>(&literal)) return MapKey{*truth};
  if (const auto* const whole = std::get_if<int64_t>(&literal)) return MapKey{*whole};
  if (const auto* const natural = std::get_if<uint64_t>(&literal)) {
    return ToMapKey(Value::Uint(*natural));
  }
  return std::nullopt;
}

AttributeTest::Kind KindOf(const MapKey& key) {
  if (std::holds_alternative<bool>(key.key)) return AttributeTest::Kind::kBool;
  if (std::holds_alternative<std::string>(key.key)) return AttributeTest::Kind::kText;
  return AttributeTest::Kind::kNumber;
}

class Reader {
 public:
  explicit Reader(const Expression& condition) : condition_(condition), tree_(condition.tree()) {}

  Tests Read(NodeId id) const {
    const Node& node = tree_[id];
    if (IsCall(node, "_&&_", 2)) return Both(Read(node.args[0]), Read(node.args[1]));
    if (IsCall(node, "_||_", 2)) return Either(Read(node.args[0]), Read(node.args[1]));
    if (IsCall(node, "_==_", 2)) {
      Tests tests = Equality(node.args[0], node.args[1]);
      return tests.empty() ? Equality(node.args[1], node.args[0]) : tests;
    }
    if (IsCall(node, "@in", 2)) return Membership(node.args[0], node.args[1]);
    if (IsCall(node, "!_", 1)) return One(node.args[0], {MapKey{false}});
    return One(id, {MapKey{true}});
  }

 private:
  static bool IsCall(const Node& node, std::string_view function, size_t arguments) {
    return node.kind == NodeKind::kCall && node.name == function && node.args.size() == arguments;
  }

  // The variable from which it is read; empty for what is no attribute.
  std::string_view VariableOf(NodeId id) const {
    const Resolution& resolution = condition_.ResolutionOf(id);
    if (resolution.kind == Resolution::Kind::kVariable) return resolution.name;
    const Node& node = tree_[id];
    if (node.kind == NodeKind::kSelect && resolution.kind == Resolution::Kind::kNone) {
      return VariableOf(node.args[0]);
    }
    if (IsCall(node, "_[_]", 2) && tree_[node.args[1]].kind == NodeKind::kLiteral) {
      return VariableOf(node.args[0]);
    }
    return {};
  }

  // Nothing where it is no attribute, or where the values are of several kinds.
  Tests One(NodeId attribute, std::vector<MapKey> values, bool of_element = false) const {
    const std::string_view variable = VariableOf(attribute);
    if (variable.empty() || values.empty()) return {};
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const AttributeTest::Kind kind = KindOf(values.front());
    if (KindOf(values.back()) != kind) return {};
    Tests tests;
    // With the variable, since `a.b` may be a variable or a field of `a`.
    tests.push_back(
        {.name = StrCat(variable, " ", Unparse(tree_, attribute), of_element ? " in " : " is ",
                        std::string_view(reinterpret_cast<const char*>(&kind), 1)),
         .attribute = attribute,
         .kind = kind,
         .of_element = of_element,
         .values = std::move(values)});
    return tests;
  }

  Tests Equality(NodeId attribute, NodeId value) const {
    if (tree_[value].kind != NodeKind::kLiteral) return {};
    std::optional<MapKey> key = KeyOf(tree_[value].literal);
    return key.has_value() ? One(attribute, {*std::move(key)}) : Tests();
  }

  Tests Membership(NodeId attribute, NodeId list) const {
    const Node& node = tree_[list];
    if (tree_[attribute].kind == NodeKind::kLiteral) {
      std::optional<MapKey> key = KeyOf(tree_[attribute].literal);
      return key.has_value() ? One(list, {*std::move(key)}, /*of_element=*/true) : Tests();
    }
    if (node.kind != NodeKind::kList || node.HasOptional()) return {};
    std::vector<MapKey> keys;
    for (const NodeId element : node.args) {
      if (tree_[element].kind != NodeKind::kLiteral) return {};
      std::optional<MapKey> key = KeyOf(tree_[element].literal);
      if (!key.has_value()) return {};
      keys.push_back(*std::move(key));
    }
    return One(attribute, std::move(keys));
  }

  // Sorted by name both, and so is what they give.
  static Tests Both(Tests one, Tests other) {
    Tests both;
    auto next = other.begin();
    for (AttributeTest& test : one) {
      for (; next != other.end() && next->name < test.name; ++next)
        both.push_back(std::move(*next));
      if (next != other.end() && next->name == test.name && test.of_element) {
        // Both are in it: either tells enough.
        ++next;
      } else if (next != other.end() && next->name == test.name) {
        std::vector<MapKey> common;
        std::set_intersection(test.values.begin(), test.values.end(), next->values.begin(),
                              next->values.end(), std::back_inserter(common));
        test.values = std::move(common);
        ++next;
      }
      both.push_back(std::move(test));
    }
    std::move(next, other.end(), std::back_inserter(both));
    return both;
  }

  // Only what both sides ask.
  static Tests Either(Tests one, Tests other) {
    Tests either;
    auto next = other.begin();
    for (AttributeTest& test : one) {
      while (next != other.end() && next->name < test.name) ++next;
      if (next == other.end() || next->name != test.name) continue;
      std::vector<MapKey> all;
      std::set_union(test.values.begin(), test.values.end(), next->values.begin(),
                     next->values.end(), std::back_inserter(all));
      test.values = std::move(all);
      either.push_back(std::move(test));
    }
    return either;
  }

  const Expression& condition_;
  const Tree& tree_;
};

}  // namespace

std::vector<AttributeTest> TestsOf(const Expression& condition) {
  return Reader(condition).Read(condition.tree().root);
}

Expression AttributeAt(const Expression& condition, NodeId attribute) {
  // Children stand before their parents, so that what follows can be left out.
  const auto count = static_cast<size_t>(attribute) + 1;
  const Tree& whole = condition.tree();
  auto tree = std::make_shared<Tree>();
  tree->text = whole.text;
  tree->nodes.assign(whole.nodes.begin(), whole.nodes.begin() + static_cast<std::ptrdiff_t>(count));
  tree->root = attribute;
  auto data = std::make_shared<Expression::Data>();
  for (size_t i = 0; i < count; ++i) {
    const auto id = static_cast<NodeId>(i);
    const Resolution& resolution = condition.ResolutionOf(id);
    data->types.push_back(condition.TypeOf(id));
    data->resolutions.push_back(resolution.kind == Resolution::Kind::kNone
                                    ? nullptr
                                    : std::make_shared<const Resolution>(resolution));
  }
  NodeId root = attribute;
  while (condition.ResolutionOf(root).kind != Resolution::Kind::kVariable) {
    root = whole[root].args[0];
  }
  data->references.variables.insert(condition.ResolutionOf(root).name);
  data->references.paths.insert(Unparse(whole, attribute));
  data->tree = std::move(tree);
  data->environment = &condition.environment();
  data->checked = condition.checked();
  return Expression(std::move(data));
}

}  // namespace changepolicy::cel
