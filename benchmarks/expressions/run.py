#!/usr/bin/env python3
"""Runs our expressions beside cel-go, and our validation beside protovalidate-go, on one table each,
and prints what both took. README.md says what is measured and how.

`./dev bench expressions [ARGUMENTS]` builds our own programs and calls this.
"""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "rivals"))
import report  # pylint: disable=wrong-import-position


class NotRun(Exception):
    """The machine cannot build a rival, and why."""


def run(command, folder, log):
    """Runs a step of a build; its output goes to `log`."""
    if shutil.which(command[0]) is None:
        raise NotRun(f"there is no `{pathlib.Path(command[0]).name}`")
    with log.open("ab") as file:
        if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=file,
                          stderr=subprocess.STDOUT, check=False).returncode:
            raise NotRun(f"it does not build here, see {log}")


def build_go(build):
    """The programs of go/, with the messages of request.proto and validated.proto in Go."""
    source, log = build / "go", build / "go.log"
    log.unlink(missing_ok=True)
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(HERE / "go", source)
    plugin = build / "protoc-gen-go"
    run(["go", "build", "-o", str(plugin), "google.golang.org/protobuf/cmd/protoc-gen-go"], source, log)
    run(["go", "build", "-o", str(build / "validate_proto"), "./validate_proto"], source, log)
    run([str(build / "validate_proto"), str(build / "validate.binpb")], source, log)
    module = "changepolicy/benchmarks/expressions"
    for proto, folder in (("request.proto", HERE), ("validated.proto", HERE / "go")):
        package = proto.replace(".proto", "pb")
        (source / package).mkdir()
        run(["protoc", f"--plugin={plugin}", f"--proto_path={folder}", "--proto_path=/usr/include",
             f"--descriptor_set_in={build / 'validate.binpb'}", f"--go_out={source / package}",
             "--go_opt=paths=source_relative", f"--go_opt=M{proto}={module}/{package}", proto],
            source, log)
    for program in ("celgo", "protovalidate"):
        run(["go", "build", "-o", str(build / program), f"./{program}"], source, log)


def ask(program, table, seconds):
    """The rows that a program prints: a name, and how long it took."""
    done = subprocess.run([str(program), str(table), str(seconds)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{program}: failed")
    return {row["name"]: row.get("ns") for row in map(json.loads, done.stdout.splitlines())}


def compare(table, programs, arguments):
    """A line for each case: its name, and what each of the programs took. They take turns."""
    # Answers first: each program ends with a complaint where it has another than the table.
    names = [list(ask(program, table, 0)) for program in programs.values()]
    if any(other != names[0] for other in names):
        sys.exit(f"{table}: the programs did not answer the same cases")
    rounds = {engine: [] for engine in programs}
    for number in range(arguments.rounds):
        print(f"    {table.name}, round {number + 1} of {arguments.rounds}", file=sys.stderr)
        for engine, program in programs.items():
            rounds[engine].append(ask(program, table, arguments.seconds))
    return [{"name": name, "ns": {engine: statistics.median(one[name] for one in found)
                                  for engine, found in rounds.items()}} for name in names[0]]


def lines(rows, engines):
    """The table as lists of cells; the ratio is to ours, and 2 says that ours takes half."""
    yield ["case", *engines, "ratio"]
    for row in rows:
        took = [row["ns"][engine] for engine in engines]
        ratio = f"{took[1] / took[0]:.2f}" if len(took) > 1 else ""
        yield [row["name"], *(f"{ns:,.0f} ns" for ns in took), ratio]


def summary(rows, engines):
    """How many cases we are ahead in, and the extremes."""
    if len(engines) < 2:
        return ""
    ratios = sorted((row["ns"][engines[1]] / row["ns"][engines[0]], row["name"]) for row in rows)
    ahead = sum(ratio >= 1 for ratio, _ in ratios)
    (least, worst), (most, best) = ratios[0], ratios[-1]
    return (f"{engines[1]} takes {statistics.median(ratio for ratio, _ in ratios):.1f} times ours in "
            f"the median, {least:.2f} times in {worst}, {most:.1f} times in {best}; ours is ahead in "
            f"{ahead} of {len(ratios)} cases")


def text(cells):
    """For a terminal."""
    cells = list(cells)
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in cells)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", type=pathlib.Path, default=HERE.parent.parent / "build/benchmarks",
                        help="folder of our own programs")
    parser.add_argument("--build", type=pathlib.Path,
                        default=HERE.parent.parent / "build/expressions",
                        help="folder for what is built, and for the results")
    parser.add_argument("--no-build", action="store_true", help="run what is built already")
    parser.add_argument("--check", action="store_true", help="compare the answers and measure nothing")
    parser.add_argument("--seconds", type=float, default=0.05, help="for each case in each round")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    build.mkdir(parents=True, exist_ok=True)
    missing = ""
    if not arguments.no_build:
        try:
            build_go(build)
        except NotRun as reason:
            missing = str(reason)
    machine, results = report.machine(), {}
    for table, ours, rival, program in (
            ("cases.json", "expressions_ours", "cel-go", "celgo"),
            ("validation.json", "expressions_validation", "protovalidate-go", "protovalidate")):
        programs = {"libchangepolicy": arguments.ours / ours}
        if missing:
            print(f"{rival}: not run: {missing}")
        else:
            programs[rival] = build / program
        if arguments.check:
            for one in programs.values():
                ask(one, HERE / table, 0)
            print(f"{table}: the answers are those of the table by {' and '.join(programs)}")
            continue
        rows = compare(HERE / table, programs, arguments)
        results[table] = rows
        print(f"\n{text(lines(rows, list(programs)))}\n\n{summary(rows, list(programs))}\n")
    if results:
        (build / "expressions.json").write_text(json.dumps({"machine": machine, **results}, indent=1))
        print(f"{machine['cpu']}, {machine['processors']} processors, {machine['system']}; load before "
              f"the run {machine['load_before']}\nwritten: {build / 'expressions.json'}")


if __name__ == "__main__":
    main()
