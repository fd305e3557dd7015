// `changepolicy cel EXPR`: the expression language by itself.
#include "libchangepolicy/cel.h"

#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/cel_inputs.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/json.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string expression;
  std::string type;
  std::string input;
  std::string as;
  std::vector<std::string> variables;
  std::vector<std::string> unknown;
  SchemaOptions schema;
  std::string container;
  std::vector<std::string> libraries;
  bool typed_enums = false;
  bool unchecked = false;
  bool test = false;
  bool type_only = false;
  bool dump = false;
  bool residual = false;
  bool cost = false;
  bool list_libraries = false;
  std::string format = "text";
};

constexpr size_t kWhole = std::numeric_limits<size_t>::max();

int Fail(std::string_view message) {
  Complain(StrCat("error: ", message));
  return kBadInput;
}

// ---- --list-libraries

int ListLibraries(bool json) {
  std::string text;
  for (const CelLibrary& library : CelLibraries()) {
    if (json) {
      StrAppend(&text, text.empty() ? "[" : ",", "{\"name\":", Quoted(library.name),
                ",\"doc\":", Quoted(library.doc), ",\"functions\":[");
    } else {
      StrAppend(&text, text.empty() ? "" : "\n", library.name, ": ", library.doc, "\n");
    }
    const char* separator = "";
    for (const CelLibrary::Function& function : library.functions) {
      if (json) {
        StrAppend(&text, separator, "{\"signature\":", Quoted(function.signature),
                  ",\"doc\":", Quoted(function.doc), "}");
        separator = ",";
      } else {
        StrAppend(&text, "  ", function.signature, "\n");
        if (!function.doc.empty()) StrAppend(&text, "      ", function.doc, "\n");
      }
    }
    if (json) text += "]}";
  }
  std::cout << text << (json ? "]\n" : "");
  return 0;
}

// ---- The expression and what it is about

struct Text {
  std::string name;
  std::string text;
};

std::optional<Text> ReadExpression(const std::string& argument) {
  const bool is_file = argument.starts_with('@');
  if (!is_file && argument != "-") return Text{"expression", argument};
  const std::string file = is_file ? argument.substr(1) : argument;
  absl::StatusOr<std::string> text = ReadFile(file);
  if (!text.ok()) {
    Fail(FromAbsl(text.status().message()));
    return std::nullopt;
  }
  return Text{is_file ? file : "standard input", *std::move(text)};
}

// An environment with its variables, and their values.
struct Subject {
  CelSchema schema;
  CelEnvironment environment;
  CelInput input;
};

bool DeclareMessage(const Options& options, Subject* subject) {
  const std::unique_ptr<google::protobuf::Message> message =
      NewMessage(subject->schema, options.type);
  if (message == nullptr) return false;
  const absl::Status declared = options.as.empty()
                                    ? subject->environment.AddFields(options.type)
                                    : subject->environment.AddVariable(options.as, options.type);
  if (!declared.ok()) {
    Fail(StrCat("--type: ", FromAbsl(declared.message())));
    return false;
  }
  if (options.input.empty()) return true;
  if (!ReadInput(options.input, message.get())) return false;
  if (options.as.empty()) {
    subject->input.SetFields(*message);
  } else {
    subject->input.Set(options.as, *message);
  }
  return true;
}

bool DeclarePlain(const Options& options, Subject* subject) {
  std::optional<v1::CelValue> value = ReadPlainInput(options.input);
  if (!value.has_value()) return false;
  const std::string name = options.as.empty() ? "input" : options.as;
  const absl::Status declared = subject->environment.AddVariable(name, "dyn");
  if (!declared.ok()) {
    Fail(StrCat("--as: ", FromAbsl(declared.message())));
    return false;
  }
  subject->input.Set(name, *std::move(value));
  return true;
}

// Values are read before anything is declared, so that none refers to another.
bool DeclareVariables(const Options& options, Subject* subject) {
  std::vector<Variable> variables;
  for (const std::string& text : options.variables) {
    std::optional<Variable> variable = ReadVariable(text, subject->environment);
    if (!variable.has_value()) return false;
    variables.push_back(*std::move(variable));
  }
  if (!options.type.empty() && !DeclareMessage(options, subject)) return false;
  if (options.type.empty() && !options.input.empty() && !DeclarePlain(options, subject)) {
    return false;
  }
  for (Variable& variable : variables) {
    const absl::Status declared = subject->environment.AddVariable(variable.name, variable.type);
    if (!declared.ok()) {
      Fail(StrCat("--var: ", FromAbsl(declared.message())));
      return false;
    }
    subject->input.Set(variable.name, std::move(variable.value));
  }
  for (const std::string& path : options.unknown) subject->input.SetUnknown(path);
  return true;
}

