#include "tests/audit/programme_scenes.h"

namespace changepolicy {
namespace {

// Another change, which is open and was not deployed.
constexpr char kOpenChange[] = R"(
--- decide change DEPLOY now=2026-03-05T10:00:00Z
id: C-2
title: Slower checkout
state: SCHEDULED
people: {requester: ann, authors: [ann]}
team: other
approvals:
  - {id: A-1, by: bob, kind: APPROVED, happened_at: 2026-03-05T09:00:00Z,
     recorded_at: 2026-03-05T09:00:00Z}
)";

// A release of the change C-1, approved and deployed.
constexpr char kRelease[] = R"(
--- let release
id: R-1
title: All of March
environments: [PRODUCTION]
artifact: {digest: "sha256:bb"}
components: [{name: web, digest: "sha256:aa"}]
team: web
changes:
  - {id: C-1, title: Faster checkout, state: SCHEDULED, people: {requester: ann, authors: [ann]},
     artifact: {digest: "sha256:aa"}, team: web}
approvals:
  - {id: A-1, by: dee, kind: APPROVED, happened_at: 2026-03-02T09:30:00Z,
     recorded_at: 2026-03-02T09:30:00Z}
evidence:
  - {id: E-1, type: unit, conclusion: PASSED, digest: "sha256:bb", environment: STAGING, source: ci,
     happened_at: 2026-03-02T08:00:00Z, recorded_at: 2026-03-02T08:05:00Z}
communications:
  - {id: M-1, audience: STAKEHOLDERS, notice: UPCOMING, channel: email, by: ann, url: "https://m/1",
     happened_at: 2026-03-02T07:00:00Z, recorded_at: 2026-03-02T07:00:00Z}
people: {requester: ann, authors: [ann]}
--- decide release DEPLOY now=2026-03-02T10:30:00Z
@release
state: APPROVED
--- event logged=2026-03-02T11:01:00Z
subject_id: R-1
deployment: {id: D-1, environment: PRODUCTION, digest: "sha256:bb", conclusion: PASSED, by: pipe,
             happened_at: 2026-03-02T11:00:00Z, recorded_at: 2026-03-02T11:00:00Z}
)";

const SceneEdit kReleases = {"must: change.team == \"web\"",
                             "subjects: [CHANGE], must: change.team == \"web\""};

SceneEdit Append(std::string text) { return {"", "\n" + text}; }

SceneEdit Event(const std::string& subject, const std::string& event,
                const std::string& logged = "2026-03-20T00:00:00Z") {
  return Append("--- event logged=" + logged + "\nsubject_id: " + subject + "\n" + event + "\n");
}

// A risk of not being of the team, which the head accepted.
SceneEdit Risk(const std::string& end, const std::string& approvals = "dee",
               const std::string& where = "    # risks") {
  return {where, "    - {id: X-1, rules: [ours], start: 2026-03-01, end: " + end +
                     ", requester: ann, reason: shared, approvals: [{id: A-9, by: " + approvals +
                     ", kind: APPROVED, happened_at: 2026-02-28, recorded_at: 2026-02-28}]}"};
}

const SceneEdit kOtherTeam = {"team: web", "team: other"};

// Who is not of the team has an exception until then.
std::vector<SceneEdit> Excepted(const std::string& end) { return {kOtherTeam, Risk(end)}; }

std::vector<SceneEdit> With(std::vector<SceneEdit> edits, const std::vector<SceneEdit>& more) {
  edits.insert(edits.end(), more.begin(), more.end());
  return edits;
}

// The change is an emergency, and emergencies may be as many as they are.
std::vector<SceneEdit> Emergency(const std::string& percent = "100") {
  return {{"team: web", "team: web\nemergency_basis: [{kind: OUTAGE, reference: INC-1}]"},
          {"emergency_percent: 50", "emergency_percent: " + percent}};
}

SceneEdit ReviewAt(const std::string& at) {
  return {"# at the end", "reviews: [{by: dee, happened_at: " + at + ", recorded_at: " + at +
                              ", findings: The index was missing and nobody had looked at it}]"};
}

