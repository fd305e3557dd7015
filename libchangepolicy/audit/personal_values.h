// The personal values that stand in a subject and its organization, and whether a text names one of
// them.
#ifndef LIBCHANGEPOLICY_AUDIT_PERSONAL_VALUES_H_
#define LIBCHANGEPOLICY_AUDIT_PERSONAL_VALUES_H_

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace changepolicy {

// A value is named where its words follow each other in a text, whatever stands between them and in
// whichever case: `Ann Lee` in `"ANN LEE"` and in `ann\tlee`. Letters, digits and `.` `_` `-` `@`
// `+` make words; those marks at either end of a word do not count, and each character of a script
// that is written without spaces is a word. Text of an expression that was cut at `...` names every
// value that could go on there. A value that is taken apart (`ann` of `ann@example.org`) is not
// found.
//
// Thread-compatible: any number of threads may ask once nothing is added any more.
class PersonalValues {
 public:
  PersonalValues() = default;
  // Those of `shared` as well. It must outlive this, and nothing may be added to it meanwhile: an
  // organization's are found once, and shared by all subjects.
  explicit PersonalValues(const PersonalValues* shared) : shared_(shared) {}

  // Of an account as git writes it, `Ann Lee <ann@example.org>`, name and address count by
  // themselves too. Time linear in the value.
  void Add(std::string_view value);

  // Time linear in the text where values have a few words, whatever their number.
  bool AreNamedIn(std::string_view text) const;

 private:
  using Node = uint32_t;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Word {
    std::string text;
    bool cut = false;  // `...` follows
  };

  static std::vector<Word> WordsOf(std::string_view text);
  void AddWords(const std::vector<Word>& words);
  bool StartAt(const std::vector<Word>& words, size_t first) const;
  bool AreNamedBy(const std::vector<Word>& words) const;
  bool MayBeNamedIn(std::string_view text) const;
  bool HasFirstWord(uint64_t hash) const;

  const PersonalValues* shared_ = nullptr;
  // Most texts name nobody, and are told from the others by these without taking them apart.
  std::unordered_set<uint64_t> first_words_;  // hashes
  // A tree of words: an edge is the node above and a word.
  std::unordered_map<std::string, Node, Hash, std::equal_to<>> edges_;
  std::set<std::string, std::less<>> sorted_edges_;  // for words that were cut
  std::vector<bool> is_value_ = {false};             // by node
  std::unordered_set<std::string, Hash, std::equal_to<>> added_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_PERSONAL_VALUES_H_
