// What the macros become that name elements of lists, or values.
#include <algorithm>
#include <utility>

#include "libchangepolicy/program/compiler.h"
#include "libchangepolicy/program/list_fold.h"

namespace changepolicy {

using cel::Node;
using cel::TypeKind;

ProgramCompiler::Part ProgramCompiler::VisitComprehension(const Node& node) {
  const cel::Tree& tree = expression_->expression().tree();
  if (IsBinding(tree, node)) return VisitBinding(node);
  // Nobody but a macro can write that name.
  if (node.accumulator() != "@result") return {};
  const ListFold fold = RecognizeFold(tree, node);
  if (fold.op == Op::kConstant) return {};
  const Part list = Visit(node.args[cel::kRange]);
  if (!list.ok() || !expression_->expression().TypeOf(node.args[cel::kRange]).Is(TypeKind::kList)) {
    return {};
  }
  const bool has_place = !node.second_variable().empty();
  const int32_t slot =
      AddLocal(has_place ? node.second_variable() : node.variable(), ElementOf(list));
  AddLocal(has_place ? std::string_view(node.variable()) : std::string_view(), {});
  Part body = Visit(fold.body);
  const Part filter = fold.filter == cel::kNoNode ? Part() : Visit(fold.filter);
  locals_.resize(locals_.size() - 2);
  // Lists of messages are made by nobody.
  if (!body.ok() || (fold.op == Op::kMap && body.table != nullptr) ||
      (fold.op == Op::kMap && body.list != nullptr)) {
    return {};
  }
  if (fold.filter != cel::kNoNode) {
    if (!filter.ok()) return {};
    body = Of(
        {.op = Op::kIf, .a = filter.node, .b = body.node, .c = OfConstant(Datum::Beyond()).node});
  }
  Part part;
  if (fold.op == Op::kFilter) {
    // Its elements stay where they are.
    part.list = list.list;
    part.statement = list.statement;
    part.presence = list.presence;
  }
  return Of({.op = fold.op, .a = list.node, .b = body.node, .c = slot}, part);
}

int32_t ProgramCompiler::AddLocal(std::string_view name, Part part) {
  const auto slot = static_cast<int32_t>(locals_.size());
  program_.slots_ = std::max(program_.slots_, slot + 1);
  locals_.push_back({name, Of({.op = Op::kLocal, .a = slot}, std::move(part))});
  return slot;
}

// The value stays where it is: what is below it has the places that it had.
ProgramCompiler::Part ProgramCompiler::VisitBinding(const Node& node) {
  const Part value = Visit(node.args[cel::kInitial]);
  if (!value.ok()) return {};
  Part named = value;
  if (!IsNamed(value)) named.table = nullptr;  // nothing is selected from it
  const int32_t slot = AddLocal(node.accumulator(), std::move(named));
  Part result = Visit(node.args[cel::kResult]);
  locals_.pop_back();
  if (!result.ok()) return {};
  return Of({.op = Op::kBind, .a = value.node, .b = result.node, .c = slot}, result);
}

}  // namespace changepolicy
