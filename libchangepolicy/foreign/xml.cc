#include "libchangepolicy/foreign/xml.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libxml/SAX2.h"
#include "libxml/parser.h"
#include "libxml/parserInternals.h"
#include "libxml/tree.h"

namespace changepolicy {

namespace {

// Of an attribute libxml2 gives five pointers: name, prefix, namespace, begin and end of its value.
constexpr int kPointersOfAttribute = 5;

std::string TextOf(const xmlChar* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

Node TextNode(std::string text) {
  return {.kind = Node::Kind::kScalar, .text = std::move(text), .quoted = true};
}

class XmlReader {
 public:
  XmlReader(std::string_view file, const XmlOptions& options, Issues* issues)
      : file_(file), options_(options), issues_(*issues) {
    levels_.push_back({});
  }

  bool Read(std::string_view bytes, Node* root) {
    xmlInitParser();
    context_.reset(xmlCreateMemoryParserCtxt(bytes.data(), static_cast<int>(bytes.size())));
    if (context_ == nullptr) return Report("xml-syntax", "libxml2 has no memory for it", "", 0, 0);
    *context_->sax = Handler();
    context_->userData = this;
    xmlCtxtUseOptions(context_.get(), XML_PARSE_NONET | XML_PARSE_BIG_LINES);
    xmlParseDocument(context_.get());
    if (issues_.empty() && (context_->wellFormed == 0 || levels_.size() != 1)) {
      Report("xml-syntax", "the text is not well formed", "", Line(), 1);
    }
    if (!issues_.empty()) return false;
    *root = std::move(levels_.front().node);
    // There is one root element: a map of lists would say otherwise.
    Node only = std::move(root->entries.front().value.items.front());
    root->entries.front().value = std::move(only);
    return true;
  }

 private:
  struct Free {
    // Where entities are declared libxml2 makes a document for them, which is the caller's.
    void operator()(xmlParserCtxt* context) const {
      xmlFreeDoc(context->myDoc);
      xmlFreeParserCtxt(context);
    }
  };
  struct Level {
    std::string name;
    Node node{.kind = Node::Kind::kMap};
    std::string text;
    std::map<std::string, size_t> children;  // index among the node's entries
  };

  static XmlReader& Of(void* reader) { return *static_cast<XmlReader*>(reader); }

  static xmlSAXHandler Handler() {
    xmlSAXHandler handler;
    std::memset(&handler, 0, sizeof(handler));
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = [](void* self, const xmlChar* name, const xmlChar*, const xmlChar*,
                                int, const xmlChar**, int count, int, const xmlChar** attributes) {
      Of(self).Open(TextOf(name), count, attributes);
    };
    handler.endElementNs = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
      Of(self).Close();
    };
    handler.characters = AddText;
    handler.ignorableWhitespace = AddText;
    handler.cdataBlock = AddText;
    handler.getEntity = [](void* self, const xmlChar* name) -> xmlEntityPtr {
      Of(self).RefuseEntity(name);
      return nullptr;
    };
    handler.getParameterEntity = handler.getEntity;
    handler.reference = [](void* self, const xmlChar* name) { Of(self).RefuseEntity(name); };
    handler.entityDecl = [](void* self, const xmlChar* name, int, const xmlChar*, const xmlChar*,
                            xmlChar*) { Of(self).RefuseDeclaration("entity", name); };
    handler.unparsedEntityDecl = [](void* self, const xmlChar* name, const xmlChar*, const xmlChar*,
                                    const xmlChar*) { Of(self).RefuseDeclaration("entity", name); };
    handler.notationDecl = [](void* self, const xmlChar* name, const xmlChar*, const xmlChar*) {
      Of(self).RefuseDeclaration("notation", name);
    };
    handler.elementDecl = [](void* self, const xmlChar* name, int, xmlElementContentPtr) {
      Of(self).RefuseDeclaration("element", name);
    };
    handler.attributeDecl = [](void* self, const xmlChar*, const xmlChar* name, int, int,
                               const xmlChar*, xmlEnumerationPtr values) {
      xmlFreeEnumeration(values);  // the handler's, as libxml2 has it
      Of(self).RefuseDeclaration("attribute", name);
    };
    // Whether the error is const depends on the version of libxml2.
    handler.serror = [](void* self, auto* error) { Of(self).OnError(*error); };
    return handler;
  }

  static void AddText(void* self, const xmlChar* text, int length) {
    Level& level = Of(self).levels_.back();
    level.text.append(reinterpret_cast<const char*>(text), static_cast<size_t>(length));
  }

  void Open(std::string name, int count, const xmlChar** attributes) {
    if (!issues_.empty()) return;
    parts_ += 1 + static_cast<size_t>(count);
    if (static_cast<int>(levels_.size()) > options_.max_depth) {
      Stop("too-deep",
           StrCat("elements stand in one another more than ", options_.max_depth, " levels deep"));
      return;
    }
    if (parts_ > options_.max_parts) {
      Stop("too-large",
           StrCat("it has more than ", options_.max_parts, " elements and attributes"));
      return;
    }
    Level level{.name = std::move(name)};
    for (int i = 0; i < count; ++i) {
      const xmlChar* const* const attribute = attributes + i * kPointersOfAttribute;
      const std::string prefix = TextOf(attribute[1]);
      std::string key = StrCat("@", prefix, prefix.empty() ? "" : ":", TextOf(attribute[0]));
      std::string value(reinterpret_cast<const char*>(attribute[3]),
                        static_cast<size_t>(attribute[4] - attribute[3]));
      level.node.entries.push_back({.key = std::move(key), .value = TextNode(std::move(value))});
    }
    levels_.push_back(std::move(level));
  }

  void Close() {
    if (!issues_.empty() || levels_.size() < 2) return;
    Level level = std::move(levels_.back());
    levels_.pop_back();
    if (level.text.find_first_not_of(" \t\r\n") != std::string::npos) {
      level.node.entries.push_back({.key = "#text", .value = TextNode(std::move(level.text))});
    }
    Level& parent = levels_.back();
    std::vector<Entry>& entries = parent.node.entries;
    const auto [found, is_new] = parent.children.emplace(level.name, entries.size());
    if (is_new) entries.push_back({.key = level.name, .value = {.kind = Node::Kind::kList}});
    entries[found->second].value.items.push_back(std::move(level.node));
  }

  void RefuseEntity(const xmlChar* name) {
    Stop("xml-entity", StrCat("`&", Printable(TextOf(name)), ";` is no entity of XML itself"));
  }

  void RefuseDeclaration(std::string_view what, const xmlChar* name) {
    Stop("xml-declaration",
         StrCat("its DOCTYPE declares the ", what, " `", Printable(TextOf(name)), "`"));
  }

  void OnError(const xmlError& error) {
    // Prefixes that nobody declared are common, and are dropped.
    if (error.level < XML_ERR_ERROR || error.domain == XML_FROM_NAMESPACE) return;
    std::string message = error.message == nullptr ? "the text is not well formed" : error.message;
    while (!message.empty() && (message.back() == '\n' || message.back() == ' '))
      message.pop_back();
    Report("xml-syntax", StrCat("not well formed: ", Printable(message)), "", error.line,
           error.int2);
  }

  int Line() const { return context_->input == nullptr ? 0 : context_->input->line; }

  void Stop(std::string_view id, std::string message) {
    const int column = context_->input == nullptr ? 0 : context_->input->col;
    Report(id, std::move(message), "reports of tools need neither entities nor such sizes", Line(),
           column);
    xmlStopParser(context_.get());
  }

  // The first only: what follows it comes of it.
  bool Report(std::string_view id, std::string message, std::string help, int line, int column) {
    if (!issues_.empty()) return false;
    Issue issue;
    issue.id = id;
    issue.message = std::move(message);
    issue.help = std::move(help);
    issue.file = file_;
    if (line > 0) issue.position = {line, std::max(column, 1)};
    issues_.push_back(std::move(issue));
    return false;
  }

  const std::string file_;
  const XmlOptions& options_;
  Issues& issues_;
  std::unique_ptr<xmlParserCtxt, Free> context_;
  std::vector<Level> levels_;  // the first holds the root element
  size_t parts_ = 0;
};

}  // namespace

bool LooksLikeXml(std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && bytes[first] == '<';
}

DocumentResult ReadXml(std::string_view bytes, std::string_view file, const XmlOptions& options) {
  DocumentResult result;
  const auto refuse = [&](std::string_view id, std::string message) {
    Issue issue;
    issue.id = id;
    issue.message = std::move(message);
    issue.file = file;
    result.issues.push_back(std::move(issue));
  };
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    refuse("empty", "it is empty");
    return result;
  }
  if (bytes.size() > options.max_bytes) {
    refuse("too-large", StrCat("it has more than ", options.max_bytes, " bytes"));
    return result;
  }
  auto document = std::make_shared<Document>(file, "");
  XmlReader reader(file, options, &result.issues);
  if (reader.Read(bytes, &document->root)) result.document = std::move(document);
  return result;
}

}  // namespace changepolicy
