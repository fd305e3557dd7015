// What random expressions speak of: an environment with a variable of every kind, and random values
// for them.
#ifndef TESTS_CEL_PLAYGROUND_H_
#define TESTS_CEL_PLAYGROUND_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/environment.h"
#include "tests/cel/generate.h"
#include "tests/cel/random.h"

namespace changepolicy::cel {

// Those that CEL alone can write; with `messages`, also variables of the messages of kinds*.proto.
std::vector<TypedName> PlaygroundVariables(bool messages);

// Container changepolicy.test, enums as integers, every library, all of the variables.
const Environment& Playground();
// The same, which remembers what names and calls mean.
const Environment& RememberingPlayground();

struct Binding {
  std::string name;
  std::string text;  // as CEL writes it; of a message, for reading only
  Value value;
};

// A value for each variable; the texts of values are constants of `generator`.
std::vector<Binding> RandomBindings(const std::vector<TypedName>& variables, Generator* generator,
                                    Random* random);

// With every kind of field set or not, as it happens.
void FillMessage(google::protobuf::Message* message, int depth, Random* random);

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_PLAYGROUND_H_
