// The two structures by which columns of Apache Arrow pass between libraries of one process,
// without an Arrow library on either side:
// https://arrow.apache.org/docs/format/CDataInterface.html. C and C++ read this header.
//
// The layout is an ABI that never changes. The guard has the name that the specification gives it,
// so that a program may also include another library's copy.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#include <stdint.h>

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

#ifdef __cplusplus
extern "C" {
#endif

// The type of a column.
struct ArrowSchema {
  const char* format;    // like `u` for text; the specification has the table
  const char* name;      // of a child: the column's
  const char* metadata;  // may be null
  int64_t flags;         // ARROW_FLAG_*
  int64_t n_children;    // of nested types
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;        // null unless values are encoded by one
  void (*release)(struct ArrowSchema*);  // null: it was released, or moved elsewhere
  void* private_data;                    // the producer's
};

// The values of a column.
struct ArrowArray {
  int64_t length;      // rows
  int64_t null_count;  // -1: not counted
  int64_t offset;      // rows of the buffers that lie before the first
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;  // the first is the bitmap of rows that are not null
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);  // null: it was released, or moved elsewhere
  void* private_data;                   // the producer's
};

#ifdef __cplusplus
}
#endif

#endif  // ARROW_C_DATA_INTERFACE
