#include "libchangepolicy/audit/note.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/ed25519.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/utf8.h"

namespace changepolicy {

namespace {

constexpr std::string_view kDash = "\u2014 ";
constexpr size_t kKeyIdBytes = 4;
constexpr size_t kTimeBytes = 8;

absl::Status CheckLength(size_t bytes) {
  if (bytes <= kMaxNoteBytes) return absl::OkStatus();
  return ResourceExhausted(
      StrCat("the note has ", bytes, " bytes, and the limit is ", kMaxNoteBytes));
}

absl::Status CheckCount(size_t signatures) {
  if (signatures <= kMaxNoteSignatures) return absl::OkStatus();
  return ResourceExhausted(
      StrCat("the note has more signatures than the limit of ", kMaxNoteSignatures));
}

absl::Status CheckCharacters(std::string_view bytes) {
  size_t first_bad = 0;
  if (!IsUtf8(bytes, &first_bad)) {
    return InvalidArgument(StrCat("byte ", first_bad, " of the note is not UTF-8"));
  }
  const auto control = std::find_if(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\n';
  });
  if (control == bytes.end()) return absl::OkStatus();
  return InvalidArgument(
      StrCat("byte ", control - bytes.begin(), " of the note is a control character"));
}

absl::Status CheckText(std::string_view text) {
  CP_RETURN_IF_ERROR(CheckLength(text.size()));
  CP_RETURN_IF_ERROR(CheckCharacters(text));
  if (!text.empty() && text.back() == '\n') return absl::OkStatus();
  return InvalidArgument("the text of a note ends with a line break");
}

std::string BigEndian(uint64_t number, size_t bytes) {
  std::string text;
  for (size_t i = bytes; i > 0; --i) text.push_back(static_cast<char>(number >> 8 * (i - 1)));
  return text;
}

uint64_t FromBigEndian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

absl::StatusOr<NoteSignature> ReadSignature(std::string_view line) {
  if (line.substr(0, kDash.size()) != kDash) {
    return InvalidArgument("does not begin with an em dash and a space");
  }
  line.remove_prefix(kDash.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return InvalidArgument("has no space after the name");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  CP_RETURN_IF_ERROR(CheckKeyName(signature.name));
  CP_ASSIGN_OR_RETURN(const std::string bytes, DecodeBase64(line.substr(space + 1)));
  if (bytes.size() <= kKeyIdBytes) {
    return InvalidArgument(StrCat("has ", bytes.size(), " bytes, too few for a key id and more"));
  }
  signature.key_id = static_cast<uint32_t>(FromBigEndian(bytes.substr(0, kKeyIdBytes)));
  signature.signature = bytes.substr(kKeyIdBytes);
  return signature;
}

// What a cosigner signs.
std::string CosignedMessage(uint64_t time, std::string_view text) {
  return StrCat("cosignature/v1\ntime ", time, "\n", text);
}

std::string_view View(const Ed25519Signature& signature) {
  return {reinterpret_cast<const char*>(signature.data()), signature.size()};
}

// Whether the key made the signature; `time` is what a cosignature says.
bool Verifies(const VerifierKey& key, std::string_view signature, std::string_view text,
              std::optional<int64_t>* time) {
  if (key.type == SignatureType::kEd25519) {
    return Ed25519Verifies(key.public_key, text, signature);
  }
  if (signature.size() < kTimeBytes) return false;
  const uint64_t seconds = FromBigEndian(signature.substr(0, kTimeBytes));
  if (seconds > static_cast<uint64_t>(INT64_MAX)) return false;
  *time = static_cast<int64_t>(seconds);
  return Ed25519Verifies(key.public_key, CosignedMessage(seconds, text),
                         signature.substr(kTimeBytes));
}

std::string NameAndId(const NoteSignature& signature) {
  return StrCat("`", Printable(signature.name), "` (", absl::StrFormat("%08x", signature.key_id),
                ")");
}

// The trusted key that a signature says it is by; null where there is none.
absl::StatusOr<const VerifierKey*> FindKey(const NoteSignature& signature,
                                           absl::Span<const VerifierKey> trusted) {
  const VerifierKey* found = nullptr;
  for (const VerifierKey& key : trusted) {
    if (key.name != signature.name || KeyId(key) != signature.key_id) continue;
    if (found != nullptr && *found != key) {
      return InvalidArgument(StrCat("two different trusted keys are both ", NameAndId(signature)));
    }
    found = &key;
  }
  return found;
}

}  // namespace

absl::StatusOr<Note> ParseNote(std::string_view bytes) {
  CP_RETURN_IF_ERROR(CheckLength(bytes.size()));
  CP_RETURN_IF_ERROR(CheckCharacters(bytes));
  const size_t blank = bytes.rfind("\n\n");
  if (blank == std::string_view::npos) {
    return InvalidArgument("no empty line parts the note's text from signatures");
  }
  Note note;
  note.text = bytes.substr(0, blank + 1);
  std::string_view rest = bytes.substr(blank + 2);
  if (rest.empty()) return InvalidArgument("the note has no signatures");
  while (!rest.empty()) {
    const size_t number = note.signatures.size() + 1;
    CP_RETURN_IF_ERROR(CheckCount(number));
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      return InvalidArgument(StrCat("signature line ", number, " has no line break"));
    }
    absl::StatusOr<NoteSignature> signature = ReadSignature(rest.substr(0, end));
    if (!signature.ok()) {
      return InvalidArgument(
          StrCat("signature line ", number, ": ", MessageOf(signature.status())));
    }
    note.signatures.push_back(*std::move(signature));
    rest.remove_prefix(end + 1);
  }
  return note;
}

