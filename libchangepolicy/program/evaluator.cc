#include "libchangepolicy/program/evaluator.h"

#include <algorithm>
#include <utility>

#include "absl/time/civil_time.h"
#include "libchangepolicy/cel/utf8.h"
#include "libchangepolicy/program/field_access.h"

namespace changepolicy {
namespace {

// A step for each 64 bytes that are looked at.
uint32_t TextSteps(std::string_view text) { return static_cast<uint32_t>(text.size() / 64); }

// Results beyond these are left to the plain evaluator, which knows the exact limits.
constexpr int64_t kFirstYears = -30'000'000'000;  // well before 1066
constexpr int64_t kLastYears = 200'000'000'000;   // well before 9999
constexpr int64_t kLongDuration = 8'000'000'000;  // some 250 years

bool IsSafe(absl::Time time) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  return seconds > kFirstYears && seconds < kLastYears;
}

bool IsSafe(absl::Duration duration) {
  return absl::AbsDuration(duration) < absl::Seconds(kLongDuration);
}

// As the specification counts them ("Timestamps and durations"): months, days of the month and of
// the year from 0, days of the week from Sunday.
Datum PartOf(const Datum& time, TimePart part) {
  if (time.kind == Datum::Kind::kDuration) {
    const absl::Duration duration = time.duration();
    switch (part) {
      case TimePart::kHours:
        return Datum::Int(absl::ToInt64Hours(duration));
      case TimePart::kMinutes:
        return Datum::Int(absl::ToInt64Minutes(duration));
      case TimePart::kSeconds:
        return Datum::Int(absl::ToInt64Seconds(duration));
      case TimePart::kMilliseconds:
        return Datum::Int(absl::ToInt64Milliseconds(duration) % 1000);
      default:
        return Datum::Open();
    }
  }
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixSeconds(time.number), absl::UTCTimeZone());
  switch (part) {
    case TimePart::kYear:
      return Datum::Int(civil.year());
    case TimePart::kMonth:
      return Datum::Int(civil.month() - 1);
    case TimePart::kDate:
      return Datum::Int(civil.day());
    case TimePart::kDayOfMonth:
      return Datum::Int(civil.day() - 1);
    case TimePart::kDayOfWeek:
      return Datum::Int((static_cast<int64_t>(absl::GetWeekday(civil)) + 1) % 7);
    case TimePart::kDayOfYear:
      return Datum::Int(absl::GetYearDay(absl::CivilDay(civil)) - 1);
    case TimePart::kHours:
      return Datum::Int(civil.hour());
    case TimePart::kMinutes:
      return Datum::Int(civil.minute());
    case TimePart::kSeconds:
      return Datum::Int(civil.second());
    case TimePart::kMilliseconds:
      return Datum::Int(time.extra / 1'000'000);
  }
  return Datum::Open();
}

}  // namespace

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

void ProgramEvaluator::SetMessage(ProgramVariable variable, std::string_view name,
                                  const void* message) {
  const int32_t path = program_->FindPath(name);
  // No expression mentions it.
  if (path == kNoIndex) return;
  Set(variable, Datum::Message(message, facts_.TrailOfPath(path)));
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
  facts_.Sort(reads, first);
  return value;
}

