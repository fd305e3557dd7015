// Columns made by hand for the tests, as another library would make them: by the specification,
// with nothing of bindings/arrow but the two structures.
#ifndef TESTS_ARROW_MADE_COLUMN_H_
#define TESTS_ARROW_MADE_COLUMN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/arrow/abi.h"
#include "bindings/arrow/input.h"

namespace changepolicy::bindings {

using Cells = std::vector<std::optional<std::string>>;

// A column whose every number and buffer a test may spoil before it is read.
class MadeColumn {
 public:
  // Format `z`, `Z`, `u`, `U`, `vz` or `vu`, or of timestamps, whose cells are decimal numbers.
  // `before` rows of other bytes lie in front, which the offset skips, and one lies behind.
  MadeColumn(std::string_view format, const Cells& cells, int64_t before = 0);
  MadeColumn(const MadeColumn&) = delete;
  MadeColumn& operator=(const MadeColumn&) = delete;

  ArrowColumn column() const { return {&schema, &array}; }
  // The buffer's bytes. Exactly as many as the specification asks for, so that AddressSanitizer
  // sees a reader that goes too far.
  std::vector<uint8_t>& buffer(int index) { return buffers_[index]; }
  int buffers() const { return static_cast<int>(buffers_.size()); }
  void SetBuffer(int index, const void* address) { addresses_[index] = address; }

  ArrowSchema schema = {};
  ArrowArray array = {};

 private:
  void TellAddresses();
  template <typename Offset>
  void AddOffsets(const Cells& rows);
  void AddViews(const Cells& rows);
  void AddNumbers(const Cells& rows);

  std::string format_;
  std::vector<std::vector<uint8_t>> buffers_;
  std::vector<const void*> addresses_;
};

// What stands in a column that was given back.
std::optional<std::string> TextAt(const ArrowArray& column, int64_t row);
std::optional<int32_t> NumberAt(const ArrowArray& column, int64_t row);
std::optional<std::vector<std::string>> ListAt(const ArrowArray& column, int64_t row);

// An answer, released at the end.
class Answer {
 public:
  Answer() = default;
  ~Answer();
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  // The column of that name; the test ends where there is none.
  const ArrowArray& operator[](std::string_view name) const;
  // All of it as bytes, so that two answers can be compared.
  std::string Bytes() const;

  ArrowSchema schema = {};
  ArrowArray array = {};
};

}  // namespace changepolicy::bindings

#endif  // TESTS_ARROW_MADE_COLUMN_H_
