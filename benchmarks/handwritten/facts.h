// The facts that the rules of the policy read, in the order in which a Decision lists them, and
// sets of them.
#ifndef BENCHMARKS_HANDWRITTEN_FACTS_H_
#define BENCHMARKS_HANDWRITTEN_FACTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace changepolicy::handwritten {

// Name and path, sorted by path.
// clang-format off
#define HANDWRITTEN_FACTS(X)                                                                      \
  X(kCalendarConflicts, "calendar.conflicts")                                                     \
  X(kCalendarCrossingPossible, "calendar.crossing_possible")                                      \
  X(kCalendarCrossingRoles, "calendar.crossing_roles")                                            \
  X(kCalendarEnd, "calendar.end")                                                                 \
  X(kCalendarFreezes, "calendar.freezes")                                                         \
  X(kCalendarFrozen, "calendar.frozen")                                                           \
  X(kCalendarInsideWindow, "calendar.inside_window")                                              \
  X(kCalendarNotices, "calendar.notices")                                                         \
  X(kCalendarPlanned, "calendar.planned")                                                         \
  X(kCalendarStart, "calendar.start")                                                             \
  X(kCalendarUnavailable, "calendar.unavailable")                                                 \
  X(kArtifactDigest, "change.artifact.digest")                                                    \
  X(kArtifactRevision, "change.artifact.revision")                                                \
  X(kAssets, "change.assets")                                                                     \
  X(kEmergencyBasis, "change.emergency_basis")                                                    \
  X(kEnvironments, "change.environments")                                                         \
  X(kAvailability, "change.impact.availability")                                                  \
  X(kClientFacing, "change.impact.client_facing")                                                 \
  X(kCompliance, "change.impact.compliance")                                                      \
  X(kDataClasses, "change.impact.data_classes")                                                   \
  X(kDataIntegrity, "change.impact.data_integrity")                                               \
  X(kJurisdictions, "change.impact.jurisdictions")                                                \
  X(kLikelihood, "change.impact.likelihood")                                                      \
  X(kPerformance, "change.impact.performance")                                                    \
  X(kSecurity, "change.impact.security")                                                          \
  X(kThirdParty, "change.impact.third_party")                                                     \
  X(kKinds, "change.kinds")                                                                       \
  X(kIrreversible, "change.rollback.irreversible")                                                \
  X(kKnownGoodState, "change.rollback.known_good_state")                                          \
  X(kScheduleEnd, "change.schedule.end")                                                          \
  X(kExpectedDowntime, "change.schedule.expected_downtime")                                       \
  X(kRollbackReserve, "change.schedule.rollback_reserve")                                         \
  X(kScheduleStart, "change.schedule.start")                                                      \
  X(kServices, "change.services")                                                                 \
  X(kThirdParties, "change.third_parties")                                                        \
  X(kTrackerKey, "change.tracker.key")                                                            \
  X(kTrackerSystem, "change.tracker.system")                                                      \
  X(kUrgency, "change.urgency")                                                                   \
  X(kClientsSent, "communications.sent(Audience.CLIENTS, Notice.UPCOMING)")                       \
  X(kStakeholdersSent, "communications.sent(Audience.STAKEHOLDERS, Notice.UPCOMING)")             \
  X(kClientsSentAhead, "communications.sent_ahead(Audience.CLIENTS, duration(\"259200s\"))")      \
  X(kStakeholdersSentAhead,                                                                       \
    "communications.sent_ahead(Audience.STAKEHOLDERS, duration(\"86400s\"))")                     \
  X(kDescriptionWritten, "documents.written(change.documents.description)")                       \
  X(kImpactAnalysisWritten, "documents.written(change.documents.impact_analysis)")                \
  X(kRationaleWritten, "documents.written(change.documents.rationale)")                           \
  X(kRiskAssessmentWritten, "documents.written(change.documents.risk_assessment)")                \
  X(kRollbackStrategyWritten, "documents.written(change.documents.rollback_strategy)")            \
  X(kTestingPlanWritten, "documents.written(change.documents.testing_plan)")                      \
  X(kForwardRecoveryWritten, "documents.written(change.rollback.forward_recovery)")               \
  X(kSecurityFindings, "evidence.findings(\"security\", RiskLevel.HIGH)")                         \
  X(kForwardRecoveryPassed, "evidence.passed(\"forward-recovery\")")                              \
  X(kFunctionalPassedPreProduction,                                                               \
    "evidence.passed(\"functional\", Environment.PRE_PRODUCTION)")                                \
  X(kFunctionalPassedStaging, "evidence.passed(\"functional\", Environment.STAGING)")             \
  X(kFunctionalPassedTest, "evidence.passed(\"functional\", Environment.TEST)")                   \
  X(kMigrationPassedPreProduction,                                                                \
    "evidence.passed(\"migration-rehearsal\", Environment.PRE_PRODUCTION)")                       \
  X(kMigrationPassedStaging, "evidence.passed(\"migration-rehearsal\", Environment.STAGING)")     \
  X(kMigrationPassedTest, "evidence.passed(\"migration-rehearsal\", Environment.TEST)")           \
  X(kContractSettled, "evidence.settled(\"contract\")")                                           \
  X(kDataProtectionSettled, "evidence.settled(\"data-protection-impact\")")                       \
  X(kFunctionalSettledPreProduction,                                                              \
    "evidence.settled(\"functional\", Environment.PRE_PRODUCTION)")                               \
  X(kFunctionalSettledStaging, "evidence.settled(\"functional\", Environment.STAGING)")           \
  X(kFunctionalSettledTest, "evidence.settled(\"functional\", Environment.TEST)")                 \
  X(kIntegrationSettled, "evidence.settled(\"integration\")")                                     \
  X(kPerformanceSettledPreProduction,                                                             \
    "evidence.settled(\"performance\", Environment.PRE_PRODUCTION)")                              \
  X(kPerformanceSettledStaging, "evidence.settled(\"performance\", Environment.STAGING)")         \
  X(kPerformanceSettledTest, "evidence.settled(\"performance\", Environment.TEST)")               \
  X(kRegressionSettled, "evidence.settled(\"regression\")")                                       \
  X(kRollbackRehearsalSettled, "evidence.settled(\"rollback-rehearsal\")")                        \
  X(kSecuritySettled, "evidence.settled(\"security\")")                                           \
  X(kSecuritySettledPreProduction,                                                                \
    "evidence.settled(\"security\", Environment.PRE_PRODUCTION)")                                 \
  X(kSecuritySettledStaging, "evidence.settled(\"security\", Environment.STAGING)")               \
  X(kSecuritySettledTest, "evidence.settled(\"security\", Environment.TEST)")                     \
  X(kUnitSettled, "evidence.settled(\"unit\")")                                                   \
  X(kEmergencies, "ledger.emergencies(duration(\"2592000s\"))")                                   \
  X(kModelDrift, "model.drift")                                                                   \
  X(kModelKnown, "model.known")                                                                   \
  X(kModelTrusted, "model.trusted")                                                               \
  X(kModelValid, "model.valid")                                                                   \
  X(kPapersOverdue, "obligations.overdue(\"emergency-papers\")")                                  \
  X(kReviewOverdue, "obligations.overdue(\"emergency-review\")")                                  \
  X(kTestsOverdue, "obligations.overdue(\"emergency-tests\")")                                    \
  X(kDirectoryServices, "organization.directory.services")                                        \
  X(kAuthorAndTesterApart, "people.apart(Part.AUTHOR, Part.TESTER)")                              \
  X(kDeployersAreDevops, "people.have_role(Part.DEPLOYER, \"devops\")")                           \
  X(kImplementersAreDevops, "people.have_role(Part.IMPLEMENTER, \"devops\")")                     \
  X(kDeployers, "people.of(Part.DEPLOYER)")                                                       \
  X(kImplementers, "people.of(Part.IMPLEMENTER)")                                                 \
  X(kRequesters, "people.of(Part.REQUESTER)")                                                     \
  X(kTesters, "people.of(Part.TESTER)")                                                           \
  X(kDeployersTrained, "people.trained(Part.DEPLOYER, \"change-and-release\")")                   \
  X(kImplementersTrained, "people.trained(Part.IMPLEMENTER, \"change-and-release\")")             \
  X(kTestersTrained, "people.trained(Part.TESTER, \"change-and-release\")")                       \
  X(kRiskLevel, "risk.level")
