// Columns that come in. Whatever a consumer can know to be wrong with one (its type, lengths,
// offsets, buffers) is found before its first row is used; that buffers are as long as they are
// said to be is the producer's word, as in all of Arrow's C interface.
#ifndef BINDINGS_ARROW_INPUT_H_
#define BINDINGS_ARROW_INPUT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bindings/arrow/abi.h"

namespace changepolicy::bindings {

// A column of the caller's: borrowed, never released here.
struct ArrowColumn {
  const ArrowSchema* schema = nullptr;
  const ArrowArray* array = nullptr;
};

// Which rows are null.
class Validity {
 public:
  // `bits`: null where every row is valid; `offset` rows lie before the first.
  explicit Validity(const uint8_t* bits = nullptr, int64_t offset = 0)
      : bits_(bits), offset_(offset) {}

  bool IsNull(int64_t row) const {
    if (bits_ == nullptr) return false;
    const int64_t bit = offset_ + row;
    return (bits_[bit / 8] >> (bit % 8) & 1) == 0;
  }

 private:
  const uint8_t* bits_;
  int64_t offset_;
};

// A column of byte strings: binary or utf8, with offsets of 32 or 64 bits, or of views. A view of
// the caller's buffers, which must outlive it. Thread-safe.
class BytesColumn {
 public:
  // `name` begins the messages. Columns of text are read where `text` is true, binary ones always.
  // INVALID_ARGUMENT names what is wrong. O(rows).
  static absl::StatusOr<BytesColumn> Create(std::string_view name, bool text,
                                            const ArrowColumn& column);

  int64_t size() const { return size_; }
  // Nothing where the row is null. REQUIRES: 0 <= row < size().
  std::optional<std::string_view> operator[](int64_t row) const;

 private:
  enum class Layout { kOffsets32, kOffsets64, kViews };
  // A view, by the columnar format: texts of up to twelve bytes stand in it, longer ones in a
  // buffer.
  struct View {
    int32_t length;
    char prefix[4];
    int32_t buffer;
    int32_t offset;
  };

  absl::Status CheckOffsets(std::string_view name) const;
  absl::Status CheckViews(std::string_view name, const ArrowArray& array) const;
  int64_t OffsetAt(int64_t row) const;
  View ViewAt(int64_t row) const;

  Layout layout_ = Layout::kOffsets32;
  int64_t size_ = 0;
  int64_t first_ = 0;  // rows of the buffers before the first
  Validity validity_;
  const void* rows_ = nullptr;          // offsets or views
  const void* const* bytes_ = nullptr;  // the one buffer of bytes, or those that views point into
};

// A column of timestamps with a zone, which are instants whatever the zone is. A view of the
// caller's buffers, which must outlive it. Thread-safe.
class InstantColumn {
 public:
  // As above. A column without a zone holds readings of some clock on some wall, and is refused.
  static absl::StatusOr<InstantColumn> Create(std::string_view name, const ArrowColumn& column);

  int64_t size() const { return size_; }
  // Nothing where the row is null. REQUIRES: 0 <= row < size().
  std::optional<absl::Time> operator[](int64_t row) const;

 private:
  char unit_ = 's';  // s, m(illi), u (micro), n(ano)
  int64_t size_ = 0;
  int64_t first_ = 0;
  Validity validity_;
  const void* ticks_ = nullptr;
};

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_INPUT_H_
