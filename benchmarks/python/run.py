"""What Python adds to a decision: the package beside a loop in C++ over the same changes.

    python3 benchmarks/python/run.py BUILD [--rounds N] [--instructions]

BUILD is a Release build with benchmarks and the Python package; ./dev bench calls this. Two scenes:
a change that has nothing but an id under the policy `starter`, and 512 changes of benchmarks/corpus
under `saas`. In each:

    native      `Engine.decide` of the native module, of bytes
    check       `Policy.check` of bytes, whose result nobody reads
    verdict     the same, and `decision.allowed`
    message     `Policy.check` of a protobuf message
    mapping     `Policy.check` of a mapping with the id alone (small scene only)
    datetime    `Policy.check` of bytes, `now` a datetime
    check_many  `Policy.check_many` of a list of bytes on one thread, beside a loop in C++ that
                keeps the answers as well

Before anything is timed, C++ and Python give as many bytes for every change. Rounds take turns with
C++, in processor time of the thread; printed are medians, of C++, of Python, of the difference
within a round with its quartiles, and of the ratio. --instructions counts instructions by valgrind,
which a busy machine does not change; the difference between two counts of decisions is taken, so
that starting is left out.
"""

from __future__ import annotations

import argparse
import datetime
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Optional, Union

COUNTS = {"small": 2000, "real": 512}
COUNTED = {"small": (1000, 3000), "real": (128, 384)}
CORPUS = 512
POLICIES = {"small": "starter", "real": "saas"}
VALGRIND = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")

#: Decides so many times; how many bytes the decisions have, where the loop looks at them, or the
#: decisions.
Loop = Callable[[int], Union[int, list[Any], None]]


