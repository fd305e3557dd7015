#include "benchmarks/handwritten/tables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/change_model.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/visibility.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy::handwritten {
namespace {

constexpr int kDaysKnownBefore = 400;
constexpr int kDaysKnownAfter = 400;
constexpr std::string_view kCourse = "change-and-release";

Nanos ToNanos(absl::Time at) {
  if (at == absl::InfiniteFuture()) return kNever;
  if (at == absl::InfinitePast()) return std::numeric_limits<Nanos>::min();
  return absl::ToUnixNanos(at);
}
using handwritten::ToNanos;

absl::Status Unknown(std::string_view what) {
  return InvalidArgument(StrCat("the hand-written decision does not know about ", what));
}

// As a list of messages stands among facts.
std::string TextOf(const google::protobuf::Message& message) {
  return cel::Value::BorrowedMessage(message).ToString(1000);
}

class Maker {
 public:
  explicit Maker(const Engine& engine)
      : policy_(*engine.policy().checked()),
        organization_(*engine.organization().bound()),
        directory_(organization_.directory().proto()),
        ledger_(organization_.proto().ledger()) {}

  absl::StatusOr<std::unique_ptr<const Tables>> Make() {
    if (policy_.policy().policy().id() != "saas-change-and-release" ||
        !policy_.overlay_changes().empty()) {
      return Unknown("other policies than the built-in one");
    }
    CP_RETURN_IF_ERROR(AddHead());
    CP_RETURN_IF_ERROR(AddPeople());
    CP_RETURN_IF_ERROR(AddServices());
    CP_RETURN_IF_ERROR(AddCalendar());
    CP_RETURN_IF_ERROR(AddModels());
    AddLedger();
    CP_RETURN_IF_ERROR(AddWords());
    return std::move(tables_);
  }

