// The expressions of a policy, compiled: one graph in which each distinct part of all of them
// stands once, with constants folded and fields resolved to places in memory.
//
// A part whose forms are not compiled (maps that are no constants, unsigned numbers, bytes and the
// like) makes its whole expression one for the plain evaluator of cel/, which also answers whatever
// turns out to be an error. Both give the same answers (tests/program).
#ifndef LIBCHANGEPOLICY_PROGRAM_PROGRAM_H_
#define LIBCHANGEPOLICY_PROGRAM_PROGRAM_H_

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/regex.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/check/vocabulary.h"
#include "libchangepolicy/flat/table.h"
#include "libchangepolicy/program/datum.h"
#include "libchangepolicy/program/field_value.h"
#include "libchangepolicy/program/told_facts.h"

namespace changepolicy {

using NodeIndex = int32_t;
inline constexpr NodeIndex kNoIndex = -1;

enum class Op : uint8_t {
  kConstant,    // a: constant
  kVariable,    // a: variable
  kDefinition,  // a: definition
  kLocal,       // a: slot of an enclosing macro
  kField,       // a: message, b: field
  kHas,         // a: message, b: field
  kAnd,         // a, b
  kOr,          // a, b
  kNot,         // a
  kIf,          // a: condition, b, c
  kEqual,       // a, b: data of one kind, and so on down to kGreaterEqual
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,           // a: element, b: list
  kTextSize,     // a
  kListSize,     // a
  kStartsWith,   // a, b
  kEndsWith,     // a, b
  kContains,     // a, b
  kAddInt,       // a, b
  kSubtractInt,  // a, b
  kAddTime,      // a, b: a timestamp or a duration, and a duration
  kSubtractTime,
  kTimePart,  // a: a timestamp or a duration; b: a cel::TimePart; c: zone of a timestamp
  kExists,    // a: list, b: predicate, c: slot of the element; its place in the list is in the next
  kAll,       // a, b, c
  kExistsOne,  // a, b, c
  kFilter,     // a, b, c
  kMap,        // a: list, b: what is made of an element, beyond where nothing is, c: slots
  kBind,       // a: value, b: what is made with it, c: slot of its name
  kListOf,     // a: first in arguments(), b: how many
  kIndex,      // a: list, b: place in it
  kIndexIf,    // the same as an optional value
  kValueAt,    // a: map, b: key
  kValueAtIf,  // the same as an optional value
  kOnlyIf,     // a: condition, b: value; an optional, which has it where the condition holds
  kHasValue,   // a: optional
  kValueOf,    // a: optional
  kOrElse,     // a: optional, b: what it is where that has no value
  kMatches,    // a: text, b: pattern
  kCall,       // a: call
  kApply,      // a: application
  // Only of instructions.
  kFieldAt,   // a: node of a field with a path, b: that path
  kAllOf,     // a: first in operands(), b: how many
  kAnyOf,     // a, b
  kNumberIs,  // a, b: constant, c: RelationBits; bools, numbers, enums
  kNumberIn,  // a, b: a set of numbers()
  kTextIs,    // a, b: constant
};

struct ProgramNode {
  Op op = Op::kConstant;
  // Computed once for a decision and kept under this number; kNoIndex: each time.
  int32_t memo = kNoIndex;
  NodeIndex a = kNoIndex, b = kNoIndex, c = kNoIndex;
  // A comparison in which `now` takes part: how often it is added on the left less on the right; 0
  // for all others.
  int32_t now_coefficient = 0;
};

// Whether a relation holds where the left is less than, equal to or greater than the right.
enum RelationBits : int32_t { kIfLess = 1, kIfEqual = 2, kIfGreater = 4 };

// What is done for a node: the node itself, or something quicker that comes to the same.
struct Instruction {
  Op op = Op::kConstant;
  int32_t memo = kNoIndex;
  int32_t a = kNoIndex, b = kNoIndex, c = kNoIndex;
  int32_t d = 0;  // the node's now_coefficient
};

// Where the values of an attribute come from.
enum class ProgramVariable : uint8_t {
  kSubject,  // `change` or `release`
  kOrganization,
  kModel,
  kRisk,
  kCalendar,
  kAftercare,
  kApprovals,
  kNow,
  kCategory,
  kPriority,
  kTransition,
  kReleaseKind,
  kImpliedReleaseKind,
  kCount,
};

// As expressions name it; empty for the subject, whose name depends on its kind.
std::string_view NameOf(ProgramVariable variable);

// What decides whether a field is known.
enum class Presence : uint8_t {
  kAlways,     // unless some part of its message was made unknown
  kStated,     // a fact of the subject: set, or named by a statement
  kSet,        // a fact of the organization: set
  kDirectory,  // `organization.directory`: unless it is outdated
  kLedger,     // `organization.ledger`
};

struct ProgramField {
  const flat::FieldTable* field = nullptr;
  // What protobuf says of it, for the words of its values.
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  FieldForm form = FieldForm::kNone;
  Datum::Storage storage = Datum::Storage::kMessage;  // of a list's elements
  uint64_t bit = 0;                                   // in its message
  // Some expression also tests it by `has`: what was read of it last is what counts.
  bool is_tested = false;
  // The attribute as the Decision names it; kNoIndex below an element of a list.
  int32_t path = kNoIndex;
  // The same without root and indices, as statements name it.
  int32_t statement = kNoIndex;
  Presence presence = Presence::kAlways;
  bool is_attribute = false;  // of the open world: unknown where it is not set
};

// Paths that have a bit in sets of facts: of most policies, all that are attributes or calls.
inline constexpr uint32_t kPathBits = 256;

struct ProgramPath {
  std::string text;
  int32_t rank = 0;        // among all paths in the order of their texts
  int32_t bit = kNoIndex;  // in the same order
  int32_t elements = 0;    // how many paths come before those of its elements, if it is a list
};

// No function of the vocabulary has more.
inline constexpr int32_t kMostArguments = 4;

// A call of a function of the vocabulary.
struct ProgramCall {
  DomainFunction function;
  std::string_view name;
  int32_t first = 0;  // of its arguments, in arguments()
  int32_t count = 0;
  // `evidence.passed("unit")` where all arguments are constant; kNoIndex otherwise.
  int32_t path = kNoIndex;
  // Paths of the program that come before every call of the function, and those that are calls.
  int32_t paths_before = 0;
  bool has_paths = false;
  const google::protobuf::EnumDescriptor* result_enum = nullptr;
};

// A call of a function of the language that has no operation of its own: on values of the language,
// which are made for it.
struct ProgramApplication {
  std::shared_ptr<const cel::Overload> overload;
  int32_t first = 0;  // of its arguments, in arguments()
  int32_t count = 0;
};

struct ProgramArgument {
  NodeIndex node = kNoIndex;
  // Where it, or its elements, are of one.
  const google::protobuf::EnumDescriptor* enum_type = nullptr;
};

// What an expression names: computed and read with it whether or not it is met on the way.
struct ProgramNeeds {
  std::vector<int32_t> definitions;
  std::vector<int32_t> facts;  // declared

