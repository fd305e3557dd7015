// IP addresses and CIDR ranges as the network library has them: strict texts in, canonical texts
// out (RFC 5952 for IPv6). Knows nothing of values.
#ifndef LIBCHANGEPOLICY_CEL_IP_ADDRESS_H_
#define LIBCHANGEPOLICY_CEL_IP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace changepolicy::cel {

// An address of 32 or 128 bits, most significant byte first; of 32 bits, the first four bytes.
struct IpAddress {
  bool is_v4 = false;
  std::array<uint8_t, 16> bytes = {};

  int bits() const { return is_v4 ? 32 : 128; }
  // RFC 5952: lower case, the longest run of zero groups shortened, the first of equal ones.
  std::string ToString() const;
  // The address with every bit after the first `length` cleared.
  IpAddress Masked(int length) const;

  bool IsUnspecified() const;         // 0.0.0.0, ::
  bool IsLoopback() const;            // 127.0.0.0/8, ::1
  bool IsMulticast() const;           // 224.0.0.0/4, ff00::/8
  bool IsLinkLocalMulticast() const;  // 224.0.0.0/24, ff02::/16 with any flags
  bool IsLinkLocalUnicast() const;    // 169.254.0.0/16, fe80::/10
  // Whatever is none of the above and not 255.255.255.255; private addresses count.
  bool IsGlobalUnicast() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// An address with the number of leading bits that name its network; later bits are kept.
struct CidrRange {
  IpAddress address;
  int length = 0;

  std::string ToString() const;
  // False across the two kinds of address.
  bool Contains(const IpAddress& other) const;
  bool Contains(const CidrRange& other) const;

  friend bool operator==(const CidrRange&, const CidrRange&) = default;
};

// Nothing for zones (`fe80::1%eth0`), leading zeros in decimal parts, more than four hexadecimal
// digits in a group, and IPv4 addresses mapped into IPv6 (`::ffff:1.2.3.4`).
std::optional<IpAddress> ParseIpAddress(std::string_view text);
// `address/length`, the length in decimal digits without sign or leading zeros.
std::optional<CidrRange> ParseCidrRange(std::string_view text);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_IP_ADDRESS_H_