 private:
  absl::Status AddHead() {
    const v1::Policy& policy = policy_.policy();
    tables_->policy_id = policy.policy().id();
    tables_->policy_version = policy.policy().version();
    tables_->policy_digest = policy_.digest();
    tables_->directory_digest = organization_.directory_digest();
    tables_->ledger_digest = organization_.ledger_digest();
    tables_->tzdb_version =
        policy_.zone_rules().empty() ? organization_.zone_rules() : policy_.zone_rules();
    tables_->all_visible_from =
        ToNanos(AllVisibleFrom(absl::ZeroDuration(), organization_.proto()));
    tables_->policy_from = ToNanos(policy.policy().effective_from());
    tables_->policy_review = ToNanos(policy.policy().next_review());
    if (!directory_.has_taken_at() || !ledger_.has_taken_at()) return Unknown("undated parts");
    tables_->directory_until =
        ToNanos(directory_.taken_at()) + ToNanos(policy.limits().directory_age());
    tables_->ledger_until = ToNanos(ledger_.taken_at()) + ToNanos(policy.limits().ledger_age());
    const Nanos taken = ToNanos(ledger_.taken_at());
    tables_->known = {taken - kDaysKnownBefore * 24 * kHour, taken + kDaysKnownAfter * 24 * kHour};
    for (const auto* const texts : {&policy.text().placeholders(), &policy.text().templates()}) {
      for (const std::string& text : *texts) {
        std::string bare = BareText(text);
        if (bare.size() > kLongestEmptyText) return Unknown("such long templates");
        tables_->empty_texts.insert(std::move(bare));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddPeople() {
    if (!directory_.delegations().empty()) return Unknown("delegations");
    if (!directory_.accepted_risks().empty()) return Unknown("accepted risks");
    if (directory_.people_size() > kMostPeople) return Unknown("so many people");
    const Roster& roster = organization_.directory().roster();
    for (int i = 0; i < roster.size(); ++i) {
      const v1::Person& person = roster.person(i);
      if (person.has_left_at() || !person.unavailable().empty()) return Unknown("absences");
      PersonRow& row = tables_->people.emplace_back();
      row.id = person.id();
      if (person.has_joined_at()) {
        row.joined = ToNanos(person.joined_at());
        tables_->all_joined = std::max(tables_->all_joined, row.joined);
      }
      if (person.service_account()) tables_->machines |= Only(i);
      tables_->accounts[FoldAccount(person.id())] = i;
      for (const std::string& account : person.accounts()) {
        tables_->accounts[FoldAccount(account)] = i;
      }
    }
    for (const v1::Role& role : directory_.roles()) {
      if (!role.memberships().empty()) return Unknown("memberships for a time");
      for (int r = 0; r < kRoleCount; ++r) {
        if (kRoleIds[static_cast<size_t>(r)] != role.id()) continue;
        tables_->roles[static_cast<size_t>(r)] = PeopleIn(role.members());
      }
    }
    for (const v1::Team& team : directory_.teams()) {
      if (!team.memberships().empty()) return Unknown("memberships for a time");
      if (!team.part_of().empty()) return Unknown("teams of teams");
      if (!team.hours().empty() || !team.unavailable().empty()) return Unknown("hours of teams");
      tables_->teams[team.id()].members_and_leads =
          PeopleIn(team.members()) | PeopleIn(team.leads());
    }
    for (const v1::Training& training : directory_.training()) {
      const int person = tables_->FindPerson(training.person());
      if (person < 0 || training.course() != kCourse || !training.has_completed_at()) continue;
      const Span span = {ToNanos(training.completed_at()),
                         training.has_expires_at() ? ToNanos(training.expires_at()) : kNever};
      if (span.start < span.end) {
        tables_->people[static_cast<size_t>(person)].trained.push_back(span);
      }
    }
    return absl::OkStatus();
  }

  template <typename List>
  People PeopleIn(const List& accounts) const {
    People people = 0;
    for (const std::string& account : accounts) {
      const int person = tables_->FindPerson(account);
      if (person >= 0) people |= Only(person);
    }
    return people & ~tables_->machines;
  }

  int Node(const std::string& id) {
    tables_->node_ids.push_back(id);
    return static_cast<int>(tables_->node_ids.size()) - 1;
  }

  absl::Status AddServices() {
    if (directory_.services_size() > kMostServices) return Unknown("so many services");
    tables_->services_text.push_back('[');
    for (const v1::Service& service : directory_.services()) {
      if (!service.part_of().empty()) return Unknown("services of services");
      if (!service.has_client_facing() || !service.has_critical() || !service.has_notice_owed() ||
          service.data_classes().empty()) {
        return Unknown("services of which something is not stated");
      }
      tables_->service_numbers[service.id()] = static_cast<int>(tables_->services.size());
      ServiceRow& row = tables_->services.emplace_back();
      row.id = service.id();
      row.client_facing = service.client_facing();
      row.critical = service.critical();
      row.notice_owed = service.notice_owed();
      row.has_notice_period = service.has_notice_period();
      row.notice_period = ToNanos(service.notice_period());
      row.notice_text = cel::Value::Duration(FromProto(service.notice_period())).ToString(120);
      row.node = Node(service.id());
      v1::AffectedService affected;
      affected.set_id(service.id());
      affected.set_client_facing(service.client_facing());
      affected.set_critical(service.critical());
      affected.set_notice_owed(service.notice_owed());
      *affected.mutable_data_classes() = service.data_classes();
      row.text = TextOf(affected);
      CP_ASSIGN_OR_RETURN(const std::string canonical, CanonicalBytes(affected));
      row.canonical = StrCat(std::string(1, static_cast<char>(canonical.size())), canonical);
      if (canonical.size() > 127) return Unknown("such long ids");
      StrAppend(&tables_->services_text, tables_->services.size() > 1 ? ", " : "", TextOf(service));
    }
    tables_->services_text.push_back(']');
    if (tables_->services_text.size() > 120) {
      tables_->services_text.resize(120);
      tables_->services_text += "...";
    }
    std::vector<std::pair<int, int>> edges;
    for (const v1::Service& service : directory_.services()) {
      const int from = tables_->FindService(service.id())->node;
      for (const std::string& other : service.depends_on()) {
        const ServiceRow* const row = tables_->FindService(other);
        if (row == nullptr) return Unknown("services that are not there");
        edges.emplace_back(from, row->node);
      }
      for (const std::string& id : service.assets()) {
        AssetRow& asset = tables_->assets[id];
        if (asset.node < 0) asset.node = Node(id);
        asset.services |= Services{1} << tables_->service_numbers[service.id()];
        edges.emplace_back(from, asset.node);
      }
    }
    const size_t nodes = tables_->node_ids.size();
    auto& leads = tables_->leads_to;
    leads.assign(nodes, std::vector<bool>(nodes, false));
    for (const auto& [from, to] : edges) leads[size_t(from)][size_t(to)] = true;
    for (size_t via = 0; via < nodes; ++via) {
      for (size_t from = 0; from < nodes; ++from) {
        if (!leads[from][via]) continue;
        for (size_t to = 0; to < nodes; ++to) {
          if (leads[via][to]) leads[from][to] = true;
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddZone(const std::string& id, const std::string& clause,
                       const v1::CalendarScope& scope, const Times& times, ZoneRow* row) {
    if (!scope.teams().empty() || !scope.change_models().empty()) {
      return Unknown("windows and freezes of teams or models");
    }
    row->id = id;
    row->clause = clause;
    for (const std::string& service : scope.services()) {
      const auto found = tables_->service_numbers.find(service);
      if (found == tables_->service_numbers.end()) return Unknown("services that are not there");
      row->services |= Services{1} << found->second;
    }
    for (const int environment : scope.environments()) row->environments |= 1u << environment;
    std::vector<Interval> intervals;
    std::vector<std::string> problems;
    const Interval known{absl::FromUnixNanos(tables_->known.start),
                         absl::FromUnixNanos(tables_->known.end)};
    if (!times.Expand(known, &intervals, &problems) || !problems.empty()) {
      return Unknown("times that cannot be computed");
    }
    std::sort(intervals.begin(), intervals.end());
    for (const Interval& interval : intervals) {
      row->spans.push_back({ToNanos(interval.start), ToNanos(interval.end)});
    }
    return absl::OkStatus();
  }

  // Runs that touch are one.
  static void Join(std::vector<Span>* spans) {
    std::vector<Span> joined;
    for (const Span& span : *spans) {
      if (!joined.empty() && span.start <= joined.back().end) {
        joined.back().end = std::max(joined.back().end, span.end);
      } else {
        joined.push_back(span);
      }
    }
    *spans = std::move(joined);
  }

  absl::Status AddCalendar() {
    if (!directory_.calendar().lead_times().empty()) return Unknown("lead times");
    const CompiledCalendar& calendar = organization_.directory().calendar();
    for (const CompiledWindow& compiled : calendar.windows()) {
      const v1::MaintenanceWindow& window = compiled.window;
      CP_RETURN_IF_ERROR(AddZone(window.id(), window.clause(), window.scope(), compiled.times,
                                 &tables_->windows.emplace_back()));
      if (!window.scope().services().empty() ||
          tables_->windows.back().environments != tables_->windows.front().environments) {
        return Unknown("windows that differ in their scope");
      }
    }
    for (const CompiledFreeze& compiled : calendar.freezes()) {
      const v1::Freeze& freeze = compiled.freeze;
      ZoneRow& row = tables_->freezes.emplace_back();
      CP_RETURN_IF_ERROR(
          AddZone(freeze.id(), freeze.clause(), freeze.scope(), compiled.times, &row));
      Join(&row.spans);
      row.may_cross = freeze.emergency_may_cross();
      if (freeze.overrun_allowed() || !freeze.approver_roles().empty()) {
        return Unknown("freezes with overrun or approvers of their own");
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddModels() {
    const Roster& roster = organization_.directory().roster();
    for (const v1::ChangeModel& model : directory_.change_models()) {
      ModelRow& row = tables_->models[model.id()];
      row.id = model.id();
      if (model.has_provisional_until()) return Unknown("models for a time");
      row.approved = model.has_approved_at() &&
                     std::any_of(model.approved_by().begin(), model.approved_by().end(),
                                 [&](const std::string& account) {
                                   const int person = roster.Find(account);
                                   return person != kNobody && !roster.IsServiceAccount(person);
                                 });
      row.valid_from = ToNanos(model.approved_at());
      if (model.has_expires_at()) row.valid_until = ToNanos(model.expires_at());
      if (model.has_retired_at()) {
        row.valid_until = std::min(row.valid_until, ToNanos(model.retired_at()));
      }
      for (const v1::FixedField& fixed : model.fixed()) {
        if (fixed.field() == "kinds") {
          row.fixes_kinds = true;
          for (const std::string& value : fixed.values()) {
            v1::ChangeKind kind;
            if (!v1::ChangeKind_Parse(StrCat("CHANGE_KIND_", value), &kind)) {
              return Unknown("such kinds");
            }
            row.kinds |= 1u << kind;
          }
        } else if (fixed.field() == "assets") {
          row.fixes_assets = true;
          row.assets = {fixed.values().begin(), fixed.values().end()};
        } else if (fixed.field() == "environments") {
          row.fixes_environments = true;
          for (const std::string& value : fixed.values()) {
            v1::Environment environment;
            if (!v1::Environment_Parse(StrCat("ENVIRONMENT_", value), &environment)) {
              return Unknown("such environments");
            }
            row.environments |= 1u << environment;
          }
        } else {
          return Unknown("models that fix other fields");
        }
      }
      // What the past says of it does not hang on the change.
      flat::ChangeRequest named;
      named.set_change_model(model.id());
      flat::Arena arena;
      const bool is_copied =
          flat::CopyTo(*AssessModel({.change = &named,
                                     .directory = &directory_,
                                     .history = &organization_.model_history(),
                                     .trust = &policy_.policy().model_trust(),
                                     .now = absl::FromUnixNanos(tables_->all_visible_from)},
                                    &arena, nullptr),
                       &row.record);
      if (!is_copied) return Unknown("models of this size");
      row.record.clear_drift();
      row.record.clear_valid();
    }
    return absl::OkStatus();
  }

  void AddLedger() {
    for (const v1::ScheduledWork& work : ledger_.scheduled()) {
      if (!work.has_start() || !work.has_end()) continue;
      WorkRow& row = tables_->works.emplace_back();
      row.id = work.subject_id();
      row.span = {ToNanos(work.start()), ToNanos(work.end())};
      row.assets = {work.assets().begin(), work.assets().end()};
      row.services = {work.services().begin(), work.services().end()};
      row.people = {work.people().begin(), work.people().end()};
      for (const std::string& id : row.services) {
        const ServiceRow* const service = tables_->FindService(id);
        if (service != nullptr) row.nodes.push_back(service->node);
      }
      for (const std::string& id : row.assets) {
        const auto asset = tables_->assets.find(id);
        if (asset != tables_->assets.end()) row.nodes.push_back(asset->second.node);
      }
      std::sort(row.nodes.begin(), row.nodes.end());
    }
    std::sort(tables_->works.begin(), tables_->works.end(), [](const WorkRow& a, const WorkRow& b) {
      return std::tie(a.span.start, a.id, a.span.end) < std::tie(b.span.start, b.id, b.span.end);
    });
    for (const v1::Incident& incident : ledger_.incidents()) {
      IncidentRow& row = tables_->incidents[incident.id()];
      row.open |= !incident.has_resolved_at();
      row.resolved = std::max(row.resolved, ToNanos(incident.resolved_at()));
    }
    for (const v1::Obligation& obligation : ledger_.obligations()) {
      if (!obligation.has_due_at()) continue;
      ObligationRow& row = tables_->obligations.emplace_back();
      row.rule = obligation.rule();
      row.team = obligation.team();
      row.due = ToNanos(obligation.due_at());
      if (obligation.has_done_at()) row.done = ToNanos(obligation.done_at());
    }
    absl::flat_hash_map<std::string, absl::flat_hash_map<std::string, Nanos>> latest;
    for (const v1::PastRun& run : ledger_.past_runs()) {
      if (run.category() != v1::CATEGORY_EMERGENCY) continue;
      Nanos& at = latest[run.team()][run.subject_id()];
      at = std::max(at, ToNanos(run.happened_at()) + 720 * kHour);
    }
    for (const auto& [team, runs] : latest) {
      for (const auto& [subject, until] : runs) tables_->emergencies[team].push_back(until);
    }
  }

  template <typename Lists, typename Ids, typename Words, typename Visit>
  absl::Status Take(const Lists& list, const std::vector<CheckedRule>& checked, const Ids& ids,
                    Words* words, Visit visit) {
    for (int i = 0; i < list.size(); ++i) {
      for (size_t id = 0; id < ids.size(); ++id) {
        if (ids[id] != list[i].id()) continue;
        auto& entry = (*words)[id];
        const CheckedRule& rule = checked[static_cast<size_t>(i)];
        entry.id = list[i].id();
        entry.clauses = {list[i].clauses().begin(), list[i].clauses().end()};
        entry.controls.assign(rule.controls.begin(), rule.controls.end());
        for (const MessageTemplate::Piece& piece : rule.message.pieces) {
          if (!piece.expression.has_value()) continue;
          if (piece.text != "change.id") return Unknown("messages that name more than the change");
          entry.names_change = true;
        }
        visit(id, list[i], &entry);
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddWords() {
    const v1::Policy& policy = policy_.policy();
    const auto outcome = [&](const char* kind) {
      return [kind](size_t, const auto&, Words* words) {
        v1::RuleOutcome before, after;
        before.set_rule(words->id);
        after.set_kind(kind);
        *after.mutable_clauses() = {words->clauses.begin(), words->clauses.end()};
        *after.mutable_controls() = {words->controls.begin(), words->controls.end()};
        words->wire_before = before.SerializeAsString();
        words->wire_after = after.SerializeAsString();
      };
    };
    CP_RETURN_IF_ERROR(Take(policy.approvals(), policy_.approvals(), kRuleIds, &tables_->rules,
                            outcome("approval")));
    CP_RETURN_IF_ERROR(
        Take(policy.gates(), policy_.gates(), kRuleIds, &tables_->rules, outcome("gate")));
    CP_RETURN_IF_ERROR(Take(policy.risk().factors(), policy_.factors(), kFactorIds,
                            &tables_->factors,
                            [&](size_t id, const v1::RiskFactor& factor, Words* words) {
                              tables_->points[id] = factor.points();
                              tables_->dimensions[id] = factor.dimension();
                              v1::RiskPoint point;
                              point.set_factor(factor.id());
                              point.set_points(factor.points());
                              point.set_dimension(factor.dimension());
                              *point.mutable_clauses() = factor.clauses();
                              words->wire_before = point.SerializeAsString();
                            }));
    CP_RETURN_IF_ERROR(Take(policy.obligations(), policy_.obligations(), kOwedIds,
                            &tables_->obligations_words,
                            [](size_t, const v1::ObligationRule& rule, Words* words) {
                              v1::ObligationDue before, after;
                              before.set_rule(rule.id());
                              *after.mutable_clauses() = rule.clauses();
                              words->wire_before = before.SerializeAsString();
                              words->wire_after = after.SerializeAsString();
                            }));
    CP_RETURN_IF_ERROR(Take(policy.categories(), policy_.categories(), kCategoryIds,
                            &tables_->categories,
                            [](size_t, const v1::CategoryRule& rule, Words* words) {
                              v1::Categorization made;
                              made.set_category(rule.category());
                              made.set_status(v1::STATUS_SATISFIED);
                              made.set_rule(rule.id());
                              *made.mutable_clauses() = rule.clauses();
                              words->wire_before = made.SerializeAsString();
                            }));
    CP_RETURN_IF_ERROR(Take(policy.priorities(), policy_.priorities(), kPriorityIds,
                            &tables_->priorities,
                            [](size_t, const v1::PriorityRule& rule, Words* words) {
                              v1::PriorityAssessment made;
                              made.set_rule(rule.id());
                              *made.mutable_clauses() = rule.clauses();
                              words->wire_after = made.SerializeAsString();
                            }));
    for (const Words& words : tables_->rules) {
      if (words.id.empty()) return Unknown("a policy without one of its rules");
    }
    return absl::OkStatus();
  }

  const CheckedPolicy& policy_;
  const BoundOrganization& organization_;
  const v1::Directory& directory_;
  const v1::Ledger& ledger_;
  std::unique_ptr<Tables> tables_ = std::make_unique<Tables>();
};

}  // namespace

absl::StatusOr<std::unique_ptr<const Tables>> Tables::Make(const Engine& engine) {
  return Maker(engine).Make();
}

int Tables::FindPerson(std::string_view account) const {
  auto found = accounts.find(ToAbsl(account));
  if (found == accounts.end()) found = accounts.find(FoldAccount(account));
  return found == accounts.end() ? -1 : found->second;
}

const ServiceRow* Tables::FindService(std::string_view id) const {
  const auto found = service_numbers.find(ToAbsl(id));
  return found == service_numbers.end() ? nullptr : &services[static_cast<size_t>(found->second)];
}

}  // namespace changepolicy::handwritten
