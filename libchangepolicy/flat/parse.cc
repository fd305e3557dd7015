#include "libchangepolicy/flat/parse.h"

#include <algorithm>
#include <bit>
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
  const ParseEntry* entries;
  char* message;     // null: it is only checked
  ListStorage* map;  // of which it is the last entry; null: it is none, or is only checked

  const MessageTable& table() const { return *entries[0].message; }
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
  void* NewMessage(const MessageTable& table) { return arena_->Allocate(table.size); }
  const uint8_t* ReadTime(const uint8_t* p, const uint8_t* limit, const ParseEntry& entry,
                          char* message);
  void NoteOrder(ListStorage* map, const MessageTable& entry);
  template <typename T>
  const uint8_t* ReadPacked(const uint8_t* p, const uint8_t* limit, ListStorage* list);
  const uint8_t* ReadUnusual(uint32_t tag, const uint8_t* p, const Open& open, int depth);

  const uint8_t* const begin_;
  const uint8_t* const end_;
  Arena* const arena_;
  ParseResult* const result_;
  UnsortedMap* unsorted_ = nullptr;
};

// When the last entry of the map has been read.
void Parser::NoteOrder(ListStorage* map, const MessageTable& entry) {
  if (map->size < 2 || map->unsorted != 0) return;
  void* const* const last = static_cast<void* const*>(map->data) + map->size - 1;
  if (KeyOf(last[-1], entry) < KeyOf(last[0], entry)) return;
  map->unsorted = 1;
  unsorted_ = new (arena_->Allocate(sizeof(UnsortedMap))) UnsortedMap{map, &entry, unsorted_};
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

// The seconds of a Timestamp or Duration of whole seconds, which every second message is; null
// where it is anything else, which is then read as any other message.
inline const uint8_t* ReadSeconds(const uint8_t* p, const uint8_t* limit, const uint8_t* end,
                                  uint64_t* seconds) {
  // An instant after 1978: a size of 6, the tag, five bytes of which the last ends the number.
  constexpr uint64_t kMask = 0x008080808080FFFF;
  constexpr uint64_t kInstant = 0x0000808080800806;
  if (wire::kLittleEndian && limit - p >= 7 && end - p >= 8) {
    const uint64_t word = wire::Load64(p);
    if ((word & kMask) == kInstant) {
      *seconds = (word >> 16 & 0x7F) | (word >> 17 & 0x3F80) | (word >> 18 & 0x1FC000) |
                 (word >> 19 & 0xFE00000) | (word >> 20 & 0x7F0000000);
      return p + 7;
    }
  }
  constexpr uint8_t kSecondsTag = 0x08;
  size_t size;
  p = ReadSize(p, limit, &size);
  if (p == nullptr || size < 2 || *p != kSecondsTag) return nullptr;
  const uint8_t* const behind = p + size;
  return wire::ReadLongVarint(p + 1, behind, end, seconds) == behind ? behind : nullptr;
}

inline const uint8_t* Parser::ReadTime(const uint8_t* p, const uint8_t* limit,
                                       const ParseEntry& entry, char* message) {
  uint64_t seconds;
  p = ReadSeconds(p, limit, end_, &seconds);
  if (p == nullptr) return nullptr;
  void*& at = At<void*>(message, entry);
  const uint64_t bit = uint64_t{1} << entry.bit;
  if ((PresentOf(message) & bit) == 0) at = NewMessage(*entry.message);
  PresentOf(static_cast<char*>(at)) |= 1;
  const FieldTable& field = entry.message->fields[0];
  *reinterpret_cast<int64_t*>(static_cast<char*>(at) + field.offset) =
      static_cast<int64_t>(seconds);
  return p;
}

// A list of numbers that was not written in one piece, or a field that the class does not know.
const uint8_t* Parser::ReadUnusual(uint32_t tag, const uint8_t* p, const Open& open, int depth) {
  const uint32_t number = tag >> 3;
  if ((tag & 7) == 0 && number < open.entries[0].offset) {
    const ParseEntry& entry = open.entries[number];
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
  if (!open.table().is_map_entry) result_->has_unknown = true;
  return wire::SkipUnknown(tag, p, open.limit, depth);
}

// The whole loop stands here, long as it is: its variables are locals whose addresses nobody takes,
// so that they stay in registers.
bool Parser::Run(const MessageTable& table, void* top_message) {
  Open stack[kMaxDepth];
  Open* around = stack;  // behind the last
  const uint8_t* p = begin_;
  const uint8_t* limit = end_;
  const ParseEntry* entries = table.entries;
  char* message = static_cast<char*>(top_message);
  ListStorage* map = nullptr;
  for (;;) {
    if (p == limit) {
      if (map != nullptr) NoteOrder(map, *entries[0].message);
      if (around == stack) return true;
      --around;
      limit = around->limit;
      entries = around->entries;
      message = around->message;
      map = around->map;
      continue;
    }
    uint32_t tag = *p;
    uint32_t number = tag >> 3;
    if (tag < 0x80) {
      ++p;
    } else {
      if (limit - p >= 2 && p[1] < 0x80) {
        tag = (tag & 0x7F) | static_cast<uint32_t>(p[1]) << 7;
        p += 2;
      } else {
        p = wire::ReadTag(p, limit, &tag);
        if (p == nullptr) return false;
      }
      number = tag >> 3;
      if (number >= entries[0].offset) number = 0;
    }
    const ParseEntry& entry = entries[number];
    if (entry.tag != tag) [[unlikely]] {
      p = ReadUnusual(tag, p, {limit, entries, message, map}, static_cast<int>(around - stack));
      if (p == nullptr) return false;
      continue;
    }
    Kind kind = entry.kind;
    uint64_t value;
    size_t size;
  again:
    switch (kind) {
      case Kind::kOneof: {
        const FieldTable& field = entries[0].message->fields[entry.bit];
        uint64_t& present = PresentOf(message);
        if ((present >> entry.bit & 1) == 0) present &= ~field.oneof;
        kind = field.kind;
        goto again;
      }
      case Kind::kInt32:
        p = ReadVarint(p, limit, end_, &value);
        if (p == nullptr) return false;
        At<int32_t>(message, entry) = static_cast<int32_t>(value);
        break;
      case Kind::kInt64:
        p = ReadVarint(p, limit, end_, &value);
        if (p == nullptr) return false;
        At<int64_t>(message, entry) = static_cast<int64_t>(value);
        break;
      case Kind::kBool:
        p = ReadVarint(p, limit, end_, &value);
        if (p == nullptr) return false;
        At<bool>(message, entry) = value != 0;
        break;
      case Kind::kDouble:
        if (limit - p < 8) return false;
        value = wire::Load64(p);
        if (!wire::kLittleEndian) value = __builtin_bswap64(value);
        At<double>(message, entry) = std::bit_cast<double>(value);
        p += 8;
        break;
      case Kind::kString:
        p = ReadSize(p, limit, &size);
        if (p == nullptr || !wire::IsText(p, size, end_)) return false;
        At<std::string_view>(message, entry) = {reinterpret_cast<const char*>(p), size};
        p += size;
        break;
      case Kind::kBytes:
        p = ReadSize(p, limit, &size);
        if (p == nullptr) return false;
        At<std::string_view>(message, entry) = {reinterpret_cast<const char*>(p), size};
        p += size;
        break;
      case Kind::kRepeatedString:
        p = ReadSize(p, limit, &size);
        if (p == nullptr || !wire::IsText(p, size, end_)) return false;
        *At<ListStorage>(message, entry).Add<std::string_view>(arena_) = {
            reinterpret_cast<const char*>(p), size};
        p += size;
        break;
      case Kind::kRepeatedInt32:
        p = ReadPacked<int32_t>(p, limit, &At<ListStorage>(message, entry));
        if (p == nullptr) return false;
        break;
      case Kind::kRepeatedInt64:
        p = ReadPacked<int64_t>(p, limit, &At<ListStorage>(message, entry));
        if (p == nullptr) return false;
        break;
      case Kind::kTime:
        if (const uint8_t* const behind = ReadTime(p, limit, entry, message);
            behind != nullptr && around != stack + kMaxDepth) {
          p = behind;
          break;
        }
        kind = Kind::kMessage;
        [[fallthrough]];
      case Kind::kMessage:
      case Kind::kRepeatedMessage:
      case Kind::kMap: {
        p = ReadSize(p, limit, &size);
        if (p == nullptr || around == stack + kMaxDepth) return false;
        *around++ = {limit, entries, message, map};
        uint64_t& present = PresentOf(message);
        const uint64_t bit = uint64_t{1} << entry.bit;
        void** at;
        map = nullptr;
        if (kind == Kind::kMessage) {
          at = &At<void*>(message, entry);
          if ((present & bit) == 0) *at = NewMessage(*entry.message);
        } else {
          ListStorage& list = At<ListStorage>(message, entry);
          at = list.Add<void*>(arena_);
          *at = NewMessage(*entry.message);
          if (kind == Kind::kMap) map = &list;
        }
        present |= bit;
        limit = p + size;
        entries = entry.message->entries;
        message = static_cast<char*>(*at);
        continue;
      }
      case Kind::kSkippedVarint:
        p = ReadVarint(p, limit, end_, &value);
        if (p == nullptr) return false;
        continue;
      case Kind::kSkippedDouble:
        if (limit - p < 8) return false;
        p += 8;
        continue;
      case Kind::kSkippedString:
        p = ReadSize(p, limit, &size);
        if (p == nullptr || !wire::IsText(p, size, end_)) return false;
        p += size;
        continue;
      case Kind::kSkippedBytes:
        p = ReadSize(p, limit, &size);
        if (p == nullptr) return false;
        p += size;
        continue;
      case Kind::kSkippedPackable:
        p = ReadPacked<int64_t>(p, limit, nullptr);
        if (p == nullptr) return false;
        continue;
      case Kind::kSkippedMessage:
        p = ReadSize(p, limit, &size);
        if (p == nullptr || around == stack + kMaxDepth) return false;
        *around++ = {limit, entries, message, map};
        limit = p + size;
        entries = entry.message->entries;
        message = nullptr;
        map = nullptr;
        continue;
      default:
        __builtin_unreachable();  // kNone, whose tag no field has
    }
    PresentOf(message) |= uint64_t{1} << entry.bit;
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
