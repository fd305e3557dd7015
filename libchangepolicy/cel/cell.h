// What a plan computes with (plan.h): a value in 24 bytes that owns nothing. Included by the plan's
// files only.
//
// A cell refers to what the variables, the plan's constants or the evaluation's scratch keep, so it
// lives no longer than the evaluation.
#ifndef LIBCHANGEPOLICY_CEL_CELL_H_
#define LIBCHANGEPOLICY_CEL_CELL_H_

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

struct Cell;
struct Step;

// A repeated field or a map field, unset or not.
struct FieldRef {
  const google::protobuf::Message* message = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
  // The message value that it was reached from, which knows the owner.
  const Value* root = nullptr;
  bool scratch = false;  // as of a cell: the message
};

struct Cell {
  using Kind = Value::Kind;
  enum class Form : uint8_t {
    kInline,   // all of it is here
    kText,     // `text`: a string or bytes; `value` where it is one's
    kValue,    // `value`: of any kind that has no form of its own
    kMessage,  // `message`, reached from `value`
    kField,    // `field`: a list or a map
    kCells,    // `cells`: a list; of an error, two operands and the step that fails with them
  };

  Kind kind = Kind::kNull;
  Form form = Form::kInline;
  // Refers to the scratch.
  bool scratch = false;
  // Of kCells: as Value::depth(). No value is deeper than a plan allows.
  uint8_t depth = 0;
  // Of kCells; of a time, what `integer` has no room for; of an error without a place, its node.
  uint32_t size = 0;
  union {
    bool boolean;
    int64_t integer = 0;
    uint64_t natural;
    double number;
    const std::string* text;
    const google::protobuf::Message* message;
    const FieldRef* field;
    const Cell* cells;
    const Step* step;  // only after the operands of an error
  };
  // kText, kValue, kMessage, and an error that is known; null in others.
  const Value* value = nullptr;

  static Cell Null() { return Cell(); }
  static Cell Error() { return Of(Kind::kError); }
  static Cell Bool(bool value) {
    Cell cell = Of(Kind::kBool);
    cell.boolean = value;
    return cell;
  }
  static Cell Int(int64_t value) {
    Cell cell = Of(Kind::kInt);
    cell.integer = value;
    return cell;
  }
  static Cell Uint(uint64_t value) {
    Cell cell = Of(Kind::kUint);
    cell.natural = value;
    return cell;
  }
  static Cell Double(double value) {
    Cell cell = Of(Kind::kDouble);
    // There is one NaN, as for values.
    cell.number = value == value ? value : std::numeric_limits<double>::quiet_NaN();
    return cell;
  }

  static Cell Timestamp(absl::Time time) { return OfTime(Kind::kTimestamp, time); }
  static Cell Duration(absl::Duration time) { return OfTime(Kind::kDuration, time); }
  absl::Time timestamp() const { return Time<absl::Time>(); }
  absl::Duration duration() const { return Time<absl::Duration>(); }

  static Cell Of(Kind kind) {
    Cell cell;
    cell.kind = kind;
    return cell;
  }
  // The same, reached from something that may refer to the scratch.
  Cell From(bool other_scratch) const {
    Cell cell = *this;
    cell.scratch = scratch || (other_scratch && form != Form::kInline);
    return cell;
  }
  bool Is(Kind other) const { return kind == other; }
  bool is_true() const { return kind == Kind::kBool && boolean; }
  bool is_false() const { return kind == Kind::kBool && !boolean; }

 private:
  // A time of Abseil is twelve bytes, and perhaps padding.
  template <typename T>
  static Cell OfTime(Kind kind, const T& time) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) >= 12 && sizeof(T) <= 16);
    Cell cell = Of(kind);
    const char* const bytes = reinterpret_cast<const char*>(&time);
    std::memcpy(&cell.integer, bytes, 8);
    std::memcpy(&cell.size, bytes + 8, 4);
    return cell;
  }
  template <typename T>
  T Time() const {
    T time;
    char* const bytes = reinterpret_cast<char*>(&time);
    std::memcpy(bytes, &integer, 8);
    std::memcpy(bytes + 8, &size, 4);
    return time;
  }
};
static_assert(sizeof(Cell) == 24);

// The cell refers to the value.
Cell CellOf(const Value& value);
// A copy that owns what it needs. REQUIRES: no error.
Value ValueOf(const Cell& cell, const ProtoContext& context);
// As Value::depth().
uint32_t DepthOf(const Cell& cell);

// The type of all values of a kind, always the same value, so that types can be compared by their
// places; null for messages and what else has types of its own.
const Value* PlainTypeOf(Value::Kind kind);
// By the name that RuntimeTypeName gives; null where there is none.
const Value* PlainTypeNamed(std::string_view name);
bool IsPlainType(const Value* type);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_CELL_H_
