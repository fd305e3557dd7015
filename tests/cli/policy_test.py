"""`changepolicy policy init|lint|clauses|schema|language|show`."""

import json
import re
import unittest

import records
from command import ALLOWED, BAD_INPUT, DENIED, PROJECT, SAAS, SAAS_NOW, SAAS_OPTIONS, CommandTest

OVERLAYS = PROJECT / "policies" / "overlays"
CLAUSES = 56


class InitTest(CommandTest):
    def test_the_file_is_written_and_lints_clean(self) -> None:
        result = self.run_here("policy", "init", "mine.yaml")
        self.assert_code(ALLOWED, result)
        self.assertEqual("wrote mine.yaml\n", result.out)
        text = (self.folder / "mine.yaml").read_text(encoding="utf-8")
        self.assertGreater(sum(line.startswith("#") for line in text.splitlines()), 5, "comments")
        for now in ((), ("--now", "2026-06-01")):
            lint = self.run_here("policy", "lint", "--policy", "mine.yaml", *now)
            self.assert_code(ALLOWED, lint)
            self.assertRegex(lint.out, r"nothing to complain about \(sha256:[0-9a-f]{64}\)")
            self.assertEqual("", lint.err)

    def test_it_decides(self) -> None:
        self.run_here("policy", "init", "mine.yaml")
        self.write(
            "organization.yaml",
            "people: [{id: ann}, {id: bob}]\nroles: [{id: engineer, members: [ann, bob]}]\n",
        )
        self.write(
            "change.yaml",
            "id: C-1\nstate: SCHEDULED\nenvironments: [STAGING]\n"
            "services: [{client_facing: false}]\n"
            "people: {requester: ann, authors: [ann]}\n"
            "documents:\n"
            "  description: {text: Raise the cache of the portal from 2 to 4 GB.}\n"
            "  rollback_strategy: {text: Set the cache back to 2 GB and restart.}\n"
            "revisions: [{number: 1, by: ann, happened_at: 2026-01-01, recorded_at: 2026-01-01}]\n"
            "approvals: [{id: a1, by: bob, kind: APPROVED, revision: 1,"
            " happened_at: 2026-01-02, recorded_at: 2026-01-02}]\n",
        )
        options = (
            "--policy",
            "mine.yaml",
            "--organization",
            "organization.yaml",
            "--now",
            records.NOW,
        )
        allowed = self.run_here("check", "change.yaml", *options)
        self.assert_code(ALLOWED, allowed)
        self.assertIn("ALLOWED  change C-1: deploy", allowed.out)
        text = (self.folder / "change.yaml").read_text(encoding="utf-8")
        self.write("change.yaml", text.replace("by: bob", "by: ann"))
        denied = self.run_here("check", "change.yaml", *options)
        self.assert_code(DENIED, denied)
        self.assert_says(denied.out, "no peer", "bob for role engineer", result=denied)

    def test_an_existing_file_is_not_overwritten(self) -> None:
        path = self.write("mine.yaml", "mine: true\n")
        (self.folder / "folder").mkdir()
        for name in ("mine.yaml", "folder"):
            result = self.run_here("policy", "init", name)
            self.assert_refused(result, f"{name}: is there already")
            self.assert_helps(result, "another name")
        self.assertEqual("mine: true\n", path.read_text(encoding="utf-8"))

    def test_a_place_that_cannot_be_written(self) -> None:
        result = self.run_here("policy", "init", "no/such/folder/mine.yaml")
        self.assert_refused(result, "no/such/folder/mine.yaml: cannot be written")

    def test_without_file_it_goes_to_standard_output(self) -> None:
        self.run_here("policy", "init", "mine.yaml")
        result = self.run_here("policy", "init")
        self.assert_code(ALLOWED, result)
        self.assertEqual((self.folder / "mine.yaml").read_bytes(), result.raw)


