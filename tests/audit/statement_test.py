"""Signed statements from outside: their signatures are checked and made with the command openssl, and
the encoding that is signed is built here once more, from DSSE's text."""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

TOOL = os.environ["CHANGEPOLICY_STATEMENT_TOOL"]
SEED = bytes(range(32))
NAME = "auditor.example/key"
TYPE = "application/vnd.in-toto+json"
# What stands before the 32 bytes of a key (RFC 8410).
PRIVATE_HEAD = bytes.fromhex("302e020100300506032b657004220420")
PUBLIC_HEAD = bytes.fromhex("302a300506032b6570032100")
ROOT = hashlib.sha256(b"root").digest()
REPORT = {
    "origin": "log.example/changes", "size": 3, "root": base64.b64encode(ROOT).decode(),
    "now": "2026-04-02T08:00:00Z", "policyId": "house policy", "policyVersion": "2",
    "policyDigest": "sha256:" + "ab" * 32,
    "tests": [{"test": "AUDIT_TEST_KIND_COMPLETENESS", "passed": True, "examined": 3},
              {"test": "AUDIT_TEST_KIND_APPROVAL", "exceptions": 1}],
    "verification": {"size": 3, "entriesVerified": 3, "root": base64.b64encode(ROOT).decode(),
                     "signaturesChecked": True, "signedSize": 3},
    "replay": {"decisions": 2, "same": 2}}


def encoded(payload):
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)


class Statement(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file("private.der", PRIVATE_HEAD + SEED)
        public = self.openssl("pkey", "-inform", "DER", "-in", "private.der", "-pubout",
                              "-outform", "DER")
        self.assertTrue(public.startswith(PUBLIC_HEAD))
        self.public = public[len(PUBLIC_HEAD):]
        self.file("public.der", public)
        key = b"\x01" + self.public
        self.id = hashlib.sha256(NAME.encode() + b"\n" + key).digest()[:4].hex()
        self.verifier = f"{NAME}+{self.id}+{base64.b64encode(key).decode()}"
        self.signer = (f"PRIVATE+KEY+{NAME}+{self.id}+"
                       f"{base64.b64encode(bytes([1]) + SEED).decode()}")

    def file(self, name, content):
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def openssl(self, *arguments, check=True):
        done = subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder,
                              capture_output=True)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout
        return done.returncode

    def tool(self, *arguments):
        return subprocess.run([TOOL, *map(str, arguments)], capture_output=True)

    def signed(self):
        self.report = json.dumps(REPORT).encode()
        done = self.tool("sign", self.signer, self.file("report.json", self.report))
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_openssl_verifies_what_was_signed_here(self):
        envelope = self.signed()
        self.assertEqual(list(envelope), ["payload", "payloadType", "signatures"])
        self.assertEqual(envelope["payloadType"], TYPE)
        (signature,) = envelope["signatures"]
        self.assertEqual(signature["keyid"], f"{NAME}+{self.id}")
        payload = base64.b64decode(envelope["payload"], validate=True)
        self.file("signature", base64.b64decode(signature["sig"], validate=True))
        verify = ("pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "public.der",
                  "-rawin", "-sigfile", "signature", "-in")
        self.assertEqual(self.openssl(*verify, self.file("signed", encoded(payload)), check=False), 0)
        for other in (payload, encoded(payload + b" "),
                      encoded(payload).replace(b"in-toto+json", b"in-toto+yaml")):
            self.assertNotEqual(self.openssl(*verify, self.file("other", other), check=False), 0)

    def test_what_openssl_signed_verifies_here(self):
        payload = b'{"anything": "at all"}'
        self.file("signed", encoded(payload))
        self.openssl("pkeyutl", "-sign", "-keyform", "DER", "-inkey", "private.der", "-rawin",
                     "-in", "signed", "-out", "signature")
        signature = (self.folder / "signature").read_bytes()
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            envelope = {"signatures": [{"sig": encode(signature).decode()}], "payloadType": TYPE,
                        "payload": encode(payload).decode()}
            done = self.tool("verify", self.verifier,
                             self.file("envelope", json.dumps(envelope).encode()))
            self.assertEqual(done.stdout, payload, done.stderr)
        envelope["payload"] = encode(payload + b"\n").decode()
        done = self.tool("verify", self.verifier,
                         self.file("envelope", json.dumps(envelope).encode()))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"no trusted key has signed", done.stderr)

    def test_the_statement_is_what_the_specifications_ask_for(self):
        statement = json.loads(base64.b64decode(self.signed()["payload"]))
        self.assertEqual(statement, {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [
                {"name": "log.example/changes@3", "digest": {"sha256": ROOT.hex()}},
                {"name": "report.json",
                 "digest": {"sha256": hashlib.sha256(self.report).hexdigest()}}],
            "predicateType": "https://in-toto.io/attestation/svr/v0.1",
            "predicate": {
                "verifier": {"id": "https://auditor.example/v1",
                             "policy": {"uri": "changepolicy:policy/house%20policy@2",
                                        "digest": {"sha256": "ab" * 32}}},
                "timeCreated": "2026-04-02T08:00:00Z",
                "properties": ["CHANGEPOLICY_AUDIT_COMPLETENESS",
                               "CHANGEPOLICY_LOG_HASHES_VERIFIED", "CHANGEPOLICY_LOG_VERIFIED",
                               "CHANGEPOLICY_LOG_REPLAYED"]}})


if __name__ == "__main__":
    unittest.main()
