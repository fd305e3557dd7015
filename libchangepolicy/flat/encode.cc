#include "libchangepolicy/flat/encode.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "libchangepolicy/flat/canonical_order.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy::flat {

char* Buffer::Grow(char* front, size_t more) {
  constexpr size_t kFirst = 4096;
  const size_t used = static_cast<size_t>(end_ - front);
  const size_t size = std::max({kFirst, 2 * static_cast<size_t>(end_ - begin_), used + more});
  std::unique_ptr<char[]> larger(new char[size]);
  if (used != 0) std::memcpy(larger.get() + size - used, front, used);
  memory_ = std::move(larger);
  begin_ = memory_.get();
  end_ = begin_ + size;
  return end_ - used;
}

namespace {

uint64_t PresentOf(const char* message) {
  return *reinterpret_cast<const uint64_t*>(message + MessageTable::kPresentOffset);
}

// Without the instruction of newer processors, std::has_single_bit and std::popcount are calls.
bool IsOneBit(uint64_t bits) { return bits != 0 && (bits & (bits - 1)) == 0; }
int CountFew(uint64_t bits) {
  int count = 0;
  for (; bits != 0; bits &= bits - 1) ++count;
  return count;
}

const Prepared* PreparedOf(const char* message) {
  return *reinterpret_cast<const Prepared* const*>(message + MessageTable::kPreparedOffset);
}

// Of a message that was encoded as a whole; null for others.
const std::string_view* WholeOf(const char* message) {
  const Prepared* const prepared = PreparedOf(message);
  if (prepared == nullptr || (PresentOf(message) & ~prepared->fields) != 0 ||
      !IsOneBit(prepared->firsts)) {
    return nullptr;
  }
  return prepared->runs;
}

}  // namespace

// Each function writes before `front` and gives the new front.
class Encoder {
 public:
  // `scratch` is for the canonical form, and null otherwise.
  Encoder(Buffer* buffer, Arena* scratch) : buffer_(*buffer), scratch_(scratch) {}

  static char* End(Buffer* buffer) { return buffer->end_; }

  char* Message(char* front, const MessageTable& table, const char* message);
  char* Field(char* front, const EncodeEntry& field, const char* message, bool always);

 private:
  template <typename T>
  static const T& At(const char* message, const EncodeEntry& field) {
    return *reinterpret_cast<const T*>(message + field.offset);
  }

  // Tag and length, or tag and number, take less.
  static constexpr size_t kHead = 16;

  char* Room(char* front, size_t size) {
    if (static_cast<size_t>(front - buffer_.begin_) < size + kHead) [[unlikely]] {
      return buffer_.Grow(front, size + kHead);
    }
    return front;
  }
  // How far the front is from the end, which growing does not change.
  size_t Written(const char* front) const { return static_cast<size_t>(buffer_.end_ - front); }

  static char* Varint(char* front, uint64_t value);
  static char* LongVarint(char* front, uint64_t value);
  static char* Tag(char* front, uint32_t tag);
  char* Text(char* front, uint32_t tag, std::string_view text);
  char* Inner(char* front, uint32_t tag, const MessageTable& table, const void* message);
  template <typename T>
  char* Numbers(char* front, const EncodeEntry& field, const ListStorage& list);
  char* Time(char* front, const EncodeEntry& field, const void* message);
  char* FieldHere(char* front, const EncodeEntry& field, const char* message, bool always);
  char* MapByBytes(char* front, const EncodeEntry& field, const ListStorage& list);

  Buffer& buffer_;
  Arena* const scratch_;
};

inline char* Encoder::Varint(char* front, uint64_t value) {
  if (value < 0x80) [[likely]] {
    *--front = static_cast<char>(value);
    return front;
  }
  return LongVarint(front, value);
}

