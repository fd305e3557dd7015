// Asking one expression of the policy, with all that a Decision tells about it: the answer, the
// facts that were read, the unknown ones, and where it failed.
//
// This is the seam for another evaluator: nothing else in eval/ knows how expressions are computed.
#ifndef LIBCHANGEPOLICY_EVAL_EXPRESSIONS_H_
#define LIBCHANGEPOLICY_EVAL_EXPRESSIONS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/fact_names.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"
#include "libchangepolicy/flat/table.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

class RuleIndex;

// What an expression that should be true or false came to.
enum class Truth { kTrue, kFalse, kUnknown, kError };

// In the memory of the decision.
struct Answer {
  Truth truth = Truth::kError;
  // Facts that were read, by path, each once.
  flat::RepeatedMessage<flat::FactRead> facts;
  // For kUnknown: the facts on which it depends, sorted.
  FactNames unknown;
  // For kError; null otherwise.
  flat::EvaluationError* error = nullptr;
};

class Expressions {
 public:
  virtual ~Expressions() = default;

  // A boolean expression. An absent one is true: what has no condition always applies. Without
  // `tells_false` nobody asks what was read where it is false.
  virtual Answer Ask(const std::optional<CheckedExpression>& expression, bool tells_false) = 0;
  Answer Ask(const std::optional<CheckedExpression>& expression) { return Ask(expression, true); }

  // Of a rule that demands something: `must` where `applies_if` is true, otherwise the answer to
  // that. The facts are of all that was asked.
  struct RuleAnswer {
    bool applies = false;
    Answer answer;
  };
  virtual RuleAnswer AskRule(const std::optional<CheckedExpression>& applies_if,
                             const std::optional<CheckedExpression>& must, bool tells_false,
                             flat::Arena* arena);

  // An expression that gives a duration; nothing, and the reason in `answer`, where it gives none.
  virtual std::optional<absl::Duration> AskDuration(const CheckedExpression& expression,
                                                    Answer* answer) = 0;

  // Appends the values of the expressions in a message, as text, in their order; an unknown reads
  // `unknown`.
  virtual void Interpolate(const MessageTemplate& message,
                           flat::RepeatedMessage<flat::Parameter>* parameters) = 0;

  // These will be asked soon: has the processor fetch what that needs, for all of them at once.
  virtual void FetchAhead(std::span<const CheckedExpression* const> /*expressions*/) {}

  // Appends the rules of the index that may apply, by their numbers; all of them where nothing is
  // known to exclude one.
  virtual void FindCandidates(const RuleIndex& index, std::vector<int>* rules) = 0;

  // Gives a variable its value for all later expressions. What is handed over must stay as it is
  // until the decision ends.
  template <typename T>
  void SetMessage(ProgramVariable variable, const T& message) {
    SetMessage(variable, T::table(), &message);
  }
  virtual void SetMessage(ProgramVariable variable, const flat::MessageTable& table,
                          const void* message) = 0;
  // An enum value, by its number.
  virtual void SetEnum(ProgramVariable variable, int number) = 0;
  // The variable cannot be known, because of these facts.
  virtual void SetUnknown(ProgramVariable variable, const FactNames& facts) = 0;
  // The variable could not be computed.
  virtual void SetError(ProgramVariable variable, const flat::EvaluationError& error) = 0;
  // A part of a message variable cannot be known, because of these facts; `path` like
  // `calendar.conflicts`.
  void SetUnknownPart(std::string_view path, const FactNames& facts) {
    SetUnknownParts({&path, 1}, facts);
  }
  // Several parts of one variable. The paths' texts must live as long as the decision.
  virtual void SetUnknownParts(std::span<const std::string_view> paths, const FactNames& facts) = 0;

 protected:
  // Of a rule that applies.
  static RuleAnswer Both(const Answer& condition, Answer demand, flat::Arena* arena);
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_EXPRESSIONS_H_
