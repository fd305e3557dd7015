// Lists compared as sets: the sets library, and the same questions as members of lists.
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/element_set.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

// Finds elements of a list. What it has looked at once it remembers, so that many searches go
// through the list once together.
class Finder {
 public:
  Finder(CallContext& context, const List& list) : context_(context), list_(list) {}

  // Whether an element equals `wanted`; nothing when the budget is spent.
  std::optional<bool> Has(const Value& wanted) {
    if (!context_.Charge(1)) return std::nullopt;
    // A short list is gone through again, which is faster.
    if (list_.size() <= kShort) next_ = 0;
    if (next_ > 0 && seen_.Has(wanted, context_)) return true;
    while (next_ < list_.size()) {
      if (!context_.Charge(1)) return std::nullopt;
      Value element = list_.At(next_++);
      const bool found = Equal(wanted, element, context_);
      if (list_.size() > kShort) seen_.Add(std::move(element));
      if (found) return true;
    }
    // The last look may have been refused.
    return context_.Charge(0) ? std::optional(false) : std::nullopt;
  }

 private:
  static constexpr size_t kShort = 16;

  CallContext& context_;
  const List& list_;
  size_t next_ = 0;
  ElementSet seen_;
};

// Whether `list` has every element of `part`, or any of them.
template <bool kEvery>
std::optional<bool> Search(CallContext& context, const List& list, const List& part) {
  Finder finder(context, list);
  for (size_t i = 0; i < part.size(); ++i) {
    const std::optional<bool> found = finder.Has(part.At(i));
    if (!found.has_value() || *found != kEvery) return found;
  }
  return kEvery;
}

Value Answer(std::optional<bool> found) {
  return found.has_value() ? Value::Bool(*found) : Value::Null();
}

Value Contains(CallContext& context, Args args) {
  return Answer(Search<true>(context, args[0].list(), args[1].list()));
}

Value IsContained(CallContext& context, Args args) {
  return Answer(Search<true>(context, args[1].list(), args[0].list()));
}

Value Intersects(CallContext& context, Args args) {
  return Answer(Search<false>(context, args[0].list(), args[1].list()));
}

Value Equivalent(CallContext& context, Args args) {
  const Value contains = Contains(context, args);
  return contains.is_true() ? IsContained(context, args) : contains;
}

}  // namespace

void AddSets(FunctionTable* table) {
  const FunctionTable rows = {
      {"sets.contains(list(A), list(A)) -> bool", Contains,
       "whether the first list has every element of the second", cost::kSetsContains},
      {"sets.equivalent(list(A), list(A)) -> bool", Equivalent,
       "whether each list has every element of the other", cost::kSetsEquivalent},
      {"sets.intersects(list(A), list(A)) -> bool", Intersects,
       "whether some element is in both lists", cost::kSetsContains},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

void AddMembership(FunctionTable* table) {
  const FunctionTable rows = {
      {"list(A).hasAll(list(A)) -> bool", Contains, "whether every element of the other is in it",
       cost::kSetsContains},
      {"list(A).hasAny(list(A)) -> bool", Intersects, "whether some element of the other is in it",
       cost::kSetsContains},
      {"list(A).hasOnly(list(A)) -> bool", IsContained, "whether all its elements are in the other",
       cost::kSetsContains},
      {"list(A).hasExactly(list(A)) -> bool", Equivalent,
       "whether each has every element of the other", cost::kSetsEquivalent},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
