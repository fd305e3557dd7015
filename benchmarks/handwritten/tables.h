// What does not change from one decision to the next, made once: people, services, windows, models,
// the ledger, and the constant words of the policy.
#ifndef BENCHMARKS_HANDWRITTEN_TABLES_H_
#define BENCHMARKS_HANDWRITTEN_TABLES_H_

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "benchmarks/handwritten/rules.h"
#include "changepolicy/v1/decision.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libchangepolicy/engine.h"

namespace changepolicy::handwritten {

// Instants in nanoseconds since 1970, which reach until 2262.
using Nanos = int64_t;
inline constexpr Nanos kNever = std::numeric_limits<Nanos>::max();
inline constexpr Nanos kSecond = 1'000'000'000;
inline constexpr Nanos kHour = 3600 * kSecond;

inline Nanos ToNanos(const google::protobuf::Timestamp& at) {
  return at.seconds() * kSecond + at.nanos();
}
inline Nanos ToNanos(const google::protobuf::Duration& length) {
  return length.seconds() * kSecond + length.nanos();
}

// People by number, sorted by id; one bit each.
using People = uint64_t;
inline constexpr int kMostPeople = 64;
inline People Only(int person) { return People{1} << person; }

struct Span {
  Nanos start = 0;
  Nanos end = 0;
  bool Meets(const Span& other) const { return start < other.end && other.start < end; }
};

// Services by number, as the directory lists them; one bit each.
using Services = uint64_t;
inline constexpr int kMostServices = 64;

struct PersonRow {
  std::string id;
  Nanos joined = std::numeric_limits<Nanos>::min();
  std::vector<Span> trained;  // in `change-and-release`
};

struct TeamRow {
  People members_and_leads = 0;
};

struct ServiceRow {
  std::string id;
  bool client_facing = false;
  bool critical = false;
  bool notice_owed = false;
  bool has_notice_period = false;
  Nanos notice_period = 0;
  std::string text;         // as it stands in the list of a change
  std::string notice_text;  // the period, as a literal
  int node = -1;
  std::string canonical;  // its entry in a change, by which entries are ordered
};

struct AssetRow {
  int node = -1;
  Services services = 0;
};

struct ZoneRow {  // a window or a freeze
  std::string id;
  std::string clause;
  uint32_t environments = 0;  // bits; 0: all
  Services services = 0;      // 0: all
  std::vector<Span> spans;    // sorted
  bool may_cross = false;
};

struct WorkRow {
  std::string id;
  Span span;
  std::vector<std::string> assets, services, people;
  std::vector<int> nodes;  // sorted
};

struct ModelRow {
  std::string id;
  bool approved = false;
  Nanos valid_from = 0;
  Nanos valid_until = kNever;
  bool fixes_kinds = false, fixes_assets = false, fixes_environments = false;
  uint32_t kinds = 0;         // bits
  uint32_t environments = 0;  // bits
  std::vector<std::string> assets;
  v1::ModelAssessment record;  // what the past says: runs, successes, bound, trust
};

struct IncidentRow {
  bool open = false;
  Nanos resolved = 0;
};

struct ObligationRow {
  std::string rule, team;
  Nanos due = 0;
  Nanos done = kNever;
};

// The words of an element of the policy.
struct Words {
  std::string id;
  std::vector<std::string> clauses;
  std::vector<std::string> controls;
  bool names_change = false;  // its message interpolates the change's id
  // Encoded beforehand: what stands before what varies, and after it.
  std::string wire_before, wire_after;
};

enum RoleIs : uint8_t {
  kCab,
  kCto,
  kDpo,
  kDeveloper,
  kQa,
  kQaLead,
  kDevops,
  kSecurityRole,
  kChangeReviewer,
  kChangeManager,
  kReleaseManager,
  kEmergencyApprover,
  kFreezeApprover,
  kRoleCount
};
inline constexpr std::array<std::string_view, kRoleCount> kRoleIds = {"cab",
                                                                      "cto",
                                                                      "dpo",
                                                                      "developer",
                                                                      "qa",
                                                                      "qa_lead",
                                                                      "devops",
                                                                      "security",
                                                                      "change_reviewer",
                                                                      "change_manager",
                                                                      "release_manager",
                                                                      "emergency_approver",
                                                                      "freeze_approver"};

// Letters and digits of a text that may stand for nothing.
inline constexpr size_t kLongestEmptyText = 64;

struct Tables {
  // Refuses what this program does not know how to decide by: delegations, accepted risks, tenures
  // that end, holidays, team hours and the like. The policy must be the built-in one.
  static absl::StatusOr<std::unique_ptr<const Tables>> Make(const Engine& engine);

  int FindPerson(std::string_view account) const;  // -1: nobody
  const ServiceRow* FindService(std::string_view id) const;

  std::string policy_id, policy_version, policy_digest, directory_digest, ledger_digest,
      tzdb_version;
  Nanos all_visible_from = 0;
  Nanos all_joined = std::numeric_limits<Nanos>::min();
  Nanos policy_from = 0, policy_review = 0;
  Nanos directory_until = 0, ledger_until = 0;
  Span known;  // windows and freezes are expanded for this much

  std::vector<PersonRow> people;
  People machines = 0;
  std::array<People, kRoleCount> roles = {};
  absl::flat_hash_map<std::string, int> accounts;
  absl::flat_hash_map<std::string, TeamRow> teams;
  std::vector<ServiceRow> services;  // as the directory lists them
  absl::flat_hash_map<std::string, int> service_numbers;
  absl::flat_hash_map<std::string, AssetRow> assets;
  std::vector<std::string> node_ids;
  std::vector<std::vector<bool>> leads_to;  // by node
  std::string services_text;                // of the directory
  std::vector<ZoneRow> windows, freezes;    // all windows are of the same environments
  std::vector<WorkRow> works;               // by start, then id
  absl::flat_hash_map<std::string, ModelRow> models;
  absl::flat_hash_map<std::string, IncidentRow> incidents;
  std::vector<ObligationRow> obligations;
  // By team: until when each emergency counts.
  absl::flat_hash_map<std::string, std::vector<Nanos>> emergencies;
  absl::flat_hash_set<std::string> empty_texts;  // placeholders and templates, bare

  std::array<Words, kRuleCount> rules;
  std::array<Words, kFactorCount> factors;
  std::array<int, kFactorCount> points = {};
  std::array<v1::Dimension, kFactorCount> dimensions = {};
  std::array<Words, kOwedCount> obligations_words;
  std::array<Words, kCategoryCount> categories;
  std::array<Words, kPriorityCount> priorities;
};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_TABLES_H_
