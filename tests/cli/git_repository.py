"""A repository of git, and what `changepolicy import` makes of its log."""

import os
import subprocess
from typing import Any

from command import ALLOWED, CommandTest, Result

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
