"""The mappings of GitLab: approvals and their fate, jobs, and keys that vanished.

The payloads are the tests' own; the set of ../shared/data is read as well where it is there.
"""

import json
import os
import pathlib
import unittest
from typing import Any

import gitlab_payloads as gitlab
from command import ALLOWED, BAD_INPUT, PROJECT
from vanishing import VanishingTest, concluded, renamed, standing, withdrawn

DATA = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
    / "gitlab_webhooks"
)
COVERED = {"build", "deployment", "job", "push", "get_merge_requests"}
# What no mapping reads: comments, members, groups, keys, tokens, pages.
NOT_COVERED = {
    "member",
    "note_commit",
    "note_issue",
    "note_merge_request",
    "resource_access_token_project",
    "subgroup",
    "wiki_page",
    "group_create",
    "group_destroy",
    "key_create",
    "key_destroy",
    "project_rename",
    "project_update",
    "user_add_to_team",
    "user_create",
    "user_remove_from_group",
    "user_remove_from_team",
    "user_rename",
}
SHA = gitlab.sha()


def given(change: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (a["by"], a.get("revision_digest", ""), a.get("happened_at", ""))
        for a in change.get("approvals", [])
        if a.get("kind") == "APPROVAL_KIND_APPROVED"
    }


class ImportGitlabTest(VanishingTest):
    mappings = "gitlab"
    # What is left of a name of which a part vanished.
    replaced = frozenset({"id", "tracker"})

    def test_a_merge_request_with_all_its_parts(self) -> None:
        change = self.change_of(gitlab.whole_request())
        self.assertEqual(f"{gitlab.path()}!7", change["id"])
        self.assertEqual("CHANGE_STATE_SUBMITTED", change["state"])
        self.assertEqual(
            {"requester": "ann", "authors": ["ann"], "nominees": ["bob", "cy"]}, change["people"]
        )
        self.assertEqual(SHA, change["artifact"]["revision"])
        self.assertEqual("2026-03-02T09:00:00Z", change["created_at"])
        self.assertEqual(
            {
                ("bob", SHA, "2026-03-02T10:00:00Z"),
                ("eve", SHA, "2026-03-02T10:05:00Z"),
                ("bob", SHA, "2026-03-02T11:05:00Z"),
            },
            given(change),
        )
        self.assertEqual({"eve", "cy"}, withdrawn(change))
        self.assertEqual({("changes-requested-cy", "cy")}, standing(change))
        self.assertEqual(
            {("job-21", "unit"), ("deployment", "ENVIRONMENT_STAGING")},
            concluded(change, "PASSED"),
        )
        self.assertEqual(
            {("pipeline-40", "pipeline"), ("job-22", "security"), ("job-23", "smoke")},
            concluded(change, "FAILED"),
        )
        staging, live = change["deployments"]
        self.assertEqual("2026-03-02T10:40:00Z", staging["happened_at"])
        self.assertEqual(("ENVIRONMENT_PRODUCTION", "dan"), (live["environment"], live["by"]))
        self.assertNotIn("conclusion", live)

    def test_the_order_of_payloads_does_not_matter(self) -> None:
        payloads = gitlab.whole_request()
        self.assertEqual(self.change_of(payloads), self.change_of(payloads[::-1]))

    def test_who_takes_an_approval_back_at_the_same_second_has_taken_it_back(self) -> None:
        payloads = [
            gitlab.request("unapproval", "bob", "2026-03-02 10:00:00 UTC"),
            gitlab.request("approval", "bob", "2026-03-02 10:00:00 UTC"),
        ]
        kinds = [a["kind"] for a in self.change_of(payloads)["approvals"]]
        self.assertEqual(["APPROVAL_KIND_APPROVED", "APPROVAL_KIND_WITHDRAWN"], kinds)

    def test_a_reset_takes_back_the_approvals_of_everybody(self) -> None:
        change = self.change_of(
            [
                gitlab.request("approval", "bob", "2026-03-02 10:00:00 UTC"),
                gitlab.request("approved", "cy", "2026-03-02 10:10:00 UTC"),
                gitlab.request(
                    "unapproved",
                    "ann",
                    "2026-03-02 11:00:00 UTC",
                    letter="b",
                    system=True,
                    system_action="approvals_reset_on_push",
                ),
            ]
        )
        self.assertEqual({"bob", "cy"}, withdrawn(change))

    def test_a_payload_that_does_not_say_what_was_done_counts_against_the_approval(self) -> None:
        silent = gitlab.request("", "bob", "2026-03-02 11:00:00 UTC")
        del silent["object_attributes"]["action"]
        approval = gitlab.request("approval", "bob", "2026-03-02 10:00:00 UTC")
        self.assertEqual({"bob"}, withdrawn(self.change_of([approval, silent])))
        self.assertNotIn("approvals", self.change_of([silent]))

    def test_what_rest_says_of_approvals(self) -> None:
        self.assertEqual(
            {("bob", "", "2026-03-02T12:00:00Z"), ("cy", "", "")},
            given(
                self.change_of(
                    [
                        gitlab.rest_request(),
                        gitlab.snapshot(
                            {"bob": "2026-03-02T12:00:00Z", "cy": None}, "2026-03-02T13:00:00Z"
                        ),
                    ]
                )
            ),
        )

    def test_who_is_no_longer_among_the_approvers_has_withdrawn(self) -> None:
        change = self.change_of(
            [
                gitlab.request("approval", "bob", "2026-03-02 10:00:00 UTC"),
                gitlab.request("approval", "cy", "2026-03-02 12:00:00 UTC"),
                gitlab.snapshot({}, "2026-03-02T11:00:00Z"),
            ]
        )
        self.assertEqual({"bob"}, withdrawn(change))

    def test_who_asked_for_changes_objects_until_they_approve(self) -> None:
        asked = gitlab.request(
            "update",
            "cy",
            "2026-03-02 10:00:00 UTC",
            reviewers=[gitlab.user("cy", state="requested_changes", re_requested=False)],
        )
        other = gitlab.request("approval", "bob", "2026-03-02 11:00:00 UTC")
        self.assertEqual({("changes-requested-cy", "cy")}, standing(self.change_of([asked, other])))
        own = gitlab.request("approval", "cy", "2026-03-02 12:00:00 UTC")
        veto = self.change_of([asked, other, own])["vetoes"][0]
        self.assertEqual(("cy", "2026-03-02T12:00:00Z"), (veto["lifted_by"], veto["lifted_at"]))

    def test_changes_that_nobody_is_said_to_have_asked_for_are_an_objection(self) -> None:
        payload = gitlab.rest_request(detailed_merge_status="requested_changes")
        self.assertEqual(
            {("changes-requested", f"gitlab:reviewer of {gitlab.path()}!7")},
            standing(self.change_of([payload])),
        )

    def test_drafts_by_any_name(self) -> None:
        for fields in (
            {"draft": True},
            {"work_in_progress": True},
            {"title": "Draft: search"},
            {"title": "WIP: search"},
        ):
            with self.subTest(fields):
                change = self.change_of([gitlab.rest_request(**fields)])
                self.assertEqual("CHANGE_STATE_DRAFT", change["state"])

    def test_who_merged(self) -> None:
        merged = gitlab.rest_request(state="merged", merge_user=gitlab.user("dan"))
        change = self.change_of([merged])
        self.assertEqual(
            ("CHANGE_STATE_APPROVED", ["dan"]), (change["state"], change["people"]["landers"])
        )
        event = gitlab.request("merge", "eve", "2026-03-02 12:00:00 UTC", state="merged")
        self.assertEqual(["eve"], self.change_of([event])["people"]["landers"])

    def test_old_forms_lack_much_and_are_read(self) -> None:
        old = gitlab.request("update", "bob", "2026-03-02T10:00:00Z", last_commit=None)
        for key in ("project", "reviewers", "event_type"):
            del old[key]
        del old["object_attributes"]["url"]
        del old["user"]["id"]
        old["object_attributes"]["target"] = {"path_with_namespace": gitlab.path()}
        change = self.change_of([old])
        self.assertEqual(f"{gitlab.path()}!7", change["id"])
        self.assertNotIn("requester", change["people"])
        self.assertNotIn("revision", change["artifact"])
        rest = gitlab.rest_request(reviewers=None, references=None, description=None)
        del rest["reviewers"]
        rest["web_url"] = rest["web_url"].replace("/-/", "/")
        self.assertEqual(f"{gitlab.path()}!7", self.change_of([rest])["id"])

    def test_who_opened_it_for_somebody_else_is_not_its_author(self) -> None:
        opened = gitlab.request("open", "dan", "2026-03-02 09:00:00 UTC")
        self.assertNotIn("requester", self.change_of([opened])["people"])
        del opened["user"]["id"], opened["event_type"]
        self.assertEqual("dan", self.change_of([opened])["people"]["requester"])

    def test_a_pipeline_of_the_merged_result_is_told_with_its_own_commit(self) -> None:
        change = self.change_of(
            [
                gitlab.request("open", "ann", "2026-03-02 09:00:00 UTC"),
                gitlab.pipeline("success", [], letter="c", of_request=True),
            ]
        )
        self.assertEqual([gitlab.sha(0, "c")], [e["revision"] for e in change["evidence"]])

    def test_a_failure_of_no_known_time_is_not_older_than_what_went_before(self) -> None:
        running = gitlab.build(21, "unit", "running", None)
        failed = gitlab.build(21, "unit", "failed", None)
        for payloads in ([running, failed], [failed, running]):
            change = self.change_of(payloads)
            self.assertEqual({("job-21", "unit")}, concluded(change, "FAILED"))
            self.assertNotIn("happened_at", change["evidence"][0])

    def test_the_rest_forms_of_a_commit(self) -> None:
        web = f"https://git.example.com/{gitlab.path()}/-"
        change = self.change_of(
            [
                {
                    "id": 40,
                    "iid": 3,
                    "project_id": 5,
                    "sha": SHA,
                    "ref": "main",
                    "status": "success",
                    "source": "push",
                    "updated_at": "2026-03-02T10:00:00Z",
                    "web_url": f"{web}/pipelines/40",
                },
                {
                    "id": 21,
                    "name": "unit",
                    "stage": "test",
                    "status": "failed",
                    "commit": {"id": SHA},
                    "pipeline": {"id": 40, "sha": SHA},
                    "finished_at": "2026-03-02T10:00:00Z",
                    "web_url": f"{web}/jobs/21",
                },
                gitlab.rest_deployment(),
            ]
        )
        self.assertEqual({("pipeline-40", "pipeline")}, concluded(change, "PASSED"))
        self.assertEqual({("job-21", "unit")}, concluded(change, "FAILED"))
        self.assertEqual({("bob", SHA, "2026-03-02T11:05:00Z")}, given(change))

    def test_an_environment_goes_by_its_tier_and_else_by_its_name(self) -> None:
        for name, more, expected in (
            ("eu-west", {"environment_tier": "production"}, "ENVIRONMENT_PRODUCTION"),
            ("eu-west", {"environment_tier": "other"}, None),
            ("Prod", {}, "ENVIRONMENT_PRODUCTION"),
            ("eu-west", {}, None),
        ):
            with self.subTest(name, **more):
                change = self.change_of(
                    [gitlab.deployment(31, name, "success", "2026-03-02 11:00:00 +0100", **more)]
                )
                self.assertEqual(expected, change["deployments"][0].get("environment"))

    def test_an_approval_for_a_place_that_nobody_knows_is_not_one_for_every_place(self) -> None:
        change = self.change_of([gitlab.rest_deployment(environment={"name": "eu-west"})])
        self.assertEqual(
            [None, "APPROVAL_KIND_WITHDRAWN"], [a.get("kind") for a in change["approvals"]]
        )

    def test_a_word_that_gitlab_did_not_have_is_named(self) -> None:
        result = self.import_lines([gitlab.build(21, "unit", "splendid", None)], "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assert_says(
            result.err,
            "note: the table `conclusion` of `gitlab-commit` has no word for `splendid`",
            result=result,
        )

    def test_the_example(self) -> None:
        file = PROJECT / "examples" / "import" / "gitlab.jsonl"
        result = self.run_here("import", "--mapping", "gitlab", file, "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        change = result.json()["change"]
        self.assertEqual("acme/shop!7", change["id"])
        self.assertEqual({("job-21", "unit")}, concluded(change, "PASSED"))
        self.assertEqual(["bob"], [a["by"] for a in change["approvals"]])

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        compared, refused = self.assert_nothing_invented(
            gitlab.whole_request, may_lose_objections=lambda path: path == (8, "approvals")
        )
        self.assertGreater(compared, 100)
        self.assertGreater(refused, 50)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/gitlab_webhooks")
    def test_every_payload_of_the_set_is_imported_or_named(self) -> None:
        seen: set[str] = set()
        for file in sorted(DATA.rglob("*.json")):
            with self.subTest(file.relative_to(DATA)):
                result = self.run_here("import", "--mapping", "gitlab", file, "--format", "jsonl")
                if file.stem not in COVERED:
                    self.assertIn(file.stem, NOT_COVERED)
                    self.assert_code(BAD_INPUT, result)
                    self.assert_says(
                        result.err, f"{file}: error: no mapping covers it", result=result
                    )
                    continue
                self.assert_code(ALLOWED, result)
                self.assertNotIn("has no word", result.err)
                seen.add(file.stem)
                payload = json.loads(file.read_text(encoding="utf-8"))
                self.compare(file.stem, payload, [line["change"] for line in result.json_lines()])
        self.assertEqual(COVERED, seen)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/gitlab_webhooks")
    def test_a_key_of_the_set_that_vanished_invents_nothing(self) -> None:
        def read(name: str) -> Any:
            return json.loads((DATA / name).read_text(encoding="utf-8"))

        whole = "{}" + "a" * 33
        request = read("get_merge_requests.json")[0]
        names = {"gitlab-org/gitlab-ee": "acme/{}", str(request["id"]): "90000000"}
        names[request["sha"]] = whole
        self.assert_nothing_invented(renamed(request, names))
        for name, path, sha in (
            ("build", "gitlab-org/gitlab-test", "2293ada6b400935a1378653304eaf6221e0fdb8f"),
            ("job", "jsmithy2/release-tools-fake", "95d49d1efbd941908580e79d65e4b5ecaf4a8305"),
            (
                "deployment",
                "root/test-deployment-webhooks",
                "279484c09fbe69ededfced8c1bb6e6d24616b468",
            ),
            ("push", "mike/diaspora", "da1560886d4f094c3e6c9ef40349f7d38b5d27d7"),
        ):
            payload = read(f"webhooks/{name}.json")
            self.assert_nothing_invented(renamed(payload, {path: "acme/{}", sha: whole}))

    def compare(self, kind: str, payload: Any, changes: list[dict[str, Any]]) -> None:
        """What a policy reads, taken from the payload without a mapping."""
        if kind == "get_merge_requests":
            for request, change in zip(payload, changes, strict=True):
                people = change["people"]
                self.assertEqual(request["author"]["username"], people["requester"])
                self.assertEqual(
                    [r["username"] for r in request.get("reviewers", [])],
                    people.get("nominees", []),
                )
                self.assertEqual(request["sha"], change["artifact"]["revision"])
                self.assertEqual(
                    "DRAFT" if request["work_in_progress"] else "SUBMITTED",
                    change["state"].removeprefix("CHANGE_STATE_"),
                )
            return
        (change,) = changes
        if kind == "push":
            self.assertEqual(
                [c["id"] for c in payload["commits"]], [c["id"] for c in change["commits"]]
            )
            self.assertEqual([payload["user_username"]], change["people"]["landers"])
        elif kind == "deployment":
            deployed = change["deployments"][0]
            self.assertEqual(
                (payload["user"]["username"], "ENVIRONMENT_STAGING", "2021-04-28T19:50:00Z"),
                (deployed["by"], deployed["environment"], deployed["happened_at"]),
            )
        else:
            evidence = change["evidence"][0]
            self.assertEqual(payload["build_name"], evidence["type"])
            self.assertEqual(payload["sha"], evidence["revision"])
            words = {"success": "CONCLUSION_PASSED", "created": None}
            self.assertEqual(words[payload["build_status"]], evidence.get("conclusion"))


if __name__ == "__main__":
    unittest.main()
