#!/usr/bin/env python3
"""Builds our engine's rivals as far as the machine can, runs all on the same rules and the same
changes, and prints one table. README.md says what is measured and how.

`./dev bench rivals [ARGUMENTS]` builds our own program and calls this.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import figure
import report
import rounds

HERE = pathlib.Path(__file__).resolve().parent
MOST_WAITING = 10  # by the clock, for each second of processor time that is allowed
SIZES = [50, 500, 5_000, 10_000, 50_000, 100_000]


def generator(folder):
    """The module that writes the scenarios of a folder here; both are called `generate`."""
    sys.path.insert(0, str(HERE / folder))
    spec = importlib.util.spec_from_file_location(f"generate_{folder}", HERE / folder / "generate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


RULES, PUBLISHED = generator("scenario"), generator("published")


class NotRun(Exception):
    """The machine cannot build or start a rival, and why."""


def run(command, folder, log):
    """Runs a step of a build; its output goes to `log`."""
    if shutil.which(command[0]) is None:
        raise NotRun(f"there is no `{pathlib.Path(command[0]).name}`")
    with log.open("ab") as file:
        if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=file,
                          stderr=subprocess.STDOUT, check=False).returncode:
            raise NotRun(f"it does not build here, see {log}")


class Rival:
    """A program that is called with a scenario's folder and seconds, and prints rows."""

    def __init__(self, key, engine, published=False):
        self.key, self.engine = key, engine
        self.published = published  # has a program for the published scenarios, too

    def build(self, build, log):
        """Builds it below `build`, if that is needed."""

    def program(self, build):
        """The command for generated rules, without arguments."""
        raise NotImplementedError

    def published_program(self, build):
        """The command for the published scenarios, of one that has it."""
        raise NotImplementedError


class Ours(Rival):
    def __init__(self, path):
        super().__init__("ours", "libchangepolicy", published=True)
        self.path = path

    def program(self, build):
        return [str(self.path / "rivals_ours")]

    def published_program(self, build):
        return [str(self.path / "rivals_published")]


class Crate(Rival):
    """All crates are built in one go, because apart they would build what they share once each."""

    tried = False

    def build(self, build, log):
        program = pathlib.Path(self.program(build)[0])
        if not Crate.tried:
            Crate.tried = True
            for old in program.parent.glob("rival-*"):
                old.unlink()
            try:
                run(["cargo", "build", "--release", "--locked", "--workspace", "--keep-going",
                     "--target-dir", str(build / "cargo")], HERE / "rust", log)
            except NotRun as reason:
                Crate.reason = reason
        if not program.exists():
            raise Crate.reason

    def program(self, build):
        return [str(build / "cargo/release" / f"rival-{self.key}")]

    def published_program(self, build):
        return [f"{self.program(build)[0]}-published"]


class GoModule(Rival):
    def build(self, build, log):
        for key in [self.key, f"{self.key}_published"][:1 + self.published]:
            run(["go", "build", "-o", str(build / "go" / key), f"./{key}"], HERE / "go", log)

    def program(self, build):
        return [str(build / "go" / self.key)]

    def published_program(self, build):
        return [f"{self.program(build)[0]}_published"]


class PythonPackage(Rival):
    def __init__(self, key, engine, package):
        super().__init__(key, engine)
        self.package = package

    def build(self, build, log):
        python = build / "venv/bin/python"
        if not python.exists():
            run([sys.executable, "-m", "venv", str(build / "venv")], HERE, log)
        run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--constraint", "requirements.txt", self.package], HERE / "python", log)

    def program(self, build):
        return [str(build / "venv/bin/python"), "-B", str(HERE / "python" / f"{self.key}.py")]


class Jar(Rival):
    def build(self, build, log):
        run(["mvn", "--batch-mode", "--quiet", f"-Dbuild={build / self.key}",
             "process-classes"],
            HERE / self.key, log)

    def program(self, build):
        return ["java", "-Xmx6g", "-cp", f"{build / self.key}/classes:{build / self.key}/libraries/*",
                "changepolicy.rivals.Sapl"]


