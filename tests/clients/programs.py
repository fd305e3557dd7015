"""The programs that are compared: how each is fetched, built and run.

Every client is copied below the build folder and built there, so that it is seen to need nothing of
the project but the installed C library.
"""

import concurrent.futures
import dataclasses
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Sequence

TOP = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = TOP / "examples" / "clients"
CPP = pathlib.Path(__file__).resolve().parent / "cpp"
TIMEOUT_SECONDS = 300


@dataclasses.dataclass(frozen=True)
class Client:
    """A folder of examples/clients. Commands are run in a copy of it."""

    name: str
    tools: tuple[str, ...]  # without one of these it is left out
    fetch: tuple[str, ...]  # of packages from the language's registry; empty: it needs none
    build: tuple[str, ...]
    command: tuple[str, ...]  # a word with a slash is a path in the copy


ALL = (
    Client("c", ("cc", "make", "pkg-config"), (), ("make", "--silent"), ("build/decide",)),
    Client("go", ("go", "cc", "pkg-config"), (), ("go", "build", "-buildvcs=false", "-o", "decide", "."),
           ("./decide",)),
    Client("rust", ("cargo", "cc", "pkg-config"), (), ("cargo", "build", "--release", "--locked"),
           ("target/release/decide",)),
    Client("java", ("java", "javac", "mvn"), ("mvn", "-q", "-B", "dependency:go-offline"),
           ("mvn", "-q", "-B", "package"), ("java", "-jar", "target/decide.jar")),
    Client("node", ("node", "npm"), ("npm", "ci", "--loglevel=error", "--prefer-offline"), (),
           ("node", "./decide.js")),
    Client("python", ("python3",), (), (), (sys.executable, "-B", "./decide.py")),
)


@dataclasses.dataclass(frozen=True)
class Result:
    """What one run of a program gave."""

    code: int
    out: bytes
    err: bytes


class Difference(Exception):
    """Two programs do not say the same."""


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


@dataclasses.dataclass(frozen=True)
class Program:
    """A client that is built, and can be run from any folder."""

    name: str
    command: tuple[str, ...]

    def run(self, arguments: Sequence[str | os.PathLike[str]], folder: pathlib.Path,
            environment: dict[str, str]) -> Result:
        """Runs it in the folder."""
        done = subprocess.run([*self.command, *arguments], cwd=folder, env=environment,
                              capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        return Result(done.returncode, done.stdout, done.stderr)


def run_all(clients: Sequence[Program], arguments: Sequence[str | os.PathLike[str]],
            folder: pathlib.Path, environment: dict[str, str]) -> dict[str, Result]:
    """What each gives, by its name, in their order; several run at once."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        results = threads.map(lambda client: client.run(arguments, folder, environment), clients)
        return {client.name: result for client, result in zip(clients, results)}


class LeftOut(Exception):
    """A client that cannot be built here, and why."""


def _try(command: tuple[str, ...], folder: pathlib.Path, environment: dict[str, str]) -> str:
    """Nothing where it succeeds, otherwise the end of what it said."""
    try:
        done = subprocess.run(command, cwd=folder, env=environment, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        return f"it did not end within {TIMEOUT_SECONDS} s"
    if done.returncode == 0:
        return ""
    return done.stdout.decode(errors="replace")[-2000:] or f"exit code {done.returncode}"


class Installation:
    """The project as it is installed, below a folder that stands for the root of a system."""

    def __init__(self, build: pathlib.Path) -> None:
        self.work = build / "clients"
        root = self.work / "root"
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(["cmake", "--install", str(build)], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "DESTDIR": str(root)})
        (description,) = root.rglob("changepolicy.pc")
        self.library_folder = description.parents[1]
        # Debian has a folder per architecture below lib, others have none.
        (header,) = root.rglob("include/changepolicy.h")
        self.prefix = header.parents[1]
        (self.library,) = self.library_folder.glob("libchangepolicy.so.1")
        self.environment = {
            **os.environ,
            # Go does not look whether a header is another one, but at the flags.
            "CGO_CFLAGS": f"-O2 -DCHANGEPOLICY_HEADER={hashlib.sha256(header.read_bytes()).hexdigest()}",
            "PKG_CONFIG_PATH": str(description.parent),
            "PKG_CONFIG_SYSROOT_DIR": str(root),
            "LD_LIBRARY_PATH": str(self.library_folder),
        }

    def build_client(self, client: Client) -> Program:
        """Builds it, or says by LeftOut why this machine cannot. One that is wrong is an error."""
        for tool in client.tools:
            if shutil.which(tool) is None:
                raise LeftOut(f"there is no `{tool}`")
        folder = self.work / client.name
        # Times are kept: what did not change is not built again.
        shutil.copytree(CLIENTS / client.name, folder, dirs_exist_ok=True)
        if client.fetch and (complaint := _try(client.fetch, folder, self.environment)):
            raise LeftOut(f"`{' '.join(client.fetch)}` fails, is its registry reached? {complaint}")
        if client.build and (complaint := _try(client.build, folder, self.environment)):
            raise SystemExit(f"{client.name}: `{' '.join(client.build)}` fails:\n{complaint}")
        return Program(client.name, tuple(
            str(folder / word) if "/" in word else word for word in client.command))

    def build_cpp(self) -> Program:
        """The program over the C++ library."""
        folder = self.work / "cpp"
        for command in (
            ("cmake", "-S", str(CPP), "-B", str(folder), "-G", "Ninja",
             "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={self.prefix}"),
            ("cmake", "--build", str(folder)),
        ):
            if complaint := _try(command, self.work, dict(os.environ)):
                raise SystemExit(f"`{' '.join(command)}` fails:\n{complaint}")
        return Program("c++", (str(folder / "decide"),))
