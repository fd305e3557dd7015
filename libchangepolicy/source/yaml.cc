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
    if (tag != "?" && tag != "!" && !tag.empty() && tag != "tag:yaml.org,2002:str") {
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
    if (tag != "?" && tag != "!" && !tag.empty() && tag != "tag:yaml.org,2002:map" &&
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
      Refuse("yaml-key", "a key must be a plain text",
             "quote braces and brackets that stand at the start of a text", node.offset);
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

// What yaml-cpp says, in words that lead to the mistake.
std::string SyntaxHelp(std::string_view message) {
  const auto says = [&](std::string_view part) { return message.find(part) != message.npos; };
  if (says("end of sequence flow")) return "close the list with `]`, or put a comma between items";
  if (says("end of map flow")) return "close the map with `}`, or put a comma between entries";
  if (says("illegal map value")) {
    return "put text that has `: ` in it into quotes, and indent with spaces, not tabs";
  }
  if (says("illegal EOF") || says("end of file")) return "close the quote that is open";
  if (says("escape")) return "write `\\\\` for a backslash, or use single quotes";
  if (says("tab")) return "indent with spaces";
  return "check the indentation, quotes and brackets here and in the line before";
}

}  // namespace

bool ReadYaml(Document* document, const ReadOptions& options, Issues* issues) {
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
        "yaml-syntax", StrCat("the text is not YAML: ", error.msg), SyntaxHelp(error.msg), "",
        error.mark.is_null() ? 0 : document->OffsetOf(error.mark.line, error.mark.column), 1));
    return false;
  } catch (const std::exception& error) {
    issues->push_back(document->MakeIssue("yaml-syntax",
                                          StrCat("the text is not YAML: ", error.what()),
                                          SyntaxHelp(error.what()), "", 0, 1));
    return false;
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
