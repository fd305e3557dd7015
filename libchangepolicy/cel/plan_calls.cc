// Plans: operators and functions.
#include <algorithm>
#include <compare>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/plan_runner.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

bool IsNumber(Kind kind) {
  return kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kDouble;
}

bool IsText(Kind kind) { return kind == Kind::kString || kind == Kind::kBytes; }

// Of inline numbers.
Value NumberOf(const Cell& cell) {
  if (cell.Is(Kind::kInt)) return Value::Int(cell.integer);
  return cell.Is(Kind::kUint) ? Value::Uint(cell.natural) : Value::Double(cell.number);
}

template <typename T>
std::partial_ordering OrderOf(const T& a, const T& b) {
  return a < b    ? std::partial_ordering::less
         : a == b ? std::partial_ordering::equivalent
                  : std::partial_ordering::greater;
}

std::partial_ordering CompareCells(const Cell& a, const Cell& b) {
  if (a.kind != b.kind) return *cel::Compare(NumberOf(a), NumberOf(b));
  switch (a.kind) {
    case Kind::kBool:
      return a.boolean <=> b.boolean;
    case Kind::kInt:
      return a.integer <=> b.integer;
    case Kind::kUint:
      return a.natural <=> b.natural;
    case Kind::kDouble:
      return a.number <=> b.number;
    case Kind::kTimestamp:
      return OrderOf(a.timestamp(), b.timestamp());
    case Kind::kDuration:
      return OrderOf(a.duration(), b.duration());
    default:
      return *a.text <=> *b.text;
  }
}

bool AnyError(const Cell& a, const Cell& b) { return a.Is(Kind::kError) || b.Is(Kind::kError); }
// REQUIRES: one of them is an error.
Cell FirstError(const Cell& a, const Cell& b) { return a.Is(Kind::kError) ? a : b; }

}  // namespace

Cell PlanRunner::Compare(const Step& step) {
  const Cell a = Visit(*step.args[0]);
  const Cell b = Visit(*step.args[1]);
  if (AnyError(a, b)) return FirstError(a, b);
  // Not more than the plain evaluator, which pays a tenth of the shorter one.
  if (IsText(a.kind) && IsText(b.kind)) {
    const size_t both = a.text->size() + b.text->size();
    PayTexts(both);
    cost_ += 1 + both / 10;
  } else {
    cost_ += 1;
    if (!IsNumber(a.kind)) {
      if (IsText(a.kind)) PayTexts(a.text->size());
      if (IsText(b.kind)) PayTexts(b.text->size());
      if (a.Is(Kind::kList) || a.Is(Kind::kMap)) cost_ += SizeOf(a);
    }
  }
  return Cell::Bool(Equal(a, b) != step.flag);
}

bool PlanRunner::Equal(const Cell& a, const Cell& b) {
  if (!Charge(1)) return false;
  if (a.kind != b.kind) {
    return IsNumber(a.kind) && IsNumber(b.kind) && cel::Equal(NumberOf(a), NumberOf(b), *this);
  }
  switch (a.kind) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kTimestamp:
    case Kind::kDuration:
      return CompareCells(a, b) == 0;
    case Kind::kString:
    case Kind::kBytes:
      PayTexts(a.text->size());
      return *a.text == *b.text;
    case Kind::kType:
      if (IsPlainType(a.value) && IsPlainType(b.value)) return a.value == b.value;
      break;
    case Kind::kList: {
      const size_t size = SizeOf(a);
      if (size != SizeOf(b)) return false;
      for (size_t i = 0; i < size && !gave_up_; ++i) {
        if (!Equal(ElementAt(a, i), ElementAt(b, i))) return false;
      }
      return true;
    }
    case Kind::kError:
      return false;
    default:
      break;
  }
  return cel::Equal(Owned(a), Owned(b), *this);
}

Cell PlanRunner::Order(const Step& step) {
  const Cell args[] = {Visit(*step.args[0]), Visit(*step.args[1])};
  const auto& [a, b] = args;
  if (AnyError(a, b)) return FirstError(a, b);
  const bool same = a.kind == b.kind && (step.kinds & KindBit(a.kind)) != 0;
  if (!same && !(step.mixed && IsNumber(a.kind) && IsNumber(b.kind))) return Apply(step, args);
  cost_ += 1;
  if (IsText(a.kind)) {
    const size_t both = a.text->size() + b.text->size();
    PayTexts(both);
    cost_ += both / 10;
  }
  const std::partial_ordering order = CompareCells(a, b);
  return Cell::Bool((step.or_equal && order == 0) || (step.flag ? order < 0 : order > 0));
}

