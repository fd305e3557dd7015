from collections.abc import Callable
from typing import Any, TypeVar

from typing_extensions import TypeGuard

from changepolicy.errors import Error

_T = TypeVar("_T")
_Document = tuple[str, bytes]
_Subject = tuple[int, int, bytes]
_Issue = tuple[str, int, int, int, str, str, str, str, str, str, str]

def version() -> str: ...
def abi_version() -> int: ...
def descriptors() -> bytes: ...
def convert(type: str, input: int, content: bytes, output: int, /) -> bytes: ...
def filled(type: type[_T], slots: tuple[Any, ...], /, *values: object) -> _T: ...
def decision_verdict(content: bytes, /) -> int: ...

class Policy:
    @property
    def digest(self) -> str: ...
    def issues(self) -> list[_Issue]: ...
    def message(self, output: int, /) -> bytes: ...

class Organization:
    def issues(self) -> list[_Issue]: ...
    def message(self, output: int, /) -> bytes: ...
    def with_ledger(self, encoding: int, ledger: bytes, /) -> Organization: ...

class Series:
    def choose(self, subject: _Subject | None, now: str, /) -> tuple[Policy, str]: ...

def load_policy(documents: list[_Document], /) -> Policy: ...
def builtin_policy(name: str, /) -> bytes: ...
def load_organization(documents: list[_Document], /) -> Organization: ...
def make_series(versions: list[Policy], /) -> Series: ...

class Engine:
    def __init__(self, policy: Policy, organization: Organization | None, /) -> None: ...
    def decide(
        self,
        kind: int,
        encoding: int,
        subject: bytes,
        now: str,
        transition: str | None,
        detail: int,
        subject_digest: bool,
        output: int,
        /,
    ) -> bytes: ...
    categorize = decide
    required_approvals = decide
    check_readiness = decide
    evaluate_transition = decide
    lint_documents = decide
    def decided(
        self,
        type: type[_T],
        slots: tuple[Any, ...],
        policy: object,
        subject: object,
        now: object,
        transition: object,
        /,
    ) -> _T | None: ...
    def checklist(
        self,
        kind: int,
        subject: _Subject | None,
        now: str | None,
        transition: str | None,
        role: str | None,
        output: int,
        /,
    ) -> bytes: ...
    def list_due(
        self, subjects: list[_Subject], now: str, until: str | None, output: int, /
    ) -> bytes: ...
    def lint_policy(self, now: str, output: int, /) -> bytes: ...
    def lint_organization(self, now: str, output: int, /) -> bytes: ...
    def lint_population(
        self, encoding: int, population: bytes, now: str, output: int, /
    ) -> bytes: ...

_Capsules = tuple[object, object]

def decide_many(
    engine: Engine,
    subjects: list[_Subject],
    now: str | None,
    transition: str | None,
    detail: int,
    subject_digest: bool,
    threads: int,
    /,
) -> list[bytes | Error]: ...
def are_messages(rows: list[Any], /) -> TypeGuard[list[bytes]]: ...
def decided_many(
    type: type[_T],
    slots: tuple[Any, ...],
    policy: object,
    engine: Engine,
    subjects: list[_Subject] | list[bytes],
    kind: int,
    now: str,
    transition: str | None,
    detail: int,
    subject_digest: bool,
    threads: int,
    /,
) -> tuple[list[_T | Error], int]: ...
def decide_arrow(
    engine: Engine,
    kind: int,
    encoding: int,
    subjects: _Capsules,
    instants: _Capsules | None,
    now: str | None,
    transition: str | None,
    detail: int,
    subject_digest: bool,
    threads: int,
    /,
) -> _Capsules: ...
def arrow_schema() -> object: ...
def new_arrow_capsules() -> _Capsules: ...
def arrow_address(capsule: object, /) -> int: ...
def series_decide(
    series: Series,
    organization: Organization | None,
    subject: _Subject,
    now: str,
    transition: str | None,
    detail: int,
    subject_digest: bool,
    output: int,
    /,
) -> bytes: ...
def compare_policies(
    before: Policy,
    after: Policy,
    organization: Organization | None,
    subjects: list[_Subject],
    now: str,
    output: int,
    /,
) -> bytes: ...
def decision_digest(encoding: int, decision: bytes, /) -> str: ...
def decision_text(policy: Policy, encoding: int, decision: bytes, verbose: bool, /) -> str: ...
def next_slots(
    engine: Engine,
    subject: _Subject,
    now: str,
    from_: str | None,
    until: str | None,
    count: int,
    length: str | None,
    output: int,
    /,
) -> bytes: ...
def conflicts(engine: Engine, now: str, output: int, /) -> bytes: ...
def freeze_impact(
    engine: Engine, encoding: int, freeze: bytes, now: str, output: int, /
) -> bytes: ...
def find_freeze(engine: Engine, id: str, output: int, /) -> bytes: ...
def forward_schedule(engine: Engine, now: str, from_: str, until: str, output: int, /) -> bytes: ...
def departures(engine: Engine, from_: str, until: str, output: int, /) -> list[bytes]: ...
def plan_train(
    engine: Engine, train: str, changes: list[_Subject], now: str, output: int, /
) -> bytes: ...

