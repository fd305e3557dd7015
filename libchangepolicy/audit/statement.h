// What an audit established, for machines: an in-toto Statement v1 with a Simple Verification
// Result (https://in-toto.io/attestation/svr/v0.1) about the log, and its signed envelope.
//
// The subject is the log by its name and size, `example.com/changes@4812`, under `sha256` the root
// of its Merkle tree (RFC 9162; as a checkpoint has it, not the hash of a file). The predicate
// names who examined and by which policy, when, and the properties that hold:
//
//   CHANGEPOLICY_AUDIT_<TEST>         of AuditTestKind, like CHANGEPOLICY_AUDIT_COMPLETENESS: the
//                                     test ran on every record and found nothing
//   ..._IN_PERIOD                     on what happened in `verifier.period` only
//   ..._WITH_GAPS                     something could not be looked at (AuditReport.problems)
//   CHANGEPOLICY_LOG_HASHES_VERIFIED  every entry hashes to the root, every blob to its name
//   CHANGEPOLICY_LOG_VERIFIED         that, and trusted keys have signed all of it
//   CHANGEPOLICY_LOG_REPLAYED         every decision came out the same, to the byte
//   CHANGEPOLICY_LOG_REPLAYED_EXCEPT_ERASED  all but those whose personal data are erased
//
// A property that does not hold is left out; nothing says that one failed, because whoever reads
// this must ask for what there is (in-toto's monotonic principle). For the same reason a test with
// a limit has another name, and not a field beside it that a reader may pass over. A log with wrong
// hashes has no property at all: what was examined was not the log of this root.
#ifndef LIBCHANGEPOLICY_AUDIT_STATEMENT_H_
#define LIBCHANGEPOLICY_AUDIT_STATEMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/audit/note_key.h"

namespace changepolicy {

// Who examined, where nobody else is named: this library. Another version when a property comes to
// mean something else.
inline constexpr std::string_view kVerifierId = "changepolicy:audit/v1";

// A file that goes with the statement, like the report as JSON; it becomes a further subject.
struct StatementFile {
  std::string name;
  std::string bytes;
};

// The properties that hold, tests by number, then those of the log.
std::vector<std::string> AuditProperties(const v1::AuditReport& report);

// The statement as JSON on one line without a line's end, fields in the order of the
// specifications: the same report gives the same bytes. `verifier_id`: the address of who examined;
// empty: kVerifierId. InvalidArgument where the report has no origin, no instant, or no root of 32
// bytes in base 64, for instants outside of the years 1 to 9999, for a digest of the policy that is
// not `sha256:` and 64 digits, for texts that are no UTF-8, and for two subjects of one name.
absl::StatusOr<std::string> AuditStatement(const v1::AuditReport& report,
                                           std::string_view verifier_id,
                                           absl::Span<const StatementFile> files = {});

// The statement in an envelope (envelope.h), on one line that ends with a line feed.
// AuditStatement's and SignEnvelope's errors.
absl::StatusOr<std::string> SignedStatement(const v1::AuditReport& report,
                                            std::string_view verifier_id, const SignerKey& signer,
                                            absl::Span<const StatementFile> files = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_STATEMENT_H_
