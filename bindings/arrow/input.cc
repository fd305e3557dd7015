#include "bindings/arrow/input.h"

#include <cstring>
#include <limits>
#include <string>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::bindings {
namespace {

constexpr int64_t kWidest = 16;  // bytes of a row in the widest buffer that is read
constexpr int kInView = 12;      // bytes that stand in the view itself
constexpr size_t kShownFormat = 40;

// Buffers may lie at any address, so that numbers are copied out of them.
template <typename T>
T Load(const void* buffer, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + index * sizeof(T), sizeof(T));
  return value;
}

template <typename... Args>
absl::Status Wrong(std::string_view name, const Args&... what) {
  return InvalidArgument(StrCat(name, ": ", what...));
}

std::string Shown(std::string_view format) {
  return Printable(format.size() <= kShownFormat ? format : format.substr(0, kShownFormat));
}

// What is wrong with any column, whatever its type.
absl::Status CheckPresence(std::string_view name, const ArrowColumn& column) {
  if (column.schema == nullptr) return Wrong(name, "the schema is NULL");
  if (column.array == nullptr) return Wrong(name, "the array is NULL");
  if (column.schema->release == nullptr) return Wrong(name, "the schema was released");
  if (column.array->release == nullptr) return Wrong(name, "the array was released");
  if (column.schema->format == nullptr) return Wrong(name, "the schema's format is NULL");
  if (column.schema->dictionary != nullptr || column.array->dictionary != nullptr) {
    return Wrong(name, "a dictionary-encoded column of format `", Shown(column.schema->format),
                 "` is not read; decode the dictionary first");
  }
  return absl::OkStatus();
}

// What is wrong with a flat column that has so many buffers, or at least so many of a kind whose
// number varies.
absl::Status CheckShape(std::string_view name, const ArrowColumn& column, int64_t buffers,
                        bool at_least) {
  const ArrowArray& array = *column.array;
  if (array.length < 0) {
    return Wrong(name, "the length is ", array.length, ", and must not be negative");
  }
  if (array.offset < 0) {
    return Wrong(name, "the offset is ", array.offset, ", and must not be negative");
  }
  constexpr int64_t kMostRows = std::numeric_limits<int64_t>::max() / kWidest - 1;
  if (array.offset > kMostRows || array.length > kMostRows - array.offset) {
    return Wrong(name, "offset ", array.offset, " and length ", array.length,
                 " are more than memory can hold");
  }
  if (array.null_count < -1 || array.null_count > array.length) {
    return Wrong(name, "the null count is ", array.null_count, ", of ", array.length, " rows");
  }
  if (column.schema->n_children != 0 || array.n_children != 0) {
    return Wrong(name, "there are ",
                 array.n_children != 0 ? array.n_children : column.schema->n_children,
                 " children, and format `", Shown(column.schema->format), "` has none");
  }
  if (at_least ? array.n_buffers < buffers : array.n_buffers != buffers) {
    return Wrong(name, "there are ", array.n_buffers, " buffers, and format `",
                 Shown(column.schema->format), "` has ", buffers, at_least ? " or more" : "");
  }
  if (array.buffers == nullptr) return Wrong(name, "the list of buffers is NULL");
  return absl::OkStatus();
}

// Producers that count wrongly are refused: a row that is taken for null, or is not, by mistake
// would be a wrong answer.
absl::StatusOr<Validity> ReadValidity(std::string_view name, const ArrowArray& array) {
  const auto* const bits = static_cast<const uint8_t*>(array.buffers[0]);
  if (bits == nullptr) {
    // Without a bitmap there is no null; some producers then leave the count at -1.
    if (array.null_count > 0) {
      return Wrong(name, "the null count is ", array.null_count,
                   ", and the validity bitmap is NULL");
    }
    return Validity();
  }
  const Validity validity(bits, array.offset);
  if (array.null_count < 0) return validity;
  int64_t nulls = 0;
  for (int64_t row = 0; row < array.length; ++row) nulls += validity.IsNull(row);
  if (nulls != array.null_count) {
    return Wrong(name, "the null count is ", array.null_count, ", and the validity bitmap says ",
                 nulls);
  }
  return validity;
}

}  // namespace

absl::StatusOr<BytesColumn> BytesColumn::Create(std::string_view name, bool text,
                                                const ArrowColumn& column) {
  CP_RETURN_IF_ERROR(CheckPresence(name, column));
  const std::string_view format = column.schema->format;
  BytesColumn read;
  if (format == "z" || (text && format == "u")) {
    read.layout_ = Layout::kOffsets32;
  } else if (format == "Z" || (text && format == "U")) {
    read.layout_ = Layout::kOffsets64;
  } else if (format == "vz" || (text && format == "vu")) {
    read.layout_ = Layout::kViews;
  } else {
    return Wrong(name, "a column of format `", Shown(format), "` is not read; give ",
                 text ? "utf8 (`u`), large_utf8 (`U`), utf8_view (`vu`), " : "",
                 "binary (`z`), large_binary (`Z`) or binary_view (`vz`)");
  }
  const bool views = read.layout_ == Layout::kViews;
  const ArrowArray& array = *column.array;
  CP_RETURN_IF_ERROR(CheckShape(name, column, 3, views));
  CP_ASSIGN_OR_RETURN(read.validity_, ReadValidity(name, array));
  read.size_ = array.length;
  read.first_ = array.offset;
  read.rows_ = array.buffers[1];
  read.bytes_ = array.buffers + 2;
  if (read.size_ == 0) return read;  // its buffers may be missing, and are not looked at
  if (read.rows_ == nullptr) {
    return Wrong(name, "the buffer of ", views ? "views" : "offsets", " is NULL");
  }
  CP_RETURN_IF_ERROR(views ? read.CheckViews(name, array) : read.CheckOffsets(name));
  return read;
}

