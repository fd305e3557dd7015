// One decision in the making: the change as it was parsed, what was found out about it so far, and
// the outcomes. The passes are declared in the order in which they run, each in the file of its
// topic. A Case is used for one decision after the other, so that its memory is taken once.
#ifndef BENCHMARKS_HANDWRITTEN_CASE_H_
#define BENCHMARKS_HANDWRITTEN_CASE_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "benchmarks/handwritten/facts.h"
#include "benchmarks/handwritten/rules.h"
#include "benchmarks/handwritten/tables.h"
#include "benchmarks/handwritten/text_pool.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"

namespace changepolicy::handwritten {

// Of a text, what stands as a fact; more is cut.
inline constexpr size_t kLongestValue = 120;

// A fact whose path names something of this change.
struct NamedFact {
  std::string_view path;
  std::string_view value;
  bool known = true;
};

// What a condition read: facts by number, and those in `named_facts` of the case.
struct Reading {
  FactSet facts;
  uint16_t first_named = 0;
  uint16_t named = 0;
};

struct Outcome {
  Rule rule = kRuleCount;
  v1::Status status = v1::STATUS_UNSPECIFIED;
  Reading reading;
  FactSet unknown;
  int approval = -1;  // place of its ApprovalResult
};

struct Uncounted {
  int ballot = 0;
  v1::NotCounted reason = v1::NOT_COUNTED_UNSPECIFIED;
  std::string_view detail;
};

struct Assigned {
  int person = 0;
  int ballot = 0;
};

inline constexpr int kMostPlaces = 4;  // people that one rule asks for, at most

struct ApprovalResult {
  std::string_view asked;  // like `role cab`
  int needed = 0;
  int eligible = 0;
  std::array<Assigned, kMostPlaces> assigned;
  int assigned_count = 0;
  std::vector<Uncounted> not_counted;
  std::array<int, kMostPlaces> suggested;  // people
  int suggested_count = 0;
  std::array<Rule, 3> waits_for;
  int waits_count = 0;
};

struct Point {
  Factor factor = kFactorCount;
  Reading reading;
  FactSet unknown;
};

struct Entry {  // a window, freeze or work that meets the planned interval
  std::string_view id;
  Span span;
  std::string_view clause;
  const ZoneRow* zone = nullptr;
  std::vector<v1::Clash> clashes;
};

struct Notice {
  std::string_view id;
  const ServiceRow* service = nullptr;
  bool sent = false;
  Nanos earliest_start = 0;
  bool met = false;
};

struct OwedEntry {
  Owed owed = kOwedCount;
  std::string_view owner;
  bool after_plan = false;  // due at an instant, otherwise so long after now
  Nanos due = 0;
};

struct CalendarFindings {
  Span planned;
  bool windows_declared = false;
  bool inside_window = false;
  int window = -1;  // place in `windows`
  bool has_latest_start = false;
  Nanos latest_start = 0;
  std::vector<Entry> windows, freezes, conflicts;
  size_t window_count = 0, freeze_count = 0, conflict_count = 0;
  bool crossing_possible = false;
  std::vector<std::string_view> uncovered;
  std::vector<Notice> notices;
};

// What an evidence type is by name; others count for nothing here.
enum EvidenceType : uint8_t {
  kUnit,
  kIntegration,
  kRegression,
  kFunctional,
  kPerformanceTest,
  kSecurityScan,
  kContract,
  kMigrationRehearsal,
  kRollbackRehearsal,
  kForwardRecoveryTest,
  kDpoOpinionRecord,
  kDataProtectionImpact,
  kOtherEvidence
};

enum class Verdict : uint8_t { kNone, kPassed, kFailed, kNotApplicable };

struct EvidenceRow {
  EvidenceType type = kOtherEvidence;
  v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED;
  Verdict verdict = Verdict::kNone;
  Nanos at = 0;
  Nanos fresh_until = 0;
  FactSet needs;  // the unstated identity on which it hangs whether it counts
  const v1::Evidence* record = nullptr;
};

struct EvidenceState {
  Verdict verdict = Verdict::kNone;
  FactSet unknown;
  const v1::Evidence* record = nullptr;
};

struct Ballot {
  const v1::Approval* approval = nullptr;
  int person = 0;
  Nanos at = 0;
  v1::NotCounted against = v1::NOT_COUNTED_UNSPECIFIED;
  std::string_view detail;
};

class Case {
 public:
  explicit Case(const Tables& tables) : tables(tables) {}

  // All of it, from the parsed change. False where the change holds what this program does not know
  // how to decide.
  bool Judge(const v1::ChangeRequest& subject, Nanos instant);

  // Whether a text says something: it is neither empty, a placeholder, nor the template.
  bool IsGiven(std::string_view text) const;
  // The value of a fact that was read, as text; valid for this decision.
  std::string_view ValueOf(Fact fact);
  bool IsKnown(Fact fact) const { return !unknown_facts.Has(fact); }

  const Tables& tables;
  const v1::ChangeRequest* change = nullptr;
  Nanos now = 0;
  Nanos next = kNever;  // the earliest later instant at which something changes
  TextPool pool;

  // ---- Of the change, in canonical order
  std::vector<int> kinds, environments, data_classes;
  std::vector<std::string_view> assets, jurisdictions, third_parties;
  std::vector<const ServiceRow*> services;
  Services touched = 0;    // these, and those whose assets it alters
  std::vector<int> nodes;  // services and assets, sorted
  uint32_t kind_bits = 0, environment_bits = 0;
  int requester = -1, owner = -1;
  People requesters = 0, authors = 0, co_authors = 0, committers = 0, implementers = 0, testers = 0,
         deployers = 0, participants = 0;
  bool third_parties_stated = false, data_classes_stated = false;
  std::vector<EvidenceRow> evidence;
  std::vector<Ballot> ballots;

