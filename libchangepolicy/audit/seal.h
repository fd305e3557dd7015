// Personal data of records and Decisions to commitments and back.
//
// A record is sealed before its bytes become a leaf of the log or a blob; what a policy declares as
// personal data (v1::PersonalData) is then behind commitments, and everything else stands as it
// was:
//
//   const SealRules rules = SealRulesOf(policy);
//   PersonalValues of_organization;                         // once per organization
//   SealRecord(rules, &commitments, &directory, &of_organization);
//   SealRecord(rules, &commitments, &ledger, &of_organization);
//   PersonalValues of_both(&of_organization);               // once per subject
//   SealRecord(rules, &commitments, &change, &of_both);
//   SealDecision(rules, &commitments, of_both, {.directory = ...}, &decision);
//
// Sealing reads nothing but its arguments: the same messages with the same commitments give the
// same bytes. To replay a decision, open its inputs, decide, and seal the answer with the values of
// AddPersonalValues.
//
// A text that has the form of a commitment is committed to like personal data, wherever it stands
// and whatever is declared: otherwise somebody could write another's commitment into a record and
// have it opened, or one of nothing and have the record called erased. Hence OpenRecord gives the
// sealed message back to the byte.
#ifndef LIBCHANGEPOLICY_AUDIT_SEAL_H_
#define LIBCHANGEPOLICY_AUDIT_SEAL_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/audit/commitment.h"
#include "libchangepolicy/audit/personal_values.h"

namespace changepolicy {

class SealPlan;

// What a policy declares as personal data, held against the model once. Immutable, thread-safe and
// cheap to copy.
class SealRules {
 public:
  explicit SealRules(std::shared_ptr<const SealPlan> plan) : plan_(std::move(plan)) {}
  const SealPlan& plan() const { return *plan_; }

 private:
  std::shared_ptr<const SealPlan> plan_;
};

// REQUIRES: the policy was loaded without an error (policy.h). A path of its personal data that
// leads nowhere seals nothing.
SealRules SealRulesOf(const v1::Policy& policy);

// Seals a ChangeRequest, Release, Directory, Ledger, Organization, EventRecord or AuditEntry, all
// that it holds included: snapshots of revisions, changes of a release. Paths from `change` hold
// for every change, wherever it stands, and for its records where they are events of their own.
// Inside of what is declared, ids and digests by which an audit finds records stay as they are.
//
// `seen`, where it is not null, gets the personal values. Linear in the size of the message.
//
// Errors: INVALID_ARGUMENT for a message of another type, for fields that the message's class does
// not know, and for a number or boolean where the policy declares a fact of text, named by its
// path; RESOURCE_EXHAUSTED for messages nested more than 200 deep; and those of `commitments`. The
// message is then sealed in part.
absl::Status SealRecord(const SealRules& rules, Commitments* commitments,
                        google::protobuf::Message* record, PersonalValues* seen);

// The personal values of a record that SealRecord would seal, without sealing it. Errors are those
// of SealRecord.
absl::Status AddPersonalValues(const SealRules& rules, const google::protobuf::Message& record,
                               PersonalValues* seen);

// Digests of the sealed records, in place of those in a Decision: these are over names without a
// salt, by which a small set of people could be tried out. Empty: the Decision's own stays.
struct SealedDigests {
  std::string subject;  // only where the Decision has one
  std::string directory;
  std::string ledger;
};

// Seals the people that a Decision names; the value of a fact whose path leads to personal data;
// and each text that may name people and names one of `values`, as a whole. `values` are those of
// the subject, the directory and the ledger. `rendering`, which is text over all of this and not
// normative, is taken away. Errors are those of `commitments`.
absl::Status SealDecision(const SealRules& rules, Commitments* commitments,
                          const PersonalValues& values, const SealedDigests& digests,
                          v1::Decision* decision);

// Puts the values back in place of commitments, wherever they stand in the message. False where
// some are erased, and stay commitments. The commitments that an Erasure names stay as they are.
// Errors: RESOURCE_EXHAUSTED for messages nested more than 200 deep; and those of `commitments`.
absl::StatusOr<bool> OpenRecord(Commitments* commitments, google::protobuf::Message* message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_SEAL_H_
