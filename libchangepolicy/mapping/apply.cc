#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/mapping/functions.h"
#include "libchangepolicy/mapping/gather.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/mapping/record_value.h"
#include "libchangepolicy/mapping/written.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

using cel::Value;

namespace {

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

const cel::ProtoContext& Context() {
  static const cel::ProtoContext kContext{google::protobuf::DescriptorPool::generated_pool(),
                                          google::protobuf::MessageFactory::generated_factory(),
                                          cel::EnumProfile::kLegacy};
  return kContext;
}

std::vector<Value> ContentsOf(const std::vector<Piece>& pieces) {
  std::vector<Value> contents;
  for (const Piece& piece : pieces) contents.push_back(piece.content);
  return contents;
}

void AddFiles(const Piece& piece, MappedRecord* mapped) {
  mapped->files.insert(piece.record->file);
  mapped->files.insert(piece.repeats.begin(), piece.repeats.end());
}

const std::string& NameOf(const ForeignRecord& record) {
  return record.name.empty() ? record.file : record.name;
}

// What is known of the record beside what it says.
google::protobuf::Value OriginOf(const ForeignRecord& record) {
  google::protobuf::Value origin;
  auto& fields = *origin.mutable_struct_value()->mutable_fields();
  fields["name"].set_string_value(NameOf(record));
  fields["files"].mutable_struct_value();
  fields["digest"].set_string_value(record.digest);
  google::protobuf::ListValue& signers = *fields["signers"].mutable_list_value();
  for (const std::string& signer : record.signers) signers.add_values()->set_string_value(signer);
  return origin;
}

google::protobuf::Value GivenRecord(const std::map<std::string, std::string>& given) {
  google::protobuf::Value record;
  auto& fields = *record.mutable_struct_value()->mutable_fields();
  for (const auto& [name, value] : given) fields[name].set_string_value(value);
  return record;
}

// In place of a file, where --explain names what a value came from.
constexpr std::string_view kGiven = "--given";
constexpr std::string_view kOrigin = "(origin)";

bool IsEmptyText(const Value& value) {
  if (value.Is(Value::Kind::kOptional)) {
    return value.has_optional_value() && IsEmptyText(value.optional_value());
  }
  return value.Is(Value::Kind::kString) && value.string_value().empty();
}

bool IsNothing(const Value& value) {
  return value.Is(Value::Kind::kNull) ||
         (value.Is(Value::Kind::kOptional) &&
          (!value.has_optional_value() || IsNothing(value.optional_value())));
}

}  // namespace

using Records = std::map<std::string, std::vector<ForeignRecord>>;

class Mapper {
 public:
  Mapper(const Mapping& mapping, const Records& records, const ApplyOptions& options)
      : mapping_(mapping),
        options_(options),
        given_(GivenRecord(options.given)),
        host_{&mapping.proto_, &unmapped_, &log_},
        gatherer_(mapping, records, host_, &log_) {
    for (const auto& [source, given] : records) {
      for (const ForeignRecord& record : given) records_.emplace(record.file, &record);
    }
  }

  std::vector<MappedRecord> Run() {
    std::vector<MappedRecord> mapped;
    log_.Take();
    for (const Primary& primary : gatherer_.primaries()) {
      unmapped_.clear();
      mapped.push_back(Map(primary));
      mapped.back().unmapped = unmapped_;
    }
    for (const Piece& piece : gatherer_.unusable()) {
      MappedRecord& each = mapped.emplace_back(MappedRecord{.file = piece.name});
      AddFiles(piece, &each);
      Report("mapping-error", piece.problem, "", &each);
    }
    if (options_.explain) {
      for (MappedRecord& each : mapped) ListUnread(&each);
    }
    return mapped;
  }

