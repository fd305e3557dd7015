#include "libchangepolicy/program/compiler.h"

#include <algorithm>
#include <numeric>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/time_text.h"
#include "libchangepolicy/program/scalar_datum.h"

namespace changepolicy {

using cel::NodeId;

Program::Program(const CheckedPolicy& policy) : policy_(policy) { ProgramCompiler(this).Run(); }

int32_t Program::PathsBefore(std::string_view text) const {
  return static_cast<int32_t>(
      std::partition_point(paths_by_rank_.begin(), paths_by_rank_.end(),
                           [&](int32_t index) { return path(index).text < text; }) -
      paths_by_rank_.begin());
}

namespace {

// Of what stands in messages; the rest is worded by the plain evaluator.
bool IsWordedByProgram(const cel::Type& type) {
  return type.Is(cel::TypeKind::kString) || type.Is(cel::TypeKind::kBool) ||
         type.Is(cel::TypeKind::kInt) || type.Is(cel::TypeKind::kTimestamp) ||
         type.Is(cel::TypeKind::kDuration);
}

}  // namespace

// Parts stand before what is made of them.
void Program::FetchInstructions(const CheckedExpression& expression) const {
  constexpr NodeIndex kParts = 10;
  const ProgramExpression* const found = Find(expression);
  if (found == nullptr || found->root == kNoIndex) return;
  const char* const last = reinterpret_cast<const char*>(&instruction(found->root));
  const NodeIndex parts = std::min(kParts, found->root);
  for (size_t back = 0; back <= static_cast<size_t>(parts) * sizeof(Instruction); back += 64) {
    __builtin_prefetch(last - back);
  }
}

bool Program::NeedsTellOfClock(const ProgramExpression& expression) const {
  if (expression.needs == kNoIndex) return false;
  const std::vector<int32_t>& named = needs(expression.needs).definitions;
  return std::any_of(named.begin(), named.end(),
                     [&](int32_t index) { return definition(index).tells_of_clock; });
}

void Program::RestExpressions() const {
  const auto rest = [&](const std::optional<CheckedExpression>& expression) {
    if (!expression.has_value() || expression->kept().is_at_rest()) return;
    const ProgramExpression* const compiled = Find(*expression);
    if (compiled == nullptr || compiled->root != kNoIndex) expression->kept().Rest();
  };
  for (const auto* const rules :
       {&policy_.factors(), &policy_.categories(), &policy_.priorities(), &policy_.approvals(),
        &policy_.pairs(), &policy_.gates(), &policy_.obligations(), &policy_.lints(),
        &policy_.invariants(), &policy_.change_steps(), &policy_.release_steps()}) {
    for (const CheckedRule& rule : *rules) {
      rest(rule.applies_if);
      rest(rule.must);
      rest(rule.met_if);
      rest(rule.due_after);
      for (const MessageTemplate::Piece& piece : rule.message.pieces) {
        if (piece.expression.has_value() && !piece.expression->kept().is_at_rest() &&
            IsWordedByProgram(piece.expression->expression().type())) {
          rest(piece.expression);
        }
      }
    }
  }
}

void ProgramCompiler::Run() {
  const CheckedPolicy& policy = program_.policy();
  program_.zones_.push_back(absl::UTCTimeZone());
  for (int i = 0; i < policy.policy().facts_size(); ++i) {
    const v1::FactDeclaration& fact = policy.policy().facts(i);
    facts_.emplace(StrCat("facts.", fact.name()), i);
    program_.facts_.push_back({.declaration = &fact,
                               .change_path = PathOf(StrCat("change.facts.", fact.name())),
                               .release_path = PathOf(StrCat("release.facts.", fact.name()))});
  }
  // Each stands after those that it reads.
  for (const CheckedDefinition& definition : policy.definitions()) {
    ProgramDefinition compiled{definition.name, Compile(definition.expression)};
    const ProgramExpression& expression = compiled.expression;
    compiled.tells_of_clock = expression.root == kNoIndex ||
                              program_.TellsOfClock(expression.root) ||
                              program_.NeedsTellOfClock(expression);
    definitions_.emplace(definition.name, program_.definitions());
    program_.definitions_.push_back(std::move(compiled));
  }
  AddRules(policy.factors());
  AddRules(policy.categories());
  AddRules(policy.priorities());
  AddRules(policy.approvals());
  AddRules(policy.gates());
  AddRules(policy.obligations());
  AddRules(policy.change_steps());
  AddRules(policy.release_steps());
  CountUses();
  RankPaths();
  GivePathsBits();
  TellFacts();
  MakeInstructions();
  for (size_t i = 0; i < program_.variable_paths_.size(); ++i) {
    program_.variable_paths_[i] = program_.FindPath(NameOf(static_cast<ProgramVariable>(i)));
  }
  program_.subject_paths_ = {program_.FindPath("change"), program_.FindPath("release")};
  program_.mentions_ledger_ = program_.FindPath("organization.ledger") != kNoIndex;
  ShrinkToFit();
}

void ProgramCompiler::ShrinkToFit() {
  // All but paths, to whose texts ToldFacts refers.
  const auto shrink = [](auto*... lists) { (lists->shrink_to_fit(), ...); };
  shrink(&program_.nodes_, &program_.instructions_, &program_.operands_, &program_.numbers_,
         &program_.tells_of_clock_, &program_.constants_, &program_.zones_, &program_.fields_,
         &program_.calls_, &program_.applications_, &program_.patterns_, &program_.arguments_,
         &program_.needs_, &program_.expressions_);
}

void ProgramCompiler::AddRules(const std::vector<CheckedRule>& rules) {
  for (const CheckedRule& rule : rules) {
    Add(rule.applies_if);
    Add(rule.must);
    Add(rule.met_if);
    Add(rule.due_after);
    for (const MessageTemplate::Piece& piece : rule.message.pieces) Add(piece.expression);
  }
}

void ProgramCompiler::Add(const std::optional<CheckedExpression>& expression) {
  if (!expression.has_value()) return;
  const auto number = static_cast<size_t>(expression->number);
  if (program_.expressions_.size() <= number) {
    program_.expressions_.resize(number + 1, {.root = ProgramExpression::kNoRule});
  }
  program_.expressions_[number] = Compile(*expression);
}

// Many name the same.
int32_t ProgramCompiler::IndexOf(ProgramNeeds needs) {
  if (needs.definitions.empty() && needs.facts.empty()) return kNoIndex;
  const auto [found, is_new] = needs_.emplace(needs, static_cast<int32_t>(program_.needs_.size()));
  if (is_new) program_.needs_.push_back(std::move(needs));
  return found->second;
}

ProgramExpression ProgramCompiler::Compile(const CheckedExpression& expression) {
  ProgramNeeds needs;
  expression_ = &expression;
  locals_.clear();
  const Part root = Visit(expression.expression().tree().root);
  bool whole = root.ok();
  for (const std::string& name : expression.definitions()) {
    const auto found = definitions_.find(name);
    // One that only the plain evaluator computes makes its users such too.
    whole = whole && found != definitions_.end() &&
            program_.definition(found->second).expression.root != kNoIndex;
    if (whole) needs.definitions.push_back(found->second);
  }
  for (const std::string& name : expression.expression().references().variables) {
    const auto found = facts_.find(name);
    if (found != facts_.end()) needs.facts.push_back(found->second);
  }
  return {whole ? root.node : kNoIndex, IndexOf(std::move(needs))};
}

// ---- Nodes

ProgramCompiler::Part ProgramCompiler::Of(ProgramNode node, Part part) {
  const auto [found, is_new] = nodes_.emplace(
      NodeKey(node.op, node.a, node.b, node.c, node.now_coefficient), program_.nodes());
  if (is_new) {
    program_.nodes_.push_back(node);
    free_slots_.push_back(FreeSlotsOf(node));
    program_.tells_of_clock_.push_back(TellsOfClock(node));
  }
  part.node = found->second;
  return part;
}

template <typename Body>
void ProgramCompiler::ForChildren(const ProgramNode& node, Body visit) const {
  const auto visit_arguments = [&](int32_t first, int32_t count) {
    for (int32_t i = 0; i < count; ++i) visit(program_.argument(first + i).node);
  };
  switch (node.op) {
    case Op::kConstant:
    case Op::kVariable:
    case Op::kDefinition:
    case Op::kLocal:
      return;
    case Op::kField:
    case Op::kHas:
    case Op::kTimePart:
    case Op::kMatches:
      return visit(node.a);
    case Op::kListOf:
      return visit_arguments(node.a, node.b);
    case Op::kCall:
      return visit_arguments(program_.call(node.a).first, program_.call(node.a).count);
    case Op::kApply:
      return visit_arguments(program_.application(node.a).first,
                             program_.application(node.a).count);
    case Op::kExists:
    case Op::kAll:
    case Op::kExistsOne:
    case Op::kFilter:
    case Op::kMap:
    case Op::kBind:
      visit(node.a);
      return visit(node.b);
    default:
      for (const NodeIndex child : {node.a, node.b, node.c}) {
        if (child != kNoIndex) visit(child);
      }
  }
}

// Bits of the slots that a node reads and that are not its own.
uint64_t ProgramCompiler::FreeSlotsOf(const ProgramNode& node) const {
  const auto bit = [](int32_t slot) {
    return uint64_t{1} << std::min(slot, 63);  // all beyond that count as one that is never left
  };
  if (node.op == Op::kLocal) return bit(node.a);
  uint64_t slots = 0;
  ForChildren(node, [&](NodeIndex child) { slots |= free_slots_[static_cast<size_t>(child)]; });
  switch (node.op) {
    case Op::kExists:
    case Op::kAll:
    case Op::kExistsOne:
    case Op::kFilter:
    case Op::kMap:
    case Op::kBind: {
      const uint64_t of_value = free_slots_[static_cast<size_t>(node.a)];
      const int32_t last = node.op == Op::kBind ? node.c : node.c + 1;
      return last < 63 ? of_value | (slots & ~bit(node.c) & ~bit(last)) : slots;
    }
    default:
      return slots;
  }
}

// Functions of the vocabulary mostly depend on when something was recorded, or for how long it
// counts.
bool ProgramCompiler::TellsOfClock(const ProgramNode& node) const {
  if (node.op == Op::kCall) return true;
  if (node.op == Op::kDefinition) return program_.definition(node.a).tells_of_clock;
  bool tells = node.now_coefficient != 0;
  ForChildren(node, [&](NodeIndex child) { tells = tells || program_.TellsOfClock(child); });
  return tells;
}

ProgramCompiler::Part ProgramCompiler::OfConstant(Datum datum) {
  std::string content;
  if (datum.kind() == Datum::Kind::kString) content = datum.string();
  const bool is_list = datum.kind() == Datum::Kind::kList || datum.kind() == Datum::Kind::kMap;
  if (is_list) content.assign(reinterpret_cast<const char*>(&datum.list), sizeof datum.list);
  const bool is_number = datum.kind() != Datum::Kind::kString && !is_list;
  const auto [found, is_new] = constants_.emplace(
      DatumKey(datum.kind(), is_number ? datum.number : 0, datum.extra(), content),
      static_cast<int32_t>(program_.constants_.size()));
  if (is_new) program_.constants_.push_back(datum);
  return Of({.op = Op::kConstant, .a = found->second});
}

int32_t ProgramCompiler::AddArguments(const std::vector<Part>& args) {
  const auto first = static_cast<int32_t>(program_.arguments_.size());
  for (const Part& arg : args) program_.arguments_.push_back({.node = arg.node});
  return first;
}

int32_t ProgramCompiler::PathOf(std::string_view text) {
  const auto [found, is_new] = program_.path_index_.emplace(std::string(text), program_.paths());
  if (is_new) program_.paths_.push_back({std::string(text)});
  return found->second;
}

int32_t ProgramCompiler::StatementOf(std::string_view text) {
  const auto [found, is_new] =
      program_.statement_index_.emplace(std::string(text), program_.statements());
  if (is_new) program_.statements_.emplace_back(text);
  return found->second;
}

// As the plain evaluator looks it up; nothing where it would find none.
std::optional<int32_t> ProgramCompiler::ZoneOf(std::string_view name) {
  const auto [found, is_new] = zones_.emplace(std::string(name), kNoIndex);
  if (is_new) {
    if (const std::optional<absl::TimeZone> zone = cel::ParseZone(name)) {
      const auto same = std::find(program_.zones_.begin(), program_.zones_.end(), *zone);
      found->second = static_cast<int32_t>(same - program_.zones_.begin());
      if (same == program_.zones_.end()) program_.zones_.push_back(*zone);
    }
  }
  return found->second == kNoIndex ? std::nullopt : std::optional(found->second);
}

int32_t ProgramCompiler::FieldOf(const ProgramField& field) {
  const auto [found, is_new] =
      fields_.emplace(FieldKey(field.field, field.path, field.statement, field.presence),
                      static_cast<int32_t>(program_.fields_.size()));
  if (is_new) program_.fields_.push_back(field);
  return found->second;
}

// ---- Constants

std::optional<Datum> ProgramCompiler::ConstantOf(const cel::Value& value) {
  if (value.Is(cel::Value::Kind::kList)) {
    std::vector<Datum> elements;
    for (size_t i = 0; i < value.list().size(); ++i) {
      const std::optional<Datum> element = ConstantOf(value.list().At(i));
      if (!element.has_value()) return std::nullopt;
      elements.push_back(*element);
    }
    return KeptList(std::move(elements));
  }
  if (value.Is(cel::Value::Kind::kMap)) return ConstantOfMap(value.map());
  if (value.Is(cel::Value::Kind::kOptional)) {
    return value.has_optional_value() ? ConstantOf(value.optional_value()) : Datum::None();
  }
  const Datum datum = ScalarDatum(value);
  if (datum.kind() == Datum::Kind::kString) {
    return Datum::String(program_.texts_.emplace_back(datum.string()));
  }
  const bool held = datum.kind() != Datum::Kind::kOpen && datum.kind() != Datum::Kind::kBeyond;
  return held ? std::optional(datum) : std::nullopt;
}

Datum ProgramCompiler::KeptList(std::vector<Datum> elements) {
  const std::vector<Datum>& kept = program_.lists_.emplace_back(std::move(elements));
  return Datum::List(kept.data(), static_cast<uint32_t>(kept.size()));
}

std::optional<Datum> ProgramCompiler::ConstantOfMap(const cel::Map& map) {
  std::vector<std::pair<Datum, Datum>> entries;
  for (size_t i = 0; i < map.size(); ++i) {
    const std::optional<Datum> key = ConstantOf(map.KeyAt(i));
    const std::optional<Datum> value = ConstantOf(map.ValueAt(i));
    if (!key.has_value() || !value.has_value()) return std::nullopt;
    entries.emplace_back(*key, *value);
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& one, const auto& other) { return Compare(one.first, other.first) < 0; });
  std::vector<Datum> flat;
  for (const auto& [key, value] : entries) {
    flat.push_back(key);
    flat.push_back(value);
  }
  return Datum::Map(KeptList(std::move(flat)).list, static_cast<uint32_t>(entries.size()));
}