class LintTest(CommandTest):
    def test_the_built_in_policies(self) -> None:
        for arguments in (
            ("--now", SAAS_NOW),
            ("--now", SAAS_NOW, "--organization", str(SAAS / "organization.yaml")),
            ("--policy", "starter", "--now", "2026-06-01"),
        ):
            with self.subTest(arguments):
                result = self.run_here("policy", "lint", *arguments)
                self.assert_code(ALLOWED, result)
                self.assertRegex(
                    result.out, r"^\S+ \S+: nothing to complain about \(sha256:[0-9a-f]{64}\)\n$"
                )

    def test_a_review_that_is_overdue(self) -> None:
        result = self.run_here("policy", "lint", "--now", "2026-06-01")
        self.assert_code(DENIED, result)
        self.assert_says(
            result.out,
            "UNSATISFIED policy-review-due [PR-1]: ",
            "overdue",
            "help: Review the policy",
            result=result,
        )
        self.assertNotIn("nothing to complain", result.out)

    def test_every_complaint_in_one_go(self) -> None:
        text = records.POLICY
        # Text, what stands in its place, place of the complaint.
        mistakes = (
            ("level: LOW", "level: LOWW", "6:15"),
            ("category: NORMAL", "category: NROMAL", "8:28"),
            ("{none: true}", "{at_least: 1, of: {role: cto}}", "10:78"),
            ("at: [DEPLOY]", "at: [DEPLOY, DEPLYO]", "14:18"),
            ("change.rollback", "change.rolback", "15:20"),
            ("    clause: C-1", "    clause: C-9", "18:13"),
        )
        for old, new, _ in mistakes:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        self.write("policy.yaml", text + "gatess: []\n")
        result = self.run_here("policy", "lint", "--policy", "policy.yaml")
        places = [f"policy.yaml:{place}: error: " for _, _, place in mistakes]
        self.assert_refused(result, *places, "policy.yaml:19:1: error: unknown field `gatess`")
        self.assertEqual(len(mistakes) + 1, result.err.count(" error: "), str(result))
        self.assertEqual("", result.out)
        found = re.findall(r"^policy\.yaml:(\d+):", result.err, re.MULTILINE)
        self.assertEqual(
            sorted(found, key=int), found, "the complaints stand in the order of lines"
        )

    def test_one_mistake_is_one_complaint(self) -> None:
        self.write("policy.yaml", records.POLICY.replace("at: [DEPLOY]", "at: [DEPLYO]"))
        result = self.run_here("policy", "lint", "--policy", "policy.yaml")
        self.assert_refused(result, "did you mean `DEPLOY`?", place="policy.yaml:14:10: ")
        self.assertEqual(1, result.err.count(" error: "), str(result))

    def test_what_nobody_in_the_organization_could_satisfy(self) -> None:
        self.write(
            "policy.yaml",
            'policy: {id: p, version: "1"}\nclauses: {C-1: {title: One}}\nroles: [board, dpo]\n'
            "risk: {levels: [{level: LOW, from: 0}]}\n"
            'categories: [{id: n, category: NORMAL, applies_if: "true", clause: C-1}]\n'
            "approvals:\n"
            "  - {id: quorum, clause: C-1, needs: {at_least: 3, of: {role: board}}}\n"
            "  - {id: possible, clause: C-1, needs: {any: [{at_least: 1, of: {role: dpo}},"
            " {at_least: 1, of: {role: board}}]}}\n"
            # Whom it asks is not known before there is a subject.
            "  - {id: owners, clause: C-1, needs: {at_least: 9, of: {service_owners: true}}}\n"
            "exceptions: {needs: {at_least: 1, of: {role: dpo}}, clause: C-1}\n",
        )
        self.write(
            "organization.yaml",
            "people: [{id: ann}, {id: bob}]\nroles: [{id: board, members: [ann, bob]}]\n",
        )
        options = ("--policy", "policy.yaml", "--now", records.NOW)
        self.assert_code(ALLOWED, self.run_here("policy", "lint", *options))
        lint = self.run_here("policy", "lint", *options, "--organization", "organization.yaml")
        self.assert_code(DENIED, lint)
        self.assertEqual(
            [
                "UNSATISFIABLE quorum [C-1]: needs 3 of role board: nobody yet (2 eligible);"
                " only ann, bob could, which is too few",
                "UNSATISFIABLE exceptions [C-1]: needs 1 of role dpo: nobody yet (0 eligible);"
                " nobody is eligible",
            ],
            lint.out.splitlines(),
        )

    def test_a_clause_that_no_rule_carries(self) -> None:
        self.write(
            "policy.yaml",
            records.POLICY.replace("risk:", "  C-2: {title: Nobody carries it}\nrisk:", 1),
        )
        lint = self.run_here("policy", "lint", "--policy", "policy.yaml")
        self.assert_code(DENIED, lint)
        self.assertIn("clause C-2: no rule carries it", lint.out)
        clauses = self.run_here("policy", "clauses", "--policy", "policy.yaml")
        self.assert_code(DENIED, clauses)
        self.assertIn("| C-2 | Nobody carries it | **nothing** |", clauses.out)

    def test_what_overlays_change_is_listed(self) -> None:
        cases = (
            (
                "small-team.yaml",
                (
                    "small-team removes gates[tester-is-not-author]: ",
                    "small-team changes approvals[cab-approval]: ",
                    "small-team changes definitions[cab_from]: ",
                ),
            ),
            ("strict-production.yaml", ("strict-production adds gates[author-does-not-deploy]: ",)),
        )
        for name, words in cases:
            with self.subTest(name):
                result = self.run_here(
                    "policy", "lint", "--overlay", OVERLAYS / name, "--now", SAAS_NOW
                )
                self.assert_code(ALLOWED, result)
                self.assert_says(result.out, *words, "nothing to complain about", result=result)
        both = self.run_here(
            "policy",
            "lint",
            "--overlay",
            OVERLAYS / "small-team.yaml",
            OVERLAYS / "strict-production.yaml",
            "--now",
            SAAS_NOW,
        )
        self.assert_says(both.out, *cases[0][1], *cases[1][1], result=both)

    def test_an_overlay_that_removes_without_reason(self) -> None:
        self.write("policy.yaml", records.POLICY)
        self.write(
            "overlay.yaml",
            "policy: {id: o}\noverlay: true\nremove: [{element: 'gates[reversible]'}]\n",
        )
        result = self.run_here(
            "policy", "lint", "--policy", "policy.yaml", "--overlay", "overlay.yaml"
        )
        self.assert_refused(result, place="overlay.yaml:")

    def test_an_overlay_changes_the_answer(self) -> None:
        release = SAAS / "major-release.yaml"
        strict = ("--overlay", str(OVERLAYS / "strict-production.yaml"))
        plain = self.run_here("check", release, *SAAS_OPTIONS)
        self.assertNotIn("change-soaked-in-staging", plain.out)
        result = self.run_here("check", release, *SAAS_OPTIONS, *strict)
        self.assert_code(DENIED, result)
        self.assertIn("(DENIED): at-planned-time, change-soaked-in-staging", result.out)


