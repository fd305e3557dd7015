#include "libchangepolicy/audit/lines.h"

#include <algorithm>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {

std::optional<std::string_view> TakeLine(std::string_view* text) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return line;
}

std::optional<uint64_t> ReadDecimal(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  uint64_t number = 0;  // 19 digits fit into 64 bits
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  if (number > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return number;
}

absl::Status CheckLine(std::string_view text, std::string_view what) {
  if (text.empty()) return InvalidArgument(StrCat(what, " is empty"));
  if (!IsUtf8(text)) return InvalidArgument(StrCat(what, " is not UTF-8"));
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < ' '; })) {
    return InvalidArgument(StrCat(what, " `", Printable(text), "` has a control character"));
  }
  return absl::OkStatus();
}

}  // namespace changepolicy