std::optional<Subject> MakeSubject(const Options& options) {
  std::optional<CelSchema> schema = LoadSchema(options.schema);
  if (!schema.has_value()) return std::nullopt;
  CelOptions environment_options{
      .container = options.container, .typed_enums = options.typed_enums, .schema = *schema};
  if (!options.libraries.empty()) environment_options.libraries = options.libraries;
  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create(environment_options);
  if (!environment.ok()) {
    Fail(StrCat("--library: ", FromAbsl(environment.status().message()),
                "\n  help: `changepolicy cel --list-libraries` describes them"));
    return std::nullopt;
  }
  Subject subject{*std::move(schema), *std::move(environment), {}};
  if (!DeclareVariables(options, &subject)) return std::nullopt;
  return subject;
}

// ---- The answer

// The error at its place in the expression.
void ComplainOf(const v1::CelError& error, const Text& text) {
  Issue issue{.id = "cel-evaluation", .message = error.message(), .file = text.name};
  issue.position = {.line = error.line(), .column = error.column()};
  std::string_view rest = text.text;
  for (int line = 1; line < error.line(); ++line) rest.remove_prefix(rest.find('\n') + 1);
  if (error.line() > 0) issue.source_line = rest.substr(0, rest.find('\n'));
  Complain(ToText(issue));
}

int PrintJson(const v1::CelResult& result, const CelExpression& expression,
              const CelSchema& schema) {
  if (!result.has_value()) {
    // `{"error":{...}}` or `{"unknown":{"paths":[...]}}`, as the message has it.
    std::cout << MessageJson(result, false) << "\n";
    return kUndecided;
  }
  const absl::StatusOr<google::protobuf::Value> json = ToJsonValue(result.value(), schema);
  if (!json.ok()) {
    Fail(StrCat("the result has no form in JSON: ", FromAbsl(json.status().message())));
    return kUndecided;
  }
  std::cout << "{\"value\":" << MessageJson(*json, false)
            << ",\"type\":" << Quoted(expression.type()) << "}\n";
  return 0;
}

int PrintText(const v1::CelResult& result, const Text& text, const CelSchema& schema) {
  switch (result.kind_case()) {
    case v1::CelResult::kError:
      ComplainOf(result.error(), text);
      return kUndecided;
    case v1::CelResult::kUnknown: {
      std::string paths;
      for (const std::string& path : result.unknown().paths()) StrAppend(&paths, " ", path);
      std::cout << "unknown" << paths << "\n";
      return kUndecided;
    }
    default:
      std::cout << ToText(result.value(), schema, kWhole) << "\n";
      return 0;
  }
}

int Answer(const Options& options, const Text& text, const CelExpression& expression,
           const Subject& subject) {
  const v1::CelResult result = expression.Evaluate(subject.input);
  const int code = options.format == "json" ? PrintJson(result, expression, subject.schema)
                                            : PrintText(result, text, subject.schema);
  if (code != 0 || !options.test) return code;
  if (!result.value().has_bool_value()) {
    Complain(StrCat("error: --test: the expression gave no bool\n  help: compare what it gave"));
    return kUndecided;
  }
  return result.value().bool_value() ? 0 : 1;
}

// What is left, and on the next lines what it hangs on.
int PrintResidual(const CelExpression& expression, const Subject& subject) {
  const absl::StatusOr<CelResidual> residual = expression.Residual(subject.input);
  if (!residual.ok()) return Fail(FromAbsl(residual.status().message()));
  std::cout << residual->expression.text() << "\n";
  for (const std::string& path : residual->open) std::cout << "  unknown " << path << "\n";
  return residual->open.empty() ? 0 : kUndecided;
}

// What the options contradict, before anything is read.
std::string Contradiction(const Options& options) {
  if (options.expression.empty()) {
    return "an expression is expected\n  help: write one like `changepolicy cel '1 + 2'`, or give "
           "`-` or `@FILE`";
  }
  if (options.expression == "-" && options.input == "-") {
    return "the expression and --input cannot both be standard input\n  help: give one in a file";
  }
  if (!options.as.empty() && options.type.empty() && options.input.empty()) {
    return "--as names what --type or --input gives, and there is neither\n  help: add one of them";
  }
  if (!options.schema.proto_paths.empty() && options.schema.protos.empty()) {
    return "--proto-path is where --proto looks, and there is none\n  help: add --proto FILE";
  }
  const bool evaluates = !options.type_only && !options.dump && !options.cost;
  if (evaluates && !options.type.empty() && options.input.empty() && options.unknown.empty()) {
    return "--type says what the message is, and none is given\n  help: add --input FILE, or "
           "--type-only";
  }
  return "";
}

