// JSON by nlohmann's events; the only file that includes it.
#include "nlohmann/json.hpp"

#include <cstddef>
#include <exception>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

namespace {

// Walks the text and tells how far the reader has come, which its events do not.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (furthest_ != nullptr) *furthest_ = at_;
    return *this;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ != b.at_;
  }

 private:
  const char* at_;
  const char** furthest_;
};

class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(Document* document, int max_depth, const char* const* furthest, Issues* issues)
      : document_(*document), max_depth_(max_depth), furthest_(furthest), issues_(*issues) {}

  bool null() override { return Put(Scalar("null", false)); }
  bool boolean(bool value) override { return Put(Scalar(value ? "true" : "false", false)); }
  bool number_integer(number_integer_t value) override { return Put(Scalar(StrCat(value), false)); }
  bool number_unsigned(number_unsigned_t value) override {
    return Put(Scalar(StrCat(value), false));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Put(Scalar(text, false));
  }
  bool string(string_t& value) override { return Put(Scalar(value, true)); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return Open(Node::Kind::kMap); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(Node::Kind::kList); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    const size_t offset = TakeToken();
    Level& level = levels_.back();
    if (!level.keys.insert(name).second) {
      issues_.push_back(document_.MakeIssue("duplicate-key",
                                            StrCat("`", name, "` is given a second time"),
                                            "keep one of them", "", offset, name.size() + 2));
      return false;
    }
    level.entry = {.key = name, .offset = offset};
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception&) override {
    const size_t offset = position == 0 ? 0 : position - 1;
    issues_.push_back(document_.MakeIssue(
        "json-syntax",
        token.empty() ? "the text is not JSON"
                      : StrCat("the text is not JSON at `", token.substr(0, 40), "`"),
        "check the commas, quotes and brackets before this place", "", offset, 1));
    return false;
  }

 private:
  struct Level {
    Node node;
    Entry entry;
    std::set<std::string> keys;
  };

  // Where the token that was just read begins: after the one before it and what separates them.
  size_t TakeToken() {
    const std::string& text = document_.text();
    const size_t begin = std::min(text.find_first_not_of(" \t\r\n,:", end_), text.size());
    end_ = std::max(begin, static_cast<size_t>(*furthest_ - text.data()));
    return begin;
  }

  Node Scalar(std::string text, bool quoted) {
    Node node{.text = std::move(text), .quoted = quoted};
    node.offset = TakeToken();
    // A number is only known to end by what follows it.
    const std::string& source = document_.text();
    if (!quoted && end_ > node.offset + 1 && end_ <= source.size()) {
      const char last = source[end_ - 1];
      if (last == ',' || last == ']' || last == '}') --end_;
    }
    return node;
  }

  bool Open(Node::Kind kind) {
    const size_t offset = TakeToken();
    if (static_cast<int>(levels_.size()) >= max_depth_) {
      issues_.push_back(document_.MakeIssue("too-deep",
                                            StrCat("nested deeper than ", max_depth_, " levels"),
                                            "flatten the document", "", offset, 1));
      return false;
    }
    levels_.push_back({.node = {.kind = kind, .offset = offset}});
    return true;
  }

  bool Close() {
    TakeToken();
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    return Put(std::move(node));
  }

  bool Put(Node node) {
    if (levels_.empty()) {
      document_.root = std::move(node);
    } else if (levels_.back().node.kind == Node::Kind::kList) {
      levels_.back().node.items.push_back(std::move(node));
    } else {
      levels_.back().entry.value = std::move(node);
      levels_.back().node.entries.push_back(std::move(levels_.back().entry));
    }
    return true;
  }

  Document& document_;
  const int max_depth_;
  const char* const* furthest_;
  Issues& issues_;
  size_t end_ = 0;
  std::vector<Level> levels_;
};

}  // namespace

bool ReadJson(Document* document, const ReadOptions& options, Issues* issues) {
  const std::string& text = document->text();
  const char* furthest = text.data();
  Builder builder(document, options.max_depth, &furthest, issues);
  try {
    return nlohmann::json::sax_parse(CountingIterator(text.data(), &furthest),
                                     CountingIterator(text.data() + text.size(), nullptr),
                                     &builder);
  } catch (const std::exception& error) {
    issues->push_back(
        document->MakeIssue("json-syntax", "the text is not JSON", error.what(), "", 0, 1));
    return false;
  }
}

}  // namespace changepolicy
