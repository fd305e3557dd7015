// The subject of one decision, bound: as its records stood at the instant of the question, in
// canonical order, with what the directory knows about its services and with what was stated to be
// not applicable. Everything below reads this copy and nothing else.
#ifndef LIBCHANGEPOLICY_EVAL_SUBJECT_H_
#define LIBCHANGEPOLICY_EVAL_SUBJECT_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.flat.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/domain/deployment.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/element_places.h"
#include "libchangepolicy/eval/fact_names.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/flat/parse.h"

namespace changepolicy {

// Largest subject that is decided, in bytes of its serialized form.
inline constexpr size_t kMaxSubjectBytes = 16u << 20;

// A serialized ChangeRequest or Release.
struct SubjectBytes {
  v1::SubjectKind kind = v1::SUBJECT_KIND_CHANGE;
  std::string_view bytes;
};

// Owns the memory of its decision, in which it lies itself. Not safe for use by two threads.
class Subject {
 public:
  // INVALID_ARGUMENT where the bytes are no such message, the subject has no id, a statement names
  // no field, or revisions are not numbered from 1; RESOURCE_EXHAUSTED over kMaxSubjectBytes. The
  // bytes must outlive it.
  static absl::StatusOr<Subject> Bind(const SubjectBytes& given, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now);
  static absl::StatusOr<Subject> Bind(const v1::ChangeRequest& change, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now);
  static absl::StatusOr<Subject> Bind(const v1::Release& release, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now);

  // How the lists of the bound subject stand to those of the message; errors are those of Bind.
  static absl::StatusOr<ElementOrder> OrderOf(const v1::ChangeRequest& change,
                                              const v1::Policy& policy,
                                              const BoundOrganization& organization,
                                              absl::Time now);
  static absl::StatusOr<ElementOrder> OrderOf(const v1::Release& release, const v1::Policy& policy,
                                              const BoundOrganization& organization,
                                              absl::Time now);

  Workspace& workspace() const { return *workspace_; }

  v1::SubjectKind kind() const { return kind_; }
  bool is_change() const { return kind_ == v1::SUBJECT_KIND_CHANGE; }
  // The name of the variable in expressions: `change` or `release`.
  std::string_view variable() const { return is_change() ? "change" : "release"; }

  // Meaningful for the kind that the subject is, otherwise empty messages.
  const flat::ChangeRequest& change() const { return *change_; }
  const flat::Release& release() const { return *release_; }
  const void* flat_message() const { return is_change() ? static_cast<void*>(change_) : release_; }

  // The same as protobuf's messages, for what reads by reflection: made when first asked for.
  const google::protobuf::Message& message() const;
  const v1::ChangeRequest& change_message() const;
  const v1::Release& release_message() const;

  // What both kinds have.
  std::string_view id() const { return is_change() ? change_->id() : release_->id(); }
  std::string_view team() const { return is_change() ? change_->team() : release_->team(); }
#define CP_BOTH(type, name) \
  const type& name() const { return is_change() ? change_->name() : release_->name(); }
  CP_BOTH(flat::People, people)
  CP_BOTH(flat::Artifact, artifact)
  CP_BOTH(flat::Schedule, schedule)
  CP_BOTH(flat::Rollback, rollback)
  CP_BOTH(flat::ImpactAssessment, impact)
  CP_BOTH(flat::RepeatedMessage<flat::AffectedService>, services)
  CP_BOTH(flat::RepeatedMessage<flat::Approval>, approvals)
  CP_BOTH(flat::RepeatedMessage<flat::Evidence>, evidence)
  CP_BOTH(flat::RepeatedMessage<flat::Communication>, communications)
  CP_BOTH(flat::RepeatedMessage<flat::Deployment>, deployments)
  CP_BOTH(flat::RepeatedMessage<flat::HealthCheck>, health_checks)
  CP_BOTH(flat::RepeatedMessage<flat::Review>, reviews)
  CP_BOTH(flat::RepeatedMessage<flat::MaterialUpdate>, material_updates)
  CP_BOTH(flat::RepeatedMessage<flat::Override>, overrides)
  CP_BOTH(flat::Repeated<int32_t>, environments)
#undef CP_BOTH

  // Fields that statements name, without root and indices.
  const StatedFields& stated() const { return stated_; }
  // Fields of a newer schema, by path; the verdict is then ERROR.
  const FactNames& newer_fields() const { return newer_fields_; }
  // Statements that were not honoured, because their giver may not say so or gave no reason.
  const FactNames& refused_statements() const { return refused_statements_; }
  // The release has a change log, of which no section is of its version.
  bool changelog_lacks_version() const { return changelog_lacks_version_; }
  // Its change log says that the version was taken back from those who may still use it.
  bool is_yanked() const { return is_yanked_; }
  // Services that the directory does not know, sorted.
  const FactNames& unknown_services() const { return unknown_services_; }
  // Later instants at which records become visible.
  const std::vector<absl::Time>& changes() const { return workspace_->subject_changes; }
  void AddChanges(const std::vector<absl::Time>& changes) {
    workspace_->subject_changes.insert(workspace_->subject_changes.end(), changes.begin(),
                                       changes.end());
  }

 private:
  Subject() = default;

  template <typename Message>
  static absl::StatusOr<Subject> BindMessage(v1::SubjectKind kind, const Message& message,
                                             const v1::Policy& policy,
                                             const BoundOrganization& organization, absl::Time now,
                                             ElementPlaces* places = nullptr);
  template <typename Message>
  static absl::StatusOr<ElementOrder> OrderOfMessage(v1::SubjectKind kind, const Message& message,
                                                     const v1::Policy& policy,
                                                     const BoundOrganization& organization,
                                                     absl::Time now);
  absl::Status Prepare(std::string_view bytes, const v1::Policy& policy,
                       const BoundOrganization& organization, absl::Time now);
  // Reads it anew from bytes that outlive it; false where they are no such message.
  bool Read(std::string_view bytes, flat::ParseResult* result);
  // Reads what `change` makes of the message.
  absl::Status Rewrite(absl::FunctionRef<absl::Status(google::protobuf::Message*)> change);
  absl::Status ApplyStatements(const v1::Policy& policy, const BoundOrganization& organization,
                               absl::Time now);
  // Fills the lists of the notes that are empty.
  void TakeNotesFromChangelog();
  void TakeServicesFromDirectory(const v1::Policy& policy, const BoundOrganization& organization,
                                 absl::Time now);

  const flat::MessageTable& table() const {
    return is_change() ? flat::ChangeRequest::table() : flat::Release::table();
  }
  flat::Arena* arena() const { return &workspace_->arena; }

  WorkspaceLease workspace_;
  ElementPlaces* places_ = nullptr;  // while it is bound, where somebody asks
  v1::SubjectKind kind_ = v1::SUBJECT_KIND_CHANGE;
  flat::ChangeRequest* change_ = nullptr;
  flat::Release* release_ = nullptr;
  mutable std::unique_ptr<v1::ChangeRequest> change_message_;
  mutable std::unique_ptr<v1::Release> release_message_;
  StatedFields stated_;
  FactNames newer_fields_;
  FactNames refused_statements_;
  FactNames unknown_services_;
  bool changelog_lacks_version_ = false;
  bool is_yanked_ = false;
};

// Where it goes.
Environments EnvironmentsOf(const Subject& subject);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_SUBJECT_H_
