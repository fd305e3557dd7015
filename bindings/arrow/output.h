// Columns that go out: filled row by row, then handed over with a release callback. The buffers
// belong to the array that is handed over; its children can be moved away one by one, as the
// specification allows.
#ifndef BINDINGS_ARROW_OUTPUT_H_
#define BINDINGS_ARROW_OUTPUT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/arrow/abi.h"

namespace changepolicy::bindings {

// Bytes that a column with 32-bit offsets can hold, and rows of a list.
inline constexpr int64_t kMostInColumn = INT32_MAX;

// The bitmap of rows that are not null.
class ValidityBuilder {
 public:
  void Append(bool valid);
  void Append(const ValidityBuilder& more);
  int64_t size() const { return size_; }
  int64_t null_count() const { return null_count_; }
  // Empty where no row is null. Leaves nothing behind.
  std::vector<uint8_t> Take();

 private:
  bool IsValid(int64_t row) const { return (bits_[row / 8] >> (row % 8) & 1) != 0; }

  std::vector<uint8_t> bits_;
  int64_t size_ = 0;
  int64_t null_count_ = 0;
};

// utf8 or binary: the same buffers. REQUIRES: at most kMostInColumn bytes in all.
class TextBuilder {
 public:
  void Append(std::string_view text);
  void AppendNull();
  void Append(const TextBuilder& more);
  void Reserve(int64_t rows, int64_t bytes);
  int64_t size() const { return validity_.size(); }
  int64_t bytes() const { return static_cast<int64_t>(bytes_.size()); }
  // Leaves nothing behind.
  ArrowArray Finish();

 private:
  ValidityBuilder validity_;
  std::vector<int32_t> offsets_ = {0};
  std::string bytes_;
};

class Int32Builder {
 public:
  void Append(int32_t value);
  void AppendNull();
  void Append(const Int32Builder& more);
  void Reserve(int64_t rows, int64_t bytes) { values_.reserve(rows); }
  int64_t bytes() const { return 0; }
  ArrowArray Finish();

 private:
  ValidityBuilder validity_;
  std::vector<int32_t> values_;
};

// list<utf8>. REQUIRES: at most kMostInColumn texts, with as many bytes, in all.
class TextListBuilder {
 public:
  void Append(std::span<const std::string_view> texts);
  void AppendNull();
  void Append(const TextListBuilder& more);
  void Reserve(int64_t rows, int64_t bytes);
  // Of the texts and of their offsets, whichever are more.
  int64_t bytes() const;
  ArrowArray Finish();

 private:
  ValidityBuilder validity_;
  std::vector<int32_t> offsets_ = {0};
  TextBuilder texts_;
};

// A column that no row of is null, made of others. REQUIRES: each has `length` rows. Takes them.
ArrowArray StructArray(int64_t length, std::vector<ArrowArray> children);

// A type; name and format must be literals. The type takes its children.
ArrowSchema Type(const char* format, const char* name, bool nullable,
                 std::vector<ArrowSchema> children = {});

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_OUTPUT_H_