int Run(const Options& options) {
  if (options.list_libraries) return ListLibraries(options.format == "json");
  if (const std::string problem = Contradiction(options); !problem.empty()) return Fail(problem);
  const std::optional<Text> text = ReadExpression(options.expression);
  if (!text.has_value()) return kBadInput;
  const std::optional<Subject> subject = MakeSubject(options);
  if (!subject.has_value()) return kBadInput;
  CelCompiled compiled = subject->environment.Compile(text->text, {.check = !options.unchecked});
  if (!compiled.expression.has_value()) {
    for (Issue& issue : compiled.issues) issue.file = text->name;
    Complain(ToText(compiled.issues));
    return kBadInput;
  }
  const CelExpression& expression = *compiled.expression;
  if (options.type_only || options.dump || options.cost) {
    if (options.type_only) std::cout << expression.type() << "\n";
    if (options.dump) std::cout << expression.Dump() << "\n";
    if (options.cost) std::cout << expression.EstimateCost().text << "\n";
    return 0;
  }
  if (options.residual) return PrintResidual(expression, *subject);
  if (options.test && expression.type() != "bool" && expression.type() != "dyn") {
    return Fail(StrCat("--test: the expression gives `", expression.type(),
                       "`, expected `bool`\n  help: compare what it gives"));
  }
  return Answer(options, *text, expression, *subject);
}

// One value each time, so that the expression may stand behind it.
void AddEach(Command* command, const std::string& name, std::vector<std::string>* values,
             const std::string& description) {
  command->AddOption(name, values, description).OneValueEach();
}

void AddOptions(Command* command, Options* options) {
  command->AddOption("EXPR", &options->expression,
                     "the expression; - is standard input, @FILE a file");
  command->AddOption("--type", &options->type,
                     "full name of a message, whose fields are the variables");
  command->AddOption("--input", &options->input,
                     "the message: YAML, JSON, textproto or serialized; without --type a YAML or "
                     "JSON document, in the variable `input`");
  command->AddOption("--as", &options->as,
                     "the whole message or document as a variable of this name");
  AddEach(
      command, "--var", &options->variables,
      "name=VALUE or name:type=VALUE; VALUE is an expression without variables, or JSON; may be "
      "repeated, as the options below that name a file, folder, library or path");
  AddEach(command, "--unknown", &options->unknown, "a variable or field that is not known");
  AddEach(command, "--proto", &options->schema.protos, "a .proto file with messages of your own");
  AddEach(command, "--proto-path", &options->schema.proto_paths,
          "a folder in which it and its imports are found; default: its own");
  AddEach(command, "--descriptors", &options->schema.descriptors,
          "a serialized FileDescriptorSet instead");
  command->AddOption("--container", &options->container,
                     "the package in which names are looked up");
  AddEach(command, "--library", &options->libraries,
          "an extension library that may be used; default: all");
  command->AddFlag("--typed-enums", &options->typed_enums,
                   "enums are types of their own, not ints");
  command->AddFlag("--unchecked", &options->unchecked, "leave the types to the evaluation");
  command->AddFlag("--test", &options->test, "exit with 0 for true and 1 for false");
  command->AddFlag("--type-only", &options->type_only, "print the type instead of the value");
  command->AddFlag("--dump", &options->dump, "print the tree instead of the value");
  command->AddFlag("--residual", &options->residual,
                   "print what is left of the expression while something is unknown");
  command->AddFlag("--cost", &options->cost,
                   "print what it can cost at most, in the units of cel-go, with strings of up to "
                   "1,000 characters and lists and maps of up to 100 entries");
  command->AddFlag("--list-libraries", &options->list_libraries,
                   "print the libraries with their functions");
  command->AddOption("--format", &options->format, "text or json")
      .OneOf({"text", "json"})
      .ShowsDefault();
  command->Footer(
      "Exit codes: 0 a value (with --test: true), 1 --test and false, 2 unknown or an error of the "
      "evaluation, 3 bad input or an expression that does not compile");
}

}  // namespace

void AddCel(Command* app) {
  auto options = std::make_shared<Options>();
  Command* const command =
      app->AddSubcommand("cel", "Evaluate an expression, over a message or document or by itself");
  AddOptions(command, options.get());
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
