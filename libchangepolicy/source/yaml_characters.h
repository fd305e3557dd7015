// Characters that YAML 1.2 has as text and libyaml, which reads YAML 1.1, does not: it breaks lines
// at U+0085, U+2028 and U+2029, and refuses others in quotes too. It is given others in their
// place.
#ifndef LIBCHANGEPOLICY_SOURCE_YAML_CHARACTERS_H_
#define LIBCHANGEPOLICY_SOURCE_YAML_CHARACTERS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace changepolicy {

// A text as libyaml is given it. Refers to the text, which must outlive it and is UTF-8.
class YamlCharacters {
 public:
  // O(length).
  explicit YamlCharacters(std::string_view text);

  // Of the first character that YAML has nowhere, or for which nothing is left to stand; the text
  // must not be parsed then.
  std::optional<size_t> first_refused() const { return first_refused_; }

  // As many code points as the text has.
  std::string_view text() const { return stand_in_.empty() ? original_ : replaced_; }

  // What a part of text() was in the original.
  void Restore(std::string* part) const;

  // The byte of the original at which its code point `index` begins. Takes as long as
  // the way from the index that was asked for last.
  size_t ByteOf(size_t index);

 private:
  // False where no block of characters is left to stand for others.
  bool Replace();

  const std::string_view original_;
  std::optional<size_t> first_refused_;
  bool is_ascii_ = true;
  std::string replaced_;
  std::string stand_in_;         // the first three of the four bytes of what stands for another
  size_t index_ = 0, byte_ = 0;  // the last answer
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_YAML_CHARACTERS_H_
