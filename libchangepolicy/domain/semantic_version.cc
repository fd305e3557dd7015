#include "libchangepolicy/domain/semantic_version.h"

#include <algorithm>

namespace changepolicy {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsIdentifierCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool IsNumeric(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

bool HasLeadingZero(std::string_view number) { return number.size() > 1 && number[0] == '0'; }

bool TakeNumber(std::string_view* text, std::string_view* number) {
  const size_t length = std::find_if_not(text->begin(), text->end(), IsDigit) - text->begin();
  *number = text->substr(0, length);
  text->remove_prefix(length);
  return length > 0 && !HasLeadingZero(*number);
}

bool Take(char c, std::string_view* text) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// One or more identifiers with dots between them, up to the first character that belongs to none.
bool TakeIdentifiers(bool numbers_without_leading_zero, std::string_view* text,
                     std::vector<std::string_view>* identifiers) {
  do {
    const size_t length =
        std::find_if_not(text->begin(), text->end(), IsIdentifierCharacter) - text->begin();
    const std::string_view identifier = text->substr(0, length);
    text->remove_prefix(length);
    if (identifier.empty()) return false;
    if (numbers_without_leading_zero && IsNumeric(identifier) && HasLeadingZero(identifier)) {
      return false;
    }
    identifiers->push_back(identifier);
  } while (Take('.', text));
  return true;
}

// Numbers without leading zeros: the longer is the greater.
std::weak_ordering CompareNumbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::weak_ordering CompareIdentifiers(std::string_view a, std::string_view b) {
  const bool a_numeric = IsNumeric(a);
  const bool b_numeric = IsNumeric(b);
  if (a_numeric && b_numeric) return CompareNumbers(a, b);
  if (a_numeric != b_numeric) {
    return a_numeric ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  return a.compare(b) <=> 0;
}

// What a release with this core is: x.0.0 major, x.y.0 minor, anything else a patch.
v1::ReleaseKind KindOfCore(const SemanticVersion& version) {
  if (version.patch != "0") return v1::RELEASE_KIND_PATCH;
  return version.minor != "0" ? v1::RELEASE_KIND_MINOR : v1::RELEASE_KIND_MAJOR;
}

}  // namespace

std::optional<SemanticVersion> ParseSemanticVersion(std::string_view text) {
  SemanticVersion version;
  if (!TakeNumber(&text, &version.major) || !Take('.', &text) ||
      !TakeNumber(&text, &version.minor) || !Take('.', &text) ||
      !TakeNumber(&text, &version.patch)) {
    return std::nullopt;
  }
  if (Take('-', &text) && !TakeIdentifiers(true, &text, &version.prerelease)) return std::nullopt;
  if (Take('+', &text) && !TakeIdentifiers(false, &text, &version.build)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  return version;
}

bool IsSemanticVersion(std::string_view text) { return ParseSemanticVersion(text).has_value(); }

std::weak_ordering Compare(const SemanticVersion& a, const SemanticVersion& b) {
  if (const auto order = CompareNumbers(a.major, b.major); order != 0) return order;
  if (const auto order = CompareNumbers(a.minor, b.minor); order != 0) return order;
  if (const auto order = CompareNumbers(a.patch, b.patch); order != 0) return order;
  if (a.is_prerelease() != b.is_prerelease()) {
    return a.is_prerelease() ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  const size_t common = std::min(a.prerelease.size(), b.prerelease.size());
  for (size_t i = 0; i < common; ++i) {
    const auto order = CompareIdentifiers(a.prerelease[i], b.prerelease[i]);
    if (order != 0) return order;
  }
  return a.prerelease.size() <=> b.prerelease.size();
}

std::optional<std::weak_ordering> CompareVersions(std::string_view a, std::string_view b) {
  const auto first = ParseSemanticVersion(a);
  const auto second = ParseSemanticVersion(b);
  if (!first || !second) return std::nullopt;
  return Compare(*first, *second);
}

v1::ReleaseKind KindOf(std::string_view previous, std::string_view next) {
  const auto from = ParseSemanticVersion(previous);
  const auto to = ParseSemanticVersion(next);
  if (!from || !to || Compare(*from, *to) >= 0) return v1::RELEASE_KIND_UNSPECIFIED;
  v1::ReleaseKind kind = v1::RELEASE_KIND_PATCH;
  if (from->major != to->major) {
    kind = v1::RELEASE_KIND_MAJOR;
  } else if (from->minor != to->minor) {
    kind = v1::RELEASE_KIND_MINOR;
  }
  return from->is_prerelease() ? std::max(kind, KindOfCore(*from)) : kind;
}

}  // namespace changepolicy
