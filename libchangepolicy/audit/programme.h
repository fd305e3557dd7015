// The auditor's programme: the tests that an auditor runs, on every record of a log instead of on a
// sample.
//
//   absl::StatusOr<Programme> programme =
//       Programme::Create(policy, organization, {.now = now, .start = start, .end = end});
//   for (const LoggedEntry& entry : log) programme->Add(entry);
//   v1::AuditReport report = std::move(*programme).Finish();
//
// docs/audit_programme.md says what each test asks and what each finding means. The tests of
// AuditTestKind all run, whatever the policy says; it gives thresholds (`audit`), clauses and
// controls. A test whose threshold is missing is named in `problems` and has not passed.
//
// One pass over the log in its order. Kept are the latest version of each change and release, a
// trace of each decision that may let it go, and when each fact was first seen: 12 KB for a change
// of 2.5 KB with five decisions, 31 KB while the tests run, and nothing of the entries themselves.
// The answer is a pure function of the entries, policy, organization and options: it does not
// depend on the order of lists inside records, and reads no clock.
//
// Texts that are commitments, because personal data were erased, are compared as they stand: who is
// who cannot be told of them, and the report says how many entries that concerns.
#ifndef LIBCHANGEPOLICY_AUDIT_PROGRAMME_H_
#define LIBCHANGEPOLICY_AUDIT_PROGRAMME_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

// Thread-compatible.
class Programme {
 public:
  struct Options {
    // The instant of the question. Required: the library reads no clock.
    absl::Time now = absl::InfinitePast();
    // What happened in [start, end) is examined; what lies outside still informs. Unset: no limit.
    std::optional<absl::Time> start, end;
    // Threads that ask what is due, which takes most of the time; 0: as many as the machine has
    // processors. The answer is the same for any number.
    int threads = 0;
  };

  // The policy by which the records are judged, and the organization as it is now: its directory
  // says who is who, its ledger tells deployments and obligations beside the log's.
  // INVALID_ARGUMENT for a question without an instant, or a period that ends before it begins.
  static absl::StatusOr<Programme> Create(Policy policy, Organization organization,
                                          Options options);
  Programme(Programme&& other) noexcept;
  Programme& operator=(Programme&& other) noexcept;
  ~Programme();

  // Every entry, in the log's order. O(size of the entry * log n).
  void Add(const LoggedEntry& entry);

  // Origin, size, root, verification and replay are the caller's to fill. O(n log n) for n records,
  // and besides the questions of ListDue about each subject and of Engine::LintPopulation.
  v1::AuditReport Finish() &&;

 private:
  struct State;
  explicit Programme(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_PROGRAMME_H_
