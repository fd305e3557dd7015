"""The mappings of Bitbucket, of the cloud and of a data center, and keys that vanished."""

import unittest
from typing import Any

import bitbucket_payloads as bitbucket
from vanishing import VanishingTest, concluded, standing, withdrawn


def given(change: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (a["by"], a.get("revision_digest", ""), a.get("happened_at", ""))
        for a in change.get("approvals", [])
        if a.get("kind") == "APPROVAL_KIND_APPROVED"
    }


class ImportBitbucketCloudTest(VanishingTest):
    mappings = "bitbucket"

    def test_a_pull_request_with_all_its_parts(self) -> None:
        change = self.change_of([*bitbucket.whole(), bitbucket.status("SUCCESSFUL", "b")])
        self.assertEqual(f"{bitbucket.name_of()}!7", change["id"])
        self.assertEqual("CHANGE_STATE_SUBMITTED", change["state"])
        self.assertEqual(
            {"requester": "{ann}", "authors": ["{ann}"], "nominees": ["{bob}", "{cy}"]},
            change["people"],
        )
        self.assertEqual(("faster", "main"), (change["branch"], change["target_branch"]))
        self.assertEqual(bitbucket.short("b"), change["artifact"]["revision"])
        self.assertEqual(
            {
                ("{bob}", bitbucket.short("a"), "2026-03-02T10:00:00Z"),
                ("{cy}", bitbucket.short("b"), "2026-03-02T12:00:00Z"),
            },
            given(change),
        )
        self.assertEqual({"{bob}"}, withdrawn(change))
        (veto,) = change["vetoes"]
        self.assertEqual(
            ("requested changes", "{cy}", "2026-03-02T12:00:00Z"),
            (veto["reason"], veto["lifted_by"], veto["lifted_at"]),
        )
        self.assertEqual({("status-unit", "unit")}, concluded(change, "PASSED"))

    def test_the_order_of_payloads_does_not_matter(self) -> None:
        payloads = bitbucket.whole()
        self.assertEqual(self.change_of(payloads), self.change_of(payloads[::-1]))

    def test_an_approval_of_which_nobody_knows_the_commit_counts_for_nothing(self) -> None:
        at = "2026-03-02T10:00:00+00:00"
        for payload in (
            bitbucket.pull(at, opinions={"bob": "approved"}),
            bitbucket.event(bitbucket.pull(at, opinions={"bob": "approved"})),
        ):
            (approval,) = self.change_of([payload])["approvals"]
            self.assertEqual("{bob}", approval["by"])
            self.assertNotIn("kind", approval)

    def test_older_payloads_do_not_tell_objections(self) -> None:
        old = bitbucket.event(bitbucket.pull("2026-03-02T12:00:00+00:00", opinions={"cy": None}))
        del old["pullrequest"]["participants"][0]["state"]
        asked = bitbucket.event(
            bitbucket.pull("2026-03-02T09:00:00+00:00", opinions={"cy": "changes_requested"}),
            changes_request=bitbucket.said("cy", "2026-03-02T10:00:00+00:00"),
        )
        self.assertEqual(1, len(standing(self.change_of([asked, old]))))

    def test_states(self) -> None:
        at = "2026-03-02T10:00:00+00:00"
        for fields, state in (
            ({"draft": True}, "DRAFT"),
            ({"state": "MERGED"}, "APPROVED"),
            ({"state": "DECLINED"}, "CANCELLED"),
            ({"state": "SUPERSEDED"}, "CANCELLED"),
        ):
            with self.subTest(state):
                change = self.change_of([bitbucket.pull(at, **fields)])
                self.assertEqual(f"CHANGE_STATE_{state}", change["state"])

    def test_of_a_status_the_last_one_counts(self) -> None:
        request = bitbucket.event(bitbucket.pull("2026-03-02T10:00:00+00:00"))
        change = self.change_of(
            [
                request,
                bitbucket.status("FAILED", at="2026-03-02T11:00:00+00:00"),
                bitbucket.status("SUCCESSFUL", at="2026-03-02T10:30:00+00:00"),
            ]
        )
        self.assertEqual({("status-unit", "unit")}, concluded(change, "FAILED"))
        running = self.change_of([request, bitbucket.status("INPROGRESS")])["evidence"][0]
        self.assertNotIn("conclusion", running)

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        compared, refused = self.assert_nothing_invented(bitbucket.whole)
        self.assertGreater(compared, 40)
        self.assertGreater(refused, 20)

    def test_who_objected_and_is_no_participant_any_more_still_objects(self) -> None:
        first = bitbucket.event(
            bitbucket.pull("2026-03-02T09:00:00+00:00", opinions={"cy": "changes_requested"})
        )
        second = bitbucket.event(bitbucket.pull("2026-03-02T10:00:00+00:00"))
        change = self.change_of([first, second])
        self.assertEqual({"{cy}"}, {by for _, by in standing(change)})

    def test_statuses_by_themselves(self) -> None:
        change = self.change_of(
            [
                bitbucket.status("FAILED"),
                bitbucket.status("SUCCESSFUL", at="2026-03-02T12:40:00+00:00"),
            ]
        )
        self.assertEqual("any@" + "a" * 40, change["id"])
        self.assertEqual({("status-unit", "unit")}, concluded(change, "PASSED"))


