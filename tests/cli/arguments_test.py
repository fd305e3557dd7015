"""Arguments, policies and organizations with a typo: refused, with a suggestion."""

import unittest

import records
from command import BAD_INPUT, DENIED, PROJECT, SAAS, CommandTest, Result

STARTER = PROJECT / "policies" / "starter.yaml"


class ArgumentTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", records.POLICY)
        self.write("good.json", records.as_json(records.change("C-1")))

    def check(self, *arguments: str) -> Result:
        return self.run_here("check", "good.json", *arguments)

    def test_an_instant_that_is_none(self) -> None:
        texts = (
            "tomorrow",
            "now",
            "2025-13-01",
            "2025-02-29",
            "2025-10-14T25:00:00Z",
            "1760000000",
            "2025-10-14T14:40:00",
            "2025-10-14 14:40",
            "14.10.2025",
            "99999-01-01",
            "2025-10-14T14:40:00+99:00",
        )
        for text in texts:
            for command in ("check", "approvers", "explain"):
                with self.subTest(command=command, now=text):
                    result = self.run_here(
                        command, "good.json", "--policy", "policy.yaml", "--now", text
                    )
                    self.assert_refused(result, f"--now: `{text}` is no instant")
                    self.assert_helps(result, "2026-01-31T09:30:00Z")

    def test_an_empty_instant_is_not_the_clock(self) -> None:
        # As in `--now "$NOW"` where NOW is not set.
        result = self.check("--policy", "policy.yaml", "--now", "")
        self.assert_refused(result, "--now")

    def test_a_misspelt_transition(self) -> None:
        for text, meant in (
            ("deplyo", "deploy"),
            ("aprove", "approve"),
            ("SUBMITT", "submit"),
            ("Sche-dule", "schedule"),
        ):
            with self.subTest(text):
                result = self.check("--policy", "policy.yaml", "--transition", text)
                self.assert_refused(result, f"--transition: `{text}` is no transition")
                self.assert_helps(result, f"did you mean `{meant}`?")

    def test_a_transition_that_is_like_none_gets_the_list(self) -> None:
        result = self.check("--policy", "policy.yaml", "--transition", "xyzzy-plugh")
        self.assert_refused(result, "--transition: `xyzzy-plugh` is no transition")
        self.assert_helps(result, "submit", "approve", "deploy", "close")

    def test_a_transition_of_the_other_kind(self) -> None:
        result = self.check(
            "--policy", "policy.yaml", "--transition", "publish", "--now", records.NOW
        )
        self.assertEqual(2, result.code, str(result))
        self.assertIn("PUBLISH is not legal", result.out)

    def test_choices(self) -> None:
        for option, value, known in (
            ("--format", "yml", ("text", "json", "jsonl", "binary")),
            ("--format", "JSON", ("text", "json", "jsonl", "binary")),
            ("--detail", "ful", ("verdict", "reasons", "full")),
            ("--kind", "chnage", ("change", "release")),
        ):
            with self.subTest(option=option, value=value):
                result = self.check("--policy", "policy.yaml", option, value)
                self.assert_code(BAD_INPUT, result)
                self.assertEqual("", result.out)
                self.assert_says(result.err, option, value, *known, result=result)

    def test_arguments_that_make_no_command(self) -> None:
        for arguments, words in (
            ((), ("subcommand",)),
            (("chek", "good.json"), ("chek",)),
            (("policy", "zzz"), ("`zzz`", "`changepolicy policy --help`")),
            (("calendar", "trains-of", "x"), ("`trains-of`", "did you mean `trains`?")),
            (("check",), ("FILE", "required")),
            (("check", "good.json", "--polcy", "x"), ("--polcy", "changepolicy check --help")),
            (("check", "good.json", "--now"), ("--now",)),
            (("policy",), ("subcommand",)),
            (("policy", "lnt"), ("lnt",)),
            # They tell nothing that the option could make more of.
            (("documents", "good.json", "--verbose"), ("--verbose",)),
            (("questionnaire", "good.json", "--verbose"), ("--verbose",)),
        ):
            with self.subTest(arguments):
                result = self.run_here(*arguments)
                self.assert_code(BAD_INPUT, result)
                self.assertEqual("", result.out)
                self.assert_says(result.err, *words, result=result)

    def test_a_policy_that_is_not_there(self) -> None:
        missing = self.check("--policy", "missing.yaml")
        self.assert_refused(missing, "missing.yaml: no such file")
        self.assert_helps(missing, "check the path")
        unknown = self.check("--policy", "satrter")
        self.assert_refused(unknown, "`satrter`")
        self.assert_helps(unknown, "`saas`", "`starter`")
        for option in ("--organization", "--overlay", "--mapping"):
            with self.subTest(option):
                result = self.check("--policy", "policy.yaml", option, "missing.yaml")
                self.assert_refused(result, "missing.yaml: no such file")


