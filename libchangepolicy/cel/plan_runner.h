// One evaluation of a plan. Included by the plan's files only; the methods stand in plan_*.cc by
// what they are about.
#ifndef LIBCHANGEPOLICY_CEL_PLAN_RUNNER_H_
#define LIBCHANGEPOLICY_CEL_PLAN_RUNNER_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "libchangepolicy/cel/cell.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/plan.h"
#include "libchangepolicy/cel/plan_step.h"
#include "libchangepolicy/cel/scratch.h"

namespace changepolicy::cel {

// An error is a cell of its kind. It says the error where that is a constant or one that a function
// returned, and how to ask for it where an operation failed; of others only the plain evaluator
// knows what to say. Beside errors there is giving up: from then on every cell means nothing, and
// the evaluation has no answer.
class PlanRunner final : public CallContext {
 public:
  PlanRunner(const Environment& environment, absl::Span<const Value* const> values,
             const void* host, Scratch* scratch)
      : environment_(environment),
        limits_(environment.options().limits),
        values_(values),
        host_(host),
        scratch_(*scratch),
        context_{&environment.pool(), &environment.factory(), environment.options().enums,
                 nullptr} {}

  // Nothing for an error that does not say which, and where it gave up.
  std::optional<Value> Run(const Step& root, size_t locals);
  Plan::Used used() const { return {steps_, cost_, memory_}; }

  // Of CallContext, for functions.
  bool Charge(uint64_t steps) override;
  bool Reserve(uint64_t bytes) override;
  const void* host() const override { return host_; }
  const google::protobuf::DescriptorPool& pool() const override { return environment_.pool(); }
  google::protobuf::MessageFactory& factory() const override { return environment_.factory(); }
  EnumProfile enums() const override { return context_.enums; }

 private:
  using Kind = Value::Kind;

  Cell Visit(const Step& step);

  // ---- plan_runner.cc
  Cell Variable(const Step& step);
  Cell Logic(const Step& step, bool decisive);
  Cell Conditional(const Step& step);
  Cell GiveUp() {
    gave_up_ = true;
    return Cell::Error();
  }
  // The error that the function of `step` gives for these. It is called when somebody wants to
  // know: most errors do not matter in the end. The cell lives as long as what the scratch keeps.
  Cell Fail(const Step& step, const Cell& a, const Cell& b);
  // Steps for texts of so many bytes in all.
  void PayTexts(size_t bytes) { steps_ += bytes / 8; }
  // A value of so many bytes was made.
  void PayFresh(uint64_t bytes) {
    steps_ += bytes / 64 + 1;
    memory_ += bytes;
  }
  // A value that is no cell yet, with what the plain evaluator counts for making it.
  Cell Made(Value value);
  // For whoever takes values: one that owns what it needs, or null after giving up. Where cells
  // share a text or a list each value gets one of its own. When these come to more than the limit
  // on memory the plain evaluator answers, whose values share.
  Value Owned(const Cell& cell);
  bool PayCopies(const Cell& cell);
  // A value that others keep.
  Cell Adopt(const Value& value);
  Cell AdoptMessage(Cell cell);

  // ---- plan_fields.cc
  Cell Field(const Step& step);
  Cell MessageField(const Step& step, const Cell& operand);
  Cell ReadSingular(const google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field, const Value* root);
  Cell ReadElement(const FieldRef& list, int index);
  Cell Text(const std::string& text, const std::string& own, Kind kind);
  Cell Inside(const google::protobuf::Message& message, const Value* root);
  Cell Number(int number, const google::protobuf::FieldDescriptor& field);
  Cell Repeated(const FieldRef& ref);
  // Nothing where there is no such key.
  std::optional<Cell> LookUp(const Cell& map, const Cell& key);
  std::optional<Cell> LookUpField(const FieldRef& map, const KeyView& key);

  // ---- plan_calls.cc
  Cell Compare(const Step& step);
  Cell Order(const Step& step);
  Cell Arithmetic(const Step& step);
  Cell Concatenate(const Cell& a, const Cell& b);
  Cell Negate(const Step& step);
  Cell In(const Step& step);
  Cell Index(const Step& step);
  Cell Size(const Step& step);
  Cell Search(const Step& step);
  Cell Matches(const Step& step);
  Cell TypeOf(const Step& step);
  Cell Call(const Step& step);
  Cell Apply(const Step& step, absl::Span<const Cell> args);
  bool Equal(const Cell& a, const Cell& b);

  // ---- plan_lists.cc
  Cell List(const Step& step);
  Cell Map(const Step& step);
  Cell Message(const Step& step);
  Cell Exists(const Step& step);
  Cell Gather(const Step& step);
  Cell Fold(const Step& step);
  size_t SizeOf(const Cell& collection);
  Cell ElementAt(const Cell& list, size_t index);
  // The variables of a turn, from `slot` on.
  bool SetVariables(const Step& step, const Cell& range, size_t index, size_t slot);
  // A map that can be gone through by index; the same where it can be already.
  Cell Range(const Step& step);
  Cell ListOf(absl::Span<const Cell> elements);

  const Environment& environment_;
  const Limits& limits_;
  const absl::Span<const Value* const> values_;
  const void* const host_;
  Scratch& scratch_;
  const ProtoContext context_;
  uint64_t steps_ = 0;
  uint64_t cost_ = 0;
  uint64_t memory_ = 0;
  uint64_t copied_ = 0;  // bytes, by Owned
  bool gave_up_ = false;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_PLAN_RUNNER_H_
