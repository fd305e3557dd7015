// Messages of every type of the model, at random, and what protobuf makes of bytes.
#ifndef TESTS_FLAT_MESSAGES_H_
#define TESTS_FLAT_MESSAGES_H_

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

using Random = std::mt19937_64;

// A message type, by both names.
struct Type {
  const MessageTable* table;
  const google::protobuf::Message* prototype;
};

// All of them but entries of maps, by name.
std::vector<Type> AllTypes();

// With fields of every kind set at random, unknown enum values and texts of several scripts among
// them; nested at most `depth` deep.
void Fill(google::protobuf::Message* message, int depth, Random* random);

// Deterministic bytes of what protobuf reads, without what its class does not know; none where it
// refuses. `has_unknown` as ParseResult has it.
std::optional<std::string> ByProtobuf(std::string_view bytes, google::protobuf::Message* message,
                                      bool* has_unknown);

// A few changes that make bytes wrong, or right in an unusual way.
std::string Mutated(std::string bytes, const std::string& other, Random* random);

// Protobuf writes of every text that is none; the tests have thousands.
void SilenceProtobuf();

}  // namespace changepolicy::flat

#endif  // TESTS_FLAT_MESSAGES_H_
