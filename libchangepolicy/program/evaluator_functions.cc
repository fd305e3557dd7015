// Functions of the language, on values that are made for them.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/program/evaluator.h"
#include "libchangepolicy/program/scalar_datum.h"

namespace changepolicy {
namespace {

using cel::Value;

cel::Extent ExtentOf(const Datum& datum) {
  switch (datum.kind()) {
    case Datum::Kind::kString:  // as if each byte were a character
      return {.size = cel::Interval::Exactly(datum.extra())};
    case Datum::Kind::kList:
    case Datum::Kind::kFieldList:
      return {.size = cel::Interval::Exactly(SizeOfList(datum))};
    case Datum::Kind::kInt:
      return {.least = datum.number, .most = datum.number};
    default:
      return {};
  }
}

// What it takes to make a value of it: each of the texts, which elements of a list may share, is
// copied.
bool PayForValue(const Datum& datum, cel::CallContext* context) {
  switch (datum.kind()) {
    case Datum::Kind::kString:
      return context->Charge(1 + cel::TextSteps(datum.extra()));
    case Datum::Kind::kList:
    case Datum::Kind::kFieldList:
      for (uint32_t i = 0; i < SizeOfList(datum); ++i) {
        if (!PayForValue(ElementOfList(datum, i), context)) return false;
      }
      return context->Charge(1);
    default:
      return context->Charge(1);
  }
}

}  // namespace

// What functions charge counts as our steps. None of those that are compiled asks for more of it.
class ProgramEvaluator::FunctionContext final : public cel::CallContext {
 public:
  explicit FunctionContext(ProgramEvaluator* evaluator) : evaluator_(*evaluator) {}

  bool Charge(uint64_t steps) override {
    return evaluator_.Work(static_cast<uint32_t>(std::min<uint64_t>(steps, kMostSteps + 1)));
  }
  bool Reserve(uint64_t bytes) override { return Charge(cel::TextSteps(bytes)); }
  const void* host() const override { return nullptr; }
  const google::protobuf::DescriptorPool& pool() const override {
    return *google::protobuf::DescriptorPool::generated_pool();
  }
  google::protobuf::MessageFactory& factory() const override {
    return *google::protobuf::MessageFactory::generated_factory();
  }
  cel::EnumProfile enums() const override { return cel::EnumProfile::kStrong; }

 private:
  ProgramEvaluator& evaluator_;
};

// Texts and lists go to the arena.
Datum ProgramEvaluator::DatumOf(const Value& value) {
  if (value.Is(Value::Kind::kOptional)) {
    return value.has_optional_value() ? DatumOf(value.optional_value()) : Datum::None();
  }
  if (!value.Is(Value::Kind::kList)) {
    const Datum datum = ScalarDatum(value);
    if (datum.kind() != Datum::Kind::kString) return datum;
    if (!Work(TextSteps(datum.string()))) return Datum::Open();
    return Datum::String(arena_->Copy(datum.string()));
  }
  const auto size = static_cast<uint32_t>(value.list().size());
  if (!Work(size)) return Datum::Open();
  auto* const elements = static_cast<Datum*>(arena_->Allocate(size * sizeof(Datum)));
  for (uint32_t i = 0; i < size; ++i) {
    elements[i] = DatumOf(value.list().At(i));
    if (elements[i].kind() == Datum::Kind::kBeyond) return elements[i];
  }
  return Datum::List(elements, size);
}

Datum ProgramEvaluator::Apply(const Instruction& node) {
  const ProgramApplication& application = program_->application(node.a);
  absl::InlinedVector<Value, kMostArguments> values;
  absl::InlinedVector<cel::Extent, kMostArguments> extents;
  Datum missing = Datum::Bool(true);  // until one is
  FunctionContext context(this);
  for (int32_t i = 0; i < application.count; ++i) {
    const ProgramArgument& argument = program_->argument(application.first + i);
    const Datum datum = Visit(argument.node);
    if (!datum.is_known()) missing = Either(missing, datum);
    if (!missing.is_known()) continue;
    if (!PayForValue(datum, &context)) return Datum::Open();
    extents.push_back(ExtentOf(datum));
    values.push_back(ValueOf(datum, argument.enum_type));
  }
  if (!missing.is_known()) return missing;
  const cel::Overload& overload = *application.overload;
  const Value value = overload.implementation(context, values);
  if (is_abandoned() || !value.is_known()) return Datum::Open();  // an error is told elsewhere
  const Datum result = DatumOf(value);
  if (is_abandoned()) return Datum::Open();
  if (overload.cost.cost != nullptr &&
      !context.Charge(overload.cost.cost(extents, ExtentOf(result)).max)) {
    return Datum::Open();
  }
  return Held(result);
}

Datum ProgramEvaluator::Matches(const Instruction& node) {
  const Datum text = Visit(node.a);
  if (!text.is_known()) return text;
  const cel::Pattern& pattern = *program_->pattern(node.b);
  // More than what it costs in the units of cel-go.
  if (!FunctionContext(this).Charge(pattern.Steps(text.extra()))) return Datum::Open();
  text_.assign(text.string());
  return Datum::Bool(pattern.Matches(text_));
}

}  // namespace changepolicy
