// Where the parts of a message stand: places by hand, and every path of random documents against a
// map that is filled with all of them, as slow and as plain as can be.
#include "libchangepolicy/source/source_map.h"

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/mapping.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// ---- By hand

struct Case {
  std::string_view path;
  std::string_view stands_at;  // what the document has from there to the end of the line
};

void Check(std::string_view text, Message* message, const std::vector<Case>& cases) {
  const DocumentResult read = ReadDocument(text, Format::kYaml, "d.yaml");
  ASSERT_NE(read.document, nullptr) << ToText(read.issues);
  SourceMap map;
  (void)Bind(*read.document, message, &map);
  for (const Case& each : cases) {
    const Node* const node = map.Find(each.path);
    ASSERT_NE(node, nullptr) << each.path;
    const std::string_view rest = text.substr(node->offset);
    EXPECT_EQ(rest.substr(0, rest.find('\n')), each.stands_at) << each.path;
  }
}

TEST(SourceMap, FindsFieldsItemsAndKeys) {
  v1::Policy policy;
  Check(R"(policy:
  id: here
gates:
  - id: first
    appliesIf: "true"
    at: [DEPLOY, MERGE]
    supplied_by: [qa]
  - id: second
definitions:
  urgent: {is: "false"}
  "a.b": {is: "1"}
  "a[0]": {is: "2"}
  'a"]': {is: "3"}
  'a"].is': {is: "4"}
  a: {is: "5"}
  nothing:
)",
        &policy,
        {
            {"", "policy:"},
            {"policy", "id: here"},
            {"policy.id", "here"},
            {"gates", "- id: first"},
            {"gates[0]", "id: first"},
            {"gates[0].id", "first"},
            {"gates[0].applies_if", "\"true\""},
            {"gates[0].at[1]", "MERGE]"},
            {"gates[0].supplied_by[0]", "qa]"},
            {"gates[1].id", "second"},
            {"definitions[\"urgent\"].is", "\"false\"}"},
            {"definitions[\"a.b\"]", "{is: \"1\"}"},
            {"definitions[\"a.b\"].is", "\"1\"}"},
            {"definitions[\"a[0]\"].is", "\"2\"}"},
            {"definitions[\"a\"]\"].is", "\"3\"}"},
            {"definitions[\"a\"].is\"].is", "\"4\"}"},
            {"definitions[\"a\"].is", "\"5\"}"},
        });
}

TEST(SourceMap, FallsBackToTheNearestPartAbove) {
  v1::Policy policy;
  Check(R"(policy:
  id: here
  title:
gates:
  - id: first
    at: DEPLOY
    unknown: {is: 1}
definitions:
  nothing:
  "a.b": {meaning: "1"}
separation: [1]
)",
        &policy,
        {
            {"elsewhere", "policy:"},
            {"elsewhere[3].is", "policy:"},
            {".policy", "policy:"},
            {"policy.title", "id: here"},
            {"policy.id.of", "here"},
            {"policyid", "policy:"},
            {"policy[0]", "id: here"},
            {"gates[1]", "- id: first"},
            {"gates[00]", "- id: first"},
            {"gates[+0]", "- id: first"},
            {"gates[99999999999999999999]", "- id: first"},
            {"gates[0", "- id: first"},
            {"gates[0]id", "- id: first"},
            {"gates[0].appliesIf", "id: first"},
            {"gates[0].at[0]", "DEPLOY"},
            {"gates[0].unknown.is", "id: first"},
            {"gates[first].id", "- id: first"},
            {"definitions[\"nothing\"].is", "nothing:"},
            {"definitions[\"a.b\"].is", "{meaning: \"1\"}"},
            {"definitions[\"a\"].is", "nothing:"},
            {"separation.pairs[0].id", "[1]"},
        });
}

// What was read amiss has a place all the same; what was refused has none.
TEST(SourceMap, KnowsWhatWasTaken) {
  v1::Policy policy;
  Check(R"(gates:
  - suppliedBy: []
    supplied_by: [qa, dev]
  - suppliedBy: [qa]
    supplied_by: [dev, ops]
  - suppliedBy:
    supplied_by: [ops]
  - suppliedBy: [[no]]
    supplied_by: [cab, cat]
  - appliesIf: first
    applies_if: last
)",
        &policy,
        {
            {"gates[0].supplied_by", "[]"},
            {"gates[0].supplied_by[1]", "dev]"},
            {"gates[1].supplied_by[0]", "qa]"},
            {"gates[1].supplied_by[1]", "[qa]"},
            {"gates[2].supplied_by[0]", "ops]"},
            {"gates[3].supplied_by[0]", "[no]]"},
            {"gates[3].supplied_by[1]", "cat]"},
            {"gates[4].applies_if", "first"},
        });
}

