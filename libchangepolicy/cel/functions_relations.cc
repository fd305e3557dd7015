// Equality, order, membership, negation, index.
#include <compare>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

Value Equals(CallContext& context, Args args) {
  return Value::Bool(Equal(args[0], args[1], context));
}

Value Differs(CallContext& context, Args args) {
  return Value::Bool(!Equal(args[0], args[1], context));
}

// Steps for going through a text; none for what is no text.
uint64_t StepsOf(const Value& value) {
  if (value.Is(Kind::kString)) return TextSteps(value.string_value().size());
  return value.Is(Kind::kBytes) ? TextSteps(value.bytes_value().size()) : 0;
}

// A lookup copies the key and compares it with some others.
bool PayForLookup(CallContext& context, const Value& key) {
  return context.Charge(2 + 4 * StepsOf(key));
}

template <bool kLess, bool kEqual>
Value Order(CallContext& context, Args args) {
  if (!context.Charge(std::min(StepsOf(args[0]), StepsOf(args[1])))) return Value::Null();
  const std::optional<std::partial_ordering> order = Compare(args[0], args[1]);
  if (!order.has_value()) return NoSuchOverload(kLess ? "<" : ">", args);
  return Value::Bool((kEqual && *order == 0) || (kLess ? *order < 0 : *order > 0));
}

Value InList(CallContext& context, Args args) {
  const List& list = args[1].list();
  for (size_t i = 0; i < list.size(); ++i) {
    if (!context.Charge(1)) return Value::Null();
    const Value element = list.At(i);
    if (!element.is_known()) return element;
    if (Equal(args[0], element, context)) return Value::Bool(true);
  }
  return Value::Bool(false);
}

Value InMap(CallContext& context, Args args) {
  if (!PayForLookup(context, args[0])) return Value::Null();
  return Value::Bool(args[1].map().Find(args[0]).has_value());
}

std::optional<uint64_t> Index(const Value& value) {
  if (!value.Is(Kind::kInt) || value.int_value() < 0) return std::nullopt;
  return static_cast<uint64_t>(value.int_value());
}

Value ListAt(CallContext&, Args args) {
  const std::optional<uint64_t> index = Index(args[1]);
  if (!index.has_value() || *index >= args[0].list().size()) {
    return Value::FromError(
        absl::StatusCode::kOutOfRange,
        StrCat("index ", args[1].ToString(), " is outside a list of ", args[0].list().size()));
  }
  return args[0].list().At(*index);
}

Value MapAt(CallContext& context, Args args) {
  if (!PayForLookup(context, args[1])) return Value::Null();
  std::optional<Value> found = args[0].map().Find(args[1]);
  if (found.has_value()) return *std::move(found);
  return Value::FromError(absl::StatusCode::kNotFound, StrCat("no such key: ", args[1].ToString()));
}

// The same, where what is not there is none.
Value MaybeListAt(CallContext& context, Args args) {
  const std::optional<uint64_t> index = Index(args[1]);
  if (!index.has_value() || *index >= args[0].list().size()) return Value::OptionalNone();
  return Value::OptionalOf(ListAt(context, args));
}

Value MaybeMapAt(CallContext& context, Args args) {
  if (!PayForLookup(context, args[1])) return Value::Null();
  std::optional<Value> found = args[0].map().Find(args[1]);
  return found.has_value() ? Value::OptionalOf(*std::move(found)) : Value::OptionalNone();
}

template <Value (*kAt)(CallContext&, Args)>
Value InsideOptional(CallContext& context, Args args) {
  if (!args[0].has_optional_value()) return Value::OptionalNone();
  const Value& inner = args[0].optional_value();
  if (!inner.Is(Kind::kList) && !inner.Is(Kind::kMap)) return NoSuchOverload("[ ]", args);
  const Value opened[] = {inner, args[1]};
  const Args inside(opened, 2);
  return inner.Is(Kind::kList) ? MaybeListAt(context, inside) : kAt(context, inside);
}

}  // namespace

void AddRelations(FunctionTable* table) {
  FunctionTable rows = {
      {"_==_(A, A) -> bool", Equals, "", cost::kComparison},
      {"_!=_(A, A) -> bool", Differs, "", cost::kComparison},
      {"@in(A, list(A)) -> bool", InList, "", cost::kInList},
      {"@in(A, map(A, B)) -> bool", InMap, "", cost::kScalar},
      {"!_(bool) -> bool", [](CallContext&, Args a) { return Value::Bool(!a[0].bool_value()); }},
      {"_[_](list(A), int) -> A", ListAt, "", cost::kIndex},
      {"_[_](map(A, B), A) -> B", MapAt, "", cost::kIndex},
      {"_[_](optional(list(A)), int) -> optional(A)", InsideOptional<MaybeMapAt>, "",
       cost::kIndexInOptional},
      {"_[_](optional(map(A, B)), A) -> optional(B)", InsideOptional<MaybeMapAt>, "",
       cost::kIndexInOptional},
      {"_[?_](list(A), int) -> optional(A)", MaybeListAt, "", cost::kOptionalIndex},
      {"_[?_](map(A, B), A) -> optional(B)", MaybeMapAt, "", cost::kOptionalIndex},
      {"_[?_](optional(list(A)), int) -> optional(A)", InsideOptional<MaybeMapAt>, "",
       cost::kIndexInOptional},
      {"_[?_](optional(map(A, B)), A) -> optional(B)", InsideOptional<MaybeMapAt>, "",
       cost::kIndexInOptional},
      {"_?._(A, string) -> dyn", nullptr},
      // Not strict: the evaluator knows them.
      {"_&&_(bool, bool) -> bool", nullptr},
      {"_||_(bool, bool) -> bool", nullptr},
      {"_?_:_(bool, A, A) -> A", nullptr},
      {"@not_strictly_false(bool) -> bool", nullptr},
  };
  table->insert(table->end(), rows.begin(), rows.end());

  struct Comparison {
    std::string_view name;
    Implementation implementation;
  };
  static const auto* const kComparisons = new std::vector<Comparison>{{"_<_", Order<true, false>},
                                                                      {"_<=_", Order<true, true>},
                                                                      {"_>_", Order<false, false>},
                                                                      {"_>=_", Order<false, true>}};
  static const auto* const kSignatures = [] {
    auto* const signatures = new std::vector<std::pair<std::string, Implementation>>;
    for (const Comparison& comparison : *kComparisons) {
      for (const std::string_view types :
           {"bool, bool", "int, int", "uint, uint", "double, double", "int, uint", "int, double",
            "uint, int", "uint, double", "double, int", "double, uint", "string, string",
            "bytes, bytes", "timestamp, timestamp", "duration, duration", "enum, enum"}) {
        signatures->emplace_back(StrCat(comparison.name, "(", types, ") -> bool"),
                                 comparison.implementation);
      }
    }
    return signatures;
  }();
  for (const auto& [signature, implementation] : *kSignatures) {
    table->push_back({signature, implementation, "", cost::kComparison});
  }
}

}  // namespace changepolicy::cel
