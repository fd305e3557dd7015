"""Decides changes or releases of a file by the built-in policy, in several threads."""

import argparse
import concurrent.futures
import pathlib
import sys

from changepolicy_c import ChangepolicyError, Decision, Document, Engine, Kind

ALLOWED, NOT_ALLOWED, FAILED = 0, 1, 2
THREADS = 4


def read_arguments() -> argparse.Namespace:
    """The command line; argparse ends with 2, which is FAILED, where it is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--overlay", type=pathlib.Path, help="laid over the policy")
    parser.add_argument("--hex", action="store_true", help="print the Decision's bytes as well")
    parser.add_argument("organization", type=pathlib.Path, help="directory and ledger")
    parser.add_argument("kind", choices=["change", "release"])
    parser.add_argument("file", type=pathlib.Path, help="JSON; .jsonl has a subject on each line")
    parser.add_argument("now", help="the instant of the question, like 2026-01-31T09:30:00Z")
    parser.add_argument("transition", nargs="?", default="", help="like DEPLOY; default: the next")
    return parser.parse_args()


def read_document(path: pathlib.Path) -> Document:
    """The file as a document that is called by the file's name."""
    return Document(str(path), path.read_bytes())


def subjects(path: pathlib.Path) -> dict[str, bytes]:
    """Subjects by what their complaints begin with; a file of JSON lines has one on each line."""
    content = path.read_bytes()
    if path.suffix != ".jsonl":
        return {"": content}
    return {f"line {number}: ": line
            for number, line in enumerate(content.split(b"\n"), start=1) if line}


def main() -> int:
    """Prints a line for each subject; gives the exit code."""
    arguments = read_arguments()
    policy = [Document("builtin:saas")]
    try:
        if arguments.overlay is not None:
            policy.append(read_document(arguments.overlay))
        organization = [read_document(arguments.organization)]
        found = subjects(arguments.file)
    except OSError as error:
        name = "NOT_FOUND" if isinstance(error, FileNotFoundError) else "INVALID_ARGUMENT"
        print(f"{name} {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILED

    with Engine(policy, organization) as engine:

        def decide(subject: bytes) -> Decision | ChangepolicyError:
            try:
                return engine.decide(Kind[arguments.kind.upper()], subject, arguments.now,
                                     arguments.transition)
            except ChangepolicyError as error:
                return error

        with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
            answers = list(threads.map(decide, found.values()))

    code = ALLOWED
    for place, answer in zip(found, answers):
        if isinstance(answer, ChangepolicyError):
            print(f"{place}{answer}", file=sys.stderr)
            code = FAILED
            continue
        shown = f" {answer.message.hex()}" if arguments.hex else ""
        print(f"{answer.verdict} {answer.digest}{shown}")
        if answer.verdict != "VERDICT_ALLOWED":
            code = max(code, NOT_ALLOWED)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ChangepolicyError as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(FAILED)
