#include "libchangepolicy/audit/seal_plan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/fact.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/personal_data.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Declared paths as a tree; each node is a field.
struct Declared {
  const Descriptor* type = nullptr;  // of the messages that the field holds
  bool whole = false;                // a path ends here
  std::set<std::string> keys;        // ... or at a key of this map
  std::map<const FieldDescriptor*, std::unique_ptr<Declared>> below;
};

bool HoldsString(const Descriptor& type, std::set<const Descriptor*>* seen) {
  if (!seen->insert(&type).second) return false;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.type() == FieldDescriptor::TYPE_STRING) return true;
    if (field.message_type() != nullptr && HoldsString(*field.message_type(), seen)) return true;
  }
  return false;
}

// Where an answer about a fact says which.
const FieldDescriptor* PathField(const Descriptor& type) {
  const std::string_view name = &type == v1::FactRead::descriptor()      ? "path"
                                : &type == v1::MissingFact::descriptor() ? "path"
                                : &type == v1::FixStep::descriptor()     ? "what"
                                : &type == v1::Parameter::descriptor()   ? "name"
                                                                         : "";
  return name.empty() ? nullptr : type.FindFieldByName(std::string(name));
}

// Paths of facts, in Decisions. A call stands among them with its arguments, like
// `people.has_role("ann", "cab")`.
bool IsFactPath(const FieldDescriptor& field) {
  if (field.file() != v1::Decision::descriptor()->file()) return false;
  return field.name() == "unknown" || field.name() == "matrix_unknown" ||
         (field.name() == "path" && &field == PathField(*field.containing_type()));
}

}  // namespace

class SealPlan::Maker {
 public:
  Maker(const v1::PersonalData& declared, SealPlan* plan)
      : people_(declared.people()), plan_(*plan) {
    for (const PersonalRoot& root : PersonalRoots()) {
      roots_[root.type].type = root.type;
    }
    for (const std::string& field : declared.fields()) Declare(ParsePersonalPath(field));
    for (auto& [unused, root] : roots_) Collect(root);
  }

  void Make() {
    for (const Descriptor* const type :
         {v1::ChangeRequest::descriptor(), v1::Release::descriptor(), v1::Directory::descriptor(),
          v1::Ledger::descriptor(), v1::Organization::descriptor(), v1::EventRecord::descriptor(),
          v1::AuditEntry::descriptor(), v1::Decision::descriptor()}) {
      plan_.roots_[type] = &At(*type, Within(*type, {}, false), false);
    }
  }

 private:
  using Nodes = std::set<const Declared*>;

  void Declare(const PersonalPath& path) {
    if (path.root == nullptr || path.fields.empty() || !path.unknown.empty()) return;
    Declared* node = &roots_[path.root];
    for (const FieldDescriptor* const field : path.fields) {
      std::unique_ptr<Declared>& below = node->below[field];
      if (below == nullptr) below = std::make_unique<Declared>();
      node = below.get();
      node->type = field->message_type();
    }
    if (path.key.empty()) {
      node->whole = true;
    } else {
      node->keys.insert(path.key);
    }
  }

  void Collect(const Declared& node) {
    if (node.type != nullptr) by_type_[node.type].insert(&node);
    for (const auto& [unused, below] : node.below) Collect(*below);
  }

  // What is declared for messages of the type, given what leads there. Paths begin anew at each
  // change and release; and of an event nobody knows whose record it is.
  Nodes Within(const Descriptor& type, Nodes nodes, bool event) const {
    if (const auto root = roots_.find(&type); root != roots_.end()) nodes.insert(&root->second);
    if (const auto all = by_type_.find(&type); event && all != by_type_.end()) {
      nodes.insert(all->second.begin(), all->second.end());
    }
    return nodes;
  }

  const SealedMessage& At(const Descriptor& type, const Nodes& nodes, bool declared) {
    const auto [known, added] = made_.emplace(std::tuple(&type, nodes, declared), nullptr);
    if (!added) return *known->second;
    SealedMessage& message = plan_.messages_.emplace_back();
    known->second = &message;  // messages may hold themselves
    message.type = &type;
    message.declared = declared;
    message.path = PathField(type);
    for (int i = 0; i < type.field_count(); ++i) {
      Nodes below;
      bool whole = declared;
      std::set<std::string, std::less<>> keys;
      for (const Declared* const node : nodes) {
        const auto found = node->below.find(type.field(i));
        if (found == node->below.end()) continue;
        below.insert(found->second.get());
        whole |= found->second->whole;
        keys.insert(found->second->keys.begin(), found->second->keys.end());
      }
      std::optional<SealedField> field = Field(*type.field(i), below, whole, std::move(keys));
      if (!field.has_value()) continue;
      message.by_name.emplace(FromAbsl(type.field(i)->name()), message.fields.size());
      message.fields.push_back(*std::move(field));
    }
    return message;
  }

