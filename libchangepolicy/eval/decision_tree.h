// All ways in which missing facts can turn out, parted by the verdict that they give; pure
// combinatorics over numbers.
#ifndef LIBCHANGEPOLICY_EVAL_DECISION_TREE_H_
#define LIBCHANGEPOLICY_EVAL_DECISION_TREE_H_

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {

struct DecisionTree {
  // Facts, and the value that each has; the others may have any.
  using Box = std::map<int, int>;

  struct Leaf {
    Box box;
    // The one fact that nobody states here; -1: all are stated. It is not in `box`.
    int unstated = -1;
    v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
    // Facts of too many values on which the verdict still depends: it may be any.
    std::set<int> depends_on;
  };

  // Leaves without an unstated fact hold each way in which all facts turn out exactly once; those
  // in which a given fact is unstated each way of the others in which that fact was asked for.
  std::vector<Leaf> leaves;
  // How many values each fact has; 0: too many.
  std::vector<int> values;

  // Some way of the others leaves the verdict to this fact, or may do so. O(leaves^2) box
  // comparisons.
  bool Matters(int fact) const;

  // In how many parts of a thousand of all ways of the others the verdict is not the same for every
  // value of this fact and for none. 0 where it depends on facts of too many values, or where the
  // count would take more than kMostSteps comparisons.
  int DecidesPermille(int fact) const;

  static constexpr int64_t kMostSteps = 2'000'000;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_DECISION_TREE_H_
