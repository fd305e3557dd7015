"""`changepolicy audit` and `check --log`: the way of a record from a decision to an auditor."""

import base64
import csv
import hashlib
import io
import json
import os
import sqlite3
import stat
import unittest

from command import (
    ALLOWED, BAD_INPUT, DENIED, PROJECT, SAAS, SAAS_OPTIONS, UNDECIDED, CommandTest, Result,
)

ORIGIN = "example.com/changes"
AT = "2025-10-14T15:00:00Z"
DEPLOYMENTS = PROJECT / "examples" / "audit" / "deployments.jsonl"


class AuditTest(CommandTest):
    """A log of three decisions and three deployments, signed."""

    def setUp(self) -> None:
        super().setUp()
        self.key("log")
        self.assert_code(ALLOWED, self.check("standard-patch", "schema-migration", "emergency-fix"))
        self.assert_code(ALLOWED, self.append(DEPLOYMENTS))
        self.assert_code(ALLOWED, self.sign())

    def key(self, name: str, origin: str = ORIGIN) -> str:
        made = self.run_here("audit", "key", "--name", origin, "--out", f"{name}.key")
        self.assert_code(ALLOWED, made)
        self.write(f"{name}.pub", made.out)
        return made.out.strip()

    def check(self, *names: str, log: str = "log", **options: str) -> Result:
        more = [word for name, value in options.items()
                for word in (f"--{name.replace('_', '-')}", value)]
        if "log_origin" not in options:
            more += ["--log-origin", ORIGIN]
        return self.run_here(
            "check", *(SAAS / f"{name}.yaml" for name in names), *SAAS_OPTIONS,
            "--log", log, "--log-recorded-by", "gate", "--log-recorded-at", AT, *more,
        )

    def append(self, *files, log: str = "log") -> Result:
        return self.run_here("audit", "append", log, *files, "--recorded-by", "pipeline",
                             "--recorded-at", "2025-10-14T17:00:00Z")

    def sign(self, log: str = "log", key: str = "log.key") -> Result:
        return self.run_here("audit", "checkpoint", log, "--key", key, "--out", f"{log}.note")

    def verify(self, *options: str, log: str = "log") -> Result:
        return self.run_here("audit", "verify", log, "--key", "log.pub", *options)

    def intrude(self, *statements: str) -> None:
        database = sqlite3.connect(self.folder / "log")
        for table in ("entries", "nodes", "blobs"):
            database.execute(f"DROP TRIGGER IF EXISTS {table}_stay")
            database.execute(f"DROP TRIGGER IF EXISTS {table}_remain")
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()

    # --- appending

    def test_check_logs_before_it_answers(self) -> None:
        entries = self.run_here("audit", "export", "log").json_lines()
        self.assertEqual([e["index"] for e in entries], list(range(6)))
        first = entries[0]
        self.assertEqual(first["recorded_by"], "gate")
        self.assertEqual(first["decision"]["subject"]["id"], "CHG-1057")
        self.assertEqual(first["decision"]["decision"]["verdict"], "VERDICT_ALLOWED")
        self.assertEqual(entries[5]["event"]["deployment"]["by"], "gopal")

    def test_check_without_a_log_that_can_be_written_answers_nothing(self) -> None:
        self.write("letter", "Dear Sir or Madam, this is no log. " * 20)
        result = self.check("standard-patch", log="letter")
        self.assert_refused(result, "it is no audit log")
        missing = self.run_here("check", SAAS / "standard-patch.yaml", *SAAS_OPTIONS,
                                "--log", "new")
        self.assert_refused(missing, "cannot be opened")
        self.assert_helps(missing, "give its origin")
        self.assertFalse((self.folder / "new").exists())

    def test_a_locked_log_lets_nothing_go_ahead(self) -> None:
        holder = sqlite3.connect(self.folder / "log")
        holder.execute("BEGIN IMMEDIATE")
        result = self.check("standard-patch")
        holder.rollback()
        holder.close()
        self.assert_code(UNDECIDED, result)
        self.assertNotIn("ALLOWED", result.out)
        self.assert_says(result.err, "another writer holds it", "decided, but not logged",
                         result=result)

    def test_events_with_mistakes_append_nothing(self) -> None:
        size = self.verify("--format", "json").json()["size"]
        bad = self.write("bad.jsonl",
                         '{"deployment": {"id": "a"}}\n{"deploymnt": {"id": "b"}}\n{}\n')
        result = self.append(bad)
        self.assert_refused(result, "bad.jsonl:2", "bad.jsonl:3", "it says nothing",
                            "nothing was appended")
        self.assert_refused(self.append(self.write("none.jsonl", "\n")), "there are no events")
        self.assert_refused(self.append("absent.yaml"), "absent.yaml")
        self.assertEqual(self.verify("--format", "json").json()["size"], size)

    def test_yaml_events_of_every_kind(self) -> None:
        kinds = {
            "deployment": "{id: D-9, environment: PRODUCTION}",
            "communication": "{id: C-9, audience: CLIENTS}",
            "incident": "{id: INC-9}",
            "obligation": "{id: O-9, owner: ann}",
            "accepted_risk": "{id: R-9}",
            "approval": "{id: A-9, by: ann}",
            "evidence": "{id: E-9}",
            "change": "{id: CHG-9}",
            "release": "{id: REL-9}",
        }
        for kind, text in kinds.items():
            with self.subTest(kind):
                result = self.append(self.write(f"{kind}.yaml", f"{kind}: {text}\n"))
                self.assert_code(ALLOWED, result)
                last = self.run_here("audit", "export", "log", "--entry", result.out.strip())
                self.assertEqual(list(last.json()["event"]), [kind])

    # --- verifying

    def test_verify(self) -> None:
        result = self.verify("--checkpoint", "log.note")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "VERIFIED", result=result)
        without = self.run_here("audit", "verify", "log")
        self.assert_code(ALLOWED, without)
        self.assert_says(without.out, "signatures were not checked", result=without)

    def test_corruptions_are_named_with_the_first_bad_entry(self) -> None:
        cases = {
            "a flipped byte": ("UPDATE entries SET bytes = CAST('x' AS BLOB) || substr(bytes, 2) "
                               "WHERE idx = 2", "ENTRY_ALTERED", 2),
            "a deleted entry": ("DELETE FROM entries WHERE idx = 3", "ENTRY_MISSING", 3),
            "a cut tail": ("DELETE FROM entries WHERE idx >= 4", "TREE_ALTERED", 4),
            "a changed blob": ("UPDATE blobs SET bytes = bytes || x'00' WHERE rowid = 2",
                               "BLOB_ALTERED", 0),
        }
        whole = (self.folder / "log").read_bytes()
        for name, (statement, kind, index) in cases.items():
            with self.subTest(name):
                (self.folder / "log").write_bytes(whole)
                self.intrude(statement)
                result = self.verify("--format", "json")
                self.assert_code(DENIED, result)
                first = result.json()["problems"][0]
                self.assertEqual(first["kind"], f"LOG_PROBLEM_KIND_{kind}", str(result))
                self.assertEqual(int(first["first_bad_index"]), index)
                text = self.verify()
                self.assert_says(text.out, f"first bad entry {index}", result=text)

    def test_a_file_that_was_cut_off(self) -> None:
        whole = (self.folder / "log").read_bytes()
        (self.folder / "log").write_bytes(whole[: len(whole) // 3])
        for command in ("verify", "replay", "export"):
            result = self.run_here("audit", command, "log")
            self.assertNotEqual(ALLOWED, result.code, str(result))
            self.assert_says(result.err + result.out, "damaged", result=result)

    def test_a_fork_is_placed_by_another_copy(self) -> None:
        (self.folder / "copy").write_bytes((self.folder / "log").read_bytes())
        for log, name in (("log", "one"), ("copy", "other")):
            event = self.write(f"{name}.yaml", f"incident: {{id: INC-{name}}}\n")
            self.assert_code(ALLOWED, self.append(event, log=log))
        result = self.verify("--against", "copy", "--format", "json")
        self.assert_code(DENIED, result)
        problem = result.json()["problems"][0]
        self.assertEqual(problem["kind"], "LOG_PROBLEM_KIND_FORKED")
        self.assertEqual(int(problem["first_bad_index"]), 6)

    def test_wrong_keys(self) -> None:
        other = self.key("other")
        result = self.run_here("audit", "verify", "log", "--key", other)
        self.assert_code(DENIED, result)
        self.assert_refused(self.run_here("audit", "verify", "log", "--key", "a+b+c"))
        self.assert_refused(self.run_here("audit", "verify", "absent", "--key", "log.pub"),
                            "absent")

    # --- proving

    def test_a_proof_needs_no_log(self) -> None:
        self.assert_code(ALLOWED, self.run_here("audit", "prove", "log", "--index", "2",
                                                "--out", "proof"))
        self.assert_code(ALLOWED, self.run_here("audit", "export", "log", "--entry", "2",
                                                "--format", "binary", "--out", "leaf"))
        check = ("audit", "prove", "--check", "proof", "--entry", "leaf", "--key", "log.pub")
        result = self.run_here(*check)
        self.assert_code(ALLOWED, result)
        self.assertEqual(result.out, f"entry 2 of the log {ORIGIN} at 6 entries: proved\n")
        self.write("leaf", (self.folder / "leaf").read_bytes() + b"!")
        self.assert_code(DENIED, self.run_here(*check))

    def test_proofs_as_json_are_right(self) -> None:
        proof = self.run_here("audit", "prove", "log", "--index", "4", "--format", "json").json()
        self.assertEqual(len(proof["proof"]), 2)
        leaf = self.run_here("audit", "export", "log", "--entry", "4", "--format", "binary").raw
        self.assertEqual(base64.b64decode(proof["leafHash"]),
                         hashlib.sha256(b"\0" + leaf).digest())
        # Entry 4 of 6: its sibling to the right, then the four before it.
        hashes = [base64.b64decode(text) for text in proof["proof"]]
        pair = hashlib.sha256(b"\1" + base64.b64decode(proof["leafHash"]) + hashes[0]).digest()
        self.assertEqual(hashlib.sha256(b"\1" + hashes[1] + pair).digest(),
                         base64.b64decode(proof["root"]))
        growth = self.run_here("audit", "prove", "log", "--from", "4").json()
        self.assertEqual(base64.b64decode(growth["root1"]), hashes[1])
        self.assertEqual(growth["root2"], proof["root"])

    def test_what_cannot_be_proved(self) -> None:
        self.assert_refused(self.run_here("audit", "prove", "log"), "nothing says what to prove")
        self.assert_refused(self.run_here("audit", "prove", "log", "--index", "6"), "no entry 6")
        self.assert_code(ALLOWED, self.append(DEPLOYMENTS))
        later = self.run_here("audit", "prove", "log", "--index", "7")
        self.assert_refused(later, "no checkpoint of the log covers entry 7")

    # --- keys and checkpoints

    def test_keys_are_secret_and_never_written_over(self) -> None:
        path = self.folder / "log.key"
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        before = path.read_text(encoding="ascii")
        self.assertTrue(before.startswith(f"PRIVATE+KEY+{ORIGIN}+"))
        again = self.run_here("audit", "key", "--name", ORIGIN, "--out", "log.key")
        self.assert_refused(again, "is there already")
        self.assertEqual(path.read_text(encoding="ascii"), before)
        self.assert_refused(self.run_here("audit", "key", "--name", "two words", "--out", "x"))

    def test_checkpoints_are_kept(self) -> None:
        note = (self.folder / "log.note").read_text(encoding="utf-8")
        self.assertTrue(note.startswith(f"{ORIGIN}\n6\n"))
        self.assertEqual(self.run_here("audit", "checkpoint", "log", "--list").out, note)
        self.assert_refused(self.run_here("audit", "checkpoint", "log"), "nothing says what to do")

    def test_rotation(self) -> None:
        self.key("next")
        rotated = self.run_here("audit", "rotate", "log", "--old-key", "log.key", "--new-key",
                                "next.key", "--recorded-at", AT)
        self.assert_code(ALLOWED, rotated)
        self.assert_code(ALLOWED, self.sign(key="next.key"))
        self.assert_code(ALLOWED, self.verify())

    # --- replay and erasure

    def test_replay(self) -> None:
        result = self.run_here("audit", "replay", "log", "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual(result.json()["same"], "3")
        self.assertEqual(result.err, "")  # a bar is for terminals

    def test_erasure_leaves_the_log_provable(self) -> None:
        self.assertIn("gopal", self.run_here("audit", "export", "log").out)
        erased = self.run_here("audit", "erase", "log", "--value", "gopal", "--reason", "Art. 17",
                               "--recorded-at", AT)
        self.assert_code(ALLOWED, erased)
        # With all that the logged directories say of that person.
        self.assertNotIn("gopal", self.run_here("audit", "export", "log").out)
        self.assertNotIn(b"gopal", (self.folder / "log").read_bytes())
        self.assert_code(ALLOWED, self.verify("--checkpoint", "log.note"))
        replay = self.run_here("audit", "replay", "log", "--format", "json").json()
        self.assertEqual(replay["erased"], "3")
        self.assert_refused(self.run_here("audit", "erase", "log", "--value", "nobody",
                                          "--reason", "x"), "keeps no value")

    def test_sealed_exports_name_nobody(self) -> None:
        sealed = self.run_here("audit", "export", "log", "--sealed").out
        for name in ("gopal", "farah", "deploy-bot"):
            self.assertNotIn(f'"{name}"', sealed)
        openings = self.run_here("audit", "export", "log", "--openings").json_lines()
        for opening in openings:
            digest = hashlib.sha256(base64.b64decode(opening["salt"]) +
                                    opening["value"].encode()).hexdigest()
            self.assertEqual(opening["commitment"], f"commitment:{digest}")

    # --- exports, samples, reports

    def test_csv(self) -> None:
        rows = list(csv.DictReader(io.StringIO(
            self.run_here("audit", "export", "log", "--format", "csv").out)))
        self.assertEqual([row["kind"] for row in rows], ["decision"] * 3 + ["deployment"] * 3)
        self.assertEqual(rows[0]["verdict"], "ALLOWED")
        self.assertEqual(rows[4]["subject_id"], "CHG-1057")

    def test_samples_can_be_drawn_again(self) -> None:
        draw = ("audit", "sample", "log", "--seed", "s", "--by", "kind", "--count", "2",
                "--format", "json")
        one = self.run_here(*draw).json()
        self.assertEqual(one, self.run_here(*draw).json())
        # Ranked by a hash that any program computes.
        for part in one["parts"]:
            first = 0 if part["name"] == "decision" else 3
            ranks = {index: hashlib.sha256(b"s\0" + index.to_bytes(8, "big")).hexdigest()
                     for index in range(first, first + 3)}
            drawn = sorted(sorted(ranks, key=ranks.get)[:2])
            self.assertEqual([int(index) for index in part["indices"]], drawn)
        self.assert_refused(self.run_here("audit", "sample", "log", "--seed", "s"),
                            "nothing says how many")

    def test_report_finds_the_deployment_of_no_change(self) -> None:
        now = ("--now", "2025-10-20T09:00:00Z", "--key", "log.pub")
        result = self.run_here("audit", "report", "log", *now, "--format", "json")
        self.assert_code(DENIED, result)
        report = result.json()
        found = [f for f in report["findings"] if f["id"] == "deployment-without-change"]
        self.assertEqual([int(f["index"]) for f in found], [5])
        self.assertIn("soc2/CC8.1", found[0]["controls"])
        self.assertIn("CA-2.1", found[0]["clauses"])
        self.assertEqual(report["replay"]["same"], "3")
        self.assertEqual(len(report["tests"]), 13)
        rows = list(csv.DictReader(io.StringIO(
            self.run_here("audit", "report", "log", *now, "--format", "csv").out)))
        self.assertEqual(len(rows), len(report["findings"]))
        page = self.run_here("audit", "report", "log", *now, "--format", "html").out
        self.assertIn("run-882", page)
        self.assertNotIn("<script", page)
        self.assertNotIn("http://", page.replace("http://www.w3.org", ""))
        period = self.run_here("audit", "report", "log", *now, "--from", "2025-11-01",
                               "--format", "json").json()
        self.assertFalse([f for f in period.get("findings", [])
                          if f["id"] == "deployment-without-change"])

    def test_statement(self) -> None:
        base = ("audit", "report", "log", "--now", "2025-10-20T09:00:00Z", "--key", "log.pub")
        self.assert_refused(self.run_here(*base, "--format", "in-toto"), "needs a key")
        envelope = self.run_here(*base, "--format", "in-toto", "--sign", "log.key").json()
        self.assertEqual(envelope["payloadType"], "application/vnd.in-toto+json")
        statement = json.loads(base64.b64decode(envelope["payload"]))
        self.assertEqual(statement["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(statement["predicateType"], "https://in-toto.io/attestation/svr/v0.1")
        properties = statement["predicate"]["properties"]
        self.assertIn("CHANGEPOLICY_LOG_VERIFIED", properties)
        # What failed is not claimed under any name.
        self.assertFalse([p for p in properties if "COMPLETENESS" in p])
        report = self.run_here(*base, "--format", "json").raw
        self.assertEqual(statement["subject"][1]["digest"]["sha256"],
                         hashlib.sha256(report).hexdigest())

    def test_a_log_is_checked_on_a_medium_that_cannot_be_written(self) -> None:
        os.chmod(self.folder / "log", 0o444)
        self.assert_code(ALLOWED, self.verify())

    def test_an_unknown_command(self) -> None:
        result = self.run_here("audit", "verfy", "log")
        self.assert_code(BAD_INPUT, result)
        self.assert_helps(result, "did you mean `verify`?")


if __name__ == "__main__":
    unittest.main()
