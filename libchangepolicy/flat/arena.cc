#include "libchangepolicy/flat/arena.h"

#include <algorithm>

namespace changepolicy::flat {

Arena::~Arena() {
  for (char* const block : blocks_) delete[] block;
}

bool Arena::ClearFor(size_t size) {
  if (size > static_cast<size_t>(end_ - next_)) return false;
  const size_t missing = size - static_cast<size_t>(clear_ - next_);
  const size_t more = std::min(std::max(missing, kCleared), static_cast<size_t>(end_ - clear_));
  std::memset(clear_, 0, more);
  clear_ += more;
  return true;
}

void* Arena::AllocateUncleared(size_t size) {
  if (!ClearFor(size)) {
    AddBlock(std::max({size, kFirstBlock, capacity_}));
    ClearFor(size);
  }
  char* const room = next_;
  next_ += size;
  return room;
}

void Arena::AddBlock(size_t size) {
  blocks_.reserve(blocks_.size() + 1);
  next_ = clear_ = new char[size];
  blocks_.push_back(next_);
  end_ = next_ + size;
  capacity_ += size;
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  if (blocks_.size() > 1) {
    for (char* const block : blocks_) delete[] block;
    blocks_.clear();
    next_ = clear_ = end_ = nullptr;
    const size_t together = capacity_;
    capacity_ = 0;
    AddBlock(together);
  }
  next_ = clear_ = blocks_.front();
}

}  // namespace changepolicy::flat
