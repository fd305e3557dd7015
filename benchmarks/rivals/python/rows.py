"""What every program here does alike: it reads the scenario, has the engine answer each change,
compares, measures, and prints a row for each number of matches."""
import importlib.metadata
import json
import pathlib
import sys
import time

_BATCHES = 100  # at most, for each row
_BATCH_SECONDS = 0.01  # of a batch, at least

EQUALITIES = ("service", "team", "requester", "kind", "environment", "category")


def unmet(must, prefix="", true="true", false="false"):
    """`fact OPERATOR value`, as most languages write it: that the demand is not met."""
    fact = prefix + must["fact"]
    if "is" in must:
        return f"{fact} == {false if must['is'] else true}"
    if "at_least" in must:
        return f"{fact} < {must['at_least']}"
    return f"{fact} > {must['at_most']}"


def _read_lines(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _resident_bytes():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


def _measure(count, seconds, ask):
    """Asks about each of `count` inputs until a third of the time is over, then measures. `ask` is
    called with an input's number and with whether to compare the answer."""
    checking, checked = time.perf_counter(), 0
    while checked < count and (checked == 0 or time.perf_counter() - checking < seconds / 3):
        ask(checked, True)
        checked += 1
    each = (time.perf_counter() - checking) / checked
    batch = min(max(int(_BATCH_SECONDS / each), 1), count)
    samples, processor, number = [], [], 0
    measuring = time.perf_counter()
    while len(samples) < _BATCHES and (
            not samples or time.perf_counter() - measuring < seconds):
        start, used = time.perf_counter_ns(), time.process_time_ns()
        for _ in range(batch):
            ask(number, False)
            number = (number + 1) % count
        processor.append((time.process_time_ns() - used) / batch)
        samples.append((time.perf_counter_ns() - start) / batch)
    samples.sort()
    processor.sort()

    def at(values, part):
        return values[int(part * (len(values) - 1))]

    return {"ns_per_decision": at(samples, 0.5), "p10": at(samples, 0.1), "p90": at(samples, 0.9),
            "ns_processor": at(processor, 0.5), "checked": checked, "of": count}


class Rival:
    """An engine as its documentation advises to use it; `package` is what pip calls it."""

    engine = package = note = ""

    def translate(self, rules):
        """The rules in the engine's own language."""
        raise NotImplementedError

    def load(self, source):
        """Takes them in, as often as the engine needs for any number of decisions: once."""
        raise NotImplementedError

    def prepare(self, change):
        """The change as the engine takes it."""
        raise NotImplementedError

    def decide(self, prepared):
        """Whether it is denied, and the ids of the rules that are not met."""
        raise NotImplementedError

    def _check(self, prepared, case):
        denied, found = self.decide(prepared)
        if denied != (case["verdict"] == "DENIED") or sorted(found) != case["unmet"]:
            sys.exit(f"{self.engine}: another answer to {case['change']['id']}: {denied} {found}")

    def _row(self, folder, matches, seconds):
        cases = _read_lines(folder / f"changes-{matches}.jsonl")
        inputs = [self.prepare(case["change"]) for case in cases]
        def ask(number, compare):
            if compare:
                self._check(inputs[number], cases[number])
            else:
                self.decide(inputs[number])

        texts = [json.dumps(case["change"]) for case in cases]

        def ask_bytes(number, _):
            denied, unmet = self.decide(self.prepare(json.loads(texts[number])))
            json.dumps({"denied": denied, "unmet": unmet})

        row = _measure(len(cases), seconds, ask)
        from_bytes = _measure(len(cases), seconds, ask_bytes)
        return {**row, "ns_from_bytes": from_bytes["ns_processor"], "engine": self.engine,
                "version": f"{self.package} {importlib.metadata.version(self.package)}",
                "matches": matches, "note": self.note}

    def run(self):
        """The whole program: `PROGRAM FOLDER SECONDS`."""
        if len(sys.argv) != 3:
            sys.exit(f"usage: {sys.argv[0]} FOLDER SECONDS")
        folder, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
        scenario = json.loads((folder / "scenario.json").read_text())
        source = self.translate(_read_lines(folder / "rules.jsonl"))
        resident, start = _resident_bytes(), time.perf_counter()
        self.load(source)
        load_ms = (time.perf_counter() - start) * 1000
        memory = max(_resident_bytes() - resident, 0)
        for matches in scenario["matches"]:
            row = self._row(folder, matches, seconds)
            print(json.dumps({**row, "rules": scenario["rules"], "load_ms": load_ms,
                              "memory_bytes": memory}), flush=True)