  friend auto operator<=>(const ProgramNeeds&, const ProgramNeeds&) = default;
};

struct ProgramExpression {
  static constexpr NodeIndex kNoRule = -2;  // none of a rule about a change or a release

  NodeIndex root = kNoIndex;  // kNoIndex: for the plain evaluator
  int32_t needs = kNoIndex;   // kNoIndex: none
};

struct ProgramDefinition {
  std::string name;
  ProgramExpression expression;
  // It compares something with `now`, or calls what may.
  bool tells_of_clock = false;
};

// A fact that the policy declares.
struct ProgramFact {
  const v1::FactDeclaration* declaration = nullptr;
  int32_t change_path = kNoIndex;
  int32_t release_path = kNoIndex;
};

// Immutable, thread-safe. Refers to the CheckedPolicy, which must outlive it.
class Program {
 public:
  explicit Program(const CheckedPolicy& policy);

  const CheckedPolicy& policy() const { return policy_; }

  // Puts the policy's expressions to rest whose answers come from the program, and those that no
  // decision asks. REQUIRES: nobody else uses the policy at this time.
  void RestExpressions() const;

  // Null for one that is not of this policy's rules about a change or a release.
  const ProgramExpression* Find(const CheckedExpression& expression) const {
    const auto number = static_cast<size_t>(expression.number);
    if (number >= expressions_.size()) return nullptr;
    const ProgramExpression& found = expressions_[number];
    return found.root == ProgramExpression::kNoRule ? nullptr : &found;
  }
  // Asks the processor for what evaluating it reads first, in two steps likewise.
  void FetchExpression(const CheckedExpression& expression) const {
    const auto number = static_cast<size_t>(expression.number);
    if (number < expressions_.size()) __builtin_prefetch(&expressions_[number]);
  }
  void FetchInstructions(const CheckedExpression& expression) const;
  // Of an expression that has some.
  const ProgramNeeds& needs(int32_t index) const { return needs_[static_cast<size_t>(index)]; }

