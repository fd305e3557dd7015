#include "libchangepolicy/flat/parse.h"

#include <algorithm>
#include <climits>
#include <cstring>

#include "libchangepolicy/flat/repeated.h"
#include "libchangepolicy/flat/wire_reader.h"

namespace changepolicy::flat {
namespace {

using wire::ReadSize;
using wire::ReadVarint;

// A map whose entries did not come in the order of their keys.
struct UnsortedMap {
  ListStorage* entries;
  const MessageTable* entry;
  UnsortedMap* next;
};

// A message that has begun; those around the one that is read wait on a stack.
struct Open {
  const uint8_t* limit;
  const MessageTable* table;
  char* message;     // null: it is only checked
  ListStorage* map;  // of which it is the last entry; null: it is none, or is only checked
};

std::string_view KeyOf(const void* entry, const MessageTable& table) {
  return *reinterpret_cast<const std::string_view*>(static_cast<const char*>(entry) +
                                                    table.fields[0].offset);
}

template <typename T>
T& At(char* message, const ParseEntry& entry) {
  return *reinterpret_cast<T*>(message + entry.offset);
}

uint64_t& PresentOf(char* message) {
  return *reinterpret_cast<uint64_t*>(message + MessageTable::kPresentOffset);
}

class Parser {
 public:
  Parser(std::string_view bytes, Arena* arena, ParseResult* result)
      : begin_(reinterpret_cast<const uint8_t*>(bytes.data())),
        end_(begin_ + bytes.size()),
        arena_(arena),
        result_(result) {}

  bool Run(const MessageTable& table, void* message);
  void SortMaps();

 private:
  void* NewMessage(const MessageTable& table) {
    void* const message = arena_->Allocate(table.size);
    std::memset(message, 0, table.size);
    return message;
  }
  void NoteOrder(const Open& entry);
  template <typename T>
  const uint8_t* ReadPacked(const uint8_t* p, const uint8_t* limit, ListStorage* list);
  const uint8_t* ReadUnusual(uint32_t tag, const uint8_t* p, const Open& open, int depth);

