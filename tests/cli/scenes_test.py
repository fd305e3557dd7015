"""The scenes of examples/approvals: who counts, who does not and why, whom to ask, and what is
impossible, field by field, and whatever the order in which people approved."""

import itertools
import subprocess
import unittest
from typing import Any

from command import ALLOWED, COMMAND, DENIED, PROJECT, TIMEOUT_SECONDS, CommandTest

HERE = PROJECT / "examples" / "approvals"
NOW = "2026-03-02T09:00:00Z"
OVERLAY = str(HERE / "at-decision.overlay.yaml")

Outcome = dict[str, Any]
Answer = dict[str, Any]


def scene(name: str) -> str:
    return (HERE / "scenes" / f"{name}.yaml").read_text(encoding="utf-8")


def approval(number: int, by: str, instant: str, more: str = "") -> str:
    """A line of `approvals`; `more` begins with a comma."""
    return (
        f"  - {{id: a{number}, by: {by}, kind: APPROVED, happened_at: {instant}, "
        f"recorded_at: {instant}{more}}}\n"
    )


def given_by(name: str, people: tuple[str, ...]) -> str:
    """The scene with these approvals instead of its own, one an hour; they are its last part."""
    head = scene(name).partition("\napprovals:\n")[0]
    lines = [
        approval(number, by, f"2026-03-01T{9 + number:02}:00:00Z")
        for number, by in enumerate(people)
    ]
    return head + "\n" + ("approvals:\n" + "".join(lines) if lines else "")


def witness(outcome: Outcome) -> dict[str, list[str]]:
    """Who fills each slot, `kim for ann` under a delegation."""
    return {
        slot.get("path", ""): [
            each["person"] + (f" for {each['on_behalf_of']}" if "on_behalf_of" in each else "")
            for each in slot.get("assigned", ())
        ]
        for slot in outcome["approval"]["slots"]
    }


def asked(outcome: Outcome) -> list[tuple[str, str]]:
    return [
        (each.get("slot", ""), each["person"])
        for each in outcome["approval"].get("suggestions", ())
    ]


