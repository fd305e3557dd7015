"""Output of git log through `changepolicy import`: what git prints of a repository, in each of its
forms, against what was committed.
"""

import json
import os
import re
import subprocess
import time
import unittest
from typing import Any

from command import ALLOWED, PROJECT, CommandTest, Result

FORMATS = ("medium", "full", "fuller", "raw")
LISTINGS = ("--name-only", "--name-status", "--numstat", "--stat", "--raw")
DATES = ("iso", "iso-strict", "rfc", "default", "unix", "raw")

AUTHORED = {"ann": "2026-03-02T10:00:00+0100", "bob": "2026-03-03T09:30:00-0500"}
FIRST_AUTHORED, LAST_COMMITTED = "2026-03-02T09:00:00Z", "2026-03-05T11:00:00Z"

# Text that looks like the log itself, which git indents.
ODD_MESSAGE = """fix: what looks like a log

commit 0123456789012345678901234567890123456789
Author: Eve <eve@example.org>

    commit abc

Notes:
    none

Co-Authored-By: Cy Example <cy@example.org>
Signed-off-by: Bob <bob@example.org>
Reviewed-by: Dan <dan@example.org>
Acked-by: Ed <ed@example.org>"""


class GitLogTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.repository = self.folder / "repository"
        self.repository.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, by: str = "ann", stdin: str = "") -> str:
        """Runs git with nothing of the machine's own settings."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.repository,
            input=stdin.encode(),
            capture_output=True,
            check=True,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": f"{by.title()} Ünal",
                "GIT_AUTHOR_EMAIL": f"{by}@example.org",
                "GIT_AUTHOR_DATE": AUTHORED.get(by, AUTHORED["ann"]),
                "GIT_COMMITTER_NAME": "Lou",
                "GIT_COMMITTER_EMAIL": "lou@example.org",
                "GIT_COMMITTER_DATE": "2026-03-05T12:00:00+0100",
            },
        )
        return done.stdout.decode()

    def commit(self, message: str, *paths: str, by: str = "ann") -> str:
        for path in paths:
            file = self.repository / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(file.read_text() + "more\n" if file.exists() else f"{path}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--allow-empty-message",
                 "--cleanup=verbatim", "--file=-", by=by, stdin=message)
        return self.git("rev-parse", "HEAD").strip()

    def straight(self) -> list[str]:
        """Three commits in a row, the oldest first."""
        return [
            self.commit("feat: one\n\nSome words,\nand more.\n", "src/a.c", "docs/a b.md"),
            self.commit(ODD_MESSAGE + "\n", "src/a.c", by="bob"),
            self.commit("", "src/b.c"),
        ]

    def ask(self, *arguments: str | os.PathLike[str], mapping: str = "git-log") -> Result:
        return self.run_here("import", "--mapping", mapping, "--format", "jsonl", *arguments)

    def change(self, text: str | bytes, *arguments: str) -> dict[str, Any]:
        self.write("git.log", text)
        result = self.ask("git.log", *arguments)
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        change: dict[str, Any] = line["change"]
        return change

    def refused(self, text: str | bytes, *words: str, mapping: str = "git-log") -> None:
        self.write("git.log", text)
        self.assert_refused(self.ask("git.log", mapping=mapping), *words)


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


class ReleaseTest(GitLogTest):
    def release(self, log: str, *arguments: str) -> dict[str, Any]:
        self.write("git.log", log)
        result = self.ask("git.log", *arguments, mapping="release-log")
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        release: dict[str, Any] = line["release"]
        return release

    def test_the_commits_between_two_tags(self) -> None:
        self.commit("feat: zero", "src/a.c")
        self.git("tag", "v1.1.0")
        ids = self.straight()
        self.git("tag", "v1.2.0-rc.1", ids[1])
        self.git("tag", "v1.2.0")
        self.git("tag", "latest")
        release = self.release(
            self.git("log", "--format=fuller", "--decorate", "v1.1.0..v1.2.0"),
            "--given", "previous_version=1.1.0")
        self.assertEqual(
            ("1.2.0", "1.2.0", "1.1.0", ids[2]),
            (release["id"], release["version"], release["previous_version"],
             release["artifact"]["revision"]))
        control = release["version_control"]
        self.assertEqual(ids, [commit["id"] for commit in control["commits"]])
        self.assertEqual(
            [{"name": "v1.2.0-rc.1", "kind": "TAG_KIND_CANDIDATE", "commit": ids[1]},
             {"name": "v1.2.0", "kind": "TAG_KIND_FINAL", "commit": ids[2]}],
            sorted(control["tags"], key=lambda tag: tag["kind"]))
        self.assertIn("cy@example.org", release["people"]["authors"])

    def test_a_version_is_given_or_told_by_one_tag(self) -> None:
        head = self.straight()[2]
        plain = self.release(self.git("log"))
        self.assertNotIn("version", plain)
        self.assertEqual(head, plain["id"])
        self.git("tag", "v1.2.0")
        self.git("tag", "v1.3.0")
        log = self.git("log", "--decorate")
        self.assertNotIn("version", self.release(log))
        given = self.release(log, "--given", "version=v1.3.0", "--given", "id=REL-1")
        self.assertEqual(("REL-1", "1.3.0"), (given["id"], given["version"]))
        self.assertEqual(["v1.3.0"], [tag["name"] for tag in given["version_control"]["tags"]])

    def test_a_change_log_beside_it(self) -> None:
        ids = self.straight()
        self.write("git.log", self.git("log"))
        self.write("CHANGELOG.md", "## [1.2.0]\n\n### Fixed\n\n- x\n\n## [1.1.0]\n")
        for mapping, file in (("release-log", "git.log"), ("keep-a-changelog", "CHANGELOG.md")):
            self.assert_code(ALLOWED, self.run_here(
                "import", "--mapping", mapping, file, "--given", "version=1.2.0", "--into",
                "release.json"))
        release = json.loads((self.folder / "release.json").read_text())["release"]
        self.assertEqual(("1.2.0", "1.2.0", "1.1.0"), (
            release["id"], release["version"], release["previous_version"]))
        self.assertEqual(ids, [c["id"] for c in release["version_control"]["commits"]])
        self.assertIn("- x", release["notes"]["changelog"])

    def test_lines_alone_are_no_release(self) -> None:
        self.straight()
        self.refused(self.git("log", "--format=oneline"), "no mapping covers it",
                     mapping="release-log")


class BrokenTest(GitLogTest):
    def test_what_is_cut_or_no_log_is_refused(self) -> None:
        self.straight()
        log = self.git("log", "--format=fuller", "--name-only")
        self.refused("", "empty")
        self.refused("hello\n", "no mapping covers it")
        self.refused(log[:-1], "it may have been cut")
        self.refused(log[: log.index("Author:")], "git.log")
        # Where the last line is whole, a commit is there without its author.
        last = log.rindex("\nAuthor:") + 1
        self.refused(log[:last], "a commit does not tell its author")
        abbreviated = self.git("log", "--abbrev-commit")
        self.refused(abbreviated, "no mapping covers it")

    def test_windows_line_ends_and_a_mark_of_byte_order(self) -> None:
        self.straight()
        log = self.git("log", "--format=fuller", "--name-only")
        expected = self.change(log)
        self.assertEqual(expected, self.change(log.replace("\n", "\r\n")))
        self.assertEqual(expected, self.change(b"\xef\xbb\xbf" + log.encode()))

    def test_no_cut_invents_a_fact(self) -> None:
        """Whatever is left, what it says of paths and people is of whole commits."""
        self.straight()
        log = self.git("log", "--format=fuller", "--name-only")
        whole = self.change(log)
        files = [self.write(f"cut/{end:04}.log", log[:end]) for end in range(1, len(log), 7)]
        result = self.ask(*files)
        found = 0
        for line in result.json_lines():
            found += 1
            change = line["change"]
            self.assertEqual(whole["id"], change["id"])
            self.assertLessEqual(set(change["people"]["authors"]),
                                 set(whole["people"]["authors"]))
            self.assertLessEqual(set(change.get("paths", ())), set(whole["paths"]))
        self.assertLess(found, len(files) // 2)

    def test_no_line_that_is_missing_or_twice_invents_a_fact(self) -> None:
        self.straight()
        for options in (("--name-only",), ("--format=raw", "--numstat"), ("--format=fuller",)):
            lines = self.git("log", *options).splitlines(keepends=True)
            whole = self.change("".join(lines))
            said = {line for c in whole["commits"] for line in c.get("message", "").split("\n")}
            files = []
            for i, line in enumerate(lines):
                for name, own in (("gone", ""), ("twice", 2 * line)):
                    text = "".join((*lines[:i], own, *lines[i + 1:]))
                    files.append(self.write(f"{name}/{i:03}.log", text))
            result = self.ask(*files)
            self.assertIn("error: ", result.err)
            changes = [line["change"] for line in result.json_lines()]
            self.assertGreater(len(changes), len(lines) // 2)
            for change in changes:
                self.assertLessEqual(set(change["people"].get("authors", ())),
                                     set(whole["people"]["authors"]), change)
                self.assertLessEqual(set(change.get("paths", ())), set(whole.get("paths", ())),
                                     change)
                for commit in change["commits"]:
                    self.assertIn(commit["id"], {c["id"] for c in whole["commits"]})
                    self.assertLessEqual(set(commit.get("message", "").split("\n")),
                                         said | {""})

    def test_fifty_thousand_commits(self) -> None:
        def commit(i: int) -> str:
            return (f"commit {i:040x}\nAuthor:     Ann <ann{i % 50}@example.org>\n"
                    "AuthorDate: 2026-03-02T10:00:00+01:00\nCommit:     Lou <lou@example.org>\n"
                    "CommitDate: 2026-03-02T10:00:00+01:00\n\n"
                    f"    feat: change number {i}\n    \n    Some words.\n\nsrc/{i % 1000}.c\n")

        began = time.monotonic()
        change = self.change("\n".join(commit(i) for i in range(50_000)))
        seconds = time.monotonic() - began
        self.assertEqual(50_000, len(change["commits"]))
        self.assertEqual(50, len(change["people"]["authors"]))
        self.assertEqual(1000, len(change["paths"]))
        print(f"50,000 commits in {seconds:.1f} s")


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
