// The network library: IP addresses and CIDR ranges as values of the language, as Kubernetes has
// them.
#include <memory>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/ip_address.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

// An IpAddress or CidrRange with its type; equal within one type only.
template <typename Network, const std::string_view& kTypeName>
class NetworkValue final : public Opaque {
 public:
  explicit NetworkValue(const Network& network) : network_(network) {}
  Type type() const override { return Type::Opaque(kTypeName, {}); }
  bool Equals(const Opaque& other) const override {
    return other.type().name() == kTypeName &&
           static_cast<const NetworkValue&>(other).network_ == network_;
  }
  std::string ToText() const override { return network_.ToString(); }
  const Network& network() const { return network_; }

 private:
  const Network network_;
};
using IpValue = NetworkValue<IpAddress, kIpTypeName>;
using CidrValue = NetworkValue<CidrRange, kCidrTypeName>;

Value Of(const IpAddress& address) {
  return Value::FromOpaque(std::make_shared<const IpValue>(address));
}
Value Of(const CidrRange& range) {
  return Value::FromOpaque(std::make_shared<const CidrValue>(range));
}

// REQUIRES: the value is one; the signature that called has seen to it.
const IpAddress& IpOf(const Value& value) {
  return static_cast<const IpValue&>(value.opaque()).network();
}
const CidrRange& CidrOf(const Value& value) {
  return static_cast<const CidrValue&>(value.opaque()).network();
}

Value NoAddress(const Value& text) {
  return Value::FromError(absl::StatusCode::kInvalidArgument,
                          StrCat(text.ToString(), " is no IP address"));
}
Value NoRange(const Value& text) {
  return Value::FromError(absl::StatusCode::kInvalidArgument,
                          StrCat(text.ToString(), " is no CIDR range"));
}

bool Spend(CallContext& context, const Value& text) {
  return context.Charge(1 + text.string_value().size() / 64);
}

Value ParseIp(CallContext& context, Args args) {
  if (!Spend(context, args[0])) return Value::Null();
  const std::optional<IpAddress> address = ParseIpAddress(args[0].string_value());
  return address.has_value() ? Of(*address) : NoAddress(args[0]);
}

Value ParseCidr(CallContext& context, Args args) {
  if (!Spend(context, args[0])) return Value::Null();
  const std::optional<CidrRange> range = ParseCidrRange(args[0].string_value());
  return range.has_value() ? Of(*range) : NoRange(args[0]);
}

Value IsIp(CallContext& context, Args args) {
  if (!Spend(context, args[0])) return Value::Null();
  return Value::Bool(ParseIpAddress(args[0].string_value()).has_value());
}

Value IsCidr(CallContext& context, Args args) {
  if (!Spend(context, args[0])) return Value::Null();
  return Value::Bool(ParseCidrRange(args[0].string_value()).has_value());
}

Value IsCanonical(CallContext& context, Args args) {
  if (!Spend(context, args[0])) return Value::Null();
  const std::optional<IpAddress> address = ParseIpAddress(args[0].string_value());
  if (!address.has_value()) return NoAddress(args[0]);
  return Value::Bool(address->ToString() == args[0].string_value());
}

Value ToText(CallContext&, Args args) { return Value::String(args[0].opaque().ToText()); }

template <bool (IpAddress::*kTest)() const>
Value TestIp(CallContext&, Args args) {
  return Value::Bool((IpOf(args[0]).*kTest)());
}

Value Family(CallContext&, Args args) { return Value::Int(IpOf(args[0]).is_v4 ? 4 : 6); }

Value ContainsIp(CallContext&, Args args) {
  return Value::Bool(CidrOf(args[0]).Contains(IpOf(args[1])));
}

Value ContainsIpText(CallContext& context, Args args) {
  if (!Spend(context, args[1])) return Value::Null();
  const std::optional<IpAddress> address = ParseIpAddress(args[1].string_value());
  if (!address.has_value()) return NoAddress(args[1]);
  return Value::Bool(CidrOf(args[0]).Contains(*address));
}

