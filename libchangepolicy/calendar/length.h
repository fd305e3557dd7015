#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
namespace changepolicy {
std::optional<int64_t> ParseCivilLength(std::string_view text);
}
