#include "libchangepolicy/cel/environment.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/checker.h"
#include "libchangepolicy/cel/enum_functions.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/parser.h"

namespace changepolicy::cel {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

namespace {

// A pool remembers every name that it was asked for in vain, so it is not asked for what no one
// would declare.
constexpr size_t kLongestName = 1'000;

Value EnumConstant(const EnumValueDescriptor& value, EnumProfile enums) {
  if (value.type()->full_name() == "google.protobuf.NullValue") return Value::Null();
  return enums == EnumProfile::kStrong
             ? Value::Enum({.descriptor = value.type(), .number = value.number()})
             : Value::Int(value.number());
}

}  // namespace

namespace {

// Enough for every name that policies use; what hostile texts ask for beyond that is worked out
// each time.
constexpr size_t kMostRemembered = 10'000;

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <typename T>
using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

using SharedResolution = std::shared_ptr<const Resolution>;

// In one environment the full name of a constant or a message says all of it.
const Resolution& Itself(const Resolution& resolution) { return resolution; }
const Resolution& Itself(const SharedResolution& resolution) { return *resolution; }
struct ResolutionHash {
  using is_transparent = void;
  size_t operator()(const auto& resolution) const {
    size_t hash = std::hash<std::string>()(Itself(resolution).name);
    for (const auto& overload : Itself(resolution).overloads) {
      hash = hash * 31 + std::hash<const void*>()(overload.get());
    }
    return hash;
  }
};
struct SameResolution {
  using is_transparent = void;
  bool operator()(const auto& one, const auto& other) const {
    const Resolution &a = Itself(one), &b = Itself(other);
    return a.kind == b.kind && a.name == b.name && a.skip_target == b.skip_target &&
           a.overloads == b.overloads;
  }
};

// Types that are equal hash alike: of a list, what it is of says most.
struct CallHash {
  static size_t Of(const Type& type) {
    const size_t kind = static_cast<size_t>(type.kind());
    return kind * 31 + std::hash<const void*>()(type.descriptor());
  }
  size_t operator()(const CallShape& shape) const {
    size_t hash = std::hash<const void*>()(shape.function.get()) + (shape.is_member ? 1 : 0);
    for (const Type& type : shape.arguments) {
      hash = hash * 127 + Of(type);
      for (const Type& parameter : type.parameters()) hash = hash * 127 + Of(parameter);
    }
    return hash;
  }
};
struct SameCall {
  bool operator()(const CallShape& a, const CallShape& b) const {
    return a.function == b.function && a.is_member == b.is_member &&
           a.skip_target == b.skip_target && a.arguments == b.arguments;
  }
};

}  // namespace

struct Environment::Memory {
  std::mutex mutex;
  ByText<std::shared_ptr<const ResolvedName>> names;
  ByText<std::shared_ptr<const ResolvedFunction>> functions;
  std::unordered_map<const google::protobuf::FieldDescriptor*, Type> fields;
  std::unordered_set<SharedResolution, ResolutionHash, SameResolution> resolutions;
  std::unordered_map<CallShape, ResolvedCall, CallHash, SameCall> calls;

  template <typename T, typename Make>
  T Of(ByText<T>* known, std::string_view name, Make make) {
    const std::lock_guard lock(mutex);
    if (const auto found = known->find(name); found != known->end()) return found->second;
    T made = make();
    if (known->size() < kMostRemembered) known->emplace(name, made);
    return made;
  }