  // Nothing for a field without text.
  std::optional<SealedField> Field(const FieldDescriptor& field, const Nodes& below, bool whole,
                                   std::set<std::string, std::less<>> keys) {
    SealedField sealed{.field = &field, .is_text = field.type() == FieldDescriptor::TYPE_STRING};
    const Descriptor* const type = field.message_type();
    const bool names_people = NamesPeople(field);
    if (sealed.is_text) {
      sealed.personal = (whole && !IdentifiesRecord(field)) || (people_ && names_people);
      sealed.may_name_people = field.options().GetExtension(v1::fact).may_name_people() ||
                               names_people || IsFactPath(field);
      return sealed;
    }
    std::set<const Descriptor*> seen;
    if (type == nullptr || type == v1::Erasure::descriptor() || !HoldsString(*type, &seen)) {
      return std::nullopt;
    }
    if (field.is_map()) {
      sealed.personal = whole;
      sealed.personal_names =
          whole && field.containing_type() == google::protobuf::Struct::descriptor();
      sealed.personal_keys = std::move(keys);
      if (const Descriptor* const value = type->map_value()->message_type()) {
        sealed.inside = &At(*value, {}, whole);
        if (!sealed.personal_keys.empty()) sealed.inside_personal = &At(*value, {}, true);
      }
      return sealed;
    }
    const bool event = field.containing_type() == v1::EventRecord::descriptor();
    sealed.inside = &At(*type, Within(*type, below, event), whole || (people_ && names_people));
    return sealed;
  }

  const bool people_;
  SealPlan& plan_;
  std::map<const Descriptor*, Declared> roots_;
  std::map<const Descriptor*, Nodes> by_type_;
  std::map<std::tuple<const Descriptor*, Nodes, bool>, SealedMessage*> made_;
};

SealPlan::SealPlan(const v1::PersonalData& declared) { Maker(declared, this).Make(); }

const SealedMessage* SealPlan::Find(const Descriptor& type) const {
  const auto found = roots_.find(&type);
  return found == roots_.end() ? nullptr : found->second;
}

bool SealPlan::LeadsToPersonal(std::string_view path) const {
  size_t at = std::min(path.find_first_of(".["), path.size());
  const std::string_view root = path.substr(0, at);
  // As expressions write it.
  if (root == "facts") {
    return LeadsToPersonal(StrCat("change.", path)) || LeadsToPersonal(StrCat("release.", path));
  }
  const SealedMessage* message = nullptr;
  if (root == "organization") message = Find(*v1::Organization::descriptor());
  for (const PersonalRoot& each : PersonalRoots()) {
    if (each.name == root) message = Find(*each.type);
  }
  const SealedField* field = nullptr;  // the last one
  bool personal = false;
  // The next part: a name, or what stands in brackets, which is the index of a list or the key of a
  // map.
  while (message != nullptr || field != nullptr) {
    if (at >= path.size()) return personal;
    // What is inside of a fact has no fields of the model.
    if (field == nullptr && message->type == google::protobuf::Value::descriptor()) {
      return message->declared;
    }
    const bool bracket = path[at] == '[';
    std::string_view part = path.substr(at + 1);
    if (!bracket) {
      part = part.substr(0, part.find_first_of(".["));
      at += 1 + part.size();
    } else if (part.starts_with('"')) {
      const size_t close = part.find("\"]");
      if (close == part.npos) return false;
      at += close + 3;
      part = part.substr(1, close - 1);
    } else {
      const size_t close = part.find(']');
      if (close == part.npos) return false;
      at += close + 2;
      part = part.substr(0, close);
    }
    if (field != nullptr && field->field->is_map()) {
      const bool declared = field->personal_keys.find(part) != field->personal_keys.end();
      personal = field->personal || declared;
      message = declared ? field->inside_personal : field->inside;
      field = nullptr;
    } else if (!bracket) {
      if (message == nullptr) return false;
      const auto found = message->by_name.find(part);
      if (found == message->by_name.end()) return false;
      field = &message->fields[found->second];
      personal = field->personal;
      message = field->field->is_map() ? nullptr : field->inside;
      if (message != nullptr) personal = message->declared;
    }
  }
  return personal;
}

}  // namespace changepolicy
