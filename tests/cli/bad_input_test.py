"""Records that cannot be read: never allowed, exit code 3, the place, and what to do about it."""

import dataclasses
import os
import unittest

import records
from command import (
    ALLOWED,
    BAD_INPUT,
    DENIED,
    SAAS,
    SAAS_OPTIONS,
    UNDECIDED,
    CommandTest,
    Result,
)


@dataclasses.dataclass(frozen=True)
class Bad:
    """A file, and what the complaint about it must hold."""

    title: str
    name: str
    content: str | bytes
    # `line:column` or a beginning of it, or "" where there is no place in the file.
    place: str
    says: tuple[str, ...]
    # Words of the remedy, behind `help:`.
    remedy: tuple[str, ...] = ()


TEXTS = (
    Bad(
        "a list that is not closed",
        "a.yaml",
        "id: C-1\nkinds: [CONFIGURATION\n",
        "3:",
        ("not YAML",),
    ),
    Bad(
        "a tab as indentation",
        "a.yaml",
        "id: C-1\npeople:\n\trequester: ann\n",
        "3:",
        ("not YAML",),
    ),
    Bad("two colons", "a.yaml", "id: C-1\ntitle: a: b\n", "2:", ("not YAML",)),
    Bad("not UTF-8", "a.yaml", b"id: C-1\ntitle: \xff\xff\n", "2:8", ("UTF-8",), ("save", "UTF-8")),
    Bad("nothing but 0xff", "a.yaml", b"\xff" * 64, "1:1", ("UTF-8",), ("save", "UTF-8")),
    Bad("not UTF-8, in JSON", "a.json", b'{"id": "\xff"}', "1:9", ("UTF-8",), ("save", "UTF-8")),
    Bad("UTF-16", "a.yaml", "id: C-1\n".encode("utf-16"), "1:1", ("UTF-8",), ("save", "UTF-8")),
    Bad("an empty file", "a.yaml", "", "", ("empty",)),
    Bad("an empty JSON file", "a.json", "", "", ("empty",)),
    Bad("only blanks", "a.yaml", "\n   \n\n", "", ("error",)),
    Bad(
        "only comments",
        "a.yaml",
        "# id: C-1\n# state: DRAFT\n",
        "1:1",
        ("only comments",),
        ("write the record",),
    ),
    Bad("a word", "a.yaml", "hello\n", "1:1", ("expected a map", "`hello`")),
    Bad(
        "a list of changes", "a.yaml", "- id: C-1\n- id: C-2\n", "1:1", ("this is a list", "one map")
    ),
    Bad(
        "two documents",
        "a.yaml",
        "id: C-1\n---\nid: C-2\n",
        "2:1",
        ("second document",),
        ("one document",),
    ),
    Bad(
        "not JSON: a comma too many",
        "a.json",
        '{"id": "C-1",\n}',
        "2:1",
        ("not JSON",),
        ("commas",),
    ),
    Bad(
        "not JSON: a comma missing",
        "a.json",
        '{"id": "C-1"\n "state": "DRAFT"}',
        "2:",
        ("not JSON",),
        ("commas",),
    ),
    Bad(
        "not JSON: cut off",
        "a.json",
        '{"id": "C-1", "people": {',
        "1:",
        ("not JSON",),
        ("brackets",),
    ),
    Bad("not JSON: YAML", "a.json", "id: C-1\n", "1:", ("not JSON",)),
    Bad(
        "a key twice",
        "a.yaml",
        "id: C-1\nstate: DRAFT\nid: C-2\n",
        "3:1",
        ("`id`", "second time"),
        ("line 1",),
    ),
    Bad(
        "a key twice further in",
        "a.yaml",
        "id: C-1\npeople: {owner: a, owner: b}\n",
        "2:20",
        ("`owner`", "second time"),
        ("keep one",),
    ),
    Bad(
        "a key twice in JSON",
        "a.json",
        '{"id": "C-1",\n "id": "C-2"}',
        "2:2",
        ("`id`", "second time"),
        ("keep one",),
    ),
    Bad(
        "an anchor",
        "a.yaml",
        "id: C-1\nassets: &x [a]\nthird_parties: *x\n",
        "2:9",
        ("anchors",),
        ("write the value out",),
    ),
    Bad(
        "a misspelt field",
        "a.yaml",
        "id: C-1\nenvironmets: [PRODUCTION]\n",
        "2:1",
        ("unknown field `environmets`",),
        ("did you mean `environments`?",),
    ),
    Bad(
        "a misspelt field further in",
        "a.yaml",
        "id: C-1\npeople:\n  requestor: ann\n",
        "3:3",
        ("unknown field `requestor`", "people.requestor"),
        ("did you mean `requester`?",),
    ),
    Bad(
        "a misspelt field in JSON",
        "a.json",
        '{"id": "C-1",\n "rollbck": {}}',
        "2:2",
        ("unknown field `rollbck`",),
        ("did you mean `rollback`?",),
    ),
    Bad(
        "a misspelt value",
        "a.yaml",
        "id: C-1\nstate: SCHEDULD\n",
        "2:8",
        ("`SCHEDULD`", "ChangeState"),
        ("did you mean `SCHEDULED`?",),
    ),
    Bad(
        "a misspelt value in a list",
        "a.yaml",
        "id: C-1\nkinds: [OS_UPDATE, OS_UPDAET]\n",
        "2:20",
        ("`OS_UPDAET`", "kinds[1]"),
        ("did you mean `OS_UPDATE`?",),
    ),
    Bad(
        "a value that is like none",
        "a.yaml",
        "id: C-1\nstate: 4711\n",
        "2:8",
        ("`4711`",),
        ("`DRAFT`", "`CLOSED`"),
    ),
    Bad("a number for a state", "a.yaml", "id: C-1\nstate: 5\n", "2:8", ("`5`",), ("`DRAFT`",)),
    Bad(
        "a state in small letters",
        "a.yaml",
        "id: C-1\nstate: scheduled\n",
        "2:8",
        ("`scheduled`",),
        ("did you mean `SCHEDULED`?",),
    ),
    Bad(
        "a date that is none",
        "a.yaml",
        "id: C-1\ncreated_at: 2025-02-30\n",
        "2:13",
        ("instant", "`2025-02-30`", "created_at"),
        ("2026-01-31T09:30:00Z",),
    ),
    Bad(
        "a date in words",
        "a.yaml",
        "id: C-1\ncreated_at: tomorrow\n",
        "2:13",
        ("instant", "`tomorrow`"),
        ("2026-01-31T09:30:00Z",),
    ),
    Bad(
        "an instant without zone",
        "a.yaml",
        "id: C-1\ncreated_at: 2025-02-03T10:00:00\n",
        "2:13",
        ("instant",),
        ("2026-01-31T09:30:00Z",),
    ),
    Bad(
        "an hour that is none",
        "a.yaml",
        "id: C-1\ncreated_at: 2025-02-03T24:01:00Z\n",
        "2:13",
        ("instant",),
        ("2026-01-31T09:30:00Z",),
    ),
    Bad(
        "a duration that is none",
        "a.yaml",
        "id: C-1\nrollback: {duration: 5 parsecs}\n",
        "2:22",
        ("duration", "`5 parsecs`"),
        ("`14d`",),
    ),
    Bad(
        "a scalar for a list",
        "a.yaml",
        "id: C-1\nkinds: OS_UPDATE\n",
        "2:8",
        ("expected a list",),
        ("[OS_UPDATE]",),
    ),
    Bad(
        "a scalar for a map",
        "a.yaml",
        "id: C-1\nimpact: LOW\n",
        "2:9",
        ("expected a map", "ImpactAssessment", "`LOW`"),
    ),
    Bad(
        "a word for a truth value",
        "a.yaml",
        "id: C-1\nrollback: {irreversible: maybe}\n",
        "2:26",
        ("`true` or `false`", "`maybe`"),
    ),
    Bad(
        "yes for a truth value",
        "a.yaml",
        "id: C-1\nrollback: {irreversible: yes}\n",
        "2:26",
        ("`true` or `false`", "`yes`"),
    ),
    Bad(
        "no bytes of a message",
        "a.binpb",
        b"\xff" * 20,
        "",
        ("no serialized", "ChangeRequest"),
        ("whole",),
    ),
    Bad(
        "a message that is cut off",
        "a.binpb",
        records.as_binary("C-1")[:6],
        "",
        ("no serialized",),
        ("whole",),
    ),
    Bad(
        "a misspelt field in textproto", "a.textproto", 'id: "C-1"\nstatee: 3\n', "2:", ("statee",)
    ),
    Bad(
        "a misspelt value in textproto",
        "a.textproto",
        'id: "C-1"\nstate: DRAFT\n',
        "2:",
        ("DRAFT", "state"),
    ),
    Bad("a string that is not closed in textproto", "a.textproto", 'id: "C-1\n', "1:", ("error",)),
)