  // Something new was declared.
  void Forget() {
    names.clear();
    functions.clear();
    resolutions.clear();
    calls.clear();
  }
};

Environment::~Environment() = default;

void Environment::RememberNames() {
  if (memory_ == nullptr) memory_ = std::make_unique<Memory>();
}

Environment::Environment(const google::protobuf::DescriptorPool* pool,
                         google::protobuf::MessageFactory* factory, EnvironmentOptions options)
    : pool_(pool), factory_(factory), options_(std::move(options)) {
  for (const Library& library : Libraries()) {
    if (Uses(library.name)) AddLibrary(library);
  }
}

void Environment::AddLibrary(const Library& library) {
  if (memory_ != nullptr) memory_->Forget();
  for (const auto& [name, overload] : library.functions) functions_[name].push_back(overload);
  macros_.insert(macros_.end(), library.macros.begin(), library.macros.end());
}

bool Environment::Uses(std::string_view library) const {
  if (library == kStandardLibrary || !options_.libraries.has_value()) return true;
  return std::find(options_.libraries->begin(), options_.libraries->end(), library) !=
         options_.libraries->end();
}

absl::Status Environment::AddVariable(std::string_view name, Type type, std::string_view doc) {
  if (memory_ != nullptr) memory_->Forget();
  Documented variable{std::string(name), std::move(type), std::string(doc)};
  if (!variables_.emplace(name, std::move(variable)).second) {
    return InvalidArgument(StrCat("`", name, "` is declared already"));
  }
  return absl::OkStatus();
}

absl::Status Environment::AddConstant(std::string_view name, Value value) {
  if (memory_ != nullptr) memory_->Forget();
  if (!constants_.emplace(name, std::move(value)).second) {
    return InvalidArgument(StrCat("`", name, "` is declared already"));
  }
  return absl::OkStatus();
}

absl::Status Environment::AddFunction(const FunctionRow& row) {
  const TypeResolver resolver = [this](std::string_view name) { return FindType(name); };
  std::optional<ParsedSignature> parsed = ParseSignature(row.signature, resolver);
  if (!parsed.has_value()) {
    return InvalidArgument(StrCat("`", row.signature, "` is no signature of a function"));
  }
  parsed->overload.implementation = row.implementation;
  parsed->overload.doc = row.doc;
  parsed->overload.cost = row.cost;
  return AddOverload(parsed->name, std::move(parsed->overload));
}

absl::Status Environment::AddFunctions(absl::Span<const FunctionRow> rows) {
  for (const FunctionRow& row : rows) {
    CP_RETURN_IF_ERROR(AddFunction(row));
  }
  return absl::OkStatus();
}

absl::Status Environment::AddOverload(std::string_view function, Overload overload) {
  if (memory_ != nullptr) memory_->Forget();
  auto& overloads = functions_[std::string(function)];
  for (const auto& other : overloads) {
    if (other->id == overload.id) {
      return InvalidArgument(StrCat("`", overload.id, "` is declared already"));
    }
  }
  overloads.push_back(std::make_shared<const Overload>(std::move(overload)));
  return absl::OkStatus();
}

std::optional<Tree> Environment::Parse(std::string_view text, bool macros,
                                       Diagnostics* diagnostics) const {
  return cel::Parse(text,
                    {.macros = macros ? &macros_ : nullptr,
                     .optional_syntax = Uses(kOptionalsLibrary),
                     .limits = options_.limits},
                    diagnostics);
}

CompileResult Environment::Compile(std::string_view text, const CompileOptions& options) const {
  CompileResult result;
  std::optional<Tree> tree = Parse(text, options.macros, &result.diagnostics);
  if (!tree.has_value()) return result;
  return Compile(std::make_shared<const Tree>(*std::move(tree)), options.check);
}

CompileResult Environment::Compile(std::shared_ptr<const Tree> tree, bool check) const {
  CompileResult result;
  std::shared_ptr<const Expression::Data> data =
      Check(std::move(tree), *this, check, &result.diagnostics);
  if (result.diagnostics.empty()) result.expression.emplace(std::move(data));
  return result;
}

std::vector<std::string> Environment::Candidates(std::string_view name) const {
  if (name.starts_with('.')) return {std::string(name.substr(1))};
  std::vector<std::string> candidates;
  std::string_view container = options_.container;
  while (!container.empty()) {
    candidates.push_back(StrCat(container, ".", name));
    const size_t dot = container.rfind('.');
    container = container.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  candidates.emplace_back(name);
  return candidates;
}

std::shared_ptr<const ResolvedName> Environment::Resolve(std::string_view name) const {
  const auto resolve = [&]() -> std::shared_ptr<const ResolvedName> {
    for (std::string& candidate : Candidates(name)) {
      std::optional<Declared> declared = Find(candidate);
      if (!declared.has_value()) continue;
      const bool variable = declared->kind == Declared::Kind::kVariable;
      return std::make_shared<const ResolvedName>(ResolvedName{
          std::make_shared<const Resolution>(Resolution{
              .kind = variable ? Resolution::Kind::kVariable : Resolution::Kind::kConstant,
              .name = std::move(candidate),
              .value = std::move(declared->value)}),
          std::move(declared->type)});
    }
    return nullptr;
  };
  return memory_ == nullptr ? resolve() : memory_->Of(&memory_->names, name, resolve);
}

std::shared_ptr<const ResolvedFunction> Environment::ResolveFunction(std::string_view name) const {
  const auto resolve = [&]() -> std::shared_ptr<const ResolvedFunction> {
    for (std::string& candidate : Candidates(name)) {
      if (const auto* const overloads = FindFunction(candidate)) {
        return std::make_shared<const ResolvedFunction>(
            ResolvedFunction{std::move(candidate), *overloads});
      }
      if (options_.enums != EnumProfile::kStrong) continue;
      if (const EnumDescriptor* const type = pool_->FindEnumTypeByName(candidate)) {
        return std::make_shared<const ResolvedFunction>(
            ResolvedFunction{std::move(candidate), EnumConversions(*type)});
      }
    }
    return nullptr;
  };
  return memory_ == nullptr ? resolve() : memory_->Of(&memory_->functions, name, resolve);
}

Type Environment::TypeOfField(const google::protobuf::FieldDescriptor& field) const {
  if (memory_ == nullptr) return Type::OfField(field, options_.enums);
  const std::lock_guard lock(memory_->mutex);
  const auto found = memory_->fields.find(&field);
  if (found != memory_->fields.end()) return found->second;
  return memory_->fields.emplace(&field, Type::OfField(field, options_.enums)).first->second;
}

std::optional<ResolvedCall> Environment::FindCall(const CallShape& shape) const {
  if (memory_ == nullptr) return std::nullopt;
  const std::lock_guard lock(memory_->mutex);
  const auto known = memory_->calls.find(shape);
  return known == memory_->calls.end() ? std::nullopt : std::optional(known->second);
}

void Environment::RememberCall(CallShape shape, ResolvedCall call) const {
  if (memory_ == nullptr) return;
  const std::lock_guard lock(memory_->mutex);
  if (memory_->calls.size() >= kMostRemembered) return;
  memory_->calls.emplace(std::move(shape), std::move(call));
}

std::shared_ptr<const Resolution> Environment::Share(Resolution resolution) const {
  if (memory_ == nullptr) return std::make_shared<const Resolution>(std::move(resolution));
  const std::lock_guard lock(memory_->mutex);
  const auto known = memory_->resolutions.find(resolution);
  if (known != memory_->resolutions.end()) return *known;
  auto shared = std::make_shared<const Resolution>(std::move(resolution));
  if (memory_->resolutions.size() < kMostRemembered) memory_->resolutions.insert(shared);
  return shared;
}

std::optional<Declared> Environment::Find(const std::string& full_name) const {
  if (full_name.size() > kLongestName) return std::nullopt;
  if (const auto variable = variables_.find(full_name); variable != variables_.end()) {
    return Declared{.kind = Declared::Kind::kVariable, .type = variable->second.type};
  }
  if (const auto constant = constants_.find(full_name); constant != constants_.end()) {
    return Declared{.kind = Declared::Kind::kConstant,
                    .type = constant->second.type(),
                    .value = constant->second};
  }
  const auto constant_type = [](const Type& type) {
    return Declared{.kind = Declared::Kind::kConstant,
                    .type = Type::TypeOf(type),
                    .value = Value::OfType(type)};
  };
  for (const auto& [name, type] : BuiltinTypes()) {
    if (name == full_name) return constant_type(type);
  }
  for (const Library& library : Libraries()) {
    if (std::find(library.types.begin(), library.types.end(), full_name) != library.types.end() &&
        Uses(library.name)) {
      return constant_type(Type::Opaque(full_name, {}));
    }
  }
  if (const Descriptor* const message = pool_->FindMessageTypeByName(full_name)) {
    return constant_type(Type::Message(message));
  }
  if (options_.enums == EnumProfile::kStrong) {
    if (const EnumDescriptor* const enum_type = pool_->FindEnumTypeByName(full_name)) {
      return constant_type(Type::Enum(enum_type));
    }
  }
  const size_t dot = full_name.rfind('.');
  if (dot != std::string::npos) {
    const EnumDescriptor* const enum_type = pool_->FindEnumTypeByName(full_name.substr(0, dot));
    if (enum_type != nullptr) {
      if (const auto* const value = FindEnumValue(*enum_type, full_name.substr(dot + 1))) {
        Value constant = EnumConstant(*value, options_.enums);
        Type type = constant.type();
        return Declared{.kind = Declared::Kind::kConstant,
                        .type = std::move(type),
                        .value = std::move(constant)};
      }
    }
  }
  return std::nullopt;
}

bool Environment::Declares(std::string_view name) const { return Resolve(name) != nullptr; }

const std::vector<std::shared_ptr<const Overload>>* Environment::FindFunction(
    const std::string& full_name) const {
  const auto found = functions_.find(full_name);
  return found == functions_.end() ? nullptr : &found->second;
}

const Descriptor* Environment::FindMessage(std::string_view name) const {
  if (name.size() > kLongestName) return nullptr;
  for (const std::string& candidate : Candidates(name)) {
    if (const Descriptor* const found = pool_->FindMessageTypeByName(candidate)) return found;
  }
  return nullptr;
}

const EnumDescriptor* Environment::FindEnum(std::string_view name) const {
  if (name.size() > kLongestName) return nullptr;
  for (const std::string& candidate : Candidates(name)) {
    if (const EnumDescriptor* const found = pool_->FindEnumTypeByName(candidate)) return found;
  }
  return nullptr;
}

std::optional<Type> Environment::FindType(std::string_view name) const {
  if (const Descriptor* const message = FindMessage(name)) return Type::Message(message);
  if (const EnumDescriptor* const enum_type = FindEnum(name)) return Type::Enum(enum_type);
  return std::nullopt;
}

const EnumValueDescriptor* Environment::FindEnumValue(const EnumDescriptor& enum_type,
                                                      std::string_view name) const {
  const EnumValueDescriptor* value = enum_type.FindValueByName(std::string(name));
  if (value == nullptr && options_.short_enum_values) {
    value = enum_type.FindValueByName(EnumValuePrefix(enum_type) + std::string(name));
  }
  return value;
}

}  // namespace changepolicy::cel
