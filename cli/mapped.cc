#include "cli/mapped.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/files.h"
#include "cli/import_records.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/foreign/read_records.h"
#include "libchangepolicy/mapping/import.h"

namespace changepolicy::cli {

namespace {

namespace fs = std::filesystem;

struct FoundFile {
  std::string path;
  // What patterns are held against: relative to the folder, or the last part of a file that was
  // named itself.
  std::string name;
  std::string place;  // of ForeignRecord::name

  friend bool operator<(const FoundFile& a, const FoundFile& b) { return a.path < b.path; }
};

std::optional<std::vector<FoundFile>> ListFiles(const std::vector<std::string>& paths) {
  std::vector<FoundFile> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) {
      Complain(StrCat("error: ", path, ": no such file or folder"));
      return std::nullopt;
    }
    if (!fs::is_directory(path, error)) {
      files.push_back({path, fs::path(path).filename().string(),
                       fs::path(path).lexically_normal().generic_string()});
      continue;
    }
    for (auto entry = fs::recursive_directory_iterator(path, error);
         entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (error) break;
      if (!entry->is_directory(error)) {
        const std::string name = fs::relative(entry->path(), path, error).generic_string();
        files.push_back({entry->path().string(), name, name});
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Gathered {
  std::map<std::string, std::vector<ForeignRecord>> records;
  std::vector<Record> unreadable;
};

// What cannot be read is named, and the rest goes on.
void ReadForeign(const FoundFile& file, std::vector<ForeignRecord>* records,
                 std::vector<Record>* unreadable) {
  const std::string& path = file.path;
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    unreadable->push_back({.name = path, .problem = StrCat("error: ", MessageOf(text.status()))});
    return;
  }
  RecordsResult read = ReadRecords(*text, path, {.split_lists = false});
  for (ForeignRecord& record : read.records) {
    record.file.replace(0, path.size(), file.name);
    record.name = file.place;
    records->push_back(std::move(record));
  }
  const size_t first = unreadable->size();
  for (const Issue& issue : read.issues) {
    const bool is_line = path.ends_with(".jsonl") && issue.position.line > 0;
    const std::string of = is_line ? StrCat(path, ":", issue.position.line) : issue.file;
    if (unreadable->size() > first && unreadable->back().name == of) {
      StrAppend(&unreadable->back().problem, "\n", ToText(issue));
    } else {
      unreadable->push_back({.name = of, .problem = ToText(issue)});
    }
  }
}

// A joined record that cannot be read must not pass for one that is not there, so it is among the
// unreadable ones as well.
std::optional<Gathered> Gather(const std::vector<std::string>& paths, const Mapping& mapping) {
  const auto files = ListFiles(paths);
  if (!files.has_value()) return std::nullopt;
  Gathered gathered;
  for (const FoundFile& file : *files) {
    const auto named = [&file](const v1::Source& source) { return NamesFile(source, file.name); };
    const auto& sources = mapping.proto().sources();
    if (std::none_of(sources.begin(), sources.end(), named)) continue;
    std::vector<ForeignRecord> records;
    ReadForeign(file, &records, &gathered.unreadable);
    for (const ForeignRecord& record : records) {
      for (const std::string& source : mapping.SourcesOf(record, named)) {
        gathered.records[source].push_back(record);
      }
    }
  }
  return gathered;
}

}  // namespace

std::optional<std::vector<Record>> ReadMapped(const std::vector<std::string>& paths,
                                              const std::string& mapping_file) {
  const auto mappings = LoadMappings({mapping_file});
  if (!mappings.has_value()) return std::nullopt;
  if (mappings->size() > 1) {
    Complain(StrCat("error: `", Printable(mapping_file), "` is ", mappings->size(),
                    " mappings\n  help: name one of them, or `changepolicy import` the records"));
    return std::nullopt;
  }
  const std::shared_ptr<const Mapping>& mapping = mappings->front();
  std::optional<Gathered> gathered = Gather(paths, *mapping);
  if (!gathered.has_value()) return std::nullopt;
  std::vector<Record> records = std::move(gathered->unreadable);
  for (MappedRecord& mapped : mapping->Apply(gathered->records)) {
    Record& record = records.emplace_back();
    record.name = mapped.file;
    record.annotations = std::move(mapped.annotations);
    if (HasErrors(mapped.issues)) {
      record.problem = ToText(mapped.issues);
    } else if (auto* const change = dynamic_cast<v1::ChangeRequest*>(mapped.message.get())) {
      record.subject = std::move(*change);
    } else if (auto* const release = dynamic_cast<v1::Release*>(mapped.message.get())) {
      record.subject = std::move(*release);
    } else {
      record.problem =
          StrCat(mapping_file, ": maps to an organization, not to a change or release");
    }
  }
  if (records.empty()) {
    std::string patterns;
    for (const std::string& pattern : mapping->proto().sources(0).files()) {
      StrAppend(&patterns, patterns.empty() ? "" : ", ", pattern);
    }
    std::string places;
    for (const std::string& path : paths) StrAppend(&places, places.empty() ? "" : ", ", path);
    Complain(StrCat("error: no records in ", Printable(places), "\n  help: `", mapping_file,
                    "` reads the files that are like ", patterns));
    return std::nullopt;
  }
  return records;
}

namespace {

// Somebody who stands in several records is one person.
void DropRepeatedPeople(v1::Directory* directory) {
  std::map<std::string, v1::Person> people;
  for (const v1::Person& person : directory->people()) people.emplace(person.id(), person);
  directory->clear_people();
  for (const auto& [id, person] : people) *directory->add_people() = person;
}

}  // namespace

std::optional<v1::Organization> MapOrganization(const std::vector<std::string>& paths,
                                                const std::vector<std::string>& mappings,
                                                v1::Organization organization) {
  const auto loaded = LoadMappings(mappings);
  if (!loaded.has_value()) return std::nullopt;
  if (std::any_of(loaded->begin(), loaded->end(),
                  [](const auto& mapping) { return TellsPathOwners(*mapping); })) {
    organization.mutable_directory()->clear_path_owners();
  }
  for (const std::shared_ptr<const Mapping>& mapping : *loaded) {
    const std::optional<Gathered> gathered = Gather(paths, *mapping);
    if (!gathered.has_value()) return std::nullopt;
    for (const Record& record : gathered->unreadable) Complain(record.problem);
    // Owners that a file took away would be there again without it.
    if (TellsPathOwners(*mapping) && !gathered->unreadable.empty()) return std::nullopt;
    for (const MappedRecord& mapped : mapping->Apply(gathered->records)) {
      if (!mapped.issues.empty()) Complain(ToText(mapped.issues));
      if (HasErrors(mapped.issues)) return std::nullopt;
      const auto* const part = dynamic_cast<const v1::Organization*>(mapped.message.get());
      if (part == nullptr) {
        Complain(StrCat("error: the mapping `", mapping->proto().mapping().id(),
                        "` maps to a change or release, not to an "
                        "organization\n  help: write `to: ORGANIZATION`"));
        return std::nullopt;
      }
      organization.MergeFrom(*part);
    }
  }
  DropRepeatedPeople(organization.mutable_directory());
  return organization;
}

std::optional<Organization> LoadMappedOrganization(const std::vector<std::string>& paths,
                                                   const std::vector<std::string>& mappings,
                                                   v1::Organization organization) {
  std::optional<v1::Organization> mapped =
      MapOrganization(paths, mappings, std::move(organization));
  if (!mapped.has_value()) return std::nullopt;
  OrganizationResult result = Organization::Create(*std::move(mapped));
  if (!result.issues.empty()) Complain(ToText(result.issues));
  return std::move(result.organization);
}

}  // namespace changepolicy::cli
