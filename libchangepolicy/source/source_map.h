// Where the parts of a message stand in the document that it was bound from.
//
// A part is only looked up when it is asked for, by walking the tree as Bind did: a large policy
// has a hundred thousand parts, and little is asked of them unless something is wrong.
#ifndef LIBCHANGEPOLICY_SOURCE_SOURCE_MAP_H_
#define LIBCHANGEPOLICY_SOURCE_SOURCE_MAP_H_

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/source/document.h"

namespace changepolicy {

// Thread-compatible. Points into the document, which must outlive it and stay as it was bound.
class SourceMap {
 public:
  // By its path with names of fields as the proto has them: `gates[3].must`, `facts["cost"].type`.
  // The part's node, or that of the nearest part above it that has one; null for none. O(length of
  // the path + entries of small maps on the way).
  const Node* Find(std::string_view path) const;

  // ---- For Bind

  // What the whole message was bound from; `path` stands before the path of each part.
  void SetWhole(std::string_view path, const Node& node, const google::protobuf::Descriptor& type);
  // The value of an entry is no part: its field was given already.
  void Refuse(const Node& value) { refused_.insert(&value); }
  // The entries of the node are a map's, and may be many.
  void AddMap(const Node& node);

 private:
  class Walk;

  std::string path_;
  const Node* whole_ = nullptr;
  const google::protobuf::Descriptor* type_ = nullptr;
  std::unordered_set<const Node*> refused_;
  // Of maps that are too large to be searched through: by key.
  std::unordered_map<const Node*, std::vector<const Entry*>> sorted_;
};

// The field that a key of a document names, by its name in the proto or in lowerCamelCase; null for
// none.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& type,
                                                   const std::string& key);

// Whether it is any value of JSON, of which null is one.
bool IsJsonValue(const google::protobuf::FieldDescriptor& field);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_SOURCE_MAP_H_
