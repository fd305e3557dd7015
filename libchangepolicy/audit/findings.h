// The results of the auditor's programme as they are gathered.
#ifndef LIBCHANGEPOLICY_AUDIT_FINDINGS_H_
#define LIBCHANGEPOLICY_AUDIT_FINDINGS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// Something that a test found.
struct Found {
  std::string id;
  std::string subject = {};
  std::optional<int64_t> index = {};
  std::string text;
  std::vector<std::string> rules = {};
  std::vector<std::string> clauses = {};  // beside those of the test and of the rules
  std::optional<absl::Time> at = {};
};

// Gathers findings, adds the clauses and controls behind them, and counts. Every test has a result,
// also before it is begun. Thread-compatible; the policy must outlive it.
class Findings {
 public:
  explicit Findings(const v1::Policy& policy);

  // Something that could not be looked at.
  void AddProblem(std::string_view problem);

  // Tests by number; findings by test, instant, subject, index, id, text; problems sorted.
  void Write(v1::AuditReport* report) const;

  const std::vector<v1::AuditFinding>& findings() const { return findings_; }

 private:
  friend class AuditTestRun;

  void Add(v1::AuditTestKind test, Found found);

  const v1::Policy& policy_;
  std::map<v1::AuditTestKind, v1::AuditTestResult> results_;
  std::map<std::string, std::set<std::string>, std::less<>> clauses_of_rules_;
  std::vector<v1::AuditFinding> findings_;
  std::set<std::string> problems_;
};

// A test of the programme while it runs; it has passed when it ends without a finding.
class AuditTestRun {
 public:
  AuditTestRun(v1::AuditTestKind test, Findings* findings);
  ~AuditTestRun();
  AuditTestRun(const AuditTestRun&) = delete;
  AuditTestRun& operator=(const AuditTestRun&) = delete;

  // The next record is looked at: what is found until the one after it is found in it.
  void Examine();
  void Find(Found found);
  // The test, or a part of it, could not be run. It has not passed then.
  void CannotRun(std::string_view why);

 private:
  const v1::AuditTestKind test_;
  Findings* const findings_;
  bool ran_ = true;
  bool has_found_ = false;  // in this record
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_FINDINGS_H_