Value ContainsCidr(CallContext&, Args args) {
  return Value::Bool(CidrOf(args[0]).Contains(CidrOf(args[1])));
}

Value ContainsCidrText(CallContext& context, Args args) {
  if (!Spend(context, args[1])) return Value::Null();
  const std::optional<CidrRange> range = ParseCidrRange(args[1].string_value());
  if (!range.has_value()) return NoRange(args[1]);
  return Value::Bool(CidrOf(args[0]).Contains(*range));
}

Value AddressOfCidr(CallContext&, Args args) { return Of(CidrOf(args[0]).address); }

CidrRange Network(const CidrRange& range) {
  return {range.address.Masked(range.length), range.length};
}
Value Masked(CallContext&, Args args) { return Of(Network(CidrOf(args[0]))); }
Value IsMask(CallContext&, Args args) {
  return Value::Bool(Network(CidrOf(args[0])) == CidrOf(args[0]));
}
Value PrefixLength(CallContext&, Args args) { return Value::Int(CidrOf(args[0]).length); }

}  // namespace

void AddNetwork(FunctionTable* table) {
  const FunctionTable rows = {
      {"ip(string) -> ip", ParseIp, "the IP address of the text; an error where it is none",
       cost::kParseText},
      {"isIP(string) -> bool", IsIp, "whether the text is an IP address", cost::kParseText},
      {".ip.isCanonical(string) -> bool", IsCanonical,
       "whether the text is the canonical one of its IP address; an error where it is none",
       cost::kParseText},
      {"string(ip) -> string", ToText, "the canonical text of the address", cost::kNumberText},
      {"ip.family() -> int", Family, "4 or 6"},
      {"ip.isUnspecified() -> bool", TestIp<&IpAddress::IsUnspecified>,
       "whether it is 0.0.0.0 or ::"},
      {"ip.isLoopback() -> bool", TestIp<&IpAddress::IsLoopback>,
       "whether it is in 127.0.0.0/8 or is ::1"},
      {"ip.isLinkLocalMulticast() -> bool", TestIp<&IpAddress::IsLinkLocalMulticast>,
       "whether it is in 224.0.0.0/24 or ff02::/16"},
      {"ip.isLinkLocalUnicast() -> bool", TestIp<&IpAddress::IsLinkLocalUnicast>,
       "whether it is in 169.254.0.0/16 or fe80::/10"},
      {"ip.isGlobalUnicast() -> bool", TestIp<&IpAddress::IsGlobalUnicast>,
       "whether it can be the address of one host beyond its link, private ones included"},
      {"cidr(string) -> cidr", ParseCidr, "the CIDR range of the text; an error where it is none",
       cost::kParseText},
      {"isCIDR(string) -> bool", IsCidr, "whether the text is a CIDR range", cost::kParseText},
      {"string(cidr) -> string", ToText, "the canonical text of the range", cost::kNumberText},
      {"cidr.containsIP(ip) -> bool", ContainsIp, "whether the address is in the range"},
      {"cidr.containsIP(string) -> bool", ContainsIpText,
       "whether the address of the text is in the range; an error where it is none",
       cost::kParseText},
      {"cidr.containsCIDR(cidr) -> bool", ContainsCidr,
       "whether all of the other range is in this one"},
      {"cidr.containsCIDR(string) -> bool", ContainsCidrText,
       "whether all of the range of the text is in this one; an error where it is none",
       cost::kParseText},
      {"cidr.ip() -> ip", AddressOfCidr, "the address as written, host bits included"},
      {"cidr.masked() -> cidr", Masked, "the range with the host bits of its address cleared"},
      {"cidr.isMask() -> bool", IsMask, "whether its address has no host bits"},
      {"cidr.prefixLength() -> int", PrefixLength, "how many leading bits name the network"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