inline char* Encoder::LongVarint(char* front, uint64_t value) {
  const int length = (std::bit_width(value) + 6) / 7;
  if (std::endian::native == std::endian::little && length <= 8) {
    // Seven bits to each byte of a word: fours, pairs, single ones apart. The word is written
    // whole; what stands before its bytes has not been written yet.
    uint64_t word = (value & 0x000000000FFFFFFF) | (value << 4 & 0x0FFFFFFF00000000);
    word = (word & 0x00003FFF00003FFF) | (word << 2 & 0x3FFF00003FFF0000);
    word = (word & 0x007F007F007F007F) | (word << 1 & 0x7F007F007F007F00);
    const int behind = 64 - 8 * length;
    word = (word | (0x8080808080808080 & (~uint64_t{0} >> behind >> 8))) << behind;
    std::memcpy(front - 8, &word, 8);
    return front - length;
  }
  front -= length;
  for (int i = 0; i < length - 1; ++i, value >>= 7) front[i] = static_cast<char>(value | 0x80);
  front[length - 1] = static_cast<char>(value);
  return front;
}

// Of a number below 256, so that it takes two bytes at most.
inline char* Encoder::Tag(char* front, uint32_t tag) {
  if (tag < 0x80) {
    *--front = static_cast<char>(tag);
    return front;
  }
  front -= 2;
  front[0] = static_cast<char>(tag | 0x80);
  front[1] = static_cast<char>(tag >> 7);
  return front;
}

template <typename Word>
inline void CopyEnds(char* to, const char* from, size_t size) {
  Word first;
  Word last;
  std::memcpy(&first, from, sizeof(Word));
  std::memcpy(&last, from + size - sizeof(Word), sizeof(Word));
  std::memcpy(to, &first, sizeof(Word));
  std::memcpy(to + size - sizeof(Word), &last, sizeof(Word));
}

// The text to its place; a short one, which most are, without a call: its two ends, which meet.
inline void CopyText(char* to, const char* from, size_t size) {
  struct Sixteen {
    uint64_t words[2];
  };
  struct ThirtyTwo {
    uint64_t words[4];
  };
  if (size > 64) {
    std::memcpy(to, from, size);
  } else if (size >= 32) {
    CopyEnds<ThirtyTwo>(to, from, size);
  } else if (size >= 16) {
    CopyEnds<Sixteen>(to, from, size);
  } else if (size >= 8) {
    CopyEnds<uint64_t>(to, from, size);
  } else if (size >= 4) {
    CopyEnds<uint32_t>(to, from, size);
  } else if (size >= 2) {
    CopyEnds<uint16_t>(to, from, size);
  } else if (size == 1) {
    *to = *from;
  }
}

inline char* Encoder::Text(char* front, uint32_t tag, std::string_view text) {
  front = Room(front, text.size());
  front -= text.size();
  CopyText(front, text.data(), text.size());
  return Tag(Varint(front, text.size()), tag);
}

inline char* Encoder::Inner(char* front, uint32_t tag, const MessageTable& table,
                            const void* message) {
  if (message != nullptr) {
    const std::string_view* const whole = WholeOf(static_cast<const char*>(message));
    if (whole != nullptr) return Text(front, tag, *whole);
  }
  const size_t before = Written(front);
  if (message != nullptr) front = Message(front, table, static_cast<const char*>(message));
  front = Room(front, 0);
  return Tag(Varint(front, Written(front) - before), tag);
}

template <typename T>
char* Encoder::Numbers(char* front, const EncodeEntry& field, const ListStorage& list) {
  const T* const numbers = static_cast<const T*>(list.data);
  const size_t before = Written(front);
  for (uint32_t i = list.size; i-- > 0;) {
    front = Varint(Room(front, 0), static_cast<uint64_t>(static_cast<int64_t>(numbers[i])));
    // In the canonical form each by itself, with the tag of a number.
    if (scratch_ != nullptr) front = Tag(front, field.tag & ~7u);
  }
  if (scratch_ != nullptr) return front;
  front = Room(front, 0);
  return Tag(Varint(front, Written(front) - before), field.tag);
}

