// What is asked about, seen alike whether it is a change, a release or an accepted risk: its
// records, who plays which part, and what is known of what it touches.
#ifndef LIBCHANGEPOLICY_APPROVAL_SUBJECT_H_
#define LIBCHANGEPOLICY_APPROVAL_SUBJECT_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/evidence.pb.h"
#include "libchangepolicy/approval/approval.h"

namespace changepolicy {

// Who plays a part.
struct PartHolders {
  std::vector<int> people;            // sorted
  std::vector<std::string> unmapped;  // accounts that the directory does not know, sorted
  std::string fact;                   // where it is stated, like `change.people.authors`
  bool unknown = false;               // nobody said who does
};

// A list of the subject that may be unknown.
struct KnownList {
  std::vector<std::string> values;  // sorted, each once
  std::string unknown_fact;         // not empty: not known
};

// Thread-compatible; points into the context, which must outlive it.
class ApprovalSubject {
 public:
  explicit ApprovalSubject(const ApprovalContext& context);
  ApprovalSubject(const ApprovalContext& context, const v1::AcceptedRisk& risk);

  const std::vector<const v1::Approval*>& approvals() const { return approvals_; }  // by id
  const std::vector<const v1::Veto*>& vetoes() const { return vetoes_; }            // by id
  const std::vector<const v1::ConditionMet*>& confirmations() const { return confirmations_; }
  const PartHolders& Holders(v1::Part part) const { return holders_[part]; }
  const KnownList& services() const { return services_; }
  const KnownList& paths() const { return paths_; }
  const KnownList& team() const { return team_; }  // at most one
  const std::vector<int>& environments() const { return environments_; }

 private:
  template <typename Subject>
  void Read(const Subject& subject, std::string_view root, const ApprovalContext& context);
  void ReadPeople(const v1::People& people, std::string_view root, const ApprovalContext& context);

  std::function<bool(std::string_view)> known_;
  std::vector<const v1::Approval*> approvals_;
  std::vector<const v1::Veto*> vetoes_;
  std::vector<const v1::ConditionMet*> confirmations_;
  std::vector<PartHolders> holders_;
  KnownList services_, paths_, team_;
  std::vector<int> environments_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_SUBJECT_H_
