#include "cli/import_records.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>

#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/foreign/xml.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy::cli {

namespace {

bool LooksLikeFile(const std::string& name) {
  return name.find('/') != std::string::npos || name.find('.') != std::string::npos;
}

struct MappingText {
  std::string name;
  std::string text;
};

bool AddMapping(std::string_view name, std::string_view text,
                std::vector<std::shared_ptr<const Mapping>>* mappings) {
  MappingResult result = LoadMapping(name, text);
  if (!result.issues.empty()) Complain(ToText(result.issues));
  if (result.mapping == nullptr) return false;
  if (result.mapping->proto().mapping().to() == v1::MAPPING_TARGET_ORGANIZATION) {
    Complain(StrCat(Printable(name),
                    ": error: it maps to an organization, not to a change or "
                    "release\n  help: give it to `check --organization-mapping`"));
    return false;
  }
  mappings->push_back(std::move(result.mapping));
  return true;
}

// Complains, and is false, where there is none of that name.
bool AddBuiltin(const std::string& name, std::vector<MappingText>* texts) {
  const std::vector<BuiltinMapping> found = BuiltinMappings(name);
  if (found.empty()) {
    std::vector<std::string_view> names;
    for (const BuiltinMapping& each : BuiltinMappings()) {
      names.push_back(each.name.substr(0, each.name.find('-')));
      names.push_back(each.name);
    }
    const std::string_view nearest = Nearest(name, names);
    Complain(StrCat("error: `", Printable(name), "` is no mapping that is built in\n  help: ",
                    nearest.empty() ? "`changepolicy import --list` shows them; the name of a file "
                                      "has a dot or a slash"
                                    : StrCat("did you mean `", nearest, "`?")));
    return false;
  }
  for (const BuiltinMapping& each : found) {
    texts->push_back({StrCat(each.name, ".yaml"), std::string(each.text)});
  }
  return true;
}

// Of files, or names of mappings that are built in; complains, and is nothing, where one cannot be
// read.
std::optional<std::vector<MappingText>> ReadMappings(const std::vector<std::string>& names) {
  std::vector<MappingText> texts;
  for (const std::string& name : names) {
    if (!LooksLikeFile(name)) {
      if (!AddBuiltin(name, &texts)) return std::nullopt;
      continue;
    }
    absl::StatusOr<std::string> text = ReadFile(name);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      return std::nullopt;
    }
    texts.push_back({name, *std::move(text)});
  }
  return texts;
}

class FileReader {
 public:
  FileReader(const std::vector<NamedKey>& keys, ForeignFiles* files)
      : keys_(keys), files_(*files) {}

  // Complains, and is false, where it cannot be read.
  bool Add(const std::string& path, const std::string& pattern_name) {
    const absl::StatusOr<std::string> text = ReadFile(path);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      return false;
    }
    pattern_name_ = pattern_name;
    if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
      return Refuse(path, "it is empty", "whatever should have written it did not");
    }
    if (!path.ends_with(".jsonl")) {
      return AddDocument(path, *text, ReadWhole(path, *text));
    }
    bool read = true;
    for (const auto& [number, line] : JsonLines(*text)) {
      DocumentResult result = ReadDocument(line, Format::kJson, path);
      PlaceInLine(number, &result.issues);
      read = AddDocument(StrCat(path, ":", number), line, result) && read;
    }
    return read;
  }

 private:
  static DocumentResult ReadWhole(const std::string& path, std::string_view text) {
    if (path.ends_with(".xml") || LooksLikeXml(text)) return ReadXml(text, path);
    const bool is_json = FormatOf(path, text) == Format::kJson;
    return ReadDocument(text, is_json ? Format::kJson : Format::kYaml, path);
  }

  static bool Refuse(const std::string& record, std::string_view why, std::string_view help) {
    Complain(StrCat(Printable(record), ": error: ", why, "\n  help: ", help));
    return false;
  }

  bool AddDocument(const std::string& record, std::string_view text, const DocumentResult& read) {
    if (read.document == nullptr) {
      Complain(ToText(read.issues));
      return false;
    }
    const std::string digest = Sha256(text);
    google::protobuf::Value content = ToJsonValue(read.document->root);
    if (content.has_list_value()) {
      int index = 0;
      bool added = true;
      for (google::protobuf::Value& element : *content.mutable_list_value()->mutable_values()) {
        const std::string place = StrCat("[", index++, "]");
        added =
            AddRecord({StrCat(record, place), std::move(element), Sha256(StrCat(digest, place))}) &&
            added;
      }
      return added;
    }
    if (!content.has_struct_value()) {
      return Refuse(record, "there is no record in it",
                    "a record is a JSON object or a YAML mapping");
    }
    return AddRecord({record, std::move(content), digest});
  }

  bool AddRecord(ForeignRecord record) {
    if (const google::protobuf::Struct* const envelope = FindEnvelope(record.content)) {
      absl::StatusOr<OpenedEnvelope> opened = OpenEnvelope(*envelope, keys_);
      if (!opened.ok()) {
        return Refuse(record.file, MessageOf(opened.status()),
                      "docs/evidence-files.md says how statements are signed and verified");
      }
      const DocumentResult read = ReadDocument(opened->payload, Format::kJson, record.file);
      if (read.document == nullptr) {
        Complain(StrCat(ToText(read.issues), "\n  help: the place is in the envelope's payload"));
        return false;
      }
      record.content = ToJsonValue(read.document->root);
      record.signers = std::move(opened->signers);
      record.digest = Sha256(opened->payload);
    }
    files_.names.emplace(record.file, pattern_name_);
    files_.records.push_back(std::move(record));
    return true;
  }

  const std::vector<NamedKey>& keys_;
  ForeignFiles& files_;
  std::string pattern_name_;
};

}  // namespace

