// Of many conditions, those that the values of a few attributes leave possible.
//
// Conditions that test the same attributes stand in one hash table, by the values that they ask
// for: one lookup for each such group, however many conditions there are (tuple space search:
// Srinivasan, Suri, Varghese, "Packet Classification using Tuple Space Search", SIGCOMM 1999).
// Where many would stand under the same values, an element of a list that they ask for tells them
// apart, by a lookup for each element that the list has. Few conditions are bits of one word, which
// each attribute's value leaves or clears.
#ifndef LIBCHANGEPOLICY_CEL_CONDITION_INDEX_H_
#define LIBCHANGEPOLICY_CEL_CONDITION_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "libchangepolicy/cel/condition_tests.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Immutable, thread-safe.
class ConditionIndex {
 public:
  // Of one environment, in the order of their numbers.
  explicit ConditionIndex(absl::Span<const Expression> conditions);

  // What Find needs to know; none of them calls a function or can change what another gives.
  const std::vector<Expression>& attributes() const { return attributes_; }

  // Where a value stands among those that conditions ask an attribute for.
  enum class Place : uint32_t {};
  // Of an error, an unknown, or a value of a kind that nobody asks for: it leaves all possible.
  static constexpr Place kAny{0xFFFFFFFF};
  // Of the value, or of the elements of a list and the keys of a map.
  using Places = absl::InlinedVector<Place, 2>;
  // `attribute`: an index of attributes(). Linear in a list; for a map in the smaller of it and
  // what is asked for.
  Places PlacesOf(size_t attribute, const Value& value) const;

  // Of at most 64 conditions: a bit for each that may be true as far as this attribute tells, from
  // the lowest bit on; where the bits of several attributes agree, every other one is false. Costs
  // as much as PlacesOf. REQUIRES: is_small().
  bool is_small() const { return size_ <= 64; }
  uint64_t BitsOf(size_t attribute, const Value& value) const;
  size_t size() const { return size_; }

  // Mostly few.
  using Numbers = absl::InlinedVector<uint32_t, 16>;
  // Appends the numbers of all conditions that may be true, by rising number, each once; every
  // other one is false. `places`: of the attributes, in their order. Takes a lookup for each
  // group of conditions, and a pass through its table where an attribute of it may be anything.
  void Find(absl::Span<const Places> places, Numbers* conditions) const;

 private:
  static constexpr Place kNone{0xFFFFFFFE};  // no condition asks for it

  using Tuple = absl::InlinedVector<Place, 6>;
  struct Group {
    // At most the last one is asked for an element.
    std::vector<size_t> attributes;
    absl::flat_hash_map<Tuple, std::vector<uint32_t>> conditions;
  };
  struct Values {
    AttributeTest::Kind kind = AttributeTest::Kind::kText;
    bool of_element = false;
    absl::flat_hash_map<std::string, Place> texts = {};
    absl::flat_hash_map<std::variant<bool, int64_t, uint64_t>, Place> others = {};
  };
  // Bits of conditions, where these are few.
  struct Bits {
    uint64_t untested = 0;                // that do not test the attribute
    std::vector<uint64_t> by_place = {};  // that ask for the value at each place
  };
  std::vector<bool> Crowded(size_t conditions) const;
  void FillBits();
  Place Intern(size_t attribute, const MapKey& value);
  static Place PlaceOf(const Values& values, const Value& value);
  static void AddKeysOf(const Values& values, const Map& map, Places* places);
  static void AddConditionsOf(const Group& group, absl::Span<const Places> places,
                              Numbers* conditions);

  size_t size_ = 0;
  std::vector<Expression> attributes_;
  std::vector<Values> values_;  // by attribute
  std::vector<Bits> bits_;      // by attribute
  std::vector<Group> groups_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_CONDITION_INDEX_H_
