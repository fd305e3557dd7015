"""Were libuv's commits reviewed by two people who did not write them?

The libuv project writes into a commit who reviewed it. examples/libuv answers with the command and
a mapping document; this is the same from Python, with a figure.

    python examples/python/libuv_reviews.py [--data DIR] [--out DIR]

Cells begin with `# %%`: editors and Jupyter (by jupytext) run them one by one.
"""

# %% The records: one JSON object per line
from __future__ import annotations

import collections
import dataclasses
import datetime
import pathlib
import re
import sys
from collections.abc import Callable
from typing import Any

from changepolicy import Decision, DecisionError, Organization, Policy
from changepolicy.answers import ApprovalsAnswer

import foreign
import notebook

LIBUV = notebook.EXAMPLES / "libuv"
options = notebook.options(__doc__, "libuv_reviews", LIBUV / "data")

# An approval has the time of its commit, so the question is asked behind all of them.
NOW = "9999-12-31T23:59:59Z"

# By name, `FILE:LINE`. What is bad is named, and the rest goes on.
commits: dict[str, dict[str, Any]] = {}
bad: dict[str, str] = {}
for path in sorted(options.data.glob("**/*.jsonl")):
    for source, line in foreign.json_lines(path):
        try:
            commits[source] = foreign.mapping_of(foreign.read_json(line))
        except foreign.BadRecord as problem:
            bad[source] = str(problem)
if not commits and not bad:
    sys.exit(f"{options.data}: no records in it")

# %% A commit becomes a change
# There is no call for mapping documents in Python, so this says in Python what
# examples/libuv/commit-mapping.yaml says. Its reviewers become its approvals.
NOBODY = {"", "tbd", "tba", "na", "none", "todo", "nobody", "unassigned", "notapplicable"}
INSTANT = re.compile(
    r"[12]\d{3}-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)",
    re.ASCII,
)


def name(value: Any) -> str:
    """Capitals and blanks around a name make no other person; empty: there is none."""
    return "" if value is None else foreign.lower(foreign.text(value).strip())


def is_nobody(person: str) -> bool:
    """Whether it is what people write for nobody: n/a, N.A., TBD."""
    return re.sub(r"[^a-z0-9\x80-\U0010ffff]", "", person) in NOBODY


def somebody(value: Any) -> str:
    """A person; empty where nobody is named."""
    return "" if is_nobody(name(value)) else name(value)


