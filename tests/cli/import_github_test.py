"""The mappings of GitHub: reviews and their fate, and that a field which vanished invents nothing.

The payloads are the tests' own; the set of ../shared/data is read as well where it is there.
"""

import json
import os
import pathlib
import re
import unittest
from typing import Any

import github_payloads as github
from command import ALLOWED, BAD_INPUT, PROJECT, CommandTest, Result
from vanishing import paths_of, without

DATA = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
    / "github_webhooks"
)
# What no mapping reads: a comment, rules of branches, a branch or tag that is made.
NOT_COVERED = {"issue_comment", "branch_protection_rule", "create"}


def standing(change: dict[str, Any]) -> set[tuple[str, str]]:
    return {(v["id"], v["by"]) for v in change.get("vetoes", []) if "lifted_by" not in v}


def approving(change: dict[str, Any]) -> set[tuple[str, ...]]:
    return {
        (a["id"], a["by"], a["revision_digest"])
        for a in change.get("approvals", [])
        if a["kind"] == "APPROVAL_KIND_APPROVED"
    }


def withdrawn(change: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (a["id"], a["by"])
        for a in change.get("approvals", [])
        if a["kind"] == "APPROVAL_KIND_WITHDRAWN"
    }


def concluded(change: dict[str, Any], conclusion: str) -> set[tuple[str, str]]:
    return {
        (e["id"], e["type"])
        for e in change.get("evidence", [])
        if e.get("conclusion") == f"CONCLUSION_{conclusion}"
    }


