#include "cli/import_records.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
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

bool TellsPathOwners(const Mapping& mapping) {
  return mapping.proto().fields().contains("directory.path_owners");
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

namespace {

bool NamesItself(const v1::Source& source, const std::string& name) {
  return !source.files().empty() && NamesFile(source, name);
}

// Of a folder: files with an ending of records, unless every source names its files itself, and
// those that a source names.
class RecordFiles {
 public:
  explicit RecordFiles(const std::vector<std::shared_ptr<const Mapping>>& mappings) {
    for (const std::shared_ptr<const Mapping>& mapping : mappings) {
      for (const v1::Source& source : mapping->proto().sources()) sources_.push_back(&source);
    }
    by_ending_ = std::any_of(sources_.begin(), sources_.end(),
                             [](const v1::Source* source) { return source->files().empty(); });
  }

  bool Contains(const std::string& name) const {
    static constexpr std::array<std::string_view, 6> kEndings = {".json", ".jsonl", ".sarif",
                                                                 ".xml",  ".yaml",  ".yml"};
    const std::string lower = absl::AsciiStrToLower(ToAbsl(name));
    return (by_ending_ && std::any_of(kEndings.begin(), kEndings.end(),
                                      [&](auto ending) { return lower.ends_with(ending); })) ||
           std::any_of(sources_.begin(), sources_.end(),
                       [&](const v1::Source* source) { return NamesItself(*source, name); });
  }

  std::string Help() const {
    std::string named;
    for (const v1::Source* const source : sources_) {
      for (const std::string& pattern : source->files()) {
        StrAppend(&named, named.empty() ? "" : ", ", pattern);
      }
    }
    constexpr std::string_view kEndings =
        "records are the files that end with .json, .jsonl, .sarif, .xml, .yaml or .yml";
    if (named.empty()) return std::string(kEndings);
    return by_ending_ ? StrCat(kEndings, ", and those that are like ", named)
                      : StrCat("records are the files that are like ", named);
  }

 private:
  std::vector<const v1::Source*> sources_;
  bool by_ending_ = false;
};

struct FoundFile {
  std::string path;
  std::string name;   // what patterns are held against
  std::string place;  // of ForeignRecord::name
};

absl::StatusOr<std::vector<FoundFile>> FindFiles(const std::string& path,
                                                 const RecordFiles& wanted) {
  const std::filesystem::path given(path);
  std::error_code error;
  if (!std::filesystem::is_directory(given, error)) {
    return std::vector<FoundFile>{
        {path, given.filename().string(), given.lexically_normal().generic_string()}};
  }
  CP_ASSIGN_OR_RETURN(const std::vector<std::string> all, ExpandFolders({path}, {""}));
  std::vector<FoundFile> found;
  for (const std::string& file : all) {
    const std::string name = std::filesystem::path(file).lexically_relative(given).generic_string();
    if (wanted.Contains(name)) found.push_back({file, name, name});
  }
  return found;
}

}  // namespace

ForeignFiles ReadForeignFiles(const std::vector<std::string>& paths,
                              const std::vector<std::shared_ptr<const Mapping>>& mappings,
                              const std::vector<NamedKey>& keys) {
  ForeignFiles files;
  const auto fail = [&files](const std::string& complaint) {
    Complain(complaint);
    files.failed = true;
  };
  const RecordFiles wanted(mappings);
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    const absl::StatusOr<std::vector<FoundFile>> found = FindFiles(path, wanted);
    if (!found.ok() || found->empty()) {
      fail(found.ok()
               ? StrCat("error: no records in ", Printable(path), "\n  help: ", wanted.Help())
               : StrCat("error: ", MessageOf(found.status())));
      continue;
    }
    for (const FoundFile& file : *found) {
      if (!seen.insert(file.path).second) continue;
      const absl::StatusOr<std::string> text = ReadFile(file.path);
      if (!text.ok()) {
        fail(StrCat("error: ", MessageOf(text.status())));
        continue;
      }
      RecordsResult read = ReadRecords(*text, file.path, {.keys = &keys});
      if (!read.issues.empty()) fail(ToText(read.issues));
      for (ForeignRecord& record : read.records) {
        record.name = file.place;
        files.names.emplace(record.file, file.name);
        files.records.push_back(std::move(record));
      }
    }
  }
  return files;
}

}  // namespace changepolicy::cli
