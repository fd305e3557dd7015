"""Versions of a policy: `--earlier`, and `changepolicy policy compare`."""

import unittest

from command import ALLOWED, BAD_INPUT, DENIED, CommandTest, Result

POLICY = """\
policy: {id: team, title: Team, version: "VERSION", effective_from: START HEADER}
clauses: {C-1: {title: It can be taken back}}
roles: [lead]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals: [{id: WHO, title: Who, needs: NEEDS, clause: C-1}]
gates: [{id: reversible, title: It can be taken back, at: [DEPLOY], must: "size(change.assets) > LEAST", clause: C-1}]
"""
STAYS = (
    ", grandfathering: {changes_in: [SCHEDULED], until: 2026-04-01, reason: planned work goes on}"
)


def version(number: str, start: str, header: str = "", least: int = 0, who: str = "free") -> str:
    needs = "{none: true}" if who == "free" else "{at_least: 1, of: {role: lead}}"
    return (
        POLICY.replace("VERSION", number).replace("START", start).replace(" HEADER", header)
        .replace("LEAST", str(least)).replace("WHO", who).replace("NEEDS", needs)
    )


OLD = "id: C-1\nstate: SCHEDULED\nassets: [db]\ncreated_at: 2026-02-01\n"
NEW = OLD.replace("C-1", "C-2").replace("2026-02-01", "2026-03-01")


class VersionsTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("v1.yaml", version("1", "2025-01-01"))
        self.write("v2.yaml", version("2", "2026-03-01", STAYS, least=1, who="lead"))
        self.write("old.yaml", OLD)
        self.write("new.yaml", NEW)

    def ask(self, command: str, *files: str, now: str = "2026-03-10", more: tuple[str, ...] = ()
            ) -> Result:
        return self.run_here(command, *files, "--policy", "v2.yaml", "--earlier", "v1.yaml", "--now",
                             now, *more)

    def test_each_subject_is_decided_by_its_own_version(self) -> None:
        stays = "version 1 of team, with which C-1 stays until 2026-04-01T00:00:00Z (grandfathered)"
        result = self.ask("check", "old.yaml")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, stays, "by team 1 at", "Holds until 2026-04-01T00:00:00Z",
                         result=result)
        result = self.ask("check", "new.yaml")
        self.assert_code(DENIED, result)
        self.assert_says(result.out, "version 2 of team\n", "by team 2 at", result=result)
        # Over many records each row says it.
        result = self.ask("check", "old.yaml", "new.yaml")
        self.assert_code(DENIED, result)
        self.assert_says(result.out, "by " + stays, "by version 2 of team", result=result)
        # At its end the new version takes over.
        self.assert_code(DENIED, self.ask("check", "old.yaml", now="2026-04-01"))
        self.assert_code(ALLOWED, self.ask("check", "old.yaml", now="2026-03-31T23:59:59Z"))
        # And before it begins the old one decides about everything.
        self.assert_code(ALLOWED, self.ask("check", "new.yaml", now="2026-02-28T23:59:59Z"))

    def test_times_are_capped(self) -> None:
        decision = self.ask("check", "new.yaml", now="2026-02-01",
                            more=("--format", "json")).json()
        takeover = "2026-03-01T00:00:00Z"
        self.assertEqual(("1", takeover, takeover, takeover),
                         (decision["policy_version"], decision["valid_until"],
                          decision["next_evaluation"], decision["superseded_from"]))
        result = self.ask("check", "new.yaml", now="2026-02-01")
        self.assert_says(result.out, f"Holds until {takeover}, when another version of the policy "
                         "takes over.", result=result)
        # The last version stands.
        self.assertNotIn("superseded_from",
                         self.ask("check", "new.yaml", more=("--format", "json")).json())

    def test_what_was_logged_is_replayed(self) -> None:
        self.ask("check", "old.yaml", "new.yaml", now="2026-02-01",
                 more=("--log", "log", "--log-origin", "example.com/team"))
        self.ask("check", "old.yaml", "new.yaml", more=("--log", "log"))
        replay = self.run_here("audit", "replay", "log", "--format", "json").json()
        self.assertEqual(("4", "4"), (replay["decisions"], replay["same"]))

    def test_approvers_and_explain(self) -> None:
        result = self.ask("approvers", "old.yaml", "new.yaml")
        self.assert_code(DENIED, result)
        self.assert_says(result.out, "version 1 of team, with which C-1", "version 2 of team\n",
                         "1 of role lead", result=result)
        result = self.ask("explain", "old.yaml")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "(grandfathered)", "by team 1", result=result)

    def test_without_earlier_the_given_policy_decides(self) -> None:
        result = self.run_here("check", "old.yaml", "--policy", "v2.yaml", "--now", "2026-03-10")
        self.assert_code(DENIED, result)
        self.assertNotIn("version", result.out)

    def test_three_versions_in_their_order(self) -> None:
        self.write("v3.yaml", version("3", "2026-05-01"))
        result = self.run_here("check", "new.yaml", "--policy", "v3.yaml", "--earlier", "v1.yaml",
                               "--earlier", "v2.yaml", "--now", "2026-05-01")
        self.assert_code(ALLOWED, result)
        self.assertIn("version 3 of team\n", result.out)

    def test_mistakes(self) -> None:
        self.write("other.yaml", version("0", "2024-01-01").replace("id: team", "id: other"))
        self.write("undated.yaml", version("0", "x").replace(", effective_from: x", ""))
        for earlier, words, remedy in (
            (("other.yaml",), ("`team 2` is no version of `other`",), "under one id"),
            (("undated.yaml",), ("`team 0` has no `effective_from`",), "in force"),
            (("v2.yaml",), ("version `2` is given twice",), "a number of its own"),
            (("gone.yaml",), ("gone.yaml",), ""),
        ):
            with self.subTest(earlier):
                arguments = [word for name in earlier for word in ("--earlier", name)]
                result = self.run_here("check", "old.yaml", "--policy", "v2.yaml", *arguments,
                                       "--now", "2026-03-10")
                self.assert_refused(result, *words)
                if remedy:
                    self.assert_helps(result, remedy)
        # Nothing is in force, or the version that decides is not there.
        result = self.ask("check", "old.yaml", now="2024-01-01")
        self.assert_code(BAD_INPUT, result)
        self.assertIn("old.yaml: error: no version of `team` is in force yet", result.err)


class CompareTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("v1.yaml", version("1", "2025-01-01"))
        self.write("v2.yaml", version("2", "2026-03-01", STAYS, least=1))
        self.write("records/old.yaml", OLD)
        self.write("records/new.yaml", NEW)
        self.write("records/closed.yaml", "id: C-3\nstate: CLOSED\n")
        self.write("records/two.yaml", NEW.replace("C-2", "C-4").replace("[db]", "[db, web]"))

    def compare(self, *arguments: str) -> Result:
        return self.run_here("policy", "compare", *arguments, "--now", "2026-02-20")

    def test_what_flips(self) -> None:
        result = self.compare("v1.yaml", "v2.yaml", "records")
        self.assert_code(DENIED, result)
        self.assertEqual("""\
now 2026-02-20T00:00:00Z
1 against 2: 3 open subjects, 2 answered differently

  subject  1               2              why
  C-1      deploy ALLOWED  deploy DENIED  now held by reversible; stays with the earlier version for
                                          now
  C-2      deploy ALLOWED  deploy DENIED  now held by reversible
""", result.out)
        answer = self.compare("v1.yaml", "v2.yaml", "records", "--format", "json").json()
        self.assertEqual(
            (3, [("C-1", True), ("C-2", False)]),
            (answer["subjects"],
             [(flip["subject_id"], flip.get("grandfathered", False)) for flip in answer["flips"]]))

    def test_nothing_flips(self) -> None:
        result = self.compare("v1.yaml", "v1.yaml", "records")
        self.assert_code(ALLOWED, result)
        self.assertIn("3 open subjects, none answered differently", result.out)

    def test_overlays(self) -> None:
        self.write("lax.yaml", """\
policy: {id: lax}
overlay: {of: team, reason: a try}
gates: [{id: reversible, must: size(change.assets) > 0}]
""")
        result = self.compare("v1.yaml", "v2.yaml", "records", "--after-overlay", "lax.yaml")
        self.assert_code(ALLOWED, result)
        result = self.compare("v2.yaml", "v2.yaml", "records", "--overlay", "lax.yaml")
        self.assert_code(DENIED, result)

    def test_mistakes(self) -> None:
        self.write("bad.yaml", "id: C-9\nstat: DRAFT\n")
        result = self.compare("v1.yaml", "v2.yaml", "bad.yaml", "records")
        self.assert_code(BAD_INPUT, result)
        self.assertIn("bad.yaml:2:1: error: unknown field `stat`", result.err)
        self.assertIn("2 answered differently", result.out)
        result = self.compare("v1.yaml", "v2.yaml", "records", "records/old.yaml")
        self.assert_code(BAD_INPUT, result)
        self.assertIn("change C-1: is given 2 times", result.out)
        self.assert_refused(self.compare("v1.yaml", "gone.yaml", "records"), "gone.yaml")
        self.assert_refused(self.compare("v1.yaml", "v2.yaml"), "FILE")


if __name__ == "__main__":
    unittest.main()
