#include "cli/policy_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "changepolicy/v1/policy.pb.h"
#include "cli/json.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/vocabulary.h"

namespace changepolicy::cli {

std::string_view StarterPolicy() { return *BuiltinText("starter"); }

namespace {

// What carries each clause: `gate staging-tests`.
std::map<std::string, std::vector<std::string>> Carriers(const v1::Policy& policy) {
  std::map<std::string, std::vector<std::string>> carriers;
  const auto add = [&](std::string_view kind, const std::string& id, const auto& clauses) {
    for (const std::string& clause : clauses) carriers[clause].push_back(StrCat(kind, " ", id));
  };
  for (const auto& rule : policy.categories()) add("category", rule.id(), rule.clauses());
  for (const auto& rule : policy.priorities()) add("priority", rule.id(), rule.clauses());
  for (const auto& rule : policy.risk().factors()) add("factor", rule.id(), rule.clauses());
  for (const auto& rule : policy.risk().questionnaire()) add("question", rule.id(), rule.clauses());
  for (const auto& rule : policy.approvals()) add("approval", rule.id(), rule.clauses());
  for (const auto& rule : policy.gates()) add("gate", rule.id(), rule.clauses());
  for (const auto& rule : policy.obligations()) add("obligation", rule.id(), rule.clauses());
  for (const auto& rule : policy.lints()) add("lint", rule.id(), rule.clauses());
  for (const auto& rule : policy.overrides()) add("override", rule.id(), rule.clauses());
  add("exception", "accepted-risk", policy.exceptions().clauses());
  return carriers;
}

std::vector<std::string> ClauseIds(const v1::Policy& policy) {
  std::vector<std::string> ids;
  for (const auto& [id, unused] : policy.clauses()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

template <typename List>
std::string Join(const List& list, std::string_view separator) {
  std::string text;
  for (const auto& each : list) StrAppend(&text, text.empty() ? "" : separator, each);
  return text;
}

}  // namespace

std::string ClauseTable(const Policy& policy) {
  const auto carriers = Carriers(policy.proto());
  std::string table = "| clause | title | carried by | controls |\n|---|---|---|---|\n";
  for (const std::string& id : ClauseIds(policy.proto())) {
    const v1::Clause& clause = policy.proto().clauses().at(id);
    const auto found = carriers.find(id);
    const std::set<std::string> controls(clause.controls().begin(), clause.controls().end());
    StrAppend(&table, "| ", id, " | ", clause.title(), " | ",
              found == carriers.end() ? "**nothing**" : Join(found->second, ", "), " | ",
              Join(controls, ", "), " |\n");
  }
  return table;
}

std::vector<std::string> UncarriedClauses(const Policy& policy) {
  const auto carriers = Carriers(policy.proto());
  std::vector<std::string> uncarried;
  for (const std::string& id : ClauseIds(policy.proto())) {
    if (carriers.find(id) == carriers.end()) uncarried.push_back(id);
  }
  return uncarried;
}

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Struct;
using google::protobuf::Value;

Value TextValue(std::string_view text) {
  Value value;
  value.set_string_value(std::string(text));
  return value;
}

// One definition per message, referred to by name.
class Schema {
 public:
  std::string Run() {
    Struct root;
    (*root.mutable_fields())["$schema"] = TextValue("https://json-schema.org/draft/2020-12/schema");
    (*root.mutable_fields())["title"] = TextValue("A change and release policy");
    (*root.mutable_fields())["$ref"] = TextValue(Refer(*v1::Policy::descriptor()));
    while (!waiting_.empty()) {
      const Descriptor* const type = *waiting_.begin();
      waiting_.erase(waiting_.begin());
      (*definitions_.mutable_fields())[type->name()] = MessageSchema(*type);
    }
    *(*root.mutable_fields())["$defs"].mutable_struct_value() = definitions_;
    return MessageJson(root, true);
  }

 private:
  std::string Refer(const Descriptor& type) {
    if (known_.insert(type.name()).second) waiting_.insert(&type);
    return StrCat("#/$defs/", type.name());
  }

  static Value Of(std::string_view key, std::string_view text) {
    Value value;
    (*value.mutable_struct_value()->mutable_fields())[std::string(key)] = TextValue(text);
    return value;
  }

  static Value EnumSchema(const EnumDescriptor& type) {
    const std::string prefix = cel::EnumValuePrefix(type);
    Value value;
    auto* const names =
        (*value.mutable_struct_value()->mutable_fields())["enum"].mutable_list_value();
    for (int i = 0; i < type.value_count(); ++i) {
      if (type.value(i)->number() == 0) continue;
      std::string name = type.value(i)->name();
      if (name.starts_with(prefix)) name.erase(0, prefix.size());
      names->add_values()->set_string_value(name);
    }
    return value;
  }

  Value Singular(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return Of("type", "boolean");
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumSchema(*field.enum_type());
      case FieldDescriptor::CPPTYPE_STRING: {
        // YAML reads 1.0 as a number where a text is meant; the loader takes it as written.
        Value value;
        auto* const types =
            (*value.mutable_struct_value()->mutable_fields())["type"].mutable_list_value();
        for (const std::string_view type : {"string", "number", "boolean"}) {
          types->add_values()->set_string_value(std::string(type));
        }
        return value;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field.message_type()->file()->package() != "changepolicy.v1") {
          return Of("type", "string");  // an instant or a duration
        }
        return Of("$ref", Refer(*field.message_type()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return Of("type", "number");
      default:
        return Of("type", "integer");
    }
  }

  Value FieldSchema(const FieldDescriptor& field) {
    if (field.is_map()) {
      Value value = Of("type", "object");
      Value& entries = (*value.mutable_struct_value()->mutable_fields())["additionalProperties"];
      Value* const forms = &(*entries.mutable_struct_value()->mutable_fields())["anyOf"];
      *forms->mutable_list_value()->add_values() = Singular(*field.message_type()->map_value());
      *forms->mutable_list_value()->add_values() = Of("type", "string");
      return value;
    }
    if (!field.is_repeated()) return Singular(field);
    Value value = Of("type", "array");
    Value items = Singular(field);
    if (field.name() == "roles" && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Value either;
      auto* const forms =
          (*either.mutable_struct_value()->mutable_fields())["anyOf"].mutable_list_value();
      *forms->add_values() = items;
      *forms->add_values() = Of("type", "string");
      items = either;
    }
    (*value.mutable_struct_value()->mutable_fields())["items"] = items;
    if (field.name() == "at" || field.name() == "subjects" || field.name() == "clauses") {
      // One may stand without brackets.
      Value either;
      auto* const forms =
          (*either.mutable_struct_value()->mutable_fields())["anyOf"].mutable_list_value();
      *forms->add_values() = value;
      *forms->add_values() = items;
      return either;
    }
    return value;
  }

  Value MessageSchema(const Descriptor& type) {
    Value schema = Of("type", "object");
    auto& fields = *schema.mutable_struct_value()->mutable_fields();
    fields["additionalProperties"].set_bool_value(false);
    auto& properties = *fields["properties"].mutable_struct_value()->mutable_fields();
    for (int i = 0; i < type.field_count(); ++i) {
      properties[type.field(i)->name()] = FieldSchema(*type.field(i));
      if (type.field(i)->name() == "clauses" && type.field(i)->is_repeated() &&
          !type.field(i)->is_map()) {
        properties["clause"] = Of("type", "string");
      }
    }
    return schema;
  }

  Struct definitions_;
  std::set<std::string> known_;
  struct ByName {
    bool operator()(const Descriptor* a, const Descriptor* b) const {
      return a->full_name() < b->full_name();
    }
  };
  std::set<const Descriptor*, ByName> waiting_;
};

}  // namespace

std::string PolicySchema() { return Schema().Run(); }

std::string LanguageReference() {
  std::string text = "| variable | type | known after | meaning |\n|---|---|---|---|\n";
  for (const VariableEntry& variable : Variables()) {
    StrAppend(&text, "| `", variable.name, "` | ", variable.type, " | ", Name(variable.stratum),
              " | ", variable.doc, " |\n");
  }
  StrAppend(&text, "\n| function | known after | meaning |\n|---|---|---|\n");
  for (const FunctionEntry& function : DomainFunctions()) {
    StrAppend(&text, "| `", function.signature, "` | ", Name(function.stratum), " | ", function.doc,
              " |\n");
  }
  return text;
}

namespace {

std::string Escape(std::string_view text) {
  return absl::StrReplaceAll(
      ToAbsl(text),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"\n", "&#10;"}});
}

}  // namespace

std::string JUnit(const std::vector<SuiteResult>& suites) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const SuiteResult& suite : suites) {
    const auto failures =
        std::count_if(suite.cases.begin(), suite.cases.end(),
                      [](const CaseResult& each) { return !each.differences.empty(); });
    StrAppend(&xml, "  <testsuite name=\"", Escape(suite.title), "\" tests=\"", suite.cases.size(),
              "\" failures=\"", failures, "\" errors=\"", HasErrors(suite.issues) ? 1 : 0, "\">\n");
    if (HasErrors(suite.issues)) {
      StrAppend(&xml, "    <testcase name=\"(suite)\"><error message=\"",
                Escape(ToText(suite.issues)), "\"/></testcase>\n");
    }
    for (const CaseResult& each : suite.cases) {
      StrAppend(&xml, "    <testcase name=\"", Escape(each.name), "\"");
      if (each.differences.empty()) {
        StrAppend(&xml, "/>\n");
      } else {
        StrAppend(&xml, "><failure message=\"", Escape(Join(each.differences, "; ")),
                  "\"/></testcase>\n");
      }
    }
    StrAppend(&xml, "  </testsuite>\n");
  }
  return xml + "</testsuites>\n";
}

}  // namespace changepolicy::cli
