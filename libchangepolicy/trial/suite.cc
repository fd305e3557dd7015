#include "libchangepolicy/trial/suite.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/load.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/trial/edit.h"

namespace changepolicy {

namespace {

std::string Folder(const std::string& file) {
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? "" : file.substr(0, slash + 1);
}

std::string Beside(const std::string& file, const std::string& other) {
  return other.starts_with('/') ? other : Folder(file) + other;
}

// Enum values as expectations write them.
std::string Short(const std::string& name, std::string_view prefix) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}
std::string Text(v1::Verdict value) { return Short(v1::Verdict_Name(value), "VERDICT_"); }
std::string Text(v1::Status value) { return Short(v1::Status_Name(value), "STATUS_"); }
std::string Text(v1::Category value) { return Short(v1::Category_Name(value), "CATEGORY_"); }
std::string Text(v1::RiskLevel value) { return Short(v1::RiskLevel_Name(value), "RISK_LEVEL_"); }
std::string Text(v1::Priority value) { return Short(v1::Priority_Name(value), "PRIORITY_"); }

template <typename List>
std::string Join(const List& list) {
  std::string text;
  for (const auto& each : list) StrAppend(&text, text.empty() ? "" : ", ", each);
  return text.empty() ? "none" : text;
}

bool Blocks(v1::Status status) {
  return status != v1::STATUS_SATISFIED && status != v1::STATUS_NOT_APPLICABLE &&
         status != v1::STATUS_WAIVED && status != v1::STATUS_OVERRIDDEN;
}

// What a case came to.
struct Seen {
  std::optional<v1::Decision> decision;
  std::map<std::string, v1::Status> rules;
  std::vector<std::pair<v1::LintTarget, v1::LintAnswer>> lints;
};

class Comparison {
 public:
  Comparison(const v1::Expectation& expected, const Seen& seen, std::vector<std::string>* out)
      : expected_(expected), seen_(seen), out_(*out) {}

  void Run() {
    CompareRules();
    if (!seen_.decision.has_value()) return;
    const v1::Decision& decision = *seen_.decision;
    if (expected_.verdict() != v1::VERDICT_UNSPECIFIED) {
      Compare("verdict", Text(expected_.verdict()), Text(decision.verdict()), Holding());
    }
    if (expected_.category() != v1::CATEGORY_UNSPECIFIED) {
      Compare("category", Text(expected_.category()), Text(decision.categorization().category()),
              StrCat(" by ", decision.categorization().rule()));
    }
    if (expected_.risk() != v1::RISK_LEVEL_UNSPECIFIED) {
      Compare("risk", Text(expected_.risk()), Text(decision.risk().level()), Points());
    }
    if (expected_.has_score()) {
      Compare("score", StrCat(expected_.score()), StrCat(decision.risk().score()), Points());
    }
    if (expected_.priority() != v1::PRIORITY_UNSPECIFIED) {
      Compare("priority", Text(expected_.priority()), Text(decision.priority().priority()), "");
    }
    CompareLegal(decision);
    if (expected_.implied_kind() != v1::RELEASE_KIND_UNSPECIFIED) {
      const v1::Categorization& categorization = decision.categorization();
      Compare("implied kind", ValueName(expected_.implied_kind()),
              ValueName(categorization.implied_release_kind()),
              StrCat(" by ", Join(categorization.implied_by())));
    }
    CompareBlocking(decision);
    CompareObligations(decision);
    CompareRemarks(decision);
    CompareSuggestions(decision);
    CompareMissing(decision.explanation());
    CompareAftercare(decision.aftercare());
  }

 private:
  void Compare(std::string_view what, const std::string& expected, const std::string& found,
               const std::string& why) {
    if (expected != found) {
      out_.push_back(StrCat("expected ", what, " ", expected, ", found ", found, why));
    }
  }

