// What a report counts beside its tests.
#ifndef LIBCHANGEPOLICY_AUDIT_COUNTS_H_
#define LIBCHANGEPOLICY_AUDIT_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/audit/examination.h"
#include "libchangepolicy/audit/programme.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

// Entries of the whole log by kind; decisions asked about an instant of the period by verdict and
// month; changes by the category of their latest decision in it. Thread-compatible.
class Counts {
 public:
  explicit Counts(const Programme::Options& options) : options_(options) {}

  void Add(const LoggedEntry& entry);

  // With deployments and findings. A month in which there is nothing is left out.
  void Write(const Examination& examination, v1::AuditReport* report) const;

 private:
  bool Covers(absl::Time at) const;

  const Programme::Options options_;
  std::map<std::string, int64_t> kinds_;
  std::map<int, int64_t> verdicts_;
  std::map<std::string, v1::AuditMonth> months_;
  absl::flat_hash_map<std::string, v1::Category> categories_;  // by change
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_COUNTS_H_
