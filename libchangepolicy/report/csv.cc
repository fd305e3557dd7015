#include "libchangepolicy/report/csv.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_replace.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

bool IsFormula(std::string_view text) {
  // The last four are = + - @ in full width.
  constexpr std::string_view kSigns[] = {"=",      "+",      "-",      "@",
                                         "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  const size_t blanks = text.find_first_not_of(' ');
  text.remove_prefix(std::min(blanks, text.size()));
  return std::any_of(std::begin(kSigns), std::end(kSigns),
                     [text](std::string_view sign) { return text.starts_with(sign); });
}

std::string Field(std::string_view text) {
  const std::string harmless = IsFormula(text) ? StrCat("'", text) : std::string(text);
  if (harmless.find_first_of(",\"\r\n") == std::string::npos) return harmless;
  return StrCat("\"", absl::StrReplaceAll(harmless, {{"\"", "\"\""}}), "\"");
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    StrAppend(&line, i == 0 ? "" : ",", Field(fields[i]));
  }
  return line + "\n";
}

}  // namespace changepolicy
