// The Common Expression Language by itself.
#include "libchangepolicy/cel.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/cel_conditions.h"

// What a function of the caller's answers, while it is called.
struct changepolicy_cel_call {
  std::optional<std::string> value;
  std::optional<std::string> failure;
};

namespace changepolicy::c {

namespace {

// Protobuf's own parser complains on standard error of what is missing from a message.
bool Parse(std::string_view bytes, google::protobuf::Message* message) {
  return bytes.size() <= static_cast<size_t>(std::numeric_limits<int>::max()) &&
         message->ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

absl::StatusOr<CelSchema> ReadSchema(Call& call, changepolicy_view descriptors) {
  CP_ASSIGN_OR_RETURN(const std::string_view bytes,
                      ReadView(call, descriptors, "options.descriptors"));
  if (bytes.empty()) return CelSchema();
  google::protobuf::FileDescriptorSet files;
  if (!Parse(bytes, &files)) {
    return call.Wrong("options.descriptors", "the bytes are no serialized FileDescriptorSet");
  }
  return CelSchema::Create(files);
}

// A function of the caller's as one of ours. `user` is the caller's to keep alive.
CelFunction FunctionOf(changepolicy_cel_callback callback, void* user) {
  return
      [callback, user](absl::Span<const v1::CelValue> arguments) -> absl::StatusOr<v1::CelValue> {
        std::vector<std::string> bytes;
        bytes.reserve(arguments.size());
        for (const v1::CelValue& argument : arguments)
          bytes.push_back(argument.SerializeAsString());
        std::vector<changepolicy_view> views;
        views.reserve(bytes.size());
        for (const std::string& argument : bytes)
          views.push_back({argument.data(), argument.size()});
        changepolicy_cel_call call;
        callback(user, views.data(), views.size(), &call);
        if (call.failure.has_value()) {
          return InvalidArgument(IsUtf8(*call.failure) ? *call.failure : "the function failed");
        }
        v1::CelValue value;
        if (!call.value.has_value()) return InvalidArgument("the function gave no value");
        if (!Parse(*call.value, &value)) {
          return InvalidArgument("the function gave bytes that are no serialized CelValue");
        }
        return value;
      };
}

absl::StatusOr<CelEnvironment> MakeEnvironment(Call& call, const changepolicy_cel_options& given,
                                               const CelSchema& schema) {
  CelOptions options{.typed_enums = given.typed_enums != 0};
  CP_ASSIGN_OR_RETURN(options.container,
                      ReadOptionalText(call, given.container, "options.container"));
  if (given.libraries != nullptr) {
    CP_ASSIGN_OR_RETURN(options.libraries,
                        ReadTexts(call, given.libraries, given.library_count, "options.libraries"));
  } else {
    CP_RETURN_IF_ERROR(CheckArray(call, given.libraries, given.library_count, "options.libraries"));
  }
  options.schema = schema;
  const auto limit = [](uint64_t asked, auto* at_most) {
    if (asked != 0) *at_most = asked;
  };
  limit(given.most_text_bytes, &options.limits.text_bytes);
  limit(given.most_nesting, &options.limits.nesting);
  limit(given.most_steps, &options.limits.evaluation_steps);
  limit(given.most_cost, &options.limits.cost);
  limit(given.most_memory_bytes, &options.limits.memory_bytes);
  CP_ASSIGN_OR_RETURN(CelEnvironment environment, CelEnvironment::Create(options));
  CP_RETURN_IF_ERROR(CheckArray(call, given.variables, given.variable_count, "options.variables"));
  for (size_t i = 0; i < given.variable_count; ++i) {
    const changepolicy_cel_variable& variable = given.variables[i];
    const std::string name = StrCat("options.variables[", i, "]");
    CP_ASSIGN_OR_RETURN(const std::string called,
                        ReadText(call, variable.name, StrCat(name, ".name")));
    CP_ASSIGN_OR_RETURN(const std::string type,
                        ReadText(call, variable.type, StrCat(name, ".type")));
    CP_RETURN_IF_ERROR(environment.AddVariable(called, type));
  }
  CP_RETURN_IF_ERROR(CheckArray(call, given.functions, given.function_count, "options.functions"));
  for (size_t i = 0; i < given.function_count; ++i) {
    const changepolicy_cel_function& function = given.functions[i];
    const std::string name = StrCat("options.functions[", i, "]");
    CP_ASSIGN_OR_RETURN(const std::string signature,
                        ReadText(call, function.signature, StrCat(name, ".signature")));
    if (function.callback == nullptr) {
      return call.Wrong(StrCat(name, ".callback"), StrCat("`", name, ".callback` is NULL"));
    }
    CP_RETURN_IF_ERROR(
        environment.AddFunction(signature, FunctionOf(function.callback, function.user)));
  }
  CP_ASSIGN_OR_RETURN(const std::string fields_of,
                      ReadOptionalText(call, given.fields_of, "options.fields_of"));
  if (!fields_of.empty()) CP_RETURN_IF_ERROR(environment.AddFields(fields_of));
  return environment;
}

absl::StatusOr<CelSizes> ReadSizes(Call& call, const changepolicy_cel_sizes& given) {
  CelSizes most;
  if (given.string != 0) most.string = given.string;
  if (given.bytes != 0) most.bytes = given.bytes;
  if (given.list != 0) most.list = given.list;
  if (given.map != 0) most.map = given.map;
  CP_RETURN_IF_ERROR(CheckArray(call, given.paths, given.path_count, "sizes.paths"));
  for (size_t i = 0; i < given.path_count; ++i) {
    CP_ASSIGN_OR_RETURN(std::string path,
                        ReadText(call, given.paths[i].path, StrCat("sizes.paths[", i, "].path")));
    most.paths[std::move(path)] = given.paths[i].most;
  }
  return most;
}

absl::StatusOr<CelInput> ReadInput(Call& call, const CelSchema& schema,
                                   const changepolicy_cel_binding* bindings, size_t count,
                                   const char* const* unknown, size_t unknown_count) {
  CP_RETURN_IF_ERROR(CheckArray(call, bindings, count, "bindings"));
  CelInput input;
  for (size_t i = 0; i < count; ++i) {
    const std::string name = StrCat("bindings[", i, "]");
    CP_ASSIGN_OR_RETURN(const std::string called,
                        ReadText(call, bindings[i].name, StrCat(name, ".name")));
    CP_ASSIGN_OR_RETURN(const std::string_view bytes,
                        ReadView(call, bindings[i].value, StrCat(name, ".value")));
    v1::CelValue value;
    if (!Parse(bytes, &value)) {
      return call.Wrong(StrCat(name, ".value"), StrCat("`", Printable(bindings[i].name),
                                                       "`: the bytes are no serialized CelValue"));
    }
    if (!called.empty()) {
      input.Set(called, std::move(value));
      continue;
    }
    const std::string& url = value.object_value().type_url();
    CP_ASSIGN_OR_RETURN(const std::unique_ptr<google::protobuf::Message> message,
                        schema.New(url.substr(url.rfind('/') + 1)));
    if (!Parse(value.object_value().value(), message.get())) {
      return call.Wrong(StrCat(name, ".value"), StrCat("the bytes are no ", url));
    }
    input.SetFields(*message);
  }
  CP_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                      ReadTexts(call, unknown, unknown_count, "unknown"));
  for (const std::string& path : paths) input.SetUnknown(path);
  return input;
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::c::Call;
using changepolicy::c::CheckEncoding;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::MakeHandle;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

namespace {

// The functions that only tell something about a program.
template <typename Body>
changepolicy_status Tell(const changepolicy_cel_program* program, const void* out,
                         std::string_view name, changepolicy_error** error, Body body) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, program, "program"));
    CP_RETURN_IF_ERROR(NotNull(call, out, name));
    body();
    return absl::OkStatus();
  });
}

}  // namespace

