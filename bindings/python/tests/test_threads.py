"""Threads share what is immutable, and Python's lock is not held while the library works."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from example import CHANGE, NOW, POOR, SMALL_ORGANIZATION, SMALL_POLICY, change

from changepolicy import Calendar, Decision, InvalidInput, Organization, Policy, v1
from changepolicy._values import json_bytes

THREADS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What each of the threads gives, which all begin together."""
    ready = threading.Barrier(THREADS)

    def run(number: int) -> Any:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_answers_are_those_of_one_thread(policy: Policy, organization: Organization) -> None:
    subjects: list[Any] = [
        CHANGE,
        POOR,
        json_bytes(CHANGE, "x").decode(),
        v1.ChangeRequest(id="C-2"),
        *(change(id=f"CHG-{number}", title=f"t{number}") for number in range(4)),
    ]

    def answers(policy: Policy, organization: Organization) -> list[bytes]:
        return [
            answer.bytes
            for subject in subjects
            for answer in (
                policy.check(subject, organization=organization, now=NOW),
                policy.categorize(subject, organization=organization, now=NOW),
                policy.approvals(subject, organization=organization, now=NOW),
                policy.readiness(subject, organization=organization, now=NOW),
            )
        ] + [policy.check(CHANGE, organization=organization, now=NOW, detail="FULL").bytes]

    expected = answers(policy, organization)
    # New ones, so that the threads also meet where things are remembered for the first time.
    fresh, people = Policy.builtin(), Organization.loads(organization.to_json(), format="json")
    for found in at_once(lambda _: answers(fresh, people)):
        assert found == expected


def test_texts_and_records_are_read_by_all(policy: Policy, organization: Organization) -> None:
    decision = policy.check(POOR, organization=organization, now=NOW)
    expected = (decision.text(), [o.text for o in decision.outcomes], decision.missing_roles)
    shared = Decision(decision.bytes, Policy.builtin())
    for found in at_once(
        lambda _: (shared.text(), [o.text for o in shared.outcomes], shared.missing_roles)
    ):
        assert found == expected


def test_errors_stay_with_their_thread(small: Policy) -> None:
    def wrong(number: int) -> list[str]:
        messages = []
        for _ in range(50):
            with pytest.raises(InvalidInput) as raised:
                small.check({"id": "x", f"field{number}": 1}, now=NOW)
            messages.append(raised.value.path)
        return messages

    assert at_once(wrong) == [[f"field{number}"] * 50 for number in range(THREADS)]


def test_loading_at_once() -> None:
    def load(number: int) -> tuple[str, bool]:
        policy = Policy.loads(SMALL_POLICY.replace("id: small", f"id: small{number}"))
        organization = Organization.from_dict(SMALL_ORGANIZATION)
        decision = policy.check({"id": "x"}, organization=organization, now=NOW)
        return decision.policy_id, Calendar(policy, organization).conflicts(now=NOW).works == 0

    assert at_once(load) == [(f"small{number}", True) for number in range(THREADS)]


def test_the_lock_is_not_held(policy: Policy, organization: Organization) -> None:
    """While one thread is in the library for long, another one goes on."""
    subjects = [json.loads(json_bytes(change(id=f"CHG-{n}"), "x")) for n in range(100)]
    progress = 0
    done = threading.Event()

    def count() -> None:
        nonlocal progress
        while not done.is_set():
            progress += 1
            time.sleep(0.0005)

    counter = threading.Thread(target=count)
    counter.start()
    before, start = progress, time.perf_counter()
    policy.compare(policy, subjects, organization=organization, now=NOW)
    took, counted = time.perf_counter() - start, progress - before
    done.set()
    counter.join()
    assert took > 0.02, "too short to see anything"
    # With the lock held it would not be asked once; a busy machine lets it through now and then.
    assert counted >= 3, f"{counted} steps in {took:.3f} s"
