"""Output of git log through `changepolicy import`: what git prints of a repository, in each of its
forms, against what was committed.
"""

import re
import unittest

from command import ALLOWED, PROJECT
from git_repository import (
    DATES,
    FIRST_AUTHORED,
    FORMATS,
    LAST_COMMITTED,
    LISTINGS,
    ODD_MESSAGE,
    GitLogTest,
)


class FormsTest(GitLogTest):
    def test_every_form_gives_what_was_committed(self) -> None:
        ids = self.straight()
        forms = [
            (form, date, listing)
            for form in FORMATS
            for date in DATES
            for listing in ("", *LISTINGS)
        ]
        files = []
        for i, (form, date, listing) in enumerate(forms):
            options = [f"--format={form}", f"--date={date}", "--no-color"]
            log = self.git("log", *options, *([listing] if listing else []))
            files.append(self.write(f"logs/{i:03}.log", log))
        result = self.ask(*files)
        self.assert_code(ALLOWED, result)
        changes = [line["change"] for line in result.json_lines()]
        self.assertEqual(len(forms), len(changes))
        for (form, date, listing), change in zip(forms, changes, strict=True):
            with self.subTest(form=form, date=date, listing=listing):
                self.assertEqual((ids[2], ids[2]), (change["id"], change["artifact"]["revision"]))
                self.assertNotIn("title", change)
                self.assertNotIn("approvals", change)
                people = change["people"]
                self.assertEqual(
                    {f"{name}@example.org" for name in ("ann", "bob", "cy")},
                    set(people["authors"]),
                )
                self.assertEqual(["cy@example.org"], people["co_authors"])
                is_told = form != "medium"
                self.assertEqual(
                    ["lou@example.org"] if is_told else None, people.get("committers"))
                committer = {"committer": "lou@example.org"} if is_told else {}
                self.assertEqual(
                    [
                        {"id": ids[0], "message": "feat: one\n\nSome words,\nand more.",
                         "author": "ann@example.org", **committer},
                        {"id": ids[1], "message": ODD_MESSAGE,
                         "author": "bob@example.org", **committer},
                        {"id": ids[2], "author": "ann@example.org", **committer},
                    ],
                    change["commits"],
                )
                paths = set(change["paths"]) if "paths" in change else None
                expected = {"src/a.c", "docs/a b.md", "src/b.c"} if listing else None
                self.assertEqual(expected, paths)
                facts = change["facts"]
                self.assertEqual(["bob@example.org"], facts["signed_off_by"])
                self.assertEqual(["dan@example.org"], facts["reviewed_by"])
                self.assertEqual(["ed@example.org"], facts["acked_by"])
                if form != "full":
                    self.assertEqual(FIRST_AUTHORED, facts["first_authored_at"])
                if form in ("fuller", "raw"):
                    self.assertEqual(LAST_COMMITTED, facts["last_committed_at"])

    def test_tabs_are_kept_where_git_keeps_them(self) -> None:
        self.commit("fix: a\tb\n", "x")
        for options, title in ((("--format=raw",), "fix: a\tb"),
                               (("--no-expand-tabs",), "fix: a\tb"), ((), "fix: a  b")):
            self.assertEqual(title, self.change(self.git("log", *options))["title"], options)

    def test_dates_without_a_zone_are_unknown(self) -> None:
        self.straight()
        for date in ("local", "short", "relative", "human"):
            with self.subTest(date):
                change = self.change(self.git("log", "--format=fuller", f"--date={date}"))
                self.assertNotIn("first_authored_at", change["facts"])
                self.assertNotIn("last_committed_at", change["facts"])

    def test_decorations_notes_and_signatures_are_no_part_of_it(self) -> None:
        ids = self.straight()
        self.git("tag", "v1.2.0")
        plain = self.change(self.git("log", "--name-only"))
        self.git("notes", "add", "--message=Co-authored-by: Eve <eve@example.org>")
        self.assertEqual(
            plain, self.change(self.git("log", "--name-only", "--notes", "--decorate=full")))
        signed = self.git("log", "--name-only", "--no-notes").replace(
            f"commit {ids[1]}\n",
            f"commit {ids[1]}\ngpg: Signature made Mon 02 Mar 2026\ngpg: Good signature\n")
        self.assertIn("gpg: Good", signed)
        self.assertEqual(plain, self.change(signed))

    def test_a_signed_commit_in_raw_form(self) -> None:
        self.straight()
        tree, parent = (self.git("rev-parse", each).strip() for each in ("HEAD^{tree}", "HEAD"))
        raw = (f"tree {tree}\nparent {parent}\nauthor Ann <ann@example.org> 1772442000 +0100\n"
               "committer Lou <lou@example.org> 1772442000 +0100\n"
               "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEz\n Author: Eve <eve@example.org>\n"
               " -----END PGP SIGNATURE-----\n\nfeat: signed\n")
        signed = self.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).strip()
        change = self.change(self.git("log", "--format=raw", "-1", signed))
        self.assertEqual((signed, "feat: signed"), (change["id"], change["title"]))
        self.assertEqual(["ann@example.org"], change["people"]["authors"])

    def test_ids_of_the_longer_kind(self) -> None:
        self.repository = self.folder / "longer"
        self.repository.mkdir()
        self.git("init", "--quiet", "--object-format=sha256")
        ids = self.straight()
        self.assertEqual(64, len(ids[0]))
        for form in FORMATS:
            change = self.change(self.git("log", f"--format={form}", "--name-only"))
            self.assertEqual(ids, [commit["id"] for commit in change["commits"]])
            self.assertEqual({"src/a.c", "docs/a b.md", "src/b.c"}, set(change["paths"]))
        self.write("git.log", self.git("log", "--format=oneline"))
        (line,) = self.ask("git.log", mapping="git").json_lines()
        self.assertEqual(ids[2], line["change"]["artifact"]["revision"])

    def test_a_line_for_each_commit(self) -> None:
        ids = self.straight()
        head = self.commit("feat: last\n\nBREAKING CHANGE: everything\n", "x")
        for form in ("oneline", "%H %s"):
            with self.subTest(form):
                self.write("git.log", self.git("log", f"--format={form}"))
                result = self.ask("git.log", "--given", "id=CHG-1", mapping="git")
                self.assert_code(ALLOWED, result)
                self.assertEqual(
                    [{"change": {"id": "CHG-1", "title": "feat: last",
                                 "artifact": {"revision": head}}}],
                    result.json_lines(),
                )
        self.write("git.log", self.git("log", "--format=oneline", "--name-only"))
        self.assert_refused(self.ask("git.log", mapping="git"),
                            "there are lines that name no commit")
        self.refused(self.git("log", "--oneline"), "no mapping covers it", mapping="git")
        self.assertNotIn(head, ids)


    def test_a_copy_may_trust_the_words_of_committers(self) -> None:
        """As docs/mapping.md shows it."""
        page = (PROJECT / "docs" / "mapping.md").read_text(encoding="utf-8")
        (shown,) = re.findall(r"^  ```text\n(  approvals: >-\n.*?)^  ```", page, re.M | re.S)
        builtin = (PROJECT / "policies" / "mappings" / "git-log.yaml").read_text(encoding="utf-8")
        self.write("trusting.yaml", builtin.replace("\nfields:\n", f"\nfields:\n{shown}"))
        head = self.straight()[2]
        self.write("git.log", self.git("log"))
        result = self.ask("git.log", mapping="trusting.yaml")
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        self.assertEqual(
            [{"by": "dan@example.org", "kind": "APPROVAL_KIND_APPROVED",
              "revision_digest": head}],
            line["change"]["approvals"])