class CelProgram:
    def evaluate(self, bindings: list[tuple[str, bytes]], unknown: list[str], /) -> bytes: ...
    def residual(
        self, bindings: list[tuple[str, bytes]], unknown: list[str], /
    ) -> tuple[CelProgram, list[bytes]]: ...
    def estimate_cost(self, string: int, bytes: int, list: int, map: int, /) -> tuple[int, int]: ...
    def type(self) -> str: ...
    def unparse(self) -> str: ...
    def dump(self) -> str: ...
    def references(self, what: int, /) -> list[bytes]: ...

def compile_cel(
    text: str,
    descriptors: bytes,
    variables: list[tuple[str, str]],
    functions: list[tuple[str, Callable[[tuple[bytes, ...]], bytes | str]]],
    fields_of: str | None,
    container: str | None,
    libraries: list[str] | None,
    typed_enums: bool,
    checked: bool,
    /,
) -> CelProgram: ...

class AuditItems:
    def __init__(self, recorded_at: str, recorded_by: str | None, /) -> None: ...
    def add_decision(
        self,
        engine: Engine,
        subject: _Subject,
        now: str,
        transition: str | None,
        detail: int,
        subject_digest: bool,
        decision: bytes,
        /,
    ) -> None: ...
    def add_event(self, policy: Policy, encoding: int, event: bytes, /) -> None: ...
    def add_key_change(self, encoding: int, key_change: bytes, /) -> None: ...

_Entry = tuple[int, bool, int, bytes, bytes, bytes]

class AuditLog:
    def __init__(
        self, path: str, create: bool, read_only: bool, origin: str | None, busy_seconds: int, /
    ) -> None: ...
    def close(self) -> None: ...
    @property
    def closed(self) -> bool: ...
    def origin(self) -> str: ...
    def size(self) -> int: ...
    def append(self, items: AuditItems, /) -> list[int]: ...
    def erase(
        self, values: list[str], reason: str, recorded_at: str, recorded_by: str | None, /
    ) -> tuple[int, int]: ...
    def read(self, index: int, /) -> _Entry: ...
    def read_some(self, first: int, count: int, /) -> list[_Entry]: ...
    def read_bytes(self, index: int, /) -> bytes: ...
    def read_blob(self, name: str, /) -> bytes: ...
    def read_blob_message(self, name: str, type: str, /) -> tuple[bytes, bool]: ...
    def openings(self) -> list[bytes]: ...
    def root(self, size: int, /) -> bytes: ...
    def prove_inclusion(self, index: int, size: int, /) -> list[bytes]: ...
    def prove_consistency(self, earlier: int, size: int, /) -> list[bytes]: ...
    def make_checkpoint(self, signers: list[str], /) -> bytes: ...
    def add_cosignatures(self, note: bytes, /) -> None: ...
    def checkpoints(self) -> list[bytes]: ...
    def verify(
        self,
        keys: list[str],
        witnesses: list[str],
        checkpoints: list[bytes],
        progress: Callable[[int, int], object] | None,
        /,
    ) -> bytes: ...
    def replay(
        self,
        first: int,
        end: int,
        threads: int,
        listed: int,
        progress: Callable[[int, int], object] | None,
        /,
    ) -> bytes: ...

def check_inclusion(
    entry: bytes, index: int, size: int, proof: list[bytes], root: bytes, /
) -> None: ...
def check_consistency(
    earlier: int, size: int, proof: list[bytes], earlier_root: bytes, root: bytes, /
) -> None: ...
def generate_log_key(name: str, /) -> tuple[str, str]: ...
