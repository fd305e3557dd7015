// Plans: `in`, and indexes.
#include <optional>
#include <string>

#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/element_set.h"
#include "libchangepolicy/cel/plan_runner.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

bool IsText(Kind kind) { return kind == Kind::kString || kind == Kind::kBytes; }

// REQUIRES: it is one.
const std::string& TextOf(const Value& value) {
  return value.Is(Kind::kString) ? value.string_value() : value.bytes_value();
}

bool AnyError(const Cell& a, const Cell& b) { return a.Is(Kind::kError) || b.Is(Kind::kError); }
// REQUIRES: one of them is an error.
Cell FirstError(const Cell& a, const Cell& b) { return a.Is(Kind::kError) ? a : b; }

// Nothing for kinds that are looked for one by one.
std::optional<bool> Among(const ElementSet& set, const Cell& wanted) {
  switch (wanted.kind) {
    case Kind::kInt:
      return set.HasInt(wanted.integer);
    case Kind::kUint:
      return set.HasUint(wanted.natural);
    case Kind::kDouble:
      return set.HasDouble(wanted.number);
    case Kind::kString:
      return set.HasString(*wanted.text);
    default:
      return std::nullopt;
  }
}

}  // namespace

Cell PlanRunner::In(const Step& step) {
  const Cell args[] = {Visit(*step.args[0]), Visit(*step.args[1])};
  const auto& [wanted, among] = args;
  if (AnyError(wanted, among)) return FirstError(wanted, among);
  if ((step.kinds & KindBit(among.kind)) == 0) return Apply(step, args);
  if (IsText(wanted.kind)) PayTexts(wanted.text->size());
  if (among.Is(Kind::kMap)) {
    cost_ += 1;
    return Cell::Bool(LookUp(among, wanted).has_value());
  }
  const size_t size = SizeOf(among);
  cost_ += size;
  if (step.detail->among != nullptr) {
    const std::optional<bool> found = Among(*step.detail->among, wanted);
    if (found.has_value()) {
      // As if every element had been looked at.
      const uint64_t each = 2 + (IsText(wanted.kind) ? TextSteps(wanted.text->size()) : 0);
      steps_ = SaturatingAdd(steps_, SaturatingMultiply(size, each));
      return Cell::Bool(*found);
    }
  }
  const cel::List* const values =
      IsText(wanted.kind) && among.form == Cell::Form::kValue ? &among.value->list() : nullptr;
  for (size_t i = 0; i < size && !gave_up_; ++i) {
    steps_ += 1;
    // Texts in a list of texts, which is what is asked most, are compared where they are.
    const Value* const kept = values != nullptr ? values->Peek(i) : nullptr;
    if (kept != nullptr && kept->Is(wanted.kind)) {
      steps_ += 1;
      PayTexts(wanted.text->size());
      if (TextOf(*kept) == *wanted.text) return Cell::Bool(true);
      continue;
    }
    const Cell element = ElementAt(among, i);
    if (element.Is(Kind::kError)) return element;
    if (Equal(wanted, element)) return Cell::Bool(true);
  }
  return Cell::Bool(false);
}

namespace {

// A list is indexed by a whole number of any kind.
std::optional<int64_t> WholeNumber(const Cell& index) {
  if (index.Is(Kind::kInt)) return index.integer;
  std::optional<KeyView> whole;
  if (index.Is(Kind::kUint)) whole = ToKeyView(index.natural);
  if (index.Is(Kind::kDouble)) whole = ToKeyView(index.number);
  if (!whole.has_value() || !std::holds_alternative<int64_t>(whole->key)) return std::nullopt;
  return std::get<int64_t>(whole->key);
}

}  // namespace

Cell PlanRunner::Index(const Step& step) {
  const Cell target = Visit(*step.args[0]);
  const Cell index = Visit(*step.args[1]);
  if (AnyError(target, index)) return FirstError(target, index);
  if ((step.kinds & KindBit(target.kind)) == 0) return GiveUp();
  cost_ += 1;
  if (target.Is(Kind::kMap)) {
    const std::optional<Cell> found = LookUp(target, index);
    return found.has_value() ? *found : Fail(step, target, index);
  }
  const std::optional<int64_t> at = WholeNumber(index);
  if (!at.has_value()) return Cell::Error();
  if (*at < 0 || static_cast<uint64_t>(*at) >= SizeOf(target)) {
    return Fail(step, target, Cell::Int(*at));
  }
  const Cell element = ElementAt(target, static_cast<size_t>(*at));
  if (IsText(element.kind)) PayTexts(element.text->size());
  return element;
}

}  // namespace changepolicy::cel
