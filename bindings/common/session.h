// What the C library and the Python module have in common: texts in, bytes or JSON out.
#ifndef BINDINGS_COMMON_SESSION_H_
#define BINDINGS_COMMON_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libchangepolicy/engine.h"

namespace changepolicy::bindings {

enum class SubjectKind { kChange, kRelease };
enum class Encoding { kBinary, kJson };

struct Call {
  SubjectKind kind = SubjectKind::kChange;
  // Of the subject. JSON is read like YAML and JSON files are: unknown fields are refused.
  Encoding input = Encoding::kBinary;
  Encoding output = Encoding::kBinary;
  // RFC 3339, or a date. Required: the library reads no clock.
  std::string_view now;
  // Like `DEPLOY`; empty: the next one.
  std::string_view transition;
};

// An engine that is called with texts. Immutable, thread-safe.
class Session {
 public:
  // `policies`: the policy and its overlays, or one document named `builtin:NAME` without text
  // before overlays. `organization`: documents that together are the directory and the ledger; may
  // be empty. Everything that is wrong with them is in the error's message.
  static absl::StatusOr<Session> Create(const std::vector<NamedText>& policies,
                                        const std::vector<NamedText>& organization);

  // A Decision. INVALID_ARGUMENT names what was wrong with the subject or the call.
  absl::StatusOr<std::string> Decide(std::string_view subject, const Call& call) const;

  const std::string& policy_digest() const { return engine_.policy().digest(); }

 private:
  explicit Session(Engine engine) : engine_(std::move(engine)) {}

  Engine engine_;
};

// Digest of the normative part of a serialized Decision.
absl::StatusOr<std::string> DigestOfDecision(std::string_view decision);

}  // namespace changepolicy::bindings

#endif  // BINDINGS_COMMON_SESSION_H_