class ClausesTest(CommandTest):
    def test_every_clause_has_rules_and_controls(self) -> None:
        result = self.run_here("policy", "clauses")
        self.assert_code(ALLOWED, result)
        header, _, *rows = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in result.lines
        )
        self.assertEqual(["clause", "title", "carried by", "controls"], header)
        self.assertEqual(CLAUSES, len(rows))
        self.assertEqual(CLAUSES, len({row[0] for row in rows}))
        self.assertEqual(sorted(row[0] for row in rows), [row[0] for row in rows])
        kinds = (
            r"(category|priority|factor|question|approval|gate|obligation|lint|override|exception)"
        )
        for clause, title, carriers, controls in rows:
            with self.subTest(clause):
                self.assertRegex(clause, r"^[A-Z]{2}-\d+(\.\d+)?$")
                self.assertTrue(title)
                self.assertRegex(carriers, rf"^{kinds} \S+(, {kinds} \S+)*$")
                self.assertRegex(controls, r"^\S+/\S+(, \S+/\S+)*$")
        self.assertNotIn("**nothing**", result.out)

    def test_the_carriers_are_rules_of_the_policy(self) -> None:
        policy = self.run_here("policy", "show").json()
        rules = {
            "gate": {rule["id"] for rule in policy["gates"]},
            "approval": {rule["id"] for rule in policy["approvals"]},
            "obligation": {rule["id"] for rule in policy["obligations"]},
        }
        table = self.run_here("policy", "clauses").out
        for kind, identifiers in rules.items():
            found = set(re.findall(rf"\b{kind} ([a-z0-9-]+)", table))
            self.assertEqual(identifiers, found)


