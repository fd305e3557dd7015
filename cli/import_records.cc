#include "cli/import_records.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>
#include <string_view>
#include <utility>

#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/foreign/read_records.h"
#include "libchangepolicy/mapping/import.h"

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
  const auto fail = [&files](const std::string& complaint) {
    Complain(complaint);
    files.failed = true;
  };
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<std::string>> found =
        ExpandFolders({path}, {".json", ".jsonl", ".sarif", ".xml", ".yaml", ".yml"});
    if (!found.ok() || found->empty()) {
      fail(found.ok() ? StrCat("error: no records in ", Printable(path),
                               "\n  help: records are the files that end with .json, .jsonl, "
                               ".sarif, .xml, .yaml or .yml")
                      : StrCat("error: ", MessageOf(found.status())));
      continue;
    }
    const bool is_folder = std::filesystem::is_directory(path);
    for (const std::string& file : *found) {
      if (!seen.insert(file).second) continue;
      const absl::StatusOr<std::string> text = ReadFile(file);
      if (!text.ok()) {
        fail(StrCat("error: ", MessageOf(text.status())));
        continue;
      }
      RecordsResult read = ReadRecords(*text, file, {.keys = &keys});
      if (!read.issues.empty()) fail(ToText(read.issues));
      const std::filesystem::path place(file);
      const std::string name =
          is_folder ? place.lexically_relative(path).generic_string() : place.filename().string();
      for (ForeignRecord& record : read.records) {
        files.names.emplace(record.file, name);
        files.records.push_back(std::move(record));
      }
    }
  }
  return files;
}

}  // namespace changepolicy::cli
