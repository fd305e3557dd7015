// Messages validated by our expressions (cel.h), by the table of validation.json: each rule is an
// expression over the message. Usage: expressions_validation validation.json SECONDS; 0 seconds
// only check the answers. README.md says what is measured.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/expressions/measure.h"
#include "benchmarks/rivals/rows.h"
#include "expressions/request.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel.h"

namespace changepolicy::expressions {
namespace {

using rivals::Stop;
using Object = google::protobuf::Map<std::string, google::protobuf::Value>;

struct Rule {
  std::string id;
  CelExpression holds;
};

std::vector<Rule> Compile(const std::string& type, const Object& texts) {
  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create();
  if (!environment.ok()) Stop(environment.status().ToString());
  const absl::Status added = environment->AddVariable("this", type);
  if (!added.ok()) Stop(added.ToString());
  std::vector<Rule> rules;
  for (const auto& [id, text] : texts) {
    CelCompiled compiled = environment->Compile(text.string_value());
    if (!compiled.expression.has_value()) Stop(ToText(compiled.issues));
    rules.push_back({id, *std::move(compiled.expression)});
  }
  return rules;
}

std::vector<std::string> Violated(const std::vector<Rule>& rules,
                                  const google::protobuf::Message& message, CelInput* input) {
  input->Borrow("this", &message);
  std::vector<std::string> violated;
  for (const Rule& rule : rules) {
    const absl::StatusOr<bool> holds = rule.holds.EvaluateBool(*input);
    if (!holds.ok()) Stop(StrCat(rule.id, ": ", holds.status().ToString()));
    if (!*holds) violated.push_back(rule.id);
  }
  return violated;
}

void RunCase(const Object& asked, const Object& rules, double seconds) {
  const std::string& name = asked.at("name").string_value();
  const std::string& message_name = asked.at("message").string_value();
  const std::string type = StrCat("changepolicy.benchmarks.", message_name);
  const auto message = CelSchema().New(type);
  std::string json;
  if (!message.ok() ||
      !google::protobuf::util::MessageToJsonString(asked.at("value"), &json).ok() ||
      !google::protobuf::util::JsonStringToMessage(json, message->get()).ok()) {
    Stop(name);
  }
  const std::vector<Rule> compiled = Compile(type, rules.at(message_name).struct_value().fields());
  CelInput input;
  std::vector<std::string> violated = Violated(compiled, **message, &input);
  std::sort(violated.begin(), violated.end());
  std::vector<std::string> expected;
  for (const auto& id : asked.at("violates").list_value().values()) {
    expected.push_back(id.string_value());
  }
  if (violated != expected) Stop(StrCat(name, ": another answer"));
  std::cout << StrCat(R"({"name":")", name, R"(")");
  if (seconds > 0) {
    size_t found = 0;
    const double median =
        MedianNanoseconds(seconds, [&] { found += Violated(compiled, **message, &input).size(); });
    if ((found == 0) != expected.empty()) Stop(StrCat(name, ": another answer"));
    std::cout << R"(,"ns":)" << median;
  }
  std::cout << "}" << std::endl;
}

void Run(const std::string& path, double seconds) {
  const auto table = rivals::ReadJson(rivals::ReadFile(path), path).struct_value();
  for (const auto& asked : table.fields().at("cases").list_value().values()) {
    RunCase(asked.struct_value().fields(), table.fields().at("rules").struct_value().fields(),
            seconds);
  }
}

}  // namespace
}  // namespace changepolicy::expressions

int main(int argc, char** argv) {
  // Linked, so that its messages are known.
  changepolicy::benchmarks::Order::descriptor();
  if (argc != 3) {
    std::cerr << "usage: expressions_validation validation.json SECONDS\n";
    return 3;
  }
  changepolicy::expressions::Run(argv[1], std::atof(argv[2]));
}
