"""Writes payloads/*.json of the mutation test from those of the tests of the command.

CHANGEPOLICY_COMMAND=build/changepolicy python3 -B tests/mapping/write_payloads.py
"""

import json
import pathlib
import sys
from typing import Any

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "cli"))

import azure_devops_payloads as azure  # noqa: E402
import bitbucket_payloads as bitbucket  # noqa: E402
import gitea_payloads as gitea  # noqa: E402
import github_payloads as github  # noqa: E402
import gitlab_payloads as gitlab  # noqa: E402
import jira_payloads as jira  # noqa: E402
import servicenow_payloads as servicenow  # noqa: E402


def statement(predicate_type: str, predicate: dict[str, Any]) -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "shop.tar", "digest": {"sha256": "d1" * 32}},
            {"name": "shop.deb", "digest": {"sha256": "d2" * 32}},
        ],
        "predicateType": predicate_type,
        "predicate": predicate,
    }


TEST_RESULT = statement(
    "https://in-toto.io/attestation/test-result/v0.1",
    {
        "result": "PASSED",
        "configuration": [],
        "url": "https://ci.example/1",
        "passedTests": ["a", "b"],
        "warnedTests": [],
        "failedTests": [],
    },
)
VERIFICATION_RESULT = statement(
    "https://in-toto.io/attestation/svr/v0.2",
    {
        "verifier": {"id": "https://v.example"},
        "timeCreated": "2026-03-01T10:00:00Z",
        "properties": ["A_1", "B_2"],
    },
)
PROVENANCE = statement(
    "https://slsa.dev/provenance/v1",
    {
        "buildDefinition": {
            "buildType": "t",
            "externalParameters": {},
            "resolvedDependencies": [
                {"uri": "git+https://git.example/shop", "digest": {"gitCommit": "c" * 40}}
            ],
        },
        "runDetails": {
            "builder": {"id": "https://builder.example"},
            "metadata": {
                "invocationId": "https://ci.example/2",
                "finishedOn": "2026-03-01T10:00:00Z",
            },
        },
    },
)
SUMMARY = statement(
    "https://slsa.dev/verification_summary/v1",
    {
        "verifier": {"id": "https://v.example"},
        "verificationResult": "PASSED",
        "timeVerified": "2026-03-01T10:00:00Z",
        "verifiedLevels": ["SLSA_BUILD_LEVEL_2"],
    },
)
# One run with a finding of each kind, one of whose findings were all looked at, and a clean one.
SCAN = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "scan",
                    "rules": [
                        {"id": "R1", "properties": {"security-severity": "9.1"}},
                        {"id": "R2", "defaultConfiguration": {"level": "note"}},
                    ],
                }
            },
            "invocations": [{"executionSuccessful": True, "endTimeUtc": "2026-03-01T10:00:00Z"}],
            "results": [
                {"ruleId": "R1", "ruleIndex": 0, "message": {"text": "bad"}},
                {"ruleId": "R2", "ruleIndex": 1, "message": {"text": "small"}},
                {"ruleId": "R3", "level": "warning", "message": {"text": "odd"}},
                {"ruleId": "R4", "kind": "pass", "message": {"text": "fine"}},
            ],
        },
        {
            "tool": {"driver": {"name": "review", "rules": [{"id": "S1"}]}},
            "invocations": [{"executionSuccessful": True, "endTimeUtc": "2026-03-01T10:00:00Z"}],
            "results": [
                {
                    "ruleId": "S1",
                    "level": "error",
                    "message": {"text": "known"},
                    "suppressions": [{"kind": "external", "status": "accepted"}],
                },
                {
                    "ruleId": "S1",
                    "level": "error",
                    "message": {"text": "gone"},
                    "baselineState": "absent",
                },
            ],
        },
        {
            "tool": {"driver": {"name": "clean"}},
            "invocations": [{"executionSuccessful": False, "endTimeUtc": "2026-03-01T10:00:00Z"}],
            "results": [],
        },
    ],
}

SCENES: dict[str, list[Any]] = {
    "azure-devops_pull-request": [*azure.whole(), azure.build("succeeded", "b")],
    "azure-devops_draft": [azure.pull(votes={"bob": 10}, isDraft=True), azure.build("failed")],
    "bitbucket_pull-request": [*bitbucket.whole(), bitbucket.status("SUCCESSFUL", "b")],
    "bitbucket_server": bitbucket.server_whole(),
    "gitea_issue": [gitea.issue()],
    "gitea_pull-request": gitea.whole(),
    "gitea_push": [gitea.push()],
    "gitea_release": [gitea.release()],
    "gitea_rest": gitea.whole_of_rest(),
    "github_pull-request": github.whole_pull_request(),
    "github_draft": [
        github.pull_event("opened", draft=True),
        github.review(11, "bob", "changes_requested", "2026-03-02T10:00:00Z"),
        github.review(
            11,
            "bob",
            "dismissed",
            "2026-03-02T10:00:00Z",
            action="dismissed",
            sent_at="2026-03-02T11:00:00Z",
        ),
        github.pull_event("converted_to_draft", draft=True, updated_at="2026-03-02T12:00:00Z"),
    ],
    "github_rest": [
        github.pull_request(),
        {
            "total_count": 2,
            "check_runs": [
                github.rest_check_run(21, "unit", "success", "2026-03-02T10:00:00Z"),
                github.rest_check_run(22, "security", "failure", "2026-03-02T10:01:00Z"),
            ],
        },
        {
            "state": "failure",
            "sha": "a" * 40,
            "statuses": [
                github.rest_status(41, "lint", "success", "2026-03-02T10:02:00Z"),
                github.rest_status(42, "docs", "failure", "2026-03-02T10:03:00Z"),
            ],
        },
        github.rest_status(43, "links", "success", "2026-03-02T10:04:00Z"),
        github.rest_deployment(31, "staging", "2026-03-02T10:05:00Z"),
        github.rest_commit("c" * 40, "bob", "bob@example.org", "First"),
        github.rest_commit(
            "a" * 40, None, "eve@example.org", "Second\n\nCo-authored-by: Cy Young <cy@example.org>"
        ),
    ],
    "gitlab_merge-request": gitlab.whole_request(),
    "in-toto_svr": [VERIFICATION_RESULT],
    "in-toto_test-result": [TEST_RESULT],
    "jira_issue": jira.whole_issue(),
    "sarif_scan": [SCAN],
    "servicenow_change": servicenow.whole_change(),
    "slsa_provenance": [PROVENANCE],
    "slsa_vsa": [SUMMARY],
}


def main() -> None:
    for name, payloads in SCENES.items():
        text = json.dumps(payloads, indent=1, ensure_ascii=False) + "\n"
        (HERE / "payloads" / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
