#include "tests/fuzz/import_records.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/foreign/read_records.h"
#include "libchangepolicy/mapping/import.h"

namespace changepolicy {

namespace {

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "import: it does not hold that %s\n", what);
  std::abort();
}

const std::vector<std::shared_ptr<const Mapping>>& AllMappings() {
  static const auto& mappings = *new std::vector<std::shared_ptr<const Mapping>>([] {
    std::vector<std::shared_ptr<const Mapping>> loaded;
    for (const BuiltinMapping& each : BuiltinMappings()) {
      loaded.push_back(LoadMapping(each.name, each.text).mapping);
      Require(loaded.back() != nullptr, "mappings that are built in load");
    }
    return loaded;
  }());
  return mappings;
}

void RequireReasons(const Issues& issues) {
  for (const Issue& issue : issues) Require(!issue.message.empty(), "a complaint says something");
}

bool HasId(const google::protobuf::Message& subject) {
  if (const auto* change = dynamic_cast<const v1::ChangeRequest*>(&subject)) {
    return !change->id().empty();
  }
  if (const auto* release = dynamic_cast<const v1::Release*>(&subject)) {
    return !release->id().empty();
  }
  return true;  // an organization has none
}

std::string ImportAll(const std::vector<ForeignRecord>& records) {
  std::string all;
  const ImportResult result = ImportRecords(AllMappings(), records, {});
  for (const ImportedRecord& subject : result.subjects) {
    RequireReasons(subject.mapped.issues);
    if (!subject.mapped.issues.empty()) {
      all += ToText(subject.mapped.issues);
      continue;
    }
    Require(subject.mapped.message != nullptr, "without a complaint there is a subject");
    Require(HasId(*subject.mapped.message), "a change or release has an id");
    Require(!subject.mapped.files.empty(), "a subject comes from a record");
    all += subject.mapped.message->ShortDebugString();
  }
  for (const std::string& file : result.uncovered) all += "uncovered " + file;
  for (const std::string& file : result.left_over) all += "left over " + file;
  return all;
}

}  // namespace

void FuzzImport(std::string_view bytes) {
  const RecordsResult read = ReadRecords(bytes, "record");
  RequireReasons(read.issues);
  Require(!read.records.empty() || !read.issues.empty(), "a file has records, or complaints");
  Require(ImportAll(read.records) == ImportAll(read.records), "two imports agree");
}

}  // namespace changepolicy
