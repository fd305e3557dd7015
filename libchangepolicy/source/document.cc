#include "libchangepolicy/source/document.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {

namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool StartsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

int CountCodePoints(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), StartsCodePoint));
}

// Bytes of the escape that stands at the start of `text`, as JSON and YAML write them.
size_t EscapeLength(std::string_view text) {
  if (text.size() < 2) return text.size();
  switch (text[1]) {
    case 'x':
      return std::min<size_t>(4, text.size());
    case 'u':
      return std::min<size_t>(6, text.size());
    case 'U':
      return std::min<size_t>(10, text.size());
    default:
      return 2;
  }
}

// JSON has doubles only: a whole number that they would round, like a long id, stays a text.
bool IsExact(std::string_view text, double number) {
  constexpr double kFirstInexact = 9007199254740992;  // 2^53
  return std::fabs(number) < kFirstInexact || text.find_first_of(".eE") != std::string_view::npos;
}

}  // namespace

bool Node::IsNull() const { return kind == Kind::kScalar && !quoted && IsNullText(text); }

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Document::Document(std::string_view file, std::string_view text) : file_(file), text_(text) {
  lines_.push_back(0);
  size_t longest = 0;
  for (size_t i = text_.find('\n'); i != std::string::npos; i = text_.find('\n', i + 1)) {
    longest = std::max(longest, i - lines_.back());
    lines_.push_back(i + 1);
  }
  longest = std::max(longest, text_.size() - lines_.back());
  if (longest <= kStretch) return;
  int points = 0;
  for (size_t i = 0; i < text_.size(); i += kStretch) {
    points_before_.push_back(points);
    points += CountCodePoints(std::string_view(text_).substr(i, kStretch));
  }
}

Position Document::PositionAt(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
  return {.line = static_cast<int>(line - lines_.begin()) + 1,
          .column = PointsBetween(*line, offset) + 1};
}

int Document::PointsBetween(size_t begin, size_t end) const {
  const std::string_view text = text_;
  const size_t first = begin / kStretch;
  const size_t last = std::min(end, text.size() - 1) / kStretch;
  if (first == last || points_before_.empty()) {
    return CountCodePoints(text.substr(begin, end - begin));
  }
  return points_before_[last] - points_before_[first] -
         CountCodePoints(text.substr(first * kStretch, begin - first * kStretch)) +
         CountCodePoints(text.substr(last * kStretch, end - last * kStretch));
}

size_t Document::OffsetOf(int line, int byte_column) const {
  if (line < 0 || static_cast<size_t>(line) >= lines_.size()) return text_.size();
  return std::min(lines_[static_cast<size_t>(line)] + static_cast<size_t>(std::max(0, byte_column)),
                  text_.size());
}

namespace {

// Walks a scalar's text and its source side by side; offsets are asked for in ascending order.
class ScalarWalk {
 public:
  ScalarWalk(const Node& scalar, std::string_view source) : text_(scalar.text), source_(source) {
    at_ = std::min(scalar.offset, source.size());
    if (at_ == source.size() || !scalar.quoted) return;
    if (source[at_] == '"' || source[at_] == '\'') {
      quote_ = source[at_++];
    } else if (source[at_] == '|' || source[at_] == '>') {
      at_ = std::min(source.find('\n', at_), source.size() - 1) + 1;
    }
  }

  size_t To(size_t offset) {
    // What is missing at the end is missing after the last byte, not before whatever comes next.
    if (!text_.empty() && offset >= text_.size()) {
      return std::min(Reach(text_.size() - 1) + 1, source_.size());
    }
    return Reach(offset);
  }

 private:
  size_t Reach(size_t offset) {
    while (at_ < source_.size()) {
      // Runs of blanks stand for each other.
      if (i_ < text_.size() && IsBlank(text_[i_]) && (IsBlank(source_[at_]) || quote_ == '\0')) {
        if (i_ >= offset) return at_;
        while (i_ < text_.size() && IsBlank(text_[i_]) && i_ < offset) ++i_;
        SkipBlanks();
        continue;
      }
      SkipBlanks();
      if (i_ >= offset || at_ == source_.size()) return at_;
      if (quote_ == '"' && source_[at_] == '\\') {
        at_ += EscapeLength(source_.substr(at_));
        for (++i_; i_ < text_.size() && !StartsCodePoint(text_[i_]); ++i_) {
        }
        continue;
      }
      if (quote_ == '\'' && source_.substr(at_, 2) == "\'\'") ++at_;
      ++at_;
      ++i_;
    }
    return std::min(at_, source_.size());
  }

  void SkipBlanks() {
    while (at_ < source_.size() && IsBlank(source_[at_])) ++at_;
  }

