#include "libchangepolicy/check/vocabulary.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "changepolicy/v1/trial.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy {

namespace {

constexpr std::string_view kPackage = "changepolicy.v1";

constexpr std::array kVariables = {
    VariableEntry{"change", "ChangeRequest", Stratum::kFacts, true, false, false,
                  "the change that is asked about"},
    VariableEntry{"release", "Release", Stratum::kFacts, false, true, false,
                  "the release that is asked about"},
    VariableEntry{"organization", "Organization", Stratum::kFacts, true, true, true,
                  "directory and ledger"},
    VariableEntry{"now", "timestamp", Stratum::kFacts, true, true, true,
                  "the instant of the question; may only be compared"},
    VariableEntry{"model", "ModelAssessment", Stratum::kFacts, true, false, false,
                  "the change model that the change names, held against it"},
    VariableEntry{"release_kind", "ReleaseKind", Stratum::kFacts, false, true, false,
                  "what the versions say: major, minor or patch"},
    VariableEntry{"implied_release_kind", "ReleaseKind", Stratum::kFacts, false, true, false,
                  "what commits, notes and evidence of compatibility call for"},
    VariableEntry{"risk", "RiskAssessment", Stratum::kRisk, true, true, false,
                  "level, score and the points behind it"},
    VariableEntry{"category", "Category", Stratum::kCategory, true, true, false,
                  "standard, normal or emergency"},
    VariableEntry{"priority", "Priority", Stratum::kCategory, true, true, false,
                  "from impact and urgency"},
    VariableEntry{"transition", "Transition", Stratum::kCalendar, true, true, false,
                  "the step that is asked about, or the next one"},
    VariableEntry{"calendar", "CalendarAnswer", Stratum::kCalendar, true, true, false,
                  "windows, freezes and conflicts of the planned interval"},
    VariableEntry{"aftercare", "Aftercare", Stratum::kCalendar, true, true, false,
                  "how the system does after a deployment, and which step follows"},
    VariableEntry{"approvals", "ApprovalSummary", Stratum::kApprovals, true, true, false,
                  "who counts, over all approval rules of the transition"},
};

constexpr auto kNo = Names::kNothing;
constexpr auto kNoSubject = Needs::kNothing;
constexpr auto kSubject = Needs::kSubject;
constexpr auto kRelease = Needs::kRelease;
constexpr std::array kFunctions = {
    FunctionEntry{"evidence.passed(string) -> bool", DomainFunction::kEvidencePassed,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "the latest fresh, trusted evidence of the type for the artifact passed"},
    FunctionEntry{"evidence.passed(string, Environment) -> bool", DomainFunction::kEvidencePassed,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "the same, of runs in that environment"},
    FunctionEntry{"evidence.settled(string) -> bool", DomainFunction::kEvidenceSettled,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "passed, or stated to be not applicable by somebody who may say so"},
    FunctionEntry{"evidence.settled(string, Environment) -> bool", DomainFunction::kEvidenceSettled,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "the same, of runs in that environment"},
    FunctionEntry{"evidence.failed(string) -> bool", DomainFunction::kEvidenceFailed,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "there is such evidence, and the latest did not pass"},
    FunctionEntry{"evidence.failed(string, Environment) -> bool", DomainFunction::kEvidenceFailed,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "the same, of runs in that environment"},
    FunctionEntry{"evidence.findings(string, RiskLevel) -> int", DomainFunction::kEvidenceFindings,
                  Stratum::kFacts, kSubject, 0, Names::kEvidenceType,
                  "findings of at least that severity in the run that decides; 0 without one"},
    FunctionEntry{"evidence.soaked(Environment, duration) -> bool", DomainFunction::kEvidenceSoaked,
                  Stratum::kFacts, kSubject, -1, kNo,
                  "this very artifact has run there for that long"},
    FunctionEntry{"documents.written(Document) -> bool", DomainFunction::kDocumentsWritten,
                  Stratum::kFacts, kNoSubject, -1, kNo,
                  "text that says something, or an address with the digest of what stands there"},
    FunctionEntry{"documents.sound(string) -> bool", DomainFunction::kDocumentsSound,
                  Stratum::kCategory, kSubject, 0, Names::kDocument,
                  "the change's document of that path has no weakness by the policy's `documents`"},
    FunctionEntry{"text.given(string) -> bool", DomainFunction::kTextGiven, Stratum::kFacts,
                  kNoSubject, -1, kNo, "neither empty nor a placeholder, however short"},
    FunctionEntry{"text.meaningful(string) -> bool", DomainFunction::kTextMeaningful,
                  Stratum::kFacts, kNoSubject, -1, kNo,
                  "neither empty nor a placeholder nor a copy of a template"},
    FunctionEntry{"people.with_role(string) -> list(string)", DomainFunction::kPeopleWithRole,
                  Stratum::kFacts, kNoSubject, 0, Names::kRole, "who has the role now"},
    FunctionEntry{"people.of(Part) -> list(string)", DomainFunction::kPeopleOf, Stratum::kFacts,
                  kSubject, -1, kNo, "who plays the part in the subject"},
    FunctionEntry{"people.has_role(string, string) -> bool", DomainFunction::kPeopleHasRole,
                  Stratum::kFacts, kNoSubject, 1, Names::kRole,
                  "the account's person has the role now"},
    FunctionEntry{"people.known(string) -> bool", DomainFunction::kPeopleKnown, Stratum::kFacts,
                  kNoSubject, -1, kNo, "the directory knows the account"},
    FunctionEntry{"people.in_team(string, string) -> bool", DomainFunction::kPeopleInTeam,
                  Stratum::kFacts, kNoSubject, -1, kNo,
                  "the account's person belongs to the team now"},
    FunctionEntry{"people.have_role(Part, string) -> bool", DomainFunction::kPeopleHaveRole,
                  Stratum::kFacts, kSubject, 1, Names::kRole,
                  "everybody who plays the part has the role; false where nobody does"},
    FunctionEntry{"people.apart(Part, Part) -> bool", DomainFunction::kPeopleApart, Stratum::kFacts,
                  kSubject, -1, kNo, "nobody plays both parts"},
    FunctionEntry{"people.trained(Part, string) -> bool", DomainFunction::kPeopleTrained,
                  Stratum::kFacts, kSubject, -1, kNo,
                  "everybody who plays the part has current training in the course; false where "
                  "nobody does"},
    FunctionEntry{"communications.sent(Audience, Notice) -> bool",
                  DomainFunction::kCommunicationsSent, Stratum::kFacts, kSubject, -1, kNo,
                  "such a notice went out"},
    FunctionEntry{"communications.sent_ahead(Audience, duration) -> bool",
                  DomainFunction::kCommunicationsSentAhead, Stratum::kFacts, kSubject, -1, kNo,
                  "the audience was told at least that long before the planned start"},
    FunctionEntry{"deployments.done(Environment) -> bool", DomainFunction::kDeploymentsDone,
                  Stratum::kFacts, kSubject, -1, kNo,
                  "the artifact was deployed there successfully"},
    FunctionEntry{"deployments.automated(Environment) -> bool",
                  DomainFunction::kDeploymentsAutomated, Stratum::kFacts, kSubject, -1, kNo,
                  "the last deployment there was automated, or says why it was not"},
    FunctionEntry{
        "deployments.as_code(Environment) -> bool", DomainFunction::kDeploymentsAsCode,
        Stratum::kFacts, kSubject, -1, kNo,
        "the last deployment there was of infrastructure as code, or says why it was not"},
    FunctionEntry{
        "health.passed(Environment) -> bool", DomainFunction::kHealthPassed, Stratum::kFacts,
        kSubject, -1, kNo,
        "health checks ran there after the last deployment, and the latest of each passed"},
    FunctionEntry{"health.passed(Environment, string) -> bool", DomainFunction::kHealthPassed,
                  Stratum::kFacts, kSubject, -1, kNo, "the same, of the check with that name"},
    FunctionEntry{
        "monitoring.complete(duration) -> bool", DomainFunction::kMonitoringComplete,
        Stratum::kFacts, kRelease, -1, kNo,
        "every signal was watched since the last deployment, for the time that the release "
        "declares and at least for that one"},
    FunctionEntry{"reviews.held() -> bool", DomainFunction::kReviewsHeld, Stratum::kFacts, kSubject,
                  -1, kNo, "a review with findings was held, not before the last deployment"},
    FunctionEntry{"materials.updated(Material) -> bool", DomainFunction::kMaterialsUpdated,
                  Stratum::kFacts, kSubject, -1, kNo, "such material was brought up to date"},
    FunctionEntry{"obligations.overdue() -> bool", DomainFunction::kObligationsOverdue,
                  Stratum::kFacts, kSubject, -1, kNo,
                  "the subject's team owes something past its deadline"},
    FunctionEntry{"obligations.overdue(string) -> bool", DomainFunction::kObligationsOverdue,
                  Stratum::kFacts, kSubject, 0, Names::kRule,
                  "the same, under one obligation rule"},
    FunctionEntry{"obligations.open(string) -> bool", DomainFunction::kObligationsOpen,
                  Stratum::kFacts, kSubject, 0, Names::kRule,
                  "the subject's team owes something under that rule"},
    FunctionEntry{"ledger.emergencies(duration) -> int", DomainFunction::kLedgerEmergencies,
                  Stratum::kFacts, kSubject, -1, kNo,
                  "emergencies of the subject's team in that time before now"},
    FunctionEntry{"incidents.over(string, duration) -> bool", DomainFunction::kIncidentsOver,
                  Stratum::kFacts, kSubject, -1, kNo,
                  "the ledger knows that incident, and it was over for that long"},
    FunctionEntry{"semver.valid(string) -> bool", DomainFunction::kSemverValid, Stratum::kFacts,
                  kNoSubject, -1, kNo, "a semantic version"},
    FunctionEntry{"semver.kind(string, string) -> ReleaseKind", DomainFunction::kSemverKind,
                  Stratum::kFacts, kNoSubject, -1, kNo,
                  "what the step from the first version to the second is"},
    FunctionEntry{"semver.less(string, string) -> bool", DomainFunction::kSemverLess,
                  Stratum::kFacts, kNoSubject, -1, kNo, "the first version precedes the second"},
    FunctionEntry{"changes.all_allowed() -> bool", DomainFunction::kChangesAllAllowed,
                  Stratum::kApprovals, kRelease, -1, kNo,
                  "each change of the release may itself be deployed"},
    FunctionEntry{"changes.highest_risk() -> RiskLevel", DomainFunction::kChangesHighestRisk,
                  Stratum::kFacts, kRelease, -1, kNo, "the riskiest change of the release"},
    FunctionEntry{"changes.all_categorized() -> bool", DomainFunction::kChangesAllCategorized,
                  Stratum::kFacts, kRelease, -1, kNo,
                  "the category of each change of the release could be computed"},
    FunctionEntry{"tags.has(TagKind) -> bool", DomainFunction::kTagsHas, Stratum::kFacts, kRelease,
                  -1, kNo, "the version is tagged so, a final tag on the artifact's revision"},
    FunctionEntry{"tags.named(TagKind) -> bool", DomainFunction::kTagsNamed, Stratum::kFacts,
                  kRelease, -1, kNo,
                  "there is such a tag, and each has a name that the release's strategy admits"},
    FunctionEntry{"tags.candidate_first() -> bool", DomainFunction::kTagsCandidateFirst,
                  Stratum::kFacts, kRelease, -1, kNo,
                  "a final tag, where there is one, is younger than a candidate's"},
    FunctionEntry{
        "criteria.confirmed() -> bool", DomainFunction::kCriteriaConfirmed,
        Stratum::kFacts, kRelease, -1, kNo,
        "each criterion of the policy, and there are some, is confirmed by somebody who may"},
    FunctionEntry{"criteria.confirmed(string) -> bool", DomainFunction::kCriteriaConfirmed,
                  Stratum::kFacts, kRelease, 0, Names::kCriterion, "the same, of one criterion"},
    FunctionEntry{"criteria.open() -> list(string)", DomainFunction::kCriteriaOpen, Stratum::kFacts,
                  kRelease, -1, kNo, "criteria of the policy that are not confirmed"},
    FunctionEntry{"changelog.yanked() -> bool", DomainFunction::kChangelogYanked, Stratum::kFacts,
                  kRelease, -1, kNo,
                  "the section of the version in the change log of the notes is marked `[YANKED]`"},
    FunctionEntry{"branching.conforms(BranchingStrategy, string) -> bool",
                  DomainFunction::kBranchingConforms, Stratum::kFacts, kNoSubject, -1, kNo,
                  "the strategy releases from such a branch"},
    FunctionEntry{"branching.works_on(BranchingStrategy, string) -> bool",
                  DomainFunction::kBranchingWorksOn, Stratum::kFacts, kNoSubject, -1, kNo,
                  "the strategy makes changes on such a branch"},
    FunctionEntry{"branching.goes_into(BranchingStrategy, string) -> bool",
                  DomainFunction::kBranchingGoesInto, Stratum::kFacts, kNoSubject, -1, kNo,
                  "the strategy brings changes into such a branch"},
    FunctionEntry{"branching.stated() -> bool", DomainFunction::kBranchingStated, Stratum::kFacts,
                  kSubject, -1, kNo,
                  "the change says on which branch it was made or into which it goes; false for a "
                  "release"},
};

// The messages of other files, so that their descriptors are linked in.
const google::protobuf::DescriptorPool* Pool() {
  (void)v1::Release::descriptor();
  (void)v1::Population::descriptor();
  (void)v1::Organization::descriptor();
  (void)v1::ApprovalSummary::descriptor();
  return google::protobuf::DescriptorPool::generated_pool();
}

bool IsIn(const VariableEntry& variable, Scope scope) {
  switch (scope) {
    case Scope::kChange:
      return variable.in_change;
    case Scope::kRelease:
      return variable.in_release;
    case Scope::kOrganization:
      return variable.in_lints;
    case Scope::kPolicy:
    case Scope::kPopulation:
      return variable.name == "now";
  }
  return false;
}

cel::Implementation HandToHost(DomainFunction function) {
  return [function](cel::CallContext& context, cel::Args args) {
    const auto* const host = static_cast<const FunctionHost*>(context.host());
    if (host == nullptr || !context.Charge(16)) {
      return cel::Value::FromError(absl::StatusCode::kFailedPrecondition,
                                   "the function has nothing to be computed from");
    }
    return host->Call(function, args);
  };
}

// The functions with these needs as a library of the language.
cel::Library MakeDomainLibrary(Needs needs) {
  cel::FunctionTable rows;
  for (const FunctionEntry& function : kFunctions) {
    if (function.needs != needs) continue;
    rows.push_back({.signature = function.signature,
                    .implementation = HandToHost(function.function),
                    .doc = function.doc});
  }
  const cel::TypeResolver resolver = [](std::string_view name) -> std::optional<cel::Type> {
    const std::string full_name = StrCat(kPackage, ".", name);
    if (const auto* const message = Pool()->FindMessageTypeByName(full_name)) {
      return cel::Type::Message(message);
    }
    const auto* const enum_type = Pool()->FindEnumTypeByName(full_name);
    return enum_type == nullptr ? std::nullopt : std::optional(cel::Type::Enum(enum_type));
  };
  return cel::MakeLibrary("domain", "what is known of changes and releases", rows, resolver);
}

const cel::Library& DomainLibrary(Needs needs) {
  static const auto& libraries = *new std::map<Needs, cel::Library>{
      {kNoSubject, MakeDomainLibrary(kNoSubject)},
      {kSubject, MakeDomainLibrary(kSubject)},
      {kRelease, MakeDomainLibrary(kRelease)},
  };
  return libraries.at(needs);
}

}  // namespace