class ImportBitbucketServerTest(VanishingTest):
    mappings = "bitbucket"

    def test_a_pull_request_with_all_its_parts(self) -> None:
        change = self.change_of(bitbucket.server_whole())
        self.assertTrue(
            change["id"].startswith("FAB/shop-") and change["id"].endswith("!7"), change["id"]
        )
        self.assertEqual(
            {"requester": "ann", "authors": ["ann"], "nominees": ["bob", "cy"]}, change["people"]
        )
        self.assertEqual("b" * 40, change["artifact"]["revision"])
        self.assertEqual("2026-03-02T09:00:00Z", change["created_at"])
        self.assertEqual(
            {("bob", "a" * 40, "2026-03-02T10:00:00Z"), ("bob", "b" * 40, "2026-03-02T12:00:00Z")},
            given(change),
        )
        (veto,) = change["vetoes"]
        self.assertEqual(
            ("needs work", "cy", "2026-03-02T12:00:00Z"),
            (veto["reason"], veto["lifted_by"], veto["lifted_at"]),
        )

    def test_the_order_of_payloads_does_not_matter(self) -> None:
        payloads = bitbucket.server_whole()
        self.assertEqual(self.change_of(payloads), self.change_of(payloads[::-1]))

    def test_the_answer_of_rest_is_read(self) -> None:
        opinions = {
            "bob": ("APPROVED", "a"),
            "cy": ("NEEDS_WORK", "a"),
            "dan": ("UNAPPROVED", None),
        }
        change = self.change_of([bitbucket.server_pull("b", opinions)])
        self.assertEqual({("bob", "a" * 40, "")}, given(change))
        self.assertEqual({"cy"}, {by for _, by in standing(change)})

    def test_who_objected_and_is_no_reviewer_any_more_still_objects(self) -> None:
        first = bitbucket.server_pull("a", {"cy": ("NEEDS_WORK", "a")})
        change = self.change_of(
            [
                bitbucket.server_event("pr:opened", "2026-03-02T19:00:00+1000", first),
                bitbucket.server_event(
                    "pr:reviewer:updated", "2026-03-02T20:00:00+1000", bitbucket.server_pull()
                ),
            ]
        )
        self.assertEqual({"cy"}, {by for _, by in standing(change)})

    def test_dates_may_be_texts(self) -> None:
        dates = {
            "createdDate": "2026-03-02T19:00:00+1000",
            "updatedDate": "2026-03-02T19:05:00+1000",
        }
        request = bitbucket.server_pull("a", {"bob": ("APPROVED", "a")}, **dates)
        for payload in (
            request,
            bitbucket.server_event("pr:opened", "2026-03-02T19:05:00+1000", request),
        ):
            change = self.change_of([payload])
            self.assertEqual("2026-03-02T09:00:00Z", change["created_at"])
            self.assertEqual("2026-03-02T09:05:00Z", change["approvals"][0]["recorded_at"])

    def test_states(self) -> None:
        for fields, state in (
            ({"draft": True}, "DRAFT"),
            ({"state": "MERGED"}, "APPROVED"),
            ({"state": "DECLINED"}, "CANCELLED"),
        ):
            with self.subTest(state):
                change = self.change_of([bitbucket.server_pull(**fields)])
                self.assertEqual(f"CHANGE_STATE_{state}", change["state"])

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        compared, refused = self.assert_nothing_invented(bitbucket.server_whole)
        self.assertGreater(compared, 40)
        self.assertGreater(refused, 20)


if __name__ == "__main__":
    unittest.main()
