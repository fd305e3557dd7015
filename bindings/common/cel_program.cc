#include "bindings/common/cel_program.h"

#include "libchangepolicy/base/status.h"

namespace changepolicy::bindings {

namespace {

// Protobuf's own parser complains on standard error of what is missing from a message.
bool Parse(std::string_view bytes, google::protobuf::Message* message) {
  return bytes.size() <= INT32_MAX &&
         message->ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

absl::StatusOr<CelSchema> SchemaOf(std::string_view descriptors) {
  if (descriptors.empty()) return CelSchema();
  google::protobuf::FileDescriptorSet files;
  if (!Parse(descriptors, &files)) {
    return InvalidArgument("the bytes are no serialized FileDescriptorSet");
  }
  return CelSchema::Create(files);
}

void AddWithImports(const google::protobuf::FileDescriptor& file,
                    google::protobuf::FileDescriptorSet* files) {
  for (const google::protobuf::FileDescriptorProto& added : files->file()) {
    if (added.name() == file.name()) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) AddWithImports(*file.dependency(i), files);
  file.CopyTo(files->add_file());
}

}  // namespace

absl::StatusOr<CelProgram::Result> CelProgram::Compile(const CelRequest& request) {
  CP_ASSIGN_OR_RETURN(CelSchema schema, SchemaOf(request.descriptors));
  CP_ASSIGN_OR_RETURN(CelEnvironment environment,
                      CelEnvironment::Create({.container = request.container,
                                              .libraries = request.libraries,
                                              .typed_enums = request.typed_enums,
                                              .schema = std::move(schema)}));
  for (const auto& [name, type] : request.variables) {
    CP_RETURN_IF_ERROR(environment.AddVariable(name, type));
  }
  CelCompiled compiled = environment.Compile(request.text, {.check = request.check});
  Result result{.issues = std::move(compiled.issues)};
  if (compiled.expression.has_value()) result.program = CelProgram(*compiled.expression);
  return result;
}

absl::StatusOr<std::string> CelProgram::Evaluate(
    const std::vector<std::pair<std::string, std::string>>& values,
    const std::vector<std::string>& unknown) const {
  CelInput input;
  for (const auto& [name, bytes] : values) {
    v1::CelValue value;
    if (!Parse(bytes, &value)) {
      return InvalidArgument(StrCat("`", name, "`: the bytes are no serialized CelValue"));
    }
    input.Set(name, std::move(value));
  }
  for (const std::string& path : unknown) input.SetUnknown(path);
  return expression_.Evaluate(input).SerializeAsString();
}

std::string CelDescriptors() {
  google::protobuf::FileDescriptorSet files;
  AddWithImports(*v1::CelResult::descriptor()->file(), &files);
  return files.SerializeAsString();
}

}  // namespace changepolicy::bindings
