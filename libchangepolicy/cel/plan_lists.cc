// Plans: lists, maps and messages that an expression makes, and loops.
#include <algorithm>
#include <utility>

#include "libchangepolicy/cel/plan_runner.h"

namespace changepolicy::cel {

size_t PlanRunner::SizeOf(const Cell& collection) {
  switch (collection.form) {
    case Cell::Form::kCells:
      return collection.size;
    case Cell::Form::kField:
      return static_cast<size_t>(collection.field->message->GetReflection()->FieldSize(
          *collection.field->message, collection.field->field));
    default:
      return collection.Is(Kind::kList) ? collection.value->list().size()
                                        : collection.value->map().size();
  }
}

Cell PlanRunner::ElementAt(const Cell& list, size_t index) {
  switch (list.form) {
    case Cell::Form::kCells:
      return list.cells[index];
    case Cell::Form::kField:
      return ReadElement(*list.field, static_cast<int>(index)).From(list.field->scratch);
    default:
      break;
  }
  const cel::List& elements = list.value->list();
  if (const Value* const kept = elements.Peek(index)) return Adopt(*kept).From(list.scratch);
  Value element = elements.At(index);
  if (element.Is(Kind::kMessage)) element = AdaptMessage(element.message(), context_);
  return Made(std::move(element));
}

// The elements lie in the scratch already.
Cell PlanRunner::ListOf(absl::Span<const Cell> elements) {
  uint32_t depth = 1;
  for (const Cell& element : elements) depth = std::max(depth, 1 + DepthOf(element));
  constexpr uint32_t kDeepest = std::numeric_limits<uint8_t>::max();
  if (depth > limits_.value_depth || depth > kDeepest ||
      elements.size() > std::numeric_limits<uint32_t>::max()) {
    return GiveUp();
  }
  PayFresh((1 + elements.size()) * kValueBytes);
  Cell list = Cell::Of(Kind::kList);
  list.form = Cell::Form::kCells;
  list.scratch = true;
  list.depth = static_cast<uint8_t>(depth);
  list.size = static_cast<uint32_t>(elements.size());
  list.cells = elements.data();
  return list;
}

Cell PlanRunner::List(const Step& step) {
  Cell* const cells = scratch_.NewCells(step.detail->args.size());
  bool known = true;
  for (size_t i = 0; i < step.detail->args.size(); ++i) {
    cells[i] = Visit(*step.detail->args[i]);
    known = known && !cells[i].Is(Kind::kError);
  }
  return known ? ListOf({cells, step.detail->args.size()}) : Cell::Error();
}

Cell PlanRunner::Map(const Step& step) {
  MapBuilder builder;
  bool known = true;
  for (size_t i = 0; i < step.detail->args.size(); i += 2) {
    const Cell key = Visit(*step.detail->args[i]);
    const Cell value = Visit(*step.detail->args[i + 1]);
    steps_ += 2;
    if (key.Is(Kind::kString)) PayTexts(key.text->size());
    if (key.Is(Kind::kError) || value.Is(Kind::kError)) {
      known = false;
    } else if (builder.Add(Owned(key), Owned(value)) != MapBuilder::Outcome::kAdded) {
      known = false;
    }
  }
  return known ? Made(builder.Build()) : Cell::Error();
}

Cell PlanRunner::Message(const Step& step) {
  std::vector<FieldValue> fields;
  fields.reserve(step.detail->args.size());
  bool known = true;
  for (size_t i = 0; i < step.detail->args.size(); ++i) {
    const Cell value = Visit(*step.detail->args[i]);
    known = known && !value.Is(Kind::kError);
    if (known) fields.push_back({step.detail->fields[i], Owned(value)});
  }
  if (!known || gave_up_) return Cell::Error();
  ProtoContext metered = context_;
  metered.meter = this;
  Value built = BuildMessage(*step.detail->resolution->descriptor, fields, metered);
  if (gave_up_) return Cell::Error();
  if (built.Is(Kind::kMessage)) {
    PayFresh(kValueBytes + 2 * built.message().message->ByteSizeLong());
  }
  return Made(std::move(built));
}

// ---- Loops

Cell PlanRunner::Range(const Step& step) {
  const Cell range = Visit(*step.args[0]);
  if (range.Is(Kind::kList)) return range;
  if (!range.Is(Kind::kMap)) return Cell::Error();
  if (range.form != Cell::Form::kField) return range;
  // Ordered by its keys; counted when the field was read.
  Cell ordered = Cell::Of(Kind::kMap);
  ordered.form = Cell::Form::kValue;
  ordered.value = scratch_.Keep(Owned(range));
  if (gave_up_) return Cell::Error();
  ordered.scratch = true;
  return ordered;
}

bool PlanRunner::SetVariables(const Step& step, const Cell& range, size_t index, size_t slot) {
  Cell first;
  Cell second;
  if (range.Is(Kind::kMap)) {
    const cel::Map& map = range.value->map();
    const Value* const key = map.PeekKey(index);
    first = key != nullptr ? Adopt(*key).From(range.scratch) : Made(map.KeyAt(index));
    if (step.two_variables) {
      const Value* const value = map.PeekValue(index);
      second = value != nullptr ? Adopt(*value).From(range.scratch) : Made(map.ValueAt(index));
    }
  } else if (step.two_variables) {
    first = Cell::Int(static_cast<int64_t>(index));
    second = ElementAt(range, index);
  } else {
    first = ElementAt(range, index);
  }
  scratch_.locals[slot] = first;
  if (step.two_variables) scratch_.locals[slot + 1] = second;
  return !gave_up_;
}

// What the plain evaluator counts for a turn of exists() and all(), beside what is evaluated: the
// condition, and the names in the step.
constexpr uint64_t kTurnSteps = 8;
constexpr uint64_t kTurnCost = 4;

Cell PlanRunner::Exists(const Step& step) {
  const Cell range = Range(step);
  if (range.Is(Kind::kError)) return range;
  const bool decisive = !step.flag;
  const size_t size = SizeOf(range);
  bool failed = false;
  const Scratch::Mark mark = scratch_.Here();
  steps_ += kTurnSteps;
  cost_ += kTurnCost;
  for (size_t i = 0; i < size; ++i) {
    steps_ += kTurnSteps;
    cost_ += kTurnCost;
    if (!SetVariables(step, range, i, step.slot + 1)) return Cell::Error();
    const Cell holds = Visit(*step.args[1]);
    if (gave_up_) return Cell::Error();
    scratch_.Release(mark);
    if (!holds.Is(Kind::kBool)) {
      failed = true;
    } else if (holds.boolean == decisive) {
      // The plain evaluator looks at the next element before it stops.
      if (i + 1 < size && !SetVariables(step, range, i + 1, step.slot + 1)) return Cell::Error();
      return Cell::Bool(decisive);
    }
  }
  return failed ? Cell::Error() : Cell::Bool(!decisive);
}

Cell PlanRunner::Gather(const Step& step) {
  const Cell range = Range(step);
  if (range.Is(Kind::kError)) return range;
  const size_t size = SizeOf(range);
  const size_t outside = scratch_.gathered.size();
  bool known = true;
  for (size_t i = 0; i < size; ++i) {
    const Scratch::Mark mark = scratch_.Here();
    if (!SetVariables(step, range, i, step.slot)) return Cell::Error();
    cost_ += 12;  // the name of what is gathered, and a list of one
    Cell added = Cell::Bool(true);
    if (step.args[2] != nullptr) {
      added = Visit(*step.args[2]);
      if (!added.Is(Kind::kBool)) added = Cell::Error();
    }
    const bool taken = added.is_true();
    if (taken) added = Visit(*step.args[1]);
    if (gave_up_) return Cell::Error();
    const bool failed = added.Is(Kind::kError);
    known = known && !failed;
    if (taken && !failed) scratch_.gathered.push_back(added);
    // What the element refers to has to stay.
    if (!taken || failed || !added.scratch) scratch_.Release(mark);
    if (memory_ + scratch_.gathered.size() * kValueBytes > limits_.memory_bytes) return GiveUp();
  }
  const size_t count = scratch_.gathered.size() - outside;
  Cell* const cells = scratch_.NewCells(count);
  std::copy_n(scratch_.gathered.begin() + static_cast<std::ptrdiff_t>(outside), count, cells);
  scratch_.gathered.resize(outside);
  return known ? ListOf({cells, count}) : Cell::Error();
}

Cell PlanRunner::Fold(const Step& step) {
  const Cell range = Range(step);
  if (range.Is(Kind::kError)) return range;
  const Cell initial = Visit(*step.args[1]);
  scratch_.locals[step.slot] = initial;
  const size_t size = SizeOf(range);
  for (size_t i = 0; i < size; ++i) {
    const Scratch::Mark mark = scratch_.Here();
    if (!SetVariables(step, range, i, step.slot + 1)) return Cell::Error();
    const Cell proceed = Visit(*step.args[2]);
    if (proceed.is_false()) break;
    if (!proceed.is_true()) return Cell::Error();
    Cell next = Visit(*step.detail->args[0]);
    if (gave_up_) return Cell::Error();
    // What an error says does not outlast its turn.
    if (next.Is(Kind::kError) && next.scratch) next = Cell::Error();
    scratch_.locals[step.slot] = next;
    if (!next.scratch) scratch_.Release(mark);
    if (memory_ > limits_.memory_bytes) return GiveUp();
  }
  return Visit(*step.detail->args[1]);
}

}  // namespace changepolicy::cel