TEST(SourceMap, DoesNotEnterValues) {
  v1::ChangeRequest change;
  Check(R"(facts:
  cost: {fields: 1}
  nothing: null
schedule:
  start: {seconds: 1}
)",
        &change,
        {
            {"facts[\"cost\"].fields", "{fields: 1}"},
            {"facts[\"cost\"].struct_value", "{fields: 1}"},
            {"facts[\"nothing\"]", "null"},
            {"schedule.start.seconds", "{seconds: 1}"},
        });
}

TEST(SourceMap, FindsInLargeMaps) {
  std::string text = "definitions:\n";
  for (int i = 999; i >= 0; --i) StrAppend(&text, "  k", i, ": {is: v", i, "}\n");
  v1::Policy policy;
  Check(text, &policy,
        {{"definitions[\"k0\"].is", "v0}"},
         {"definitions[\"k500\"].is", "v500}"},
         {"definitions[\"k999\"].is", "v999}"},
         {"definitions[\"k1000\"].is", "k999: {is: v999}"}});
}

TEST(SourceMap, OfNothingFindsNothing) { EXPECT_EQ(SourceMap().Find(""), nullptr); }

TEST(SourceMap, PutsAPathBeforeEachPath) {
  Document document("d.yaml", "");
  Entry id{.key = "id"};
  id.value.text = "here";
  document.root.kind = Node::Kind::kMap;
  document.root.entries.push_back(id);
  v1::Gate gate;
  SourceMap map;
  const Issues issues = BindNode(document, document.root, "set.gates[2]", &gate, &map);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  EXPECT_EQ(map.Find("set.gates[2].id"), &document.root.entries[0].value);
  EXPECT_EQ(map.Find("set.gates[2].must"), &document.root);
  EXPECT_EQ(map.Find("set.gates[2]"), &document.root);
  for (const std::string_view none :
       {"", "id", "set", "set.gates", "set.gates[2]x.id", "set.gates[21]"}) {
    EXPECT_EQ(map.Find(none), nullptr) << none;
  }
}

// ---- Against a map of everything

class RandomDocument {
 public:
  explicit RandomDocument(unsigned seed) : random_(seed) {}

  Node OfMessage(const Descriptor& type, int depth) {
    switch (type.well_known_type()) {
      case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
        break;
      case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
        return Scalar("2026-01-31");
      case Descriptor::WELLKNOWNTYPE_DURATION:
        return Scalar("1h");
      default:
        return Below(2) == 0 ? Scalar("null") : OfMap([&] { return Scalar("1"); });
    }
    Node node{.kind = Node::Kind::kMap, .offset = offset_++};
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (Below(3) == 0) Give(field, field.name(), depth, &node);
      if (field.camelcase_name() == field.name() || Below(4) > 0) continue;
      Give(field, field.camelcase_name(), depth, &node);
    }
    return node;
  }

 private:
  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }

  Node Scalar(std::string_view text) { return {.text = std::string(text), .offset = offset_++}; }

  // Of what separates the parts of paths.
  std::string Key() {
    std::string key;
    for (int length = Below(8); length >= 0; --length)
      key += std::string_view("ab.[]\"\"]")[static_cast<size_t>(Below(8))];
    return key;
  }

  template <typename Make>
  Node OfMap(Make make) {
    Node node{.kind = Node::Kind::kMap, .offset = offset_++};
    for (int i = Below(2) == 0 ? Below(40) : Below(4); i > 0; --i) {
      std::string key = Key();
      if (node.Find(key) != nullptr) continue;
      node.entries.push_back({.key = std::move(key), .offset = offset_++});
      node.entries.back().value = make();
    }
    return node;
  }

  Node OfOne(const FieldDescriptor& field, int depth) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return OfMessage(*field.message_type(), depth - 1);
      case FieldDescriptor::CPPTYPE_BOOL:
        return Scalar("true");
      case FieldDescriptor::CPPTYPE_ENUM:
        return Scalar(field.enum_type()->value(1)->name());
      default:
        return Scalar("7");
    }
  }

  void Give(const FieldDescriptor& field, const std::string& key, int depth, Node* node) {
    if (depth == 0 && field.message_type() != nullptr) return;
    Entry& entry = node->entries.emplace_back();
    entry.key = key;
    entry.offset = offset_++;
    if (Below(8) == 0) {
      entry.value = Scalar("~");
    } else if (field.is_map()) {
      const FieldDescriptor& value = *field.message_type()->map_value();
      entry.value = OfMap([&] { return OfOne(value, depth); });
    } else if (field.is_repeated()) {
      entry.value = {.kind = Node::Kind::kList, .offset = offset_++};
      for (int i = Below(4); i > 0; --i) entry.value.items.push_back(OfOne(field, depth));
    } else {
      entry.value = OfOne(field, depth);
    }
  }

  std::mt19937 random_;
  size_t offset_ = 0;
};

