// The math library of the language's extensions: rounding, signs, roots, bits, and what the macros
// math.greatest and math.least call.
#include <cmath>
#include <cstdint>
#include <limits>

#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

bool IsNumber(const Value& value) {
  return value.Is(Kind::kInt) || value.Is(Kind::kUint) || value.Is(Kind::kDouble);
}

Value Same(CallContext&, Args args) { return args[0]; }

// ---- greatest and least

// The one that wins; of equals the first. An error where there is no order, as beside NaN.
template <bool kGreatest>
Value Winner(const Value& a, const Value& b) {
  if (!IsNumber(a) || !IsNumber(b)) {
    const Value both[] = {a, b};
    return NoSuchOverload(kGreatest ? "math.@max" : "math.@min", Args(both, 2));
  }
  const std::optional<std::partial_ordering> order = Compare(a, b);
  if (!order.has_value() || *order == std::partial_ordering::unordered) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "NaN has no place among numbers");
  }
  return (kGreatest ? *order < 0 : *order > 0) ? b : a;
}

template <bool kGreatest>
Value OfTwo(CallContext&, Args args) {
  return Winner<kGreatest>(args[0], args[1]);
}

template <bool kGreatest>
Value OfList(CallContext& context, Args args) {
  const List& list = args[0].list();
  if (!context.Charge(list.size())) return Value::Null();
  if (list.size() == 0) {
    return Value::FromError(
        absl::StatusCode::kInvalidArgument,
        kGreatest ? "an empty list has no greatest number" : "an empty list has no least number");
  }
  Value winner = list.At(0);
  if (winner.is_known() && !IsNumber(winner)) {
    return NoSuchOverload(kGreatest ? "math.@max" : "math.@min", args);
  }
  for (size_t i = 1; i < list.size() && winner.is_known(); ++i) {
    const Value next = list.At(i);
    winner = next.is_known() ? Winner<kGreatest>(winner, next) : next;
  }
  return winner;
}

// ---- Doubles

