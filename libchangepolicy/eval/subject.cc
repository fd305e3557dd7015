#include "libchangepolicy/eval/subject.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "google/protobuf/struct.flat.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/domain/changelog.h"
#include "libchangepolicy/eval/outdated_parts.h"
#include "libchangepolicy/eval/visibility.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/sort.h"

namespace changepolicy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A field of the subject by its path without indices; null where the path names none.
const FieldDescriptor* FindField(const flat::MessageTable& root, std::string_view path) {
  const flat::MessageTable* type = &root;
  const flat::FieldTable* field = nullptr;
  const flat::MessageTable* holder = nullptr;
  while (!path.empty()) {
    if (type == nullptr) return nullptr;
    const size_t dot = path.find('.');
    holder = type;
    field = type->FindByName(path.substr(0, dot));
    if (field == nullptr) return nullptr;
    type = field->kind == flat::Kind::kMap ? nullptr : field->message;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return field == nullptr ? nullptr : flat::DescriptorOf(*holder, *field);
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

template <typename Revisions>
absl::Status CheckRevisions(const Revisions& revisions) {
  std::vector<int> numbers;
  bool in_order = true;
  for (int i = 0; i < revisions.size(); ++i) in_order &= revisions[i].number() == i + 1;
  if (in_order) return absl::OkStatus();
  for (const auto& revision : revisions) numbers.push_back(revision.number());
  std::sort(numbers.begin(), numbers.end());
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<int>(i) + 1) {
      return InvalidArgument(StrCat("revisions: expected numbers 1 to ", numbers.size(),
                                    ", each once, found `", numbers[i], "`"));
    }
  }
  return absl::OkStatus();
}

// Minus zero, or no number at all.
bool IsOdd(const flat::Value& value) {
  if (value.has_number_value()) {
    const double number = value.number_value();
    return std::isnan(number) || (number == 0 && std::signbit(number));
  }
  if (value.has_list_value()) {
    const auto& values = value.list_value().values();
    return std::any_of(values.begin(), values.end(), IsOdd);
  }
  if (value.has_struct_value()) {
    const auto& fields = value.struct_value().fields();
    return std::any_of(fields.begin(), fields.end(),
                       [](const auto& field) { return IsOdd(field.value()); });
  }
  return false;
}

template <typename Facts>
bool HasOddNumber(const Facts& facts) {
  return std::any_of(facts.begin(), facts.end(),
                     [](const auto& fact) { return IsOdd(fact.value()); });
}

}  // namespace

absl::StatusOr<Subject> Subject::Bind(const SubjectBytes& given, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  Subject subject;
  subject.kind_ = given.kind;
  CP_RETURN_IF_ERROR(subject.Prepare(given.bytes, policy, organization, now));
  return subject;
}

template <typename Message>
absl::StatusOr<Subject> Subject::BindMessage(v1::SubjectKind kind, const Message& message,
                                             const v1::Policy& policy,
                                             const BoundOrganization& organization, absl::Time now,
                                             ElementPlaces* places) {
  Subject subject;
  subject.kind_ = kind;
  subject.places_ = places;
  const size_t size = message.ByteSizeLong();
  if (size > INT32_MAX) {
    return ResourceExhausted(StrCat(subject.variable(), " `", message.id(), "`: over the limit of ",
                                    kMaxSubjectBytes, " bytes"));
  }
  auto* const bytes = static_cast<uint8_t*>(subject.arena()->Allocate(size));
  message.SerializeWithCachedSizesToArray(bytes);
  CP_RETURN_IF_ERROR(
      subject.Prepare({reinterpret_cast<const char*>(bytes), size}, policy, organization, now));
  return subject;
}

absl::StatusOr<Subject> Subject::Bind(const v1::ChangeRequest& change, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  return BindMessage(v1::SUBJECT_KIND_CHANGE, change, policy, organization, now);
}

absl::StatusOr<Subject> Subject::Bind(const v1::Release& release, const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  return BindMessage(v1::SUBJECT_KIND_RELEASE, release, policy, organization, now);
}

template <typename Message>
absl::StatusOr<ElementOrder> Subject::OrderOfMessage(v1::SubjectKind kind, const Message& message,
                                                     const v1::Policy& policy,
                                                     const BoundOrganization& organization,
                                                     absl::Time now) {
  ElementPlaces places;
  CP_ASSIGN_OR_RETURN(const Subject subject,
                      BindMessage(kind, message, policy, organization, now, &places));
  return places.OrderOf(subject.table(), subject.flat_message());
}

