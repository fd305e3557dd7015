"""Complaints: what every client says of wrong files, instants and command lines, one by one.

A client answers each with exit code 2 and nothing on standard output. What the library complains of
is told in the library's words, so that it is the same to the byte in every client; what the client
itself finds (a file that is not there) is told by the name of a code and that of the file.
"""

import dataclasses
import json
import pathlib
import random

from programs import TOP, Difference, Installation, Program, check_same, run_all

SAAS = TOP / "examples" / "saas"
PATCH = TOP / "examples" / "clients" / "standard-patch.json"
NOW = "2025-10-14T14:40:00Z"
MEBIBYTES_20 = 20 * 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Case:
    """A command line without its program, and what the complaint has to hold."""

    arguments: tuple[str, ...]
    begins: str  # code and path
    holds: str = ""
    own: bool = False  # found by the client: each in its own words
    lines: bool = False  # of a file of JSON lines: what is right in it is still decided


def _asked(organization: str = str(SAAS / "organization.yaml"), kind: str = "change",
           file: str = str(PATCH), now: str = NOW, transition: str = "",
           overlay: str = "") -> tuple[str, ...]:
    before = ("--overlay", overlay) if overlay else ()
    after = (transition,) if transition else ()
    return (*before, organization, kind, file, now, *after)


def _write_files(folder: pathlib.Path) -> None:
    chance = random.Random(8)
    patch = PATCH.read_bytes()
    files = {
        "empty": b"",
        "empty.json": b"",
        "empty.yaml": b"",
        "zeros.json": b"\0" * MEBIBYTES_20,
        "zeros.yaml": b"\0" * MEBIBYTES_20,
        "random.json": chance.randbytes(5000),
        "random.yaml": chance.randbytes(5000),
        "random.binpb": chance.randbytes(5000),
        "nul.json": patch.replace(b"October", b"Octo\0ber", 1),
        "cut.json": patch[:len(patch) // 2],
        "typo.yaml": b"overlay: {of: saas-change-and-release, reason: a typo}\n"
                     b"policy: {id: typo, verzion: '1'}\n",
        "some.jsonl": b"\n".join((
            json.dumps(json.loads(patch)).encode(), b"", b"{\"id\": 7}", b"\0",
            b"{\"id\": \"CHG-\xc3\xbc\"}", b"{\"id\": \"CHG-2\", \"titel\": \"\xf0\x9f\xa7\xaa\"}")),
        "no-end.jsonl": b"{}",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir(exist_ok=True)


CASES = (
    # The policy.
    Case(_asked(overlay="typo.yaml"), "INVALID_ARGUMENT policy.verzion: ",
         "did you mean `version`?"),
    Case(_asked(overlay="empty.yaml"), "INVALID_ARGUMENT"),
    Case(_asked(overlay="zeros.yaml"), "RESOURCE_EXHAUSTED", "at most 16777216 bytes"),
    Case(_asked(overlay="random.yaml"), "INVALID_ARGUMENT", "random.yaml"),
    Case(_asked(overlay="random.binpb"), "INVALID_ARGUMENT", "random.binpb"),
    Case(_asked(overlay="missing.yaml"), "NOT_FOUND missing.yaml", own=True),
    # The organization.
    Case(_asked(organization=str(PATCH)), "INVALID_ARGUMENT", "standard-patch.json"),
    Case(_asked(organization="zeros.yaml"), "RESOURCE_EXHAUSTED", "at most 16777216 bytes"),
    Case(_asked(organization="random.json"), "INVALID_ARGUMENT", "random.json"),
    Case(_asked(organization="random.binpb"), "INVALID_ARGUMENT", "random.binpb"),
    Case(_asked(organization="missing.yaml"), "NOT_FOUND missing.yaml", own=True),
    # The subject.
    Case(_asked(file="empty"), "INVALID_ARGUMENT"),
    Case(_asked(file="empty.json", kind="release"), "INVALID_ARGUMENT"),
    Case(_asked(file="zeros.json"), "RESOURCE_EXHAUSTED", "at most 16777216 bytes"),
    Case(_asked(file="random.json"), "INVALID_ARGUMENT"),
    Case(_asked(file="nul.json"), "INVALID_ARGUMENT", "is a NUL"),
    Case(_asked(file="cut.json"), "INVALID_ARGUMENT", "not JSON"),
    Case(_asked(kind="release"), "INVALID_ARGUMENT assets: ", "unknown field"),
    Case(_asked(file="missing.json"), "NOT_FOUND missing.json", own=True),
    Case(_asked(file="folder"), "INVALID_ARGUMENT", own=True),
    Case(_asked(file="some.jsonl"), "line 4: INVALID_ARGUMENT: ", "\U0001f9ea", lines=True),
    Case(_asked(file="no-end.jsonl"), "line 1: INVALID_ARGUMENT", "give it a unique id"),
    # The question.
    Case(_asked(now="yesterday"), "INVALID_ARGUMENT question.now: ", "`yesterday` is no instant"),
    Case(_asked(now=""), "INVALID_ARGUMENT question.now: "),
    Case(_asked(now="2025-10-14T14:40:00\u00fc"), "INVALID_ARGUMENT question.now: ", "\u00fc"),
    Case(_asked(transition="DEPLOI"), "INVALID_ARGUMENT question.transition: ",
         "did you mean `DEPLOY`?"),
    # The command line.
    Case((), "", "usage: ", own=True),
    Case(_asked(kind="changes"), "", "usage: ", own=True),
    Case((*_asked(transition="DEPLOY"), "more"), "", "usage: ", own=True),
    Case(("--unknown", *_asked()), "", "usage: ", own=True),
)


def _check(case: Case, clients: list[Program], folder: pathlib.Path,
           environment: dict[str, str]) -> None:
    results = run_all(clients, case.arguments, folder, environment)
    first = next(iter(results))
    for name, result in results.items():
        said = result.err.decode(errors="replace")
        if result.code != 2 or bool(result.out) != case.lines:
            raise Difference(f"{name} ends with {result.code}, expected 2, and prints "
                             f"{result.out[:200]!r} and {said[:500]!r}")
        if not said.startswith(case.begins) or case.holds not in said:
            raise Difference(f"{name} says {said[:500]!r}, "
                             f"expected {case.begins!r} and {case.holds!r}")
        if not case.own:
            check_same(f"{name} and {first}", results[first], result)


def compare(installation: Installation, clients: list[Program]) -> int:
    """Asks every client for every case; gives how many there are."""
    folder = installation.work / "complaints"
    folder.mkdir(exist_ok=True)
    _write_files(folder)
    for case in CASES:
        try:
            _check(case, clients, folder, installation.environment)
        except Difference as difference:
            raise Difference(f"{' '.join(case.arguments)!r}: {difference}") from None
    return len(CASES)
