"""The mapping of ServiceNow: every form of a field, approvals, and keys that vanished.

The records are the tests' own; the set of ../shared/data is read as well where it is there.
"""

import json
import os
import pathlib
import unittest
from typing import Any

import servicenow_payloads as servicenow
from command import ALLOWED, BAD_INPUT, PROJECT
from servicenow_payloads import pair
from vanishing import Path, Payload, VanishingTest, mark_of, renamed, standing, withdrawn

DATA = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
    / "servicenow_change"
)
CHANGES = {f"snow_docs_change_mgmt_api_{number}" for number in ("001", "004", "011", "020", "023")}
# Workers of schedules and of affected items; what the DevOps interface answers.
NOT_COVERED = {f"snow_docs_change_mgmt_api_{number}" for number in ("006", "009", "024")} | {
    f"snow_docs_devops_api_{number:03d}"
    for number in (0, 1, 2, 4, 8, 10, 15, 16, 17, 19, 20, 21, 22, 23)
}


class ImportServicenowTest(VanishingTest):
    mappings = "servicenow"
    # A record that was cut down to a few fields goes by its sys_id.
    replaced = frozenset({"id", "tracker"})

    def test_a_change_with_its_approvals(self) -> None:
        change = self.change_of(servicenow.whole_change())
        number = "CHG" + mark_of(0)
        self.assertEqual(
            (number, "CHANGE_STATE_SCHEDULED", "CATEGORY_STANDARD", "URGENCY_MEDIUM"),
            (change["id"], change["state"], change["claimed_category"], change["urgency"]),
        )
        self.assertEqual(
            {"requester": "ann-id", "implementers": ["dan-id"], "nominees": ["eve-id"]},
            change["people"],
        )
        self.assertEqual(
            {"start": "2026-03-07T22:00:00Z", "end": "2026-03-07T23:30:00Z"}, change["schedule"]
        )
        self.assertEqual(
            ("net-id", ["router-id"], "template-id", ["ENVIRONMENT_PRODUCTION"]),
            (change["team"], change["assets"], change["change_model"], change["environments"]),
        )
        self.assertEqual(
            {
                "stated_risk": "MEDIUM",
                "stated_impact": "LOW",
                "conflicts": "CONFLICT",
                "overall_approval": "approved",
                "cab_required": True,
                "on_hold": False,
            },
            change["facts"],
        )
        documents = change["documents"]
        self.assertEqual("Reboot.", documents["rollback_strategy"]["text"])
        self.assertNotIn("testing_plan", documents)
        self.assertEqual(
            [
                ("bob-id", "APPROVED", "2026-03-02T10:00:00Z"),
                ("cy-id", "WITHDRAWN", "2026-03-02T10:05:00Z"),
            ],
            sorted(
                (a["by"], a["kind"].removeprefix("APPROVAL_KIND_"), a["happened_at"])
                for a in change["approvals"]
            ),
        )
        self.assertEqual({("approval-a2", "cy-id")}, standing(change))
        self.assertEqual("Not now.", change["vetoes"][0]["reason"])

    def test_values_alone_mean_the_same(self) -> None:
        """The Table interface without display values: texts, and references with addresses."""
        pairs = servicenow.change()
        flat = {
            name: {"link": f"{servicenow.API}/x/{field['value']}", "value": field["value"]}
            if str(field["value"]).endswith("-id")
            else str(int(field["value"]))
            if isinstance(field["value"], float)
            else str(field["value"]).lower()
            if isinstance(field["value"], bool)
            else field["value"]
            for name, field in pairs.items()
        }
        self.assertEqual(self.change_of([{"result": pairs}]), self.change_of([{"result": [flat]}]))
        self.assertEqual(self.change_of([pairs]), self.change_of([flat]))

    def test_what_is_shown_alone_has_no_known_time(self) -> None:
        pairs = servicenow.change()
        shown = {
            name: {
                "link": f"{servicenow.API}/x/{field['value']}",
                "display_value": field["display_value"],
            }
            if str(field["value"]).endswith("-id")
            else field["display_value"]
            for name, field in pairs.items()
        }
        expected = self.change_of([pairs])
        del expected["schedule"], expected["created_at"]
        self.assertEqual(
            expected, {k: v for k, v in self.change_of([shown]).items() if k != "schedule"}
        )
        vote = servicenow.approval(
            "a1",
            "bob-id",
            "Approved",
            "2026-03-02 11:00:00",
            approver={"display_value": "Bob", "link": f"{servicenow.API}/sys_user/bob-id"},
            sysapproval="CHG" + mark_of(0),
        )
        given = self.change_of([shown, vote])["approvals"][0]
        self.assertEqual(("bob-id", "APPROVAL_KIND_APPROVED"), (given["by"], given["kind"]))
        self.assertNotIn("happened_at", given)

    def test_texts_of_a_client_library(self) -> None:
        change = self.change_of(
            [
                {
                    "number": "CHG0000001",
                    "sys_class_name": "change_request",
                    "type": "normal",
                    "state": "implement",
                    "risk": "moderate",
                    "impact": "low",
                    "cab_required": "false",
                    "requested_by": "ann-id",
                    "start_date": "2026-03-07 22:00:00",
                }
            ]
        )
        self.assertEqual(
            ("CHANGE_STATE_IMPLEMENTING", "CATEGORY_NORMAL", "2026-03-07T22:00:00Z"),
            (change["state"], change["claimed_category"], change["schedule"]["start"]),
        )
        self.assertEqual(
            {"stated_risk": "MEDIUM", "stated_impact": "LOW", "cab_required": False},
            change["facts"],
        )

    def test_abbreviated_records(self) -> None:
        for record in (
            {
                "sys_id": "7",
                "state": pair("-5", "New"),
                "...": "",
                "short_description": pair("Add a switch"),
            },
            {"number": "CHG0000002", "state": "-5"},
        ):
            with self.subTest(record):
                change = self.change_of([{"result": [record]}])
                self.assertEqual("CHANGE_STATE_DRAFT", change["state"])
                self.assertNotIn("claimed_category", change)
                self.assertNotIn("facts", change)

    def test_other_records_are_named(self) -> None:
        for record in (
            {"sys_id": "1", "number": "INC0000001", "state": "2", "short_description": "Down"},
            {
                "sys_id": "1",
                "number": "CTASK0000001",
                "state": "2",
                "short_description": "Step",
                "change_request": "7",
            },
            {"sys_id": "1", "name": "Normal", "state": "1", "short_description": "Model"},
            {"sys_id": "1", "sys_class_name": "incident", "short_description": "x", "state": "1"},
            {"sys_id": "1", "name": "router 7"},
            {"sys_id": "1", "state": pair("-5", "Pending"), "short_description": pair("A step")},
        ):
            with self.subTest(record):
                result = self.import_lines([{"result": [record]}])
                self.assert_code(BAD_INPUT, result)
                self.assert_says(result.err, "no mapping covers it", result=result)
        self.assert_code(BAD_INPUT, self.import_lines([{"result": []}]))

    def test_a_word_that_is_not_known_is_named_and_never_a_default(self) -> None:
        record = servicenow.change(type=pair("Pre-approved"), state=pair("-7", "Comprehensive"))
        result = self.import_lines([record], "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assert_says(
            result.err,
            "the table `category` of `servicenow-change` has no word for `pre-approved`",
            "the table `state` of `servicenow-change` has no word for `-7`",
            result=result,
        )
        change = result.json()["change"]
        self.assertNotIn("state", change)
        self.assertNotIn("claimed_category", change)

    def test_the_last_word_of_an_approval_counts(self) -> None:
        rejected = servicenow.approval("a1", "bob-id", "rejected", "2026-03-02 10:00:00")
        again = servicenow.approval("a1", "bob-id", "approved", "2026-03-02 11:00:00")
        change = self.change_of([servicenow.change(), again, rejected])
        self.assertEqual((set(), set()), (withdrawn(change), standing(change)))

    def test_who_rejected_objects_until_they_approve(self) -> None:
        rejected = servicenow.approval("a1", "bob-id", "rejected", "2026-03-02 10:00:00")
        other = servicenow.approval("a2", "cy-id", "approved", "2026-03-02 11:00:00")
        own = servicenow.approval("a3", "bob-id", "approved", "2026-03-02 12:00:00")
        self.assertEqual(
            {("approval-a1", "bob-id")},
            standing(self.change_of([servicenow.change(), rejected, other])),
        )
        veto = self.change_of([servicenow.change(), rejected, other, own])["vetoes"][0]
        self.assertEqual(("bob-id", "2026-03-02T12:00:00Z"), (veto["lifted_by"], veto["lifted_at"]))

    def test_conflicts_that_were_found(self) -> None:
        def found(status: str, *more: Payload) -> Any:
            record = servicenow.change(conflict_status=pair(status))
            return self.change_of([record, *more])["facts"].get("conflicts")

        record: Payload = {
            "sys_id": "k1",
            "change": servicenow.sys_id(),
            "type": "ci_scheduled",
            "conflicting_change": "8",
            "last_checked": "2026-03-02 10:00:00",
        }
        self.assertEqual(
            ("NONE", None, "CONFLICT", "CONFLICT"),
            (found("No Conflict"), found("Not Run"), found("Conflict"), found("Not Run", record)),
        )

    def test_how_it_ended(self) -> None:
        for code, expected in (
            ("successful", {"successful": True}),
            ("successful_issues", {"successful": True, "problematic": True}),
            ("unsuccessful", {"successful": False}),
        ):
            record = servicenow.change(
                state=pair(3.0, "Closed"),
                close_code=pair(code),
                work_end=pair("2026-03-07 23:00:00", "x"),
            )
            self.assertEqual(
                {**expected, "happened_at": "2026-03-07T23:00:00Z"},
                self.change_of([record])["outcome"],
            )

    def test_a_later_export_takes_the_place_of_an_earlier_one(self) -> None:
        earlier = servicenow.change(
            sys_updated_on=pair("2026-03-01 10:00:00"), state=pair(-4.0, "Assess")
        )
        self.assertEqual(
            "CHANGE_STATE_SCHEDULED", self.change_of([servicenow.change(), earlier])["state"]
        )

        del earlier["sys_updated_on"]
        self.assert_code(BAD_INPUT, self.import_lines([servicenow.change(), earlier]))

    def test_the_example(self) -> None:
        file = PROJECT / "examples" / "import" / "servicenow.jsonl"
        result = self.run_here("import", "--mapping", "servicenow", file, "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        change = result.json()["change"]
        self.assertEqual(["6816bob"], [a["by"] for a in change["approvals"]])
        self.assertEqual({"conflicts": "NONE", "stated_risk": "MEDIUM"}, change["facts"])

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        def is_whole_answer(path: Path) -> bool:
            return path == (1, "result")

        compared, refused = self.assert_nothing_invented(
            servicenow.whole_change, may_lose_objections=is_whole_answer
        )
        self.assertGreater(compared, 60)
        self.assertGreater(refused, 5)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/servicenow_change")
    def test_every_record_of_the_set_is_imported_or_named(self) -> None:
        seen: set[str] = set()
        for file in sorted(DATA.glob("*.json")):
            with self.subTest(file.name):
                result = self.run_here(
                    "import", "--mapping", "servicenow", file, "--format", "json"
                )
                if file.stem not in CHANGES:
                    self.assertIn(file.stem, NOT_COVERED)
                    self.assert_code(BAD_INPUT, result)
                    self.assert_says(
                        result.err, f"{file}: error: no mapping covers it", result=result
                    )
                    continue
                self.assert_code(ALLOWED, result)
                self.assertNotIn("has no word", result.err)
                seen.add(file.stem)
                payload = json.loads(file.read_text(encoding="utf-8"))["result"]
                record = payload[0] if isinstance(payload, list) else payload
                self.compare(record, result.json()["change"])
        self.assertEqual(CHANGES, seen)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/servicenow_change")
    def test_a_key_of_the_set_that_vanished_invents_nothing(self) -> None:
        # 011 has the same fields as 001, and one of them is enough.
        for name in sorted(CHANGES - {"snow_docs_change_mgmt_api_011"}):
            payload = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
            result = payload["result"]
            record = result[0] if isinstance(result, list) else result
            names = {text: "{}" for text in self.identities(record)}
            compared, _ = self.assert_nothing_invented(renamed(payload, names))
            self.assertGreater(compared, 3)

    def identities(self, record: Payload) -> list[str]:
        told = [record[name] for name in ("sys_id", "number") if name in record]
        return [each["value"] if isinstance(each, dict) else each for each in told]

    def compare(self, record: Payload, change: dict[str, Any]) -> None:
        """What a policy reads, taken from the record without a mapping."""
        states = {"New": "DRAFT", "Scheduled": "SCHEDULED", "Closed": "CLOSED"}
        self.assertEqual(
            states[record["state"]["display_value"]], change["state"].removeprefix("CHANGE_STATE_")
        )
        self.assertEqual(record["short_description"]["value"], change["title"])
        kind = record.get("type", {}).get("display_value")
        self.assertEqual(
            f"CATEGORY_{kind.upper()}" if kind else None, change.get("claimed_category")
        )
        if "requested_by" in record:
            self.assertEqual(record["requested_by"]["value"], change["people"]["requester"])
            self.assertEqual(
                record["backout_plan"]["value"], change["documents"]["rollback_strategy"]["text"]
            )
            self.assertEqual(record["cab_required"]["value"], change["facts"]["cab_required"])
            self.assertEqual("MEDIUM", change["facts"]["stated_risk"])
            self.assertTrue(change["outcome"]["successful"])


if __name__ == "__main__":
    unittest.main()
