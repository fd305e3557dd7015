// Foreign records to our messages, by a mapping document (proto/changepolicy/v1/mapping.proto).
//
//   MappingResult mapping = LoadMapping("kep.yaml", text);
//   std::vector<MappedRecord> records = mapping.mapping->Apply(foreign);
//
// Nothing is known here of any foreign system.
#ifndef LIBCHANGEPOLICY_MAPPING_MAPPING_H_
#define LIBCHANGEPOLICY_MAPPING_MAPPING_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "changepolicy/v1/mapping.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// A record as its system keeps it.
struct ForeignRecord {
  // The file that it came from, relative to what was given.
  std::string file;
  google::protobuf::Value content;
};

struct MappedRecord {
  std::string file;  // of the primary record
  // Of the target's type; meaningful where `issues` has no error.
  std::unique_ptr<google::protobuf::Message> message;
  // What could not be mapped, by field.
  Issues issues;
  // Fields that the mapping knows and this record leaves unset, sorted.
  std::vector<std::string> unset;
  // Annotations as JSON text, by name.
  std::vector<std::pair<std::string, std::string>> annotations;
};

// Immutable, thread-safe.
class Mapping {
 public:
  const v1::Mapping& proto() const { return proto_; }
  // Records by the id of their source. One result per primary record, in their order; after them
  // one, with errors and no message, for each joined record that cannot be used: left out in
  // silence, it would pass for one that is not there.
  std::vector<MappedRecord> Apply(
      const std::map<std::string, std::vector<ForeignRecord>>& records) const;

 private:
  friend class MappingLoader;
  friend class Mapper;
  Mapping() = default;

  v1::Mapping proto_;
  std::shared_ptr<cel::Environment> environment_, key_environment_;
  std::vector<std::pair<std::string, cel::Expression>> definitions_, fields_, annotations_;
  std::map<std::string, cel::Expression> keys_, each_;
};

struct MappingResult {
  // Null when an issue is an error.
  std::shared_ptr<const Mapping> mapping;
  Issues issues;
};

// Every problem with its place: unknown fields of our message, mistakes in expressions, names.
MappingResult LoadMapping(std::string_view name, std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_MAPPING_H_
