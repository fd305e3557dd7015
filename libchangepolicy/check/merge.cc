#include "libchangepolicy/check/merge.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/approval/separation.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/library_use.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// Lists whose elements are merged by id, with the field that is the id.
struct ElementList {
  std::string_view name;
  std::string_view id;
};
constexpr std::array kLists = {
    ElementList{"roles", "id"},
    ElementList{"facts", "name"},
    ElementList{"risk.factors", "id"},
    ElementList{"risk.questionnaire", "id"},
    ElementList{"categories", "id"},
    ElementList{"priorities", "id"},
    ElementList{"approvals", "id"},
    ElementList{"separation.pairs", "id"},
    ElementList{"gates", "id"},
    ElementList{"obligations", "id"},
    ElementList{"lints", "id"},
    ElementList{"invariants", "id"},
    ElementList{"overrides", "id"},
    ElementList{"not_applicable", "id"},
    ElementList{"aspects", "field"},
    ElementList{"calendar.windows", "id"},
    ElementList{"calendar.freezes", "id"},
    ElementList{"calendar.holidays", "id"},
    ElementList{"calendar.trains", "id"},
    ElementList{"life_cycle.changes", "id"},
    ElementList{"life_cycle.releases", "id"},
    ElementList{"branching", "id"},
    ElementList{"criteria", "id"},
    ElementList{"documents", "id"},
    ElementList{"evidence.sources", "id"},
    ElementList{"audit.tests", "id"},
};
// Maps by name.
constexpr std::array<std::string_view, 2> kMaps = {"clauses", "definitions"};
// Messages whose fields are replaced one by one.
constexpr std::array<std::string_view, 14> kSections = {
    "policy", "risk",     "model_trust", "separation", "exceptions",    "evidence", "text",
    "limits", "calendar", "asking",      "life_cycle", "personal_data", "audit",    "overlay"};

// The message and field that a dotted name leads to, made on the way.
std::pair<Message*, const FieldDescriptor*> Reach(Message* root, std::string_view name) {
  const size_t dot = name.find('.');
  const FieldDescriptor* const field =
      root->GetDescriptor()->FindFieldByName(std::string(name.substr(0, dot)));
  if (dot == std::string_view::npos) return {root, field};
  return Reach(root->GetReflection()->MutableMessage(root, field), name.substr(dot + 1));
}

// The same, looking only: what is not there has no elements.
std::pair<const Message*, const FieldDescriptor*> Look(const Message& root, std::string_view name) {
  const size_t dot = name.find('.');
  const FieldDescriptor* const field =
      root.GetDescriptor()->FindFieldByName(std::string(name.substr(0, dot)));
  if (dot == std::string_view::npos) return {&root, field};
  return Look(root.GetReflection()->GetMessage(root, field), name.substr(dot + 1));
}

