"""Whether every client of examples/clients decides as the C++ library and the command do.

    compare.py BUILD_DIR [--require LANGUAGE]... [--seed N]

Builds each client whose toolchain is there, over the project as BUILD_DIR installs it. All of them
decide the same subjects, right and wrong ones, at several instants and for several transitions, and
are given wrong files. Verdicts, digests, the bytes of decisions, complaints and exit codes have to
be the same. Clients that cannot be built here are named; with --require (a language, or `all`) that
is a failure.
"""

import argparse
import pathlib
import sys
import time

import complaints
import programs
from decisions import Decisions
from programs import Difference, Installation, LeftOut, Program


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
            print(f"    {client.name}: built in {time.monotonic() - start:.1f} s", flush=True)
        except LeftOut as reason:
            if client.name in required or "all" in required:
                raise SystemExit(f"{client.name} is required: {reason}") from None
            print(f"    {client.name}: LEFT OUT, {reason}", flush=True)
    if not built:
        raise SystemExit("there is nothing to compare: no client could be built")
    return built


def main() -> int:
    """Compares; gives the exit code."""
    arguments = read_arguments()
    build = arguments.build.resolve()
    installation = Installation(build)
    clients = build_clients(installation, arguments.require)
    decisions = Decisions(build, installation, clients, installation.build_cpp())
    try:
        decisions.compare_examples()
        decisions.compare_all(arguments.seed)
        complained = complaints.compare(installation, clients)
    except Difference as difference:
        print(f"compare.py: {difference}", file=sys.stderr)
        return 1
    names = [client.name for client in clients]
    left_out = [client.name for client in programs.ALL if client.name not in names]
    print(f"    compared {len(clients)} of {len(programs.ALL)} clients ({', '.join(names)}; "
          f"left out: {', '.join(left_out) or 'none'}) with C++ and the command: "
          f"{decisions.made} decisions and {decisions.refused} refusals of each the same, "
          f"{complained} complaints")
    return 0


if __name__ == "__main__":
    sys.exit(main())
