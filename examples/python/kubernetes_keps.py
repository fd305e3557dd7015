"""May Kubernetes' enhancements go into the release, and who has to approve them?

Kubernetes keeps a record of each enhancement (`kep.yaml`) and of who approved its production
readiness. examples/kubernetes decides them with the command and mapping documents; this is the same
from Python, with a figure. The records are YAML, so PyYAML is needed.

    python examples/python/kubernetes_keps.py [--data DIR] [--out DIR]

Cells begin with `# %%`: editors and Jupyter (by jupytext) run them one by one.
"""

# %% The records: an enhancement each, production-readiness reviews, groups of people
from __future__ import annotations

import collections
import pathlib
import re
import sys
from collections.abc import Container
from typing import Any

from changepolicy import Decision, DecisionError, Organization, Policy
from changepolicy.answers import ApprovalsAnswer
from changepolicy.records import FixStep

import foreign
import notebook

KUBERNETES = notebook.EXAMPLES / "kubernetes"
options = notebook.options(__doc__, "kubernetes_keps", KUBERNETES / "data")

# The day after the records were taken.
NOW = "2026-07-25"

# What is bad is named, and the rest goes on.
bad: dict[str, str] = {}


def read_all(pattern: str) -> dict[str, dict[str, Any]]:
    """The files that are like the pattern, by name."""
    found = {}
    for path in sorted(options.data.glob(pattern)):
        source = path.relative_to(options.data).as_posix()
        try:
            found[source] = foreign.mapping_of(foreign.read_yaml(path))
        except foreign.BadRecord as problem:
            bad[source] = str(problem)
    return found


enhancements = read_all("kep_yaml/**/kep.yaml")
reviews = read_all("prod-readiness/**/*.yaml")
rosters = read_all("OWNERS_ALIASES")
if not enhancements and not bad:
    sys.exit(f"{options.data}: no records in it")

# %% The reviews of each enhancement, by its number
reviews_of: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
for source, review in reviews.items():
    try:
        reviews_of[foreign.text(review.get("kep-number"))].append(review)
    except foreign.BadRecord as problem:
        bad[source] = f"`kep-number`: {problem}"

# %% An enhancement becomes a change
# There is no call for mapping documents in Python, so this says in Python what
# examples/kubernetes/kep-mapping.yaml says. What is not on record stays unknown, never a guess.
STAGES = ("alpha", "beta", "stable")
STATUSES = (
    "provisional",
    "implementable",
    "implemented",
    "deferred",
    "rejected",
    "withdrawn",
    "replaced",
)
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
PLACEHOLDERS = ("", "tbd", "na", "none", "todo", "unknown", "-", "?")


def handle(value: Any) -> str:
    """On GitHub a handle is an identity."""
    return foreign.lower(foreign.text(value).replace("@", "").strip())


def handles(value: Any) -> list[str]:
    return [handle(each) for each in foreign.list_of(value) if each is not None]


def date_of(enhancement: dict[str, Any]) -> str:
    """When it was approved is not on record; the day of its last update stands for it."""
    updated = enhancement.get("last-updated")
    if updated is not None and DATE.fullmatch(foreign.text(updated)):
        return foreign.text(updated)
    created = foreign.text(enhancement["creation-date"])
    return created if DATE.fullmatch(created) else "1970-01-01"


def givers(review: dict[str, Any], stage: str) -> list[str]:
    """Most name one approver; a list, or several in one text, are as many."""
    if review.get(stage) is None:
        return []
    given = foreign.mapping_of(review[stage]).get("approver")
    texts = [
        foreign.text(each)
        for each in (given if isinstance(given, list) else [given])
        if each is not None
    ]
    split = (re.split("[ ,@]", foreign.lower(each)) for each in texts)
    return list(dict.fromkeys(who for each in split for who in each if who))