  const uint8_t* const begin_;
  const uint8_t* const end_;
  Arena* const arena_;
  ParseResult* const result_;
  UnsortedMap* unsorted_ = nullptr;
};

void Parser::NoteOrder(const Open& entry) {
  ListStorage& map = *entry.map;
  if (map.size < 2 || map.unsorted != 0) return;
  void* const* const last = static_cast<void* const*>(map.data) + map.size - 1;
  if (KeyOf(last[-1], *entry.table) < KeyOf(last[0], *entry.table)) return;
  map.unsorted = 1;
  unsorted_ = new (arena_->Allocate(sizeof(UnsortedMap))) UnsortedMap{&map, entry.table, unsorted_};
}

// By key; of several entries with one key the last.
void Parser::SortMaps() {
  struct Keyed {
    std::string_view key;
    uint32_t place;
    void* entry;
  };
  for (; unsorted_ != nullptr; unsorted_ = unsorted_->next) {
    ListStorage& map = *unsorted_->entries;
    void** const entries = static_cast<void**>(map.data);
    Keyed* const sorted = static_cast<Keyed*>(arena_->Allocate(map.size * sizeof(Keyed)));
    for (uint32_t i = 0; i < map.size; ++i) {
      sorted[i] = {KeyOf(entries[i], *unsorted_->entry), i, entries[i]};
    }
    std::sort(sorted, sorted + map.size, [](const Keyed& a, const Keyed& b) {
      const int order = a.key.compare(b.key);
      return order != 0 ? order < 0 : a.place < b.place;
    });
    uint32_t kept = 0;
    for (uint32_t i = 0; i < map.size; ++i) {
      if (i + 1 < map.size && sorted[i].key == sorted[i + 1].key) continue;
      entries[kept++] = sorted[i].entry;
    }
    map.size = kept;
    map.unsorted = 0;
  }
}

// Null as the list: the numbers are only checked.
template <typename T>
const uint8_t* Parser::ReadPacked(const uint8_t* p, const uint8_t* limit, ListStorage* list) {
  size_t size;
  p = ReadSize(p, limit, &size);
  if (p == nullptr) return nullptr;
  const uint8_t* const behind = p + size;
  while (p < behind) {
    uint64_t value;
    p = ReadVarint(p, behind, end_, &value);
    if (p == nullptr) return nullptr;
    if (list != nullptr) *list->Add<T>(arena_) = static_cast<T>(value);
  }
  return p;
}

// A list of numbers that was not written in one piece, or a field that the class does not know.
const uint8_t* Parser::ReadUnusual(uint32_t tag, const uint8_t* p, const Open& open, int depth) {
  const uint32_t number = tag >> 3;
  if ((tag & 7) == 0 && number < open.table->entry_count) {
    const ParseEntry& entry = open.table->entries[number];
    uint64_t value;
    switch (entry.kind) {
      case Kind::kRepeatedInt32:
        p = ReadVarint(p, open.limit, end_, &value);
        if (p == nullptr) return nullptr;
        *At<ListStorage>(open.message, entry).Add<int32_t>(arena_) = static_cast<int32_t>(value);
        PresentOf(open.message) |= uint64_t{1} << entry.bit;
        return p;
      case Kind::kRepeatedInt64:
        p = ReadVarint(p, open.limit, end_, &value);
        if (p == nullptr) return nullptr;
        *At<ListStorage>(open.message, entry).Add<int64_t>(arena_) = static_cast<int64_t>(value);
        PresentOf(open.message) |= uint64_t{1} << entry.bit;
        return p;
      case Kind::kSkippedPackable:
        return ReadVarint(p, open.limit, end_, &value);
      default:
        break;
    }
  }
  // Protobuf forgets at once what it does not know of a map's entry.
  if (!open.table->is_map_entry) result_->has_unknown = true;
  return wire::SkipUnknown(tag, p, open.limit, depth);
}

bool Parser::Run(const MessageTable& table, void* message) {
  Open stack[kMaxDepth];
  int depth = 0;
  Open open{end_, &table, static_cast<char*>(message), nullptr};
  const uint8_t* p = begin_;
  for (;;) {
    if (p == open.limit) {
      if (open.map != nullptr) NoteOrder(open);
      if (depth == 0) return true;
      open = stack[--depth];
      continue;
    }
    uint32_t tag = *p;
    if (tag < 0x80) {
      ++p;
    } else if (open.limit - p >= 2 && p[1] < 0x80) {
      tag = (tag & 0x7F) | static_cast<uint32_t>(p[1]) << 7;
      p += 2;
    } else {
      p = wire::ReadTag(p, open.limit, &tag);
      if (p == nullptr) return false;
    }
    const uint32_t number = tag >> 3;
    if (number >= open.table->entry_count || open.table->entries[number].tag != tag) {
      p = ReadUnusual(tag, p, open, depth);
      if (p == nullptr) return false;
      continue;
    }
    const ParseEntry& entry = open.table->entries[number];
    const uint64_t bit = uint64_t{1} << entry.bit;
    Kind kind = entry.kind;
    if (kind == Kind::kOneof) {
      const FieldTable& field = open.table->fields[entry.bit];
      uint64_t& present = PresentOf(open.message);
      if ((present & bit) == 0) present &= ~field.oneof;
      kind = field.kind;
    }
    uint64_t value;
    size_t size;
    switch (kind) {
      case Kind::kInt32:
        p = ReadVarint(p, open.limit, end_, &value);
        if (p == nullptr) return false;
        At<int32_t>(open.message, entry) = static_cast<int32_t>(value);
        break;
      case Kind::kInt64:
        p = ReadVarint(p, open.limit, end_, &value);
        if (p == nullptr) return false;
        At<int64_t>(open.message, entry) = static_cast<int64_t>(value);
        break;
      case Kind::kBool:
        p = ReadVarint(p, open.limit, end_, &value);
        if (p == nullptr) return false;
        At<bool>(open.message, entry) = value != 0;
        break;
      case Kind::kDouble: {
        if (open.limit - p < 8) return false;
        uint64_t bits = wire::Load64(p);
        if (!wire::kLittleEndian) bits = __builtin_bswap64(bits);
        std::memcpy(&At<double>(open.message, entry), &bits, sizeof(bits));
        p += 8;
        break;
      }
      case Kind::kString:
      case Kind::kBytes:
        p = ReadSize(p, open.limit, &size);
        if (p == nullptr || (kind == Kind::kString && !wire::IsText(p, size, end_))) return false;
        At<std::string_view>(open.message, entry) = {reinterpret_cast<const char*>(p), size};
        p += size;
        break;
      case Kind::kRepeatedString:
        p = ReadSize(p, open.limit, &size);
        if (p == nullptr || !wire::IsText(p, size, end_)) return false;
        *At<ListStorage>(open.message, entry).Add<std::string_view>(arena_) = {
            reinterpret_cast<const char*>(p), size};
        p += size;
        break;
      case Kind::kRepeatedInt32:
        p = ReadPacked<int32_t>(p, open.limit, &At<ListStorage>(open.message, entry));
        if (p == nullptr) return false;
        break;
      case Kind::kRepeatedInt64:
        p = ReadPacked<int64_t>(p, open.limit, &At<ListStorage>(open.message, entry));
        if (p == nullptr) return false;
        break;
      case Kind::kMessage:
      case Kind::kRepeatedMessage:
      case Kind::kMap: {
        p = ReadSize(p, open.limit, &size);
        if (p == nullptr || depth == kMaxDepth) return false;
        uint64_t& present = PresentOf(open.message);
        void** at;
        if (kind == Kind::kMessage) {
          at = &At<void*>(open.message, entry);
          if ((present & bit) == 0) *at = NewMessage(*entry.message);
        } else {
          at = At<ListStorage>(open.message, entry).Add<void*>(arena_);
          *at = NewMessage(*entry.message);
        }
        present |= bit;
        stack[depth++] = open;
        open = {p + size, entry.message, static_cast<char*>(*at),
                kind == Kind::kMap ? &At<ListStorage>(stack[depth - 1].message, entry) : nullptr};
        continue;
      }
      case Kind::kSkippedVarint:
        p = ReadVarint(p, open.limit, end_, &value);
        if (p == nullptr) return false;
        continue;
      case Kind::kSkippedDouble:
        if (open.limit - p < 8) return false;
        p += 8;
        continue;
      case Kind::kSkippedString:
      case Kind::kSkippedBytes:
        p = ReadSize(p, open.limit, &size);
        if (p == nullptr) return false;
        if (kind == Kind::kSkippedString && !wire::IsText(p, size, end_)) return false;
        p += size;
        continue;
      case Kind::kSkippedPackable:
        p = ReadPacked<int64_t>(p, open.limit, nullptr);
        if (p == nullptr) return false;
        continue;
      case Kind::kSkippedMessage:
        p = ReadSize(p, open.limit, &size);
        if (p == nullptr || depth == kMaxDepth) return false;
        stack[depth++] = open;
        open = {p + size, entry.message, nullptr, nullptr};
        continue;
      default:
        return false;
    }
    PresentOf(open.message) |= bit;
  }
}

}  // namespace

bool Parse(std::string_view bytes, const MessageTable& table, void* message, Arena* arena,
           ParseResult* result) {
  *result = {};
  if (bytes.size() > INT_MAX) return false;
  Parser parser(bytes, arena, result);
  if (!parser.Run(table, message)) return false;
  parser.SortMaps();
  return true;
}

}  // namespace changepolicy::flat
