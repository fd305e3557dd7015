// A log in which an auditor finds nothing, and for each finding an edit of it that brings the
// finding, and one close by that does not.
#ifndef TESTS_AUDIT_PROGRAMME_SCENES_H_
#define TESTS_AUDIT_PROGRAMME_SCENES_H_

#include <ostream>
#include <string>
#include <vector>

#include "tests/audit/log_scene.h"

namespace changepolicy {

inline constexpr char kCleanScene[] = R"(
--- policy
policy: {id: house, version: "1"}
clauses:
  C-1: {title: Changes are approved, controls: [soc2/CC8.1]}
  C-2: {title: Duties are apart, controls: ["iso27001:2022/A.5.3"]}
  C-3: {title: Exceptions end, controls: [soc2/CC3.2]}
roles: [engineer, head]
risk: {factors: [], levels: [{level: LOW, from: 0}]}
categories:
  - {id: emergency, category: EMERGENCY, applies_if: size(change.emergency_basis) > 0, clause: C-1}
  - {id: standard, category: STANDARD, applies_if: change.change_model == "patch", clause: C-1}
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
separation:
  pairs:
    - {one: AUTHOR, other: TESTER, title: Two pairs of eyes, clause: C-2}
    - {one: AUTHOR, other: DEPLOYER, title: Others deploy, clause: C-2}
    - {one: TESTER, other: APPROVER, title: Others approve, clause: C-2}
approvals:
  - {id: peer, title: A colleague, subjects: [CHANGE], at: [APPROVE, DEPLOY],
     applies_if: category != Category.STANDARD,
     needs: {at_least: 1, of: {role: engineer}, expires_after: 24h}, remedy: Ask one., clause: C-1}
  - {id: model, title: The model stands for it, subjects: [CHANGE], at: [APPROVE, DEPLOY],
     applies_if: category == Category.STANDARD, needs: {none: true}, clause: C-1}
  - {id: head, title: The head, subjects: [RELEASE], at: [DEPLOY],
     needs: {at_least: 1, of: {role: head}, expires_after: 48h}, remedy: Ask., clause: C-1}
gates:
  - {id: ours, title: Of our team, at: [DEPLOY], must: change.team == "web",
     message: Of another team, remedy: Ask them., clause: C-2}
obligations:
  - {id: review, title: Look back, at: [DEPLOY], subjects: [CHANGE],
     applies_if: category == Category.EMERGENCY, met_if: reviews.held(), owner_role: head,
     due_after: 'duration("48h")', starts_at: DECISION, message: Look back, clause: C-1}
  - {id: answer, title: Answer for it, at: [DEPLOY], subjects: [CHANGE], applies_if: "false",
     met_if: reviews.held(), owner_role: head, due_after: 'duration("48h")', starts_at: DECISION,
     message: Answer for it, clause: C-3}
lints:
  - {id: titled, title: Every change has a title, on: POPULATION,
     must: 'population.changes.all(c, c.title != "")', message: Some has none, remedy: Write it.,
     clause: C-2}
exceptions: {needs: {at_least: 1, of: {role: head}}, clauses: [C-3]}
overrides:
  - {id: break-glass, rules: [ours], by: {role: head}, obligation: answer, clause: C-3}
evidence: {types: [unit]}
audit:
  retention: 8760h
  emergency_percent: 50
  recording_grace: 1h
  told: [STAKEHOLDERS]
  tests:
    - {id: complete, test: COMPLETENESS, clauses: [C-1], controls: [nist800-53/CM-3]}
    - {id: approved, test: APPROVAL, clauses: [C-1]}
    - {id: exceptions, test: EXCEPTIONS, clauses: [C-2]}
--- organization
directory:
  people:
    - {id: ann, accounts: [Ann@Firm.example]}
    - {id: bob, accounts: [bob@firm.example]}
    - {id: cy}
    - {id: dee}
    - {id: pipe, service_account: true}
  roles: [{id: engineer, members: [ann, bob, cy]}, {id: head, members: [dee]}]
  accepted_risks:
    # risks
ledger:
  deployments: []
  # ledger
--- let head
id: C-1
title: Faster checkout
environments: [PRODUCTION]
artifact: {digest: "sha256:aa"}
created_at: 2026-03-01T08:00:00Z
team: web
--- let approvals
approvals:
  - {id: A-1, by: BOB@firm.example, kind: APPROVED, happened_at: 2026-03-02T09:00:00Z,
     recorded_at: 2026-03-02T09:00:00Z}
--- let evidence
evidence:
  - {id: E-1, type: unit, conclusion: PASSED, digest: "sha256:aa", environment: STAGING, source: ci,
     trust: REPORTED, happened_at: 2026-03-02T08:00:00Z, recorded_at: 2026-03-02T08:05:00Z}
--- let communications
communications:
  - {id: M-1, audience: STAKEHOLDERS, notice: UPCOMING, channel: email, by: ann, url: "https://m/1",
     happened_at: 2026-03-02T07:00:00Z, recorded_at: 2026-03-02T07:00:00Z}
--- change logged=2026-03-01T09:00:00Z
id: C-1
title: Faster checkout
state: DRAFT
people: {requester: ann, authors: [ann]}
--- decide change DEPLOY now=2026-03-02T10:00:00Z
@head
state: SCHEDULED
people: {requester: ann, authors: [ann], testers: [cy]}
# at the decision
@approvals
@evidence
  # evidence at the decision
@communications
--- event logged=2026-03-02T11:01:00Z
subject_id: C-1
deployment: {id: D-1, environment: PRODUCTION, digest: "sha256:AA", conclusion: PASSED, by: pipe,
             happened_at: 2026-03-02T11:00:00Z, recorded_at: 2026-03-02T11:00:00Z}
--- change logged=2026-03-03T12:00:00Z
@head
state: CLOSED
people: {requester: ann, authors: [ann], testers: [cy], implementers: [cy]}
outcome: {successful: true, happened_at: 2026-03-03T10:00:00Z, recorded_at: 2026-03-03T10:00:00Z}
# at the end
@approvals
@evidence
  # evidence at the end
@communications
)";

// An edit of the clean log, and the findings that it brings, each once, sorted.
struct SceneRow {
  std::string name;
  std::vector<SceneEdit> edits;
  std::vector<std::string> findings;
  std::string now = "2026-04-01T00:00:00Z";
};

inline std::ostream& operator<<(std::ostream& out, const SceneRow& row) { return out << row.name; }

// Rows in pairs: one in which the finding is made, and a near miss.
std::vector<SceneRow> SceneRows();

}  // namespace changepolicy

#endif  // TESTS_AUDIT_PROGRAMME_SCENES_H_