def facts_of(enhancement: dict[str, Any]) -> dict[str, Any]:
    status = foreign.text(enhancement["status"])
    stage, milestone = (
        None if enhancement.get(field) is None else foreign.text(enhancement[field])
        for field in ("stage", "latest-milestone")
    )
    release = re.fullmatch("v?1[.]([0-9]+)", milestone or "")
    facts = {
        "stage": stage if stage in STAGES else None,
        "status": status if status in STATUSES else None,
        "sig": enhancement["owning-sig"],
        "minor": int(release[1]) if release else None,
    }
    return {fact: value for fact, value in facts.items() if value is not None}


def change_of(enhancement: dict[str, Any]) -> dict[str, Any]:
    number = foreign.text(enhancement["kep-number"])
    found = reviews_of[number]
    if len(found) > 1:
        raise foreign.BadRecord(f"{len(found)} reviews belong to it")
    review = found[0] if found else {}
    given = [(stage, who) for stage in STAGES for who in givers(review, stage)]
    at = date_of(enhancement) if given else ""
    return {
        "id": f"KEP-{number}",
        "title": "" if enhancement.get("title") is None else foreign.text(enhancement["title"]),
        "state": "ASSESSED",
        "tracker": {"system": "github", "key": f"kubernetes/enhancements#{number}"},
        # Nominating somebody is not their approval: only reviews are approvals.
        "people": {
            "authors": handles(enhancement.get("authors")),
            "nominees": handles(enhancement.get("approvers")),
        },
        "facts": facts_of(enhancement),
        "approvals": [
            {
                "id": f"{stage}/{who}",
                "criterion": stage,
                "kind": "APPROVED",
                "by": who,
                "happened_at": at,
                "recorded_at": at,
            }
            for stage, who in given
        ],
    }


changes: dict[str, dict[str, Any]] = {}
for source, enhancement in enhancements.items():
    try:
        changes[source] = change_of(enhancement)
    except KeyError as missing:
        bad[source] = f"`{missing.args[0]}` is not there"
    except foreign.BadRecord as problem:
        bad[source] = str(problem)

# %% People and groups
# Each alias of OWNERS_ALIASES is a role, each handle in it and each author a person. A reviewer of
# production readiness who became emeritus counts for what was approved before the records' day.
REVIEWERS = "prod-readiness-approvers"
groups: dict[str, list[str]] = {}
for source, roster in rosters.items():
    try:
        for alias, members in foreign.mapping_of(roster.get("aliases")).items():
            groups[alias] = handles(members)
    except foreign.BadRecord as problem:
        sys.exit(f"{source}: `aliases`: {problem}")
people = {who for members in groups.values() for who in members}
people |= {who for change in changes.values() for who in change["people"]["authors"] if who}
organization = Organization.from_dict(
    {
        "directory": {
            "people": [{"id": who} for who in sorted(people)],
            "roles": [
                {
                    "id": alias,
                    "members": members,
                    "memberships": [
                        {"person": who, "end": "2026-07-24"}
                        for who in groups[f"{REVIEWERS}-emeritus"]
                    ]
                    if alias == REVIEWERS and f"{REVIEWERS}-emeritus" in groups
                    else [],
                }
                for alias, members in sorted(groups.items())
            ],
        }
    }
)

# %% Deciding them
policy = Policy.load(KUBERNETES / "policy.yaml")
decisions: dict[str, Decision] = {}
approvals: dict[str, ApprovalsAnswer] = {}
for source, answer in zip(
    changes, policy.check_many(changes.values(), organization=organization, now=NOW)
):
    if isinstance(answer, DecisionError):
        bad[source] = answer.message
        continue
    decisions[source] = answer
    approvals[source] = policy.approvals(changes[source], organization=organization, now=NOW)

for source, why in sorted(bad.items()):
    print(f"bad record: {notebook.one_line(source)}: {notebook.one_line(why)}", file=sys.stderr)

# %% What came of it
VERDICTS = ("ALLOWED", "DENIED", "UNKNOWN", "ERROR")


print(f"{len(decisions)} enhancements of {options.data}; {len(bad)} bad records")