extern "C" {

void changepolicy_cel_return(changepolicy_cel_call* call, changepolicy_view value) {
  if (call == nullptr || (value.data == nullptr && value.size > 0)) return;
  call->value.emplace(value.size == 0 ? std::string() : std::string(value.data, value.size));
}

void changepolicy_cel_fail(changepolicy_cel_call* call, const char* message) {
  if (call == nullptr) return;
  call->failure.emplace(message == nullptr ? "the function failed" : message);
}

changepolicy_status changepolicy_cel_compile(const char* text,
                                             const changepolicy_cel_options* options,
                                             changepolicy_cel_program** program,
                                             changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string expression, ReadText(call, text, "text"));
    CP_RETURN_IF_ERROR(NotNull(call, program, "program"));
    CP_ASSIGN_OR_RETURN(const changepolicy_cel_options given,
                        ReadOptionalStruct(call, options, "options"));
    CP_ASSIGN_OR_RETURN(const changepolicy::CelSchema schema,
                        changepolicy::c::ReadSchema(call, given.descriptors));
    CP_ASSIGN_OR_RETURN(const changepolicy::CelEnvironment environment,
                        changepolicy::c::MakeEnvironment(call, given, schema));
    changepolicy::CelCompiled compiled =
        environment.Compile(expression, {.check = given.unchecked == 0});
    CP_RETURN_IF_ERROR(call.Refuse(compiled.issues));
    *program = MakeHandle<changepolicy_cel_program>(*std::move(compiled.expression), schema);
    return absl::OkStatus();
  });
}

