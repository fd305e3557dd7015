// Which part of an expression it is that costs so much, in words.
#ifndef LIBCHANGEPOLICY_CEL_DOMINANT_H_
#define LIBCHANGEPOLICY_CEL_DOMINANT_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

// The part to blame, by the shares of all nodes, each with its parts': what most of the whole goes
// into, as deep as that is one part alone. A loop is not looked into, since it is its length that
// makes its parts expensive.
NodeId DominantTerm(const Tree& tree, absl::Span<const uint64_t> shares);

// The text of a part on one line, shortened in the middle to about 60 characters.
std::string Excerpt(const Tree& tree, NodeId id);

// `1:5`, line and column at which the part begins.
std::string PlaceOf(const Tree& tree, NodeId id);

// 12,000,000
std::string Grouped(uint64_t number);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_DOMINANT_H_
