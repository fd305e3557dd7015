"""The rows of several rounds as one each: medians of what was measured; a wrong answer stays one."""
import statistics

_MEDIANS = ("ns_per_decision", "p10", "p90", "ns_processor", "ns_from_bytes", "load_ms",
            "memory_bytes")


def _place(row):
    return row["engine"], row.get("scenario"), row.get("rules"), row.get("matches")


def _one(rows):
    wrong = [row for row in rows if "another answer" in row.get("why", "")]
    measured = [row for row in rows if "why" not in row]
    if wrong or not measured:
        return (wrong or rows)[0]
    found = {key: statistics.median(row[key] for row in measured)
             for key in _MEDIANS if key in measured[0]}
    found["checked"] = max(row["checked"] for row in measured)
    return {**measured[0], **found}


def together(rows):
    """A row for each engine and place, in the order in which they were first met."""
    by_place = {}
    for row in rows:
        by_place.setdefault(_place(row), []).append(row)
    return [_one(found) for found in by_place.values()]
