// Memory for the texts of one decision, taken once and used again.
#ifndef BENCHMARKS_HANDWRITTEN_TEXT_POOL_H_
#define BENCHMARKS_HANDWRITTEN_TEXT_POOL_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace changepolicy::handwritten {

class TextPool {
 public:
  void Clear() {
    chunk_ = 0;
    used_ = 0;
  }

  // Room for `size` bytes, valid until Clear.
  char* Take(size_t size) {
    while (chunk_ < chunks_.size() && used_ + size > chunks_[chunk_].size) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      const size_t room = size > kChunk ? size : kChunk;
      chunks_.push_back({std::make_unique<char[]>(room), room});
      used_ = 0;
    }
    char* const taken = chunks_[chunk_].bytes.get() + used_;
    used_ += size;
    return taken;
  }

  template <typename... Pieces>
  std::string_view Join(Pieces... pieces) {
    return JoinViews(std::string_view(pieces)...);
  }

 private:
  static constexpr size_t kChunk = 16384;
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  template <typename... Views>
  std::string_view JoinViews(Views... views) {
    const size_t size = (views.size() + ...);
    char* const begin = Take(size);
    char* at = begin;
    ((std::memcpy(at, views.data(), views.size()), at += views.size()), ...);
    return {begin, size};
  }

  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;
  size_t used_ = 0;
};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_TEXT_POOL_H_