// All parts of a document without mistakes but that of giving a field twice.
class AllParts {
 public:
  void AddMessage(const Node& node, const Descriptor& type, const std::string& path) {
    Add(path, node);
    const bool well_known = type.well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
    if (well_known || node.kind != Node::Kind::kMap) return;
    std::map<const FieldDescriptor*, bool> is_set;
    for (const Entry& entry : node.entries) {
      const FieldDescriptor* const field = FindField(type, entry.key);
      if (field == nullptr || is_set[field]) continue;
      const bool json = !field->is_map() && field->message_type() != nullptr &&
                        field->message_type()->full_name() == "google.protobuf.Value";
      if (entry.value.IsNull() && !json) continue;
      if (const auto* const oneof = field->real_containing_oneof()) {
        for (int i = 0; i < oneof->field_count(); ++i) is_set[oneof->field(i)] = false;
      }
      is_set[field] = field->is_repeated()
                          ? !entry.value.items.empty() || !entry.value.entries.empty()
                          : field->has_presence();
      AddField(entry.value, *field,
               path.empty() ? field->name() : StrCat(path, ".", field->name()));
    }
  }

  const Node* Find(std::string_view path) const {
    while (true) {
      if (const auto found = nodes_.find(path); found != nodes_.end()) return found->second;
      const size_t cut = path.find_last_of(".[");
      if (cut == std::string_view::npos) return nodes_.find("")->second;
      path = path.substr(0, cut);
    }
  }

  const std::map<std::string, const Node*, std::less<>>& nodes() const { return nodes_; }

 private:
  void Add(const std::string& path, const Node& node) { nodes_.emplace(path, &node); }

  void AddField(const Node& node, const FieldDescriptor& field, const std::string& path) {
    Add(path, node);
    if (field.is_map()) {
      const FieldDescriptor& value = *field.message_type()->map_value();
      for (const Entry& entry : node.entries) {
        const bool json = value.message_type() != nullptr &&
                          value.message_type()->full_name() == "google.protobuf.Value";
        if (entry.value.IsNull() && !json) continue;
        AddOne(entry.value, value, StrCat(path, "[\"", entry.key, "\"]"));
      }
    } else if (field.is_repeated()) {
      for (size_t i = 0; i < node.items.size(); ++i) {
        AddOne(node.items[i], field, StrCat(path, "[", i, "]"));
      }
    } else {
      AddOne(node, field, path);
    }
  }

  void AddOne(const Node& node, const FieldDescriptor& field, const std::string& path) {
    if (field.message_type() != nullptr) {
      AddMessage(node, *field.message_type(), path);
    } else {
      Add(path, node);
    }
  }

  std::map<std::string, const Node*, std::less<>> nodes_;
};

template <typename Type>
void CompareWithAllParts(unsigned seed) {
  Document document("d.yaml", "");
  document.root = RandomDocument(seed).OfMessage(*Type::descriptor(), 4);
  Type message;
  SourceMap map;
  for (const Issue& issue : Bind(document, &message, &map)) {
    ASSERT_EQ(issue.id, "duplicate-key") << ToText({issue}) << " seed " << seed;
  }
  AllParts all;
  all.AddMessage(document.root, *Type::descriptor(), "");
  const auto compare = [&](const std::string& path) {
    ASSERT_EQ(map.Find(path), all.Find(path)) << path << " seed " << seed;
  };
  std::mt19937 random(seed);
  for (const auto& [path, node] : all.nodes()) {
    for (const std::string_view end :
         {"", ".", ".id", "[0]", "[\"a\"]", "]", "\"]", "\"].values", "x"}) {
      compare(StrCat(path, end));
    }
    if (path.empty()) continue;
    const size_t at = random() % path.size();
    compare(path.substr(0, at));
    std::string other = path;
    other[at] = "ab.[]\"0"[random() % 7];
    compare(other);
    compare(path.substr(0, at) + path.substr(at + 1));
  }
}

TEST(SourceMap, AgreesWithAMapOfAllParts) {
  for (unsigned seed = 0; seed < 60 && !HasFailure(); ++seed) {
    CompareWithAllParts<v1::Mapping>(seed);
    CompareWithAllParts<v1::Policy>(seed);
    CompareWithAllParts<v1::ChangeRequest>(seed);
  }
}

}  // namespace
}  // namespace changepolicy
