"""Releases by the command: what is in them, how they do after a deployment, what follows."""

import unittest

from command import ALLOWED, DENIED, PROJECT, SAAS, CommandTest, Result

RELEASE = (PROJECT / "tests" / "subjects" / "release.yaml").read_text(encoding="utf-8")
PUBLISH_AT = "2025-10-15T15:00:00Z"
HOTFIX = "issues_found: true, hotfix_reference: REL-2.0.1, performance: true"


class ReleaseTest(CommandTest):
    def ask(self, text: str, transition: str, code: int, *more: str) -> Result:
        file = self.write("release.yaml", text)
        result = self.run_here(
            "check", file, "--organization", SAAS / "organization.yaml", "--now", PUBLISH_AT,
            "--transition", transition, *more,
        )
        self.assert_code(code, result)
        return result

    def test_the_text_says_how_it_does_and_what_follows(self) -> None:
        cases = (
            ("", "", "PUBLISH", ALLOWED, "good, watched until 2025-10-15T14:35:00Z"),
            (
                "error-rate, conclusion: PASSED, environment: PRODUCTION, happened_at: 2025-10-14T14:36",
                "error-rate, conclusion: FAILED, environment: PRODUCTION, happened_at: 2025-10-14T14:36",
                "PUBLISH",
                DENIED,
                "bad, PRODUCTION error-rate failed, watched until 2025-10-15T14:35:00Z; next: roll back",
            ),
            (
                "monitoring: {performance: true",
                f"monitoring: {{{HOTFIX}",
                "PUBLISH",
                DENIED,
                "bad, an issue was found, watched until 2025-10-15T14:35:00Z; next: hotfix (REL-2.0.1)",
            ),
        )
        for old, new, transition, code, line in cases:
            with self.subTest(line=line):
                # The last occurrence is the release's own; those above it are its change's.
                result = self.ask(new.join(RELEASE.rsplit(old, 1)) if old else RELEASE,
                                  transition, code)
                self.assertIn(f"Health after deployment: {line}", result.lines)

    def test_a_hotfix_is_asked_for_its_reference(self) -> None:
        named = RELEASE.replace("monitoring: {performance: true", f"monitoring: {{{HOTFIX}")
        self.ask(named, "HOTFIX", ALLOWED)
        unnamed = named.replace(" hotfix_reference: REL-2.0.1,", "")
        result = self.ask(unnamed, "HOTFIX", DENIED)
        self.assertIn("hotfix-named", result.out)
        self.ask(unnamed, "ROLL_BACK", ALLOWED)

    def test_a_version_that_claims_less_is_reported(self) -> None:
        text = RELEASE.replace("\nversion: 2.0.0\n", "\nversion: 1.10.0\n").replace(
            "version_control:\n",
            "version_control:\n  commits: [{id: 9f3c2ab, message: 'feat!: two names'}]\n",
        )
        result = self.ask(text, "CUT_CANDIDATE", ALLOWED)
        self.assertIn(
            "  its version makes it MINOR, but what is in it calls for MAJOR: commit 9f3c2ab",
            result.lines,
        )
        decision = self.ask(text, "CUT_CANDIDATE", ALLOWED, "--format", "json").json()
        categorization = decision["categorization"]
        self.assertEqual("RELEASE_KIND_MAJOR", categorization["implied_release_kind"])
        self.assertEqual(["commit 9f3c2ab"], categorization["implied_by"])
        result = self.ask(
            text, "CUT_CANDIDATE", DENIED,
            "--overlay", str(PROJECT / "policies" / "overlays" / "strict-production.yaml"),
        )
        self.assertIn("version-claims-enough", result.out)

    def test_notes_come_from_a_change_log(self) -> None:
        log = (
            "  changelog: |\n    ## [2.0.0] - 2025-10-14 [YANKED]\n\n    ### Added\n\n    - Names\n"
        )
        result = self.ask(RELEASE.replace("notes:\n", "notes:\n" + log), "PUBLISH", DENIED)
        self.assertIn("not-yanked", result.out)
        self.assertIn("  the change log says that version 2.0.0 was taken back", result.lines)
        other = log.replace("2.0.0", "1.9.3")
        result = self.ask(RELEASE.replace("notes:\n", "notes:\n" + other), "PUBLISH", ALLOWED)
        self.assertIn("  the change log has no section of version 2.0.0", result.lines)


if __name__ == "__main__":
    unittest.main()
