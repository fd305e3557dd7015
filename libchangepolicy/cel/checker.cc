#include "libchangepolicy/cel/checker.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/substitution.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

namespace {

using Overloads = std::vector<std::shared_ptr<const Overload>>;
using SharedResolution = std::shared_ptr<const Resolution>;
using SharedFunction = std::shared_ptr<const ResolvedFunction>;

class Checker {
 public:
  Checker(std::shared_ptr<const Tree> tree, const Environment& environment, bool checked,
          Diagnostics* diagnostics)
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

  std::shared_ptr<const Expression::Data> Run() {
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

 private:
  const Tree& tree() const { return *data_->tree; }
  const Node& node(NodeId id) const { return tree()[id]; }
  SharedResolution& resolution(NodeId id) { return data_->resolutions[static_cast<size_t>(id)]; }
  void Resolve(NodeId id, Resolution found) {
    resolution(id) = environment_.Share(std::move(found));
  }
  // As people are told of it: what is not known is dyn.
  Type Known(const Type& type) { return substitution_.Resolve(type, true); }
  Type TypeOf(NodeId id) { return substitution_.Resolve(data_->types[static_cast<size_t>(id)]); }

  // Reports, unless nothing is checked, and gives the type that stops further complaints.
  Type Complain(NodeId id, std::string code, std::string message, std::string help = "") {
    const Node& at = node(id);
    // Point at the operator or the field; underline a name to its end.
    const uint32_t end =
        at.kind == NodeKind::kSelect || at.kind == NodeKind::kIdent || at.kind == NodeKind::kLiteral
            ? at.end
            : at.at + 1;
    return ComplainAt(at.at, end, std::move(code), std::move(message), std::move(help));
  }

  Type ComplainAt(uint32_t begin, uint32_t end, std::string code, std::string message,
                  std::string help) {
    if (!checked_) return Type::Dyn();
    diagnostics_.push_back({.id = std::move(code),
                            .message = std::move(message),
                            .help = std::move(help),
                            .begin = begin,
                            .end = end});
    return Type::Error();
  }

  Type Visit(NodeId id) {
    if (substitution_.exhausted()) return Type::Error();
    Type type = VisitKind(id);
    if (type.depth() > environment_.options().limits.type_depth) (void)substitution_.Resolve(type);
    if (substitution_.exhausted() && !reported_) ReportTypes(id);
    data_->types[static_cast<size_t>(id)] = type;
    return type;
  }

  // Also where nothing else is checked: the types of lists and maps are put together all the same.
  void ReportTypes(NodeId id) {
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

  Type VisitKind(NodeId id) {
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

  static Type LiteralType(const Literal& literal) {
    static const Type kTypes[] = {Type::Null(),   Type::Bool(),   Type::Int(),  Type::Uint(),
                                  Type::Double(), Type::String(), Type::Bytes()};
    return kTypes[literal.index()];
  }

  // ---- Names

  struct Local {
    std::string name;
    Type type;
  };

  const Local* FindLocal(std::string_view name) const {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->name == name) return &*local;
    }
    return nullptr;
  }

  // What a name stands for outside comprehensions; nullopt where nothing does.
  std::optional<Type> ResolveGlobal(NodeId id, std::string_view name) {
    const std::shared_ptr<const ResolvedName> known = environment_.Resolve(name);
    if (known == nullptr) return std::nullopt;
    resolution(id) = known->resolution;
    if (known->resolution->kind == Resolution::Kind::kVariable) {
      data_->references.variables.insert(known->resolution->name);
      Reach(id);
    }
    return checked_ ? known->type : Type::Dyn();
  }

  // ---- Paths, like `change.services`

  enum class Path : uint8_t { kNone, kLongest, kPart };

  Path& path(NodeId id) { return paths_[static_cast<size_t>(id)]; }
  // A path ends here, unless it is known to go on: macros let a part stand twice.
  void Reach(NodeId id) {
    if (path(id) == Path::kNone) path(id) = Path::kLongest;
  }

  std::string PathOf(NodeId id) const {
    const SharedResolution& found = data_->resolutions[static_cast<size_t>(id)];
    if (found != nullptr) return found->name;
    return StrCat(PathOf(node(id).args[0]), ".", node(id).name);
  }

  Type VisitIdent(NodeId id) {
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

  Type VisitSelect(NodeId id) {
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

  Type FieldType(NodeId id, const Type& operand, const std::string& name) {
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

  static Type InOptional(Type type) {
    return type.Is(TypeKind::kError) ? type : Type::Optional(std::move(type));
  }

  // ---- Calls

  Type VisitCall(NodeId id) {
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

  // Complains of a function or macro of a library that is not used, and of nothing else in the
  // call: the variables of a macro and the namespace of a function would only repeat it.
  bool OfUnusedLibrary(NodeId id, const std::string& name) {
    if (!checked_) return false;
    const size_t args = node(id).args.size() - (node(id).is_member ? 1 : 0);
    std::string library = SuggestLibrary(name, args, environment_);
    if (library.empty()) return false;
    Complain(id, "cel-undeclared-function", StrCat("undeclared function `", name, "`"),
             std::move(library));
    return true;
  }

  // `a.?b`, whose arguments are visited: like `a.b`, in one optional.
  Type OptionalField(NodeId id) {
    const Type operand = TypeOf(node(id).args[0]);
    const auto& name = std::get<std::string>(node(node(id).args[1]).literal);
    const Type field = FieldType(id, operand, name);
    return operand.IsOptional() ? field : InOptional(field);
  }

  // The call of a macro that was not expanded, as with a wrong number of arguments: what is said of
  // its variables would only confuse.
  std::optional<Type> MisusedMacro(NodeId id) {
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

  // `math.foo(1)`, `list.any(x, x > 1)`: not the target or the variable is wrong, but the function.
  std::optional<Type> UnknownInNamespace(NodeId id) {
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
    return Complain(id, "cel-undeclared-function", StrCat("undeclared function `", full, "`"),
                    help);
  }

  // A variable or a field that is called.
  std::optional<Type> CalledValue(NodeId id) {
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
    return Complain(id, "cel-not-a-function",
                    StrCat("`", call.name, "` is a field, not a function"),
                    "leave out the parentheses");
  }

  // Takes the overloads that fit the arguments from `skip` on; what stands before is a namespace.
  Type Choose(NodeId id, const SharedFunction& function, size_t skip) {
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

  // The type of a call of this overload; nothing where the arguments do not fit.
  std::optional<Type> ResultOf(const Overload& overload, const std::vector<Type>& arguments) {
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

  // What a call of this shape means.
  ResolvedCall ChooseVisited(NodeId id, const CallShape& shape) {
    Resolution found{.kind = Resolution::Kind::kFunction,
                     .name = shape.function->full_name,
                     .skip_target = shape.skip_target,
                     .form = CallFormOf(shape.function->full_name)};
    const Type type = ChooseOverloads(id, shape, &found);
    Resolve(id, std::move(found));
    return {.resolution = resolution(id), .type = type};
  }

  // Adds the overloads that fit; the type is that of the call.
  Type ChooseOverloads(NodeId id, const CallShape& shape, Resolution* found) {
    const Overloads& overloads = shape.function->overloads;
    const std::vector<Type>& arguments = shape.arguments;
    const bool mistaken = std::any_of(arguments.begin(), arguments.end(),
                                      [](const Type& type) { return type.Is(TypeKind::kError); });
    const bool member = shape.is_member && !shape.skip_target;
    std::optional<Type> result;
    for (const auto& overload : overloads) {
      if (overload->is_member != member || overload->parameters.size() != arguments.size())
        continue;
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

  // Order is declared for all enums together; only values of one can be compared.
  bool ComparesOneEnum(std::string_view function, const std::vector<Type>& arguments) const {
    if (!IsOrdering(function) || !arguments[0].Is(TypeKind::kEnum)) return true;
    if (!environment_.options().ordered_enums) return false;
    if (arguments[0].name().empty() || arguments[1].name().empty()) return true;
    return !arguments[1].Is(TypeKind::kEnum) || arguments[0] == arguments[1];
  }

  // ---- Aggregates

  Type ElementType(NodeId id, bool optional) {
    const Type type = substitution_.Resolve(Visit(id));
    if (!optional || type.IsDynamic()) return type;
    if (type.IsOptional()) return type.first();
    if (type.Is(TypeKind::kParameter)) {
      // Nothing is known of it (`?[][0]`): it may be optional.
      const Type element = substitution_.Fresh();
      substitution_.Assign(type, Type::Optional(element));
      return element;
    }
    return Complain(
        id, "cel-not-optional",
        StrCat("an entry marked `?` must be optional, found `", Known(type).ToString(), "`"));
  }

  Type VisitList(NodeId id) {
    const Node& list = node(id);
    std::optional<Type> element;
    for (size_t i = 0; i < list.args.size(); ++i) {
      const Type type = ElementType(list.args[i], list.IsOptional(i));
      element = element.has_value() ? substitution_.Join(*element, type) : type;
    }
    return Type::List(element.has_value() ? *element : substitution_.Fresh());
  }

  Type VisitMap(NodeId id) {
    const Node& map = node(id);
    std::optional<Type> key, value;
    std::set<MapKey> seen;
    for (size_t i = 0; i < map.args.size(); i += 2) {
      const std::optional<MapKey> literal = LiteralKey(node(map.args[i]).literal);
      // An entry that may be left out may have the key of another.
      if (literal.has_value() && !map.IsOptional(i / 2) && !seen.insert(*literal).second) {
        const Node& key_node = node(map.args[i]);
        const std::string written =
            tree().text.substr(key_node.begin, key_node.end - key_node.begin);
        Complain(map.args[i], "cel-repeated-key",
                 StrCat("the key `", written, "` is in the map already"),
                 "leave out one of the entries");
      }
      const Type key_type = substitution_.Resolve(Visit(map.args[i]));
      if (!IsKeyType(key_type)) {
        Complain(map.args[i], "cel-map-key",
                 StrCat("a key of a map is an int, uint, bool or string, found `",
                        Known(key_type).ToString(), "`"));
      }
      const Type value_type = ElementType(map.args[i + 1], map.IsOptional(i / 2));
      key = key.has_value() ? substitution_.Join(*key, key_type) : key_type;
      value = value.has_value() ? substitution_.Join(*value, value_type) : value_type;
    }
    return Type::Map(key.has_value() ? *key : substitution_.Fresh(),
                     value.has_value() ? *value : substitution_.Fresh());
  }

  // The specification makes a key that is written twice a mistake. Nothing for what is no key.
  static std::optional<MapKey> LiteralKey(const Literal& literal) {
    if (const auto* const key = std::get_if<bool>(&literal)) return MapKey{*key};
    if (const auto* const key = std::get_if<std::string>(&literal)) return MapKey{*key};
    if (const auto* const key = std::get_if<int64_t>(&literal)) return MapKey{*key};
    if (const auto* const key = std::get_if<uint64_t>(&literal)) return ToMapKey(Value::Uint(*key));
    return std::nullopt;
  }

  Type VisitMessage(NodeId id) {
    const Node& message = node(id);
    const Descriptor* const descriptor = environment_.FindMessage(message.name);
    if (descriptor == nullptr) {
      for (const NodeId arg : message.args) Visit(arg);
      Resolve(id, {.kind = Resolution::Kind::kUnresolved, .name = message.name});
      return Complain(id, "cel-unknown-message",
                      StrCat("undeclared message type `", message.name, "`"),
                      SuggestMessage(message.name, environment_));
    }
    Resolve(id, {.kind = Resolution::Kind::kMessage,
                 .name = descriptor->full_name(),
                 .descriptor = descriptor});
    for (size_t i = 0; i < message.args.size(); ++i) {
      const Type type = ElementType(message.args[i], message.IsOptional(i));
      const FieldDescriptor* const field =
          FindField(*descriptor, message.fields()[i], environment_.pool());
      if (field == nullptr) {
        ComplainAt(
            message.field_offsets()[i],
            message.field_offsets()[i] + static_cast<uint32_t>(message.fields()[i].size()),
            "cel-unknown-field",
            StrCat("`", descriptor->full_name(), "` has no field `", message.fields()[i], "`"),
            SuggestField(*descriptor, message.fields()[i]));
        continue;
      }
      bool repeated = false;
      for (size_t j = 0; j < i && !message.IsOptional(i); ++j) {
        repeated =
            repeated || (!message.IsOptional(j) && message.fields()[j] == message.fields()[i]);
      }
      if (repeated) {
        ComplainAt(message.field_offsets()[i],
                   message.field_offsets()[i] + static_cast<uint32_t>(message.fields()[i].size()),
                   "cel-repeated-field", StrCat("field `", message.fields()[i], "` is set twice"),
                   "leave out one of the two");
      }
      const Type wanted = environment_.TypeOfField(*field);
      if (!substitution_.Assign(type, wanted)) {
        Complain(message.args[i], "cel-field-type",
                 StrCat("field `", message.fields()[i], "` is `", wanted.ToString(), "`, found `",
                        Known(type).ToString(), "`"),
                 FieldTypeHelp(wanted, Known(type), environment_.options().short_enum_values));
      }
    }
    return Type::Message(descriptor);
  }

  // ---- Comprehensions

  // Types of the variables for a range of this type.
  bool VariableTypes(const Type& range, bool two, Type* first, Type* second) {
    switch (range.kind()) {
      case TypeKind::kList:
        *first = two ? Type::Int() : range.first();
        *second = range.first();
        return true;
      case TypeKind::kMap:
        *first = range.first();
        *second = range.second();
        return true;
      case TypeKind::kParameter:
        // Nothing is known of it: it may still be either.
        return true;
      default:
        return range.IsDynamic();
    }
  }

  Type VisitComprehension(NodeId id) {
    const Node& fold = node(id);
    const Type range = substitution_.Resolve(Visit(fold.args[kRange]));
    Type first = range.Is(TypeKind::kError) ? range : Type::Dyn();
    Type second = first;
    if (!VariableTypes(range, !fold.second_variable().empty(), &first, &second)) {
      first = second = Complain(fold.args[kRange], "cel-not-iterable",
                                StrCat("only a list or a map can be gone through, found `",
                                       Known(range).ToString(), "`"));
    }
    const Type accumulator = Visit(fold.args[kInitial]);
    const size_t outside = locals_.size();
    locals_.push_back({fold.accumulator(), accumulator});
    locals_.push_back({fold.variable(), first});
    if (!fold.second_variable().empty()) locals_.push_back({fold.second_variable(), second});
    ExpectBool(fold.args[kCondition]);
    const Type step = Visit(fold.args[kStep]);
    if (!substitution_.Assign(step, accumulator)) {
      Complain(fold.args[kStep], "cel-accumulator",
               StrCat("each step must give `", Known(accumulator).ToString(), "`, found `",
                      Known(step).ToString(), "`"));
    }
    locals_.resize(outside + 1);
    const Type result = Visit(fold.args[kResult]);
    locals_.resize(outside);
    return substitution_.Resolve(result);
  }

  void ExpectBool(NodeId id) {
    const Type type = Visit(id);
    if (!substitution_.Assign(type, Type::Bool())) {
      Complain(id, "cel-not-bool", StrCat("expected a bool, found `", Known(type).ToString(), "`"));
    }
  }

  std::shared_ptr<Expression::Data> data_;
  const Environment& environment_;
  const bool checked_;
  Diagnostics& diagnostics_;
  Substitution substitution_;
  bool reported_ = false;
  std::vector<Local> locals_;
  std::vector<Path> paths_;  // by node
};

}  // namespace

std::shared_ptr<const Expression::Data> Check(std::shared_ptr<const Tree> tree,
                                              const Environment& environment, bool checked,
                                              Diagnostics* diagnostics) {
  return Checker(std::move(tree), environment, checked, diagnostics).Run();
}

}  // namespace changepolicy::cel
