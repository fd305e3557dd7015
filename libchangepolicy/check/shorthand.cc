#include "libchangepolicy/check/shorthand.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace changepolicy {

namespace {

Node* FindIn(Node* map, std::string_view key) {
  for (Entry& entry : map->entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

// A scalar becomes a list of one.
void MakeList(Node* node) {
  if (node->kind != Node::Kind::kScalar || node->IsNull()) return;
  Node list{.kind = Node::Kind::kList, .offset = node->offset};
  list.items.push_back(std::move(*node));
  *node = std::move(list);
}

// A scalar becomes a map with it as its only entry.
void MakeMap(Node* node, std::string_view key) {
  if (node->kind != Node::Kind::kScalar || node->IsNull()) return;
  Node map{.kind = Node::Kind::kMap, .offset = node->offset};
  Entry entry{.key = std::string(key), .offset = node->offset, .value = std::move(*node)};
  map.entries.push_back(std::move(entry));
  *node = std::move(map);
}

// One group of distinctness may be written without brackets. Documents have a bounded depth.
void ExpandRequirement(Node* needs) {
  if (needs == nullptr || needs->kind != Node::Kind::kMap) return;
  if (Node* const distinct = FindIn(needs, "distinct")) MakeList(distinct);
  Node* const some_of = FindIn(needs, "some_of");
  for (Node* const list : {FindIn(needs, "all"), FindIn(needs, "any"),
                           some_of == nullptr ? nullptr : FindIn(some_of, "among")}) {
    if (list == nullptr) continue;
    for (Node& below : list->items) ExpandRequirement(&below);
  }
}

void ExpandElement(Node* element) {
  if (element->kind != Node::Kind::kMap) return;
  for (Entry& entry : element->entries) {
    if (entry.key == "clause" && entry.value.kind == Node::Kind::kScalar &&
        element->Find("clauses") == nullptr) {
      entry.key = "clauses";
    }
    if (entry.key == "clauses" || entry.key == "at" || entry.key == "subjects" ||
        entry.key == "supplied_by" || entry.key == "supplied_by_parts") {
      MakeList(&entry.value);
    }
    if (entry.key == "needs") ExpandRequirement(&entry.value);
  }
}

// A step stands at one transition, and may come from one state.
void ExpandStep(Node* step) {
  if (step->kind != Node::Kind::kMap) return;
  for (Entry& entry : step->entries) {
    if (entry.key == "clause" && entry.value.kind == Node::Kind::kScalar &&
        step->Find("clauses") == nullptr) {
      entry.key = "clauses";
    }
    if (entry.key == "clauses" || entry.key == "from") MakeList(&entry.value);
  }
}

void ExpandList(Node* list) {
  if (list == nullptr) return;
  for (Node& element : list->items) ExpandElement(&element);
}

}  // namespace

void ExpandShorthand(Node* policy) {
  static constexpr std::array<std::string_view, 11> kLists = {
      "categories", "priorities", "approvals", "gates",    "obligations", "lints",
      "invariants", "overrides",  "branching", "criteria", "documents"};
  for (const std::string_view list : kLists) ExpandList(FindIn(policy, list));
  if (Node* const risk = FindIn(policy, "risk")) {
    ExpandList(FindIn(risk, "factors"));
    ExpandList(FindIn(risk, "questionnaire"));
  }
  if (Node* const life = FindIn(policy, "life_cycle")) {
    for (Node* const list : {FindIn(life, "changes"), FindIn(life, "releases")}) {
      if (list == nullptr) continue;
      for (Node& step : list->items) ExpandStep(&step);
    }
  }
  if (Node* const separation = FindIn(policy, "separation")) {
    ExpandElement(separation);
    ExpandList(FindIn(separation, "pairs"));
  }
  for (const std::string_view section : {"exceptions", "personal_data"}) {
    if (Node* const found = FindIn(policy, section)) ExpandElement(found);
  }
  if (Node* const audit = FindIn(policy, "audit")) ExpandList(FindIn(audit, "tests"));
  if (Node* const roles = FindIn(policy, "roles")) {
    for (Node& role : roles->items) MakeMap(&role, "id");
  }
  if (Node* const definitions = FindIn(policy, "definitions")) {
    for (Entry& definition : definitions->entries) MakeMap(&definition.value, "is");
  }
  if (Node* const clauses = FindIn(policy, "clauses")) {
    for (Entry& clause : clauses->entries) MakeMap(&clause.value, "title");
  }
}

}  // namespace changepolicy
