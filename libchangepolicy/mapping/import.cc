#include "libchangepolicy/mapping/import.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/base/embedded.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

// Written by cmake/embed.cmake.
const std::vector<EmbeddedFile>& EmbeddedMappings();

namespace {

using Records = std::map<std::string, std::vector<ForeignRecord>>;

class Importer {
 public:
  Importer(const std::vector<ForeignRecord>& records, const ImportOptions& options)
      : records_(records), options_(options) {}

  void Apply(const std::shared_ptr<const Mapping>& mapping) {
    const Records by_source = Sort(*mapping);
    for (MappedRecord& mapped : mapping->Apply(by_source, options_.apply)) {
      folded_.insert(mapped.files.begin(), mapped.files.end());
      NoteSubject(*mapping, &mapped);
      result_.subjects.push_back({mapping, std::move(mapped)});
    }
  }

  ImportResult Finish() {
    for (const ForeignRecord& record : records_) {
      if (!taken_.contains(record.file)) {
        result_.uncovered.push_back(record.file);
      } else if (!folded_.contains(record.file)) {
        result_.left_over.push_back(record.file);
      }
    }
    return std::move(result_);
  }

 private:
  Records Sort(const Mapping& mapping) {
    Records by_source;
    const std::string& primary = mapping.proto().sources(0).id();
    for (const ForeignRecord& record : records_) {
      const auto named = [&](const v1::Source& source) {
        return !options_.names || options_.names(source, record.file);
      };
      for (const std::string& source : mapping.SourcesOf(record, named)) {
        taken_.insert(record.file);
        const bool is_folded = source == primary && mapping.proto().mapping().fallback() &&
                               folded_.contains(record.file);
        if (!is_folded) by_source[source].push_back(record);
      }
    }
    return by_source;
  }

  void NoteSubject(const Mapping& mapping, MappedRecord* mapped) {
    const std::string& id = mapping.proto().mapping().id();
    const auto [found, is_new] = subjects_.emplace(mapped->file, id);
    if (is_new) return;
    Issue issue;
    issue.id = "ambiguous-mapping";
    issue.file = mapped->file;
    issue.message =
        StrCat("the mappings `", found->second, "` and `", id, "` both take it for a subject");
    issue.help = "name one of them, or make their `when` tell records apart";
    mapped->issues.push_back(std::move(issue));
  }

  const std::vector<ForeignRecord>& records_;
  const ImportOptions& options_;
  ImportResult result_;
  std::set<std::string> taken_, folded_;
  std::map<std::string, std::string> subjects_;  // mapping by primary record
};

}  // namespace

ImportResult ImportRecords(const std::vector<std::shared_ptr<const Mapping>>& mappings,
                           const std::vector<ForeignRecord>& records,
                           const ImportOptions& options) {
  Importer importer(records, options);
  for (const bool fallback : {false, true}) {
    for (const std::shared_ptr<const Mapping>& mapping : mappings) {
      if (mapping->proto().mapping().fallback() == fallback) importer.Apply(mapping);
    }
  }
  return importer.Finish();
}

Issues NotImported(const ImportResult& result) {
  Issues issues;
  const auto add = [&](const std::string& file, std::string_view id, std::string_view message,
                       std::string_view help) {
    Issue issue;
    issue.id = id;
    issue.message = message;
    issue.help = help;
    issue.file = file;
    issues.push_back(std::move(issue));
  };
  for (const std::string& file : result.uncovered) {
    add(file, "uncovered-record", "no mapping covers it",
        "`import --list` shows what is covered; docs/mapping.md says how to write a mapping");
  }
  for (const std::string& file : result.left_over) {
    add(file, "left-over-record", "it belongs to none of the records that were given",
        "give the record that it belongs to as well");
  }
  return issues;
}

bool NamesFile(const v1::Source& source, std::string_view file) {
  return source.files().empty() ||
         std::any_of(source.files().begin(), source.files().end(),
                     [&](const std::string& pattern) { return PathMatches(pattern, file); });
}

std::vector<BuiltinMapping> BuiltinMappings() {
  std::vector<BuiltinMapping> mappings;
  for (const EmbeddedFile& file : EmbeddedMappings()) mappings.push_back({file.name, file.bytes});
  std::sort(mappings.begin(), mappings.end(),
            [](const BuiltinMapping& a, const BuiltinMapping& b) { return a.name < b.name; });
  return mappings;
}

std::vector<BuiltinMapping> BuiltinMappings(std::string_view name) {
  std::vector<BuiltinMapping> found;
  for (const BuiltinMapping& mapping : BuiltinMappings()) {
    if (mapping.name == name || mapping.name.starts_with(StrCat(name, "-"))) {
      found.push_back(mapping);
    }
  }
  return found;
}

}  // namespace changepolicy
