// Declaring and compiling: the way from the public messages to cel/.
#include "libchangepolicy/cel.h"

#include <memory>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/parser.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/type_text.h"
#include "libchangepolicy/cel/unparse.h"
#include "libchangepolicy/cel/value_message.h"
#include "libchangepolicy/cel/wording.h"
#include "libchangepolicy/cel_data.h"

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

}  // namespace

// ---- Environment

absl::StatusOr<CelEnvironment> CelEnvironment::Create(const CelOptions& options) {
  CP_RETURN_IF_ERROR(CheckLibraries(options));
  return CelEnvironment(std::make_shared<Data>(options.schema, InternalOptions(options)));
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
          &environment](cel::CallContext& context, cel::Args args) -> cel::Value {
    // Copies of what values share: the limits see no more of them than this.
    const auto pay = [&context](const v1::CelValue& message) {
      return context.Charge(1 + message.ByteSizeLong() / 8);
    };
    std::vector<v1::CelValue> messages(args.size());
    for (size_t i = 0; i < args.size(); ++i) {
      cel::Value failed = cel::ToMessage(args[i], &messages[i]);
      if (!failed.is_known()) return failed;
      if (!pay(messages[i])) return cel::Value::Null();
    }
    const absl::StatusOr<v1::CelValue> answer = function(messages);
    if (!answer.ok()) {
      return cel::Value::FromError(answer.status().code(), std::string(MessageOf(answer.status())));
    }
    if (!pay(*answer)) return cel::Value::Null();
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

CelCompiled CelEnvironment::Compile(std::string_view text, const CelCompileOptions& options) const {
  cel::CompileResult result = data_->environment.Compile(text, {.check = options.check});
  CelCompiled compiled;
  for (const cel::Diagnostic& diagnostic : result.diagnostics) {
    compiled.issues.push_back(cel::ToIssue(diagnostic, text, ""));
  }
  if (result.expression.has_value()) {
    compiled.expression = CelExpression(
        std::make_shared<const CelExpression::Data>(data_, *std::move(result.expression)));
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

}  // namespace changepolicy
