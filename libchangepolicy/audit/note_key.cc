#include "libchangepolicy/audit/note_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_format.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/sha256.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {

namespace {

constexpr std::string_view kSecretPrefix = "PRIVATE+KEY+";

// The characters outside ASCII that have Unicode's property White_Space.
constexpr std::string_view kSpaces[] = {"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001",
                                        "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                        "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                        "\u2029", "\u202F", "\u205F", "\u3000"};

std::string Quoted(std::string_view name) { return StrCat("`", Printable(name), "`"); }

// Name, hash and key with a type's byte, which public and secret keys have in common.
std::string WriteParts(const VerifierKey& verifier, const std::array<uint8_t, 32>& key) {
  std::string bytes(1, static_cast<char>(verifier.type));
  bytes.append(key.begin(), key.end());
  return StrCat(verifier.name, "+", absl::StrFormat("%08x", KeyId(verifier)), "+",
                EncodeBase64(bytes));
}

struct Parts {
  std::string name;
  uint32_t id = 0;
  SignatureType type = SignatureType::kEd25519;
  std::array<uint8_t, 32> key = {};
};

absl::StatusOr<uint32_t> ReadId(std::string_view digits) {
  uint32_t id = 0;
  bool good = digits.size() == 8;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    good = good && digit >= 0;
    id = id << 4 | (static_cast<uint32_t>(digit) & 0xF);
  }
  if (!good) return InvalidArgument("the key has no hash of eight hexadecimal digits");
  return id;
}

absl::StatusOr<Parts> ReadParts(std::string_view text) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) {
    return InvalidArgument("a key has a name, a hash and bytes in base 64, with `+` between them");
  }
  Parts parts;
  parts.name = text.substr(0, first);
  CP_RETURN_IF_ERROR(CheckKeyName(parts.name));
  CP_ASSIGN_OR_RETURN(parts.id, ReadId(text.substr(first + 1, second - first - 1)));
  const absl::StatusOr<std::string> bytes = DecodeBase64(text.substr(second + 1));
  if (!bytes.ok()) {
    return InvalidArgument(
        StrCat("the bytes of key ", Quoted(parts.name), " are no base 64 as RFC 4648 has it"));
  }
  const uint8_t type = bytes->empty() ? 0 : static_cast<uint8_t>(bytes->front());
  parts.type = static_cast<SignatureType>(type);
  if (parts.type != SignatureType::kEd25519 && parts.type != SignatureType::kCosignature) {
    return InvalidArgument(absl::StrFormat(
        "key %s is of type 0x%02x, and only 0x01 (Ed25519) and 0x04 (cosignature) are known here",
        Quoted(parts.name), type));
  }
  if (bytes->size() != 1 + parts.key.size()) {
    return InvalidArgument(StrCat("key ", Quoted(parts.name), " has ", bytes->size() - 1,
                                  " bytes, and an Ed25519 key has 32"));
  }
  std::copy(bytes->begin() + 1, bytes->end(), parts.key.begin());
  return parts;
}

absl::Status CheckId(const VerifierKey& key, uint32_t id) {
  if (KeyId(key) == id) return absl::OkStatus();
  return InvalidArgument(absl::StrFormat("the hash of key %s is %08x, and not %08x as it says",
                                         Quoted(key.name), KeyId(key), id));
}

}  // namespace

absl::Status CheckKeyName(std::string_view name) {
  const auto forbidden = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '+'; };
  if (name.empty()) return InvalidArgument("the key has no name");
  if (!IsUtf8(name)) return InvalidArgument("the name of the key is not UTF-8");
  if (std::any_of(name.begin(), name.end(), forbidden) ||
      std::any_of(std::begin(kSpaces), std::end(kSpaces), [name](std::string_view space) {
        return name.find(space) != std::string_view::npos;
      })) {
    return InvalidArgument(
        StrCat("the name ", Quoted(name), " of the key has a space, a `+` or a control character"));
  }
  return absl::OkStatus();
}

uint32_t KeyId(const VerifierKey& key) {
  const char type = static_cast<char>(key.type);
  const std::string_view public_key(reinterpret_cast<const char*>(key.public_key.data()),
                                    key.public_key.size());
  const Hash hash = HashOf({key.name, "\n", std::string_view(&type, 1), public_key});
  return uint32_t{hash[0]} << 24 | uint32_t{hash[1]} << 16 | uint32_t{hash[2]} << 8 | hash[3];
}

absl::StatusOr<SignerKey> GenerateKey(std::string_view name, const Ed25519Seed& seed,
                                      SignatureType type) {
  CP_RETURN_IF_ERROR(CheckKeyName(name));
  CP_ASSIGN_OR_RETURN(const Ed25519PublicKey public_key, Ed25519PublicKeyOf(seed));
  return SignerKey{{std::string(name), type, public_key}, seed};
}

std::string WriteVerifierKey(const VerifierKey& key) { return WriteParts(key, key.public_key); }

std::string WriteSignerKey(const SignerKey& key) {
  return StrCat(kSecretPrefix, WriteParts(key.verifier, key.seed));
}

absl::StatusOr<VerifierKey> ParseVerifierKey(std::string_view text) {
  if (text.substr(0, kSecretPrefix.size()) == kSecretPrefix) {
    return InvalidArgument("this is a secret key, and the public one is asked for");
  }
  CP_ASSIGN_OR_RETURN(Parts parts, ReadParts(text));
  VerifierKey key{std::move(parts.name), parts.type, parts.key};
  CP_RETURN_IF_ERROR(CheckId(key, parts.id));
  return key;
}

absl::StatusOr<SignerKey> ParseSignerKey(std::string_view text) {
  if (text.substr(0, kSecretPrefix.size()) != kSecretPrefix) {
    return InvalidArgument("a secret key begins with `PRIVATE+KEY+`");
  }
  CP_ASSIGN_OR_RETURN(const Parts parts, ReadParts(text.substr(kSecretPrefix.size())));
  CP_ASSIGN_OR_RETURN(SignerKey key, GenerateKey(parts.name, parts.key, parts.type));
  CP_RETURN_IF_ERROR(CheckId(key.verifier, parts.id));
  return key;
}

}  // namespace changepolicy
