#include "libchangepolicy/trial/suite.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/load.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/trial/comparison.h"
#include "libchangepolicy/trial/edit.h"
#include "libchangepolicy/trial/imported.h"

namespace changepolicy {

namespace {

// What a case expects of the policy's answer, without what it expects of rules.
v1::Expectation OfDecision(const v1::Expectation& expected) {
  v1::Expectation of_decision = expected;
  of_decision.clear_rules();
  of_decision.clear_fields();
  of_decision.clear_unmapped();
  of_decision.clear_refused();
  return of_decision;
}

bool AsksPolicy(const v1::Case& test) {
  return OfDecision(test.expect()).ByteSizeLong() > 0 || !test.expect().rules().empty();
}

bool NamesSubject(const v1::Case& test) {
  return !test.change().empty() || !test.release().empty() || !test.change_file().empty() ||
         !test.release_file().empty() || test.has_change_is() || test.has_release_is();
}

bool AsksImport(const v1::Case& test) {
  return !test.expect().fields().empty() || !test.expect().unmapped().empty() ||
         !test.expect().refused().empty();
}

class Runner {
 public:
  Runner(const std::string& file, const FileReader& reader, const SuiteOptions& options)
      : file_(file), files_(file, reader), options_(options), importer_(files_) {}

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
      const std::string path = files_.PathOf(suite_.organization_file());
      const absl::StatusOr<std::string> text = files_.Read(suite_.organization_file());
      if (!text.ok()) {
        Report(std::string(text.status().message()));
        return false;
      }
      OrganizationFiles files;
      const Issues issues = files.Add(*text, Format::kAuto, path);
      organization_ = files.organization();
      result_.issues.insert(result_.issues.end(), issues.begin(), issues.end());
    }
    const absl::Status loaded = importer_.Load(suite_, &result_.issues);
    if (!loaded.ok()) Report(std::string(MessageOf(loaded)));
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
      absl::StatusOr<std::string> text = files_.Read(name);
      if (!text.ok()) {
        Report(std::string(text.status().message()));
        return false;
      }
      documents.push_back({files_.PathOf(name), *std::move(text)});
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
      const std::string path = files_.PathOf(file);
      CP_ASSIGN_OR_RETURN(const std::string text, files_.Read(file));
      constexpr v1::SubjectKind kKind =
          std::is_same_v<Subject, v1::Release> ? v1::SUBJECT_KIND_RELEASE : v1::SUBJECT_KIND_CHANGE;
      SubjectResult read = ReadSubject(text, Format::kAuto, path, kKind);
      if (!read.subject.has_value()) return InvalidArgument(ToText(read.issues));
      *subject = std::get<Subject>(*std::move(read.subject));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CaseSubject> SubjectOf(const v1::Case& test,
                                        const google::protobuf::Message* imported) {
    CaseSubject subject;
    if (const auto* const change = dynamic_cast<const v1::ChangeRequest*>(imported)) {
      subject = *change;
    } else if (const auto* const release = dynamic_cast<const v1::Release*>(imported)) {
      subject = *release;
    } else if (imported != nullptr) {
      return InvalidArgument("the records become an organization, which is nothing to decide");
    }
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
  static absl::Status CheckExpectation(const v1::Case& test) {
    if (!AsksPolicy(test) && !AsksImport(test)) {
      return InvalidArgument("the case expects nothing");
    }
    if (AsksImport(test) && !HasRecords(test)) {
      return InvalidArgument(
          "`fields`, `unmapped` and `refused` can be expected of `records` only");
    }
    if (HasRecords(test) && NamesSubject(test)) {
      return InvalidArgument("a case has at most one subject, and `records` make one");
    }
    if (!test.expect().refused().empty() && (AsksPolicy(test) || !test.expect().fields().empty())) {
      return InvalidArgument("of records that are refused nothing else can be expected");
    }
    return absl::OkStatus();
  }

  static absl::Status CheckQuestion(const v1::Case& test, const CaseSubject& subject) {
    if (subject.index() == 0) {
      return OfDecision(test.expect()).ByteSizeLong() > 0
                 ? InvalidArgument(
                       "without a subject there is no decision, and only rules can be expected")
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
    CP_RETURN_IF_ERROR(CheckExpectation(test));
    Imported imported;
    if (HasRecords(test)) {
      CP_ASSIGN_OR_RETURN(imported, importer_.Import(test));
      result->differences = ImportDifferences(test.expect(), imported);
      if (!AsksPolicy(test) || imported.message == nullptr) return absl::OkStatus();
    }
    CP_ASSIGN_OR_RETURN(Policy policy, PolicyOf(test));
    CP_ASSIGN_OR_RETURN(Organization organization, OrganizationOf(test));
    CP_ASSIGN_OR_RETURN(const CaseSubject subject, SubjectOf(test, imported.message.get()));
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
    for (std::string& difference : Differences(test.expect(), seen)) {
      result->differences.push_back(std::move(difference));
    }
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
  const SuiteFiles files_;
  const SuiteOptions& options_;
  CaseImporter importer_;
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
