#include "libchangepolicy/mapping/definition_order.h"

#include <algorithm>
#include <set>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

using Reads = std::map<std::string, std::set<std::string>>;

Reads FindReads(const cel::Environment& environment,
                const std::map<std::string, std::string>& texts) {
  Reads reads;
  for (const auto& [name, text] : texts) {
    std::set<std::string>& of_name = reads[name];
    cel::Diagnostics diagnostics;
    const std::optional<cel::Tree> tree = environment.Parse(text, true, &diagnostics);
    if (!tree.has_value()) continue;
    for (const cel::Node& node : tree->nodes) {
      if (node.kind == cel::NodeKind::kIdent && texts.contains(node.name)) {
        of_name.insert(node.name);
      }
    }
  }
  return reads;
}

// From `start`, which reads itself in the end, always on to the first that is left.
std::string WayRound(const Reads& left, const std::string& start) {
  std::vector<std::string> way;
  std::string at = start;
  while (std::find(way.begin(), way.end(), at) == way.end()) {
    way.push_back(at);
    at = *left.at(at).begin();
  }
  std::string text;
  for (auto step = std::find(way.begin(), way.end(), at); step != way.end(); ++step) {
    StrAppend(&text, *step, " -> ");
  }
  return text + at;
}

}  // namespace

DefinitionOrder OrderDefinitions(const cel::Environment& environment,
                                 const std::map<std::string, std::string>& texts) {
  DefinitionOrder order;
  Reads left = FindReads(environment, texts);
  while (!left.empty()) {
    auto next = std::find_if(left.begin(), left.end(),
                             [](const auto& entry) { return entry.second.empty(); });
    if (next == left.end()) {
      const std::string way = WayRound(left, left.begin()->first);
      const std::string first = way.substr(0, way.find(' '));
      order.circles.emplace(first, way);
      next = left.find(first);
    }
    const std::string name = next->first;
    order.names.push_back(name);
    left.erase(next);
    for (auto& [other, reads] : left) reads.erase(name);
  }
  return order;
}

}  // namespace changepolicy
