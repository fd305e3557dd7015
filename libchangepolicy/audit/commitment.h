// Commitments: what a log has in place of a text that may have to be erased. The text and its salt,
// the opening, are kept beside the log; without them the commitment says nothing.
//
// A commitment is `commitment:` and 64 lower case hexadecimal digits: SHA-256 over the salt of 32
// bytes, followed by the text. The salt keeps a text that can be guessed, like a name, from being
// tried out.
#ifndef LIBCHANGEPOLICY_AUDIT_COMMITMENT_H_
#define LIBCHANGEPOLICY_AUDIT_COMMITMENT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "changepolicy/v1/audit.pb.h"

namespace changepolicy {

inline constexpr size_t kSaltBytes = 32;

// Whether the text has the form of a commitment.
bool IsCommitment(std::string_view text);

// REQUIRES: the salt has kSaltBytes, nobody can foretell it, and it is used for one value only.
std::string MakeCommitment(std::string_view salt, std::string_view value);

// DATA_LOSS where the opening does not open its commitment; INVALID_ARGUMENT where it is none: a
// salt of another length, a commitment of another form.
absl::Status CheckOpening(const v1::Opening& opening);

// The commitments of a log. A value has one throughout, so that two fields that name one person
// stay equal, and the same inputs are sealed to the same bytes again.
class Commitments {
 public:
  virtual ~Commitments() = default;
  // That of the value; where it has none, a new one, or an error where none may be made. Asked once
  // for each place in which the value stands.
  virtual absl::StatusOr<std::string> Commit(const std::string& value) = 0;
  // The value behind it; nothing where its opening is erased, or where the log has no such
  // commitment.
  virtual absl::StatusOr<std::optional<std::string>> Open(const std::string& commitment) = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_COMMITMENT_H_
