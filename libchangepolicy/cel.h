// The Common Expression Language by itself: expressions over values and over your own messages.
//
// Computing something:
//
//   absl::StatusOr<changepolicy::CelEnvironment> environment =
//       changepolicy::CelEnvironment::Create();
//   changepolicy::CelCompiled compiled = environment->Compile("[1, 2, 3].map(x, x * x)");
//   if (!compiled.expression) { std::cerr << changepolicy::ToText(compiled.issues); return; }
//   changepolicy::v1::CelResult result = compiled.expression->Evaluate();
//   result.value().list_value().values(2).int64_value();    // 9
//
// With variables, whose types are written as the language writes them:
//
//   environment->AddVariable("limit", "double");
//   environment->AddVariable("order", "shop.Order");         // a message of yours
//   compiled = environment->Compile("order.total > limit && order.lines.exists(l, l.count > 9)");
//   changepolicy::CelInput input;
//   input.Set("limit", 99.5).Set("order", order);
//   absl::StatusOr<bool> dear = compiled.expression->EvaluateBool(input);
//
// With the fields of a message as variables (`total > 99.5`): AddFields("shop.Order") and
// SetFields(order).
//
// With what is not known yet. The answer says what it depends on, unless it depends on nothing:
//
//   input.Set("order", order).SetUnknown("order.total");
//   result = compiled.expression->Evaluate(input);           // result.unknown().paths(0)
//
// And says what is left to be answered once the rest is computed:
//
//   compiled.expression->Residual(input)->expression.text();  // `order.total > 99.5`
//
// With a bound on what it can cost before anybody evaluates it, in the units of cel-go:
//
//   compiled.expression->EstimateCost({.list = 50, .paths = {{"order.lines", 20}}}).max
//
// With a function of your own:
//
//   environment->AddFunction("string.shout(int) -> string",
//       [](absl::Span<const changepolicy::v1::CelValue> args)
//           -> absl::StatusOr<changepolicy::v1::CelValue> {
//         return changepolicy::ToCelValue(args[0].string_value() +
//                                         std::string(args[1].int64_value(), '!'));
//       });
//
// With messages that are not compiled into the program: CelSchema::Create(file_descriptor_set).
//
// Whatever the expression and the input, evaluation ends within CelLimits and yields a value, an
// error or an unknown: it never throws, aborts or prints, and reads no clock, locale or environment
// variable. docs/cel.md says what the language has.
#ifndef LIBCHANGEPOLICY_CEL_H_
#define LIBCHANGEPOLICY_CEL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/cel.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

namespace cel {
class Value;
}  // namespace cel

// ---- Values

v1::CelValue ToCelValue(absl::Time value);
v1::CelValue ToCelValue(absl::Duration value);
v1::CelValue ToCelValue(const google::protobuf::Message& message);

template <typename T>
concept CelScalar = std::is_arithmetic_v<T> || std::is_convertible_v<const T&, std::string_view>;

// A bool, an int (of a signed number), a uint, a double or a string. Longer values are built as the
// messages that they are (changepolicy/v1/cel.proto).
template <CelScalar T>
v1::CelValue ToCelValue(const T& from) {
  v1::CelValue value;
  if constexpr (std::is_same_v<T, bool>) {
    value.set_bool_value(from);
  } else if constexpr (std::is_floating_point_v<T>) {
    value.set_double_value(from);
  } else if constexpr (std::is_signed_v<T>) {
    value.set_int64_value(from);
  } else if constexpr (std::is_unsigned_v<T>) {
    value.set_uint64_value(from);
  } else {
    value.set_string_value(std::string(std::string_view(from)));
  }
  return value;
}

// ---- Messages and enums

// The messages and enums that expressions may name. Immutable, thread-safe, cheap to copy; what is
// made from it keeps it alive.
class CelSchema {
 public:
  // Those whose generated classes are linked into the program.
  CelSchema();
  // Those of the files, and those of the program beside them. The files may come in any order; one
  // that is imported and not among them is taken from the program. INVALID_ARGUMENT names what is
  // wrong in which file.
  static absl::StatusOr<CelSchema> Create(const google::protobuf::FileDescriptorSet& files);
  // Those of a pool of yours, which must outlive all that is made from the schema.
  static CelSchema Borrow(const google::protobuf::DescriptorPool* pool);

