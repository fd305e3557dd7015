// The reference's lists, maps and optional values, and what goes with values of every kind:
// equality, order, membership, type and index.
#include <cmath>

#include "tests/cel/reference_evaluator.h"

namespace changepolicy::cel::reference {

using Kind = Value::Kind;

namespace {

Values Elements(const Value& list) {
  Values elements;
  for (size_t i = 0; i < list.list().size(); ++i) elements.push_back(list.list().At(i));
  return elements;
}

// A whole number of any kind as a position in a list of this size.
std::optional<size_t> Position(const Value& index, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (Equal(index, Value::Int(static_cast<int64_t>(i)))) return i;
  }
  return std::nullopt;
}

bool IsNumber(const Value& value) {
  return value.Is(Kind::kInt) || value.Is(Kind::kUint) || value.Is(Kind::kDouble);
}

// What is at an index, or nothing; an error where the collection takes no such index.
std::optional<Value> At(const Value& collection, const Value& index) {
  if (collection.Is(Kind::kMap)) return Lookup(collection.map(), index);
  if (!collection.Is(Kind::kList) || !IsNumber(index)) return Failure("no such overload");
  // 1.5 is no index at all, and neither is what no int holds.
  const std::optional<Value> whole = CallNumbers("int", {index});
  if (!whole.has_value() || whole->is_error() || !Equal(*whole, index)) {
    return Failure("no such overload");
  }
  const auto position = Position(index, collection.list().size());
  if (!position.has_value()) return std::nullopt;
  return collection.list().At(*position);
}

Value MaybeAt(const Value& collection, const Value& index) {
  if (!collection.Is(Kind::kMap) && !collection.Is(Kind::kList) && !collection.Is(Kind::kMessage) &&
      !collection.Is(Kind::kOptional)) {
    return Value::OptionalNone();  // what has no parts has not this one
  }
  const std::optional<Value> found = At(collection, index);
  if (!found.has_value()) return Value::OptionalNone();
  return found->is_known() ? Value::OptionalOf(*found) : *found;
}

void Flatten(const Value& list, int64_t depth, Values* out) {
  for (const Value& element : Elements(list)) {
    if (element.Is(Kind::kList) && depth > 0) {
      Flatten(element, depth - 1, out);
    } else {
      out->push_back(element);
    }
  }
}

// NaN stands before every other double.
bool IsBefore(const Value& a, const Value& b) {
  const bool nan = a.Is(Kind::kDouble) && std::isnan(a.double_value());
  if (nan) return !std::isnan(b.double_value());
  return Order(a, b) == -1;
}

Value Sorted(Values elements) {
  for (const Value& element : elements) {
    if (element.kind() != elements[0].kind() || !Order(element, element).has_value()) {
      return Failure("no order");
    }
  }
  for (size_t i = 0; i < elements.size(); ++i) {
    for (size_t j = i; j > 0 && IsBefore(elements[j], elements[j - 1]); --j) {
      std::swap(elements[j], elements[j - 1]);
    }
  }
  return Value::ListOf(elements);
}

// The elements whose keys are least first; equal keys keep their order.
Value SortedBy(const Values& elements, const Values& keys) {
  if (Sorted(keys).is_error()) return Failure("no order");
  std::vector<size_t> order;
  for (size_t i = 0; i < keys.size(); ++i) {
    size_t at = order.size();
    while (at > 0 && IsBefore(keys[i], keys[order[at - 1]])) --at;
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), i);
  }
  Values sorted;
  for (const size_t i : order) sorted.push_back(elements[i]);
  return Value::ListOf(sorted);
}

bool Has(const Values& elements, const Value& wanted) {
  for (const Value& element : elements) {
    if (Equal(element, wanted)) return true;
  }
  return false;
}

bool HasAll(const Values& elements, const Values& wanted) {
  for (const Value& one : wanted) {
    if (!Has(elements, one)) return false;
  }
  return true;
}

// Two lists as sets.
std::optional<Value> AsSets(const std::string& function, const Values& a, const Values& b) {
  if (function == "hasAll") return Value::Bool(HasAll(a, b));
  if (function == "hasOnly") return Value::Bool(HasAll(b, a));
  if (function == "hasExactly") return Value::Bool(HasAll(a, b) && HasAll(b, a));
  if (function != "hasAny") return std::nullopt;
  for (const Value& one : b) {
    if (Has(a, one)) return Value::Bool(true);
  }
  return Value::Bool(false);
}

Value Unwrapped(const Values& elements) {
  Values values;
  for (const Value& element : elements) {
    if (!element.Is(Kind::kOptional)) return Failure("not optional");
    if (element.has_optional_value()) values.push_back(element.optional_value());
  }
  return Value::ListOf(values);
}

