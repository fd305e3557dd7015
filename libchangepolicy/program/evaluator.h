// Computes expressions of a Program for one decision.
#ifndef LIBCHANGEPOLICY_PROGRAM_EVALUATOR_H_
#define LIBCHANGEPOLICY_PROGRAM_EVALUATOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/program/facts_read.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

// What the functions of the vocabulary are computed from, and who is told of the clock.
class ProgramHost {
 public:
  virtual ~ProgramHost() = default;
  // Open where the answer is unknown or an error. Lists are made in the decision's arena.
  virtual Datum Call(const ProgramCall& call, absl::Span<const Datum> args) = 0;
  // Two times that are compared, of which one moves with `now`, meet at this instant.
  virtual void Meet(absl::Time at) = 0;
};

// Not safe for use by two threads. Keeps its memory from one decision to the next, so that nothing
// is allocated once it has seen decisions of the size.
class ProgramEvaluator {
 public:
  // Forgets what was computed, and every variable. All arguments must outlive what follows.
  void Begin(const Program* program, ProgramHost* host, flat::Arena* arena, absl::Time now);

  // Gives a variable its value for all later expressions; one without a value is open.
  void Set(ProgramVariable variable, Datum value) {
    variables_[static_cast<size_t>(variable)] = value;
  }
  // A message whose parts are facts; kNoIndex: no expression mentions it.
  void SetMessage(ProgramVariable variable, int32_t path, const void* message) {
    if (path != kNoIndex) Set(variable, Datum::Message(message, facts_.TrailOfPath(path)));
  }
  void SetFact(int32_t fact, Datum value);
  // What is at this path cannot be known.
  void SetUnknownPart(std::string_view path);
  // The statement names the field, by its path without root and indices.
  void SetStated(std::string_view field);
  void SetOutdated(bool directory, bool ledger) {
    directory_outdated_ = directory;
    ledger_outdated_ = ledger;
  }
  void SetSubjectKind(bool is_change) { is_change_ = is_change; }

  // The value; open where the plain evaluator has to say more. `reads` is what was read, and
  // nothing else.
  Datum Evaluate(const ProgramExpression& expression, FactReads* reads);

  FactsRead& facts() { return facts_; }

  // Of an expression that was evaluated and is unknown: adds to `open` the attributes that could
  // still change its value, those behind them included, in no stated order, each once. Nothing
  // counts as read; of what functions and comparisons tell the host on the way, it takes no note.
  // False where only the plain evaluator can tell them all.
  // As UnknownsBehind of cel/ goes about it.
  bool Explore(const ProgramExpression& expression, std::vector<std::string_view>* open);

  // The value of a node that depends on no variable of a macro; nothing counts as read. Open where
  // it is not known.
  Datum Peek(NodeIndex node);
  // An element of a list, or the part of it that `part` reads from the slot.
  Datum PeekElement(const Datum& list, uint32_t index, NodeIndex part, int32_t slot);

 private:
  class FunctionContext;
  class Missing;

  // Steps of one expression, beyond which the plain evaluator is asked, which counts them as the
  // language's limits are stated. Each of them is at most a few hundred of its steps, so that no
  // limit is met below.
  static constexpr uint32_t kMostSteps = 20'000;

  struct Memo {
    uint32_t generation = 0;
    uint32_t first_other = 0;
    uint32_t others = 0;
    Datum value;
    FactBits bits;
  };