class SchemaTest(CommandTest):
    def test_it_is_json_and_always_the_same(self) -> None:
        first, second = self.run_here("policy", "schema"), self.run_here("policy", "schema")
        self.assert_code(ALLOWED, first)
        self.assertEqual(first.raw, second.raw)
        schema = first.json()
        self.assertEqual("https://json-schema.org/draft/2020-12/schema", schema["$schema"])
        top = schema["$defs"][schema["$ref"].rpartition("/")[2]]
        self.assertLessEqual(
            {"policy", "clauses", "gates", "approvals", "risk"}, set(top["properties"])
        )

    def test_references_lead_somewhere_and_most_has_a_description(self) -> None:
        result = self.run_here("policy", "schema")
        schema = result.json()
        for reference in re.findall(r'"\$ref": ?"#/\$defs/([^"]+)"', result.out):
            self.assertIn(reference, schema["$defs"])
        self.assertIn("description", schema["$defs"]["Gate"]["properties"]["must"])
        self.assertGreater(result.out.count('"description"'), 100)

    def test_the_keys_of_the_shipped_policies_are_in_it(self) -> None:
        schema = self.run_here("policy", "schema").json()
        top = set(schema["$defs"]["Policy"]["properties"])
        for name in ("saas", "starter"):
            keys = set(self.run_here("policy", "show", "--policy", name).json())
            self.assertLessEqual(keys, top)

    def test_enumerations_are_those_that_the_command_reads(self) -> None:
        text = self.run_here("policy", "schema").out
        for value in ("DEPLOY", "CUT_CANDIDATE", "NORMAL", "CRITICAL"):
            self.assertIn(f'"{value}"', text)
        self.assertNotIn('"TRANSITION_UNSPECIFIED"', text)

    def test_libraries_are_those_that_the_command_reads(self) -> None:
        definition = self.run_here("policy", "schema").json()["$defs"]["PolicyHeader"]
        names = definition["properties"]["libraries"]["items"]["enum"]
        self.assertLessEqual({"lists", "optionals", "strings"}, set(names))
        starter = self.run_here("policy", "init", "-").out
        header = f"  id: my-policy\n  libraries: [{', '.join(names)}]"
        text = starter.replace("  id: my-policy", header, 1)
        self.write("all.yaml", text)
        result = self.run_here("policy", "lint", "--policy", "all.yaml", "--now", "2026-03-02")
        self.assert_code(ALLOWED, result)
        self.assertEqual(len(names), result.err.count("no expression uses the library"))
        self.write("more.yaml", text.replace("[", "[standard, ", 1))
        refused = self.run_here("policy", "lint", "--policy", "more.yaml", "--now", "2026-03-02")
        self.assert_code(BAD_INPUT, refused)


