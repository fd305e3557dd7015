#include "cli/cel_inputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "cli/comments.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "google/protobuf/compiler/importer.h"
#include "google/protobuf/descriptor_database.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::cli {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorSet;
using google::protobuf::Message;
using google::protobuf::compiler::DiskSourceTree;

namespace {

void ComplainOf(const absl::Status& status) {
  Complain(StrCat("error: ", FromAbsl(status.message())));
}

// Mistakes in .proto files as issues that show the line.
class ProtoErrors final : public google::protobuf::compiler::MultiFileErrorCollector {
 public:
  explicit ProtoErrors(DiskSourceTree* tree) : tree_(*tree) {}

  void AddError(const std::string& file, int line, int column,
                const std::string& message) override {
    std::string path;
    if (!tree_.VirtualFileToDiskFile(file, &path)) path = file;
    Issue issue{.id = "proto", .message = message, .file = path};
    while (issue.message.ends_with('.')) issue.message.pop_back();
    const absl::StatusOr<std::string> text = ReadFile(path);
    if (line >= 0 && text.ok()) {
      const Document document(path, *text);
      issue = document.MakeIssue(issue.id, issue.message, "", "",
                                 document.OffsetOf(line, std::max(column, 0)), 1);
    }
    issues_.push_back(std::move(issue));
  }
  const Issues& issues() const { return issues_; }

 private:
  DiskSourceTree& tree_;
  Issues issues_;
};

// The file after all that it imports, each once.
void AddWithImports(const FileDescriptor& file, std::vector<const FileDescriptor*>* seen,
                    FileDescriptorSet* files) {
  if (std::find(seen->begin(), seen->end(), &file) != seen->end()) return;
  seen->push_back(&file);
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddWithImports(*file.dependency(i), seen, files);
  }
  file.CopyTo(files->add_file());
}

// As the tree knows the file; empty, and a complaint, where it does not.
std::string VirtualName(const std::string& path, DiskSourceTree* tree) {
  std::string name, shadowing;
  switch (tree->DiskFileToVirtualFile(path, &name, &shadowing)) {
    case DiskSourceTree::SUCCESS:
      return name;
    case DiskSourceTree::SHADOWED:
      Complain(StrCat("error: ", Printable(path), ": `", Printable(shadowing),
                      "` comes first under that name\n  help: order --proto-path otherwise"));
      return "";
    case DiskSourceTree::CANNOT_OPEN:
      Complain(StrCat("error: ", Printable(path), ": no such file\n  help: check the path"));
      return "";
    case DiskSourceTree::NO_MAPPING:
      break;
  }
  Complain(StrCat("error: ", Printable(path), ": is in none of the folders of --proto-path\n",
                  "  help: name a folder above it"));
  return "";
}

bool Import(const SchemaOptions& options, FileDescriptorSet* files) {
  DiskSourceTree tree;
  for (const std::string& path : options.proto_paths) tree.MapPath("", path);
  if (options.proto_paths.empty()) {
    // As one would run protoc: the files' own folders.
    for (const std::string& proto : options.protos) {
      const std::string folder = std::filesystem::path(proto).parent_path().string();
      tree.MapPath("", folder.empty() ? "." : folder);
    }
  }
  ProtoErrors errors(&tree);
  google::protobuf::DescriptorPoolDatabase generated(*DescriptorPool::generated_pool());
  google::protobuf::compiler::SourceTreeDescriptorDatabase database(&tree, &generated);
  database.RecordErrorsTo(&errors);
  const DescriptorPool pool(&database, database.GetValidationErrorCollector());
  std::vector<const FileDescriptor*> seen;
  for (const std::string& proto : options.protos) {
    const std::string name = VirtualName(proto, &tree);
    if (name.empty()) return false;
    const FileDescriptor* const file = pool.FindFileByName(name);
    if (file == nullptr) {
      Complain(errors.issues().empty() ? StrCat("error: ", Printable(proto), ": cannot be read")
                                       : ToText(errors.issues()));
      return false;
    }
    AddWithImports(*file, &seen, files);
  }
  return true;
}

bool ReadDescriptors(const std::string& path, FileDescriptorSet* files) {
  const absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) {
    ComplainOf(bytes.status());
    return false;
  }
  FileDescriptorSet read;
  if (!read.ParsePartialFromString(*bytes) || read.file().empty()) {
    Complain(StrCat("error: ", Printable(path), ": is no serialized FileDescriptorSet\n",
                    "  help: write it by `protoc --include_imports --descriptor_set_out=",
                    Printable(path), "`"));
    return false;
  }
  files->MergeFrom(read);
  return true;
}

}  // namespace

std::optional<CelSchema> LoadSchema(const SchemaOptions& options) {
  FileDescriptorSet files;
  if (!options.protos.empty() && !Import(options, &files)) return std::nullopt;
  for (const std::string& path : options.descriptors) {
    if (!ReadDescriptors(path, &files)) return std::nullopt;
  }
  if (files.file().empty()) return CelSchema();
  absl::StatusOr<CelSchema> schema = CelSchema::Create(files);
  if (schema.ok()) return *std::move(schema);
  ComplainOf(schema.status());
  return std::nullopt;
}