cel::Value ProgramCompiler::FoldedValue(NodeId id) const {
  uint64_t steps = expression_->expression().environment().options().limits.evaluation_steps;
  return cel::EvaluatePart(expression_->expression(), id, {}, cel::Activation(), &steps);
}

std::optional<Datum> ProgramCompiler::Fold(NodeId id) {
  // An error stays where it is: whether it matters depends on what stands around it.
  const cel::Value value = FoldedValue(id);
  return value.is_known() ? ConstantOf(value) : std::nullopt;
}

// ---- The whole

// Parts that several others read are computed once and kept, except for what costs no more than
// looking it up, and what depends on the element of a list.
void ProgramCompiler::CountUses() {
  std::vector<int> uses(program_.nodes_.size(), 0);
  const auto use = [&](NodeIndex node) {
    if (node != kNoIndex) ++uses[static_cast<size_t>(node)];
  };
  for (const ProgramNode& node : program_.nodes_) ForChildren(node, use);
  for (const ProgramExpression& expression : program_.expressions_) {
    if (expression.root != ProgramExpression::kNoRule) use(expression.root);
  }
  for (const ProgramDefinition& definition : program_.definitions_) use(definition.expression.root);
  for (size_t i = 0; i < program_.nodes_.size(); ++i) {
    ProgramNode& node = program_.nodes_[i];
    const bool cheap = node.op == Op::kConstant || node.op == Op::kVariable ||
                       node.op == Op::kDefinition || node.op == Op::kLocal ||
                       node.op == Op::kField || node.op == Op::kHas;
    const bool once = node.op == Op::kCall;  // also within one expression, by another way
    if (!cheap && free_slots_[i] == 0 && (uses[i] > 1 || once)) node.memo = program_.memos_++;
  }
}

