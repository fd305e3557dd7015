class Session:
    def __init__(
        self, policies: list[tuple[str, bytes]], organization: list[tuple[str, bytes]]
    ) -> None: ...
    def decide(
        self,
        subject: bytes,
        *,
        release: bool,
        json_in: bool,
        json_out: bool,
        now: str,
        transition: str,
    ) -> bytes: ...
    @property
    def policy_digest(self) -> str: ...

class CelProgram:
    def evaluate(self, values: list[tuple[str, bytes]], unknown: list[str]) -> bytes: ...
    @property
    def type(self) -> str: ...
    @property
    def variables(self) -> list[str]: ...

def compile_cel(
    text: str,
    *,
    descriptors: bytes,
    variables: list[tuple[str, str]],
    container: str,
    libraries: list[str] | None,
    typed_enums: bool,
    check: bool,
) -> tuple[CelProgram | None, list[tuple[str, str, str, int, int, int, str, str]]]: ...
def cel_descriptors() -> bytes: ...
def decision_digest(decision: bytes) -> str: ...
