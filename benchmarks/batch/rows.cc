#include "benchmarks/batch/rows.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::batch {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::FileOutputStream;

void Block::Add(std::string_view row) {
  bytes += row;
  offsets.push_back(static_cast<int32_t>(bytes.size()));
}

void Block::Clear() {
  bytes.clear();
  offsets.resize(1);
}

void WriteRows(const std::string& path, int64_t rows, const std::vector<std::string>& subjects) {
  FileOutputStream file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
  file.SetCloseOnDelete(true);
  v1::ChangeRequest change;
  bool written = true;
  for (int64_t row = 0; row < rows && written; ++row) {
    written = change.ParseFromString(subjects[static_cast<size_t>(row) % subjects.size()]);
    change.set_id(StrCat("CHG-", row));
    written = written && google::protobuf::util::SerializeDelimitedToZeroCopyStream(change, &file);
  }
  if (!written || !file.Flush()) {
    std::cerr << "cannot write " << path << "\n";
    std::exit(1);
  }
}

bool ReadRows(google::protobuf::io::ZeroCopyInputStream* file, size_t most, Block* block) {
  block->Clear();
  // It counts bytes up to 2 GiB, so that a large file needs more than one.
  CodedInputStream input(file);
  while (block->size() < most) {
    uint32_t size = 0;
    const int before_size = input.CurrentPosition();
    // The file may end before a length, and not within one.
    if (!input.ReadVarint32(&size)) return input.CurrentPosition() == before_size;
    const size_t before = block->bytes.size();
    block->bytes.resize(before + size);
    if (!input.ReadRaw(block->bytes.data() + before, static_cast<int>(size))) return false;
    block->offsets.push_back(static_cast<int32_t>(block->bytes.size()));
  }
  return true;
}

}  // namespace changepolicy::batch
