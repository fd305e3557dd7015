#include "tests/arrow/made_column.h"

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "libchangepolicy/base/text.h"

namespace changepolicy::bindings {
namespace {

constexpr size_t kBytesInBuffer = 100;  // of views: a new buffer is begun beyond that

void ForgetSchema(ArrowSchema* schema) { schema->release = nullptr; }
void ForgetArray(ArrowArray* array) { array->release = nullptr; }

template <typename T>
void Put(T value, std::vector<uint8_t>* bytes) {
  const auto* const begin = reinterpret_cast<const uint8_t*>(&value);
  bytes->insert(bytes->end(), begin, begin + sizeof value);
}

template <typename T>
T Get(const void* buffer, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + index * sizeof value, sizeof value);
  return value;
}

bool IsNull(const ArrowArray& column, int64_t row) {
  const auto* const bits = static_cast<const uint8_t*>(column.buffers[0]);
  return bits != nullptr && (bits[row / 8] >> (row % 8) & 1) == 0;
}

}  // namespace

MadeColumn::MadeColumn(std::string_view format, const Cells& cells, int64_t before)
    : format_(format) {
  Cells rows(before, "1234567890123456789");
  rows.insert(rows.end(), cells.begin(), cells.end());
  if (before > 0) rows.push_back("9876543210987654321");
  std::vector<uint8_t> bits((rows.size() + 7) / 8);
  int64_t nulls = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].has_value()) {
      bits[row / 8] |= static_cast<uint8_t>(1 << (row % 8));
    } else {
      ++nulls;
    }
  }
  buffers_.push_back(nulls > 0 ? bits : std::vector<uint8_t>());
  if (format_.starts_with("ts")) {
    AddNumbers(rows);
  } else if (format_.starts_with("v")) {
    AddViews(rows);
  } else if (format_ == "Z" || format_ == "U") {
    AddOffsets<int64_t>(rows);
  } else {
    AddOffsets<int32_t>(rows);
  }
  schema.format = format_.c_str();
  schema.flags = ARROW_FLAG_NULLABLE;
  schema.release = ForgetSchema;
  array.length = static_cast<int64_t>(cells.size());
  array.null_count = nulls;
  array.offset = before;
  array.release = ForgetArray;
  TellAddresses();
}

void MadeColumn::TellAddresses() {
  addresses_.clear();
  for (std::vector<uint8_t>& buffer : buffers_) {
    buffer.shrink_to_fit();
    addresses_.push_back(buffer.empty() ? nullptr : buffer.data());
  }
  array.n_buffers = static_cast<int64_t>(addresses_.size());
  array.buffers = addresses_.data();
}

template <typename Offset>
void MadeColumn::AddOffsets(const Cells& rows) {
  std::vector<uint8_t> offsets;
  std::vector<uint8_t> bytes;
  Put<Offset>(0, &offsets);
  for (const auto& row : rows) {
    if (row.has_value()) bytes.insert(bytes.end(), row->begin(), row->end());
    Put(static_cast<Offset>(bytes.size()), &offsets);
  }
  buffers_.push_back(offsets);
  buffers_.push_back(bytes);
}

void MadeColumn::AddViews(const Cells& rows) {
  std::vector<uint8_t> views;
  std::vector<std::vector<uint8_t>> buffers;
  for (const auto& row : rows) {
    const std::string text = row.value_or("");
    Put(static_cast<int32_t>(text.size()), &views);
    if (text.size() <= 12) {
      std::string padded = text;
      padded.resize(12);
      views.insert(views.end(), padded.begin(), padded.end());
      continue;
    }
    if (buffers.empty() || buffers.back().size() > kBytesInBuffer) buffers.emplace_back();
    views.insert(views.end(), text.begin(), text.begin() + 4);
    Put(static_cast<int32_t>(buffers.size() - 1), &views);
    Put(static_cast<int32_t>(buffers.back().size()), &views);
    buffers.back().insert(buffers.back().end(), text.begin(), text.end());
  }
  buffers_.push_back(views);
  std::vector<uint8_t> sizes;
  for (const auto& buffer : buffers) {
    buffers_.push_back(buffer);
    Put(static_cast<int64_t>(buffer.size()), &sizes);
  }
  buffers_.push_back(sizes);
}

void MadeColumn::AddNumbers(const Cells& rows) {
  std::vector<uint8_t> numbers;
  for (const auto& row : rows) {
    Put<int64_t>(std::strtoll(row.value_or("0").c_str(), nullptr, 10), &numbers);
  }
  buffers_.push_back(numbers);
}

std::optional<std::string> TextAt(const ArrowArray& column, int64_t row) {
  if (IsNull(column, row)) return std::nullopt;
  const int32_t begin = Get<int32_t>(column.buffers[1], row);
  const int32_t end = Get<int32_t>(column.buffers[1], row + 1);
  return std::string(static_cast<const char*>(column.buffers[2]) + begin, end - begin);
}

std::optional<int32_t> NumberAt(const ArrowArray& column, int64_t row) {
  if (IsNull(column, row)) return std::nullopt;
  return Get<int32_t>(column.buffers[1], row);
}

std::optional<std::vector<std::string>> ListAt(const ArrowArray& column, int64_t row) {
  if (IsNull(column, row)) return std::nullopt;
  std::vector<std::string> items;
  for (int32_t i = Get<int32_t>(column.buffers[1], row);
       i < Get<int32_t>(column.buffers[1], row + 1); ++i) {
    items.push_back(TextAt(*column.children[0], i).value());
  }
  return items;
}

Answer::~Answer() {
  if (schema.release != nullptr) schema.release(&schema);
  if (array.release != nullptr) array.release(&array);
}

const ArrowArray& Answer::operator[](std::string_view name) const {
  for (int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i]->name == name) return *array.children[i];
  }
  std::cerr << "no column " << name << "\n";
  std::abort();
}

namespace {

void AddBytes(const ArrowSchema& schema, const ArrowArray& array, std::string* bytes) {
  const std::string_view format = schema.format;
  const auto add = [&](const void* buffer, int64_t size) {
    StrAppend(bytes, "[", size, "]");
    bytes->append(static_cast<const char*>(buffer), size);
  };
  StrAppend(bytes, schema.name, ":", schema.format, " ", array.length, " ", array.null_count, " ",
            array.offset);
  if (array.buffers[0] != nullptr) add(array.buffers[0], (array.length + 7) / 8);
  if (format != "+s") add(array.buffers[1], (array.length + (format == "i" ? 0 : 1)) * 4);
  if (format == "u" || format == "z") {
    add(array.buffers[2], Get<int32_t>(array.buffers[1], array.length));
  }
  for (int64_t i = 0; i < schema.n_children; ++i) {
    AddBytes(*schema.children[i], *array.children[i], bytes);
  }
}

}  // namespace

std::string Answer::Bytes() const {
  std::string bytes;
  AddBytes(schema, array, &bytes);
  return bytes;
}

}  // namespace changepolicy::bindings
