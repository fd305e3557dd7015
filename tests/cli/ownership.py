"""Ownership by other means: small references for patterns, and what the command answers."""

import json
import pathlib
import re
import subprocess
from typing import Any

from command import BAD_INPUT, CommandTest, Result

POLICY = """\
policy: {id: owned, title: Owners approve, version: "1.0"}
clauses: {O-1: An owner of every path approves}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: O-1}]
approvals:
  - {id: owners, title: Owners, needs: {at_least: 1, of: {path_owners: true}}, clause: O-1}
"""


def ours(pattern: str, path: str) -> bool:
    """Whether a pattern of ours matches, as docs/approvals.md says it."""
    if "*" not in pattern and "\\" not in pattern:
        return path == pattern or path.startswith(pattern + "/")
    text = ""
    for piece in re.findall(r"(?:(?<=/)|^)\*\*/|\*\*|\*|\\.|.", pattern):
        text += {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}.get(
            piece, re.escape(piece[1:] if len(piece) == 2 else piece))
    return re.fullmatch(text, path) is not None


def segments_match(pattern: list[str], path: list[str]) -> bool:
    """Segment by segment; `**` is any number of them."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(segments_match(pattern[1:], path[i:]) for i in range(len(path) + 1))
    segment = "[^/]*".join(re.escape(part) for part in re.split(r"\*+", pattern[0]))
    return (bool(path) and re.fullmatch(segment, path[0]) is not None
            and segments_match(pattern[1:], path[1:]))


def github(pattern: str, path: str) -> bool:
    """A pattern names a file, or a folder with what is below; a last `*` after a slash a file."""
    parts = path.split("/")
    is_folder = pattern.endswith("/")
    segments = pattern.strip("/").split("/")
    is_anchored = pattern.startswith("/") or len(segments) > 1
    if segments[-1] == "**":
        return any(segments_match(segments[:-1], parts[:i]) for i in range(len(parts)))
    if not is_anchored:
        segments = ["**", *segments]
    ends = range(1, len(parts) + (0 if is_folder else 1))
    if segments[-1] == "*" and is_anchored and not is_folder:
        ends = range(len(parts), len(parts) + 1)
    return any(segments_match(segments, parts[:end]) for end in ends)


def gitlab(pattern: str, path: str) -> bool:
    """A pattern names files, from anywhere unless it begins with a slash; folders end in one."""
    if pattern == "*":
        return True
    segments = (pattern[1:] if pattern.startswith("/") else "**/" + pattern).split("/")
    if segments[-1] == "":
        segments[-1:] = ["**", "*"]
    if segments[-1] == "**":  # only `**/` is any number of folders
        segments[-1] = "*"
    return segments_match(segments, path.split("/"))


def git_ignores(folder: pathlib.Path, pattern: str, paths: list[str]) -> set[str]:
    """Which of the paths git's own matching finds under the pattern."""
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "-q", str(folder)], check=True, timeout=60)
    (folder / ".gitignore").write_text(pattern + "\n", encoding="utf-8")
    done = subprocess.run(
        ["git", "-c", "core.excludesFile=/dev/null", "-C", str(folder), "check-ignore",
         "--no-index", "--stdin", "-z"],
        input="".join(path + "\0" for path in paths).encode(), capture_output=True, timeout=60,
        check=False)
    return {path for path in done.stdout.decode().split("\0") if path}


class OwnershipTest(CommandTest):
    mapping = "codeowners"

    def read(self, *files: str, options: tuple[str, ...] = ()) -> Result:
        return self.run_here("import", "--mapping", self.mapping, *files, *options,
                             "--format", "json")

    def entries(self, *files: str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """The path owners that the files become."""
        result = self.read(*files, options=options)
        self.assert_code(0, result)
        self.assertEqual("", result.err, str(result))
        return json.loads(result.out).get("directory", {}).get("path_owners", [])

    def refuses(self, result: Result, *words: str) -> None:
        """Bad input: nothing is printed, and the complaint has the words."""
        self.assert_code(BAD_INPUT, result)
        self.assertEqual("", result.out, str(result))
        self.assert_says(result.err, *words, result=result)

    def owned(self, entries: list[dict[str, Any]], path: str) -> dict[str, set[str]]:
        """By section the owners of the matching entries of the highest rank."""
        sections: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            if ours(entry["pattern"], path):
                sections.setdefault(entry.get("section", ""), []).append(entry)
        answer: dict[str, set[str]] = {}
        for section, found in sections.items():
            highest = max(entry.get("rank", 0) for entry in found)
            answer[section] = {owner for entry in found if entry.get("rank", 0) == highest
                               for owner in entry.get("owners", []) + entry.get("teams", [])}
        return answer

    def asked(self, organization: dict[str, Any], paths: list[str]) -> dict[str, list[str]]:
        """Whom the command asks for each path by itself: one person per slot; none: nobody can."""
        self.write("asked.json", json.dumps(organization))
        self.write("policy.yaml", POLICY)
        self.write("changes.jsonl", "".join(
            json.dumps({"id": f"C-{i}", "paths": [path]}) + "\n" for i, path in enumerate(paths)))
        result = self.run_here("approvers", "changes.jsonl", "--kind", "change", "--policy",
                               "policy.yaml", "--organization", "asked.json", "--now",
                               "2026-03-02", "--format", "jsonl")
        answers = {}
        for line, path in zip(result.json_lines(), paths, strict=True):
            approval = line["outcomes"][0]["approval"]
            is_stuck = line["outcomes"][0]["status"] == "STATUS_UNSATISFIABLE"
            answers[path] = [] if is_stuck else sorted(
                each["person"] for each in approval.get("suggestions", []))
        return answers