SceneEdit EvidenceAtEnd(const std::string& happened_at, const std::string& recorded_at) {
  return {"  # evidence at the end", "  - {id: E-3, type: unit, conclusion: PASSED, happened_at: " +
                                         happened_at + ", recorded_at: " + recorded_at + "}"};
}

SceneEdit PastRun(const std::string& subject, const std::string& at) {
  return {"  # ledger", "  past_runs: [{subject_id: " + subject +
                            ", successful: true, happened_at: " + at + ", recorded_at: " + at +
                            "}]"};
}

SceneEdit Override(const std::string& where) {
  return {where,
          "overrides: [{id: O-1, rules: [ours], by: dee, reason: fire, happened_at: "
          "2026-03-02T09:50:00Z, recorded_at: 2026-03-02T09:50:00Z}]"};
}

using Rows = std::vector<SceneRow>;

void AddCompleteness(Rows* rows) {
  const std::string stray =
      "deployment: {id: D-9, environment: PRODUCTION, conclusion: PASSED, "
      "happened_at: 2026-03-04T00:00:00Z}";
  rows->push_back({"DeploymentOfNothing", {Event("", stray)}, {"deployment-without-change"}});
  rows->push_back({"DeploymentToldAgain",
                   {Event("",
                          "deployment: {id: D-1, environment: PRODUCTION, conclusion: PASSED, "
                          "happened_at: 2026-03-02T11:00:00Z}")},
                   {}});
  rows->push_back({"DeploymentOfNothingWithItsId",
                   {Event("",
                          "deployment: {id: D-1, environment: PRODUCTION, conclusion: PASSED, "
                          "happened_at: 2026-03-02T11:00:01Z}")},
                   {"deployment-without-change"}});
  rows->push_back(
      {"DeploymentOfSomethingUnknown", {Event("C-9", stray)}, {"deployment-without-change"}});
  rows->push_back({"FailedDeploymentOfNothing",
                   {Event("",
                          "deployment: {id: D-9, environment: PRODUCTION, conclusion: FAILED, "
                          "happened_at: 2026-03-04T00:00:00Z}")},
                   {}});
  rows->push_back({"OnlyTheApprovalWasDecided",
                   {{"decide change DEPLOY", "decide change APPROVE"}},
                   {"deployment-without-decision"}});
  rows->push_back({"DecidedAfterwards",
                   {{"DEPLOY now=2026-03-02T10:00:00Z", "DEPLOY now=2026-03-02T11:00:01Z"}},
                   {"deployment-without-decision", "no-approval"}});
  rows->push_back({"DecidedAtThatInstant",
                   {{"DEPLOY now=2026-03-02T10:00:00Z", "DEPLOY now=2026-03-02T11:00:00Z"}},
                   {}});
  rows->push_back({"Denied", {kOtherTeam}, {"deployment-not-allowed"}});
  rows->push_back({"DeniedBeforeItWasAllowed",
                   {{"--- decide",
                     "--- decide change DEPLOY now=2026-03-02T09:30:00Z\n@head\nstate: "
                     "SCHEDULED\npeople: {requester: ann, authors: "
                     "[ann]}\n@evidence\n@communications\n--- decide"}},
                   {}});
  rows->push_back(
      {"ApprovalRanOut", {{"expires_after: 24h", "expires_after: 2h"}}, {"decision-expired"}});
  rows->push_back({"ApprovalRanOutJustAfterwards",
                   {{"expires_after: 24h", "expires_after: 2h"},
                    {"2026-03-02T11:00:00Z", "2026-03-02T10:59:59Z"}},
                   {}});
  rows->push_back({"AnotherArtifact",
                   {{"digest: \"sha256:AA\"", "digest: \"sha256:cc\""}},
                   {"other-artifact", "untested"}});
  rows->push_back(
      {"WrittenAfterwards",
       {{"now=2026-03-02T10:00:00Z", "now=2026-03-02T10:00:00Z logged=2026-03-02T11:00:01Z"}},
       {"decision-after-the-fact"}});
  rows->push_back({"WrittenNobodySaysWhen",
                   {{"now=2026-03-02T10:00:00Z", "now=2026-03-02T10:00:00Z logged=never"}},
                   {"decision-after-the-fact"}});
  rows->push_back(
      {"WrittenAtThatInstant",
       {{"now=2026-03-02T10:00:00Z", "now=2026-03-02T10:00:00Z logged=2026-03-02T11:00:00Z"}},
       {}});
  rows->push_back({"NothingWentOut",
                   {{"environment: PRODUCTION", "environment: STAGING"}},
                   {"change-without-deployment"}});
  rows->push_back({"NothingWentOutAndItFailed",
                   {{"environment: PRODUCTION", "environment: STAGING"},
                    {"successful: true", "successful: false"}},
                   {}});
  rows->push_back(
      {"DeniedAndWrittenAfterwards",
       {kOtherTeam,
        {"now=2026-03-02T10:00:00Z", "now=2026-03-02T10:00:00Z logged=2026-03-02T11:00:01Z"}},
       {"decision-after-the-fact", "deployment-not-allowed"}});
}

