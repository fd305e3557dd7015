// Values of the language as messages (changepolicy.v1.CelValue) and back: for whoever is not inside
// an evaluation. Fields of a user's own messages go through proto_adapter.h.
#ifndef LIBCHANGEPOLICY_CEL_VALUE_MESSAGE_H_
#define LIBCHANGEPOLICY_CEL_VALUE_MESSAGE_H_

#include <cstddef>
#include <optional>

#include "changepolicy/v1/cel.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// A value shares its parts, a message repeats them: `[x, x]` of `[y, y]` of ... is small as the one
// and boundless as the other.
struct MessageBounds {
  // Levels of lists, maps and optionals; more than this, a protobuf parser would not read back.
  int depth = 32;
  // Values inside values.
  size_t parts = 1'000'000;
  // Of texts, bytes and messages, together.
  size_t bytes = 64u << 20;
};

// Fills `message`. Gives null when all is well, otherwise the error or unknown that stands inside
// the value, or the error that names the bound.
Value ToMessage(const Value& value, v1::CelValue* message, const MessageBounds& bounds = {});

// The message as an Any, in the deterministic encoding. A proto2 message may lack what it requires.
void PackMessage(const google::protobuf::Message& message, google::protobuf::Any* any);

// What a value of a library's own type is read as, of which a message has only type and text. Such
// a value would deceive the library's functions, so it may be printed and never be computed with.
enum class Opaques { kRefused, kForPrinting };

// The value that the message says; an error where it says none: a text that is not UTF-8, a type,
// enum or message that the environment does not know, a map with a bad key or one twice.
Value FromMessage(const v1::CelValue& message, const Environment& environment,
                  Opaques opaques = Opaques::kRefused);

// The same in every environment: of scalars, texts, lists and maps. Nothing where there is more in
// it, or where it is an error.
std::optional<Value> FromPlainMessage(const v1::CelValue& message);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_VALUE_MESSAGE_H_
