// Which of many rules may apply to a subject, without asking each.
//
// A rule's condition is mostly a conjunction of tests of single attributes against constants. Each
// such attribute has, for every value that some rule asks for, the rules that ask for it, and the
// rules that ask nothing of it; what remains when the attributes' sets are cut with one another are
// the rules whose tests all hold. They are then asked in full, so that the index may let through a
// rule that does not apply, and never leaves out one that does, or of which nobody can say it, or
// whose condition tells of the clock.
#ifndef LIBCHANGEPOLICY_PROGRAM_RULE_INDEX_H_
#define LIBCHANGEPOLICY_PROGRAM_RULE_INDEX_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "libchangepolicy/program/evaluator.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

// Immutable, thread-safe.
class RuleIndex {
 public:
  // Of rules by their numbers in a list of the policy, with what decides whether each applies
  // (null: it always does). The numbers rise. Linear in the conditions.
  using Rule = std::pair<int32_t, const CheckedExpression*>;
  RuleIndex(const Program& program, const std::vector<Rule>& rules);

  // All of them.
  const std::vector<int32_t>& rules() const { return rules_; }
  int32_t size() const { return static_cast<int32_t>(rules_.size()); }

  // Keeps its memory from one decision to the next.
  using Scratch = std::vector<uint64_t>;
  // Appends the numbers of the rules that may apply, in rising order. O(size() / 64) for each
  // attribute, and the rules that ask for one of its values.
  void Find(ProgramEvaluator* evaluator, Scratch* scratch, std::vector<int32_t>* rules) const;

 private:
  // Rules, by their places in rules_: one by one, or as bits where that is less to go through.
  struct Places {
    std::vector<uint32_t> few;
    std::vector<uint64_t> bits;
  };
  // An attribute of the subject, or of each element of a list.
  struct Attribute {
    NodeIndex value = kNoIndex;
    bool is_list = false;
    // A part of the list's elements: the value for an element, which stands in this slot; kNoIndex:
    // the element itself.
    NodeIndex part = kNoIndex;
    int32_t slot = kNoIndex;
    std::vector<uint64_t> unconstrained;  // rules that ask nothing of it, as bits
    absl::flat_hash_map<int64_t, Places> by_number;
    absl::flat_hash_map<std::string, Places> by_text;
  };
  // A test that a rule's condition makes: one of these values, whatever else it says.
  struct Test {
    NodeIndex value = kNoIndex;
    bool is_list = false;
    NodeIndex part = kNoIndex;
    int32_t slot = kNoIndex;
    std::vector<Datum> values;
  };

  static bool FindTest(const Program& program, NodeIndex condition, Test* test);
  static bool FindListTest(const Program& program, NodeIndex list, NodeIndex body, int32_t slot,
                           Test* test);
  void Add(const Program& program, NodeIndex condition, uint32_t rule);
  Attribute& AttributeOf(const Test& test);
  static void Condense(size_t words, Places* places);
  // Of the value; null where no rule asks for it.
  static const Places* FindPlaces(const Attribute& attribute, const Datum& value);
  // Takes those out of `remaining` that ask something else of the attribute. Room for a word for
  // each of `few`.
  static void Cut(const Attribute& attribute, const Places* matching,
                  absl::Span<uint64_t> remaining, uint64_t* room);
  static void CutByElements(const Attribute& attribute, const Datum& list,
                            ProgramEvaluator* evaluator, absl::Span<uint64_t> remaining,
                            uint64_t* room);

  std::vector<int32_t> rules_;
  std::vector<Attribute> attributes_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_RULE_INDEX_H_