WITHOUT_ID = (
    ("a.yaml", b"title: nameless\nstate: DRAFT\n", "change"),
    ("a.yaml", b"id:\nstate: DRAFT\n", "change"),
    ("a.yaml", b'id: ""\nstate: DRAFT\n', "change"),
    ("a.yaml", b'id: "  "\nstate: DRAFT\n', "change"),
    ("a.json", b"{}", "change"),
    ("a.json", b'{"state": "DRAFT"}', "change"),
    ("a.jsonl", b'{"state": "DRAFT"}\n', "change"),
    ("a.binpb", b"", "change"),
    ("a.binpb", records.varint_field(4, 5), "change"),
    ("a.textproto", b"state: CHANGE_STATE_DRAFT\n", "change"),
    ("a.yaml", b"version: 1.0.0\nchanges: []\n", "release"),
    ("a.yaml", b"release: {state: VALIDATED}\n", "release"),
)


class TextTest(CommandTest):
    def check(self, *arguments: str) -> Result:
        return self.run_here("check", *arguments, *SAAS_OPTIONS)

    def test_what_cannot_be_read_is_refused_with_its_place(self) -> None:
        for bad in TEXTS:
            with self.subTest(bad.title):
                self.write(bad.name, bad.content)
                place = f"{bad.name}:{bad.place}" if bad.place else bad.name
                self.assert_refused(self.check(bad.name), *bad.says, place=place)

    def test_every_complaint_has_a_remedy(self) -> None:
        for bad in TEXTS:
            with self.subTest(bad.title):
                self.write(bad.name, bad.content)
                self.assert_helps(self.check(bad.name), *bad.remedy)

    def test_the_line_is_shown_with_a_mark_below_the_place(self) -> None:
        self.write("a.yaml", "id: C-1\nstate: SCHEDULD\n")
        lines = self.check("a.yaml").err.splitlines()
        self.assertEqual("a.yaml:2:8: error: `SCHEDULD` is no ChangeState (at state)", lines[0])
        self.assertEqual(" 2 | state: SCHEDULD", lines[1])
        self.assertEqual("   |        ^^^^^^^^", lines[2])
        self.assertEqual("  help: did you mean `SCHEDULED`?", lines[3])

    def test_every_mistake_is_named_in_one_go(self) -> None:
        self.write(
            "a.yaml", "id: C-1\nstat: DRAFT\nkinds: [OS]\ncreated_at: never\npeople: {ownr: a}\n"
        )
        result = self.check("a.yaml")
        places = ("a.yaml:2:1", "a.yaml:3:9", "a.yaml:4:13", "a.yaml:5:10")
        self.assert_refused(result, *places)
        self.assertEqual(len(places), result.err.count(" error: "), str(result))

    def test_a_record_without_id(self) -> None:
        for name, content, kind in WITHOUT_ID:
            with self.subTest(name=name, content=content):
                self.write(name, content)
                result = self.check(name)
                self.assert_refused(result, "id", f"the {kind} has none", "unique id", place=name)

    def test_complaints_go_to_standard_error_only(self) -> None:
        self.write("a.yaml", "id: [")
        result = self.check("a.yaml")
        self.assertIn("a.yaml", result.err)
        self.assertNotIn("error", result.out)
        self.assertEqual("", self.check("a.yaml", "--format", "json").out)
        self.assertEqual("", self.check("a.yaml", "--format", "binary").out)

    def test_approvers_and_explain_refuse_too(self) -> None:
        self.write("a.yaml", "id: C-1\nenvironmets: [PRODUCTION]\n")
        self.write("b.yaml", "state: DRAFT\n")
        for command in ("approvers", "explain"):
            with self.subTest(command):
                typo = self.run_here(command, "a.yaml", *SAAS_OPTIONS)
                self.assert_refused(typo, "`environmets`", place="a.yaml:2:1: ")
                self.assert_helps(typo, "did you mean `environments`?")
                nameless = self.run_here(command, "b.yaml", *SAAS_OPTIONS)
                self.assert_refused(nameless, "unique id", place="b.yaml")


