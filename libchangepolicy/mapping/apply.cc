#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

const cel::ProtoContext& Context() {
  static const cel::ProtoContext kContext{google::protobuf::DescriptorPool::generated_pool(),
                                          google::protobuf::MessageFactory::generated_factory(),
                                          cel::EnumProfile::kLegacy};
  return kContext;
}

// With keys in order, which protobuf's own JSON does not promise; nothing for what JSON lacks.
std::optional<std::string> JsonText(const google::protobuf::Value& value) {
  std::string text;
  if (value.has_list_value()) {
    for (const auto& element : value.list_value().values()) {
      const std::optional<std::string> inner = JsonText(element);
      if (!inner.has_value()) return std::nullopt;
      StrAppend(&text, text.empty() ? "" : ",", *inner);
    }
    return StrCat("[", text, "]");
  }
  if (value.has_struct_value()) {
    const auto& fields = value.struct_value().fields();
    for (const auto& [key, element] : std::map(fields.begin(), fields.end())) {
      google::protobuf::Value name;
      name.set_string_value(key);
      const std::optional<std::string> inner = JsonText(element);
      if (!inner.has_value()) return std::nullopt;
      StrAppend(&text, text.empty() ? "" : ",", *JsonText(name), ":", *inner);
    }
    return StrCat("{", text, "}");
  }
  if (!google::protobuf::util::MessageToJsonString(value, &text).ok()) return std::nullopt;
  return text;
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
    const std::string& primary = mapping_.proto_.sources(0).id();
    if (const auto found = records_.find(primary); found != records_.end()) {
      for (const ForeignRecord& record : found->second) {
        for (const Piece& piece : PiecesOf(primary, record)) mapped.push_back(Map(piece));
      }
    }
    for (MappedRecord& each : unusable_) mapped.push_back(std::move(each));
    return mapped;
  }

 private:
  static Value ContentOf(const ForeignRecord& record) {
    return cel::AdaptMessage({.message = &record.content}, Context());
  }

  // A record of a source: a file's content, or one of its elements.
  struct Piece {
    std::string file;
    Value content;
    std::string problem;
  };

  Value Ask(const cel::Expression& expression, const std::string& file,
            const Value& content) const {
    cel::Activation activation;
    activation.Set("record", content);
    activation.Set("file", Value::String(file));
    activation.SetHost(&mapping_.proto_);
    return cel::Evaluate(expression, activation);
  }

  std::vector<Piece> PiecesOf(const std::string& source, const ForeignRecord& record) const {
    const auto each = mapping_.each_.find(source);
    if (each == mapping_.each_.end()) return {{record.file, ContentOf(record), ""}};
    const Value list = Ask(each->second, record.file, ContentOf(record));
    if (!list.Is(Value::Kind::kList)) {
      return {{record.file, Value::Null(),
               StrCat("`each` of source `", source, "`", Instead(list, "list"))}};
    }
    std::vector<Piece> pieces;
    for (size_t i = 0; i < list.list().size(); ++i) {
      pieces.push_back({StrCat(record.file, "[", i, "]"), list.list().At(i), ""});
    }
    return pieces;
  }

  // After the name of an expression that should have given something else.
  static std::string Instead(const Value& value, std::string_view wanted) {
    return value.is_error() ? StrCat(": ", value.error().message)
                            : StrCat(" gives no ", wanted, ": ", value.ToString());
  }

  // Nothing where it cannot be told, and why.
  std::optional<std::string> KeyOf(const std::string& source, const Piece& piece,
                                   std::string* problem) const {
    const auto key = mapping_.keys_.find(source);
    if (key == mapping_.keys_.end()) return "";
    const Value value = Ask(key->second, piece.file, piece.content);
    if (value.Is(Value::Kind::kString)) return value.string_value();
    *problem = StrCat("`key` of source `", source, "`", Instead(value, "text"));
    return std::nullopt;
  }

  // Only joined sources need one.
  void IndexSource(const v1::Source& source) {
    if (source.id() == mapping_.proto_.sources(0).id()) return;
    joins_by_key_ = joins_by_key_ || !source.key().empty();
    const auto found = records_.find(source.id());
    if (found == records_.end()) return;
    for (const ForeignRecord& record : found->second) {
      for (Piece& piece : PiecesOf(source.id(), record)) {
        std::optional<std::string> key;
        if (piece.problem.empty()) key = KeyOf(source.id(), piece, &piece.problem);
        if (key.has_value()) {
          joined_[source.id()][*key].push_back(std::move(piece));
        } else {
          Report("mapping-error", piece.problem, &unusable_.emplace_back(MappedRecord{piece.file}));
        }
      }
    }
  }

  MappedRecord Map(const Piece& record) {
    MappedRecord mapped{.file = record.file};
    if (!record.problem.empty()) {
      Report("mapping-error", record.problem, &mapped);
      return mapped;
    }
    cel::Activation activation;
    activation.SetHost(&mapping_.proto_);
    activation.Set("file", Value::String(record.file));
    const std::string& primary = mapping_.proto_.sources(0).id();
    activation.Set(primary, record.content);
    std::optional<std::string> key;
    if (joins_by_key_) {
      std::string problem;
      key = KeyOf(primary, record, &problem);
      if (!key.has_value()) Report("mapping-error", problem, &mapped);
    }
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

  void Join(const v1::Source& source, const std::optional<std::string>& key,
            cel::Activation* activation, MappedRecord* mapped) {
    activation->Set(source.id(), Value::Null());
    // That its key cannot be told is said already.
    if (!source.key().empty() && !key.has_value()) return;
    const std::vector<Piece>& found = joined_[source.id()][source.key().empty() ? "" : *key];
    if (found.size() > 1) {
      std::string files;
      for (const Piece& piece : found) StrAppend(&files, files.empty() ? "" : ", ", piece.file);
      Report("ambiguous-record",
             StrCat(found.size(), " records of `", source.id(), "` belong to it: ", files), mapped);
    } else if (found.size() == 1) {
      activation->Set(source.id(), found[0].content);
    } else if (source.required()) {
      Report("missing-record", StrCat("no record of `", source.id(), "` belongs to it"), mapped);
    }
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
    std::string problem;
    if (value.is_error()) {
      problem = value.error().message;
    } else if (const Value stored = cel::StoreValue(value, &json, Context()); stored.is_error()) {
      problem = stored.error().message;
    } else if (std::optional<std::string> text = JsonText(json)) {
      mapped->annotations.emplace_back(name, *std::move(text));
      return;
    } else {
      problem = StrCat("JSON has no ", value.ToString());
    }
    Report("mapping-error", StrCat("annotation `", name, "`: ", problem), mapped);
  }

  const Mapping& mapping_;
  const Records& records_;
  bool joins_by_key_ = false;
  // By source and key.
  std::map<std::string, std::map<std::string, std::vector<Piece>>> joined_;
  // Joined records that would be missing where they belong, and nobody knows where that is.
  std::vector<MappedRecord> unusable_;
};

std::vector<MappedRecord> Mapping::Apply(const Records& records) const {
  return Mapper(*this, records).Run();
}

}  // namespace changepolicy