absl::Span<const VariableEntry> Variables() { return kVariables; }
absl::Span<const FunctionEntry> DomainFunctions() { return kFunctions; }

cel::Type TypeOf(v1::FactType type) {
  switch (type) {
    case v1::FACT_TYPE_BOOL:
      return cel::Type::Bool();
    case v1::FACT_TYPE_INT:
      return cel::Type::Int();
    case v1::FACT_TYPE_DOUBLE:
      return cel::Type::Double();
    case v1::FACT_TYPE_STRING:
      return cel::Type::String();
    case v1::FACT_TYPE_TIMESTAMP:
      return cel::Type::Timestamp();
    case v1::FACT_TYPE_DURATION:
      return cel::Type::Duration();
    case v1::FACT_TYPE_STRING_LIST:
      return cel::Type::List(cel::Type::String());
    default:
      return cel::Type::Dyn();
  }
}

std::unique_ptr<cel::Environment> MakeEnvironment(Scope scope, const v1::Policy& policy) {
  auto environment = std::make_unique<cel::Environment>(
      Pool(), google::protobuf::MessageFactory::generated_factory(),
      cel::EnvironmentOptions{.container = std::string(kPackage),
                              .enums = cel::EnumProfile::kStrong,
                              .short_enum_values = true,
                              .ordered_enums = true,
                              .libraries = std::vector(policy.policy().libraries().begin(),
                                                       policy.policy().libraries().end())});
  environment->RememberNames();
  // Names of the tables are unique (tests/check/vocabulary_test.cc), so nothing is refused here;
  // facts that clash were reported by the checker.
  const auto declare = [&](std::string_view name, cel::Type type, std::string_view doc) {
    environment->AddVariable(name, std::move(type), doc).IgnoreError();
  };
  for (const VariableEntry& variable : kVariables) {
    if (!IsIn(variable, scope)) continue;
    declare(variable.name,
            variable.type == "timestamp" ? cel::Type::Timestamp()
                                         : *environment->FindType(variable.type),
            variable.doc);
  }
  if (scope == Scope::kPolicy) {
    declare("policy", cel::Type::Message(v1::Policy::descriptor()), "the merged policy");
  }
  if (scope == Scope::kPopulation) {
    declare("population", cel::Type::Message(v1::Population::descriptor()),
            "the records that are looked at together");
  }
  if (scope == Scope::kChange || scope == Scope::kRelease) {
    for (const v1::FactDeclaration& fact : policy.facts()) {
      declare(StrCat("facts.", fact.name()), TypeOf(fact.type()), fact.meaning());
    }
  }
  environment->AddLibrary(DomainLibrary(kNoSubject));
  if (scope == Scope::kChange || scope == Scope::kRelease) {
    environment->AddLibrary(DomainLibrary(kSubject));
  }
  if (scope == Scope::kRelease) environment->AddLibrary(DomainLibrary(kRelease));
  return environment;
}

}  // namespace changepolicy