absl::StatusOr<std::string> WriteNote(const Note& note) {
  CP_RETURN_IF_ERROR(CheckText(note.text));
  if (note.signatures.empty()) return InvalidArgument("the note has no signatures");
  CP_RETURN_IF_ERROR(CheckCount(note.signatures.size()));
  std::string bytes = StrCat(note.text, "\n");
  for (const NoteSignature& signature : note.signatures) {
    CP_RETURN_IF_ERROR(CheckKeyName(signature.name));
    if (signature.signature.empty()) {
      return InvalidArgument(StrCat("the signature of ", NameAndId(signature), " is empty"));
    }
    StrAppend(&bytes, kDash, signature.name, " ",
              EncodeBase64(StrCat(BigEndian(signature.key_id, kKeyIdBytes), signature.signature)),
              "\n");
  }
  CP_RETURN_IF_ERROR(CheckLength(bytes.size()));
  return bytes;
}

absl::Status SignNote(const SignerKey& key, Note* note) {
  CP_RETURN_IF_ERROR(CheckText(note->text));
  if (key.verifier.type != SignatureType::kEd25519) {
    return InvalidArgument(StrCat("key `", Printable(key.verifier.name),
                                  "` makes cosignatures, and a signature is asked for"));
  }
  CP_ASSIGN_OR_RETURN(const Ed25519Signature signature, Ed25519Sign(key.seed, note->text));
  return AddSignature({key.verifier.name, KeyId(key.verifier), std::string(View(signature))}, note);
}

absl::Status CosignNote(const SignerKey& key, int64_t time, Note* note) {
  CP_RETURN_IF_ERROR(CheckText(note->text));
  if (key.verifier.type != SignatureType::kCosignature) {
    return InvalidArgument(StrCat("key `", Printable(key.verifier.name),
                                  "` makes signatures, and a cosignature is asked for"));
  }
  if (time < 0) return InvalidArgument("the time of a cosignature is before 1970");
  const uint64_t seconds = static_cast<uint64_t>(time);
  CP_ASSIGN_OR_RETURN(const Ed25519Signature signature,
                      Ed25519Sign(key.seed, CosignedMessage(seconds, note->text)));
  return AddSignature({key.verifier.name, KeyId(key.verifier),
                       StrCat(BigEndian(seconds, kTimeBytes), View(signature))},
                      note);
}

absl::Status AddSignature(const NoteSignature& signature, Note* note) {
  for (const NoteSignature& there : note->signatures) {
    if (there == signature) return absl::OkStatus();
    if (there.name == signature.name && there.key_id == signature.key_id) {
      return FailedPrecondition(StrCat("the note has another signature by ", NameAndId(signature)));
    }
  }
  CP_RETURN_IF_ERROR(CheckCount(note->signatures.size() + 1));
  note->signatures.push_back(signature);
  return absl::OkStatus();
}

absl::Status AddSignatures(const Note& other, Note* note) {
  if (other.text != note->text) {
    return InvalidArgument("the signatures are over another text than the note's");
  }
  Note together = *note;
  for (const NoteSignature& signature : other.signatures) {
    CP_RETURN_IF_ERROR(AddSignature(signature, &together));
  }
  *note = std::move(together);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<VerifiedSignature>> VerifyNote(const Note& note,
                                                          absl::Span<const VerifierKey> trusted) {
  std::vector<VerifiedSignature> verified;
  for (size_t i = 0; i < note.signatures.size(); ++i) {
    const NoteSignature& signature = note.signatures[i];
    CP_ASSIGN_OR_RETURN(const VerifierKey* key, FindKey(signature, trusted));
    if (key == nullptr) continue;
    std::optional<int64_t> time;
    if (!Verifies(*key, signature.signature, note.text, &time)) {
      return absl::DataLossError(ToAbsl(
          StrCat("the signature by ", NameAndId(signature), " is not that key's over this text")));
    }
    const bool again =
        std::any_of(verified.begin(), verified.end(),
                    [key](const VerifiedSignature& earlier) { return earlier.key == *key; });
    if (!again) verified.push_back({i, *key, time});
  }
  if (verified.empty()) return FailedPrecondition("no trusted key has signed the note");
  return verified;
}

}  // namespace changepolicy
