#include "libchangepolicy/eval/due_directory.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/workspace.h"

namespace changepolicy {
namespace {

v1::DueItem MakeItem(v1::DueKind kind, v1::DueSource source, const std::string& id,
                     const google::protobuf::Timestamp& due_at) {
  v1::DueItem item;
  item.set_kind(kind);
  item.set_source(source);
  item.set_id(id);
  *item.mutable_due_at() = due_at;
  return item;
}

// One for each owner; one without where there is none.
template <typename Owners>
void AddForEach(const v1::DueItem& item, const Owners& owners, std::vector<v1::DueItem>* items) {
  for (const std::string& owner : std::set<std::string>(owners.begin(), owners.end())) {
    items->push_back(item);
    items->back().set_owner(owner);
  }
  if (owners.empty()) items->push_back(item);
}

// The team in which the person is, where there is exactly one.
std::string OnlyTeam(int person, const v1::Directory& directory, const Roster& roster,
                     absl::Time now) {
  std::string only;
  for (const v1::Team& team : directory.teams()) {
    if (!roster.InTeam(person, team.id(), now)) continue;
    if (!only.empty()) return "";
    only = team.id();
  }
  return only;
}

bool IsInvolved(int person, const v1::Policy& policy, const Roster& roster, absl::Time now) {
  return std::any_of(policy.roles().begin(), policy.roles().end(),
                     [&](const auto& role) { return roster.HasRole(person, role.id(), now); });
}

}  // namespace

std::vector<v1::DueItem> ListRiskDuties(const v1::Policy& policy,
                                        const BoundOrganization& organization, absl::Time now,
                                        std::vector<std::string>* problems) {
  std::vector<v1::DueItem> items;
  const v1::Exceptions& exceptions = policy.exceptions();
  if (!exceptions.has_needs()) return items;
  const WorkspaceLease workspace;
  ApprovalContext context;
  context.arena = &workspace->arena;
  context.roster = &organization.directory().roster();
  context.policy = &policy;
  context.now = now;
  for (const v1::AcceptedRisk& risk : organization.directory().proto().accepted_risks()) {
    if (!HasHonouredPeriod(risk, exceptions) || FromProto(risk.end()) <= now) continue;
    const RuleAnswer approved = EvaluateException(risk, context);
    if (approved.status == v1::STATUS_ERROR) {
      problems->push_back(StrCat("accepted risk ", risk.id(), ": ", approved.error));
    } else if (approved.status != v1::STATUS_SATISFIED && approved.status != v1::STATUS_UNKNOWN) {
      continue;
    }
    v1::DueItem item =
        MakeItem(v1::DUE_KIND_EXCEPTION_END, v1::DUE_SOURCE_DIRECTORY, risk.id(), risk.end());
    item.set_owner(risk.requester());
    if (risk.subjects_size() == 1) item.set_subject_id(risk.subjects(0));
    *item.mutable_clauses() = exceptions.clauses();
    *item.mutable_unknown() = {approved.unknown.begin(), approved.unknown.end()};
    items.push_back(item);
    if (risk.compensating_control().empty()) continue;
    item.set_kind(v1::DUE_KIND_COMPENSATING_CONTROL);
    item.set_rule(kCompensatingControl);
    *item.mutable_due_at() = risk.start();
    v1::Parameter* const control = item.add_parameters();
    control->set_name("compensating_control");
    control->set_value(risk.compensating_control());
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<v1::DueItem> ListTrainingDuties(const v1::Policy& policy,
                                            const BoundOrganization& organization, absl::Time now) {
  const v1::Directory& directory = organization.directory().proto();
  const Roster& roster = organization.directory().roster();
  // By person and course: when the last completion ends; for ever where one does not.
  std::map<std::pair<int, std::string>, absl::Time> ends;
  for (const v1::Training& training : directory.training()) {
    const int person = roster.Find(training.person());
    if (person == kNobody || !training.has_completed_at() ||
        FromProto(training.completed_at()) > now) {
      continue;
    }
    const absl::Time end =
        training.has_expires_at() ? FromProto(training.expires_at()) : absl::InfiniteFuture();
    absl::Time& last = ends.try_emplace({person, training.course()}, end).first->second;
    last = std::max(last, end);
  }
  std::vector<v1::DueItem> items;
  for (const auto& [key, end] : ends) {
    const auto& [person, course] = key;
    if (end == absl::InfiniteFuture() || !IsInvolved(person, policy, roster, now)) continue;
    google::protobuf::Timestamp due;
    ToProto(end, &due);
    v1::DueItem item = MakeItem(v1::DUE_KIND_TRAINING, v1::DUE_SOURCE_DIRECTORY, course, due);
    item.set_owner(roster.id(person));
    item.set_team(OnlyTeam(person, directory, roster, now));
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<v1::DueItem> ListModelDuties(const BoundOrganization& organization, absl::Time now) {
  std::vector<v1::DueItem> items;
  for (const v1::ChangeModel& model : organization.directory().proto().change_models()) {
    if (!model.has_expires_at()) continue;
    const absl::Time retired =
        model.has_retired_at() ? FromProto(model.retired_at()) : absl::InfiniteFuture();
    if (retired <= std::max(now, FromProto(model.expires_at()))) continue;
    AddForEach(MakeItem(v1::DUE_KIND_CHANGE_MODEL, v1::DUE_SOURCE_DIRECTORY, model.id(),
                        model.expires_at()),
               model.approved_by(), &items);
  }
  return items;
}

std::vector<v1::DueItem> ListPolicyDuties(const v1::Policy& policy) {
  std::vector<v1::DueItem> items;
  const v1::PolicyHeader& header = policy.policy();
  if (!header.has_next_review()) return items;
  AddForEach(MakeItem(v1::DUE_KIND_POLICY_REVIEW, v1::DUE_SOURCE_POLICY, header.id(),
                      header.next_review()),
             header.approvers(), &items);
  return items;
}

}  // namespace changepolicy
