// The two inputs of `import`: mappings and foreign records.
#ifndef CLI_IMPORT_RECORDS_H_
#define CLI_IMPORT_RECORDS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libchangepolicy/foreign/dsse.h"
#include "libchangepolicy/mapping/mapping.h"

namespace changepolicy::cli {

// Files, or names of mappings that are built in. Everything that is wrong goes to standard error;
// nothing is returned then.
std::optional<std::vector<std::shared_ptr<const Mapping>>> LoadMappings(
    const std::vector<std::string>& names);

// Whether the mapping tells who owns paths. It then tells all of them: what was known before goes.
bool TellsPathOwners(const Mapping& mapping);

// Every complaint about these mappings, those to an organization too, to standard error. Gives the
// exit code: that of the worst, 1 for a warning.
int LintMappings(const std::vector<std::string>& names);

struct ForeignFiles {
  std::vector<ForeignRecord> records;
  // By the record's file: what patterns of sources are held against.
  std::map<std::string, std::string> names;
  bool failed = false;  // something could not be read, and was complained about
};

// Public keys in PEM, each named like its file without folder and extension. Everything that is
// wrong goes to standard error; nothing is returned then.
std::optional<std::vector<NamedKey>> LoadKeys(const std::vector<std::string>& files);

// Every file, read by ReadRecords; of folders, by name, those that a source of the mappings names,
// and those with the ending of a record, unless all sources name theirs.
ForeignFiles ReadForeignFiles(const std::vector<std::string>& paths,
                              const std::vector<std::shared_ptr<const Mapping>>& mappings,
                              const std::vector<NamedKey>& keys);

}  // namespace changepolicy::cli

#endif  // CLI_IMPORT_RECORDS_H_
