#include "libchangepolicy/eval/subject.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/changelog.h"
#include "libchangepolicy/eval/visibility.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/sort.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A field of the subject by its path without indices; null where the path names none.
const FieldDescriptor* FindField(const google::protobuf::Descriptor& root, std::string_view path) {
  const google::protobuf::Descriptor* type = &root;
  const FieldDescriptor* field = nullptr;
  while (!path.empty()) {
    if (type == nullptr) return nullptr;
    const size_t dot = path.find('.');
    field = type->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr) return nullptr;
    type = field->type() == FieldDescriptor::TYPE_MESSAGE && !field->is_map()
               ? field->message_type()
               : nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return field;
}

// Sets the field at `path` (in every element of lists on the way) from a JSON value.
absl::Status SetFromJson(Message* message, std::string_view path, const std::string& json) {
  const size_t dot = path.find('.');
  const std::string name(path.substr(0, dot));
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
  const Reflection& reflection = *message->GetReflection();
  if (dot == std::string_view::npos) {
    reflection.ClearField(message, field);
    const std::string object = StrCat("{\"", name, "\":", json, "}");
    std::unique_ptr<Message> only(message->New());
    if (!google::protobuf::util::JsonStringToMessage(object, only.get()).ok()) {
      return Internal(StrCat("the model's value for `", name, "` cannot be read"));
    }
    message->MergeFrom(*only);
    return absl::OkStatus();
  }
  const std::string_view rest = path.substr(dot + 1);
  if (!field->is_repeated()) {
    return SetFromJson(reflection.MutableMessage(message, field), rest, json);
  }
  for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
    CP_RETURN_IF_ERROR(
        SetFromJson(reflection.MutableRepeatedMessage(message, field, i), rest, json));
  }
  return absl::OkStatus();
}

