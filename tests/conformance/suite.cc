#include "tests/conformance/suite.h"

#include <array>
#include <optional>
#include <utility>

#include "google/protobuf/compiler/importer.h"
#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/text_format.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/plan.h"
#include "tests/conformance/expected.h"
#include "tests/conformance/fields.h"

namespace changepolicy::conformance {

namespace {

using cel::Value;

constexpr std::string_view kSuiteProto = "cel/expr/conformance/test/simple.proto";

class Collector final : public google::protobuf::compiler::MultiFileErrorCollector,
                        public google::protobuf::io::ErrorCollector {
 public:
  void AddError(const std::string& file, int line, int column, const std::string& text) override {
    StrAppend(&errors_, file, ":", line + 1, ":", column + 1, ": ", text, "\n");
  }
  void AddError(int line, int column, const std::string& text) override {
    StrAppend(&errors_, line + 1, ":", column + 1, ": ", text, "\n");
  }
  const std::string& errors() const { return errors_; }

 private:
  std::string errors_;
};

class LoadedSchemas final : public Schemas {
 public:
  explicit LoadedSchemas(const std::string& directory)
      : files_(&tree_),
        generated_(*google::protobuf::DescriptorPool::generated_pool()),
        merged_(&files_, &generated_),
        pool_(&merged_, files_.GetValidationErrorCollector()),
        factory_(&pool_) {
    tree_.MapPath("", directory);
    files_.RecordErrorsTo(&collector_);
  }
  const google::protobuf::DescriptorPool& pool() const override { return pool_; }
  google::protobuf::MessageFactory& factory() override { return factory_; }

  // Every file of the folder is known by name of its messages only once it was loaded.
  absl::Status Load() {
    for (const std::string_view file :
         {kSuiteProto, std::string_view("cel/expr/conformance/proto2/test_all_types.proto"),
          std::string_view("cel/expr/conformance/proto2/test_all_types_extensions.proto"),
          std::string_view("cel/expr/conformance/proto3/test_all_types.proto")}) {
      if (pool_.FindFileByName(std::string(file)) == nullptr) {
        return NotFound(StrCat("cannot load ", file, ": ", collector_.errors()));
      }
    }
    return absl::OkStatus();
  }

 private:
  google::protobuf::compiler::DiskSourceTree tree_;
  google::protobuf::compiler::SourceTreeDescriptorDatabase files_;
  google::protobuf::DescriptorPoolDatabase generated_;
  google::protobuf::MergedDescriptorDatabase merged_;
  Collector collector_;
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
};

struct ProfileRow {
  std::string_view file;
  std::string_view section;
};
constexpr std::array kStrongSections = {
    ProfileRow{"enums", "strong_proto2"},
    ProfileRow{"enums", "strong_proto3"},
};

// One test.
class Case {
 public:
  Case(const Message& test, cel::EnumProfile profile, Schemas* schemas)
      : test_(test),
        context_{&schemas->pool(), &schemas->factory(), profile},
        environment_(context_.pool, context_.factory,
                     {.container = Text(test, "container"), .enums = profile}) {}

  // Empty when the test passes, otherwise what was wrong.
  std::string Run(bool never_check) {
    if (std::string problem = Declare(); !problem.empty()) return problem;
    const bool checked = !Flag(test_, "disable_check") && !never_check;
    const cel::CompileResult compiled = Compile(checked);
    const std::string wanted = Choice(test_, "result_matcher");
    const bool wants_error = wanted == "eval_error" || wanted == "any_eval_errors";
    if (!compiled.expression.has_value()) {
      if (wants_error && checked && FailsUnchecked()) return "";
      return StrCat("does not compile: ", compiled.diagnostics[0].message);
    }
    if (checked) {
      std::string problem = CheckType(*compiled.expression, wanted);
      if (!problem.empty()) return problem;
    }
    if (Flag(test_, "check_only")) return "";
    const Value value = cel::Evaluate(*compiled.expression, activation_);
    if (std::string problem = CheckPlan(*compiled.expression, value); !problem.empty()) {
      return problem;
    }
    return Compare(value, wanted, wants_error);
  }

 private:
  std::string Declare() {
    for (const Message* const declaration : All(test_, "type_env")) {
      const std::string name = Text(*declaration, "name");
      if (Choice(*declaration, "decl_kind") == "function") {
        DeclareFunction(name, Sub(*declaration, "function"));
      } else {
        (void)environment_.AddVariable(name,
                                       ToType(Sub(Sub(*declaration, "ident"), "type"), context_));
      }
    }
    for (const Message* const binding : All(test_, "bindings")) {
      const std::string name = Text(*binding, "key");
      if (environment_.variables().count(name) == 0) {
        (void)environment_.AddVariable(name, cel::Type::Dyn());
      }
      const Message& bound = Sub(*binding, "value");
      const std::string kind = Choice(bound, "kind");
      Value value = kind == "value"   ? ToValue(Sub(bound, kind), context_)
                    : kind == "error" ? Value::FromError(absl::StatusCode::kUnknown, "bound error")
                                      : Value::Unknown(NamesOf(Sub(bound, "unknown"), name));
      activation_.Set(name, std::move(value));
    }
    return "";
  }

  cel::CompileResult Compile(bool checked) const {
    return environment_.Compile(Text(test_, "expr"),
                                {.check = checked, .macros = !Flag(test_, "disable_macros")});
  }