void ProgramCompiler::RankPaths() {
  std::vector<int32_t>& order = program_.paths_by_rank_;
  order.resize(program_.paths_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int32_t a, int32_t b) { return program_.path(a).text < program_.path(b).text; });
  for (size_t i = 0; i < order.size(); ++i) {
    program_.paths_[static_cast<size_t>(order[i])].rank = static_cast<int32_t>(i);
  }
  for (ProgramPath& path : program_.paths_) {
    path.elements = program_.PathsBefore(StrCat(path.text, "["));
  }
  for (ProgramCall& call : program_.calls_) {
    call.paths_before = program_.PathsBefore(StrCat(call.name, "("));
    call.has_paths = program_.PathsBefore(StrCat(call.name, ")")) != call.paths_before;
  }
}

// Those that are read as facts, in the order in which expressions mention them; where there are too
// many, the others are listed one by one.
void ProgramCompiler::GivePathsBits() {
  std::vector<int32_t> chosen;
  std::vector<bool> seen(program_.paths_.size());
  const auto choose = [&](int32_t path) {
    if (path == kNoIndex || seen[static_cast<size_t>(path)] || chosen.size() == kPathBits) return;
    seen[static_cast<size_t>(path)] = true;
    chosen.push_back(path);
  };
  for (const ProgramField& field : program_.fields_) {
    if (field.form != FieldForm::kMessage) choose(field.path);
  }
  for (const ProgramCall& call : program_.calls_) choose(call.path);
  for (const ProgramFact& fact : program_.facts_) {
    choose(fact.change_path);
    choose(fact.release_path);
  }
  std::sort(chosen.begin(), chosen.end(),
            [&](int32_t a, int32_t b) { return program_.path(a).rank < program_.path(b).rank; });
  for (size_t i = 0; i < chosen.size(); ++i) {
    program_.paths_[static_cast<size_t>(chosen[i])].bit = static_cast<int32_t>(i);
    program_.ranks_by_bit_.push_back(program_.path(chosen[i]).rank);
  }
  program_.paths_by_bit_ = std::move(chosen);
}

void ProgramCompiler::TellFacts() {
  const auto add = [&](int32_t path, const google::protobuf::EnumDescriptor* enum_type) {
    if (path == kNoIndex || program_.path(path).bit == kNoIndex) return;
    program_.told_facts_.Add(path, program_.path(path).text, enum_type);
  };
  for (const ProgramField& field : program_.fields_) {
    add(field.path, field.form == FieldForm::kEnum ? field.descriptor->enum_type() : nullptr);
  }
  for (const ProgramCall& call : program_.calls_) add(call.path, call.result_enum);
  for (const ProgramFact& fact : program_.facts_) {
    add(fact.change_path, nullptr);
    add(fact.release_path, nullptr);
  }
}

}  // namespace changepolicy
