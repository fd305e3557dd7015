// YAML by libyaml's events; the only file that includes it.
#include "yaml.h"

#include <cstring>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"
#include "libchangepolicy/source/yaml_characters.h"

namespace changepolicy {

namespace {

std::string_view ViewOf(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

struct Parser {
  explicit Parser(std::string_view text) {
    good = yaml_parser_initialize(&state) != 0;
    if (!good) return;
    // What the bytes look like decides nothing: they are UTF-8.
    yaml_parser_set_encoding(&state, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Parser() { yaml_parser_delete(&state); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  yaml_parser_t state;
  bool good = false;
};

struct Event {
  Event() { std::memset(&state, 0, sizeof(state)); }
  ~Event() { yaml_event_delete(&state); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  yaml_event_t state;
};

// Builds the tree. Whatever is refused is reported once, and nothing is read after it.
class Builder {
 public:
  Builder(Document* document, YamlCharacters* characters, int max_depth, Issues* issues)
      : document_(*document), characters_(*characters), max_depth_(max_depth), issues_(*issues) {}

  // Whether a document was read to its end.
  bool finished() const { return finished_; }

  // False when the event is refused.
  bool Take(const yaml_event_t& event) {
    const size_t offset = Offset(event.start_mark);
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        return !finished_ || Refuse("second-document", "a second document begins here",
                                    "keep one document in a file", offset);
      case YAML_DOCUMENT_END_EVENT:
        finished_ = true;
        return true;
      case YAML_ALIAS_EVENT:
        return Refuse("yaml-alias", "aliases are not read", "write the value out", offset);
      case YAML_SCALAR_EVENT:
        return Scalar(event, offset);
      case YAML_SEQUENCE_START_EVENT:
        return Open(Node::Kind::kList, ViewOf(event.data.sequence_start.tag),
                    event.data.sequence_start.anchor, offset);
      case YAML_MAPPING_START_EVENT:
        return Open(Node::Kind::kMap, ViewOf(event.data.mapping_start.tag),
                    event.data.mapping_start.anchor, offset);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return Close();
      default:
        return true;
    }
  }

 private:
  // A list or map that is open. What is in it stands at the end of `items_` or `entries_` until
  // its number is known.
  struct Level {
    Node::Kind kind;
    size_t offset;
    size_t first;
    bool has_key = false;                              // the last entry waits for its value
    std::unique_ptr<std::set<std::string>> keys = {};  // where there are many
  };

  size_t Offset(const yaml_mark_t& mark) { return characters_.ByteOf(mark.index); }

  bool Refuse(std::string_view id, std::string message, std::string help, size_t offset) {
    issues_.push_back(document_.MakeIssue(id, std::move(message), std::move(help), "", offset, 1));
    return false;
  }

  bool RefuseTag(std::string_view tag, size_t offset) {
    return Refuse("yaml-tag", StrCat("the tag `", tag, "` is not read"), "remove it", offset);
  }

  bool RefuseAnchor(size_t offset) {
    return Refuse("yaml-anchor", "anchors are not read", "write the value out where it is used",
                  offset);
  }

  bool Scalar(const yaml_event_t& event, size_t offset) {
    const auto& scalar = event.data.scalar;
    const std::string_view tag = ViewOf(scalar.tag);
    if (!tag.empty() && tag != "!" && tag != YAML_STR_TAG) return RefuseTag(tag, offset);
    if (scalar.anchor != nullptr) return RefuseAnchor(offset);
    const bool quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE || !tag.empty();
    if (IsGlued(offset, scalar.length > 0)) {
      return Refuse("yaml-syntax", "the text is not YAML: no blank stands before this value",
                    "put text that begins with `:` or `?` into quotes", offset - 1);
    }
    std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (!quoted && IsNullText(text)) text = {};
    if (AwaitsKey()) return Key(text, quoted, offset);
    Node& node = Place();
    node.quoted = quoted;
    node.offset = offset;
    node.text = text;
    characters_.Restore(&node.text);
    return true;
  }

  // In braces and brackets libyaml takes `?` and `:` for signs of keys and values where nothing
  // blank is behind them, but YAML 1.2 for the beginning of a text. Only behind a key in quotes, as
  // JSON has them, may a value follow its colon at once.
  bool IsGlued(size_t offset, bool has_text) const {
    const std::string_view text = document_.text();
    if (offset == 0 || offset >= text.size()) return false;
    const char before = text[offset - 1], at = text[offset];
    if (before == '?') return at != ' ' && at != '\t' && at != '\n' && at != '\r';
    return before == ':' && has_text && !key_was_quoted_;
  }

  bool Open(Node::Kind kind, std::string_view tag, const yaml_char_t* anchor, size_t offset) {
    if (!tag.empty() && tag != "!" && tag != YAML_MAP_TAG && tag != YAML_SEQ_TAG) {
      return RefuseTag(tag, offset);
    }
    if (anchor != nullptr) return RefuseAnchor(offset);
    if (static_cast<int>(levels_.size()) >= max_depth_) {
      return Refuse("too-deep", StrCat("nested deeper than ", max_depth_, " levels"),
                    "flatten the document", offset);
    }
    const size_t first = kind == Node::Kind::kList ? items_.size() : entries_.size();
    levels_.push_back({.kind = kind, .offset = offset, .first = first});
    return true;
  }

  bool Close() {
    const Level level = std::move(levels_.back());
    levels_.pop_back();
    std::vector<Node> items;
    std::vector<Entry> entries;
    if (level.kind == Node::Kind::kList) {
      MoveEnd(level.first, &items_, &items);
    } else {
      MoveEnd(level.first, &entries_, &entries);
    }
    if (AwaitsKey()) {
      return Refuse("yaml-key", "a key must be a plain text",
                    "quote braces and brackets that stand at the start of a text", level.offset);
    }
    Node& node = Place();
    node.kind = level.kind;
    node.offset = level.offset;
    node.items = std::move(items);
    node.entries = std::move(entries);
    return true;
  }

  template <typename Part>
  static void MoveEnd(size_t first, std::vector<Part>* from, std::vector<Part>* to) {
    const auto begin = from->begin() + static_cast<std::ptrdiff_t>(first);
    to->assign(std::make_move_iterator(begin), std::make_move_iterator(from->end()));
    from->erase(begin, from->end());
  }

  bool AwaitsKey() const {
    return !levels_.empty() && levels_.back().kind == Node::Kind::kMap && !levels_.back().has_key;
  }

  // Where the next value goes; REQUIRES that no key is awaited. Nodes are large, and made in place.
  Node& Place() {
    if (levels_.empty()) return document_.root;
    Level& level = levels_.back();
    if (level.kind == Node::Kind::kList) return items_.emplace_back();
    level.has_key = false;
    return entries_.back().value;
  }

  bool Key(std::string_view text, bool quoted, size_t offset) {
    Level& level = levels_.back();
    std::string key(text);
    characters_.Restore(&key);
    if (IsGiven(&level, key)) {
      int first = 0;
      for (size_t i = level.first; i < entries_.size(); ++i) {
        if (entries_[i].key == key) first = document_.PositionAt(entries_[i].offset).line;
      }
      return Refuse("duplicate-key", StrCat("`", key, "` is given a second time"),
                    StrCat("the first one is on line ", first, "; keep one of them"), offset);
    }
    Entry& entry = entries_.emplace_back();
    entry.key = std::move(key);
    entry.offset = offset;
    level.has_key = true;
    key_was_quoted_ = quoted;
    return true;
  }

  bool IsGiven(Level* level, const std::string& key) {
    constexpr size_t kFew = 16;
    if (level->keys != nullptr) return !level->keys->insert(key).second;
    bool given = false;
    for (size_t i = level->first; i < entries_.size(); ++i) {
      given = given || entries_[i].key == key;
    }
    if (!given && entries_.size() - level->first == kFew) {
      level->keys = std::make_unique<std::set<std::string>>();
      for (size_t i = level->first; i < entries_.size(); ++i) level->keys->insert(entries_[i].key);
      level->keys->insert(key);
    }
    return given;
  }

  Document& document_;
  YamlCharacters& characters_;
  const int max_depth_;
  Issues& issues_;
  bool finished_ = false;
  bool key_was_quoted_ = false;  // the last one
  std::vector<Level> levels_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
};

// What libyaml says, in words that lead to the mistake.
std::string SyntaxHelp(std::string_view problem) {
  const auto says = [&](std::string_view part) { return problem.find(part) != problem.npos; };
  if (says("',' or ']'")) return "close the list with `]`, or put a comma between items";
  if (says("',' or '}'")) return "close the map with `}`, or put a comma between entries";
  if (says("mapping values are not allowed")) {
    return "put text that has `: ` in it into quotes, and indent with spaces, not tabs";
  }
  if (says("unexpected end of stream") || says("unexpected document indicator")) {
    return "close the quote that is open";
  }
  if (says("<document start>")) {
    return "the document has ended before this: check the indentation and brackets above, and keep "
           "one document in a file";
  }
  if (says("escape") || says("hexdecimal")) {
    return "write `\\\\` for a backslash, or use single quotes";
  }
  if (says("tab")) return "indent with spaces";
  if (says("cannot start any token")) {
    return "put text that begins with such a character into quotes, and indent with spaces, not "
           "tabs";
  }
  return "check the indentation, quotes and brackets here and in the line before";
}

}  // namespace

bool ReadYaml(Document* document, const ReadOptions& options, Issues* issues) {
  YamlCharacters characters(document->text());
  const auto refuse = [&](std::string_view problem, std::string help, size_t offset) {
    issues->push_back(document->MakeIssue("yaml-syntax", StrCat("the text is not YAML: ", problem),
                                          std::move(help), "", offset, 1));
    return false;
  };
  if (characters.first_refused().has_value()) {
    return refuse("a character that is no text",
                  "write it in double quotes, as an escape like `\\x1b`",
                  *characters.first_refused());
  }
  Builder builder(document, &characters, options.max_depth, issues);
  Parser parser(characters.text());
  if (!parser.good) return refuse("there is not enough memory", "", 0);
  for (bool at_end = false; !at_end;) {
    Event event;
    if (yaml_parser_parse(&parser.state, &event.state) == 0) {
      const char* const said = parser.state.problem;
      const std::string_view problem = said == nullptr ? "there is not enough memory" : said;
      return refuse(problem, SyntaxHelp(problem),
                    characters.ByteOf(parser.state.problem_mark.index));
    }
    at_end = event.state.type == YAML_STREAM_END_EVENT;
    if (!builder.Take(event.state)) return false;
  }
  if (!builder.finished()) {
    issues->push_back(document->MakeIssue("empty", "the document holds only comments",
                                          "write the record below them, or leave the file out", "",
                                          0, 1));
    return false;
  }
  return true;
}

}  // namespace changepolicy
