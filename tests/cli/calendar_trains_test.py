"""`changepolicy calendar trains`: dates of the release calendar, and what goes with a train."""

import os
import unittest
from typing import Any

from command import ALLOWED, DENIED, CommandTest, Result

ORGANIZATION = """\
directory:
  name: Firm
  services: [{id: shop}, {id: mail}]
  calendar:
    freezes:
      - id: mail-close
        scope: {services: [mail]}
        times: [{zone: UTC, start: "2026-03-10T00:00:00", duration: 24h}]
    trains:
      - id: monthly
        title: Every second Tuesday
        kind: minor
        cadence:
          zone: America/New_York
          start: "2026-03-10T10:00:00"
          rrule: FREQ=MONTHLY;BYDAY=2TU
          feature_freeze_before: 14d
          code_freeze_before: 5d
          candidate_before: 1d
      - {id: big, kind: major, release: 2026-06-01T10:00:00Z, changes: [C-9]}
ledger:
  scheduled: [{subject_id: C-8}]
"""


def change(name: str, more: str = "", service: str = "shop") -> str:
    return (
        f"id: {name}\nstate: SCHEDULED\ntitle: 'fix: {name}'\nservices: [{{id: {service}}}]\n"
        f"{more}\n"
    )


class TrainsTest(CommandTest):
    def trains(self, *arguments: str | os.PathLike[str], text: str = ORGANIZATION) -> Result:
        self.write("firm.yaml", text)
        return self.run_here(
            "calendar", "trains", "--organization", "firm.yaml", "--now", "2026-03-01", *arguments
        )

    def departures(self, *arguments: str) -> list[dict[str, Any]]:
        result = self.trains("--format", "json", *arguments)
        self.assert_code(ALLOWED, result)
        return result.json().get("departures", [])

    def ids(self, *arguments: str) -> list[str]:
        return [each["id"] for each in self.departures(*arguments)]

    def test_dates_are_on_the_wall_clock(self) -> None:
        # Ten o'clock in New York is 15:00Z before the 8th of March, and 14:00Z after it.
        first = self.departures("--from", "2026-02-20", "--until", "2026-03-31")[0]
        self.assertEqual(
            {
                "id": "monthly/2026-03-10", "train": "monthly", "title": "Every second Tuesday",
                "kind": "minor", "feature_freeze": "2026-02-24T15:00:00Z",
                "code_freeze": "2026-03-05T15:00:00Z", "candidate": "2026-03-09T14:00:00Z",
                "release": "2026-03-10T14:00:00Z",
            },
            first,
        )

    def test_every_train_with_a_date_in_the_span(self) -> None:
        # The freeze of April's is on the 31st of March.
        self.assertEqual(
            ["monthly/2026-03-10", "monthly/2026-04-14"],
            self.ids("--from", "2026-02-20", "--until", "2026-03-31T14:00:01Z"),
        )
        self.assertEqual(
            ["monthly/2026-03-10"],
            self.ids("--from", "2026-02-20", "--until", "2026-03-31T14:00:00Z"),
        )
        self.assertEqual(13, len(self.ids("--until", "2027-02-28", "--train", "monthly")))
        self.assertEqual(["big"], self.ids("--from", "2026-06-01T10:00:00Z",
                                           "--until", "2026-06-01T10:00:01Z"))

    def test_one_train_alone(self) -> None:
        self.assertEqual(["big"], self.ids("--train", "big"))
        self.assertEqual(["big"], self.ids("--train", "major"))
        self.assertEqual(["monthly/2026-05-12"], self.ids("--train", "monthly/2026-05-12"))
        result = self.trains("--train", "bigg")
        self.assert_refused(result, "--train", "`bigg`")
        self.assert_helps(result, "leave it out")

    def test_as_text(self) -> None:
        result = self.trains("--until", "2026-03-31", "--zone", "America/New_York")
        self.assert_code(ALLOWED, result)
        self.assert_says(
            result.out, "Release calendar: Firm", "2 train departures",
            "train  10:00  monthly/2026-03-10  release, Every second Tuesday (minor)",
            result=result,
        )
        # It says nothing of what it does not show, like the freeze of the 10th.
        for word in ("freezes", "windows", "no changes", "C-8"):
            self.assertNotIn(word, result.out, str(result))
        result = self.trains("--from", "2026-06-02", "--until", "2026-06-02")
        self.assert_code(ALLOWED, result)
        self.assertIn("No train has a date in this time.", result.out)

    def test_without_trains(self) -> None:
        result = self.trains(text="directory: {name: Firm}\n")
        self.assert_code(ALLOWED, result)
        self.assertIn("No train has a date in this time.", result.out)

    def test_what_goes_and_what_does_not(self) -> None:
        files = [
            self.write("needs.yaml", change("C-1", "depends_on: [C-2]")),
            self.write("plain.yaml", change("C-2")),
            self.write("mail.yaml", change("C-3", service="mail")),
            self.write("big.yaml", change("C-9")),
            self.write("feature.yaml", change("C-4").replace("fix: ", "feat: ")),
            self.write("lost.yaml", change("C-5", "depends_on: [C-0]")),
        ]
        result = self.trains(*files, "--train", "minor", "--format", "json")
        self.assert_code(DENIED, result)
        plan = result.json()
        self.assertEqual("monthly/2026-03-10", plan["departure"]["id"])
        self.assertEqual(["C-2", "C-1"], plan["changes"])
        self.assertEqual(
            [
                ("C-3", "LEFT_OUT_REASON_CALENDAR", ["mail-close"]),
                ("C-4", "LEFT_OUT_REASON_TOO_LATE", ["feature_freeze"]),
                ("C-5", "LEFT_OUT_REASON_DEPENDENCY", ["C-0"]),
                ("C-9", "LEFT_OUT_REASON_OTHER_TRAIN", ["big"]),
            ],
            [(each["change"], each["reason"], each["about"]) for each in plan["left_out"]],
        )
        text = self.trains(*files, "--train", "monthly")
        self.assert_code(DENIED, text)
        self.assert_says(
            text.out, "Train monthly/2026-03-10: 2 changes go, 4 do not", "1.  C-2", "2.  C-1",
            "Does not go", "mail-close", result=text,
        )
        # The order in which they are given makes no difference.
        self.assertEqual(
            result.raw,
            self.trains(*reversed(files), "--train", "minor", "--format", "json").raw,
        )
        self.assert_code(ALLOWED, self.trains(*files[:2], "--train", "minor"))
        # In April nothing of the mail is frozen, and a feature is in time.
        april = self.trains(*files[:3], files[4], "--train", "monthly/2026-04-14")
        self.assert_code(ALLOWED, april)

    def test_files_of_many_records(self) -> None:
        self.write("all.jsonl", '{"id": "C-1", "services": [{"id": "shop"}]}\n'
                                '{"id": "C-2", "services": [{"id": "shop"}]}\n')
        result = self.trains("all.jsonl", "--train", "big", "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual(["C-1", "C-2"], result.json()["changes"])

    def test_mistakes_name_the_place_and_the_remedy(self) -> None:
        self.write("one.yaml", change("C-1"))
        self.write("same.yaml", change("C-1"))
        self.write("nameless.yaml", "state: SCHEDULED\n")
        self.write("release.yaml", 'release: {id: R-1, version: "1.0.0", changes: [{id: C-5}]}\n')
        self.write("typo.yaml", "id: C-1\nstat: SCHEDULED\n")
        for arguments, words, remedy in (
            (("one.yaml",), ("changes are planned for a train",), "--train"),
            (("one.yaml", "--train", ""), ("--train", "a value is expected"), "--help"),
            (("one.yaml", "--train", "bgi"), ("`bgi`", "did you mean `big`?"), "lists them"),
            (("one.yaml", "--train", "patch"), ("`patch` departs",), "lists them"),
            (("one.yaml", "--train", "monthly/2026-03-11"), ("`monthly/2026-03-11`",),
             "lists them"),
            (("one.yaml", "same.yaml", "--train", "big"),
             ("same.yaml: error: `C-1` stands in one.yaml already",), "once"),
            (("nameless.yaml", "--train", "big"), ("nameless.yaml: error: ", "no id"), "`id`"),
            (("one.yaml", "release.yaml", "--train", "big"),
             ("release.yaml: error: a release is no change",), "trains take changes"),
            (("typo.yaml", "--train", "big"), ("typo.yaml:2:1: error: ", "`stat`"), "`state`"),
            (("gone.yaml", "--train", "big"), ("gone.yaml: no such file",), "check the path"),
            (("--until", "2026-02-01"), ("--until",), "--from"),
            (("--until", "2036-02-01"), ("--until", "five years"), "shorter"),
            (("--zone", "Asia/Singapor"), ("--zone",), "did you mean `Asia/Singapore`?"),
            (("--format", "jsonl"), ("--format", "jsonl"), "--help"),
            (("--trian", "big"), ("--trian",), "calendar trains --help"),
        ):
            with self.subTest(arguments):
                result = self.trains(*arguments)
                self.assert_refused(result, *words)
                self.assert_helps(result, remedy)

    def test_mistakes_in_the_calendar(self) -> None:
        for old, new, words, remedy in (
            ("kind: minor", "kind: small", "`small` is no kind of release", "`minor`"),
            ("14d", "fortnight", "`fortnight` is no length", "`14d`"),
            ("14d", "2d", "`code_freeze_before` is longer than `feature_freeze_before`",
             "feature freeze comes first"),
            ("America/New_York", "America/New_Yorck", "`America/New_Yorck`",
             "did you mean `America/New_York`?"),
            ("release: 2026", "candidate: 2026", "says when it goes out", "`release`"),
        ):
            with self.subTest(new):
                result = self.trains(text=ORGANIZATION.replace(old, new))
                self.assert_refused(result, words, place="firm.yaml")
                self.assert_helps(result, remedy)


if __name__ == "__main__":
    unittest.main()
