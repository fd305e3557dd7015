// Which cases of suites show a clause of the written policy: one in which what carries it held, and
// one that failed by it alone.
#ifndef LIBCHANGEPOLICY_TRIAL_CLAUSES_H_
#define LIBCHANGEPOLICY_TRIAL_CLAUSES_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/policy.h"
#include "libchangepolicy/trial/suite.h"

namespace changepolicy {

// The kind of document that a case is about.
enum class ShownOn { kSubject = 0, kPolicy = 1, kOrganization = 2, kPopulation = 3 };
inline constexpr std::array<ShownOn, 4> kAllShownOn = {
    ShownOn::kSubject, ShownOn::kPolicy, ShownOn::kOrganization, ShownOn::kPopulation};
std::string_view ShownOnName(ShownOn kind);  // `subject`, `policy` ...

struct CaseName {
  std::string suite;
  std::string name;
};

struct ClauseEvidence {
  std::string clause;
  // Cases that passed as tests, by the kind of document, the most telling first: those that name
  // what carries the clause in what they expect, and of these those whose rules carry the fewest
  // clauses; otherwise in the order in which they ran.
  //
  // In these an approval rule, gate, pair or lint that carries the clause is SATISFIED; or its rule
  // gave the category or the priority, brought an obligation, waived a rule (`exceptions`) or set
  // one aside (an override).
  std::array<std::vector<CaseName>, 4> passes;
  // In these something blocks, and everything that does carries the clause; of lints, those that
  // fail. Or a claim of a category was refused whose first rule carries it.
  std::array<std::vector<CaseName>, 4> fails_alone;

  // There are cases of both.
  bool IsShownOn(ShownOn kind) const;
  bool IsShown() const;
};

// Every clause of the policy, by id. Only suites that ask this very policy count: what an overlay
// changes is no evidence about what it lies over.
std::vector<ClauseEvidence> FindClauseEvidence(const Policy& policy,
                                               const std::vector<SuiteResult>& suites);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_CLAUSES_H_