def rivals(ours):
    """Ours first; the others by their language."""
    return [
        Ours(ours),
        Crate("cedar", "Cedar", published=True), Crate("regorus", "regorus"),
        Crate("zen", "ZEN Engine"), Crate("cel", "cel-rust"),
        GoModule("opa", "Open Policy Agent", published=True),
        GoModule("celgo", "cel-go", published=True), GoModule("casbin", "Casbin"),
        PythonPackage("cedar_python", "Cedar from Python", "cedarpy"),
        PythonPackage("zen_python", "ZEN Engine from Python", "zen-engine"),
        PythonPackage("cel_python", "cel-python", "cel-python"),
        Jar("sapl", "SAPL"),
    ]


def written(folder, source, write):
    """The scenario's folder, written where it is not there or another generator wrote it."""
    stamp = folder / "generator"
    sources = b"".join(path.read_bytes() for path in sorted((HERE / source).glob("*.py")))
    if not (folder / "scenario.json").exists() or not stamp.exists() or stamp.read_bytes() != sources:
        write(folder)
        stamp.write_bytes(sources)
    return folder


def resident_bytes(process):
    try:
        return int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4096
    except (OSError, IndexError):
        return 0


def processor_seconds(process):
    """What its threads have used, which does not depend on who else uses the machine."""
    try:
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0


class Limits:
    """Of one run of one program, beside the seconds of each row: processor time and memory."""

    def __init__(self, seconds, load_seconds, gibibytes):
        self.seconds, self.load_seconds, self.gibibytes = seconds, load_seconds, gibibytes

    def whole(self):
        """Loading, and for each number of matches its check and measurement, twice, with slack."""
        return self.load_seconds + len(RULES.MATCHES) * 4 * self.seconds


