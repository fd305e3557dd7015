// Work in numbered blocks, done by several threads; and the end of the road for whatever is thrown.
#ifndef BINDINGS_ARROW_BLOCKS_H_
#define BINDINGS_ARROW_BLOCKS_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"

namespace changepolicy::bindings {

// The body's status; RESOURCE_EXHAUSTED where memory runs out in it, INTERNAL for anything else
// that is thrown.
absl::Status Guarded(const std::function<absl::Status()>& body);

// Calls body(0) ... body(blocks - 1), each once, from up to `threads` threads of which the caller's
// is one; 0: as many as the machine has processors. Returns when all is done. After an error the
// blocks that have not begun are left out, and the error of the first block in order that has one
// is given: which blocks began may depend on the threads, so that an error that must not depend on
// them has to be the same from every block. Nothing is thrown, by the body neither.
absl::Status ForEachBlock(int64_t blocks, int threads,
                          const std::function<absl::Status(int64_t)>& body);

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_BLOCKS_H_
