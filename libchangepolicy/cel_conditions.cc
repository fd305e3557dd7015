#include "libchangepolicy/cel_conditions.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/cel/condition_index.h"
#include "libchangepolicy/cel_data.h"

namespace changepolicy {

struct CelConditions::Data {
  Data(std::vector<CelExpression> of, const std::vector<cel::Expression>& expressions)
      : conditions(std::move(of)), index(expressions) {
    for (const cel::Expression& attribute : index.attributes()) {
      attributes.push_back(std::make_unique<const CelExpression::Data>(
          conditions.front().data_->environment, attribute));
    }
  }

  // Those that may hold; of an input that fits.
  cel::ConditionIndex::Numbers FindPossible(const CelInput& input) const {
    cel::ConditionIndex::Numbers possible;
    if (index.is_small()) {
      uint64_t bits = index.size() == 64 ? ~uint64_t{0} : (uint64_t{1} << index.size()) - 1;
      for (size_t i = 0; i < attributes.size() && bits != 0; ++i) {
        WithValueOf(i, input, [&](const cel::Value& value) { bits &= index.BitsOf(i, value); });
      }
      for (; bits != 0; bits &= bits - 1) {
        possible.push_back(static_cast<uint32_t>(std::countr_zero(bits)));
      }
      return possible;
    }
    absl::InlinedVector<cel::ConditionIndex::Places, 8> places;
    for (size_t i = 0; i < attributes.size(); ++i) {
      WithValueOf(i, input,
                  [&](const cel::Value& value) { places.push_back(index.PlacesOf(i, value)); });
    }
    index.Find(places, &possible);
    return possible;
  }

  const std::vector<CelExpression> conditions;
  const cel::ConditionIndex index;
  std::vector<std::unique_ptr<const CelExpression::Data>> attributes;

 private:
  template <typename Use>
  void WithValueOf(size_t number, const CelInput& input, Use use) const {
    const CelExpression::Data& attribute = *attributes[number];
    if (const cel::Value* const given = attribute.Given(input)) return use(*given);
    std::optional<cel::Value> value = attribute.Quick(input);
    if (!value.has_value()) value = attribute.Plain(input);
    use(*value);
  }
};

absl::StatusOr<CelConditions> CelConditions::Create(std::vector<CelExpression> conditions) {
  std::vector<cel::Expression> expressions;
  expressions.reserve(conditions.size());
  for (const CelExpression& condition : conditions) {
    if (condition.data_->environment != conditions.front().data_->environment) {
      return InvalidArgument(StrCat("condition ", expressions.size(), " `", condition.text(),
                                    "` was compiled in another environment than those before it"));
    }
    const cel::Expression& expression = condition.data_->expression;
    if (!expression.type().Is(cel::TypeKind::kBool) && !expression.type().Is(cel::TypeKind::kDyn)) {
      return InvalidArgument(StrCat("condition ", expressions.size(), " `", condition.text(),
                                    "` gives ", condition.type(), ", expected a bool"));
    }
    expressions.push_back(expression);
  }
  return CelConditions(std::make_shared<const Data>(std::move(conditions), expressions));
}

const std::vector<CelExpression>& CelConditions::conditions() const { return data_->conditions; }

absl::StatusOr<v1::CelFound> CelConditions::Find(const CelInput& input) const {
  v1::CelFound found;
  if (data_->conditions.empty()) return found;
  CP_RETURN_IF_ERROR(data_->conditions.front().data_->environment->CheckFits(input));
  for (const uint32_t number : data_->FindPossible(input)) {
    const CelExpression::Data& condition = *data_->conditions[number].data_;
    std::optional<cel::Value> value = condition.Quick(input);
    if (!value.has_value()) value = condition.Plain(input);
    if (value->is_true()) {
      found.add_holds(static_cast<int32_t>(number));
    } else if (!value->is_false()) {
      v1::CelFound::Undecided* const undecided = found.add_undecided();
      undecided->set_condition(static_cast<int32_t>(number));
      FillResult(*value, condition.expression.tree(), undecided->mutable_result());
    }
  }
  return found;
}

absl::StatusOr<bool> CelConditions::AnyHolds(const CelInput& input) const {
  if (data_->conditions.empty()) return false;
  CP_RETURN_IF_ERROR(data_->conditions.front().data_->environment->CheckFits(input));
  absl::Status undecided = absl::OkStatus();
  for (const uint32_t number : data_->FindPossible(input)) {
    const CelExpression& condition = data_->conditions[number];
    const std::optional<cel::Value> quick = condition.data_->Quick(input);
    if (quick.has_value() && quick->is_true()) return true;
    if (quick.has_value() && quick->is_false()) continue;
    const absl::StatusOr<bool> holds = condition.EvaluateBool(input);
    if (holds.ok() && *holds) return true;
    if (!holds.ok() && undecided.ok()) undecided = holds.status();
  }
  if (!undecided.ok()) return undecided;
  return false;
}

}  // namespace changepolicy
