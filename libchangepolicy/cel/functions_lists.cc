// The lists library of the language's extensions.
#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

constexpr int64_t kLongestRange = 1'000'000;

std::vector<Value> Elements(const List& list) {
  std::vector<Value> elements;
  elements.reserve(list.size());
  for (size_t i = 0; i < list.size(); ++i) elements.push_back(list.At(i));
  return elements;
}

bool FlattenInto(CallContext& context, const List& list, int64_t depth, std::vector<Value>* out) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (!context.Charge(1)) return false;
    Value element = list.At(i);
    if (element.Is(Value::Kind::kList) && depth > 0) {
      if (!FlattenInto(context, element.list(), depth - 1, out)) return false;
    } else {
      out->push_back(std::move(element));
    }
  }
  return true;
}

Value Flatten(CallContext& context, Args args) {
  const int64_t depth = args.size() == 2 ? args[1].int_value() : 1;
  if (depth < 0) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "a depth is at least 0");
  }
  std::vector<Value> flat;
  (void)FlattenInto(context, args[0].list(), std::min<int64_t>(depth, 100), &flat);
  return Value::ListOf(std::move(flat));
}

Value Distinct(CallContext& context, Args args) {
  std::vector<Value> kept;
  for (Value& element : Elements(args[0].list())) {
    if (!context.Charge(1 + kept.size())) return Value::Null();
    const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const Value& other) {
      return Equal(other, element, context);
    });
    if (!repeated) kept.push_back(std::move(element));
  }
  return Value::ListOf(std::move(kept));
}

Value Slice(CallContext& context, Args args) {
  const int64_t begin = args[1].int_value(), end = args[2].int_value();
  const List& list = args[0].list();
  if (begin < 0 || end < begin || std::cmp_greater(end, list.size())) {
    return Value::FromError(
        absl::StatusCode::kOutOfRange,
        StrCat("no slice from ", begin, " to ", end, " of a list of ", list.size()));
  }
  if (!context.Charge(static_cast<uint64_t>(end - begin))) return Value::Null();
  std::vector<Value> part;
  for (int64_t i = begin; i < end; ++i) part.push_back(list.At(static_cast<size_t>(i)));
  return Value::ListOf(std::move(part));
}

Value Range(CallContext& context, Args args) {
  const int64_t size = args[0].int_value();
  if (size > kLongestRange) {
    return Value::FromError(absl::StatusCode::kResourceExhausted,
                            StrCat("a range of more than ", kLongestRange));
  }
  if (size > 0 && !context.Charge(static_cast<uint64_t>(size))) return Value::Null();
  std::vector<Value> numbers;
  for (int64_t i = 0; i < size; ++i) numbers.push_back(Value::Int(i));
  return Value::ListOf(std::move(numbers));
}

Value Reverse(CallContext& context, Args args) {
  if (!context.Charge(args[0].list().size())) return Value::Null();
  std::vector<Value> elements = Elements(args[0].list());
  std::reverse(elements.begin(), elements.end());
  return Value::ListOf(std::move(elements));
}

Value Sort(CallContext& context, Args args) {
  std::vector<Value> elements = Elements(args[0].list());
  if (!context.Charge(elements.size() * 16)) return Value::Null();
  for (const Value& element : elements) {
    const auto order = Compare(elements[0], element);
    if (element.kind() != elements[0].kind() || !order.has_value()) {
      return Value::FromError(absl::StatusCode::kInvalidArgument,
                              "only values of one kind that have an order can be sorted");
    }
  }
  std::stable_sort(elements.begin(), elements.end(),
                   [](const Value& a, const Value& b) { return *Compare(a, b) < 0; });
  return Value::ListOf(std::move(elements));
}

template <bool kFirst>
Value AtEnd(CallContext&, Args args) {
  const List& list = args[0].list();
  if (list.size() == 0) return Value::OptionalNone();
  return Value::OptionalOf(list.At(kFirst ? 0 : list.size() - 1));
}

}  // namespace

void AddLists(FunctionTable* table) {
  const FunctionTable rows = {
      {"list(A).flatten() -> list(dyn)", Flatten, "", cost::kFlatten},
      {"list(A).flatten(int) -> list(dyn)", Flatten, "", cost::kFlatten},
      {"list(A).distinct() -> list(A)", Distinct, "", cost::kDistinct},
      {"list(A).slice(int, int) -> list(A)", Slice, "", cost::kSlice},
      {"lists.range(int) -> list(int)", Range, "", cost::kRange},
      {"list(A).reverse() -> list(A)", Reverse, "", cost::kReverseList},
      {"list(A).sort() -> list(A)", Sort, "", cost::kSort},
      {"list(A).first() -> optional(A)", AtEnd<true>, "", cost::kFirst},
      {"list(A).last() -> optional(A)", AtEnd<false>, "", cost::kFirst},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
