#include "libchangepolicy/foreign/read_records.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_replace.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/foreign/xml.h"
#include "libchangepolicy/source/json_lines.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

namespace {

enum class Form { kJson, kJsonLines, kYaml, kXml, kText, kUnknown };

Form FormOf(std::string_view file) {
  struct Ending {
    std::string_view text;
    Form form;
  };
  static constexpr std::array<Ending, 12> kEndings = {{{".json", Form::kJson},
                                                       {".sarif", Form::kJson},
                                                       {".jsonl", Form::kJsonLines},
                                                       {".yaml", Form::kYaml},
                                                       {".yml", Form::kYaml},
                                                       {".xml", Form::kXml},
                                                       {".md", Form::kText},
                                                       {".info", Form::kText},
                                                       {".txt", Form::kText},
                                                       {".log", Form::kText},
                                                       {"_EDITMSG", Form::kText},
                                                       {"CODEOWNERS", Form::kText}}};
  for (const Ending& ending : kEndings) {
    if (file.ends_with(ending.text)) return ending.form;
  }
  return Form::kUnknown;
}

bool IsMapOrMaps(const Node& root) {
  const auto is_map = [](const Node& node) { return node.kind == Node::Kind::kMap; };
  return is_map(root) || (root.kind == Node::Kind::kList && !root.items.empty() &&
                          std::all_of(root.items.begin(), root.items.end(), is_map));
}

class RecordReader {
 public:
  RecordReader(std::string file, const RecordsOptions& options)
      : file_(std::move(file)), options_(options) {}

  RecordsResult Read(std::string_view bytes) {
    if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      Refuse("it is empty", "whatever should have written it did not");
      return std::move(result_);
    }
    switch (FormOf(file_)) {
      case Form::kJson:
        AddDocument(file_, bytes, ReadDocument(bytes, Format::kJson, file_));
        break;
      case Form::kJsonLines:
        AddLines(bytes);
        break;
      case Form::kYaml:
        AddDocument(file_, bytes, ReadDocument(bytes, Format::kYaml, file_));
        break;
      case Form::kXml:
        AddDocument(file_, bytes, ReadXml(bytes, file_));
        break;
      case Form::kText:
        AddText(bytes);
        break;
      case Form::kUnknown:
        AddUnknown(bytes);
        break;
    }
    return std::move(result_);
  }

 private:
  void AddLines(std::string_view bytes) {
    for (const auto& [number, line] : JsonLines(bytes)) {
      DocumentResult read = ReadDocument(line, Format::kJson, file_);
      PlaceInLine(number, &read.issues);
      AddDocument(StrCat(file_, ":", number), line, std::move(read));
    }
  }

  void AddUnknown(std::string_view bytes) {
    if (LooksLikeXml(bytes)) {
      AddDocument(file_, bytes, ReadXml(bytes, file_));
      return;
    }
    // What begins like a map of JSON is nothing else. A bracket begins many texts. A message of one
    // line may be a map of YAML, and such a file is named as text.
    const bool is_json = bytes[bytes.find_first_not_of(" \t\r\n")] == '{';
    if (!is_json && !options_.guess_yaml) {
      AddText(bytes);
      return;
    }
    DocumentResult read = ReadDocument(
        bytes, FormatOf(file_, bytes) == Format::kJson ? Format::kJson : Format::kYaml, file_);
    const bool is_tree = read.document != nullptr && IsMapOrMaps(read.document->root);
    if (is_json || is_tree) {
      AddDocument(file_, bytes, std::move(read));
    } else {
      AddText(bytes);
    }
  }

  void AddText(std::string_view bytes) {
    if (!CheckText(bytes, file_, {}, &result_.issues)) return;
    ForeignRecord record{.file = file_, .content = {}, .digest = Sha256(bytes)};
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    record.content.set_string_value(absl::StrReplaceAll(ToAbsl(bytes), {{"\r\n", "\n"}}));
    result_.records.push_back(std::move(record));
  }

  void AddDocument(const std::string& name, std::string_view text, DocumentResult read) {
    if (read.document == nullptr) {
      result_.issues.insert(result_.issues.end(), read.issues.begin(), read.issues.end());
      return;
    }
    const std::string digest = Sha256(text);
    google::protobuf::Value content = ToJsonValue(read.document->root);
    if (!content.has_list_value()) {
      AddRecord({.file = name, .content = std::move(content), .digest = digest});
    } else if (!options_.split_lists) {
      result_.records.push_back({.file = name, .content = std::move(content), .digest = digest});
    } else {
      int index = 0;
      for (google::protobuf::Value& element : *content.mutable_list_value()->mutable_values()) {
        const std::string place = StrCat("[", index++, "]");
        AddRecord({.file = StrCat(name, place),
                   .content = std::move(element),
                   .digest = Sha256(StrCat(digest, place))});
      }
    }
  }

  void AddRecord(ForeignRecord record) {
    if (!record.content.has_struct_value() && !record.content.has_string_value()) {
      Refuse(record.file, "there is no record in it",
             "a record is a JSON object, a YAML mapping or a text");
      return;
    }
    if (const google::protobuf::Struct* const envelope = FindEnvelope(record.content)) {
      if (!Open(*envelope, &record)) return;
    }
    result_.records.push_back(std::move(record));
  }

  bool Open(const google::protobuf::Struct& envelope, ForeignRecord* record) {
    static const std::vector<NamedKey>* const kNoKeys = new std::vector<NamedKey>();
    absl::StatusOr<OpenedEnvelope> opened =
        OpenEnvelope(envelope, options_.keys != nullptr ? *options_.keys : *kNoKeys);
    if (!opened.ok()) {
      Refuse(record->file, MessageOf(opened.status()),
             "docs/evidence-files.md says how statements are signed and verified");
      return false;
    }
    DocumentResult read = ReadDocument(opened->payload, Format::kJson, record->file);
    if (read.document == nullptr) {
      for (Issue& issue : read.issues) {
        issue.help = StrCat(issue.help, issue.help.empty() ? "" : "; ",
                            "the place is in the envelope's payload");
        result_.issues.push_back(std::move(issue));
      }
      return false;
    }
    record->content = ToJsonValue(read.document->root);
    record->signers = std::move(opened->signers);
    record->digest = Sha256(opened->payload);
    return true;
  }

  void Refuse(const std::string& record, std::string_view why, std::string_view help) {
    Issue issue;
    issue.id = "foreign-record";
    issue.message = why;
    issue.help = help;
    issue.file = record;
    result_.issues.push_back(std::move(issue));
  }
  void Refuse(std::string_view why, std::string_view help) { Refuse(file_, why, help); }

  const std::string file_;
  const RecordsOptions& options_;
  RecordsResult result_;
};

}  // namespace

RecordsResult ReadRecords(std::string_view bytes, const std::string& file,
                          const RecordsOptions& options) {
  return RecordReader(file, options).Read(bytes);
}

}  // namespace changepolicy
