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

// Whether the scope lists the thing or what it is part of.
template <typename List>
bool Lists(const List& list, std::string_view id, std::span<const std::string> above) {
  return Has(list, id) || std::any_of(above.begin(), above.end(),
                                      [&](const std::string& whole) { return Has(list, whole); });
}

}  // namespace

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

WorkParts::Answer WorkParts::Ask(const v1::CalendarScope& scope, flat::Arena* arena) const {
  Answer answer;
  if (!scope.change_models().empty() && !Has(scope.change_models(), work_.change_model)) {
    return answer;
  }
  const bool team_open = !scope.teams().empty() && work_.team.empty() && !work_.team_known;
  if (!scope.teams().empty() && !team_open &&
      (work_.team.empty() || !Lists(scope.teams(), work_.team, above_team_))) {
    return answer;
  }
  const int environments = environments_.size();
  PartSet among(environments, arena);
  for (int i = 0; i < environments; ++i) {
    const bool open = environments_[i] == v1::ENVIRONMENT_UNSPECIFIED && !work_.environments_known;
    if (scope.environments().empty() || open || Has(scope.environments(), environments_[i])) {
      among.Add(i);
    }
  }
  if (among.empty()) return answer;
  for (int i = 0; i < services_.size(); ++i) {
    const Service& service = services_[i];
    const bool service_open =
        !scope.services().empty() && service.id.empty() && !work_.services_known;
    if (!scope.services().empty() && !service_open &&
        (!service.is_named || !Lists(scope.services(), service.id, service.above))) {
      continue;
    }
    for (int j = 0; j < environments; ++j) {
      if (!among.Has(j)) continue;
      const bool environment_open = !scope.environments().empty() &&
                                    environments_[j] == v1::ENVIRONMENT_UNSPECIFIED &&
                                    !work_.environments_known;
      const bool open = team_open || service_open || environment_open;
      PartSet& parts = open ? answer.maybe : answer.yes;
      if (parts.empty()) parts = PartSet(size(), arena);
      parts.Add(i * environments + j);
      answer.unknown.Add({environment_open, service_open, team_open});
    }
  }
  return answer;
}

}  // namespace changepolicy