void AddReleases(Rows* rows) {
  const SceneEdit no_decision = {"decide change DEPLOY", "decide change APPROVE"};
  rows->push_back({"InARelease", {kReleases, no_decision, Append(kRelease)}, {}});
  rows->push_back({"InAReleaseThatWasDenied",
                   {kReleases,
                    no_decision,
                    Append(kRelease),
                    {"by: dee, kind: APPROVED, happened_at: 2026-03-02T09:30",
                     "by: bob, kind: APPROVED, happened_at: 2026-03-02T09:30"}},
                   {"deployment-not-allowed", "deployment-not-allowed", "no-approval"}});
  rows->push_back({"NothingWentOutButItsRelease",
                   {kReleases,
                    {"subject_id: C-1\ndeployment: {id: D-1, environment: PRODUCTION",
                     "subject_id: C-1\ndeployment: {id: D-1, environment: STAGING"},
                    Append(kRelease)},
                   {}});
  rows->push_back({"ReleaseOfAComponent",
                   {kReleases,
                    Append(kRelease),
                    {"digest: \"sha256:bb\", conclusion", "digest: \"sha256:aa\", conclusion"}},
                   {"untested"}});
  rows->push_back({"ReleaseOfAnotherArtifact",
                   {kReleases,
                    Append(kRelease),
                    {"digest: \"sha256:bb\", conclusion", "digest: \"sha256:dd\", conclusion"}},
                   {"other-artifact", "untested"}});
}

// What went out is the release's artifact, and only the release has tested it and told of it.
void AddReleaseRecords(Rows* rows) {
  std::vector<SceneEdit> edits = {kReleases,
                                  {"decide change DEPLOY", "decide change APPROVE"},
                                  {"digest: \"sha256:AA\"", "digest: \"sha256:bb\""},
                                  {"audience: STAKEHOLDERS", "audience: SUPPORT"},
                                  Append(kRelease)};
  rows->push_back({"TestedAndToldWithItsRelease", edits, {}});
}