class JsonLinesTest(CommandTest):
    CONTENT = '{"id": "C-1", "state": "DRAFT"}\n\n{"id": "C-2", "state": "DRAFTT"}\n{"id": "C-3",\n'

    def test_a_bad_line_is_named_by_its_number_in_the_file(self) -> None:
        self.write("a.jsonl", self.CONTENT)
        result = self.run_here("check", "a.jsonl", *SAAS_OPTIONS)
        self.assert_code(BAD_INPUT, result)
        self.assertIn("DENIED   C-1", result.out)
        # file:line:column, as for every other file, and the line itself.
        self.assertIn("a.jsonl:3:24: error: `DRAFTT` is no ChangeState", result.err, str(result))
        self.assertIn(' 3 | {"id": "C-2"', result.err, str(result))
        self.assertIn("a.jsonl:4:", result.err)

    def test_an_empty_one_is_named(self) -> None:
        self.write("a.jsonl", "\n\n")
        result = self.run_here("check", "a.jsonl", *SAAS_OPTIONS)
        self.assert_refused(result, "no records", "a.jsonl")


class FileTest(CommandTest):
    def test_a_file_that_is_not_there(self) -> None:
        for name in ("missing.yaml", "no/such/folder/change.json", "missing"):
            with self.subTest(name):
                result = self.run_here("check", name, *SAAS_OPTIONS)
                self.assert_refused(result, f"{name}: no such file")

    def test_a_folder_without_records(self) -> None:
        (self.folder / "empty").mkdir()
        self.write("other/readme.md", "# nothing\n")
        for name in ("empty", "other"):
            with self.subTest(name):
                result = self.run_here("check", name, *SAAS_OPTIONS)
                self.assert_refused(result, "no records")
                self.assert_helps(result)
                self.assertIn(name, result.err, f"which folder? {result}")

    def test_a_file_that_may_not_be_read(self) -> None:
        if os.geteuid() == 0:
            self.skipTest("root may read every file")
        self.write("secret.yaml", "id: C-1\n").chmod(0)
        self.assert_refused(
            self.run_here("check", "secret.yaml", *SAAS_OPTIONS), "secret.yaml: cannot be read"
        )

    def test_a_folder_that_may_not_be_read(self) -> None:
        if os.geteuid() == 0:
            self.skipTest("root may read every folder")
        self.write("records/a/change.yaml", "id: C-1\n")
        (self.folder / "records" / "a").chmod(0)
        self.addCleanup((self.folder / "records" / "a").chmod, 0o700)
        self.assert_refused(self.run_here("check", "records", *SAAS_OPTIONS), "records")

    def test_a_link_that_leads_nowhere_is_not_passed_over(self) -> None:
        good = (SAAS / "standard-patch.yaml").read_text(encoding="utf-8")
        self.write("records/good.yaml", good)
        (self.folder / "records" / "lost.yaml").symlink_to("nowhere.yaml")
        result = self.run_here("check", "records", *SAAS_OPTIONS)
        self.assert_code(BAD_INPUT, result)
        self.assertIn("lost.yaml", result.err)

    def test_links_in_a_circle_end(self) -> None:
        self.write("records/good.yaml", (SAAS / "standard-patch.yaml").read_text(encoding="utf-8"))
        (self.folder / "records" / "self").symlink_to(".")
        result = self.run_here("check", "records", *SAAS_OPTIONS)
        self.assert_code(ALLOWED, result)
        self.assertIn("ALLOWED  change CHG-1057", result.out)


