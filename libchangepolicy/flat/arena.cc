#include "libchangepolicy/flat/arena.h"

#include <algorithm>

namespace changepolicy::flat {

Arena::~Arena() {
  for (char* const block : blocks_) ::operator delete(block);
}

void* Arena::AllocateFromNewBlock(size_t size) {
  AddBlock(std::max({size, kFirstBlock, capacity_}));
  char* const room = next_;
  next_ += size;
  return room;
}

void Arena::AddBlock(size_t size) {
  blocks_.reserve(blocks_.size() + 1);
  next_ = static_cast<char*>(::operator new(size));
  blocks_.push_back(next_);
  end_ = next_ + size;
  capacity_ += size;
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  if (blocks_.size() > 1) {
    for (char* const block : blocks_) ::operator delete(block);
    blocks_.clear();
    next_ = end_ = nullptr;
    const size_t together = capacity_;
    capacity_ = 0;
    AddBlock(together);
  }
  next_ = blocks_.front();
}

}  // namespace changepolicy::flat