notebook.heading("May they go into the release?")
notebook.table(
    ["verdict", "enhancements", "category", "risk"],
    [
        [
            verdict.lower(),
            len(of_verdict),
            notebook.counts(decision.category for decision in of_verdict),
            notebook.counts(decision.risk_level for decision in of_verdict),
        ]
        for verdict in VERDICTS
        for of_verdict in [[each for each in decisions.values() if each.verdict == verdict]]
    ],
)

# %% The same as `changepolicy approvers --totals` counts it
nominees = {source: changes[source]["people"]["nominees"] for source in decisions}
noted = {
    "no_approver": sum(not named for named in nominees.values()),
    "placeholder_only": sum(
        bool(named) and all(re.sub("[/.]", "", who) in PLACEHOLDERS for who in named)
        for named in nominees.values()
    ),
    "self_nominated": sum(
        bool({*named} & {*changes[source]["people"]["authors"]})
        for source, named in nominees.items()
    ),
}
notebook.heading("Who approved")
notebook.table(
    ["", "enhancements"],
    notebook.approval_totals(approvals.values(), len(bad), noted).items(),
)

# %% Why not, and who or what is missing
notebook.heading("Why not")
held = notebook.reasons(policy, decisions.values())
notebook.heading("Whose approval is missing")
notebook.table(
    ["role", "enhancements"],
    collections.Counter(
        role for decision in decisions.values() for role in decision.missing_roles
    ).most_common(),
)

# %% A few of them
notebook.heading("A few of them")
notebook.table(
    ["enhancement", "sig", "stage", "verdict", "held by", "not known"],
    [
        [
            decision.subject_id,
            changes[source]["facts"].get("sig", ""),
            changes[source]["facts"].get("stage", ""),
            decision.verdict,
            ", ".join(
                f"{each.rule} [{', '.join(each.clauses)}]"
                for each in decision.blocking
                if each.status != "UNKNOWN"
            ),
            ", ".join(map(notebook.fact, decision.missing_facts)),
        ]
        for verdict in VERDICTS
        for source, decision in [each for each in decisions.items() if each[1].verdict == verdict][
            :4
        ]
    ],
)


# %% What would let most of them through
# At detail FULL a decision says the fewest steps that open its gate; that they do was evaluated.
def step_text(step: FixStep, unknown: Container[str]) -> str:
    if step.kind == "APPROVAL":
        return f"an approval of {step.what} by {' or '.join(step.roles)}"
    if step.kind == "STATE":
        how = "stated, as" if step.what in unknown else "another:"
        return f"{notebook.fact(step.what)} is {how} {step.value}"
    return f"{str(step.kind).lower()} {step.what}".strip()


def fewest_steps(decision: Decision | DecisionError) -> str:
    if isinstance(decision, DecisionError):
        raise decision.error
    fix = decision.explanation.fix if decision.explanation is not None else None
    if fix is not None and fix.found:
        return ", and ".join(step_text(step, decision.missing_facts) for step in fix.steps)
    remedies = [each.remedy for each in decision.blocking if not fix or each.rule in fix.remaining]
    return f"no set of steps is known: {' '.join(remedies)}"


held_back = [source for source, decision in decisions.items() if not decision.allowed]
fixes = collections.Counter(
    map(
        fewest_steps,
        policy.check_many(
            [changes[source] for source in held_back],
            organization=organization,
            now=NOW,
            detail="FULL",
        ),
    )
)
notebook.heading("What would let most of them through")
notebook.table(["enhancements", "fewest steps"], [(n, steps) for steps, n in fixes.most_common()])

# %% What if the releases that are not on record were known?
# The steps above try the release that asks for least. Reviews are asked for since 1.21, so it
# matters which one it is.
without_release = [
    source for source in held_back if "change.facts.minor" in decisions[source].missing_facts
]


