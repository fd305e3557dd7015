// What SVG and HTML have in common: text that is safe to put between tags and in attributes,
// numbers, and how wide a text is. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_MARKUP_H_
#define LIBCHANGEPOLICY_REPORT_MARKUP_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace changepolicy {

// The text as content or as an attribute's value, in HTML and in XML: Printable (base/text.h), with
// markup escaped and what is no character of XML replaced by U+FFFD. At most `most` bytes of
// the text are taken; an ellipsis stands for the rest.
std::string Escaped(std::string_view text, size_t most = 400);

// A coordinate, to a hundredth.
std::string Number(double value);

// How wide the text is at a font size of one, at most, in the usual sans-serif fonts. Fonts differ,
// so this is of the widest among them (DejaVu Sans, Verdana).
double EmWidth(std::string_view text);

// The text, cut with an ellipsis between characters where it is wider.
std::string Fit(std::string_view text, double ems);

// Letters of which no usual width can be told: those beyond Latin.
bool HasForeignLetters(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_MARKUP_H_
