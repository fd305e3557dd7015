#include "libchangepolicy/domain/implied_kind.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/semantic_version.h"

namespace changepolicy {
namespace {

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Header {
  std::string_view type;
  bool breaking = false;
};

// `type(scope)!: description`; nothing where the line is not of this form.
std::optional<Header> ParseHeader(std::string_view line) {
  Header header;
  const size_t letters = std::find_if_not(line.begin(), line.end(), IsLetter) - line.begin();
  if (letters == 0) return std::nullopt;
  header.type = line.substr(0, letters);
  line.remove_prefix(letters);
  if (!line.empty() && line.front() == '(') {
    const size_t close = line.find(')');
    if (close == line.npos || close == 1) return std::nullopt;
    line.remove_prefix(close + 1);
  }
  if (!line.empty() && line.front() == '!') {
    header.breaking = true;
    line.remove_prefix(1);
  }
  if (line.substr(0, 2) != ": " || line.size() == 2) return std::nullopt;
  return header;
}

bool IsBreakingFooter(std::string_view line) {
  return line.substr(0, 17) == "BREAKING CHANGE: " || line.substr(0, 17) == "BREAKING-CHANGE: ";
}

}  // namespace

v1::ReleaseKind KindOfCommit(std::string_view message) {
  size_t end = message.find('\n');
  const std::optional<Header> header = ParseHeader(message.substr(0, end));
  if (header && header->breaking) return v1::RELEASE_KIND_MAJOR;
  while (end != message.npos) {
    message.remove_prefix(end + 1);
    end = message.find('\n');
    if (IsBreakingFooter(message.substr(0, end))) return v1::RELEASE_KIND_MAJOR;
  }
  return header && absl::EqualsIgnoreCase(ToAbsl(header->type), "feat") ? v1::RELEASE_KIND_MINOR
                                                                        : v1::RELEASE_KIND_PATCH;
}

v1::ReleaseKind ImpliedKind(const v1::Release& release) {
  v1::ReleaseKind kind = v1::RELEASE_KIND_UNSPECIFIED;
  if (!release.notes().fixes().empty()) kind = v1::RELEASE_KIND_PATCH;
  if (!release.notes().features().empty()) kind = v1::RELEASE_KIND_MINOR;
  for (const v1::Commit& commit : release.version_control().commits()) {
    kind = std::max(kind, KindOfCommit(commit.message()));
  }
  return kind;
}

bool ClaimsLessThanImplied(const v1::Release& release) {
  const v1::ReleaseKind kind = KindOf(release.previous_version(), release.version());
  if (kind == v1::RELEASE_KIND_UNSPECIFIED) return false;
  return ParseSemanticVersion(release.version())->major != "0" && kind < ImpliedKind(release);
}

}  // namespace changepolicy