 private:
  MappedRecord Map(const Primary& primary) {
    MappedRecord mapped{.file = primary.last().name};
    for (const Piece& piece : primary.versions) {
      AddFiles(piece, &mapped);
      if (!piece.problem.empty()) Report("mapping-error", piece.problem, "", &mapped);
    }
    if (!mapped.issues.empty()) return mapped;
    if (!primary.problem.empty()) Report("mapping-error", primary.problem, "", &mapped);
    cel::Activation activation;
    activation.SetHost(&host_);
    activation.Set("file", Value::String(primary.last().name));
    const v1::Source& first = mapping_.proto_.sources(0);
    activation.Set(first.id(), primary.last().content);
    if (!first.history().empty()) {
      activation.Set(first.history(), Value::ListOf(ContentsOf(primary.versions)));
    }
    origin_ = OriginOf(*primary.last().record);
    for (int i = 1; i < mapping_.proto_.sources_size(); ++i) {
      Join(mapping_.proto_.sources(i), primary, &activation, &mapped);
    }
    activation.Set("origin", AdaptRecord(origin_, std::string(kOrigin), "", &log_));
    activation.Set("given", AdaptRecord(given_, std::string(kGiven), "", &log_));
    log_.Take();
    Define(&activation);
    Node root{.kind = Node::Kind::kMap};
    for (const auto& [field, expression] : mapping_.fields_) {
      SetField(field, cel::Evaluate(expression, activation), &root, &mapped);
      if (options_.explain) AddDefinitions(expression, &mapped.origins.back().from);
    }
    CheckRequired(&mapped);
    mapped.message = NewTarget(mapping_.proto_.mapping().to());
    const Document document(primary.last().name, "");
    for (Issue& issue : BindNode(document, root, "", mapped.message.get(), nullptr)) {
      // The place is in the record's mapped form, which has no lines.
      issue.position = {};
      issue.message = StrCat("field `", issue.path, "`: ", issue.message);
      mapped.issues.push_back(std::move(issue));
    }
    for (const auto& [name, expression] : mapping_.annotations_) {
      Annotate(name, cel::Evaluate(expression, activation), &mapped);
    }
    mapped.used = log_.PathsOf(std::string(kGiven));
    return mapped;
  }

  void Define(cel::Activation* activation) {
    definition_reads_.clear();
    for (const auto& [name, expression] : mapping_.definitions_) {
      activation->Set(name, cel::Evaluate(expression, *activation));
      const std::set<SourceValue> own = log_.Take();
      std::vector<SourceValue> reads(own.begin(), own.end());
      if (!options_.explain) continue;
      AddDefinitions(expression, &reads);
      definition_reads_[name] = std::move(reads);
    }
  }

  // What the definitions that the expression names have read stands behind its value as well.
  void AddDefinitions(const cel::Expression& expression, std::vector<SourceValue>* reads) const {
    std::set<SourceValue> all(reads->begin(), reads->end());
    for (const cel::Node& node : expression.tree().nodes) {
      if (node.kind != cel::NodeKind::kIdent) continue;
      const auto found = definition_reads_.find(node.name);
      if (found != definition_reads_.end()) all.insert(found->second.begin(), found->second.end());
    }
    reads->assign(all.begin(), all.end());
  }

  void Join(const v1::Source& source, const Primary& primary, cel::Activation* activation,
            MappedRecord* mapped) {
    activation->Set(source.id(), source.many() ? Value::ListOf({}) : Value::Null());
    std::string problem;
    const std::optional<std::vector<Piece>> joined = gatherer_.Joined(source, primary, &problem);
    if (!joined.has_value()) {
      if (!problem.empty()) Report("mapping-error", problem, "", mapped);
      return;
    }
    for (const Piece& piece : *joined) AddFiles(piece, mapped);
    if (joined->empty() && source.required()) {
      Report("missing-record", StrCat("no record of `", source.id(), "` belongs to it"), "",
             mapped);
    } else if (source.many()) {
      activation->Set(source.id(), Value::ListOf(ContentsOf(*joined)));
      AddFilesToOrigin(source.id(), *joined);
    } else if (joined->size() > 1) {
      std::string files;
      for (const Piece& piece : *joined) StrAppend(&files, files.empty() ? "" : ", ", piece.name);
      Report("ambiguous-record",
             StrCat(joined->size(), " records of `", source.id(), "` belong to it: ", files), "",
             mapped);
    } else if (joined->size() == 1) {
      activation->Set(source.id(), joined->front().content);
    }
  }

