#include "libchangepolicy/flat/arena.h"

#include <algorithm>

namespace changepolicy::flat {

namespace {

// In pieces below 2 KB, which the C library clears with vector stores: for larger ones it has the
// processor's string instruction, which takes long to start.
void Clear(char* from, const char* end) {
  const size_t all = static_cast<size_t>(end - from);
  const size_t piece = all / (all / 2048 + 1) + 1;
  for (; from != end; from += std::min(piece, static_cast<size_t>(end - from))) {
    std::memset(from, 0, std::min(piece, static_cast<size_t>(end - from)));
  }
}

}  // namespace

Arena::~Arena() {
  for (char* const block : blocks_) delete[] block;
}

void* Arena::AllocateFromNewBlock(size_t size) {
  AddBlock(std::max({size, kFirstBlock, capacity_}));
  char* const room = next_;
  next_ += size;
  return room;
}

void Arena::AddBlock(size_t size) {
  blocks_.reserve(blocks_.size() + 1);
  next_ = new char[size]();
  blocks_.push_back(next_);
  end_ = next_ + size;
  capacity_ += size;
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  if (blocks_.size() == 1) {
    Clear(blocks_.front(), next_);
  } else {
    for (char* const block : blocks_) delete[] block;
    blocks_.clear();
    next_ = end_ = nullptr;
    const size_t together = capacity_;
    capacity_ = 0;
    AddBlock(together);
  }
  next_ = blocks_.front();
}

}  // namespace changepolicy::flat
