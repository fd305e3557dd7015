#include "libchangepolicy/domain/changelog.h"

#include <cmark.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/bare_text.h"

namespace changepolicy {
namespace {

struct FreeNode {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
  void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};

constexpr std::string_view kBlanks = " \t\r\n";

// Collects text, blanks as one space, with what is to stand before the next piece.
class TextCollector {
 public:
  void Separate(std::string_view separator) { separator_ = separator; }
  void SeparateWeakly() {
    if (separator_.empty()) separator_ = " ";
  }

  void Add(std::string_view piece) {
    while (!piece.empty()) {
      const size_t blanks = std::min(piece.find_first_not_of(kBlanks), piece.size());
      if (blanks > 0) SeparateWeakly();
      piece.remove_prefix(blanks);
      const size_t length = std::min(piece.find_first_of(kBlanks), piece.size());
      if (length == 0) continue;
      if (!text_.empty()) {
        // A colon need not be doubled.
        const bool doubled = separator_.starts_with(':') && text_.ends_with(':');
        text_ += doubled ? separator_.substr(1) : separator_;
      }
      separator_ = "";
      text_ += piece.substr(0, length);
      piece.remove_prefix(length);
    }
  }

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  std::string_view separator_;
};

// The text of a block and all that is in it: `outer: inner; other inner`. Blocks may be nested to
// any depth, so nothing here recurses.
std::string TextOf(cmark_node* block) {
  const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(block));
  TextCollector text;
  for (cmark_event_type event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator.get())) {
    cmark_node* const node = cmark_iter_get_node(iterator.get());
    if (event != CMARK_EVENT_ENTER || node == block) continue;
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_LIST:
        text.Separate(": ");
        break;
      case CMARK_NODE_ITEM:
        if (cmark_node_previous(node) != nullptr) text.Separate("; ");
        break;
      case CMARK_NODE_TEXT:
      case CMARK_NODE_CODE:
        text.Add(cmark_node_get_literal(node));
        break;
      case CMARK_NODE_CODE_BLOCK:
        text.SeparateWeakly();
        text.Add(cmark_node_get_literal(node));
        break;
      case CMARK_NODE_PARAGRAPH:
      case CMARK_NODE_HEADING:
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK:
        text.SeparateWeakly();
        break;
      default:
        break;
    }
  }
  return text.Take();
}

std::string_view WithoutBrackets(std::string_view word) {
  if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
  return word;
}

std::string_view WithoutV(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  return version;
}

// `2.1.0` of the heading `[2.1.0] - 2026-01-31`.
std::string_view VersionOf(std::string_view heading) {
  return WithoutV(WithoutBrackets(heading.substr(0, heading.find(' '))));
}

bool SaysYanked(std::string_view heading) {
  while (!heading.empty()) {
    const size_t length = std::min(heading.find(' '), heading.size());
    if (absl::EqualsIgnoreCase(ToAbsl(WithoutBrackets(heading.substr(0, length))), "yanked")) {
      return true;
    }
    heading.remove_prefix(std::min(length + 1, heading.size()));
  }
  return false;
}

// Which list of a section a heading of the third level is about.
struct Topic {
  std::string_view heading;  // as BareText
  ChangelogEntries ChangelogSection::*list;
  std::string_view prefix = "";
};
constexpr std::array kTopics = {
    Topic{"added", &ChangelogSection::features},
    Topic{"changed", &ChangelogSection::features},
    Topic{"deprecated", &ChangelogSection::features},
    Topic{"removed", &ChangelogSection::features, kRemovedFeature},
    Topic{"fixed", &ChangelogSection::fixes},
    Topic{"security", &ChangelogSection::fixes},
    Topic{"knownissues", &ChangelogSection::known_issues},
    Topic{"upgradenotes", &ChangelogSection::instructions},
    Topic{"instructions", &ChangelogSection::instructions},
    Topic{"migration", &ChangelogSection::instructions},
};

const Topic* FindTopic(std::string_view heading) {
  const std::string bare = BareText(heading);
  const auto found = std::find_if(kTopics.begin(), kTopics.end(),
                                  [&](const Topic& topic) { return topic.heading == bare; });
  return found == kTopics.end() ? nullptr : &*found;
}

bool SaysNone(std::string_view entry) {
  static constexpr std::array<std::string_view, 5> kNone = {"none", "noneknown", "noknownissues",
                                                            "nothing", "na"};
  const std::string bare = BareText(entry);
  return std::find(kNone.begin(), kNone.end(), bare) != kNone.end();
}

class Reader {
 public:
  explicit Reader(std::string_view version) : version_(WithoutV(version)) {}

  ChangelogSection Read(cmark_node* document) {
    for (cmark_node* block = cmark_node_first_child(document); block != nullptr;
         block = cmark_node_next(block)) {
      if (cmark_node_get_type(block) == CMARK_NODE_HEADING) {
        ReadHeading(cmark_node_get_heading_level(block), TextOf(block));
      } else if (inside_ && topic_ != nullptr) {
        ReadBlock(block);
      }
    }
    return std::move(section_);
  }

 private:
  void ReadHeading(int level, const std::string& text) {
    if (level > 3) return;
    topic_ = level == 3 ? FindTopic(text) : nullptr;
    if (level == 3) return;
    inside_ = level == 2 && VersionOf(text) == version_;
    if (!inside_) return;
    section_.found = true;
    section_.yanked = section_.yanked || SaysYanked(text);
  }

  void ReadBlock(cmark_node* block) {
    switch (cmark_node_get_type(block)) {
      case CMARK_NODE_LIST:
        for (cmark_node* item = cmark_node_first_child(block); item != nullptr;
             item = cmark_node_next(item)) {
          Add(TextOf(item));
        }
        break;
      case CMARK_NODE_PARAGRAPH:
      case CMARK_NODE_BLOCK_QUOTE:
        Add(TextOf(block));
        break;
      default:
        break;
    }
  }

  void Add(const std::string& text) {
    if (text.empty()) return;
    ChangelogEntries& list = section_.*topic_->list;
    if (SaysNone(text)) {
      list.none = true;
    } else {
      list.entries.push_back(StrCat(topic_->prefix, text));
    }
  }

  const std::string_view version_;
  ChangelogSection section_;
  bool inside_ = false;
  const Topic* topic_ = nullptr;
};

}  // namespace

ChangelogSection ReadChangelog(std::string_view text, std::string_view version) {
  if (text.size() > kMaxChangelogBytes || version.empty()) return {};
  const std::unique_ptr<cmark_node, FreeNode> document(
      cmark_parse_document(text.data(), text.size(), CMARK_OPT_VALIDATE_UTF8));
  ChangelogSection section = Reader(version).Read(document.get());
  for (const auto list : {&ChangelogSection::features, &ChangelogSection::fixes,
                          &ChangelogSection::known_issues, &ChangelogSection::instructions}) {
    ChangelogEntries& entries = section.*list;
    if (!entries.entries.empty()) entries.none = false;
  }
  const bool has_features = !section.features.entries.empty();
  const bool has_fixes = !section.fixes.entries.empty();
  section.features.none |= has_fixes && !has_features;
  section.fixes.none |= has_features && !has_fixes;
  return section;
}

}  // namespace changepolicy
