#include "libchangepolicy/eval/decision_tree.h"

#include <optional>

namespace changepolicy {
namespace {

using Box = DecisionTree::Box;
using Leaf = DecisionTree::Leaf;

// Of all ways; whole numbers, so that every machine counts the same.
constexpr int64_t kAllWays = 1'000'000'000'000'000'000;

bool Meet(const Box& one, const Box& other, int but) {
  const Box& few = one.size() < other.size() ? one : other;
  const Box& many = &few == &one ? other : one;
  for (const auto& [fact, value] : few) {
    if (fact == but) continue;
    const auto found = many.find(fact);
    if (found != many.end() && found->second != value) return false;
  }
  return true;
}

// One fact's leaves: where it is not stated, and where it has each of its values.
struct Sides {
  std::vector<const Leaf*> unstated;
  std::vector<std::vector<const Leaf*>> stated;
};

Sides SidesOf(const DecisionTree& tree, int fact) {
  Sides sides;
  sides.stated.resize(tree.values[fact]);
  for (const Leaf& leaf : tree.leaves) {
    if (leaf.unstated == fact) sides.unstated.push_back(&leaf);
    const auto value = leaf.box.find(fact);
    if (leaf.unstated < 0 && value != leaf.box.end()) sides.stated[value->second].push_back(&leaf);
  }
  return sides;
}

// Counts the ways within a box in which all values of a fact give one verdict.
class SameCounter {
 public:
  SameCounter(const DecisionTree& tree, int fact, const Sides& sides, v1::Verdict verdict,
              int64_t* steps)
      : tree_(tree), fact_(fact), sides_(sides), verdict_(verdict), steps_(*steps) {}

  // Nothing where it takes too long.
  std::optional<int64_t> Count(const Box& box, size_t value = 0) {
    if (value == sides_.stated.size()) return Weight(box);
    int64_t sum = 0;
    for (const Leaf* const leaf : sides_.stated[value]) {
      if (--steps_ < 0) return std::nullopt;
      if (leaf->verdict != verdict_ || !leaf->depends_on.empty() || !Meet(box, leaf->box, fact_)) {
        continue;
      }
      Box both = box;
      both.insert(leaf->box.begin(), leaf->box.end());
      both.erase(fact_);
      const std::optional<int64_t> part = Count(both, value + 1);
      if (!part.has_value()) return std::nullopt;
      sum += *part;
    }
    return sum;
  }

  int64_t Weight(const Box& box) const {
    int64_t weight = kAllWays;
    for (const auto& [fact, value] : box) weight /= tree_.values[fact];
    return weight;
  }

 private:
  const DecisionTree& tree_;
  const int fact_;
  const Sides& sides_;
  const v1::Verdict verdict_;
  int64_t& steps_;
};

}  // namespace

bool DecisionTree::Matters(int fact) const {
  for (const Leaf& leaf : leaves) {
    if (leaf.unstated < 0 && leaf.depends_on.count(fact) > 0) return true;
  }
  const Sides sides = SidesOf(*this, fact);
  for (const Leaf* const without : sides.unstated) {
    for (const auto& leaves_of_value : sides.stated) {
      for (const Leaf* const with : leaves_of_value) {
        const bool same = with->verdict == without->verdict && with->depends_on.empty() &&
                          without->depends_on.empty();
        if (!same && Meet(with->box, without->box, fact)) return true;
      }
    }
  }
  return false;
}

int DecisionTree::DecidesPermille(int fact) const {
  const Sides sides = SidesOf(*this, fact);
  int64_t steps = kMostSteps;
  int64_t deciding = 0;
  for (const Leaf* const leaf : sides.unstated) {
    if (!leaf->depends_on.empty()) return 0;
    SameCounter counter(*this, fact, sides, leaf->verdict, &steps);
    const std::optional<int64_t> same = counter.Count(leaf->box);
    if (!same.has_value()) return 0;
    deciding += counter.Weight(leaf->box) - *same;
  }
  return static_cast<int>((deciding + kAllWays / 2000) / (kAllWays / 1000));
}

}  // namespace changepolicy
