#include "tests/audit/reference_tree.h"

#include <map>

#include "absl/status/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::reference {

namespace {

std::string Sha(const std::string& text) { return std::string(BytesOf(HashOf({text}))); }
std::string Node(const std::string& left, const std::string& right) {
  return Sha("\x01" + left + right);
}

// The largest power of two smaller than n.
uint64_t SplitOf(uint64_t n) {
  uint64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

Texts Plus(Texts list, const std::string& last) {
  list.push_back(last);
  return list;
}

}  // namespace

std::string Entry(uint64_t i) { return StrCat("entry ", i); }

std::string Root(uint64_t start, uint64_t end) {
  static auto& known = *new std::map<std::pair<uint64_t, uint64_t>, std::string>;
  std::string& root = known[{start, end}];
  if (!root.empty()) return root;
  if (start == end) return root = Sha("");
  if (start + 1 == end) return root = Sha(std::string(1, '\0') + Entry(start));
  const uint64_t middle = start + SplitOf(end - start);
  const std::string left = Root(start, middle);
  return known[{start, end}] = Node(left, Root(middle, end));
}

Texts Path(uint64_t index, uint64_t start, uint64_t end) {
  if (start + 1 == end) return {};
  const uint64_t middle = start + SplitOf(end - start);
  return index < middle ? Plus(Path(index, start, middle), Root(middle, end))
                        : Plus(Path(index, middle, end), Root(start, middle));
}

Texts SubtreeProof(uint64_t start, uint64_t end, uint64_t low, uint64_t high, bool known) {
  if (start == low && end == high) return known ? Texts() : Texts{Root(low, high)};
  const uint64_t middle = low + SplitOf(high - low);
  if (end <= middle) {
    return Plus(SubtreeProof(start, end, low, middle, known), Root(middle, high));
  }
  if (start >= middle) {
    return Plus(SubtreeProof(start, end, middle, high, known), Root(low, middle));
  }
  return Plus(SubtreeProof(middle, end, middle, high, false), Root(low, middle));
}

bool IsSubtree(uint64_t start, uint64_t end) {
  if (start >= end) return false;
  uint64_t ceiling = 1;
  while (ceiling < end - start) ceiling *= 2;
  return start % ceiling == 0;
}

std::optional<std::string> RootByPath(uint64_t index, uint64_t size, const std::string& leaf,
                                      Texts path) {
  if (size == 1) return path.empty() ? std::optional(leaf) : std::nullopt;
  if (path.empty()) return std::nullopt;
  const std::string last = path.back();
  path.pop_back();
  const uint64_t split = SplitOf(size);
  const auto rest = index < split ? RootByPath(index, split, leaf, path)
                                  : RootByPath(index - split, size - split, leaf, path);
  if (!rest) return std::nullopt;
  return index < split ? Node(*rest, last) : Node(last, *rest);
}

std::optional<std::pair<std::string, std::string>> RootsByProof(uint64_t start, uint64_t end,
                                                                uint64_t low, uint64_t high,
                                                                const std::string& part,
                                                                Texts proof, bool known) {
  using Roots = std::pair<std::string, std::string>;
  if (start == low && end == high) {
    if (proof.size() != (known ? 0 : 1)) return std::nullopt;
    const std::string& hash = known ? part : proof[0];
    return Roots(hash, hash);
  }
  if (proof.empty()) return std::nullopt;
  const std::string last = proof.back();
  proof.pop_back();
  const uint64_t middle = low + SplitOf(high - low);
  if (end <= middle) {
    const auto below = RootsByProof(start, end, low, middle, part, proof, known);
    if (!below) return std::nullopt;
    return Roots(below->first, Node(below->second, last));
  }
  if (start >= middle) {
    const auto below = RootsByProof(start, end, middle, high, part, proof, known);
    if (!below) return std::nullopt;
    return Roots(below->first, Node(last, below->second));
  }
  const auto below = RootsByProof(middle, end, middle, high, part, proof, false);
  if (!below) return std::nullopt;
  return Roots(Node(last, below->first), Node(last, below->second));
}

absl::StatusOr<Hash> ReadNode(uint64_t size, const TreeNode& node) {
  const uint64_t start = node.index << node.level;
  const uint64_t end = start + (uint64_t{1} << node.level);
  if (end > size) return absl::OutOfRangeError("a node beyond the tree was read");
  return HashFromBytes(Root(start, end), "a node");
}

}  // namespace changepolicy::reference
