// Equality, order, membership, negation, index.
#include <compare>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
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

// A lookup copies the key and compares it with some others.
bool PayForLookup(CallContext& context, const Value& key) {
  return context.Charge(2 + 4 * TextSteps(key));
}

template <bool kLess, bool kEqual>
Value Order(CallContext& context, Args args) {
  if (!context.Charge(std::min(TextSteps(args[0]), TextSteps(args[1])))) return Value::Null();
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
  Value element = ListAt(context, args);
  return element.is_known() ? Value::OptionalOf(std::move(element)) : element;
}

Value MaybeMapAt(CallContext& context, Args args) {
  if (!PayForLookup(context, args[1])) return Value::Null();
  std::optional<Value> found = args[0].map().Find(args[1]);
  return found.has_value() ? Value::OptionalOf(*std::move(found)) : Value::OptionalNone();
}

// Inside an optional value: what has no parts has none at any index.
Value InsideOptional(CallContext& context, Args args) {
  if (!args[0].has_optional_value()) return Value::OptionalNone();
  const Value& inner = args[0].optional_value();
  const Value opened[] = {inner, args[1]};
  const Args inside(opened, 2);
  if (inner.Is(Kind::kMap)) return MaybeMapAt(context, inside);
  if (inner.Is(Kind::kList) && ToMapKey(args[1]).has_value() && !args[1].Is(Kind::kString) &&
      !args[1].Is(Kind::kBool)) {
    return MaybeListAt(context, inside);
  }
  return HasParts(inner) ? NoSuchOverload("[ ]", inside) : Value::OptionalNone();
}

}  // namespace

void AddRelations(FunctionTable* table) {
  FunctionTable rows = {
      {"_==_(A, A) -> bool", Equals, "whether both are equal; numbers of all kinds by their value",
       cost::kComparison},
      {"_!=_(A, A) -> bool", Differs, "whether both differ", cost::kComparison},
      {"@in(A, list(A)) -> bool", InList, "whether the list has an element that equals it",
       cost::kInList},
      {"@in(A, map(A, B)) -> bool", InMap, "whether the map has the key", cost::kScalar},
      {"!_(bool) -> bool", [](CallContext&, Args a) { return Value::Bool(!a[0].bool_value()); },
       "false for true, true for false"},
      {"_[_](list(A), int) -> A", ListAt,
       "the element at the index, from 0; an error where there is none", cost::kIndex},
      {"_[_](map(A, B), A) -> B", MapAt, "the value of the key; an error where there is none",
       cost::kIndex},
      {"_[_](optional(list(A)), int) -> optional(A)", InsideOptional,
       "the element of the list inside, none where there is none", cost::kIndexInOptional},
      {"_[_](optional(map(A, B)), A) -> optional(B)", InsideOptional,
       "the value of the map inside, none where there is none", cost::kIndexInOptional},
      {"_[?_](list(A), int) -> optional(A)", MaybeListAt,
       "the element at the index, none where there is none", cost::kOptionalIndex},
      {"_[?_](map(A, B), A) -> optional(B)", MaybeMapAt,
       "the value of the key, none where there is none", cost::kOptionalIndex},
      {"_[?_](optional(list(A)), int) -> optional(A)", InsideOptional,
       "the element of the list inside, none where there is none", cost::kIndexInOptional},
      {"_[?_](optional(map(A, B)), A) -> optional(B)", InsideOptional,
       "the value of the map inside, none where there is none", cost::kIndexInOptional},
      {"_?._(A, string) -> dyn", nullptr, "the field, none where it is not set"},
      // Not strict: the evaluator knows them.
      {"_&&_(bool, bool) -> bool", nullptr,
       "whether both hold; what is false decides, whatever the other"},
      {"_||_(bool, bool) -> bool", nullptr,
       "whether either holds; what is true decides, whatever the other"},
      {"_?_:_(bool, A, A) -> A", nullptr,
       "the second where the first holds, else the third; the other is not evaluated"},
      {"@not_strictly_false(bool) -> bool", nullptr,
       "whether it is anything but false, an error included"},
  };
  table->insert(table->end(), rows.begin(), rows.end());

  struct Comparison {
    std::string_view name;
    Implementation implementation;
    std::string_view doc;
  };
  static const auto* const kComparisons = new std::vector<Comparison>{
      {"_<_", Order<true, false>, "whether the first comes before the second"},
      {"_<=_", Order<true, true>, "whether the first does not come after the second"},
      {"_>_", Order<false, false>, "whether the first comes after the second"},
      {"_>=_", Order<false, true>, "whether the first does not come before the second"}};
  static const auto* const kSignatures = [] {
    auto* const signatures = new std::vector<std::pair<std::string, const Comparison*>>;
    for (const Comparison& comparison : *kComparisons) {
      for (const std::string_view types :
           {"bool, bool", "int, int", "uint, uint", "double, double", "int, uint", "int, double",
            "uint, int", "uint, double", "double, int", "double, uint", "string, string",
            "bytes, bytes", "timestamp, timestamp", "duration, duration", "enum, enum"}) {
        signatures->emplace_back(StrCat(comparison.name, "(", types, ") -> bool"), &comparison);
      }
    }
    return signatures;
  }();
  for (const auto& [signature, comparison] : *kSignatures) {
    table->push_back({signature, comparison->implementation, comparison->doc, cost::kComparison});
  }
}

}  // namespace changepolicy::cel
