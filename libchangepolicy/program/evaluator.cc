#include "libchangepolicy/program/evaluator.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/cel/utf8.h"
#include "libchangepolicy/flat/field_access.h"

namespace changepolicy {

void ProgramEvaluator::Begin(const Program* program, ProgramHost* host, flat::Arena* arena,
                             absl::Time now) {
  program_ = program;
  host_ = host;
  arena_ = arena;
  now_ = now;
  facts_.Begin(program, arena);
  ++generation_;
  const auto variables =
      static_cast<size_t>(ProgramVariable::kCount) + static_cast<size_t>(program->facts());
  variables_.assign(variables, Datum::Open());
  const auto at_least = [](auto* list, int32_t size) {
    if (list->size() < static_cast<size_t>(size)) list->resize(static_cast<size_t>(size));
  };
  at_least(&locals_, program->slots());
  at_least(&memos_, program->memos());
  at_least(&definitions_, program->definitions());
  at_least(&unknown_parts_, program->paths());
  at_least(&stated_, program->statements());
  kept_reads_.clear();
  listed_in_.clear();
  list_ = lists_ = 0;
  directory_outdated_ = ledger_outdated_ = false;
  any_stated_ = any_unknown_part_ = false;
  Set(ProgramVariable::kNow, Datum::Of(now));
}

void ProgramEvaluator::SetFact(int32_t fact, Datum value) {
  variables_[static_cast<size_t>(ProgramVariable::kCount) + static_cast<size_t>(fact)] = value;
}

void ProgramEvaluator::SetUnknownPart(std::string_view path) {
  const int32_t index = program_->FindPath(path);
  if (index == kNoIndex) return;
  unknown_parts_[static_cast<size_t>(index)] = generation_;
  any_unknown_part_ = true;
}

void ProgramEvaluator::SetStated(std::string_view field) {
  const int32_t index = program_->FindStatement(field);
  if (index == kNoIndex) return;
  stated_[static_cast<size_t>(index)] = generation_;
  any_stated_ = true;
}

Datum ProgramEvaluator::Evaluate(const ProgramExpression& expression, std::vector<FactId>* reads) {
  if (expression.root == kNoIndex) return Datum::Open();
  steps_ = 0;
  reads_ = reads;
  list_ = ++lists_;
  const size_t first = reads->size();
  for (const int32_t definition : expression.definitions) Definition(definition);
  ReadDeclared(expression);
  const Datum value = Visit(expression.root);
  if (is_abandoned()) return Datum::Open();
  facts_.Sort(reads, first);
  return value;
}

void ProgramEvaluator::Read(FactId fact) {
  if (exploring_) return;
  if (listed_in_.size() <= fact) listed_in_.resize(std::max<size_t>(fact + 1, 64), 0);
  if (listed_in_[fact] == list_ && !facts_.IsTested(fact)) return;
  listed_in_[fact] = list_;
  reads_->push_back(fact);
}

// Read whether or not they are met on the way.
void ProgramEvaluator::ReadDeclared(const ProgramExpression& expression) {
  for (const int32_t fact : expression.facts) {
    const ProgramFact& declared = program_->fact(fact);
    Read(facts_.Declared(fact, is_change_ ? declared.change_path : declared.release_path,
                         Variable(static_cast<int32_t>(ProgramVariable::kCount) + fact)));
  }
}

Datum ProgramEvaluator::Peek(NodeIndex node) {
  steps_ = 0;
  peeked_.clear();
  reads_ = &peeked_;
  list_ = ++lists_;
  return Visit(node);
}

Datum ProgramEvaluator::PeekElement(const Datum& list, uint32_t index, NodeIndex part,
                                    int32_t slot) {
  const Datum element = Element(list, TrailOfElements(list), index);
  if (part == kNoIndex) return element;
  locals_[static_cast<size_t>(slot)] = element;
  return Peek(part);
}

// ---- What is computed once

// The value, and what it read, for the reader's list and for later ones.
template <typename Body>
Datum ProgramEvaluator::Keep(Memo* memo, Body body) {
  if (memo->generation != generation_) {
    const uint32_t outer_list = std::exchange(list_, ++lists_);
    const size_t first = reads_->size();
    const Datum value = body();
    if (is_abandoned()) {
      // Nothing to keep: another expression may get further.
      list_ = outer_list;
      return value;
    }
    memo->first_read = static_cast<uint32_t>(kept_reads_.size());
    memo->reads = static_cast<uint32_t>(reads_->size() - first);
    kept_reads_.insert(kept_reads_.end(), reads_->begin() + static_cast<std::ptrdiff_t>(first),
                       reads_->end());
    memo->value = value;
    memo->generation = generation_;
    reads_->resize(first);
    list_ = outer_list;
  }
  for (uint32_t i = 0; i < memo->reads; ++i) Read(kept_reads_[memo->first_read + i]);
  return memo->value;
}

Datum ProgramEvaluator::Definition(int32_t index) {
  return Keep(&definitions_[static_cast<size_t>(index)], [&] {
    const ProgramExpression& expression = program_->definition(index).expression;
    for (const int32_t definition : expression.definitions) Definition(definition);
    ReadDeclared(expression);
    return Visit(expression.root);
  });
}

// ---- What is unknown

Datum ProgramEvaluator::UnknownAt(FactId fact) {
  auto* const names = arena_->New<flat::Repeated<std::string_view>>();
  names->Add(facts_.PathOf(fact), arena_);
  return Datum::Unknown(names);
}

Datum ProgramEvaluator::Either(const Datum& a, const Datum& b) {
  if (a.is_known()) return b;
  if (b.is_known()) return a;
  if (!a.is_unknown() || !b.is_unknown()) return Datum::Open();
  if (a.names == b.names) return a;
  auto* const names = arena_->New<flat::Repeated<std::string_view>>();
  const std::string_view* one = a.names->begin();
  const std::string_view* other = b.names->begin();
  while (one != a.names->end() || other != b.names->end()) {
    if (!Work(1)) return Datum::Open();
    const bool take_one = other == b.names->end() || (one != a.names->end() && *one <= *other);
    if (take_one && other != b.names->end() && *one == *other) ++other;
    names->Add(take_one ? *one++ : *other++, arena_);
  }
  return Datum::Unknown(names);
}

bool ProgramEvaluator::Explore(const ProgramExpression& expression,
                               std::vector<std::string_view>* open) {
  steps_ = 0;
  exploring_ = is_explored_ = true;
  open_ = open;
  Visit(expression.root);
  exploring_ = false;
  return is_explored_ && !is_abandoned();
}

// What unknowns a part met no longer matters once its value is known.
Datum ProgramEvaluator::VisitExploring(const ProgramNode& node) {
  const size_t before = open_->size();
  const Memo* const memo =
      node.memo == kNoIndex ? nullptr : &memos_[static_cast<size_t>(node.memo)];
  const bool is_kept = memo != nullptr && memo->generation == generation_ && memo->value.is_known();
  const Datum value = is_kept ? memo->value : Compute(node);
  if (value.is_known()) {
    open_->resize(before);
  } else if (value.is_unknown()) {
    for (const std::string_view name : *value.names) {
      if (!Work(1)) return Datum::Open();
      if (std::find(open_->begin(), open_->end(), name) == open_->end()) open_->push_back(name);
    }
  } else {
    is_explored_ = false;
  }
  return value;
}

// ---- Nodes

Datum ProgramEvaluator::Visit(NodeIndex index) {
  const ProgramNode& node = program_->node(index);
  if (!Work(1)) return Datum::Open();
  if (exploring_) return VisitExploring(node);
  if (node.memo == kNoIndex) return Compute(node);
  return Keep(&memos_[static_cast<size_t>(node.memo)], [&] { return Compute(node); });
}

Datum ProgramEvaluator::Compute(const ProgramNode& node) {
  switch (node.op) {
    case Op::kConstant:
      return program_->constant(node.a);
    case Op::kVariable:
      return Variable(node.a);
    case Op::kDefinition: {
      // What it read was told before, with the expression that names it.
      const Memo& memo = definitions_[static_cast<size_t>(node.a)];
      return memo.generation == generation_ ? memo.value : Definition(node.a);
    }
    case Op::kLocal:
      return locals_[static_cast<size_t>(node.a)];
    case Op::kField:
      return Field(node);
    case Op::kHas:
      return Has(node);
    case Op::kAnd:
      return Logic(node, false);
    case Op::kOr:
      return Logic(node, true);
    case Op::kNot: {
      const Datum value = Visit(node.a);
      return value.is_known() ? Datum::Bool(!value.is_true()) : value;
    }
    case Op::kIf: {
      const Datum condition = Visit(node.a);
      if (!condition.is_known() && exploring_) {
        Visit(node.b);
        Visit(node.c);
      }
      if (!condition.is_known()) return condition;
      return Visit(condition.is_true() ? node.b : node.c);
    }
    case Op::kTextSize: {
      const Datum text = Visit(node.a);
      if (!text.is_known()) return text;
      if (!Work(TextSteps(text.string()))) return Datum::Open();
      return Datum::Int(static_cast<int64_t>(cel::CountCodePoints(text.string())));
    }
    case Op::kListSize: {
      const Datum list = Visit(node.a);
      return list.is_known() ? Datum::Int(SizeOfList(list)) : list;
    }
    case Op::kExists:
    case Op::kAll:
    case Op::kExistsOne:
      return Quantifier(node);
    case Op::kFilter:
    case Op::kMap:
      return Gather(node);
    case Op::kListOf:
      return ListOf(node);
    case Op::kCall:
      return Call(node);
    default:
      return Comparison(node);
  }
}

// ---- Facts

bool ProgramEvaluator::IsKnown(const void* message, const ProgramField& field, bool test) const {
  if (any_unknown_part_ && field.path != kNoIndex &&
      unknown_parts_[static_cast<size_t>(field.path)] == generation_) {
    return false;
  }
  switch (field.presence) {
    case Presence::kAlways:
      return true;
    case Presence::kDirectory:
      return !directory_outdated_;
    case Presence::kLedger:
      return !ledger_outdated_;
    case Presence::kStated:
    case Presence::kSet:
      break;
  }
  if (!field.is_attribute || (!test && field.form == FieldForm::kMessage)) return true;
  // An enum's zero says nothing, whether or not it was written.
  const bool set = IsFieldSet(message, *field.field, field.bit) &&
                   (field.form != FieldForm::kEnum || FieldAt<int32_t>(message, *field.field) != 0);
  return set || (field.presence == Presence::kStated && any_stated_ &&
                 stated_[static_cast<size_t>(field.statement)] == generation_);
}

Datum ProgramEvaluator::Field(const ProgramNode& node) {
  const Datum message = Visit(node.a);
  if (!message.is_known()) return message;
  const ProgramField& field = program_->field(node.b);
  const bool is_known = IsKnown(message.message, field, false);
  Datum value = is_known ? ReadField(message.message, *field.field, field.form, field.storage)
                         : Datum::Open();
  // A message is no fact, unless that it cannot be known.
  if (field.form == FieldForm::kMessage && value.is_known()) {
    value.extra = field.path != kNoIndex ? facts_.TrailOfPath(field.path)
                                         : facts_.TrailOfField(message.extra, node.b);
    return value;
  }
  const FactId fact = facts_.Field(message.extra, node.b, false, value);
  Read(fact);
  if (!is_known) return UnknownAt(fact);
  if (value.kind == Datum::Kind::kFieldList) {
    value.extra = field.path != kNoIndex ? facts_.TrailOfPath(field.path)
                                         : facts_.TrailOfField(message.extra, node.b);
  } else if (value.kind == Datum::Kind::kString && !Work(TextSteps(value.string()))) {
    return Datum::Open();
  }
  return value;
}

Datum ProgramEvaluator::Has(const ProgramNode& node) {
  const Datum message = Visit(node.a);
  if (!message.is_known()) return message;
  const ProgramField& field = program_->field(node.b);
  const bool is_known = IsKnown(message.message, field, true);
  const Datum value =
      is_known ? Datum::Bool(IsFieldSet(message.message, *field.field, field.bit)) : Datum::Open();
  const FactId fact = facts_.Field(message.extra, node.b, true, value);
  Read(fact);
  return is_known ? value : UnknownAt(fact);
}

// ---- Functions

Datum ProgramEvaluator::Call(const ProgramNode& node) {
  const ProgramCall& call = program_->call(node.a);
  Datum args[kMostArguments];
  if (call.count > kMostArguments) return Datum::Open();
  Datum missing = Datum::Bool(true);  // until one is
  for (int32_t i = 0; i < call.count; ++i) {
    args[i] = Visit(program_->argument(call.first + i).node);
    if (!args[i].is_known()) missing = Either(missing, args[i]);
  }
  if (!missing.is_known()) return missing;
  if (!Work(16)) return Datum::Open();
  const absl::Span<const Datum> given(args, static_cast<size_t>(call.count));
  const Datum value = Held(host_->Call(call, given));
  Read(facts_.Call(call, given, value));
  return value;
}

}  // namespace changepolicy
