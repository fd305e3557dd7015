// What compiled expressions compute with: sixteen bytes that own nothing.
#ifndef LIBCHANGEPOLICY_PROGRAM_DATUM_H_
#define LIBCHANGEPOLICY_PROGRAM_DATUM_H_

#include <bit>
#include <cstdint>
#include <string_view>

#include "absl/time/time.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

// Texts, lists and messages point into the subject, the policy or the scratch of the decision,
// whichever made them, and live as long as those.
struct Datum {
  enum class Kind : uint8_t {
    // Unknown because of `names`; or, where that is null, open for a reason that only the plain
    // evaluator tells: an error, perhaps.
    kOpen,
    // Known, but nothing that a datum can hold: whatever meets it is left to the plain evaluator.
    kBeyond,
    kBool,
    kInt,
    kEnum,
    kDouble,
    kString,
    kTimestamp,
    kDuration,
    kMessage,
    kFieldList,  // a repeated field of a message
    kList,       // made by an expression, or a constant
    kMap,        // a constant
    kNone,       // an optional without a value; one with a value is that value
  };
  // How the elements of a field list are stored.
  enum class Storage : uint8_t { kInt32, kInt64, kEnum, kString, kMessage };

  union {
    int64_t number = 0;  // bool, int, enum; bits of a double; seconds of a time, rounded down
    const char* text;
    const void* message;
    const void* field;  // a Repeated<T> of flat/
    const Datum* list;  // of a map each key, in their order, with its value behind it
    const flat::Repeated<std::string_view>* names;  // attributes, sorted, each once
  };

  Kind kind() const { return static_cast<Kind>(rest_ >> 32 & 0xFF); }
  Storage storage() const { return static_cast<Storage>(rest_ >> 40 & 0xFF); }
  // Length of a text or list, entries of a map, nanoseconds of a time (0 to 999,999,999), trail of
  // a message or field list.
  uint32_t extra() const { return static_cast<uint32_t>(rest_); }
  void set_extra(uint32_t extra) { rest_ = (rest_ & ~uint64_t{0xFFFFFFFF}) | extra; }

  bool is_known() const { return kind() != Kind::kOpen; }
  bool is_unknown() const { return kind() == Kind::kOpen && names != nullptr; }
  bool is_true() const { return kind() == Kind::kBool && number != 0; }
  bool is_false() const { return kind() == Kind::kBool && number == 0; }
  std::string_view string() const { return {text, extra()}; }
  double real() const { return std::bit_cast<double>(number); }

  static Datum Open() { return {}; }
  static Datum Unknown(const flat::Repeated<std::string_view>* names) {
    Datum datum;
    datum.names = names;
    return datum;
  }
  static Datum Beyond() { return Number(Kind::kBeyond, 0); }
  static Datum None() { return Number(Kind::kNone, 0); }
  static Datum Bool(bool value) { return Number(Kind::kBool, value ? 1 : 0); }
  static Datum Int(int64_t value) { return Number(Kind::kInt, value); }
  static Datum Enum(int32_t value) { return Number(Kind::kEnum, value); }
  static Datum Double(double value) { return Number(Kind::kDouble, std::bit_cast<int64_t>(value)); }
  static Datum String(std::string_view value) {
    Datum datum;
    datum.text = value.data();
    datum.rest_ = Rest(Kind::kString, static_cast<uint32_t>(value.size()));
    return datum;
  }
  static Datum Message(const void* message, uint32_t trail) {
    Datum datum;
    datum.message = message;
    datum.rest_ = Rest(Kind::kMessage, trail);
    return datum;
  }
  static Datum FieldList(const void* field, Storage storage, uint32_t trail) {
    Datum datum;
    datum.field = field;
    datum.rest_ = Rest(Kind::kFieldList, trail) | uint64_t{static_cast<uint8_t>(storage)} << 40;
    return datum;
  }
  static Datum List(const Datum* elements, uint32_t size) {
    Datum datum;
    datum.list = elements;
    datum.rest_ = Rest(Kind::kList, size);
    return datum;
  }
  static Datum Map(const Datum* keys_and_values, uint32_t size) {
    Datum datum;
    datum.list = keys_and_values;
    datum.rest_ = Rest(Kind::kMap, size);
    return datum;
  }
  static Datum Timestamp(int64_t seconds, uint32_t nanos) {
    return Number(Kind::kTimestamp, seconds, nanos);
  }
  static Datum Duration(int64_t seconds, uint32_t nanos) {
    return Number(Kind::kDuration, seconds, nanos);
  }
  // Whole nanoseconds only: what is finer is lost.
  static Datum Of(absl::Time time) {
    const int64_t seconds = absl::ToUnixSeconds(time);
    return Timestamp(seconds, static_cast<uint32_t>(
                                  absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  }
  static Datum Of(absl::Duration duration) {
    const absl::Duration whole = absl::Floor(duration, absl::Seconds(1));
    return Duration(absl::ToInt64Seconds(whole),
                    static_cast<uint32_t>(absl::ToInt64Nanoseconds(duration - whole)));
  }
  absl::Time time() const { return absl::FromUnixSeconds(number) + absl::Nanoseconds(extra()); }
  absl::Duration duration() const { return absl::Seconds(number) + absl::Nanoseconds(extra()); }

 private:
  static Datum Number(Kind kind, int64_t number, uint32_t extra = 0) {
    Datum datum;
    datum.number = number;
    datum.rest_ = Rest(kind, extra);
    return datum;
  }
  static constexpr uint64_t Rest(Kind kind, uint32_t extra) {
    return uint64_t{static_cast<uint8_t>(kind)} << 32 | extra;
  }

  // The kind, the storage and `extra` as one word, which is copied whole: as members of their own
  // the compiler takes them apart and puts them together again at every return.
  uint64_t rest_ = 0;
};

static_assert(sizeof(Datum) == 16);

// Orders two data of one kind that has an order: false before true, whole numbers, texts by bytes
// (which is by code points), times. Negative, zero or positive. Doubles are ordered by their bits,
// which only tells whether they are one and the same.
inline int Compare(const Datum& a, const Datum& b) {
  switch (a.kind()) {
    case Datum::Kind::kString:
      return a.string().compare(b.string());
    case Datum::Kind::kTimestamp:
    case Datum::Kind::kDuration:
      if (a.number == b.number) return a.extra() < b.extra() ? -1 : a.extra() > b.extra() ? 1 : 0;
      [[fallthrough]];
    default:
      return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  }
}

// Of two data of one kind, as the language has it: 0.0 is -0.0, and no NaN equals anything.
inline bool IsEqual(const Datum& a, const Datum& b) {
  return a.kind() == Datum::Kind::kDouble ? a.real() == b.real() : Compare(a, b) == 0;
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_DATUM_H_
