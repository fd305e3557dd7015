// + - * / % and negation: integers refuse to overflow, doubles follow IEEE 754.
#include <cmath>
#include <cstdint>
#include <limits>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

Value Overflow(std::string_view what) {
  return Value::FromError(absl::StatusCode::kOutOfRange, StrCat(what, " overflow"));
}

Value DivideByZero(std::string_view what) {
  return Value::FromError(absl::StatusCode::kInvalidArgument, StrCat(what, " by zero"));
}

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

enum class Op { kAdd, kSubtract, kMultiply };

template <Op op, typename Int>
bool Calculate(Int a, Int b, Int* result) {
  switch (op) {
    case Op::kAdd:
      return !__builtin_add_overflow(a, b, result);
    case Op::kSubtract:
      return !__builtin_sub_overflow(a, b, result);
    case Op::kMultiply:
      return !__builtin_mul_overflow(a, b, result);
  }
  return false;
}

template <Op op>
Value Ints(CallContext&, Args args) {
  int64_t result = 0;
  return Calculate<op>(args[0].int_value(), args[1].int_value(), &result) ? Value::Int(result)
                                                                          : Overflow("integer");
}

template <Op op>
Value Uints(CallContext&, Args args) {
  uint64_t result = 0;
  return Calculate<op>(args[0].uint_value(), args[1].uint_value(), &result)
             ? Value::Uint(result)
             : Overflow("unsigned integer");
}

Value DivideInts(CallContext&, Args args) {
  const int64_t a = args[0].int_value(), b = args[1].int_value();
  if (b == 0) return DivideByZero("division");
  return a == kMin && b == -1 ? Overflow("integer") : Value::Int(a / b);
}

Value DivideUints(CallContext&, Args args) {
  const uint64_t b = args[1].uint_value();
  return b == 0 ? DivideByZero("division") : Value::Uint(args[0].uint_value() / b);
}

Value ModuloInts(CallContext&, Args args) {
  const int64_t a = args[0].int_value(), b = args[1].int_value();
  if (b == 0) return DivideByZero("modulus");
  return a == kMin && b == -1 ? Overflow("integer") : Value::Int(a % b);
}

Value ModuloUints(CallContext&, Args args) {
  const uint64_t b = args[1].uint_value();
  return b == 0 ? DivideByZero("modulus") : Value::Uint(args[0].uint_value() % b);
}

Value ConcatLists(CallContext& context, Args args) {
  const List& a = args[0].list();
  const List& b = args[1].list();
  std::vector<Value> all;
  const uint64_t size = a.size() + b.size();
  if (!context.Charge(size) || !context.Reserve(size * kValueBytes)) return Value::Null();
  all.reserve(a.size() + b.size());
  for (size_t i = 0; i < a.size(); ++i) all.push_back(a.At(i));
  for (size_t i = 0; i < b.size(); ++i) all.push_back(b.At(i));
  return Value::ListOf(std::move(all));
}

template <typename Make>
auto Concat(Make make) {
  return [make](CallContext& context, Args args) {
    const bool text = args[0].Is(Value::Kind::kString);
    const std::string& a = text ? args[0].string_value() : args[0].bytes_value();
    const std::string& b = text ? args[1].string_value() : args[1].bytes_value();
    const uint64_t size = a.size() + b.size();
    if (!context.Charge(TextSteps(size)) || !context.Reserve(size)) return Value::Null();
    return make(a + b);
  };
}

}  // namespace

void AddArithmetic(FunctionTable* table) {
  const FunctionTable rows = {
      {"_+_(int, int) -> int", Ints<Op::kAdd>, "the sum; an error where it does not fit"},
      {"_+_(uint, uint) -> uint", Uints<Op::kAdd>, "the sum; an error where it does not fit"},
      {"_+_(double, double) -> double",
       [](CallContext&, Args a) {
         return Value::Double(a[0].double_value() + a[1].double_value());
       },
       "the sum"},
      {"_+_(string, string) -> string", Concat(Value::String), "both texts, one after the other",
       cost::kConcatenation},
      {"_+_(bytes, bytes) -> bytes", Concat(Value::Bytes), "both, one after the other",
       cost::kConcatenation},
      {"_+_(list(A), list(A)) -> list(A)", ConcatLists, "the elements of both",
       cost::kListConcatenation},
      {"_-_(int, int) -> int", Ints<Op::kSubtract>,
       "the difference; an error where it does not fit"},
      {"_-_(uint, uint) -> uint", Uints<Op::kSubtract>, "the difference; an error below zero"},
      {"_-_(double, double) -> double",
       [](CallContext&, Args a) {
         return Value::Double(a[0].double_value() - a[1].double_value());
       },
       "the difference"},
      {"_*_(int, int) -> int", Ints<Op::kMultiply>, "the product; an error where it does not fit"},
      {"_*_(uint, uint) -> uint", Uints<Op::kMultiply>,
       "the product; an error where it does not fit"},
      {"_*_(double, double) -> double",
       [](CallContext&, Args a) {
         return Value::Double(a[0].double_value() * a[1].double_value());
       },
       "the product"},
      {"_/_(int, int) -> int", DivideInts,
       "the quotient without its fraction; an error for a division by zero"},
      {"_/_(uint, uint) -> uint", DivideUints,
       "the quotient without its fraction; an error for a division by zero"},
      {"_/_(double, double) -> double",
       [](CallContext&, Args a) {
         return Value::Double(a[0].double_value() / a[1].double_value());
       },
       "the quotient; infinite or NaN for a division by zero"},
      {"_%_(int, int) -> int", ModuloInts,
       "the rest of the division, with the sign of the first; an error for zero"},
      {"_%_(uint, uint) -> uint", ModuloUints, "the rest of the division; an error for zero"},
      {"-_(int) -> int",
       [](CallContext&, Args a) {
         return a[0].int_value() == kMin ? Overflow("integer") : Value::Int(-a[0].int_value());
       },
       "the opposite; an error for the least int, which has none"},
      {"-_(double) -> double",
       [](CallContext&, Args a) { return Value::Double(-a[0].double_value()); }, "the opposite"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