  void CompareLegal(const v1::Decision& decision) {
    if (expected_.legal().empty()) return;
    const auto names = [](const google::protobuf::RepeatedField<int>& transitions) {
      std::set<std::string> sorted;
      for (const int transition : transitions) {
        sorted.insert(ValueName(static_cast<v1::Transition>(transition)));
      }
      return Join(sorted);
    };
    Compare("legal transitions", names(expected_.legal()), names(decision.legal_transitions()), "");
  }

  std::string Holding() const {
    std::string text;
    for (const v1::RuleOutcome& outcome : seen_.decision->outcomes()) {
      if (Blocks(outcome.status())) {
        StrAppend(&text, text.empty() ? " (" : ", ", outcome.rule(), " ", Text(outcome.status()));
      }
    }
    for (const v1::Remark& remark : seen_.decision->remarks()) {
      StrAppend(&text, text.empty() ? " (" : ", ", remark.id());
    }
    return text.empty() ? "" : text + ")";
  }

  std::string Points() const {
    std::string text;
    for (const v1::RiskPoint& point : seen_.decision->risk().points()) {
      StrAppend(&text, text.empty() ? " (" : ", ", point.factor(), " ", point.points());
    }
    return text.empty() ? "" : text + ")";
  }

  void CompareRules() {
    std::map<std::string, v1::Status> expected;
    for (const auto& [rule, status] : expected_.rules()) {
      expected[rule] = static_cast<v1::Status>(status);
    }
    for (const auto& [rule, status] : expected) {
      const auto found = seen_.rules.find(rule);
      if (found == seen_.rules.end()) {
        out_.push_back(StrCat("expected ", rule, " ", Text(status),
                              ", found no such rule among those that were asked"));
      } else {
        Compare(rule, Text(status), Text(found->second), "");
      }
    }
  }

  void CompareSets(std::string_view what,
                   const google::protobuf::RepeatedPtrField<std::string>& list,
                   const std::set<std::string>& found, bool exactly) {
    const std::set<std::string> expected(list.begin(), list.end());
    const bool all = std::includes(found.begin(), found.end(), expected.begin(), expected.end());
    if (!all || (exactly && expected != found)) {
      out_.push_back(StrCat("expected ", what, " ", Join(expected), ", found ", Join(found)));
    }
  }

  void CompareBlocking(const v1::Decision& decision) {
    if (expected_.blocked_by().empty()) return;
    std::set<std::string> blocking;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      if (Blocks(outcome.status())) blocking.insert(outcome.rule());
    }
    CompareSets("to be held by", expected_.blocked_by(), blocking, true);
  }

  void CompareObligations(const v1::Decision& decision) {
    if (expected_.obligations().empty() && !expected_.only_obligations()) return;
    std::set<std::string> owed;
    for (const v1::ObligationDue& due : decision.obligations()) owed.insert(due.rule());
    CompareSets("obligations", expected_.obligations(), owed, expected_.only_obligations());
  }

  void CompareRemarks(const v1::Decision& decision) {
    std::set<std::string> remarks;
    for (const v1::Remark& remark : decision.remarks()) remarks.insert(remark.id());
    CompareSets("remarks", expected_.remarks(), remarks, false);
  }

  void CompareSuggestions(const v1::Decision& decision) {
    if (expected_.suggestions().empty()) return;
    std::set<std::string> people;
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
        people.insert(suggestion.person());
      }
    }
    CompareSets("suggestions", expected_.suggestions(), people, true);
  }

  void CompareMissing(const v1::Explanation& explanation) {
    if (expected_.missing_facts().empty()) return;
    std::set<std::string> paths;
    for (const v1::MissingFact& fact : explanation.missing()) paths.insert(fact.path());
    CompareSets("missing facts", expected_.missing_facts(), paths, true);
  }

  void CompareAftercare(const v1::Aftercare& aftercare) {
    const std::string why =
        aftercare.failing().empty() ? "" : StrCat(" (", Join(aftercare.failing()), ")");
    if (expected_.health() != v1::HEALTH_UNSPECIFIED) {
      Compare("health", ValueName(expected_.health()), ValueName(aftercare.health()), why);
    }
    if (expected_.advised() != v1::TRANSITION_UNSPECIFIED) {
      Compare("to be advised", ValueName(expected_.advised()), ValueName(aftercare.advised()), why);
    }
  }

  const v1::Expectation& expected_;
  const Seen& seen_;
  std::vector<std::string>& out_;
};

