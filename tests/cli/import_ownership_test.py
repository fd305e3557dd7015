"""CODEOWNERS as ownership: each form of a line, and what systems that read it would match."""

import json
import random
import time
import unittest

from command import ALLOWED, DENIED, PROJECT
from ownership import POLICY, OwnershipTest, git_ignores, github, gitlab

# By line: the patterns that it becomes.
LINES = {
    "* @a": ["**"],
    "*.js @a": ["**/*.js", "**/*.js/**"],
    "/build/logs/ @a": ["build/logs/**"],
    "docs/* @a": ["docs/*"],
    "docs/*.md @a": ["docs/*.md", "docs/*.md/**"],
    "apps/ @a": ["**/apps/**"],
    "Makefile @a": ["**/Makefile", "**/Makefile/**"],
    "/scripts @a": ["scripts"],
    "**/logs @a": ["**/logs", "**/logs/**"],
    "apps/github @a": ["apps/github"],
    "apps/github": ["apps/github"],
    "docs/** @a": ["docs/**"],
    "a/**/b @a": ["a/**/b", "a/**/b/**"],
    "a**b/c @a": ["a*b/c", "a*b/c/**"],
    "/* @a": ["*"],
    r"with\ blank/ @a": ["**/with blank/**"],
    r"/\#notes @a": ["#notes"],
    r"/app/\[id\].tsx @a": ["app/[id].tsx"],
    "/docs/ @a # who else": ["docs/**"],
    "/c#/ @a": ["c#/**"],
    "\t/tab\t\t@a\t@b": ["tab"],
}
SEGMENTS = ["a", "b", "ab", "*", "**", "a*", "*b", "docs"]
FOLDERS = ["a", "b", "ab", "docs", "aXb"]


def some_pattern(chance: random.Random) -> str:
    while True:
        pattern = (chance.choice(["", "/"])
                   + "/".join(chance.choice(SEGMENTS) for _ in range(chance.randint(1, 3)))
                   + chance.choice(["", "", "/"]))
        if not pattern.endswith("**/"):
            return pattern


def some_paths(chance: random.Random) -> list[str]:
    return sorted({"/".join(chance.choice(FOLDERS) for _ in range(chance.randint(1, 4)))
                   for _ in range(40)})


