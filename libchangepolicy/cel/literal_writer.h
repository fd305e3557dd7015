// Values as parts of a tree, where the language has a way to write them.
#ifndef LIBCHANGEPOLICY_CEL_LITERAL_WRITER_H_
#define LIBCHANGEPOLICY_CEL_LITERAL_WRITER_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

class LiteralWriter {
 public:
  // Adds nodes to `tree`, which is only for printing: its nodes have no places. `taken` are the
  // names that a comprehension may give to something else.
  LiteralWriter(const Environment& environment, const std::set<std::string>& taken, Tree* tree)
      : environment_(environment), taken_(taken), tree_(*tree) {}

  // Whether an expression of the environment can say the value: not an error or an unknown, nor
  // anything that contains one; not a value of an extension's own kind; no message with fields that
  // its type does not know, with an Any, or of a fact, whose fields may be unknown; nothing of more
  // than kMaxSize parts.
  bool CanWrite(const Value& value) const;

  // REQUIRES: CanWrite(value).
  NodeId Write(const Value& value);

  // Whether the checker gives the written value the type `type`, rather than a narrower one, or one
  // that it would guess: of the elements of `[]` nothing is known.
  static bool HasType(const Value& value, const Type& type);

  NodeId Add(Node node) {
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size()) - 1;
  }
  // A qualified name; with a leading dot where it would otherwise mean something else.
  NodeId Name(std::string_view name);
  // A variable or constant: `written`, unless a comprehension took the name; then `full_name`, from
  // the root.
  NodeId Variable(std::string_view written, std::string_view full_name);
  // A call of a function by its qualified name.
  NodeId Call(std::string_view function, NodeArgs args);

  static constexpr size_t kMaxSize = 1000;

 private:
  bool Fits(const Value& value, size_t depth, size_t* budget) const;
  bool MessageFits(const MessageValue& message, size_t depth, size_t* budget) const;
  NodeId WriteMessage(const MessageValue& message);
  NodeId WriteEnum(const EnumValue& value);
  std::string EnumConstantName(const EnumValue& value) const;
  NodeId AddLiteral(Literal literal) {
    return Add({.kind = NodeKind::kLiteral, .literal = std::move(literal)});
  }
  bool Taken(std::string_view name) const;

  const Environment& environment_;
  const std::set<std::string>& taken_;
  Tree& tree_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_LITERAL_WRITER_H_
