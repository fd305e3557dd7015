// A compiled expression: its tree, the type of each part, and what each name stands for.
#ifndef LIBCHANGEPOLICY_CEL_EXPRESSION_H_
#define LIBCHANGEPOLICY_CEL_EXPRESSION_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

class Environment;

// How a call evaluates its arguments. All but kStrict and kIndex leave some out, or look at errors.
enum class CallForm {
  kStrict,
  kIndex,  // strict; the index of a list may be a whole number of any kind
  kAnd,
  kOr,
  kConditional,
  kNotStrictlyFalse,
  kOptionalSelect,
  kOrElse,
};
CallForm CallFormOf(std::string_view function);

// What a node's name was found to mean.
struct Resolution {
  enum class Kind {
    kNone,        // evaluated by its parts: a selection of a field, an operator, a literal
    kVariable,    // `name`, of the activation
    kLocal,       // `name`, of an enclosing comprehension
    kConstant,    // `value`: an enum value, a type, a declared constant
    kFunction,    // one of `overloads`
    kMessage,     // a message of type `descriptor` is built
    kUnresolved,  // unchecked expressions only: an error when it is evaluated
  };
  Kind kind = Kind::kNone;
  std::string name;
  Value value;
  std::vector<std::shared_ptr<const Overload>> overloads;
  // A function with a namespace, whose target is no argument.
  bool skip_target = false;
  CallForm form = CallForm::kStrict;  // of a function
  const google::protobuf::Descriptor* descriptor = nullptr;
};

// What an expression refers to outside itself.
struct References {
  // Names of variables.
  std::set<std::string> variables;
  // Selections from a variable, as far as they go: `change.services`.
  std::set<std::string> paths;
  // Names of functions, namespaces included.
  std::set<std::string> functions;
};

// Immutable, thread-safe, cheap to copy. Must not outlive the Environment that compiled it.
class Expression {
 public:
  const Tree& tree() const { return *data_->tree; }
  const std::string& text() const { return data_->tree->text; }
  // Of the whole; dyn when unchecked.
  const Type& type() const { return data_->types[static_cast<size_t>(data_->tree->root)]; }
  const Type& TypeOf(NodeId id) const { return data_->types[static_cast<size_t>(id)]; }
  const Resolution& ResolutionOf(NodeId id) const {
    static const Resolution kNone;
    const auto& resolution = data_->resolutions[static_cast<size_t>(id)];
    return resolution == nullptr ? kNone : *resolution;
  }
  bool checked() const { return data_->checked; }
  const Environment& environment() const { return *data_->environment; }
  const References& references() const { return data_->references; }

  struct Data {
    std::shared_ptr<const Tree> tree;
    std::vector<Type> types;  // by node
    // By node; null where Resolution::Kind is kNone.
    std::vector<std::shared_ptr<const Resolution>> resolutions;
    References references;
    const Environment* environment = nullptr;
    bool checked = true;
  };
  explicit Expression(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

 private:
  std::shared_ptr<const Data> data_;
};

// The tree with what the checker found out, for tests and tools: one node per line, children
// indented under their parent and named by their role where they have one, each with its type and
// with what its name stands for. Stable; recursive, as deep as the tree.
//
//   _+_: int = function _+_ [_+_(int, int) -> int]
//     i: int = variable i
//     1: int
std::string Dump(const Expression& expression);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_EXPRESSION_H_
