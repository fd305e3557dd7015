"""`changepolicy questionnaire`: asks for what matters, and writes the subject with the answers."""

import unittest

from command import ALLOWED, BAD_INPUT, DENIED, SAAS, SAAS_OPTIONS, UNDECIDED, CommandTest, Result

HEAD = """\
policy: {id: tiny, title: Tiny, version: "1"}
clauses: {C: {title: a clause}}
roles: [lead]
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
approvals: [{id: free, needs: {none: true}, clause: C}]
"""
LOW = "risk: {levels: [{level: LOW, from: 0}]}\n"
CHANGE = "id: C-1\nstate: SCHEDULED\n"


def gates(*musts: str) -> str:
    text = "gates:\n"
    for number, must in enumerate(musts):
        text += f"  - {{id: gate-{number}, title: Gate {number}, at: [DEPLOY], clause: C, "
        text += f"must: '{must}'}}\n"
    return text


class QuestionnaireTest(CommandTest):
    def ask(self, *answers: str, policy: str, change: str = CHANGE, options: tuple[str, ...] = ()
            ) -> Result:
        self.write("policy.yaml", policy)
        self.write("change.yaml", change)
        return self.run_here(
            "questionnaire", "change.yaml", "--policy", "policy.yaml", "--now", "2026-03-02",
            *options, stdin="".join(f"{answer}\n" for answer in answers).encode(),
        )

    def asked(self, result: Result) -> list[str]:
        """The facts that were asked for, in their order."""
        return [
            line.split(": ")[0] for line in result.err.splitlines()
            if line.startswith(("change.", "release.")) and "cannot be asked" not in line
        ]

    def test_the_most_decisive_comes_first_and_no_more_is_asked_than_matters(self) -> None:
        policy = HEAD + LOW + gates(
            "change.rollback.irreversible || change.urgency == Urgency.LOW",
            'change.team == "web" || true',
        )
        result = self.ask("yes", policy=policy)
        self.assert_code(ALLOWED, result)
        self.assertEqual(["change.rollback.irreversible"], self.asked(result), str(result))
        self.assertEqual(
            "id: C-1\nstate: SCHEDULED\nrollback:\n  irreversible: true\n", result.out, str(result)
        )
        self.assert_says(result.err, "ALLOWED  change C-1: deploy", result=result)
        # The fact's meaning is the comment of the model.
        self.assert_says(result.err, "only recovery forward is possible", result=result)
        result = self.ask("no", "HIGH", policy=policy)
        self.assert_code(DENIED, result)
        self.assertEqual(
            ["change.rollback.irreversible", "change.urgency"], self.asked(result), str(result)
        )

    def test_a_wrong_answer_is_asked_again_with_the_reason(self) -> None:
        policy = HEAD + LOW + gates("change.urgency == Urgency.HIGH")
        result = self.ask("HIHG", "high", policy=policy)
        self.assert_code(ALLOWED, result)
        self.assert_says(
            result.err, "`HIHG` is none of LOW, MEDIUM, HIGH, URGENT; did you mean `HIGH`?",
            "LOW, MEDIUM, HIGH or URGENT> ", result=result,
        )
        self.assertIn("urgency: HIGH\n", result.out)

    def test_help_says_what_the_values_mean_and_who_asks(self) -> None:
        policy = HEAD + LOW + gates("change.urgency == Urgency.HIGH")
        result = self.ask("?", policy=policy)
        self.assert_code(UNDECIDED, result)
        self.assert_says(
            result.err, "HIGH: Before others.", "asked by gate-0: Gate 0",
            "decides in 1000 of 1000 cases", result=result,
        )

    def test_what_nobody_knows_is_not_asked_again(self) -> None:
        policy = HEAD + LOW + gates(
            "change.urgency == Urgency.HIGH", "change.rollback.irreversible",
            "change.impact.security == Effect.NONE",
        )
        result = self.ask("", "yes", "", policy=policy)
        self.assert_code(UNDECIDED, result)
        self.assertEqual(3, len(self.asked(result)), str(result))
        self.assertEqual(3, len(set(self.asked(result))), str(result))

    def test_what_was_answered_is_written_where_the_answers_end(self) -> None:
        policy = HEAD + LOW + gates(
            "change.rollback.irreversible", "change.urgency == Urgency.HIGH"
        )
        result = self.ask("HIGH", policy=policy)
        self.assert_code(UNDECIDED, result)
        self.assertEqual("id: C-1\nstate: SCHEDULED\nurgency: HIGH\n", result.out)

    def test_every_type_of_fact_is_read(self) -> None:
        policy = """\
facts:
  - {name: flag, type: BOOL, meaning: a flag}
  - {name: count, type: INT, meaning: how many}
  - {name: share, type: DOUBLE, meaning: how much}
  - {name: text, type: STRING, meaning: any text}
  - {name: kind, type: STRING, values: [big, small], meaning: which kind}
  - {name: names, type: STRING_LIST, meaning: who}
  - {name: since, type: TIMESTAMP, meaning: since when}
  - {name: takes, type: DURATION, meaning: how long}
""" + HEAD + """\
risk:
  levels: [{level: LOW, from: 0}]
  questionnaire:
    - id: tried
      question: Was it tried before?
      clause: C
      answers: [{answer: often, points: 0}, {answer: never, points: 1}]
  questionnaire_levels: [{level: LOW, from: 0}, {level: HIGH, from: 1}]
""" + gates(
            "facts.flag && facts.count == 3 && facts.share > 0.5",
            'facts.text == "two words" && facts.kind == "big" && "ann" in facts.names',
            'facts.since < timestamp("2026-02-01T00:00:00Z") && facts.takes == duration("36h")',
            "risk.level == RiskLevel.LOW && ChangeKind.OS_UPDATE in change.kinds",
            'size(change.third_parties) == 0 && change.services.exists(s, s.id == "web")',
            'change.schedule.rollback_reserve >= duration("30m")',
        )
        answers = {
            "change.facts.flag": ("maybe", "y"),
            "change.facts.count": ("3.5", "3"),
            "change.facts.share": ("half", "0.75"),
            "change.facts.text": ("two words",),
            "change.facts.kind": ("huge", "Big"),
            "change.facts.names": ("ann,, bob", "ann, bob"),
            "change.facts.since": ("yesterday", "2026-01-31"),
            "change.facts.takes": ("36", "36h"),
            'change.impact.answers["tried"]': ("sometimes", "often"),
            "change.kinds": ("OS_UPDAT", "os_update, CONFIGURATION"),
            "change.third_parties": ("none",),
            "change.services": ("web, api",),
            "change.schedule.rollback_reserve": ("30m",),
        }
        # In whatever order they come: each run answers one more.
        given: list[str] = []
        result = self.ask(policy=policy)
        for _ in range(len(answers)):
            fact = self.asked(result)[-1]
            for answer in answers[fact]:
                given.append(answer)
            result = self.ask(*given, policy=policy)
        self.assert_code(ALLOWED, result)
        self.assertEqual(
            """\
id: C-1
state: SCHEDULED
kinds:
  - OS_UPDATE
  - CONFIGURATION
services:
  - {id: web}
  - {id: api}
impact:
  answers:
    tried: often
schedule:
  rollback_reserve: "1800s"
facts:
  count: 3
  flag: true
  kind: "big"
  names: ["ann","bob"]
  share: 0.75
  since: "2026-01-31T00:00:00Z"
  takes: "129600s"
  text: "two words"
stated:
  - {field: third_parties, happened_at: "2026-03-02T00:00:00Z", recorded_at: "2026-03-02T00:00:00Z"}
""",
            result.out, str(result),
        )
        for wrong in (
            "`maybe` is neither yes nor no", "`3.5` is no whole number", "`half` is no number",
            "`huge` is none of big, small", "nothing stands between two commas",
            "`yesterday` is no instant", "`36` is no duration", "`sometimes` is none of often",
            "did you mean `OS_UPDATE`?", "Was it tried before?",
        ):
            self.assertIn(wrong, result.err)
        # What was written is what was asked.
        self.write("completed.yaml", result.out)
        checked = self.run_here(
            "check", "completed.yaml", "--policy", "policy.yaml", "--now", "2026-03-02"
        )
        self.assert_code(ALLOWED, checked)

    def test_elements_of_lists_are_named_by_their_ids(self) -> None:
        policy = HEAD + LOW + gates("change.services.all(s, s.critical)")
        change = CHANGE + "services: [{id: web}, {id: api, client_facing: true}]\n"
        result = self.ask("yes", "yes", policy=policy, change=change)
        self.assert_code(ALLOWED, result)
        self.assertEqual(
            {'change.services["web"].critical', 'change.services["api"].critical'},
            set(self.asked(result)), str(result),
        )

    def test_nothing_is_asked_where_nothing_matters(self) -> None:
        for subject in ("schema-migration.yaml", "major-release.yaml", "emergency-fix.yaml"):
            with self.subTest(subject):
                result = self.run_here("questionnaire", SAAS / subject, *SAAS_OPTIONS)
                self.assertEqual([], self.asked(result), str(result))
                self.assertIn("Nothing that is missing could change the verdict.", result.err)
                # The file reads back as the same subject.
                self.write("same.yaml", result.out)
                decisions = [
                    self.run_here("check", path, *SAAS_OPTIONS, "--format", "json").json()
                    for path in (SAAS / subject, "same.yaml")
                ]
                digests = [decision["decision_digest"] for decision in decisions]
                self.assertEqual(digests[0], digests[1])

    def test_facts_of_the_organization_are_not_asked_of_the_subject(self) -> None:
        policy = HEAD + LOW + "limits: {directory_age: 1h}\n" + gates('people.known("ann")')
        self.write("people.yaml", "directory: {taken_at: 2026-01-01}\n")
        result = self.ask(policy=policy, options=("--organization", "people.yaml"))
        self.assert_code(UNDECIDED, result)
        self.assert_says(
            result.err, "organization.directory.taken_at: cannot be asked here", result=result
        )

    def test_a_file_is_only_replaced_on_request_and_then_as_a_whole(self) -> None:
        policy = HEAD + LOW + gates("change.rollback.irreversible")
        self.write("out.yaml", "precious")
        result = self.ask("yes", policy=policy, options=("--output", "out.yaml"))
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "`out.yaml` is there already", "--force", result=result)
        self.assertEqual([], self.asked(result))
        self.assertEqual("precious", (self.folder / "out.yaml").read_text(encoding="utf-8"))
        result = self.ask("yes", policy=policy, options=("--output", "out.yaml", "--force"))
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.out)
        self.assertIn("irreversible", (self.folder / "out.yaml").read_text(encoding="utf-8"))
        self.assertEqual(
            {"policy.yaml", "change.yaml", "out.yaml"},
            {path.name for path in self.folder.iterdir()},
        )
        result = self.ask("yes", policy=policy, options=("--output", "no/such/folder.yaml"))
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "cannot be written", result=result)

    def test_of_a_release_facts_of_its_changes_are_asked(self) -> None:
        self.write("policy.yaml", HEAD + LOW + """\
gates:
  - {id: open, title: Open, at: [CUT_CANDIDATE], clause: C, must: changes.all_allowed()}
  - {id: irreversible, title: One, at: [DEPLOY], clause: C, must: change.rollback.irreversible}
""")
        self.write("release.yaml", "id: R-1\nstate: PLANNED\nchanges:\n"
                   "  - {id: C-2, state: SCHEDULED}\n  - {id: C-1, state: SCHEDULED}\n")
        result = self.run_here(
            "questionnaire", "release.yaml", "--policy", "policy.yaml", "--now", "2026-03-02",
            "--transition", "cut_candidate", stdin=b"yes\nno\n",
        )
        self.assert_code(DENIED, result)
        self.assertEqual(
            [f'release.changes["{change}"].rollback.irreversible' for change in ("C-1", "C-2")],
            self.asked(result), str(result),
        )
        self.assertIn("""\
  - id: C-2
    state: SCHEDULED
    rollback:
      irreversible: false
""", result.out)

    def test_one_subject_at_a_time_and_not_from_standard_input(self) -> None:
        self.write("policy.yaml", HEAD + LOW)
        self.write("many.jsonl", '{"id": "C-1"}\n{"id": "C-2"}\n')
        result = self.run_here("questionnaire", "many.jsonl", "--policy", "policy.yaml")
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "one subject is asked about at a time", result=result)
        result = self.run_here("questionnaire", "-", "--policy", "policy.yaml")
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "standard input gives the answers", result=result)


if __name__ == "__main__":
    unittest.main()