  // A plan says the same, or leaves it to the evaluator.
  std::string CheckPlan(const cel::Expression& expression, const Value& value) const {
    const auto plan = cel::Plan::Make(expression);
    if (plan == nullptr) return "";
    std::vector<const Value*> values;
    for (const std::string& name : plan->variables()) values.push_back(activation_.Find(name));
    const std::optional<Value> told = plan->Evaluate(values);
    if (!told.has_value() || (told->type_name() == value.type_name() &&
                              told->ToString(10'000) == value.ToString(10'000))) {
      return "";
    }
    return StrCat("by a plan it is ", told->ToString(), ", otherwise ", value.ToString());
  }

  // What the checker refuses may stand for an error only where the evaluation ends in one as well,
  // and not for want of a name.
  bool FailsUnchecked() const {
    const cel::CompileResult compiled = Compile(false);
    if (!compiled.expression.has_value()) return false;
    for (size_t i = 0; i < compiled.expression->tree().nodes.size(); ++i) {
      const cel::Resolution& resolution =
          compiled.expression->ResolutionOf(static_cast<cel::NodeId>(i));
      if (resolution.kind == cel::Resolution::Kind::kUnresolved) return false;
    }
    return cel::Evaluate(*compiled.expression, activation_).is_error();
  }

  // Unknowns are named by the numbers that the suite gives them, or by their variable.
  static cel::UnknownSet NamesOf(const Message& unknown, const std::string& otherwise) {
    cel::UnknownSet names;
    const FieldDescriptor* const ids = FieldOf(unknown, "exprs");
    for (int i = 0; i < unknown.GetReflection()->FieldSize(unknown, ids); ++i) {
      names.push_back(StrCat("#", unknown.GetReflection()->GetRepeatedInt64(unknown, ids, i)));
    }
    if (names.empty() && !otherwise.empty()) names.push_back(otherwise);
    return names;
  }

  void DeclareFunction(const std::string& name, const Message& function) {
    for (const Message* const declared : All(function, "overloads")) {
      cel::Overload overload{.id = Text(*declared, "overload_id"),
                             .is_member = Flag(*declared, "is_instance_function")};
      for (const Message* const parameter : All(*declared, "params")) {
        overload.parameters.push_back(ToType(*parameter, context_));
      }
      overload.result = ToType(Sub(*declared, "result_type"), context_);
      (void)environment_.AddOverload(name, std::move(overload));
    }
  }

  std::string CheckType(const cel::Expression& expression, const std::string& wanted) {
    if (wanted != "typed_result" || !Has(Sub(test_, wanted), "deduced_type")) return "";
    const cel::Type type = ToType(Sub(Sub(test_, wanted), "deduced_type"), context_);
    if (type == expression.type()) return "";
    return StrCat("deduced ", expression.type().ToString(), ", expected ", type.ToString());
  }

  std::string Compare(const Value& actual, const std::string& wanted, bool wants_error) {
    if (wants_error) {
      return actual.is_error() ? "" : StrCat("gives ", actual.ToString(), ", expected an error");
    }
    if (wanted == "unknown") return CompareUnknown(actual, {&Sub(test_, wanted)});
    if (wanted == "any_unknowns") {
      return CompareUnknown(actual, All(Sub(test_, wanted), "unknowns"));
    }
    Value expected = Value::Bool(true);
    if (wanted == "value") expected = ToValue(Sub(test_, wanted), context_);
    if (wanted == "typed_result") {
      if (!Has(Sub(test_, wanted), "result")) return "";
      expected = ToValue(Sub(Sub(test_, wanted), "result"), context_);
    }
    if (Matches(expected, actual)) return "";
    return StrCat("gives ", actual.ToString(), ", expected ", expected.ToString());
  }

  // One of the sets; a set without numbers stands for any.
  static std::string CompareUnknown(const Value& actual, const std::vector<const Message*>& sets) {
    for (const Message* const set : sets) {
      if (!actual.is_unknown()) break;
      const Value expected = Value::Unknown(NamesOf(*set, ""));
      if (expected.unknown().empty() || expected.unknown() == actual.unknown()) return "";
    }
    return StrCat("gives ", actual.ToString(), ", expected other unknowns");
  }

  const Message& test_;
  const cel::ProtoContext context_;
  cel::Environment environment_;
  cel::Activation activation_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Schemas>> LoadSchemas(const std::string& directory) {
  auto schemas = std::make_unique<LoadedSchemas>(directory);
  CP_RETURN_IF_ERROR(schemas->Load());
  return schemas;
}

cel::EnumProfile ProfileOf(std::string_view file, std::string_view section) {
  for (const ProfileRow& row : kStrongSections) {
    if (row.file == file && row.section == section) return cel::EnumProfile::kStrong;
  }
  return cel::EnumProfile::kLegacy;
}

absl::StatusOr<FileResult> RunFile(std::string_view text, bool never_check, Schemas* schemas) {
  const auto* const type =
      schemas->pool().FindMessageTypeByName("cel.expr.conformance.test.SimpleTestFile");
  std::unique_ptr<Message> file(schemas->factory().GetPrototype(type)->New());
  Collector collector;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  if (!parser.ParseFromString(std::string(text), file.get())) {
    return InvalidArgument(StrCat("not in the suite's format: ", collector.errors()));
  }
  FileResult result{.name = Text(*file, "name")};
  for (const Message* const section : All(*file, "section")) {
    const cel::EnumProfile profile = ProfileOf(result.name, Text(*section, "name"));
    for (const Message* const test : All(*section, "test")) {
      if (never_check && Flag(*test, "check_only")) continue;
      ++result.total;
      std::string reason = Case(*test, profile, schemas).Run(never_check);
      if (reason.empty()) {
        ++result.passed;
      } else {
        result.failures.push_back(
            {Text(*section, "name"), Text(*test, "name"), Text(*test, "expr"), std::move(reason)});
      }
    }
  }
  return result;
}

}  // namespace changepolicy::conformance
