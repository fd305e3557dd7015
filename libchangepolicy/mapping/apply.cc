#include <algorithm>
#include <utility>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/mapping/lookup.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

using cel::Value;

namespace {

Value Lookup(cel::CallContext& context, cel::Args args) {
  const auto& mapping = *static_cast<const v1::Mapping*>(context.host());
  const auto table = mapping.tables().find(args[0].string_value());
  if (table == mapping.tables().end()) {
    return Value::FromError(absl::StatusCode::kNotFound, StrCat("no table ", args[0].ToString()));
  }
  if (args[1].Is(Value::Kind::kNull)) return Value::Null();
  const std::string key =
      args[1].Is(Value::Kind::kString) ? args[1].string_value() : args[1].ToString();
  const auto found = table->second.values().find(key);
  if (found != table->second.values().end()) return Value::String(found->second);
  return table->second.otherwise().empty() ? Value::Null()
                                           : Value::String(table->second.otherwise());
}

std::unique_ptr<google::protobuf::Message> NewTarget(v1::MappingTarget target) {
  switch (target) {
    case v1::MAPPING_TARGET_RELEASE:
      return std::make_unique<v1::Release>();
    case v1::MAPPING_TARGET_ORGANIZATION:
      return std::make_unique<v1::Organization>();
    default:
      return std::make_unique<v1::ChangeRequest>();
  }
}

// A value as a document would write it; false where it has no such form.
bool ToNode(const Value& value, Node* node) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      *node = {.text = "null"};
      return true;
    case Value::Kind::kBool:
    case Value::Kind::kInt:
    case Value::Kind::kDouble:
      *node = {.text = value.ToString()};
      return true;
    case Value::Kind::kUint:
      *node = {.text = StrCat(value.uint_value())};
      return true;
    case Value::Kind::kString:
      *node = {.text = value.string_value(), .quoted = true};
      return true;
    case Value::Kind::kTimestamp:
      *node = {.text = cel::TimestampText(value.timestamp_value()), .quoted = true};
      return true;
    case Value::Kind::kDuration:
      *node = {.text = cel::DurationText(value.duration_value()), .quoted = true};
      return true;
    case Value::Kind::kList:
      *node = {.kind = Node::Kind::kList};
      for (size_t i = 0; i < value.list().size(); ++i) {
        if (!ToNode(value.list().At(i), &node->items.emplace_back())) return false;
      }
      return true;
    case Value::Kind::kMap:
      *node = {.kind = Node::Kind::kMap};
      for (size_t i = 0; i < value.map().size(); ++i) {
        const Value key = value.map().KeyAt(i);
        Entry& entry = node->entries.emplace_back();
        entry.key = key.Is(Value::Kind::kString) ? key.string_value() : key.ToString();
        if (!ToNode(value.map().ValueAt(i), &entry.value)) return false;
      }
      return true;
    default:
      return false;
  }
}

// The place of a dotted path in a tree of maps, made on the way.
Node* Reach(Node* root, std::string_view path) {
  const size_t dot = path.find('.');
  const std::string name(path.substr(0, dot));
  for (Entry& entry : root->entries) {
    if (entry.key != name) continue;
    return dot == std::string_view::npos ? &entry.value : Reach(&entry.value, path.substr(dot + 1));
  }
  Entry& entry = root->entries.emplace_back();
  entry.key = name;
  entry.value.kind = Node::Kind::kMap;
  return dot == std::string_view::npos ? &entry.value : Reach(&entry.value, path.substr(dot + 1));
}

}  // namespace

cel::FunctionRow LookupRow() {
  return {.signature = "lookup(string, dyn) -> dyn", .implementation = Lookup};
}

using Records = std::map<std::string, std::vector<ForeignRecord>>;

class Mapper {
 public:
  Mapper(const Mapping& mapping, const Records& records) : mapping_(mapping), records_(records) {
    for (const v1::Source& source : mapping.proto_.sources()) IndexSource(source);
  }

  std::vector<MappedRecord> Run() {
    std::vector<MappedRecord> mapped;
    if (mapping_.proto_.sources_size() == 0) return mapped;
    const auto primary = records_.find(mapping_.proto_.sources(0).id());
    if (primary == records_.end()) return mapped;
    for (const ForeignRecord& record : primary->second) mapped.push_back(Map(record));
    return mapped;
  }

 private:
  static Value ContentOf(const ForeignRecord& record) {
    static const cel::ProtoContext kContext{google::protobuf::DescriptorPool::generated_pool(),
                                            google::protobuf::MessageFactory::generated_factory(),
                                            cel::EnumProfile::kLegacy};
    return cel::AdaptMessage({.message = &record.content}, kContext);
  }

