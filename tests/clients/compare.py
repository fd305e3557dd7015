"""Whether every client of examples/clients decides as the C++ library and the command do.

    compare.py BUILD_DIR [--require LANGUAGE]... [--seed N]

Builds each client whose toolchain is there, over the project as BUILD_DIR installs it. All of them
decide the same subjects, right and wrong ones, at several instants and for several transitions.
Verdicts, digests, the bytes of decisions, complaints and exit codes have to be the same. Clients
that cannot be built here are named; with --require (a language, or `all`) that is a failure.
"""

import argparse
import ctypes
import json
import pathlib
import sys
import time
from typing import Any

import programs
import subjects
from programs import TOP, Installation, LeftOut, Program, Result

SAAS = TOP / "examples" / "saas"
SAAS_NOW = "2025-10-14T14:40:00Z"
EXAMPLES = {"change": ("standard-patch", "schema-migration", "emergency-fix"),
            "release": ("major-release",)}
GENERATED = {"change": 140, "release": 60}
# An instant, and a transition or none.
QUESTIONS = {
    "change": ((SAAS_NOW, ""), (SAAS_NOW, "APPROVE"), (SAAS_NOW, "DEPLOY"),
               ("2025-10-16T22:35:00+08:00", ""), ("2025-10-16T22:35:00+08:00", "SCHEDULE"),
               ("2024-02-29T23:59:59.999999999Z", "DEPLOY")),
    "release": ((SAAS_NOW, ""), (SAAS_NOW, "DEPLOY"), ("2025-10-18T12:40:00Z", ""),
                ("2025-10-18T12:40:00Z", "PUBLISH"), ("1999-12-31T00:00:00Z", "APPROVE")),
}

Lines = dict[int, bytes]  # by the number of a line, from 1: a verdict, a digest and a Decision


class Difference(Exception):
    """Two programs do not say the same."""


def by_line(count: int, result: Result, wrong: set[int]) -> Lines:
    """What a program printed, a line for each subject that is not wrong."""
    printed = result.out.splitlines()
    right = [number for number in range(1, count + 1) if number not in wrong]
    if len(printed) != len(right):
        raise Difference(f"{len(printed)} lines for {len(right)} subjects")
    return dict(zip(right, printed))


def first_difference(expected: bytes, found: bytes) -> str:
    """The first line that is not the same, of both."""
    for number, (one, other) in enumerate(
            zip(expected.split(b"\n"), found.split(b"\n")), start=1):
        if one != other:
            return f"line {number}: expected {one[:200]!r}, found {other[:200]!r}"
    return f"expected {len(expected)} bytes, found {len(found)}"


def check_same(what: str, expected: Result, found: Result) -> None:
    """Complains unless both results are the same in everything."""
    for name, one, other in (("standard output", expected.out, found.out),
                             ("standard error", expected.err, found.err)):
        if one != other:
            raise Difference(f"{what}: {name}, {first_difference(one, other)}")
    if expected.code != found.code:
        raise Difference(f"{what}: exit code {found.code}, expected {expected.code}")