class Runner {
 public:
  Runner(const std::string& file, const FileReader& reader, const SuiteOptions& options)
      : file_(file), reader_(reader), options_(options) {}

  SuiteResult Run(std::string_view text) {
    result_.title = file_;
    result_.issues = ReadMessage(text, Format::kAuto, file_, &suite_);
    if (HasErrors(result_.issues)) return std::move(result_);
    if (!suite_.title().empty()) result_.title = suite_.title();
    if (!Prepare()) return std::move(result_);
    result_.policy = policy_;
    std::set<std::string> names;
    for (const v1::Case& test : suite_.cases()) {
      CaseResult& result = result_.cases.emplace_back();
      result.name = test.name();
      if (test.name().empty() || !names.insert(test.name()).second) {
        result.differences.emplace_back("a case needs a name of its own");
      }
      const absl::Status status = RunCase(test, &result);
      if (!status.ok()) result.differences.push_back(std::string(status.message()));
    }
    return std::move(result_);
  }

 private:
  void Report(std::string message) {
    Issue issue;
    issue.id = "suite";
    issue.message = std::move(message);
    issue.file = file_;
    result_.issues.push_back(std::move(issue));
  }

  bool Prepare() {
    if (suite_.cases().empty()) {
      Report("the suite has no cases");
      return false;
    }
    if (suite_.has_organization() && !suite_.organization_file().empty()) {
      Report("the suite has both an organization and a file of one");
      return false;
    }
    if (options_.policy != nullptr) {
      policy_ = *options_.policy;
    } else if (!LoadPolicies()) {
      return false;
    }
    organization_ = suite_.organization();
    if (!suite_.organization_file().empty()) {
      const std::string path = Beside(file_, suite_.organization_file());
      const absl::StatusOr<std::string> text = reader_(path);
      if (!text.ok()) {
        Report(std::string(text.status().message()));
        return false;
      }
      OrganizationFiles files;
      const Issues issues = files.Add(*text, Format::kAuto, path);
      organization_ = files.organization();
      result_.issues.insert(result_.issues.end(), issues.begin(), issues.end());
    }
    return !HasErrors(result_.issues);
  }

  bool LoadPolicies() {
    if (suite_.policies().empty()) {
      PolicyResult builtin = Policy::Builtin("saas");
      result_.issues.insert(result_.issues.end(), builtin.issues.begin(), builtin.issues.end());
      policy_ = std::move(builtin.policy);
      return policy_.has_value();
    }
    std::vector<NamedText> documents;
    for (const std::string& name : suite_.policies()) {
      const std::string path = Beside(file_, name);
      absl::StatusOr<std::string> text = reader_(path);
      if (!text.ok()) {
        Report(std::string(text.status().message()));
        return false;
      }
      documents.push_back({path, *std::move(text)});
    }
    PolicyResult loaded = Policy::Load(documents);
    result_.issues.insert(result_.issues.end(), loaded.issues.begin(), loaded.issues.end());
    policy_ = std::move(loaded.policy);
    return policy_.has_value();
  }

  absl::StatusOr<Policy> PolicyOf(const v1::Case& test) const {
    if (test.policy_with().empty()) return *policy_;
    v1::Policy edited = policy_->proto();
    for (const v1::Edit& edit : test.policy_with()) CP_RETURN_IF_ERROR(ApplyEdit(edit, &edited));
    PolicyResult loaded = Policy::Load({{"edited.binpb", edited.SerializeAsString()}});
    if (!loaded.policy.has_value()) return InvalidArgument(ToText(loaded.issues));
    return *std::move(loaded.policy);
  }

