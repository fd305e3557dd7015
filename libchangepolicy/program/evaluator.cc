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
  kept_others_.clear();
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

Datum ProgramEvaluator::Evaluate(const ProgramExpression& expression, FactReads* reads) {
  reads->Clear();
  if (expression.root == kNoIndex) return Datum::Open();
  steps_ = 0;
  bits_ = &reads->bits;
  others_ = &reads->others;
  list_ = ++lists_;
  if (expression.needs != kNoIndex) Supply(program_->needs(expression.needs));
  const Datum value = Visit(expression.root);
  return is_abandoned() ? Datum::Open() : value;
}

void ProgramEvaluator::Read(FactId fact, int32_t path, bool test) {
  if (exploring_) return;
  const int32_t bit = path == kNoIndex ? kNoIndex : program_->path(path).bit;
  if (bit != kNoIndex) return bits_->Add(static_cast<uint32_t>(bit), test);
  ReadOther(fact);
}

void ProgramEvaluator::ReadOther(FactId fact) {
  if (listed_in_.size() <= fact) listed_in_.resize(std::max<size_t>(fact + 1, 64), 0);
  if (listed_in_[fact] == list_ && !facts_.IsTested(fact)) return;
  listed_in_[fact] = list_;
  others_->push_back(fact);
}

void ProgramEvaluator::Supply(const ProgramNeeds& needs) {
  for (const int32_t definition : needs.definitions) Definition(definition);
  for (const int32_t fact : needs.facts) {
    const ProgramFact& declared = program_->fact(fact);
    const int32_t path = is_change_ ? declared.change_path : declared.release_path;
    const Datum value = Variable(static_cast<int32_t>(ProgramVariable::kCount) + fact);
    Read(facts_.Declared(path, value), path, false);
  }
}

Datum ProgramEvaluator::Peek(NodeIndex node) {
  steps_ = 0;
  peeked_.others.clear();
  bits_ = &peeked_.bits;
  others_ = &peeked_.others;
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

// What was kept: the value, and what it read for the reader's list.
Datum ProgramEvaluator::Recall(const Memo& memo) {
  bits_->Add(memo.bits);
  for (uint32_t i = 0; i < memo.others; ++i) ReadOther(kept_others_[memo.first_other + i]);
  return memo.value;
}

// The value, and what it read, for the reader's list and for later ones.
template <typename Body>
Datum ProgramEvaluator::Keep(Memo* memo, Body body) {
  const uint64_t outer_list = std::exchange(list_, ++lists_);
  FactBits* const outer = std::exchange(bits_, &memo->bits);
  memo->bits = {};
  const size_t first = others_->size();
  const Datum value = body();
  bits_ = outer;
  list_ = outer_list;
  // Nothing to keep: another expression may get further.
  if (is_abandoned()) return value;
  memo->first_other = static_cast<uint32_t>(kept_others_.size());
  memo->others = static_cast<uint32_t>(others_->size() - first);
  if (memo->others != 0) {
    kept_others_.insert(kept_others_.end(), others_->begin() + static_cast<std::ptrdiff_t>(first),
                        others_->end());
    others_->resize(first);
  }
  memo->value = value;
  memo->generation = generation_;
  return Recall(*memo);
}

Datum ProgramEvaluator::Definition(int32_t index) {
  Memo& memo = definitions_[static_cast<size_t>(index)];
  if (memo.generation == generation_) return Recall(memo);
  return Keep(&memo, [&] {
    const ProgramExpression& expression = program_->definition(index).expression;
    if (expression.needs != kNoIndex) Supply(program_->needs(expression.needs));
    return Visit(expression.root);
  });
}

// ---- What is unknown

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
  std::sort(open->begin(), open->end());
  open->erase(std::unique(open->begin(), open->end()), open->end());
  return is_explored_ && !is_abandoned();
}

// What unknowns a part met no longer matters once its value is known.
Datum ProgramEvaluator::VisitExploring(const Instruction& node) {
  const size_t before = open_->size();
  const Memo* const memo =
      node.memo == kNoIndex ? nullptr : &memos_[static_cast<size_t>(node.memo)];
  const bool is_kept = memo != nullptr && memo->generation == generation_ && memo->value.is_known();
  const Datum value = is_kept ? memo->value : Compute(node);
  if (value.is_known()) {
    open_->resize(before);
  } else if (value.is_unknown()) {
    if (!Work(static_cast<uint32_t>(value.names->size()))) return Datum::Open();
    open_->insert(open_->end(), value.names->begin(), value.names->end());
  } else {
    is_explored_ = false;
  }
  return value;
}