absl::StatusOr<ElementOrder> Subject::OrderOf(const v1::ChangeRequest& change,
                                              const v1::Policy& policy,
                                              const BoundOrganization& organization,
                                              absl::Time now) {
  return OrderOfMessage(v1::SUBJECT_KIND_CHANGE, change, policy, organization, now);
}

absl::StatusOr<ElementOrder> Subject::OrderOf(const v1::Release& release, const v1::Policy& policy,
                                              const BoundOrganization& organization,
                                              absl::Time now) {
  return OrderOfMessage(v1::SUBJECT_KIND_RELEASE, release, policy, organization, now);
}

bool Subject::Read(std::string_view bytes, flat::ParseResult* result) {
  const void* const before = flat_message();
  change_ = arena()->New<flat::ChangeRequest>();
  release_ = arena()->New<flat::Release>();
  change_message_.reset();
  release_message_.reset();
  const bool is_read = is_change() ? flat::Parse(bytes, change_, arena(), result)
                                   : flat::Parse(bytes, release_, arena(), result);
  if (places_ != nullptr && is_read) {
    if (before == nullptr) {
      places_->Begin(table(), flat_message());
    } else {
      places_->Follow(table(), before, flat_message());
    }
  }
  return is_read;
}

absl::Status Subject::Rewrite(absl::FunctionRef<absl::Status(Message*)> change) {
  const std::unique_ptr<Message> message(this->message().New());
  message->CopyFrom(this->message());
  CP_RETURN_IF_ERROR(change(message.get()));
  flat::ParseResult result;
  if (!Read(arena()->Copy(DeterministicBytes(*message)), &result)) {
    return Internal("the subject cannot be read back");
  }
  return absl::OkStatus();
}

absl::Status Subject::Prepare(std::string_view bytes, const v1::Policy& policy,
                              const BoundOrganization& organization, absl::Time now) {
  flat::ParseResult read;
  if (!Read(bytes, &read)) {
    return InvalidArgument(StrCat("the bytes are no serialized ", table().full_name));
  }
  if (absl::StripAsciiWhitespace(ToAbsl(id())).empty()) {
    return InvalidArgument(StrCat("id: the ", variable(), " has none; give it a unique id"));
  }
  if (bytes.size() > kMaxSubjectBytes) {
    return ResourceExhausted(
        StrCat(variable(), " `", id(), "`: over the limit of ", kMaxSubjectBytes, " bytes"));
  }
  if (read.has_unknown) {
    const std::unique_ptr<Message> given(is_change() ? static_cast<Message*>(new v1::ChangeRequest)
                                                     : new v1::Release);
    if (!given->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Internal("the subject cannot be read back");
    }
    newer_fields_ = NamesOf(UnknownFields(*given), arena());
  }
  CP_RETURN_IF_ERROR(CheckRevisions(change_->revisions()));
  CP_RETURN_IF_ERROR(CheckRevisions(release_->revisions()));
  if (!IsAllVisible(table(), flat_message(), now)) {
    void* const message = is_change() ? static_cast<void*>(change_) : release_;
    KeepVisible(now, FromProto(policy.limits().clock_skew()), table(), message,
                &workspace_->subject_changes);
  }
  TakeServicesFromDirectory(policy, organization, now);
  CP_RETURN_IF_ERROR(ApplyStatements(policy, organization, now));
  TakeNotesFromChangelog();
  change_message_.reset();  // what was made of it on the way
  release_message_.reset();
  // Canonical order of every set-like list, so that no answer depends on the order of the input.
  void* const bound = is_change() ? static_cast<void*>(change_) : release_;
  flat::SortSetLikes(table(), bound, arena(), &workspace_->buffer);
  // Numbers of facts have a canonical form of their own, which they mostly are in.
  if (!HasOddNumber(change_->facts()) && !HasOddNumber(release_->facts())) {
    return absl::OkStatus();
  }
  const std::string_view canonical =
      flat::EncodeCanonical(table(), bound, arena(), &workspace_->buffer);
  if (!Read(arena()->Copy(canonical), &read)) {
    return Internal("the canonical form cannot be read back");
  }
  return absl::OkStatus();
}

