"""The rows of a run as a table: an engine and a number of matches a line, a number of rules a column."""
import os
import pathlib
import platform

OURS = "libchangepolicy"


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
    text = _time(row["ns_per_decision"])
    if row["engine"] == OURS or ours is None or "why" in ours:
        return text
    ratio = row["ns_per_decision"] / ours["ns_per_decision"]
    if "ns_from_bytes" in row:
        text += f", {_time(row['ns_from_bytes'])} from bytes"
    return f"{text} ({ratio:.3g}×)" if ratio >= 1 else f"**{text} ({ratio:.2g}×, ahead)**"


def _ordered(rows, key):
    return list(dict.fromkeys(row[key] for row in rows))


def _lines(rows):
    """The header and the lines of the table of rules, as lists of cells."""
    rows = [row for row in rows if "rules" in row]
    sizes = sorted(set(_ordered(rows, "rules")))
    by_place = {(row["engine"], row["rules"], row["matches"]): row for row in rows}
    yield ["engine", "matches", *(f"{size:,} rules" for size in sizes)]
    for matches in sorted(set(_ordered(rows, "matches"))):
        for engine in _ordered(rows, "engine"):
            yield [engine, str(matches),
                   *(_cell(by_place.get((engine, size, matches)), by_place.get((OURS, size, matches)))
                     for size in sizes)]


def _published_lines(rows):
    rows = [row for row in rows if "scenario" in row]
    scenarios = _ordered(rows, "scenario")
    by_place = {(row["engine"], row["scenario"]): row for row in rows}
    yield ["published scenario", *(f"{name} ({_policies(rows, name)} policies)" for name in scenarios)]
    for engine in _ordered(rows, "engine"):
        yield [engine, *(_cell(by_place.get((engine, name)), by_place.get((OURS, name)))
                         for name in scenarios)]


def _policies(rows, scenario):
    return next((f"{row['policies']:,}" for row in rows
                 if row["scenario"] == scenario and "policies" in row), "?")


def _load_lines(rows):
    rows = [row for row in rows if "rules" in row]
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


def markdown(found, rows):
    """The whole report for people who read it as a page."""
    def table(lines):
        header, *rest = lines
        return "\n".join(f"| {' | '.join(line)} |"
                         for line in [header, ["---"] * len(header), *rest])
    notes = "\n".join(f"- {note}" for note in _notes(rows))
    return (f"Median time of a decision (and how many times ours), on {_about(found)}.\n\n"
            f"{table(_lines(rows))}\n\n{table(_published_lines(rows))}\n\n"
            f"{table(_load_lines(rows))}\n\n{notes}\n")


def text(found, rows):
    """The same for a terminal."""
    def table(lines):
        lines = [[cell.replace("**", "") for cell in line] for line in lines]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                         for line in lines)
    notes = "\n".join(_notes(rows))
    return (f"{_about(found)}\n\n{table(_lines(rows))}\n\n{table(_published_lines(rows))}\n\n"
            f"{table(_load_lines(rows))}\n\n{notes}\n")