std::string TextField(const Message& message, std::string_view name) {
  const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(std::string(name));
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// The elements of a list of a policy. Refers to it.
class Elements {
 public:
  Elements(const v1::Policy& policy, const ElementList& list) {
    std::tie(owner_, field_) = Look(policy, list.name);
    id_ = field_->message_type()->FindFieldByName(std::string(list.id));
  }

  int size() const { return owner_->GetReflection()->FieldSize(*owner_, field_); }
  std::string_view IdOf(int index) const {
    if (id_ == nullptr) return "";
    const Message& element = owner_->GetReflection()->GetRepeatedMessage(*owner_, field_, index);
    static thread_local std::string scratch;  // protobuf needs none for such fields
    return element.GetReflection()->GetStringReference(element, id_, &scratch);
  }

 private:
  const Message* owner_ = nullptr;
  const FieldDescriptor* field_ = nullptr;
  const FieldDescriptor* id_ = nullptr;
};

bool IsSection(std::string_view name) {
  return std::find(kSections.begin(), kSections.end(), name) != kSections.end();
}

class Merger {
 public:
  Merger(const std::vector<PolicyDocument>& documents, Issues* issues)
      : documents_(documents), issues_(*issues) {}

  MergedPolicy Run() {
    merged_.origins.SetDocuments(&documents_);
    merged_.policy = documents_[0].policy;
    for (const v1::Gate& gate : merged_.policy.gates()) {
      if (gate.applies_if().empty()) standing_.insert(gate.at().begin(), gate.at().end());
    }
    AddOrigins(documents_[0]);
    CheckDuplicates();
    merged_.policy.mutable_policy()->clear_libraries();
    AddLibraries(documents_[0]);
    for (size_t i = 1; i < documents_.size(); ++i) LayOver(documents_[i]);
    merged_.policy.clear_overlay();
    merged_.policy.clear_remove();
    return std::move(merged_);
  }

 private:
  void Report(std::string_view id, std::string message, std::string help,
              std::string_view element) {
    issues_.push_back(merged_.origins.MakeIssue(id, std::move(message), std::move(help), element));
  }

  void ReportIn(const PolicyDocument& document, std::string_view id, std::string message,
                std::string help, const std::string& path) {
    const Node* const node = document.map.Find(path);
    issues_.push_back(
        document.document->MakeIssue(id, std::move(message), std::move(help), path,
                                     node == nullptr ? document.document->root : *node));
  }

  // An element twice in one document.
  void CheckDuplicates() {
    for (const PolicyDocument& document : documents_) {
      for (const ElementList& list : kLists) {
        const Elements elements(document.policy, list);
        std::unordered_set<std::string_view> seen;
        for (int i = 0; i < elements.size(); ++i) {
          const std::string_view id = elements.IdOf(i);
          if (id.empty()) {
            ReportIn(document, "missing-id",
                     StrCat("an element of `", list.name, "` has no `", list.id, "`"),
                     "give it one of its own", StrCat(list.name, "[", i, "]"));
          } else if (!seen.insert(id).second) {
            ReportIn(document, "duplicate-id",
                     StrCat("`", id, "` stands twice in `", list.name, "`"), "rename one of them",
                     StrCat(list.name, "[", i, "].", list.id));
          }
        }
      }
    }
  }

  // A misspelt name gives way to the one that was meant, so that its users are not blamed.
  std::vector<std::string> LibrariesOf(const PolicyDocument& document) {
    const auto& names = document.policy.policy().libraries();
    std::vector<std::string> libraries(names.begin(), names.end());
    for (const cel::LibraryMistake& mistake : cel::FindLibraryMistakes(libraries)) {
      ReportIn(document, mistake.id, mistake.message, mistake.help,
               StrCat("policy.libraries[", mistake.index, "]"));
      if (!mistake.meant.empty()) libraries[mistake.index] = mistake.meant;
    }
    return libraries;
  }

  // An overlay's libraries are added to those below it.
  void AddLibraries(const PolicyDocument& document) {
    merged_.own_libraries = LibrariesOf(document);
    auto& known = *merged_.policy.mutable_policy()->mutable_libraries();
    for (size_t i = 0; i < merged_.own_libraries.size(); ++i) {
      const std::string& name = merged_.own_libraries[i];
      if (std::count(known.begin(), known.end(), name) > 0) continue;
      if (&document != &documents_[0]) {
        // A call on a value of any type that failed, and held a gate shut, may then answer.
        if (cel::AddsToFunctions(name, {known.begin(), known.end()})) {
          RefuseUnlessStrengthening(document, OverlayChange::Kind::kAdded, "policy",
                                    StrCat("policy.libraries[", i, "]"));
        }
        Note(OverlayChange::Kind::kAdded, StrCat("policy.libraries[", name, "]"), reason_);
      }
      *known.Add() = name;
    }
  }

  void AddOrigins(const PolicyDocument& document) {
    Origins& origins = merged_.origins;
    origins.AddDocument(&document);
    const v1::Policy& policy = document.policy;
    for (int i = 0; i < policy.policy().libraries_size(); ++i) {
      origins.AddElement("policy.libraries", policy.policy().libraries(i), &document, i);
    }
    for (const ElementList& list : kLists) {
      const Elements elements(policy, list);
      for (int i = 0; i < elements.size(); ++i) {
        origins.AddElement(list.name, elements.IdOf(i), &document, i);
      }
    }
    for (const auto& [name, unused] : policy.clauses()) {
      origins.AddElement("clauses", name, &document, std::nullopt);
    }
    for (const auto& [name, unused] : policy.definitions()) {
      origins.AddElement("definitions", name, &document, std::nullopt);
    }
  }

  void LayOver(const PolicyDocument& document) {
    const v1::Overlay& overlay = document.policy.overlay();
    overlay_ = document.policy.policy().id().empty() ? document.document->file()
                                                     : document.policy.policy().id();
    reason_ = overlay.reason();
    strengthens_ = overlay.strengthens();
    if (overlay.of().empty()) {
      ReportIn(document, "overlay-of-nothing", "the overlay does not say what it is laid over",
               StrCat("write `overlay: {of: ", merged_.policy.policy().id(), ", reason: ...}`"),
               "overlay");
      return;
    }
    if (overlay.of() != merged_.policy.policy().id()) {
      ReportIn(document, "overlay-of-another",
               StrCat("the overlay is for `", overlay.of(), "`, the policy is `",
                      merged_.policy.policy().id(), "`"),
               "", "overlay.of");
    }
    if (reason_.empty()) {
      ReportIn(document, "overlay-reason", "the overlay gives no reason",
               "say in `overlay.reason` why it exists", "overlay");
    }
    AddLibraries(document);
    // What it removes goes first, so that it may put something else in its place.
    for (int i = 0; i < document.policy.remove_size(); ++i) Remove(document, i);
    for (const ElementList& list : kLists) MergeList(document, list);
    MergeMap(document, document.policy.clauses(), merged_.policy.mutable_clauses(), "clauses");
    MergeMap(document, document.policy.definitions(), merged_.policy.mutable_definitions(),
             "definitions");
    for (const std::string_view section : kSections) {
      if (section != "overlay" && section != "policy") MergeSection(document, section);
    }
    AddOrigins(document);
  }

  void Note(OverlayChange::Kind kind, std::string element, std::string reason) {
    merged_.changes.push_back({kind, overlay_, std::move(element), std::move(reason)});
  }

  // A claim to strengthen is only accepted where it is plain: new demands, and nothing else.
  // `index` is the element's in the overlay's list.
  void RefuseUnlessStrengthening(const PolicyDocument& document, OverlayChange::Kind kind,
                                 std::string_view list, const std::string& path, int index = 0) {
    if (!strengthens_) return;
    static constexpr std::array<std::string_view, 5> kDemands = {"clauses", "roles", "facts",
                                                                 "lints", "obligations"};
    const v1::Policy& policy = document.policy;
    const bool plain =
        kind == OverlayChange::Kind::kAdded &&
        (std::count(kDemands.begin(), kDemands.end(), list) > 0 ||
         (list == "gates" && HasStandingGates(policy.gates(index))) ||
         // One that keeps people from approving also leaves fewer whom a percentage is of.
         (list == "separation.pairs" &&
          !KeptFromApproving(policy.separation().pairs(index)).has_value()));
    if (plain) return;
    ReportIn(
        document, "strengthens-not-shown",
        StrCat("that the overlay strengthens is not shown for `", path, "`"),
        "an overlay that strengthens only adds gates, where others always stand, pairs of parts, "
        "lints and obligations; drop `strengthens`, or this element",
        path);
  }

  // Where no gate always stood, a new one could open what nothing decided before.
  bool HasStandingGates(const v1::Gate& gate) const {
    return std::all_of(gate.at().begin(), gate.at().end(),
                       [&](int transition) { return standing_.contains(transition); });
  }

  void Remove(const PolicyDocument& document, int index) {
    const v1::Removal& removal = document.policy.remove(index);
    const std::string path = StrCat("remove[", index, "]");
    const std::string element = StrCat(removal.from(), "[", removal.id(), "]");
    if (removal.reason().empty()) {
      ReportIn(document, "removal-reason", StrCat("`", element, "` is removed without a reason"),
               "say why in `reason`", path);
    }
    bool removed = false;
    if (removal.from() == "clauses") {
      removed = merged_.policy.mutable_clauses()->erase(removal.id()) > 0;
    } else if (removal.from() == "definitions") {
      removed = merged_.policy.mutable_definitions()->erase(removal.id()) > 0;
    } else if (const ElementList* const list = FindList(removal.from())) {
      removed = RemoveFrom(*list, removal.id());
    } else {
      std::vector<std::string_view> known(kMaps.begin(), kMaps.end());
      for (const ElementList& each : kLists) known.push_back(each.name);
      const std::string_view nearest = Nearest(removal.from(), known);
      ReportIn(document, "unknown-list", StrCat("there is no list `", removal.from(), "`"),
               nearest.empty() ? "" : StrCat("did you mean `", nearest, "`?"),
               StrCat(path, ".from"));
      return;
    }
    if (!removed) {
      ReportIn(document, "nothing-to-remove", StrCat("there is no `", element, "` to remove"), "",
               StrCat(path, ".id"));
      return;
    }
    RefuseUnlessStrengthening(document, OverlayChange::Kind::kRemoved, removal.from(), path);
    Note(OverlayChange::Kind::kRemoved, element, removal.reason());
  }

  static const ElementList* FindList(std::string_view name) {
    for (const ElementList& list : kLists) {
      if (list.name == name) return &list;
    }
    return nullptr;
  }

  bool RemoveFrom(const ElementList& list, const std::string& id) {
    const auto [owner, field] = Reach(&merged_.policy, list.name);
    const Reflection& reflection = *owner->GetReflection();
    int index = 0;
    while (index < reflection.FieldSize(*owner, field) &&
           TextField(reflection.GetRepeatedMessage(*owner, field, index), list.id) != id) {
      ++index;
    }
    if (index == reflection.FieldSize(*owner, field)) return false;
    for (int i = index; i + 1 < reflection.FieldSize(*owner, field); ++i) {
      reflection.SwapElements(owner, field, i, i + 1);
    }
    reflection.RemoveLast(owner, field);
    return true;
  }

  // Where the elements stand, by id; of several with one id the first.
  static std::map<std::string, int> PlacesOf(const Message& owner, const FieldDescriptor& field,
                                             std::string_view id_field) {
    std::map<std::string, int> places;
    for (int i = 0; i < owner.GetReflection()->FieldSize(owner, &field); ++i) {
      places.emplace(
          TextField(owner.GetReflection()->GetRepeatedMessage(owner, &field, i), id_field), i);
    }
    return places;
  }

  void MergeList(const PolicyDocument& document, const ElementList& list) {
    const auto [from, from_field] = Look(document.policy, list.name);
    // What the overlay does not have is not made below either.
    if (from->GetReflection()->FieldSize(*from, from_field) == 0) return;
    const auto [to, to_field] = Reach(&merged_.policy, list.name);
    std::map<std::string, int> places = PlacesOf(*to, *to_field, list.id);
    for (int i = 0; i < from->GetReflection()->FieldSize(*from, from_field); ++i) {
      const Message& element = from->GetReflection()->GetRepeatedMessage(*from, from_field, i);
      const std::string id = TextField(element, list.id);
      const std::string path = StrCat(list.name, "[", i, "]");
      const auto existing = places.find(id);
      const bool exists = existing != places.end();
      const auto kind = exists ? OverlayChange::Kind::kChanged : OverlayChange::Kind::kAdded;
      RefuseUnlessStrengthening(document, kind, list.name, path, i);
      Note(kind, StrCat(list.name, "[", id, "]"), reason_);
      if (exists) {
        Replace(element,
                to->GetReflection()->MutableRepeatedMessage(to, to_field, existing->second));
        continue;
      }
      places.emplace(id, to->GetReflection()->FieldSize(*to, to_field));
      to->GetReflection()->AddMessage(to, to_field)->CopyFrom(element);
      if (MoveBefore(document, to, *to_field, places, TextField(element, "before"), path)) {
        places = PlacesOf(*to, *to_field, list.id);
      }
    }
  }

  // Fields that are set in `from` take the place of those in `to`.
  static void Replace(const Message& from, Message* to) {
    std::vector<const FieldDescriptor*> fields;
    from.GetReflection()->ListFields(from, &fields);
    for (const FieldDescriptor* const field : fields) to->GetReflection()->ClearField(to, field);
    to->MergeFrom(from);
  }

  // The last element goes before the one that is named; false where it stays.
  bool MoveBefore(const PolicyDocument& document, Message* owner, const FieldDescriptor& field,
                  const std::map<std::string, int>& places, const std::string& before,
                  const std::string& path) {
    if (before.empty()) return false;
    const auto target = places.find(before);
    if (target == places.end()) {
      ReportIn(document, "unknown-before", StrCat("there is no `", before, "` to stand before"), "",
               StrCat(path, ".before"));
      return false;
    }
    const Reflection& reflection = *owner->GetReflection();
    for (int i = reflection.FieldSize(*owner, &field) - 1; i > target->second; --i) {
      reflection.SwapElements(owner, &field, i, i - 1);
    }
    return true;
  }

  template <typename Map>
  void MergeMap(const PolicyDocument& document, const Map& from, Map* to, std::string_view name) {
    std::vector<std::string> keys;
    for (const auto& [key, unused] : from) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    for (const std::string& key : keys) {
      const bool exists = to->count(key) > 0;
      const auto kind = exists ? OverlayChange::Kind::kChanged : OverlayChange::Kind::kAdded;
      RefuseUnlessStrengthening(document, kind, name, StrCat(name, "[\"", key, "\"]"));
      Note(kind, StrCat(name, "[", key, "]"), reason_);
      Replace(from.at(key), &(*to)[key]);
    }
  }

  // Fields of a section that are no lists of elements.
  void MergeSection(const PolicyDocument& document, std::string_view section) {
    const FieldDescriptor* const field =
        v1::Policy::descriptor()->FindFieldByName(std::string(section));
    const Reflection& reflection = *document.policy.GetReflection();
    if (!reflection.HasField(document.policy, field)) return;
    const Message& from = reflection.GetMessage(document.policy, field);
    Message* const to = reflection.MutableMessage(&merged_.policy, field);
    std::vector<const FieldDescriptor*> set;
    from.GetReflection()->ListFields(from, &set);
    for (const FieldDescriptor* const part : set) {
      const std::string name = StrCat(section, ".", part->name());
      if (FindList(name) != nullptr) continue;
      RefuseUnlessStrengthening(document, OverlayChange::Kind::kChanged, section, name);
      Note(OverlayChange::Kind::kChanged, name, reason_);
      std::unique_ptr<Message> only(from.New());
      only->CopyFrom(from);
      for (const FieldDescriptor* const other : set) {
        if (other != part) only->GetReflection()->ClearField(only.get(), other);
      }
      to->GetReflection()->ClearField(to, part);
      to->MergeFrom(*only);
    }
  }

  const std::vector<PolicyDocument>& documents_;
  Issues& issues_;
  MergedPolicy merged_;
  std::string overlay_, reason_;
  bool strengthens_ = false;
  std::set<int> standing_;  // transitions at which a gate of the first document always stands
};

}  // namespace

