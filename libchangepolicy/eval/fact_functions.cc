#include "libchangepolicy/eval/fact_functions.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/branching.h"
#include "libchangepolicy/domain/communication.h"
#include "libchangepolicy/domain/deployment.h"
#include "libchangepolicy/domain/document_lint.h"
#include "libchangepolicy/domain/documents.h"
#include "libchangepolicy/domain/health.h"
#include "libchangepolicy/domain/ledger_index.h"
#include "libchangepolicy/domain/monitoring.h"
#include "libchangepolicy/domain/review.h"
#include "libchangepolicy/domain/semantic_version.h"
#include "libchangepolicy/domain/tags.h"
#include "libchangepolicy/domain/training.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/criteria.h"
#include "libchangepolicy/eval/evidence.h"
#include "libchangepolicy/eval/open_world.h"
#include "libchangepolicy/flat/joined.h"

namespace changepolicy {

namespace {

template <typename Enum>
Enum EnumOf(const FactArgument& argument) {
  return static_cast<Enum>(argument.number);
}

// Where a part is stated.
std::string_view FieldOf(v1::Part part) {
  switch (part) {
    case v1::PART_REQUESTER:
      return "people.requester";
    case v1::PART_AUTHOR:
      return "people.authors";
    case v1::PART_OWNER:
      return "people.owner";
    default:
      return "";
  }
}

}  // namespace

FactResult FactResult::Failed(absl::StatusCode code, std::string_view message) {
  return {.error = absl::Status(code, ToAbsl(message))};
}

FactResult FactFunctions::Unknown(std::string_view fact) const {
  return UnknownOf({Joined(&evaluation_.arena, subject().variable(), ".", fact)});
}

FactResult FactFunctions::UnknownOf(std::initializer_list<std::string_view> facts) const {
  return {.unknown = NamesOf(facts, &evaluation_.arena)};
}

FactResult FactFunctions::Of(const Finding& finding) const {
  return finding.known() ? FactResult::Bool(finding.holds) : Unknown(finding.needs_fact);
}

FactResult FactFunctions::TextList(const std::vector<std::string>& texts) const {
  flat::Repeated<Datum> list;
  for (const std::string& text : texts) {
    list.Add(Datum::String(evaluation_.arena.Copy(text)), &evaluation_.arena);
  }
  return {.value = Datum::List(list.data(), static_cast<uint32_t>(list.size()))};
}

FactResult FactFunctions::Call(DomainFunction function, FactArguments args) {
  for (const auto part :
       {&FactFunctions::Evidence, &FactFunctions::People, &FactFunctions::Records,
        &FactFunctions::Ledger, &FactFunctions::VersionControl, &FactFunctions::Release}) {
    if (Part result = (this->*part)(function, args)) return *std::move(result);
  }
  return FactResult::Failed(absl::StatusCode::kInternal, "the function is not computed");
}

// ---- Evidence

EvidenceState FactFunctions::StateOf(DomainFunction function, FactArguments args) {
  const v1::Environment environment =
      args.size() == 2 && function != DomainFunction::kEvidenceFindings
          ? EnumOf<v1::Environment>(args[1])
          : v1::ENVIRONMENT_UNSPECIFIED;
  if (!evidence_.has_value())
    evidence_.emplace(EvidenceQuestionOf(evaluation_), &evaluation_.arena);
  return evidence_->State(args[0].text, environment, &evaluation_.changes);
}

FactFunctions::Part FactFunctions::Evidence(DomainFunction function, FactArguments args) {
  switch (function) {
    case DomainFunction::kEvidencePassed:
    case DomainFunction::kEvidenceSettled:
    case DomainFunction::kEvidenceFailed: {
      const EvidenceState state = StateOf(function, args);
      if (state.result == EvidenceResult::kUnknown) return Unknown(state.needs_fact);
      const bool passed = state.result == EvidenceResult::kPassed;
      if (function == DomainFunction::kEvidencePassed) return FactResult::Bool(passed);
      if (function == DomainFunction::kEvidenceFailed) {
        return FactResult::Bool(state.result == EvidenceResult::kFailed);
      }
      return FactResult::Bool(passed || state.result == EvidenceResult::kNotApplicable);
    }
    case DomainFunction::kEvidenceFindings: {
      const EvidenceState state = StateOf(function, args);
      if (state.result == EvidenceResult::kUnknown) return Unknown(state.needs_fact);
      return FactResult::Int(
          state.record == nullptr ? 0 : FindingsOf(*state.record, EnumOf<v1::RiskLevel>(args[1])));
    }
    case DomainFunction::kEvidenceSoaked:
      return Of(HasSoaked(subject().deployments(), ArtifactOf(subject()),
                          EnumOf<v1::Environment>(args[0]), args[1].length, evaluation_.now,
                          &evaluation_.changes));
    default:
      return std::nullopt;
  }
}

// ---- People

// Unknown where nobody said who plays the part, or where the directory does not know one of them;
// an error for what nobody plays: that nobody does would be no answer.
FactFunctions::Part FactFunctions::PartPeople(v1::Part part, std::span<const int>* people) {
  if (!v1::Part_IsValid(part) || part == v1::PART_UNSPECIFIED || part == v1::PART_APPROVER) {
    return FactResult::Failed(absl::StatusCode::kInvalidArgument,
                              StrCat("nobody plays `", v1::Part_Name(part), "` in a subject"));
  }
  const PartHolders& holders = PartsOf(evaluation_).Holders(part);
  const std::string_view field = FieldOf(part);
  if (holders.people.empty() && holders.unmapped.empty() && !field.empty() &&
      !subject().stated().contains(field)) {
    return Unknown(field);
  }
  if (!holders.unmapped.empty()) {
    return UnknownOf({StrCat("organization.directory.people[\"", holders.unmapped[0], "\"]")});
  }
  *people = holders.people;
  return std::nullopt;
}

FactResult FactFunctions::AllTrained(v1::Part part, std::string_view course) {
  std::span<const int> people;
  if (Part problem = PartPeople(part, &people)) return *std::move(problem);
  const TrainingRecords& training = evaluation_.organization.directory().training();
  for (const int person : people) {
    if (!training.IsTrained(course, person, evaluation_.now, &evaluation_.changes)) {
      return FactResult::Bool(false);
    }
  }
  return FactResult::Bool(!people.empty());
}

FactFunctions::Part FactFunctions::People(DomainFunction function, FactArguments args) {
  const bool about_people =
      function >= DomainFunction::kPeopleWithRole && function <= DomainFunction::kPeopleTrained;
  if (about_people && evaluation_.directory_outdated) {
    return UnknownOf({"organization.directory.taken_at"});
  }
  const auto find = [&](const FactArgument& account) { return roster().Find(account.text); };
  // Who belongs to a role or a team changes when tenures begin and end.
  const auto note = [&](const Tenures& tenures, int person) {
    TenureBoundaries(tenures, person, evaluation_.now, &evaluation_.changes);
  };
  const auto has_role = [&](int person, std::string_view role) {
    if (person == kNobody) return false;
    note(roster().Role(role), person);
    return roster().HasRole(person, role, evaluation_.now);
  };
  switch (function) {
    case DomainFunction::kPeopleWithRole:
      note(roster().Role(args[0].text), kNobody);
      return TextList(roster().WithRole(args[0].text, evaluation_.now));
    case DomainFunction::kPeopleOf: {
      std::span<const int> people;
      if (Part problem = PartPeople(EnumOf<v1::Part>(args[0]), &people)) return problem;
      flat::Repeated<Datum> ids;
      for (const int person : people) {
        ids.Add(Datum::String(roster().id(person)), &evaluation_.arena);
      }
      return FactResult{.value = Datum::List(ids.data(), static_cast<uint32_t>(ids.size()))};
    }
    case DomainFunction::kPeopleHasRole:
      return FactResult::Bool(has_role(find(args[0]), args[1].text));
    case DomainFunction::kPeopleKnown:
      return FactResult::Bool(find(args[0]) != kNobody);
    case DomainFunction::kPeopleInTeam: {
      const int person = find(args[0]);
      if (person == kNobody) return FactResult::Bool(false);
      note(roster().Team(args[1].text), person);
      return FactResult::Bool(roster().InTeam(person, args[1].text, evaluation_.now));
    }
    case DomainFunction::kPeopleHaveRole: {
      std::span<const int> people;
      if (Part problem = PartPeople(EnumOf<v1::Part>(args[0]), &people)) return problem;
      return FactResult::Bool(!people.empty() &&
                              std::all_of(people.begin(), people.end(), [&](int person) {
                                return has_role(person, args[1].text);
                              }));
    }
    case DomainFunction::kPeopleApart: {
      std::span<const int> one, other;
      if (Part problem = PartPeople(EnumOf<v1::Part>(args[0]), &one)) return problem;
      if (Part problem = PartPeople(EnumOf<v1::Part>(args[1]), &other)) return problem;
      return FactResult::Bool(std::none_of(one.begin(), one.end(), [&](int person) {
        return std::binary_search(other.begin(), other.end(), person);
      }));
    }
    case DomainFunction::kPeopleTrained:
      return AllTrained(EnumOf<v1::Part>(args[0]), args[1].text);
    default:
      return std::nullopt;
  }
}

// ---- What is recorded of the subject

// What a document has to say may depend on the category.
FactResult FactFunctions::IsSound(std::string_view document) const {
  if (!subject().is_change()) {
    return FactResult::Failed(absl::StatusCode::kInvalidArgument,
                              StrCat("only a change has `", document, "`"));
  }
  const flat::Categorization& categorization = evaluation_.categorization;
  if (categorization.status() == v1::STATUS_UNKNOWN) {
    return {.unknown = categorization.unknown()};
  }
  if (categorization.status() != v1::STATUS_SATISFIED) {
    return FactResult::Failed(absl::StatusCode::kFailedPrecondition,
                              StrCat("`category`: ", categorization.error().message()));
  }
  return FactResult::Bool(IsSoundDocument({.change = &subject().change_message(),
                                           .policy = &evaluation_.policy.policy(),
                                           .life_cycle = &evaluation_.policy.life_cycle(),
                                           .category = categorization.category()},
                                          std::string(document)));
}

FactFunctions::Part FactFunctions::Records(DomainFunction function, FactArguments args) {
  const TextJudge& texts = evaluation_.policy.texts();
  switch (function) {
    case DomainFunction::kDocumentsSound:
      return IsSound(args[0].text);
    case DomainFunction::kTextGiven:
      return FactResult::Bool(texts.IsGiven(args[0].text));
    case DomainFunction::kTextMeaningful:
      return FactResult::Bool(texts.IsMeaningful(args[0].text));
    case DomainFunction::kCommunicationsSent:
      return FactResult::Bool(IsSent(subject().communications(), EnumOf<v1::Audience>(args[0]),
                                     EnumOf<v1::Notice>(args[1])));
    case DomainFunction::kCommunicationsSentAhead:
      return Of(LeadOf(subject().communications(), EnumOf<v1::Audience>(args[0]), args[1].length,
                       subject().schedule())
                    .ahead);
    case DomainFunction::kDeploymentsDone:
      return Of(IsDeployed(subject().deployments(), ArtifactOf(subject()),
                           EnumOf<v1::Environment>(args[0])));
    case DomainFunction::kDeploymentsAutomated:
      return FactResult::Bool(
          IsAutomated(subject().deployments(), EnumOf<v1::Environment>(args[0]), texts));
    case DomainFunction::kDeploymentsAsCode:
      return FactResult::Bool(
          IsFromCode(subject().deployments(), EnumOf<v1::Environment>(args[0]), texts));
    case DomainFunction::kHealthPassed: {
      const auto environment = EnumOf<v1::Environment>(args[0]);
      return FactResult::Bool(
          args.size() == 1
              ? IsHealthy(subject().health_checks(), subject().deployments(), environment)
              : HasPassed(subject().health_checks(), subject().deployments(), environment,
                          args[1].text));
    }
    case DomainFunction::kReviewsHeld:
      return FactResult::Bool(IsReviewed(subject().reviews(), subject().deployments(),
                                         EnvironmentsOf(subject()), texts));
    case DomainFunction::kMaterialsUpdated:
      return FactResult::Bool(
          std::any_of(subject().material_updates().begin(), subject().material_updates().end(),
                      [&](const flat::MaterialUpdate& update) {
                        return update.material() == EnumOf<v1::Material>(args[0]);
                      }));
    default:
      return std::nullopt;
  }
}

// ---- The ledger

FactFunctions::Part FactFunctions::Ledger(DomainFunction function, FactArguments args) {
  const bool about_ledger = function == DomainFunction::kObligationsOverdue ||
                            function == DomainFunction::kObligationsOpen ||
                            function == DomainFunction::kLedgerEmergencies ||
                            function == DomainFunction::kIncidentsOver;
  if (!about_ledger) return std::nullopt;
  if (evaluation_.ledger_outdated) return UnknownOf({"organization.ledger.taken_at"});
  const LedgerIndex& ledger = evaluation_.organization.ledger_index();
  const std::string_view team = subject().team();
  if (function == DomainFunction::kLedgerEmergencies) {
    const EmergencyCount emergencies =
        ledger.CountEmergencies(team, args[0].length, evaluation_.now, &evaluation_.changes);
    return emergencies.needs_fact.empty() ? FactResult::Int(emergencies.count)
                                          : Unknown(emergencies.needs_fact);
  }
  if (function == DomainFunction::kIncidentsOver) {
    return FactResult::Bool(
        ledger.IsIncidentOver(args[0].text, args[1].length, evaluation_.now, &evaluation_.changes));
  }
  const std::string_view rule = args.empty() ? std::string_view() : args[0].text;
  return Of(function == DomainFunction::kObligationsOverdue
                ? ledger.IsOverdue(team, rule, evaluation_.now, &evaluation_.changes)
                : ledger.IsOpen(team, rule, evaluation_.now, &evaluation_.changes));
}

// ---- Versions, and the changes of a release

const std::vector<v1::Decision>* FactFunctions::ChangeDecisions(FactResult* problem) {
  if (change_decisions_.has_value()) return &*change_decisions_;
  std::vector<v1::Decision> decisions;
  for (const v1::ChangeRequest& change : subject().release_message().changes()) {
    absl::StatusOr<v1::Decision> decision =
        evaluation_.decide_change(change, v1::TRANSITION_DEPLOY);
    if (!decision.ok()) {
      *problem = FactResult::Failed(
          decision.status().code(),
          StrCat("change `", change.id(), "`: ", FromAbsl(decision.status().message())));
      return nullptr;
    }
    if (decision->has_next_evaluation()) {
      const auto& next = decision->next_evaluation();
      evaluation_.changes.push_back(absl::FromUnixSeconds(next.seconds()) +
                                    absl::Nanoseconds(next.nanos()));
    }
    decisions.push_back(*std::move(decision));
  }
  for (const v1::Decision& decision : decisions) {
    if (decision.verdict() == v1::VERDICT_ALLOWED) continue;
    flat::Arena* const arena = &evaluation_.arena;
    flat::BlockingChange& blocking = *evaluation_.blocking_changes.Add(arena);
    blocking.set_id(arena->Copy(decision.subject_id()));
    blocking.set_verdict(decision.verdict());
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      const bool holds = outcome.status() != v1::STATUS_SATISFIED &&
                         outcome.status() != v1::STATUS_NOT_APPLICABLE &&
                         outcome.status() != v1::STATUS_WAIVED &&
                         outcome.status() != v1::STATUS_OVERRIDDEN;
      if (holds) blocking.add_rules(arena->Copy(outcome.rule()), arena);
    }
  }
  evaluation_.blocking_changes.Sort([](const auto& a, const auto& b) { return a.id() < b.id(); });
  change_decisions_ = std::move(decisions);
  return &*change_decisions_;
}

