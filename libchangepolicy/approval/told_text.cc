#include "libchangepolicy/approval/told_text.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"

namespace changepolicy {
namespace {

template <typename Enum, size_t kSize>
std::array<std::string, kSize> Names() {
  std::array<std::string, kSize> names;
  for (size_t i = 0; i < kSize; ++i) names[i] = ValueName(static_cast<Enum>(i));
  return names;
}

char* Write(int64_t number, int digits, char* end) {
  for (; digits > 0; --digits, number /= 10) *--end = static_cast<char>('0' + number % 10);
  return end;
}

}  // namespace

std::string_view InstantText(absl::Time at, flat::Arena* arena) {
  const absl::CivilSecond civil = absl::ToCivilSecond(at, absl::UTCTimeZone());
  const bool plain = at == absl::FromUnixSeconds(absl::ToUnixSeconds(at)) && civil.year() >= 1000 &&
                     civil.year() <= 9999;
  if (!plain) return arena->Copy(absl::FormatTime(absl::RFC3339_full, at, absl::UTCTimeZone()));
  std::array<char, 25> text{};
  std::string_view("0000-00-00T00:00:00+00:00").copy(text.data(), text.size());
  Write(civil.year(), 4, &text[4]);
  Write(civil.month(), 2, &text[7]);
  Write(civil.day(), 2, &text[10]);
  Write(civil.hour(), 2, &text[13]);
  Write(civil.minute(), 2, &text[16]);
  Write(civil.second(), 2, &text[19]);
  return arena->Copy({text.data(), text.size()});
}

std::string_view NumberText(int number, flat::Arena* arena) {
  std::array<char, 12> text{};
  const std::to_chars_result result = std::to_chars(text.begin(), text.end(), number);
  return arena->Copy({text.data(), static_cast<size_t>(result.ptr - text.data())});
}

std::string_view NameOf(v1::Part part) {
  static const auto* const kNames =
      new std::array<std::string, v1::Part_MAX + 1>(Names<v1::Part, v1::Part_MAX + 1>());
  return (*kNames)[part];
}

std::string_view NameOf(v1::Aspect aspect) {
  static const auto* const kNames =
      new std::array<std::string, v1::Aspect_MAX + 1>(Names<v1::Aspect, v1::Aspect_MAX + 1>());
  return (*kNames)[aspect];
}

}  // namespace changepolicy