  // Of each element of a list of records those that say it.
  void AddFilesToOrigin(const std::string& source, const std::vector<Piece>& joined) {
    google::protobuf::Struct& files =
        *(*origin_.mutable_struct_value()->mutable_fields())["files"].mutable_struct_value();
    google::protobuf::ListValue& elements = *(*files.mutable_fields())[source].mutable_list_value();
    for (const Piece& piece : joined) {
      google::protobuf::ListValue& names = *elements.add_values()->mutable_list_value();
      names.add_values()->set_string_value(NameOf(*piece.record));
      for (const std::string& repeat : piece.repeats) {
        names.add_values()->set_string_value(NameOf(*records_.at(repeat)));
      }
    }
  }

  static void Report(std::string_view id, std::string message, std::string help,
                     MappedRecord* mapped) {
    Issue issue;
    issue.id = id;
    issue.message = std::move(message);
    issue.help = std::move(help);
    issue.file = mapped->file;
    mapped->issues.push_back(std::move(issue));
  }

  // Where the mapping asks, and which part of the record it looked at last.
  std::string WhereOf(const std::string& field) const {
    std::string where = StrCat("the expression at ", mapping_.places_.at(field));
    if (!log_.missing().empty()) {
      StrAppend(&where, " found no ", log_.missing());
    } else if (!log_.last().empty()) {
      StrAppend(&where, " had come to `", log_.last(), "` of the record");
    }
    return where;
  }

  void SetField(const std::string& field, const Value& value, Node* root, MappedRecord* mapped) {
    Node node;
    if (value.is_error()) {
      Report("mapping-error", StrCat("field `", field, "`: ", value.error().message),
             WhereOf(field), mapped);
    } else if (IsNothing(value) || (IsEmptyText(value) && IsRequired(field))) {
      mapped->unset.push_back(field);
    } else if (!ToNode(value, &node)) {
      Report("mapping-type",
             StrCat("field `", field, "`: a value of type `", value.type_name(),
                    "` cannot be written into a field"),
             WhereOf(field), mapped);
    } else {
      *Reach(root, field) = std::move(node);
    }
    std::set<SourceValue> reads = log_.Take();
    if (options_.explain) {
      mapped->origins.push_back({field, IsNothing(value) ? "null" : value.ToString(),
                                 std::vector<SourceValue>(reads.begin(), reads.end())});
    }
  }

  bool IsRequired(const std::string& field) const {
    const auto& required = mapping_.proto_.required();
    return std::find(required.begin(), required.end(), field) != required.end();
  }

  void CheckRequired(MappedRecord* mapped) const {
    for (const std::string& field : mapping_.proto_.required()) {
      for (const std::string& unset : mapped->unset) {
        if (unset != field) continue;
        Report("missing-field", StrCat("the record does not tell field `", field, "`"),
               StrCat("the mapping asks for it at ", mapping_.places_.at(field)), mapped);
      }
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
    Report("mapping-error", StrCat("annotation `", name, "`: ", problem), "", mapped);
  }

  void ListUnread(MappedRecord* mapped) const {
    for (const std::string& file : mapped->files) {
      mapped->unread[file] = UnreadParts(records_.at(file)->content, log_.PathsOf(file));
    }
  }

  const Mapping& mapping_;
  const ApplyOptions& options_;
  std::map<std::string, const ForeignRecord*> records_;
  ReadLog log_;
  std::set<UnmappedWord> unmapped_;
  const google::protobuf::Value given_;
  google::protobuf::Value origin_;  // of the record at hand
  FunctionHost host_;
  Gatherer gatherer_;
  // Of the record at hand.
  std::map<std::string, std::vector<SourceValue>> definition_reads_;
};

std::vector<MappedRecord> Mapping::Apply(const Records& records,
                                         const ApplyOptions& options) const {
  return Mapper(*this, records, options).Run();
}

}  // namespace changepolicy