bool IsMerged(std::string_view field) {
  return IsElementList(field) || std::find(kMaps.begin(), kMaps.end(), field) != kMaps.end() ||
         IsSection(field);
}

bool IsElementList(std::string_view name) {
  return std::any_of(kLists.begin(), kLists.end(),
                     [&](const ElementList& list) { return list.name == name; });
}

void Origins::AddElement(std::string_view list, std::string_view id, const PolicyDocument* document,
                         std::optional<int> index) {
  const auto [newest, added] = elements_[list].try_emplace(id, -1);
  sources_.push_back({document, index, newest->second});
  newest->second = static_cast<int32_t>(sources_.size()) - 1;
}

// By a name like `gates[staging-tests]`.
std::optional<Origins::Element> Origins::FindElement(std::string_view name) const {
  const size_t open = name.find('[');
  if (open == std::string_view::npos || !name.ends_with(']')) return std::nullopt;
  const auto list = elements_.find(name.substr(0, open));
  if (list == elements_.end()) return std::nullopt;
  const auto found = list->second.find(name.substr(open + 1, name.size() - open - 2));
  if (found == list->second.end()) return std::nullopt;
  return Element{list->first, found->first, found->second};
}

Origins::Place Origins::Find(std::string_view element) const {
  // The element is the longest known beginning; the rest is looked for in each document that says
  // something of it, the newest first.
  std::string_view head = element;
  std::optional<Element> known = FindElement(head);
  while (!known.has_value() && !head.empty() && !IsSection(head)) {
    const size_t cut = head.find_last_of(".[");
    head = head.substr(0, cut == std::string_view::npos ? 0 : cut);
    known = FindElement(head);
  }
  const std::string_view rest = element.substr(head.size());
  Place nearest;
  // False where older documents are asked too.
  const auto look = [&](const PolicyDocument& document, std::string path, bool is_oldest) {
    const size_t own = path.size();
    path += own == 0 && rest.starts_with('.') ? rest.substr(1) : rest;
    const Node* const node = document.map.Find(path);
    if (node == nullptr) return false;
    const bool is_only = is_oldest && nearest.node == nullptr;
    const bool leads_on = !is_only && !rest.empty() &&
                          node != document.map.Find(std::string_view(path).substr(0, own));
    if (nearest.node == nullptr || leads_on) nearest = {document.document.get(), node};
    return leads_on || rest.empty();
  };
  if (!known.has_value()) {
    for (size_t i = added_.size(); i > 0; --i) {
      if (look(*added_[i - 1], std::string(head), i == 1)) break;
    }
    return nearest;
  }
  for (int32_t i = known->newest; i >= 0; i = sources_[static_cast<size_t>(i)].older) {
    const Source& source = sources_[static_cast<size_t>(i)];
    std::string path = source.index.has_value() ? StrCat(known->list, "[", *source.index, "]")
                                                : StrCat(known->list, "[\"", known->id, "\"]");
    if (look(*source.document, std::move(path), source.older < 0)) break;
  }
  return nearest;
}

