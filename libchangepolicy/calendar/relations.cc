#include "libchangepolicy/calendar/relations.h"

#include <algorithm>

namespace changepolicy {

Relations::Relations(const v1::Directory& directory) {
  for (const v1::Service& service : directory.services()) {
    const Node node = Add(service.id(), false);
    for (const std::string& other : service.depends_on()) Lead(node, Add(other, false));
    for (const std::string& asset : service.assets()) {
      Lead(node, Add(asset, true));
      services_of_asset_[asset].push_back(service.id());
    }
    if (!service.part_of().empty()) {
      Lead(Add(service.part_of(), false), node);
      part_of_.emplace(service.id(), service.part_of());
    }
  }
  for (auto& [asset, services] : services_of_asset_) std::sort(services.begin(), services.end());
  for (const v1::Team& team : directory.teams()) {
    if (!team.part_of().empty()) team_part_of_.emplace(team.id(), team.part_of());
  }
  std::vector<char> seen(nodes_.size());
  for (size_t from = 0; from < nodes_.size(); ++from) {
    std::fill(seen.begin(), seen.end(), 0);
    seen[from] = 1;
    std::vector<Node> open = nodes_[from].next;
    while (!open.empty()) {
      const size_t at = static_cast<size_t>(open.back());
      open.pop_back();
      if (seen[at] != 0) continue;
      seen[at] = 1;
      nodes_[from].needs.push_back(static_cast<Node>(at));
      open.insert(open.end(), nodes_[at].next.begin(), nodes_[at].next.end());
    }
    std::sort(nodes_[from].needs.begin(), nodes_[from].needs.end());
  }
}

Relations::Node Relations::Add(const std::string& id, bool asset) {
  const auto [entry, is_new] =
      (asset ? assets_ : services_).emplace(id, static_cast<Node>(nodes_.size()));
  if (is_new) nodes_.push_back({.id = id});
  return entry->second;
}

Relations::Node Relations::FindService(std::string_view id) const {
  const auto found = services_.find(id);
  return found == services_.end() ? -1 : found->second;
}

Relations::Node Relations::FindAsset(std::string_view id) const {
  const auto found = assets_.find(id);
  return found == assets_.end() ? -1 : found->second;
}

std::vector<std::string> Relations::Climb(const Parents& parents, std::string_view id) {
  std::vector<std::string> chain = {std::string(id)};
  for (auto up = parents.find(id); up != parents.end(); up = parents.find(chain.back())) {
    // A circle is an error of the directory; it ends here all the same.
    if (std::find(chain.begin(), chain.end(), up->second) != chain.end()) break;
    chain.push_back(up->second);
  }
  return chain;
}

std::vector<std::string> Relations::Below(const Parents& parents,
                                          const std::vector<std::string>& ids) {
  std::vector<std::string> all = ids;
  for (const auto& [part, whole] : parents) {
    for (const std::string& above : Climb(parents, whole)) {
      if (std::find(ids.begin(), ids.end(), above) == ids.end()) continue;
      all.push_back(part);
      break;
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<std::string> Relations::PartsOfServices(const std::vector<std::string>& ids) const {
  return Below(part_of_, ids);
}

std::vector<std::string> Relations::PartsOfTeams(const std::vector<std::string>& ids) const {
  return Below(team_part_of_, ids);
}

std::vector<std::string> Relations::WholesOfService(std::string_view id) const {
  return Climb(part_of_, id);
}

std::vector<std::string> Relations::WholesOfTeam(std::string_view id) const {
  return Climb(team_part_of_, id);
}

std::vector<std::string> Relations::ServicesOfAsset(std::string_view id) const {
  const auto found = services_of_asset_.find(id);
  return found == services_of_asset_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace changepolicy
