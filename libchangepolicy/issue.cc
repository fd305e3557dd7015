#include "libchangepolicy/issue.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

std::string_view SeverityWord(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNotice:
      return "notice";
  }
  return "error";
}

std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c != '_' && c != '-') {
      folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return folded;
}

// Optimal string alignment distance: a swap of two neighbours counts once.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

bool HasErrors(const Issues& issues) {
  return std::any_of(issues.begin(), issues.end(),
                     [](const Issue& issue) { return issue.severity == Severity::kError; });
}

namespace {

// Of a longer line only the part around the place is shown: a record in JSON may be one line of
// megabytes. In code points.
constexpr size_t kShown = 160;
constexpr size_t kShownBefore = 60;

struct Excerpt {
  std::string line;
  size_t column = 0;  // from 0, in the excerpt
  size_t length = 1;
};

bool BeginsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

// The offset of the code point `count` further on, or the end.
size_t Advance(std::string_view text, size_t offset, size_t count) {
  for (; offset < text.size() && count > 0; --count) {
    do ++offset;
    while (offset < text.size() && !BeginsCodePoint(text[offset]));
  }
  return offset;
}

Excerpt ExcerptOf(const Issue& issue) {
  const std::string_view line = issue.source_line;
  const auto column = static_cast<size_t>(std::max(issue.position.column - 1, 0));
  const auto length = static_cast<size_t>(std::max(issue.length, 1));
  Excerpt excerpt{.column = column, .length = length};
  size_t first = 0;
  size_t end = line.size();
  if (Advance(line, 0, kShown) < line.size()) {
    const size_t before = column > kShownBefore ? column - kShownBefore : 0;
    first = Advance(line, 0, before);
    end = Advance(line, first, kShown);
    excerpt.column = column - before;
    excerpt.length = std::min(length, kShown - excerpt.column);
  }
  excerpt.line = line.substr(first, end - first);
  std::replace_if(
      excerpt.line.begin(), excerpt.line.end(),
      [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  if (first > 0) {
    excerpt.line.insert(0, "...");
    excerpt.column += 3;
  }
  if (end < line.size()) excerpt.line += "...";
  return excerpt;
}

}  // namespace

std::string ToText(const Issue& issue) {
  std::string text;
  if (!issue.file.empty()) {
    StrAppend(&text, Printable(issue.file), ":");
  }
  if (issue.position.line > 0) {
    StrAppend(&text, issue.position.line, ":", issue.position.column, ":");
  }
  if (!text.empty()) {
    text += ' ';
  }
  StrAppend(&text, SeverityWord(issue.severity), ": ", Printable(issue.message));
  if (!issue.path.empty()) {
    StrAppend(&text, " (at ", Printable(issue.path), ")");
  }
  if (issue.position.line > 0 && !issue.source_line.empty()) {
    const std::string number = StrCat(issue.position.line);
    const Excerpt shown = ExcerptOf(issue);
    StrAppend(&text, "\n ", number, " | ", Printable(shown.line), "\n ",
              std::string(number.size(), ' '), " | ", std::string(shown.column, ' '),
              std::string(shown.length, '^'));
  }
  if (!issue.help.empty()) {
    StrAppend(&text, "\n  help: ", Printable(issue.help));
  }
  return text;
}

std::string ToText(const Issues& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) {
      text += '\n';
    }
    text += ToText(issue);
  }
  return text;
}

std::string_view Nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  constexpr size_t kLongestName = 64;  // longer ones are no slips, and the distance is quadratic
  const std::string folded = Folded(name);
  if (folded.size() > kLongestName) {
    return {};
  }
  std::string_view best;
  size_t best_distance = folded.size() / 3 + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongestName) {
      continue;
    }
    const size_t distance = EditDistance(folded, Folded(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace changepolicy