// ---- Nodes

// An attribute that was read before, which half of all nodes are, is not worth a call.
Datum ProgramEvaluator::Visit(NodeIndex index) {
  const Instruction& node = program_->instruction(index);
  if (node.op == Op::kFieldAt && !exploring_) {
    const Datum* const known = facts_.Known(node.b, false);
    if (known != nullptr && known->kind() == Datum::Kind::kMessage) return *known;
    if (known != nullptr && node.c != kNoIndex && known->kind() != Datum::Kind::kString) {
      bits_->Add(static_cast<uint32_t>(node.c), false);
      return *known;
    }
  }
  return VisitOther(node);
}

// Each way on from here and from Compute is a call at the end, so that nothing is saved and
// restored for what is short.
Datum ProgramEvaluator::VisitOther(const Instruction& node) {
  if (!Work(1)) return Datum::Open();
  if (exploring_) return VisitExploring(node);
  return node.memo == kNoIndex ? Compute(node) : VisitKept(node);
}

Datum ProgramEvaluator::VisitKept(const Instruction& node) {
  Memo& memo = memos_[static_cast<size_t>(node.memo)];
  if (memo.generation == generation_) return Recall(memo);
  return Keep(&memo, [&] { return Compute(node); });
}

Datum ProgramEvaluator::Compute(const Instruction& node) {
  switch (node.op) {
    case Op::kConstant:
      return program_->constant(node.a);
    case Op::kVariable:
      return Variable(node.a);
    case Op::kDefinition:
      return KeptDefinition(node.a);
    case Op::kLocal:
      return locals_[static_cast<size_t>(node.a)];
    case Op::kFieldAt:
      return Attribute(node);
    case Op::kField:
      return Field(node.a, node.b);
    case Op::kHas:
      return Has(node.a, node.b);
    case Op::kAllOf:
      return Logic(node, false);
    case Op::kAnyOf:
      return Logic(node, true);
    case Op::kNumberIs:
      return NumberIs(node);
    case Op::kNumberIn:
      return NumberIn(node);
    case Op::kTextIs:
      return TextIs(node);
    case Op::kNot:
      return Not(node);
    case Op::kIf:
      return If(node);
    case Op::kTextSize:
    case Op::kListSize:
      return Size(node);
    case Op::kTimePart:
      return TimePart(node);
    case Op::kExists:
    case Op::kAll:
    case Op::kExistsOne:
      return Quantifier(node);
    case Op::kFilter:
    case Op::kMap:
      return Gather(node);
    case Op::kListOf:
      return ListOf(node);
    case Op::kBind:
      return Bind(node);
    case Op::kIndex:
    case Op::kIndexIf:
      return Index(node);
    case Op::kValueAt:
    case Op::kValueAtIf:
      return ValueAt(node);
    case Op::kOnlyIf:
      return OnlyIf(node);
    case Op::kHasValue:
      return HasValue(node);
    case Op::kValueOf:
      return Unwrapped(node);
    case Op::kOrElse:
      return OrElse(node);
    case Op::kMatches:
      return Matches(node);
    case Op::kCall:
      return Call(node);
    case Op::kApply:
      return Apply(node);
    default:
      return Comparison(node);
  }
}

// What it read was told before, with the expression that names it.
Datum ProgramEvaluator::KeptDefinition(int32_t index) {
  const Memo& memo = definitions_[static_cast<size_t>(index)];
  return memo.generation == generation_ ? memo.value : Definition(index);
}

Datum ProgramEvaluator::NumberIs(const Instruction& node) {
  const Datum value = Visit(node.a);
  if (!value.is_known()) return value;
  const int64_t other = program_->constant(node.b).number;
  const int32_t relation = value.number < other   ? kIfLess
                           : value.number > other ? kIfGreater
                                                  : kIfEqual;
  return Datum::Bool((node.c & relation) != 0);
}

Datum ProgramEvaluator::NumberIn(const Instruction& node) {
  const Datum value = Visit(node.a);
  if (!value.is_known()) return value;
  return Datum::Bool(value.number >= 0 && value.number < 64 &&
                     (program_->numbers(node.b) >> value.number & 1) != 0);
}

Datum ProgramEvaluator::TextIs(const Instruction& node) {
  const Datum text = Visit(node.a);
  if (!text.is_known()) return text;
  const std::string_view other = program_->constant(node.b).string();
  if (!Work(TextSteps(text.string()) + TextSteps(other))) return Datum::Open();
  return Datum::Bool(text.string() == other);
}

