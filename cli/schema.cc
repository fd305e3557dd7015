#include "cli/schema.h"

#include <set>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "cli/comments.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "nlohmann/json.hpp"

namespace changepolicy::cli {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::ordered_json;

// One definition per message, referred to by name, in the order in which they are met.
class Schema {
 public:
  std::string Run() {
    Refer(*v1::Policy::descriptor());
    Json definitions = Json::object();
    for (size_t i = 0; i < types_.size(); ++i) definitions[types_[i]->name()] = Of(*types_[i]);
    const Json root = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"title", "A change and release policy"},
                       {"$ref", "#/$defs/Policy"},
                       {"$defs", std::move(definitions)}};
    return root.dump(1);
  }

 private:
  Json Refer(const Descriptor& type) {
    if (known_.insert(&type).second) types_.push_back(&type);
    return {{"$ref", StrCat("#/$defs/", type.name())}};
  }

  static Json Values(const EnumDescriptor& type) {
    Json names = Json::array();
    for (int i = 0; i < type.value_count(); ++i) {
      if (type.value(i)->number() == 0) continue;
      names.push_back(ShortName(*type.value(i)));
    }
    return {{"enum", std::move(names)}};
  }

  static Json Libraries() {
    Json names = Json::array();
    for (const cel::Library& library : cel::Libraries()) {
      if (library.name != cel::kStandardLibrary) names.push_back(std::string(library.name));
    }
    return {{"enum", std::move(names)}};
  }

  Json Singular(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::CPPTYPE_ENUM:
        return Values(*field.enum_type());
      case FieldDescriptor::CPPTYPE_STRING:
        // YAML reads 1.0 as a number where a text is meant; the loader takes it as written.
        return {{"type", {"string", "number", "boolean"}}};
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field.message_type()->file()->package() != "changepolicy.v1") {
          return {{"type", "string"}};  // an instant or a duration
        }
        return Refer(*field.message_type());
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return {{"type", "number"}};
      default:
        return {{"type", "integer"}};
    }
  }

  Json Of(const FieldDescriptor& field) {
    const Json text = {{"type", "string"}};
    if (field.is_map()) {
      // A definition may be its expression alone, a clause its title.
      const Json entry = Singular(*field.message_type()->map_value());
      return {{"type", "object"}, {"additionalProperties", {{"anyOf", {entry, text}}}}};
    }
    if (!field.is_repeated()) return Singular(field);
    Json items = field.full_name() == "changepolicy.v1.PolicyHeader.libraries" ? Libraries()
                                                                               : Singular(field);
    if (field.name() == "roles" && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      items = {{"anyOf", {items, text}}};
    }
    Json list = {{"type", "array"}, {"items", items}};
    if (field.name() == "at" || field.name() == "subjects" || field.name() == "clauses") {
      // One may stand without brackets.
      return {{"anyOf", {list, items}}};
    }
    return list;
  }

  Json Of(const Descriptor& type) {
    Json properties = Json::object();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      Json schema = Of(field);
      if (const std::string comment = CommentOf(field.full_name()); !comment.empty()) {
        schema["description"] = std::string(comment);
      }
      properties[field.name()] = std::move(schema);
      if (field.name() == "clauses" && field.is_repeated() && !field.is_map()) {
        properties["clause"] = {{"type", "string"}, {"description", "The one clause it rests on."}};
      }
    }
    Json schema = {{"type", "object"}, {"additionalProperties", false}};
    if (const std::string comment = CommentOf(type.full_name()); !comment.empty()) {
      schema["description"] = std::string(comment);
    }
    schema["properties"] = std::move(properties);
    return schema;
  }

  std::vector<const Descriptor*> types_;
  std::set<const Descriptor*> known_;
};

}  // namespace

std::string PolicySchema() { return Schema().Run(); }

}  // namespace changepolicy::cli
