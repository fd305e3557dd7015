// The lists library of the language's extensions.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/element_set.h"
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

// Goes down with a stack of its own: lists may be nested as deep as an evaluation has steps.
Value Flatten(CallContext& context, Args args) {
  const int64_t depth = args.size() == 2 ? args[1].int_value() : 1;
  if (depth < 0) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "a depth is at least 0");
  }
  struct Level {
    Value list;
    size_t next = 0;
  };
  std::vector<Level> levels = {{args[0]}};
  std::vector<Value> flat;
  while (!levels.empty()) {
    if (!context.Charge(1)) return Value::Null();
    Level& level = levels.back();
    if (level.next == level.list.list().size()) {
      levels.pop_back();
      continue;
    }
    Value element = level.list.list().At(level.next++);
    if (element.Is(Value::Kind::kList) && std::cmp_less_equal(levels.size(), depth)) {
      levels.push_back({std::move(element)});
    } else {
      flat.push_back(std::move(element));
    }
  }
  return Value::ListOf(std::move(flat));
}

Value Distinct(CallContext& context, Args args) {
  const List& list = args[0].list();
  const size_t size = list.size();
  if (!context.Charge(size)) return Value::Null();
  constexpr size_t kMostReserved = 64;  // of a long list few may be kept
  ElementSet kept;
  kept.Reserve(std::min(size, kMostReserved));
  for (size_t i = 0; i < size; ++i) {
    Value element = list.At(i);
    if (!context.Charge(1)) return Value::Null();
    if (!kept.Has(element, context)) kept.Add(std::move(element));
  }
  return Value::ListOf(std::move(kept).Take());
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
  if (size < 0) {
    return Value::FromError(absl::StatusCode::kInvalidArgument, "a range has at least 0 elements");
  }
  if (size > kLongestRange) {
    return Value::FromError(absl::StatusCode::kResourceExhausted,
                            StrCat("a range of more than ", kLongestRange));
  }
  if (!context.Charge(static_cast<uint64_t>(size))) return Value::Null();
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

// Total, also where NaN is among doubles: it comes first.
bool Before(const Value& a, const Value& b) {
  const std::partial_ordering order = *Compare(a, b);
  if (order != std::partial_ordering::unordered) return order < 0;
  return std::isnan(a.double_value()) && !std::isnan(b.double_value());
}

// The elements of `list` in the order of the keys at their places; of equals the first stays first.
Value SortedBy(CallContext& context, const List& list, const List& keys) {
  const size_t size = list.size();
  if (!context.Charge(size * std::bit_width(size))) return Value::Null();
  const std::vector<Value> ordered = Elements(keys);
  // A merge compares each as often as there are levels, to its end where texts are alike.
  for (const Value& key : ordered) {
    if (!context.Charge(TextSteps(key) * std::bit_width(size))) return Value::Null();
  }
  for (const Value& key : ordered) {
    if (!key.is_known()) return key;
    const Value::Kind kind = ordered[0].kind();
    if (key.kind() != kind || !Compare(ordered[0], key).has_value()) {
      return Value::FromError(
          absl::StatusCode::kInvalidArgument,
          StrCat("only values of one type that have an order can be sorted, found `",
                 ordered[0].type_name(), "` and `", key.type_name(), "`"));
    }
  }
  std::vector<size_t> places(size);
  std::iota(places.begin(), places.end(), size_t{0});
  std::stable_sort(places.begin(), places.end(),
                   [&](size_t a, size_t b) { return Before(ordered[a], ordered[b]); });
  std::vector<Value> sorted;
  sorted.reserve(size);
  for (const size_t place : places) sorted.push_back(list.At(place));
  return Value::ListOf(std::move(sorted));
}

Value Sort(CallContext& context, Args args) {
  return SortedBy(context, args[0].list(), args[0].list());
}

Value SortByKeys(CallContext& context, Args args) {
  return SortedBy(context, args[0].list(), args[1].list());
}

}  // namespace

void AddLists(FunctionTable* table) {
  const FunctionTable rows = {
      {"list(list(A)).flatten() -> list(A)", Flatten,
       "the elements, and in place of each that is a list its own elements", cost::kFlatten},
      {"list(dyn).flatten(int) -> list(dyn)", Flatten, "the same down to so many levels",
       cost::kFlatten},
      {"list(A).distinct() -> list(A)", Distinct, "each element once, where it is first",
       cost::kDistinct},
      {"list(A).slice(int, int) -> list(A)", Slice,
       "the elements from the first index to before the second", cost::kSlice},
      {"lists.range(int) -> list(int)", Range, "the numbers from 0 to before the given one",
       cost::kRange},
      {"list(A).reverse() -> list(A)", Reverse, "the elements from the last to the first",
       cost::kReverseList},
  };
  table->insert(table->end(), rows.begin(), rows.end());
  constexpr std::string_view kSort =
      "the elements in ascending order; an error where they are of two types";
  for (const std::string_view signature :
       {"list(int).sort() -> list(int)", "list(uint).sort() -> list(uint)",
        "list(double).sort() -> list(double)", "list(bool).sort() -> list(bool)",
        "list(duration).sort() -> list(duration)", "list(timestamp).sort() -> list(timestamp)",
        "list(string).sort() -> list(string)", "list(bytes).sort() -> list(bytes)",
        "list(enum).sort() -> list(enum)"}) {
    table->push_back({signature, Sort, kSort, cost::kSort});
  }
  for (const std::string_view signature : {"@sort_by_keys(list(A), list(int)) -> list(A)",
                                           "@sort_by_keys(list(A), list(uint)) -> list(A)",
                                           "@sort_by_keys(list(A), list(double)) -> list(A)",
                                           "@sort_by_keys(list(A), list(bool)) -> list(A)",
                                           "@sort_by_keys(list(A), list(duration)) -> list(A)",
                                           "@sort_by_keys(list(A), list(timestamp)) -> list(A)",
                                           "@sort_by_keys(list(A), list(string)) -> list(A)",
                                           "@sort_by_keys(list(A), list(bytes)) -> list(A)",
                                           "@sort_by_keys(list(A), list(enum)) -> list(A)"}) {
    table->push_back({signature, SortByKeys, "the elements in ascending order of their keys",
                      cost::kSortByKeys});
  }
}

}  // namespace changepolicy::cel
