// Which of many rules may apply to a subject, without asking each.
//
// A rule's condition is mostly a conjunction of tests of single attributes against constants
// (rule_tests.h). Each attribute has, for every value that some rule asks for, the rules that ask
// for it, and the rules that ask nothing of it; what remains when the attributes' sets are cut with
// one another are the rules whose tests all hold. They are then asked in full, so that the index
// may let through a rule that does not apply, and never leaves out one that does, or of which
// nobody can say it, or whose condition tells of the clock.
//
// The sets are bits, of which each attribute goes through all. Where there are many rules, one that
// asks for a value which few others ask for is no bit: it is listed under that value alone (an
// access predicate: Fabret et al., "Filtering Algorithms and Implementation for Very Fast
// Publish/Subscribe Systems", SIGMOD 2001). What the rules of a list test besides is beside it,
// each test once.
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
#include "libchangepolicy/program/rule_tests.h"

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

 private:
  // What the subject has of an attribute.
  struct Present {
    // Nothing is excluded: it is unknown, or a value that no test could name.
    bool any = false;
    // Its values, as far as rules ask for them: `ids` from `first` on.
    uint32_t first = 0;
    uint32_t count = 0;
    union {
      uint64_t mask = 0;  // the same, where there are at most 64
      int64_t number;     // of an order, as a limit
    };
  };

 public:
  // Keeps its memory from one decision to the next.
  struct Scratch {
    std::vector<uint64_t> words;
    std::vector<Present> present;
    std::vector<uint32_t> ids;
    std::vector<int32_t> listed;
    // By value of an attribute: the last search for one that met it. They are never as many as
    // would begin anew, when what was met would be left out.
    std::vector<uint64_t> met;
    uint64_t search = 0;
  };
  // Appends the numbers of the rules that may apply, in rising order. O(wide rules / 64) for each
  // attribute, and what is listed under the subject's values.
  void Find(ProgramEvaluator* evaluator, Scratch* scratch, std::vector<int32_t>* rules) const;

 private:
  // Wide rules, by their places in wide_: one by one, or as bits where that is less to go through.
  struct Places {
    std::vector<uint32_t> few;
    std::vector<uint64_t> bits;
  };
  struct Attribute {
    TestedAttribute tested;
    // Values that rules ask for, by numbers from 0 on.
    absl::flat_hash_map<int64_t, uint32_t> by_number;
    absl::flat_hash_map<std::string, uint32_t> by_text;
    uint32_t values = 0;
    std::vector<size_t> lengths;  // of beginnings and ends, rising
    // By value; empty where no wide rule asks anything of it.
    std::vector<Places> wide;
    std::vector<uint64_t> unconstrained;  // wide rules that ask nothing of it, as bits
    // Of an order instead: what it has to reach at least, by wide rule. Where an order is turned
    // around, so are its limits and what is held against them.
    std::vector<int64_t> limits;
    // The lists of a value: `lists_` from `lists` of the value to that of the next. Empty where
    // nothing is listed under any.
    std::vector<uint32_t> lists;
  };
  // At most 64 rules, by rising number, and what they test beside the value under which they stand.
  struct List {
    uint32_t first_rule = 0;  // of listed_
    uint32_t rules = 0;
    uint32_t first_test = 0;  // of tests_
    uint32_t tests = 0;
  };
  struct Test {
    uint32_t head = 0;   // the attribute, kMask, kOr and kLimit
    uint32_t value = 0;  // or the place of a mask in masks_, of a limit in limits_
    uint64_t rules = 0;  // of the list, as bits: those that test this
  };
  static constexpr uint32_t kMask = 0x80000000;
  static constexpr uint32_t kOr = 0x40000000;  // the next is another value of the same test
  static constexpr uint32_t kLimit = 0x20000000;
  static constexpr uint32_t kAttribute = ~(kMask | kOr | kLimit);

  class Builder;

  // Calls `add` for each number of a value to which this one stands as is asked.
  template <typename Add>
  static void ForValues(const Attribute& attribute, const Datum& value, Add add);
  Present PresentIn(const Attribute& attribute, ProgramEvaluator* evaluator,
                    Scratch* scratch) const;
  // Takes those out of `remaining` that ask something else of the attribute. `room` is as large.
  static void Cut(const Attribute& attribute, absl::Span<const uint32_t> values,
                  absl::Span<uint64_t> remaining, uint64_t* room);
  // The same of an order.
  static void CutByLimit(const Attribute& attribute, int64_t number,
                         absl::Span<uint64_t> remaining);
  bool Holds(const Test& test, const Scratch& scratch) const;
  void FindIn(const List& list, Scratch* scratch) const;
  void FindListed(Scratch* scratch) const;

  std::vector<int32_t> rules_, wide_, listed_;
  std::vector<Attribute> attributes_;
  uint32_t most_values_ = 0;  // of an attribute
  std::vector<List> lists_;
  std::vector<Test> tests_;
  std::vector<uint64_t> masks_;
  std::vector<int64_t> limits_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_RULE_INDEX_H_
