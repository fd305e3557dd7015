"""examples/python: each decision is the command's, to the digest, and so is each count.

The command maps the records by mapping documents, the examples in Python: neither knows the other.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from example import COMMAND, NO_COMMAND, TOP

EXAMPLES = TOP / "examples"
DATA = Path(os.environ.get("CHANGEPOLICY_DATA") or TOP.parent / "shared" / "data")
BAD_INPUT = 3

needs_command = pytest.mark.skipif(not Path(COMMAND).exists(), reason=NO_COMMAND)


def run_example(
    name: str, *arguments: str | Path, without: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """``without``: a folder whose modules come before those that are installed."""
    paths = [str(without)] if without is not None else []
    paths += [each for each in [os.environ.get("PYTHONPATH")] if each]
    return subprocess.run(
        [sys.executable, "-B", EXAMPLES / "python" / name, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "agg", **variables},
    )


def ask_command(*arguments: str | Path) -> str:
    done = subprocess.run([COMMAND, *arguments], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1, 2, BAD_INPUT), done.stderr
    return done.stdout


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n") if line]


def columns(output: str, title: str) -> dict[str, list[int]]:
    """The numbers of each line of the table under a heading."""
    table = output.split(f"== {title}\n\n", 1)[1].split("\n\n", 1)[0]
    found = {}
    for line in table.splitlines()[1:]:
        match = re.match(r"  (.*?)((?: +\d+)+)$", line)
        assert match is not None, line
        found[match[1].strip()] = [int(number) for number in match[2].split()]
    return found


def expected_totals(totals: dict[str, Any]) -> dict[str, int]:
    """The command's totals under the names that are printed."""
    parts = totals.pop("self_approved_by_part")
    annotations = totals.pop("annotations")
    plain = {
        name.replace("bad_", "bad ").replace("self_", "self-"): count
        for name, count in totals.items()
    }
    return {**plain, **{f"as {part}": count for part, count in parts.items()}, **annotations}


def decided(path: Path, reading: str | None = None) -> dict[str, tuple[str, str]]:
    """Of each record its verdict and digest, as an example wrote them down."""
    lines = json_lines((path / "decisions.jsonl").read_text(encoding="utf-8"))
    found = {
        line["source"]: (line["verdict"], line["decision_digest"])
        for line in lines
        if reading is None or line["reading"] == reading
    }
    assert len(found) == len(lines) // (1 if reading is None else 2)
    return found


def by_command(output: str) -> dict[str, tuple[str, str]]:
    return {
        line["source"]: (line["verdict"].replace("VERDICT_", ""), line["decision_digest"])
        for line in json_lines(output)
        if "invalid" not in line
    }


# ---- Kubernetes


KUBERNETES = EXAMPLES / "kubernetes"


def compare_enhancements(folder: Path, out: Path, bad: int = 0) -> str:
    done = run_example("kubernetes_keps.py", "--data", folder, "--out", out)
    assert done.returncode == (BAD_INPUT if bad else 0), done.stderr
    assert done.stderr.count("bad record: ") == bad, done.stderr
    arguments = (
        folder,
        "--policy",
        KUBERNETES / "policy.yaml",
        "--mapping",
        KUBERNETES / "kep-mapping.yaml",
        "--organization-mapping",
        KUBERNETES / "roster-mapping.yaml",
        KUBERNETES / "people-mapping.yaml",
        "--now",
        "2026-07-25",
        "--format",
        "jsonl",
    )
    answers = by_command(ask_command("check", *arguments))
    assert answers and decided(out) == answers
    totals = json.loads(ask_command("approvers", *arguments, "--totals"))["totals"]
    assert totals["bad_records"] == bad
    printed = columns(done.stdout, "Who approved")
    assert {name: count for name, (count,) in printed.items()} == expected_totals(totals)
    summary = done.stdout.split("== Who approved")[0]
    verdicts = re.findall(r"^  (allowed|denied|unknown|error) +(\d+)", summary, re.M)
    assert {name.upper(): int(count) for name, count in verdicts} == {
        verdict: sum(each == verdict for each, _ in answers.values())
        for verdict in ("ALLOWED", "DENIED", "UNKNOWN", "ERROR")
    }
    return done.stdout


