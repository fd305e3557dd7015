// What the index over a policy's gates costs by itself: which of many rules may apply to a change,
// before any of them is asked or its reason written. The rules are conjunctions over service,
// category, environment, risk, kind, team and weekday. Before anything is timed, what the index
// finds has to be what a scan of all rules in plain C++ finds.
//
//   Find/RULES    medians of processor time, in nanoseconds: `none`, `one` and `twenty` for changes
//                 that so many rules match, binding included; `bind`, which has nothing to do with
//                 the index; `further`, what each of the twenty adds after the first
//   Linear/RULES  asking the condition of every rule instead; `each` is for one rule
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/flat/parse.h"
#include "libchangepolicy/policy.h"
#include "libchangepolicy/program/evaluator.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

constexpr size_t kChanges = 1024;         // for each number of matches
constexpr size_t kBatch = 64;             // changes between two looks at the clock
constexpr int kRulesOfDocument = 20'000;  // one document has at most 16 MiB
constexpr int kRulesOfGovernedService = 20;
constexpr std::array<int, 3> kMatches = {0, 1, kRulesOfGovernedService};

[[noreturn]] void Stop(std::string_view why) {
  std::cerr << why << "\n";
  std::exit(1);
}

// What a rule asks of a change; what it does not ask is absent. A change has all of them.
struct Facts {
  std::string service;
  std::optional<v1::Category> category;
  std::optional<v1::Environment> environment;
  std::optional<v1::RiskLevel> risk;  // of a rule: at least
  std::optional<v1::ChangeKind> kind;
  std::optional<std::string> team;
  std::optional<int> weekday;  // of a rule: this day or the next
};

template <typename T>
bool Holds(const std::optional<T>& wanted, const std::optional<T>& is) {
  return !wanted.has_value() || *wanted == *is;
}

bool Applies(const Facts& rule, const Facts& change) {
  return rule.service == change.service && Holds(rule.category, change.category) &&
         Holds(rule.environment, change.environment) && Holds(rule.kind, change.kind) &&
         Holds(rule.team, change.team) && (!rule.risk.has_value() || *change.risk >= *rule.risk) &&
         (!rule.weekday.has_value() || *change.weekday == *rule.weekday ||
          *change.weekday == (*rule.weekday + 1) % 7);
}

class Generator {
 public:
  explicit Generator(int rules) {
    for (int service = 0; static_cast<int>(rules_.size()) < rules; ++service) {
      // As many rules of much-governed services as of others, and at least one such service.
      const bool governed = service % (kRulesOfGovernedService + 1) == 0;
      const Facts change = Change(StrCat(governed ? "governed-" : "service-", service));
      std::vector<Facts>& changes = changes_[governed ? kRulesOfGovernedService : 1];
      for (int i = 0; i < (governed ? kRulesOfGovernedService : 1); ++i) {
        rules_.push_back(RuleFor(change));
      }
      changes.push_back(change);
    }
    rules_.resize(static_cast<size_t>(rules));
    // The last much-governed service may have been cut short.
    std::vector<Facts>& governed = changes_[kRulesOfGovernedService];
    if (governed.size() > 1) governed.pop_back();
    // Of as many services, so that their rules are found in the caches equally often.
    changes_[1].resize(governed.size());
    for (const int matches : kMatches) Fill(matches, &changes_[matches]);
  }

  const std::vector<Facts>& rules() const { return rules_; }
  const std::vector<Facts>& changes(int matches) const { return changes_.at(matches); }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<uint32_t>(end)); }

  Facts Change(std::string service) {
    Facts facts;
    facts.service = std::move(service);
    facts.category = static_cast<v1::Category>(v1::CATEGORY_STANDARD + Below(3));
    facts.environment = static_cast<v1::Environment>(1 + Below(4));
    facts.risk = static_cast<v1::RiskLevel>(v1::RISK_LEVEL_LOW + Below(4));
    facts.kind = static_cast<v1::ChangeKind>(1 + Below(9));
    facts.team = StrCat("team-", Below(200));
    facts.weekday = Below(7);
    return facts;
  }

  // One that applies to the change: its service and some of the rest.
  Facts RuleFor(const Facts& change) {
    Facts rule = change;
    if (Below(2) == 0) rule.category.reset();
    if (Below(2) == 0) rule.environment.reset();
    if (Below(2) == 0) rule.risk.reset();
    if (Below(2) == 0) rule.kind.reset();
    if (Below(3) > 0) rule.team.reset();
    if (Below(3) > 0) rule.weekday.reset();
    return rule;
  }

  // Services that no rule names, or those of the rules again.
  void Fill(int matches, std::vector<Facts>* changes) {
    const size_t given = changes->size();
    while (changes->size() < kChanges) {
      changes->push_back(matches == 0 ? Change(StrCat("free-", changes->size()))
                                      : (*changes)[changes->size() % given]);
    }
    std::shuffle(changes->begin(), changes->end(), random_);
    changes->resize(kChanges);
  }

  std::mt19937 random_{9};
  std::vector<Facts> rules_;
  std::map<int, std::vector<Facts>> changes_;
};