namespace {

template <typename Int>
bool Calculate(char symbol, Int a, Int b, Int* result) {
  switch (symbol) {
    case '+':
      return !__builtin_add_overflow(a, b, result);
    case '-':
      return !__builtin_sub_overflow(a, b, result);
    case '*':
      return !__builtin_mul_overflow(a, b, result);
    default:
      break;
  }
  if (b == 0) return false;
  if constexpr (std::is_signed_v<Int>) {
    if (a == std::numeric_limits<Int>::min() && b == -1) return false;
  }
  *result = symbol == '/' ? a / b : a % b;
  return true;
}

double CalculateDoubles(char symbol, double a, double b) {
  switch (symbol) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    default:
      return a / b;
  }
}

}  // namespace

Cell PlanRunner::Arithmetic(const Step& step) {
  const Cell args[] = {Visit(*step.args[0]), Visit(*step.args[1])};
  const auto& [a, b] = args;
  if (AnyError(a, b)) return FirstError(a, b);
  if (a.kind != b.kind || (step.kinds & KindBit(a.kind)) == 0) return Apply(step, args);
  cost_ += 1;
  switch (a.kind) {
    case Kind::kInt: {
      int64_t result = 0;
      return Calculate(step.symbol, a.integer, b.integer, &result) ? Cell::Int(result)
                                                                   : Fail(step, a, b);
    }
    case Kind::kUint: {
      uint64_t result = 0;
      return Calculate(step.symbol, a.natural, b.natural, &result) ? Cell::Uint(result)
                                                                   : Fail(step, a, b);
    }
    case Kind::kDouble:
      return Cell::Double(CalculateDoubles(step.symbol, a.number, b.number));
    default:
      return Concatenate(a, b);
  }
}

Cell PlanRunner::Concatenate(const Cell& a, const Cell& b) {
  const size_t size = a.text->size() + b.text->size();
  PayTexts(2 * size);
  PayFresh(kValueBytes + size);
  cost_ += 1 + size / 10;
  if (!Reserve(0)) return Cell::Error();
  std::string* const both = scratch_.NewText();
  both->reserve(size);
  both->append(*a.text).append(*b.text);
  Cell cell = Cell::Of(Kind::kString);
  cell.form = Cell::Form::kText;
  cell.text = both;
  cell.scratch = true;
  return cell;
}

Cell PlanRunner::Negate(const Step& step) {
  const Cell operand = Visit(*step.args[0]);
  if (operand.Is(Kind::kError)) return operand;
  cost_ += 1;
  if ((step.kinds & KindBit(operand.kind)) == 0) return Apply(step, {&operand, 1});
  if (operand.Is(Kind::kDouble)) return Cell::Double(-operand.number);
  if (operand.integer == std::numeric_limits<int64_t>::min()) return Cell::Error();
  return Cell::Int(-operand.integer);
}

Cell PlanRunner::Size(const Step& step) {
  const Cell operand = Visit(*step.args[0]);
  if (operand.Is(Kind::kError)) return operand;
  if ((step.kinds & KindBit(operand.kind)) == 0) return Apply(step, {&operand, 1});
  cost_ += 1;
  switch (operand.kind) {
    case Kind::kString:
      PayTexts(operand.text->size());
      return Cell::Int(static_cast<int64_t>(CountCodePoints(*operand.text)));
    case Kind::kBytes:
      return Cell::Int(static_cast<int64_t>(operand.text->size()));
    default:
      return Cell::Int(static_cast<int64_t>(SizeOf(operand)));
  }
}