char* Encoder::MapByBytes(char* front, const EncodeEntry& field, const ListStorage& list) {
  const void* const* const entries = static_cast<const void* const*>(list.data);
  auto* const encoded =
      static_cast<std::string_view*>(scratch_->Allocate(list.size * sizeof(std::string_view)));
  for (uint32_t i = 0; i < list.size; ++i) {
    const size_t before = Written(front);
    char* const entry = Inner(front, field.tag, *field.message, entries[i]);
    const size_t size = Written(entry) - before;
    encoded[i] = scratch_->Copy({entry, size});
    front = entry + size;
  }
  std::sort(encoded, encoded + list.size);
  for (uint32_t i = list.size; i-- > 0;) {
    front = Room(front, encoded[i].size()) - encoded[i].size();
    std::memcpy(front, encoded[i].data(), encoded[i].size());
  }
  return front;
}

// Every second message is an instant of whole seconds.
inline char* Encoder::Time(char* front, const EncodeEntry& field, const void* message) {
  const char* const from = static_cast<const char*>(message);
  const EncodeEntry& seconds = field.message->encode_entries[0];
  const int64_t value = At<int64_t>(from, seconds);
  if (PresentOf(from) != 1 || value == 0 || PreparedOf(from) != nullptr) {
    return Inner(front, field.tag, *field.message, message);
  }
  front = Room(front, 0);
  const char* const end = front;
  front = Tag(Varint(front, static_cast<uint64_t>(value)), seconds.tag);
  *(front - 1) = static_cast<char>(end - front);
  return Tag(front - 1, field.tag);
}

// `always`: also where it has its default.
[[gnu::always_inline]] inline char* Encoder::FieldHere(char* front, const EncodeEntry& field,
                                                       const char* message, bool always) {
  switch (field.kind) {
    case Kind::kString:
    case Kind::kBytes: {
      const auto& text = At<std::string_view>(message, field);
      return text.empty() && !always ? front : Text(front, field.tag, text);
    }
    case Kind::kMessage: {
      const void* const inner = At<void*>(message, field);
      if (field.is_time && inner != nullptr) return Time(front, field, inner);
      return Inner(front, field.tag, *field.message, inner);
    }
    case Kind::kInt32: {
      const int32_t value = At<int32_t>(message, field);
      if (value == 0 && !always) return front;
      front = Varint(Room(front, 0), static_cast<uint64_t>(static_cast<int64_t>(value)));
      return Tag(front, field.tag);
    }
    case Kind::kInt64: {
      const int64_t value = At<int64_t>(message, field);
      if (value == 0 && !always) return front;
      return Tag(Varint(Room(front, 0), static_cast<uint64_t>(value)), field.tag);
    }
    case Kind::kBool: {
      const bool value = At<bool>(message, field);
      if (!value && !always) return front;
      return Tag(Varint(Room(front, 0), value ? 1 : 0), field.tag);
    }
    case Kind::kDouble: {
      double value = At<double>(message, field);
      if (std::bit_cast<uint64_t>(value) == 0 && !always) return front;
      if (scratch_ != nullptr && value == 0) value = 0;
      if (scratch_ != nullptr && value != value) value = __builtin_nan("");
      uint64_t bits = std::bit_cast<uint64_t>(value);
      if (std::endian::native == std::endian::big) bits = __builtin_bswap64(bits);
      front = Room(front, 0) - sizeof(bits);
      std::memcpy(front, &bits, sizeof(bits));
      return Tag(front, field.tag);
    }
    default:
      break;
  }
  const auto& list = At<ListStorage>(message, field);
  if (list.size == 0) return front;
  switch (field.kind) {
    case Kind::kRepeatedInt32:
      return Numbers<int32_t>(front, field, list);
    case Kind::kRepeatedInt64:
      return Numbers<int64_t>(front, field, list);
    case Kind::kRepeatedString: {
      const auto* const texts = static_cast<const std::string_view*>(list.data);
      for (uint32_t i = list.size; i-- > 0;) front = Text(front, field.tag, texts[i]);
      return front;
    }
    default: {
      if (field.kind == Kind::kMap && scratch_ != nullptr) return MapByBytes(front, field, list);
      const void* const* const messages = static_cast<const void* const*>(list.data);
      for (uint32_t i = list.size; i-- > 0;) {
        front = Inner(front, field.tag, *field.message, messages[i]);
      }
      return front;
    }
  }
}

char* Encoder::Field(char* front, const EncodeEntry& field, const char* message, bool always) {
  return FieldHere(front, field, message, always);
}