// An enum's value as expressions call it, without the prefix of its type.
std::string Name(std::string_view type, std::string_view prefix, const std::string& value) {
  return StrCat(type, ".", value.substr(prefix.size()));
}

std::string Condition(const Facts& rule) {
  std::string text = StrCat("change.services.exists(s, s.id == '", rule.service, "')");
  if (rule.category.has_value()) {
    StrAppend(&text,
              " && category == ", Name("Category", "CATEGORY_", v1::Category_Name(*rule.category)));
  }
  if (rule.environment.has_value()) {
    StrAppend(&text, " && ",
              Name("Environment", "ENVIRONMENT_", v1::Environment_Name(*rule.environment)),
              " in change.environments");
  }
  if (rule.risk.has_value()) {
    StrAppend(&text, " && risk.level >= ",
              Name("RiskLevel", "RISK_LEVEL_", v1::RiskLevel_Name(*rule.risk)));
  }
  if (rule.kind.has_value()) {
    StrAppend(&text, " && ", Name("ChangeKind", "CHANGE_KIND_", v1::ChangeKind_Name(*rule.kind)),
              " in change.kinds");
  }
  if (rule.team.has_value()) StrAppend(&text, " && change.team == '", *rule.team, "'");
  if (rule.weekday.has_value()) {
    StrAppend(&text, " && change.schedule.start.getDayOfWeek() in [", *rule.weekday, ", ",
              (*rule.weekday + 1) % 7, "]");
  }
  return text;
}

Policy Load(const std::vector<Facts>& rules) {
  std::vector<NamedText> documents;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (i % kRulesOfDocument == 0) {
      documents.push_back({StrCat("rules-", i, ".yaml"), ""});
      documents.back().text =
          i == 0 ? "policy: {id: indexed, title: Indexed rules, version: '1.0', last_review: "
                   "2026-01-01, next_review: 2027-01-01}\n"
                   "clauses: {C: A clause}\n"
                   "risk:\n  factors: [{id: clients, applies_if: 'change.services.exists(s, "
                   "s.client_facing)', points: 1, dimension: CLIENT_FACING, clause: C}]\n"
                   "  levels: [{level: LOW, from: 0}, {level: HIGH, from: 1}]\n"
                   "categories: [{id: normal, category: NORMAL, applies_if: 'true', clause: C}]\n"
                 : StrCat("policy: {id: more-", i,
                          ", version: '1.0'}\n"
                          "overlay: {of: indexed, reason: One document has at most 16 MiB}\n");
      documents.back().text += "gates:\n";
    }
    StrAppend(&documents.back().text, "  - {id: g-", i, ", at: [DEPLOY], clause: C, must: ",
              "\"size(change.approvals) > 0\", message: It needs an approval, applies_if: \"",
              Condition(rules[i]), "\"}\n");
  }
  PolicyResult policy = Policy::Load(documents);
  if (!policy.policy.has_value()) Stop(ToText(policy.issues));
  return *std::move(policy.policy);
}

// No expression here calls a function of the vocabulary, nor tells of the clock.
class NoHost : public ProgramHost {
 public:
  Datum Call(const ProgramCall&, absl::Span<const Datum>) override { return Datum::Open(); }
  void Meet(absl::Time) override {}
};

// A policy, and changes as the evaluator takes them.
class Setup {
 public:
  explicit Setup(int rules) : generator_(rules), policy_(Load(generator_.rules())) {
    for (const int matches : kMatches) {
      for (const Facts& facts : generator_.changes(matches)) Add(facts, &subjects_[matches]);
      Check(matches);
    }
  }

  const RuleIndex& index() const {
    return policy_.index().Find(PolicyIndex::List::kGates, v1::SUBJECT_KIND_CHANGE,
                                v1::TRANSITION_DEPLOY);
  }

  void Bind(int matches, size_t number) {
    const Subject& subject = subjects_[matches][number];
    evaluator_.Begin(&policy_.program(), &host_, &arena_, absl::UnixEpoch());
    evaluator_.SetMessage(ProgramVariable::kSubject, policy_.program().subject_path(true),
                          subject.change);
    evaluator_.Set(ProgramVariable::kCategory, Datum::Enum(subject.category));
    evaluator_.SetMessage(ProgramVariable::kRisk,
                          policy_.program().variable_path(ProgramVariable::kRisk), subject.risk);
  }

  // Of the change that is bound.
  const std::vector<int32_t>& Find() {
    found_.clear();
    index().Find(&evaluator_, &scratch_, &found_);
    return found_;
  }

  const std::vector<int32_t>& FindByAsking() {
    found_.clear();
    for (const int32_t rule : index().rules()) {
      const CheckedExpression& condition =
          *policy_.checked()->gates()[static_cast<size_t>(rule)].applies_if;
      if (evaluator_.Evaluate(*policy_.program().Find(condition), &reads_).is_true()) {
        found_.push_back(rule);
      }
    }
    return found_;
  }