def reasons(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Approval, reason, detail of whatever does not count."""
    return [
        (each["approval"], each["reason"].removeprefix("NOT_COUNTED_"), each.get("detail", ""))
        for each in outcome["approval"].get("not_counted", ())
    ]


class ScenesTest(CommandTest):
    def ask(self, text: str, *options: str) -> Answer:
        """The answer to a change, whose exit code is that of its verdict."""
        change = self.write("change.yaml", text)
        result = self.run_here(
            "approvers",
            change,
            "--policy",
            HERE / "policy.yaml",
            "--organization",
            HERE / "organization.yaml",
            "--now",
            NOW,
            "--format",
            "json",
            *options,
        )
        self.assertEqual("", result.err, str(result))
        answer: Answer = result.json()
        allowed = answer["verdict"] == "VERDICT_ALLOWED"
        self.assert_code(ALLOWED if allowed else DENIED, result)
        return answer

    def outcomes(self, text: str, statuses: dict[str, str], *options: str) -> dict[str, Outcome]:
        """By rule; the verdict is ALLOWED where all of them are satisfied."""
        answer = self.ask(text, *options)
        found = {each["rule"]: each for each in answer["outcomes"]}
        self.assertEqual(
            statuses, {rule: each["status"].removeprefix("STATUS_") for rule, each in found.items()}
        )
        allowed = set(statuses.values()) == {"SATISFIED"}
        self.assertEqual("VERDICT_ALLOWED" if allowed else "VERDICT_DENIED", answer["verdict"])
        return found

    def outcome(self, text: str, rule: str, status: str, *options: str) -> Outcome:
        return self.outcomes(text, {rule: status}, *options)[rule]

    # --- who counts where ---

    def test_overlapping_groups(self) -> None:
        whole = {"all[0]": ["bob", "cy"], "all[1]": ["ann"]}
        for order in itertools.permutations(("ann", "bob", "cy")):
            with self.subTest(order):
                outcome = self.outcome(given_by("overlap", order), "overlap", "SATISFIED")
                self.assertEqual(whole, witness(outcome))
                self.assertEqual([], asked(outcome))
                self.assertEqual([], reasons(outcome))
        self.assertEqual(whole, witness(self.outcome(scene("overlap"), "overlap", "SATISFIED")))

    def test_overlapping_groups_with_one_missing(self) -> None:
        for order in itertools.permutations(("ann", "bob")):
            with self.subTest(order):
                outcome = self.outcome(given_by("overlap", order), "overlap", "UNSATISFIED")
                self.assertEqual({"all[0]": ["bob"], "all[1]": ["ann"]}, witness(outcome))
                self.assertEqual([("all[0]", "cy")], asked(outcome))
        outcome = self.outcome(scene("overlap-missing"), "overlap", "UNSATISFIED")
        self.assertEqual([("all[0]", "cy")], asked(outcome))
        # Every other way of being short of somebody.
        for people, missing in (
            ((), [("all[0]", "bob"), ("all[0]", "cy"), ("all[1]", "ann")]),
            (("ann",), [("all[0]", "bob"), ("all[0]", "cy")]),
            (("bob",), [("all[0]", "cy"), ("all[1]", "ann")]),
            (("bob", "cy"), [("all[1]", "ann")]),
        ):
            for order in itertools.permutations(people):
                with self.subTest(order):
                    outcome = self.outcome(given_by("overlap", order), "overlap", "UNSATISFIED")
                    self.assertEqual(missing, asked(outcome))

    def test_pairs_that_are_no_group(self) -> None:
        for order in itertools.permutations(("ann", "bob")):
            with self.subTest(order):
                outcome = self.outcome(given_by("pairs", order), "pairs", "SATISFIED")
                self.assertEqual(
                    {"all[0]": ["ann"], "all[1]": ["bob"], "all[2]": ["ann"]}, witness(outcome)
                )
        outcome = self.outcome(given_by("pairs", ("bob",)), "pairs", "UNSATISFIED")
        self.assertEqual({"ann"}, {person for _, person in asked(outcome)})

    def test_rules_that_share_a_group(self) -> None:
        found = self.outcomes(scene("waits"), {"finance": "UNSATISFIED", "privacy": "UNSATISFIED"})
        self.assertEqual([("", "jo")], asked(found["finance"]))
        self.assertNotIn("waits_for", found["finance"]["approval"])
        self.assertEqual({"": ["bob"]}, witness(found["privacy"]))
        self.assertEqual([], asked(found["privacy"]))
        self.assertEqual(["finance"], found["privacy"]["approval"]["waits_for"])
        for order in itertools.permutations(("bob", "jo")):
            with self.subTest(order):
                found = self.outcomes(
                    given_by("waits", order), {"finance": "SATISFIED", "privacy": "SATISFIED"}
                )
                self.assertEqual({"": ["jo"]}, witness(found["finance"]))
                self.assertEqual({"": ["bob"]}, witness(found["privacy"]))
        # Whom no other rule could want is enough at once.
        found = self.outcomes(
            given_by("waits", ("jo",)), {"finance": "SATISFIED", "privacy": "UNSATISFIED"}
        )
        self.assertEqual([("", "bob")], asked(found["privacy"]))

    # --- whom to ask ---

    def test_owners_are_two_people(self) -> None:
        outcome = self.outcome(scene("owners"), "owners", "UNSATISFIED")
        # Paths with the same owners are one slot, named after the first.
        self.assertEqual(
            [
                ("paths[api/server.cc]", "ann"),
                ("paths[ci/build.yaml]", "bob"),
                ("paths[cli/main.cc]", "ann"),
                ("paths[db/schema.sql]", "bob"),
            ],
            asked(outcome),
        )
        self.assertNotIn("suggestions_may_exceed_minimum", outcome["approval"])
        for order in itertools.permutations(("ann", "bob")):
            with self.subTest(order):
                self.outcome(
                    scene("owners")
                    + "approvals:\n"
                    + "".join(
                        approval(number, by, f"2026-03-01T{9 + number:02}:00:00Z")
                        for number, by in enumerate(order)
                    ),
                    "owners",
                    "SATISFIED",
                )
        # Cy's yes is taken where there is one, and the two are needed all the same.
        outcome = self.outcome(
            scene("owners") + "approvals:\n" + approval(1, "cy", "2026-03-01T09:00:00Z"),
            "owners",
            "UNSATISFIED",
        )
        self.assertEqual({"ann", "bob"}, {person for _, person in asked(outcome)})

    def test_the_cheapest_of_the_smallest_sets(self) -> None:
        outcome = self.outcome(scene("cost"), "cost", "UNSATISFIED")
        self.assertEqual(
            [("hal", "9"), ("gus", "13")],
            [(each["person"], str(each["cost"])) for each in outcome["approval"]["suggestions"]],
        )
        outcome = self.outcome(scene("fewest"), "fewest", "UNSATISFIED")
        self.assertEqual([("any[1]", "ida")], asked(outcome))
        self.assertEqual(
            [False, False, True],
            [slot.get("chosen", False) for slot in outcome["approval"]["slots"]],
        )
        # One of the two has approved: then either branch wants one person, and Gus is the cheaper.
        outcome = self.outcome(
            scene("fewest") + "approvals:\n" + approval(1, "hal", "2026-03-01T09:00:00Z"),
            "fewest",
            "UNSATISFIED",
        )
        self.assertEqual([("any[0].all[0]", "gus")], asked(outcome))

    def test_what_is_impossible_is_said_and_shown(self) -> None:
        rules = ("officers", "quorum", "nobody", "author-only", "hall")
        shown = {
            "officers": (["all[0]", "all[1]"], ["ann"]),
            "quorum": ([""], ["bob", "cy"]),
            "nobody": ([""], []),
            "author-only": ([""], []),
            "hall": (["all[1]", "all[2]", "all[3]"], ["bob", "cy"]),
        }
        # Nobody need have said anything for it to be known.
        for text in (scene("impossible"), given_by("impossible", ())):
            found = self.outcomes(text, dict.fromkeys(rules, "UNSATISFIABLE"))
            for rule, (slots, people) in shown.items():
                with self.subTest(rule):
                    approval_of = found[rule]["approval"]
                    self.assertEqual(slots, approval_of.get("violating_slots", []))
                    self.assertEqual(people, approval_of.get("violating_people", []))
                    self.assertNotIn("violating_may_exceed_minimum", approval_of)
                    self.assertEqual([], asked(found[rule]))

    # --- what does not count ---

    def test_nobody_approves_what_they_made(self) -> None:
        outcome = self.outcome(scene("self"), "self", "UNSATISFIED")
        self.assertEqual({"": []}, witness(outcome))
        self.assertEqual(
            {
                ("a1", "APART", "REQUESTER"),
                ("a2", "APART", "CO_AUTHOR"),
                ("a3", "APART", "REQUESTER"),
                ("a4", "APART", "REQUESTER"),
                ("a5", "SERVICE_ACCOUNT", ""),
                ("a6", "UNKNOWN_IDENTITY", "d.fisher"),
                ("a7", "PLACEHOLDER", "TBD"),
            },
            set(reasons(outcome)),
        )
        self.assertEqual([("", "ann")], asked(outcome))
        # Nor is anybody suggested who would not count: all but Dan, Bob and the robot are.
        self.assertEqual(11, outcome["approval"]["slots"][0]["eligible"])
        self.outcome(
            scene("self") + approval(8, "ANN", "2026-03-01T16:00:00Z"), "self", "SATISFIED"
        )

    def test_an_author_whom_nobody_knows(self) -> None:
        stranger = scene("self").replace("authors: [dan]", "authors: [dan, x@elsewhere.example]")
        stranger += approval(8, "ann", "2026-03-01T16:00:00Z")
        change = self.write("change.yaml", stranger)
        result = self.run_here(
            "approvers",
            change,
            "--policy",
            HERE / "policy.yaml",
            "--organization",
            HERE / "organization.yaml",
            "--now",
            NOW,
            "--format",
            "json",
        )
        self.assertEqual("VERDICT_UNKNOWN", result.json()["verdict"], str(result))
        outcome = result.json()["outcomes"][0]
        self.assertEqual(["change.people.authors"], outcome["unknown"])
        self.assertEqual(["x@elsewhere.example"], outcome["approval"]["unknown_people"])

    def test_a_delegation_has_scope_period_and_depth(self) -> None:
        text = scene("delegation")
        rules = {"lent-board": "UNSATISFIED", "lent-security": "UNSATISFIED"}
        found = self.outcomes(text, rules)
        self.assertEqual({"": ["kim for ann"]}, witness(found["lent-board"]))
        self.assertEqual([("", "bob")], asked(found["lent-board"]))
        self.assertEqual(
            [("a2", "DELEGATION", "ann"), ("a3", "DELEGATION", "bob")], reasons(found["lent-board"])
        )
        self.assertEqual({"": []}, witness(found["lent-security"]))
        self.assertIn(("a1", "DELEGATION", "ann"), reasons(found["lent-security"]))
        # A seat is one voice, whoever speaks in it.
        both = self.outcomes(
            text + approval(4, "ann", "2026-03-01T12:00:00Z"),
            {"lent-board": "UNSATISFIED", "lent-security": "SATISFIED"},
        )
        self.assertEqual({"": ["ann"]}, witness(both["lent-board"]))
        self.assertIn(("a1", "SURPLUS", ""), reasons(both["lent-board"]))
        # [start, end): the first instant is inside, the end is not.
        for instant, reason in (
            ("2026-01-31T23:59:59Z", "DELEGATION"),
            ("2026-02-01T00:00:00Z", ""),
            ("2026-02-28T23:59:59Z", ""),
            ("2026-03-01T00:00:00Z", "DELEGATION"),
        ):
            with self.subTest(instant):
                head = text.partition("\napprovals:\n")[0] + "\napprovals:\n"
                found = self.outcomes(
                    head + approval(3, "mia", instant, ", on_behalf_of: bob"), rules
                )
                expected = [] if reason else ["mia for bob"]
                self.assertEqual({"": expected}, witness(found["lent-board"]))
                if reason:
                    self.assertEqual([("a3", reason, "bob")], reasons(found["lent-board"]))

    def test_an_edit_voids_what_it_touches(self) -> None:
        text = scene("rebase")
        found = self.outcomes(
            text, {"code": "UNSATISFIED", "plan": "SATISFIED", "time": "UNSATISFIED"}
        )
        self.assertIn(("a1", "VOIDED", "2"), reasons(found["code"]))
        self.assertIn(("a4", "APART", "AUTHOR"), reasons(found["code"]))
        self.assertEqual({"": ["bob"]}, witness(found["plan"]))
        self.assertIn(("a3", "VOIDED", "4"), reasons(found["time"]))
        self.assertIn(("a1", "WRONG_ASPECT", "SCHEDULE"), reasons(found["time"]))
        # Whoever landed it may approve it; at the very time of an edit only by naming it.
        for instant, more, status in (
            ("2026-02-25T09:00:01Z", "", "SATISFIED"),
            ("2026-02-25T09:00:00Z", "", "UNSATISFIED"),
            ("2026-02-25T09:00:00Z", ", revision: 5", "SATISFIED"),
            ("2026-02-26T09:00:00Z", ", revision: 4", "UNSATISFIED"),
        ):
            with self.subTest(instant=instant, more=more):
                self.outcomes(
                    text + approval(5, "cy", instant, more),
                    {"code": "SATISFIED", "plan": "SATISFIED", "time": status},
                )
        # An edit that no revision records was seen by nobody.
        edited = text.replace("schedule: {start: 2026-03-10", "schedule: {start: 2026-03-12", 1)
        found = self.outcomes(
            edited + approval(5, "cy", "2026-02-26T09:00:00Z"),
            {"code": "SATISFIED", "plan": "SATISFIED", "time": "UNSATISFIED"},
        )
        self.assertIn(("a5", "VOIDED", "after 5"), reasons(found["time"]))

    def test_a_veto_is_lifted_by_whoever_raised_it(self) -> None:
        outcome = self.outcome(scene("veto"), "veto", "UNSATISFIED")
        self.assertEqual([{"person": "kim", "veto": "v1"}], outcome["approval"]["vetoes"])
        self.assertEqual({"": ["ann"]}, witness(outcome))
        outcome = self.outcome(scene("veto-lifted"), "veto", "SATISFIED")
        self.assertNotIn("vetoes", outcome["approval"])
        # On equal times the veto stands.
        self.outcome(
            scene("veto-lifted").replace("lifted_at: 2026-03-01T11", "lifted_at: 2026-03-01T09"),
            "veto",
            "UNSATISFIED",
        )

    def test_whoever_takes_no_part_leaves_the_denominator(self) -> None:
        outcome = self.outcome(scene("percent"), "percent", "SATISFIED")
        slot = outcome["approval"]["slots"][0]
        self.assertEqual((4, 2), (slot["eligible"], slot["needed"]))
        self.assertEqual([("a3", "RECUSED", "")], reasons(outcome))
        for order in itertools.permutations(("ann", "bob")):
            outcome = self.outcome(given_by("percent", order), "percent", "UNSATISFIED")
            slot = outcome["approval"]["slots"][0]
            self.assertEqual((5, 3), (slot["eligible"], slot["needed"]))
            self.assertEqual([("", "cy")], asked(outcome))

    def test_stages_in_every_order(self) -> None:
        outcome = self.outcome(scene("stages"), "stages", "UNSATISFIED")
        self.assertEqual([("a1", "TOO_EARLY", "")], reasons(outcome))
        self.assertEqual([("all[1]", "ann")], asked(outcome))
        for order in itertools.permutations(("ann", "bob", "lee")):
            with self.subTest(order):
                early = order[: order.index("lee")]
                status = "UNSATISFIED" if early else "SATISFIED"
                outcome = self.outcome(given_by("stages", order), "stages", status)
                self.assertEqual(
                    {"TOO_EARLY"} if early else set(), {why for _, why, _ in reasons(outcome)}
                )
                self.assertEqual(len(early), len(reasons(outcome)))
                self.assertEqual(len(early), len(asked(outcome)))

    def test_a_condition_becomes_a_requirement(self) -> None:
        text = scene("condition")
        outcome = self.outcome(text, "condition", "UNSATISFIED")
        self.assertEqual(["the backup was restored once"], outcome["approval"]["open_conditions"])
        self.outcome(
            text + "  - {condition: the backup was restored once, by: jo, "
            "happened_at: 2026-03-01T13:00:00Z, recorded_at: 2026-03-01T13:00:00Z}\n",
            "condition",
            "SATISFIED",
        )
        # Word for word, and not before it was put on record.
        for near in (
            "The backup was restored once, recorded_at: 2026-03-01T13:00:00Z",
            "the backup was restored once, recorded_at: 2026-03-02T09:00:01Z",
        ):
            self.outcome(text + f"  - {{condition: {near}}}\n", "condition", "UNSATISFIED")

    def test_in_office_then_or_now(self) -> None:
        outcome = self.outcome(scene("roster"), "roster", "SATISFIED")
        self.assertEqual({"": ["ann"]}, witness(outcome))
        outcome = self.outcome(scene("roster"), "roster", "UNSATISFIED", "--overlay", OVERLAY)
        self.assertEqual([("a1", "INELIGIBLE", "")], reasons(outcome))
        self.assertEqual([("", "mia")], asked(outcome))

    # --- the demonstration ---

    def test_every_scene_is_shown_and_has_a_case(self) -> None:
        done = subprocess.run(
            ["sh", str(HERE / "demo.sh"), str(COMMAND)],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        names = {path.stem for path in (HERE / "scenes").iterdir()}
        shown = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("== ")}
        self.assertEqual(names | {"Shown"}, shown)
        suite = (HERE / "scenes.suite.yaml").read_text(encoding="utf-8")
        cases = suite.count("- name: ")
        self.assertIn(f"\n{cases} of {cases} cases passed in 1 suite\n", done.stdout)
        for name in names:
            self.assertIn(f"change_file: scenes/{name}.yaml\n", suite)
            self.assertLess(len(scene(name).splitlines()), 45, f"{name} is no longer short")

    def test_without_a_command_it_fails(self) -> None:
        done = subprocess.run(
            ["sh", str(HERE / "demo.sh"), str(self.folder / "no-such-command")],
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        self.assertNotEqual(0, done.returncode, done.stdout)
        self.assertIn("no-such-command", done.stderr)


if __name__ == "__main__":
    unittest.main()