std::optional<Value> OfList(const std::string& function, const Values& args) {
  Values elements = Elements(args[0]);
  if (args.size() == 2 && args[1].Is(Kind::kList)) {
    if (function == "@sort_by_keys") return SortedBy(elements, Elements(args[1]));
    if (const auto answer = AsSets(function, elements, Elements(args[1]))) return answer;
  }
  if (function == "unwrapOpt" || function == "optional.unwrap") return Unwrapped(elements);
  const bool positions = function == "flatten" || function == "slice";
  for (size_t i = 1; positions && i < args.size(); ++i) {
    if (!args[i].Is(Kind::kInt)) return std::nullopt;
  }
  if (function == "size") return Value::Int(static_cast<int64_t>(elements.size()));
  if (function == "sort") return Sorted(elements);
  if (function == "reverse") return Value::ListOf(Values(elements.rbegin(), elements.rend()));
  if (function == "first") {
    return elements.empty() ? Value::OptionalNone() : Value::OptionalOf(elements.front());
  }
  if (function == "last") {
    return elements.empty() ? Value::OptionalNone() : Value::OptionalOf(elements.back());
  }
  if (function == "flatten") {
    const int64_t depth = args.size() == 2 ? args[1].int_value() : 1;
    if (depth < 0) return Failure("depth");
    Values flat;
    Flatten(args[0], depth, &flat);
    return Value::ListOf(flat);
  }
  if (function == "slice") {
    const int64_t begin = args[1].int_value(), end = args[2].int_value();
    if (begin < 0 || begin > end || std::cmp_greater(end, elements.size())) return Failure("slice");
    return Value::ListOf(Values(elements.begin() + begin, elements.begin() + end));
  }
  if (function == "distinct") {
    Values kept;
    for (const Value& element : elements) {
      bool seen = false;
      for (const Value& other : kept) seen = seen || Equal(other, element);
      if (!seen) kept.push_back(element);
    }
    return Value::ListOf(kept);
  }
  if (function == "_+_" && args[1].Is(Kind::kList)) {
    for (const Value& element : Elements(args[1])) elements.push_back(element);
    return Value::ListOf(elements);
  }
  return std::nullopt;
}

bool IsZero(const Value& value) {
  static const auto& zeros = *new Values{Value::Null(),
                                         Value::Bool(false),
                                         Value::Int(0),
                                         Value::String(""),
                                         Value::Bytes(""),
                                         Value::ListOf({}),
                                         Value::Timestamp(absl::UnixEpoch()),
                                         Value::Duration(absl::ZeroDuration())};
  for (const Value& zero : zeros) {
    if (Equal(zero, value)) return true;
  }
  if (value.Is(Kind::kMap)) return value.map().size() == 0;
  return value.Is(Kind::kMessage) && value.message().message->ByteSizeLong() == 0;
}

std::optional<Value> OfOptional(const std::string& function, const Values& args) {
  const Value& first = args[0];
  if (function == "hasValue" && args.size() == 1) return Value::Bool(first.has_optional_value());
  if (function == "hasValue") {
    return Value::Bool(first.has_optional_value() && Equal(first.optional_value(), args[1]));
  }
  if (function == "value") {
    return first.has_optional_value() ? first.optional_value() : Failure("none");
  }
  if (function == "_[_]" || function == "_[?_]") {
    return first.has_optional_value() ? MaybeAt(first.optional_value(), args[1])
                                      : Value::OptionalNone();
  }
  return std::nullopt;
}

std::optional<Value> Comparison(const std::string& function, const Value& a, const Value& b) {
  if (function == "_==_") return Value::Bool(Equal(a, b));
  if (function == "_!=_") return Value::Bool(!Equal(a, b));
  if (function != "_<_" && function != "_<=_" && function != "_>_" && function != "_>=_") {
    return std::nullopt;
  }
  const std::optional<int> order = Order(a, b);
  if (!order.has_value()) return Failure("no such overload");
  if (function == "_<_") return Value::Bool(*order == -1);
  if (function == "_<=_") return Value::Bool(*order == -1 || *order == 0);
  if (function == "_>_") return Value::Bool(*order == 1);
  return Value::Bool(*order == 1 || *order == 0);
}

std::optional<Value> OfPair(const std::string& function, const Value& a, const Value& b) {
  if (function == "@in" && b.Is(Kind::kMap)) return Value::Bool(Lookup(b.map(), a).has_value());
  if (function == "@in" && b.Is(Kind::kList)) {
    for (const Value& element : Elements(b)) {
      if (Equal(a, element)) return Value::Bool(true);
    }
    return Value::Bool(false);
  }
  if (function == "_[_]") {
    const std::optional<Value> found = At(a, b);
    return found.has_value() ? *found : Failure("not there");
  }
  if (function == "_[?_]") return MaybeAt(a, b);
  return std::nullopt;
}

}  // namespace

std::optional<Value> CallCollections(const std::string& function, const Values& args) {
  if (args.empty()) {
    return function == "optional.none" ? std::optional(Value::OptionalNone()) : std::nullopt;
  }
  const Value& first = args[0];
  if (args.size() == 2) {
    if (const auto compared = Comparison(function, first, args[1])) return compared;
  }
  if (first.Is(Kind::kOptional)) {
    if (const auto result = OfOptional(function, args)) return result;
  }
  if (args.size() == 2) {
    if (const auto result = OfPair(function, first, args[1])) return result;
  }
  if (first.Is(Kind::kList)) {
    if (const auto result = OfList(function, args)) return result;
  }
  if (args.size() != 1) return std::nullopt;
  if (function == "size" && first.Is(Kind::kMap)) {
    return Value::Int(static_cast<int64_t>(first.map().size()));
  }
  if (function == "!_" && first.Is(Kind::kBool)) return Value::Bool(!first.bool_value());
  if (function == "dyn") return first;
  if (function == "type") return Value::OfType(first.type());
  if (function == "optional.of") return Value::OptionalOf(first);
  if (function == "optional.ofNonZeroValue") {
    return IsZero(first) ? Value::OptionalNone() : Value::OptionalOf(first);
  }
  if (function == "lists.range" && first.Is(Kind::kInt)) {
    if (first.int_value() > 1'000'000) return Failure("too long");
    if (first.int_value() < 0) return Failure("less than nothing");
    Values numbers;
    for (int64_t i = 0; i < first.int_value(); ++i) numbers.push_back(Value::Int(i));
    return Value::ListOf(numbers);
  }
  return std::nullopt;
}

}  // namespace changepolicy::cel::reference
