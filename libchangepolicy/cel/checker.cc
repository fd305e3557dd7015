#include "libchangepolicy/cel/checker.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/type_checker.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

namespace {

Type LiteralType(const Literal& literal) {
  static const Type kTypes[] = {Type::Null(),   Type::Bool(),   Type::Int(),  Type::Uint(),
                                Type::Double(), Type::String(), Type::Bytes()};
  return kTypes[literal.index()];
}

}  // namespace

TypeChecker::TypeChecker(std::shared_ptr<const Tree> tree, const Environment& environment,
                         bool checked, Diagnostics* diagnostics)
    : data_(std::make_shared<Expression::Data>()),
      environment_(environment),
      checked_(checked),
      diagnostics_(*diagnostics),
      substitution_(environment.options().limits) {
  data_->tree = std::move(tree);
  data_->environment = &environment;
  data_->checked = checked;
  const size_t nodes = data_->tree->nodes.size();
  data_->types.resize(nodes);
  data_->resolutions.resize(nodes);
  paths_.resize(nodes);
}

std::shared_ptr<const Expression::Data> TypeChecker::Run() {
  Visit(tree().root);
  for (Type& type : data_->types) {
    if (type.is_open()) type = Known(type);
  }
  if (substitution_.exhausted() && !reported_) ReportTypes(tree().root);
  for (size_t i = 0; i < paths_.size(); ++i) {
    if (paths_[i] == Path::kLongest) {
      data_->references.paths.insert(PathOf(static_cast<NodeId>(i)));
    }
  }
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.begin < b.begin; });
  return data_;
}

Type TypeChecker::Complain(NodeId id, std::string code, std::string message, std::string help) {
  const Node& at = node(id);
  // Point at the operator or the field; underline a name to its end.
  const uint32_t end =
      at.kind == NodeKind::kSelect || at.kind == NodeKind::kIdent || at.kind == NodeKind::kLiteral
          ? at.end
          : at.at + 1;
  return ComplainAt(at.at, end, std::move(code), std::move(message), std::move(help));
}

Type TypeChecker::ComplainAt(uint32_t begin, uint32_t end, std::string code, std::string message,
                             std::string help) {
  if (!checked_) return Type::Dyn();
  diagnostics_.push_back({.id = std::move(code),
                          .message = std::move(message),
                          .help = std::move(help),
                          .begin = begin,
                          .end = end});
  return Type::Error();
}

Type TypeChecker::Visit(NodeId id) {
  if (substitution_.exhausted()) return Type::Error();
  Type type = VisitKind(id);
  if (type.depth() > environment_.options().limits.type_depth) (void)substitution_.Resolve(type);
  if (substitution_.exhausted() && !reported_) ReportTypes(id);
  data_->types[static_cast<size_t>(id)] = type;
  return type;
}

void TypeChecker::ReportTypes(NodeId id) {
  const Limits& limits = environment_.options().limits;
  reported_ = true;
  diagnostics_.push_back(
      {.id = "cel-type-too-large",
       .message = StrCat("the types of this expression have more than ", limits.type_depth,
                         " levels, or take more than ", limits.type_steps, " steps to work out"),
       .help = "nest lists and maps less, or hide a type with `dyn(...)`",
       .begin = node(id).at,
       .end = node(id).at + 1});
}

Type TypeChecker::VisitKind(NodeId id) {
  switch (node(id).kind) {
    case NodeKind::kLiteral:
      return LiteralType(node(id).literal);
    case NodeKind::kIdent:
      return VisitIdent(id);
    case NodeKind::kSelect:
      return VisitSelect(id);
    case NodeKind::kCall:
      return VisitCall(id);
    case NodeKind::kList:
      return VisitList(id);
    case NodeKind::kMap:
      return VisitMap(id);
    case NodeKind::kMessage:
      return VisitMessage(id);
    case NodeKind::kComprehension:
      return VisitComprehension(id);
  }
  return Type::Error();
}

const TypeChecker::Local* TypeChecker::FindLocal(std::string_view name) const {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name == name) return &*local;
  }
  return nullptr;
}

std::optional<Type> TypeChecker::ResolveGlobal(NodeId id, std::string_view name) {
  const std::shared_ptr<const ResolvedName> known = environment_.Resolve(name);
  if (known == nullptr) return std::nullopt;
  resolution(id) = known->resolution;
  if (known->resolution->kind == Resolution::Kind::kVariable) {
    data_->references.variables.insert(known->resolution->name);
    Reach(id);
  }
  return checked_ ? known->type : Type::Dyn();
}