@needs_command
def test_the_excerpt_of_enhancements(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    output = compare_enhancements(KUBERNETES / "data", tmp_path)
    assert re.search(r"production-readiness-alpha +PRR-1 +2 unknown, 1 unsatisfied", output)
    assert "role prod-readiness-approvers             1\n" in output
    # It was tried: one approval opens the gate of that one.
    assert "1  an approval of alpha by prod-readiness-approvers\n" in output
    assert columns(output, "The 2 whose release is not on record, if it were") == {
        "1.20": [1, 1, 0, 0],
        "1.21": [0, 2, 0, 0],
    }


@needs_command
def test_all_enhancements_at_hand(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    folder = DATA / "kubernetes_keps"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    compare_enhancements(folder, tmp_path)


ODD_ENHANCEMENTS = {
    "plain": "kep-number: 1\nowning-sig: sig-a\nstatus: implementable\nauthors: ['@ann']\n",
    "scalars": "kep-number: 010\nowning-sig: sig-a\nstatus: yes\nauthors: [no, 7, 1.5, true]\n"
    "stage: beta\nlatest-milestone: 1.30\nlast-updated: 2024-01-31\n",
    "nulls": "kep-number: 6\nowning-sig: ~\nstatus: x\nauthors: [null, '', Ann, Zoë, ÉVA]\n"
    "stage:\nlatest-milestone: v120\napprovers: NULL\nreviewers: Null\n",
    "givers": "kep-number: 12\nowning-sig: sig-a\nstatus: implementable\nauthors: ['@Ann']\n"
    "stage: alpha\nlatest-milestone: v1.33\nlast-updated: 2024-9-1\n"
    "creation-date: '2024-02-29'\napprovers: [TBD, '@bob']\n",
    "emeritus": "kep-number: 13\nowning-sig: sig-a\nstatus: implemented\nauthors: [ann]\n"
    "approvers: [ann]\nstage: stable\nlatest-milestone: v1.36\n"
    "last-updated: 2026-07-23\n",
    "emeritus-since": "kep-number: 14\nowning-sig: sig-a\nstatus: implemented\nauthors: [ann]\n"
    "approvers: [n/a, '']\nstage: stable\nlatest-milestone: v1.36\n"
    "last-updated: 2026-07-24\n",
    "no-date-but-no-approval": "kep-number: 15\nowning-sig: s\nstatus: implementable\n"
    "authors: Null\n",
}
BAD_ENHANCEMENTS = {
    "no-number": "owning-sig: sig-a\nstatus: implementable\n",
    "no-owner": "kep-number: 21\nstatus: implementable\n",
    "no-status": "kep-number: 22\nowning-sig: sig-a\n",
    "a-status-of-null": "kep-number: 23\nowning-sig: sig-a\nstatus: null\n",
    "a-key-twice": "kep-number: 24\nstatus: x\nstatus: implementable\nowning-sig: sig-a\n",
    "no-yaml": "kep-number: [\n",
    "two-reviews": "kep-number: 25\nowning-sig: s\nstatus: x\nlast-updated: 2024-02-29\n",
    "no-such-day": "kep-number: 26\nowning-sig: s\nstatus: x\nlast-updated: 2024-02-30\n",
    "approved-without-a-date": "kep-number: 27\nowning-sig: s\nstatus: x\n",
    "a-stage-that-is-a-text": "kep-number: 28\nowning-sig: s\nstatus: x\n",
}
ODD_REVIEWS = {
    "10": "kep-number: 10.0\nbeta: {approver: [null, '@bob,@eve  @Dan', bob]}\n",
    "12": "kep-number: 12\nalpha:\n  approver: '@Ann @bob'\nbeta: \nstable: {approver: ~}\n",
    "13": "kep-number: 13\nstable: {approver: '@eve'}\n",
    "14": "kep-number: 14\nstable: {approver: '@eve'}\n",
    "15": "kep-number: 15\nalpha: {approver: ' @ '}\n",
    "25": "kep-number: 25\nalpha: {approver: bob}\n",
    "25-again": "kep-number: '25'\nalpha: {approver: bob}\n",
    "26": "kep-number: 26\nalpha: {approver: bob}\n",
    "27": "kep-number: 27\nalpha: {approver: bob}\n",
    "28": "kep-number: 28\nalpha: bob\n",
}
BAD_REVIEW = "alpha: {approver: bob}\n"


@needs_command
@pytest.mark.parametrize("reviewers", ["[Bob]", "[]", None])
def test_odd_enhancements(reviewers: str | None, tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    records = tmp_path / "records"
    (records / "prod-readiness").mkdir(parents=True)
    for name, content in {**ODD_ENHANCEMENTS, **BAD_ENHANCEMENTS}.items():
        (records / "kep_yaml" / "sig" / name).mkdir(parents=True)
        (records / "kep_yaml" / "sig" / name / "kep.yaml").write_text(content, encoding="utf-8")
    for name, content in {**ODD_REVIEWS, "no-number": BAD_REVIEW}.items():
        (records / "prod-readiness" / f"{name}.yaml").write_text(content, encoding="utf-8")
    if reviewers is not None:
        (records / "OWNERS_ALIASES").write_text(
            f"aliases:\n  prod-readiness-approvers: {reviewers}\n"
            "  prod-readiness-approvers-emeritus: [eve]\n",
            encoding="utf-8",
        )
    compare_enhancements(records, tmp_path / "out", bad=len(BAD_ENHANCEMENTS) + 1)


def test_groups_that_cannot_be_told_are_no_groups(tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    shutil.copytree(KUBERNETES / "data", tmp_path, dirs_exist_ok=True)
    (tmp_path / "OWNERS_ALIASES").write_text("aliases: [ann]\n")
    done = run_example("kubernetes_keps.py", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "OWNERS_ALIASES: `aliases`: a mapping is expected, not a list\n"


# ---- libuv


LIBUV = EXAMPLES / "libuv"
READINGS = {"author does not count": (), "neither author nor committer": ("committer-apart.yaml",)}


def compare_commits(folder: Path, out: Path, bad: int = 0) -> str:
    done = run_example("libuv_reviews.py", "--data", folder, "--out", out)
    assert done.returncode == (BAD_INPUT if bad else 0), done.stderr
    assert done.stderr.count("bad record: ") == bad, done.stderr
    verdicts = columns(done.stdout.replace(" normal\n", "\n"), "May they go ahead?")
    printed = columns(done.stdout, "Who approved")
    for place, (reading, overlays) in enumerate(READINGS.items()):
        arguments: list[str | Path] = [
            folder,
            "--policy",
            LIBUV / "policy.yaml",
            "--mapping",
            LIBUV / "commit-mapping.yaml",
            "--organization-mapping",
            LIBUV / "people-mapping.yaml",
            "--now",
            "9999-12-31T23:59:59Z",
            "--format",
            "jsonl",
        ]
        for overlay in overlays:
            arguments += ["--overlay", LIBUV / overlay]
        answers = by_command(ask_command("check", *arguments))
        assert answers and decided(out, reading) == answers
        counted = [
            sum(each == verdict for each, _ in answers.values())
            for verdict in ("ALLOWED", "DENIED", "UNKNOWN", "ERROR")
        ]
        assert verdicts[reading][:4] == counted
        totals = json.loads(ask_command("approvers", *arguments, "--totals"))["totals"]
        assert totals["bad_records"] == bad
        expected = expected_totals(totals)
        assert {name: counts[place] for name, counts in printed.items()} == {
            **dict.fromkeys(printed, 0),
            **expected,
        }
    return done.stdout


@needs_command
def test_the_excerpt_of_commits(tmp_path: Path) -> None:
    output = compare_commits(LIBUV / "data", tmp_path)
    assert "== Why not (author does not count)" in output
    assert re.search(r"11  two-reviewers +REV-1 +11 unsatisfied +11 anyone", output)
    assert columns(output, "What would let most of them through")["one more reviewer"] == [7, 7]
    assert "2 commits have two reviewers only if landing a patch is no authorship." in output


@needs_command
def test_all_commits_at_hand(tmp_path: Path) -> None:
    folder = DATA / "libuv_reviews"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    compare_commits(folder, tmp_path)


NAMES = (
    "u1",
    "u2",
    "u3",
    "u4",
    "U1",
    " u2 ",
    "Zoë",
    "ÉVA",
    "发",
    7,
    None,
    "",
    "  ",
    "TBD",
    "n/a",
    "N.A.",
    "nobody",
    "--",
)
DATES = (
    "2024-02-29T12:00:00Z",
    "2023-02-29T12:00:00Z",
    "0999-01-01T00:00:00Z",
    "2020-01-01",
    "2999-12-31T23:59:59-12:00",
    "2020-01-01T00:00:00+14:00",
    "2020-01-01T00:00:00+15:00",
    "2016-12-31T23:59:60Z",
    "9999-12-31T23:59:59-12:00",
    "yesterday",
    "",
    None,
    0,
    {"at": 1},
    "2013-04-05T17:32:53+02:00",
)


def odd_commit(chance: random.Random) -> dict[str, Any]:
    """A record in which anything may be missing, null, twice or written in another way."""
    commit = {
        "commit": f"{chance.randrange(40):040x}",
        "author": chance.choice(NAMES),
        "committer": chance.choice(NAMES),
        "committed_at": chance.choice(DATES),
        "subject": chance.choice(("fix", None, "Zeile\nmit\u202eZeichen")),
        "reviewers": chance.choice(
            (None, chance.choices(NAMES, k=chance.randrange(6)), chance.choices(NAMES, k=3))
        ),
        "is_revert": chance.choice((True, False, None, "true", 1)),
        "self_reviewed": chance.choice((True, False, None)),
    }
    return {key: value for key, value in commit.items() if chance.random() > 0.07}


@needs_command
@pytest.mark.parametrize("seed", range(3))
def test_odd_commits(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "odd.jsonl").write_text(
        "".join(
            json.dumps(odd_commit(chance), ensure_ascii=chance.random() < 0.5) + "\n"
            for _ in range(150)
        ),
        encoding="utf-8",
    )
    compare_commits(tmp_path / "records", tmp_path / "out")


@needs_command
def test_what_is_no_commit_is_bad_and_the_rest_is_decided(tmp_path: Path) -> None:
    bad = [
        b"{",
        b"[]",
        b"5",
        b'"commit"',
        b"null",
        b'{"reviewers": "u1"}',
        b'{"author": ["u1"]}',
        b'{"reviewers": [["u1"]]}',
        b'{"author": 1, "author": 2}',
        b'{"author": NaN}',
        b'{"author": "\\ud800"}',
        b'{"author": "\xff"}',
        b"[" * 100_000,
    ]
    good = (LIBUV / "data" / "commits.jsonl").read_bytes().splitlines()
    lines = [line for pair in zip(bad, good) for line in pair] + good[len(bad) :]
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "some-bad.jsonl").write_bytes(b"\n\n".join(lines))
    compare_commits(tmp_path / "records", tmp_path / "out", len(bad))


# ---- What is not there


def hidden(folder: Path, module: str) -> Path:
    """A folder before the installed modules, in which this one cannot be imported."""
    folder.mkdir()
    (folder / f"{module}.py").write_text("raise ImportError('hidden by a test')\n")
    return folder


def test_without_matplotlib_it_says_so_and_does_the_rest(tmp_path: Path) -> None:
    done = run_example(
        "libuv_reviews.py",
        "--data",
        LIBUV / "data",
        "--out",
        tmp_path / "out",
        without=hidden(tmp_path / "hidden", "matplotlib"),
    )
    assert done.returncode == 0, done.stderr
    assert "no figure: matplotlib is not there" in done.stdout
    assert len(decided(tmp_path / "out", "author does not count")) == 30
    assert not list((tmp_path / "out").glob("*.png"))


def test_without_a_reader_of_yaml_it_says_so(tmp_path: Path) -> None:
    done = run_example(
        "kubernetes_keps.py",
        "--data",
        KUBERNETES / "data",
        without=hidden(tmp_path / "hidden", "yaml"),
    )
    assert done.returncode == 1
    assert "needs PyYAML" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["kubernetes_keps", "libuv_reviews"])
def test_the_excerpt_is_taken_where_no_data_are(name: str, tmp_path: Path) -> None:
    if name == "kubernetes_keps":
        pytest.importorskip("yaml")
    done = run_example(f"{name}.py", CHANGEPOLICY_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert f"of {EXAMPLES / name.split('_')[0] / 'data'}; 0 bad records" in done.stdout


@pytest.mark.parametrize("name", ["kubernetes_keps", "libuv_reviews"])
def test_a_folder_without_records(name: str, tmp_path: Path) -> None:
    done = run_example(f"{name}.py", "--data", tmp_path)
    assert done.returncode != 0
    assert f"{tmp_path}: no records in it" in done.stderr
    missing = run_example(f"{name}.py", "--data", tmp_path / "nowhere")
    assert missing.returncode != 0
    assert "nowhere: no such folder" in missing.stderr


# ---- The figure, and how it is written


@pytest.mark.parametrize("name", ["kubernetes_keps", "libuv_reviews"])
def test_the_figure(name: str, tmp_path: Path) -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    if name == "kubernetes_keps":
        pytest.importorskip("yaml")
    data = EXAMPLES / name.split("_")[0] / "data"
    done = run_example(f"{name}.py", "--data", data, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    image = pyplot.imread(tmp_path / f"{name}.png")
    height, width = image.shape[:2]
    assert width > 1000 and height > 700
    # The blue of what is allowed and the orange of what is denied are in it.
    pixels = (image[..., :3] * 255).round().astype(int)
    for color in ((0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00)):
        assert (pixels == color).all(axis=-1).sum() > 1000


@pytest.mark.parametrize("tool", ["mypy", "ruff"])
def test_types_and_style(tool: str, tmp_path: Path) -> None:
    command = shutil.which(tool, path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
    if command is None:
        pytest.skip(f"{tool} is not installed")
    options = (
        ["check", "--no-cache"]
        if tool == "ruff"
        else ["--strict", "--no-error-summary", f"--cache-dir={tmp_path}"]
    )
    done = subprocess.run(
        [command, *options, "."],
        cwd=EXAMPLES / "python",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
