// Memory that is given out piece by piece and taken back all at once.
//
// A decision makes thousands of small objects that end together. They lie one behind the other in a
// block, so that making one is an addition, and taking all of them back is another.
#ifndef LIBCHANGEPOLICY_FLAT_ARENA_H_
#define LIBCHANGEPOLICY_FLAT_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <vector>

namespace changepolicy::flat {

// Not safe for use by two threads; a thread has its own.
class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Room for `size` bytes, aligned for pointers and numbers of 64 bits, all zero. It stays valid
  // until Reset() or the arena's end. O(size), and without the heap once the arena is warm.
  void* Allocate(size_t size) {
    size = Rounded(size);
    if (size > static_cast<size_t>(clear_ - next_)) return AllocateUncleared(size);
    char* const room = next_;
    next_ += size;
    return room;
  }

  // An empty message of a generated class, which is one of zero bytes, or another class of which
  // that is true.
  template <typename T>
  T* New() {
    static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T> &&
                  alignof(T) <= kAlignment);
    return static_cast<T*>(Allocate(sizeof(T)));
  }

  // Lengthens what Allocate(old_size) gave to `new_size` bytes where it stands. False when
  // something was allocated after it, or the block is full; then nothing has changed.
  bool Extend(const void* room, size_t old_size, size_t new_size) {
    if (static_cast<const char*>(room) + Rounded(old_size) != next_) return false;
    const size_t more = Rounded(new_size) - Rounded(old_size);
    if (more > static_cast<size_t>(clear_ - next_) && !ClearFor(more)) return false;
    next_ += more;
    return true;
  }

  // The text, owned by the arena.
  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* const room = static_cast<char*>(Allocate(text.size()));
    std::memcpy(room, text.data(), text.size());
    return {room, text.size()};
  }

  // Takes everything back: all that was allocated is invalid. The memory is kept; several blocks
  // become one of their size together, so that the same work again allocates nothing. O(1) where
  // there is one block.
  void Reset();

  // What the arena holds of the heap, in bytes; never shrinks.
  size_t capacity() const { return capacity_; }

 private:
  static constexpr size_t kAlignment = 8;
  static constexpr size_t kFirstBlock = 4096;
  // What is cleared at a time: little enough to be still in the processor's first cache when it is
  // written to, and below what the C library clears with the processor's string instruction, which
  // takes long to start.
  static constexpr size_t kCleared = 1024;

  static size_t Rounded(size_t size) { return (size + kAlignment - 1) & ~(kAlignment - 1); }
  void* AllocateUncleared(size_t size);
  // False, and nothing has changed, where the block has no room for so much.
  bool ClearFor(size_t size);
  void AddBlock(size_t size);

  // The block in use: what is taken, what is zero behind it, and what is not.
  char* next_ = nullptr;
  char* clear_ = nullptr;
  char* end_ = nullptr;
  size_t capacity_ = 0;
  std::vector<char*> blocks_;
};

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_ARENA_H_
