#include "libchangepolicy/source/source_map.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

namespace {

bool IsBefore(const Entry* entry, std::string_view key) { return entry->key < key; }

// Read from one node as a whole, so that nothing in it is a part of its own.
bool IsOnePart(const Descriptor& type) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
    case Descriptor::WELLKNOWNTYPE_DURATION:
    case Descriptor::WELLKNOWNTYPE_VALUE:
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
    case Descriptor::WELLKNOWNTYPE_ANY:
      return true;
    default:
      return false;
  }
}

// As indexes are written: digits, without zeros before them.
std::optional<size_t> ReadIndex(std::string_view text) {
  size_t index = 0;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!digits || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  if (!absl::SimpleAtoi(ToAbsl(text), &index)) return std::nullopt;
  return index;
}

}  // namespace

// Goes every way down the tree that spells a beginning of the path. Mostly there is one; a document
// may give a field by both of its names, and a key may hold what separates keys. Of several parts
// with one path the first in the document counts.
class SourceMap::Walk {
 public:
  Walk(const SourceMap& map, std::string_view path) : map_(map), path_(path) {}

  const Node* Run() {
    if (map_.whole_ == nullptr || !path_.starts_with(map_.path_)) return nullptr;
    const size_t at = map_.path_.size();
    // All that leads nowhere leads to the whole, if that has no name.
    if (at == 0) nearest_ = map_.whole_;
    Reach(*map_.whole_, at);
    IntoMessage(*map_.whole_, *map_.type_, at);
    return nearest_;
  }

 private:
  // The node's own path is the first `at` bytes.
  void Reach(const Node& node, size_t at) {
    const bool ends_here = at == path_.size() || path_[at] == '.' || path_[at] == '[';
    if (!ends_here || at <= reached_) return;
    nearest_ = &node;
    reached_ = at;
  }

  void IntoMessage(const Node& node, const Descriptor& type, size_t at) {
    if (node.kind != Node::Kind::kMap || IsOnePart(type)) return;
    if (at > 0) {
      if (at == path_.size() || path_[at] != '.') return;
      ++at;
    }
    const size_t end = std::min(path_.find_first_of(".[", at), path_.size());
    const FieldDescriptor* const field =
        type.FindFieldByName(std::string(path_.substr(at, end - at)));
    if (field == nullptr) return;
    for (const Entry& entry : node.entries) {
      if (entry.key != field->name() &&
          (entry.key != field->camelcase_name() || FindField(type, entry.key) != field)) {
        continue;
      }
      if (entry.value.IsNull() && !IsJsonValue(*field)) continue;
      if (!map_.refused_.contains(&entry.value)) IntoField(entry.value, *field, end);
    }
  }

  void IntoField(const Node& node, const FieldDescriptor& field, size_t at) {
    Reach(node, at);
    if (at == path_.size()) return;
    if (field.is_map()) {
      IntoMap(node, *field.message_type()->map_value(), at);
    } else if (field.is_repeated()) {
      IntoList(node, field, at);
    } else if (field.message_type() != nullptr) {
      IntoMessage(node, *field.message_type(), at);
    }
  }

  void IntoList(const Node& node, const FieldDescriptor& field, size_t at) {
    if (node.kind != Node::Kind::kList || path_[at] != '[') return;
    const size_t close = path_.find(']', at);
    if (close == std::string_view::npos) return;
    const std::optional<size_t> index = ReadIndex(path_.substr(at + 1, close - at - 1));
    if (!index.has_value() || *index >= node.items.size()) return;
    const Node& item = node.items[*index];
    Reach(item, close + 1);
    if (field.message_type() != nullptr) IntoMessage(item, *field.message_type(), close + 1);
  }

  void IntoMap(const Node& node, const FieldDescriptor& value, size_t at) {
    if (node.kind != Node::Kind::kMap || !path_.substr(at).starts_with("[\"")) return;
    const size_t begin = at + 2;
    std::vector<std::pair<const Entry*, size_t>> found;  // with the end of their paths
    for (size_t close = path_.find("\"]", begin); close != std::string_view::npos;
         close = path_.find("\"]", close + 1)) {
      const Entry* const entry = FindEntry(node, path_.substr(begin, close - begin));
      if (entry != nullptr) found.emplace_back(entry, close + 2);
    }
    std::sort(found.begin(), found.end());  // as the document has them
    for (const auto& [entry, end] : found) {
      if (entry->value.IsNull() && !IsJsonValue(value)) continue;
      IntoField(entry->value, value, end);
    }
  }

  const Entry* FindEntry(const Node& node, std::string_view key) const {
    const auto sorted = map_.sorted_.find(&node);
    if (sorted == map_.sorted_.end()) {
      for (const Entry& entry : node.entries) {
        if (entry.key == key) return &entry;
      }
      return nullptr;
    }
    const auto& entries = sorted->second;
    const auto found = std::lower_bound(entries.begin(), entries.end(), key, IsBefore);
    return found == entries.end() || (*found)->key != key ? nullptr : *found;
  }

  const SourceMap& map_;
  const std::string_view path_;
  const Node* nearest_ = nullptr;
  size_t reached_ = 0;
};

const Node* SourceMap::Find(std::string_view path) const { return Walk(*this, path).Run(); }

void SourceMap::SetWhole(std::string_view path, const Node& node, const Descriptor& type) {
  path_ = path;
  whole_ = &node;
  type_ = &type;
}

void SourceMap::AddMap(const Node& node) {
  constexpr size_t kFew = 16;
  if (node.entries.size() <= kFew) return;
  std::vector<const Entry*>& entries = sorted_[&node];
  entries.clear();
  for (const Entry& entry : node.entries) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(),
            [](const Entry* a, const Entry* b) { return a->key < b->key; });
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& key) {
  const FieldDescriptor* const field = type.FindFieldByName(key);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(key);
}

bool IsJsonValue(const FieldDescriptor& field) {
  return field.message_type() != nullptr && !field.is_map() &&
         field.message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_VALUE;
}

}  // namespace changepolicy
