#include "libchangepolicy/calendar/scope.h"

#include <algorithm>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Most texts that are compared differ in their length.
bool Has(const std::vector<std::string>& list, std::string_view text) {
  for (const std::string& each : list) {
    if (each.size() == text.size() && each == text) return true;
  }
  return false;
}

// Whether the scope lists the thing or what it is part of.
bool Lists(const std::vector<std::string>& list, std::string_view id,
           std::span<const std::string> above) {
  return Has(list, id) || std::any_of(above.begin(), above.end(),
                                      [&](const std::string& whole) { return Has(list, whole); });
}

}  // namespace

CompiledScope::CompiledScope(const v1::CalendarScope& scope)
    : services_(scope.services().begin(), scope.services().end()),
      teams_(scope.teams().begin(), scope.teams().end()),
      change_models_(scope.change_models().begin(), scope.change_models().end()),
      environments_(scope.environments().begin(), scope.environments().end()) {
  for (const int32_t environment : environments_) {
    if (environment >= 0 && environment < 64) environment_bits_ |= uint64_t{1} << environment;
  }
}

NameList UnknownLists::names(flat::Arena* arena) const {
  NameList names;
  if (environments) names.Add("environments", arena);
  if (services) names.Add("services", arena);
  if (team) names.Add("team", arena);
  return names;
}

WorkParts::WorkParts(const Work& work, const Relations& relations, flat::Arena* arena)
    : work_(work) {
  const auto add = [&](std::string_view id) {
    const Relations::Node node = relations.FindService(id);
    services_.Add({id, node < 0 ? std::span<const std::string>() : relations.AboveService(node)},
                  arena);
  };
  for (const std::string_view id : work.services) add(id);
  for (const std::string_view asset : work.assets) {
    const Relations::Node node = relations.FindAsset(asset);
    if (node < 0) continue;
    for (const std::string& id : relations.ServicesOfAsset(node)) {
      if (!Has(work.services, id)) add(id);
    }
  }
  std::sort(services_.begin(), services_.end(),
            [](const Service& a, const Service& b) { return a.id < b.id; });
  const auto last = std::unique(services_.begin(), services_.end(),
                                [](const Service& a, const Service& b) { return a.id == b.id; });
  services_.Truncate(static_cast<int>(last - services_.begin()));
  // What is not known may be touched besides.
  if (services_.empty() || !work.services_known) services_.Add({.is_named = false}, arena);
  for (const int32_t environment : work.environments) {
    if (!Has(environments_, environment)) environments_.Add(environment, arena);
  }
  std::sort(environments_.begin(), environments_.end());
  if (environments_.empty()) environments_.Add(v1::ENVIRONMENT_UNSPECIFIED, arena);
  if (!work.team.empty()) above_team_ = relations.AboveTeam(work.team);
}

std::string WorkParts::NameOf(int part) const {
  const Service& service = services_[part / environments_.size()];
  const auto environment = static_cast<v1::Environment>(environments_[part % environments_.size()]);
  std::string name = service.id.empty() ? "the work" : StrCat("service ", service.id);
  if (environment != v1::ENVIRONMENT_UNSPECIFIED) {
    StrAppend(&name, " in ", ValueName(environment));
  }
  return name;
}

PartSet WorkParts::EnvironmentsIn(const CompiledScope& scope, flat::Arena* arena) const {
  PartSet among(environments_.size(), arena);
  for (int i = 0; i < environments_.size(); ++i) {
    const int32_t environment = environments_[i];
    const bool is_listed =
        scope.environments_.empty() || IsOpen(environment) ||
        (environment >= 0 && environment < 64 ? (scope.environment_bits_ >> environment & 1) != 0
                                              : Has(scope.environments_, environment));
    if (is_listed) among.Add(i);
  }
  return among;
}

WorkParts::Answer WorkParts::Ask(const CompiledScope& scope, flat::Arena* arena) const {
  Answer answer;
  if (!scope.change_models_.empty() && !Has(scope.change_models_, work_.change_model)) {
    return answer;
  }
  const bool team_open = !scope.teams_.empty() && work_.team.empty() && !work_.team_known;
  if (!scope.teams_.empty() && !team_open &&
      (work_.team.empty() || !Lists(scope.teams_, work_.team, above_team_))) {
    return answer;
  }
  const PartSet among = EnvironmentsIn(scope, arena);
  if (among.empty()) return answer;
  answer.yes = PartSet(size(), arena);
  answer.maybe = PartSet(size(), arena);
  const int environments = environments_.size();
  for (int i = 0; i < services_.size(); ++i) {
    const Service& service = services_[i];
    const bool service_open =
        !scope.services_.empty() && !service.is_named && !work_.services_known;
    if (!scope.services_.empty() && !service_open &&
        (!service.is_named || !Lists(scope.services_, service.id, service.above))) {
      continue;
    }
    for (int j = 0; j < environments; ++j) {
      if (!among.Has(j)) continue;
      const bool environment_open = !scope.environments_.empty() && IsOpen(environments_[j]);
      const bool is_open = team_open || service_open || environment_open;
      (is_open ? answer.maybe : answer.yes).Add(i * environments + j);
      if (is_open) answer.unknown.Add({environment_open, service_open, team_open});
    }
  }
  return answer;
}

}  // namespace changepolicy
