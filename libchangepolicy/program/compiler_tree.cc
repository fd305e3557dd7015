// What each part of an expression's tree becomes.
#include <algorithm>
#include <set>

#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/program/compiled_types.h"
#include "libchangepolicy/program/compiler.h"
#include "libchangepolicy/program/literal_text.h"

namespace changepolicy {

using cel::Node;
using cel::NodeId;
using cel::NodeKind;
using cel::Resolution;
using cel::Type;
using cel::TypeKind;

namespace {

struct MessageVariable {
  std::string_view name;
  ProgramVariable variable;
  const google::protobuf::Descriptor* type;
  Presence presence;
};

const std::vector<MessageVariable>& MessageVariables() {
  static const auto& variables = *new std::vector<MessageVariable>{
      {"change", ProgramVariable::kSubject, v1::ChangeRequest::descriptor(), Presence::kStated},
      {"release", ProgramVariable::kSubject, v1::Release::descriptor(), Presence::kStated},
      {"organization", ProgramVariable::kOrganization, v1::Organization::descriptor(),
       Presence::kSet},
      {"model", ProgramVariable::kModel, v1::ModelAssessment::descriptor(), Presence::kAlways},
      {"risk", ProgramVariable::kRisk, v1::RiskAssessment::descriptor(), Presence::kAlways},
      {"calendar", ProgramVariable::kCalendar, v1::CalendarAnswer::descriptor(), Presence::kAlways},
      {"aftercare", ProgramVariable::kAftercare, v1::Aftercare::descriptor(), Presence::kAlways},
      {"approvals", ProgramVariable::kApprovals, v1::ApprovalSummary::descriptor(),
       Presence::kAlways},
  };
  return variables;
}

constexpr std::pair<std::string_view, ProgramVariable> kPlainVariables[] = {
    {"now", ProgramVariable::kNow},
    {"category", ProgramVariable::kCategory},
    {"priority", ProgramVariable::kPriority},
    {"transition", ProgramVariable::kTransition},
    {"release_kind", ProgramVariable::kReleaseKind},
    {"implied_release_kind", ProgramVariable::kImpliedReleaseKind},
};

constexpr std::pair<std::string_view, Op> kComparisons[] = {
    {"_==_", Op::kEqual},     {"_!=_", Op::kNotEqual}, {"_<_", Op::kLess},
    {"_<=_", Op::kLessEqual}, {"_>_", Op::kGreater},   {"_>=_", Op::kGreaterEqual}};

constexpr std::pair<std::string_view, Op> kTextTests[] = {
    {"startsWith", Op::kStartsWith}, {"endsWith", Op::kEndsWith}, {"contains", Op::kContains}};

template <typename Table, typename Result>
bool Lookup(const Table& table, std::string_view name, Result* result) {
  for (const auto& [key, value] : table) {
    if (key != name) continue;
    *result = value;
    return true;
  }
  return false;
}

// Whether the words for a value of this kind are written without the plain evaluator
// (literal_text.h).
bool HasWords(const google::protobuf::FieldDescriptor& field,
              std::set<const google::protobuf::Descriptor*>* seen) {
  switch (FormOf(field)) {
    case FieldForm::kNone:
      return false;
    case FieldForm::kMessage:
      break;
    case FieldForm::kList:
      if (field.type() == google::protobuf::FieldDescriptor::TYPE_MESSAGE) break;
      return true;
    default:
      return true;
  }
  const google::protobuf::Descriptor& type = *field.message_type();
  if (!seen->insert(&type).second) return true;
  for (int i = 0; i < type.field_count(); ++i) {
    if (!HasWords(*type.field(i), seen)) return false;
  }
  return true;
}

// The first row of the table of functions that has this name; null where none has.
const FunctionEntry* FunctionNamed(std::string_view name) {
  static const auto& by_name = *[] {
    auto* const entries = new absl::flat_hash_map<std::string_view, const FunctionEntry*>;
    for (const FunctionEntry& entry : DomainFunctions()) {
      entries->emplace(entry.signature.substr(0, entry.signature.find('(')), &entry);
    }
    return entries;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace

std::string_view NameOf(ProgramVariable variable) {
  if (variable == ProgramVariable::kSubject) return "";
  for (const MessageVariable& known : MessageVariables()) {
    if (known.variable == variable) return known.name;
  }
  for (const auto& [name, known] : kPlainVariables) {
    if (known == variable) return name;
  }
  return "";
}

ProgramCompiler::Part ProgramCompiler::Visit(NodeId id) {
  const Node& node = expression_->expression().tree()[id];
  const Resolution& resolution = expression_->expression().ResolutionOf(id);
  if (!IsCompiled(expression_->expression().TypeOf(id))) return {};
  switch (resolution.kind) {
    case Resolution::Kind::kVariable:
      return VisitVariable(resolution.name);
    case Resolution::Kind::kLocal:
      return VisitLocal(resolution.name);
    case Resolution::Kind::kConstant: {
      const std::optional<Datum> datum = ConstantOf(resolution.value);
      return datum.has_value() ? OfConstant(*datum) : Part();
    }
    case Resolution::Kind::kMessage:
    case Resolution::Kind::kUnresolved:
      return {};
    default:
      break;
  }
  switch (node.kind) {
    case NodeKind::kLiteral:
    case NodeKind::kMap: {  // of which only constants are compiled
      const std::optional<Datum> datum = Fold(id);
      return datum.has_value() ? OfConstant(*datum) : Part();
    }
    case NodeKind::kSelect:
      return VisitSelect(node);
    case NodeKind::kCall:
      return VisitCall(id, node);
    case NodeKind::kList: {
      Part list = VisitList(node);
      if (!list.ok()) return list;
      const ProgramNode made = program_.node(list.node);
      for (int32_t i = 0; i < made.b; ++i) {
        if (!IsConstant(program_.argument(made.a + i).node)) return list;
      }
      const std::optional<Datum> datum = Fold(id);
      return datum.has_value() ? OfConstant(*datum) : list;
    }
    case NodeKind::kComprehension:
      return VisitComprehension(node);
    default:
      return {};
  }
}

ProgramCompiler::Part ProgramCompiler::VisitVariable(const std::string& name) {
  if (const auto known = messages_.find(name); known != messages_.end()) return known->second;
  if (const auto found = definitions_.find(name); found != definitions_.end()) {
    return Of({.op = Op::kDefinition, .a = found->second});
  }
  if (facts_.contains(name)) {
    // A declared fact is read like a definition that nobody wrote.
    return Of({.op = Op::kVariable,
               .a = static_cast<int32_t>(ProgramVariable::kCount) + facts_.at(name)});
  }
  ProgramVariable plain;
  if (Lookup(kPlainVariables, name, &plain)) {
    return Of({.op = Op::kVariable, .a = static_cast<int32_t>(plain)});
  }
  for (const MessageVariable& variable : MessageVariables()) {
    if (variable.name != name) continue;
    const flat::MessageTable* const table = flat::FindTable(FromAbsl(variable.type->full_name()));
    if (table == nullptr) return {};
    Part part;
    part.is_root = true;
    part.path = PathOf(name);
    part.presence = variable.presence;
    part.table = table;
    part = Of({.op = Op::kVariable, .a = static_cast<int32_t>(variable.variable)}, part);
    return messages_.emplace(name, std::move(part)).first->second;
  }
  return {};
}

ProgramCompiler::Part ProgramCompiler::VisitLocal(const std::string& name) {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name == name) return local->part;
  }
  return {};
}

ProgramCompiler::Part ProgramCompiler::VisitSelect(const Node& node) {
  const Part operand = Visit(node.args[0]);
  if (!operand.ok()) return {};
  const Type& type = expression_->expression().TypeOf(node.args[0]);
  if (type.Is(TypeKind::kMap) && !node.test_only) return ValueAt(operand, OfText(node.name));
  return type.Is(TypeKind::kMessage) && IsNamed(operand)
             ? Select(operand, node.name, node.test_only)
             : Part();
}

// A field with a place is found by that, whatever else its message was made from: all of it has to
// be in the place's name, or to have been read before.
bool ProgramCompiler::IsNamed(const Part& message) const {
  if (message.path == kNoIndex) return true;
  const Op op = program_.node(message.node).op;
  return op == Op::kVariable || op == Op::kField || op == Op::kLocal;
}

// `name` is a field's own, or of a tree that stays meanwhile.
ProgramCompiler::Part ProgramCompiler::Select(const Part& operand, std::string_view name,
                                              bool test) {
  if (operand.table == nullptr) return {};
  if (operand.path == kNoIndex) return SelectFrom(operand, name, test);
  // Where the operand has one place, the node and its path say all of it.
  const auto [known, is_new] = selections_.try_emplace({operand.node, operand.path, name, test});
  if (is_new) known->second = SelectFrom(operand, name, test);
  return known->second;
}

ProgramCompiler::Part ProgramCompiler::SelectFrom(const Part& operand, std::string_view name,
                                                  bool test) {
  const flat::FieldTable* const field = operand.table->FindByName(name);
  if (field == nullptr) return {};
  Part part;
  part.statement = operand.is_root ? std::string(name) : StrCat(operand.statement, ".", name);
  part.presence = operand.presence;
  if (operand.path != kNoIndex) {
    part.path = PathOf(StrCat(program_.path(operand.path).text, ".", name));
  }
  ProgramField entry{.field = field,
                     .descriptor = flat::DescriptorOf(*operand.table, *field),
                     .path = part.path,
                     .statement = StatementOf(part.statement),
                     .presence = operand.presence};
  if (operand.is_root && operand.presence == Presence::kSet) {
    entry.presence = name == "directory" ? Presence::kDirectory : Presence::kLedger;
  }
  entry.form = FormOf(*entry.descriptor);
  entry.storage = StorageOf(*entry.descriptor);
  entry.is_attribute = field->world == v1::WORLD_ATTRIBUTE || field->world == v1::WORLD_UNSPECIFIED;
  entry.bit = uint64_t{1} << operand.table->IndexOf(*field);
  std::set<const google::protobuf::Descriptor*> seen;
  const bool is_told = entry.form != FieldForm::kMessage;  // what is read is told
  if (entry.form == FieldForm::kNone || (is_told && !HasWords(*entry.descriptor, &seen))) return {};
  const int32_t index = FieldOf(entry);
  if (test) {
    program_.fields_[static_cast<size_t>(index)].is_tested = true;
    return Of({.op = Op::kHas, .a = operand.node, .b = index});
  }
  if (entry.form == FieldForm::kMessage) {
    if (field->message->size > kLargestMessage) return {};
    part.table = field->message;
  }
  if (entry.form == FieldForm::kList) part.list = field;
  return Of({.op = Op::kField, .a = operand.node, .b = index}, part);
}

ProgramCompiler::Part ProgramCompiler::VisitList(const Node& node) {
  if (node.HasOptional()) return {};
  std::vector<Part> elements;
  for (const NodeId arg : node.args) {
    elements.push_back(Visit(arg));
    if (!elements.back().ok() || elements.back().table != nullptr) return {};
  }
  const auto size = static_cast<int32_t>(elements.size());
  return Of({.op = Op::kListOf, .a = AddArguments(elements), .b = size});
}

ProgramCompiler::Part ProgramCompiler::VisitCall(NodeId id, const Node& node) {
  const Resolution& resolution = expression_->expression().ResolutionOf(id);
  std::vector<Part> args;
  std::vector<const Type*> types;
  for (size_t i = resolution.skip_target ? 1 : 0; i < node.args.size(); ++i) {
    args.push_back(Visit(node.args[i]));
    if (!args.back().ok()) return {};
    types.push_back(&expression_->expression().TypeOf(node.args[i]));
  }
  if (const FunctionEntry* const function = FunctionNamed(resolution.name)) {
    const absl::Span<const NodeId> ids(node.args);
    return VisitDomainCall(*function, ids.subspan(resolution.skip_target ? 1 : 0), args,
                           expression_->expression().TypeOf(id));
  }
  const bool constant =
      std::all_of(args.begin(), args.end(), [&](const Part& arg) { return IsConstant(arg.node); });
  if (constant) {
    const std::optional<Datum> datum = Fold(id);
    return datum.has_value() ? OfConstant(*datum) : Part();
  }
  Part made = VisitOperator(id, resolution.name, args, types);
  if (made.ok()) return made;
  if (resolution.form == cel::CallForm::kOptionalSelect) {
    const auto& name =
        std::get<std::string>(expression_->expression().tree()[node.args[1]].literal);
    return SelectIf(args[0], name, types[0]->IsOptional());
  }
  made = VisitOptional(resolution.name, args, types);
  return made.ok() ? made : VisitFunction(node, resolution, args, types);
}

ProgramCompiler::Part ProgramCompiler::Comparison(NodeId id, Op op, const std::vector<Part>& args,
                                                  const Type& type) {
  if (!IsScalar(type)) return {};
  ProgramNode node{.op = op, .a = args[0].node, .b = args[1].node};
  for (const auto& [compared, coefficient] : expression_->now_comparisons()) {
    if (compared == id) node.now_coefficient = coefficient;
  }
  return Of(node);
}

// What is known of each element, but for its node.
ProgramCompiler::Part ProgramCompiler::ElementOf(const Part& list) {
  const bool messages = list.list != nullptr && list.list->kind == flat::Kind::kRepeatedMessage;
  Part element;
  element.table = messages ? list.list->message : nullptr;
  element.statement = list.statement;
  element.presence = list.presence;
  return element;
}

ProgramCompiler::Part ProgramCompiler::VisitOperator(NodeId id, std::string_view function,
                                                     const std::vector<Part>& args,
                                                     const std::vector<const Type*>& types) {
  const auto is = [&](size_t i, TypeKind kind) { return i < args.size() && types[i]->Is(kind); };
  const auto made = [&](Op op) {
    return Of({.op = op,
               .a = args[0].node,
               .b = args.size() > 1 ? args[1].node : kNoIndex,
               .c = args.size() > 2 ? args[2].node : kNoIndex});
  };
  const bool one = args.size() == 1;
  const bool two = args.size() == 2;
  Op op;
  if (two && Lookup(kComparisons, function, &op)) {
    return *types[0] == *types[1] ? Comparison(id, op, args, *types[0]) : Part();
  }
  if (two && is(0, TypeKind::kString) && is(1, TypeKind::kString)) {
    if (Lookup(kTextTests, function, &op)) return made(op);
    if (function == "matches") return VisitMatches(args);
  }
  if (two && function == "_[_]" && is(0, TypeKind::kList) && is(1, TypeKind::kInt)) {
    const Part element = ElementOf(args[0]);
    if (types[0]->first().Is(TypeKind::kMessage) && element.table == nullptr) return {};
    return Of({.op = Op::kIndex, .a = args[0].node, .b = args[1].node}, element);
  }
  if (two && function == "_[_]" && is(0, TypeKind::kMap) && types[0]->first() == *types[1]) {
    return ValueAt(args[0], args[1]);
  }
  if (two && function == "_&&_") return made(Op::kAnd);
  if (two && function == "_||_") return made(Op::kOr);
  if (one && function == "!_") return made(Op::kNot);
  if (function == "_?_:_") {
    // Of two messages nobody could say beforehand where they stand.
    return HoldsMessage(*types[1]) || !(*types[1] == *types[2]) ? Part() : made(Op::kIf);
  }
  if (two && function == "@in" && (is(1, TypeKind::kList) || is(1, TypeKind::kMap))) {
    if (!IsScalar(*types[0]) || !(types[1]->first() == *types[0])) return {};
    return is(1, TypeKind::kList) ? made(Op::kIn) : InKeys(args[0], args[1]);
  }
  if (one && function == "size") {
    if (is(0, TypeKind::kString)) return made(Op::kTextSize);
    if (is(0, TypeKind::kList)) return made(Op::kListSize);
  }
  const bool time = is(0, TypeKind::kTimestamp) || is(0, TypeKind::kDuration);
  if (time) {
    if (const auto part = cel::TimePartOf(function)) return VisitTimePart(*part, args);
  }
  if (two && function == "_+_") {
    if (is(0, TypeKind::kInt) && is(1, TypeKind::kInt)) return made(Op::kAddInt);
    if (time && is(1, TypeKind::kDuration)) return made(Op::kAddTime);
  }
  if (two && function == "_-_") {
    if (is(0, TypeKind::kInt) && is(1, TypeKind::kInt)) return made(Op::kSubtractInt);
    if (time && (is(1, TypeKind::kDuration) || is(1, TypeKind::kTimestamp))) {
      return made(Op::kSubtractTime);
    }
  }
  return {};
}

ProgramCompiler::Part ProgramCompiler::OfText(std::string_view text) {
  return OfConstant(Datum::String(program_.texts_.emplace_back(text)));
}

ProgramCompiler::Part ProgramCompiler::ValueAt(const Part& map, const Part& key) {
  return Of({.op = Op::kValueAt, .a = map.node, .b = key.node});
}

// As if they were written as a list.
ProgramCompiler::Part ProgramCompiler::InKeys(const Part& key, const Part& map) {
  const Datum* const entries = ConstantAt(map.node);
  if (entries == nullptr) return {};
  std::vector<Datum> keys;
  for (uint32_t i = 0; i < entries->extra(); ++i) keys.push_back(entries->list[2 * size_t{i}]);
  return Of({.op = Op::kIn, .a = key.node, .b = OfConstant(KeptList(std::move(keys))).node});
}

// A pattern that is worked out for each subject is left to the function of the language.
ProgramCompiler::Part ProgramCompiler::VisitMatches(const std::vector<Part>& args) {
  const Datum* const text = ConstantAt(args[1].node);
  if (text == nullptr) return {};
  const auto [found, is_new] =
      patterns_.emplace(text->string(), static_cast<int32_t>(program_.patterns_.size()));
  if (is_new) program_.patterns_.push_back(cel::MakePattern(std::string(text->string())));
  if (program_.pattern(found->second) == nullptr) return {};
  return Of({.op = Op::kMatches, .a = args[0].node, .b = found->second});
}

// Whatever else has values for arguments and gives one. What looks at errors, or leaves arguments
// out, is no such function, and neither is one whose overload only the values tell.
ProgramCompiler::Part ProgramCompiler::VisitFunction(const Node& node, const Resolution& resolution,
                                                     const std::vector<Part>& args,
                                                     const std::vector<const Type*>& types) {
  if (resolution.kind != Resolution::Kind::kFunction || resolution.overloads.size() != 1 ||
      resolution.form != cel::CallForm::kStrict || node.HasOptional() ||
      args.size() > kMostArguments) {
    return {};
  }
  const std::shared_ptr<const cel::Overload>& overload = resolution.overloads.front();
  if (!overload->implementation) return {};
  const auto element_of = [](const Type& type) -> const Type& {
    return type.Is(TypeKind::kList) ? type.first() : type;
  };
  for (const Type* const type : types) {
    if (!IsScalar(element_of(*type))) return {};
  }
  std::string key = overload->id;
  for (const Part& arg : args) StrAppend(&key, ",", arg.node);
  const auto [found, is_new] =
      applications_.emplace(key, static_cast<int32_t>(program_.applications_.size()));
  if (is_new) {
    const int32_t first = AddArguments(args);
    for (size_t i = 0; i < types.size(); ++i) {
      const Type& type = element_of(*types[i]);
      if (!type.Is(TypeKind::kEnum)) continue;
      program_.arguments_[static_cast<size_t>(first) + i].enum_type = type.enum_descriptor();
    }
    program_.applications_.push_back({overload, first, static_cast<int32_t>(args.size())});
  }
  return Of({.op = Op::kApply, .a = found->second});
}

const Datum* ProgramCompiler::ConstantAt(NodeIndex node) const {
  if (program_.node(node).op == Op::kDefinition) {
    node = program_.definition(program_.node(node).a).expression.root;
  }
  return node != kNoIndex && IsConstant(node) ? &program_.constant(program_.node(node).a) : nullptr;
}

// A zone that is worked out for each subject is left to the function of the language, and so is the
// error of one that nobody knows.
ProgramCompiler::Part ProgramCompiler::VisitTimePart(cel::TimePart part,
                                                     const std::vector<Part>& args) {
  std::optional<int32_t> zone = 0;
  if (args.size() > 1) {
    const Datum* const name = ConstantAt(args[1].node);
    if (name == nullptr) return {};
    zone = ZoneOf(name->string());
    if (!zone.has_value()) return {};
  }
  return Of({.op = Op::kTimePart, .a = args[0].node, .b = static_cast<int32_t>(part), .c = *zone});
}

ProgramCompiler::Part ProgramCompiler::VisitDomainCall(const FunctionEntry& function,
                                                       absl::Span<const NodeId> ids,
                                                       const std::vector<Part>& args,
                                                       const Type& result) {
  ProgramCall call{.function = function.function,
                   .name = function.signature.substr(0, function.signature.find('(')),
                   .count = static_cast<int32_t>(args.size())};
  std::string key(call.name);
  for (const Part& arg : args) StrAppend(&key, ",", arg.node);
  const auto [found, is_new] = calls_.emplace(key, static_cast<int32_t>(program_.calls_.size()));
  if (is_new) {
    call.first = AddArguments(args);
    for (size_t i = 0; i < ids.size(); ++i) {
      const Type& type = expression_->expression().TypeOf(ids[i]);
      if (type.Is(TypeKind::kEnum)) {
        program_.arguments_[static_cast<size_t>(call.first) + i].enum_type = type.enum_descriptor();
      }
    }
    if (const std::string text = CallText(call.name, ids, args); !text.empty()) {
      call.path = PathOf(text);
    }
    if (result.Is(TypeKind::kEnum)) call.result_enum = result.enum_descriptor();
    program_.calls_.push_back(call);
  }
  return Of({.op = Op::kCall, .a = found->second});
}

// As the plain evaluator names it. Empty where some argument is neither constant nor an attribute
// with one place.
std::string ProgramCompiler::CallText(std::string_view name, absl::Span<const NodeId> ids,
                                      const std::vector<Part>& args) {
  std::string text = StrCat(name, "(");
  for (size_t i = 0; i < args.size(); ++i) {
    StrAppend(&text, i == 0 ? "" : ", ");
    if (args[i].table != nullptr) {
      if (args[i].path == kNoIndex) return {};
      text += program_.path(args[i].path).text;
    } else if (IsConstant(args[i].node)) {
      text += FoldedValue(ids[i]).ToString(kLongestArgument);
    } else {
      return {};
    }
  }
  return text + ")";
}

}  // namespace changepolicy
