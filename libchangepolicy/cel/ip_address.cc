#include "libchangepolicy/cel/ip_address.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

namespace {

// Decimal digits without leading zeros, at most `limit`.
std::optional<int> ParseDecimal(std::string_view text, int limit) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number <= limit ? std::optional<int>(number) : std::nullopt;
}

// Cuts off what stands before the first separator, or all of it.
std::string_view TakeUntil(char separator, std::string_view* rest, bool* found) {
  const size_t at = rest->find(separator);
  *found = at != std::string_view::npos;
  const std::string_view part = rest->substr(0, at);
  rest->remove_prefix(*found ? at + 1 : rest->size());
  return part;
}

bool ParseFourBytes(std::string_view text, uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    bool more = false;
    const std::optional<int> number = ParseDecimal(TakeUntil('.', &text, &more), 255);
    if (!number.has_value() || more != (i < 3)) return false;
    bytes[i] = static_cast<uint8_t>(*number);
  }
  return true;
}

// Groups separated by colons, the last of them perhaps an IPv4 address; false for anything else.
bool ParseGroups(std::string_view text, bool last, std::vector<uint8_t>* bytes) {
  bool more = !text.empty();
  while (more) {
    const std::string_view group = TakeUntil(':', &text, &more);
    if (last && !more && group.find('.') != std::string_view::npos) {
      uint8_t four[4];
      if (!ParseFourBytes(group, four)) return false;
      bytes->insert(bytes->end(), four, four + 4);
      return bytes->size() <= 16;
    }
    unsigned number = 0;
    const char* const end = group.data() + group.size();
    const auto [stop, error] = std::from_chars(group.data(), end, number, 16);
    if (group.empty() || group.size() > 4 || error != std::errc() || stop != end) return false;
    bytes->push_back(static_cast<uint8_t>(number >> 8));
    bytes->push_back(static_cast<uint8_t>(number & 0xff));
    if (bytes->size() > 16) return false;
  }
  return true;
}

std::optional<IpAddress> ParseV6(std::string_view text) {
  std::vector<uint8_t> head, tail;
  const size_t gap = text.find("::");
  const bool whole = gap == std::string_view::npos;
  if (!ParseGroups(text.substr(0, gap), whole, &head)) return std::nullopt;
  if (!whole && !ParseGroups(text.substr(gap + 2), true, &tail)) return std::nullopt;
  // `::` stands for at least one group of zeros.
  const size_t size = head.size() + tail.size();
  if (whole ? size != 16 : size > 14) return std::nullopt;
  IpAddress address;
  std::copy(head.begin(), head.end(), address.bytes.begin());
  std::copy(tail.begin(), tail.end(), address.bytes.end() - static_cast<ptrdiff_t>(tail.size()));
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(kMapped, kMapped + 12, address.bytes.begin())) return std::nullopt;
  return address;
}

unsigned Group(const IpAddress& address, size_t index) {
  return static_cast<unsigned>(address.bytes[2 * index]) << 8 | address.bytes[2 * index + 1];
}

void AppendHex(unsigned number, std::string* out) {
  char digits[4];
  const auto written = std::to_chars(digits, digits + sizeof digits, number, 16);
  out->append(digits, written.ptr);
}

}  // namespace

std::string IpAddress::ToString() const {
  if (is_v4) {
    return StrCat(static_cast<int>(bytes[0]), ".", static_cast<int>(bytes[1]), ".",
                  static_cast<int>(bytes[2]), ".", static_cast<int>(bytes[3]));
  }
  size_t gap = 8, gap_size = 1;  // a single group is not worth shortening
  for (size_t begin = 0; begin < 8; ++begin) {
    size_t end = begin;
    while (end < 8 && Group(*this, end) == 0) ++end;
    if (end - begin > gap_size) {
      gap = begin;
      gap_size = end - begin;
    }
  }
  std::string text;
  for (size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    AppendHex(Group(*this, i), &text);
  }
  return text;
}

IpAddress IpAddress::Masked(int length) const {
  IpAddress masked = *this;
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(length - 8 * i, 0, 8);
    masked.bytes[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff00 >> kept);
  }
  return masked;
}

bool IpAddress::IsUnspecified() const {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

bool IpAddress::IsLoopback() const {
  if (is_v4) return bytes[0] == 127;
  return bytes[15] == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t byte) { return byte == 0; });
}

bool IpAddress::IsMulticast() const { return is_v4 ? (bytes[0] & 0xf0) == 0xe0 : bytes[0] == 0xff; }

bool IpAddress::IsLinkLocalMulticast() const {
  if (is_v4) return bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0;
  return bytes[0] == 0xff && (bytes[1] & 0x0f) == 0x02;
}

bool IpAddress::IsLinkLocalUnicast() const {
  if (is_v4) return bytes[0] == 169 && bytes[1] == 254;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

bool IpAddress::IsGlobalUnicast() const {
  const bool broadcast =
      is_v4 && bytes[0] == 255 && bytes[1] == 255 && bytes[2] == 255 && bytes[3] == 255;
  return !broadcast && !IsUnspecified() && !IsLoopback() && !IsMulticast() && !IsLinkLocalUnicast();
}

std::string CidrRange::ToString() const { return StrCat(address.ToString(), "/", length); }

bool CidrRange::Contains(const IpAddress& other) const {
  return address.is_v4 == other.is_v4 && address.Masked(length) == other.Masked(length);
}

bool CidrRange::Contains(const CidrRange& other) const {
  return length <= other.length && Contains(other.address);
}

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return ParseV6(text);
  IpAddress address{.is_v4 = true};
  return ParseFourBytes(text, address.bytes.data()) ? std::optional<IpAddress>(address)
                                                    : std::nullopt;
}

std::optional<CidrRange> ParseCidrRange(std::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<IpAddress> address = ParseIpAddress(text.substr(0, slash));
  if (!address.has_value()) return std::nullopt;
  const std::optional<int> length = ParseDecimal(text.substr(slash + 1), address->bits());
  if (!length.has_value()) return std::nullopt;
  return CidrRange{*address, *length};
}

}  // namespace changepolicy::cel
