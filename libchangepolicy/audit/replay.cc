#include "libchangepolicy/audit/replay.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "libchangepolicy/audit/composer.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/supersession.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy {

namespace {

constexpr size_t kMostDifferences = 20;

// The scope in which the rules of the log hold, where they are not those of this machine.
std::optional<ScopedZoneFolder> ScopeOf(const std::shared_ptr<const ZoneRulesFolder>& zones) {
  if (zones == nullptr) return std::nullopt;
  return std::optional<ScopedZoneFolder>(std::in_place, zones->folder());
}

}  // namespace

FixedCommitments::FixedCommitments(const std::vector<v1::Opening>& openings) {
  by_value_.reserve(openings.size());
  by_commitment_.reserve(openings.size());
  for (const v1::Opening& opening : openings) {
    by_value_.emplace(opening.value(), opening.commitment());
    by_commitment_.emplace(opening.commitment(), opening.value());
  }
}

absl::StatusOr<std::string> FixedCommitments::Commit(const std::string& value) {
  const auto known = by_value_.find(value);
  return known == by_value_.end() ? "commitment:none" : known->second;
}

absl::StatusOr<std::optional<std::string>> FixedCommitments::Open(const std::string& commitment) {
  const auto known = by_commitment_.find(commitment);
  return known == by_commitment_.end() ? std::nullopt : std::optional(known->second);
}

absl::StatusOr<std::unique_ptr<ZoneRulesFolder>> ZoneRulesFolder::Create(
    const v1::ZoneRules& rules) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  std::string pattern = (temporary / "changepolicy-zones-XXXXXX").string();
  if (error || mkdtemp(pattern.data()) == nullptr) {
    return absl::UnavailableError(
        ToAbsl(StrCat("no folder for the zone rules of the log could be "
                      "made below `",
                      temporary.string(), "`; TMPDIR names another place")));
  }
  const fs::path folder = pattern;
  auto made = std::unique_ptr<ZoneRulesFolder>(
      new ZoneRulesFolder({.path = pattern, .version = rules.version()}));
  for (const v1::ZoneFile& zone : rules.zones()) {
    // The log may come from anybody: a name must not lead out of the folder.
    const bool plain = !zone.name().empty() && zone.name()[0] != '/' &&
                       zone.name().find("..") == std::string::npos;
    if (!plain)
      return absl::DataLossError(ToAbsl(StrCat("`", zone.name(), "` names no time zone")));
    const fs::path file = folder / zone.name();
    if (!error) fs::create_directories(file.parent_path(), error);
    std::ofstream out(file, std::ios::binary);
    out << zone.tzif();
    out.close();
    if (error || !out) {
      return absl::UnavailableError(
          ToAbsl(StrCat("the zone rules of the log could not be written "
                        "below `",
                        temporary.string(), "`; TMPDIR names another place")));
    }
  }
  return made;
}

ZoneRulesFolder::~ZoneRulesFolder() {
  std::error_code ignored;  // what is left lies in the folder for temporary files
  std::filesystem::remove_all(folder_.path, ignored);
}

absl::StatusOr<std::shared_ptr<const ZoneRulesFolder>> ReplayContexts::ZonesOf(
    const std::string& blob) {
  if (const auto known = zones_.find(blob); known != zones_.end()) return known->second;
  v1::ZoneRules rules;
  bool erased = false;
  CP_RETURN_IF_ERROR(log_->ReadBlob(blob, &rules, &erased));
  bool same = rules.version() == ZoneRulesVersion();
  for (const v1::ZoneFile& zone : rules.zones()) {
    if (!same) break;
    const absl::StatusOr<std::string> here = ReadZoneFile(zone.name());
    same = here.ok() && *here == zone.tzif();
  }
  std::shared_ptr<const ZoneRulesFolder> folder;
  if (!same) {
    CP_ASSIGN_OR_RETURN(folder, ZoneRulesFolder::Create(rules));
  }
  return zones_[blob] = std::move(folder);
}