class CodeOwnersTest(OwnershipTest):
    def of(self, text: str | bytes, *options: str) -> list[dict]:
        self.write("CODEOWNERS", text)
        return self.entries("CODEOWNERS", options=options)

    def of_bad(self, text: str | bytes, *words: str, options: tuple[str, ...] = ()) -> None:
        self.write("CODEOWNERS", text)
        self.refuses(self.read("CODEOWNERS", options=options), "CODEOWNERS: ", *words)

    # --- lines ---

    def test_each_form_of_a_line(self) -> None:
        entries = self.of("\n".join(LINES) + "\n")
        for rank, (line, patterns) in enumerate(LINES.items(), start=1):
            with self.subTest(line=line):
                found = [entry for entry in entries if entry["rank"] == rank]
                self.assertEqual(patterns, [entry["pattern"] for entry in found])
                for entry in found:
                    self.assertEqual("@a" in line, "a" in entry.get("owners", []))

    def test_owners_are_people_teams_and_addresses(self) -> None:
        self.assertEqual(
            [{"pattern": "x", "owners": ["jo-1", "kim@acme.example"],
              "teams": ["acme/writers", "acme/docs/deep"], "rank": 3}],
            self.of("# who\n\n/x @jo-1 @acme/writers kim@acme.example @acme/docs/deep\n"))

    def test_what_cannot_be_said_is_refused_with_its_line(self) -> None:
        for line, word in {
            "!a.md @a": "`!a.md`", "a?c @a": "`a?c`", "[ab].md @a": "is no header",
            "x[ab].md @a": "`x[ab].md`", "/ @a": "`/`", "a//b @a": "`a//b`", "***/x @a": "`***/x`",
            "docs/**/ @a": "`docs/**/`", r"a\*b @a": r"`a\*b`", r"a\\b @a": r"`a\\b`",
            "a\\": "`a\\`", "../x @a": "`../x`", "./x @a": "`./x`",
            "x jo": "`jo`", "x @": "`@`", "x @@maintainer": "`@@maintainer`", "x @a/": "`@a/`",
            "x @a,@b": "`@a,@b`", "x a@b@c": "`a@b@c`", "x\u0001y @a": "control character",
        }.items():
            with self.subTest(line=line):
                self.of_bad(f"* @all\n{line}\n", "line 2: ", word)

    def test_many_bad_lines_are_counted(self) -> None:
        self.of_bad("x jo\n" * 12, "line 1: ", "line 5: ", "; and 7 more")

    def test_nobody_and_everybody(self) -> None:
        self.assertEqual([], self.of("# nobody yet\n\n"))
        self.write("CODEOWNERS", "")
        self.refuses(self.read("CODEOWNERS"), "it is empty")

    def test_line_ends_and_marks_of_byte_order_make_no_difference(self) -> None:
        plain = self.of("* @a\n/x @b\n")
        self.assertEqual(plain, self.of("* @a\r\n/x @b\r\n"))
        self.assertEqual(plain, self.of(b"\xef\xbb\xbf* @a\n/x @b"))

    def test_what_is_no_text_is_refused(self) -> None:
        for content in (b"* @a\n\xff\xfe @b\n", b"* @a\n\x00 @b\n"):
            self.write("CODEOWNERS", content)
            self.refuses(self.read("CODEOWNERS"), "CODEOWNERS")

    def test_two_files_are_not_mixed(self) -> None:
        self.write("r/CODEOWNERS", "* @a\n")
        self.write("r/docs/CODEOWNERS", "* @b\n")
        self.refuses(self.read("r"), "several files", "name that one")
        self.assertEqual(["a"], self.entries("r/CODEOWNERS")[0]["owners"])

    def test_ten_thousand_lines(self) -> None:
        lines = [f"/src/m{i}/*.c{i % 7} @acme/t{i % 300} @u{i % 500}" for i in range(10_000)]
        began = time.monotonic()
        entries = self.of("\n".join(lines))
        # A second or two; the sanitizers and their neighbours make it many times slower.
        self.assertLess(time.monotonic() - began, 100)
        self.assertEqual(20_000, len(entries))
        self.assertEqual(10_000, entries[-1]["rank"])

    # --- sections ---

    def test_sections(self) -> None:
        entries = self.of("* @all\n[Docs] @writer # by default\n/docs/\n/docs/api/ @api\n"
                          "^[Spelling]\n* @speller\n[docs][1]\n*.md @md\n")
        self.assertEqual(
            [("**", ["all"], "", 1), ("docs/**", ["writer"], "docs", 3),
             ("docs/api/**", ["api"], "docs", 4), ("**/*.md", ["md"], "docs", 8)],
            [(e["pattern"], e["owners"], e.get("section", ""), e["rank"]) for e in entries])

    def test_sections_that_cannot_be_said(self) -> None:
        for text, words in {
            "[Docs][2] @a\n/docs/\n": ("line 1: section `docs`", "number of approvals"),
            "[Docs][0] @a\n/docs/\n": ("line 1: section `docs`", "number of approvals"),
            "* @a\n[Docs\n/docs/ @b\n": ("line 2: `[Docs` is no header",),
            "^[Docs\n/docs/ @b\n": ("line 1: `^[Docs` is no header",),
            "[] @a\n": ("line 1: `[] @a` is no header",),
            "[A]]\n": ("line 1: `[A]]` is no header",),
            "[A]@b\n": ("line 1: `[A]@b` is no header",),
            "[A][x]\n": ("line 1: `[A][x]` is no header",),
            "[A] who\n": ("line 1: `who` is no @user",),
            "[A]\n/x @a\n^[a]\n/y @b\n": ("line 1: section `a` is optional elsewhere",),
        }.items():
            with self.subTest(text=text):
                self.of_bad(text, *words)

    def test_the_system_is_one_that_we_know(self) -> None:
        self.of_bad("* @a\n", "github or gitlab", options=("--given", "system=gitea"))

    def test_gitlab_names_files(self) -> None:
        entries = self.of("[A]\nMakefile @a\n/Makefile @a\n/docs/** @a\n*.md @a\nb/c @a\n")
        self.assertEqual(["**/Makefile", "\\Makefile", "docs/*", "**/*.md", "**/b/c"],
                         [entry["pattern"] for entry in entries])

    # --- beside references ---

    def one_owner_each(self, patterns: list[str]) -> list[dict]:
        return self.of("".join(f"{pattern} @u{i}\n" for i, pattern in enumerate(patterns)))

    def test_lines_match_what_git_matches(self) -> None:
        chance = random.Random(7)
        repository = self.folder / "repository"
        for _ in range(12):
            # A last `*` after a slash is where CODEOWNERS departs from git.
            patterns = [p for p in (some_pattern(chance) for _ in range(9)) if not p.endswith("/*")]
            paths = some_paths(chance)
            entries = self.one_owner_each(patterns)
            for rank, pattern in enumerate(patterns, start=1):
                found = git_ignores(repository, pattern, paths)
                own = [entry for entry in entries if entry["rank"] == rank]
                for path in paths:
                    self.assertEqual(path in found, self.owned(own, path) != {}, (pattern, path))

    def test_the_last_line_that_matches_is_asked(self) -> None:
        chance = random.Random(11)
        for system, matches in {"github": github, "gitlab": gitlab}.items():
            for _ in range(12):
                patterns = [some_pattern(chance) for _ in range(8)]
                paths = some_paths(chance)
                self.write("CODEOWNERS", "".join(f"{p} @u{i}\n" for i, p in enumerate(patterns)))
                entries = self.entries("CODEOWNERS", options=("--given", f"system={system}"))
                people = [{"id": f"u{i}"} for i in range(len(patterns))]
                asked = self.asked({"directory": {"people": people, "path_owners": entries}}, paths)
                for path in paths:
                    last = [f"u{i}" for i, p in enumerate(patterns) if matches(p, path)][-1:]
                    self.assertEqual(last, asked[path], (system, patterns, path))

    # --- the command ---

    def organization(self) -> None:
        self.write("organization.yaml", """\
directory:
  people: [{id: jo}, {id: kim}]
  path_owners: [{pattern: "**", owners: [stale]}, {pattern: old, owners: [jo], section: s}]
""")

    def test_into_replaces_all_path_owners_and_nothing_else(self) -> None:
        self.organization()
        self.write("CODEOWNERS", "* @jo\n\\#x @kim\n")
        for _ in range(2):
            result = self.run_here("import", "--mapping", "codeowners", "CODEOWNERS", "--into",
                                   "organization.yaml")
            self.assert_code(ALLOWED, result)
            self.assertEqual("wrote organization.yaml: 1 record\n", result.out)
            text = (self.folder / "organization.yaml").read_text()
            self.assertNotIn("stale", text)
            self.assertNotIn("old", text)
            self.assertEqual(1, text.count("{id: jo}"))
        self.write("CODEOWNERS", "# nobody\n")
        self.assert_code(ALLOWED, self.run_here(
            "import", "--mapping", "codeowners", "CODEOWNERS", "--into", "organization.yaml"))
        self.assertNotIn("path_owners", (self.folder / "organization.yaml").read_text())
        self.assertIn("kim", (self.folder / "organization.yaml").read_text())

    def test_into_writes_nothing_where_a_line_is_refused(self) -> None:
        self.organization()
        before = (self.folder / "organization.yaml").read_text()
        self.write("CODEOWNERS", "* @jo\n!x @kim\n")
        result = self.run_here("import", "--mapping", "codeowners", "CODEOWNERS", "--into",
                               "organization.yaml")
        self.refuses(result, "line 2")
        self.assertEqual(before, (self.folder / "organization.yaml").read_text())

    def test_into_takes_an_organization_alone(self) -> None:
        self.write("CODEOWNERS", "* @jo\n")
        self.write("change.yaml", "change: {id: C-1}\n")
        self.refuses(self.run_here("import", "--mapping", "codeowners", "CODEOWNERS", "--into",
                                   "change.yaml"), "change.yaml")
        self.assertEqual("change: {id: C-1}\n", (self.folder / "change.yaml").read_text())

    def test_each_format_is_read_by_check(self) -> None:
        self.write("CODEOWNERS", "* @jo\n/docs/ @acme/writers\n")
        self.write("policy.yaml", POLICY)
        self.write("people.yaml", "directory: {people: [{id: jo}, {id: kim}], teams: "
                                  "[{id: acme/writers, members: [jo]}]}\n")
        self.write("change.yaml", """\
change:
  id: C-1
  state: ASSESSED
  paths: [docs/a, b]
  people: {requester: kim, authors: [kim]}
  approvals: [{id: a, by: jo, kind: APPROVED, happened_at: 2026-03-01}]
""")
        answers = set()
        common = ("check", "change.yaml", "--policy", "policy.yaml", "--now", "2026-03-02",
                  "--format", "jsonl", "--organization", "people.yaml")
        for form in ("yaml", "json", "jsonl", "binary"):
            result = self.run_here("import", "--mapping", "codeowners", "CODEOWNERS",
                                   "--format", form)
            self.assert_code(ALLOWED, result)
            name = f"owners.{ {'binary': 'binpb', 'jsonl': 'json'}.get(form, form)}"
            (self.folder / name).write_bytes(result.raw)
            answers.add(self.run_here(*common, name).out)
        answers.add(self.run_here(*common, "--organization-mapping", "codeowners",
                                  "--organization-records", "CODEOWNERS").out)
        self.assertEqual(1, len(answers))
        self.assert_says(answers.pop(), '"VERDICT_ALLOWED"', "paths[b]", result=result)

    def test_mappings_of_two_kinds_are_imported_one_after_the_other(self) -> None:
        self.write("CODEOWNERS", "* @jo\n")
        self.refuses(self.run_here("import", "--mapping", "codeowners", "--mapping", "github",
                                   "CODEOWNERS"), "organization", "one after the other")

    def test_lint_list_and_explain(self) -> None:
        for name in ("codeowners", "owners"):
            self.assert_code(ALLOWED, self.run_here("policy", "lint", "--mapping", name))
            self.assertIn(f"\n{name}", self.run_here("import", "--list").out)
        self.write("CODEOWNERS", "* @jo\n")
        result = self.run_here("import", "--mapping", "codeowners", "CODEOWNERS", "--explain")
        self.assert_says(result.out, "directory.path_owners", '"owners": ["jo"]', result=result)

    def test_example(self) -> None:
        folder = PROJECT / "examples" / "import" / "ownership"
        common = ("check", folder / "change.yaml", "--policy", folder / "policy.yaml", "--now",
                  "2026-03-02", "--organization", folder / "organization.yaml",
                  "--organization-mapping", "codeowners", "--organization-records",
                  folder / "CODEOWNERS", "--format", "jsonl")
        answer = self.run_here(*common)
        self.assert_code(DENIED, answer)
        slots = {slot["path"]: [each["person"] for each in slot.get("assigned", [])]
                 for outcome in json.loads(answer.out)["outcomes"]
                 for slot in outcome.get("approval", {}).get("slots", [])}
        self.assertEqual({"paths[docs/dump.sql]": ["kim"], "paths[docs/guide.md]": [],
                          "paths[src/a.c]": ["lee"]}, slots)


if __name__ == "__main__":
    unittest.main()
