// What `changepolicy cel` is given beside the expression: schemas, messages, documents, variables.
#ifndef CLI_CEL_INPUTS_H_
#define CLI_CEL_INPUTS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/cel.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel.h"

namespace changepolicy::cli {

struct SchemaOptions {
  std::vector<std::string> protos;       // .proto files
  std::vector<std::string> proto_paths;  // where they and their imports are looked for
  std::vector<std::string> descriptors;  // serialized FileDescriptorSets
};

// For each of these, everything that is wrong goes to standard error; nothing is returned then.

// The messages of the files and those of the project; without files only those of the project.
std::optional<CelSchema> LoadSchema(const SchemaOptions& options);

// An empty message of the type.
std::unique_ptr<google::protobuf::Message> NewMessage(const CelSchema& schema,
                                                      const std::string& type);

// A message from a file of any format; false where it is none of the type.
bool ReadInput(const std::string& file, google::protobuf::Message* message);

// A YAML or JSON document. Whole numbers are ints, as they are written: `1` is, `1.0` is not.
std::optional<v1::CelValue> ReadPlainInput(const std::string& file);

// `name=VALUE` or `name:type=VALUE`.
struct Variable {
  std::string name;
  std::string type;
  v1::CelValue value;
};
// VALUE is an expression without variables, or JSON. The environment has no variables yet.
std::optional<Variable> ReadVariable(const std::string& text, const CelEnvironment& environment);

}  // namespace changepolicy::cli

#endif  // CLI_CEL_INPUTS_H_
