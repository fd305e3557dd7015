// The only door for text: YAML, JSON, textproto and serialized bytes to messages.
//
// Whatever comes in, the result is a message or issues that name line and column; depth, size and
// time are bounded. A key twice, an unknown field, a value of the wrong type are errors.
#ifndef LIBCHANGEPOLICY_SOURCE_READ_H_
#define LIBCHANGEPOLICY_SOURCE_READ_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/document.h"
#include "libchangepolicy/source/source_map.h"

namespace changepolicy {

enum class Format { kAuto, kYaml, kJson, kTextproto, kBinary };

// By the file's extension: .yaml .yml, .json, .textproto .txtpb, .pb .binpb; otherwise by the
// content: serialized bytes when it is not text, JSON when it begins like it, else YAML.
Format FormatOf(std::string_view file, std::string_view bytes);

// Whose message is filled. Of our own, a value of an enum that is zero says nothing and is refused;
// of a foreign one it is a value like others, and everything that protobuf's JSON allows is read:
// an Any with its `@type`, wrappers as what they hold, numbers and enums either way, extensions in
// brackets, names of fields as the schema gives them for JSON. What proto2 requires must be there.
enum class Schema { kOurs, kForeign };

struct ReadOptions {
  size_t max_bytes = 16 << 20;
  int max_depth = 100;
  Schema schema = Schema::kOurs;
};

// Whether it is text of a size that is read: UTF-8 without NUL. Otherwise an issue says where it is
// not. O(bytes).
bool CheckText(std::string_view bytes, std::string_view file, const ReadOptions& options,
               Issues* issues);

struct DocumentResult {
  // Null when an issue is an error.
  std::shared_ptr<Document> document;
  Issues issues;
};
// YAML or JSON (kAuto: by FormatOf). The caller may rewrite the tree before it is bound.
DocumentResult ReadDocument(std::string_view bytes, Format format, std::string_view file,
                            const ReadOptions& options = {});

// Fills the message from the tree, by names of fields (snake_case or lowerCamelCase). Values of
// enums may drop their prefix. `map` may be null, and is where the schema is foreign; it points
// into the document.
Issues Bind(const Document& document, google::protobuf::Message* message, SourceMap* map,
            Schema schema = Schema::kOurs);
// The same for a part of the document, with `path` before each path.
Issues BindNode(const Document& document, const Node& node, std::string_view path,
                google::protobuf::Message* message, SourceMap* map);

// Any format to a message in one step.
Issues ReadMessage(std::string_view bytes, Format format, std::string_view file,
                   google::protobuf::Message* message, const ReadOptions& options = {});

// Parsers of one format each, used by ReadDocument.
bool ReadYaml(Document* document, const ReadOptions& options, Issues* issues);
bool ReadJson(Document* document, const ReadOptions& options, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_READ_H_
