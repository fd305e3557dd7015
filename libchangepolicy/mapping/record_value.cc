#include "libchangepolicy/mapping/record_value.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

using cel::Value;
using Json = google::protobuf::Value;

namespace {

// `a.b`, or `a["b c"]` for a key that is no name.
std::string PathOfKey(const std::string& path, std::string_view key) {
  const bool is_name = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!is_name) return StrCat(path, "[\"", Printable(key), "\"]");
  return path.empty() ? std::string(key) : StrCat(path, ".", key);
}

std::string PathOfIndex(const std::string& path, size_t index) {
  return StrCat(path, "[", index, "]");
}

using Entries = std::vector<std::pair<std::string_view, const Json*>>;

// By key: protobuf's own order is that of its hash.
Entries SortedEntries(const google::protobuf::Struct& content) {
  Entries entries;
  for (const auto& [key, value] : content.fields()) entries.emplace_back(key, &value);
  std::sort(entries.begin(), entries.end());
  return entries;
}

class RecordList final : public cel::List {
 public:
  RecordList(const google::protobuf::ListValue& content, std::string file, std::string path,
             ReadLog* log)
      : content_(content), file_(std::move(file)), path_(std::move(path)), log_(*log) {}
  size_t size() const override { return static_cast<size_t>(content_.values_size()); }
  Value At(size_t index) const override {
    return AdaptRecord(content_.values(static_cast<int>(index)), file_, PathOfIndex(path_, index),
                       &log_);
  }

 private:
  const google::protobuf::ListValue& content_;
  std::string file_;
  std::string path_;
  ReadLog& log_;
};

class RecordMap final : public cel::Map {
 public:
  RecordMap(const google::protobuf::Struct& content, std::string file, std::string path,
            ReadLog* log)
      : entries_(SortedEntries(content)),
        file_(std::move(file)),
        path_(std::move(path)),
        log_(*log) {}
  size_t size() const override { return entries_.size(); }
  Value KeyAt(size_t index) const override {
    return Value::String(std::string(entries_[index].first));
  }
  Value ValueAt(size_t index) const override {
    return AdaptRecord(*entries_[index].second, file_, PathOfKey(path_, entries_[index].first),
                       &log_);
  }
  std::optional<size_t> IndexOf(const cel::KeyView& key) const override {
    const auto* const name = std::get_if<std::string_view>(&key.key);
    if (name == nullptr) return std::nullopt;
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), *name,
        [](const auto& entry, std::string_view name) { return entry.first < name; });
    if (found == entries_.end() || found->first != *name) {
      log_.OnMissing(file_, PathOfKey(path_, *name));
      return std::nullopt;
    }
    return static_cast<size_t>(found - entries_.begin());
  }

 private:
  Entries entries_;
  std::string file_;
  std::string path_;
  ReadLog& log_;
};

// Counts the parts that say something and those of them that nobody read.
struct Count {
  int all = 0;
  int unread = 0;
};

class UnreadWalk {
 public:
  explicit UnreadWalk(const std::set<std::string>& read) : read_(read) {}

  // Depth is bounded by that of documents (source/read.h).
  Count Walk(const Json& value, const std::string& path) {
    const size_t before = parts_.size();
    Count count;
    const auto walk = [&](const Json& part, const std::string& at) {
      const Count inner = Walk(part, at);
      count.all += inner.all;
      count.unread += inner.unread;
    };
    if (value.has_struct_value()) {
      for (const auto& [key, part] : SortedEntries(value.struct_value())) {
        walk(*part, PathOfKey(path, key));
      }
    } else if (value.has_list_value()) {
      for (int i = 0; i < value.list_value().values_size(); ++i) {
        walk(value.list_value().values(i), PathOfIndex(path, static_cast<size_t>(i)));
      }
    } else if (Says(value)) {
      count = {1, read_.contains(path) ? 0 : 1};
    }
    if (count.all > 0 && count.unread == count.all && !path.empty()) {
      parts_.resize(before);
      parts_.push_back({path, count.all});
    }
    return count;
  }

  std::vector<UnreadPart> TakeParts() { return std::move(parts_); }

 private:
  static bool Says(const Json& value) {
    return !value.has_null_value() && value.kind_case() != Json::KIND_NOT_SET &&
           !(value.has_string_value() && value.string_value().empty());
  }

  const std::set<std::string>& read_;
  std::vector<UnreadPart> parts_;
};

}  // namespace

void ReadLog::OnRead(const std::string& file, const std::string& path, const Value& value) {
  if (is_paused_) return;
  last_ = path;
  recent_.insert({file, path, value.ToString()});
  paths_[file].insert(path);
}

std::set<SourceValue> ReadLog::Take() {
  missing_.clear();
  last_.clear();
  return std::exchange(recent_, {});
}

const std::set<std::string>& ReadLog::PathsOf(const std::string& file) const {
  static const auto& nothing = *new std::set<std::string>();
  const auto found = paths_.find(file);
  return found == paths_.end() ? nothing : found->second;
}

Value AdaptRecord(const Json& content, const std::string& file, const std::string& path,
                  ReadLog* log) {
  Value value;
  switch (content.kind_case()) {
    case Json::kStructValue:
      return Value::FromMap(std::make_shared<RecordMap>(content.struct_value(), file, path, log));
    case Json::kListValue:
      return Value::FromList(std::make_shared<RecordList>(content.list_value(), file, path, log));
    case Json::kBoolValue:
      value = Value::Bool(content.bool_value());
      break;
    case Json::kNumberValue:
      value = Value::Double(content.number_value());
      break;
    case Json::kStringValue:
      value = Value::String(content.string_value());
      break;
    default:
      break;
  }
  log->OnRead(file, path, value);
  return value;
}

std::vector<UnreadPart> UnreadParts(const Json& content, const std::set<std::string>& read) {
  UnreadWalk walk(read);
  walk.Walk(content, "");
  return walk.TakeParts();
}

}  // namespace changepolicy