FactResult FactFunctions::Criteria(DomainFunction function, FactArguments args) {
  if (evaluation_.directory_outdated) return UnknownOf({"organization.directory.taken_at"});
  const auto& criteria = evaluation_.policy.policy().criteria();
  if (function == DomainFunction::kCriteriaOpen) return TextList(OpenCriteria(evaluation_));
  if (args.empty()) return FactResult::Bool(!criteria.empty() && OpenCriteria(evaluation_).empty());
  // A name that is no literal was not checked when the policy was loaded.
  return FactResult::Bool(std::any_of(criteria.begin(), criteria.end(), [&](const auto& criterion) {
    return criterion.id() == args[0].text && IsConfirmed(criterion, evaluation_);
  }));
}

FactFunctions::Part FactFunctions::VersionControl(DomainFunction function, FactArguments args) {
  const v1::Policy& policy = evaluation_.policy.policy();
  const v1::VersionControl& version_control = subject().release_message().version_control();
  const auto strategy = [&] { return EnumOf<v1::BranchingStrategy>(args[0]); };
  const auto branch = [&] { return args[1].text; };
  switch (function) {
    case DomainFunction::kTagsHas:
      return Of(HasTag(version_control, EnumOf<v1::TagKind>(args[0]),
                       subject().release_message().version(), ArtifactOf(subject())));
    case DomainFunction::kTagsNamed:
      return Of(AreTagsNamed(version_control, EnumOf<v1::TagKind>(args[0]),
                             version_control.strategy() != v1::BRANCHING_STRATEGY_UNSPECIFIED ||
                                 subject().stated().contains("version_control.strategy"),
                             policy));
    case DomainFunction::kTagsCandidateFirst:
      return Of(IsCandidateFirst(version_control, subject().release_message().version()));
    case DomainFunction::kChangelogYanked:
      return FactResult::Bool(subject().is_yanked());
    case DomainFunction::kBranchingConforms:
      return FactResult::Bool(ConformsToStrategy(strategy(), branch(), policy));
    case DomainFunction::kBranchingWorksOn:
      return FactResult::Bool(WorksOnBranch(strategy(), branch(), policy));
    case DomainFunction::kBranchingGoesInto:
      return FactResult::Bool(GoesIntoBranch(strategy(), branch(), policy));
    case DomainFunction::kBranchingStated:
      return FactResult::Bool(!subject().change().branch().empty() ||
                              !subject().change().target_branch().empty());
    default:
      return std::nullopt;
  }
}

