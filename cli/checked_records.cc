#include "cli/checked_records.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy::cli {

namespace {

// The number at the text's begin; 0 for none.
int LineAt(std::string_view text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  int line = 0;
  return absl::SimpleAtoi(ToAbsl(text.substr(0, end)), &line) ? line : 0;
}

// A mapping makes a record of several files. Lines of JSON lines, and those of complaints, stand
// behind the file's name.
CheckedRecord AtItsPlace(const Record& record, const SubjectOptions& read_by) {
  CheckedRecord checked{.name = record.name};
  if (record.subject.has_value()) {
    checked.title =
        std::visit([](const auto& subject) { return subject.title(); }, *record.subject);
  }
  if (!read_by.mapping.empty() || record.name == "-") return checked;
  constexpr std::string_view kLines = ".jsonl:";
  const size_t colon = record.name.rfind(kLines);
  if (colon != std::string::npos) {
    checked.file = record.name.substr(0, colon + kLines.size() - 1);
    checked.line = LineAt(std::string_view(record.name).substr(colon + kLines.size()));
    return checked;
  }
  checked.file = record.name;
  const std::string place = StrCat(Printable(record.name), ":");
  if (record.problem.starts_with(place)) {
    checked.line = LineAt(std::string_view(record.problem).substr(place.size()));
  }
  return checked;
}

// The line of the fact, or of the nearest part above it that was written. Elements of lists are in
// another order in paths than in files, so that the list as a whole stands for them.
int LineIn(const Document& document, std::string_view fact) {
  const size_t dot = fact.find('.');
  if (dot == std::string_view::npos) return 1;
  const std::string_view kind = fact.substr(0, dot);
  const bool wrapped = document.root.entries.size() == 1 && document.root.Find(kind) != nullptr;
  std::string path(wrapped ? fact : fact.substr(dot + 1));
  path.resize(std::min(path.find('['), path.size()));
  for (;;) {
    const size_t last = path.rfind('.');
    const std::string above = last == std::string::npos ? std::string() : path.substr(0, last);
    const std::string name = path.substr(last == std::string::npos ? 0 : last + 1);
    const Node* const holder = above.empty() ? &document.root : document.FindPath(above);
    if (holder != nullptr) {
      for (const Entry& entry : holder->entries) {
        if (entry.key == name) return document.PositionAt(entry.offset).line;
      }
    }
    if (above.empty()) return 1;
    path = above;
  }
}

}  // namespace

CheckedRecord Checked(const Record& record, const SubjectOptions& read_by, v1::Decision decision,
                      const Policy& policy) {
  CheckedRecord checked = AtItsPlace(record, read_by);
  checked.decision = std::move(decision);
  checked.policy = policy;
  if (checked.file.empty() || checked.line > 0) return checked;
  // Read when the first fact is asked for.
  struct Source {
    bool read = false;
    std::shared_ptr<const Document> document;
  };
  checked.line_of_fact = [file = checked.file,
                          source = std::make_shared<Source>()](std::string_view fact) {
    if (!source->read) {
      source->read = true;
      // A pipe was read to its end, and would not be given again.
      std::error_code error;
      if (!std::filesystem::is_regular_file(file, error)) return 1;
      const absl::StatusOr<std::string> text = ReadFile(file);
      const bool is_tree = text.ok() && (FormatOf(file, *text) == Format::kYaml ||
                                         FormatOf(file, *text) == Format::kJson);
      if (is_tree) source->document = ReadDocument(*text, Format::kAuto, file).document;
    }
    return source->document == nullptr ? 1 : LineIn(*source->document, fact);
  };
  checked.line = 1;
  return checked;
}

CheckedRecord Undecided(const Record& record, const SubjectOptions& read_by,
                        const std::string& problem) {
  CheckedRecord checked = AtItsPlace(record, read_by);
  checked.problem = problem;
  return checked;
}

void AddClauseUrl(Command* command, std::string* clause_url) {
  command
      ->AddOption("--clause-url", clause_url,
                  "where clauses can be read, like https://wiki.example/policy#{clause}; links in "
                  "Markdown and helpUri in SARIF")
      .Check([](const std::string& url) {
        return IsClausePattern(url) ? std::string()
                                    : "an address of http or https with {clause} is expected";
      });
}

bool AppendSummary(const std::string& file, const std::vector<CheckedRecord>& records,
                   const std::string& clause_url) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  const size_t there =
      error ? 0 : static_cast<size_t>(std::min<std::uintmax_t>(size, kMostOfSummary));
  std::string text;
  if (there + 2000 <= kMostOfSummary) {
    text = CommentMarkdown(
        records, {.key = "", .most = kMostOfSummary - there - 1, .clause_url = clause_url});
  }
  std::ofstream out(file, std::ios::binary | std::ios::app);
  if (!text.empty()) out << (there > 0 ? "\n" : "") << text;
  out.close();
  if (out && !text.empty()) return true;
  Complain(StrCat("error: ", Printable(file), ": the summary could not be ",
                  out ? "appended: one MiB is full" : "written"));
  return false;
}

}  // namespace changepolicy::cli