void Subject::TakeNotesFromChangelog() {
  if (release_->notes().changelog().empty() || release_->version().empty()) return;
  flat::ReleaseNotes& notes = *release_->mutable_notes(arena());
  const ChangelogSection section =
      ReadChangelog(std::string(notes.changelog()), std::string(release_->version()));
  changelog_lacks_version_ = !section.found;
  is_yanked_ = section.yanked;
  const auto take = [&](const ChangelogEntries& list, std::string_view statement,
                        FactNames* entries) {
    if (!entries->empty()) return;
    *entries = NamesOf(list.entries, arena());
    if (list.none) stated_.Insert(statement, arena());
  };
  take(section.features, "notes.features", notes.mutable_features());
  take(section.fixes, "notes.fixes", notes.mutable_fixes());
  take(section.known_issues, "notes.known_issues", notes.mutable_known_issues());
  take(section.instructions, "notes.instructions", notes.mutable_instructions());
}

void Subject::TakeServicesFromDirectory(const v1::Policy& policy,
                                        const BoundOrganization& organization, absl::Time now) {
  if (IsDirectoryOutdated(policy.limits(), organization.directory(), now,
                          &workspace_->subject_changes)) {
    return;
  }
  auto* const services = is_change() ? change_->mutable_services() : release_->mutable_services();
  for (flat::AffectedService& affected : *services) {
    const v1::Service* service = organization.directory().FindService(affected.id());
    if (service == nullptr) {
      unknown_services_.Add(affected.id(), arena());
      continue;
    }
    if (service->has_client_facing()) affected.set_client_facing(service->client_facing());
    if (service->has_critical()) affected.set_critical(service->critical());
    if (service->has_notice_owed()) affected.set_notice_owed(service->notice_owed());
    if (service->data_classes_size() > 0) {
      affected.clear_data_classes();
      for (const int each : service->data_classes()) {
        affected.add_data_classes(static_cast<v1::DataClass>(each), arena());
      }
    }
  }
  std::sort(unknown_services_.begin(), unknown_services_.end());
}

absl::Status Subject::ApplyStatements(const v1::Policy& policy,
                                      const BoundOrganization& organization, absl::Time now) {
  const flat::RepeatedMessage<flat::Statement> statements =
      is_change() ? change_->stated() : release_->stated();
  for (const flat::Statement& statement : statements) {
    const std::string_view name = statement.field();
    const FieldDescriptor* const field = FindField(table(), name);
    if (field == nullptr) {
      return InvalidArgument(StrCat("stated: the ", variable(), " has no field `", name,
                                    "`; name it by its path without indices"));
    }
    if (!statement.not_applicable()) {
      stated_.Insert(name, arena());
      continue;
    }
    const Roster& roster = organization.directory().roster();
    const std::string& value = field->options().GetExtension(v1::fact).not_applicable();
    const int person = roster.Find(statement.by());
    bool admitted = false;
    if (!value.empty() && !statement.reason().empty() && person != kNobody) {
      ApprovalContext context;
      context.roster = &roster;
      context.policy = &policy;
      context.arena = arena();
      context.now = now;
      context.arena = arena();
      if (is_change()) {
        context.change = change_;
      } else {
        context.release = release_;
      }
      for (const v1::NotApplicableRule& rule : policy.not_applicable()) {
        if (std::count(rule.fields().begin(), rule.fields().end(), name) == 0) continue;
        admitted |= IsEligible(rule.by(), person, context, now);
      }
    }
    if (!admitted) {
      refused_statements_.Add(name, arena());
      continue;
    }
    CP_RETURN_IF_ERROR(
        Rewrite([&](Message* message) { return SetFromJson(message, name, value); }));
    stated_.Insert(name, arena());
  }
  std::sort(refused_statements_.begin(), refused_statements_.end());
  return absl::OkStatus();
}

const v1::ChangeRequest& Subject::change_message() const {
  if (!is_change()) return v1::ChangeRequest::default_instance();
  if (change_message_ == nullptr) {
    change_message_ = std::make_unique<v1::ChangeRequest>();
    flat::CopyTo(*change_, change_message_.get());
  }
  return *change_message_;
}

const v1::Release& Subject::release_message() const {
  if (is_change()) return v1::Release::default_instance();
  if (release_message_ == nullptr) {
    release_message_ = std::make_unique<v1::Release>();
    flat::CopyTo(*release_, release_message_.get());
  }
  return *release_message_;
}

const Message& Subject::message() const {
  return is_change() ? static_cast<const Message&>(change_message()) : release_message();
}

Environments EnvironmentsOf(const Subject& subject) {
  Environments environments;
  for (const int each : subject.environments()) {
    environments.push_back(static_cast<v1::Environment>(each));
  }
  return environments;
}

}  // namespace changepolicy
