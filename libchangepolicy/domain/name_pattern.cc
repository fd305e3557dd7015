#include "libchangepolicy/domain/name_pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/semantic_version.h"

namespace changepolicy {
namespace {

constexpr std::string_view kForbidden = " ~^:?*[\\\x7f";

bool IsForbidden(char c) {
  return static_cast<unsigned char>(c) < 0x20 || kForbidden.find(c) != kForbidden.npos;
}

bool IsVersion(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return IsSemanticVersion(text);
}

bool IsCandidate(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const std::optional<SemanticVersion> version = ParseSemanticVersion(text);
  return version.has_value() && version->is_prerelease();
}

bool IsLine(std::string_view text) {
  for (int numbers = 1;; ++numbers) {
    const size_t digits =
        std::find_if_not(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) -
        text.begin();
    if (digits == 0) return false;
    text.remove_prefix(digits);
    if (text.empty()) return numbers == 2 || numbers == 3;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
}

bool IsWithoutSlash(std::string_view text) { return text.find('/') == text.npos; }
bool IsAnything(std::string_view) { return true; }

// A part of a pattern that stands for more than itself.
struct Wildcard {
  std::string_view text;
  bool (*matches)(std::string_view);
};
// `**` before `*`, which begins it.
constexpr std::array kWildcards = {
    Wildcard{"**", IsAnything},       Wildcard{"*", IsWithoutSlash},
    Wildcard{"<version>", IsVersion}, Wildcard{"<candidate>", IsCandidate},
    Wildcard{"<line>", IsLine},
};

const Wildcard* WildcardAt(std::string_view pattern) {
  for (const Wildcard& wildcard : kWildcards) {
    if (pattern.starts_with(wildcard.text)) return &wildcard;
  }
  return nullptr;
}

}  // namespace

bool MatchesName(std::string_view pattern, std::string_view name) {
  if (name.size() > kLongestRefName) return false;
  // Which prefixes of the name are of what was read of the pattern.
  std::vector<bool> reached(name.size() + 1);
  reached[0] = true;
  while (!pattern.empty()) {
    std::vector<bool> next(name.size() + 1);
    const Wildcard* const wildcard = WildcardAt(pattern);
    if (wildcard == nullptr && pattern.front() == '<') return false;
    for (size_t from = 0; from < name.size(); ++from) {
      if (!reached[from]) continue;
      if (wildcard == nullptr) {
        next[from + 1] = name[from] == pattern.front();
        continue;
      }
      for (size_t to = from + 1; to <= name.size(); ++to) {
        if (!next[to]) next[to] = wildcard->matches(name.substr(from, to - from));
      }
    }
    reached = std::move(next);
    pattern.remove_prefix(wildcard == nullptr ? 1 : wildcard->text.size());
  }
  return reached[name.size()];
}

bool MatchesAnyName(const google::protobuf::RepeatedPtrField<std::string>& patterns,
                    std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return MatchesName(pattern, name); });
}

absl::Span<const std::string_view> PatternWords() {
  static constexpr std::array<std::string_view, 3> kWords = {"<version>", "<candidate>", "<line>"};
  return kWords;
}

PatternMistake FindPatternMistake(std::string_view pattern) {
  if (pattern.empty()) return {"an empty pattern admits no name", ""};
  while (!pattern.empty()) {
    if (const Wildcard* const wildcard = WildcardAt(pattern)) {
      pattern.remove_prefix(wildcard->text.size());
      continue;
    }
    if (pattern.front() == '<') {
      const std::string_view word = pattern.substr(0, pattern.find('>') + 1);
      if (word.empty()) return {"a `<` has no `>`", ""};
      return {StrCat("`", word, "` stands for nothing"), word};
    }
    if (IsForbidden(pattern.front())) {
      return {StrCat("no branch or tag has `", Printable(pattern.substr(0, 1)), "` in its name"),
              ""};
    }
    pattern.remove_prefix(1);
  }
  return {};
}

bool IsRefName(std::string_view name) {
  if (name.empty() || name.size() > kLongestRefName || name.front() == '-' || name.back() == '.') {
    return false;
  }
  if (name.find("..") != name.npos || name.find("@{") != name.npos || name == "@") return false;
  if (std::any_of(name.begin(), name.end(), IsForbidden)) return false;
  while (true) {
    const size_t slash = name.find('/');
    const std::string_view component = name.substr(0, slash);
    if (component.empty() || component.front() == '.' || component.ends_with(".lock")) return false;
    if (slash == name.npos) return true;
    name.remove_prefix(slash + 1);
  }
}

}  // namespace changepolicy