  // ---- Found out
  FactSet unknown_facts;  // attributes that nobody stated
  std::vector<NamedFact> named_facts;
  bool has_model = false;
  const ModelRow* model = nullptr;
  bool model_valid = false;
  bool drift_assets = false, drift_environments = false, drift_kinds = false;

  std::vector<Point> points;
  size_t point_count = 0;
  int score = 0;
  bool worst_case = false;
  v1::RiskLevel factor_level{}, matrix_level{}, risk_level{};
  v1::Effect matrix_impact{};
  uint32_t matrix_dimensions = 0;  // bits
  v1::Likelihood matrix_likelihood{};
  FactSet matrix_unknown;

  v1::Category category{};
  CategoryIs category_rule{};
  bool claim_differs = false;
  Reading emergency_reading, standard_reading;
  bool standard_was_asked = false;
  Reading claim_reading;

  Truth priority_truth;
  PriorityIs priority_rule{};

  v1::Transition transition{};
  v1::ChangeState state_after{};
  std::array<v1::Transition, 5> legal;
  int legal_count = 0;

  CalendarFindings calendar;
  std::vector<Outcome> outcomes;
  int rules_not_applicable = 0;
  std::vector<ApprovalResult> approvals;
  size_t approval_count = 0;
  std::vector<OwedEntry> owed;
  v1::Verdict verdict{};

 private:
  struct Definition {
    Truth value;
    FactSet reads;
  };
  class Electing;

  // ---- screen.cc: takes the change apart, and refuses what is not known here
  bool TakeChange();
  bool TakePeople();
  bool TakeRecords();
  bool IsWritten(const v1::Document& document) const;

  // ---- evidence.cc
  bool TakeEvidence();
  EvidenceState StateOf(EvidenceType type, v1::Environment environment);
  Truth Passed(EvidenceType type, v1::Environment environment, Fact fact);
  Truth Settled(EvidenceType type, v1::Environment environment, Fact fact);

  // ---- definitions.cc: words of the policy that several rules use
  void Define();
  void DefineRisky();  // those that hang on the level of risk
  Truth AtLeast(Fact fact, int value, int least);
  Truth Equals(Fact fact, int value, int wanted);
  Truth HasDataClass(int least, int most);
  Truth Irreversible();
  Truth Given(Fact fact, bool known, std::string_view text);
  void Use(const Definition& definition) { reading_->facts.Add(definition.reads); }

  // ---- risk.cc, category.cc
  void AssessModel();
  bool AssessRisk();
  bool Categorize();
  bool IsEmergency(Truth* truth);
  Truth IsStandard();
  void Prioritize();
  bool FindStep();

  // ---- calendar.cc
  bool AnswerCalendar();
  void TakeWindows();
  void NameUncovered();
  bool Concerns(const ZoneRow& zone) const {
    return (zone.environments == 0 || (zone.environments & environment_bits) != 0) &&
           (zone.services == 0 || (zone.services & touched) != 0);
  }
  void TakeFreezes();
  void FindLatestStart();
  void FindConflicts();
  void TakeNotices();

  // ---- approvals.cc
  bool EvaluateApprovals();
  // ---- gates.cc
  bool EvaluateGates();
  bool GatesOfSubmit();
  bool GatesOfAssess();
  bool GatesOfApprove();
  bool GatesOfScheduleAndDeploy();
  void KnownGoodState();
  void DataProtection();
  void DpoOpinion();
  void GatesOfKinds();
  void GatesOfTests();
  void GatesOfPeople();
  void GatesOfTime();
  void GatesOfNotices();
  Truth OwedNotices();
  template <typename Applies, typename Must>
  void Gate(Rule rule, Applies applies, Must must);
  static bool IsInEea(std::string_view place);
  Truth AllHaveRole(Fact list, People people, std::initializer_list<RoleIs> roles, bool any);
  Truth Trained(Fact fact, People people);
  Truth SentAhead(Fact fact, v1::Audience audience, Nanos lead);
  bool Sent(v1::Audience audience, v1::Notice notice) const;
  Truth OverdueObligation(Fact fact, std::string_view rule);

  // ---- obligations.cc
  void ListObligations();
  bool FindVerdict();

  void Note(Nanos at) {
    if (at > now && at < next) next = at;
  }
  void Read(Fact fact) { reading_->facts.Add(fact); }
  void ReadNamed(std::string_view path, std::string_view value, bool known = true);
  // The value of a computed fact, once per decision.
  void Set(Fact fact, std::string_view value) { values_[fact] = value; }
  void SetTruth(Fact fact, const Truth& truth);
  Reading StartReading();

  // ---- texts.cc
  std::string_view Cut(std::string_view text);
  std::string_view Quoted(std::string_view text);
  std::string_view Number(int64_t number);
  std::string_view TimestampText(Nanos at);
  std::string_view DurationText(Nanos length);
  std::string_view InstantText(Nanos at);  // RFC 3339
  std::string_view TextsText(const std::vector<std::string_view>& texts);
  std::string_view NamesOf(People people);
  std::string_view EntriesText(const std::vector<Entry>& entries, size_t count);
  std::string_view NoticesText();
  std::string_view BasisText();
  std::string_view ServicesText();
  std::string_view DriftText();
  std::string_view FindValue(Fact fact);

  std::array<std::string_view, kFactCount> values_;
  std::vector<Span> open_, frozen_;  // scratch of the calendar
  Reading scratch_;
  Reading* reading_ = &scratch_;

  Definition significant_, major_, concerns_dpo_, about_people_, risky_for_people_, to_production_,
      alters_data_, alters_sources_, alters_platform_, reaches_third_party_, impact_high_,
      impact_medium_;
};

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_CASE_H_
