// The network library.
#include "gtest/gtest.h"
#include "libchangepolicy/cel/ip_address.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

TEST(Network, AddressesAreParsedStrictly) {
  for (const char* const text :
       {"1.2.3.4", "0.0.0.0", "255.255.255.255", "::", "::1", "1::", "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "2001:DB8::0001", "::1.2.3.4", "64:ff9b::1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4", "::ffff:1:1.2.3.4"}) {
    EXPECT_TRUE(ParseIpAddress(text).has_value()) << text;
  }
  for (const char* const text :
       {"", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.1.1.1", "01.2.3.4", "1.2.3.04",
        "00.0.0.0", "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "0x1.2.3.4", "1.2.3.1000", ":",
        ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8", ":1::", "::1:", "1:", "g::1", "12345::1", "00001::", "[::1]",
        "::1.2.3.04", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
        // Zones and mapped addresses are refused though others read them.
        "fe80::1%eth0", "::1%", "::ffff:1.2.3.4", "::ffff:0102:0304", "1.2.3.4/8"}) {
    EXPECT_FALSE(ParseIpAddress(text).has_value()) << text;
  }
}

TEST(Network, AddressesHaveOneCanonicalText) {
  constexpr std::pair<const char*, const char*> kTexts[] = {
      {"1.2.3.4", "1.2.3.4"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
      // The longest run, of equals the first; a single group stays.
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"1:0:1:0:1:0:1:0", "1:0:1:0:1:0:1:0"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"1::", "1::"},
      // Never with decimal parts.
      {"::1.2.3.4", "::102:304"},
  };
  for (const auto& [text, canonical] : kTexts) {
    ASSERT_TRUE(ParseIpAddress(text).has_value()) << text;
    EXPECT_EQ(ParseIpAddress(text)->ToString(), canonical);
  }
}

TEST(Network, Addresses) {
  ExpectAll({
      {"ip('192.168.0.1')", "192.168.0.1", "net.IP"},
      {"ip('256.0.0.1')", "error INVALID_ARGUMENT", "net.IP"},
      {"ip(1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"ip(dyn(1))", "error UNIMPLEMENTED", "net.IP"},
      {"isIP('::1')", "true", "bool"},
      {"isIP('::1/64')", "false", "bool"},
      {"isIP(dyn(1))", "error UNIMPLEMENTED"},
      {"ip.isCanonical('2001:db8::68')", "true", "bool"},
      {"ip.isCanonical('2001:DB8::68')", "false", "bool"},
      {"ip.isCanonical('nonsense')", "error INVALID_ARGUMENT", "bool"},
      {"string(ip('2001:DB8:0:0::1'))", "\"2001:db8::1\"", "string"},
      {"ip('1.2.3.4').family()", "4", "int"},
      {"ip('::1').family()", "6", "int"},
      {"ip('0.0.0.0').isUnspecified() && ip('::').isUnspecified()", "true", "bool"},
      {"ip('0.0.0.1').isUnspecified()", "false"},
      {"ip('127.9.9.9').isLoopback() && ip('::1').isLoopback()", "true", "bool"},
      {"ip('128.0.0.1').isLoopback() || ip('::2').isLoopback()", "false"},
      {"ip('224.0.0.9').isLinkLocalMulticast() && ip('ff12::1').isLinkLocalMulticast()", "true"},
      {"ip('224.0.1.9').isLinkLocalMulticast() || ip('ff05::1').isLinkLocalMulticast()", "false"},
      {"ip('169.254.1.1').isLinkLocalUnicast() && ip('febf::1').isLinkLocalUnicast()", "true"},
      {"ip('169.255.1.1').isLinkLocalUnicast() || ip('fec0::1').isLinkLocalUnicast()", "false"},
      {"ip('10.0.0.1').isGlobalUnicast() && ip('fc00::1').isGlobalUnicast()", "true"},
      {"ip('255.255.255.255').isGlobalUnicast() || ip('ff0e::1').isGlobalUnicast() || "
       "ip('::1').isGlobalUnicast() || ip('0.0.0.0').isGlobalUnicast()",
       "false"},
      {"'1.2.3.4'.family()", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

TEST(Network, Ranges) {
  ExpectAll({
      {"cidr('10.1.2.3/8')", "10.1.2.3/8", "net.CIDR"},
      {"isCIDR('10.0.0.0/8')", "true", "bool"},
      {"isCIDR('10.0.0.0/33') || isCIDR('10.0.0.0') || isCIDR('10.0.0.0/08') || "
       "isCIDR('10.0.0.0/+8') || isCIDR('10.0.0.0/') || isCIDR('::ffff:1.2.3.4/96') || "
       "isCIDR('::/129') || isCIDR('::%a/0') || isCIDR('10.0.0.0/8/8') || isCIDR('::/-1')",
       "false"},
      {"cidr('10.0.0.0/99')", "error INVALID_ARGUMENT", "net.CIDR"},
      {"cidr('10.1.2.3/8').ip()", "10.1.2.3", "net.IP"},
      {"cidr('10.1.2.3/12').masked()", "10.0.0.0/12", "net.CIDR"},
      {"cidr('2001:db8:ffff::1/33').masked()", "2001:db8:8000::/33", "net.CIDR"},
      {"cidr('1.2.3.4/0').masked()", "0.0.0.0/0"},
      {"cidr('1.2.3.4/32').masked()", "1.2.3.4/32"},
      {"cidr('10.0.0.0/8').isMask()", "true", "bool"},
      {"cidr('10.0.0.1/8').isMask()", "false"},
      {"cidr('10.0.0.0/8').prefixLength()", "8", "int"},
      {"string(cidr('2001:DB8::/32'))", "\"2001:db8::/32\"", "string"},
      {"cidr('::/0').containsIP(1)", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
  });
}

TEST(Network, Containment) {
  ExpectAll({
      {"cidr('10.0.0.0/8').containsIP('10.255.0.1')", "true", "bool"},
      {"cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))", "false", "bool"},
      {"cidr('10.1.2.3/31').containsIP('10.1.2.2')", "true"},
      {"cidr('10.0.0.0/8').containsIP('10.0.0')", "error INVALID_ARGUMENT"},
      {"cidr('2001:db8::/33').containsIP('2001:db8:7fff::1')", "true"},
      {"cidr('2001:db8::/33').containsIP('2001:db8:8000::1')", "false"},
      // Never across the families.
      {"cidr('0.0.0.0/0').containsIP('::1') || cidr('::/0').containsIP('1.2.3.4')", "false"},
      {"cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true", "bool"},
      {"cidr('10.0.0.0/8').containsCIDR(cidr('10.0.0.0/8'))", "true"},
      {"cidr('10.0.0.0/16').containsCIDR(cidr('10.0.0.0/8'))", "false"},
      {"cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')", "false"},
      {"cidr('0.0.0.0/0').containsCIDR('::/0')", "false"},
      {"cidr('0.0.0.0/0').containsCIDR('10.0.0.0')", "error INVALID_ARGUMENT"},
  });
}

TEST(Network, TypesAndEquality) {
  ExpectAll({
      {"type(ip('::1')) == net.IP", "true"},
      {"type(cidr('::/0')) == net.CIDR", "true"},
      {"type(ip('::1')) == net.CIDR", "false"},
      {"net.IP", "net.IP", "type(net.IP)"},
      {"ip('::1') == ip('0:0::1')", "true"},
      {"ip('1.2.3.4') == ip('::102:304')", "false"},
      {"cidr('10.0.0.1/8') == cidr('10.0.0.0/8')", "false"},
      {"cidr('10.0.0.1/8').masked() == cidr('10.0.0.0/8')", "true"},
      {"dyn(ip('1.2.3.4')) == dyn(cidr('1.2.3.4/32'))", "false"},
      {"dyn(ip('1.2.3.4')) == dyn('1.2.3.4')", "false"},
      {"ip('1.2.3.4') == cidr('1.2.3.4/32')", "refused cel-no-such-overload"},
      {"ip('::2') in [ip('::1'), ip('::2')]", "true"},
      {"[ip('::1'), ip('0::1')].distinct()", "[::1]", "list(net.IP)"},
      {"ip('::1') < ip('::2')", "refused cel-no-such-overload", "", "error UNIMPLEMENTED"},
      {"{ip('::1'): 1}", "refused cel-map-key", "", "error INVALID_ARGUMENT"},
  });
}

}  // namespace
}  // namespace changepolicy::cel
