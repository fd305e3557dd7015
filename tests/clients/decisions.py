"""Decisions: what every client prints of the same subjects, against C++ and the command."""

import ctypes
import json
import pathlib
import sys
from typing import Any

import programs
import subjects
from programs import TOP, Difference, Installation, Program, Result, check_same, run_all

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

VERDICTS = {"VERDICT_ALLOWED", "VERDICT_DENIED", "VERDICT_UNKNOWN", "VERDICT_ERROR"}

Lines = dict[int, bytes]  # by the number of a line, from 1: a verdict, a digest and a Decision


def _by_line(count: int, result: Result, wrong: set[int]) -> Lines:
    """What a program printed, a line for each subject that is not wrong."""
    printed = result.out.splitlines()
    right = [number for number in range(1, count + 1) if number not in wrong]
    if len(printed) != len(right):
        raise Difference(f"{len(printed)} lines for {len(right)} subjects")
    return dict(zip(right, printed))


class Decisions:
    """Everything that is compared, with what is counted of it."""

    def __init__(self, build: pathlib.Path, installation: Installation, clients: list[Program],
                 cpp: Program) -> None:
        self.command = Program("the command", (str(build / "changepolicy"),))
        self.clients = clients
        self.cpp = cpp
        self.folder = installation.work / "subjects"
        self.folder.mkdir(exist_ok=True)
        self.environment = installation.environment
        self.made = 0
        self.refused = 0
        self.verdicts: set[str] = set()
        # The Python client finds the library that is loaded already.
        ctypes.CDLL(str(installation.library))
        sys.path.insert(0, str(programs.CLIENTS / "python"))
        import changepolicy_c
        self.library = changepolicy_c

    def _document(self, path: pathlib.Path) -> Any:
        """A YAML or JSON document, by the command."""
        result = self.command.run(("cel", "--input", path, "input", "--format", "json"),
                                  self.folder, self.environment)
        if result.code != 0:
            raise SystemExit(f"{path} cannot be read: {result.err.decode()}")
        return json.loads(result.out)["value"]

    def _serialized(self, message_type: str, text: bytes) -> bytes:
        """The message without JSON, for C++; empty where it is none."""
        json_encoding, binary = self.library.Encoding.JSON, self.library.Encoding.BINARY
        try:
            return self.library.convert(message_type, text, json_encoding, binary)
        except self.library.ChangepolicyError:
            return b""

    def compare_examples(self) -> None:
        """The files that the clients' pages name decide as the examples do that they are made of."""
        for kind, name in (("change", "standard-patch"), ("release", "major-release")):
            result = self.command.run(
                ("check", SAAS / f"{name}.yaml", "--organization", SAAS / "organization.yaml",
                 "--now", SAAS_NOW, "--format", "jsonl"), self.folder, self.environment)
            decision = json.loads(result.out)
            expected = Result(result.code, f"{decision['verdict']} {decision['decision_digest']}\n"
                              .encode(), b"")
            results = run_all(
                self.clients,
                (SAAS / "organization.yaml", kind, programs.CLIENTS / f"{name}.json", SAAS_NOW),
                self.folder, self.environment)
            for client, found in results.items():
                check_same(f"{client} and the command", expected, found)
                # The digest is another one where the time zone rules are of another version.
                page, shown = programs.CLIENTS / client / "README.md", f"{decision['verdict']} sha256:..."
                if kind == "change" and shown not in page.read_text(encoding="utf-8"):
                    raise Difference(f"{page} does not show {shown!r}")

    def compare_all(self, seed: int) -> None:
        """The examples, and as many generated subjects."""
        for kind in EXAMPLES:
            self._compare_kind(kind, seed)
        if self.verdicts != VERDICTS:
            raise Difference(f"no subject of seed {seed} has one of "
                             f"{', '.join(sorted(VERDICTS - self.verdicts))}; take another seed")

    def _compare_kind(self, kind: str, seed: int) -> None:
        """All subjects of a kind, as one file of JSON lines, by all of its questions."""
        examples = [self._document(SAAS / f"{name}.yaml") for name in EXAMPLES[kind]]
        lines = [json.dumps(example).encode() for example in examples]
        lines += subjects.generate(kind, examples, GENERATED[kind], seed)
        (self.folder / f"{kind}.jsonl").write_bytes(b"\n".join(lines) + b"\n")

        message_type = {"change": "ChangeRequest", "release": "Release"}[kind]
        binary = [self._serialized(message_type, line).hex() for line in lines]
        (self.folder / f"{kind}.hex").write_text("".join(f"{line}\n" for line in binary))
        organization = json.dumps(self._document(SAAS / "organization.yaml")).encode()
        (self.folder / "organization.binpb").write_bytes(
            self._serialized("Organization", organization))
        for now, transition in QUESTIONS[kind]:
            try:
                found = self._compare(kind, lines, binary, now, transition)
                if not transition:
                    self._check_exit_codes(kind, lines, found, now)
            except Difference as difference:
                raise Difference(f"{kind}s at {now}, {transition or 'the next step'}, seed {seed}: "
                                 f"{difference}") from None

    def _compare(self, kind: str, lines: list[bytes], binary: list[str], now: str,
                 transition: str) -> Lines:
        """One question about all subjects; gives what all programs say."""
        asked = (now, transition) if transition else (now,)
        results = run_all(
            self.clients, ("--hex", SAAS / "organization.yaml", kind, f"{kind}.jsonl", *asked),
            self.folder, self.environment)
        first = next(iter(results))
        for name, result in results.items():
            check_same(f"{name} and {first}", results[first], result)
        wrong = {int(line.split(b":")[0].removeprefix(b"line "))
                 for line in results[first].err.split(b"\n") if line.startswith(b"line ")}
        blank = {number for number, line in enumerate(lines, start=1) if not line}
        found = _by_line(len(lines), results[first], wrong | blank)

        by_cpp = self.cpp.run(("organization.binpb", kind, f"{kind}.hex", *asked), self.folder,
                              self.environment)
        refused = {int(line.removeprefix(b"line ")) for line in by_cpp.err.splitlines()}
        unread = {number for number, line in enumerate(binary, start=1) if not line}
        self._check_lines("C++", _by_line(len(lines), by_cpp, refused | unread), found)
        self._check_lines("the command", self._ask_command(kind, asked, len(lines)), found)
        self.made += len(found)
        self.refused += len(wrong)
        return found

    def _check_exit_codes(self, kind: str, lines: list[bytes], found: Lines, now: str) -> None:
        """A subject of each verdict by itself: nothing but allowed ends with 0."""
        examples = {line.split()[0]: number for number, line in found.items()}
        for verdict, number in sorted(examples.items()):
            (self.folder / "one.json").write_bytes(lines[number - 1])
            expected = Result(0 if verdict == b"VERDICT_ALLOWED" else 1, found[number] + b"\n", b"")
            results = run_all(self.clients,
                              ("--hex", SAAS / "organization.yaml", kind, "one.json", now),
                              self.folder, self.environment)
            for client, result in results.items():
                check_same(f"{client}, {verdict.decode()} by itself", expected, result)
            self.verdicts.add(verdict.decode())

    def _ask_command(self, kind: str, asked: tuple[str, ...], count: int) -> Lines:
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

    def _check_lines(self, name: str, expected: Lines, found: Lines) -> None:
        """Complains unless both decide the same subjects alike."""
        for number in sorted(expected.keys() | found.keys()):
            one, other = expected.get(number, b"none"), found.get(number, b"none")
            if one != other:
                raise Difference(f"subject {number}: {name} has {one[:200]!r}, "
                                 f"the clients have {other[:200]!r}")