class CppSide:
    """The program in C++, and what it decides."""

    def __init__(self, build: pathlib.Path, scene: str, *before: str) -> None:
        self._program = subprocess.Popen(
            [*before, str(build / "benchmarks" / "python_cpp_side"), scene, str(CORPUS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if before else None,
            text=True,
        )
        assert self._program.stdin is not None and self._program.stdout is not None
        self._stdin, self._stdout = self._program.stdin, self._program.stdout
        self.organization = bytes.fromhex(self._stdout.readline())
        rows = [line.split() for line in iter(self._stdout.readline, "\n")]
        self.subjects = [bytes.fromhex(row[0]) for row in rows]
        self.instants = [row[1] for row in rows]

    def decide(self, which: str, count: int) -> tuple[int, int]:
        """Nanoseconds, and bytes of the decisions."""
        self._stdin.write(f"{which} {count}\n")
        self._stdin.flush()
        nanoseconds, size = self._stdout.readline().split()
        return int(nanoseconds), int(size)

    def end(self) -> str:
        """What it wrote to stderr."""
        return self._program.communicate()[1] or ""


def loops(cpp: CppSide, scene: str) -> dict[str, tuple[str, Loop]]:
    """Of each variant: what in C++ it is compared with, and its loop."""
    from changepolicy import Organization, Policy, v1

    policy = Policy.builtin(POLICIES[scene])
    organization = Organization.loads(cpp.organization, format="binpb")
    subjects, instants = cpp.subjects, cpp.instants
    messages = [v1.ChangeRequest.FromString(subject) for subject in subjects]
    moments = [datetime.datetime.fromisoformat(text) for text in instants]
    engine = policy._engine(organization)
    size = len(subjects)
    check, decide = policy.check, engine.decide

    def native(count: int) -> int:
        found = 0
        for i in range(count):
            at = i % size
            found += len(decide(1, 1, subjects[at], instants[at], None, 0, False, 1))
        return found

    def checking(given: list[Any], nows: list[Any]) -> Loop:
        def loop(count: int) -> None:
            for i in range(count):
                at = i % size
                check(given[at], organization=organization, now=nows[at])

        return loop

    def verdict(count: int) -> None:
        for i in range(count):
            at = i % size
            decision = check(subjects[at], organization=organization, now=instants[at])
            assert decision.allowed is not None

    lists: dict[int, list[bytes]] = {}

    def check_many(count: int) -> list[Any]:
        rows = lists.get(count)
        if rows is None:
            rows = lists[count] = [subjects[i % size] for i in range(count)]
        return list(policy.check_many(rows, organization=organization, now=instants[0], threads=1))

    found: dict[str, tuple[str, Loop]] = {
        "native": ("each", native),
        "check": ("each", checking(subjects, instants)),
        "verdict": ("each", verdict),
        "message": ("each", checking(messages, instants)),
        "datetime": ("each", checking(subjects, moments)),
        "check_many": ("first", check_many),
    }
    if scene == "small":
        found["mapping"] = ("each", checking([{"id": "C-1"}], instants))
    return found


def check_bytes(cpp: CppSide, scene: str, variants: dict[str, tuple[str, Loop]]) -> None:
    """Stops where Python's decisions are not as long as those of C++."""
    for name, (which, loop) in variants.items():
        found, wanted = loop(CORPUS), cpp.decide(which, CORPUS)[1]
        if isinstance(found, list):
            found = sum(len(decision.bytes) for decision in found)
        if found not in (wanted, None):
            raise SystemExit(f"{scene}: {name} gives {found} bytes, C++ {wanted}")


def time_scene(build: pathlib.Path, scene: str, rounds: int) -> None:
    cpp = CppSide(build, scene)
    variants = loops(cpp, scene)
    check_bytes(cpp, scene, variants)
    count = COUNTS[scene]
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, (which, loop) in variants.items():
            base = cpp.decide(which, count)[0]
            start = time.thread_time_ns()
            loop(count)
            times[name].append((base / count, (time.thread_time_ns() - start) / count))
    cpp.end()
    print(f"{scene:12}{'C++':>9}{'Python':>9}{'adds':>9}  quartiles        ratio")
    for name, pairs in times.items():
        added = [ours - base for base, ours in pairs]
        low, middle, high = statistics.quantiles(added, n=4)
        print(
            f"{name:12}{statistics.median(p[0] for p in pairs):6.0f} ns"
            f"{statistics.median(p[1] for p in pairs):6.0f} ns{middle:6.0f} ns"
            f"  {low:5.0f} to {high:5.0f}"
            f"{statistics.median(ours / base for base, ours in pairs):8.2f}"
        )


# ---- Instructions


def collected(text: str) -> int:
    found = re.search(r"Collected : (\d+)", text)
    if found is None:
        raise SystemExit(f"valgrind counted nothing:\n{text}")
    return int(found.group(1))


def count_cpp(build: pathlib.Path, scene: str, which: str, count: int) -> int:
    cpp = CppSide(build, scene, *VALGRIND)
    cpp.decide(which, count)
    return collected(cpp.end())


def count_python(build: pathlib.Path, scene: str, name: str, count: int) -> int:
    run = subprocess.run(
        [*VALGRIND, sys.executable, "-B", __file__, str(build), "--once", scene, name, str(count)],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return collected(run.stderr)


def count_scene(build: pathlib.Path, scene: str, names: Optional[list[str]]) -> None:
    few, many = COUNTED[scene]
    base = {
        which: (count_cpp(build, scene, which, many) - count_cpp(build, scene, which, few))
        / (many - few)
        for which in ("each", "first")
    }
    cpp = CppSide(build, scene)
    variants = loops(cpp, scene)
    cpp.end()
    print(f"{scene:12}{'C++':>9}{'adds':>9}  ratio   (instructions of a decision)")
    for name, (which, _) in variants.items():
        if names is not None and name not in names:
            continue
        ours = (count_python(build, scene, name, many) - count_python(build, scene, name, few)) / (
            many - few
        )
        print(f"{name:12}{base[which]:9.0f}{ours - base[which]:9.0f}{ours / base[which]:7.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description="what Python adds to a decision")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--scene", choices=sorted(POLICIES), action="append")
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--variant", action="append", help="with --instructions: only this one")
    parser.add_argument("--once", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    # What is measured is what was built, not what is installed; PYTHONPATH may name another build.
    sys.path.append(str(args.build.resolve() / "bindings" / "python"))
    if args.once is not None:
        scene, name, count = args.once
        cpp = CppSide(args.build, scene)
        _, loop = loops(cpp, scene)[name]
        cpp.end()
        loop(int(count))
        return 0
    for scene in args.scene or POLICIES:
        if args.instructions:
            count_scene(args.build, scene, args.variant)
        else:
            time_scene(args.build, scene, args.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