void AddPeople(Rows* rows) {
  const auto deploy_step = [](const std::string& at) {
    return SceneEdit{"# at the end", "history: [{transition: DEPLOY, happened_at: " + at +
                                         ", recorded_at: 2026-03-02T09:30:00Z}]"};
  };
  rows->push_back({"BegunBeforeTheApproval",
                   {deploy_step("2026-03-02T08:59:59Z")},
                   {"implemented-before-approval"}});
  rows->push_back({"BegunAtTheApproval", {deploy_step("2026-03-02T09:00:00Z")}, {}});
  rows->push_back({"ApprovedByItsImplementer",
                   {{"implementers: [cy]", "implementers: [bob]"}},
                   {"approved-by-own-hand"}});
  rows->push_back(
      {"ApprovedByItsDeployer", {{"by: pipe", "by: Bob@Firm.Example"}}, {"approved-by-own-hand"}});
  rows->push_back(
      {"ImplementedBySomebodyElse", {{"implementers: [cy]", "implementers: [dee]"}}, {}});
  const SceneEdit nobody = {
      "--- let approvals\napprovals:\n  - {id: A-1, by: BOB@firm.example, kind: APPROVED",
      "--- let approvals\napprovals:\n  - {id: A-1, by: BOB@firm.example, kind: RECUSED"};
  rows->push_back({"ExceptedFromApproval",
                   {nobody, Risk("2026-05-01"), {"rules: [ours]", "rules: [peer]"}},
                   {"no-approval"}});
  rows->push_back(
      {"ApprovedByItsModel", {nobody, {"team: web", "team: web\nchange_model: patch"}}, {}});
  rows->push_back({"ApprovedByAMachine",
                   {{"--- let head\n",
                     "--- organization-then\ndirectory:\n  people: [{id: ann}, {id: "
                     "bob, accounts: [bob@firm.example]}, {id: cy}]\n  roles: [{id: "
                     "engineer, members: [ann, bob]}]\n--- let head\n"},
                    {"accounts: [bob@firm.example]}\n    - {id: cy}",
                     "accounts: [bob@firm.example], service_account: true}\n    - {id: cy}"}},
                   {"no-approval"}});
  // The step led to the first deployment, and the second began when it happened.
  rows->push_back(
      {"BegunAgain",
       {{"# at the end",
         "history: [{transition: DEPLOY, happened_at: 2026-03-02T08:50:00Z, recorded_at: "
         "2026-03-02T09:30:00Z}]"},
        Event("C-1",
              "deployment: {id: D-0, environment: PRODUCTION, digest: \"sha256:aa\", "
              "happened_at: 2026-03-02T08:55:00Z}",
              "2026-03-02T09:30:00Z")},
       {"deployment-without-decision", "implemented-before-approval"}});
  rows->push_back({"ApprovedByACoAuthor",
                   {{"testers: [cy], implementers: [cy]", "testers: [cy], co_authors: [bob]"}},
                   {"approved-by-own-hand", "parts-held-together"}});
  rows->push_back({"AuthorDeployedByAnotherSource",
                   {Event("",
                          "deployment: {id: D-1, environment: PRODUCTION, by: ann@firm.example, "
                          "happened_at: 2026-03-02T11:00:00Z}")},
                   {"parts-held-together"}});
  rows->push_back({"AuthorTested",
                   {{"testers: [cy], implementers", "testers: [ann@firm.example], implementers"}},
                   {"parts-held-together"}});
  rows->push_back({"AuthorDeployed", {{"by: pipe", "by: ANN"}}, {"parts-held-together"}});
  rows->push_back({"ApproverTested",
                   {{"testers: [cy], implementers", "testers: [bob], implementers"}},
                   {"parts-held-together"}});
  rows->push_back({"SomebodyElseTested",
                   {{"testers: [cy], implementers", "testers: [dee], implementers"}},
                   {}});
  rows->push_back({"AuthorWasTesterThen",
                   {{"testers: [cy]}", "testers: [ann]}"}},
                   {"deployment-not-allowed", "separation-not-satisfied"}});
}

