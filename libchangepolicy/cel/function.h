// How functions are declared and implemented.
#ifndef LIBCHANGEPOLICY_CEL_FUNCTION_H_
#define LIBCHANGEPOLICY_CEL_FUNCTION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/meter.h"
#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/cel/value.h"

namespace google::protobuf {
class DescriptorPool;
class MessageFactory;
}  // namespace google::protobuf

namespace changepolicy::cel {

// What an implementation may use of the evaluation that calls it.
// Meter: what is charged is honest, and before the work is done. After a refusal the
// implementation may return anything; the call's result is replaced by the error of the limit.
class CallContext : public Meter {
 public:
  // What Activation::SetHost was given.
  virtual const void* host() const = 0;
  virtual const google::protobuf::DescriptorPool& pool() const = 0;
  virtual google::protobuf::MessageFactory& factory() const = 0;
  virtual EnumProfile enums() const = 0;
};

using Args = absl::Span<const Value>;
// Called with known values only: errors and unknowns among the arguments are the result of the
// call without it. May be called by several threads at once.
using Implementation = std::function<Value(CallContext&, Args)>;

struct Overload {
  // The signature as declared; unique.
  std::string id;
  bool is_member = false;
  std::vector<Type> parameters;  // the target first
  Type result;
  Implementation implementation;
  std::string doc;
  CostModel cost;
};

struct FunctionDeclaration {
  // Namespaces included, like `evidence.passed`; operators as in tree.h.
  std::string name;
  std::vector<Overload> overloads;
};

// A row of a table of functions: `string.contains(string) -> bool` is called on a target,
// `size(list(A)) -> int` is not. Types: dyn null bool int uint double string bytes timestamp
// duration type enum ip cidr, list(T) map(K, V) optional(T) type(T), single capitals as parameters,
// and names of messages and enums where a resolver knows them. `enum` is any strong enum. A leading
// dot says that what precedes the name is a namespace although a type has the same name:
// `.ip.isCanonical(string) -> bool`.
struct FunctionRow {
  std::string_view signature;
  Implementation implementation;
  std::string_view doc = "";
  // Costs 1 and grows nothing, unless it says otherwise.
  CostModel cost = {};
};

// Finds a type by its name; nothing where there is none.
using TypeResolver = std::function<std::optional<Type>(std::string_view name)>;

struct ParsedSignature {
  std::string name;
  Overload overload;  // without implementation
};
// Nothing when the text is no signature.
std::optional<ParsedSignature> ParseSignature(std::string_view signature,
                                              const TypeResolver& resolver);

// The name by which people know a function that only macros call: `math.greatest` for `math.@max`;
// any other name as it is.
std::string_view WrittenName(std::string_view function);

// Whether a value at run time is of the declared type of a parameter, as far as values tell.
bool Fits(const Value& value, const Type& type);

// The error that a call has when no overload takes its arguments.
Value NoSuchOverload(std::string_view function, Args args);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_FUNCTION_H_
