// Entries of an audit log and proofs as JSON.
#ifndef CLI_AUDIT_JSON_H_
#define CLI_AUDIT_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/audit_log.h"

namespace changepolicy::cli {

// On one line, with the subject and the decision that the entry holds as bytes as what they are.
std::string EntryJson(const LoggedEntry& logged);

// Hashes in base 64, by the names that transparency-dev/merkle gives them in its published vectors.
std::string InclusionJson(std::string_view origin, int64_t index, int64_t size,
                          std::string_view root, std::string_view leaf_hash,
                          const std::vector<std::string>& proof);
std::string ConsistencyJson(std::string_view origin, int64_t earlier, int64_t size,
                            std::string_view earlier_root, std::string_view root,
                            const std::vector<std::string>& proof);

}  // namespace changepolicy::cli

#endif  // CLI_AUDIT_JSON_H_
