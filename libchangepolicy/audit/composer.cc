#include "libchangepolicy/audit/composer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "libchangepolicy/audit/format.h"
#include "libchangepolicy/audit/key_change.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/named_zones.h"
#include "libchangepolicy/base/sha256.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/base/zone_rules.h"

namespace changepolicy {

namespace {

// Few policies and organizations are in use at a time.
constexpr size_t kMostContexts = 64;

absl::Status RefuseUnknownFields(const google::protobuf::Message& message, std::string_view what) {
  const std::vector<std::string> unknown = UnknownFields(message);
  if (unknown.empty()) return absl::OkStatus();
  return InvalidArgument(StrCat(what, ": the field `", unknown.front(),
                                "` is unknown here, and a log must be able to say what it holds; "
                                "use a later library or leave it out"));
}

// The file's name without its folder: that is of this machine.
std::string NameOf(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

std::string PolicyBlob(const Policy& policy) {
  v1::PolicyDocuments documents;
  for (const NamedText& document : policy.documents()) {
    v1::PolicyDocumentText* const text = documents.add_documents();
    text->set_name(NameOf(document.name));
    text->set_text(document.text);
  }
  return DeterministicBytes(documents);
}

absl::StatusOr<std::string> ZonesBlob(const Policy& policy, const v1::Organization& organization) {
  std::vector<std::string> names = ZonesNamedIn(policy.proto());
  for (const google::protobuf::Message* const message :
       {static_cast<const google::protobuf::Message*>(&organization.directory()),
        static_cast<const google::protobuf::Message*>(&organization.ledger())}) {
    const std::vector<std::string> more = ZonesNamedIn(*message);
    names.insert(names.end(), more.begin(), more.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  v1::ZoneRules rules;
  rules.set_version(ZoneRulesVersion());
  for (const std::string& name : names) {
    CP_ASSIGN_OR_RETURN(std::string tzif, ReadZoneFile(name));
    v1::ZoneFile* const zone = rules.add_zones();
    zone->set_name(name);
    zone->set_tzif(std::move(tzif));
  }
  return DeterministicBytes(rules);
}

}  // namespace

SealedDigests DigestsOf(const v1::Policy& policy, const v1::DecisionRecord& record) {
  const bool sealed = policy.personal_data().people() || !policy.personal_data().fields().empty();
  if (!sealed) return {};
  return {.subject = record.subject_canonical_digest(),
          .directory = record.directory(),
          .ledger = record.ledger()};
}

const SealRules& Composer::RulesOf(const Policy& policy) {
  const auto known = rules_.find(policy.checked().get());
  if (known != rules_.end()) return known->second.second;
  if (rules_.size() >= kMostContexts) rules_.clear();
  return rules_
      .emplace(policy.checked().get(),
               std::make_pair(policy.checked(), SealRulesOf(policy.proto())))
      .first->second.second;
}

absl::StatusOr<std::string> Composer::StoreBlob(const std::string& bytes) {
  const Hash digest = HashOf({bytes});
  CP_RETURN_IF_ERROR(store_->AddBlob(BytesOf(digest), bytes));
  return Sha256(bytes);
}

absl::StatusOr<const Composer::Context*> Composer::ContextOf(const LoggedQuestion& question) {
  const auto key =
      std::make_pair(question.policy.checked().get(), question.organization.bound().get());
  if (const auto known = contexts_.find(key); known != contexts_.end()) {
    return known->second.get();
  }
  auto context = std::make_unique<Context>(RulesOf(question.policy));
  context->policy = question.policy.checked();
  context->organization = question.organization.bound();
  const v1::Organization& organization = question.organization.proto();
  CP_ASSIGN_OR_RETURN(context->policy_blob, StoreBlob(PolicyBlob(question.policy)));
  v1::Directory directory = organization.directory();
  CP_RETURN_IF_ERROR(RefuseUnknownFields(directory, "directory"));
  CP_RETURN_IF_ERROR(SealRecord(context->rules, commitments_, &directory, &context->values));
  // The canonical form, so that an order without meaning makes no second blob.
  CP_ASSIGN_OR_RETURN(std::string bytes, CanonicalBytes(directory));
  CP_ASSIGN_OR_RETURN(context->directory_blob, StoreBlob(bytes));
  v1::Ledger ledger = organization.ledger();
  CP_RETURN_IF_ERROR(RefuseUnknownFields(ledger, "ledger"));
  CP_RETURN_IF_ERROR(SealRecord(context->rules, commitments_, &ledger, &context->values));
  CP_ASSIGN_OR_RETURN(bytes, CanonicalBytes(ledger));
  CP_ASSIGN_OR_RETURN(context->ledger_blob, StoreBlob(bytes));
  CP_ASSIGN_OR_RETURN(bytes, ZonesBlob(question.policy, organization));
  CP_ASSIGN_OR_RETURN(context->zones_blob, StoreBlob(bytes));
  if (contexts_.size() >= kMostContexts) contexts_.clear();
  return (contexts_[key] = std::move(context)).get();
}

absl::Status Composer::ComposeDecision(const LoggedQuestion& question, v1::DecisionRecord* record) {
  CP_ASSIGN_OR_RETURN(const Context* const context, ContextOf(question));
  record->set_policy(context->policy_blob);
  record->set_directory(context->directory_blob);
  record->set_ledger(context->ledger_blob);
  record->set_zones(context->zones_blob);
  ToProto(question.question.now, record->mutable_now());
  record->set_transition(question.question.transition);
  record->set_detail(question.question.detail);
  record->set_subject_digest(question.question.subject_digest);
  PersonalValues seen(&context->values);
  const absl::Status sealed = std::visit(
      [&](const auto& original) -> absl::Status {
        auto subject = original;
        CP_RETURN_IF_ERROR(RefuseUnknownFields(subject, "subject"));
        record->set_subject_id(subject.id());
        record->set_subject_kind(std::is_same_v<decltype(subject), v1::ChangeRequest>
                                     ? v1::SUBJECT_KIND_CHANGE
                                     : v1::SUBJECT_KIND_RELEASE);
        CP_RETURN_IF_ERROR(SealRecord(context->rules, commitments_, &subject, &seen));
        record->set_subject(DeterministicBytes(subject));
        record->set_subject_bytes_digest(Sha256(record->subject()));
        CP_ASSIGN_OR_RETURN(const std::string digest, CanonicalDigest(subject));
        record->set_subject_canonical_digest(digest);
        return absl::OkStatus();
      },
      question.subject);
  CP_RETURN_IF_ERROR(sealed);
  v1::Decision decision = question.decision;
  if (decision.subject_id() != record->subject_id() ||
      FromProto(decision.now()) != question.question.now) {
    return InvalidArgument(
        "decision: it answers another question than the one that it is logged with (its subject "
        "or its instant differs)");
  }
  CP_RETURN_IF_ERROR(SealDecision(context->rules, commitments_, seen,
                                  DigestsOf(question.policy.proto(), *record), &decision));
  record->set_decision(DeterministicBytes(decision));
  return absl::OkStatus();
}

absl::StatusOr<v1::AuditEntry> Composer::Compose(const LogItem& item) {
  if (item.recorded_at == absl::InfinitePast() || item.recorded_at == absl::InfiniteFuture()) {
    return InvalidArgument("recorded_at: the instant at which it is written is required");
  }
  v1::AuditEntry entry;
  entry.set_format_version(kEntryFormatVersion);
  ToProto(item.recorded_at, entry.mutable_recorded_at());
  entry.set_recorded_by(item.recorded_by);
  if (const auto* const question = std::get_if<LoggedQuestion>(&item.content)) {
    CP_RETURN_IF_ERROR(ComposeDecision(*question, entry.mutable_decision()));
    CP_ASSIGN_OR_RETURN(const Context* const context, ContextOf(*question));
    CP_RETURN_IF_ERROR(SealRecord(context->rules, commitments_, &entry, nullptr));
  } else if (const auto* const event = std::get_if<LoggedEvent>(&item.content)) {
    if (event->event.event_case() == v1::EventRecord::EVENT_NOT_SET) {
      return InvalidArgument("event: it says nothing; set one of its kinds, like `deployment`");
    }
    CP_RETURN_IF_ERROR(RefuseUnknownFields(event->event, "event"));
    *entry.mutable_event() = event->event;
    CP_RETURN_IF_ERROR(SealRecord(RulesOf(event->policy), commitments_, &entry, nullptr));
  } else {
    const v1::KeyChange& change = std::get<v1::KeyChange>(item.content);
    CP_ASSIGN_OR_RETURN(const std::string origin, store_->Origin());
    CP_RETURN_IF_ERROR(VerifyKeyChange(origin, {.old_key = change.old_key(),
                                                .new_key = change.new_key(),
                                                .signature = change.signature()})
                           .status());
    *entry.mutable_key_change() = change;
  }
  return entry;
}

absl::StatusOr<LoggedEntry> OpenLoggedEntry(int64_t index, std::string_view bytes,
                                            Commitments* commitments) {
  const auto unreadable = [index](std::string_view what) {
    return absl::DataLossError(ToAbsl(StrCat("entry ", index, ": ", what)));
  };
  LoggedEntry logged;
  logged.index = index;
  if (!logged.entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return unreadable("its bytes are no AuditEntry");
  }
  if (logged.entry.format_version() != kEntryFormatVersion) {
    return unreadable(StrCat("its format is version ", logged.entry.format_version(),
                             ", and this library knows ", kEntryFormatVersion));
  }
  CP_ASSIGN_OR_RETURN(bool whole, OpenRecord(commitments, &logged.entry));
  if (logged.entry.has_decision()) {
    const v1::DecisionRecord& record = logged.entry.decision();
    LoggedDecision decision;
    const auto parse = [](const std::string& from, google::protobuf::Message* into) {
      return into->ParseFromString(from);
    };
    bool parsed = false;
    if (record.subject_kind() == v1::SUBJECT_KIND_RELEASE) {
      parsed = parse(record.subject(), &decision.subject.emplace<v1::Release>());
    } else {
      parsed = parse(record.subject(), &decision.subject.emplace<v1::ChangeRequest>());
    }
    if (!parsed) return unreadable("its subject cannot be read");
    if (!parse(record.decision(), &decision.decision)) {
      return unreadable("its decision cannot be read");
    }
    CP_ASSIGN_OR_RETURN(const bool subject_whole,
                        std::visit([&](auto& subject) { return OpenRecord(commitments, &subject); },
                                   decision.subject));
    CP_ASSIGN_OR_RETURN(const bool decision_whole, OpenRecord(commitments, &decision.decision));
    whole = whole && subject_whole && decision_whole;
    logged.decision = std::move(decision);
  }
  logged.erased = !whole;
  return logged;
}

}  // namespace changepolicy
