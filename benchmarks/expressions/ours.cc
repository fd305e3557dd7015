// Our expressions (cel.h) on the table of cases.json. Usage: expressions_ours cases.json SECONDS;
// 0 seconds only check the answers. README.md says what is measured.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/expressions/measure.h"
#include "benchmarks/rivals/rows.h"
#include "expressions/request.pb.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel.h"

namespace changepolicy::expressions {
namespace {

using rivals::Stop;

CelEnvironment Environment() {
  absl::StatusOr<CelEnvironment> environment =
      CelEnvironment::Create({.container = "changepolicy.benchmarks"});
  if (!environment.ok()) Stop(environment.status().ToString());
  return *std::move(environment);
}

CelExpression Compile(const CelEnvironment& environment, const std::string& text) {
  CelCompiled compiled = environment.Compile(text);
  if (!compiled.expression.has_value()) Stop(ToText(compiled.issues));
  return *std::move(compiled.expression);
}

v1::CelValue ValueOf(const std::string& text) {
  v1::CelResult result = Compile(Environment(), text).Evaluate();
  if (!result.has_value()) Stop(result.ShortDebugString());
  return std::move(*result.mutable_value());
}

// A message of ours as itself, whatever else as a value.
void Give(const std::string& name, const v1::CelValue& value, CelInput* input) {
  if (!value.has_object_value()) {
    input->Set(name, value);
    return;
  }
  const std::string& url = value.object_value().type_url();
  const auto message = CelSchema().New(url.substr(url.rfind('/') + 1));
  if (!message.ok() || !value.object_value().UnpackTo(message->get())) Stop(url);
  input->Set(name, **message);
}

struct Case {
  std::string name;
  CelExpression expression;
  CelInput input;
  std::string expected;  // as CEL writes it; empty for an error
};

Case Read(const google::protobuf::Struct& row) {
  CelEnvironment environment = Environment();
  CelInput input;
  const auto& fields = row.fields();
  if (const auto variables = fields.find("variables"); variables != fields.end()) {
    for (const auto& [name, variable] : variables->second.struct_value().fields()) {
      const auto& type_and_value = variable.list_value();
      const absl::Status added =
          environment.AddVariable(name, type_and_value.values(0).string_value());
      if (!added.ok()) Stop(added.ToString());
      Give(name, ValueOf(type_and_value.values(1).string_value()), &input);
    }
  }
  const auto expect = fields.find("expect");
  const std::string expected = expect == fields.end() ? "true" : expect->second.string_value();
  return {fields.at("name").string_value(), Compile(environment, fields.at("cel").string_value()),
          std::move(input), expected == "error" ? "" : ToText(ValueOf(expected))};
}

void Check(const Case& asked) {
  const v1::CelResult result = asked.expression.Evaluate(asked.input);
  const std::string answer = result.has_value() ? ToText(result.value()) : "";
  if (answer != asked.expected || result.has_unknown()) {
    Stop(StrCat(asked.name, ": another answer: ", result.ShortDebugString()));
  }
}

// As a host asks: for a bool where it is one, else for whatever it is.
double Time(const Case& asked, double seconds) {
  size_t answers = 0;
  char block[1024];
  google::protobuf::Arena arena(block, sizeof block);
  const bool is_bool = asked.expression.type() == "bool";
  const double nanoseconds = MedianNanoseconds(seconds, [&] {
    if (is_bool) {
      answers += asked.expression.EvaluateBool(asked.input).ok() ? 1 : 0;
    } else {
      auto* const result = google::protobuf::Arena::CreateMessage<v1::CelResult>(&arena);
      answers += asked.expression.Answer(asked.input, result).has_value() ? 1 : 0;
      arena.Reset();
    }
  });
  if ((answers > 0) == asked.expected.empty()) Stop(StrCat(asked.name, ": another answer"));
  return nanoseconds;
}

void Run(const std::string& path, double seconds) {
  const auto table = rivals::ReadJson(rivals::ReadFile(path), path).list_value();
  for (const auto& row : table.values()) {
    const Case asked = Read(row.struct_value());
    Check(asked);
    std::cout << StrCat(R"({"name":")", asked.name, R"(")");
    if (seconds > 0) std::cout << R"(,"ns":)" << Time(asked, seconds);
    std::cout << "}" << std::endl;
  }
}

}  // namespace
}  // namespace changepolicy::expressions

int main(int argc, char** argv) {
  // Linked, so that its messages are known.
  changepolicy::benchmarks::Request::descriptor();
  if (argc != 3) {
    std::cerr << "usage: expressions_ours cases.json SECONDS\n";
    return 3;
  }
  changepolicy::expressions::Run(argv[1], std::atof(argv[2]));
}