template <double (*kFunction)(double)>
Value OnDouble(CallContext&, Args args) {
  return Value::Double(kFunction(args[0].double_value()));
}
double Ceil(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
double Round(double x) { return std::round(x); }
double Trunc(double x) { return std::trunc(x); }
double Abs(double x) { return std::fabs(x); }
double Sqrt(double x) { return std::sqrt(x); }
double Sign(double x) {
  if (std::isnan(x)) return x;
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

template <bool (*kTest)(double)>
Value TestDouble(CallContext&, Args args) {
  return Value::Bool(kTest(args[0].double_value()));
}
bool IsNan(double x) { return std::isnan(x); }
bool IsInf(double x) { return std::isinf(x); }
bool IsFinite(double x) { return std::isfinite(x); }

// ---- Integers

Value AbsInt(CallContext&, Args args) {
  const int64_t number = args[0].int_value();
  if (number == std::numeric_limits<int64_t>::min()) {
    return Value::FromError(absl::StatusCode::kOutOfRange, "integer overflow");
  }
  return Value::Int(number < 0 ? -number : number);
}

Value SignInt(CallContext&, Args args) {
  const int64_t number = args[0].int_value();
  return Value::Int(number > 0 ? 1 : number < 0 ? -1 : 0);
}

Value SignUint(CallContext&, Args args) { return Value::Uint(args[0].uint_value() > 0 ? 1 : 0); }

Value SqrtInt(CallContext&, Args args) {
  return Value::Double(std::sqrt(static_cast<double>(args[0].int_value())));
}
Value SqrtUint(CallContext&, Args args) {
  return Value::Double(std::sqrt(static_cast<double>(args[0].uint_value())));
}

// ---- Bits: an int is its 64 bits in two's complement.

uint64_t BitsOf(const Value& value) {
  return value.Is(Kind::kInt) ? static_cast<uint64_t>(value.int_value()) : value.uint_value();
}
Value LikeFirst(Args args, uint64_t bits) {
  return args[0].Is(Kind::kInt) ? Value::Int(static_cast<int64_t>(bits)) : Value::Uint(bits);
}

Value BitAnd(CallContext&, Args args) { return LikeFirst(args, BitsOf(args[0]) & BitsOf(args[1])); }
Value BitOr(CallContext&, Args args) { return LikeFirst(args, BitsOf(args[0]) | BitsOf(args[1])); }
Value BitXor(CallContext&, Args args) { return LikeFirst(args, BitsOf(args[0]) ^ BitsOf(args[1])); }
Value BitNot(CallContext&, Args args) { return LikeFirst(args, ~BitsOf(args[0])); }

template <bool kLeft>
Value Shift(CallContext&, Args args) {
  const int64_t places = args[1].int_value();
  if (places < 0) {
    return Value::FromError(absl::StatusCode::kInvalidArgument,
                            "bits are shifted by 0 or more places");
  }
  const uint64_t bits = BitsOf(args[0]);
  if (places >= 64) return LikeFirst(args, 0);
  return LikeFirst(args, kLeft ? bits << places : bits >> places);
}

template <bool kGreatest>
void AddExtremes(FunctionTable* table, const std::vector<std::string_view>& signatures) {
  constexpr std::string_view kDoc =
      kGreatest ? "the greatest of the numbers" : "the least of the numbers";
  for (const std::string_view signature : signatures) {
    const bool list = signature.find("list(") != std::string_view::npos;
    const bool two = signature.find(',') != std::string_view::npos;
    table->push_back({signature,
                      list  ? Implementation(OfList<kGreatest>)
                      : two ? Implementation(OfTwo<kGreatest>)
                            : Implementation(Same),
                      kDoc, list ? cost::kReduceList : cost::kScalar});
  }
}

}  // namespace

void AddMath(FunctionTable* table) {
  AddExtremes<true>(
      table, {"math.@max(double) -> double", "math.@max(int) -> int", "math.@max(uint) -> uint",
              "math.@max(double, double) -> double", "math.@max(int, int) -> int",
              "math.@max(uint, uint) -> uint", "math.@max(int, uint) -> dyn",
              "math.@max(int, double) -> dyn", "math.@max(double, int) -> dyn",
              "math.@max(double, uint) -> dyn", "math.@max(uint, int) -> dyn",
              "math.@max(uint, double) -> dyn", "math.@max(list(double)) -> double",
              "math.@max(list(int)) -> int", "math.@max(list(uint)) -> uint"});
  AddExtremes<false>(
      table, {"math.@min(double) -> double", "math.@min(int) -> int", "math.@min(uint) -> uint",
              "math.@min(double, double) -> double", "math.@min(int, int) -> int",
              "math.@min(uint, uint) -> uint", "math.@min(int, uint) -> dyn",
              "math.@min(int, double) -> dyn", "math.@min(double, int) -> dyn",
              "math.@min(double, uint) -> dyn", "math.@min(uint, int) -> dyn",
              "math.@min(uint, double) -> dyn", "math.@min(list(double)) -> double",
              "math.@min(list(int)) -> int", "math.@min(list(uint)) -> uint"});
  const FunctionTable rows = {
      {"math.ceil(double) -> double", OnDouble<Ceil>, "the nearest whole number that is not less"},
      {"math.floor(double) -> double", OnDouble<Floor>,
       "the nearest whole number that is not greater"},
      {"math.round(double) -> double", OnDouble<Round>,
       "the nearest whole number, halves away from zero"},
      {"math.trunc(double) -> double", OnDouble<Trunc>, "the number without its fraction"},
      {"math.abs(double) -> double", OnDouble<Abs>, "the number without its sign"},
      {"math.abs(int) -> int", AbsInt,
       "the number without its sign; an error for the least int, whose opposite is none"},
      {"math.abs(uint) -> uint", Same, "the number itself"},
      {"math.sign(double) -> double", OnDouble<Sign>, "-1.0, 0.0 or 1.0; NaN for NaN"},
      {"math.sign(int) -> int", SignInt, "-1, 0 or 1"},
      {"math.sign(uint) -> uint", SignUint, "0u or 1u"},
      {"math.isNaN(double) -> bool", TestDouble<IsNan>, "whether it is no number"},
      {"math.isInf(double) -> bool", TestDouble<IsInf>, "whether it is infinite, of either sign"},
      {"math.isFinite(double) -> bool", TestDouble<IsFinite>,
       "whether it is neither infinite nor NaN"},
      {"math.sqrt(double) -> double", OnDouble<Sqrt>, "the square root; NaN below zero"},
      {"math.sqrt(int) -> double", SqrtInt, "the square root; NaN below zero"},
      {"math.sqrt(uint) -> double", SqrtUint, "the square root"},
      {"math.bitAnd(int, int) -> int", BitAnd, "the bits that both have"},
      {"math.bitAnd(uint, uint) -> uint", BitAnd, "the bits that both have"},
      {"math.bitOr(int, int) -> int", BitOr, "the bits that either has"},
      {"math.bitOr(uint, uint) -> uint", BitOr, "the bits that either has"},
      {"math.bitXor(int, int) -> int", BitXor, "the bits that only one has"},
      {"math.bitXor(uint, uint) -> uint", BitXor, "the bits that only one has"},
      {"math.bitNot(int) -> int", BitNot, "every bit turned over"},
      {"math.bitNot(uint) -> uint", BitNot, "every bit turned over"},
      {"math.bitShiftLeft(int, int) -> int", Shift<true>,
       "the 64 bits moved up by so many places, 0 from 64 places on"},
      {"math.bitShiftLeft(uint, int) -> uint", Shift<true>,
       "the 64 bits moved up by so many places, 0 from 64 places on"},
      {"math.bitShiftRight(int, int) -> int", Shift<false>,
       "the 64 bits moved down by so many places, zeros following, whatever the sign"},
      {"math.bitShiftRight(uint, int) -> uint", Shift<false>,
       "the 64 bits moved down by so many places, zeros following"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