absl::Status ReplayContexts::Fill(const v1::DecisionRecord& record, ReplayContext* context) {
  CP_ASSIGN_OR_RETURN(context->zones, ZonesOf(record.zones()));
  const std::optional<ScopedZoneFolder> scope = ScopeOf(context->zones);
  v1::PolicyDocuments documents;
  v1::Organization stored;
  bool erased = false;
  CP_RETURN_IF_ERROR(log_->ReadBlob(record.policy(), &documents, &erased));
  std::vector<NamedText> texts;
  for (const v1::PolicyDocumentText& document : documents.documents()) {
    texts.push_back({document.name(), document.text()});
  }
  PolicyResult policy = Policy::Load(texts);
  if (!policy.policy.has_value()) {
    context->problem = StrCat("the policy of this entry is none for this library: ",
                              policy.issues.empty() ? "" : policy.issues.front().message);
    return absl::OkStatus();
  }
  CP_RETURN_IF_ERROR(log_->ReadBlob(record.directory(), stored.mutable_directory(), &erased));
  context->erased = erased;
  CP_RETURN_IF_ERROR(log_->ReadBlob(record.ledger(), stored.mutable_ledger(), &erased));
  context->erased = context->erased || erased;
  if (context->erased) return absl::OkStatus();
  context->rules = SealRulesOf(policy.policy->proto());
  CP_RETURN_IF_ERROR(AddPersonalValues(*context->rules, stored.directory(), &context->values));
  CP_RETURN_IF_ERROR(AddPersonalValues(*context->rules, stored.ledger(), &context->values));
  OrganizationResult organization = Organization::Create(std::move(stored));
  if (!organization.organization.has_value()) {
    context->problem =
        StrCat("the organization of this entry is none for this library: ",
               organization.issues.empty() ? "" : organization.issues.front().message);
    return absl::OkStatus();
  }
  context->engine.emplace(*std::move(policy.policy), *std::move(organization.organization));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const ReplayContext>> ReplayContexts::Of(
    const v1::DecisionRecord& record) {
  const auto key =
      std::make_tuple(record.policy(), record.directory(), record.ledger(), record.zones());
  if (const auto known = contexts_.find(key); known != contexts_.end()) return known->second;
  auto context = std::make_shared<ReplayContext>();
  const absl::Status filled = Fill(record, context.get());
  if (!filled.ok()) {
    context->engine.reset();
    context->problem = std::string(MessageOf(filled));
  }
  // Organizations change with every ledger: of a long log only the last ones are needed.
  constexpr size_t kMostContexts = 256;
  if (contexts_.size() >= kMostContexts) contexts_.clear();
  return contexts_[key] = std::move(context);
}

v1::ReplayedEntry ReplayEntry(const LoggedEntry& entry, const ReplayContext& context,
                              Commitments* commitments) {
  const v1::DecisionRecord& record = entry.entry.decision();
  v1::ReplayedEntry replayed;
  replayed.set_index(entry.index);
  replayed.set_subject_id(record.subject_id());
  const auto finish = [&](v1::ReplayOutcome outcome, std::string_view detail) {
    replayed.set_outcome(outcome);
    replayed.set_detail(std::string(detail));
    return replayed;
  };
  const v1::Decision& stored = entry.decision->decision;
  if (stored.semantics_version() != kSemanticsVersion) {
    return finish(v1::REPLAY_OUTCOME_OTHER_SEMANTICS,
                  StrCat("made by semantics version ", stored.semantics_version(),
                         "; this library has ", kSemanticsVersion));
  }
  if (entry.erased || context.erased) {
    return finish(v1::REPLAY_OUTCOME_ERASED, "personal data that it was made from are erased");
  }
  if (!context.engine.has_value()) return finish(v1::REPLAY_OUTCOME_FAILED, context.problem);
  const std::optional<ScopedZoneFolder> scope = ScopeOf(context.zones);
  const Question question{.now = FromProto(record.now()),
                          .transition = record.transition(),
                          .detail = record.detail(),
                          .subject_digest = record.subject_digest()};
  absl::StatusOr<v1::Decision> decided =
      std::visit([&](const auto& subject) { return context.engine->Decide(subject, question); },
                 entry.decision->subject);
  if (!decided.ok()) return finish(v1::REPLAY_OUTCOME_FAILED, MessageOf(decided.status()));
  PersonalValues seen(&context.values);
  absl::Status status = std::visit(
      [&](const auto& subject) { return AddPersonalValues(*context.rules, subject, &seen); },
      entry.decision->subject);
  v1::Decision sealed = *std::move(decided);
  // Which versions follow is no input of the log's: what the decision says of it is taken from it.
  if (stored.has_superseded_from() && FromProto(stored.superseded_from()) > question.now) {
    SupersedeFrom(FromProto(stored.superseded_from()), &sealed);
  }
  if (status.ok()) {
    status = SealDecision(*context.rules, commitments, seen,
                          DigestsOf(context.engine->policy().proto(), record), &sealed);
  }
  if (!status.ok()) return finish(v1::REPLAY_OUTCOME_FAILED, MessageOf(status));
  if (NormativeBytes(sealed) == record.decision()) {
    return finish(v1::REPLAY_OUTCOME_SAME, "");
  }
  finish(v1::REPLAY_OUTCOME_DIFFERENT, "");
  v1::Decision stored_sealed;
  if (stored_sealed.ParseFromString(record.decision())) {
    for (v1::FieldDifference& difference : DifferencesOf(stored_sealed, sealed, kMostDifferences)) {
      // Shown as people read it, compared as it is stored.
      for (std::string* const text : {difference.mutable_stored(), difference.mutable_replayed()}) {
        if (!IsCommitment(*text)) continue;
        const absl::StatusOr<std::optional<std::string>> value = commitments->Open(*text);
        if (value.ok() && value->has_value()) *text = **value;
      }
      *replayed.add_differences() = std::move(difference);
    }
  }
  if (replayed.differences().empty()) {
    replayed.set_detail("the same fields in other bytes");
  }
  return replayed;
}

}  // namespace changepolicy
