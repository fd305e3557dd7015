"""The scenario in our own words: a policy in YAML, and whole ChangeRequests as JSON.

The engine works out the category and the risk by the policy's rules. The rivals are given both.
"""
import json

NOW = "2026-10-30T12:00:00Z"

_HEAD = """\
policy:
  id: rivals
  title: Generated rules for changes
  version: "1.0"
  last_review: 2026-10-01
  next_review: 2027-10-01
  approvers: [head-of-engineering]
roles: [head-of-engineering]
facts:
  - {name: routine, type: BOOL, meaning: It is done by a recipe of the catalogue}
  - {name: notice_hours, type: INT, meaning: How long before the start clients are told}
risk:
  factors:
    - {id: clients, applies_if: "change.services.exists(s, s.client_facing)", points: 1, dimension: CLIENT_FACING, clause: C-1}
    - {id: outage, applies_if: "change.impact.availability >= Effect.HIGH", points: 1, dimension: AVAILABILITY, clause: C-1}
    - {id: one-way, applies_if: change.rollback.irreversible, points: 1, dimension: DATA_INTEGRITY, clause: C-1}
  levels: [{level: LOW, from: 0}, {level: MEDIUM, from: 1}, {level: HIGH, from: 2}, {level: CRITICAL, from: 3}]
categories:
  - {id: emergency, category: EMERGENCY, applies_if: change.urgency == Urgency.URGENT, clause: C-1}
  - {id: standard, category: STANDARD, applies_if: facts.routine, clause: C-1}
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
approvals:
  - {id: by-gates, title: The gates count approvals, needs: {none: true}, clause: C-1}
evidence:
  types: [tests]
clauses:
"""

_OVERLAY = """\
policy: {{id: from-{first}, version: "1.0"}}
overlay: {{of: rivals, reason: One document has at most 16 MiB}}
gates:
"""

_RISKS = {2: "MEDIUM", 3: "HIGH", 4: "CRITICAL"}

_TEXTS = {
    "description": "Moves {service} in {environment} to its next version, as {team} planned it, and "
                   "watches the error rate while the traffic is shifted.",
    "rationale": "The version that runs now leaves support this quarter, and two incidents of the "
                 "last month go back to it.",
    "testing_plan": "The regression suite of {service} on the staging system, then a canary with one "
                    "per cent of the traffic for half an hour.",
    "rollback_strategy": "Deploy the version before; no data is rewritten, and the queue is drained "
                         "within {rollback_minutes} minutes.",
}


def _conditions(when):
    if "category" in when:
        yield f"category == Category.{when['category']}"
    if "service" in when:
        yield f"change.services.exists(s, s.id == {json.dumps(when['service'])})"
    if "environment" in when:
        yield f"change.environments.exists(e, e == Environment.{when['environment']})"
    if "risk_at_least" in when:
        yield f"risk.level >= RiskLevel.{_RISKS[when['risk_at_least']]}"
    if "kind" in when:
        yield f"ChangeKind.{when['kind']} in change.kinds"
    if "team" in when:
        yield f"change.team == {json.dumps(when['team'])}"
    if "requester" in when:
        yield f"change.people.requester == {json.dumps(when['requester'])}"
    if "days" in when:
        yield f"change.schedule.start.getDayOfWeek() in {when['days']}"
    if "hours" in when:
        first, end = when["hours"]
        yield f"change.schedule.start.getHours() >= {first}"
        yield f"change.schedule.start.getHours() < {end}"


def _demand(must):
    if must["fact"] == "approvals":
        return f"size(change.approvals) >= {must['at_least']}", f"It needs {must['at_least']} approvals"
    if must["fact"] == "tests_passed":
        return 'evidence.passed("tests")', "Its tests have not passed"
    if must["fact"] == "rollback_minutes":
        return (f"change.rollback.duration <= duration(\"{must['at_most']}m\")",
                f"The way back takes longer than {must['at_most']} minutes")
    return (f"facts.notice_hours >= {must['at_least']}",
            f"Clients are told {{{{facts.notice_hours}}}} hours ahead instead of {must['at_least']}")


def _gate(rule):
    must, message = _demand(rule["must"])
    conditions = " && ".join(_conditions(rule["when"]))
    applies_if = f"    applies_if: '{conditions}'\n" if conditions else ""
    return (f"  - id: {rule['id']}\n    at: [DEPLOY]\n{applies_if}"
            f"    must: '{must}'\n    message: \"{message}\"\n    clause: {rule['clause']}\n")


def policy(rules, most_bytes=12 * 2**20):
    """Our policy with one gate a rule, as texts of at most about so many bytes: the policy, then
    overlays that add what one document, of at most 16 MiB, cannot hold."""
    clauses = sorted({rule["clause"] for rule in rules}, key=lambda clause: int(clause[2:]))
    parts = [_HEAD, *(f"  {clause}: {{title: Section {clause[2:]} of the change policy, "
                      f"controls: [soc2/CC8.1]}}\n" for clause in clauses), "gates:\n"]
    size = 0
    for rule in rules:
        gate = _gate(rule)
        if size + len(gate) > most_bytes:
            yield "".join(parts)
            parts, size = [_OVERLAY.format(first=rule["id"])], 0
        parts.append(gate)
        size += len(gate)
    yield "".join(parts)


def _record(**fields):
    return {**fields, "happened_at": "2026-10-29T09:00:00Z", "recorded_at": "2026-10-29T09:00:05Z"}


def change_request(change):
    """The whole change, of about 1 KB as a protobuf."""
    digest = f"sha256:{_number(change['id']):064x}"
    request = {
        "id": change["id"],
        "title": f"Next version of {change['service']} in {change['environment'].lower()}",
        "state": "SCHEDULED",
        "kinds": [change["kind"]],
        "documents": {name: {"text": text.format(**change)} for name, text in _TEXTS.items()},
        "services": [{"id": change["service"], "client_facing": change["risk"] >= 2, "critical": False}],
        "assets": [f"{change['service']}-api", f"{change['service']}-worker"],
        "environments": [change["environment"]],
        "impact": {"availability": "HIGH" if change["risk"] >= 3 else "LOW", "performance": "LOW",
                   "security": "NONE", "data_integrity": "NONE"},
        "urgency": "URGENT" if change["category"] == "EMERGENCY" else "MEDIUM",
        "schedule": {"start": _start(change, 0), "end": _start(change, 45)},
        "people": {"requester": change["requester"], "owner": change["requester"],
                   "authors": [f"author-{change['team'][-3:]}"], "implementers": ["operator-7"]},
        "team": change["team"],
        "artifact": {"name": change["service"], "digest": digest, "version": "4.17.2"},
        "rollback": {"irreversible": change["risk"] == 4,
                     "duration": f"{change['rollback_minutes']}m"},
        "branch": f"release/{change['service']}",
        "approvals": [_record(id=f"a{n}", by=f"approver-{n}", kind="APPROVED", revision=1)
                      for n in range(change["approvals"])],
        "revisions": [_record(number=1, by=change["requester"])],
        "evidence": [_record(id="e1", type="tests", digest=digest, source="ci", trust="REPORTED",
                             conclusion="PASSED" if change["tests_passed"] else "FAILED")],
        "facts": {"routine": change["category"] == "STANDARD",
                  "notice_hours": change["notice_hours"]},
    }
    return request


def _start(change, minute):
    # The first of November 2026 is a Sunday.
    return f"2026-11-{1 + change['day']:02d}T{change['hour']:02d}:{minute:02d}:00Z"


def _number(text):
    """A number that stands for the text, the same in every run, unlike Python's own `hash`."""
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value
