#include "libchangepolicy/calendar/relations.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

Relations::Relations(const v1::Directory& directory) {
  for (const v1::Service& service : directory.services()) {
    const Node node = Add(service.id(), false);
    for (const std::string& other : service.depends_on()) Lead(node, Add(other, false));
    for (const std::string& asset : service.assets()) {
      const Node item = Add(asset, true);
      Lead(node, item);
      nodes_[static_cast<size_t>(item)].services.push_back(service.id());
    }
    if (!service.part_of().empty()) {
      Lead(Add(service.part_of(), false), node);
      part_of_.emplace(service.id(), service.part_of());
    }
  }
  for (NodeEntry& node : nodes_) std::sort(node.services.begin(), node.services.end());
  for (const auto& each : part_of_) {
    nodes_[static_cast<size_t>(FindService(each.first))].above = Above(part_of_, each.first);
  }
  for (const v1::Team& team : directory.teams()) {
    if (!team.part_of().empty()) team_part_of_.emplace(team.id(), team.part_of());
  }
  for (const auto& each : team_part_of_) {
    above_team_.emplace(each.first, Above(team_part_of_, each.first));
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
  const auto found = services_.find(ToAbsl(id));
  return found == services_.end() ? -1 : found->second;
}

Relations::Node Relations::FindAsset(std::string_view id) const {
  const auto found = assets_.find(ToAbsl(id));
  return found == assets_.end() ? -1 : found->second;
}

std::vector<std::string> Relations::Above(const Parents& parents, std::string_view id) {
  std::vector<std::string> chain;
  for (auto up = parents.find(id); up != parents.end(); up = parents.find(chain.back())) {
    // A circle is an error of the directory; it ends here all the same.
    if (up->second == id || std::find(chain.begin(), chain.end(), up->second) != chain.end()) break;
    chain.push_back(up->second);
  }
  return chain;
}

std::vector<std::string> Relations::Below(const Parents& parents,
                                          const std::vector<std::string>& ids) {
  std::vector<std::string> all = ids;
  for (const auto& each : parents) {
    const std::string& part = each.first;
    const std::vector<std::string> above = Above(parents, part);
    const bool is_below = std::any_of(above.begin(), above.end(), [&](const std::string& whole) {
      return std::find(ids.begin(), ids.end(), whole) != ids.end();
    });
    if (is_below) all.push_back(part);
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

std::span<const std::string> Relations::AboveTeam(std::string_view id) const {
  const auto found = above_team_.find(ToAbsl(id));
  return found == above_team_.end() ? std::span<const std::string>() : found->second;
}

}  // namespace changepolicy
