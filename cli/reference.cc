#include "cli/reference.h"

#include <set>
#include <string_view>
#include <vector>

#include "absl/strings/str_replace.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/fact.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "cli/comments.h"
#include "google/protobuf/descriptor.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/check/vocabulary.h"

namespace changepolicy::cli {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// A cell of a table: a bar would end it.
std::string Cell(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"|", "\\|"}});
}

std::string SingularType(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "bool";
    case FieldDescriptor::CPPTYPE_ENUM:
      return field.enum_type()->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return "text";
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Descriptor& type = *field.message_type();
      if (type.full_name() == "google.protobuf.Timestamp") return "instant";
      if (type.full_name() == "google.protobuf.Duration") return "duration";
      return type.name();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "number";
    default:
      return "whole number";
  }
}

std::string TypeName(const FieldDescriptor& field) {
  if (field.is_map()) {
    return StrCat("map of ", SingularType(*field.message_type()->map_value()));
  }
  return field.is_repeated() ? StrCat("list of ", SingularType(field)) : SingularType(field);
}

// What an unset field means; as eval/presence reads it.
std::string_view WorldOf(const FieldDescriptor& field) {
  switch (field.options().GetExtension(v1::fact).world()) {
    case v1::WORLD_RECORD:
      return "none";
    case v1::WORLD_PLAIN:
      return "its default";
    default:
      return "unknown";
  }
}

std::string AspectOf(const FieldDescriptor& field) {
  const v1::Aspect aspect = field.options().GetExtension(v1::fact).aspect();
  if (aspect == v1::ASPECT_UNSPECIFIED) return "";
  return v1::Aspect_Name(aspect).substr(std::string_view("ASPECT_").size());
}

// Tables of messages and enums, each once, in the order in which they are met.
class Reference {
 public:
  std::string Tables(std::string_view title, const std::vector<const Descriptor*>& roots,
                     bool facts) {
    std::string text = StrCat("### ", title, "\n\n");
    std::vector<const Descriptor*> waiting = roots;
    for (size_t i = 0; i < waiting.size(); ++i) {
      if (messages_.insert(waiting[i]).second) AddMessage(*waiting[i], facts, &waiting, &text);
    }
    return text;
  }

  std::string Enums() {
    std::string text = "### Values\n\n";
    for (const EnumDescriptor* const type : enums_in_order_) {
      StrAppend(&text, "#### ", type->name(), "\n\n", CommentOf(type->full_name()), "\n\n",
                "| value | meaning |\n|---|---|\n");
      for (int i = 0; i < type->value_count(); ++i) {
        if (type->value(i)->number() == 0) continue;
        StrAppend(&text, "| `", ShortName(*type->value(i)), "` | ",
                  Cell(CommentOf(type->value(i)->full_name())), " |\n");
      }
      StrAppend(&text, "\n");
    }
    return text;
  }

 private:
  void AddMessage(const Descriptor& type, bool facts, std::vector<const Descriptor*>* waiting,
                  std::string* text) {
    StrAppend(text, "#### ", type.name(), "\n\n");
    if (const std::string comment = CommentOf(type.full_name()); !comment.empty()) {
      StrAppend(text, comment, "\n\n");
    }
    StrAppend(text,
              facts ? "| field | type | unset means | aspect | meaning |\n|---|---|---|---|---|\n"
                    : "| field | type | meaning |\n|---|---|---|\n");
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      StrAppend(text, "| `", field.name(), "` | ", TypeName(field), " | ");
      if (facts) StrAppend(text, WorldOf(field), " | ", AspectOf(field), " | ");
      StrAppend(text, Cell(CommentOf(field.full_name())), " |\n");
      const FieldDescriptor& value = field.is_map() ? *field.message_type()->map_value() : field;
      if (value.enum_type() != nullptr && enums_.insert(value.enum_type()).second) {
        enums_in_order_.push_back(value.enum_type());
      }
      if (value.message_type() != nullptr &&
          value.message_type()->file()->package() == "changepolicy.v1") {
        waiting->push_back(value.message_type());
      }
    }
    StrAppend(text, "\n");
  }

  std::set<const Descriptor*> messages_;
  std::set<const EnumDescriptor*> enums_;
  std::vector<const EnumDescriptor*> enums_in_order_;
};

std::string Expressions() {
  std::string text =
      "### Variables\n\n| variable | type | known after | meaning |\n|---|---|---|---|\n";
  for (const VariableEntry& variable : Variables()) {
    StrAppend(&text, "| `", variable.name, "` | ", variable.type, " | ", Name(variable.stratum),
              " | ", Cell(variable.doc), " |\n");
  }
  StrAppend(&text, "\n### Functions\n\n| function | known after | meaning |\n|---|---|---|\n");
  for (const FunctionEntry& function : DomainFunctions()) {
    StrAppend(&text, "| `", function.signature, "` | ", Name(function.stratum), " | ",
              Cell(function.doc), " |\n");
  }
  return text + "\n";
}

// `x.optMap(...)`, `cel.bind(...)`.
std::string FormOf(const cel::Macro& macro) {
  const std::string_view target = macro.receiver == "*" ? "x" : macro.receiver;
  return StrCat(target, target.empty() ? "" : ".", macro.name, "(...)");
}

// What the extensions of CEL add to the functions of the standard.
std::string ExtensionLibraries() {
  std::string text =
      "### Libraries\n\nExtensions of CEL. A policy names those that it uses in "
      "`policy.libraries`.\n\n";
  for (const cel::Library& library : cel::Libraries()) {
    if (library.name == cel::kStandardLibrary) continue;
    StrAppend(&text, "#### ", library.name, "\n\n", library.doc, "\n\n");
    for (const auto& [name, overload] : library.functions) {
      if (name.find('@') != std::string::npos) continue;  // a macro's own
      StrAppend(&text, "- `", overload->id, "`", overload->doc.empty() ? "" : ": ", overload->doc,
                "\n");
    }
    std::set<std::string> macros;  // some take this many arguments or that
    for (const cel::Macro& macro : library.macros) macros.insert(FormOf(macro));
    for (const std::string& macro : macros) StrAppend(&text, "- `", macro, "`, a macro\n");
    StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace

std::string LanguageReference() {
  Reference reference;
  std::string text = StrCat(Expressions(), ExtensionLibraries());
  StrAppend(&text, reference.Tables("Elements of a policy", {v1::Policy::descriptor()}, false));
  StrAppend(&text, reference.Tables("Facts of a change", {v1::ChangeRequest::descriptor()}, true));
  StrAppend(&text, reference.Tables("Facts of a release", {v1::Release::descriptor()}, true));
  StrAppend(&text,
            reference.Tables("Facts of the organization", {v1::Organization::descriptor()}, true));
  StrAppend(&text,
            reference.Tables("What is computed",
                             {v1::RiskAssessment::descriptor(), v1::CalendarAnswer::descriptor(),
                              v1::ApprovalSummary::descriptor(), v1::ModelAssessment::descriptor()},
                             false));
  StrAppend(&text, reference.Enums());
  text.pop_back();
  return text;
}

}  // namespace changepolicy::cli