bool Origins::IsMisread(std::string_view element) const {
  const Place place = Find(element);
  for (const PolicyDocument& document : *documents_) {
    if (document.document.get() != place.document || place.node == nullptr) continue;
    std::vector<size_t> offsets = {place.node->offset};
    for (const Node& item : place.node->items) offsets.push_back(item.offset);
    for (const Entry& entry : place.node->entries) {
      offsets.push_back(entry.offset);
      offsets.push_back(entry.value.offset);
    }
    for (const size_t offset : offsets) {
      const Position position = document.document->PositionAt(offset);
      if (std::find(document.misread.begin(), document.misread.end(), position) !=
          document.misread.end()) {
        return true;
      }
    }
  }
  return false;
}

Issue Origins::MakeIssue(std::string_view id, std::string message, std::string help,
                         std::string_view element) const {
  const Place place = Find(element);
  if (place.document != nullptr) {
    return place.document->MakeIssue(id, std::move(message), std::move(help), element, *place.node);
  }
  const PolicyDocument& first = documents_->front();
  return first.document->MakeIssue(id, std::move(message), std::move(help), element,
                                   first.document->root);
}

MergedPolicy Merge(const std::vector<PolicyDocument>& documents, Issues* issues) {
  return Merger(documents, issues).Run();
}

}  // namespace changepolicy
