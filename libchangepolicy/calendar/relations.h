// What belongs to what: services, their parts and configuration items, teams.
#ifndef LIBCHANGEPOLICY_CALENDAR_RELATIONS_H_
#define LIBCHANGEPOLICY_CALENDAR_RELATIONS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy {

// Services and configuration items as a graph in which each thing leads to what it needs: a service
// to the services that it depends on, to those that are part of it and to its items. Two things are
// related where one leads to the other; what merely needs the same third is not. Immutable,
// thread-safe; owns what it keeps.
class Relations {
 public:
  using Node = int;

  Relations() = default;
  // O(services + edges) and what it takes to follow every path once from each node.
  explicit Relations(const v1::Directory& directory);

  size_t size() const { return nodes_.size(); }
  // -1 for one that the directory does not name.
  Node FindService(std::string_view id) const;
  Node FindAsset(std::string_view id) const;
  // Of a node that was found.
  const std::string& IdOf(Node node) const { return nodes_[static_cast<size_t>(node)].id; }

  // What it leads to over any number of steps, without itself, sorted.
  const std::vector<Node>& Needs(Node node) const {
    return nodes_[static_cast<size_t>(node)].needs;
  }

  // What the service is part of, nearest first, without itself. O(1), like the next two.
  std::span<const std::string> AboveService(Node service) const {
    return nodes_[static_cast<size_t>(service)].above;
  }
  // Services that have this configuration item, sorted.
  std::span<const std::string> ServicesOfAsset(Node asset) const {
    return nodes_[static_cast<size_t>(asset)].services;
  }
  // Of a team, like AboveService; nothing for one that the directory does not name.
  std::span<const std::string> AboveTeam(std::string_view id) const;
  // What is part of any of them, with themselves, sorted. O(parts).
  std::vector<std::string> PartsOfServices(const std::vector<std::string>& ids) const;
  std::vector<std::string> PartsOfTeams(const std::vector<std::string>& ids) const;

 private:
  struct NodeEntry {
    std::string id;
    std::vector<Node> next;             // direct
    std::vector<Node> needs;            // over any number of steps
    std::vector<std::string> above;     // of a service
    std::vector<std::string> services;  // of an item
  };
  using Index = absl::flat_hash_map<std::string, Node>;
  using Parents = std::map<std::string, std::string, std::less<>>;

  Node Add(const std::string& id, bool asset);
  void Lead(Node from, Node to) { nodes_[static_cast<size_t>(from)].next.push_back(to); }
  static std::vector<std::string> Below(const Parents& parents,
                                        const std::vector<std::string>& ids);
  static std::vector<std::string> Above(const Parents& parents, std::string_view id);

  std::vector<NodeEntry> nodes_;
  Index services_, assets_;
  Parents part_of_, team_part_of_;
  absl::flat_hash_map<std::string, std::vector<std::string>> above_team_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RELATIONS_H_
