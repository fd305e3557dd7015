// Declaring, compiling, evaluating: the way from the public messages to cel/ and back.
#include "libchangepolicy/cel.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/cost.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/parser.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/residual.h"
#include "libchangepolicy/cel/substitution.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/type_text.h"
#include "libchangepolicy/cel/unparse.h"
#include "libchangepolicy/cel/value_message.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

cel::EnvironmentOptions InternalOptions(const CelOptions& options) {
  cel::EnvironmentOptions internal{
      .container = options.container,
      .enums = options.typed_enums ? cel::EnumProfile::kStrong : cel::EnumProfile::kLegacy,
      .ordered_enums = options.typed_enums,
      .libraries = options.libraries};
  internal.limits.text_bytes = options.limits.text_bytes;
  internal.limits.nesting = options.limits.nesting;
  internal.limits.evaluation_steps = options.limits.evaluation_steps;
  internal.limits.cost = options.limits.cost;
  internal.limits.memory_bytes = options.limits.memory_bytes;
  return internal;
}

absl::Status CheckLibraries(const CelOptions& options) {
  if (!options.libraries.has_value()) return absl::OkStatus();
  std::vector<std::string_view> known;
  for (const cel::Library& library : cel::Libraries()) known.push_back(library.name);
  for (const std::string& name : *options.libraries) {
    if (cel::FindLibrary(name) != nullptr) continue;
    std::string help = cel::DidYouMean(name, known);
    if (help.empty()) {
      for (const std::string_view library : known) {
        StrAppend(&help, help.empty() ? "it is one of `" : "`, `", library);
      }
      help += "`";
    }
    return InvalidArgument(StrCat("`", name, "` is no library; ", help));
  }
  return absl::OkStatus();
}

bool IsVariableName(std::string_view name) {
  cel::Diagnostics ignored;
  const std::optional<cel::Tree> tree = cel::Parse(name, {}, &ignored);
  return tree.has_value() && !name.starts_with('.') &&
         cel::QualifiedName(*tree, tree->root) == name;
}

// Whether a value that somebody gave is of the type that was declared; of lists and maps the
// contents are left to the evaluation.
bool IsOf(const cel::Value& value, const cel::Type& type) {
  return cel::Substitution(cel::Limits{}).Assign(value.type(), type);
}

cel::Value Refused(std::string message) {
  return cel::Value::FromError(absl::StatusCode::kInvalidArgument, std::move(message));
}

}  // namespace

// ---- Environment

struct CelEnvironment::Data {
  explicit Data(const CelOptions& options)
      : schema(options.schema),
        environment(&schema.pool(), &schema.factory(), InternalOptions(options)) {}

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

  const CelSchema schema;
  cel::Environment environment;
  // The message whose fields are variables; null for none.
  const Descriptor* fields = nullptr;
};

absl::StatusOr<CelEnvironment> CelEnvironment::Create(const CelOptions& options) {
  CP_RETURN_IF_ERROR(CheckLibraries(options));
  return CelEnvironment(std::make_shared<Data>(options));
}

absl::Status CelEnvironment::AddVariable(std::string_view name, std::string_view type) {
  if (!IsVariableName(name)) {
    return InvalidArgument(StrCat("`", name,
                                  "` is no name of a variable; write letters, digits "
                                  "and `_`, and no word that the language reserves"));
  }
  cel::Diagnostic diagnostic;
  std::optional<cel::Type> parsed_type = cel::ParseTypeText(type, data_->Names(), &diagnostic);
  if (!parsed_type.has_value()) {
    return InvalidArgument(ToText(cel::ToIssue(diagnostic, type, StrCat("type of ", name))));
  }
  return data_->environment.AddVariable(name, *std::move(parsed_type));
}

