// Foreign records of cases, by the mappings of their suite: what tests of mappings look at.
#ifndef LIBCHANGEPOLICY_TRIAL_IMPORTED_H_
#define LIBCHANGEPOLICY_TRIAL_IMPORTED_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "changepolicy/v1/trial.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/foreign/dsse.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/trial/suite_files.h"

namespace changepolicy {

// What became of the records of a case.
struct Imported {
  // A change, a release or an organization; null where the records were refused.
  std::unique_ptr<google::protobuf::Message> message;
  std::set<UnmappedWord> unmapped;
  // Every complaint; empty: they were not refused.
  std::string refused;
};

class CaseImporter {
 public:
  explicit CaseImporter(const SuiteFiles& files) : files_(files) {}

  // Reads the suite's mappings and keys. InvalidArgument for a file that is not there or no key;
  // what is wrong in mappings goes to `issues`, each with its place.
  absl::Status Load(const v1::Suite& suite, Issues* issues);

  // InvalidArgument for a file that is not there, and where it is not clear which of several
  // subjects the case means.
  absl::StatusOr<Imported> Import(const v1::Case& test) const;

 private:
  struct NamedRecord {
    ForeignRecord record;
    std::string file;  // which patterns of sources are held against; empty: it is from no file
  };

  absl::Status AddMapping(const std::string& name, Issues* issues);
  // What cannot be read goes to `refused`.
  absl::StatusOr<std::vector<NamedRecord>> Read(const v1::Case& test, std::string* refused) const;

  const SuiteFiles& files_;
  std::vector<std::shared_ptr<const Mapping>> mappings_;
  std::vector<NamedKey> keys_;
};

bool HasRecords(const v1::Case& test);

// Each difference between what is expected of an import and what became of it, as a sentence.
std::vector<std::string> ImportDifferences(const v1::Expectation& expected,
                                           const Imported& imported);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_IMPORTED_H_
