// Runs files of the suite that the CEL project publishes (cel-spec, tests/simple) against this
// implementation.
#ifndef TESTS_CONFORMANCE_SUITE_H_
#define TESTS_CONFORMANCE_SUITE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "libchangepolicy/cel/type.h"

namespace changepolicy::conformance {

// The suite's schemas, read at run time.
class Schemas {
 public:
  virtual ~Schemas() = default;
  virtual const google::protobuf::DescriptorPool& pool() const = 0;
  virtual google::protobuf::MessageFactory& factory() = 0;
};
// `directory` holds cel/expr/... as .proto files.
absl::StatusOr<std::unique_ptr<Schemas>> LoadSchemas(const std::string& directory);

struct Failure {
  std::string section;
  std::string test;
  std::string expression;
  std::string reason;
};

struct FileResult {
  std::string name;
  int passed = 0;
  int total = 0;
  std::vector<Failure> failures;
};

// Every test of one file; with `never_check` without the type checker, also where the test would
// use it, and without the tests that are of it alone. An error when the text is not in the suite's
// format.
absl::StatusOr<FileResult> RunFile(std::string_view text, bool never_check, Schemas* schemas);

// The published table of sections that assume enums of their own type; all others assume that
// enums are ints (docs/cel.md).
cel::EnumProfile ProfileOf(std::string_view file, std::string_view section);

}  // namespace changepolicy::conformance

#endif  // TESTS_CONFORMANCE_SUITE_H_