Datum ProgramEvaluator::Not(const Instruction& node) {
  const Datum value = Visit(node.a);
  return value.is_known() ? Datum::Bool(!value.is_true()) : value;
}

Datum ProgramEvaluator::If(const Instruction& node) {
  const Datum condition = Visit(node.a);
  if (condition.is_known()) return Visit(condition.is_true() ? node.b : node.c);
  if (exploring_) {
    Visit(node.b);
    Visit(node.c);
  }
  return condition;
}

Datum ProgramEvaluator::Size(const Instruction& node) {
  const Datum value = Visit(node.a);
  if (!value.is_known()) return value;
  if (node.op == Op::kListSize) return Datum::Int(SizeOfList(value));
  if (!Work(TextSteps(value.string()))) return Datum::Open();
  return Datum::Int(static_cast<int64_t>(cel::CountCodePoints(value.string())));
}

// ---- Facts

inline bool ProgramEvaluator::IsKnown(const void* message, const ProgramField& field,
                                      bool test) const {
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

// Found where it was read before.
Datum ProgramEvaluator::Attribute(const Instruction& node) {
  const Datum* const known = facts_.Known(node.b, false);
  if (known == nullptr) return FirstRead(node);
  if (known->kind() == Datum::Kind::kMessage) return *known;
  Read(facts_.IdOf(node.b, false), node.b, false);
  if (known->kind() == Datum::Kind::kString && !Work(TextSteps(known->string()))) {
    return Datum::Open();
  }
  return *known;
}

Datum ProgramEvaluator::FirstRead(const Instruction& node) {
  const Datum message = Visit(node.a);
  if (!message.is_known()) return message;
  const ProgramField& field = program_->field(node.d);
  const bool is_known = IsKnown(message.message, field, false);
  Datum value = is_known ? ReadField(message.message, *field.field, field.form, field.storage)
                         : Datum::Open();
  if (value.kind() == Datum::Kind::kMessage || value.kind() == Datum::Kind::kFieldList) {
    value.set_extra(facts_.TrailOfPath(node.b));
  }
  const FactId fact = facts_.AddAtPath(node.b, false, node.d, value);
  // A message is no fact, unless that it cannot be known.
  if (value.kind() == Datum::Kind::kMessage) return value;
  if (node.c == kNoIndex) {
    Read(fact, node.b, false);
  } else if (!exploring_) {
    bits_->Add(static_cast<uint32_t>(node.c), false);
  }
  if (!is_known) return facts_.MakeUnknown(fact);
  if (value.kind() == Datum::Kind::kString && !Work(TextSteps(value.string())))
    return Datum::Open();
  return value;
}

// Of an element of a list, or of what is in one: all others have a path, and are attributes.
Datum ProgramEvaluator::Field(NodeIndex of, int32_t index) {
  const Datum message = Visit(of);
  if (!message.is_known()) return message;
  const ProgramField& field = program_->field(index);
  const bool is_known = IsKnown(message.message, field, false);
  Datum value = is_known ? ReadField(message.message, *field.field, field.form, field.storage)
                         : Datum::Open();
  if (value.kind() == Datum::Kind::kMessage || value.kind() == Datum::Kind::kFieldList) {
    value.set_extra(facts_.TrailOfField(message.extra(), index));
  }
  if (value.kind() == Datum::Kind::kMessage) return value;  // which is no fact
  const FactId fact = facts_.Field(message.extra(), index, false, value);
  Read(fact, kNoIndex, false);
  if (!is_known) return facts_.MakeUnknown(fact);
  if (value.kind() == Datum::Kind::kString && !Work(TextSteps(value.string()))) {
    return Datum::Open();
  }
  return value;
}

Datum ProgramEvaluator::Has(NodeIndex of, int32_t index) {
  const ProgramField& field = program_->field(index);
  const Datum* const known = field.path == kNoIndex ? nullptr : facts_.Known(field.path, true);
  if (known != nullptr) {
    Read(facts_.IdOf(field.path, true), field.path, true);
    return *known;
  }
  const Datum message = Visit(of);
  if (!message.is_known()) return message;
  const bool is_known = IsKnown(message.message, field, true);
  const Datum value =
      is_known ? Datum::Bool(IsFieldSet(message.message, *field.field, field.bit)) : Datum::Open();
  const FactId fact = facts_.Field(message.extra(), index, true, value);
  Read(fact, field.path, true);
  return is_known ? value : facts_.MakeUnknown(fact);
}

// ---- Functions

Datum ProgramEvaluator::Call(const Instruction& node) {
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
  Read(facts_.Call(node.a, given, value), call.path, false);
  return value;
}

}  // namespace changepolicy
