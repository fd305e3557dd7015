// The subject of one decision, bound: as its records stood at the instant of the question, in
// canonical order, with what the directory knows about its services and with what was stated to be
// not applicable. Everything below reads this copy and nothing else.
#ifndef LIBCHANGEPOLICY_EVAL_SUBJECT_H_
#define LIBCHANGEPOLICY_EVAL_SUBJECT_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

// Largest subject that is decided, in bytes of its serialized form.
inline constexpr size_t kMaxSubjectBytes = 16u << 20;

class Subject {
 public:
  // INVALID_ARGUMENT where the subject has no id, a statement names no field, or revisions are not
  // numbered from 1; RESOURCE_EXHAUSTED over kMaxSubjectBytes.
  static absl::StatusOr<Subject> Bind(v1::ChangeRequest change, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now);
  static absl::StatusOr<Subject> Bind(v1::Release release, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now);

  v1::SubjectKind kind() const { return kind_; }
  bool is_change() const { return kind_ == v1::SUBJECT_KIND_CHANGE; }
  // The name of the variable in expressions: `change` or `release`.
  std::string_view variable() const { return is_change() ? "change" : "release"; }
  const google::protobuf::Message& message() const;
  // Meaningful for the kind that the subject is, otherwise default instances.
  const v1::ChangeRequest& change() const { return change_; }
  const v1::Release& release() const { return release_; }

  // What both kinds have.
  const std::string& id() const;
  const std::string& team() const;
  const v1::People& people() const;
  const v1::Artifact& artifact() const;
  const v1::Schedule& schedule() const;
  const v1::Rollback& rollback() const;
  const google::protobuf::RepeatedPtrField<v1::AffectedService>& services() const;
  const google::protobuf::RepeatedPtrField<v1::Approval>& approvals() const;
  const google::protobuf::RepeatedPtrField<v1::Evidence>& evidence() const;
  const google::protobuf::RepeatedPtrField<v1::Communication>& communications() const;
  const google::protobuf::RepeatedPtrField<v1::Deployment>& deployments() const;
  const google::protobuf::RepeatedPtrField<v1::HealthCheck>& health_checks() const;
  const google::protobuf::RepeatedPtrField<v1::Review>& reviews() const;
  const google::protobuf::RepeatedPtrField<v1::MaterialUpdate>& material_updates() const;
  const google::protobuf::RepeatedPtrField<v1::Override>& overrides() const;
  const google::protobuf::Map<std::string, google::protobuf::Value>& facts() const;
  std::vector<v1::Environment> environments() const;

  // Fields that statements name, without root and indices.
  const std::set<std::string, std::less<>>& stated() const { return stated_; }
  // Fields of a newer schema, by path; the verdict is then ERROR.
  const std::vector<std::string>& newer_fields() const { return newer_fields_; }
  // Statements that were not honoured, because their giver may not say so or gave no reason.
  const std::vector<std::string>& refused_statements() const { return refused_statements_; }
  // The release has a change log, of which no section is of its version.
  bool changelog_lacks_version() const { return changelog_lacks_version_; }
  // Its change log says that the version was taken back from those who may still use it.
  bool is_yanked() const { return is_yanked_; }
  // Services that the directory does not know, sorted.
  const std::vector<std::string>& unknown_services() const { return unknown_services_; }
  // Later instants at which records become visible.
  const std::vector<absl::Time>& changes() const { return changes_; }
  void AddChanges(const std::vector<absl::Time>& changes) {
    changes_.insert(changes_.end(), changes.begin(), changes.end());
  }

 private:
  Subject() = default;
  absl::Status Prepare(const v1::Policy& policy, const BoundOrganization& organization,
                       absl::Time now);
  absl::Status ApplyStatements(const v1::Policy& policy, const BoundOrganization& organization,
                               absl::Time now);
  // Fills the lists of the notes that are empty.
  void TakeNotesFromChangelog();
  void TakeServicesFromDirectory(const v1::Policy& policy, const BoundOrganization& organization,
                                 absl::Time now);
  google::protobuf::Message* mutable_message();

  v1::SubjectKind kind_ = v1::SUBJECT_KIND_CHANGE;
  v1::ChangeRequest change_;
  v1::Release release_;
  std::set<std::string, std::less<>> stated_;
  std::vector<std::string> newer_fields_;
  std::vector<std::string> refused_statements_;
  std::vector<std::string> unknown_services_;
  bool changelog_lacks_version_ = false;
  bool is_yanked_ = false;
  std::vector<absl::Time> changes_;
};

// Whether what was taken at `taken_at` is older at `now` than `limit`; true too where a limit is
// set and nobody said when it was taken. Appends the instant at which it will be to `changes`.
bool IsOutdated(bool has_taken_at, absl::Time taken_at, bool has_limit, absl::Duration limit,
                absl::Time now, std::vector<absl::Time>* changes);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_SUBJECT_H_
