#include "libchangepolicy/program/facts_read.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "libchangepolicy/base/plain_text.h"
#include "libchangepolicy/flat/joined.h"
#include "libchangepolicy/program/literal_text.h"

namespace changepolicy {
namespace {

// How a call's index is told from a field's: -2 is the first.
constexpr int32_t kCallsBelow = -2;

constexpr size_t kFewFacts = 24;

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
  paths_ = static_cast<size_t>(program->paths());
  if (at_path_.size() < 2 * paths_) at_path_.resize(2 * paths_);
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
  return Joined(arena_, parent, step.field == kNoIndex ? "" : ".", name);
}

// ---- Facts

FactId FactsRead::Add(const Fact& fact) {
  facts_.push_back(fact);
  return static_cast<FactId>(2 * paths_ + facts_.size() - 1);
}

FactId FactsRead::Field(uint32_t message, int32_t field, bool test, Datum value) {
  const int32_t path = program_->field(field).path;
  if (path != kNoIndex) return AddAtPath(path, test, field, value);
  uint32_t* const known =
      facts_below_.FindOrAdd(KeyOf(message, 2 * static_cast<uint32_t>(field) + (test ? 1u : 0u)));
  if (*known == 0) *known = Add({.value = value, .message = message, .field = field}) + 1;
  return *known - 1;
}

FactId FactsRead::Declared(int32_t path, Datum value) {
  return AddAtPath(path, false, kNoIndex, value);
}

namespace {

// Whether it is surely written whole and as it stands, so that another value is another text.
bool IsWrittenWhole(const Datum& datum) {
  if (datum.kind() != Datum::Kind::kString) return true;
  return datum.extra() + 2 <= kLongestArgument && IsPlainLiteral(datum.string());
}

bool IsScalar(const Datum& datum) {
  return datum.kind() != Datum::Kind::kList && datum.kind() != Datum::Kind::kFieldList &&
         datum.kind() != Datum::Kind::kMessage;
}

// Of arguments that are written in the same way; texts that are written in another way than they
// stand, and lists and messages, all have the same.
uint32_t HashOf(DomainFunction function, absl::Span<const Datum> args) {
  uint64_t hash = static_cast<uint64_t>(function);
  for (const Datum& arg : args) {
    uint64_t part = 0;
    if (IsScalar(arg) && arg.kind() != Datum::Kind::kString) {
      part = static_cast<uint64_t>(arg.number) + arg.extra();
    } else if (arg.kind() == Datum::Kind::kString && arg.extra() != 0 && IsWrittenWhole(arg)) {
      const std::string_view text = arg.string();
      // Its ends tell most texts apart.
      uint64_t first = 0;
      uint64_t last = 0;
      const size_t size = std::min(text.size(), sizeof first);
      std::memcpy(&first, text.data(), size);
      std::memcpy(&last, text.data() + text.size() - size, size);
      part = (first * 31 + last) * 31 + text.size();
    }
    hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
  }
  return static_cast<uint32_t>(hash >> 32);
}

}  // namespace

FactId FactsRead::Call(int32_t call, absl::Span<const Datum> args, Datum value) {
  const ProgramCall& made = program_->call(call);
  if (made.path != kNoIndex) return AddAtPath(made.path, false, kCallsBelow - call, value);
  Fact fact{.value = value,
            .call = call,
            .count = static_cast<uint32_t>(args.size()),
            .args = args.data()};
  const uint32_t hash = HashOf(made.function, args);
  for (const OtherCall& other : other_calls_) {
    if (other.hash == hash && IsSameCall(OtherAt(other.fact), fact)) return other.fact;
  }
  auto* const kept = static_cast<Datum*>(arena_->Allocate(args.size() * sizeof(Datum)));
  std::copy(args.begin(), args.end(), kept);
  fact.args = kept;
  other_calls_.push_back({Add(fact), hash});
  return other_calls_.back().fact;
}

// Calls are the same where they are written in the same way.
bool FactsRead::IsSameCall(const Fact& a, const Fact& b) {
  const ProgramCall& one = program_->call(a.call);
  const ProgramCall& other = program_->call(b.call);
  if (one.function != other.function || a.count != b.count) return false;
  for (uint32_t i = 0; i < a.count; ++i) {
    const Datum& x = a.args[i];
    const Datum& y = b.args[i];
    const bool comparable = x.kind() == y.kind() && IsScalar(x);
    if (comparable && Compare(x, y) == 0) continue;
    if (comparable && (IsWrittenWhole(x) || IsWrittenWhole(y))) return false;
    const std::string text(CallText(a));
    return text == CallText(b);
  }
  return true;
}

bool FactsRead::IsTested(FactId id) const {
  const int32_t field = IsAtPath(id) ? at_path_[id].source : facts_[id - 2 * paths_].field;
  return field >= 0 && program_->field(field).is_tested;
}

Datum FactsRead::MakeUnknown(FactId id) {
  Datum& value = IsAtPath(id) ? at_path_[id].value : OtherAt(id).value;
  if (!value.is_unknown()) {
    auto* const names = arena_->New<flat::Repeated<std::string_view>>();
    names->Add(PathOf(id), arena_);
    value = Datum::Unknown(names);
  }
  return value;
}

std::string_view FactsRead::CallText(const Fact& fact) {
  const ProgramCall& call = program_->call(fact.call);
  call_text_.assign(call.name);
  call_text_ += '(';
  for (uint32_t i = 0; i < fact.count; ++i) {
    const Datum& given = fact.args[i];
    if (i > 0) call_text_ += ", ";
    if (given.kind() == Datum::Kind::kMessage) {
      call_text_ += TrailText(given.extra());
      continue;
    }
    if (given.kind() == Datum::Kind::kString && IsWrittenWhole(given)) {
      call_text_ += '"';
      call_text_ += given.string();
      call_text_ += '"';
      continue;
    }
    LiteralText literal(kLongestArgument);
    literal.Write(given, program_->argument(call.first + static_cast<int32_t>(i)).enum_type,
                  nullptr);
    call_text_ += literal.text();
  }
  call_text_ += ')';
  return call_text_;
}

std::string_view FactsRead::PathOf(FactId id) {
  if (IsAtPath(id)) return program_->path(PathAt(id)).text;
  Fact& fact = OtherAt(id);
  if (fact.text.empty()) {
    fact.text = fact.call != kNoIndex ? arena_->Copy(CallText(fact))
                                      : Joined(arena_, TrailText(fact.message), ".",
                                               program_->field(fact.field).field->name);
  }
  return fact.text;
}

// ---- Telling

flat::FactRead* FactsRead::Write(std::string_view path, const Datum& value, int32_t field,
                                 int32_t call) {
  auto* const told = arena_->New<flat::FactRead>();
  told->set_path(path);
  told->set_known(value.is_known());
  if (!value.is_known()) return told;
  const google::protobuf::EnumDescriptor* enum_type = nullptr;
  const flat::MessageTable* messages = nullptr;
  if (call != kNoIndex) {
    enum_type = program_->call(call).result_enum;
  } else if (field != kNoIndex) {
    enum_type = program_->field(field).descriptor->enum_type();
    messages = program_->field(field).field->message;
  }
  LiteralText literal(kLongestValue);
  literal.Write(value, enum_type, messages);
  told->set_value(arena_->Copy(literal.text()));
  return told;
}

// What several rules have read is encoded once.
flat::FactRead* FactsRead::ToldAgain(flat::FactRead* told) {
  if (told->prepared() == nullptr) {
    told->set_prepared(flat::PrepareWhole(*told, &buffer_, arena_));
  }
  return told;
}

flat::FactRead* FactsRead::TellAt(int32_t path, FactAtPath* fact) {
  if (fact->told != nullptr) return ToldAgain(fact->told);
  // Nobody writes to what is told.
  fact->told = const_cast<flat::FactRead*>(program_->told_facts().Find(path, fact->value));
  if (fact->told == nullptr) {
    const bool is_call = fact->source <= kCallsBelow;
    fact->told = Write(program_->path(path).text, fact->value, is_call ? kNoIndex : fact->source,
                       is_call ? kCallsBelow - fact->source : kNoIndex);
  }
  return fact->told;
}

flat::FactRead* FactsRead::Tell(FactId id) {
  if (IsAtPath(id)) return TellAt(PathAt(id), &at_path_[id]);
  Fact& fact = OtherAt(id);
  if (fact.told != nullptr) return ToldAgain(fact.told);
  fact.told = Write(PathOf(id), fact.value, fact.field, fact.call);
  return fact.told;
}

int32_t FactsRead::OrderOf(FactId id) {
  if (IsAtPath(id)) return 2 * program_->path(PathAt(id)).rank + 1;
  Fact& fact = OtherAt(id);
  if (fact.order != kNoIndex) return fact.order;
  if (fact.call == kNoIndex) {
    // No path of a program goes on behind an element.
    fact.order = 2 * program_->path(ListOf(fact.message)).elements;
  } else if (const ProgramCall& call = program_->call(fact.call); !call.has_paths) {
    fact.order = 2 * call.paths_before;
  } else {
    const std::string_view text = PathOf(id);
    const int32_t rank = program_->PathsBefore(text);
    const bool same = rank < program_->paths() && program_->PathOfRank(rank).text == text;
    fact.order = 2 * rank + (same ? 1 : 0);
  }
  return fact.order;
}

bool FactsRead::Precedes(FactId a, FactId b) {
  const int32_t one = OrderOf(a);
  const int32_t other = OrderOf(b);
  if (one != other) return one < other;
  return one % 2 == 0 && PathOf(a) < PathOf(b);
}

// By insertion where there are few, which mostly are in order. Of those with one path the last
// stays.
void FactsRead::Sort(std::vector<FactId>* facts) {
  if (facts->size() > kFewFacts) {
    SortMany(facts);
    return KeepLastOfEach(facts);
  }
  for (size_t i = 1; i < facts->size(); ++i) {
    const FactId fact = (*facts)[i];
    size_t at = i;
    for (; at > 0 && Precedes(fact, (*facts)[at - 1]); --at) {
      (*facts)[at] = (*facts)[at - 1];
    }
    (*facts)[at] = fact;
  }
  KeepLastOfEach(facts);
}

// Those of one path by their places, as insertion leaves them.
void FactsRead::SortMany(std::vector<FactId>* facts) {
  sorted_.clear();
  for (const FactId fact : *facts) {
    sorted_.emplace_back(fact, static_cast<uint32_t>(sorted_.size()));
  }
  std::sort(sorted_.begin(), sorted_.end(), [this](const auto& one, const auto& other) {
    if (Precedes(one.first, other.first)) return true;
    return one.second < other.second && !Precedes(other.first, one.first);
  });
  for (size_t i = 0; i < sorted_.size(); ++i) (*facts)[i] = sorted_[i].first;
}

void FactsRead::KeepLastOfEach(std::vector<FactId>* facts) {
  size_t kept = 0;
  for (size_t i = 0; i < facts->size(); ++i) {
    // Not before the next is not after: the same path.
    if (i + 1 < facts->size() && !Precedes((*facts)[i], (*facts)[i + 1])) continue;
    (*facts)[kept++] = (*facts)[i];
  }
  facts->resize(kept);
}

namespace {

// The first bit whose path does not stand before what has this order.
uint32_t FirstBitFrom(const Program& program, int32_t order) {
  uint32_t first = 0;
  for (uint32_t count = program.bits(); count > 0;) {
    const uint32_t half = count / 2;
    if (2 * program.RankOfBit(first + half) + 1 < order) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

}  // namespace

flat::RepeatedMessage<flat::FactRead> FactsRead::Tell(FactReads* reads) {
  flat::RepeatedMessage<flat::FactRead> told;
  std::vector<FactId>& others = reads->others;
  if (others.size() > 1) Sort(&others);
  size_t next = 0;
  // The bit before which the next of the others stands.
  const auto place_of_next = [&] {
    return next < others.size() ? FirstBitFrom(*program_, OrderOf(others[next])) : UINT32_MAX;
  };
  uint32_t place = place_of_next();
  for (uint32_t i = 0; i < reads->bits.read.size(); ++i) {
    for (uint64_t word = reads->bits.read[i]; word != 0; word &= word - 1) {
      const uint32_t bit = 64 * i + static_cast<uint32_t>(std::countr_zero(word));
      const int32_t path = program_->PathOfBit(bit);
      while (place <= bit) {
        // One with this path too is a call with the same arguments.
        const bool same =
            place == bit && OrderOf(others[next]) == 2 * program_->path(path).rank + 1;
        if (!same) told.Add(Tell(others[next]), arena_);
        ++next;
        place = place_of_next();
      }
      const bool tested = (reads->bits.tested[i] & (word & -word)) != 0;
      told.Add(TellAt(path, &at_path_[PlaceOf(path, tested)]), arena_);
    }
  }
  while (next < others.size()) told.Add(Tell(others[next++]), arena_);
  return told;
}

}  // namespace changepolicy
