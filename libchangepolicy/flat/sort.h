// The canonical order of lists whose order carries no meaning.
#ifndef LIBCHANGEPOLICY_FLAT_SORT_H_
#define LIBCHANGEPOLICY_FLAT_SORT_H_

#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

// Sorts each list of the message that is marked `set_like`, and those of messages inside it, by the
// bytes of its elements: they then stand as in the canonical form (base/canonical.h), and
// EncodeCanonical gives its bytes. Maps stay by key. Takes its scratch memory from the arena and
// the buffer. O(n log n) in the size of the message, for each level of lists inside lists.
// REQUIRES: nothing in the message is prepared or shared with another one.
void SortSetLikes(const MessageTable& table, void* message, Arena* scratch, Buffer* buffer);

template <typename T>
void SortSetLikes(T* message, Arena* scratch, Buffer* buffer) {
  SortSetLikes(T::table(), message, scratch, buffer);
}

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_SORT_H_
