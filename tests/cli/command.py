"""Runs the command as a user does, and asserts what every answer of it must be.

CHANGEPOLICY_COMMAND is the path of the command, CHANGEPOLICY_PROJECT the project's top folder.
"""

import collections.abc
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from typing import Any

PROJECT = pathlib.Path(
    os.environ.get("CHANGEPOLICY_PROJECT", pathlib.Path(__file__).parents[2])
).resolve()
COMMAND = pathlib.Path(
    os.environ.get("CHANGEPOLICY_COMMAND", PROJECT / "build" / "changepolicy")
).resolve()

ALLOWED, DENIED, UNDECIDED, BAD_INPUT = 0, 1, 2, 3

SAAS = PROJECT / "examples" / "saas"
SAAS_NOW = "2025-10-14T14:40:00Z"
SAAS_OPTIONS = ("--organization", str(SAAS / "organization.yaml"), "--now", SAAS_NOW)

if not COMMAND.is_file():
    raise SystemExit(f"{COMMAND}: no such command; build it, or set CHANGEPOLICY_COMMAND")

# The sanitizers make the command several times slower.
TIMEOUT_SECONDS = 120


@dataclasses.dataclass(frozen=True)
class Result:
    """What one run of the command gave."""

    arguments: tuple[str, ...]
    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    def json(self) -> Any:
        return json.loads(self.out)

    def json_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def __str__(self) -> str:
        """The run as one would see it in a terminal, shortened; the message of assertions."""
        arguments = " ".join(argument[:200] for argument in self.arguments)
        out = self.raw.decode("utf-8", errors="replace")
        return (
            f"\n$ changepolicy {arguments}\n{out[:3000]}"
            f"\n-- standard error:\n{self.err[:3000]}\n-- exit code {self.code}"
        )


def run(
    *arguments: str | os.PathLike[str],
    stdin: bytes = b"",
    cwd: pathlib.Path | None = None,
    env: collections.abc.Mapping[str, str] | None = None,
) -> Result:
    """Runs the command; `env` is added to the environment."""
    texts = tuple(os.fspath(argument) for argument in arguments)
    done = subprocess.run(
        [str(COMMAND), *texts],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return Result(texts, done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


class CommandTest(unittest.TestCase):
    """A test with a folder of its own and the asserts that go with the command."""

    maxDiff = None

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def write(self, name: str, content: str | bytes) -> pathlib.Path:
        """Writes a file below the test's folder and returns its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def run_here(self, *arguments: str | os.PathLike[str], **options: Any) -> Result:
        """Runs in the test's folder, so that messages hold short names. Never a crash."""
        options.setdefault("cwd", self.folder)
        result = run(*arguments, **options)
        # A signal is negative, a failed sanitizer says so, an escaped exception aborts.
        self.assertIn(result.code, (ALLOWED, DENIED, UNDECIDED, BAD_INPUT), f"crash: {result}")
        self.assertNotIn("Sanitizer", result.err, str(result))
        return result

    def assert_code(self, code: int, result: Result) -> None:
        self.assertEqual(code, result.code, str(result))

    def assert_says(self, text: str, *words: str, result: Result) -> None:
        for word in words:
            self.assertIn(word, text, str(result))

    def assert_refused(self, result: Result, *words: str, place: str = "") -> None:
        """Bad input: exit code 3, no verdict, and a complaint with its place and the words."""
        self.assert_code(BAD_INPUT, result)
        for verdict in ("ALLOWED", "DENIED", "UNKNOWN"):
            self.assertNotIn(verdict, result.out, str(result))
        self.assertIn("error: ", result.err, str(result))
        self.assert_says(result.err, place, *words, result=result)

    def assert_helps(self, result: Result, *words: str) -> None:
        """The complaint says what to do about it."""
        self.assertIn("help: ", result.err, f"no remedy: {result}")
        remedies = "\n".join(
            line for line in result.err.splitlines() if line.lstrip().startswith("help: ")
        )
        self.assert_says(remedies, *words, result=result)
