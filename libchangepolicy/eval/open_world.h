// A decision in which nothing is taken for granted: what otherwise counts an unknown fact at its
// worst, or takes what nobody said for none, is itself unknown. A rule that is then not UNKNOWN
// comes out the same however the missing facts turn out, and one that is names facts on which it
// depends, and does not tell what it read. Missing facts are searched by it; nobody sees such a
// decision.
//
// One fact may be given that nobody ever states (Evaluation::never_stated): of it is taken what
// decisions usually take.
//
// Each function is called right after the stratum that it opens, and only for such decisions.
#ifndef LIBCHANGEPOLICY_EVAL_OPEN_WORLD_H_
#define LIBCHANGEPOLICY_EVAL_OPEN_WORLD_H_

#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/vocabulary.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/fact_functions.h"

namespace changepolicy {

// A field that nobody stated is no drift from the change model.
void OpenModel(Evaluation* evaluation);
// The level is known where all that is missing cannot change it. `worst_case` tells afterwards
// whether it is not.
void OpenRisk(Evaluation* evaluation);
// Facts on which it hangs which step is the next, or whether the one that is asked about is legal;
// sorted.
std::vector<std::string> OpenSteps(const Evaluation& evaluation);
// Windows, freezes and lead times may concern some categories only.
void OpenCalendar(Evaluation* evaluation);
// Whether a rule is covered by an accepted risk of some services or environments is not known where
// nobody said which the subject has.
void OpenExceptions(Evaluation* evaluation, Outcomes* outcomes);
// Who counts is not known where a rule may yet apply.
void OpenApprovals(const Outcomes& outcomes, Evaluation* evaluation);

// What functions about a release's changes say, by the open decisions of these, in their order.
// REQUIRES: `function` is one of the three.
FactResult OpenChanges(DomainFunction function, const std::vector<v1::Decision>& decisions,
                       const std::string& never_stated, flat::Arena* arena);
// The path of the release's fact in the decision of the change; empty where it is none of its
// facts. REQUIRES: `change` is an element of `release.changes()`.
std::string NeverStatedIn(const v1::ChangeRequest& change, const v1::Release& release,
                          std::string_view never_stated);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_OPEN_WORLD_H_
