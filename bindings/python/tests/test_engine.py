"""The package on the examples of the project."""

import json
import os
import subprocess
import threading
from pathlib import Path

import pytest

import changepolicy

TOP = Path(__file__).resolve().parents[3]
SAAS = TOP / "examples" / "saas"
NOW = "2025-10-14T14:40:00Z"
COMMAND = os.environ.get("CHANGEPOLICY_COMMAND", str(TOP / "build" / "changepolicy"))

CHANGE = {
    "id": "C-1",
    "state": "SCHEDULED",
    "environments": ["PRODUCTION"],
    "people": {"requester": "hana", "authors": ["gopal"]},
}


@pytest.fixture(scope="module")
def engine() -> changepolicy.Engine:
    return changepolicy.Engine.load(organization=SAAS / "organization.yaml")


def test_a_poor_change_is_not_allowed(engine: changepolicy.Engine) -> None:
    decision = engine.decide_change(CHANGE, now=NOW)
    assert decision["subject_id"] == "C-1"
    assert decision["verdict"] == "VERDICT_DENIED"
    assert any(outcome["status"] == "STATUS_UNSATISFIED" for outcome in decision["outcomes"])


def test_mapping_text_and_order_give_the_same_bytes(engine: changepolicy.Engine) -> None:
    shuffled = dict(reversed(list(CHANGE.items())))
    first = engine.decide_change_bytes(CHANGE, now=NOW)
    assert engine.decide_change_bytes(json.dumps(shuffled), now=NOW) == first
    assert changepolicy.decision_digest(first).startswith("sha256:")


@pytest.mark.skipif(not os.path.exists(COMMAND), reason=f"the command is not at {COMMAND}")
def test_the_digest_is_that_of_the_command(engine: changepolicy.Engine, tmp_path: Path) -> None:
    file = tmp_path / "change.json"
    file.write_text(json.dumps(CHANGE))
    answer = subprocess.run(
        [COMMAND, "check", str(file), "--organization", str(SAAS / "organization.yaml"), "--now",
         NOW, "--format", "jsonl"],
        capture_output=True, text=True, check=False,
    )
    line = json.loads(answer.stdout)
    mine = engine.decide_change_bytes(CHANGE, now=NOW)
    assert changepolicy.decision_digest(mine) == line["decision_digest"]


def test_errors_name_place_and_remedy(engine: changepolicy.Engine) -> None:
    with pytest.raises(changepolicy.InvalidInput, match="did you mean `people`"):
        engine.decide_change({"id": "C-1", "poeple": {}}, now=NOW)
    with pytest.raises(changepolicy.InvalidInput, match="no instant"):
        engine.decide_change(CHANGE, now="tomorrow")
    with pytest.raises(changepolicy.InvalidInput, match="transition"):
        engine.decide_change(CHANGE, now=NOW, transition="FLY")
    with pytest.raises(changepolicy.InvalidInput, match="no serialized"):
        engine.decide_change(b"\xff\xff", now=NOW)
    with pytest.raises(changepolicy.InvalidInput, match="unknown field `gate`"):
        changepolicy.Engine.load(policy=("p.yaml", "policy: {id: p, version: '1'}\ngate: []\n"))
    with pytest.raises(OSError):
        changepolicy.Engine.load(policy="not-there.yaml")


def test_a_release_with_no_id_is_refused(engine: changepolicy.Engine) -> None:
    with pytest.raises(changepolicy.InvalidInput, match="id"):
        engine.decide_release({"version": "1.0.0"}, now=NOW)


def test_threads_share_an_engine(engine: changepolicy.Engine) -> None:
    expected = engine.decide_change_bytes(CHANGE, now=NOW)
    results: list[bytes] = []

    def ask() -> None:
        for _ in range(20):
            results.append(engine.decide_change_bytes(CHANGE, now=NOW))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert set(results) == {expected}
