#include "libchangepolicy/check/checked_expression.h"

#include <optional>

#include "libchangepolicy/cel/utf8.h"

namespace changepolicy {

KeptExpression::KeptExpression(cel::Expression expression, std::string_view text)
    : environment_(expression.environment()),
      text_(text),
      compiled_(new const cel::Expression(std::move(expression))) {}

KeptExpression::~KeptExpression() { Rest(); }

void KeptExpression::Rest() const { delete compiled_.exchange(nullptr); }

const cel::Expression& KeptExpression::CompileAgain() const {
  // It compiled when the policy was loaded, and compiling has one result.
  auto again = std::make_unique<const cel::Expression>(*environment_.Compile(text_).expression);
  const cel::Expression* first = nullptr;
  if (!compiled_.compare_exchange_strong(first, again.get(), std::memory_order_acq_rel)) {
    return *first;  // another thread was quicker
  }
  return *again.release();
}

TextPlaces::TextPlaces(std::string_view text,
                       const std::vector<std::pair<uint32_t, Position>>& places) {
  std::vector<Place> others;
  Place last;  // where the last offset stands
  for (size_t i = 0; i < places.size(); ++i) {
    const auto& [offset, position] = places[i];
    if (i == 0) {
      first_ = {offset, position};
    } else if (Move(last, text, offset) != position) {
      others.push_back({offset, position});
    }
    last = {offset, position};
  }
  if (others.empty()) return;
  others.shrink_to_fit();
  others_ = std::make_unique<const std::vector<Place>>(std::move(others));
}

Position TextPlaces::At(std::string_view text, uint32_t offset) const {
  if (first_.position.line == 0) return {};
  const Place* place = &first_;
  if (others_ != nullptr) {
    for (const Place& other : *others_) {
      if (other.offset <= offset) place = &other;
    }
  }
  return Move(*place, text, offset);
}

Position TextPlaces::Move(const Place& from, std::string_view text, uint32_t offset) {
  Position position = from.position;
  position.column +=
      static_cast<int>(cel::CountCodePoints(text.substr(from.offset, offset - from.offset)));
  return position;
}

Position CheckedExpression::PositionOf(cel::NodeId node) const {
  const cel::Tree& tree = expression().tree();
  if (static_cast<size_t>(node) >= tree.nodes.size()) return {};
  return body_->places.At(tree.text, tree[node].at);
}

}  // namespace changepolicy
