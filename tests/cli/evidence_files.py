"""What the tests of evidence files share: files, and how they are asked about."""

import base64
import json
import os
from typing import Any

from command import ALLOWED, CommandTest, Result
from signed_statement import SIGNATURES, STATEMENT

D1 = "d1" * 32


def statement(predicate_type: str, predicate: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "shop.tar", "digest": {"sha256": D1}}],
        "predicateType": predicate_type,
        "predicate": predicate,
        **parts,
    }


def test_result(result: str = "PASSED", **lists: list[str]) -> dict[str, Any]:
    return statement(
        "https://in-toto.io/attestation/test-result/v0.1",
        {"result": result, "configuration": [], "url": "https://ci.example/1", **lists},
    )


def sarif(results: Any, rules: Any = (), **parts: Any) -> dict[str, Any]:
    run = {"tool": {"driver": {"name": "scan", "rules": list(rules)}}, "results": results, **parts}
    return {"version": "2.1.0", "runs": [run]}


def envelope(payload: str = STATEMENT, *signers: str, key_ids: bool = False) -> dict[str, Any]:
    signatures = [
        {"sig": SIGNATURES[each], **({"keyid": each} if key_ids else {})} for each in signers
    ]
    return {
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64.b64encode(payload.encode()).decode(),
        "signatures": signatures,
    }


def passing(evidence: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """What a policy may rest on, without the ids, which are those of the bytes."""
    return {
        (e["type"], e.get("digest"), e.get("trust"))
        for e in evidence
        if e.get("conclusion") == "CONCLUSION_PASSED"
    }


class EvidenceTest(CommandTest):
    def ask(self, mapping: str, *arguments: str | os.PathLike[str]) -> Result:
        return self.run_here("import", "--mapping", mapping, *arguments, "--format", "jsonl")

    def evidence(
        self, mapping: str, content: Any, *arguments: str, name: str = "file.json"
    ) -> list[dict[str, Any]]:
        self.write(name, content if isinstance(content, (str, bytes)) else json.dumps(content))
        result = self.ask(mapping, name, *arguments)
        self.assert_code(ALLOWED, result)
        return [e for line in result.json_lines() for e in line["change"].get("evidence", [])]

    def one(
        self, mapping: str, content: Any, *arguments: str, name: str = "file.json"
    ) -> dict[str, Any]:
        (found,) = self.evidence(mapping, content, *arguments, name=name)
        return found

    def conclusion(
        self, mapping: str, content: Any, *arguments: str, name: str = "file.json"
    ) -> str:
        found = self.one(mapping, content, *arguments, name=name)
        return str(found.get("conclusion", "unknown")).removeprefix("CONCLUSION_")
