#include "libchangepolicy/domain/conventional_commit.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

bool IsOfType(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
}

// Takes the first line, without its end, off the text.
std::string_view TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  std::string_view line = text->substr(0, end);
  text->remove_prefix(end == text->npos ? text->size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsBreakingFooter(std::string_view line) {
  if (!line.starts_with("BREAKING CHANGE:") && !line.starts_with("BREAKING-CHANGE:")) return false;
  const std::string_view rest = line.substr(line.find(':') + 1);
  return rest.empty() || rest.front() == ' ';
}

}  // namespace

bool CommitHeader::is(std::string_view wanted) const {
  return absl::EqualsIgnoreCase(ToAbsl(type), ToAbsl(wanted));
}

std::optional<CommitHeader> ParseCommitHeader(std::string_view message) {
  std::string_view line = TakeLine(&message);
  CommitHeader header;
  const size_t length = std::find_if_not(line.begin(), line.end(), IsOfType) - line.begin();
  if (length == 0) return std::nullopt;
  header.type = line.substr(0, length);
  line.remove_prefix(length);
  if (line.starts_with('(')) {
    const size_t close = line.find(')');
    if (close == line.npos || close == 1) return std::nullopt;
    header.scope = line.substr(1, close - 1);
    line.remove_prefix(close + 1);
  }
  if (line.starts_with('!')) {
    header.breaking = true;
    line.remove_prefix(1);
  }
  if (!line.starts_with(": ") || line.size() == 2) return std::nullopt;
  header.description = line.substr(2);
  return header;
}

bool IsBreakingCommit(std::string_view message) {
  const std::optional<CommitHeader> header = ParseCommitHeader(message);
  if (header.has_value() && header->breaking) return true;
  TakeLine(&message);
  while (!message.empty()) {
    if (IsBreakingFooter(TakeLine(&message))) return true;
  }
  return false;
}

}  // namespace changepolicy
