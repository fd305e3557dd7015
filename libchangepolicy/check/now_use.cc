#include "libchangepolicy/check/now_use.h"

#include <string_view>

namespace changepolicy {

using cel::Node;
using cel::NodeId;
using cel::NodeKind;

namespace {

bool IsComparison(std::string_view function) {
  return function == "_<_" || function == "_<=_" || function == "_>_" || function == "_>=_" ||
         function == "_==_" || function == "_!=_";
}

class Finder {
 public:
  Finder(const cel::Expression& expression, cel::Diagnostics* diagnostics)
      : expression_(expression), diagnostics_(*diagnostics) {}

  std::vector<std::pair<NodeId, int>> Run() {
    if (Coefficient(expression_.tree().root) != 0) Refuse(expression_.tree().root);
    return std::move(comparisons_);
  }

 private:
  // How many times `now` is added into the value of this node.
  int Coefficient(NodeId id) {
    const Node& node = expression_.tree()[id];
    const cel::Resolution& resolution = expression_.ResolutionOf(id);
    if (resolution.kind == cel::Resolution::Kind::kVariable)
      return resolution.name == "now" ? 1 : 0;
    std::vector<int> inner;
    // A qualified name that stands for one thing, and the namespace of a function, are no values.
    const bool whole = resolution.kind == cel::Resolution::Kind::kConstant;
    for (size_t i = resolution.skip_target ? 1 : 0; i < node.args.size() && !whole; ++i) {
      inner.push_back(Coefficient(node.args[i]));
    }
    if (node.kind == NodeKind::kCall && inner.size() == 2) {
      if (node.name == "_+_") return inner[0] + inner[1];
      if (node.name == "_-_") return inner[0] - inner[1];
      if (IsComparison(node.name)) {
        if (inner[0] != inner[1]) comparisons_.emplace_back(id, inner[0] - inner[1]);
        return 0;
      }
    }
    for (size_t i = 0; i < inner.size(); ++i) {
      if (inner[i] != 0) Refuse(node.args[i + (resolution.skip_target ? 1 : 0)]);
    }
    return 0;
  }

  void Refuse(NodeId id) {
    const Node& node = expression_.tree()[id];
    diagnostics_.push_back(
        {.id = "now-not-compared",
         .message = "`now` may only be compared, like `now >= start + duration(\"24h\")`",
         .help = "otherwise nobody can say until when a decision holds",
         .begin = node.begin,
         .end = node.end});
  }

  const cel::Expression& expression_;
  cel::Diagnostics& diagnostics_;
  std::vector<std::pair<NodeId, int>> comparisons_;
};

}  // namespace

std::vector<std::pair<NodeId, int>> FindNowComparisons(const cel::Expression& expression,
                                                       cel::Diagnostics* diagnostics) {
  return Finder(expression, diagnostics).Run();
}

}  // namespace changepolicy
