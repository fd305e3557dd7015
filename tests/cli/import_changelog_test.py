"""Change logs in the form of Keep a Changelog through `changepolicy import`, as release notes."""

import os
import unittest
from typing import Any

from command import ALLOWED, PROJECT, CommandTest, Result

LOG = """# Changelog

The form is that of Keep a Changelog.

## [Unreleased]

### Added

- Something new.

## [1.4.0] - 2026-03-04

### Added

- Search looks in titles too.

## [1.3.1] - 2026-02-10 [YANKED]

### Fixed

- An empty word finds nothing.

## [1.3.0] - 2026-02-02

### Added

- Search.

[Unreleased]: https://example.org/compare/v1.4.0...HEAD
[1.4.0]: https://example.org/compare/v1.3.1...v1.4.0
"""


class ChangelogTest(CommandTest):
    def ask(self, *arguments: str | os.PathLike[str]) -> Result:
        return self.run_here("import", "--mapping", "keep-a-changelog", "--format", "jsonl",
                             *arguments)

    def release(self, text: str | bytes, *given: str) -> dict[str, Any]:
        self.write("CHANGELOG.md", text)
        result = self.ask("CHANGELOG.md", *(w for each in given for w in ("--given", each)))
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        release: dict[str, Any] = line["release"]
        return release

    def versions(self, text: str, *given: str) -> tuple[str | None, str | None]:
        release = self.release(text, *given)
        return release.get("version"), release.get("previous_version")

    def test_the_newest_release(self) -> None:
        self.assertEqual(
            {"id": "1.4.0", "version": "1.4.0", "previous_version": "1.3.1",
             "notes": {"changelog": LOG},
             "facts": {"release_date": "2026-03-04", "yanked": False}},
            self.release(LOG))

    def test_the_release_that_is_given(self) -> None:
        release = self.release(LOG, "version=v1.3.1", "id=REL-7", "url=https://example.org/notes")
        self.assertEqual(
            ("REL-7", "1.3.1", "1.3.0", "https://example.org/notes",
             {"release_date": "2026-02-10", "yanked": True}),
            (release["id"], release["version"], release["previous_version"],
             release["notes"]["url"], release["facts"]))
        self.assertEqual(("1.3.0", None), self.versions(LOG, "version=1.3.0"))
        # One that the log does not have yet.
        release = self.release(LOG, "version=1.5.0")
        self.assertEqual(("1.5.0", None), (release["version"], release.get("previous_version")))
        self.assertNotIn("facts", release)

    def test_forms_of_headings(self) -> None:
        for heading in ("## [2.0.0]", "## 2.0.0 - 2026-03-05", "## v2.0.0", "## [v2.0.0] - x",
                        "## [2.0.0](https://example.org/2) (2026-03-05)", "##  2.0.0"):
            with self.subTest(heading):
                text = LOG.replace("## [1.4.0]", f"{heading}\n\n- x\n\n## [1.4.0]")
                self.assertEqual(("2.0.0", "1.4.0"), self.versions(text))
        for heading in ("## Notes", "## Version 2.0.0", "### 2.0.0", "# 2.0.0", "##2.0.0",
                        "<!--\n## 2.0.0\n-->", "```\n## 2.0.0\n```", "## 2.0.0x"):
            with self.subTest(heading):
                text = LOG.replace("## [1.4.0]", f"{heading}\n\n- x\n\n## [1.4.0]")
                self.assertEqual(("1.4.0", "1.3.1"), self.versions(text))
        self.assertEqual(("2.0.0-rc.1", "1.4.0"), self.versions(
            LOG.replace("## [1.4.0]", "## [2.0.0-rc.1]\n\n## [1.4.0]")))

    def test_nothing_is_released_yet(self) -> None:
        text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- x\n"
        release = self.release(text)
        self.assertRegex(release["id"], "^changelog-[0-9a-f]{16}$")
        self.assertEqual((None, None), self.versions(text))
        self.assertEqual(text, release["notes"]["changelog"])
        self.assertNotIn("facts", release)

    def test_the_oldest_first_is_another_order(self) -> None:
        text = "## 1.0.0\n\n- x\n\n## 1.1.0\n\n- y\n\n## 1.10.0\n\n- z\n"
        self.assertEqual((None, None), self.versions(text))
        self.assertEqual(("1.1.0", None), self.versions(text, "version=1.1.0"))
        self.assertEqual(("1.10.0", "1.9.0"), self.versions("## 1.10.0\n\n## 1.9.0\n"))

    def test_a_date_does_not_publish_the_notes(self) -> None:
        self.assertNotIn("published_at", self.release(LOG)["notes"])

    def test_the_engine_reads_what_was_imported(self) -> None:
        """The notes of the version reach a policy, and a yanked version is told."""
        self.write("policy.yaml", """\
policy: {id: notes, title: Notes, version: "1"}
clauses:
  C-1: {title: Notes say what is new, controls: [soc2/CC8.1]}
risk:
  levels:
    - {level: LOW, from: 0}
categories:
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
approvals:
  - {id: free, title: Nobody has to approve, needs: {none: true}, clause: C-1}
gates:
  - id: told
    title: The notes say what is new
    at: [APPROVE]
    must: size(release.notes.features) == 1 && !changelog.yanked()
    message: "{{release.id}} says nothing"
    remedy: Write notes.
    clause: C-1
""")
        for version, expected in (("1.4.0", "SATISFIED"), ("1.3.1", "UNSATISFIED")):
            self.write("CHANGELOG.md", LOG)
            out = self.folder / f"release-{version}.yaml"
            self.assert_code(ALLOWED, self.run_here(
                "import", "--mapping", "keep-a-changelog", "CHANGELOG.md", "--given",
                f"version={version}", "--into", out))
            result = self.run_here("check", out, "--policy", "policy.yaml", "--transition",
                                   "APPROVE", "--now", "2026-03-05T10:00:00Z", "--format", "jsonl")
            statuses = {each["rule"]: each["status"] for line in result.json_lines()
                        for each in line["outcomes"]}
            self.assertEqual(f"STATUS_{expected}", statuses["told"], str(result))

    def test_our_own(self) -> None:
        result = self.ask(PROJECT / "CHANGELOG.md")
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        self.assertIn("## [Unreleased]", line["release"]["notes"]["changelog"])

    def test_what_is_no_change_log_is_refused(self) -> None:
        for text, words in (("", "empty"), ("# Changelog\n\nWords.\n", "no mapping covers it"),
                            (b"\xff\xfe", "CHANGELOG.md")):
            with self.subTest(text):
                self.write("CHANGELOG.md", text)
                self.assert_refused(self.ask("CHANGELOG.md"), words)

    def test_windows_line_ends_a_mark_of_byte_order_and_a_cut(self) -> None:
        expected = self.release(LOG)
        self.assertEqual(expected, self.release(LOG.replace("\n", "\r\n")))
        self.assertEqual(expected, self.release(b"\xef\xbb\xbf" + LOG.encode()))
        # What is left has the same newest version, or none.
        for end in range(LOG.index("## [1.4.0] -"), len(LOG), 11):
            self.assertIn(self.release(LOG[:end]).get("version"), (None, "1.4.0"))

    def test_comments_and_code(self) -> None:
        for hidden in ("<!-- ## 9.0.0\n## 9.0.0\n-->", "```\n## 9.0.0\n```",
                       "```markdown\n## 9.0.0\n```\n\n```\n## 9.1.0\n```"):
            text = f"# C\n\n{hidden}\n\n## 1.1.0\n\n{hidden}\n\n## 1.0.0\n"
            self.assertEqual(("1.1.0", "1.0.0"), self.versions(text), hidden)
        # What is not closed hides the rest.
        for begun in ("<!--", "```"):
            self.assertEqual(("1.1.0", None), self.versions(f"## 1.1.0\n\n{begun}\n\n## 1.0.0\n"))

    def test_many_versions(self) -> None:
        text = "# Changelog\n\n" + "".join(
            f"## [1.{i}.0] - 2026-01-01\n\n### Added\n\n- Words of it.\n\n"
            for i in range(3000, 0, -1))
        self.assertEqual(("1.3000.0", "1.2999.0"), self.versions(text))

    def test_explain(self) -> None:
        self.write("CHANGELOG.md", LOG)
        result = self.run_here("import", "--mapping", "keep-a-changelog", "CHANGELOG.md",
                               "--explain")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "CHANGELOG.md by keep-a-changelog", 'version = "1.4.0"',
                         "unknown: notes.url", result=result)


if __name__ == "__main__":
    unittest.main()
