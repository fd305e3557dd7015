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

// What has a name is not looked up by reflection each time.
std::string_view NameOfEnvironment(int32_t environment, flat::Arena* arena) {
  static const auto& names = *[] {
    auto* const made = new std::vector<std::string>();
    for (int value = 0; value <= v1::Environment_MAX; ++value) {
      made->push_back(ValueName(static_cast<v1::Environment>(value)));
    }
    return made;
  }();
  if (environment >= 0 && static_cast<size_t>(environment) < names.size()) {
    return names[static_cast<size_t>(environment)];
  }
  return arena->Copy(ValueName(static_cast<v1::Environment>(environment)));
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

std::string_view WorkParts::NameOf(int part, flat::Arena* arena) const {
  const Service& service = services_[part / environments_.size()];
  const int32_t environment = environments_[part % environments_.size()];
  const std::string_view what = service.id.empty() ? "the work" : "service ";
  std::string_view where;
  if (environment != v1::ENVIRONMENT_UNSPECIFIED) where = NameOfEnvironment(environment, arena);
  const std::string_view between = where.empty() ? "" : " in ";
  const size_t size = what.size() + service.id.size() + between.size() + where.size();
  char* const room = static_cast<char*>(arena->Allocate(size));
  char* end = room;
  for (const std::string_view piece : {what, service.id, between, where}) {
    end = std::copy(piece.begin(), piece.end(), end);
  }
  return {room, size};
}

WorkParts::Answer WorkParts::AskEnvironments(const CompiledScope& scope, flat::Arena* arena) const {
  Answer among;
  among.yes = PartSet(environments_.size(), arena);
  among.maybe = PartSet(environments_.size(), arena);
  for (int i = 0; i < environments_.size(); ++i) {
    const int32_t environment = environments_[i];
    if (scope.environments_.empty()) {
      among.yes.Add(i);
    } else if (IsOpen(environment)) {
      among.maybe.Add(i);
      among.unknown.environments = true;
    } else if (environment >= 0 && environment < 64
                   ? (scope.environment_bits_ >> environment & 1) != 0
                   : Has(scope.environments_, environment)) {
      among.yes.Add(i);
    }
  }
  return among;
}

WorkParts::Answer WorkParts::Ask(const CompiledScope& scope, flat::Arena* arena) const {
  Answer answer;
  answer.yes = PartSet(size(), arena);
  answer.maybe = PartSet(size(), arena);
  if (!scope.change_models_.empty() && !Has(scope.change_models_, work_.change_model)) {
    return answer;
  }
  const bool team_open = !scope.teams_.empty() && work_.team.empty() && !work_.team_known;
  if (!scope.teams_.empty() && !team_open &&
      (work_.team.empty() || !Lists(scope.teams_, work_.team, above_team_))) {
    return answer;
  }
  const Answer among = AskEnvironments(scope, arena);
  if (among.None()) return answer;
  const int environments = environments_.size();
  for (int i = 0; i < services_.size(); ++i) {
    const Service& service = services_[i];
    const bool service_open =
        !scope.services_.empty() && !service.is_named && !work_.services_known;
    if (!scope.services_.empty() && !service_open &&
        (!service.is_named || !Lists(scope.services_, service.id, service.above))) {
      continue;
    }
    const bool is_open = team_open || service_open;
    (is_open ? answer.maybe : answer.yes).AddRow(among.yes, i * environments, environments);
    answer.maybe.AddRow(among.maybe, i * environments, environments);
    answer.unknown.Add(among.unknown);
    answer.unknown.Add({.services = service_open, .team = team_open});
  }
  return answer;
}

}  // namespace changepolicy
