#include "libchangepolicy/trial/imported.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "google/protobuf/util/message_differencer.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/foreign/read_records.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/mapping/written.h"
#include "libchangepolicy/trial/edit.h"
#include "libchangepolicy/trial/message_path.h"

namespace changepolicy {

using google::protobuf::Message;
using google::protobuf::Value;

namespace {

void AddText(std::string_view complaint, std::string* text) {
  StrAppend(text, text->empty() ? "" : "\n", complaint);
}

// Empty where the message has none.
std::string IdOf(const Message& message) {
  const auto* const field = message.GetDescriptor()->FindFieldByName("id");
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

std::string Stem(std::string_view file) {
  file.remove_prefix(file.rfind('/') + 1);
  return std::string(file.substr(0, file.rfind('.')));
}

std::string Joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) StrAppend(&text, text.empty() ? "" : ", ", word);
  return text.empty() ? "none" : text;
}

// What is not as expected at the path; empty: nothing.
std::string FieldDifference(const std::string& path, const Value& expected,
                            const Message& message) {
  const std::string found = TextAt(path, message);
  if (expected.kind_case() == Value::kNullValue) {
    const std::string mistake = PathMistake(path, *message.GetDescriptor());
    if (mistake.empty() && found == kNothing) return "";
    return StrCat("expected ", path, " unset, found ", found, mistake.empty() ? "" : " (", mistake,
                  mistake.empty() ? "" : ")");
  }
  v1::Edit edit;
  edit.set_path(path);
  *edit.mutable_set() = expected;
  std::unique_ptr<Message> edited(message.New());
  edited->CopyFrom(message);
  const absl::Status applied = ApplyEdit(edit, edited.get());
  if (applied.ok() && google::protobuf::util::MessageDifferencer::Equals(*edited, message)) {
    return "";
  }
  return StrCat("expected ", path, " ", JsonText(expected).value_or("?"), ", found ", found,
                applied.ok() ? "" : " (", applied.ok() ? "" : MessageOf(applied),
                applied.ok() ? "" : ")");
}

}  // namespace

bool HasRecords(const v1::Case& test) {
  return !test.records().empty() || !test.records_are().empty();
}

absl::Status CaseImporter::AddMapping(const std::string& name, Issues* issues) {
  const auto add = [&](std::string_view file, std::string_view text) {
    MappingResult loaded = LoadMapping(file, text);
    issues->insert(issues->end(), loaded.issues.begin(), loaded.issues.end());
    if (loaded.mapping != nullptr) mappings_.push_back(std::move(loaded.mapping));
  };
  if (name.find_first_of("./") != std::string::npos) {
    CP_ASSIGN_OR_RETURN(const std::string text, files_.Read(name));
    add(files_.PathOf(name), text);
    return absl::OkStatus();
  }
  const std::vector<BuiltinMapping> builtin = BuiltinMappings(name);
  if (builtin.empty()) {
    return InvalidArgument(StrCat("`", name, "` is no mapping that is built in; `changepolicy ",
                                  "import --list` shows them, and a file has a dot or a slash"));
  }
  for (const BuiltinMapping& each : builtin) add(StrCat(each.name, ".yaml"), each.text);
  return absl::OkStatus();
}

