#include "libchangepolicy/program/facts_read.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "libchangepolicy/program/literal_text.h"

namespace changepolicy {
namespace {

uint64_t KeyOf(uint32_t trail, uint32_t part) { return uint64_t{trail} << 32 | part; }

}  // namespace

uint32_t* FactsRead::Table::FindOrAdd(uint64_t key) {
  if (2 * (used_ + 1) > entries_.size()) Grow();
  const size_t mask = entries_.size() - 1;
  for (size_t at = (key * 0x9E3779B97F4A7C15u) >> 32 & mask;; at = (at + 1) & mask) {
    Entry& entry = entries_[at];
    if (entry.generation == generation_) {
      if (entry.key == key) return &entry.value;
      continue;
    }
    entry = {key, generation_, 0};
    ++used_;
    return &entry.value;
  }
}

void FactsRead::Table::Grow() {
  std::vector<Entry> old(std::max<size_t>(64, 2 * entries_.size()));
  old.swap(entries_);
  const size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (entry.generation != generation_) continue;
    size_t at = (entry.key * 0x9E3779B97F4A7C15u) >> 32 & mask;
    while (entries_[at].generation == generation_) at = (at + 1) & mask;
    entries_[at] = entry;
  }
}

void FactsRead::Begin(const Program* program, flat::Arena* arena) {
  program_ = program;
  arena_ = arena;
  facts_.clear();
  trails_.clear();
  other_calls_.clear();
  elements_.Clear();
  fields_.Clear();
  facts_below_.Clear();
  const size_t places = 2 * static_cast<size_t>(program->paths());
  if (at_path_.size() < places) at_path_.resize(places);
  ++generation_;
}

// ---- Trails

uint32_t FactsRead::TrailOfElements(uint32_t list, uint32_t size) {
  uint32_t* const first = elements_.FindOrAdd(KeyOf(list, 0));
  if (*first == 0) {
    *first = static_cast<uint32_t>(program_->paths()) + static_cast<uint32_t>(trails_.size());
    for (uint32_t i = 0; i < size; ++i) trails_.push_back({.parent = list, .index = i});
  }
  return *first;
}

uint32_t FactsRead::TrailOfField(uint32_t message, int32_t field) {
  uint32_t* const trail = fields_.FindOrAdd(KeyOf(message, static_cast<uint32_t>(field)));
  if (*trail == 0) {
    *trail = static_cast<uint32_t>(program_->paths()) + static_cast<uint32_t>(trails_.size());
    trails_.push_back({.parent = message, .field = field});
  }
  return *trail;
}

// The path of the list, in an element of which this is.
int32_t FactsRead::ListOf(uint32_t trail) const {
  const auto paths = static_cast<uint32_t>(program_->paths());
  while (trail >= paths) trail = trails_[trail - paths].parent;
  return static_cast<int32_t>(trail);
}

std::string_view FactsRead::TrailText(uint32_t trail) {
  const auto paths = static_cast<uint32_t>(program_->paths());
  if (trail < paths) return program_->path(static_cast<int32_t>(trail)).text;
  const Trail step = trails_[trail - paths];
  const std::string_view parent = TrailText(step.parent);
  char digits[16];
  std::string_view name;
  if (step.field == kNoIndex) {
    digits[0] = '[';
    char* const end = std::to_chars(digits + 1, digits + sizeof digits, step.index).ptr;
    *end = ']';
    name = {digits, static_cast<size_t>(end + 1 - digits)};
  } else {
    name = program_->field(step.field).field->name;
  }
  return Joined(parent, step.field == kNoIndex ? "" : ".", name);
}

std::string_view FactsRead::Joined(std::string_view a, std::string_view between,
                                   std::string_view b) {
  const size_t size = a.size() + between.size() + b.size();
  char* const text = static_cast<char*>(arena_->Allocate(size));
  std::copy(b.begin(), b.end(),
            std::copy(between.begin(), between.end(), std::copy(a.begin(), a.end(), text)));
  return {text, size};
}

// ---- Facts

FactId FactsRead::Add(const Fact& fact) {
  facts_.push_back(fact);
  return static_cast<FactId>(at_path_.size() + facts_.size() - 1);
}

FactId FactsRead::AddAtPath(bool test, const Fact& fact) {
  const size_t place = PlaceOf(fact.path, test);
  if (at_path_[place].generation != generation_) {
    at_path_[place] = fact;
    at_path_[place].generation = generation_;
  }
  return static_cast<FactId>(place);
}

FactId FactsRead::Field(uint32_t message, int32_t field, bool test, Datum value) {
  const ProgramField& entry = program_->field(field);
  const Fact fact{.path = entry.path,
                  .message = message,
                  .field = field,
                  .is_tested = entry.is_tested,
                  .value = value};
  if (entry.path != kNoIndex) return AddAtPath(test, fact);
  uint32_t* const known =
      facts_below_.FindOrAdd(KeyOf(message, 2 * static_cast<uint32_t>(field) + (test ? 1u : 0u)));
  if (*known == 0) *known = Add(fact) + 1;
  return *known - 1;
}

FactId FactsRead::Declared(int32_t path, Datum value) {
  return AddAtPath(false, {.path = path, .value = value});
}

FactId FactsRead::Call(const ProgramCall& call, absl::Span<const Datum> args, Datum value) {
  Fact fact{.path = call.path, .call = &call, .value = value};
  if (call.path != kNoIndex) return AddAtPath(false, fact);
  fact.text = CallText(call, args);
  for (const FactId other : other_calls_) {
    if (FactOf(other).text == fact.text) return other;
  }
  fact.text = arena_->Copy(fact.text);
  other_calls_.push_back(Add(fact));
  return other_calls_.back();
}

