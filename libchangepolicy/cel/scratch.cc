#include "libchangepolicy/cel/scratch.h"

#include <algorithm>
#include <new>
#include <utility>

namespace changepolicy::cel {

std::string* Scratch::NewText() {
  is_used_ = true;
  if (texts_used_ == texts_.size()) texts_.emplace_back();
  std::string* const text = &texts_[texts_used_++];
  texts_most_ = std::max(texts_most_, texts_used_);
  text->clear();
  return text;
}

const Value* Scratch::Keep(Value value) {
  is_used_ = true;
  values_.push_back(std::move(value));
  return &values_.back();
}

const FieldRef* Scratch::Keep(const FieldRef& field) {
  return new (Allocate(sizeof(FieldRef))) FieldRef(field);
}

Cell* Scratch::NewCells(size_t size) {
  Cell* const cells = static_cast<Cell*>(Allocate(size * sizeof(Cell)));
  std::uninitialized_default_construct_n(cells, size);
  return cells;
}

void* Scratch::Allocate(size_t bytes) {
  is_used_ = true;
  while (block_ < blocks_.size() && blocks_[block_].size - used_ < bytes) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const size_t size = std::max(bytes, kBlock);
    blocks_.push_back({std::make_unique<char[]>(size), size});
    used_ = 0;
  }
  void* const begin = blocks_[block_].bytes.get() + used_;
  used_ += bytes;
  return begin;
}

void Scratch::Clear() {
  constexpr size_t kTexts = 64;
  constexpr size_t kTextBytes = 1024;
  constexpr size_t kCells = 1024;
  locals.clear();
  gathered.clear();
  if (gathered.capacity() > kCells) std::vector<Cell>().swap(gathered);
  if (locals.capacity() > kCells) std::vector<Cell>().swap(locals);
  if (!is_used_) return;
  is_used_ = false;
  Release({});
  if (texts_.size() > kTexts) texts_.resize(kTexts);
  for (size_t i = 0; i < std::min(texts_most_, texts_.size()); ++i) {
    if (texts_[i].capacity() > kTextBytes) std::string().swap(texts_[i]);
  }
  texts_most_ = 0;
  if (blocks_.size() > 1) blocks_.resize(1);
  if (!blocks_.empty() && blocks_[0].size > kBlock) blocks_.clear();
}

namespace {

struct OfThread {
  Scratch scratch;
  bool taken = false;
};

OfThread& ThisThread() {
  thread_local OfThread own;
  return own;
}

}  // namespace

ScratchLease::ScratchLease() {
  OfThread& thread = ThisThread();
  if (thread.taken) {
    own_ = std::make_unique<Scratch>();
    scratch_ = own_.get();
    taken_ = nullptr;
  } else {
    thread.taken = true;
    scratch_ = &thread.scratch;
    taken_ = &thread.taken;
  }
}

ScratchLease::~ScratchLease() {
  scratch_->Clear();
  if (taken_ != nullptr) *taken_ = false;
}

}  // namespace changepolicy::cel