absl::Status CheckRevisions(const Subject& subject) {
  std::vector<int> numbers;
  for (const auto& revision : subject.change().revisions()) numbers.push_back(revision.number());
  for (const auto& revision : subject.release().revisions()) numbers.push_back(revision.number());
  std::sort(numbers.begin(), numbers.end());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<int>(i) + 1) {
      return InvalidArgument(StrCat("revisions: expected numbers 1 to ", numbers.size(),
                                    ", each once, found `", numbers[i], "`"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Subject> Subject::Bind(v1::ChangeRequest change, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  Subject subject;
  subject.kind_ = v1::SUBJECT_KIND_CHANGE;
  subject.change_ = std::move(change);
  CP_RETURN_IF_ERROR(subject.Prepare(policy, organization, now));
  return subject;
}

absl::StatusOr<Subject> Subject::Bind(v1::Release release, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  Subject subject;
  subject.kind_ = v1::SUBJECT_KIND_RELEASE;
  subject.release_ = std::move(release);
  CP_RETURN_IF_ERROR(subject.Prepare(policy, organization, now));
  return subject;
}

absl::Status Subject::Prepare(const v1::Policy& policy, const BoundOrganization& organization,
                              absl::Time now) {
  if (absl::StripAsciiWhitespace(ToAbsl(id())).empty()) {
    return InvalidArgument(StrCat("id: the ", variable(), " has none; give it a unique id"));
  }
  if (message().ByteSizeLong() > kMaxSubjectBytes) {
    return ResourceExhausted(
        StrCat(variable(), " `", id(), "`: over the limit of ", kMaxSubjectBytes, " bytes"));
  }
  const WorkspaceLease workspace;
  const flat::MessageCopy given(message(), &workspace->arena);
  if (given.message() == nullptr || given.has_unknown()) {
    newer_fields_ = UnknownFields(message());
    mutable_message()->DiscardUnknownFields();
  }
  CP_RETURN_IF_ERROR(CheckRevisions(*this));
  if (given.message() == nullptr || !IsAllVisible(given.table(), given.message(), now)) {
    KeepVisible(now, FromProto(policy.limits().clock_skew()), mutable_message(), &changes_);
  }
  TakeServicesFromDirectory(policy, organization, now);
  CP_RETURN_IF_ERROR(ApplyStatements(policy, organization, now));
  TakeNotesFromChangelog();
  // Canonical order of every set-like list, so that no answer depends on the order of the input.
  const flat::MessageCopy bound(message(), &workspace->arena);
  if (bound.message() == nullptr) return Internal("the subject cannot be read back");
  flat::SortSetLikes(bound.table(), bound.message(), &workspace->arena, &workspace->buffer);
  const bool in_order =
      facts().empty() &&  // whose numbers have a canonical form of their own
      flat::Encode(bound.table(), bound.message(), &workspace->buffer) == bound.bytes();
  if (in_order) return absl::OkStatus();
  const std::string_view canonical =
      flat::EncodeCanonical(bound.table(), bound.message(), &workspace->arena, &workspace->buffer);
  if (!mutable_message()->ParseFromArray(canonical.data(), static_cast<int>(canonical.size()))) {
    return Internal("the canonical form cannot be read back");
  }
  return absl::OkStatus();
}

void Subject::TakeNotesFromChangelog() {
  if (release_.notes().changelog().empty() || release_.version().empty()) return;
  v1::ReleaseNotes& notes = *release_.mutable_notes();
  const ChangelogSection section = ReadChangelog(notes.changelog(), release_.version());
  changelog_lacks_version_ = !section.found;
  is_yanked_ = section.yanked;
  const auto take = [&](const ChangelogEntries& list, std::string_view name,
                        google::protobuf::RepeatedPtrField<std::string>* entries) {
    if (!entries->empty()) return;
    *entries = {list.entries.begin(), list.entries.end()};
    if (list.none) stated_.insert(StrCat("notes.", name));
  };
  take(section.features, "features", notes.mutable_features());
  take(section.fixes, "fixes", notes.mutable_fixes());
  take(section.known_issues, "known_issues", notes.mutable_known_issues());
  take(section.instructions, "instructions", notes.mutable_instructions());
}

void Subject::TakeServicesFromDirectory(const v1::Policy& policy,
                                        const BoundOrganization& organization, absl::Time now) {
  const v1::Directory& directory = organization.directory().proto();
  if (IsOutdated(directory.has_taken_at(), FromProto(directory.taken_at()),
                 policy.limits().has_directory_age(), FromProto(policy.limits().directory_age()),
                 now, &changes_)) {
    return;
  }
  auto* services = is_change() ? change_.mutable_services() : release_.mutable_services();
  for (v1::AffectedService& affected : *services) {
    const v1::Service* service = organization.directory().FindService(affected.id());
    if (service == nullptr) {
      unknown_services_.push_back(affected.id());
      continue;
    }
    if (service->has_client_facing()) affected.set_client_facing(service->client_facing());
    if (service->has_critical()) affected.set_critical(service->critical());
    if (service->has_notice_owed()) affected.set_notice_owed(service->notice_owed());
    if (service->data_classes_size() > 0) {
      *affected.mutable_data_classes() = service->data_classes();
    }
  }
  std::sort(unknown_services_.begin(), unknown_services_.end());
}

absl::Status Subject::ApplyStatements(const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  const auto statements = is_change() ? change_.stated() : release_.stated();
  ApprovalContext context;
  context.roster = &organization.directory().roster();
  context.policy = &policy;
  context.now = now;
  for (const v1::Statement& statement : statements) {
    const FieldDescriptor* field = FindField(*message().GetDescriptor(), statement.field());
    if (field == nullptr) {
      return InvalidArgument(StrCat("stated: the ", variable(), " has no field `",
                                    statement.field(), "`; name it by its path without indices"));
    }
    if (!statement.not_applicable()) {
      stated_.insert(statement.field());
      continue;
    }
    const std::string& value = field->options().GetExtension(v1::fact).not_applicable();
    const int person = context.roster->Find(statement.by());
    bool admitted = !value.empty() && !statement.reason().empty() && person != kNobody;
    if (admitted) {
      admitted = false;
      for (const v1::NotApplicableRule& rule : policy.not_applicable()) {
        if (std::count(rule.fields().begin(), rule.fields().end(), statement.field()) == 0)
          continue;
        // As it is with what was stated before.
        const WorkspaceLease workspace;
        context.arena = &workspace->arena;
        if (is_change()) {
          context.change = flat::CopyOf<flat::ChangeRequest>(change_, context.arena);
        } else {
          context.release = flat::CopyOf<flat::Release>(release_, context.arena);
        }
        const auto people = EligiblePeople(rule.by(), context, now);
        admitted |= std::binary_search(people.begin(), people.end(), context.roster->id(person));
      }
    }
    if (!admitted) {
      refused_statements_.push_back(statement.field());
      continue;
    }
    CP_RETURN_IF_ERROR(SetFromJson(mutable_message(), statement.field(), value));
    stated_.insert(statement.field());
  }
  std::sort(refused_statements_.begin(), refused_statements_.end());
  return absl::OkStatus();
}

Message* Subject::mutable_message() {
  return is_change() ? static_cast<Message*>(&change_) : &release_;
}
const Message& Subject::message() const {
  return is_change() ? static_cast<const Message&>(change_) : release_;
}

// NOLINTBEGIN: one line a field says it best
#define CP_SUBJECT_FIELD(type, name) \
  const type& Subject::name() const { return is_change() ? change_.name() : release_.name(); }
CP_SUBJECT_FIELD(std::string, id)
CP_SUBJECT_FIELD(std::string, team)
CP_SUBJECT_FIELD(v1::People, people)
CP_SUBJECT_FIELD(v1::Artifact, artifact)
CP_SUBJECT_FIELD(v1::Schedule, schedule)
CP_SUBJECT_FIELD(v1::Rollback, rollback)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::AffectedService>, services)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::Approval>, approvals)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::Evidence>, evidence)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::Communication>, communications)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::Deployment>, deployments)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::HealthCheck>, health_checks)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::Review>, reviews)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::MaterialUpdate>, material_updates)
CP_SUBJECT_FIELD(google::protobuf::RepeatedPtrField<v1::Override>, overrides)
#undef CP_SUBJECT_FIELD
// NOLINTEND

const google::protobuf::Map<std::string, google::protobuf::Value>& Subject::facts() const {
  return is_change() ? change_.facts() : release_.facts();
}

std::vector<v1::Environment> Subject::environments() const {
  std::vector<v1::Environment> environments;
  for (const int each : is_change() ? change_.environments() : release_.environments()) {
    environments.push_back(static_cast<v1::Environment>(each));
  }
  return environments;
}

bool IsOutdated(bool has_taken_at, absl::Time taken_at, bool has_limit, absl::Duration limit,
                absl::Time now, std::vector<absl::Time>* changes) {
  if (!has_limit) return false;
  if (!has_taken_at) return true;
  const absl::Time end = taken_at + limit;
  if (end > now) changes->push_back(end);
  return end <= now;
}

}  // namespace changepolicy
