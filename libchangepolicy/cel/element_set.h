// A collection of values that answers fast whether one of them equals another (equality.h).
// Included by the functions that ask that for many: distinct(), sets, `in` a long list.
#ifndef LIBCHANGEPOLICY_CEL_ELEMENT_SET_H_
#define LIBCHANGEPOLICY_CEL_ELEMENT_SET_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/time/time.h"
#include "libchangepolicy/cel/meter.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Few values are compared one by one. Of many, numbers, texts, times, bools and null are ordered,
// so that a lookup is logarithmic whatever the values are: a hash could be made to collide. Lists,
// maps, messages and other kinds are compared with each other.
//
// Thread-compatible.
class ElementSet {
 public:
  void Add(Value value);
  // Room for so many.
  void Reserve(size_t size) { values_.reserve(size); }

  // Whether one of them equals `value`, which is known. Charges what it does beforehand; false, for
  // what it is worth, where the meter refuses.
  bool Has(const Value& value, Meter& meter) const;

  // The same for values of these kinds, without a charge. REQUIRES: is_ordered().
  bool HasInt(int64_t value) const;
  bool HasUint(uint64_t value) const;
  bool HasDouble(double value) const;
  bool HasString(std::string_view text) const { return strings_.contains(text); }

  // Whether there are many, and none that a lookup has to be compared with.
  bool is_ordered() const { return is_indexed() && others_.empty(); }

  // All that were added, in that order.
  const std::vector<Value>& values() const { return values_; }
  // The same; the set is not used afterwards.
  std::vector<Value> Take() && { return std::move(values_); }

 private:
  // Up to so many are compared one by one, which is faster.
  static constexpr size_t kCompared = 16;

  // An int or a uint: whether it is at least 0, and its bits. In the order of the numbers.
  using Whole = std::pair<bool, uint64_t>;
  static Whole WholeOf(int64_t value) { return {value >= 0, static_cast<uint64_t>(value)}; }
  static double Rounded(const Whole& whole) {
    return whole.first ? static_cast<double>(whole.second)
                       : static_cast<double>(static_cast<int64_t>(whole.second));
  }
  // With doubles, integers are compared as doubles; that keeps their order.
  struct WholeLess {
    using is_transparent = void;
    bool operator()(const Whole& a, const Whole& b) const { return a < b; }
    bool operator()(const Whole& a, double b) const { return Rounded(a) < b; }
    bool operator()(double a, const Whole& b) const { return a < Rounded(b); }
  };

  bool is_indexed() const { return values_.size() > kCompared; }
  void Index(const Value& value);
  bool HasWhole(const Whole& whole) const {
    return wholes_.contains(whole) || (!doubles_.empty() && doubles_.contains(Rounded(whole)));
  }
  uint64_t StepsFor(const Value& value) const;

  // Their texts are those that the index refers to.
  std::vector<Value> values_;

  bool null_ = false;
  bool bools_[2] = {false, false};
  absl::btree_set<Whole, WholeLess> wholes_;
  absl::btree_set<double> doubles_;  // no NaN, which equals nothing
  absl::btree_set<std::string_view> strings_;
  absl::btree_set<std::string_view> bytes_;
  absl::btree_set<absl::Time> timestamps_;
  absl::btree_set<absl::Duration> durations_;
  std::vector<Value> others_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_ELEMENT_SET_H_
