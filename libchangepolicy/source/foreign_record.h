// A record of a foreign system: what mappings read.
#ifndef LIBCHANGEPOLICY_SOURCE_FOREIGN_RECORD_H_
#define LIBCHANGEPOLICY_SOURCE_FOREIGN_RECORD_H_

#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"

namespace changepolicy {

// A record as its system keeps it.
struct ForeignRecord {
  // The file that it came from, relative to what was given; unique among the records of an import.
  std::string file;
  // A map, or the text of a file that is nothing else.
  google::protobuf::Value content;
  // `sha256:<hex>` that tells it from others: of the text that it was read from, or of that and its
  // place in a list. Empty: it came from no text.
  std::string digest = {};
  // Names of the keys whose signatures over the content were verified; empty: none was.
  std::vector<std::string> signers = {};
  // The file relative to the folder that was given, or as it was given itself; empty: `file` is.
  std::string name = {};
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_FOREIGN_RECORD_H_
