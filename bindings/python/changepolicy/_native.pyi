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

def decision_digest(decision: bytes) -> str: ...