void AddRecords(Rows* rows) {
  rows->push_back(
      {"TestedNobodySaysWhere", {{"environment: STAGING, source", "source"}}, {"untested"}});
  rows->push_back({"TestedAfterwards",
                   {{"happened_at: 2026-03-02T08:00:00Z", "happened_at: 2026-03-02T11:00:01Z"}},
                   {"untested"}});
  rows->push_back(
      {"TestedInTest", {{"environment: STAGING, source", "environment: TEST, source"}}, {}});
  rows->push_back({"TestedInProduction",
                   {{"environment: STAGING, source", "environment: PRODUCTION, source"}},
                   {"tested-in-production-only"}});
  rows->push_back(
      {"TestRecordedByItself",
       {{"environment: STAGING, source", "environment: PRODUCTION, source"},
        Event("C-1",
              "evidence: {id: E-7, type: unit, conclusion: PASSED, digest: \"sha256:aa\", "
              "environment: STAGING, happened_at: 2026-03-02T09:30:00Z, recorded_at: "
              "2026-03-02T10:29:59Z}")},
       {}});
  rows->push_back({"OthersTold", {{"audience: STAKEHOLDERS", "audience: SUPPORT"}}, {"not-told"}});
  rows->push_back({"ToldOfTheEndOnly", {{"notice: UPCOMING", "notice: COMPLETED"}}, {"not-told"}});
  rows->push_back({"ToldOfTrouble", {{"notice: UPCOMING", "notice: PROBLEM"}}, {"not-told"}});
  rows->push_back(
      {"ToldWithoutAddress", {{", url: \"https://m/1\"", ""}}, {"communication-incomplete"}});
  rows->push_back({"ToldByNobody", {{"by: ann, url", "url"}}, {"communication-incomplete"}});
  rows->push_back({"ToldNotSayingWhatOf", {{"notice: UPCOMING, ", ""}}, {}});
  rows->push_back(
      {"ToldAfterwards", {{"2026-03-02T07:00:00Z", "2026-03-02T11:00:01Z"}}, {"told-afterwards"}});
  rows->push_back({"ToldAtThatInstant",
                   {{"audience: STAKEHOLDERS", "audience: SUPPORT"},
                    Event("C-1",
                          "communication: {id: M-7, audience: STAKEHOLDERS, notice: UPCOMING, "
                          "channel: chat, by: ann, url: \"https://m/7\", happened_at: "
                          "2026-03-02T11:00:00Z}")},
                   {}});
  rows->push_back({"ToldWithoutChannel", {{"channel: email, ", ""}}, {"communication-incomplete"}});
  rows->push_back(
      {"ToldWithoutChannelAndAgain",
       {{"channel: email, ", ""},
        Event("C-1",
              "communication: {id: M-7, audience: STAKEHOLDERS, notice: UPCOMING, channel: "
              "chat, by: ann, url: \"https://m/7\", happened_at: 2026-03-02T07:30:00Z}",
              "2026-03-02T09:30:00Z")},
       {}});
  rows->push_back({"LedgerKnowsMore", {PastRun("C-8", "2026-03-10T00:00:00Z")}, {"not-kept"}});
  rows->push_back({"LedgerKnowsWhatNeedNotBeKept", {PastRun("C-8", "2025-03-31T23:59:59Z")}, {}});
  rows->push_back({"LogStartsLate", {PastRun("C-1", "2026-03-01T08:59:59Z")}, {"log-starts-late"}});
  rows->push_back({"LogStartsInTime", {PastRun("C-1", "2026-03-01T09:00:00Z")}, {}});
  const auto old = [](const std::string& at) {
    return SceneEdit{"  # evidence at the decision",
                     "  - {id: E-2, type: unit, conclusion: FAILED, happened_at: " + at + "}"};
  };
  // A year before the version that has it no more.
  rows->push_back({"OldEvidenceIsGone", {old("2025-03-03T11:59:59Z")}, {}});
  rows->push_back({"YoungEvidenceIsGone", {old("2025-03-03T12:00:00Z")}, {"record-removed"}});
  // An entry from the future does not make it older.
  rows->push_back({"EvidenceWillBeGone",
                   {old("2026-03-01T00:00:00Z"),
                    {"logged=2026-03-03T12:00:00Z", "logged=2099-03-03T12:00:00Z"}},
                   {"record-removed"}});
  rows->push_back({"EvidenceIsGoneNobodySaysWhen",
                   {old("2026-03-01T00:00:00Z"), {"logged=2026-03-03T12:00:00Z", "logged=never"}},
                   {"record-removed"}});
  const SceneEdit more = {"  # evidence at the decision",
                          "  - {id: E-2, type: unit, conclusion: FAILED}"};
  rows->push_back({"EvidenceIsGone", {more}, {"record-removed"}});
  rows->push_back(
      {"EvidenceIsThere",
       {more, {"  # evidence at the end", "  - {id: E-2, type: unit, conclusion: FAILED}"}},
       {}});
}

