#include "libchangepolicy/base/ed25519.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

template <typename Array>
Array FromHex(std::string_view hex) {
  const std::string bytes = absl::HexStringToBytes(ToAbsl(hex));
  Array array;
  EXPECT_EQ(bytes.size(), array.size());
  std::copy_n(bytes.begin(), array.size(), array.begin());
  return array;
}

template <typename Array>
std::string_view View(const Array& array) {
  return {reinterpret_cast<const char*>(array.data()), array.size()};
}

// RFC 8032, section 7.1, tests 1 and 2.
TEST(Ed25519Test, KnownAnswers) {
  const struct {
    std::string_view seed, key, message, signature;
  } cases[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
       "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
       "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
  };
  for (const auto& c : cases) {
    const auto seed = FromHex<Ed25519Seed>(c.seed);
    const auto key = FromHex<Ed25519PublicKey>(c.key);
    const auto signature = FromHex<Ed25519Signature>(c.signature);
    EXPECT_EQ(Ed25519PublicKeyOf(seed).value(), key);
    EXPECT_EQ(Ed25519Sign(seed, c.message).value(), signature);
    EXPECT_TRUE(Ed25519Verifies(key, c.message, View(signature)));
  }
}

TEST(Ed25519Test, NothingElseVerifies) {
  const Ed25519Seed seed = {1, 2, 3};
  const Ed25519PublicKey key = Ed25519PublicKeyOf(seed).value();
  const std::string signature(View(Ed25519Sign(seed, "message").value()));
  ASSERT_TRUE(Ed25519Verifies(key, "message", signature));
  EXPECT_FALSE(Ed25519Verifies(key, "Message", signature));
  EXPECT_FALSE(Ed25519Verifies(key, "", signature));
  for (size_t bit = 0; bit < 512; ++bit) {
    std::string other = signature;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(Ed25519Verifies(key, "message", other)) << bit;
  }
  EXPECT_FALSE(Ed25519Verifies(key, "message", ""));
  EXPECT_FALSE(Ed25519Verifies(key, "message", signature.substr(1)));
  EXPECT_FALSE(Ed25519Verifies(key, "message", signature + "x"));
  EXPECT_FALSE(Ed25519Verifies(Ed25519PublicKeyOf({1, 2, 4}).value(), "message", signature));
  Ed25519PublicKey no_point;
  no_point.fill(0xEE);
  EXPECT_FALSE(Ed25519Verifies(no_point, "message", signature));
}

}  // namespace
}  // namespace changepolicy
