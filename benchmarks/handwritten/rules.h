// The rules of the policy that stand on the steps from SUBMIT to DEPLOY, in the policy's order.
#ifndef BENCHMARKS_HANDWRITTEN_RULES_H_
#define BENCHMARKS_HANDWRITTEN_RULES_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace changepolicy::handwritten {

// clang-format off
#define HANDWRITTEN_RULES(X)                                        \
  X(kStandardPreapproved, "standard-preapproved")                   \
  X(kPeerReview, "peer-review")                                     \
  X(kCabApproval, "cab-approval")                                   \
  X(kCtoApproval, "cto-approval")                                   \
  X(kDpoApproval, "dpo-approval")                                   \
  X(kEmergencyApproval, "emergency-approval")                       \
  X(kEmergencyBoard, "emergency-board-approval")                    \
  X(kRepeatedEmergencyBoard, "repeated-emergency-board-approval")   \
  X(kFreezeCrossing, "freeze-crossing")                             \
  X(kFreezeOwnersCrossing, "freeze-owners-crossing")                \
  X(kTracked, "tracked")                                            \
  X(kDescribed, "described")                                        \
  X(kScopeStated, "scope-stated")                                   \
  X(kProposedByEngineering, "proposed-by-engineering")              \
  X(kAssessmentDocumented, "assessment-documented")                 \
  X(kImpactEvaluated, "impact-evaluated")                           \
  X(kReachDetermined, "reach-determined")                           \
  X(kPrioritized, "prioritized")                                    \
  X(kPlacesStated, "places-stated")                                 \
  X(kPlansDocumented, "plans-documented")                           \
  X(kKnownGoodStateRule, "known-good-state")                        \
  X(kGdprImpactAssessed, "gdpr-impact-assessed")                    \
  X(kPdpaImpactAssessed, "pdpa-impact-assessed")                    \
  X(kSourcesVersioned, "sources-versioned")                         \
  X(kMadeOnABranch, "made-on-a-branch")                             \
  X(kMigrationRehearsed, "migration-rehearsed")                     \
  X(kPlatformItemsNamed, "platform-items-named")                    \
  X(kIntegrationContract, "integration-contract")                   \
  X(kForwardRecovery, "forward-recovery")                           \
  X(kRollbackRehearsed, "rollback-rehearsed")                       \
  X(kTestsComplete, "tests-complete")                               \
  X(kTestedBeforeProduction, "tested-before-production")            \
  X(kNoSevereFindings, "no-severe-findings")                        \
  X(kEmergencyStillOn, "emergency-still-on")                        \
  X(kEmergencyTested, "emergency-tested")                           \
  X(kDpoOpinion, "dpo-opinion")                                     \
  X(kImplementedByEngineering, "implemented-by-engineering")        \
  X(kTestedByEngineering, "tested-by-engineering")                  \
  X(kTesterIsNotAuthor, "tester-is-not-author")                     \
  X(kInfrastructureByDevops, "infrastructure-by-devops")            \
  X(kDeploymentByDevops, "deployment-by-devops")                    \
  X(kPeopleTrainedForIt, "people-trained-for-it")                   \
  X(kPlanned, "planned")                                            \
  X(kInsideMaintenanceWindow, "inside-maintenance-window")          \
  X(kNoFreeze, "no-freeze")                                         \
  X(kNoConflict, "no-conflict")                                     \
  X(kPeopleThere, "people-there")                                   \
  X(kAtPlannedTime, "at-planned-time")                              \
  X(kStakeholdersTold, "stakeholders-told")                         \
  X(kClientsTold, "clients-told")                                   \
  X(kLeadTimesKept, "lead-times-kept")                              \
  X(kOwedNoticeGiven, "owed-notice-given")                          \
  X(kExceptionDocumented, "exception-documented")
// clang-format on

enum Rule : uint8_t {
#define X(name, id) name,
  HANDWRITTEN_RULES(X)
#undef X
      kRuleCount
};

inline constexpr int kApprovalRules = kFreezeOwnersCrossing + 1;

inline constexpr std::array<std::string_view, kRuleCount> kRuleIds = {
#define X(name, id) id,
    HANDWRITTEN_RULES(X)
#undef X
};

// Factors of the risk, obligations, categories and priorities, likewise.
enum Factor : uint8_t {
  kCriticalServiceFactor,
  kAvailabilityFactor,
  kDowntimeFactor,
  kPerformanceFactor,
  kSecurityFactor,
  kComplianceFactor,
  kPersonalDataFactor,
  kStoredDataFactor,
  kDataIntegrityFactor,
  kNoWayBackFactor,
  kClientServiceFactor,
  kClientEffectFactor,
  kOutsideServiceFactor,
  kThirdPartyFactor,
  kFactorCount
};
inline constexpr std::array<std::string_view, kFactorCount> kFactorIds = {
    "critical-service",      "availability-effect", "planned-downtime",      "performance-effect",
    "security-effect",       "compliance-effect",   "personal-data",         "stored-data",
    "data-integrity-effect", "no-way-back",         "client-facing-service", "client-effect",
    "outside-service",       "third-party-effect"};

enum Owed : uint8_t {
  kOwedPapers,
  kOwedTests,
  kOwedReview,
  kOwedDpoReview,
  kOwedBreachNotice,
  kOwedImplementationReview,
  kOwedCount
};
inline constexpr std::array<std::string_view, kOwedCount> kOwedIds = {
    "emergency-papers",     "emergency-tests", "emergency-review",
    "emergency-dpo-review", "breach-notice",   "implementation-review"};

enum CategoryIs : uint8_t { kIsEmergency, kIsStandard, kIsNormal, kCategoryCount };
inline constexpr std::array<std::string_view, kCategoryCount> kCategoryIds = {"emergency",
                                                                              "standard", "normal"};

enum PriorityIs : uint8_t { kIsCritical, kIsHigh, kIsModerate, kIsLow, kPriorityCount };
inline constexpr std::array<std::string_view, kPriorityCount> kPriorityIds = {
    "critical-priority", "high-priority", "moderate-priority", "low-priority"};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_RULES_H_