void AddDuties(Rows* rows) {
  const std::string in_time = "2026-03-04T10:00:00Z";
  const std::string late = "2026-03-04T10:00:01Z";
  rows->push_back(
      {"AnEmergency", With(Emergency("99"), {ReviewAt(in_time)}), {"too-many-emergencies"}});
  rows->push_back({"AnEmergencyAllowed", With(Emergency("100"), {ReviewAt(in_time)}), {}});
  rows->push_back({"ReviewIsMissing", Emergency(), {"follow-up-missing"}});
  rows->push_back({"ReviewIsNotYetDue", Emergency(), {}, "2026-03-04T09:59:59Z"});
  rows->push_back({"ReviewWasLate", With(Emergency(), {ReviewAt(late)}), {"follow-up-late"}});
  const std::string duty =
      "obligation: {id: B-1, rule: review, subject_id: C-1, owner: dee, due_at: " + in_time +
      ", recorded_at: 2026-03-02T12:00:0";
  rows->push_back({"ReviewWasLateByTheLog",
                   With(Emergency(), {Event("C-1", duty + "0Z, done_at: " + late + "}")}),
                   {"follow-up-late"}});
  rows->push_back({"ReviewIsOpenByTheLog",
                   With(Emergency(), {ReviewAt(in_time), Event("C-1", duty + "0Z}")}),
                   {"follow-up-missing"}});
  rows->push_back({"ReviewIsDoneByTheLog",
                   With(Emergency(), {Event("C-1", duty + "0Z}"),
                                      Event("C-1", duty + "1Z, done_at: " + in_time + "}")}),
                   {}});
  const auto owed = [](const std::string& due) {
    return SceneEdit{"  # ledger",
                     "  obligations: [{id: B-7, rule: training, owner: head, due_at: " + due +
                         ", recorded_at: 2026-03-10}]"};
  };
  rows->push_back({"OwedByTheLedger", {owed("2026-04-01T00:00:00Z")}, {"obligation-overdue"}});
  rows->push_back({"OwedLater", {owed("2026-04-01T00:00:01Z")}, {}});
  const std::string training =
      "obligation: {id: B-7, rule: training, owner: head, due_at: "
      "2026-03-15T00:00:00Z, recorded_at: 2026-03-20, done_at: ";
  rows->push_back(
      {"DoneLate", {Event("", training + "2026-03-15T00:00:01Z}")}, {"obligation-late"}});
  rows->push_back({"DoneInTime", {Event("", training + "2026-03-15T00:00:00Z}")}, {}});
  const SceneEdit everybody_answers = {"applies_if: \"false\"", "applies_if: \"true\""};
  rows->push_back({"AnswerIsMissing", {everybody_answers}, {"obligation-overdue"}});
  rows->push_back({"AnswerWasLate", {everybody_answers, ReviewAt(late)}, {"obligation-late"}});
  rows->push_back({"AnswerWasInTime", {everybody_answers, ReviewAt(in_time)}, {}});
  rows->push_back({"AnswerIsMissingThoughItWasDenied",
                   {everybody_answers, kOtherTeam, {"state: CLOSED", "state: SCHEDULED"}},
                   {"deployment-not-allowed", "obligation-overdue"}});
  rows->push_back({"AnEmergencyThatWasDenied",
                   With(Emergency(), {kOtherTeam}),
                   {"deployment-not-allowed", "obligation-overdue"}});
  rows->push_back({"AnEmergencyOfWhichNothingWasDecided",
                   With(Emergency("99"),
                        {ReviewAt(in_time), {"decide change DEPLOY", "decide change SCHEDULE"}}),
                   {"deployment-without-decision", "no-approval", "too-many-emergencies"}});
  // Whatever a change became after it had gone out.
  rows->push_back(
      {"BecameAnEmergencyAfterwards",
       {{"emergency_percent: 50", "emergency_percent: 0"},
        Append("--- decide change APPROVE now=2026-03-05T10:00:00Z\n@head\nstate: "
               "CLOSED\nemergency_basis: [{kind: OUTAGE, reference: INC-1}]\nreviews: [{by: "
               "dee, happened_at: 2026-03-03, recorded_at: 2026-03-03, findings: Nobody had "
               "looked at the index}]\n@approvals\n@evidence\n@communications\n")},
       {}});
  // Met while the evidence was fresh, for a day, which it is no more when the time is over.
  rows->push_back(
      {"AnswerWasMetInBetween",
       {{"applies_if: \"false\",\n     met_if: reviews.held()",
         "applies_if: \"true\",\n     met_if: 'evidence.passed(\"late\")'"},
        {"types: [unit]", "types: [unit, late], fresh_for: 24h"},
        {"  # evidence at the end",
         "  - {id: E-5, type: late, conclusion: PASSED, digest: \"sha256:aa\", source: ci, "
         "trust: REPORTED, happened_at: 2026-03-02T12:00:00Z, recorded_at: "
         "2026-03-02T12:00:00Z}"}},
       {}});
  rows->push_back({"AnswerWasMetForADay",
                   {{"applies_if: \"false\",\n     met_if: reviews.held()",
                     "applies_if: \"true\",\n     met_if: 'now >= "
                     "timestamp(\"2026-03-02T12:00:00Z\") && now < "
                     "timestamp(\"2026-03-03T12:00:00Z\")'"}},
                   {}});
  rows->push_back({"RuleSetAside",
                   {kOtherTeam, Override("# at the decision"), Override("# at the end")},
                   {"obligation-overdue", "override-used"}});
  rows->push_back({"RuleSetAsideAndForgotten",
                   {kOtherTeam, Override("# at the decision")},
                   {"obligation-overdue", "override-used"}});
  rows->push_back({"RuleSetAsideAndAnsweredFor",
                   {kOtherTeam, Override("# at the decision"),
                    Event("C-1",
                          "obligation: {id: B-3, rule: answer, subject_id: C-1, due_at: "
                          "2026-03-04T10:00:00Z, done_at: 2026-03-03T00:00:00Z}")},
                   {"override-used"}});
  rows->push_back({"OverrideWasNotNeeded", {Override("# at the decision")}, {}});
}