class Comparison:
    """Everything that is compared, with what is counted of it."""

    def __init__(self, build: pathlib.Path, installation: Installation, clients: list[Program],
                 cpp: Program) -> None:
        self.command = Program("the command", (str(build / "changepolicy"),))
        self.clients = clients
        self.cpp = cpp
        self.folder = installation.work / "subjects"
        self.folder.mkdir(exist_ok=True)
        self.environment = installation.environment
        self.decisions = 0
        self.refusals = 0
        # The Python client finds the library that is loaded already.
        ctypes.CDLL(str(installation.library))
        sys.path.insert(0, str(programs.CLIENTS / "python"))
        import changepolicy_c
        self.library = changepolicy_c

    def document(self, path: pathlib.Path) -> Any:
        """A YAML or JSON document, by the command."""
        result = self.command.run(("cel", "--input", path, "input", "--format", "json"),
                                  self.folder, self.environment)
        if result.code != 0:
            raise SystemExit(f"{path} cannot be read: {result.err.decode()}")
        return json.loads(result.out)["value"]

    def serialized(self, message_type: str, text: bytes) -> bytes:
        """The message without JSON, for C++; empty where it is none."""
        json_encoding, binary = self.library.Encoding.JSON, self.library.Encoding.BINARY
        try:
            return self.library.convert(message_type, text, json_encoding, binary)
        except self.library.ChangepolicyError:
            return b""

    def compare_kind(self, kind: str, seed: int) -> None:
        """All subjects of a kind, as one file of JSON lines, by all of its questions."""
        examples = [self.document(SAAS / f"{name}.yaml") for name in EXAMPLES[kind]]
        lines = [json.dumps(example).encode() for example in examples]
        lines += subjects.generate(kind, examples, GENERATED[kind], seed)
        (self.folder / f"{kind}.jsonl").write_bytes(b"\n".join(lines) + b"\n")

        message_type = {"change": "ChangeRequest", "release": "Release"}[kind]
        binary = [self.serialized(message_type, line).hex() for line in lines]
        (self.folder / f"{kind}.hex").write_text("".join(f"{line}\n" for line in binary))
        organization = json.dumps(self.document(SAAS / "organization.yaml")).encode()
        (self.folder / "organization.binpb").write_bytes(
            self.serialized("Organization", organization))
        for now, transition in QUESTIONS[kind]:
            try:
                self.compare(kind, lines, binary, now, transition)
            except Difference as difference:
                raise Difference(f"{kind}s at {now}, {transition or 'the next step'}, seed {seed}: "
                                 f"{difference}") from None

    def compare(self, kind: str, lines: list[bytes], binary: list[str], now: str,
                transition: str) -> None:
        """One question about all subjects."""
        asked = (now, transition) if transition else (now,)
        results = {client.name: client.run(
            ("--hex", SAAS / "organization.yaml", kind, f"{kind}.jsonl", *asked), self.folder,
            self.environment) for client in self.clients}
        first = next(iter(results))
        for name, result in results.items():
            check_same(f"{name} and {first}", results[first], result)
        wrong = {int(line.split(b":")[0].removeprefix(b"line "))
                 for line in results[first].err.split(b"\n") if line.startswith(b"line ")}
        blank = {number for number, line in enumerate(lines, start=1) if not line}
        found = by_line(len(lines), results[first], wrong | blank)

        by_cpp = self.cpp.run(("organization.binpb", kind, f"{kind}.hex", *asked), self.folder,
                              self.environment)
        refused = {int(line.removeprefix(b"line ")) for line in by_cpp.err.splitlines()}
        unread = {number for number, line in enumerate(binary, start=1) if not line}
        self.check_lines("C++", by_line(len(lines), by_cpp, refused | unread), found)
        self.check_lines("the command", self.ask_command(kind, asked, len(lines)), found)
        self.decisions += len(found)
        self.refusals += len(wrong)

    def ask_command(self, kind: str, asked: tuple[str, ...], count: int) -> Lines:
        """The same of `changepolicy check`, which gives digests and bytes apart."""
        options = ["check", f"{kind}.jsonl", "--kind", kind, "--organization",
                   str(SAAS / "organization.yaml"), "--now", asked[0]]
        if len(asked) > 1:
            options += ["--transition", asked[1]]
        records = [json.loads(line) for line in self.command.run(
            [*options, "--format", "jsonl"], self.folder, self.environment).out.splitlines()]
        framed = self.command.run([*options, "--format", "binary"], self.folder,
                                  self.environment).out
        lines: Lines = {}
        for record in records:
            if "invalid" in record:
                continue
            size = int.from_bytes(framed[:4], "little")
            message, framed = framed[4:4 + size], framed[4 + size:]
            number = int(record["source"].rsplit(":", 1)[1])
            lines[number] = (f"{record['verdict']} {record['decision_digest']} "
                             f"{message.hex()}").encode()
        if framed or not 0 < len(lines) <= count:
            raise Difference(f"the command has {len(lines)} decisions and {len(framed)} bytes more")
        return lines

    def check_lines(self, name: str, expected: Lines, found: Lines) -> None:
        """Complains unless both decide the same subjects alike."""
        for number in sorted(expected.keys() | found.keys()):
            one, other = expected.get(number, b"none"), found.get(number, b"none")
            if one != other:
                raise Difference(f"subject {number}: {name} has {one[:200]!r}, "
                                 f"the clients have {other[:200]!r}")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help="where the project is built")
    parser.add_argument("--require", action="append", default=[], metavar="LANGUAGE",
                        choices=["all", *(client.name for client in programs.ALL)],
                        help="fail where this client is left out")
    parser.add_argument("--seed", type=int, default=1, help="of the generated subjects")
    return parser.parse_args()


def build_clients(installation: Installation, required: list[str]) -> list[Program]:
    """Those that can be built here; says which cannot."""
    built = []
    for client in programs.ALL:
        start = time.monotonic()
        try:
            built.append(installation.build_client(client))
            print(f"    {client.name}: built, {time.monotonic() - start:.1f} s", flush=True)
        except LeftOut as reason:
            if client.name in required or "all" in required:
                raise SystemExit(f"{client.name} is required: {reason}") from None
            print(f"    {client.name}: LEFT OUT, {reason}", flush=True)
    return built


def main() -> int:
    """Compares; gives the exit code."""
    arguments = read_arguments()
    build = arguments.build.resolve()
    installation = Installation(build)
    clients = build_clients(installation, arguments.require)
    comparison = Comparison(build, installation, clients, installation.build_cpp())
    try:
        for kind in EXAMPLES:
            comparison.compare_kind(kind, arguments.seed)
    except Difference as difference:
        print(f"compare.py: {difference}", file=sys.stderr)
        return 1
    print(f"    {len(clients)} of {len(programs.ALL)} clients "
          f"({', '.join(client.name for client in clients)}), C++ and the command: "
          f"{comparison.decisions} decisions and {comparison.refusals} refusals, all the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
