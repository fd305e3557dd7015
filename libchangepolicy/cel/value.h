// What a CEL expression computes with: an immutable value that is cheap to copy.
//
// Errors and unknowns are values too, as the language has them: evaluation never fails, it yields
// one of these. Equality and ordering are in equality.h; messages are read and built in
// proto_adapter.h.
//
// Thread safety: values are immutable and may be shared between threads. A value that refers to a
// protobuf message (kMessage, and lists and maps that are fields of one) shares ownership of it
// when it was made by Value::OwnedMessage, and otherwise must not outlive the message. No value
// may outlive the Environment in whose terms it was computed.
#ifndef LIBCHANGEPOLICY_CEL_VALUE_H_
#define LIBCHANGEPOLICY_CEL_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/type.h"

namespace changepolicy::cel {

class Value;

// A key of a map as a lookup needs it: freed of its kind of number, its text not copied. Totally
// ordered: bool < number < string.
struct KeyView {
  std::variant<bool, int64_t, uint64_t, std::string_view> key;  // uint64_t only above the ints
  friend auto operator<=>(const KeyView&, const KeyView&) = default;
};
// Nullopt for a value that equals no possible key (1.5, a list). The text is the value's.
std::optional<KeyView> ToKeyView(const Value& value);
std::optional<KeyView> ToKeyView(uint64_t number);
std::optional<KeyView> ToKeyView(double number);

// About what a small value takes: itself, and what stands around it in a collection or on the heap.
inline constexpr uint64_t kValueBytes = 64;

// A list. At() takes 0 <= index < size() and may compute the element anew at each call.
class List {
 public:
  virtual ~List() = default;
  virtual size_t size() const = 0;
  virtual Value At(size_t index) const = 0;
  // The element where the list keeps it as a value; null where At() computes it.
  virtual const Value* Peek(size_t) const { return nullptr; }
  // What it keeps in memory itself, without what its elements keep.
  virtual uint64_t bytes() const { return kValueBytes; }
  // Levels of lists, maps and messages that a walk through it may meet, itself included; for what
  // comes from the input, of what was built around that.
  virtual uint32_t depth() const { return 1; }
};

// A map with keys bool, int, uint or string, in an order that does not depend on hashing: a map
// built by an expression keeps the order of its entries, a map field is ordered by key.
class Map {
 public:
  virtual ~Map() = default;
  virtual size_t size() const = 0;
  virtual Value KeyAt(size_t index) const = 0;
  virtual Value ValueAt(size_t index) const = 0;
  // As for List.
  virtual const Value* PeekKey(size_t) const { return nullptr; }
  virtual const Value* PeekValue(size_t) const { return nullptr; }
  // Where the entry of the key is. Logarithmic.
  virtual std::optional<size_t> IndexOf(const KeyView& key) const = 0;
  // Numbers are looked up by their value (1, 1u and 1.0 are one key); a key of a kind that no map
  // has is simply not found.
  std::optional<Value> Find(const Value& key) const;
  // As for List.
  virtual uint64_t bytes() const { return kValueBytes; }
  virtual uint32_t depth() const { return 1; }
};

// A value of a kind that an extension library adds (an IP address); equality and text are its own.
class Opaque {
 public:
  virtual ~Opaque() = default;
  virtual Type type() const = 0;
  virtual bool Equals(const Opaque& other) const = 0;
  virtual std::string ToText() const = 0;
};

// Where a value was found, from a variable of the activation down: `change.services[0].name`.
// Kept as a chain of steps; the text is put together when somebody asks.
class Trail {
 public:
  // The variable `name`; `is_fact` when FactPresence is to be asked about what is below.
  static std::shared_ptr<const Trail> Root(std::string_view name, bool is_fact);
  static std::shared_ptr<const Trail> Field(std::shared_ptr<const Trail> parent,
                                            std::string_view name);
  static std::shared_ptr<const Trail> Index(std::shared_ptr<const Trail> parent, size_t index);
  static std::shared_ptr<const Trail> Key(std::shared_ptr<const Trail> parent, const Value& key);

  bool is_fact() const { return is_fact_; }
  std::string ToString() const;

 private:
  Trail(std::shared_ptr<const Trail> parent, std::string step, bool is_fact)
      : parent_(std::move(parent)), step_(std::move(step)), is_fact_(is_fact) {}

