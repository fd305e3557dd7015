// A type of the Common Expression Language: an immutable handle that is cheap to copy.
#ifndef LIBCHANGEPOLICY_CEL_TYPE_H_
#define LIBCHANGEPOLICY_CEL_TYPE_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace changepolicy::cel {

// Whether the enums of protobuf are plain ints or types of their own (CEL specification, "Enums").
enum class EnumProfile { kLegacy, kStrong };

enum class TypeKind {
  kError,  // of an expression that does not check; compatible with everything
  kDyn,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kAny,
  kList,       // list(element)
  kMap,        // map(key, value)
  kMessage,    // by descriptor, or by name only where no descriptor is known
  kEnum,       // strong enums only
  kWrapper,    // wrapper(primitive): the primitive or null
  kType,       // type(T)
  kOpaque,     // by name and parameters, `optional_type` among them
  kParameter,  // of a function declaration, or an inference variable
};

// Thread-safe. Descriptors are borrowed from the pool, which must outlive the type.
class Type {
 public:
  Type();  // dyn

  static Type Of(TypeKind kind);  // kinds without parameters
  static Type Dyn() { return Of(TypeKind::kDyn); }
  static Type Error() { return Of(TypeKind::kError); }
  static Type Null() { return Of(TypeKind::kNull); }
  static Type Bool() { return Of(TypeKind::kBool); }
  static Type Int() { return Of(TypeKind::kInt); }
  static Type Uint() { return Of(TypeKind::kUint); }
  static Type Double() { return Of(TypeKind::kDouble); }
  static Type String() { return Of(TypeKind::kString); }
  static Type Bytes() { return Of(TypeKind::kBytes); }
  static Type Timestamp() { return Of(TypeKind::kTimestamp); }
  static Type Duration() { return Of(TypeKind::kDuration); }
  static Type Any() { return Of(TypeKind::kAny); }
  static Type List(Type element);
  static Type Map(Type key, Type value);
  // A well-known type gives what it stands for: Timestamp, a wrapper, list(dyn) ...
  static Type Message(const google::protobuf::Descriptor* descriptor);
  static Type MessageNamed(std::string_view full_name);
  static Type Enum(const google::protobuf::EnumDescriptor* descriptor);
  static Type Wrapper(Type primitive);
  static Type TypeOf(Type type);
  static Type Opaque(std::string_view name, std::vector<Type> parameters);
  static Type Optional(Type value) { return Opaque("optional_type", {std::move(value)}); }
  static Type Parameter(std::string_view name);
  // The type of a field as an expression reads it, lists and maps included.
  static Type OfField(const google::protobuf::FieldDescriptor& field, EnumProfile enums);

  TypeKind kind() const { return data_->kind; }
  bool Is(TypeKind kind) const { return data_->kind == kind; }
  bool IsDynamic() const {
    return Is(TypeKind::kDyn) || Is(TypeKind::kAny) || Is(TypeKind::kError);
  }
  bool IsOptional() const { return Is(TypeKind::kOpaque) && name() == "optional_type"; }
  // Of a message, an enum, an opaque type or a parameter.
  const std::string& name() const { return data_->name; }
  const std::vector<Type>& parameters() const { return data_->parameters; }
  // Element of a list, key of a map, primitive of a wrapper, T of type(T).
  const Type& first() const { return data_->parameters[0]; }
  // Value of a map.
  const Type& second() const { return data_->parameters[1]; }
  const google::protobuf::Descriptor* descriptor() const { return data_->descriptor; }
  const google::protobuf::EnumDescriptor* enum_descriptor() const { return data_->enum_descriptor; }

  // As the language writes it: `map(string, list(int))`, `google.protobuf.Timestamp`.
  // At most about a thousand bytes, and `...` for what is left out.
  std::string ToString() const;

  // Levels of parameters: 1 for int, 2 for list(int).
  size_t depth() const { return data_->depth; }

  // Has parameters of kParameter in it, or is one.
  bool is_open() const { return data_->open; }

  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Data {
    TypeKind kind = TypeKind::kDyn;
    std::string name;
    std::vector<Type> parameters;
    const google::protobuf::Descriptor* descriptor = nullptr;
    const google::protobuf::EnumDescriptor* enum_descriptor = nullptr;
    size_t depth = 1;
    bool open = false;
  };
  explicit Type(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  static Type Make(Data data);

  std::shared_ptr<const Data> data_;
};

// Whether a map can have keys of the type, as far as that is known.
bool IsKeyType(const Type& type);

// The opaque types of the network library.
inline constexpr std::string_view kIpTypeName = "net.IP";
inline constexpr std::string_view kCidrTypeName = "net.CIDR";

// The types that every expression can name, by their names; lists and maps of anything.
const std::vector<std::pair<std::string_view, Type>>& BuiltinTypes();

// How an expression may name a value of an enum: `RiskLevel.HIGH`, or `RiskLevel(7)` where the enum
// has no name for it.
std::string EnumValueText(const google::protobuf::EnumDescriptor& enum_type, int number);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TYPE_H_
