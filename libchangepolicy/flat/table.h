// What a flat message consists of, as data: the parser, the encoder and whoever finds fields by
// path work from these tables, which are generated and constant.
#ifndef LIBCHANGEPOLICY_FLAT_TABLE_H_
#define LIBCHANGEPOLICY_FLAT_TABLE_H_

#include <cstdint>
#include <string_view>

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace changepolicy::v1 {
enum World : int;
}  // namespace changepolicy::v1

namespace changepolicy::flat {

struct MessageTable;

// How a field is stored.
enum class Kind : uint8_t {
  kNone,             // there is no such field
  kInt32,            // int32_t: int32 and enums
  kInt64,            // int64_t and uint64_t
  kBool,             // bool
  kDouble,           // double
  kString,           // std::string_view of UTF-8
  kBytes,            // std::string_view
  kMessage,          // void*, null when it was never set
  kRepeatedInt32,    // ListStorage of int32_t
  kRepeatedInt64,    // ListStorage of int64_t and uint64_t
  kRepeatedString,   // ListStorage of std::string_view of UTF-8
  kRepeatedMessage,  // ListStorage of void*
  kMap,              // ListStorage of void* to entries
  // Only for the parser: a Timestamp or Duration, a field of a oneof, whose FieldTable says what it
  // is, and fields that are checked and not stored.
  kTime,
  kOneof,
  kSkippedVarint,
  kSkippedDouble,
  kSkippedString,
  kSkippedBytes,
  kSkippedMessage,
  kSkippedPackable,
};

// A field. Sorted by number; its index is the number of its bit in `present`.
struct FieldTable {
  uint32_t number;
  uint32_t tag;  // as protobuf writes it: a list of numbers in one piece
  uint16_t offset;
  Kind kind;
  // It can be told whether it is set although it has its default (proto3 `optional`, oneof).
  bool explicit_presence;
  bool is_time;   // a Timestamp or Duration
  bool set_like;  // from the option `fact`, as `world`
  v1::World world;
  uint64_t oneof;               // the bits of its oneof, its own included; 0: it is in none
  const MessageTable* message;  // of the field's type, of a map its entry's; null: no message
  std::string_view name;        // as in the .proto file
  std::string_view json_name;

  bool repeated() const { return kind >= Kind::kRepeatedInt32 && kind <= Kind::kMap; }
};

// What the parser needs of a field, in 16 bytes. A message has one for each number from 0 on, and
// at least one for each number whose tag is a single byte. Number 0, which no field has, holds the
// message's own table, as its offset the count of entries, and a tag that no tag of number 0 or of
// a number too large is equal to: the parser needs no more to go on.
struct ParseEntry {
  static constexpr uint32_t kLeast = 16;

  uint32_t tag = 0;  // 0: there is no field of this number
  uint16_t offset = 0;
  Kind kind = Kind::kNone;
  uint8_t bit = 0;
  const MessageTable* message = nullptr;
};

// What the encoder needs of a field, in 16 bytes, by the number of its bit: four to a line of the
// processor's cache, where a FieldTable takes more than one.
struct EncodeEntry {
  uint32_t tag = 0;
  uint16_t offset = 0;
  Kind kind = Kind::kNone;
  bool explicit_presence : 1 = false;
  bool is_time : 1 = false;
  const MessageTable* message = nullptr;
};
static_assert(sizeof(EncodeEntry) == 16);

struct MessageTable {
  // Every message begins with what was encoded beforehand (encode.h) and the bits of fields that
  // may be set.
  static constexpr int kPreparedOffset = 0;
  static constexpr int kPresentOffset = 8;

  std::string_view full_name;  // of a map's entry: like `changepolicy.v1.ChangeRequest.FactsEntry`
  uint32_t size;               // of the struct, in bytes
  uint32_t field_count;
  const FieldTable* fields;
  const ParseEntry* entries;
  const EncodeEntry* encode_entries;
  bool is_map_entry;
  uint64_t sorted;  // bits of fields that are set-like or have such ones somewhere inside

  // Null when there is none. O(log fields) by number, O(fields) by name.
  const FieldTable* FindByNumber(uint32_t number) const;
  const FieldTable* FindByName(std::string_view name) const;
  int IndexOf(const FieldTable& field) const { return static_cast<int>(&field - fields); }
};

// By protobuf's full name; null when the model has no such message. O(log messages).
const MessageTable* FindTable(std::string_view full_name);

// What protobuf says of it. Never null for a table of the model.
const google::protobuf::Descriptor* DescriptorOf(const MessageTable& table);
const google::protobuf::FieldDescriptor* DescriptorOf(const MessageTable& table,
                                                      const FieldTable& field);

// The empty message that a getter gives where none is set.
template <typename T>
const T& DefaultOf() {
  static constexpr T kEmpty{};
  return kEmpty;
}

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_TABLE_H_
