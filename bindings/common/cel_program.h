// An expression of the Common Expression Language for other languages: texts and bytes in and out.
#ifndef BINDINGS_COMMON_CEL_PROGRAM_H_
#define BINDINGS_COMMON_CEL_PROGRAM_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libchangepolicy/cel.h"

namespace changepolicy::bindings {

struct CelRequest {
  std::string text;
  // A serialized FileDescriptorSet with the messages of the caller's own; may be empty.
  std::string descriptors;
  // Names and types.
  std::vector<std::pair<std::string, std::string>> variables;
  std::string container;
  std::optional<std::vector<std::string>> libraries;
  bool typed_enums = false;
  bool check = true;
};

// Immutable, thread-safe, cheap to copy.
class CelProgram {
 public:
  struct Result;
  // INVALID_ARGUMENT for a request that is wrong; what is wrong with the text is in the issues.
  static absl::StatusOr<Result> Compile(const CelRequest& request);

  // `values`: names and serialized CelValues; a message is one that holds an Any. A serialized
  // CelResult. INVALID_ARGUMENT for bytes that are no CelValue.
  absl::StatusOr<std::string> Evaluate(
      const std::vector<std::pair<std::string, std::string>>& values,
      const std::vector<std::string>& unknown) const;

  std::string type() const { return expression_.type(); }
  CelReferences references() const { return expression_.references(); }

 private:
  explicit CelProgram(CelExpression expression) : expression_(std::move(expression)) {}

  CelExpression expression_;
};

struct CelProgram::Result {
  // Present when there are no issues.
  std::optional<CelProgram> program;
  Issues issues;
};

// A serialized FileDescriptorSet: changepolicy/v1/cel.proto after what it imports.
std::string CelDescriptors();

}  // namespace changepolicy::bindings

#endif  // BINDINGS_COMMON_CEL_PROGRAM_H_
