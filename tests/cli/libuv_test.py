"""examples/libuv against a count of its own: totals and each record, under both readings."""

import json
import os
import pathlib
import random
import unittest
from typing import Any

import reviews
from command import BAD_INPUT, PROJECT, CommandTest

LIBUV = PROJECT / "examples" / "libuv"
EXCERPT = LIBUV / "data" / "commits.jsonl"
DATA = pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
ALL = DATA / "libuv_reviews" / "libuv_commits_reviews.jsonl"
# That of demo.sh: behind every date that a commit can have.
NOW = "9999-12-31T23:59:59Z"

VERDICTS = {
    "satisfied": "VERDICT_ALLOWED",
    "missing": "VERDICT_DENIED",
    "unsatisfiable": "VERDICT_DENIED",
    "unknown": "VERDICT_UNKNOWN",
}

NAMES = ("u1", "u2", "u3", "u4", "U1", " u2 ", "U4", "Zoë", "发", 7)
NO_NAMES = (None, "", "  ", "TBD", "n/a", "N.A.", "none", "nobody", "--")
DATES = (
    "2024-02-29T12:00:00Z", "2023-02-29T12:00:00Z", "2023-02-30T12:00:00Z", "1970-01-01T00:00:00Z",
    "2106-02-07T06:28:15+00:00", "2999-12-31T23:59:59-12:00", "2020-01-01T00:00:00+14:00",
    "2020-01-01T00:00:00+51:80", "2016-12-31T23:59:60Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00", "yesterday", "", None, 0, {"at": 1}, "2020-06-31T00:00:00Z",
    "2020-13-01T00:00:00Z", "2020-01-01", "2013-04-05T17:32:53+02:00",
)


def odd_commit(chance: random.Random) -> dict[str, Any]:
    """A record in which anything may be missing, null, twice or written in another way."""

    def name() -> Any:
        return chance.choice(NAMES if chance.random() < 0.8 else NO_NAMES)

    commit = {
        "commit": f"{chance.randrange(40):040x}",
        "author": name(),
        "committer": name(),
        "committed_at": chance.choice(DATES),
        "subject": chance.choice(("fix", None, "Zeile\nmit\u202eZeichen")),
        "reviewers": [name() for _ in range(chance.randrange(6))],
        "pr_url": None,
        "is_revert": chance.choice((True, False, None)),
        "self_reviewed": chance.choice((True, False, None)),
    }
    if chance.random() < 0.2:
        commit["committer"] = commit["author"]
    if chance.random() < 0.1:
        commit["reviewers"] = None
    for key in list(commit):
        if chance.random() < 0.07:
            del commit[key]
    return commit


def read(path: pathlib.Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


class LibuvTest(CommandTest):
    def compare(self, path: pathlib.Path, commits: list[dict[str, Any]], bad: int = 0) -> None:
        people = reviews.everybody(commits)
        for strict in (False, True):
            with self.subTest(path.name, strict=strict):
                judged = [reviews.judge(commit, strict, people) for commit in commits]
                arguments = [
                    "approvers", path, "--policy", LIBUV / "policy.yaml", "--mapping",
                    LIBUV / "commit-mapping.yaml", "--organization-mapping",
                    LIBUV / "people-mapping.yaml", "--now", NOW, "--format", "jsonl",
                ]
                if strict:
                    arguments += ["--overlay", LIBUV / "committer-apart.yaml"]
                counted = self.run_here(*arguments, "--totals").json()["totals"]
                annotations = counted.pop("annotations")
                self.assertEqual(reviews.totals(judged, bad), counted)
                self.assertEqual(
                    sum(author in reviewers for author, _, reviewers
                        in map(reviews.parties, commits)),
                    annotations["author_among_reviewers"],
                )
                answers = [
                    line for line in self.run_here(*arguments).json_lines()
                    if "invalid" not in line
                ]
                self.assertEqual(len(commits), len(answers))
                for commit, (outcome, parts), answer in zip(commits, judged, answers):
                    self.check_record(commit, outcome, parts, answer)

    def check_record(
        self, commit: dict[str, Any], outcome: str, parts: set[str], answer: dict[str, Any]
    ) -> None:
        (rule,) = answer["outcomes"]
        said = json.dumps([commit, answer], ensure_ascii=False)
        self.assertEqual(VERDICTS[outcome], answer["verdict"], said)
        if outcome != "satisfied":
            self.assertEqual(
                {"missing": "STATUS_UNSATISFIED", "unsatisfiable": "STATUS_UNSATISFIABLE",
                 "unknown": "STATUS_UNKNOWN"}[outcome], rule["status"], said)
        self.assertEqual(
            parts,
            {each["detail"] for each in rule["approval"].get("not_counted", ())
             if each["reason"] == "NOT_COUNTED_APART"},
            said,
        )

    def test_the_excerpt(self) -> None:
        self.compare(EXCERPT, read(EXCERPT))

    def test_all_records_at_hand(self) -> None:
        if not ALL.is_file():
            self.skipTest(f"{ALL} is not there")
        self.compare(ALL, read(ALL))

    def test_odd_records(self) -> None:
        for seed in range(20):
            chance = random.Random(seed)
            commits = [odd_commit(chance) for _ in range(chance.choice((1, 2, 60)))]
            with self.subTest(seed=seed):
                path = self.write(
                    f"odd-{seed}.jsonl",
                    "".join(json.dumps(commit, ensure_ascii=chance.random() < 0.5) + "\n"
                            for commit in commits),
                )
                self.compare(path, commits)

    def test_what_is_no_commit_is_bad_and_the_rest_is_counted(self) -> None:
        good = read(EXCERPT)
        bad = ("{", "[]", "5", '"commit"', "null", '{"reviewers": "u1"}', '{"reviewers": {"u1": 1}}',
               '{"author": ["u1"]}', '{"reviewers": [["u1"]]}', '{"author": 1, "author": 2}')
        lines = [json.dumps(commit) for commit in good]
        for position, line in enumerate(bad):
            lines.insert(3 * position, line)
        path = self.write("some-bad.jsonl", "\n".join(lines))
        self.compare(path, good, len(bad))

    def test_a_bad_line_is_named_once(self) -> None:
        # It is read for the commits and for the people.
        path = self.write("bad.jsonl", '{"author": "u1"}\n{"author"\n')
        result = self.run_here(
            "approvers", path.name, "--policy", LIBUV / "policy.yaml", "--mapping",
            LIBUV / "commit-mapping.yaml", "--organization-mapping", LIBUV / "people-mapping.yaml",
            "--now", NOW, "--totals",
        )
        self.assert_code(BAD_INPUT, result)
        self.assertEqual(1, result.err.count("bad.jsonl:2:"), str(result))


if __name__ == "__main__":
    unittest.main()