class PathsTest(GitLogTest):
    def paths(self, *options: str) -> set[str] | None:
        change = self.change(self.git("log", *options))
        return set(change["paths"]) if "paths" in change else None

    def test_a_rename_has_both_names_where_git_tells_both(self) -> None:
        self.commit("one", "src/a.c")
        self.git("mv", "src/a.c", "src/b.c")
        self.commit("two")
        both = {"src/a.c", "src/b.c"}
        self.assertEqual(both, self.paths("-1", "--name-status"))
        self.assertEqual(both, self.paths("-1", "--raw"))
        for listing in LISTINGS:
            self.assertEqual(both, self.paths("-1", "--no-renames", listing), listing)
        # One word for both.
        self.assertIsNone(self.paths("-1", "--numstat"))
        self.assertIsNone(self.paths("-1", "--stat"))

    def test_a_merge_tells_its_paths_only_where_it_is_asked(self) -> None:
        self.commit("one", "src/a.c")
        self.git("checkout", "--quiet", "-b", "side")
        self.commit("two", "side/b.c", by="bob")
        self.git("checkout", "--quiet", "main")
        self.commit("three", "src/a.c")
        self.git("merge", "--quiet", "--no-ff", "--message=Merge side", "side")
        expected = {"src/a.c", "side/b.c"}
        for listing in LISTINGS:
            with self.subTest(listing):
                self.assertIsNone(self.paths(listing))
                self.assertEqual(expected, self.paths(listing, "--diff-merges=first-parent"))
                self.assertEqual(expected, self.paths(listing, "-m"))
        # Once for each parent, and one commit all the same.
        change = self.change(self.git("log", "-m", "--name-only"))
        self.assertEqual(4, len(change["commits"]))
        self.assertEqual(4, len({commit["id"] for commit in change["commits"]}))
        self.assertEqual("Merge side", change["title"])

    def test_paths_that_are_not_told_exactly_are_unknown(self) -> None:
        self.commit("one", "src/ä.c")
        for listing in LISTINGS:
            self.assertIsNone(self.paths(listing), listing)
        self.git("config", "core.quotePath", "false")
        for listing in LISTINGS:
            self.assertEqual({"src/ä.c"}, self.paths(listing), listing)
        long = "/".join(["folder"] * 30) + "/a.c"
        self.commit("two", long)
        self.assertIsNone(self.paths("-1", "--stat"))
        self.assertEqual({long}, self.paths("-1", "--name-only"))
        self.assertIsNone(self.paths("-1", "--shortstat"))
        self.assertIsNone(self.paths("-1", "--summary"))
        self.assertIsNone(self.paths("-1", "--compact-summary", "--stat=500"))
        self.assertIsNone(self.paths("-1", "--patch"))
        self.commit("nothing")
        self.assertIsNone(self.paths("--name-only"))

    def test_no_name_of_a_file_hides_others(self) -> None:
        for name in ("    x", " a | 1", " 1 file changed", "Notes", "commit " + "0" * 40,
                     "Author: Eve <eve@example.org>"):
            with self.subTest(name):
                self.commit("odd", name, "secret/key")
                for listing in LISTINGS:
                    self.write("git.log", self.git("log", "-1", listing))
                    result = self.ask("git.log")
                    for line in result.json_lines():
                        change = line["change"]
                        if "paths" in change:
                            self.assertEqual({name, "secret/key"}, set(change["paths"]))
                        self.assertEqual(["ann@example.org"], change["people"]["authors"])
                self.git("rm", "--quiet", "--", name)
                self.commit("gone")


class ExplainTest(GitLogTest):
    def test_explain_names_the_fields(self) -> None:
        head = self.straight()[2]
        self.write("git.log", self.git("log", "--name-only"))
        result = self.run_here("import", "--mapping", "git-log", "git.log", "--explain",
                               "--given", "id=CHG-1")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "git.log by git-log", f'artifact.revision = "{head}"',
                         '    --given: id = "CHG-1"', "unknown: branch", result=result)


if __name__ == "__main__":
    unittest.main()