def verdicts_if_for(minor: int) -> list[int]:
    found: collections.Counter[str] = collections.Counter()
    for source in without_release:
        facts = {**changes[source]["facts"], "minor": minor}
        supposed = {**changes[source], "facts": facts}
        found[policy.check(supposed, organization=organization, now=NOW).verdict] += 1
    return [found[verdict] for verdict in VERDICTS]


notebook.heading(f"The {len(without_release)} whose release is not on record, if it were")
notebook.table(
    ["release", *map(str.lower, VERDICTS)],
    [[f"1.{minor}", *verdicts_if_for(minor)] for minor in (20, 21)],
)

# %% Releases
NOT_STATED = -1
releases: dict[int, list[str]] = collections.defaultdict(list)
for source in decisions:
    releases[changes[source]["facts"].get("minor", NOT_STATED)].append(source)


# %% Files: what was decided, and the figure
def draw(plt: Any, path: pathlib.Path) -> None:
    figure = plt.figure(figsize=(9, 7.5), layout="constrained")
    above, below = (part.subplots() for part in figure.subfigures(2, height_ratios=(3, 2)))
    order = sorted(releases, key=lambda minor: (minor == NOT_STATED, minor))
    notebook.stack(
        above,
        [
            (
                verdict.lower(),
                notebook.COLORS[verdict],
                [
                    sum(decisions[source].verdict == verdict for source in releases[minor])
                    for minor in order
                ],
            )
            for verdict in VERDICTS
        ],
    )
    before = sum(NOT_STATED < minor < 21 for minor in order)
    if 0 < before < len(order):
        above.axvline(before - 0.5, color="#555555", linewidth=0.8, linestyle="--")
        above.annotate(
            "reviews are asked for since 1.21",
            (before - 0.5, 0.97),
            (4, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=8,
            color="#555555",
            va="top",
        )
    above.set_xticks(
        range(len(order)), ["not\nstated" if minor == NOT_STATED else str(minor) for minor in order]
    )
    above.set_xlabel("minor number of the release that the enhancement goes into: 1.x")
    above.set_ylabel("enhancements")
    above.legend(loc="upper left")

    rules = list(held)[::-1]
    left = [0] * len(rules)
    for label, color, statuses in (
        ("does not hold", notebook.COLORS["DENIED"], ("UNSATISFIED", "UNSATISFIABLE")),
        ("cannot be told", notebook.COLORS["UNKNOWN"], ("UNKNOWN",)),
        ("error", notebook.COLORS["ERROR"], ("ERROR",)),
    ):
        widths = [sum(each.status in statuses for each in held[rule]) for rule in rules]
        if any(widths):
            below.barh(
                rules, widths, left=left, label=label, color=color, edgecolor="white", linewidth=0.6
            )
        for place, (start, width) in enumerate(zip(left, widths)):
            if width:
                below.annotate(
                    str(width), (start + width / 2, place), ha="center", va="center", fontsize=8
                )
        left = [start + width for start, width in zip(left, widths)]
    below.set_yticks(
        range(len(rules)),
        [f"{held[rule][0].title} [{', '.join(held[rule][0].clauses)}]" for rule in rules],
    )
    below.xaxis.get_major_locator().set_params(integer=True)
    below.set_xlabel(
        f"enhancements held back by the rule: of {len(held_back)} in all, many by several rules"
    )
    below.legend(title="the rule", loc="lower right")

    figure.suptitle(
        f"May they go into the release? {len(decisions)} Kubernetes enhancements, {NOW}"
    )
    if options.chosen:
        figure.supxlabel(
            "A few, chosen so that each case occurs: shares say nothing of the project.",
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
                "subject_id": decision.subject_id,
                "verdict": decision.verdict,
                "decision_digest": decision.digest,
                "held_by": [outcome.rule for outcome in decision.blocking],
                "missing_roles": decision.missing_roles,
                "missing_facts": decision.missing_facts,
            }
            for source, decision in decisions.items()
        ),
    )
    pyplot = notebook.pyplot()
    if pyplot is not None:
        draw(pyplot, options.out / "kubernetes_keps.png")

sys.exit(3 if bad else 0)
