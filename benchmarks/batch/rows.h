// Changes in a file, each after its length, as protobuf's delimited messages are. They are written
// and read a block at a time, so that memory does not grow with their number.
#ifndef BENCHMARKS_BATCH_ROWS_H_
#define BENCHMARKS_BATCH_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/io/zero_copy_stream.h"

namespace changepolicy::batch {

// Some rows in order, in one piece of memory. `offsets` begins with 0 and has one more for each.
struct Block {
  std::string bytes;
  std::vector<int32_t> offsets = {0};

  size_t size() const { return offsets.size() - 1; }
  std::string_view operator[](size_t row) const {
    return std::string_view(bytes).substr(offsets[row], offsets[row + 1] - offsets[row]);
  }
  void Add(std::string_view row);
  void Clear();
};

// So many changes: those of `subjects` over and over, each with an id of its own. The program ends
// where the file cannot be written.
void WriteRows(const std::string& path, int64_t rows, const std::vector<std::string>& subjects);

// The next `most` rows, or those that are left. False where they are cut off.
bool ReadRows(google::protobuf::io::ZeroCopyInputStream* file, size_t most, Block* block);

}  // namespace changepolicy::batch

#endif  // BENCHMARKS_BATCH_ROWS_H_