class NewerSchemaTest(CommandTest):
    # Field 19999 as varint, as text, and inside `people`.
    UNKNOWN = (
        (records.varint_field(19999, 1), "#19999"),
        (records.bytes_field(19999, b"later"), "#19999"),
        (records.bytes_field(15, records.varint_field(777, 1)), "people.#777"),
    )

    def test_what_a_newer_schema_adds_is_never_passed_over(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        options = ("--policy", policy, "--now", records.NOW)
        self.write("a.binpb", records.as_binary("C-1"))
        self.assert_code(ALLOWED, self.run_here("check", "a.binpb", *options))
        for extra, field in self.UNKNOWN:
            with self.subTest(field=field, extra=extra):
                self.write("a.binpb", records.as_binary("C-1") + extra)
                result = self.run_here("check", "a.binpb", *options)
                self.assert_code(UNDECIDED, result)
                self.assertEqual("ERROR  change C-1: deploy", result.lines[1], str(result))
                self.assert_says(result.out, "newer version", field, result=result)
                decision = self.run_here("check", "a.binpb", *options, "--format", "json").json()
                self.assertEqual("VERDICT_ERROR", decision["verdict"])
                self.assert_code(UNDECIDED, self.run_here("explain", "a.binpb", *options))
                approvers = self.run_here("approvers", "a.binpb", *options)
                self.assertNotEqual(ALLOWED, approvers.code, str(approvers))

    def test_a_state_of_a_newer_schema(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        content = records.as_binary("C-1") + records.varint_field(4, 99)
        self.write("a.binpb", content)
        result = self.run_here("check", "a.binpb", "--policy", policy, "--now", records.NOW)
        self.assertIn(result.code, (UNDECIDED, BAD_INPUT), str(result))
        self.assertNotIn("ALLOWED", result.out)


class MixedFolderTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        for name in ("standard-patch", "major-release", "organization"):
            text = (SAAS / f"{name}.yaml").read_text(encoding="utf-8")
            self.write(f"records/{name}.yaml", text)

    def test_one_bad_record_among_good_ones(self) -> None:
        (self.folder / "records" / "organization.yaml").unlink()
        self.write("records/a-bad.yaml", "id: CHG-9\nstate: SCHEDULD\n")
        result = self.run_here("check", "records", *SAAS_OPTIONS)
        self.assert_code(BAD_INPUT, result)
        self.assert_says(
            result.err,
            "records/a-bad.yaml:2:8: error: `SCHEDULD`",
            "did you mean `SCHEDULED`?",
            result=result,
        )
        rows = [line.split() for line in result.lines[1:]]
        self.assertIn(["INVALID", "records/a-bad.yaml"], rows, str(result))
        self.assertIn(["ALLOWED", "CHG-1057"], rows, str(result))
        self.assertIn(["DENIED", "REL-2.0.0", "release-officers", "UNSATISFIED"], rows, str(result))
        self.assertEqual(
            [["ALLOWED", "1"], ["DENIED", "1"], ["INVALID", "1"]], rows[-3:], str(result)
        )

    def test_an_organization_in_the_folder_is_named_as_such(self) -> None:
        result = self.run_here("check", "records", *SAAS_OPTIONS)
        self.assert_code(BAD_INPUT, result)
        self.assertIn("records/organization.yaml", result.err)
        self.assertIn("CHG-1057", result.out)
        self.assertIn("REL-2.0.0", result.out)
        # It is no change with strange fields, and the remedy is not a list of 36 others.
        self.assertIn("--organization", result.err, str(result))

    def test_a_policy_in_the_folder_is_named_as_such(self) -> None:
        (self.folder / "records" / "organization.yaml").unlink()
        self.write("records/policy.yaml", records.POLICY)
        result = self.run_here("check", "records", *SAAS_OPTIONS)
        self.assert_code(BAD_INPUT, result)
        self.assertIn("records/policy.yaml", result.err)
        self.assertIn("--policy", result.err, str(result))

    def test_a_change_read_as_a_release_is_refused(self) -> None:
        result = self.run_here(
            "check", "records/standard-patch.yaml", *SAAS_OPTIONS, "--kind", "release"
        )
        self.assert_refused(result, "ReleaseState", place="records/standard-patch.yaml:5:8")


class ApprovalByNobodyTest(CommandTest):
    def test_an_instant_that_json_cannot_write_is_no_empty_answer(self) -> None:
        self.write(
            "far.textproto",
            'id: "C-1" state: CHANGE_STATE_SCHEDULED '
            "schedule { start { seconds: 300000000000 } end { seconds: 300000003600 } "
            "rollback_reserve { seconds: 0 } }",
        )
        result = self.run_here("check", "far.textproto", *SAAS_OPTIONS, "--format", "json")
        self.assert_code(BAD_INPUT, result)
        self.assertEqual("", result.out)
        self.assertIn("cannot be written as JSON", result.err)
        self.assert_code(DENIED, self.run_here("check", "far.textproto", *SAAS_OPTIONS))

    def test_an_approval_by_somebody_unknown_does_not_count(self) -> None:
        text = (SAAS / "major-release.yaml").read_text(encoding="utf-8")
        approval = (
            "approvals:\n  - {id: a9, by: nobody-knows-me, kind: APPROVED, revision: 1, "
            "happened_at: 2025-10-13T06:00:00Z, recorded_at: 2025-10-13T06:00:00Z}\n"
        )
        head, _, tail = text.rpartition("\napprovals:\n")
        self.write("release.yaml", f"{head}\n{approval}{tail}")
        result = self.run_here("check", "release.yaml", *SAAS_OPTIONS)
        self.assert_code(DENIED, result)
        self.assertIn("needs 1 of role dpo: nobody yet", result.out)
        named = self.run_here("approvers", "release.yaml", *SAAS_OPTIONS)
        self.assertRegex(named.out, "  nobody-knows-me  a9  the directory does not know")


if __name__ == "__main__":
    unittest.main()