def measure(rival, program, folder, limits):
    """The rows that the program printed, and why there are no more."""
    start, why = time.monotonic(), ""
    with (folder / f"{rival.key}.out").open("w+") as out, \
            (folder / f"{rival.key}.err").open("w+") as err:
        process = subprocess.Popen([*program, str(folder), str(limits.seconds)], text=True,
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        while process.poll() is None:
            if processor_seconds(process) > limits.whole():
                why = f"took more than {limits.whole():.0f} s of processor time"
            elif time.monotonic() - start > MOST_WAITING * limits.whole():
                why = f"was not done after {MOST_WAITING * limits.whole():.0f} s"
            elif resident_bytes(process) > limits.gibibytes * 2**30:
                why = f"needs more than {limits.gibibytes} GiB"
            if why:
                process.kill()
                process.wait()
                break
            time.sleep(0.05)
        out.seek(0)
        err.seek(0)
        rows = [json.loads(line) for line in out if line.startswith("{") and line.endswith("}\n")]
        if not why and process.returncode:
            complaint = err.read().strip().splitlines()
            why = f"failed: {complaint[-1] if complaint else f'status {process.returncode}'}"
    return rows, why


def ready(program):
    """The command, if its program is there."""
    if shutil.which(program[0]) is None:
        raise NotRun("it is not built")
    return program


class Runs:
    """What is asked of each engine, one after another at every size, so that all of them meet the
    same state of the machine; and why one is asked no more."""

    def __init__(self, build, limits):
        self.build, self.limits = build, limits
        self.stopped = {}  # by engine

    def build_all(self, engines):
        for rival in engines:
            print(f"    builds {rival.engine}", file=sys.stderr)
            try:
                rival.build(self.build, self.build / f"{rival.key}.log")
            except NotRun as reason:
                self.stopped[rival.engine] = f"not run: {reason}"

    def rules(self, rival, rules, changes):
        """A row for each number of matches, some of which only say why they are empty."""
        found, why = [], self.stopped.get(rival.engine, "")
        if not why:
            print(f"    {rival.engine} on {rules} rules", file=sys.stderr)
            try:
                program = ready(rival.program(self.build))
                folder = written(self.build / "scenario" / f"{rules}-{changes}", "scenario",
                                 lambda to: RULES.generate(to, rules, changes))
                found, why = measure(rival, program, folder, self.limits)
                # What is too much at this size is too much at a greater one.
                if why:
                    self.stopped[rival.engine] = f"not run: at {rules:,} rules it {why}"
            except NotRun as reason:
                why = f"not run: {reason}"
        return found + [{"engine": rival.engine, "rules": rules, "matches": matches,
                         "why": why or "failed: it printed no row"}
                        for matches in RULES.MATCHES
                        if matches not in [row["matches"] for row in found]]

    def published(self, rival, application, size):
        """The row of a published scenario."""
        print(f"    {rival.engine} on {application} {size}", file=sys.stderr)
        try:
            program = ready(rival.published_program(self.build))
            folder = written(self.build / "published" / f"{application}-{size}", "published",
                             lambda to: PUBLISHED.generate(to, application, size))
            found, why = measure(rival, program, folder, self.limits)
        except NotRun as reason:
            found, why = [], f"not run: {reason}"
        return found or [{"engine": rival.engine, "scenario": f"{application} {size}",
                          "why": why or "failed: it printed no row"}]


def all_rows(arguments, build, keep):
    """What was measured, and what was not and why; `keep` takes what there is after each size."""
    runs = Runs(build, Limits(arguments.seconds, arguments.load_seconds, arguments.gibibytes))
    engines = [rival for rival in rivals(arguments.ours)
               if not arguments.only or rival.key in arguments.only]
    if not arguments.no_build:
        runs.build_all(engines)
    rows = []
    for rules in arguments.rules:
        for _ in range(arguments.rounds):
            for rival in engines:
                rows += runs.rules(rival, rules, arguments.changes)
        keep(rounds.together(rows))
    for application, sizes in arguments.published.items():
        for size in sizes:
            for _ in range(arguments.rounds):
                for rival in engines:
                    if rival.published:
                        rows += runs.published(rival, application, size)
        keep(rounds.together(rows))
    return rounds.together(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", type=pathlib.Path, default=HERE.parent.parent / "build/benchmarks",
                        help="folder of our own programs")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent.parent / "build/rivals",
                        help="folder for what is built, for the scenarios and the results")
    parser.add_argument("--no-build", action="store_true", help="run what is built already")
    parser.add_argument("--smoke", action="store_true", help="50 rules, few changes, short rows")
    parser.add_argument("--only", nargs="+", metavar="KEY",
                        choices=[rival.key for rival in rivals(None)])
    parser.add_argument("--rules", nargs="+", type=int, default=SIZES)
    parser.add_argument("--changes", type=int, default=2048, help="for each number of matches")
    parser.add_argument("--seconds", type=float, default=5, help="for each row")
    parser.add_argument("--rounds", type=int, default=1,
                        help="times that all engines are run at each size; medians are given")
    parser.add_argument("--load-seconds", type=float, default=120,
                        help="of processor time, at most, until it answers")
    parser.add_argument("--gibibytes", type=float, default=8, help="of memory, at most")
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.rules, arguments.changes, arguments.seconds = [50], 64, 0.5
    arguments.published = {application: sizes[:1] if arguments.smoke else sizes
                           for application, sizes in PUBLISHED.APPLICATIONS.items()}
    build = arguments.build.resolve()
    build.mkdir(parents=True, exist_ok=True)
    machine = report.machine()

    def keep(rows):
        (build / "rivals.json").write_text(
            json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n")

    rows = all_rows(arguments, build, keep)
    (build / "rivals.md").write_text(report.markdown(machine, rows))
    (build / "rivals.svg").write_text(figure.svg(rows))
    print(report.text(machine, rows))
    print(f"written: {build}/rivals.md, rivals.json, rivals.svg")
    wrong = [row["why"] for row in rows if "another answer" in row.get("why", "")]
    if wrong:
        sys.exit(wrong[0])


if __name__ == "__main__":
    main()
