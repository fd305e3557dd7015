// Our conditions (cel_conditions.h) on the published scenarios: the host looks up what is said of
// principal and resource, and asks whether a policy forbids it, and then whether one permits it.
// Usage: rivals_published FOLDER SECONDS. README.md says what the rows mean.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/rivals/rows.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel_conditions.h"

namespace changepolicy::rivals {
namespace {

struct Access {
  CelInput facts;
  bool allowed = false;
};

struct Policies {
  CelConditions permits;
  CelConditions forbids;
};

// Texts, bools, integers, lists of texts, and maps from texts to bools.
v1::CelValue ToValue(const google::protobuf::Value& from) {
  v1::CelValue value;
  switch (from.kind_case()) {
    case google::protobuf::Value::kBoolValue:
      return ToCelValue(from.bool_value());
    case google::protobuf::Value::kNumberValue:
      return ToCelValue(static_cast<int64_t>(from.number_value()));
    case google::protobuf::Value::kStringValue:
      return ToCelValue(from.string_value());
    case google::protobuf::Value::kListValue:
      value.mutable_list_value();
      for (const auto& one : from.list_value().values()) {
        *value.mutable_list_value()->add_values() = ToValue(one);
      }
      return value;
    case google::protobuf::Value::kStructValue:
      value.mutable_map_value();
      for (const auto& [key, one] : from.struct_value().fields()) {
        auto* entry = value.mutable_map_value()->add_entries();
        *entry->mutable_key() = ToCelValue(key);
        *entry->mutable_value() = ToValue(one);
      }
      return value;
    default:
      Stop("a value that the scenarios do not have");
  }
}

CelConditions Conditions(std::vector<CelExpression> expressions) {
  absl::StatusOr<CelConditions> conditions = CelConditions::Create(std::move(expressions));
  if (!conditions.ok()) Stop(conditions.status().ToString());
  return *std::move(conditions);
}

Policies Load(const google::protobuf::Struct& variables,
              const std::vector<google::protobuf::Struct>& rows) {
  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create();
  if (!environment.ok()) Stop(environment.status().ToString());
  for (const auto& [name, type] : variables.fields()) {
    const absl::Status added = environment->AddVariable(name, type.string_value());
    if (!added.ok()) Stop(added.ToString());
  }
  std::vector<CelExpression> permits;
  std::vector<CelExpression> forbids;
  for (const auto& row : rows) {
    CelCompiled compiled = environment->Compile(row.fields().at("cel").string_value());
    if (!compiled.expression.has_value()) Stop(ToText(compiled.issues));
    const bool is_permit = row.fields().at("effect").string_value() == "permit";
    (is_permit ? permits : forbids).push_back(*std::move(compiled.expression));
  }
  return {Conditions(std::move(permits)), Conditions(std::move(forbids))};
}

std::vector<Access> ReadAccesses(const std::string& folder) {
  const std::string path = StrCat(folder, "/world.json");
  const auto world = ReadJson(ReadFile(path), path).struct_value();
  const auto& things = world.fields().at("things").struct_value().fields();
  const auto& ancestors = world.fields().at("ancestors").struct_value().fields();
  std::vector<Access> accesses;
  for (const auto& row : ReadLines(StrCat(folder, "/requests.jsonl"))) {
    Access& access = accesses.emplace_back();
    access.allowed = row.fields().at("allowed").bool_value();
    access.facts.Set("action", row.fields().at("action").string_value());
    for (const std::string side : {"principal", "resource"}) {
      const std::string& name = row.fields().at(side).string_value();
      access.facts.Set(StrCat(side, ".id"), name);
      access.facts.Set(StrCat(side, ".ancestors"), ToValue(ancestors.at(name)));
      for (const auto& [fact, value] : things.at(name).struct_value().fields()) {
        access.facts.Set(StrCat(side, ".", fact), ToValue(value));
      }
    }
  }
  return accesses;
}

bool AnyApplies(const CelConditions& policies, const CelInput& facts) {
  const absl::StatusOr<bool> applies = policies.AnyHolds(facts);
  if (!applies.ok()) Stop(applies.status().ToString());
  return *applies;
}

void Run(const std::string& folder, double seconds) {
  const auto scenario = ReadLines(StrCat(folder, "/scenario.json")).at(0);
  const std::string path = StrCat(folder, "/variables.json");
  const auto variables = ReadJson(ReadFile(path), path).struct_value();
  const auto rows = ReadLines(StrCat(folder, "/policies.jsonl"));
  const Loading loading;
  const Policies policies = Load(variables, rows);
  const std::string loaded = loading.Fields();
  const std::vector<Access> accesses = ReadAccesses(folder);
  const std::string measured = Measure(accesses.size(), seconds, [&](size_t number, bool compare) {
    const Access& access = accesses[number];
    const bool allowed =
        !AnyApplies(policies.forbids, access.facts) && AnyApplies(policies.permits, access.facts);
    if (compare && allowed != access.allowed) Stop(StrCat("another answer to ", number));
  });
  std::cout << StrCat(R"({"engine":"libchangepolicy","version":")", CHANGEPOLICY_VERSION,
                      R"(","scenario":")", scenario.fields().at("application").string_value(), " ",
                      scenario.fields().at("size").number_value(), R"(","policies":)", rows.size(),
                      ",", measured, ",", loaded, "}")
            << std::endl;
}

}  // namespace
}  // namespace changepolicy::rivals

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: rivals_published FOLDER SECONDS\n";
    return 3;
  }
  changepolicy::rivals::Run(argv[1], std::atof(argv[2]));
}
