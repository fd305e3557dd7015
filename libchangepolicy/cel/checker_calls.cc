// Calls: which function a name means, and which of its overloads take the arguments.
#include <algorithm>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/type_checker.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

using Overloads = std::vector<std::shared_ptr<const Overload>>;

Type TypeChecker::VisitCall(NodeId id) {
  const Node& call = node(id);
  if (call.is_member) {
    const NodeId target = call.args[0];
    const NodeId root = RootIdent(tree(), target);
    const bool qualified = root != kNoNode && FindLocal(node(root).name) == nullptr;
    if (qualified) {
      const std::string name = StrCat(QualifiedName(tree(), target), ".", call.name);
      if (const SharedFunction function = environment_.ResolveFunction(name)) {
        return Choose(id, function, 1);
      }
      // Else `sets.contains` would be taken for the member `contains` of an unknown `sets`.
      if (!environment_.Declares(node(root).name) && OfUnusedLibrary(id, name)) {
        return Type::Error();
      }
    }
  }
  const SharedFunction function = environment_.ResolveFunction(call.name);
  if (function == nullptr && OfUnusedLibrary(id, call.name)) return Type::Error();
  if (const std::optional<Type> misused = MisusedMacro(id)) return *misused;
  if (function == nullptr) {
    if (const std::optional<Type> unknown = UnknownInNamespace(id)) return *unknown;
  } else {
    const Type type = Choose(id, function, 0);
    return checked_ && call.name == "_?._" ? OptionalField(id) : type;
  }
  Resolve(id, {.kind = Resolution::Kind::kUnresolved, .name = call.name});
  for (const NodeId arg : call.args) Visit(arg);
  if (!checked_) return Type::Dyn();
  if (const std::optional<Type> called = CalledValue(id)) return *called;
  for (const NodeId arg : call.args) {
    // The mistake is there: a misspelt namespace, say.
    if (TypeOf(arg).Is(TypeKind::kError) && call.is_member) return Type::Error();
  }
  const std::string target = call.is_member ? QualifiedName(tree(), call.args[0]) : "";
  const std::string full = target.empty() ? call.name : StrCat(target, ".", call.name);
  return Complain(id, "cel-undeclared-function", StrCat("undeclared function `", full, "`"),
                  SuggestFunction(full, environment_));
}

bool TypeChecker::OfUnusedLibrary(NodeId id, const std::string& name) {
  if (!checked_) return false;
  const size_t args = node(id).args.size() - (node(id).is_member ? 1 : 0);
  std::string library = SuggestLibrary(name, args, environment_);
  if (library.empty()) return false;
  Complain(id, "cel-undeclared-function", StrCat("undeclared function `", name, "`"),
           std::move(library));
  return true;
}

Type TypeChecker::OptionalField(NodeId id) {
  const Type operand = TypeOf(node(id).args[0]);
  const auto& name = std::get<std::string>(node(node(id).args[1]).literal);
  const Type field = FieldType(id, operand, name);
  return operand.IsOptional() ? field : InOptional(field);
}

std::optional<Type> TypeChecker::MisusedMacro(NodeId id) {
  const Node& call = node(id);
  if (!checked_ || environment_.FindFunction(call.name) != nullptr) return std::nullopt;
  const std::string target = call.is_member ? QualifiedName(tree(), call.args[0]) : "";
  const bool bind = target == "cel" && call.name == "bind";
  const std::string help = SuggestMacro(bind ? "cel.bind" : call.name);
  if (help.empty()) return std::nullopt;
  const size_t arguments = call.args.size() - (call.is_member ? 1 : 0);
  if (!SuggestLibrary(bind ? "cel.bind" : call.name, arguments, environment_).empty()) {
    return std::nullopt;
  }
  if (call.is_member && !bind) Visit(call.args[0]);
  return Complain(id, "cel-macro",
                  StrCat("`", call.name, "` does not take ", arguments,
                         arguments == 1 ? " argument" : " arguments", " here"),
                  help);
}

std::optional<Type> TypeChecker::UnknownInNamespace(NodeId id) {
  const Node& call = node(id);
  if (!checked_ || !call.is_member) return std::nullopt;
  const std::string space = QualifiedName(tree(), call.args[0]);
  const std::string full = space.empty() ? call.name : StrCat(space, ".", call.name);
  const auto first = environment_.functions().lower_bound(StrCat(space, "."));
  const bool is_namespace =
      !space.empty() && FindLocal(space) == nullptr && !environment_.Find(space).has_value() &&
      (LibraryOf(full, call.args.size() - 1) != nullptr ||
       (first != environment_.functions().end() && first->first.starts_with(StrCat(space, "."))));
  const std::string help = SuggestFunction(full, environment_);
  const bool is_macro = help.ends_with("(x, condition)`");
  if (!is_namespace && !is_macro) return std::nullopt;
  if (!is_namespace) Visit(call.args[0]);
  return Complain(id, "cel-undeclared-function", StrCat("undeclared function `", full, "`"), help);
}

