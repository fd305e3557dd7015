// What the policy demands of its records as a whole.
#include <string>

#include "changepolicy/v1/trial.pb.h"
#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

const v1::Lint* FindLint(const v1::Policy& policy, const std::string& id) {
  for (const v1::Lint& lint : policy.lints()) {
    if (lint.id() == id) return &lint;
  }
  return nullptr;
}

void SetPeriod(const Programme::Options& options, v1::Period* period) {
  if (options.start) ToProto(*options.start, period->mutable_start());
  if (options.end) ToProto(*options.end, period->mutable_end());
}

// Lends the subjects to a population and takes them back: copies would double the memory.
class LentPopulation {
 public:
  explicit LentPopulation(Examination* examination) : examination_(*examination) {
    SetPeriod(examination->options, population_.mutable_period());
    for (v1::ChangeRequest& change : examination->changes) {
      population_.add_changes()->Swap(&change);
    }
    for (v1::Release& release : examination->releases) population_.add_releases()->Swap(&release);
  }
  ~LentPopulation() {
    for (int i = 0; i < population_.changes_size(); ++i) {
      population_.mutable_changes(i)->Swap(&examination_.changes[static_cast<size_t>(i)]);
    }
    for (int i = 0; i < population_.releases_size(); ++i) {
      population_.mutable_releases(i)->Swap(&examination_.releases[static_cast<size_t>(i)]);
    }
  }
  LentPopulation(const LentPopulation&) = delete;
  LentPopulation& operator=(const LentPopulation&) = delete;

  const v1::Population& population() const { return population_; }

 private:
  Examination& examination_;
  v1::Population population_;
};

}  // namespace

void TestPopulation(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_POPULATION, &examination->findings);
  if (examination->subjects.empty()) return;
  const Engine engine(examination->policy, examination->organization);
  const LentPopulation lent(examination);
  const absl::StatusOr<v1::LintAnswer> answer =
      engine.LintPopulation(lent.population(), examination->options.now);
  if (!answer.ok()) {
    run.CannotRun(MessageOf(answer.status()));
    return;
  }
  for (const v1::RuleOutcome& outcome : answer->outcomes()) {
    run.Examine();
    if (outcome.status() == v1::STATUS_SATISFIED) continue;
    const v1::Lint* const lint = FindLint(examination->rules(), outcome.rule());
    const std::string title =
        lint == nullptr || lint->title().empty() ? outcome.rule() : lint->title();
    const bool is_known = outcome.status() == v1::STATUS_UNSATISFIED;
    run.Find({.id = is_known ? "demand-not-met" : "demand-undecided",
              .text = StrCat(
                  is_known ? "The records do not meet the demand: "
                           : "Nobody can tell whether the records meet the demand: ",
                  title, outcome.has_error() ? StrCat(" (", outcome.error().message(), ")") : ""),
              .rules = {outcome.rule()}});
  }
}

}  // namespace changepolicy
