// YAML by yaml-cpp's events; the only file that includes it. Its exceptions end here.
#include <exception>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "yaml-cpp/anchor.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"

namespace changepolicy {

namespace {

// Ends the parsing from inside a handler.
class Stop final : public std::exception {};

// Builds the tree; what it refuses is reported once and stops everything.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Document* document, int max_depth, Issues* issues)
      : document_(*document), max_depth_(max_depth), issues_(*issues) {}

  bool finished() const { return finished_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (finished_) {
      Refuse("second-document", "a second document begins here", "keep one document in a file",
             Offset(mark));
    }
  }
  void OnDocumentEnd() override { finished_ = true; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add({.text = "", .offset = Offset(mark)}, anchor, mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse("yaml-alias", "aliases are not read", "write the value out", Offset(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!" && tag != "" && tag != "tag:yaml.org,2002:str") {
      Refuse("yaml-tag", StrCat("the tag `", tag, "` is not read"), "remove it", Offset(mark));
    }
    Add({.text = value, .quoted = tag == "!" || tag.ends_with(":str"), .offset = Offset(mark)},
        anchor, mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(Node::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(Node::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Level {
    Node node;
    std::optional<Entry> entry;  // a key that waits for its value
    std::set<std::string> keys;
  };

  size_t Offset(const YAML::Mark& mark) const {
    return mark.is_null() ? 0 : document_.OffsetOf(mark.line, mark.column);
  }

  [[noreturn]] void Refuse(std::string_view id, std::string message, std::string help,
                           size_t offset) {
    issues_.push_back(document_.MakeIssue(id, std::move(message), std::move(help), "", offset, 1));
    throw Stop();
  }

  void Open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (tag != "?" && tag != "!" && tag != "" && tag != "tag:yaml.org,2002:map" &&
        tag != "tag:yaml.org,2002:seq") {
      Refuse("yaml-tag", StrCat("the tag `", tag, "` is not read"), "remove it", Offset(mark));
    }
    RefuseAnchor(anchor, mark);
    if (static_cast<int>(levels_.size()) >= max_depth_) {
      Refuse("too-deep", StrCat("nested deeper than ", max_depth_, " levels"),
             "flatten the document", Offset(mark));
    }
    levels_.push_back({.node = {.kind = kind, .offset = Offset(mark)}});
  }

  void Close() {
    Node node = std::move(levels_.back().node);
    levels_.pop_back();
    Put(std::move(node));
  }

  void RefuseAnchor(YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (anchor != 0) {
      Refuse("yaml-anchor", "anchors are not read", "write the value out where it is used",
             Offset(mark));
    }
  }

  void Add(Node node, YAML::anchor_t anchor, const YAML::Mark& mark) {
    RefuseAnchor(anchor, mark);
    Put(std::move(node));
  }

  void Put(Node node) {
    if (levels_.empty()) {
      document_.root = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::kList) {
      level.node.items.push_back(std::move(node));
      return;
    }
    if (level.entry.has_value()) {
      level.entry->value = std::move(node);
      level.node.entries.push_back(*std::move(level.entry));
      level.entry.reset();
      return;
    }
    if (node.kind != Node::Kind::kScalar) {
      Refuse("yaml-key", "a key must be a plain text", "", node.offset);
    }
    if (!level.keys.insert(node.text).second) {
      int first = 0;
      for (const Entry& entry : level.node.entries) {
        if (entry.key == node.text) first = document_.PositionAt(entry.offset).line;
      }
      Refuse("duplicate-key", StrCat("`", node.text, "` is given a second time"),
             StrCat("the first one is on line ", first, "; keep one of them"), node.offset);
    }
    level.entry = Entry{.key = std::move(node.text), .offset = node.offset};
  }

  Document& document_;
  const int max_depth_;
  Issues& issues_;
  bool finished_ = false;
  std::vector<Level> levels_;
};

// Flow brackets nest without line breaks, and yaml-cpp goes down one call per level: what is deeper
// than allowed is refused before it looks. Brackets inside strings and comments are not told apart,
// so the bound here is generous; the builder's own is exact.
bool NestsTooDeep(std::string_view text, int max_depth, size_t* offset) {
  int depth = 0;
  const int bound = max_depth * 20;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '{') ++depth;
    if ((text[i] == ']' || text[i] == '}') && depth > 0) --depth;
    if (depth > bound) {
      *offset = i;
      return true;
    }
  }
  // Block sequences nest on one line: `- - - -`.
  int dashes = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\n') dashes = 0;
    if ((text[i] == '-' || text[i] == '?' || text[i] == ':') && text[i + 1] == ' ') ++dashes;
    if (dashes > bound) {
      *offset = i;
      return true;
    }
  }
  return false;
}

}  // namespace

bool ReadYaml(Document* document, const ReadOptions& options, Issues* issues) {
  size_t offset = 0;
  if (NestsTooDeep(document->text(), options.max_depth, &offset)) {
    issues->push_back(
        document->MakeIssue("too-deep", StrCat("nested deeper than ", options.max_depth, " levels"),
                            "flatten the document", "", offset, 1));
    return false;
  }
  Builder builder(document, options.max_depth, issues);
  try {
    std::istringstream stream(document->text());
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return false;
  } catch (const YAML::Exception& error) {
    issues->push_back(document->MakeIssue(
        "yaml-syntax", StrCat("the text is not YAML: ", error.msg), "", "",
        error.mark.is_null() ? 0 : document->OffsetOf(error.mark.line, error.mark.column), 1));
    return false;
  } catch (const std::exception& error) {
    issues->push_back(document->MakeIssue(
        "yaml-syntax", StrCat("the text is not YAML: ", error.what()), "", "", 0, 1));
    return false;
  }
  if (!builder.finished()) {
    issues->push_back(document->MakeIssue("empty", "the document says nothing",
                                          "it holds only comments", "", 0, 1));
    return false;
  }
  return true;
}

}  // namespace changepolicy
