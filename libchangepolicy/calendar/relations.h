// What belongs to what: services, their parts and configuration items, teams.
#ifndef LIBCHANGEPOLICY_CALENDAR_RELATIONS_H_
#define LIBCHANGEPOLICY_CALENDAR_RELATIONS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

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

  // The service and all that it is part of, nearest first; a service that the directory does not
  // name stands alone.
  std::vector<std::string> WholesOfService(std::string_view id) const;
  std::vector<std::string> WholesOfTeam(std::string_view id) const;
  // The other way round: what is part of any of them, with themselves, sorted. O(parts).
  std::vector<std::string> PartsOfServices(const std::vector<std::string>& ids) const;
  std::vector<std::string> PartsOfTeams(const std::vector<std::string>& ids) const;
  // Services that have this configuration item, sorted.
  std::vector<std::string> ServicesOfAsset(std::string_view id) const;

 private:
  struct NodeEntry {
    std::string id;
    std::vector<Node> next;   // direct
    std::vector<Node> needs;  // over any number of steps
  };
  using Index = std::map<std::string, Node, std::less<>>;
  using Parents = std::map<std::string, std::string, std::less<>>;

  Node Add(const std::string& id, bool asset);
  void Lead(Node from, Node to) { nodes_[static_cast<size_t>(from)].next.push_back(to); }
  static std::vector<std::string> Below(const Parents& parents,
                                        const std::vector<std::string>& ids);
  static std::vector<std::string> Climb(const Parents& parents, std::string_view id);

  std::vector<NodeEntry> nodes_;
  Index services_, assets_;
  Parents part_of_, team_part_of_;
  std::map<std::string, std::vector<std::string>, std::less<>> services_of_asset_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_RELATIONS_H_
