// What the records of tests, scans and checks say of one artifact.
//
// A record counts while all of this holds: it is of the type and, where one is asked for, of the
// environment; whatever it names of digest and revision is the subject's; it is fresh, that is
// `now` lies in [happened_at, happened_at + fresh_for); its source is trusted enough. A record that
// names neither digest nor revision says nothing of a subject that has either. Of the records that
// count the latest decides, and of several at the same instant the worst: a failure before "not
// applicable" before a pass. Whatever ended without a passing conclusion, skipped and cancelled
// among it, is a failure.
//
// A source is trusted as far as the record says, and no further than the policy's `sources` allow
// it; what a person reports who plays a part in the subject is CLAIMED. These two bounds hold for
// passes only: that something failed is believed on the record's own word.
//
// "Not applicable" counts with a reason, from somebody whom the policy admits; that person's word
// stands in place of a trusted source. It is said of the subject: without digest, revision or
// environment it holds for all of them. One that does not count is as if not there.
#ifndef LIBCHANGEPOLICY_DOMAIN_EVIDENCE_H_
#define LIBCHANGEPOLICY_DOMAIN_EVIDENCE_H_

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/evidence.flat.h"
#include "changepolicy/v1/evidence.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/domain/artifact_identity.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

enum class EvidenceResult {
  kNone,           // nothing counts
  kPassed,         // the deciding record passed
  kFailed,         // the deciding record did not pass
  kNotApplicable,  // the deciding record says that the type does not apply
  kUnknown,        // depends on `needs_fact`
};

struct EvidenceState {
  EvidenceResult result = EvidenceResult::kNone;
  // The deciding record; null for kNone and kUnknown. Points into the question's records.
  const flat::Evidence* record = nullptr;
  // For kUnknown: an unstated attribute that could change which record decides.
  std::string_view needs_fact;
};

// Pointers are not owned and must be set.
struct EvidenceQuestion {
  // Cut to what is visible at `now`.
  const flat::RepeatedMessage<flat::Evidence>* records = nullptr;
  ArtifactIdentity artifact;
  const v1::EvidenceRules* rules = nullptr;
  absl::Time now;
  // Whether the source is a person who plays a part in the subject. Unset: none does.
  std::function<bool(std::string_view source)> plays_a_part;
  // Whether the account's person may say "not applicable" (`not_applicable_by`). Unset: nobody may.
  std::function<bool(std::string_view account)> admits_not_applicable;

  // As EvidenceRecords answers it.
  EvidenceState State(std::string_view type, v1::Environment environment,
                      std::vector<absl::Time>* changes) const;
};

// The records that count for a question, judged once for whatever is asked of them. The question's
// records and rules must outlive it. Thread-safe.
class EvidenceRecords {
 public:
  // Lies in the arena, too. O(records).
  EvidenceRecords(const EvidenceQuestion& question, flat::Arena* arena);

  // `environment` unspecified: wherever it ran. To `changes` (may be null) go later instants at
  // which the answer can change. O(records that count).
  EvidenceState State(std::string_view type, v1::Environment environment,
                      std::vector<absl::Time>* changes) const;

 private:
  // A record that counts, or would if some unstated identity were the one that it names.
  struct Candidate {
    EvidenceResult result = EvidenceResult::kNone;
    absl::Time at, fresh_until;
    const flat::Evidence* record = nullptr;
    // The unstated identity; null where the record counts as things stand.
    const char* needs_fact = nullptr;
  };

  static bool Outranks(const Candidate& a, const Candidate& b);

  absl::Time now_;
  flat::Repeated<Candidate> candidates_;
};

// Findings of at least that severity that the record of a scan counts; what it does not count is
// none. LOW or less asks for all.
int64_t FindingsOf(const flat::Evidence& record, v1::RiskLevel least);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_EVIDENCE_H_
