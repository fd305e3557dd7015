// The stored form of a log (docs/audit_format.md), shared by whoever writes it and reads it.
#ifndef LIBCHANGEPOLICY_AUDIT_FORMAT_H_
#define LIBCHANGEPOLICY_AUDIT_FORMAT_H_

#include <cstdint>

namespace changepolicy {

// `PRAGMA application_id`: "CPLG".
inline constexpr int32_t kLogApplicationId = 0x43504C47;
// `PRAGMA user_version`. A later one is refused: what it means is not known here.
inline constexpr int32_t kLogFormatVersion = 1;
// AuditEntry.format_version.
inline constexpr int32_t kEntryFormatVersion = 1;

// Complete subtrees lie in one table in the order of an in-order walk: the leaf i at 2 i, the
// subtree of level l that is the i-th of its level at i 2^(l+1) + 2^l - 1. A range of entries and
// all subtrees within it are a range of positions.
constexpr int64_t NodePosition(int level, int64_t index) {
  return (index << (level + 1)) + (int64_t{1} << level) - 1;
}

// The level of the node at a position: how many ones its binary form ends in.
constexpr int LevelOfPosition(int64_t position) {
  int level = 0;
  for (; (position & 1) != 0; position >>= 1) ++level;
  return level;
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_FORMAT_H_