std::optional<std::vector<std::shared_ptr<const Mapping>>> LoadMappings(
    const std::vector<std::string>& names) {
  const auto texts = ReadMappings(names);
  if (!texts.has_value()) return std::nullopt;
  std::vector<std::shared_ptr<const Mapping>> mappings;
  for (const MappingText& each : *texts) {
    if (!AddMapping(each.name, each.text, &mappings)) return std::nullopt;
  }
  return mappings;
}

int LintMappings(const std::vector<std::string>& names) {
  const auto texts = ReadMappings(names);
  if (!texts.has_value()) return kBadInput;
  int exit_code = kAllowed;
  for (const MappingText& each : *texts) {
    const MappingResult result = LoadMapping(each.name, each.text);
    if (!result.issues.empty()) Complain(ToText(result.issues));
    if (result.mapping == nullptr) {
      exit_code = kBadInput;
    } else if (!result.issues.empty()) {
      exit_code = std::max<int>(exit_code, kDenied);
    } else {
      std::cout << Printable(each.name) << ": nothing to complain about\n";
    }
  }
  return exit_code;
}

std::optional<std::vector<NamedKey>> LoadKeys(const std::vector<std::string>& files) {
  std::vector<NamedKey> keys;
  for (const std::string& file : files) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    absl::StatusOr<PublicKey> key =
        text.ok() ? PublicKey::FromPem(*text) : absl::StatusOr<PublicKey>(text.status());
    if (!key.ok()) {
      Complain(text.ok()
                   ? StrCat(Printable(file), ": error: ", MessageOf(key.status()),
                            "\n  help: --key takes a public key in PEM; `openssl pkey -pubout` "
                            "writes it")
                   : StrCat("error: ", MessageOf(text.status())));
      return std::nullopt;
    }
    keys.push_back({std::filesystem::path(file).stem().string(), *std::move(key)});
  }
  return keys;
}

ForeignFiles ReadForeignFiles(const std::vector<std::string>& paths,
                              const std::vector<NamedKey>& keys) {
  ForeignFiles files;
  FileReader reader(keys, &files);
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<std::string>> found =
        ExpandFolders({path}, {".json", ".jsonl", ".sarif", ".xml", ".yaml", ".yml"});
    if (!found.ok() || found->empty()) {
      Complain(found.ok() ? StrCat("error: no records in ", Printable(path),
                                   "\n  help: records are the files that end with .json, .jsonl, "
                                   ".sarif, .xml, .yaml or .yml")
                          : StrCat("error: ", FromAbsl(found.status().message())));
      files.failed = true;
      continue;
    }
    const bool is_folder = std::filesystem::is_directory(path);
    for (const std::string& file : *found) {
      if (files.names.contains(file)) continue;
      const std::filesystem::path place(file);
      const std::string name =
          is_folder ? place.lexically_relative(path).generic_string() : place.filename().string();
      if (!reader.Add(file, name)) files.failed = true;
    }
  }
  return files;
}

bool NamesFile(const v1::Source& source, const std::string& name) {
  return source.files().empty() ||
         std::any_of(source.files().begin(), source.files().end(),
                     [&](const std::string& pattern) { return PathMatches(pattern, name); });
}

}  // namespace changepolicy::cli