char* Encoder::Message(char* front, const MessageTable& table, const char* message) {
  if (table.is_map_entry) {
    return Field(Field(front, table.encode_entries[1], message, true), table.encode_entries[0],
                 message, true);
  }
  uint64_t bits = PresentOf(message);
  const Prepared* const prepared = PreparedOf(message);
  const std::string_view* run = nullptr;
  if (prepared != nullptr) {
    bits = (bits & ~prepared->fields) | prepared->firsts;
    run = prepared->runs + CountFew(prepared->firsts);
  }
  while (bits != 0) {
    const int index = std::bit_width(bits) - 1;
    const uint64_t bit = uint64_t{1} << index;
    bits ^= bit;
    if (prepared != nullptr && (prepared->firsts & bit) != 0) {
      const std::string_view bytes = *--run;
      front = Room(front, bytes.size()) - bytes.size();
      CopyText(front, bytes.data(), bytes.size());
      continue;
    }
    const EncodeEntry& field = table.encode_entries[index];
    front = FieldHere(front, field, message, field.explicit_presence);
  }
  return front;
}

namespace {

std::string_view Whole(const MessageTable& table, const void* message, Arena* scratch,
                       Buffer* buffer) {
  Encoder encoder(buffer, scratch);
  char* const front =
      encoder.Message(Encoder::End(buffer), table, static_cast<const char*>(message));
  return {front, static_cast<size_t>(Encoder::End(buffer) - front)};
}

}  // namespace

const Prepared* Prepare(const MessageTable& table, const void* message,
                        std::span<const int> numbers, Arena* arena) {
  uint64_t fields = 0;
  for (const int number : numbers) {
    const FieldTable* const field = table.FindByNumber(static_cast<uint32_t>(number));
    if (field != nullptr) fields |= uint64_t{1} << table.IndexOf(*field);
  }
  const char* const from = static_cast<const char*>(message);
  const uint64_t present = PresentOf(from);
  // Fields that follow each other make a run.
  const uint64_t firsts = fields & ~(fields << 1);
  // All in one piece: what is found by the first address is read with it.
  const auto count = static_cast<size_t>(std::popcount(firsts));
  char* const room =
      static_cast<char*>(arena->Allocate(sizeof(Prepared) + count * sizeof(std::string_view)));
  auto* const runs = reinterpret_cast<std::string_view*>(room + sizeof(Prepared));
  std::string_view* run = runs;
  Buffer buffer;
  for (int first = 0; first < static_cast<int>(table.field_count); ++first) {
    if ((firsts >> first & 1) == 0) continue;
    Encoder encoder(&buffer, nullptr);
    char* front = Encoder::End(&buffer);
    int behind = first;
    while (behind < 64 && (fields >> behind & 1) != 0) ++behind;
    for (int index = behind; index-- > first;) {
      const EncodeEntry& field = table.encode_entries[index];
      if ((present >> index & 1) != 0) {
        front = encoder.Field(front, field, from, field.explicit_presence);
      }
    }
    const size_t size = static_cast<size_t>(Encoder::End(&buffer) - front);
    *run++ = arena->Copy({front, size});
  }
  return new (room) Prepared{fields, firsts, runs};
}

const Prepared* PrepareWhole(const MessageTable& table, const void* message, Buffer* buffer,
                             Arena* arena) {
  const std::string_view bytes = Whole(table, message, nullptr, buffer);
  const uint64_t fields = PresentOf(static_cast<const char*>(message));
  char* const room =
      static_cast<char*>(arena->Allocate(sizeof(Prepared) + sizeof(std::string_view)));
  auto* const run = reinterpret_cast<std::string_view*>(room + sizeof(Prepared));
  *run = arena->Copy(bytes);
  return new (room) Prepared{fields, fields & (~fields + 1), run};
}

std::string_view Encode(const MessageTable& table, const void* message, Buffer* buffer) {
  return Whole(table, message, nullptr, buffer);
}

std::string_view EncodeCanonical(const MessageTable& table, const void* message, Arena* scratch,
                                 Buffer* buffer) {
  return Whole(table, message, scratch, buffer);
}

}  // namespace changepolicy::flat