  Datum Visit(NodeIndex index);
  Datum VisitOther(const Instruction& node);
  [[gnu::noinline]] Datum VisitKept(const Instruction& node);
  Datum VisitExploring(const Instruction& node);
  // Of two that are not both known, why what needs both is not.
  Datum Either(const Datum& a, const Datum& b);
  // The same of any number of parts.
  Datum WhyOpen(const Missing& missing);
  Datum Compute(const Instruction& node);
  [[gnu::noinline]] Datum Recall(const Memo& memo);
  template <typename Body>
  Datum Keep(Memo* memo, Body body);
  Datum Definition(int32_t index);
  Datum KeptDefinition(int32_t index);
  Datum Variable(int32_t index) { return Held(variables_[static_cast<size_t>(index)]); }
  Datum NumberIs(const Instruction& node);
  Datum NumberIn(const Instruction& node);
  Datum TextIs(const Instruction& node);
  Datum Not(const Instruction& node);
  Datum If(const Instruction& node);
  Datum Size(const Instruction& node);
  Datum Attribute(const Instruction& node);
  Datum FirstRead(const Instruction& node);
  Datum Field(NodeIndex message, int32_t field);
  Datum Has(NodeIndex message, int32_t field);
  bool IsKnown(const void* message, const ProgramField& field, bool test) const;
  Datum Logic(const Instruction& node, bool decisive);
  Datum Comparison(const Instruction& node);
  void Meet(int32_t coefficient, const Datum& left, const Datum& right);
  Datum Contains(std::string_view text, std::string_view part);
  Datum TimePart(const Instruction& node);
  Datum In(const Datum& element, const Datum& list);
  Datum Arithmetic(const Instruction& node, const Datum& a, const Datum& b);
  Datum OfUnknownList(const Instruction& node, const Datum& list);
  Datum Quantifier(const Instruction& node);
  Datum Gather(const Instruction& node);
  Datum ListOf(const Instruction& node);
  Datum Call(const Instruction& node);
  Datum Bind(const Instruction& node);
  Datum Index(const Instruction& node);
  Datum ValueAt(const Instruction& node);
  Datum OnlyIf(const Instruction& node);
  Datum HasValue(const Instruction& node);
  Datum Unwrapped(const Instruction& node);
  Datum OrElse(const Instruction& node);
  void SetElement(const Instruction& node, const Datum& element, uint32_t place);
  Datum Matches(const Instruction& node);
  Datum Apply(const Instruction& node);
  Datum DatumOf(const cel::Value& value);
  Datum Element(const Datum& list, uint32_t first_trail, uint32_t index) const;
  uint32_t TrailOfElements(const Datum& list);
  // The path is the fact's own; kNoIndex below an element of a list.
  void Read(FactId fact, int32_t path, bool test);
  void ReadOther(FactId fact);
  void Supply(const ProgramNeeds& needs);
  // A step for each 64 bytes that are looked at.
  static uint32_t TextSteps(std::string_view text) {
    return static_cast<uint32_t>(text.size() / 64);
  }
  bool Work(uint32_t steps) {
    steps_ += steps;
    return steps_ <= kMostSteps;
  }
  // Leaves the whole expression to the plain evaluator: what is open here would be known there, and
  // other facts would be read.
  Datum Abandon() {
    steps_ = kMostSteps + 1;
    return Datum::Open();
  }
  bool is_abandoned() const { return steps_ > kMostSteps; }
  Datum Held(const Datum& value) {
    return value.kind() == Datum::Kind::kBeyond ? Abandon() : value;
  }

  const Program* program_ = nullptr;
  ProgramHost* host_ = nullptr;
  flat::Arena* arena_ = nullptr;
  absl::Time now_;
  FactsRead facts_;
  std::vector<Datum> variables_;
  std::vector<Datum> locals_;
  uint32_t generation_ = 0;
  std::vector<Memo> memos_, definitions_;
  std::vector<uint32_t> unknown_parts_, stated_;  // by path and statement: their generation
  // Where what is being read goes: facts with a bit, and the others.
  FactBits* bits_ = nullptr;
  std::vector<FactId>* others_ = nullptr;
  std::vector<FactId> kept_others_;
  std::string text_;  // that a pattern is held against
  FactReads peeked_;  // which nobody asks for
  // Others that are in the list that is being made, by the number of the list.
  std::vector<uint64_t> listed_in_;
  uint64_t list_ = 0;
  uint64_t lists_ = 0;
  bool directory_outdated_ = false;
  bool ledger_outdated_ = false;
  bool is_change_ = true;
  bool any_stated_ = false;
  bool any_unknown_part_ = false;
  uint32_t steps_ = 0;
  // Of an exploration.
  bool exploring_ = false;
  bool is_explored_ = false;  // as far as it went
  std::vector<std::string_view>* open_ = nullptr;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_EVALUATOR_H_