absl::Status CelEnvironment::AddFields(std::string_view message_type) {
  CP_ASSIGN_OR_RETURN(const std::unique_ptr<Message> message, data_->schema.New(message_type));
  if (data_->fields != nullptr) {
    return InvalidArgument(
        StrCat("the fields of `", data_->fields->full_name(), "` are variables already"));
  }
  const Descriptor& type = *message->GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    CP_RETURN_IF_ERROR(data_->environment.AddVariable(
        field.name(), cel::Type::OfField(field, data_->environment.options().enums)));
  }
  data_->fields = &type;
  return absl::OkStatus();
}

namespace {

// A function of the user's own: values to messages, the call, and back.
cel::Implementation Wrap(CelFunction function, std::string name, cel::Type result,
                         const cel::Environment& environment) {
  return [function = std::move(function), name = std::move(name), result = std::move(result),
          &environment](cel::CallContext&, cel::Args args) -> cel::Value {
    std::vector<v1::CelValue> messages(args.size());
    for (size_t i = 0; i < args.size(); ++i) {
      cel::Value failed = cel::ToMessage(args[i], &messages[i]);
      if (!failed.is_known()) return failed;
    }
    const absl::StatusOr<v1::CelValue> answer = function(messages);
    if (!answer.ok()) {
      return cel::Value::FromError(answer.status().code(), std::string(MessageOf(answer.status())));
    }
    cel::Value value = cel::FromMessage(*answer, environment);
    if (value.is_known() && !IsOf(value, result)) {
      return Refused(StrCat("`", name, "` is declared to give `", result.ToString(),
                            "`, and gave a `", value.type_name(), "`"));
    }
    return value;
  };
}

}  // namespace

absl::Status CelEnvironment::AddFunction(std::string_view signature, CelFunction function) {
  cel::Diagnostic diagnostic;
  std::optional<cel::ParsedSignature> parsed =
      cel::ParseSignatureText(signature, data_->Names(), &diagnostic);
  if (!parsed.has_value()) {
    return InvalidArgument(ToText(cel::ToIssue(diagnostic, signature, "signature")));
  }
  if (!function) return InvalidArgument(StrCat("`", signature, "` has no function behind it"));
  // The environment outlives its functions: it holds them.
  parsed->overload.implementation =
      Wrap(std::move(function), parsed->name, parsed->overload.result, data_->environment);
  return data_->environment.AddOverload(parsed->name, std::move(parsed->overload));
}

// ---- Expression

struct CelExpression::Data {
  std::shared_ptr<const CelEnvironment::Data> environment;
  cel::Expression expression;
};

CelCompiled CelEnvironment::Compile(std::string_view text, const CelCompileOptions& options) const {
  cel::CompileResult result = data_->environment.Compile(text, {.check = options.check});
  CelCompiled compiled;
  for (const cel::Diagnostic& diagnostic : result.diagnostics) {
    compiled.issues.push_back(cel::ToIssue(diagnostic, text, ""));
  }
  if (result.expression.has_value()) {
    compiled.expression = CelExpression(std::make_shared<const CelExpression::Data>(
        CelExpression::Data{data_, *std::move(result.expression)}));
  }
  return compiled;
}

const std::string& CelExpression::text() const { return data_->expression.text(); }
std::string CelExpression::type() const { return data_->expression.type().ToString(); }
std::string CelExpression::Unparse() const { return cel::Unparse(data_->expression.tree()); }
std::string CelExpression::Dump() const { return cel::Dump(data_->expression.tree()); }

CelReferences CelExpression::references() const {
  const cel::References& found = data_->expression.references();
  return {{found.variables.begin(), found.variables.end()},
          {found.paths.begin(), found.paths.end()},
          {found.functions.begin(), found.functions.end()}};
}

// ---- Evaluation

// Turns an input into what the evaluator takes.
class CelBinder {
 public:
  CelBinder(const CelEnvironment::Data& environment, const cel::References& references)
      : data_(environment), references_(references) {}