std::string TypeChecker::PathOf(NodeId id) const {
  const SharedResolution& found = data_->resolutions[static_cast<size_t>(id)];
  if (found != nullptr) return found->name;
  return StrCat(PathOf(node(id).args[0]), ".", node(id).name);
}

Type TypeChecker::VisitIdent(NodeId id) {
  const std::string& name = node(id).name;
  if (const Local* const local = FindLocal(name)) {
    Resolve(id, {.kind = Resolution::Kind::kLocal, .name = name});
    return local->type;
  }
  if (std::optional<Type> type = ResolveGlobal(id, name)) return *type;
  Resolve(id, {.kind = Resolution::Kind::kUnresolved, .name = name});
  if (!checked_) return Type::Dyn();
  std::vector<std::string_view> known;
  for (const Local& local : locals_) known.push_back(local.name);
  for (const auto& [variable, unused] : environment_.variables()) known.push_back(variable);
  if (name.starts_with('@')) {
    return Complain(id, "cel-undeclared-name", StrCat("`", name, "` is not declared before this"),
                    "sub-expressions of `cel.block` may name those before them");
  }
  return Complain(id, "cel-undeclared-name", StrCat("undeclared name `", name, "`"),
                  SuggestName(name, std::move(known), environment_));
}

Type TypeChecker::VisitSelect(NodeId id) {
  const Node& select = node(id);
  if (!select.test_only && !select.quoted) {
    const NodeId root = RootIdent(tree(), id);
    if (root != kNoNode && FindLocal(node(root).name) == nullptr) {
      if (std::optional<Type> type = ResolveGlobal(id, QualifiedName(tree(), id))) return *type;
    }
  }
  const NodeId operand = select.args[0];
  const Type type = substitution_.Resolve(Visit(operand));
  if (path(operand) != Path::kNone) {
    path(operand) = Path::kPart;
    Reach(id);
  }
  const Type field = FieldType(id, type, select.name);
  return select.test_only && !field.Is(TypeKind::kError) ? Type::Bool() : field;
}

Type TypeChecker::FieldType(NodeId id, const Type& operand, const std::string& name) {
  if (operand.IsDynamic()) return operand.Is(TypeKind::kError) ? operand : Type::Dyn();
  switch (operand.kind()) {
    case TypeKind::kParameter:
      // Else its next use would decide what it is, perhaps without fields.
      substitution_.Assign(Type::Dyn(), operand);
      return Type::Dyn();
    case TypeKind::kMap:
      if (!substitution_.Assign(Type::String(), operand.first())) break;
      return operand.second();
    case TypeKind::kMessage: {
      if (operand.descriptor() == nullptr) return Type::Dyn();
      const FieldDescriptor* const field =
          FindField(*operand.descriptor(), name, environment_.pool());
      if (field != nullptr) return environment_.TypeOfField(*field);
      return Complain(id, "cel-unknown-field",
                      StrCat("`", operand.name(), "` has no field `", name, "`"),
                      SuggestField(*operand.descriptor(), name));
    }
    case TypeKind::kOpaque:
      if (operand.IsOptional()) {
        // What is optional inside as well is opened at once.
        const Type inner = FieldType(id, operand.first(), name);
        return operand.first().IsOptional() ? inner : InOptional(inner);
      }
      break;
    case TypeKind::kType:
      if (operand.first().Is(TypeKind::kEnum)) {
        const EnumDescriptor& enum_type = *operand.first().enum_descriptor();
        return Complain(
            id, "cel-unknown-enum-value",
            StrCat("`", enum_type.full_name(), "` has no value `", name, "`"),
            SuggestEnumValue(enum_type, name, environment_.options().short_enum_values));
      }
      break;
    default:
      break;
  }
  return Complain(id, "cel-no-fields",
                  StrCat("`", Known(operand).ToString(), "` has no fields, found `.", name, "`"),
                  NoFieldsHelp(operand, name));
}

Type TypeChecker::InOptional(Type type) {
  return type.Is(TypeKind::kError) ? type : Type::Optional(std::move(type));
}

std::shared_ptr<const Expression::Data> Check(std::shared_ptr<const Tree> tree,
                                              const Environment& environment, bool checked,
                                              Diagnostics* diagnostics) {
  return TypeChecker(std::move(tree), environment, checked, diagnostics).Run();
}

}  // namespace changepolicy::cel
