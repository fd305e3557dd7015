// What expressions of a policy may say: its variables and functions, in tables that the checker,
// the evaluation and the generated reference read alike.
#ifndef LIBCHANGEPOLICY_CHECK_VOCABULARY_H_
#define LIBCHANGEPOLICY_CHECK_VOCABULARY_H_

#include <memory>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/check/stratum.h"

namespace changepolicy {

// What an expression is about.
enum class Scope { kChange, kRelease, kPolicy, kOrganization, kPopulation };

struct VariableEntry {
  std::string_view name;
  std::string_view type;  // name of a message or enum of changepolicy.v1, or `timestamp`
  Stratum stratum;
  bool in_change, in_release, in_lints;
  std::string_view doc;
};
absl::Span<const VariableEntry> Variables();

enum class DomainFunction {
  kEvidencePassed,
  kEvidenceSettled,
  kEvidenceFailed,
  kEvidenceFindings,
  kEvidenceSoaked,
  kDocumentsWritten,
  kDocumentsSound,
  kTextMeaningful,
  kTextGiven,
  kPeopleWithRole,
  kPeopleOf,
  kPeopleHasRole,
  kPeopleKnown,
  kPeopleInTeam,
  kPeopleHaveRole,
  kPeopleApart,
  kPeopleTrained,
  kCommunicationsSent,
  kCommunicationsSentAhead,
  kDeploymentsDone,
  kDeploymentsAutomated,
  kDeploymentsAsCode,
  kHealthPassed,
  kMonitoringComplete,
  kReviewsHeld,
  kMaterialsUpdated,
  kObligationsOverdue,
  kObligationsOpen,
  kLedgerEmergencies,
  kIncidentsOver,
  kSemverValid,
  kSemverKind,
  kSemverLess,
  kChangesAllAllowed,
  kChangesHighestRisk,
  kChangesAllCategorized,
  kTagsHas,
  kTagsNamed,
  kTagsCandidateFirst,
  kCriteriaConfirmed,
  kCriteriaOpen,
  kChangelogYanked,
  kBranchingConforms,
  kBranchingWorksOn,
  kBranchingGoesInto,
  kBranchingStated,
};

// What a text argument names, so that a misspelt one is found when the policy is loaded.
enum class Names { kNothing, kEvidenceType, kRole, kRule, kCriterion, kDocument };

// What a function needs beside the organization, which decides where it can be called: lints have
// no subject.
enum class Needs { kNothing, kSubject, kRelease };

struct FunctionEntry {
  std::string_view signature;
  DomainFunction function;
  Stratum stratum;
  Needs needs;
  // The argument that names something, from 0.
  int naming_argument;
  Names names;
  std::string_view doc;
};
absl::Span<const FunctionEntry> DomainFunctions();

// What the functions are computed from. The host that an Activation carries is one of these.
class FunctionHost {
 public:
  virtual ~FunctionHost() = default;
  virtual cel::Value Call(DomainFunction function, cel::Args args) const = 0;
};

// An environment with everything that the scope has, and the libraries that the policy uses;
// definitions are added by the checker.
std::unique_ptr<cel::Environment> MakeEnvironment(Scope scope, const v1::Policy& policy);

// The type of a declared fact.
cel::Type TypeOf(v1::FactType type);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_VOCABULARY_H_
