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
    std::string line = issue.source_line;
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    StrAppend(&text, "\n ", number, " | ", Printable(line), "\n ", std::string(number.size(), ' '),
              " | ", std::string(std::max(issue.position.column - 1, 0), ' '),
              std::string(std::max(issue.length, 1), '^'));
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
