// Operators, times and lists.
#include <algorithm>

#include "libchangepolicy/cel/time_part.h"
#include "libchangepolicy/cel/utf8.h"
#include "libchangepolicy/program/evaluator.h"

namespace changepolicy {
namespace {

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

bool Holds(Op relation, double a, double b) {
  switch (relation) {
    case Op::kEqual:
      return a == b;
    case Op::kNotEqual:
      return a != b;
    case Op::kLess:
      return a < b;
    case Op::kLessEqual:
      return a <= b;
    case Op::kGreater:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

// Parts of something that are not known. Their names are put together when all are there: one after
// the other, as many parts as a list has elements would take the square of that.
class ProgramEvaluator::Missing {
 public:
  void Add(const Datum& part, flat::Arena* arena) {
    any_ = true;
    if (!part.is_unknown()) {
      is_error_ = true;
    } else if (parts_.empty() || parts_[parts_.size() - 1] != part.names) {
      parts_.Add(part.names, arena);
    }
  }
  void ForgetUnknowns() { parts_.Clear(); }

  bool any() const { return any_; }
  // Some part is open, and only the plain evaluator says why.
  bool is_error() const { return is_error_; }
  // What the unknown ones depend on.
  const flat::Repeated<const flat::Repeated<std::string_view>*>& parts() const { return parts_; }

 private:
  flat::Repeated<const flat::Repeated<std::string_view>*> parts_;
  bool any_ = false;
  bool is_error_ = false;
};

Datum ProgramEvaluator::WhyOpen(const Missing& missing) {
  if (missing.is_error()) return Datum::Open();
  if (missing.parts().size() == 1) return Datum::Unknown(missing.parts()[0]);
  auto* const names = arena_->New<flat::Repeated<std::string_view>>();
  for (const auto* const part : missing.parts()) {
    if (!Work(static_cast<uint32_t>(part->size()))) return Datum::Open();
    for (const std::string_view name : *part) names->Add(name, arena_);
  }
  std::sort(names->begin(), names->end());
  names->Truncate(static_cast<int>(std::unique(names->begin(), names->end()) - names->begin()));
  return Datum::Unknown(names);
}

// What decides ends the walk; what is open does not.
Datum ProgramEvaluator::Logic(const Instruction& node, bool decisive) {
  Missing missing;
  for (int32_t i = node.a; i < node.a + node.b; ++i) {
    const Datum value = Visit(program_->operand(i));
    if (!value.is_known()) {
      missing.Add(value, arena_);
    } else if (value.is_true() == decisive) {
      return value;
    }
  }
  return missing.any() ? WhyOpen(missing) : Datum::Bool(!decisive);
}

Datum ProgramEvaluator::Comparison(const Instruction& node) {
  const Datum a = Visit(node.a);
  const Datum b = Visit(node.b);
  if (!a.is_known() || !b.is_known()) return Either(a, b);
  if (a.kind() == Datum::Kind::kString && b.kind() == Datum::Kind::kString &&
      !Work(TextSteps(a.string()) + TextSteps(b.string()))) {
    return Datum::Open();
  }
  if (node.d != 0) Meet(node.d, a, b);
  if (a.kind() == Datum::Kind::kDouble && node.op != Op::kIn) {
    return Datum::Bool(Holds(node.op, a.real(), b.real()));
  }
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
      return Contains(a.string(), b.string());
    default:
      return Arithmetic(node, a, b);
  }
}

// Each place of one text may be compared with all of the other.
Datum ProgramEvaluator::Contains(std::string_view text, std::string_view part) {
  const uint64_t steps = uint64_t{TextSteps(text)} * TextSteps(part);
  if (!Work(static_cast<uint32_t>(std::min<uint64_t>(steps, kMostSteps + 1)))) {
    return Datum::Open();
  }
  // An empty text may be at no address.
  if (part.size() > text.size()) return Datum::Bool(false);
  return Datum::Bool(cel::FindText(text, part) != std::string_view::npos);
}

// Both sides meet when `now` has moved by -(left - right) / coefficient.
void ProgramEvaluator::Meet(int32_t coefficient, const Datum& left, const Datum& right) {
  const absl::Duration apart = left.kind() == Datum::Kind::kTimestamp
                                   ? left.time() - right.time()
                                   : left.duration() - right.duration();
  const absl::Time meet = now_ - apart / coefficient;
  if (meet > now_) host_->Meet(meet);
  // Equal now: a strict comparison turns right after.
  if (meet == now_) host_->Meet(now_ + absl::Nanoseconds(1));
}

Datum ProgramEvaluator::TimePart(const Instruction& node) {
  const Datum time = Visit(node.a);
  if (!time.is_known()) return time;
  const auto part = static_cast<cel::TimePart>(node.b);
  return Datum::Int(time.kind() == Datum::Kind::kDuration
                        ? cel::PartOf(time.duration(), part)
                        : cel::PartOf(program_->zone(node.c).At(time.time()), part));
}

Datum ProgramEvaluator::In(const Datum& element, const Datum& list) {
  const uint32_t size = SizeOfList(list);
  for (uint32_t i = 0; i < size; ++i) {
    if (!Work(1)) return Datum::Open();
    if (IsEqual(element, ElementOfList(list, i))) return Datum::Bool(true);
  }
  return Datum::Bool(false);
}

Datum ProgramEvaluator::Arithmetic(const Instruction& node, const Datum& a, const Datum& b) {
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
  if (a.kind() == Datum::Kind::kTimestamp && b.kind() == Datum::Kind::kTimestamp) {
    const absl::Duration apart = a.time() - b.time();
    return IsSafe(apart) ? Datum::Of(apart) : Abandon();
  }
  if (!IsSafe(b.duration())) return Abandon();
  if (a.kind() == Datum::Kind::kTimestamp) {
    const absl::Time time = minus ? a.time() - b.duration() : a.time() + b.duration();
    return IsSafe(time) ? Datum::Of(time) : Abandon();
  }
  const absl::Duration sum = minus ? a.duration() - b.duration() : a.duration() + b.duration();
  return IsSafe(a.duration()) && IsSafe(sum) ? Datum::Of(sum) : Abandon();
}

// ---- Lists

uint32_t ProgramEvaluator::TrailOfElements(const Datum& list) {
  const bool messages = list.kind() == Datum::Kind::kFieldList &&
                        list.storage() == Datum::Storage::kMessage && SizeOfList(list) > 0;
  return messages ? facts_.TrailOfElements(list.extra(), SizeOfList(list)) : 0;
}

Datum ProgramEvaluator::Element(const Datum& list, uint32_t first_trail, uint32_t index) const {
  Datum element = ElementOfList(list, index);
  if (list.kind() == Datum::Kind::kFieldList && element.kind() == Datum::Kind::kMessage) {
    element.set_extra(first_trail + index);
  }
  return element;
}

Datum ProgramEvaluator::Index(const Instruction& node) {
  const Datum list = Visit(node.a);
  const Datum place = Visit(node.b);
  if (!list.is_known() || !place.is_known()) return Either(list, place);
  if (place.number < 0 || place.number >= SizeOfList(list)) {
    return node.op == Op::kIndexIf ? Datum::None() : Datum::Open();  // an error
  }
  return Element(list, TrailOfElements(list), static_cast<uint32_t>(place.number));
}

Datum ProgramEvaluator::ValueAt(const Instruction& node) {
  const Datum map = Visit(node.a);
  const Datum key = Visit(node.b);
  if (!map.is_known() || !key.is_known()) return Either(map, key);
  uint32_t first = 0;
  for (uint32_t count = map.extra(); count > 0;) {
    const uint32_t half = count / 2;
    const Datum& there = map.list[2 * size_t{first + half}];
    const bool is_text = there.kind() == Datum::Kind::kString;
    if (!Work(1 + (is_text ? TextSteps(there.string()) : 0))) return Datum::Open();
    const int order = Compare(there, key);
    if (order == 0) return map.list[2 * size_t{first + half} + 1];
    if (order < 0) first += half + 1;
    count = order < 0 ? count - half - 1 : half;
  }
  return node.op == Op::kValueAtIf ? Datum::None() : Datum::Open();  // an error
}

// What is unknown hangs on the condition alone, whatever the value would read.
Datum ProgramEvaluator::OnlyIf(const Instruction& node) {
  const Datum condition = Visit(node.a);
  if (!condition.is_known()) return condition;
  return condition.is_true() ? Visit(node.b) : Datum::None();
}

Datum ProgramEvaluator::HasValue(const Instruction& node) {
  const Datum optional = Visit(node.a);
  return optional.is_known() ? Datum::Bool(optional.kind() != Datum::Kind::kNone) : optional;
}

Datum ProgramEvaluator::Unwrapped(const Instruction& node) {
  const Datum optional = Visit(node.a);
  return optional.kind() == Datum::Kind::kNone ? Datum::Open() : optional;  // an error
}

Datum ProgramEvaluator::OrElse(const Instruction& node) {
  const Datum optional = Visit(node.a);
  if (optional.is_unknown() && exploring_) Visit(node.b);
  return optional.kind() == Datum::Kind::kNone ? Visit(node.b) : optional;
}

// The value is looked at whether or not anything is made of it.
Datum ProgramEvaluator::Bind(const Instruction& node) {
  const Datum value = Visit(node.a);
  locals_[static_cast<size_t>(node.c)] = value;
  return Visit(node.b);
}

void ProgramEvaluator::SetElement(const Instruction& node, const Datum& element, uint32_t place) {
  const auto slot = static_cast<size_t>(node.c);
  locals_[slot] = element;
  locals_[slot + 1] = Datum::Int(place);
}

// An exploration looks at what is read of each element.
Datum ProgramEvaluator::OfUnknownList(const Instruction& node, const Datum& list) {
  if (exploring_) {
    const auto slot = static_cast<size_t>(node.c);
    locals_[slot] = locals_[slot + 1] = list;
    Visit(node.b);
  }
  return list;
}

// What decides ends the walk; what is open does not.
Datum ProgramEvaluator::Quantifier(const Instruction& node) {
  const Datum list = Visit(node.a);
  if (!list.is_known()) return OfUnknownList(node, list);
  const uint32_t size = SizeOfList(list);
  const uint32_t trail = TrailOfElements(list);
  Missing missing;
  int64_t found = 0;
  for (uint32_t i = 0; i < size; ++i) {
    SetElement(node, Element(list, trail, i), i);
    const Datum holds = Visit(node.b);
    if (!holds.is_known()) {
      // Of exists_one the language's expansion keeps only why the last one is not known.
      if (node.op == Op::kExistsOne && holds.is_unknown()) missing.ForgetUnknowns();
      missing.Add(holds, arena_);
    } else if (holds.is_true()) {
      if (node.op == Op::kExists) return holds;
      ++found;
    } else if (node.op == Op::kAll) {
      return holds;
    }
  }
  if (missing.any()) return WhyOpen(missing);
  if (node.op == Op::kExistsOne) return Datum::Bool(found == 1);
  return Datum::Bool(node.op == Op::kAll);
}

Datum ProgramEvaluator::Gather(const Instruction& node) {
  const Datum list = Visit(node.a);
  if (!list.is_known()) return OfUnknownList(node, list);
  const uint32_t size = SizeOfList(list);
  const uint32_t trail = TrailOfElements(list);
  if (!Work(size)) return Datum::Open();
  auto* const gathered = static_cast<Datum*>(arena_->Allocate(size * sizeof(Datum)));
  uint32_t count = 0;
  Missing missing;
  for (uint32_t i = 0; i < size; ++i) {
    const Datum element = Element(list, trail, i);
    SetElement(node, element, i);
    const Datum value = Visit(node.b);
    if (!value.is_known()) {
      missing.Add(value, arena_);
    } else if (node.op == Op::kMap) {
      if (value.kind() != Datum::Kind::kBeyond) gathered[count++] = value;
    } else if (value.is_true()) {
      gathered[count++] = element;
    }
  }
  return missing.any() ? WhyOpen(missing) : Datum::List(gathered, count);
}

Datum ProgramEvaluator::ListOf(const Instruction& node) {
  const auto size = static_cast<uint32_t>(node.b);
  auto* const elements = static_cast<Datum*>(arena_->Allocate(size * sizeof(Datum)));
  Missing missing;
  for (uint32_t i = 0; i < size; ++i) {
    elements[i] = Visit(program_->argument(node.a + static_cast<int32_t>(i)).node);
    if (!elements[i].is_known()) missing.Add(elements[i], arena_);
  }
  return missing.any() ? WhyOpen(missing) : Datum::List(elements, size);
}

}  // namespace changepolicy
