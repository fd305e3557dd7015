#include "libchangepolicy/cel/dominant.h"

#include <algorithm>
#include <string_view>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/cel/diagnostic.h"

namespace changepolicy::cel {

namespace {

constexpr size_t kExcerpt = 60;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// A name for a value, which is a comprehension over nothing.
bool IsBinding(const Tree& tree, const Node& node) {
  const Node& range = tree[node.args[kRange]];
  return range.kind == NodeKind::kList && range.args.empty();
}

bool MayBlamePart(const Tree& tree, const Node& node, size_t part) {
  if (node.kind != NodeKind::kComprehension || part == kRange) return true;
  return IsBinding(tree, node) && (part == kInitial || part == kResult);
}

}  // namespace

NodeId DominantTerm(const Tree& tree, absl::Span<const uint64_t> shares) {
  const auto share = [&](NodeId id) { return shares[static_cast<size_t>(id)]; };
  NodeId id = tree.root;
  while (true) {
    const Node& node = tree[id];
    NodeId heaviest = kNoNode;
    for (size_t i = 0; i < node.args.size(); ++i) {
      if (!MayBlamePart(tree, node, i)) continue;
      if (heaviest == kNoNode || share(node.args[i]) > share(heaviest)) heaviest = node.args[i];
    }
    // Nine tenths, without overflow.
    if (heaviest == kNoNode || share(heaviest) < share(id) - share(id) / 10) return id;
    // A name or a literal says less than what is done with it.
    if (tree[heaviest].args.empty()) return id;
    id = heaviest;
  }
}

std::string Excerpt(const Tree& tree, NodeId id) {
  const Node& node = tree[id];
  std::string line;
  const std::string_view text =
      std::string_view(tree.text).substr(node.begin, node.end - node.begin);
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.size() > kExcerpt) {
    constexpr size_t kHead = kExcerpt * 2 / 3;
    size_t tail = line.size() - (kExcerpt - kHead - 3);
    while (tail < line.size() && IsContinuation(line[tail])) ++tail;
    line = StrCat(Utf8Prefix(line, kHead), "...", line.substr(tail));
  }
  return Printable(line);
}

std::string PlaceOf(const Tree& tree, NodeId id) {
  const Position position = PositionOf(tree.text, tree[id].begin);
  return StrCat(position.line, ":", position.column);
}

std::string Grouped(uint64_t number) {
  const std::string digits = StrCat(number);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace changepolicy::cel
