#include "bindings/arrow/output.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace changepolicy::bindings {
namespace {

// Whether it was released or moved stands in the structure itself.
template <typename Structure>
void ReleaseUnlessMoved(Structure* structure) {
  if (structure->release != nullptr) structure->release(structure);
}

// What an array that was handed over keeps alive until it is released.
struct OwnedArray {
  OwnedArray() = default;
  OwnedArray(const OwnedArray&) = delete;
  OwnedArray& operator=(const OwnedArray&) = delete;
  ~OwnedArray() {
    for (ArrowArray& child : children) ReleaseUnlessMoved(&child);
  }

  std::vector<uint8_t> validity;
  std::vector<int32_t> numbers;  // offsets or values
  std::string bytes;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

struct OwnedSchema {
  OwnedSchema() = default;
  OwnedSchema(const OwnedSchema&) = delete;
  OwnedSchema& operator=(const OwnedSchema&) = delete;
  ~OwnedSchema() {
    for (ArrowSchema& child : children) ReleaseUnlessMoved(&child);
  }

  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
};

extern "C" void ReleaseArray(ArrowArray* array) {
  delete static_cast<OwnedArray*>(array->private_data);
  array->release = nullptr;
}

extern "C" void ReleaseSchema(ArrowSchema* schema) {
  delete static_cast<OwnedSchema*>(schema->private_data);
  schema->release = nullptr;
}

// Makes the children's addresses, which stay where they are from here on.
template <typename Owned>
auto** AddressesOf(Owned* owned) {
  for (auto& child : owned->children) owned->child_pointers.push_back(&child);
  return owned->child_pointers.data();
}

// Some readers want an address even for a buffer without bytes.
template <typename Buffer>
const void* AddressOf(const Buffer& buffer) {
  static constexpr int64_t kNothing = 0;
  return buffer.empty() ? static_cast<const void*>(&kNothing) : buffer.data();
}

const void* ValidityOf(const OwnedArray& owned) {
  return owned.validity.empty() ? nullptr : owned.validity.data();
}

ArrowArray HandOver(int64_t length, int64_t null_count, std::unique_ptr<OwnedArray> owned) {
  ArrowArray array = {};
  array.length = length;
  array.null_count = null_count;
  array.n_buffers = static_cast<int64_t>(owned->buffers.size());
  array.buffers = owned->buffers.data();
  array.n_children = static_cast<int64_t>(owned->children.size());
  array.children = AddressesOf(owned.get());
  array.release = ReleaseArray;
  array.private_data = owned.release();
  return array;
}

// Behind the last one of `offsets`, which stand from 0.
void AppendOffsets(const std::vector<int32_t>& more, std::vector<int32_t>* offsets) {
  const int32_t base = offsets->back();
  for (size_t i = 1; i < more.size(); ++i) offsets->push_back(base + more[i]);
}

}  // namespace

void ValidityBuilder::Append(bool valid) {
  if (size_ % 8 == 0) bits_.push_back(0);
  if (valid) {
    bits_.back() |= static_cast<uint8_t>(1 << (size_ % 8));
  } else {
    ++null_count_;
  }
  ++size_;
}

void ValidityBuilder::Append(const ValidityBuilder& more) {
  for (int64_t row = 0; row < more.size_; ++row) Append(more.IsValid(row));
}

std::vector<uint8_t> ValidityBuilder::Take() {
  std::vector<uint8_t> bits = std::exchange(bits_, {});
  if (null_count_ == 0) bits.clear();
  size_ = 0;
  null_count_ = 0;
  return bits;
}

void TextBuilder::Append(std::string_view text) {
  bytes_ += text;
  offsets_.push_back(static_cast<int32_t>(bytes_.size()));
  validity_.Append(true);
}

void TextBuilder::AppendNull() {
  offsets_.push_back(offsets_.back());
  validity_.Append(false);
}

void TextBuilder::Append(const TextBuilder& more) {
  bytes_ += more.bytes_;
  AppendOffsets(more.offsets_, &offsets_);
  validity_.Append(more.validity_);
}

void TextBuilder::Reserve(int64_t rows, int64_t bytes) {
  offsets_.reserve(rows + 1);
  bytes_.reserve(bytes);
}

ArrowArray TextBuilder::Finish() {
  const int64_t length = validity_.size();
  const int64_t nulls = validity_.null_count();
  auto owned = std::make_unique<OwnedArray>();
  owned->validity = validity_.Take();
  owned->numbers = std::exchange(offsets_, {0});
  owned->bytes = std::exchange(bytes_, {});
  owned->buffers = {ValidityOf(*owned), AddressOf(owned->numbers), AddressOf(owned->bytes)};
  return HandOver(length, nulls, std::move(owned));
}

void Int32Builder::Append(int32_t value) {
  values_.push_back(value);
  validity_.Append(true);
}

void Int32Builder::AppendNull() {
  values_.push_back(0);
  validity_.Append(false);
}

void Int32Builder::Append(const Int32Builder& more) {
  values_.insert(values_.end(), more.values_.begin(), more.values_.end());
  validity_.Append(more.validity_);
}

ArrowArray Int32Builder::Finish() {
  const int64_t length = validity_.size();
  const int64_t nulls = validity_.null_count();
  auto owned = std::make_unique<OwnedArray>();
  owned->validity = validity_.Take();
  owned->numbers = std::exchange(values_, {});
  owned->buffers = {ValidityOf(*owned), AddressOf(owned->numbers)};
  return HandOver(length, nulls, std::move(owned));
}

void TextListBuilder::Append(std::span<const std::string_view> texts) {
  for (const std::string_view text : texts) texts_.Append(text);
  offsets_.push_back(static_cast<int32_t>(texts_.size()));
  validity_.Append(true);
}

void TextListBuilder::AppendNull() {
  offsets_.push_back(offsets_.back());
  validity_.Append(false);
}

void TextListBuilder::Append(const TextListBuilder& more) {
  texts_.Append(more.texts_);
  AppendOffsets(more.offsets_, &offsets_);
  validity_.Append(more.validity_);
}

void TextListBuilder::Reserve(int64_t rows, int64_t bytes) {
  offsets_.reserve(rows + 1);
  texts_.Reserve(0, bytes);
}

int64_t TextListBuilder::bytes() const { return std::max(texts_.bytes(), texts_.size()); }

ArrowArray TextListBuilder::Finish() {
  const int64_t length = validity_.size();
  const int64_t nulls = validity_.null_count();
  auto owned = std::make_unique<OwnedArray>();
  owned->validity = validity_.Take();
  owned->numbers = std::exchange(offsets_, {0});
  owned->buffers = {ValidityOf(*owned), AddressOf(owned->numbers)};
  owned->children.reserve(1);
  owned->children.push_back(texts_.Finish());
  return HandOver(length, nulls, std::move(owned));
}

ArrowArray StructArray(int64_t length, std::vector<ArrowArray> children) {
  auto owned = std::make_unique<OwnedArray>();
  owned->children = std::move(children);
  owned->buffers = {nullptr};
  return HandOver(length, 0, std::move(owned));
}

ArrowSchema Type(const char* format, const char* name, bool nullable,
                 std::vector<ArrowSchema> children) {
  auto owned = std::make_unique<OwnedSchema>();
  owned->children = std::move(children);
  ArrowSchema schema = {};
  schema.format = format;
  schema.name = name;
  schema.flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  schema.n_children = static_cast<int64_t>(owned->children.size());
  schema.children = AddressesOf(owned.get());
  schema.release = ReleaseSchema;
  schema.private_data = owned.release();
  return schema;
}

}  // namespace changepolicy::bindings
