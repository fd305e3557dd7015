"""What the notebooks here have in common: where records are, tables as text, and the figure."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import math
import os
import pathlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from changepolicy import Decision, Outcome, Policy
from changepolicy.answers import ApprovalsAnswer
from changepolicy.enums import Part, ProtoEnum

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent
_SHARED = EXAMPLES.parent.parent / "shared" / "data"

#: The verdicts in a figure: told apart by the colour-blind, and in grey by how dark they are.
COLORS = {"ALLOWED": "#0072B2", "DENIED": "#E69F00", "UNKNOWN": "#D0D0D0", "ERROR": "#000000"}

_WIDEST = 96
_FACTS = "change.facts."


@dataclasses.dataclass(frozen=True)
class Options:
    """What was asked for."""

    data: pathlib.Path  #: The folder of the records.
    out: pathlib.Path | None  #: Where files go; None: none is written.
    chosen: bool  #: The excerpt, whose records were chosen so that each case occurs.


def options(doc: str | None, name: str, excerpt: pathlib.Path) -> Options:
    """Reads the arguments; in a notebook there are none.

    ``name``: the folder of all records below the shared data, which CHANGEPOLICY_DATA places
    elsewhere. ``excerpt``: what is taken where that is not there.
    """
    parser = argparse.ArgumentParser(description=(doc or "").split("\n", 1)[0])
    parser.add_argument("--data", type=pathlib.Path, metavar="DIR", help="folder of the records")
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        metavar="DIR",
        help="where the figure and decisions.jsonl go; without it none is written",
    )
    given = parser.parse_args([] if "ipykernel" in sys.modules else None)
    everything = pathlib.Path(os.environ.get("CHANGEPOLICY_DATA") or _SHARED) / name
    data = given.data or (everything if everything.is_dir() else excerpt)
    if not data.is_dir():
        parser.error(f"{data}: no such folder")
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    return Options(data, given.out, data.resolve() == excerpt)


# ---- Text


def heading(title: str) -> None:
    print(f"\n== {title}\n")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints rows under a header; numbers stand to the right."""
    shown = [[_cell(cell) for cell in row] for row in rows]
    numeric = [
        all(cell.rstrip("%").isdigit() for cell in column if cell) for column in zip(*shown)
    ] or [False] * len(header)
    widths = [max(map(len, column)) for column in zip(header, *shown)]
    for row in [list(header), *shown]:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric)
        ]
        print(f"  {'  '.join(cells)}".rstrip())


def one_line(value: object) -> str:
    """What comes out of a record must not forge a line of what is printed."""
    return "".join(char if char.isprintable() else "?" for char in str(value))