FactFunctions::Part FactFunctions::Release(DomainFunction function, FactArguments args) {
  const auto text = [&](size_t index) { return args[index].text; };
  switch (function) {
    case DomainFunction::kSemverValid:
      return FactResult::Bool(IsSemanticVersion(text(0)));
    case DomainFunction::kSemverKind:
      return FactResult{.value = Datum::Enum(KindOf(text(0), text(1))),
                        .enum_type = v1::ReleaseKind_descriptor()};
    case DomainFunction::kSemverLess: {
      const auto order = CompareVersions(text(0), text(1));
      if (!order.has_value()) {
        return FactResult::Failed(
            absl::StatusCode::kInvalidArgument,
            StrCat("`", text(0), "` or `", text(1), "` is no semantic version"));
      }
      return FactResult::Bool(*order < 0);
    }
    case DomainFunction::kCriteriaConfirmed:
    case DomainFunction::kCriteriaOpen:
      return Criteria(function, args);
    case DomainFunction::kMonitoringComplete:
      return FactResult::Bool(
          WatchOf(subject().release(), args[0].length, evaluation_.now, &evaluation_.changes)
              .complete);
    case DomainFunction::kChangesAllAllowed:
    case DomainFunction::kChangesHighestRisk:
    case DomainFunction::kChangesAllCategorized:
      break;
    default:
      return std::nullopt;
  }
  if (subject().release().changes().empty() && !subject().stated().contains("changes")) {
    return Unknown("changes");
  }
  FactResult problem;
  const std::vector<v1::Decision>* const decisions = ChangeDecisions(&problem);
  if (decisions == nullptr) return problem;
  if (evaluation_.open_world) {
    return OpenChanges(function, *decisions, evaluation_.never_stated, &evaluation_.arena);
  }
  const auto all = [&](const auto& holds) {
    return FactResult::Bool(std::all_of(decisions->begin(), decisions->end(), holds));
  };
  if (function == DomainFunction::kChangesAllAllowed) {
    return all(
        [](const v1::Decision& decision) { return decision.verdict() == v1::VERDICT_ALLOWED; });
  }
  if (function == DomainFunction::kChangesAllCategorized) {
    return all([](const v1::Decision& decision) {
      return decision.categorization().status() == v1::STATUS_SATISFIED;
    });
  }
  v1::RiskLevel highest = v1::RISK_LEVEL_LOW;
  for (const v1::Decision& decision : *decisions) {
    highest = std::max(highest, decision.risk().level());
  }
  return FactResult{.value = Datum::Enum(highest), .enum_type = v1::RiskLevel_descriptor()};
}

}  // namespace changepolicy
