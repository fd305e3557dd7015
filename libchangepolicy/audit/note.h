// Signed notes (https://c2sp.org/signed-note): text that one or more keys have signed, in the
// format of Go's golang.org/x/mod/sumdb/note, which reads what is written here.
//
//   audit.example/log                    the text, with its last line break
//   ...
//                                        an empty line, the last one of the note
//   — audit.example/log W5/iPFb...       a line for each signature: name, and base 64 of the key id
//                                        and the signature
//
// The text must not be believed before VerifyNote has said whose it is. Where Go is lenient, this
// is not: base 64 has one spelling, and a key's second signature must verify like its first.
// Functions are thread-safe.
#ifndef LIBCHANGEPOLICY_AUDIT_NOTE_H_
#define LIBCHANGEPOLICY_AUDIT_NOTE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libchangepolicy/audit/note_key.h"

namespace changepolicy {

// Limits of a note, with its signatures.
inline constexpr size_t kMaxNoteBytes = 1'000'000;
inline constexpr size_t kMaxNoteSignatures = 64;

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string signature;  // at least one byte; what they mean is the key's business

  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;
  std::vector<NoteSignature> signatures;  // in the order of the lines

  friend bool operator==(const Note&, const Note&) = default;
};

// InvalidArgument for what is not a note to the letter: text that is not UTF-8, has control
// characters or ends without a line break, no signatures, a line that is no signature, base 64 in
// another spelling than ours. ResourceExhausted beyond the limits. O(length).
absl::StatusOr<Note> ParseNote(std::string_view bytes);

// ParseNote of what comes out gives the note again. The same errors.
absl::StatusOr<std::string> WriteNote(const Note& note);

// Signs the text with an Ed25519 key and adds the signature as AddSignature does. InvalidArgument
// for a text that no note may have, and for a key of another type.
absl::Status SignNote(const SignerKey& key, Note* note);

// Adds a witness's signature over the text and a time in seconds since 1970, which is given and not
// read. InvalidArgument also for a time before 1970.
absl::Status CosignNote(const SignerKey& key, int64_t time, Note* note);

// Adds a signature behind the others; one that is there already is not added again.
// FailedPrecondition where the key has another signature in the note; ResourceExhausted at
// kMaxNoteSignatures. On error the note is as it was.
absl::Status AddSignature(const NoteSignature& signature, Note* note);

// Adds those of another note with the same text, as witnesses return it. InvalidArgument where the
// texts differ, and AddSignature's errors. On error the note is as it was.
absl::Status AddSignatures(const Note& other, Note* note);

// A signature that verified.
struct VerifiedSignature {
  size_t index = 0;  // in Note::signatures
  VerifierKey key;
  std::optional<int64_t> time;  // of a cosignature
};

// The first signature by each trusted key that has signed, in the note's order: at least one. Those
// by other keys are nobody's: they prove nothing and spoil nothing. DataLoss where any signature by
// a trusted key does not verify, whatever else the note has; FailedPrecondition where no trusted
// key has signed; InvalidArgument where two different trusted keys have one name and id.
absl::StatusOr<std::vector<VerifiedSignature>> VerifyNote(const Note& note,
                                                          absl::Span<const VerifierKey> trusted);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_NOTE_H_