// contains, startsWith, endsWith.
Cell PlanRunner::Search(const Step& step) {
  const Cell args[] = {Visit(*step.args[0]), Visit(*step.args[1])};
  const auto& [text, part] = args;
  if (AnyError(text, part)) return FirstError(text, part);
  if (!text.Is(Kind::kString) || !part.Is(Kind::kString)) return Apply(step, args);
  const uint64_t size = text.text->size();
  const uint64_t part_size = part.text->size();
  steps_ += 1;
  PayTexts(size + part_size);
  cost_ += 1 + part_size / 10;
  switch (step.op) {
    case Op::kStartsWith:
      return Cell::Bool(text.text->starts_with(*part.text));
    case Op::kEndsWith:
      return Cell::Bool(text.text->ends_with(*part.text));
    default:
      cost_ += (1 + size / 10) * (1 + part_size / 10);
      return Cell::Bool(FindText(*text.text, *part.text) != std::string_view::npos);
  }
}

Cell PlanRunner::Matches(const Step& step) {
  const Cell args[] = {Visit(*step.args[0]), Visit(*step.args[1])};
  const auto& [text, pattern] = args;
  if (AnyError(text, pattern)) return FirstError(text, pattern);
  if (!text.Is(Kind::kString)) return Apply(step, args);
  const uint64_t size = text.text->size();
  if (!Charge(step.detail->pattern->Steps(size) + (size + pattern.text->size()) / 8))
    return Cell::Error();
  cost_ += (1 + (size + 1) / 10) * (1 + pattern.text->size() / 4);
  return Cell::Bool(step.detail->pattern->Matches(*text.text));
}

Cell PlanRunner::TypeOf(const Step& step) {
  const Cell operand = Visit(*step.args[0]);
  if (operand.Is(Kind::kError)) return operand;
  const Value* const type = PlainTypeOf(operand.kind);
  if (type == nullptr) return Apply(step, {&operand, 1});
  if (IsText(operand.kind)) PayTexts(operand.text->size());
  cost_ += 1;
  return CellOf(*type);
}

Cell PlanRunner::Call(const Step& step) {
  absl::InlinedVector<Cell, 4> args;
  for (const Step* const arg : step.detail->args) args.push_back(Visit(*arg));
  const auto error = std::find_if(args.begin(), args.end(),
                                  [](const Cell& cell) { return cell.Is(Kind::kError); });
  return error == args.end() ? Apply(step, args) : *error;
}

namespace {

// Counts bytes of texts where the plain evaluator counts code points, which are not more.
Extent ExtentOf(const Value& value) {
  const auto sized = [](uint64_t size) { return Extent{.size = Interval::Exactly(size)}; };
  switch (value.kind()) {
    case Kind::kString:
      return sized(value.string_value().size());
    case Kind::kBytes:
      return sized(value.bytes_value().size());
    case Kind::kList:
      return sized(value.list().size());
    case Kind::kMap:
      return sized(value.map().size());
    case Kind::kInt:
      return {.least = value.int_value(), .most = value.int_value()};
    default:
      return sized(1);
  }
}

}  // namespace

// As the plain evaluator calls functions.
Cell PlanRunner::Apply(const Step& step, absl::Span<const Cell> cells) {
  absl::InlinedVector<Value, 4> args;
  for (const Cell& cell : cells) args.push_back(Owned(cell));
  if (gave_up_) return Cell::Error();
  for (const auto& overload : step.detail->resolution->overloads) {
    if (overload->parameters.size() != args.size() || !overload->implementation) continue;
    if (!std::equal(args.begin(), args.end(), overload->parameters.begin(), Fits)) continue;
    Value result = overload->implementation(*this, args);
    if (gave_up_) return Cell::Error();
    absl::InlinedVector<Extent, 4> extents;
    for (const Value& arg : args) {
      extents.push_back(ExtentOf(arg));
      if (arg.Is(Kind::kString)) PayTexts(arg.string_value().size());
    }
    if (result.Is(Kind::kString)) PayTexts(result.string_value().size());
    cost_ = SaturatingAdd(cost_, overload->cost.cost == nullptr
                                     ? 1
                                     : overload->cost.cost(extents, ExtentOf(result)).max);
    const bool says_error =
        result.is_error() && result.error().code != absl::StatusCode::kResourceExhausted;
    if (!says_error) return Made(std::move(result));
    Cell error = CellOf(*scratch_.Keep(std::move(result)));
    error.scratch = true;
    error.size = static_cast<uint32_t>(step.detail->node);
    return error;
  }
  return Cell::Error();
}

}  // namespace changepolicy::cel
