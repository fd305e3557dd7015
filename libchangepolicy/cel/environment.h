// What an expression may name: variables, constants, functions, messages and enums.
//
//   Environment environment(pool, factory, {.container = "changepolicy.v1"});
//   environment.AddVariable("change", Type::Message(ChangeRequest::descriptor()), "...");
//   CompileResult compiled = environment.Compile("size(change.services) > 0");
//
// Build it once; from then on it is immutable and thread-safe, and must outlive the expressions
// that it compiled.
#ifndef LIBCHANGEPOLICY_CEL_ENVIRONMENT_H_
#define LIBCHANGEPOLICY_CEL_ENVIRONMENT_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/macro.h"
#include "libchangepolicy/cel/type.h"

namespace changepolicy::cel {

struct EnvironmentOptions {
  // The package in which names are looked up, from the inside out.
  std::string container;
  EnumProfile enums = EnumProfile::kLegacy;
  // An enum value may be written without the prefix that repeats its enum's name: RiskLevel.HIGH
  // for RISK_LEVEL_HIGH.
  bool short_enum_values = false;
  // Values of one strong enum can be compared with < <= > >=, by their numbers.
  bool ordered_enums = false;
  // The extension libraries that expressions may use, by name (libraries.h); all of them when it is
  // not set. Names that no library has are ignored: whoever takes them from people checks them.
  std::optional<std::vector<std::string>> libraries;
  Limits limits;
};

struct CompileOptions {
  bool check = true;
  bool macros = true;
};

struct CompileResult {
  // Present when there are no diagnostics.
  std::optional<Expression> expression;
  Diagnostics diagnostics;
};

// What a full name stands for.
struct Declared {
  enum class Kind { kVariable, kConstant };
  Kind kind = Kind::kVariable;
  Type type;
  Value value;  // of a constant
};

// A name as written, resolved through the container: a variable or a constant.
struct ResolvedName {
  std::shared_ptr<const Resolution> resolution;
  Type type;
};
struct ResolvedFunction {
  std::string full_name;
  std::vector<std::shared_ptr<const Overload>> overloads;
};

// What decides which overloads a call has, where no type is open.
struct CallShape {
  std::shared_ptr<const ResolvedFunction> function;
  bool is_member = false;
  bool skip_target = false;
  std::vector<Type> arguments;  // without a target that is skipped
};
struct ResolvedCall {
  std::shared_ptr<const Resolution> resolution;
  Type type;
};

struct Library;

class Environment {
 public:
  // Knows the functions of the standard and of options.libraries from the start. Pool and factory
  // must outlive it; a Timestamp or wrapper is understood in any pool.
  Environment(const google::protobuf::DescriptorPool* pool,
              google::protobuf::MessageFactory* factory, EnvironmentOptions options);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  // The name may be qualified: `request.auth`. Refuses one that is declared already.
  absl::Status AddVariable(std::string_view name, Type type, std::string_view doc = "");
  absl::Status AddConstant(std::string_view name, Value value);
  // Adds an overload to the function of its name. Refuses a malformed signature and one that is
  // there already.
  absl::Status AddFunction(const FunctionRow& row);
  absl::Status AddFunctions(absl::Span<const FunctionRow> rows);
  absl::Status AddOverload(std::string_view function, Overload overload);
  // All functions and macros of a library, shared with it. REQUIRES: none is declared already.
  void AddLibrary(const Library& library);

  // From now on what a name means is worked out once and kept, and equal meanings in expressions
  // are one: for whoever compiles thousands of them. What is added later is seen all the same.
  // REQUIRES: the pool grows no more.
  void RememberNames();

  // All type errors at once. Time and stack are bounded by the limits.
  CompileResult Compile(std::string_view text, const CompileOptions& options = {}) const;

  // From a tree that Parse gave, of this or an environment with the same libraries.
  CompileResult Compile(std::shared_ptr<const Tree> tree, bool check = true) const;

  // The tree alone, without looking names up: with the macros and the syntax of the libraries.
  std::optional<Tree> Parse(std::string_view text, bool macros, Diagnostics* diagnostics) const;

  // Whether expressions may use the library.
  bool Uses(std::string_view library) const;

  const EnvironmentOptions& options() const { return options_; }
  const google::protobuf::DescriptorPool& pool() const { return *pool_; }
  google::protobuf::MessageFactory& factory() const { return *factory_; }

  // `name` as the container resolves it, most qualified first; a leading dot names the root.
  std::vector<std::string> Candidates(std::string_view name) const;
  // By the name as written; null where it stands for nothing.
  std::shared_ptr<const ResolvedName> Resolve(std::string_view name) const;
  // Conversions to strong enums included.
  std::shared_ptr<const ResolvedFunction> ResolveFunction(std::string_view name) const;
  Type TypeOfField(const google::protobuf::FieldDescriptor& field) const;
  // Nothing where no such call is remembered.
  std::optional<ResolvedCall> FindCall(const CallShape& shape) const;
  void RememberCall(CallShape shape, ResolvedCall call) const;
  // One that says the same, shared where names are remembered.
  std::shared_ptr<const Resolution> Share(Resolution resolution) const;

  // By full name.
  std::optional<Declared> Find(const std::string& full_name) const;
  // Whether the name as written stands for something.
  bool Declares(std::string_view name) const;
  const std::vector<std::shared_ptr<const Overload>>* FindFunction(
      const std::string& full_name) const;
  // By the name as written; null where there is none.
  const google::protobuf::Descriptor* FindMessage(std::string_view name) const;
  const google::protobuf::EnumDescriptor* FindEnum(std::string_view name) const;
  std::optional<Type> FindType(std::string_view name) const;
  // A value of the enum by its full or short name; null where there is none.
  const google::protobuf::EnumValueDescriptor* FindEnumValue(
      const google::protobuf::EnumDescriptor& enum_type, std::string_view name) const;

  struct Documented {
    std::string name;
    Type type;
    std::string doc;
  };
  // Everything declared, by name; for suggestions and generated documentation.
  const std::map<std::string, Documented>& variables() const { return variables_; }
  const std::map<std::string, std::vector<std::shared_ptr<const Overload>>>& functions() const {
    return functions_;
  }

 private:
  const google::protobuf::DescriptorPool* pool_;
  google::protobuf::MessageFactory* factory_;
  EnvironmentOptions options_;
  std::map<std::string, Documented> variables_;
  std::map<std::string, Value> constants_;
  std::map<std::string, std::vector<std::shared_ptr<const Overload>>> functions_;
  MacroTable macros_;
  struct Memory;
  std::unique_ptr<Memory> memory_;  // null where nothing is remembered
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_ENVIRONMENT_H_