  // An empty message of the type, to be filled and given to a CelInput. Must not outlive the
  // schema. INVALID_ARGUMENT where there is none, with a name that may have been meant.
  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> New(std::string_view type) const;

  const google::protobuf::DescriptorPool& pool() const;
  google::protobuf::MessageFactory& factory() const;
  // Full names of the messages and enums of Create's files, sorted; of others, they cannot be told.
  const std::vector<std::string>& names() const;

 private:
  struct Data;
  explicit CelSchema(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

// As the language writes it: `[1u, shop.Order{total: 9.5}]`; at most about `max_length` bytes, and
// `...` for what is left out. The schema is for messages and enums.
std::string ToText(const v1::CelValue& value, const CelSchema& schema = {},
                   size_t max_length = 10'000);
// As JSON has it, by the language's own conversion (ints above 2^53 as text, bytes in base64,
// messages by their JSON names); an optional that is none is null. INVALID_ARGUMENT for a message
// of a type that the schema has not.
absl::StatusOr<google::protobuf::Value> ToJsonValue(const v1::CelValue& value,
                                                    const CelSchema& schema = {});

// ---- Compiling

// Beyond a limit comes an error that names it.
struct CelLimits {
  // Bytes of an expression's text.
  size_t text_bytes = 100'000;
  // Levels of nesting in the text.
  size_t nesting = 200;
  // Steps of one evaluation: parts visited, and elements or 64 bytes that a function handles. Ten
  // million take in the order of a second.
  uint64_t evaluation_steps = 10'000'000;
  // What one evaluation may cost, in the units of cel-go (EstimateCost bounds it beforehand).
  uint64_t cost = 100'000'000;
  // Bytes of all values that one evaluation makes.
  uint64_t memory_bytes = 100'000'000;
};

struct CelOptions {
  // The package in which names are looked up, from the inside out: in `shop`, `Order{}` is a
  // `shop.Order`.
  std::string container;
  // The extension libraries that expressions may use, by name (CelLibraries); all when not set.
  std::optional<std::vector<std::string>> libraries;
  // Enums are types of their own, so that `Color.RED` is no number; otherwise they are ints, which
  // is what other implementations have.
  bool typed_enums = false;
  CelSchema schema;
  CelLimits limits;
};

struct CelCompileOptions {
  // Find the types of all parts, and refuse what cannot work. Without it names are looked up, and
  // everything else is left to the evaluation.
  bool check = true;
};

// What an expression refers to outside itself; each sorted, without duplicates.
struct CelReferences {
  std::vector<std::string> variables;
  // Selections from a variable as far as they go: `order.customer.name`.
  std::vector<std::string> paths;
  // Namespaces included.
  std::vector<std::string> functions;
};

// The most that size() may give for values of the input: code points, bytes, elements, entries. By
// path instead of these: `order.lines` at most 20, `order.lines[*].name` at most 64,
// `order.labels[key]` for the keys of a map.
struct CelSizes {
  uint64_t string = 1'000;
  uint64_t bytes = 10'000;
  uint64_t list = 100;
  uint64_t map = 100;
  std::map<std::string, uint64_t> paths = {};
};

// In the units of cel-go.
struct CelCost {
  uint64_t min = 0;  // of an evaluation in which nothing fails
  uint64_t max = 0;  // of any over inputs within the sizes; 2^64 - 1 stands for no bound
  // The maximum and the part that most of it goes into, for people.
  std::string text;
};

class CelInput;
class CelEnvironment;
struct CelResidual;

// A compiled expression. Immutable, thread-safe, cheap to copy; keeps what it was compiled with
// alive.
class CelExpression {
 public:
  const std::string& text() const;
  // Of what it yields, as the language writes it: `list(string)`; `dyn` when unchecked.
  std::string type() const;
  CelReferences references() const;
  // The text as a person would write it: on one line, parentheses only where they are needed. It
  // compiles to an equal tree.
  std::string Unparse() const;
  // The tree that it was parsed to, macros expanded, in a stable notation: `_+_(x, 1)`.
  std::string Dump() const;

  // Never fails: exactly one of value, error and unknown is set. An input that does not fit (no
  // such variable, a value of another type than was declared) is an error of code INVALID_ARGUMENT.
  v1::CelResult Evaluate(const CelInput& input) const;
  v1::CelResult Evaluate() const;
  // The same into a message of yours, which may lie on an arena, and be used again and again; what
  // it held is replaced.
  void EvaluateTo(const CelInput& input, v1::CelResult* result) const;
  // The same without a copy where that can be: an expression that gives the same for every input
  // keeps its result, and returns that; any other answers into `room`, which is left alone
  // otherwise. The reference stays while both this expression, or a copy of it, and `room` do.
  const v1::CelResult& Answer(const CelInput& input, v1::CelResult* room) const;

  // What is left when everything is computed that does not hang on an unknown. INVALID_ARGUMENT for
  // an input that does not fit. Takes at most the steps of two evaluations.
  absl::StatusOr<CelResidual> Residual(const CelInput& input) const;

  // Before any evaluation; linear in the expression.
  CelCost EstimateCost(const CelSizes& sizes = {}) const;

  // The bool that it yields. An error keeps its code; unknown is FAILED_PRECONDITION and names the
  // paths; a value that is no bool is INVALID_ARGUMENT.
  absl::StatusOr<bool> EvaluateBool(const CelInput& input) const;

 private:
  friend class CelConditions;
  friend class CelEnvironment;
  struct Data;
  explicit CelExpression(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

struct CelResidual {
  // Has, whatever the unknowns turn out to be, the value of the original.
  CelExpression expression;
  // Paths of the unknowns that could still change it, sorted; none is left out.
  std::vector<std::string> open;
};

struct CelCompiled {
  // Present when there are no issues.
  std::optional<CelExpression> expression;
  // Everything that is wrong, by its place in the text.
  Issues issues;
};

// Called with values of the declared types; never with errors or unknowns, which are the result of
// the call without it. A message is an Any. An error becomes the error of the call. May be called
// by several threads at once, must give the same for the same, and must not throw. Each byte of
// arguments and result is an eighth of a step of the evaluation.
using CelFunction =
    std::function<absl::StatusOr<v1::CelValue>(absl::Span<const v1::CelValue> arguments)>;

// What expressions may name. Cheap to copy, and copies are one environment. Compiling is
// thread-safe; declaring is not, but does not touch expressions that were compiled before.
class CelEnvironment {
 public:
  // INVALID_ARGUMENT for a library that there is not, with the one that may have been meant.
  static absl::StatusOr<CelEnvironment> Create(const CelOptions& options = {});

  // A variable, whose name may be qualified (`request.auth`). Types: null_type bool int uint double
  // string bytes dyn type list(T) map(K, V) optional_type(T), google.protobuf.Timestamp or
  // `timestamp`, google.protobuf.Duration or `duration`, and full names of messages and enums.
  // INVALID_ARGUMENT shows the place in the type's text; another, a name that is declared already.
  absl::Status AddVariable(std::string_view name, std::string_view type);

  // Each field of the message as a variable of its name. `total` then stands for the field's
  // default where it is unset, as `order.total` does; whether a field is set can be asked only of
  // the whole message, as a variable: `has(order.total)`.
  absl::Status AddFields(std::string_view message_type);

  // `name(T, ...) -> T`, `namespace.name(T) -> T`, or `T.name(T, ...) -> T` for one that is called
  // on a value. Single capitals are any type, the same wherever they stand. INVALID_ARGUMENT shows
  // the place in the signature; another, an overload that is declared already.
  absl::Status AddFunction(std::string_view signature, CelFunction function);

  // Takes time linear in the text, but for deep nesting of calls with type parameters.
  CelCompiled Compile(std::string_view text, const CelCompileOptions& options = {}) const;

 private:
  struct Data;
  friend class CelBinder;
  friend class CelConditions;
  friend class CelExpression;
  explicit CelEnvironment(std::shared_ptr<Data> data) : data_(std::move(data)) {}

  std::shared_ptr<Data> data_;
};

// ---- Evaluating

// What the variables stand for. Thread-compatible; one input serves any number of expressions and
// environments.
class CelInput {
 public:
  // Replaces what the variable was before. Values are copied.
  CelInput& Set(std::string_view variable, v1::CelValue value);
  template <CelScalar T>
  CelInput& Set(std::string_view variable, const T& value) {
    return Set(variable, ToCelValue(value));
  }
  CelInput& Set(std::string_view variable, absl::Time value);
  CelInput& Set(std::string_view variable, absl::Duration value);
  // Copies the message, of whatever class or pool; the factory of a dynamic class must outlive the
  // input. Where the environment knows its type from another pool, it is read as the environment
  // has it, through its bytes.
  CelInput& Set(std::string_view variable, const google::protobuf::Message& message);
  // The same without a copy. The message must outlive the input and stay as it is.
  CelInput& Borrow(std::string_view variable, const google::protobuf::Message* message);
  // The message's fields, as AddFields declares them. Copied, or borrowed.
  CelInput& SetFields(const google::protobuf::Message& message);
  CelInput& BorrowFields(const google::protobuf::Message* message);

  // A variable or a part of one, whether or not it has a value: `order.total`,
  // `order.lines[0].count`, `labels["a b"]`, with `*` for any element, entry or field. What lies
  // beside it keeps its value; a whole of which a part is unknown can be selected from, and is
  // unknown as an operand.
  CelInput& SetUnknown(std::string_view path);

 private:
  friend class CelBinder;
  friend class CelEnvironment;
  friend class CelExpression;
  struct Bound {
    // One of the two.
    std::optional<v1::CelValue> value;
    std::shared_ptr<const google::protobuf::Message> message;
  };
  // The same variables as expressions take them, one beside the other in memory.
  class Ready {
   public:
    struct Values;
    Ready();
    Ready(const Ready& other);
    Ready(Ready&& other) noexcept;
    Ready& operator=(Ready other) noexcept;
    ~Ready();
    // In the order of variables_.
    void Set(size_t index, std::string_view variable, const Bound& bound);
    const Values& Get() const { return *values_; }

   private:
    std::unique_ptr<Values> values_;
  };
  // The number of an environment that the input was seen to fit. Copies are those of a number.
  class Fits {
   public:
    Fits() = default;
    Fits(const Fits& other) : environment_(other.Get()) {}
    Fits& operator=(const Fits& other) {
      Set(other.Get());
      return *this;
    }
    uint64_t Get() const { return environment_.load(std::memory_order_relaxed); }
    void Set(uint64_t environment) { environment_.store(environment, std::memory_order_relaxed); }

   private:
    std::atomic<uint64_t> environment_ = 0;
  };
  CelInput& Bind(std::string_view variable, Bound bound);
  void ForgetFits() {
    fits_.Set(0);
    fits_types_.Set(0);
  }

  // By name; the message whose fields are variables has none.
  std::vector<std::pair<std::string, Bound>> variables_;
  Ready ready_;
  std::shared_ptr<const google::protobuf::Message> fields_;
  std::vector<std::string> unknown_;
  // Declares all of the variables; and all have values of the types that it declares.
  mutable Fits fits_;
  mutable Fits fits_types_;
};

// ---- What the language has

struct CelLibrary {
  std::string name;
  std::string doc;
  struct Function {
    std::string signature;  // `string.contains(string) -> bool`; of a macro `target.all(a, b)`
    std::string doc;
  };
  // Operators are left out.
  std::vector<Function> functions;
};

// The standard, which every environment has, and then the extensions by name.
std::vector<CelLibrary> CelLibraries();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CEL_H_
