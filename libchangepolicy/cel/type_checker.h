// The walk of the checker over one tree: shared by checker.cc and the files of its parts
// (checker_calls.cc, checker_aggregates.cc), and included by nobody else.
#ifndef LIBCHANGEPOLICY_CEL_TYPE_CHECKER_H_
#define LIBCHANGEPOLICY_CEL_TYPE_CHECKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/substitution.h"

namespace changepolicy::cel {

// For one use, by one thread. Each Visit... gives the type of its node, and records what names and
// calls in it mean; complaints are made on the way.
class TypeChecker {
 public:
  TypeChecker(std::shared_ptr<const Tree> tree, const Environment& environment, bool checked,
              Diagnostics* diagnostics);

  // REQUIRES: called once.
  std::shared_ptr<const Expression::Data> Run();

 private:
  using SharedResolution = std::shared_ptr<const Resolution>;
  using SharedFunction = std::shared_ptr<const ResolvedFunction>;

  const Tree& tree() const { return *data_->tree; }
  const Node& node(NodeId id) const { return tree()[id]; }
  SharedResolution& resolution(NodeId id) { return data_->resolutions[static_cast<size_t>(id)]; }
  void Resolve(NodeId id, Resolution found) {
    resolution(id) = environment_.Share(std::move(found));
  }
  // As people are told of it: what is not known is dyn.
  Type Known(const Type& type) { return substitution_.Resolve(type, true); }
  Type TypeOf(NodeId id) { return substitution_.Resolve(data_->types[static_cast<size_t>(id)]); }

  Type Visit(NodeId id);
  Type VisitKind(NodeId id);

  // ---- Complaints

  // Reports, unless nothing is checked, and gives the type that stops further complaints.
  Type Complain(NodeId id, std::string code, std::string message, std::string help = "");
  Type ComplainAt(uint32_t begin, uint32_t end, std::string code, std::string message,
                  std::string help);
  // Also where nothing else is checked: the types of lists and maps are put together all the same.
  void ReportTypes(NodeId id);

  // ---- Names and selections

  struct Local {
    std::string name;
    Type type;
  };
  const Local* FindLocal(std::string_view name) const;
  // What a name stands for outside comprehensions; nullopt where nothing does.
  std::optional<Type> ResolveGlobal(NodeId id, std::string_view name);
  Type VisitIdent(NodeId id);
  Type VisitSelect(NodeId id);
  Type FieldType(NodeId id, const Type& operand, const std::string& name);
  static Type InOptional(Type type);

  // ---- Paths, like `change.services`

  enum class Path : uint8_t { kNone, kLongest, kPart };
  Path& path(NodeId id) { return paths_[static_cast<size_t>(id)]; }
  // A path ends here, unless it is known to go on: macros let a part stand twice.
  void Reach(NodeId id) {
    if (path(id) == Path::kNone) path(id) = Path::kLongest;
  }
  std::string PathOf(NodeId id) const;

  // ---- Calls

  Type VisitCall(NodeId id);
  // Complains of a function or macro of a library that is not used, and of nothing else in the
  // call: the variables of a macro and the namespace of a function would only repeat it.
  bool OfUnusedLibrary(NodeId id, const std::string& name);
  // `a.?b`, whose arguments are visited: like `a.b`, in one optional.
  Type OptionalField(NodeId id);
  // The call of a macro that was not expanded, as with a wrong number of arguments: what is said of
  // its variables would only confuse.
  std::optional<Type> MisusedMacro(NodeId id);
  // `math.foo(1)`, `list.any(x, x > 1)`: not the target or the variable is wrong, but the function.
  std::optional<Type> UnknownInNamespace(NodeId id);
  // A variable or a field that is called.
  std::optional<Type> CalledValue(NodeId id);
  // Takes the overloads that fit the arguments from `skip` on; what stands before is a namespace.
  Type Choose(NodeId id, const SharedFunction& function, size_t skip);
  // The type of a call of this overload; nothing where the arguments do not fit.
  std::optional<Type> ResultOf(const Overload& overload, const std::vector<Type>& arguments);
  // What a call of this shape means.
  ResolvedCall ChooseVisited(NodeId id, const CallShape& shape);
  // Adds the overloads that fit; the type is that of the call.
  Type ChooseOverloads(NodeId id, const CallShape& shape, Resolution* found);
  // Order is declared for all enums together; only values of one can be compared.
  bool ComparesOneEnum(std::string_view function, const std::vector<Type>& arguments) const;

  // ---- Aggregates

  Type ElementType(NodeId id, bool optional);
  Type VisitList(NodeId id);
  Type VisitMap(NodeId id);
  Type VisitMessage(NodeId id);

  // ---- Comprehensions

  Type VisitComprehension(NodeId id);
  void ExpectBool(NodeId id);

  std::shared_ptr<Expression::Data> data_;
  const Environment& environment_;
  const bool checked_;
  Diagnostics& diagnostics_;
  Substitution substitution_;
  bool reported_ = false;
  std::vector<Local> locals_;
  std::vector<Path> paths_;  // by node
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TYPE_CHECKER_H_
