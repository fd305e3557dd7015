"""How many instructions a decision takes, against what is on record: a growth of over 5% fails.

    python3 tests/performance/instructions_test.py BUILD [--update]

BUILD is a Release build with the benchmarks. The record is benchmarks/instructions.json; --update
writes it anew, which is done in the commit that makes something slower and says why, or faster.
Instructions are counted by valgrind, so that a busy machine counts what a quiet one counts.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import typing

RECORD = pathlib.Path(__file__).parents[2] / "benchmarks" / "instructions.json"
MOST_GROWTH = 1.05


def count(build: pathlib.Path, changes: int, variant: str) -> int:
    """Instructions of one decision, over the first so many changes of the corpus."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--toggle-collect=*DecideCounted*",
                f"--callgrind-out-file={folder}/out",
                str(build / "benchmarks" / "decision_benchmark"),
                "--once",
                str(changes),
                variant,
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"Collected : (\d+)", run.stderr)
    if found is None:
        raise SystemExit(f"valgrind counted nothing:\n{run.stderr}")
    return int(found.group(1)) // changes


def main(args: typing.List[str]) -> int:
    build = pathlib.Path(args[0])
    record = json.loads(RECORD.read_text())
    counted = {variant: count(build, record["changes"], variant) for variant in record["decision"]}
    if "--update" in args:
        record["decision"] = counted
        RECORD.write_text(json.dumps(record, indent=1) + "\n")
        return 0
    grown = False
    for variant, instructions in counted.items():
        before = record["decision"][variant]
        grown |= instructions > MOST_GROWTH * before
        print(f"{variant:15} {instructions:9,} instructions, {instructions / before:.3f} of the record")
    if grown:
        print("over 5% more than on record: make it cheaper, or --update and say why")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