  std::string KeyOf(const std::string& source, const ForeignRecord& record) const {
    const auto key = mapping_.keys_.find(source);
    if (key == mapping_.keys_.end()) return "";
    cel::Activation activation;
    activation.Set("record", ContentOf(record));
    activation.Set("file", Value::String(record.file));
    activation.SetHost(&mapping_.proto_);
    const Value value = cel::Evaluate(key->second, activation);
    return value.Is(Value::Kind::kString) ? value.string_value() : "";
  }

  // Only joined sources need one.
  void IndexSource(const v1::Source& source) {
    const auto found = records_.find(source.id());
    if (found == records_.end() || source.id() == mapping_.proto_.sources(0).id()) return;
    for (const ForeignRecord& record : found->second) {
      joined_[source.id()].emplace(KeyOf(source.id(), record), &record);
    }
  }

  MappedRecord Map(const ForeignRecord& record) {
    MappedRecord mapped{.file = record.file};
    cel::Activation activation;
    activation.SetHost(&mapping_.proto_);
    activation.Set("file", Value::String(record.file));
    const std::string& primary = mapping_.proto_.sources(0).id();
    activation.Set(primary, ContentOf(record));
    const std::string key = KeyOf(primary, record);
    for (int i = 1; i < mapping_.proto_.sources_size(); ++i) {
      Join(mapping_.proto_.sources(i), key, &activation, &mapped);
    }
    for (const auto& [name, expression] : mapping_.definitions_) {
      activation.Set(name, cel::Evaluate(expression, activation));
    }
    Node root{.kind = Node::Kind::kMap};
    for (const auto& [field, expression] : mapping_.fields_) {
      SetField(field, cel::Evaluate(expression, activation), &root, &mapped);
    }
    mapped.message = NewTarget(mapping_.proto_.mapping().to());
    const Document document(record.file, "");
    for (Issue& issue : BindNode(document, root, "", mapped.message.get(), nullptr)) {
      // The place is in the record's mapped form, which has no lines.
      issue.position = {};
      issue.message = StrCat("field `", issue.path, "`: ", issue.message);
      mapped.issues.push_back(std::move(issue));
    }
    for (const auto& [name, expression] : mapping_.annotations_) {
      Annotate(name, cel::Evaluate(expression, activation), &mapped);
    }
    return mapped;
  }

  void Join(const v1::Source& source, const std::string& key, cel::Activation* activation,
            MappedRecord* mapped) {
    const auto index = joined_.find(source.id());
    const ForeignRecord* found = nullptr;
    if (index != joined_.end()) {
      const auto record = index->second.find(source.key().empty() ? "" : key);
      if (record != index->second.end()) found = record->second;
    }
    if (found == nullptr && source.required()) {
      Report("missing-record", StrCat("no record of `", source.id(), "` belongs to it"), mapped);
    }
    activation->Set(source.id(), found == nullptr ? Value::Null() : ContentOf(*found));
  }

  void Report(std::string_view id, std::string message, MappedRecord* mapped) {
    Issue issue;
    issue.id = id;
    issue.message = std::move(message);
    issue.file = mapped->file;
    mapped->issues.push_back(std::move(issue));
  }

  void SetField(const std::string& field, const Value& value, Node* root, MappedRecord* mapped) {
    if (value.Is(Value::Kind::kNull)) {
      mapped->unset.push_back(field);
      return;
    }
    Node node;
    if (value.is_error()) {
      Report("mapping-error", StrCat("field `", field, "`: ", value.error().message), mapped);
    } else if (!ToNode(value, &node)) {
      Report("mapping-type",
             StrCat("field `", field, "`: a value of type `", value.type_name(),
                    "` cannot be written into a field"),
             mapped);
    } else {
      *Reach(root, field) = std::move(node);
    }
  }

  void Annotate(const std::string& name, const Value& value, MappedRecord* mapped) {
    google::protobuf::Value json;
    static const cel::ProtoContext kContext{google::protobuf::DescriptorPool::generated_pool(),
                                            google::protobuf::MessageFactory::generated_factory(),
                                            cel::EnumProfile::kLegacy};
    std::string text;
    if (value.is_error() || cel::StoreValue(value, &json, kContext).is_error() ||
        !google::protobuf::util::MessageToJsonString(json, &text).ok()) {
      Report("mapping-error", StrCat("annotation `", name, "`: ", value.ToString()), mapped);
      return;
    }
    mapped->annotations.emplace_back(name, std::move(text));
  }

  const Mapping& mapping_;
  const Records& records_;
  std::map<std::string, std::map<std::string, const ForeignRecord*>> joined_;
};

std::vector<MappedRecord> Mapping::Apply(const Records& records) const {
  return Mapper(*this, records).Run();
}

}  // namespace changepolicy
