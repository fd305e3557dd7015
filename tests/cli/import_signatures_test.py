"""Signed envelopes through `changepolicy import`: which keys vouch for evidence."""

import base64
import json
import unittest
from typing import Any

from command import BAD_INPUT
from evidence_files import EvidenceTest, envelope, passing
from signed_statement import KEYS, SIGNATURES, STATEMENT
from vanishing import without


class SignatureTest(EvidenceTest):
    def setUp(self) -> None:
        super().setUp()
        for name, pem in KEYS.items():
            self.write(f"{name}.pem", pem)

    def trusts(self, content: Any, *keys: str) -> set[str]:
        arguments = [part for key in keys for part in ("--key", f"{key}.pem")]
        return {e.get("trust", "unknown") for e in self.evidence("slsa", content, *arguments)}

    def refuse(self, content: Any, *words: str, keys: tuple[str, ...] = ("ed25519",)) -> None:
        self.write("file.json", json.dumps(content))
        arguments = [part for key in keys for part in ("--key", f"{key}.pem")]
        result = self.ask("slsa", "file.json", *arguments)
        self.assert_refused(result, *words, place="file.json: error: ")
        self.assertEqual("", result.out)

    def test_every_kind_of_key(self) -> None:
        for name in SIGNATURES:
            with self.subTest(name):
                self.assertEqual(
                    {"TRUST_SIGNED"},
                    self.trusts(envelope(STATEMENT, name), name.removesuffix("-pss")),
                )

    def test_without_a_key_nothing_is_verified(self) -> None:
        self.assertEqual({"unknown"}, self.trusts(envelope(STATEMENT, "ed25519")))
        self.assertEqual({"unknown"}, self.trusts(json.loads(STATEMENT), "ed25519"))

    def test_of_several_signatures_and_keys_one_suffices(self) -> None:
        both = envelope(STATEMENT, "p256", "ed25519")
        self.assertEqual({"TRUST_SIGNED"}, self.trusts(both, "ed25519"))
        self.assertEqual({"TRUST_SIGNED"}, self.trusts(both, "other", "p256"))

    def test_the_alphabet_for_addresses_and_missing_padding(self) -> None:
        content = envelope(STATEMENT, "rsa")
        for strip in ("", "="):

            def spelled(text: str, strip: str = strip) -> str:
                return text.replace("+", "-").replace("/", "_").rstrip(strip or None)

            with self.subTest(strip):
                self.assertEqual(
                    {"TRUST_SIGNED"},
                    self.trusts(
                        {
                            **content,
                            "payload": spelled(content["payload"]),
                            "signatures": [{"sig": spelled(content["signatures"][0]["sig"])}],
                        },
                        "rsa",
                    ),
                )

    def test_a_bundle_of_sigstore(self) -> None:
        bundle = {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "dsseEnvelope": envelope(STATEMENT, "p256"),
            "verificationMaterial": {},
        }
        self.assertEqual({"TRUST_SIGNED"}, self.trusts(bundle, "p256"))

    def test_lines_of_envelopes(self) -> None:
        lines = "".join(json.dumps(envelope(STATEMENT, "p256")) + "\n" for _ in range(2))
        found = self.evidence("slsa", lines, "--key", "p256.pem", name="all.intoto.jsonl")
        self.assertEqual(4, len(found))

    def test_a_changed_payload_is_an_error_that_names_it(self) -> None:
        changed = STATEMENT.replace("d1d1", "d2d1")
        self.refuse(envelope(changed, "ed25519"), "signed this payload")
        self.refuse(
            envelope(changed, "ed25519", key_ids=True), "`ed25519`", "is not over this payload"
        )
        self.refuse(
            envelope(STATEMENT, "ed25519", key_ids=True),
            "none of the keys that were given",
            "name `ed25519`",
            keys=("other",),
        )
        self.refuse(
            {**envelope(STATEMENT, "ed25519"), "payloadType": "application/json"},
            "`application/json`",
        )

    def test_envelopes_that_are_none(self) -> None:
        whole = envelope(STATEMENT, "ed25519")
        for part, words in (
            ({"signatures": []}, "has no signatures"),
            ({"signatures": [{}]}, "has no text `sig`"),
            ({"signatures": ["x"]}, "has no text `sig`"),
            ({"signatures": [{"sig": "???"}]}, "the signature: "),
            ({"payload": "a+b_"}, "mixes the two alphabets"),
            ({"payload": 1}, "has no text `payload`"),
            ({"signatures": [{"sig": "AAAA"}] * 101}, "more than 100 signatures"),
        ):
            for keys in ((), ("ed25519",)):
                with self.subTest(part, keys=keys):
                    self.refuse({**whole, **part}, words, keys=keys)
        for key in whole:
            with self.subTest(without=key):
                self.write("file.json", json.dumps(without(whole, (key,))))
                self.assert_refused(self.ask("slsa", "file.json"), "file.json: error: ")

    def test_keys_that_are_none(self) -> None:
        self.write("file.json", json.dumps(envelope(STATEMENT, "ed25519")))
        self.write("none.pem", "hello")
        self.write("bad.pem", KEYS["p256"].replace("MFkw", "MFkx"))
        for key, words in (
            ("none.pem", "it has no `-----BEGIN PUBLIC KEY-----`"),
            ("bad.pem", "cannot be read"),
            ("weak-rsa.pem", "too weak"),
            ("missing.pem", "missing.pem"),
        ):
            with self.subTest(key):
                self.assert_refused(self.ask("slsa", "file.json", "--key", key), words)

    def test_no_byte_of_an_envelope_can_be_changed(self) -> None:
        """A change is refused, or it is in a spelling that says the same."""
        whole = envelope(STATEMENT, "ed25519")
        intact = passing(self.evidence("slsa", whole, "--key", "ed25519.pem"))
        payload = base64.b64decode(whole["payload"])
        lines = []
        for i in range(len(payload)):
            changed = bytearray(payload)
            changed[i] ^= 1
            lines.append({**whole, "payload": base64.b64encode(changed).decode()})
        signature = base64.b64decode(SIGNATURES["ed25519"])
        for i in range(len(signature)):
            changed = bytearray(signature)
            changed[i] ^= 1
            lines.append({**whole, "signatures": [{"sig": base64.b64encode(changed).decode()}]})
        self.write("all.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        result = self.ask("slsa", "all.jsonl", "--key", "ed25519.pem")
        self.assert_code(BAD_INPUT, result)
        self.assertEqual("", result.out)
        self.assertEqual(len(lines), result.err.count(": error: "))
        text = json.dumps(whole).encode()
        for i in range(0, len(text), 7):
            changed = bytearray(text)
            changed[i] ^= 2
            self.write("file.json", bytes(changed))
            result = self.ask("slsa", "file.json", "--key", "ed25519.pem")
            found = [e for line in result.json_lines() for e in line["change"]["evidence"]]
            self.assertLessEqual(passing(found), intact, str(result))


if __name__ == "__main__":
    unittest.main()