void ProgramEvaluator::Read(FactId fact) {
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

// ---- Nodes

Datum ProgramEvaluator::Visit(NodeIndex index) {
  const ProgramNode& node = program_->node(index);
  if (!Work(1)) return Datum::Open();
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
      if (!condition.is_known()) return condition;
      return Visit(condition.is_true() ? node.b : node.c);
    }
    case Op::kTextSize: {
      const Datum text = Visit(node.a);
      if (!text.is_known() || !Work(TextSteps(text.string()))) return Datum::Open();
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
  Datum value = IsKnown(message.message, field, false)
                    ? ReadField(message.message, *field.field, field.form, field.storage)
                    : Datum::Open();
  // A message is no fact, unless that it cannot be known.
  if (field.form == FieldForm::kMessage && value.is_known()) {
    value.extra = field.path != kNoIndex ? facts_.TrailOfPath(field.path)
                                         : facts_.TrailOfField(message.extra, node.b);
    return value;
  }
  Read(facts_.Field(message.extra, node.b, false, value));
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
  const Datum value = IsKnown(message.message, field, true)
                          ? Datum::Bool(IsFieldSet(message.message, *field.field, field.bit))
                          : Datum::Open();
  Read(facts_.Field(message.extra, node.b, true, value));
  return value;
}

// ---- Operators

Datum ProgramEvaluator::Logic(const ProgramNode& node, bool decisive) {
  const Datum left = Visit(node.a);
  if (left.is_known() && left.is_true() == decisive) return left;
  const Datum right = Visit(node.b);
  if (right.is_known() && right.is_true() == decisive) return right;
  return left.is_known() && right.is_known() ? Datum::Bool(!decisive) : Datum::Open();
}

Datum ProgramEvaluator::Comparison(const ProgramNode& node) {
  const Datum a = Visit(node.a);
  const Datum b = Visit(node.b);
  if (!a.is_known() || !b.is_known()) return Datum::Open();
  if (a.kind == Datum::Kind::kString && b.kind == Datum::Kind::kString &&
      !Work(TextSteps(a.string()) + TextSteps(b.string()))) {
    return Datum::Open();
  }
  if (node.now_coefficient != 0) Meet(node, a, b);
  switch (node.op) {
    case Op::kEqual:
      return Datum::Bool(Compare(a, b) == 0);
    case Op::kNotEqual:
      return Datum::Bool(Compare(a, b) != 0);
    case Op::kLess:
      return Datum::Bool(Compare(a, b) < 0);
    case Op::kLessEqual:
      return Datum::Bool(Compare(a, b) <= 0);
    case Op::kGreater:
      return Datum::Bool(Compare(a, b) > 0);
    case Op::kGreaterEqual:
      return Datum::Bool(Compare(a, b) >= 0);
    case Op::kIn:
      return In(a, b);
    case Op::kStartsWith:
      return Datum::Bool(a.string().starts_with(b.string()));
    case Op::kEndsWith:
      return Datum::Bool(a.string().ends_with(b.string()));
    case Op::kContains:
      return Datum::Bool(a.string().find(b.string()) != std::string_view::npos);
    case Op::kTimePart:
      return PartOf(a, static_cast<TimePart>(b.number));
    default:
      return Arithmetic(node, a, b);
  }
}

// Both sides meet when `now` has moved by -(left - right) / coefficient.
void ProgramEvaluator::Meet(const ProgramNode& node, const Datum& left, const Datum& right) {
  const absl::Duration apart = left.kind == Datum::Kind::kTimestamp
                                   ? left.time() - right.time()
                                   : left.duration() - right.duration();
  const absl::Time meet = now_ - apart / node.now_coefficient;
  if (meet > now_) host_->Meet(meet);
  // Equal now: a strict comparison turns right after.
  if (meet == now_) host_->Meet(now_ + absl::Nanoseconds(1));
}

Datum ProgramEvaluator::In(const Datum& element, const Datum& list) {
  const uint32_t size = SizeOfList(list);
  for (uint32_t i = 0; i < size; ++i) {
    if (!Work(1)) return Datum::Open();
    if (Compare(element, ElementOfList(list, i)) == 0) return Datum::Bool(true);
  }
  return Datum::Bool(false);
}

Datum ProgramEvaluator::Arithmetic(const ProgramNode& node, const Datum& a, const Datum& b) const {
  int64_t number = 0;
  switch (node.op) {
    case Op::kAddInt:
      return __builtin_add_overflow(a.number, b.number, &number) ? Datum::Open()
                                                                 : Datum::Int(number);
    case Op::kSubtractInt:
      return __builtin_sub_overflow(a.number, b.number, &number) ? Datum::Open()
                                                                 : Datum::Int(number);
    default:
      break;
  }
  const bool minus = node.op == Op::kSubtractTime;
  if (a.kind == Datum::Kind::kTimestamp && b.kind == Datum::Kind::kTimestamp) {
    const absl::Duration apart = a.time() - b.time();
    return IsSafe(apart) ? Datum::Of(apart) : Datum::Open();
  }
  if (!IsSafe(b.duration())) return Datum::Open();
  if (a.kind == Datum::Kind::kTimestamp) {
    const absl::Time time = minus ? a.time() - b.duration() : a.time() + b.duration();
    return IsSafe(time) ? Datum::Of(time) : Datum::Open();
  }
  const absl::Duration sum = minus ? a.duration() - b.duration() : a.duration() + b.duration();
  return IsSafe(a.duration()) && IsSafe(sum) ? Datum::Of(sum) : Datum::Open();
}

// ---- Lists

uint32_t ProgramEvaluator::TrailOfElements(const Datum& list) {
  const bool messages = list.kind == Datum::Kind::kFieldList &&
                        list.storage == Datum::Storage::kMessage && SizeOfList(list) > 0;
  return messages ? facts_.TrailOfElements(list.extra, SizeOfList(list)) : 0;
}

Datum ProgramEvaluator::Element(const Datum& list, uint32_t first_trail, uint32_t index) const {
  Datum element = ElementOfList(list, index);
  if (list.kind == Datum::Kind::kFieldList && element.kind == Datum::Kind::kMessage) {
    element.extra = first_trail + index;
  }
  return element;
}

// What decides ends the walk; what is open does not.
Datum ProgramEvaluator::Quantifier(const ProgramNode& node) {
  const Datum list = Visit(node.a);
  if (!list.is_known()) return list;
  const uint32_t size = SizeOfList(list);
  const uint32_t trail = TrailOfElements(list);
  bool open = false;
  int64_t found = 0;
  for (uint32_t i = 0; i < size; ++i) {
    locals_[static_cast<size_t>(node.c)] = Element(list, trail, i);
    const Datum holds = Visit(node.b);
    if (!holds.is_known()) {
      open = true;
    } else if (holds.is_true()) {
      if (node.op == Op::kExists) return holds;
      ++found;
    } else if (node.op == Op::kAll) {
      return holds;
    }
  }
  if (open) return Datum::Open();
  if (node.op == Op::kExistsOne) return Datum::Bool(found == 1);
  return Datum::Bool(node.op == Op::kAll);
}

Datum ProgramEvaluator::Gather(const ProgramNode& node) {
  const Datum list = Visit(node.a);
  if (!list.is_known()) return list;
  const uint32_t size = SizeOfList(list);
  const uint32_t trail = TrailOfElements(list);
  if (!Work(size)) return Datum::Open();
  auto* const gathered = static_cast<Datum*>(arena_->Allocate(size * sizeof(Datum)));
  uint32_t count = 0;
  bool open = false;
  for (uint32_t i = 0; i < size; ++i) {
    const Datum element = Element(list, trail, i);
    locals_[static_cast<size_t>(node.c)] = element;
    const Datum value = Visit(node.b);
    if (!value.is_known()) {
      open = true;
    } else if (node.op == Op::kMap) {
      gathered[count++] = value;
    } else if (value.is_true()) {
      gathered[count++] = element;
    }
  }
  return open ? Datum::Open() : Datum::List(gathered, count);
}

Datum ProgramEvaluator::ListOf(const ProgramNode& node) {
  const auto size = static_cast<uint32_t>(node.b);
  auto* const elements = static_cast<Datum*>(arena_->Allocate(size * sizeof(Datum)));
  bool open = false;
  for (uint32_t i = 0; i < size; ++i) {
    elements[i] = Visit(program_->argument(node.a + static_cast<int32_t>(i)).node);
    open |= !elements[i].is_known();
  }
  return open ? Datum::Open() : Datum::List(elements, size);
}

// ---- Functions

Datum ProgramEvaluator::Call(const ProgramNode& node) {
  constexpr int32_t kMostArguments = 4;
  const ProgramCall& call = program_->call(node.a);
  Datum args[kMostArguments];
  bool open = call.count > kMostArguments;
  for (int32_t i = 0; i < call.count && i < kMostArguments; ++i) {
    args[i] = Visit(program_->argument(call.first + i).node);
    open |= !args[i].is_known();
  }
  if (open || !Work(16)) return Datum::Open();
  const absl::Span<const Datum> given(args, static_cast<size_t>(call.count));
  const Datum value = host_->Call(call, given);
  Read(facts_.Call(call, given, value));
  return value;
}

}  // namespace changepolicy