 private:
  struct Subject {
    const flat::ChangeRequest* change = nullptr;
    const flat::RiskAssessment* risk = nullptr;
    v1::Category category = v1::CATEGORY_UNSPECIFIED;
  };

  void Add(const Facts& facts, std::vector<Subject>* subjects) {
    v1::ChangeRequest change;
    change.set_id(StrCat("C-", subjects->size()));
    change.add_services()->set_id(facts.service);
    change.add_environments(*facts.environment);
    change.add_kinds(*facts.kind);
    change.set_team(*facts.team);
    // The first of November 2026 is a Sunday.
    const absl::CivilHour start(2026, 11, 1 + *facts.weekday, 10);
    change.mutable_schedule()->mutable_start()->set_seconds(
        absl::ToUnixSeconds(absl::FromCivil(start, absl::UTCTimeZone())));
    auto* const flat = arena_.New<flat::ChangeRequest>();
    flat::ParseResult result;
    const std::string bytes = change.SerializeAsString();
    if (!flat::Parse(arena_.Copy(bytes), flat, &arena_, &result)) Stop("a change cannot be read");
    auto* const risk = arena_.New<flat::RiskAssessment>();
    risk->set_level(*facts.risk);
    subjects->push_back({flat, risk, *facts.category});
  }

  void Check(int matches) {
    const std::vector<Facts>& changes = generator_.changes(matches);
    // As many as a scan of the largest policy goes through in some seconds.
    const size_t checked = std::min(kChanges, 20'000'000 / generator_.rules().size());
    for (size_t i = 0; i < checked; ++i) {
      std::vector<int32_t> expected;
      for (size_t rule = 0; rule < generator_.rules().size(); ++rule) {
        if (Applies(generator_.rules()[rule], changes[i])) {
          expected.push_back(static_cast<int32_t>(rule));
        }
      }
      Bind(matches, i);
      if (expected.size() != static_cast<size_t>(matches)) Stop("another number of matches");
      if (Find() != expected) Stop("the index finds other rules than a scan");
      if (i < 3 && FindByAsking() != expected) Stop("the conditions mean something else");
    }
  }

  const Generator generator_;
  const Policy policy_;
  NoHost host_;
  flat::Arena arena_;
  ProgramEvaluator evaluator_;
  FactReads reads_;
  RuleIndex::Scratch scratch_;
  std::vector<int32_t> found_;
  std::map<int, std::vector<Subject>> subjects_;
};

// The policy that was asked for last: the largest takes gigabytes.
Setup& SetupOf(int rules) {
  static int made = 0;
  static std::unique_ptr<Setup> setup;
  if (made != rules) {
    setup.reset();
    setup = std::make_unique<Setup>(rules);
    made = rules;
  }
  return *setup;
}

double ProcessorNanoseconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// Of one change, over a batch that begins with this number.
template <typename Work>
double Time(size_t first, Work work) {
  const double start = ProcessorNanoseconds();
  for (size_t i = 0; i < kBatch; ++i) work((first + i) % kChanges);
  return (ProcessorNanoseconds() - start) / kBatch;
}

double Median(std::vector<double>* values) {
  const auto middle = values->begin() + static_cast<std::ptrdiff_t>(values->size() / 2);
  std::nth_element(values->begin(), middle, values->end());
  return *middle;
}

void Find(benchmark::State& state) {
  Setup& setup = SetupOf(static_cast<int>(state.range(0)));
  std::vector<double> bind;
  std::vector<double> further;
  std::map<int, std::vector<double>> find;
  size_t first = 0;
  for (auto _ : state) {
    bind.push_back(Time(first, [&](size_t i) { setup.Bind(0, i); }));
    for (const int matches : kMatches) {
      find[matches].push_back(Time(first, [&](size_t i) {
        setup.Bind(matches, i);
        benchmark::DoNotOptimize(setup.Find().size());
      }));
    }
    further.push_back((find[kRulesOfGovernedService].back() - find[1].back()) /
                      (kRulesOfGovernedService - 1));
    first = (first + kBatch) % kChanges;
  }
  state.counters["bind"] = Median(&bind);
  state.counters["none"] = Median(&find[0]);
  state.counters["one"] = Median(&find[1]);
  state.counters["twenty"] = Median(&find[kRulesOfGovernedService]);
  state.counters["further"] = Median(&further);
}
BENCHMARK(Find)->Arg(50)->Arg(500)->Arg(5'000)->Arg(10'000)->MinTime(1);

void Linear(benchmark::State& state) {
  Setup& setup = SetupOf(static_cast<int>(state.range(0)));
  std::vector<double> each;
  size_t next = 0;
  for (auto _ : state) {
    const double start = ProcessorNanoseconds();
    setup.Bind(0, next);
    benchmark::DoNotOptimize(setup.FindByAsking().size());
    each.push_back((ProcessorNanoseconds() - start) / static_cast<double>(state.range(0)));
    next = (next + 1) % kChanges;
  }
  state.counters["each"] = Median(&each);
}
BENCHMARK(Linear)->Arg(50)->Arg(10'000)->MinTime(1);

}  // namespace
}  // namespace changepolicy

BENCHMARK_MAIN();