void changepolicy_cel_program_free(changepolicy_cel_program* program) { FreeHandle(program); }

changepolicy_status changepolicy_cel_evaluate(const changepolicy_cel_program* program,
                                              const changepolicy_cel_binding* bindings,
                                              size_t count, const char* const* unknown,
                                              size_t unknown_count, changepolicy_encoding output,
                                              changepolicy_bytes** result,
                                              changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, program, "program"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, result, "result"));
    CP_ASSIGN_OR_RETURN(
        const changepolicy::CelInput input,
        changepolicy::c::ReadInput(call, program->schema, bindings, count, unknown, unknown_count));
    return Give(program->expression.Evaluate(input), output, result);
  });
}

changepolicy_status changepolicy_cel_residual(
    const changepolicy_cel_program* program, const changepolicy_cel_binding* bindings, size_t count,
    const char* const* unknown, size_t unknown_count, changepolicy_cel_program** residual,
    changepolicy_list** open, changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, program, "program"));
    CP_RETURN_IF_ERROR(NotNull(call, residual, "residual"));
    CP_RETURN_IF_ERROR(NotNull(call, open, "open"));
    CP_ASSIGN_OR_RETURN(
        const changepolicy::CelInput input,
        changepolicy::c::ReadInput(call, program->schema, bindings, count, unknown, unknown_count));
    CP_ASSIGN_OR_RETURN(changepolicy::CelResidual left, program->expression.Residual(input));
    changepolicy::c::Owned<changepolicy_cel_program> made(
        MakeHandle<changepolicy_cel_program>(std::move(left.expression), program->schema));
    Give(std::move(left.open), open);
    *residual = made.release();
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_cel_type(const changepolicy_cel_program* program,
                                          changepolicy_bytes** type, changepolicy_error** error) {
  return Tell(program, type, "type", error, [&] { Give(program->expression.type(), type); });
}

changepolicy_status changepolicy_cel_unparse(const changepolicy_cel_program* program,
                                             changepolicy_bytes** text,
                                             changepolicy_error** error) {
  return Tell(program, text, "text", error, [&] { Give(program->expression.Unparse(), text); });
}

changepolicy_status changepolicy_cel_dump(const changepolicy_cel_program* program,
                                          changepolicy_bytes** tree, changepolicy_error** error) {
  return Tell(program, tree, "tree", error, [&] { Give(program->expression.Dump(), tree); });
}

changepolicy_status changepolicy_cel_references(const changepolicy_cel_program* program,
                                                changepolicy_cel_reference what,
                                                changepolicy_list** names,
                                                changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, program, "program"));
    CP_RETURN_IF_ERROR(NotNull(call, names, "names"));
    changepolicy::CelReferences found = program->expression.references();
    switch (what) {
      case CHANGEPOLICY_CEL_VARIABLES:
        Give(std::move(found.variables), names);
        return absl::OkStatus();
      case CHANGEPOLICY_CEL_PATHS:
        Give(std::move(found.paths), names);
        return absl::OkStatus();
      case CHANGEPOLICY_CEL_FUNCTIONS:
        Give(std::move(found.functions), names);
        return absl::OkStatus();
      default:
        return call.Wrong("what", changepolicy::StrCat("`what` is ", what,
                                                       "; give VARIABLES (1), PATHS (2) or "
                                                       "FUNCTIONS (3)"));
    }
  });
}

