// What people can do about a rule that holds a gate shut: steps that change something which the
// rule read. Nothing that is stated of the world is ever changed to something milder; what is
// missing is written, run, told, deployed, stated or given.
#ifndef LIBCHANGEPOLICY_EVAL_FIX_STEPS_H_
#define LIBCHANGEPOLICY_EVAL_FIX_STEPS_H_

#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/eval/fact_place.h"

namespace changepolicy {

// One thing to do. Where it can be done in several ways (a fact has values, a part can be taken by
// several people) these are the options, in a canonical order; which of them helps has to be tried.
struct CandidateStep {
  std::vector<v1::FixStep> options;

  // Tells the thing from all others, whichever option is taken.
  std::string key() const;
};

// Steps that may change what the rule of `outcome` read; `decision` is the one about the finder's
// subject to which it belongs, at its `now`. By kind in the order of Rank, then by what. A SLOT has
// no times yet, and approvals and waiting are not among them.
template <typename SubjectMessage>
std::vector<CandidateStep> StepsFor(FactFinder<SubjectMessage>* facts, const v1::Decision& decision,
                                    const v1::RuleOutcome& outcome);

extern template std::vector<CandidateStep> StepsFor(FactFinder<v1::ChangeRequest>*,
                                                    const v1::Decision&, const v1::RuleOutcome&);
extern template std::vector<CandidateStep> StepsFor(FactFinder<v1::Release>*, const v1::Decision&,
                                                    const v1::RuleOutcome&);

// Place of the kind in the order of steps: what is an edit, then the other records, then waiting,
// then approvals, because an edit voids them.
int Rank(v1::FixKind kind);
// In that order, steps of one kind by what, person, environment.
bool Precedes(const v1::FixStep& one, const v1::FixStep& other);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_FIX_STEPS_H_
