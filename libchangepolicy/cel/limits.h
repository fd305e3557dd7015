// Bounds on what an author may ask for. Beyond one, an explicit error; never a crash.
#ifndef LIBCHANGEPOLICY_CEL_LIMITS_H_
#define LIBCHANGEPOLICY_CEL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace changepolicy::cel {

struct Limits {
  // Bytes of an expression's text.
  size_t text_bytes = 100'000;
  // Levels of nesting in the text, and of the tree that it becomes.
  size_t nesting = 200;
  size_t tree_depth = 800;
  size_t nodes = 100'000;
  // Steps of one evaluation: nodes visited, and elements or 64 bytes that a function handles.
  uint64_t evaluation_steps = 10'000'000;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_LIMITS_H_