  std::shared_ptr<const Trail> parent_;
  std::string step_;
  bool is_fact_;
};
using TrailPtr = std::shared_ptr<const Trail>;

// A message with its owner (null when somebody else keeps it alive) and its trail (null when it
// does not come from a variable).
struct MessageValue {
  std::shared_ptr<const void> owner;
  const google::protobuf::Message* message = nullptr;
  TrailPtr trail;
  // Levels of messages that an expression has built here, as for List::depth.
  uint32_t depth = 1;
  // Bytes of an Any that were parsed for it.
  uint64_t unpacked = 0;
};

// A value of an enum type of its own (EnumProfile::kStrong); the number need not be declared.
struct EnumValue {
  const google::protobuf::EnumDescriptor* descriptor = nullptr;
  int32_t number = 0;
};

// An evaluation error. The codes say what kind it is: kNotFound (no such key, no such field),
// kUnimplemented (no such overload, unbound function), kOutOfRange (overflow, index, range),
// kInvalidArgument (malformed text, wrong argument), kResourceExhausted (a limit; never absorbed).
struct Error {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;
  NodeId node = kNoNode;  // the one that failed; kNoNode when not known
};

// What an unknown result depends on: attribute paths (and calls), sorted, without duplicates.
using UnknownSet = std::vector<std::string>;

class Value {
 public:
  enum class Kind : uint8_t {  // in the order of Representation
    kNull,
    kBool,
    kInt,
    kUint,
    kDouble,
    kString,
    kBytes,
    kList,
    kMap,
    kMessage,
    kTimestamp,
    kDuration,
    kType,
    kEnum,
    kOptional,
    kOpaque,
    kError,
    kUnknown,
  };

  Value() = default;  // null

  static Value Null() { return Value(); }
  static Value Bool(bool value) { return Value(Representation(value)); }
  static Value Int(int64_t value) { return Value(Representation(value)); }
  static Value Uint(uint64_t value) { return Value(Representation(value)); }
  // There is one NaN: which of its many bit patterns an operation gives depends on the machine.
  static Value Double(double value) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    return Value(Representation(value == value ? value : kNan));
  }
  // `text` must be valid UTF-8 (proto_adapter.h and the functions check what comes from outside).
  static Value String(std::string text);
  static Value Bytes(std::string bytes);
  static Value ListOf(std::vector<Value> elements);
  static Value FromList(std::shared_ptr<const List> list) {
    return Value(Representation(std::move(list)));
  }
  static Value FromMap(std::shared_ptr<const Map> map) {
    return Value(Representation(std::move(map)));
  }
  // The caller keeps `message` alive for as long as the value or anything taken from it.
  // Well-known types stay messages here; AdaptMessage of proto_adapter.h turns them into values.
  static Value BorrowedMessage(const google::protobuf::Message& message);
  static Value OwnedMessage(std::shared_ptr<const google::protobuf::Message> message);
  static Value FromMessage(MessageValue message) {
    return Value(Representation(std::move(message)));
  }
  static Value Timestamp(absl::Time value) { return Value(Representation(value)); }
  static Value Duration(absl::Duration value) { return Value(Representation(value)); }
  static Value OfType(Type type) { return Value(Representation(std::move(type))); }
  static Value Enum(EnumValue value) { return Value(Representation(value)); }
  static Value OptionalOf(Value value);
  static Value OptionalNone();
  static Value FromOpaque(std::shared_ptr<const Opaque> value) {
    return Value(Representation(std::move(value)));
  }
  static Value FromError(Error error);
  static Value FromError(absl::StatusCode code, std::string message);
  // `attributes` is sorted and freed of duplicates here.
  static Value Unknown(UnknownSet attributes);

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool Is(Kind kind) const { return this->kind() == kind; }
  bool is_error() const { return Is(Kind::kError); }
  bool is_unknown() const { return Is(Kind::kUnknown); }
  // A value proper: neither error nor unknown.
  bool is_known() const { return !is_error() && !is_unknown(); }
  bool is_true() const { return Is(Kind::kBool) && bool_value(); }
  bool is_false() const { return Is(Kind::kBool) && !bool_value(); }

