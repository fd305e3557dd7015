#include "libchangepolicy/program/facts_read.h"

#include <algorithm>
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
  return static_cast<FactId>(facts_.size() - 1);
}

FactId FactsRead::AddAtPath(const Fact& fact) {
  AtPath& place = at_path_[2 * static_cast<size_t>(fact.path) + (fact.test ? 1 : 0)];
  if (place.generation != generation_) place = {generation_, Add(fact)};
  return place.fact;
}

FactId FactsRead::Field(uint32_t message, int32_t field, bool test, Datum value) {
  const ProgramField& entry = program_->field(field);
  const Fact fact{.path = entry.path,
                  .message = message,
                  .field = field,
                  .is_tested = entry.is_tested,
                  .test = test,
                  .value = value};
  if (entry.path != kNoIndex) return AddAtPath(fact);
  uint32_t* const known =
      facts_below_.FindOrAdd(KeyOf(message, 2 * static_cast<uint32_t>(field) + (test ? 1u : 0u)));
  if (*known == 0) *known = Add(fact) + 1;
  return *known - 1;
}

FactId FactsRead::Declared(int32_t fact, int32_t path, Datum value) {
  return AddAtPath({.path = path, .declared = fact, .value = value});
}

FactId FactsRead::Call(const ProgramCall& call, absl::Span<const Datum> args, Datum value) {
  Fact fact{.path = call.path, .call = &call, .value = value};
  if (call.path != kNoIndex) return AddAtPath(fact);
  fact.text = CallText(call, args);
  for (const FactId other : other_calls_) {
    if (facts_[other].text == fact.text) return other;
  }
  other_calls_.push_back(Add(fact));
  return other_calls_.back();
}

std::string_view FactsRead::CallText(const ProgramCall& call, absl::Span<const Datum> args) {
  std::string_view text = Joined(call.name, "", "(");
  for (size_t i = 0; i < args.size(); ++i) {
    const ProgramArgument& argument = program_->argument(call.first + static_cast<int32_t>(i));
    const std::string_view separator = i == 0 ? "" : ", ";
    if (args[i].kind == Datum::Kind::kMessage) {
      text = Joined(text, separator, TrailText(args[i].extra));
      continue;
    }
    LiteralText literal(kLongestArgument);
    literal.Write(args[i], argument.enum_type, nullptr);
    text = Joined(text, separator, literal.text());
  }
  return Joined(text, "", ")");
}

std::string_view FactsRead::PathText(Fact& fact) {
  if (fact.text.empty()) {
    fact.text = fact.path != kNoIndex
                    ? std::string_view(program_->path(fact.path).text)
                    : Joined(TrailText(fact.message), ".", program_->field(fact.field).field->name);
  }
  return fact.text;
}

flat::FactRead* FactsRead::Tell(FactId id) {
  Fact& fact = facts_[id];
  if (fact.told != nullptr) return fact.told;
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

bool FactsRead::Precedes(FactId a, FactId b) {
  Fact& one = facts_[a];
  Fact& other = facts_[b];
  if (one.path != kNoIndex && other.path != kNoIndex) {
    return program_->path(one.path).rank < program_->path(other.path).rank;
  }
  return PathText(one) < PathText(other);
}

// By insertion: there are few, and mostly they are in order.
void FactsRead::Sort(std::vector<FactId>* facts, size_t first) {
  for (size_t i = first + 1; i < facts->size(); ++i) {
    const FactId fact = (*facts)[i];
    size_t at = i;
    for (; at > first && Precedes(fact, (*facts)[at - 1]); --at) (*facts)[at] = (*facts)[at - 1];
    (*facts)[at] = fact;
  }
  size_t kept = first;
  for (size_t i = first; i < facts->size(); ++i) {
    // Not before the next is not after: the same path.
    if (i + 1 < facts->size() && !Precedes((*facts)[i], (*facts)[i + 1])) continue;
    (*facts)[kept++] = (*facts)[i];
  }
  facts->resize(kept);
}

}  // namespace changepolicy
