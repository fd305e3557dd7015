// What an evaluation by a plan makes on its way: texts, values, lists of cells. Included by the
// plan's files only.
#ifndef LIBCHANGEPOLICY_CEL_SCRATCH_H_
#define LIBCHANGEPOLICY_CEL_SCRATCH_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "libchangepolicy/cel/cell.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Thread-compatible. Everything lies still until it is released, in the reverse order of making.
class Scratch {
 public:
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  struct Mark {
    size_t texts = 0;
    size_t values = 0;
    size_t block = 0;
    size_t used = 0;
  };
  Mark Here() const { return {texts_used_, values_.size(), block_, used_}; }
  void Release(const Mark& mark) {
    texts_used_ = mark.texts;
    while (values_.size() > mark.values) values_.pop_back();
    block_ = mark.block;
    used_ = mark.used;
  }
  // Of all, and of memory that an ordinary evaluation does not need. Short where nothing was made.
  void Clear();

  // An empty text to be filled.
  std::string* NewText();
  const Value* Keep(Value value);
  const FieldRef* Keep(const FieldRef& field);
  // Room for so many.
  Cell* NewCells(size_t size);

  // The variables of comprehensions, and the elements that are being gathered, outermost first.
  std::vector<Cell> locals;
  std::vector<Cell> gathered;

 private:
  static constexpr size_t kBlock = 4096;

  void* Allocate(size_t bytes);

  std::deque<std::string> texts_;
  size_t texts_used_ = 0;
  size_t texts_most_ = 0;  // since Clear()
  bool is_used_ = false;   // since then, for texts, values or cells
  std::deque<Value> values_;
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  std::vector<Block> blocks_;
  size_t block_ = 0;
  size_t used_ = 0;  // of the block
};

// The thread's scratch while this lives; another where an evaluation calls for one inside it.
class ScratchLease {
 public:
  ScratchLease();
  ~ScratchLease();
  ScratchLease(const ScratchLease&) = delete;
  ScratchLease& operator=(const ScratchLease&) = delete;
  Scratch& operator*() const { return *scratch_; }

 private:
  bool* taken_;
  Scratch* scratch_;
  std::unique_ptr<Scratch> own_;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_SCRATCH_H_