std::optional<Type> TypeChecker::CalledValue(NodeId id) {
  const Node& call = node(id);
  if (!call.is_member) {
    for (const std::string& candidate : environment_.Candidates(call.name)) {
      if (FindLocal(call.name) == nullptr && !environment_.variables().contains(candidate))
        continue;
      return Complain(id, "cel-not-a-function",
                      StrCat("`", call.name, "` is a variable, not a function"),
                      "leave out the parentheses");
    }
    return std::nullopt;
  }
  const Type target = TypeOf(call.args[0]);
  if (!target.Is(TypeKind::kMessage) || target.descriptor() == nullptr ||
      FindField(*target.descriptor(), call.name, environment_.pool()) == nullptr) {
    return std::nullopt;
  }
  return Complain(id, "cel-not-a-function", StrCat("`", call.name, "` is a field, not a function"),
                  "leave out the parentheses");
}

Type TypeChecker::Choose(NodeId id, const SharedFunction& function, size_t skip) {
  const Node& call = node(id);
  data_->references.functions.insert(function->full_name);
  CallShape shape{.function = function, .is_member = call.is_member, .skip_target = skip > 0};
  for (size_t i = skip; i < call.args.size(); ++i) Visit(call.args[i]);
  shape.arguments.reserve(call.args.size() - skip);
  bool open = false;
  for (size_t i = skip; i < call.args.size(); ++i) {
    shape.arguments.push_back(TypeOf(call.args[i]));
    open = open || shape.arguments.back().is_open();
  }
  if (!checked_ || open) return ChooseVisited(id, shape).type;
  if (std::optional<ResolvedCall> known = environment_.FindCall(shape)) {
    resolution(id) = std::move(known->resolution);
    return std::move(known->type);
  }
  ResolvedCall chosen = ChooseVisited(id, shape);
  const Type type = chosen.type;
  const bool sound = !type.is_open() && !type.Is(TypeKind::kError) && !substitution_.exhausted();
  if (sound) environment_.RememberCall(std::move(shape), std::move(chosen));
  return type;
}

std::optional<Type> TypeChecker::ResultOf(const Overload& overload,
                                          const std::vector<Type>& arguments) {
  const bool open = std::any_of(overload.parameters.begin(), overload.parameters.end(),
                                [](const Type& type) { return type.is_open(); });
  if (!open && !overload.result.is_open()) {
    if (!substitution_.AssignAll(arguments, overload.parameters)) return std::nullopt;
    return substitution_.Resolve(overload.result);
  }
  std::vector<Type> types;
  types.reserve(overload.parameters.size() + 1);
  types.assign(overload.parameters.begin(), overload.parameters.end());
  types.push_back(overload.result);
  types = substitution_.Instantiate(types);
  const Type result = types.back();
  types.pop_back();
  if (!substitution_.AssignAll(arguments, types)) return std::nullopt;
  return substitution_.Resolve(result);
}

ResolvedCall TypeChecker::ChooseVisited(NodeId id, const CallShape& shape) {
  Resolution found{.kind = Resolution::Kind::kFunction,
                   .name = shape.function->full_name,
                   .skip_target = shape.skip_target,
                   .form = CallFormOf(shape.function->full_name)};
  const Type type = ChooseOverloads(id, shape, &found);
  Resolve(id, std::move(found));
  return {.resolution = resolution(id), .type = type};
}

Type TypeChecker::ChooseOverloads(NodeId id, const CallShape& shape, Resolution* found) {
  const Overloads& overloads = shape.function->overloads;
  const std::vector<Type>& arguments = shape.arguments;
  const bool mistaken = std::any_of(arguments.begin(), arguments.end(),
                                    [](const Type& type) { return type.Is(TypeKind::kError); });
  const bool member = shape.is_member && !shape.skip_target;
  std::optional<Type> result;
  for (const auto& overload : overloads) {
    if (overload->is_member != member || overload->parameters.size() != arguments.size()) continue;
    if (!checked_) {
      found->overloads.push_back(overload);
      continue;
    }
    std::optional<Type> fitting = ResultOf(*overload, arguments);
    if (!fitting.has_value()) continue;
    found->overloads.push_back(overload);
    const Type& resolved = *fitting;
    if (!result.has_value()) {
      result = resolved;
    } else if (!(*result == resolved)) {
      result = Type::Dyn();
    }
  }
  if (!checked_) return Type::Dyn();
  // With a mistaken argument, one that fits in its place is taken for granted.
  const bool astray = member && arguments[0].Is(TypeKind::kError);
  if (astray && !result.has_value()) return Type::Error();
  if (mistaken && result.has_value()) return result->IsDynamic() ? Type::Error() : *result;
  if (!result.has_value() || !ComparesOneEnum(found->name, arguments)) {
    std::vector<Type> named;
    for (const Type& argument : arguments) named.push_back(Known(argument));
    const Wording wording =
        NoMatch(found->name, member, named, overloads, environment_.options().short_enum_values);
    return Complain(id, "cel-no-such-overload", wording.message, wording.help);
  }
  return *result;
}

bool TypeChecker::ComparesOneEnum(std::string_view function,
                                  const std::vector<Type>& arguments) const {
  if (!IsOrdering(function) || !arguments[0].Is(TypeKind::kEnum)) return true;
  if (!environment_.options().ordered_enums) return false;
  if (arguments[0].name().empty() || arguments[1].name().empty()) return true;
  return !arguments[1].Is(TypeKind::kEnum) || arguments[0] == arguments[1];
}

}  // namespace changepolicy::cel
