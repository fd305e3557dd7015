"""Logs of git that are cut, damaged, of another form, or long, through `changepolicy import`."""

import unittest

from git_repository import GitLogTest


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

    def test_many_commits(self) -> None:
        def commit(i: int) -> str:
            return (f"commit {i:040x}\nAuthor:     Ann <ann{i % 50}@example.org>\n"
                    "AuthorDate: 2026-03-02T10:00:00+01:00\nCommit:     Lou <lou@example.org>\n"
                    "CommitDate: 2026-03-02T10:00:00+01:00\n\n"
                    f"    feat: change number {i}\n    \n    Some words.\n\nsrc/{i % 1000}.c\n")

        # 50,000 take five times as long; sanitizers would take minutes.
        change = self.change("\n".join(commit(i) for i in range(10_000)))
        self.assertEqual(10_000, len(change["commits"]))
        self.assertEqual(50, len(change["people"]["authors"]))
        self.assertEqual(1000, len(change["paths"]))


if __name__ == "__main__":
    unittest.main()
