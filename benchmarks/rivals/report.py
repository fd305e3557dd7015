#!/usr/bin/env python3
"""The rows of a run as a table: an engine and a number of matches a line, a number of rules a column.

`report.py RIVALS.JSON [--figure FILE.svg]` prints the page of a run that was kept, and draws it.
"""
import argparse
import json
import os
import pathlib
import platform

import figure
from figure import OURS, cost

_GROWTH_SIZES = (50, 10_000, 100_000)  # of which the growth is told


def machine():
    """What the figures were measured on."""
    cpu = next((line.split(":", 1)[1].strip()
                for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return {"cpu": cpu, "processors": os.cpu_count(), "memory_gib": round(memory, 1),
            "system": f"{platform.system()} {platform.release()}",
            "load_before": round(os.getloadavg()[0], 2)}


def _time(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def _cell(row, ours):
    if row is None:
        return ""
    if "why" in row:
        return row["why"].split(":", 1)[0] if row["why"].startswith(("not run", "failed")) else row["why"]
    text = _time(cost(row))
    if row["engine"] == OURS or ours is None or "why" in ours:
        return text
    text = _beside(cost(row), cost(ours))
    if "ns_from_bytes" in row:
        text += f"; from bytes {_beside(row['ns_from_bytes'], cost(ours))}"
    return text


def _beside(nanoseconds, ours):
    """A time, and how many times ours it is; who is ahead of ours stands out."""
    ratio = nanoseconds / ours
    text = _time(nanoseconds)
    if ratio < 1:
        return f"**{text} ({ratio:.2g}×, ahead)**"
    return f"{text} ({ratio:,.0f}×)" if ratio >= 100 else f"{text} ({ratio:.3g}×)"


def _ordered(rows, key):
    return list(dict.fromkeys(row[key] for row in rows))


def _lines(rows):
    """The header and the lines of the table of rules, as lists of cells."""
    sizes = sorted(set(_ordered(rows, "rules")))
    by_place = {(row["engine"], row["rules"], row["matches"]): row for row in rows}
    yield ["engine", "matches", *(f"{size:,} rules" for size in sizes)]
    for matches in sorted(set(_ordered(rows, "matches"))):
        for engine in _ordered(rows, "engine"):
            yield [engine, str(matches),
                   *(_cell(by_place.get((engine, size, matches)), by_place.get((OURS, size, matches)))
                     for size in sizes)]


def _published_lines(rows):
    scenarios = _ordered(rows, "scenario")
    by_place = {(row["engine"], row["scenario"]): row for row in rows}
    yield ["published scenario", *(f"{name} ({_policies(rows, name)} policies)" for name in scenarios)]
    for engine in _ordered(rows, "engine"):
        yield [engine, *(_cell(by_place.get((engine, name)), by_place.get((OURS, name)))
                         for name in scenarios)]


def _policies(rows, scenario):
    return next((f"{row['policies']:,}" for row in rows
                 if row["scenario"] == scenario and "policies" in row), "?")


def _growth_lines(rows):
    """How ours grows with the rules, and what a match adds with its reason; nothing of one size."""
    ours = {(row["rules"], row["matches"]): cost(row) for row in rows
            if row["engine"] == OURS and "why" not in row}
    sizes = [size for size in _GROWTH_SIZES if size in {rules for rules, _ in ours}]
    if len(sizes) < 2:
        return
    first, *greater = sizes
    counts = sorted({matches for _, matches in ours})

    def line(name, size_of, shown):
        return [name, *(shown(size) if size_of(size) <= ours.keys() else "" for size in greater)]

    yield [f"{OURS}, growth", *(f"{size:,} rules to {first:,}" for size in greater)]
    for matches in counts:
        yield line(f"{matches} matches", lambda size: {(size, matches), (first, matches)},
                   lambda size: f"{ours[size, matches] / ours[first, matches]:.3g}×")
    few, many = counts[0], counts[-1]
    if few < many:
        yield line("each match, with its reason", lambda size: {(size, few), (size, many)},
                   lambda size: _time((ours[size, many] - ours[size, few]) / (many - few)))


def _load_lines(rows):
    sizes = sorted(set(_ordered(rows, "rules")))
    yield ["load, memory", *(f"{size:,} rules" for size in sizes)]
    for engine in _ordered(rows, "engine"):
        cells = []
        for size in sizes:
            row = next((row for row in rows if row["engine"] == engine and row["rules"] == size
                        and "load_ms" in row), None)
            cells.append("" if row is None else
                         f"{_time(row['load_ms'] * 1e6)}, {row['memory_bytes'] / 2**20:.3g} MiB")
        yield [engine, *cells]


def _notes(rows):
    """Versions and what else a reader has to know of each engine."""
    for engine in _ordered(rows, "engine"):
        own = [row for row in rows if row["engine"] == engine]
        facts = dict.fromkeys(row["version"] for row in own if row.get("version"))
        facts.update(dict.fromkeys(row["note"] for row in own if row.get("note")))
        places = {}
        for row in own:
            place = row.get("scenario") or f"{row['rules']:,} rules"
            if "why" in row:
                places.setdefault(row["why"], {})[place] = None
            elif row["checked"] < row["of"]:
                matches = "" if "scenario" in row else f", {row['matches']} matches"
                facts[f"{place}{matches}: {row['checked']} of {row['of']} checked"] = None
        everywhere = all("why" in row for row in own)
        for why, found in places.items():
            facts[why if everywhere and len(places) == 1 else f"{', '.join(found)}: {why}"] = None
        yield f"{engine}: {'; '.join(facts)}"


def _about(found):
    return (f"{found['cpu']}, {found['processors']} processors, {found['memory_gib']} GiB, "
            f"{found['system']}; load before the run {found['load_before']}")


def _tables(rows):
    """Those that have a line, each as a list of lines."""
    rules = [row for row in rows if "rules" in row]
    published = [row for row in rows if "scenario" in row]
    tables = [_lines(rules), _growth_lines(rules), _published_lines(published) if published else [],
              _load_lines(rules)]
    return [lines for lines in map(list, tables) if lines]


def markdown(found, rows):
    """The whole report for people who read it as a page."""
    def table(lines):
        header, *rest = lines
        return "\n".join(f"| {' | '.join(line)} |"
                         for line in [header, ["---"] * len(header), *rest])
    notes = "\n".join(f"- {note}" for note in _notes(rows))
    tables = "\n\n".join(table(lines) for lines in _tables(rows))
    return (f"Processor time of a decision, median (and how many times ours), on {_about(found)}.\n\n"
            f"{tables}\n\n{notes}\n")


def text(found, rows):
    """The same for a terminal."""
    def table(lines):
        lines = [[cell.replace("**", "") for cell in line] for line in lines]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                         for line in lines)
    notes = "\n".join(_notes(rows))
    tables = "\n\n".join(table(lines) for lines in _tables(rows))
    return f"{_about(found)}\n\n{tables}\n\n{notes}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=pathlib.Path, help="rivals.json of a run")
    parser.add_argument("--figure", type=pathlib.Path, help="where to draw cost against rules")
    arguments = parser.parse_args()
    kept = json.loads(arguments.run.read_text())
    if arguments.figure is not None:
        arguments.figure.write_text(figure.svg(kept["rows"]))
    print(markdown(kept["machine"], kept["rows"]), end="")


if __name__ == "__main__":
    main()