class ImportGithubTest(CommandTest):
    def import_lines(self, payloads: list[github.Payload], *arguments: str) -> Result:
        self.write("all.jsonl", "".join(json.dumps(each) + "\n" for each in payloads))
        return self.run_here("import", "--mapping", "github", "all.jsonl", *arguments)

    def change_of(self, payloads: list[github.Payload]) -> dict[str, Any]:
        result = self.import_lines(payloads, "--format", "json")
        self.assert_code(ALLOWED, result)
        change: dict[str, Any] = result.json()["change"]
        return change

    def test_a_pull_request_with_all_its_parts(self) -> None:
        change = self.change_of(github.whole_pull_request())
        self.assertEqual("acme/shop#7", change["id"])
        self.assertEqual("CHANGE_STATE_SUBMITTED", change["state"])
        self.assertEqual("ann", change["people"]["requester"])
        self.assertEqual(["ann"], change["people"]["authors"])
        self.assertEqual(["bob", "cy"], change["people"]["nominees"])
        self.assertEqual("a" * 40, change["artifact"]["revision"])
        self.assertEqual({("review-11", "bob", "a" * 40), ("review-13", "eve", "a" * 40)},
                         approving(change))
        self.assertEqual({("review-12", "cy"), ("review-14", "eve")}, withdrawn(change))
        self.assertEqual({("review-12", "cy"), ("review-14", "eve")}, standing(change))
        self.assertEqual({("check-run-21", "unit")}, concluded(change, "PASSED"))
        self.assertEqual({("check-run-22", "security")}, concluded(change, "FAILED"))
        self.assertEqual("ENVIRONMENT_STAGING", change["deployments"][0]["environment"])

    def test_the_order_of_payloads_does_not_matter(self) -> None:
        payloads = github.whole_pull_request()
        self.assertEqual(self.change_of(payloads), self.change_of(payloads[::-1]))

    def test_a_dismissed_approval_is_kept_as_withdrawn(self) -> None:
        change = self.change_of([
            github.review(11, "bob", "dismissed", "2026-03-02T10:00:00Z", action="dismissed",
                          sent_at="2026-03-02T12:00:00Z"),
            github.review(11, "bob", "approved", "2026-03-02T10:00:00Z"),
            github.pull_event(),
        ])
        self.assertEqual(set(), approving(change))
        self.assertEqual("APPROVAL_KIND_WITHDRAWN", change["approvals"][0]["kind"])
        self.assertEqual("dismissed by dan", change["approvals"][0]["comment"])

    def test_an_objection_stands_until_its_giver_approves(self) -> None:
        objection = github.review(11, "bob", "changes_requested", "2026-03-02T10:00:00Z")
        self.assertEqual({("review-11", "bob")}, standing(self.change_of([objection])))
        other = github.review(12, "cy", "approved", "2026-03-02T11:00:00Z")
        self.assertEqual({("review-11", "bob")}, standing(self.change_of([objection, other])))
        own = github.review(13, "bob", "approved", "2026-03-02T12:00:00Z")
        veto = self.change_of([objection, other, own])["vetoes"][0]
        self.assertEqual(("bob", "2026-03-02T12:00:00Z"), (veto["lifted_by"], veto["lifted_at"]))

    def test_an_objection_that_was_dismissed_says_by_whom(self) -> None:
        veto = self.change_of([
            github.review(11, "bob", "changes_requested", "2026-03-02T10:00:00Z"),
            github.review(11, "bob", "dismissed", "2026-03-02T10:00:00Z", action="dismissed",
                          sent_at="2026-03-02T12:00:00Z"),
        ])["vetoes"][0]
        self.assertEqual(("dan", "2026-03-02T12:00:00Z"), (veto["lifted_by"], veto["lifted_at"]))

    def test_a_comment_decides_nothing_and_takes_nothing_back(self) -> None:
        change = self.change_of([
            github.review(11, "bob", "approved", "2026-03-02T10:00:00Z"),
            github.review(12, "bob", "commented", "2026-03-02T11:00:00Z"),
        ])
        self.assertEqual({("review-11", "bob", "a" * 40)}, approving(change))
        self.assertEqual(1, len(change["approvals"]))

    def test_a_check_that_runs_again_is_not_passed(self) -> None:
        change = self.change_of([
            github.pull_event(),
            github.check_run(21, "unit", "success", "2026-03-02T10:10:00Z"),
            {**github.check_run(21, "unit", None, ""), "check_run": {
                **github.check_run(21, "unit", None, "")["check_run"],
                "started_at": "2026-03-02T11:00:00Z"}},
        ])
        self.assertEqual(set(), concluded(change, "PASSED"))
        self.assertEqual(1, len(change["evidence"]))

    def test_the_rest_forms(self) -> None:
        self.write("pull.json", json.dumps(github.pull_request()))
        reviews = [
            {**github.review(11, "bob", "approved", "2026-03-02T10:00:00Z")["review"],
             "state": "APPROVED"},
            {**github.review(12, "cy", "dismissed", "2026-03-02T10:00:00Z")["review"],
             "state": "DISMISSED"},
        ]
        self.write("reviews.json", json.dumps(reviews))
        result = self.run_here("import", "--mapping", "github", "pull.json", "reviews.json",
                               "--format", "json")
        self.assert_code(ALLOWED, result)
        change = result.json()["change"]
        self.assertEqual({("review-11", "bob", "a" * 40)}, approving(change))
        self.assertEqual({("review-12", "cy")}, withdrawn(change))

    def rest_lists(self) -> dict[str, Any]:
        at = "2026-03-02T10:00:00Z"
        return {
            "checks": {"total_count": 2, "check_runs": [
                github.rest_check_run(21, "unit", "success", at),
                github.rest_check_run(22, "security", "failure", at)]},
            "combined": {"state": "success", "sha": "a" * 40, "total_count": 1,
                         "statuses": [github.rest_status(41, "lint", "success", at)]},
            "statuses": [github.rest_status(42, "docs", "failure", at)],
            "workflows": {"total_count": 1, "workflow_runs": [
                {"id": 51, "name": "build", "head_sha": "a" * 40, "run_number": 3,
                 "conclusion": "success", "updated_at": at, "html_url": None}]},
            "deployments": [github.rest_deployment(31, "staging", at)],
        }

    REST_EVIDENCE = {
        ("check-run-21", "unit", "PASSED"), ("check-run-22", "security", "FAILED"),
        ("status-41", "lint", "PASSED"), ("status-42", "docs", "FAILED"),
        ("workflow-run-51", "build", "PASSED"),
    }

    def test_lists_of_the_rest_interface(self) -> None:
        for name, content in self.rest_lists().items():
            self.write(f"rest/{name}.json", json.dumps(content))
        self.write("pull.json", json.dumps(github.pull_request()))
        for records in (["pull.json", "rest"], ["rest"]):
            result = self.run_here("import", "--mapping", "github", *records, "--format", "json")
            self.assert_code(ALLOWED, result)
            change = result.json()["change"]
            self.assertEqual(self.REST_EVIDENCE, {
                (e["id"], e["type"], e["conclusion"].removeprefix("CONCLUSION_"))
                for e in change["evidence"]})
            self.assertEqual({"a" * 40}, {e["revision"] for e in change["evidence"]})
            deployment = change["deployments"][0]
            self.assertEqual(("deployment-31", "ENVIRONMENT_STAGING"),
                             (deployment["id"], deployment["environment"]))
            self.assertNotIn("conclusion", deployment)

    # What REST lists of a deployment or a run stands beside that, since it does not name it.
    def test_statuses_of_a_deployment_and_who_reviewed_it_by_rest(self) -> None:
        def status(state: str, at: str) -> dict[str, Any]:
            return {"id": 1, "state": state, "created_at": at, "updated_at": at}

        def reviewed(login: str, state: str, *places: str) -> dict[str, Any]:
            return {"user": {"login": login}, "state": state, "comment": "as planned",
                    "environments": [{"id": 1, "name": place} for place in places]}

        at = "2026-03-02T10:00:00Z"
        deployment = github.rest_deployment(31, "staging", at)
        run = self.rest_lists()["workflows"]["workflow_runs"][0]
        self.write("pull.json", json.dumps(github.pull_request()))
        # The last comes first, of two in the same second too.
        self.write("rest/deployment.json", json.dumps({
            "of_deployment": deployment,
            "deployment_statuses": [status("success", "2026-03-02T10:09:00Z"),
                                    status("in_progress", "2026-03-02T10:09:00Z"),
                                    status("queued", at)]}))
        self.write("rest/reviews.json", json.dumps({
            "of_run": run,
            "run_approvals": [reviewed("bob", "approved", "staging", "production"),
                              reviewed("cy", "rejected", "production"),
                              reviewed("eve", "approved", "eu-west"),
                              reviewed("dee", "pending", "production")]}))
        for records in (["pull.json", "rest"], ["rest"]):
            result = self.run_here("import", "--mapping", "github", *records, "--format", "json")
            self.assert_code(ALLOWED, result)
            change = result.json()["change"]
            self.assertEqual([("deployment-31", "ENVIRONMENT_STAGING", "CONCLUSION_PASSED")],
                             [(d["id"], d["environment"], d["conclusion"])
                              for d in change["deployments"]])
            self.assertEqual({
                ("deployment-review-51-bob-staging", "bob", "APPROVED", "STAGING"),
                ("deployment-review-51-bob-production", "bob", "APPROVED", "PRODUCTION"),
                ("deployment-review-51-cy-production", "cy", "WITHDRAWN", "PRODUCTION"),
                ("deployment-review-51-eve-eu-west", "eve", "", "")},
                {(a["id"], a["by"], a.get("kind", "").removeprefix("APPROVAL_KIND_"),
                  a.get("environment", "").removeprefix("ENVIRONMENT_"))
                 for a in change["approvals"]})

    def test_a_deployment_whose_list_of_statuses_is_empty_has_no_outcome(self) -> None:
        self.write("deployment.json", json.dumps({
            "of_deployment": github.rest_deployment(31, "staging", "2026-03-02T10:00:00Z"),
            "deployment_statuses": []}))
        result = self.run_here("import", "--mapping", "github", "deployment.json",
                               "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertNotIn("conclusion", result.json()["change"]["deployments"][0])

    def test_who_wrote_the_commits_is_an_author(self) -> None:
        self.write("pull.json", json.dumps(github.pull_request()))
        self.write("commits.json", json.dumps([
            github.rest_commit("c" * 40, "bob", "bob@example.org", "First"),
            github.rest_commit("a" * 40, None, "eve@example.org",
                               "Second\n\nCo-authored-by: Cy Young <cy@example.org>"),
        ]))
        result = self.run_here("import", "--mapping", "github", "pull.json", "commits.json",
                               "--format", "json")
        self.assert_code(ALLOWED, result)
        change = result.json()["change"]
        self.assertEqual(["ann", "bob", "eve@example.org"], change["people"]["authors"])
        self.assertEqual(["cy@example.org"], change["people"]["co_authors"])
        self.assertEqual([("c" * 40, "bob"), ("a" * 40, "eve@example.org")],
                         [(c["id"], c["author"]) for c in change["commits"]])

    def test_an_approval_for_a_place_that_nobody_knows_is_not_one_for_every_place(self) -> None:
        for name, kind in (("prod", "APPROVAL_KIND_APPROVED"), ("eu-west", None)):
            review = github.event(
                "approved", approver={"login": "bob"}, workflow_job_run={"environment": name},
                workflow_run={"id": 9, "head_sha": "a" * 40, "updated_at": "2026-03-02T11:00:00Z"})
            for payloads in ([github.pull_event(), review], [review]):
                approval = self.change_of(payloads)["approvals"][0]
                self.assertEqual(kind, approval.get("kind"))

    def test_a_release_that_was_taken_away_is_not_released(self) -> None:
        release = {"url": f"{github.API}/releases/7", "tag_name": "v1.2.0", "draft": False,
                   "prerelease": False, "created_at": "2026-03-02T09:00:00Z",
                   "published_at": "2026-03-02T10:00:00Z"}
        result = self.import_lines([github.event("published", release=release)])
        self.assert_code(ALLOWED, result)
        for action in ("deleted", "unpublished"):
            result = self.import_lines([github.event(action, release=release)])
            self.assert_refused(result, "no mapping covers it")

    def test_a_word_that_github_did_not_have_is_named_and_counts_for_nothing(self) -> None:
        result = self.import_lines(
            [github.pull_event(), github.check_run(21, "unit", "splendid", "2026-03-02T10:10:00Z")],
            "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.err, "note: the table `conclusion` of `github-pull-request` has no "
                         "word for `splendid`", result=result)
        self.assertNotIn("conclusion", result.json()["change"]["evidence"][0])

    def test_a_field_that_vanished_invents_nothing(self) -> None:
        whole = github.whole_pull_request()
        expected = self.change_of(whole)
        payloads: list[github.Payload] = []
        variants: list[tuple[int, tuple[Any, ...]]] = []
        for index in range(len(whole)):
            variants += [(index, path) for path in paths_of(whole[index])]
        lines_of: list[range] = []
        for i, (index, path) in enumerate(variants):
            variant = github.whole_pull_request(1000 + i, f"{1000 + i:040d}")
            variant[index] = without(variant[index], path)
            lines_of.append(range(len(payloads) + 1, len(payloads) + len(variant) + 1))
            payloads += variant
        result = self.import_lines(payloads, "--format", "jsonl")
        refused = {int(line) for line in re.findall(r"all\.jsonl:(\d+)\S*: error", result.err)}
        changes = {line["change"]["id"]: line["change"] for line in result.json_lines()}
        compared = 0
        for i, (index, path) in enumerate(variants):
            if refused & set(lines_of[i]):
                continue
            change = changes.get(f"acme/shop#{1000 + i}")
            with self.subTest(payload=index, without=path):
                self.assertIsNotNone(change)
                assert change is not None
                compared += 1
                text = json.dumps(change).replace(f"{1000 + i:040d}", "a" * 40)
                change = json.loads(text.replace(str(1000 + i), "7"))
                self.assertLessEqual(approving(change), approving(expected))
                self.assertLessEqual(withdrawn(expected), withdrawn(change))
                self.assertLessEqual(standing(expected), standing(change))
                self.assertLessEqual(concluded(change, "PASSED"), concluded(expected, "PASSED"))
                self.assertLessEqual(concluded(expected, "FAILED"), concluded(change, "FAILED"))
                for field in ("state", "artifact", "people"):
                    self.assertIn(change.get(field), (expected[field], None), field)
        self.assertGreater(compared, 50)
        self.assertGreater(len(refused), 50)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/github_webhooks")
    def test_every_payload_of_the_set_is_imported_or_named(self) -> None:
        imported = 0
        for file in sorted(DATA.glob("*/*.json")):
            payload = json.loads(file.read_text(encoding="utf-8"))
            event = file.parent.name
            with self.subTest(file.relative_to(DATA)):
                result = self.run_here("import", "--mapping", "github", file, "--format", "json")
                of_pull_request = "pull_request" in payload.get("issue", {})
                if event in NOT_COVERED or payload.get("deleted") or of_pull_request:
                    self.assert_code(BAD_INPUT, result)
                    self.assert_says(result.err, f"{file}: error: no mapping covers it",
                                     result=result)
                    continue
                self.assert_code(ALLOWED, result)
                self.assertNotIn("has no word", result.err)
                imported += 1
                self.compare(event, payload, result.json())
        self.assertGreater(imported, 30)

    def compare(self, event: str, payload: github.Payload, imported: dict[str, Any]) -> None:
        """What a policy reads, taken from the payload without a mapping."""
        repository = payload["repository"]["full_name"]
        change = imported.get("change") or imported["release"]
        if event in ("pull_request", "pull_request_review"):
            pull = payload["pull_request"]
            self.assertEqual(f"{repository}#{pull['number']}", change["id"])
            self.assertEqual(pull["user"]["login"], change["people"]["requester"])
            self.assertEqual(pull["head"]["sha"], change["artifact"]["revision"])
            self.assertEqual([r["login"] for r in pull["requested_reviewers"]],
                             change["people"].get("nominees", []))
            decided = payload.get("review", {}).get("state") in ("dismissed", "approved")
            self.assertEqual(1 if decided else 0, len(change.get("approvals", [])))
        elif event in ("check_run", "check_suite", "workflow_run", "status"):
            run = payload.get(event, payload)
            evidence = change["evidence"][0]
            self.assertEqual(run.get("head_sha", run.get("sha")), evidence["revision"])
            said = run.get("conclusion") or run.get("state")
            words = {"success": "CONCLUSION_PASSED", "failure": "CONCLUSION_FAILED",
                     "neutral": "CONCLUSION_NEUTRAL", "error": "CONCLUSION_FAILED"}
            self.assertEqual(words.get(said), evidence.get("conclusion"), said)
        elif event in ("deployment", "deployment_status"):
            self.assertEqual(payload["deployment"]["creator"]["login"],
                             change["deployments"][0]["by"])
            self.assertEqual("ENVIRONMENT_PRODUCTION", change["deployments"][0]["environment"])
        elif event == "push":
            self.assertEqual([c["id"] for c in payload["commits"]],
                             [c["id"] for c in change.get("commits", [])])
            touched = {p for c in payload["commits"]
                       for p in c["added"] + c["modified"] + c["removed"]}
            self.assertEqual(touched, set(change.get("paths", [])))
        elif event == "issues":
            self.assertEqual(payload["issue"]["user"]["login"], change["people"]["requester"])
            self.assertEqual(payload["issue"]["title"], change["title"])
        else:
            self.assertEqual(payload["release"]["tag_name"].removeprefix("v"), change["version"])
            self.assertIn("state", change)


if __name__ == "__main__":
    unittest.main()