void AddExceptions(Rows* rows) {
  rows->push_back({"ExceptionEndedFirst",
                   Excepted("2026-03-02T11:00:00Z"),
                   {"decision-expired", "exception-past-its-end"}});
  rows->push_back({"ExceptionEndedAfterwards", Excepted("2026-03-02T11:00:01Z"), {}});
  rows->push_back(
      {"ExceptionIsNeeded", {Risk("2026-03-31"), Append(kOpenChange)}, {"exception-still-needed"}});
  rows->push_back({"ExceptionIsNeededAndHolds", {Risk("2026-04-02"), Append(kOpenChange)}, {}});
  // It had ended when the change was denied, and was made for that change, or for all.
  rows->push_back({"ExceptionOfThisChangeIsNeeded",
                   {Risk("2026-03-04"),
                    {"id: X-1, rules: [ours],", "id: X-1, rules: [ours], subjects: [C-2],"},
                    Append(kOpenChange)},
                   {"exception-still-needed"}});
  rows->push_back({"ExceptionOfAllIsNotNeeded", {Risk("2026-03-04"), Append(kOpenChange)}, {}});
  rows->push_back({"ExceptionWasNeeded",
                   {Risk("2026-03-31"), Append(kOpenChange),
                    Append("--- change logged=2026-03-20T00:00:00Z\nid: C-2\ntitle: Slower\nstate: "
                           "CANCELLED\napprovals: [{id: A-1}]\n")},
                   {}});
  // Decided with an exception that no record knows any more.
  const SceneEdit then = {"--- let head\n", R"(--- organization-then
directory:
  people: [{id: ann}, {id: bob, accounts: [bob@firm.example]}, {id: cy}, {id: dee}]
  roles: [{id: engineer, members: [ann, bob, cy]}, {id: head, members: [dee]}]
  accepted_risks:
    # risks then
--- let head
)"};
  // Of a change that did not go out, decided at 10:00.
  const std::vector<SceneEdit> shortened = {then, Risk("2026-05-01", "dee", "    # risks then"),
                                            Append(kOpenChange)};
  rows->push_back({"ExceptionHadBeenShortened",
                   With(shortened, {Risk("2026-03-05T10:00:00Z")}),
                   {"exception-past-its-end", "exception-still-needed"}});
  rows->push_back({"ExceptionWasShortenedAfterwards",
                   With(shortened, {Risk("2026-03-05T10:00:01Z")}),
                   {"exception-still-needed"}});
  // The log tells of a longer one, and of a shorter one later: what was told by then counts.
  const auto told = [](const std::string& end, const std::string& recorded_at) {
    return Event("", "accepted_risk: {id: X-1, rules: [ours], start: 2026-03-01, end: " + end +
                         ", requester: ann, recorded_at: " + recorded_at +
                         ", approvals: [{by: dee, kind: APPROVED, happened_at: 2026-02-28}]}");
  };
  rows->push_back({"ExceptionWasShortenedByALaterRecord",
                   {kOtherTeam, then, Risk("2026-05-01", "dee", "    # risks then"),
                    told("2026-05-01", "2026-02-28"), told("2026-03-02", "2026-03-10")},
                   {}});
  rows->push_back({"ExceptionIsUnknown",
                   {kOtherTeam, then, Risk("2026-05-01", "dee", "    # risks then")},
                   {"exception-unknown"}});
  rows->push_back(
      {"ExceptionIsKnownByTheLog",
       {kOtherTeam, then, Risk("2026-05-01", "dee", "    # risks then"),
        Event("",
              "accepted_risk: {id: X-1, rules: [ours], start: 2026-03-01, end: 2026-05-01, "
              "requester: ann, approvals: [{by: dee, kind: APPROVED, happened_at: "
              "2026-02-28}]}")},
       {}});
  rows->push_back({"ExceptionWasAcceptedByItsRequester",
                   {kOtherTeam, then, Risk("2026-05-01", "dee", "    # risks then"),
                    Risk("2026-05-01", "Ann@firm.example")},
                   {"exception-not-approved"}});
}

