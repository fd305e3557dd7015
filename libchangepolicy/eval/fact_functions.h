// The functions of policies, computed from the subject and the organization of one decision.
#ifndef LIBCHANGEPOLICY_EVAL_FACT_FUNCTIONS_H_
#define LIBCHANGEPOLICY_EVAL_FACT_FUNCTIONS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/check/vocabulary.h"
#include "libchangepolicy/domain/evidence.h"
#include "libchangepolicy/domain/finding.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

// `evaluation` must outlive it. What depends on the clock adds the instants at which it changes.
class FactFunctions {
 public:
  explicit FactFunctions(Evaluation* evaluation) : evaluation_(*evaluation) {}

  cel::Value Call(DomainFunction function, cel::Args args);

 private:
  const Subject& subject() const { return evaluation_.subject; }
#define CP_OF_MESSAGE(name)                                          \
  const auto& name() const {                                         \
    return InMessage(                                                \
        subject(), [](const auto& m) -> auto& { return m.name(); }); \
  }
  CP_OF_MESSAGE(deployments)
  CP_OF_MESSAGE(health_checks)
  CP_OF_MESSAGE(reviews)
#undef CP_OF_MESSAGE
  const Roster& roster() const { return evaluation_.organization.directory().roster(); }
  cel::Value Unknown(std::string_view fact) const;
  cel::Value Of(const Finding& finding) const;

  std::optional<cel::Value> Evidence(DomainFunction function, cel::Args args);
  std::optional<cel::Value> People(DomainFunction function, cel::Args args);
  std::optional<cel::Value> Records(DomainFunction function, cel::Args args);
  std::optional<cel::Value> Ledger(DomainFunction function, cel::Args args);
  std::optional<cel::Value> VersionControl(DomainFunction function, cel::Args args);
  std::optional<cel::Value> Release(DomainFunction function, cel::Args args);
  cel::Value Criteria(DomainFunction function, cel::Args args);
  EvidenceState StateOf(cel::Args args);
  cel::Value IsSound(const std::string& document) const;
  cel::Value PartPeople(v1::Part part, std::vector<std::string>* people);
  cel::Value AllTrained(v1::Part part, const std::string& course);
  // Decisions of the release's changes, made once; null for the error in `problem`.
  const std::vector<v1::Decision>* ChangeDecisions(cel::Value* problem);

  Evaluation& evaluation_;
  std::optional<EvidenceQuestion> evidence_question_;  // made once
  std::optional<std::vector<v1::Decision>> change_decisions_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FACT_FUNCTIONS_H_
