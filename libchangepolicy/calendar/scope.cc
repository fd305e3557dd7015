#include "libchangepolicy/calendar/scope.h"

#include <algorithm>
#include <set>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

WorkParts::WorkParts(const Work& work, const Relations& relations) : work_(work) {
  std::set<std::string> services(work.services.begin(), work.services.end());
  for (const std::string& asset : work.assets) {
    for (std::string& service : relations.ServicesOfAsset(asset)) {
      services.insert(std::move(service));
    }
  }
  for (const std::string& id : services) services_.push_back({id, relations.WholesOfService(id)});
  // What is not known may be touched besides.
  if (services_.empty() || !work.services_known) services_.emplace_back();
  environments_ = work.environments;
  std::sort(environments_.begin(), environments_.end());
  environments_.erase(std::unique(environments_.begin(), environments_.end()), environments_.end());
  if (environments_.empty()) environments_.push_back(v1::ENVIRONMENT_UNSPECIFIED);
  if (!work.team.empty()) teams_ = relations.WholesOfTeam(work.team);
}

std::string WorkParts::NameOf(size_t part) const {
  const Service& service = services_[part / environments_.size()];
  const v1::Environment environment = environments_[part % environments_.size()];
  std::string name = service.id.empty() ? "the work" : StrCat("service ", service.id);
  if (environment != v1::ENVIRONMENT_UNSPECIFIED) {
    StrAppend(&name, " in ", ValueName(environment));
  }
  return name;
}

bool WorkParts::Answer::None() const {
  return std::all_of(parts.begin(), parts.end(), [](Concern each) { return each == Concern::kNo; });
}

WorkParts::Answer WorkParts::Ask(const v1::CalendarScope& scope) const {
  Answer answer;
  answer.parts.assign(size(), Concern::kNo);
  std::set<std::string> unknown;
  const auto among = [](const auto& wanted, const std::vector<std::string>& mine) {
    return std::any_of(mine.begin(), mine.end(),
                       [&](const std::string& each) { return Has(wanted, each); });
  };
  if (!scope.change_models().empty() && !Has(scope.change_models(), work_.change_model)) {
    return answer;
  }
  const bool team_open = !scope.teams().empty() && teams_.empty() && !work_.team_known;
  if (!scope.teams().empty() && !team_open && !among(scope.teams(), teams_)) return answer;
  for (size_t part = 0; part < size(); ++part) {
    const Service& service = services_[part / environments_.size()];
    const v1::Environment environment = environments_[part % environments_.size()];
    const bool service_open =
        !scope.services().empty() && service.id.empty() && !work_.services_known;
    if (!scope.services().empty() && !service_open && !among(scope.services(), service.wholes)) {
      continue;
    }
    const bool environment_open = !scope.environments().empty() &&
                                  environment == v1::ENVIRONMENT_UNSPECIFIED &&
                                  !work_.environments_known;
    if (!scope.environments().empty() && !environment_open &&
        !Has(scope.environments(), static_cast<int>(environment))) {
      continue;
    }
    answer.parts[part] =
        team_open || service_open || environment_open ? Concern::kUnknown : Concern::kYes;
    if (team_open) unknown.insert("team");
    if (service_open) unknown.insert("services");
    if (environment_open) unknown.insert("environments");
  }
  answer.unknown.assign(unknown.begin(), unknown.end());
  return answer;
}

}  // namespace changepolicy