  // Null, or the error that says what does not fit.
  cel::Value BindAll(const CelInput& input) {
    if (input.fields_ != nullptr) {
      if (cel::Value error = BindFields(input.fields_); error.is_error()) return error;
    }
    for (const auto& [name, bound] : input.variables_) {
      if (cel::Value error = BindOne(name, bound); error.is_error()) return error;
    }
    for (const std::string& path : input.unknown_) {
      if (cel::Value error = BindUnknown(path); error.is_error()) return error;
    }
    return cel::Value::Null();
  }

  const cel::Activation& activation() const { return activation_; }

 private:
  cel::Value Undeclared(std::string_view name) const {
    std::vector<std::string_view> known;
    for (const auto& [variable, unused] : data_.environment.variables()) known.push_back(variable);
    std::string help = cel::DidYouMean(name, known);
    return Refused(StrCat("`", name, "` is no variable", help.empty() ? "" : "; ", help));
  }

  cel::Value BindOne(const std::string& name, const CelInput::Bound& bound) {
    const auto declared = data_.environment.variables().find(name);
    if (declared == data_.environment.variables().end()) return Undeclared(name);
    if (references_.variables.count(name) == 0) return cel::Value::Null();
    cel::Value value = bound.value.has_value() ? cel::FromMessage(*bound.value, data_.environment)
                                               : FromMessage(bound.message);
    if (value.is_error()) {
      return cel::Value::FromError(value.error().code,
                                   StrCat("`", name, "`: ", value.error().message));
    }
    if (!IsOf(value, declared->second.type)) {
      return Refused(StrCat("`", name, "` is declared `", declared->second.type.ToString(),
                            "`, and was given a `", value.type_name(), "`"));
    }
    activation_.Set(name, std::move(value));
    return cel::Value::Null();
  }

  // As the environment's pool has it, so that its fields, extensions and what it packs are known.
  std::shared_ptr<const Message> InPool(const std::shared_ptr<const Message>& message) const {
    const Descriptor& type = *message->GetDescriptor();
    const Descriptor* const own = data_.environment.pool().FindMessageTypeByName(type.full_name());
    if (own == nullptr || own == &type) return message;
    std::shared_ptr<Message> read(data_.environment.factory().GetPrototype(own)->New());
    if (!read->ParsePartialFromString(message->SerializePartialAsString())) return nullptr;
    return read;
  }

  cel::Value FromMessage(const std::shared_ptr<const Message>& message) const {
    if (message == nullptr) return cel::Value::Null();
    std::shared_ptr<const Message> own = InPool(message);
    if (own == nullptr) return OtherType(*message);
    const Message* const raw = own.get();
    return cel::AdaptMessage({.owner = std::move(own), .message = raw}, data_.context());
  }

  static cel::Value OtherType(const Message& message) {
    return Refused(StrCat("the message is no `", message.GetDescriptor()->full_name(),
                          "` as the environment has it"));
  }

  cel::Value BindFields(const std::shared_ptr<const Message>& message) {
    const std::string& type = message->GetDescriptor()->full_name();
    if (data_.fields == nullptr || data_.fields->full_name() != type) {
      return Refused(StrCat("the fields of `", type, "` are no variables; declare them first"));
    }
    const std::shared_ptr<const Message> own = InPool(message);
    if (own == nullptr) return OtherType(*message);
    const cel::MessageValue value{.owner = own, .message = own.get()};
    for (int i = 0; i < data_.fields->field_count(); ++i) {
      const FieldDescriptor& field = *data_.fields->field(i);
      if (references_.variables.count(field.name()) == 0) continue;
      activation_.Set(field.name(), cel::ReadField(value, field, data_.context()));
    }
    return cel::Value::Null();
  }

  // A path begins with a variable, which need not have a value.
  cel::Value BindUnknown(const std::string& path) {
    if (const absl::Status status = activation_.SetUnknown(path); !status.ok()) {
      return Refused(std::string(MessageOf(status)));
    }
    const auto& variables = data_.environment.variables();
    const bool declared =
        std::any_of(variables.begin(), variables.end(), [&](const auto& variable) {
          const std::string& name = variable.first;
          return path.starts_with(name) && (path.size() == name.size() ||
                                            path[name.size()] == '.' || path[name.size()] == '[');
        });
    return declared ? cel::Value::Null() : Undeclared(path.substr(0, path.find_first_of(".[")));
  }

