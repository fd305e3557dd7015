"""The commits of a release by git log, through `changepolicy import`."""

import json
import unittest
from typing import Any

from command import ALLOWED
from git_repository import GitLogTest


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


if __name__ == "__main__":
    unittest.main()