  // REQUIRES for each: kind() is the one named.
  bool bool_value() const { return std::get<bool>(data_); }
  int64_t int_value() const { return std::get<int64_t>(data_); }
  uint64_t uint_value() const { return std::get<uint64_t>(data_); }
  double double_value() const { return std::get<double>(data_); }
  const std::string& string_value() const { return *std::get<Text>(data_).text; }
  const std::string& bytes_value() const { return *std::get<Octets>(data_).bytes; }
  const List& list() const { return *std::get<std::shared_ptr<const List>>(data_); }
  const Map& map() const { return *std::get<std::shared_ptr<const Map>>(data_); }
  std::shared_ptr<const Map> shared_map() const {
    return std::get<std::shared_ptr<const Map>>(data_);
  }
  std::shared_ptr<const List> shared_list() const {
    return std::get<std::shared_ptr<const List>>(data_);
  }
  const MessageValue& message() const { return std::get<MessageValue>(data_); }
  absl::Time timestamp_value() const { return std::get<absl::Time>(data_); }
  absl::Duration duration_value() const { return std::get<absl::Duration>(data_); }
  const Type& type_value() const { return std::get<Type>(data_); }
  const EnumValue& enum_value() const { return std::get<EnumValue>(data_); }
  bool has_optional_value() const { return std::get<Box>(data_).value != nullptr; }
  const Value& optional_value() const { return *std::get<Box>(data_).value; }
  const Opaque& opaque() const { return *std::get<std::shared_ptr<const Opaque>>(data_); }
  const Error& error() const { return *std::get<std::shared_ptr<const Error>>(data_); }
  const UnknownSet& unknown() const { return *std::get<std::shared_ptr<const UnknownSet>>(data_); }

  // What nobody else keeps of this value's memory: about what making it took, when asked right
  // after that, and nothing for a copy of a value that is kept elsewhere.
  uint64_t FreshBytes() const;
  // Levels of nesting, 0 for a scalar; of the input's values, see List::depth. Linear in the
  // nesting of optional values alone.
  uint32_t depth() const;

  // The type that `type(x)` gives: list and map without parameters, a message's own type.
  // An error has the error type, an unknown has dyn.
  Type type() const;
  // That type's name as the language writes it: `int`, `list`, `google.protobuf.Timestamp`.
  std::string type_name() const;

  // For messages to people and for tests: CEL notation where there is one, at most about
  // `max_length` bytes, and `...` for what is left out. Deterministic.
  std::string ToString(size_t max_length = 200) const;

 private:
  struct Text {
    std::shared_ptr<const std::string> text;
  };
  struct Octets {
    std::shared_ptr<const std::string> bytes;
  };
  struct Box {
    std::shared_ptr<const Value> value;  // null: optional.none()
  };
  using Representation =
      std::variant<std::monostate, bool, int64_t, uint64_t, double, Text, Octets,
                   std::shared_ptr<const List>, std::shared_ptr<const Map>, MessageValue,
                   absl::Time, absl::Duration, Type, EnumValue, Box, std::shared_ptr<const Opaque>,
                   std::shared_ptr<const Error>, std::shared_ptr<const UnknownSet>>;
  explicit Value(Representation data) : data_(std::move(data)) {}

  Representation data_;
};

// RFC 3339 with as many digits of a second as are needed; seconds with a fraction and `s`; the
// shortest digits that give the number back.
std::string TimestampText(absl::Time time);
std::string DurationText(absl::Duration duration);
std::string DoubleText(double value);
// The same number without an exponent, however long that makes it; NaN, Infinity, -Infinity.
std::string PlainDoubleText(double value);

// The name by which type values are compared and printed: parameters are dropped.
std::string RuntimeTypeName(const Type& type);

// Whether the value is of a kind that a selection or an index can look into.
bool HasParts(const Value& value);

// Both unknown sets in one. REQUIRES: both are unknown.
Value MergeUnknowns(const Value& a, const Value& b);

// A list that keeps its elements.
class ArrayList final : public List {
 public:
  explicit ArrayList(std::vector<Value> elements);
  size_t size() const override { return elements_.size(); }
  Value At(size_t index) const override { return elements_[index]; }
  const Value* Peek(size_t index) const override { return &elements_[index]; }
  uint64_t bytes() const override { return (1 + elements_.size()) * kValueBytes; }
  uint32_t depth() const override { return depth_; }

 private:
  std::vector<Value> elements_;
  uint32_t depth_ = 1;
};

// Collects the entries of a map and refuses what no map may have.
class MapBuilder {
 public:
  MapBuilder();
  ~MapBuilder();
  MapBuilder(const MapBuilder&) = delete;
  MapBuilder& operator=(const MapBuilder&) = delete;

  // False when the key is of no kind that a key can have, or is there already (as a number of
  // another kind, too).
  enum class Outcome { kAdded, kBadKey, kRepeatedKey };
  Outcome Add(const Value& key, Value value);
  size_t size() const;
  // The builder is empty afterwards.
  Value Build();

 private:
  class Entries;
  std::shared_ptr<Entries> entries_;
};

// The same as KeyView, with a text of its own.
struct MapKey {
  std::variant<bool, int64_t, uint64_t, std::string> key;
  friend auto operator<=>(const MapKey&, const MapKey&) = default;
};
std::optional<MapKey> ToMapKey(const Value& value);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_VALUE_H_