class LanguageTest(CommandTest):
    def test_variables_functions_and_facts(self) -> None:
        result = self.run_here("policy", "language")
        self.assert_code(ALLOWED, result)
        self.assertEqual(result.raw, self.run_here("policy", "language").raw)
        self.assert_says(
            result.out,
            "### Variables",
            "| `change` | ChangeRequest | facts |",
            "| `now` | timestamp |",
            "### Functions",
            "evidence.passed(",
            "people.has_role(",
            "### Libraries",
            "- `string.lowerAscii() -> string`",
            "- `cel.bind(...)`, a macro",
            "Elements of a policy",
            "Facts of a change",
            "| `irreversible` | bool |",
            "Facts of a release",
            "Facts of the organization",
            "| `DEPLOY` |",
            result=result,
        )

    def test_tables_are_whole(self) -> None:
        columns = 0
        lines = self.run_here("policy", "language").lines
        self.assertGreater(len(lines), 500)
        for line in lines:
            if not line.startswith("|"):
                columns = 0
                continue
            count = len(re.findall(r"(?<!\\)\|", line))
            self.assertIn(columns, (0, count), line)
            columns = count

    def test_nearly_everything_says_what_it_means(self) -> None:
        rows = [
            line for line in self.run_here("policy", "language").lines if line.startswith("| `")
        ]
        self.assertGreater(len(rows), 300)
        functions = self.run_here("policy", "language").out.partition("### Functions")[2]
        for line in functions.partition("\n#")[0].splitlines():
            if line.startswith("| `"):
                self.assertNotRegex(line, r"\|\s*\|$", "a function without meaning")


class ShowTest(CommandTest):
    def test_the_policy_as_json(self) -> None:
        for name, identifier in (("saas", "saas-change-and-release"), ("starter", "my-policy")):
            with self.subTest(name):
                result = self.run_here("policy", "show", "--policy", name)
                self.assert_code(ALLOWED, result)
                self.assertEqual(identifier, result.json()["policy"]["id"])

    def test_it_is_always_the_same(self) -> None:
        for name in ("saas", "starter"):
            with self.subTest(name):
                shown = {self.run_here("policy", "show", "--policy", name).raw for _ in range(4)}
                self.assertEqual(1, len(shown), "the order of clauses or definitions varies")
                self.assertTrue(json.loads(shown.pop())["clauses"])

    def test_overlays_are_merged(self) -> None:
        overlay = ("--overlay", str(OVERLAYS / "small-team.yaml"))
        plain = {gate["id"] for gate in self.run_here("policy", "show").json()["gates"]}
        merged = {gate["id"] for gate in self.run_here("policy", "show", *overlay).json()["gates"]}
        self.assertEqual({"tester-is-not-author"}, plain - merged)

    def test_what_is_shown_can_be_used_as_a_policy(self) -> None:
        shown = self.write("shown.json", self.run_here("policy", "show").raw)
        lint = self.run_here("policy", "lint", "--policy", shown, "--now", SAAS_NOW)
        self.assert_code(ALLOWED, lint)
        built_in = self.run_here("policy", "lint", "--now", SAAS_NOW)
        self.assertEqual(built_in.out, lint.out, "the digest is the same")
        self.assertIn("nothing to complain about", lint.out)
        for name in ("standard-patch.yaml", "major-release.yaml"):
            with_file = self.run_here("check", SAAS / name, *SAAS_OPTIONS, "--policy", shown)
            self.assertEqual(self.run_here("check", SAAS / name, *SAAS_OPTIONS).raw, with_file.raw)

    def test_json_is_read_back(self) -> None:
        self.write("policy.yaml", records.POLICY)
        shown = self.run_here("policy", "show", "--policy", "policy.yaml").json()
        self.assertEqual("!change.rollback.irreversible", shown["gates"][0]["must"])
        self.write("broken.json", json.dumps({**shown, "gatez": []}, indent=1))
        broken = self.run_here("policy", "show", "--policy", "broken.json")
        self.assert_code(BAD_INPUT, broken)
        self.assert_says(
            broken.err, "broken.json:", "`gatez`", "did you mean `gates`?", result=broken
        )


if __name__ == "__main__":
    unittest.main()