std::unique_ptr<Message> NewMessage(const CelSchema& schema, const std::string& type) {
  absl::StatusOr<std::unique_ptr<Message>> message = schema.New(type);
  if (message.ok()) return *std::move(message);
  std::vector<std::string> names = schema.names();
  const std::vector<std::string> own = DescribedMessages();
  names.insert(names.end(), own.begin(), own.end());
  const std::string_view nearest = Nearest(type, {names.begin(), names.end()});
  Complain(StrCat("error: --type: `", Printable(type), "` is no message\n  help: ",
                  nearest.empty() ? "give its full name, and its schema by --proto or --descriptors"
                                  : StrCat("did you mean `", nearest, "`?")));
  return nullptr;
}

bool ReadInput(const std::string& file, Message* message) {
  const absl::StatusOr<std::string> bytes = ReadFile(file);
  if (!bytes.ok()) {
    ComplainOf(bytes.status());
    return false;
  }
  const Issues issues =
      ReadMessage(*bytes, Format::kAuto, file, message, {.schema = Schema::kForeign});
  if (!issues.empty()) Complain(ToText(issues));
  return !HasErrors(issues);
}

namespace {

v1::CelValue NumberValue(const std::string& text, double number) {
  int64_t whole = 0;
  uint64_t large = 0;
  if (absl::SimpleAtoi(text, &whole)) return ToCelValue(whole);
  if (absl::SimpleAtoi(text, &large)) return ToCelValue(large);
  return ToCelValue(number);
}

v1::CelValue ToValue(const Node& node) {
  v1::CelValue value;
  switch (node.kind) {
    case Node::Kind::kList:
      value.mutable_list_value();
      for (const Node& item : node.items) {
        *value.mutable_list_value()->add_values() = ToValue(item);
      }
      return value;
    case Node::Kind::kMap:
      value.mutable_map_value();
      for (const Entry& entry : node.entries) {
        v1::CelMap::Entry& added = *value.mutable_map_value()->add_entries();
        *added.mutable_key() = ToCelValue(entry.key);
        *added.mutable_value() = ToValue(entry.value);
      }
      return value;
    case Node::Kind::kScalar:
      break;
  }
  double number = 0;
  if (node.IsNull()) {
    value.set_null_value(google::protobuf::NULL_VALUE);
    return value;
  }
  if (node.quoted) return ToCelValue(node.text);
  if (const std::optional<bool> truth = ReadBool(node.text)) return ToCelValue(*truth);
  if (ReadNumber(node.text, &number)) return NumberValue(node.text, number);
  return ToCelValue(node.text);
}

// Deeper documents would be refused as values, with no place to point at.
constexpr ReadOptions kPlain{.max_depth = 30};

}  // namespace

std::optional<v1::CelValue> ReadPlainInput(const std::string& file) {
  const absl::StatusOr<std::string> bytes = ReadFile(file);
  if (!bytes.ok()) {
    ComplainOf(bytes.status());
    return std::nullopt;
  }
  const Format format = FormatOf(file, *bytes);
  if (format == Format::kTextproto || format == Format::kBinary) {
    Complain(StrCat("error: ", Printable(file), ": is no YAML or JSON\n",
                    "  help: say by --type what message it is"));
    return std::nullopt;
  }
  const DocumentResult read = ReadDocument(*bytes, format, file, kPlain);
  if (!read.issues.empty()) Complain(ToText(read.issues));
  if (read.document == nullptr) return std::nullopt;
  return ToValue(read.document->root);
}

std::optional<Variable> ReadVariable(const std::string& text, const CelEnvironment& environment) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) {
    Complain(StrCat("error: --var: `", Printable(text), "` has no value\n",
                    "  help: write `name=VALUE`, or `name:type=VALUE`"));
    return std::nullopt;
  }
  const std::string declaration = text.substr(0, equals), written = text.substr(equals + 1);
  const size_t colon = declaration.find(':');
  Variable variable{.name = declaration.substr(0, colon)};
  if (colon != std::string::npos) variable.type = declaration.substr(colon + 1);
  const std::string label = StrCat("--var ", variable.name);
  CelCompiled compiled = environment.Compile(written);
  if (!compiled.expression.has_value()) {
    const DocumentResult json = ReadDocument(written, Format::kJson, label, kPlain);
    if (json.document != nullptr) {
      if (variable.type.empty()) variable.type = "dyn";
      variable.value = ToValue(json.document->root);
      return variable;
    }
    for (Issue& issue : compiled.issues) issue.file = label;
    compiled.issues.back().help =
        "a value is an expression without variables, or JSON; a text "
        "needs quotes of its own: 'name=\"text\"'";
    Complain(ToText(compiled.issues));
    return std::nullopt;
  }
  const v1::CelResult result = compiled.expression->Evaluate();
  if (!result.has_value()) {
    Complain(StrCat(label, ": error: ", result.error().message()));
    return std::nullopt;
  }
  if (variable.type.empty()) variable.type = compiled.expression->type();
  variable.value = result.value();
  return variable;
}

}  // namespace changepolicy::cli
