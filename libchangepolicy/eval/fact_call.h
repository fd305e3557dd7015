// Calls of functions as Decisions name them among the facts that a rule read:
// `evidence.passed("unit", Environment.TEST)`.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_CALL_H_
#define LIBCHANGEPOLICY_EVAL_FACT_CALL_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "libchangepolicy/eval/literal_value.h"

namespace changepolicy {

struct FactCall {
  std::string name;                    // `evidence.passed`
  std::vector<std::string> arguments;  // as written
  bool Is(std::string_view wanted) const { return name == wanted; }

  // The argument at `index`; empty, the zero value, or nothing where there is none of that kind.
  std::string Text(size_t index) const;
  std::optional<absl::Duration> Length(size_t index) const;
  template <typename Enum>
  Enum Value(size_t index) const {
    return static_cast<Enum>(Number(index, google::protobuf::GetEnumDescriptor<Enum>()));
  }

 private:
  int Number(size_t index, const google::protobuf::EnumDescriptor* type) const;
};

// Nothing for a path that is no call.
std::optional<FactCall> ReadCall(std::string_view path);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_CALL_H_