class PolicyTypoTest(CommandTest):
    # Text of the policy, what stands in its place, place, words, words of the remedy.
    TYPOS = (
        ("gates:", "gatess:", "11:1", "unknown field `gatess`", "did you mean `gates`?"),
        (
            "at: [DEPLOY]",
            "at: [DEPLYO]",
            "14:10",
            "`DEPLYO` is no Transition",
            "did you mean `DEPLOY`?",
        ),
        ("change.rollback", "change.rolback", "15:", "rolback", "did you mean `rollback`?"),
        ("change.rollback", "chnage.rollback", "15:", "chnage", "did you mean `change`?"),
        (
            "    clause: C-1",
            "    clause: C-2",
            "18:13",
            "unknown clause `C-2`",
            "declare it in `clauses`",
        ),
        ("level: LOW", "level: LOWW", "6:15", "`LOWW` is no RiskLevel", "did you mean `LOW`?"),
        (
            "category: NORMAL",
            "category: NROMAL",
            "8:28",
            "`NROMAL` is no Category",
            "did you mean `NORMAL`?",
        ),
        ("from: 0", "from: 1", "6:", "level", ""),
        ("{none: true}", "{at_least: 1, of: {role: cto}}", "10:", "unknown role `cto`", "roles"),
        ("id: reversible", "id: free", "12:", "`free`", ""),
    )

    def test_a_policy_with_a_typo_decides_nothing(self) -> None:
        self.write("good.json", records.as_json(records.change("C-1")))
        for old, new, place, words, remedy in self.TYPOS:
            with self.subTest(new):
                self.assertIn(old, records.POLICY)
                self.write("policy.yaml", records.POLICY.replace(old, new, 1))
                for arguments in (
                    ("check", "good.json", "--policy", "policy.yaml", "--now", records.NOW),
                    ("approvers", "good.json", "--policy", "policy.yaml"),
                    ("policy", "lint", "--policy", "policy.yaml"),
                    ("policy", "clauses", "--policy", "policy.yaml"),
                    ("policy", "show", "--policy", "policy.yaml"),
                ):
                    result = self.run_here(*arguments)
                    self.assert_refused(result, words, place=f"policy.yaml:{place}")
                    self.assertEqual("", result.out)
                    if remedy:
                        self.assert_helps(result, remedy)

    def test_a_typo_in_an_overlay_names_the_overlay(self) -> None:
        self.write("good.json", records.as_json(records.change("C-1")))
        self.write("policy.yaml", records.POLICY)
        self.write("overlay.yaml", "overlay: {id: o, title: O, reason: R}\ngats: []\n")
        result = self.run_here(
            "check", "good.json", "--policy", "policy.yaml", "--overlay", "overlay.yaml"
        )
        self.assert_refused(result, "`gats`", place="overlay.yaml:2:1: ")
        self.assert_helps(result, "did you mean `gates`?")


class OrganizationTypoTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.text = (SAAS / "organization.yaml").read_text(encoding="utf-8")

    def check(self, old: str, new: str) -> Result:
        self.assertIn(old, self.text)
        self.write("organization.yaml", self.text.replace(old, new, 1))
        return self.run_here(
            "check",
            SAAS / "schema-migration.yaml",
            "--organization",
            "organization.yaml",
            "--now",
            "2025-10-14T14:40:00Z",
        )

    def test_a_misspelt_field(self) -> None:
        for old, new, meant in (
            ("directory:", "directry:", "directory"),
            ("  roles:", "  rolls:", "roles"),
            ("client_facing: true", "client_faceing: true", "client_facing"),
            ("ledger:", "leger:", "ledger"),
        ):
            with self.subTest(new):
                result = self.check(old, new)
                self.assert_refused(
                    result,
                    f"unknown field `{new.split(':')[0].strip()}`",
                    place="organization.yaml:",
                )
                self.assert_helps(result, f"did you mean `{meant}`?")

    def test_a_date_that_is_none(self) -> None:
        result = self.check("taken_at: 2025-10-13T00:00:00Z", "taken_at: 2025-10-32")
        self.assert_refused(
            result, "expected an instant, found `2025-10-32`", place="organization.yaml:5:13: "
        )

    def test_a_member_whom_nobody_knows_is_a_warning_and_no_approver(self) -> None:
        result = self.check("{id: dpo, members: [ben]}", "{id: dpo, members: [benn]}")
        self.assert_code(DENIED, result)
        self.assert_says(
            result.err, "organization.yaml", "warning", "`benn`", "roles[dpo]", result=result
        )
        self.assert_says(result.out, "dpo-approval", result=result)
        # A warning is of use with its line.
        self.assertRegex(result.err, r"organization\.yaml:\d+:\d+: warning", str(result))

    def test_two_files_complain_with_their_names(self) -> None:
        self.write("organization.yaml", self.text.replace("[ben]", "[benn]"))
        self.write("ledger.yaml", "taken_at: 2025-10-13\nobligations: []\nscheduled: []\n")
        result = self.run_here(
            "check",
            SAAS / "schema-migration.yaml",
            "--organization",
            "organization.yaml",
            "ledger.yaml",
            "--now",
            "2025-10-14",
        )
        self.assertIn("`benn`", result.err)
        self.assertIn("organization.yaml", result.err, str(result))


if __name__ == "__main__":
    unittest.main()