  std::string_view text_, source_;
  size_t i_ = 0, at_ = 0;
  char quote_ = '\0';
};

}  // namespace

size_t Document::OffsetInside(const Node& scalar, size_t offset) const {
  return ScalarWalk(scalar, text_).To(offset);
}

std::vector<Position> Document::PositionsInside(const Node& scalar,
                                                const std::vector<size_t>& offsets) const {
  std::vector<size_t> order(offsets.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return offsets[a] < offsets[b]; });
  std::vector<Position> positions(offsets.size());
  ScalarWalk walk(scalar, text_);
  size_t last = 0;
  Position position{.line = 1, .column = 1};
  for (const size_t index : order) {
    const size_t at = walk.To(offsets[index]);
    const std::string_view between = std::string_view(text_).substr(last, at - last);
    if (last == 0 || between.find('\n') != std::string_view::npos) {
      position = PositionAt(at);
    } else {
      position.column += CountCodePoints(between);
    }
    positions[index] = position;
    last = at;
  }
  return positions;
}

const Node* Document::FindPath(std::string_view path) const {
  const Node* node = &root;
  while (!path.empty() && node != nullptr) {
    if (path[0] == '.') path.remove_prefix(1);
    if (!path.starts_with('[')) {
      const size_t end = std::min(path.find_first_of(".["), path.size());
      node = node->Find(path.substr(0, end));
      path.remove_prefix(end);
      continue;
    }
    const size_t end = path.find(']');
    if (end == std::string_view::npos) return nullptr;
    std::string_view key = path.substr(1, end - 1);
    path.remove_prefix(end + 1);
    if (node->kind == Node::Kind::kMap) {
      if (key.size() >= 2 && key.starts_with('"')) key = key.substr(1, key.size() - 2);
      node = node->Find(key);
      continue;
    }
    const Node* found = nullptr;
    for (const Node& item : node->items) {
      const Node* const id = item.Find("id");
      if (id != nullptr && id->kind == Node::Kind::kScalar && id->text == key) found = &item;
    }
    size_t index = 0;
    if (found == nullptr && absl::SimpleAtoi(ToAbsl(key), &index) && index < node->items.size()) {
      found = &node->items[index];
    }
    node = found;
  }
  return node;
}

Issue Document::MakeIssue(std::string_view id, std::string message, std::string help,
                          std::string_view path, size_t offset, size_t length) const {
  Issue issue;
  issue.id = id;
  issue.message = std::move(message);
  issue.help = std::move(help);
  issue.path = path;
  issue.file = file_;
  offset = std::min(offset, text_.size());
  issue.position = PositionAt(offset);
  const size_t begin = lines_[static_cast<size_t>(issue.position.line) - 1];
  const size_t end = std::min(text_.find('\n', begin), text_.size());
  // A line may be a whole document of JSON; what is shown stays readable.
  constexpr size_t kLongest = 400;
  if (end - begin <= kLongest) issue.source_line = text_.substr(begin, end - begin);
  const size_t stop = std::clamp(offset + length, offset, std::max(offset, end));
  issue.length =
      std::max(1, CountCodePoints(std::string_view(text_).substr(offset, stop - offset)));
  return issue;
}

Issue Document::MakeIssue(std::string_view id, std::string message, std::string help,
                          std::string_view path, const Node& node) const {
  const size_t length = node.kind != Node::Kind::kScalar ? 1
                        : node.quoted                    ? node.text.size() + 2
                                                         : node.text.size();
  return MakeIssue(id, std::move(message), std::move(help), path, node.offset, length);
}

google::protobuf::Value ToJsonValue(const Node& node) {
  google::protobuf::Value value;
  switch (node.kind) {
    case Node::Kind::kList:
      value.mutable_list_value();
      for (const Node& item : node.items) {
        *value.mutable_list_value()->add_values() = ToJsonValue(item);
      }
      return value;
    case Node::Kind::kMap:
      value.mutable_struct_value();
      for (const Entry& entry : node.entries) {
        (*value.mutable_struct_value()->mutable_fields())[entry.key] = ToJsonValue(entry.value);
      }
      return value;
    case Node::Kind::kScalar:
      break;
  }
  double number = 0;
  if (node.IsNull()) {
    value.set_null_value(google::protobuf::NULL_VALUE);
  } else if (!node.quoted && ReadBool(node.text).has_value()) {
    value.set_bool_value(*ReadBool(node.text));
  } else if (!node.quoted && ReadNumber(node.text, &number) && IsExact(node.text, number)) {
    value.set_number_value(number);
  } else {
    value.set_string_value(node.text);
  }
  return value;
}

}  // namespace changepolicy
