"""The mapping of Azure DevOps: votes and their fate, builds, and keys that vanished."""

import unittest
from typing import Any

import azure_devops_payloads as azure
from command import BAD_INPUT
from vanishing import VanishingTest, concluded, standing, withdrawn


def given(change: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (a["by"], a.get("revision_digest", ""), a.get("happened_at", ""))
        for a in change.get("approvals", [])
        if a.get("kind") == "APPROVAL_KIND_APPROVED"
    }


class ImportAzureDevopsTest(VanishingTest):
    mappings = "azure-devops"

    def test_a_pull_request_with_all_its_parts(self) -> None:
        change = self.change_of([*azure.whole(), azure.build("succeeded", "b")])
        self.assertEqual(f"{azure.name_of()}!7", change["id"])
        self.assertEqual("CHANGE_STATE_SUBMITTED", change["state"])
        self.assertEqual("ann@shop.example", change["people"]["requester"])
        self.assertEqual(("faster", "main"), (change["branch"], change["target_branch"]))
        self.assertEqual(azure.sha("b"), change["artifact"]["revision"])
        self.assertEqual(
            {
                ("bob@shop.example", azure.sha("a"), "2026-03-02T10:00:00Z"),
                ("cy@shop.example", azure.sha("b"), "2026-03-02T12:00:00Z"),
            },
            given(change),
        )
        self.assertEqual({"bob@shop.example"}, withdrawn(change))
        cy, dan = change["vetoes"]
        self.assertEqual(("rejected", "cy@shop.example"), (cy["reason"], cy["lifted_by"]))
        self.assertEqual("2026-03-02T12:00:00Z", cy["lifted_at"])
        self.assertEqual("waits for the author", dan["reason"])
        self.assertEqual(
            {("vote--5-dan@shop.example-2026-03-02T12:00:00Z", "dan@shop.example")},
            standing(change),
        )
        self.assertEqual({("build-5", "ci")}, concluded(change, "PASSED"))

    def test_the_order_of_payloads_does_not_matter(self) -> None:
        payloads = azure.whole()
        self.assertEqual(self.change_of(payloads), self.change_of(payloads[::-1]))

    def test_a_vote_of_which_nobody_knows_the_commit_counts_for_nothing(self) -> None:
        votes = {"bob": 10}
        for payloads in (
            [azure.hook("2026-03-02T10:00:00Z", azure.pull(votes=votes))],
            [azure.pull(votes=votes)],
            [
                azure.hook("2026-03-02T10:00:00Z", azure.pull("a", votes={"bob": 0})),
                azure.hook("2026-03-02T11:00:00Z", azure.pull("b", votes=votes)),
            ],
        ):
            with self.subTest(payloads=len(payloads)):
                (approval,) = self.change_of(payloads)["approvals"]
                self.assertEqual("bob@shop.example", approval["by"])
                self.assertNotIn("kind", approval)
                self.assertNotIn("revision_digest", approval)

    def test_a_vote_that_stays_is_no_new_approval_of_a_new_commit(self) -> None:
        change = self.change_of(
            [
                azure.hook("2026-03-02T10:00:00Z", azure.pull("a", votes={"bob": 0})),
                azure.hook("2026-03-02T10:05:00Z", azure.pull("a", votes={"bob": 10})),
                azure.hook("2026-03-02T11:00:00Z", azure.pull("b", votes={"bob": 10})),
            ]
        )
        self.assertEqual(
            {("bob@shop.example", azure.sha("a"), "2026-03-02T10:05:00Z")}, given(change)
        )

    def test_who_is_removed_takes_an_approval_with_them_and_no_objection(self) -> None:
        change = self.change_of(
            [
                azure.hook("2026-03-02T10:00:00Z", azure.pull(votes={"bob": 0, "cy": -10})),
                azure.hook("2026-03-02T10:05:00Z", azure.pull(votes={"bob": 10, "cy": -10})),
                azure.hook("2026-03-02T11:00:00Z", azure.pull()),
            ]
        )
        self.assertEqual({"bob@shop.example"}, withdrawn(change))
        self.assertEqual({"cy@shop.example"}, {by for _, by in standing(change)})

    def test_a_group_does_not_vote_beside_its_members(self) -> None:
        group = {"vote": 10, "isContainer": True, **azure.person("team")}
        resource = azure.pull(votes={"bob": 0})
        resource["reviewers"].append(group)
        change = self.change_of([azure.hook("2026-03-02T10:00:00Z", resource)])
        self.assertEqual(set(), given(change))
        self.assertEqual(["bob@shop.example"], change["people"]["nominees"])

    def test_a_vote_that_nobody_knows_is_named_and_lifts_nothing(self) -> None:
        payloads = [
            azure.hook("2026-03-02T10:00:00Z", azure.pull(votes={"bob": -10})),
            azure.hook("2026-03-02T11:00:00Z", azure.pull(votes={"bob": 7})),
        ]
        result = self.import_lines(payloads, "--format", "json")
        self.assert_says(result.err, "`7`", "`vote`", result=result)
        change = result.json()["change"]
        self.assertEqual(1, len(standing(change)))
        self.assertEqual(set(), given(change))

    def test_states(self) -> None:
        for fields, state in (
            ({"isDraft": True}, "DRAFT"),
            ({"status": "completed"}, "APPROVED"),
            ({"status": "abandoned"}, "CANCELLED"),
        ):
            with self.subTest(state):
                change = self.change_of([azure.pull(**fields)])
                self.assertEqual(f"CHANGE_STATE_{state}", change["state"])
        merged = azure.pull(status="completed", closedBy=azure.person("dan"))
        self.assertEqual(["dan@shop.example"], self.change_of([merged])["people"]["landers"])

    def test_builds(self) -> None:
        for result, conclusion in (
            ("failed", "FAILED"),
            ("partiallySucceeded", "FAILED"),
            ("canceled", "CANCELLED"),
        ):
            with self.subTest(result):
                change = self.change_of([azure.pull(), azure.build(result)])
                self.assertEqual({("build-5", "ci")}, concluded(change, conclusion))
        running = azure.build("none", status="inProgress", finishTime=None)["resource"]
        evidence = self.change_of([azure.pull(), running])["evidence"][0]
        self.assertNotIn("conclusion", evidence)

    def test_a_build_of_another_commit_is_a_change_by_itself(self) -> None:
        payloads = [azure.pull(), azure.build("succeeded", "c")]
        result = self.import_lines(payloads, "--format", "jsonl")
        self.assertEqual(0, result.code, result)
        request, commit = (line["change"] for line in result.json_lines())
        self.assertNotIn("evidence", request)
        self.assertEqual(f"Fabrikam/shop@{azure.sha('c')}", commit["id"])
        self.assertEqual({("build-5", "ci")}, concluded(commit, "PASSED"))
        of_main = azure.build("failed", sourceBranch="refs/heads/main", triggerInfo={})
        commit = self.change_of([of_main])
        self.assertEqual({("build-5", "ci")}, concluded(commit, "FAILED"))
        # Which commit of the pull request it built, nobody knows.
        lost = azure.build("failed", triggerInfo={})
        self.assert_code(BAD_INPUT, self.import_lines([azure.pull(), lost]))

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        compared, refused = self.assert_nothing_invented(
            azure.whole,
            # Who objected, or took an approval back, is told by the name alone.
            may_lose_objections=lambda path: path[-1] == "isContainer",
        )
        self.assertGreater(compared, 40)
        self.assertGreater(refused, 20)


if __name__ == "__main__":
    unittest.main()
