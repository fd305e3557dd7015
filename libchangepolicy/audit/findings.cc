#include "libchangepolicy/audit/findings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

struct Wording {
  v1::AuditTestKind test;
  const char* title;
  const char* examines;
};

constexpr Wording kWordings[] = {
    {v1::AUDIT_TEST_KIND_COMPLETENESS, "Whatever reached production belongs to an allowed change",
     "deployments and changes closed as successful"},
    {v1::AUDIT_TEST_KIND_APPROVAL, "Approved before it was implemented, by somebody else",
     "deployments"},
    {v1::AUDIT_TEST_KIND_SEPARATION, "Nobody held two parts that stay apart",
     "changes and releases"},
    {v1::AUDIT_TEST_KIND_EVIDENCE, "Tested outside production first", "deployments"},
    {v1::AUDIT_TEST_KIND_COMMUNICATION, "Whoever had to be told was told, on record",
     "deployments"},
    {v1::AUDIT_TEST_KIND_RETENTION, "Records reach back far enough, and none is gone",
     "changes and releases"},
    {v1::AUDIT_TEST_KIND_EMERGENCY_SHARE, "Emergencies are few enough", "deployed changes"},
    {v1::AUDIT_TEST_KIND_EMERGENCY_FOLLOW_UP, "What an emergency owes was done in time",
     "obligations of emergencies"},
    {v1::AUDIT_TEST_KIND_EXCEPTIONS, "No exception was used or is needed past its end",
     "accepted risks and their uses"},
    {v1::AUDIT_TEST_KIND_OBLIGATIONS, "What is owed was done in time", "obligations"},
    {v1::AUDIT_TEST_KIND_BACKDATING, "What happened before a decision was on record at it",
     "facts"},
    {v1::AUDIT_TEST_KIND_OVERRIDES, "No rule was set aside", "deployments"},
    {v1::AUDIT_TEST_KIND_POPULATION, "The records as a whole are as the policy asks",
     "demands of the policy"},
};

template <typename Rules>
void AddClauses(const Rules& rules,
                std::map<std::string, std::set<std::string>, std::less<>>* clauses) {
  for (const auto& rule : rules) {
    (*clauses)[rule.id()].insert(rule.clauses().begin(), rule.clauses().end());
  }
}

// Clauses behind the test, as the policy lists them, each once.
std::vector<std::string> ClausesOf(const v1::Policy& policy, v1::AuditTestKind test) {
  std::vector<std::string> clauses;
  for (const v1::AuditTest& declared : policy.audit().tests()) {
    if (declared.test() != test) continue;
    for (const std::string& clause : declared.clauses()) {
      if (std::find(clauses.begin(), clauses.end(), clause) == clauses.end()) {
        clauses.push_back(clause);
      }
    }
  }
  return clauses;
}

template <typename Clauses>
std::set<std::string> ControlsOf(const v1::Policy& policy, v1::AuditTestKind test,
                                 const Clauses& clauses) {
  std::set<std::string> controls;
  for (const v1::AuditTest& declared : policy.audit().tests()) {
    if (declared.test() == test) {
      controls.insert(declared.controls().begin(), declared.controls().end());
    }
  }
  for (const std::string& clause : clauses) {
    const auto found = policy.clauses().find(clause);
    if (found == policy.clauses().end()) continue;
    controls.insert(found->second.controls().begin(), found->second.controls().end());
  }
  return controls;
}

auto OrderOf(const v1::AuditFinding& finding) {
  return std::make_tuple(finding.test(), finding.has_at(), FromProto(finding.at()),
                         std::string_view(finding.subject_id()), finding.has_index(),
                         finding.index(), std::string_view(finding.id()),
                         std::string_view(finding.text()));
}

}  // namespace

Findings::Findings(const v1::Policy& policy) : policy_(policy) {
  for (const Wording& wording : kWordings) {
    v1::AuditTestResult& result = results_[wording.test];
    result.set_test(wording.test);
    result.set_title(wording.title);
    result.set_examines(wording.examines);
    const std::vector<std::string> clauses = ClausesOf(policy, wording.test);
    const std::set<std::string> controls = ControlsOf(policy, wording.test, clauses);
    *result.mutable_clauses() = {clauses.begin(), clauses.end()};
    *result.mutable_controls() = {controls.begin(), controls.end()};
  }
  AddClauses(policy.approvals(), &clauses_of_rules_);
  AddClauses(policy.separation().pairs(), &clauses_of_rules_);
  AddClauses(policy.gates(), &clauses_of_rules_);
  AddClauses(policy.obligations(), &clauses_of_rules_);
  AddClauses(policy.lints(), &clauses_of_rules_);
  AddClauses(policy.overrides(), &clauses_of_rules_);
}

void Findings::AddProblem(std::string_view problem) { problems_.insert(Printable(problem)); }

void Findings::Add(v1::AuditTestKind test, Found found) {
  v1::AuditFinding& finding = findings_.emplace_back();
  finding.set_test(test);
  finding.set_id(std::move(found.id));
  finding.set_subject_id(std::move(found.subject));
  if (found.index) finding.set_index(*found.index);
  finding.set_text(Printable(found.text));
  const bool is_dated =
      found.at && *found.at != absl::InfinitePast() && *found.at != absl::InfiniteFuture();
  if (is_dated) ToProto(*found.at, finding.mutable_at());
  const std::set<std::string> rules(found.rules.begin(), found.rules.end());
  const std::vector<std::string> behind = ClausesOf(policy_, test);
  std::set<std::string> clauses(behind.begin(), behind.end());
  clauses.insert(found.clauses.begin(), found.clauses.end());
  for (const std::string& rule : rules) {
    const auto of_rule = clauses_of_rules_.find(rule);
    if (of_rule != clauses_of_rules_.end()) {
      clauses.insert(of_rule->second.begin(), of_rule->second.end());
    }
  }
  const std::set<std::string> controls = ControlsOf(policy_, test, clauses);
  *finding.mutable_rules() = {rules.begin(), rules.end()};
  *finding.mutable_clauses() = {clauses.begin(), clauses.end()};
  *finding.mutable_controls() = {controls.begin(), controls.end()};
}

void Findings::Write(v1::AuditReport* report) const {
  for (const auto& [test, result] : results_) *report->add_tests() = result;
  std::vector<const v1::AuditFinding*> sorted;
  for (const v1::AuditFinding& finding : findings_) sorted.push_back(&finding);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return OrderOf(*a) < OrderOf(*b); });
  for (const v1::AuditFinding* const finding : sorted) *report->add_findings() = *finding;
  *report->mutable_problems() = {problems_.begin(), problems_.end()};
}

AuditTestRun::AuditTestRun(v1::AuditTestKind test, Findings* findings)
    : test_(test), findings_(findings) {}

AuditTestRun::~AuditTestRun() {
  v1::AuditTestResult& result = findings_->results_[test_];
  result.set_passed(ran_ && result.exceptions() == 0);
}

void AuditTestRun::Examine() {
  v1::AuditTestResult& result = findings_->results_[test_];
  result.set_examined(result.examined() + 1);
  has_found_ = false;
}

void AuditTestRun::Find(Found found) {
  v1::AuditTestResult& result = findings_->results_[test_];
  if (!has_found_) result.set_exceptions(result.exceptions() + 1);
  has_found_ = true;
  findings_->Add(test_, std::move(found));
}

void AuditTestRun::CannotRun(std::string_view why) {
  ran_ = false;
  findings_->AddProblem(StrCat(ValueName(test_), ": ", why));
}

}  // namespace changepolicy