absl::Status CaseImporter::Load(const v1::Suite& suite, Issues* issues) {
  for (const std::string& name : suite.mappings()) {
    CP_RETURN_IF_ERROR(AddMapping(name, issues));
  }
  for (const std::string& file : suite.keys()) {
    CP_ASSIGN_OR_RETURN(const std::string pem, files_.Read(file));
    absl::StatusOr<PublicKey> key = PublicKey::FromPem(pem);
    if (!key.ok()) return InvalidArgument(StrCat("`", file, "`: ", MessageOf(key.status())));
    keys_.push_back({Stem(file), *std::move(key)});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<CaseImporter::NamedRecord>> CaseImporter::Read(
    const v1::Case& test, std::string* refused) const {
  std::vector<NamedRecord> records;
  const auto add = [&](std::string_view bytes, const std::string& name, bool is_file) {
    // A map in the suite is written as one.
    RecordsResult read = ReadRecords(bytes, name, {.keys = &keys_, .guess_yaml = is_file});
    if (!read.issues.empty()) AddText(ToText(read.issues), refused);
    for (ForeignRecord& record : read.records) {
      records.push_back({std::move(record), is_file ? name : ""});
    }
  };
  for (const std::string& file : test.records()) {
    CP_ASSIGN_OR_RETURN(const std::string bytes, files_.Read(file));
    add(bytes, file, true);
  }
  int number = 0;
  for (const Value& content : test.records_are()) {
    const std::string name = StrCat("records_are[", number++, "]");
    if (content.has_string_value()) {
      add(content.string_value(), name, false);
      continue;
    }
    CP_ASSIGN_OR_RETURN(const std::string json, DeterministicJson(content, false));
    add(json, name, false);
  }
  return records;
}

absl::StatusOr<Imported> CaseImporter::Import(const v1::Case& test) const {
  if (mappings_.empty()) {
    return InvalidArgument("the case has records, and the suite names no `mappings`");
  }
  Imported imported;
  CP_ASSIGN_OR_RETURN(const std::vector<NamedRecord> read, Read(test, &imported.refused));
  std::vector<ForeignRecord> records;
  std::map<std::string, std::string> names;
  for (const NamedRecord& each : read) {
    records.push_back(each.record);
    names.emplace(each.record.file, each.file);
  }
  ImportOptions options;
  options.apply.given = {test.given().begin(), test.given().end()};
  // A record that stands in the suite has no file that a pattern could name.
  options.names = [&](const v1::Source& source, const std::string& record) {
    const std::string& file = names.at(record);
    return file.empty() || NamesFile(source, file);
  };
  ImportResult result = ImportRecords(mappings_, records, options);
  std::vector<MappedRecord*> subjects;
  std::set<std::string> used;
  std::string ids;
  for (ImportedRecord& each : result.subjects) {
    imported.unmapped.insert(each.mapped.unmapped.begin(), each.mapped.unmapped.end());
    used.insert(each.mapped.used.begin(), each.mapped.used.end());
    if (HasErrors(each.mapped.issues)) {
      AddText(ToText(each.mapped.issues), &imported.refused);
      continue;
    }
    const std::string id = IdOf(*each.mapped.message);
    StrAppend(&ids, ids.empty() ? "" : ", ", id);
    if (test.imported().empty() || test.imported() == id) subjects.push_back(&each.mapped);
  }
  for (const Issue& issue : NotImported(result)) AddText(ToText(issue), &imported.refused);
  if (!imported.refused.empty()) return imported;
  if (subjects.size() != 1) {
    return InvalidArgument(StrCat("the records make ", ids.empty() ? "nothing" : ids,
                                  test.imported().empty()
                                      ? "; name one with `imported`"
                                      : StrCat(", and not one `", test.imported(), "`")));
  }
  // A word that nobody reads may be a slip that leaves a fact out.
  for (const auto& [name, value] : options.apply.given) {
    if (used.contains(name)) continue;
    return InvalidArgument(StrCat("`given.", name, "` is read by none of the mappings"));
  }
  imported.message = std::move(subjects.front()->message);
  return imported;
}

std::vector<std::string> ImportDifferences(const v1::Expectation& expected,
                                           const Imported& imported) {
  if (!expected.refused().empty()) {
    if (imported.refused.find(expected.refused()) != std::string::npos) return {};
    return {StrCat("expected the records to be refused: ", expected.refused(), ", found ",
                   imported.refused.empty() ? "that they are imported" : imported.refused)};
  }
  if (imported.message == nullptr) {
    return {StrCat("the records are refused: ", imported.refused)};
  }
  std::vector<std::string> differences;
  const std::map<std::string, Value> fields(expected.fields().begin(), expected.fields().end());
  for (const auto& [path, value] : fields) {
    std::string difference = FieldDifference(path, value, *imported.message);
    if (!difference.empty()) differences.push_back(std::move(difference));
  }
  std::set<std::string> words;
  for (const UnmappedWord& word : imported.unmapped) {
    words.insert(StrCat(word.table, ": ", word.word));
  }
  const std::set<std::string> wanted(expected.unmapped().begin(), expected.unmapped().end());
  if (words != wanted) {
    differences.push_back(
        StrCat("expected unmapped words ", Joined(wanted), ", found ", Joined(words)));
  }
  return differences;
}

}  // namespace changepolicy