def instant(value: Any) -> str:
    """A date that the calendar has, with an offset; anything else is none."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        return ""
    try:
        datetime.date.fromisoformat(value[:10])
    except ValueError:
        return ""
    return value


def reviewers_of(commit: dict[str, Any]) -> list[str]:
    """Each once, in the order of the record."""
    given = foreign.list_of(commit.get("reviewers"))
    return [person for person in dict.fromkeys(map(name, given)) if person]


def change_of(commit: dict[str, Any], source: str) -> dict[str, Any]:
    author, committer = somebody(commit.get("author")), somebody(commit.get("committer"))
    at = instant(commit.get("committed_at"))
    # An approval without a time is there always.
    times = {"happened_at": at, "recorded_at": at} if at else {}
    hash_ = "" if commit.get("commit") is None else foreign.text(commit["commit"])
    return {
        "id": hash_ if hash_.strip() else source,
        "title": "" if commit.get("subject") is None else foreign.text(commit["subject"]),
        "state": "ASSESSED",
        "tracker": {"system": "git", "key": hash_},
        "people": {
            "authors": [author] if author else [],
            # Nobody can say that a reviewer is somebody else than a committer who is not named.
            "committers": [committer or "no committer named"],
        },
        "approvals": [
            {"id": person, "by": person, "kind": "APPROVED", **times}
            for person in reviewers_of(commit)
        ],
    }


changes: dict[str, dict[str, Any]] = {}
for source, commit in commits.items():
    try:
        changes[source] = change_of(commit, source)
    except foreign.BadRecord as problem:
        bad[source] = str(problem)


# %% Everybody who is named is a person
def people_of(commit: dict[str, Any]) -> set[str]:
    reviewers = commit.get("reviewers")
    named = [commit.get("author"), commit.get("committer")]
    named += reviewers if isinstance(reviewers, list) else []
    return {
        name(each)
        for each in named
        if isinstance(each, (str, int, float)) and not isinstance(each, bool)
    }


people = sorted(
    person for person in set().union(*map(people_of, commits.values())) if not is_nobody(person)
)
organization = Organization.from_dict({"directory": {"people": [{"id": each} for each in people]}})


# %% Two readings of the rule
# The committer may have landed the patch as it was, or changed it on the way. A commit does not say
# which, so the policy has to.
@dataclasses.dataclass
class Reading:
    """A policy, and what it says of each commit."""

    policy: Policy
    decisions: dict[str, Decision] = dataclasses.field(default_factory=dict)
    approvals: dict[str, ApprovalsAnswer] = dataclasses.field(default_factory=dict)


AUTHOR, BOTH = "author does not count", "neither author nor committer"
readings = {
    AUTHOR: Reading(Policy.load(LIBUV / "policy.yaml")),
    BOTH: Reading(Policy.load(LIBUV / "policy.yaml", overlays=[LIBUV / "committer-apart.yaml"])),
}

# %% Deciding them
for reading in readings.values():
    answers = reading.policy.check_many(changes.values(), organization=organization, now=NOW)
    for source, answer in zip(changes, answers):
        if isinstance(answer, DecisionError):
            bad[source] = answer.message
            continue
        reading.decisions[source] = answer
        reading.approvals[source] = reading.policy.approvals(
            changes[source], organization=organization, now=NOW
        )
decided = [source for source in changes if source not in bad]

for source, why in sorted(bad.items()):
    print(f"bad record: {notebook.one_line(source)}: {notebook.one_line(why)}", file=sys.stderr)

# %% What came of it
print(f"{len(decided)} commits of {options.data}; {len(bad)} bad records")

notebook.heading("May they go ahead?")
VERDICTS = ("ALLOWED", "DENIED", "UNKNOWN", "ERROR")
notebook.table(
    ["who does not count", *map(str.lower, VERDICTS), "category"],
    [
        [
            title,
            *(
                sum(each.verdict == verdict for each in reading.decisions.values())
                for verdict in VERDICTS
            ),
            notebook.counts(each.category for each in reading.decisions.values()),
        ]
        for title, reading in readings.items()
    ],
)

# %% The same as `changepolicy approvers --totals` counts it
facts: dict[str, Callable[[dict[str, Any]], bool]] = {
    "author_among_reviewers": lambda commit: somebody(commit.get("author")) in reviewers_of(commit),
    "committer_among_reviewers": lambda commit: (
        somebody(commit.get("committer")) in reviewers_of(commit)
    ),
    "landed_by_another": lambda commit: (
        somebody(commit.get("author")) != somebody(commit.get("committer"))
    ),
    "no_date": lambda commit: not instant(commit.get("committed_at")),
    "no_reviewer": lambda commit: not reviewers_of(commit),
    "revert": lambda commit: commit.get("is_revert") is True,
    "says_self_reviewed": lambda commit: commit.get("self_reviewed") is True,
}
noted = {fact: sum(holds(commits[source]) for source in decided) for fact, holds in facts.items()}
totals = {
    title: notebook.approval_totals(reading.approvals.values(), len(bad), noted)
    for title, reading in readings.items()
}
notebook.heading("Who approved")
notebook.table(
    ["", *totals], [[each, *(of.get(each, 0) for of in totals.values())] for each in totals[BOTH]]
)

# %% Why not, and who is missing
for title, reading in readings.items():
    notebook.heading(f"Why not ({title})")
    notebook.reasons(reading.policy, reading.decisions.values())


def counting(decision: Decision) -> int:
    """Reviewers who count; the rule asks for two."""
    return sum(
        len(slot.assigned)
        for outcome in decision.outcomes
        if outcome.approval is not None
        for slot in outcome.approval.slots
    )


# %% What would let most of them through
notebook.heading("What would let most of them through")
short = {
    title: collections.Counter(
        2 - counting(each) for each in reading.decisions.values() if not each.allowed
    )
    for title, reading in readings.items()
}
notebook.table(
    ["step", *readings],
    [
        [step, *(short[title][missing] for title in readings)]
        for step, missing in (
            ("one more reviewer", 1),
            ("two reviewers", 2),
            ("a name for the author or the committer", 0),
        )
    ],
)
landed = [
    source
    for source in decided
    if readings[AUTHOR].decisions[source].allowed and not readings[BOTH].decisions[source].allowed
]
print(f"\n  {len(landed)} commits have two reviewers only if landing a patch is no authorship.")

# %% A few of them
notebook.heading(f"A few of them ({AUTHOR})")
by_verdict: dict[tuple[str, int], list[str]] = collections.defaultdict(list)
for source in decided:
    decision = readings[AUTHOR].decisions[source]
    by_verdict[str(decision.verdict), counting(decision)].append(source)
notebook.table(
    ["commit", "committed", "reviewers", "verdict", "held by", "missing"],
    [
        [
            changes[source]["id"][:12],
            instant(commits[source].get("committed_at"))[:10],
            ", ".join(reviewers_of(commits[source])),
            decision.verdict,
            ", ".join(f"{each.rule} [{', '.join(each.clauses)}]" for each in decision.blocking),
            ", ".join(decision.missing_roles),
        ]
        for group in sorted(by_verdict)
        for source in by_verdict[group][:3]
        for decision in [readings[AUTHOR].decisions[source]]
    ],
)

# %% Years
years: dict[str, list[str]] = collections.defaultdict(list)
for source in decided:
    years[instant(commits[source].get("committed_at"))[:4] or "no date"].append(source)

notebook.heading("By year of the commit")
notebook.table(
    ["year", "commits", *(f"allowed, {title}" for title in readings)],
    [
        [
            year,
            len(of_year),
            *(
                sum(reading.decisions[source].allowed for source in of_year)
                for reading in readings.values()
            ),
        ]
        for year, of_year in sorted(years.items())
    ],
)


# %% Files: what was decided, and the figure
def draw(plt: Any, path: pathlib.Path) -> None:
    figure, (above, below) = plt.subplots(
        2, sharex=True, figsize=(9, 7), height_ratios=(3, 2), layout="constrained"
    )
    names = sorted(years)
    groups: list[tuple[str, str, Callable[[Decision], bool]]] = [
        ("two who count", notebook.COLORS["ALLOWED"], lambda each: each.allowed),
        ("one", "#56B4E9", lambda each: not each.allowed and counting(each) == 1),
        ("none", notebook.COLORS["DENIED"], lambda each: not each.allowed and counting(each) == 0),
        (
            "cannot be told",
            notebook.COLORS["UNKNOWN"],
            lambda each: not each.allowed and counting(each) > 1,
        ),
    ]
    author_apart = readings[AUTHOR].decisions
    notebook.stack(
        above,
        [
            (
                label,
                color,
                [sum(belongs(author_apart[source]) for source in years[year]) for year in names],
            )
            for label, color, belongs in groups
        ],
    )
    above.set_ylabel("commits")
    above.legend(title="reviewers named in the commit,\nits author not counted")

    for (title, reading), marker, color, aside in zip(
        readings.items(), "os", (notebook.COLORS["ALLOWED"], "#CC79A7"), (-0.1, 0.1)
    ):
        shares, ranges = [], []
        for year in names:
            part = sum(reading.decisions[source].allowed for source in years[year])
            low, high = notebook.likely_share(part, len(years[year]))
            shares.append(100 * part / len(years[year]))
            ranges.append((shares[-1] - 100 * low, 100 * high - shares[-1]))
        below.errorbar(
            [place + aside for place in range(len(names))],
            shares,
            yerr=None if options.chosen else list(zip(*ranges)),
            fmt=marker,
            color=color,
            capsize=2,
            label=title,
        )
    below.set_ylim(-3, 103)
    below.set_ylabel("allowed, % of the year's commits")
    below.set_xlabel("year of the commit")
    below.set_xticks(range(len(names)), names)
    below.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    below.legend(title="who does not count")

    figure.suptitle(
        f"{len(decided)} libuv commits: do two people who did not write them stand in them as "
        "reviewers?"
    )
    figure.supxlabel(
        "A commit that names no reviewer may have been reviewed elsewhere. "
        + (
            "These commits were chosen so that each case occurs: shares say nothing of the project."
            if options.chosen
            else "Lines of the lower part: 95% Wilson intervals, as if drawn at random."
        ),
        fontsize=7.5,
        color="#555555",
    )
    notebook.save(figure, path)


if options.out is not None:
    notebook.write_lines(
        options.out / "decisions.jsonl",
        (
            {
                "source": source,
                "reading": title,
                "subject_id": decision.subject_id,
                "verdict": decision.verdict,
                "decision_digest": decision.digest,
                "held_by": [outcome.rule for outcome in decision.blocking],
                "missing_roles": decision.missing_roles,
            }
            for title, reading in readings.items()
            for source, decision in reading.decisions.items()
        ),
    )
    pyplot = notebook.pyplot()
    if pyplot is not None:
        draw(pyplot, options.out / "libuv_reviews.png")

sys.exit(3 if bad else 0)
