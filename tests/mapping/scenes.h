// Payloads that importers are tried on, and what became of them.
#ifndef TESTS_MAPPING_SCENES_H_
#define TESTS_MAPPING_SCENES_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/source/foreign_record.h"

namespace changepolicy {

using Mappings = std::vector<std::shared_ptr<const Mapping>>;

// Records that are imported together, by the built-in mappings of one system.
struct Scene {
  std::string name;
  std::string family;  // like `github`
  std::vector<ForeignRecord> records;
};

// Those whose names begin with the family's; loaded once.
const Mappings& MappingsOf(const std::string& family);

// Of tests/mapping/payloads: the family is the name of the file up to a `_` or `.`.
const std::vector<Scene>& OwnScenes();
// Of the folder CHANGEPOLICY_DATA, a scene per file that can be imported as it is; none where the
// variable is not set.
const std::vector<Scene>& SharedScenes();

// What the command would have made of the records.
struct Answer {
  // Some record was refused, or belongs to nothing: the command says which, and does not succeed.
  bool refused = false;
  std::string why;
  // By id; those that were imported.
  std::map<std::string, std::unique_ptr<google::protobuf::Message>> subjects;
};
Answer Import(const std::string& family, const std::vector<ForeignRecord>& records);

}  // namespace changepolicy

#endif  // TESTS_MAPPING_SCENES_H_