// clang-format on

enum Fact : uint8_t {
#define X(name, path) name,
  HANDWRITTEN_FACTS(X)
#undef X
      kFactCount
};

inline constexpr std::array<std::string_view, kFactCount> kFactPaths = {
#define X(name, path) path,
    HANDWRITTEN_FACTS(X)
#undef X
};

constexpr bool FactsAreSorted() {
  for (size_t i = 1; i < kFactPaths.size(); ++i) {
    if (!(kFactPaths[i - 1] < kFactPaths[i])) return false;
  }
  return true;
}
static_assert(FactsAreSorted(), "sets of facts are gone through in the order of their paths");

class FactSet {
 public:
  constexpr FactSet() = default;
  constexpr FactSet(Fact fact) { Add(fact); }  // NOLINT: a fact is a set of one

  constexpr void Add(Fact fact) { (fact < 64 ? low_ : high_) |= uint64_t{1} << (fact % 64); }
  constexpr void Add(FactSet other) {
    low_ |= other.low_;
    high_ |= other.high_;
  }
  constexpr bool Has(Fact fact) const {
    return ((fact < 64 ? low_ : high_) >> (fact % 64) & 1) != 0;
  }
  constexpr bool empty() const { return (low_ | high_) == 0; }
  int size() const { return __builtin_popcountll(low_) + __builtin_popcountll(high_); }

  // In order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (uint64_t left = low_; left != 0; left &= left - 1) {
      visit(static_cast<Fact>(__builtin_ctzll(left)));
    }
    for (uint64_t left = high_; left != 0; left &= left - 1) {
      visit(static_cast<Fact>(64 + __builtin_ctzll(left)));
    }
  }

 private:
  static_assert(kFactCount <= 128);
  uint64_t low_ = 0;
  uint64_t high_ = 0;
};

// True, false, or unknown because of some facts.
struct Truth {
  enum State : uint8_t { kFalse, kTrue, kUnknown };
  State state = kFalse;
  FactSet unknown;

  static Truth Of(bool value) { return {value ? kTrue : kFalse, {}}; }
  static Truth Unknown(FactSet facts) { return {kUnknown, facts}; }
  bool is_true() const { return state == kTrue; }
  bool is_false() const { return state == kFalse; }
  bool is_unknown() const { return state == kUnknown; }

  friend Truth operator!(Truth truth) {
    if (truth.is_unknown()) return truth;
    return Of(truth.is_false());
  }
};

// What decides does so from either side; the right side is not looked at where the left decides.
template <typename Right>
Truth AndThen(Truth left, Right right) {
  if (left.is_false()) return left;
  Truth then = right();
  if (then.is_false() || left.is_true()) return then;
  left.unknown.Add(then.unknown);
  return left;
}
template <typename Right>
Truth OrElse(Truth left, Right right) {
  if (left.is_true()) return left;
  Truth then = right();
  if (then.is_true() || left.is_false()) return then;
  left.unknown.Add(then.unknown);
  return left;
}

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_FACTS_H_