Datum FactsRead::MakeUnknown(FactId id) {
  Fact& fact = FactOf(id);
  if (!fact.value.is_unknown()) {
    auto* const names = arena_->New<flat::Repeated<std::string_view>>();
    names->Add(PathText(fact), arena_);
    fact.value = Datum::Unknown(names);
  }
  return fact.value;
}

std::string_view FactsRead::CallText(const ProgramCall& call, absl::Span<const Datum> args) {
  call_text_.assign(call.name);
  call_text_ += '(';
  for (size_t i = 0; i < args.size(); ++i) {
    const ProgramArgument& argument = program_->argument(call.first + static_cast<int32_t>(i));
    if (i > 0) call_text_ += ", ";
    if (args[i].kind == Datum::Kind::kMessage) {
      call_text_ += TrailText(args[i].extra);
      continue;
    }
    LiteralText literal(kLongestArgument);
    literal.Write(args[i], argument.enum_type, nullptr);
    call_text_ += literal.text();
  }
  call_text_ += ')';
  return call_text_;
}

std::string_view FactsRead::PathText(Fact& fact) {
  if (fact.text.empty()) {
    fact.text = fact.path != kNoIndex
                    ? std::string_view(program_->path(fact.path).text)
                    : Joined(TrailText(fact.message), ".", program_->field(fact.field).field->name);
  }
  return fact.text;
}

// ---- Telling

flat::FactRead* FactsRead::Tell(Fact& fact) {
  if (fact.told != nullptr) return fact.told;
  if (fact.path != kNoIndex) {
    // Nobody writes to what is told.
    fact.told = const_cast<flat::FactRead*>(program_->told_facts().Find(fact.path, fact.value));
    if (fact.told != nullptr) return fact.told;
  }
  fact.told = arena_->New<flat::FactRead>();
  fact.told->set_path(PathText(fact));
  fact.told->set_known(fact.value.is_known());
  if (!fact.value.is_known()) return fact.told;
  const google::protobuf::EnumDescriptor* enum_type = nullptr;
  const flat::MessageTable* messages = nullptr;
  if (fact.call != nullptr) {
    enum_type = fact.call->result_enum;
  } else if (fact.field != kNoIndex) {
    enum_type = program_->field(fact.field).descriptor->enum_type();
    messages = program_->field(fact.field).field->message;
  }
  LiteralText literal(kLongestValue);
  literal.Write(fact.value, enum_type, messages);
  fact.told->set_value(arena_->Copy(literal.text()));
  return fact.told;
}

int32_t FactsRead::OrderOf(Fact& fact) {
  if (fact.order != kNoIndex) return fact.order;
  if (fact.path != kNoIndex) {
    fact.order = 2 * program_->path(fact.path).rank + 1;
  } else if (fact.call == nullptr) {
    // No path of a program goes on behind an element.
    fact.order = 2 * program_->path(ListOf(fact.message)).elements;
  } else if (!fact.call->has_paths) {
    fact.order = 2 * fact.call->paths_before;
  } else {
    const std::string_view text = PathText(fact);
    const int32_t rank = program_->PathsBefore(text);
    const bool same = rank < program_->paths() && program_->PathOfRank(rank).text == text;
    fact.order = 2 * rank + (same ? 1 : 0);
  }
  return fact.order;
}

bool FactsRead::Precedes(Fact& a, Fact& b) {
  const int32_t one = OrderOf(a);
  const int32_t other = OrderOf(b);
  if (one != other) return one < other;
  return one % 2 == 0 && PathText(a) < PathText(b);
}

// By insertion: there are few, and mostly they are in order. Of those with one path the last stays.
void FactsRead::Sort(std::vector<FactId>* facts) {
  for (size_t i = 1; i < facts->size(); ++i) {
    const FactId fact = (*facts)[i];
    size_t at = i;
    for (; at > 0 && Precedes(FactOf(fact), FactOf((*facts)[at - 1])); --at) {
      (*facts)[at] = (*facts)[at - 1];
    }
    (*facts)[at] = fact;
  }
  size_t kept = 0;
  for (size_t i = 0; i < facts->size(); ++i) {
    // Not before the next is not after: the same path.
    if (i + 1 < facts->size() && !Precedes(FactOf((*facts)[i]), FactOf((*facts)[i + 1]))) continue;
    (*facts)[kept++] = (*facts)[i];
  }
  facts->resize(kept);
}

flat::RepeatedMessage<flat::FactRead> FactsRead::Tell(FactReads* reads) {
  flat::RepeatedMessage<flat::FactRead> told;
  Sort(&reads->others);
  size_t next = 0;
  for (size_t i = 0; i < reads->bits.read.size(); ++i) {
    for (uint64_t word = reads->bits.read[i]; word != 0; word &= word - 1) {
      const uint64_t bit = word & -word;
      const int32_t path =
          program_->PathOfBit(64 * i + static_cast<size_t>(std::countr_zero(word)));
      Fact& fact = at_path_[PlaceOf(path, (reads->bits.tested[i] & bit) != 0)];
      while (next < reads->others.size() && Precedes(FactOf(reads->others[next]), fact)) {
        told.Add(Tell(FactOf(reads->others[next++])), arena_);
      }
      // One with this path too is a call with the same arguments.
      if (next < reads->others.size() && !Precedes(fact, FactOf(reads->others[next]))) ++next;
      told.Add(Tell(fact), arena_);
    }
  }
  while (next < reads->others.size()) told.Add(Tell(FactOf(reads->others[next++])), arena_);
  return told;
}

}  // namespace changepolicy
