// Deciding a logged decision again: the part that is the same for one entry and for a million.
#ifndef LIBCHANGEPOLICY_AUDIT_REPLAY_H_
#define LIBCHANGEPOLICY_AUDIT_REPLAY_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>

#include "libchangepolicy/audit/seal.h"
#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/base/zone_rules.h"

namespace changepolicy {

// Commitments that do not change any more. Thread-safe.
class FixedCommitments final : public Commitments {
 public:
  explicit FixedCommitments(const std::vector<v1::Opening>& openings);

  // A value without one becomes a text that no log holds, so that the comparison tells.
  absl::StatusOr<std::string> Commit(const std::string& value) override;
  absl::StatusOr<std::optional<std::string>> Open(const std::string& commitment) override;

 private:
  std::unordered_map<std::string, std::string> by_value_, by_commitment_;
};

// Zone rules of a log in a folder, which is removed with it.
class ZoneRulesFolder {
 public:
  static absl::StatusOr<std::unique_ptr<ZoneRulesFolder>> Create(const v1::ZoneRules& rules);
  ~ZoneRulesFolder();
  ZoneRulesFolder(const ZoneRulesFolder&) = delete;
  ZoneRulesFolder& operator=(const ZoneRulesFolder&) = delete;

  const ZoneFolder& folder() const { return folder_; }

 private:
  explicit ZoneRulesFolder(ZoneFolder folder) : folder_(std::move(folder)) {}
  ZoneFolder folder_;
};

// What decisions by one policy in one organization under some zone rules have in common.
struct ReplayContext {
  std::optional<Engine> engine;
  std::optional<SealRules> rules;
  PersonalValues values;
  std::shared_ptr<const ZoneRulesFolder> zones;  // null: this machine has the same
  bool erased = false;
  std::string problem;  // why there is no engine
};

// Makes contexts from the blobs of a log, each once. Thread-compatible.
class ReplayContexts {
 public:
  ReplayContexts(AuditLog* log, Commitments* commitments) : log_(log), commitments_(commitments) {}

  // An error is one of the log's file; what is wrong with an input stands in the context.
  absl::StatusOr<std::shared_ptr<const ReplayContext>> Of(const v1::DecisionRecord& record);

 private:
  absl::Status Fill(const v1::DecisionRecord& record, ReplayContext* context);
  absl::StatusOr<std::shared_ptr<const ZoneRulesFolder>> ZonesOf(const std::string& blob);

  AuditLog* const log_;
  Commitments* const commitments_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>,
           std::shared_ptr<const ReplayContext>>
      contexts_;
  std::map<std::string, std::shared_ptr<const ZoneRulesFolder>> zones_;
};

// Thread-safe. The outcome, and where it is not SAME, why.
v1::ReplayedEntry ReplayEntry(const LoggedEntry& entry, const ReplayContext& context,
                              Commitments* commitments);

// Where two decisions differ, in the order of the fields; at most `most`.
std::vector<v1::FieldDifference> DifferencesOf(const google::protobuf::Message& stored,
                                               const google::protobuf::Message& replayed,
                                               size_t most);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_REPLAY_H_
