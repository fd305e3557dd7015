// A text as a tree of nodes that know where they stand: what every format of people's documents is
// read into, and every message is made from.
#ifndef LIBCHANGEPOLICY_SOURCE_DOCUMENT_H_
#define LIBCHANGEPOLICY_SOURCE_DOCUMENT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

struct Entry;

// A scalar, a list or a map. Scalars keep their text; what it means is decided by what is asked of
// it, so that `version: 1.0` is a text where a text is wanted.
struct Node {
  enum class Kind { kScalar, kList, kMap };
  Kind kind = Kind::kScalar;
  std::string text;
  // Written in quotes or as a block: always a text. Otherwise `null`, `~`, nothing, `true` and
  // numbers may be what they look like.
  bool quoted = false;
  size_t offset = 0;  // of its first byte in the document
  std::vector<Node> items;
  std::vector<Entry> entries;  // in the order of the text; no key twice

  bool IsNull() const;
  const Node* Find(std::string_view key) const;
};

struct Entry {
  std::string key;
  size_t offset = 0;
  Node value;
};

// Thread-compatible: immutable once it is read and rewritten.
class Document {
 public:
  Document(std::string_view file, std::string_view text);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  Node root;

  // O(log lines).
  Position PositionAt(size_t offset) const;
  size_t OffsetOf(int line, int byte_column) const;  // both from 0

  // Where in the document byte `offset` of a scalar's text stands, through quotes, escapes and the
  // folding of lines.
  size_t OffsetInside(const Node& scalar, size_t offset) const;
  // The places of several, in one walk over the scalar.
  std::vector<Position> PositionsInside(const Node& scalar,
                                        const std::vector<size_t>& offsets) const;

  // The node at a path as issues write it, below the root: names, positions, ids of elements and
  // keys of maps, like `roles[cab].members[0]`. Null for none.
  const Node* FindPath(std::string_view path) const;

  // An issue that points at `length` bytes from `offset`.
  Issue MakeIssue(std::string_view id, std::string message, std::string help, std::string_view path,
                  size_t offset, size_t length) const;
  // One that underlines a scalar, or points at the start of a list or map.
  Issue MakeIssue(std::string_view id, std::string message, std::string help, std::string_view path,
                  const Node& node) const;

 private:
  std::string file_;
  std::string text_;
  // A file without line breaks, as programs write JSON, may have many places to be named.
  static constexpr size_t kStretch = 4096;

  // Code points from one byte up to another.
  int PointsBetween(size_t begin, size_t end) const;

  std::vector<size_t> lines_;       // offsets of their first bytes
  std::vector<int> points_before_;  // each stretch of the text; empty where no line is longer
};

// The node as JSON has it; plain scalars by the core schema of YAML 1.2, everything else as text.
google::protobuf::Value ToJsonValue(const Node& node);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_DOCUMENT_H_