changepolicy_status changepolicy_cel_estimate_cost(const changepolicy_cel_program* program,
                                                   const changepolicy_cel_sizes* sizes,
                                                   uint64_t* min, uint64_t* max,
                                                   changepolicy_bytes** text,
                                                   changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, program, "program"));
    CP_RETURN_IF_ERROR(NotNull(call, min, "min"));
    CP_RETURN_IF_ERROR(NotNull(call, max, "max"));
    CP_ASSIGN_OR_RETURN(const changepolicy_cel_sizes given,
                        ReadOptionalStruct(call, sizes, "sizes"));
    CP_ASSIGN_OR_RETURN(const changepolicy::CelSizes most, changepolicy::c::ReadSizes(call, given));
    changepolicy::CelCost cost = program->expression.EstimateCost(most);
    if (text != nullptr) Give(std::move(cost.text), text);
    *min = cost.min;
    *max = cost.max;
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_cel_conditions_compile(const char* const* texts, size_t count,
                                                        const changepolicy_cel_options* options,
                                                        changepolicy_cel_conditions** conditions,
                                                        changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> given_texts,
                        ReadTexts(call, texts, count, "texts"));
    CP_RETURN_IF_ERROR(NotNull(call, conditions, "conditions"));
    CP_ASSIGN_OR_RETURN(const changepolicy_cel_options given,
                        ReadOptionalStruct(call, options, "options"));
    CP_ASSIGN_OR_RETURN(const changepolicy::CelSchema schema,
                        changepolicy::c::ReadSchema(call, given.descriptors));
    CP_ASSIGN_OR_RETURN(const changepolicy::CelEnvironment environment,
                        changepolicy::c::MakeEnvironment(call, given, schema));
    std::vector<changepolicy::CelExpression> compiled;
    changepolicy::Issues issues;
    for (const std::string& text : given_texts) {
      changepolicy::CelCompiled one = environment.Compile(text, {.check = given.unchecked == 0});
      for (changepolicy::Issue& issue : one.issues) {
        issue.path = changepolicy::StrCat("texts[", &text - given_texts.data(), "]");
        issues.push_back(std::move(issue));
      }
      if (!one.expression.has_value()) continue;
      if (const std::string type = one.expression->type(); type != "bool" && type != "dyn") {
        issues.push_back({.id = "type-mismatch",
                          .message = changepolicy::StrCat("gives ", type, ", expected a bool"),
                          .path = changepolicy::StrCat("texts[", &text - given_texts.data(), "]"),
                          .position = {1, 1},
                          .source_line = text.substr(0, text.find('\n'))});
      }
      compiled.push_back(*std::move(one.expression));
    }
    CP_RETURN_IF_ERROR(call.Refuse(issues));
    CP_ASSIGN_OR_RETURN(changepolicy::CelConditions made,
                        changepolicy::CelConditions::Create(std::move(compiled)));
    *conditions = MakeHandle<changepolicy_cel_conditions>(std::move(made), schema);
    return absl::OkStatus();
  });
}

void changepolicy_cel_conditions_free(changepolicy_cel_conditions* conditions) {
  FreeHandle(conditions);
}

changepolicy_status changepolicy_cel_conditions_find(
    const changepolicy_cel_conditions* conditions, const changepolicy_cel_binding* bindings,
    size_t count, const char* const* unknown, size_t unknown_count, changepolicy_encoding output,
    changepolicy_bytes** found, changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, conditions, "conditions"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, found, "found"));
    CP_ASSIGN_OR_RETURN(const changepolicy::CelInput input,
                        changepolicy::c::ReadInput(call, conditions->schema, bindings, count,
                                                   unknown, unknown_count));
    return Give(conditions->conditions.Find(input), output, found);
  });
}

changepolicy_status changepolicy_cel_libraries(changepolicy_list** names,
                                               changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, names, "names"));
    std::vector<std::string> found;
    const std::vector<changepolicy::CelLibrary> libraries = changepolicy::CelLibraries();
    // The first is the standard, which every environment has.
    for (size_t i = 1; i < libraries.size(); ++i) found.push_back(libraries[i].name);
    Give(std::move(found), names);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_cel_value_text(changepolicy_view value, size_t max_length,
                                                changepolicy_bytes** text,
                                                changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, text, "text"));
    CP_ASSIGN_OR_RETURN(const std::string_view bytes, ReadView(call, value, "value"));
    changepolicy::v1::CelValue read;
    if (!changepolicy::c::Parse(bytes, &read)) {
      return call.Wrong("value", "the bytes are no serialized CelValue");
    }
    Give(changepolicy::ToText(read, {}, max_length == 0 ? 10'000 : max_length), text);
    return absl::OkStatus();
  });
}

}  // extern "C"
