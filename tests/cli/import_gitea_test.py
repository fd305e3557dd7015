"""The mappings of Gitea and Forgejo: reviews and their fate, statuses, and keys that vanished."""

import unittest
from typing import Any

import gitea_payloads as gitea
from command import BAD_INPUT
from vanishing import Payload, VanishingTest, concluded, standing, withdrawn


def given(change: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (a["by"], a.get("revision_digest", ""), a["happened_at"])
        for a in change.get("approvals", [])
        if a.get("kind") == "APPROVAL_KIND_APPROVED"
    }


class ImportGiteaTest(VanishingTest):
    mappings = "gitea"

    def release_of(self, payload: Payload) -> dict[str, Any]:
        result = self.import_lines([payload], "--format", "json")
        self.assertEqual(0, result.code, result)
        release: dict[str, Any] = result.json()["release"]
        return release

    def test_a_pull_request_with_all_its_parts(self) -> None:
        change = self.change_of(gitea.whole())
        self.assertEqual(f"{gitea.name_of()}#7", change["id"])
        self.assertEqual("CHANGE_STATE_SUBMITTED", change["state"])
        self.assertEqual(
            {"requester": "ann", "authors": ["ann"], "nominees": ["bob", "cy"]}, change["people"]
        )
        self.assertEqual(("faster", "main"), (change["branch"], change["target_branch"]))
        self.assertEqual(gitea.commit_of(), change["artifact"]["revision"])
        self.assertEqual("2026-03-02T09:00:00Z", change["created_at"])
        self.assertEqual(
            {
                ("bob", gitea.sha("a"), "2026-03-02T09:10:00Z"),
                ("cy", gitea.commit_of(), "2026-03-02T10:10:00Z"),
            },
            given(change),
        )
        self.assertEqual({"cy", "eve"}, withdrawn(change))
        self.assertEqual({"eve"}, {by for _, by in standing(change)})
        (cy,) = [v for v in change["vetoes"] if v["by"] == "cy"]
        self.assertEqual(("cy", "2026-03-02T10:10:00Z"), (cy["lifted_by"], cy["lifted_at"]))
        self.assertEqual({("status-ci/unit", "ci/unit")}, concluded(change, "PASSED"))
        self.assertEqual({("status-ci/security", "ci/security")}, concluded(change, "FAILED"))

    def test_what_rest_answers(self) -> None:
        change = self.change_of(gitea.whole_of_rest())
        self.assertEqual(
            {
                ("bob", gitea.sha("a"), "2026-03-02T09:10:00Z"),
                ("cy", gitea.sha("a"), "2026-03-02T09:40:00Z"),
            },
            given(change),
        )
        self.assertEqual({"cy", "eve", "gus"}, withdrawn(change))
        # Nobody says who dismissed what Gus asked for.
        self.assertEqual({("review-17", "gus")}, standing(change))
        self.assertEqual({("status-ci/unit", "ci/unit")}, concluded(change, "PASSED"))
        self.assertEqual({("status-ci/security", "ci/security")}, concluded(change, "FAILED"))

    def test_the_order_of_payloads_does_not_matter(self) -> None:
        for whole in (gitea.whole(), gitea.whole_of_rest()):
            self.assertEqual(self.change_of(whole), self.change_of(whole[::-1]))

    def test_words_of_older_servers(self) -> None:
        for word, approves in (("approved", True), ("rejected", False)):
            payload = gitea.reviewed("bob", word, "2026-03-02T10:10:00+01:00")
            payload["review"]["type"] = f"pull_request_{word}"
            payload["action"] = "synchronized"
            change = self.change_of([payload])
            self.assertEqual(approves, bool(given(change)))
            self.assertEqual(approves, not standing(change))

    def test_a_word_that_nobody_knows_is_named_and_decides_nothing(self) -> None:
        request, review = gitea.whole_of_rest()[:2]
        review["state"] = "LIKED"
        result = self.import_lines([request, review], "--format", "json")
        self.assert_says(result.err, "`liked`", "`review`", result=result)
        self.assertNotIn("approvals", result.json()["change"])

    def test_a_team_that_is_asked_is_nobody(self) -> None:
        request, review = gitea.whole_of_rest()[:2]
        review.update({"state": "REQUEST_REVIEW", "user": None, "team": {"id": 1, "name": "ops"}})
        self.assertNotIn("approvals", self.change_of([request, review]))

    def test_an_approval_of_no_known_commit_counts_for_nothing(self) -> None:
        request, review = gitea.whole_of_rest()[:2]
        review["commit_id"] = ""
        (approval,) = self.change_of([request, review])["approvals"]
        self.assertNotIn("kind", approval)
        request["head"]["sha"] = ""
        self.assertEqual(BAD_INPUT, self.import_lines([request]).code)

    def test_states(self) -> None:
        merged = {"state": "closed", "merged": True, "merged_by": gitea.user("dan")}
        for fields, state in (
            ({"draft": True}, "DRAFT"),
            ({"title": "WIP: Faster search"}, "DRAFT"),
            ({"title": "[wip] Faster search", "draft": None}, "DRAFT"),
            ({"state": "closed"}, "CANCELLED"),
            (merged, "APPROVED"),
        ):
            with self.subTest(state):
                change = self.change_of([gitea.pull("2026-03-02T10:00:00Z", **fields)])
                self.assertEqual(f"CHANGE_STATE_{state}", change["state"])
        change = self.change_of([gitea.pull("2026-03-02T10:00:00Z", **merged)])
        self.assertEqual(["dan"], change["people"]["landers"])

    def test_statuses_by_themselves(self) -> None:
        one = gitea.status("warning")
        several = [gitea.rest_status("pending", identity=4), gitea.rest_status("success")]
        several[0]["updated_at"] = "2026-03-02T09:00:00Z"
        for payloads, conclusion in (([one], "NEUTRAL"), (several, "PASSED")):
            change = self.change_of(payloads)
            self.assertEqual(f"{gitea.name_of()}@{gitea.sha()}", change["id"])
            self.assertEqual({("status-ci/unit", "ci/unit")}, concluded(change, conclusion))
        result = self.import_lines([gitea.status("fine")], "--format", "json")
        self.assert_says(result.err, "`fine`", "`conclusion`", result=result)
        self.assertNotIn("conclusion", result.json()["change"]["evidence"][0])

    def test_an_issue(self) -> None:
        for payload in (gitea.issue(), gitea.issue()["issue"]):
            change = self.change_of([payload])
            self.assertEqual(f"{gitea.name_of()}#4", change["id"])
            self.assertEqual({"requester": "ann", "implementers": ["bob"]}, change["people"])
            self.assertEqual("CHANGE_STATE_SUBMITTED", change["state"])
        self.assertNotIn("state", self.change_of([gitea.issue(state="closed")]))
        of_a_pull_request = gitea.issue(pull_request={"merged": False})
        comment = {**gitea.issue(), "comment": {"id": 1, "body": "Me too."}, "is_pull": False}
        for payload in (of_a_pull_request, comment):
            self.assertEqual(BAD_INPUT, self.import_lines([payload]).code)

    def test_an_issue_of_an_older_server(self) -> None:
        payload = gitea.issue(assignee=gitea.user("cy"))
        del payload["issue"]["assignees"]
        self.assertEqual(["cy"], self.change_of([payload])["people"]["implementers"])
        payload["issue"]["assignee"] = None
        self.assertEqual({"requester": "ann"}, self.change_of([payload])["people"])

    def test_a_review_that_may_have_been_dismissed(self) -> None:
        request, review = gitea.whole_of_rest()[:2]
        del review["dismissed"]
        result = self.import_lines([request, review])
        self.assertEqual(BAD_INPUT, result.code)
        self.assert_says(result.err, "dismissed", result=result)
        review["state"] = "COMMENT"
        self.assertNotIn("approvals", self.change_of([request, review]))

    def test_a_push(self) -> None:
        change = self.change_of([gitea.push()])
        self.assertEqual(f"{gitea.name_of()}@{gitea.sha('b')}", change["id"])
        self.assertEqual("Faster b", change["title"])
        self.assertEqual(["ann", "bob@shop.example"], change["people"]["authors"])
        self.assertEqual(["dan"], change["people"]["landers"])
        self.assertEqual(["a.py", "b.py"], change["paths"])
        self.assertEqual("main", change["branch"])
        long = self.change_of([gitea.push(total_commits=3)])
        self.assertNotIn("paths", long)
        self.assertNotIn("authors", long["people"])
        gone = gitea.push(after="0" * 40)
        self.assertEqual(BAD_INPUT, self.import_lines([gone]).code)

    def test_a_release(self) -> None:
        for payload in (gitea.release(), gitea.release()["release"]):
            release = self.release_of(payload)
            self.assertEqual(f"{gitea.name_of()}@v1.2.0", release["id"])
            self.assertEqual(("1.2.0", "Search"), (release["version"], release["title"]))
            self.assertEqual("Faster search.", release["notes"]["changelog"])
        for fields, state in (
            ({"draft": True}, "PLANNED"),
            ({"prerelease": True}, "CANDIDATE"),
            ({}, "RELEASED"),
        ):
            release = self.release_of(gitea.release(**fields))
            self.assertEqual(f"RELEASE_STATE_{state}", release["state"])
        self.assertEqual(BAD_INPUT, self.import_lines([gitea.release(action="deleted")]).code)

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        for build in (gitea.whole, gitea.whole_of_rest):
            compared, refused = self.assert_nothing_invented(build)
            self.assertGreater(compared, 40)
            self.assertGreater(refused, 20)
        for payload in (gitea.issue, gitea.push):
            compared, refused = self.assert_nothing_invented(
                lambda number, payload=payload: [payload(number)]
            )
            self.assertGreater(compared, 5)
            self.assertGreater(refused, 5)


if __name__ == "__main__":
    unittest.main()