  const ProgramNode& node(NodeIndex index) const { return nodes_[static_cast<size_t>(index)]; }
  const Instruction& instruction(NodeIndex index) const {
    return instructions_[static_cast<size_t>(index)];
  }
  NodeIndex operand(int32_t index) const { return operands_[static_cast<size_t>(index)]; }
  // A set of numbers from 0 to 63, as bits.
  uint64_t numbers(int32_t index) const { return numbers_[static_cast<size_t>(index)]; }
  const Datum& constant(int32_t index) const { return constants_[static_cast<size_t>(index)]; }
  const absl::TimeZone& zone(int32_t index) const { return zones_[static_cast<size_t>(index)]; }
  const ProgramField& field(int32_t index) const { return fields_[static_cast<size_t>(index)]; }
  const ProgramCall& call(int32_t index) const { return calls_[static_cast<size_t>(index)]; }
  const ProgramApplication& application(int32_t index) const {
    return applications_[static_cast<size_t>(index)];
  }
  // A regular expression that stands in the policy; null for one that is none.
  const cel::Pattern* pattern(int32_t index) const {
    return patterns_[static_cast<size_t>(index)].get();
  }
  const ProgramArgument& argument(int32_t index) const {
    return arguments_[static_cast<size_t>(index)];
  }
  const ProgramDefinition& definition(int32_t index) const {
    return definitions_[static_cast<size_t>(index)];
  }
  const ProgramFact& fact(int32_t index) const { return facts_[static_cast<size_t>(index)]; }
  const ProgramPath& path(int32_t index) const { return paths_[static_cast<size_t>(index)]; }
  const ProgramPath& PathOfRank(int32_t rank) const {
    return path(paths_by_rank_[static_cast<size_t>(rank)]);
  }
  // Of paths with a bit.
  const ToldFacts& told_facts() const { return told_facts_; }
  int32_t PathOfBit(size_t bit) const { return paths_by_bit_[bit]; }
  int32_t RankOfBit(size_t bit) const { return ranks_by_bit_[bit]; }
  uint32_t bits() const { return static_cast<uint32_t>(paths_by_bit_.size()); }
  // How many have a text before this one.
  int32_t PathsBefore(std::string_view text) const;
  // Computing the node may tell of an instant at which an answer changes.
  bool TellsOfClock(NodeIndex index) const { return tells_of_clock_[static_cast<size_t>(index)]; }
  // Some definition that it names may.
  bool NeedsTellOfClock(const ProgramExpression& expression) const;
  // By text; kNoIndex where no expression mentions it.
  int32_t FindPath(std::string_view text) const { return FindIn(path_index_, text); }
  int32_t FindStatement(std::string_view text) const { return FindIn(statement_index_, text); }

  // Of the message that a variable is; kNoIndex where no expression mentions it.
  int32_t variable_path(ProgramVariable variable) const {
    return variable_paths_[static_cast<size_t>(variable)];
  }
  int32_t subject_path(bool is_change) const { return subject_paths_[is_change ? 0 : 1]; }
  // Some expression mentions `organization.ledger`.
  bool mentions_ledger() const { return mentions_ledger_; }

  // How many there are of each.
  int32_t nodes() const { return static_cast<int32_t>(nodes_.size()); }
  int32_t memos() const { return memos_; }
  int32_t slots() const { return slots_; }
  int32_t paths() const { return static_cast<int32_t>(paths_.size()); }
  int32_t statements() const { return static_cast<int32_t>(statements_.size()); }
  int32_t definitions() const { return static_cast<int32_t>(definitions_.size()); }
  int32_t facts() const { return static_cast<int32_t>(facts_.size()); }

 private:
  friend class ProgramCompiler;
  using TextIndex = absl::flat_hash_map<std::string, int32_t>;

  static int32_t FindIn(const TextIndex& index, std::string_view text) {
    const auto found = index.find(ToAbsl(text));
    return found == index.end() ? kNoIndex : found->second;
  }

  const CheckedPolicy& policy_;
  std::vector<ProgramNode> nodes_;
  std::vector<Instruction> instructions_;  // by node
  std::vector<NodeIndex> operands_;
  std::vector<uint64_t> numbers_;
  std::vector<bool> tells_of_clock_;  // by node
  std::vector<Datum> constants_;
  std::deque<std::string> texts_;         // of constants
  std::deque<std::vector<Datum>> lists_;  // of constants
  std::vector<absl::TimeZone> zones_;     // the first is UTC
  std::vector<ProgramField> fields_;
  std::vector<ProgramCall> calls_;
  std::vector<ProgramApplication> applications_;
  std::vector<std::shared_ptr<const cel::Pattern>> patterns_;
  std::vector<ProgramArgument> arguments_;
  std::vector<ProgramDefinition> definitions_;
  std::vector<ProgramFact> facts_;
  std::vector<ProgramPath> paths_;
  std::vector<int32_t> paths_by_rank_, paths_by_bit_, ranks_by_bit_;
  ToldFacts told_facts_;
  std::vector<std::string> statements_;
  TextIndex path_index_, statement_index_;
  std::array<int32_t, static_cast<size_t>(ProgramVariable::kCount)> variable_paths_;
  std::array<int32_t, 2> subject_paths_;
  bool mentions_ledger_ = false;
  int32_t memos_ = 0;
  int32_t slots_ = 0;
  std::vector<ProgramNeeds> needs_;
  std::vector<ProgramExpression> expressions_;  // by number
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_PROGRAM_H_