def _cell(value: object) -> str:
    text = one_line(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."


# ---- Counting


def counts(values: Iterable[object]) -> str:
    """The most frequent first, like `12 normal, 3 minor`."""
    found = collections.Counter(
        str(value).lower() if isinstance(value, ProtoEnum) else str(value) for value in values
    )
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {value}" for value, count in ordered)


def reasons(policy: Policy, decisions: Iterable[Decision]) -> dict[str, list[Outcome]]:
    """Prints the rules that hold decisions back, the most frequent first, what they miss, and the
    clauses behind them. Gives the outcomes of each rule, in this order."""
    held: dict[str, list[Outcome]] = collections.defaultdict(list)
    for decision in decisions:
        for outcome in decision.blocking:
            held[outcome.rule].append(outcome)
    held = dict(sorted(held.items(), key=lambda item: (-len(item[1]), item[0])))
    table(
        ["records", "rule", "clause", "how", "missing"],
        [
            [
                len(outcomes),
                rule,
                ", ".join(outcomes[0].clauses),
                counts(outcome.status for outcome in outcomes),
                counts(each for outcome in outcomes for each in _missing(outcome)),
            ]
            for rule, outcomes in held.items()
        ],
    )
    print()
    titles = {clause: about.title for clause, about in policy.message.clauses.items()}
    for clause in sorted({each for outcomes in held.values() for each in outcomes[0].clauses}):
        print(f"  {one_line(clause)}: {one_line(titles.get(clause, ''))}")
    return held


def fact(path: str) -> str:
    """The fact's name in the policy."""
    return path.removeprefix(_FACTS)


def _missing(outcome: Outcome) -> set[str]:
    """The facts that are not known, or whose approval it waits for."""
    slots = outcome.approval.slots if outcome.approval is not None else ()
    open_slots = {slot.of for slot in slots if slot.chosen and len(slot.assigned) < slot.needed}
    return set(map(fact, outcome.unknown)) or open_slots


def approval_totals(
    answers: Iterable[ApprovalsAnswer], bad: int, annotations: Mapping[str, int]
) -> dict[str, int]:
    """What `changepolicy approvers --totals` counts, in its words (docs/command.md)."""
    names = ("satisfied", "missing", "unsatisfiable", "unknown", "error")
    totals = dict.fromkeys(("records", *names, "bad records", "self-approved"), 0)
    totals.update({"records": bad, "bad records": bad})
    by_part: collections.Counter[Part] = collections.Counter()
    for answer in answers:
        impossible = any(outcome.status == "UNSATISFIABLE" for outcome in answer.outcomes)
        denied = "unsatisfiable" if impossible else "missing"
        of_verdict = {"ALLOWED": "satisfied", "DENIED": denied, "UNKNOWN": "unknown"}
        totals["records"] += 1
        totals[of_verdict.get(answer.verdict, "error")] += 1
        parts = parts_apart(answer)
        totals["self-approved"] += bool(parts)
        by_part.update(parts)
    for part, count in sorted(by_part.items(), key=lambda item: item[0].number):
        totals[f"as {part}"] = count
    return {**totals, **{name: annotations[name] for name in sorted(annotations)}}


def parts_apart(answer: ApprovalsAnswer) -> set[Part]:
    """The parts for whose sake an approval did not count: of the work, or of its making."""
    return {
        Part[each.detail]
        for outcome in answer.outcomes
        if outcome.approval is not None
        for each in outcome.approval.not_counted
        if each.reason == "APART"
    }


# ---- Files


def write_lines(path: pathlib.Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object per line."""
    path.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    print(f"\ndecisions: {path}")


# ---- The figure


def likely_share(part: int, whole: int) -> tuple[float, float]:
    """Wilson's interval for a share, at 95%: between 0 and 1, and sound for few."""
    z = 1.96
    middle = (part + z * z / 2) / (whole + z * z)
    reach = z / (whole + z * z) * math.sqrt(part * (whole - part) / whole + z * z / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def pyplot() -> Any:
    """matplotlib's pyplot, or None with a word about it where it is not installed."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        print(
            "\nno figure: matplotlib is not there (`pip install matplotlib`, or Debian's "
            "python3-matplotlib)"
        )
        return None
    plt.rcParams.update(
        {
            "figure.dpi": 100,
            "savefig.dpi": 150,
            "font.size": 9,
            "axes.titlesize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "legend.frameon": False,
        }
    )
    return plt


def stack(axes: Any, layers: Sequence[tuple[str, str, Sequence[int]]]) -> None:
    """Bars on top of each other: of each layer its label, its colour and the heights from left to
    right. Nothing but zeros is left out, also of the legend."""
    floor = [0] * len(layers[0][2])
    for label, color, heights in layers:
        if any(heights):
            axes.bar(
                range(len(heights)),
                heights,
                bottom=floor,
                label=label,
                color=color,
                edgecolor="white",
                linewidth=0.6,
            )
        floor = [low + more for low, more in zip(floor, heights)]
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(0, 1.08 * max([1, *floor]))
    for place, total in enumerate(floor):
        axes.annotate(
            str(total), (place, total), (0, 2), textcoords="offset points", ha="center", fontsize=8
        )


def save(figure: Any, path: pathlib.Path) -> None:
    figure.savefig(path)
    print(f"\nfigure: {path}")
