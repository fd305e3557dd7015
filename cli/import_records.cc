#include "cli/import_records.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>

#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/base/text.h"
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

// Complains, and is false, where it cannot be read.
bool AddDocument(const std::string& name, std::string_view text, Format format, int line,
                 std::string_view pattern_name, ForeignFiles* files) {
  DocumentResult read = ReadDocument(text, format, name);
  const std::string record = line == 0 ? name : StrCat(name, ":", line);
  if (read.document == nullptr) {
    if (line > 0) PlaceInLine(line, &read.issues);
    Complain(ToText(read.issues));
    return false;
  }
  const auto add = [&](const std::string& file, google::protobuf::Value content) {
    files->names.emplace(file, pattern_name);
    files->records.push_back({file, std::move(content)});
  };
  google::protobuf::Value content = ToJsonValue(read.document->root);
  if (content.has_list_value()) {
    int index = 0;
    for (google::protobuf::Value& element : *content.mutable_list_value()->mutable_values()) {
      add(StrCat(record, "[", index++, "]"), std::move(element));
    }
    return true;
  }
  if (!content.has_struct_value()) {
    Complain(StrCat(Printable(record),
                    ": error: there is no record in it\n  help: a record is a "
                    "JSON object or a YAML mapping"));
    return false;
  }
  add(record, std::move(content));
  return true;
}

bool AddFile(const std::string& path, const std::string& pattern_name, ForeignFiles* files) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    Complain(StrCat("error: ", FromAbsl(text.status().message())));
    return false;
  }
  if (!path.ends_with(".jsonl")) {
    return AddDocument(path, *text,
                       FormatOf(path, *text) == Format::kJson ? Format::kJson : Format::kYaml, 0,
                       pattern_name, files);
  }
  bool read = true;
  for (const auto& [number, line] : JsonLines(*text)) {
    read = AddDocument(path, line, Format::kJson, number, pattern_name, files) && read;
  }
  return read;
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

ForeignFiles ReadForeignFiles(const std::vector<std::string>& paths) {
  ForeignFiles files;
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<std::string>> found =
        ExpandFolders({path}, {".json", ".jsonl", ".yaml", ".yml"});
    if (!found.ok() || found->empty()) {
      Complain(found.ok() ? StrCat("error: no records in ", Printable(path),
                                   "\n  help: records are the files that end with .json, .jsonl, "
                                   ".yaml or .yml")
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
      if (!AddFile(file, name, &files)) files.failed = true;
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