void AddFacts(Rows* rows) {
  rows->push_back({"RecordedAfterTheDecision",
                   {EvidenceAtEnd("2026-03-02T10:00:00Z", "2026-03-02T11:00:01Z")},
                   {"backdated"}});
  rows->push_back({"RecordedSoonAfterTheDecision",
                   {EvidenceAtEnd("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")},
                   {}});
  rows->push_back({"HappenedAfterTheDecision",
                   {EvidenceAtEnd("2026-03-02T10:00:01Z", "2026-03-02T14:00:00Z")},
                   {}});
  rows->push_back({"SaysThatItWasRecordedBefore",
                   {EvidenceAtEnd("2026-03-02T08:30:00Z", "2026-03-02T08:59:59Z")},
                   {"inserted-afterwards"}});
  rows->push_back({"SaysThatItWasRecordedJustBefore",
                   {EvidenceAtEnd("2026-03-02T08:30:00Z", "2026-03-02T09:00:00Z")},
                   {}});
  rows->push_back({"WasRecordedBefore",
                   {EvidenceAtEnd("2026-03-02T08:30:00Z", "2026-03-02T08:59:59Z"),
                    {"  # evidence at the decision",
                     "  - {id: E-3, type: unit, conclusion: PASSED, happened_at: "
                     "2026-03-02T08:30:00Z, recorded_at: 2026-03-02T08:59:59Z}"}},
                   {}});
  rows->push_back({"AnotherConclusionAfterwards",
                   {EvidenceAtEnd("2026-03-02T08:30:00Z", "2026-03-02T08:59:59Z"),
                    {"  # evidence at the decision",
                     "  - {id: E-3, type: unit, conclusion: FAILED, happened_at: "
                     "2026-03-02T08:30:00Z, recorded_at: 2026-03-02T08:59:59Z}"}},
                   {"inserted-afterwards"}});
}

void AddPopulation(Rows* rows) {
  const SceneEdit untitled = {"id: C-2\ntitle: Slower checkout", "id: C-2"};
  rows->push_back({"WithoutTitle", {Append(kOpenChange), untitled}, {"demand-not-met"}});
  rows->push_back({"WithTitle", {Append(kOpenChange)}, {}});
  rows->push_back({"DemandFails", {{"c.title != \"\"", "int(c.title) > 0"}}, {"demand-undecided"}});
}

}  // namespace

std::vector<SceneRow> SceneRows() {
  Rows rows = {{"Clean", {}, {}}};
  AddCompleteness(&rows);
  AddReleases(&rows);
  AddReleaseRecords(&rows);
  AddPeople(&rows);
  AddRecords(&rows);
  AddDuties(&rows);
  AddExceptions(&rows);
  AddFacts(&rows);
  AddPopulation(&rows);
  return rows;
}

}  // namespace changepolicy
