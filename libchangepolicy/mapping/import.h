// Records of any kind to subjects: the mapping for each is chosen by its content.
//
//   ImportResult result = ImportRecords(mappings, records, {});
//
// The mappings that come with the library are read by name: BuiltinMappings("github").
#ifndef LIBCHANGEPOLICY_MAPPING_IMPORT_H_
#define LIBCHANGEPOLICY_MAPPING_IMPORT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/mapping/mapping.h"

namespace changepolicy {

struct ImportedRecord {
  std::shared_ptr<const Mapping> mapping;
  MappedRecord mapped;
};

struct ImportResult {
  // In the order of the mappings, and of one mapping in that of its records; those of fallbacks
  // come last.
  std::vector<ImportedRecord> subjects;
  // Files that no source of any mapping takes, and files that were taken and are part of no
  // subject; both in the order given.
  std::vector<std::string> uncovered;
  std::vector<std::string> left_over;
};

struct ImportOptions {
  ApplyOptions apply;
  // Whether the source's patterns name the file. Not set: every file.
  std::function<bool(const v1::Source& source, const std::string& file)> names;
};

// A record that two mappings take for a subject is one with an error: which of them is meant is
// not guessed. A record that was folded into another subject is no subject of a fallback.
// REQUIRES: files of records differ.
ImportResult ImportRecords(const std::vector<std::shared_ptr<const Mapping>>& mappings,
                           const std::vector<ForeignRecord>& records, const ImportOptions& options);

// An error for each record that no mapping covers or that belongs to nothing, in their order.
Issues NotImported(const ImportResult& result);

// Whether one of the source's patterns is like the file's name; a source without patterns takes
// any.
bool NamesFile(const v1::Source& source, std::string_view file);

struct BuiltinMapping {
  std::string_view name;  // like `github-pull-request`
  std::string_view text;
};
// All of them, by name.
std::vector<BuiltinMapping> BuiltinMappings();
// The one of that name, or those whose names begin with it and a hyphen; empty: there is none.
std::vector<BuiltinMapping> BuiltinMappings(std::string_view name);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_IMPORT_H_
