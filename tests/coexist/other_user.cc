// Another library of the same process: it stands on Debian's shared protobuf, Abseil, RE2, libyaml
// and OpenSSL, has the messages of changepolicy.v1 too, and exports all of them.
#include "tests/coexist/other_user.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "openssl/evp.h"
#include "re2/re2.h"
#include "yaml.h"

int OtherUserWorks() {
  changepolicy::v1::ChangeRequest change;
  change.set_id("C-1");
  changepolicy::v1::ChangeRequest again;
  const google::protobuf::DescriptorPool& pool =
      *google::protobuf::DescriptorPool::generated_pool();
  const bool messages =
      again.ParseFromString(change.SerializeAsString()) && again.id() == "C-1" &&
      pool.FindMessageTypeByName("changepolicy.v1.ChangeRequest") == change.GetDescriptor() &&
      again.DebugString() == "id: \"C-1\"\n";

  absl::TimeZone zone;
  absl::Cord cord("a");
  cord.Append("b");
  const bool abseil = absl::LoadTimeZone("Europe/Berlin", &zone) && cord == "ab";

  std::string found;
  const bool expressions = RE2::PartialMatch("release v1.2", "v(\\p{Nd})", &found) && found == "1";

  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const bool hashes = EVP_Digest("a", 1, digest, &size, EVP_sha256(), nullptr) == 1 && size == 32 &&
                      digest[0] == 0xca;

  const std::string text = "a: [";
  yaml_parser_t parser;
  yaml_document_t document;
  const bool starts = yaml_parser_initialize(&parser) == 1;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  const bool refused = starts && yaml_parser_load(&parser, &document) == 0;
  yaml_parser_delete(&parser);
  return messages && abseil && expressions && hashes && refused ? 1 : 0;
}
