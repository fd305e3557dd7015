// Foreign records to our messages, by a mapping document (proto/changepolicy/v1/mapping.proto).
//
//   MappingResult mapping = LoadMapping("kep.yaml", text);
//   std::vector<MappedRecord> records = mapping.mapping->Apply(foreign);
//
// Nothing is known here of any foreign system.
#ifndef LIBCHANGEPOLICY_MAPPING_MAPPING_H_
#define LIBCHANGEPOLICY_MAPPING_MAPPING_H_

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "changepolicy/v1/mapping.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/foreign_record.h"

namespace changepolicy {

// A value that an expression read of a record.
struct SourceValue {
  std::string file;
  std::string path;   // like `pull_request.user.login`
  std::string value;  // in CEL notation, shortened
  friend auto operator<=>(const SourceValue&, const SourceValue&) = default;
};

// A part of a record of which no expression read anything.
struct UnreadPart {
  std::string path;
  int values = 1;  // texts, numbers and bools in it
  friend bool operator==(const UnreadPart&, const UnreadPart&) = default;
};

// A word that its table does not have; what it was asked for stays unknown.
struct UnmappedWord {
  std::string table;
  std::string word;
  friend auto operator<=>(const UnmappedWord&, const UnmappedWord&) = default;
};

// What became of a field, and of what.
struct FieldOrigin {
  std::string field;
  std::string value;  // in CEL notation, shortened; `null` where the field stays unset
  std::vector<SourceValue> from;
};

struct MappedRecord {
  std::string file;  // of the primary record, the last of its versions
  // Of the target's type; meaningful where `issues` has no error.
  std::unique_ptr<google::protobuf::Message> message;
  // What could not be mapped, by field.
  Issues issues;
  // Fields that the mapping knows and this record leaves unset, sorted.
  std::vector<std::string> unset;
  // Annotations as JSON text, by name.
  std::vector<std::pair<std::string, std::string>> annotations;
  // Files of all records that were folded into it, sorted.
  std::set<std::string> files;
  std::set<UnmappedWord> unmapped;
  // Where it was asked for, by field; and of each file of `files` what nobody read.
  std::vector<FieldOrigin> origins;
  std::map<std::string, std::vector<UnreadPart>> unread;
  // Names of ApplyOptions::given that an expression read.
  std::set<std::string> used;
};

struct ApplyOptions {
  bool explain = false;  // fill `origins` and `unread`
  // What the caller knows beside the records, by name: the variable `given` of expressions.
  std::map<std::string, std::string> given = {};
};

// Immutable, thread-safe.
class Mapping {
 public:
  const v1::Mapping& proto() const { return proto_; }
  // The sources that take the record, by id, out of those of which `named` says that they name its
  // file: each whose guard (`when`) holds, or else the first that has none.
  std::vector<std::string> SourcesOf(
      const ForeignRecord& record,
      const std::function<bool(const v1::Source& source)>& named) const;

  // Records by the id of their source. One result per primary record, in their order; after them
  // one, with errors and no message, for each joined record that cannot be used: left out in
  // silence, it would pass for one that is not there.
  std::vector<MappedRecord> Apply(const std::map<std::string, std::vector<ForeignRecord>>& records,
                                  const ApplyOptions& options = {}) const;

 private:
  friend class MappingLoader;
  friend class Gatherer;
  friend class Mapper;
  Mapping() = default;

  // Of a source; nothing where it does not say.
  struct SourceExpressions {
    std::optional<cel::Expression> key, each, when, order, of;
  };

  v1::Mapping proto_;
  std::shared_ptr<cel::Environment> environment_, key_environment_;
  // Definitions stand after those that they read, the others by name.
  std::vector<std::pair<std::string, cel::Expression>> definitions_, fields_, annotations_;
  // Place in the document of each field, `FILE:LINE:COLUMN`.
  std::map<std::string, std::string> places_;
  std::map<std::string, SourceExpressions> sources_;
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
