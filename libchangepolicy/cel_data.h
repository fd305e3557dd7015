// What the handles of cel.h hold. Included by cel*.cc only.
#ifndef LIBCHANGEPOLICY_CEL_DATA_H_
#define LIBCHANGEPOLICY_CEL_DATA_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/plan.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/type_text.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy {

// A variable of an input.
struct InputValue {
  // Absent where it cannot be said without an environment.
  std::optional<cel::Value> value;
  // For environments with this pool; null for all.
  const google::protobuf::DescriptorPool* pool = nullptr;
  std::string name;
};

struct CelEnvironment::Data {
  Data(const CelSchema& of, cel::EnvironmentOptions options)
      : schema(of), environment(&schema.pool(), &schema.factory(), std::move(options)) {}

  cel::ProtoContext context() const {
    return {&environment.pool(), &environment.factory(), environment.options().enums};
  }

  cel::TypeNames Names() const {
    cel::TypeNames names;
    names.known.assign(schema.names().begin(), schema.names().end());
    names.resolver = [this](std::string_view name) -> std::optional<cel::Type> {
      std::optional<cel::Type> type = environment.FindType(name);
      const bool legacy = environment.options().enums == cel::EnumProfile::kLegacy;
      return type.has_value() && type->Is(cel::TypeKind::kEnum) && legacy ? cel::Type::Int() : type;
    };
    return names;
  }

  // Whether it declares all variables of the input; remembers that with the input, since an
  // environment forgets no variable.
  bool Declares(const CelInput& input) const;
  // Whether it can be taken as it is for a variable of this type.
  bool IsReady(const InputValue& given, const cel::Type& type) const;
  // The error that says what of the input does not fit the declarations.
  absl::Status CheckFits(const CelInput& input) const;

  // Of all environments of the process.
  const uint64_t number = NextNumber();
  const CelSchema schema;
  cel::Environment environment;
  // The message whose fields are variables; null for none.
  const google::protobuf::Descriptor* fields = nullptr;

 private:
  static uint64_t NextNumber();
  // False also where that takes more than a look at each value.
  bool SurelyFits(const CelInput& input) const;
};

// What an input holds.
struct CelInput::Ready::Values {
  // KeyOf their names, so that looking for one goes through little memory.
  std::vector<size_t> keys;
  std::vector<InputValue> values;
};
inline size_t KeyOf(std::string_view variable) { return std::hash<std::string_view>()(variable); }

struct CelExpression::Data {
  Data(std::shared_ptr<const CelEnvironment::Data> of, cel::Expression compiled)
      : environment(std::move(of)), expression(std::move(compiled)) {}

  // The value, where a plan can tell it without asking the plain evaluator.
  std::optional<cel::Value> Quick(const CelInput& input) const;
  // Of an expression that is a variable, the value as the input has it; null where there is none,
  // or where it has to be looked at first.
  const cel::Value* Given(const CelInput& input) const;
  // The answer that it gives whatever the input, if this one fits; null where there is none.
  const v1::CelResult* Always(const CelInput& input) const;
  // By the plain evaluator; the error that says what does not fit the declarations.
  cel::Value Plain(const CelInput& input) const;

  const std::shared_ptr<const CelEnvironment::Data> environment;
  const cel::Expression expression;

 private:
  // A variable that the plan reads, as it is declared.
  struct Slot {
    std::string name;
    size_t key = 0;  // KeyOf(name)
    cel::Type type;
    // Of the message whose fields are variables; null for others.
    const google::protobuf::FieldDescriptor* field = nullptr;
  };
  void MakePlan() const;
  void NeedPlan() const;
  // Null where it is not given.
  static const InputValue* Find(const CelInput& input, const Slot& slot);

  // Made when the expression is evaluated first.
  mutable std::atomic<bool> planned_ = false;
  mutable std::once_flag once_;
  mutable std::shared_ptr<const cel::Plan> plan_;
  mutable std::vector<Slot> slots_;
  mutable bool is_variable_ = false;
  mutable std::unique_ptr<const v1::CelResult> always_;
};

// What the value is as a message; what it held is replaced.
void FillResult(const cel::Value& value, const cel::Tree& tree, v1::CelResult* result);

// Whether a value that somebody gave is of the type that was declared; of lists and maps the
// contents are left to the evaluation.
bool IsOf(const cel::Value& value, const cel::Type& type);

// The error that says what somebody gave that does not fit.
cel::Value Refused(std::string message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CEL_DATA_H_
