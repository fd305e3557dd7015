// cel.block: sub-expressions that stand once and are named by their index, as optimizers of
// expressions write them. Each is a binding of its own, so an error in one that nobody names is
// nobody's error.
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

// The whole number, not below zero, that an argument is; -1 after a complaint.
int64_t Number(Expansion& e, size_t index) {
  const Node& node = e.builder()[e.arg(index)];
  const int64_t* const number = std::get_if<int64_t>(&node.literal);
  if (node.kind == NodeKind::kLiteral && number != nullptr && *number >= 0) return *number;
  e.Complain(e.arg(index), StrCat("`cel.", e.call().function, "` needs a number here"),
             "write a literal, like `0`");
  return -1;
}

std::string SlotName(int64_t index) { return StrCat("@index", index); }

NodeId Index(Expansion& e) {
  const int64_t index = Number(e, 0);
  return index < 0 ? kNoNode : e.Ident(SlotName(index));
}

// Variables of comprehensions whose names cannot clash with those of people.
template <char kKind>
NodeId Variable(Expansion& e) {
  const int64_t depth = Number(e, 0), index = depth < 0 ? -1 : Number(e, 1);
  if (index < 0) return kNoNode;
  return e.Ident(StrCat(kKind == 'i' ? "@it:" : "@ac:", depth, ":", index));
}

NodeId Block(Expansion& e) {
  const Node& list = e.builder()[e.arg(0)];
  if (list.kind != NodeKind::kList) {
    return e.Complain(e.arg(0), "`cel.block` needs a list of sub-expressions",
                      "write `cel.block([first, second], cel.index(0) + cel.index(1))`");
  }
  for (size_t i = 0; i < list.args.size(); ++i) {
    if (list.IsOptional(i)) {
      return e.Complain(list.args[i], "a sub-expression of `cel.block` cannot be left out",
                        "leave out the `?`");
    }
  }
  const NodeArgs slots = list.args;
  NodeId body = e.arg(1);
  for (size_t i = slots.size(); i-- > 0;) {
    body = e.Let(SlotName(static_cast<int64_t>(i)), slots[i], body);
  }
  return body;
}

}  // namespace

void AddBlockMacros(MacroTable* table) {
  const MacroTable rows = {
      {"block", "cel", 2, Block},
      {"index", "cel", 1, Index},
      {"iterVar", "cel", 2, Variable<'i'>},
      {"accuVar", "cel", 2, Variable<'a'>},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