  const CelEnvironment::Data& data_;
  const cel::References& references_;
  cel::Activation activation_;
};

namespace {

void FillError(const cel::Error& error, const cel::Tree& tree, v1::CelError* to) {
  to->set_code(absl::StatusCodeToString(error.code));
  to->set_message(error.message);
  if (error.node == cel::kNoNode) return;
  const Position position = cel::PositionOf(tree.text, tree[error.node].at);
  to->set_line(position.line);
  to->set_column(position.column);
}

v1::CelResult ToResult(const cel::Value& value, const cel::Tree& tree) {
  v1::CelResult result;
  const cel::Value outcome = cel::ToMessage(value, result.mutable_value());
  if (outcome.is_error()) FillError(outcome.error(), tree, result.mutable_error());
  if (outcome.is_unknown()) {
    for (const std::string& path : outcome.unknown()) {
      result.mutable_unknown()->add_paths(path);
    }
  }
  return result;
}

}  // namespace

v1::CelResult CelExpression::Evaluate(const CelInput& input) const {
  const cel::Expression& expression = data_->expression;
  CelBinder binder(*data_->environment, expression.references());
  if (const cel::Value failed = binder.BindAll(input); failed.is_error()) {
    return ToResult(failed, expression.tree());
  }
  return ToResult(cel::Evaluate(expression, binder.activation()), expression.tree());
}

absl::StatusOr<CelResidual> CelExpression::Residual(const CelInput& input) const {
  const cel::Expression& expression = data_->expression;
  CelBinder binder(*data_->environment, expression.references());
  if (const cel::Value failed = binder.BindAll(input); failed.is_error()) {
    return absl::Status(failed.error().code, failed.error().message);
  }
  const std::set<std::string> open = cel::OpenAttributes(expression, binder.activation());
  return CelResidual{CelExpression(std::make_shared<const Data>(
                         Data{data_->environment, cel::Residual(expression, binder.activation())})),
                     {open.begin(), open.end()}};
}

CelCost CelExpression::EstimateCost(const CelSizes& sizes) const {
  const cel::SizeLimits limits{.string = sizes.string,
                               .bytes = sizes.bytes,
                               .list = sizes.list,
                               .map = sizes.map,
                               .paths = {sizes.paths.begin(), sizes.paths.end()}};
  const cel::CostEstimate estimate = cel::EstimateCost(data_->expression, limits);
  return {estimate.min, estimate.max, cel::Describe(estimate, data_->expression)};
}

v1::CelResult CelExpression::Evaluate() const { return Evaluate(CelInput()); }

absl::StatusOr<bool> CelExpression::EvaluateBool(const CelInput& input) const {
  const v1::CelResult result = Evaluate(input);
  switch (result.kind_case()) {
    case v1::CelResult::kUnknown: {
      std::string paths;
      for (const std::string& path : result.unknown().paths()) {
        StrAppend(&paths, paths.empty() ? "`" : "`, `", path);
      }
      return FailedPrecondition(StrCat("it depends on ", paths, "`, not known yet"));
    }
    case v1::CelResult::kError: {
      absl::StatusCode code = absl::StatusCode::kUnknown;
      for (int i = 1; i <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++i) {
        const auto candidate = static_cast<absl::StatusCode>(i);
        if (absl::StatusCodeToString(candidate) == result.error().code()) code = candidate;
      }
      return absl::Status(code, result.error().message());
    }
    default:
      break;
  }
  if (!result.value().has_bool_value()) {
    return InvalidArgument(StrCat("`", text(), "` gives ", type(), ", expected a bool"));
  }
  return result.value().bool_value();
}

}  // namespace changepolicy
