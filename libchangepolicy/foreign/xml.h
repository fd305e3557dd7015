// XML as a tree that mappings read, by libxml2; docs/evidence-files.md has the rule.
#ifndef LIBCHANGEPOLICY_FOREIGN_XML_H_
#define LIBCHANGEPOLICY_FOREIGN_XML_H_

#include <cstddef>
#include <string_view>

#include "libchangepolicy/source/read.h"

namespace changepolicy {

struct XmlOptions {
  size_t max_bytes = 16 << 20;
  // Of elements in one another. Each becomes two levels of a document.
  int max_depth = 48;
  // Elements and attributes together.
  size_t max_parts = 1'000'000;
};

// Whether it begins with `<`, after blanks and a byte order mark.
bool LooksLikeXml(std::string_view bytes);

// The document's root is a map with one key, the name of the root element. An element is a map: an
// attribute `a` is the text `@a`, the elements inside are lists by their names, and the text
// inside, where it is more than blanks, is `#text`. Prefixes of elements are dropped, those of
// attributes kept. What stands between differently named elements loses its order; comments and
// processing instructions are dropped.
//
// Nothing outside the text is read. A DOCTYPE may name a DTD, which is not looked at; one that
// declares anything (entities above all) is refused, and so is a reference to an entity that XML
// itself does not have. A limit that is passed, and a text that is not well formed, are issues with
// line and column. Thread-safe. O(bytes).
DocumentResult ReadXml(std::string_view bytes, std::string_view file,
                       const XmlOptions& options = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FOREIGN_XML_H_
