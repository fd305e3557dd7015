// Envelopes of DSSE (https://github.com/secure-systems-lab/dsse), version 1.0, as in-toto uses
// them: a payload and who signed it.
#ifndef LIBCHANGEPOLICY_FOREIGN_DSSE_H_
#define LIBCHANGEPOLICY_FOREIGN_DSSE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/public_key.h"

namespace changepolicy {

struct NamedKey {
  std::string name;  // like the file that it was read from
  PublicKey key;
};

// The envelope in the record: the record itself, or `dsseEnvelope` of a bundle of Sigstore, whose
// certificate and log entry are not looked at. Null: there is none.
const google::protobuf::Struct* FindEnvelope(const google::protobuf::Value& record);

struct OpenedEnvelope {
  std::string payload;
  // Names of the keys that made one of its signatures, in the order of `keys`.
  std::vector<std::string> signers;
};

// Without keys nothing is verified, and nobody is a signer. With keys the payload is opened only
// where one of them made a signature: InvalidArgument where none did, as it is not what was signed
// or nobody who is trusted signed it. InvalidArgument also for an envelope that is not well formed
// and a payload that is no statement of in-toto. O(signatures * keys).
absl::StatusOr<OpenedEnvelope> OpenEnvelope(const google::protobuf::Struct& envelope,
                                            const std::vector<NamedKey>& keys);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FOREIGN_DSSE_H_