int64_t BytesColumn::OffsetAt(int64_t row) const {
  return layout_ == Layout::kOffsets32 ? Load<int32_t>(rows_, first_ + row)
                                       : Load<int64_t>(rows_, first_ + row);
}

BytesColumn::View BytesColumn::ViewAt(int64_t row) const { return Load<View>(rows_, first_ + row); }

absl::Status BytesColumn::CheckOffsets(std::string_view name) const {
  int64_t last = OffsetAt(0);
  if (last < 0) return Wrong(name, "the offset of row 0 is ", last, ", and must not be negative");
  for (int64_t row = 0; row < size_; ++row) {
    const int64_t next = OffsetAt(row + 1);
    if (next < last) {
      return Wrong(name, "row ", row, " begins at byte ", last, " and ends at byte ", next);
    }
    last = next;
  }
  if (bytes_[0] == nullptr && last > 0) {
    return Wrong(name, "the buffer of bytes is NULL, and offsets reach to ", last);
  }
  return absl::OkStatus();
}

absl::Status BytesColumn::CheckViews(std::string_view name, const ArrowArray& array) const {
  // Behind validity and views: the buffers, and the sizes of these in the last.
  const int64_t buffers = array.n_buffers - 3;
  const void* const sizes = array.buffers[array.n_buffers - 1];
  if (buffers > std::numeric_limits<int32_t>::max()) {
    return Wrong(name, "there are ", array.n_buffers, " buffers, more than views can name");
  }
  if (buffers > 0 && sizes == nullptr) return Wrong(name, "the buffer of sizes is NULL");
  for (int64_t buffer = 0; buffer < buffers; ++buffer) {
    const int64_t size = Load<int64_t>(sizes, buffer);
    if (size < 0 || (size > 0 && bytes_[buffer] == nullptr)) {
      return Wrong(name, "buffer ", buffer, " of the views ",
                   size < 0 ? "has a negative size: " : "is NULL, and should have bytes: ", size);
    }
  }
  for (int64_t row = 0; row < size_; ++row) {
    if (validity_.IsNull(row)) continue;  // its view may hold anything
    const View view = ViewAt(row);
    if (view.length < 0) {
      return Wrong(name, "the length of row ", row, " is ", view.length,
                   ", and must not be negative");
    }
    if (view.length <= kInView) continue;
    if (view.buffer < 0 || view.buffer >= buffers) {
      return Wrong(name, "row ", row, " is in buffer ", view.buffer, ", and there are ", buffers);
    }
    const int64_t size = Load<int64_t>(sizes, view.buffer);
    if (view.offset < 0 || view.offset > size - view.length) {
      return Wrong(name, "row ", row, " has ", view.length, " bytes from ", view.offset,
                   " of a buffer of ", size);
    }
    if (std::memcmp((*this)[row]->data(), view.prefix, sizeof view.prefix) != 0) {
      return Wrong(name, "row ", row, " begins with other bytes than its view says");
    }
  }
  return absl::OkStatus();
}

std::optional<std::string_view> BytesColumn::operator[](int64_t row) const {
  if (validity_.IsNull(row)) return std::nullopt;
  if (layout_ == Layout::kViews) {
    const View view = ViewAt(row);
    const size_t length = static_cast<size_t>(view.length);
    if (view.length > kInView) {
      return std::string_view(static_cast<const char*>(bytes_[view.buffer]) + view.offset, length);
    }
    return std::string_view(
        static_cast<const char*>(rows_) + (first_ + row) * sizeof(View) + sizeof view.length,
        length);
  }
  const int64_t begin = OffsetAt(row);
  const int64_t length = OffsetAt(row + 1) - begin;
  if (length == 0) return std::string_view();
  return std::string_view(static_cast<const char*>(bytes_[0]) + begin, static_cast<size_t>(length));
}

absl::StatusOr<InstantColumn> InstantColumn::Create(std::string_view name,
                                                    const ArrowColumn& column) {
  CP_RETURN_IF_ERROR(CheckPresence(name, column));
  const std::string_view format = column.schema->format;
  constexpr std::string_view kUnits = "smun";
  if (format.size() < 4 || !format.starts_with("ts") || format[3] != ':' ||
      kUnits.find(format[2]) == std::string_view::npos) {
    return Wrong(name, "a column of format `", Shown(format),
                 "` is not read; give a timestamp with a zone, like `tsu:UTC`");
  }
  if (format.size() == 4) {
    return Wrong(name, "timestamps of format `", format,
                 "` have no zone, so that they are no instants; give them one, like `", format,
                 "UTC`");
  }
  CP_RETURN_IF_ERROR(CheckShape(name, column, 2, false));
  InstantColumn read;
  CP_ASSIGN_OR_RETURN(read.validity_, ReadValidity(name, *column.array));
  read.unit_ = format[2];
  read.size_ = column.array->length;
  read.first_ = column.array->offset;
  read.ticks_ = column.array->buffers[1];
  if (read.size_ > 0 && read.ticks_ == nullptr) return Wrong(name, "the buffer of values is NULL");
  return read;
}

std::optional<absl::Time> InstantColumn::operator[](int64_t row) const {
  if (validity_.IsNull(row)) return std::nullopt;
  const int64_t ticks = Load<int64_t>(ticks_, first_ + row);
  switch (unit_) {
    case 's':
      return absl::FromUnixSeconds(ticks);
    case 'm':
      return absl::FromUnixMillis(ticks);
    case 'u':
      return absl::FromUnixMicros(ticks);
    default:
      return absl::FromUnixNanos(ticks);
  }
}

}  // namespace changepolicy::bindings