  absl::StatusOr<Organization> OrganizationOf(const v1::Case& test) {
    if (test.organization_with().empty() && shared_organization_.has_value()) {
      return *shared_organization_;
    }
    v1::Organization edited = organization_;
    for (const v1::Edit& edit : test.organization_with()) {
      CP_RETURN_IF_ERROR(ApplyEdit(edit, &edited));
    }
    OrganizationResult created = Organization::Create(std::move(edited));
    if (!created.organization.has_value()) return InvalidArgument(ToText(created.issues));
    if (test.organization_with().empty()) shared_organization_ = created.organization;
    return *std::move(created.organization);
  }

  using CaseSubject = std::variant<std::monostate, v1::ChangeRequest, v1::Release>;

  template <typename Subject, typename Map>
  absl::Status Take(const std::string& name, const Map& named, const std::string& file,
                    bool has_own, const Subject& own, CaseSubject* subject) {
    const int given = (name.empty() ? 0 : 1) + (file.empty() ? 0 : 1) + (has_own ? 1 : 0);
    if (given == 0) return absl::OkStatus();
    if (given > 1 || subject->index() != 0) {
      return InvalidArgument("a case has at most one subject");
    }
    if (has_own) {
      *subject = own;
    } else if (!name.empty()) {
      const auto found = named.find(name);
      if (found == named.end()) {
        return InvalidArgument(StrCat("the suite has no subject `", name, "`"));
      }
      *subject = found->second;
    } else {
      const std::string path = Beside(file_, file);
      CP_ASSIGN_OR_RETURN(const std::string text, reader_(path));
      constexpr v1::SubjectKind kKind =
          std::is_same_v<Subject, v1::Release> ? v1::SUBJECT_KIND_RELEASE : v1::SUBJECT_KIND_CHANGE;
      SubjectResult read = ReadSubject(text, Format::kAuto, path, kKind);
      if (!read.subject.has_value()) return InvalidArgument(ToText(read.issues));
      *subject = std::get<Subject>(*std::move(read.subject));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CaseSubject> SubjectOf(const v1::Case& test) {
    CaseSubject subject;
    CP_RETURN_IF_ERROR(Take(test.change(), suite_.changes(), test.change_file(),
                            test.has_change_is(), test.change_is(), &subject));
    CP_RETURN_IF_ERROR(Take(test.release(), suite_.releases(), test.release_file(),
                            test.has_release_is(), test.release_is(), &subject));
    for (const v1::Edit& edit : test.with()) {
      if (auto* const change = std::get_if<v1::ChangeRequest>(&subject)) {
        CP_RETURN_IF_ERROR(ApplyEdit(edit, change));
      } else if (auto* const release = std::get_if<v1::Release>(&subject)) {
        CP_RETURN_IF_ERROR(ApplyEdit(edit, release));
      } else {
        return InvalidArgument("there is no subject to edit");
      }
    }
    return subject;
  }

  // A case that compares nothing would pass whatever the policy says.
  static absl::Status CheckQuestion(const v1::Case& test, const CaseSubject& subject) {
    v1::Expectation of_decision = test.expect();
    of_decision.clear_rules();
    const bool expects_decision = of_decision.ByteSizeLong() > 0;
    if (!expects_decision && test.expect().rules().empty()) {
      return InvalidArgument("the case expects nothing");
    }
    if (subject.index() == 0) {
      return expects_decision ? InvalidArgument(
                                    "without a subject there is no decision, and only "
                                    "rules can be expected")
                              : absl::OkStatus();
    }
    return test.has_population() ? InvalidArgument(
                                       "a case asks about a subject or about a "
                                       "population, not both")
                                 : absl::OkStatus();
  }

  static std::vector<std::string> NamedIn(const v1::Expectation& expected) {
    std::set<std::string> named(expected.blocked_by().begin(), expected.blocked_by().end());
    named.insert(expected.obligations().begin(), expected.obligations().end());
    for (const auto& [rule, unused] : expected.rules()) named.insert(rule);
    return {named.begin(), named.end()};
  }

  absl::Status RunCase(const v1::Case& test, CaseResult* result) {
    CP_ASSIGN_OR_RETURN(Policy policy, PolicyOf(test));
    CP_ASSIGN_OR_RETURN(Organization organization, OrganizationOf(test));
    CP_ASSIGN_OR_RETURN(const CaseSubject subject, SubjectOf(test));
    CP_RETURN_IF_ERROR(CheckQuestion(test, subject));
    const bool has_now = test.has_now() || suite_.has_now();
    if (!has_now) return InvalidArgument("neither the case nor the suite says `now`");
    const absl::Time now = FromProto(test.has_now() ? test.now() : suite_.now());
    const Engine engine(std::move(policy), std::move(organization));
    Seen seen;
    if (subject.index() == 0) {
      CP_RETURN_IF_ERROR(Lint(engine, test, now, &seen));
    } else {
      Question question{.now = now, .transition = test.transition(), .detail = v1::DETAIL_RULES};
      if (!test.expect().missing_facts().empty()) question.detail = v1::DETAIL_FULL;
      CP_ASSIGN_OR_RETURN(seen.decision,
                          std::holds_alternative<v1::ChangeRequest>(subject)
                              ? engine.Decide(std::get<v1::ChangeRequest>(subject), question)
                              : engine.Decide(std::get<v1::Release>(subject), question));
      for (const v1::RuleOutcome& outcome : seen.decision->outcomes()) {
        seen.rules[outcome.rule()] = outcome.status();
      }
    }
    result->seen.assign(seen.rules.begin(), seen.rules.end());
    result->named = NamedIn(test.expect());
    result->policy = engine.policy();
    result->decision = seen.decision;
    result->lints = seen.lints;
    Comparison(test.expect(), seen, &result->differences).Run();
    return absl::OkStatus();
  }

  static absl::Status Lint(const Engine& engine, const v1::Case& test, absl::Time now, Seen* seen) {
    const auto take = [&](v1::LintTarget target, v1::LintAnswer answer) {
      for (const v1::RuleOutcome& outcome : answer.outcomes()) {
        seen->rules[outcome.rule()] = outcome.status();
      }
      seen->lints.emplace_back(target, std::move(answer));
    };
    CP_ASSIGN_OR_RETURN(v1::LintAnswer policy, engine.LintPolicy(now));
    take(v1::LINT_TARGET_POLICY, std::move(policy));
    CP_ASSIGN_OR_RETURN(v1::LintAnswer organization, engine.LintOrganization(now));
    take(v1::LINT_TARGET_ORGANIZATION, std::move(organization));
    if (test.has_population()) {
      CP_ASSIGN_OR_RETURN(v1::LintAnswer population, engine.LintPopulation(test.population(), now));
      take(v1::LINT_TARGET_POPULATION, std::move(population));
    }
    return absl::OkStatus();
  }

  const std::string file_;
  const FileReader& reader_;
  const SuiteOptions& options_;
  v1::Suite suite_;
  SuiteResult result_;
  std::optional<Policy> policy_;
  v1::Organization organization_;
  std::optional<Organization> shared_organization_;
};

}  // namespace

bool SuiteResult::passed() const {
  return !HasErrors(issues) && !cases.empty() &&
         std::all_of(cases.begin(), cases.end(),
                     [](const CaseResult& each) { return each.differences.empty(); });
}

SuiteResult RunSuite(std::string_view text, const std::string& file, const FileReader& reader,
                     const SuiteOptions& options) {
  return Runner(file, reader, options).Run(text);
}

}  // namespace changepolicy
