"""The mappings of GitLab beside merge requests: issues, releases, pushes, pipelines."""

import unittest

import gitlab_payloads as gitlab
from command import ALLOWED, BAD_INPUT
from vanishing import Payload, VanishingTest

SHA = gitlab.sha()


class ImportGitlabPartsTest(VanishingTest):
    mappings = "gitlab"

    def test_issues(self) -> None:
        attributes: Payload = {
            "id": 301,
            "iid": 23,
            "title": "New API",
            "state": "opened",
            "author_id": 51,
            "created_at": "2026-03-02 09:00:00 UTC",
            "updated_at": "2026-03-02 09:00:00 UTC",
            "url": f"https://git.example.com/{gitlab.path()}/-/issues/23",
            "action": "update",
        }
        hook: Payload = {
            "object_kind": "issue",
            "user": gitlab.user("bob"),
            "project": gitlab.project(),
            "object_attributes": attributes,
            "assignees": [gitlab.user("ann")],
        }
        rest: Payload = {
            "id": 301,
            "iid": 23,
            "title": "New API",
            "state": "closed",
            "author": gitlab.user("ann"),
            "created_at": "2026-03-02T09:00:00Z",
            "updated_at": "2026-03-02T10:00:00Z",
            "web_url": attributes["url"],
        }
        for payloads, state in (([hook], "CHANGE_STATE_SUBMITTED"), ([hook, rest], None)):
            change = self.change_of(payloads)
            self.assertEqual(f"{gitlab.path()}#23", change["id"])
            self.assertEqual("ann", change["people"]["requester"])
            self.assertEqual(state, change.get("state"))
        self.assertEqual(["ann"], self.change_of([hook])["people"]["implementers"])

    def test_releases(self) -> None:
        hook: Payload = {
            "object_kind": "release",
            "tag": "v1.1",
            "name": "v1.1",
            "action": "create",
            "created_at": "2026-03-02 09:00:00 UTC",
            "released_at": "2026-03-02 09:00:00 UTC",
            "url": f"https://git.example.com/{gitlab.path()}/-/releases/v1.1",
            "commit": {"id": SHA},
            "project": gitlab.project(),
            "description": "Faster.",
        }
        rest: Payload = {
            "tag_name": "v1.1",
            "name": "v1.1",
            "released_at": "2026-04-02T09:00:00Z",
            "created_at": "2026-03-02T09:00:00Z",
            "upcoming_release": True,
            "commit": {"id": SHA},
            "_links": {"self": hook["url"]},
        }
        for payload, state in (
            (hook, "RELEASED"),
            (rest, "PLANNED"),
            ({**hook, "released_at": "2026-04-02 09:00:00 UTC"}, "PLANNED"),
        ):
            result = self.import_lines([payload], "--format", "json")
            self.assert_code(ALLOWED, result)
            release = result.json()["release"]
            self.assertEqual(
                (f"{gitlab.path()}@v1.1", "1.1", f"RELEASE_STATE_{state}", SHA),
                (
                    release["id"],
                    release["version"],
                    release["state"],
                    release["artifact"]["revision"],
                ),
            )
        self.assert_code(BAD_INPUT, self.import_lines([{**hook, "action": "delete"}]))

    def test_a_push_that_does_not_tell_all_commits(self) -> None:
        commit: Payload = {
            "id": SHA,
            "message": "Faster\n\nMuch.",
            "added": ["a"],
            "modified": ["b"],
            "removed": [],
            "author": {"name": "Ann", "email": "ann@example.com"},
        }
        push: Payload = {
            "object_kind": "push",
            "ref": "refs/heads/main",
            "after": SHA,
            "user_username": "dan",
            "project": gitlab.project(),
            "commits": [commit],
            "total_commits_count": 1,
        }
        change = self.change_of([push])
        self.assertEqual(
            (["ann@example.com"], ["dan"], ["a", "b"], "Faster"),
            (
                change["people"]["authors"],
                change["people"]["landers"],
                change["paths"],
                change["title"],
            ),
        )
        cut = self.change_of([{**push, "total_commits_count": 30}])
        self.assertNotIn("authors", cut["people"])
        self.assertNotIn("paths", cut)
        system = {"event_name": "push", **{k: v for k, v in push.items() if k != "object_kind"}}
        bare = {key: value for key, value in commit.items() if key in ("id", "message", "author")}
        system["commits"] = [bare]
        change = self.change_of([system])
        self.assertEqual(["ann@example.com"], change["people"]["authors"])
        self.assertNotIn("paths", change)
        self.assert_code(BAD_INPUT, self.import_lines([{**push, "after": "0" * 40, "commits": []}]))

    def test_a_pipeline_of_a_merge_request_that_nobody_gave_is_told_of_its_commit(self) -> None:
        change = self.change_of([gitlab.pipeline("success", [], of_request=True)])
        self.assertEqual(f"{gitlab.path()}@{SHA}", change["id"])


if __name__ == "__main__":
    unittest.main()
