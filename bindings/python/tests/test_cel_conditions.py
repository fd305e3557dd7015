"""Many conditions at once."""

from __future__ import annotations

import threading

import pytest

pytest.importorskip("google.protobuf")

from changepolicy import cel
from changepolicy.errors import InvalidInput

VARIABLES = {"role": str, "action": str, "level": int, "labels": dict}


def conditions(*texts: str, **options: object) -> cel.Conditions:
    return cel.compile_conditions(texts, variables=VARIABLES, **options)  # type: ignore[arg-type]


def test_those_that_hold_are_found() -> None:
    rules = conditions(
        "role == 'nurse' && action in ['read', 'write']",
        "role == 'clerk'",
        "role == 'nurse' && level > 2",
    )
    assert len(rules) == 3
    assert rules.texts[1] == "role == 'clerk'"
    assert rules.find(role="nurse", action="read", level=3) == cel.Found((0, 2), {})
    assert rules.find({"role": "clerk", "action": "read"}, level=3).holds == (1,)
    assert rules.find(role="guest", action="read", level=3).holds == ()
    assert repr(rules) == "<cel.Conditions: 3>"
    assert conditions().find(role="guest") == cel.Found((), {})


def test_what_is_undecided_is_told_by_number() -> None:
    rules = conditions(
        "role == 'nurse' && level / 0 == 1",
        "role == 'clerk' && level / 0 == 1",
        "action == 'read' && role == 'nurse'",
        "labels.public",
    )
    found = rules.find(role="nurse", level=1, labels={"public": "yes"}, unknown=["action"])
    assert found.holds == ()
    assert sorted(found.undecided) == [0, 2, 3]
    error = found.undecided[0]
    assert isinstance(error, cel.CelError)
    assert (error.code, error.line) == ("INVALID_ARGUMENT", 1)
    assert isinstance(found.undecided[2], cel.Unknown)
    assert found.undecided[2].paths == ("action",)
    assert found.undecided[3] == "yes"


def test_what_does_not_fit_is_refused() -> None:
    rules = conditions("role == 'nurse'")
    with pytest.raises(InvalidInput, match="`rol` is no variable; did you mean `role`"):
        rules.find(rol="nurse")
    with pytest.raises(InvalidInput, match="`level` is declared `int`, and was given a `string`"):
        rules.find(role="nurse", level="4")
    with pytest.raises(TypeError, match="`bindings`: a list is no mapping"):
        rules.find(["nurse"])  # type: ignore[arg-type]


def test_every_text_that_does_not_compile_is_named() -> None:
    with pytest.raises(cel.CelSyntaxError) as raised:
        conditions("role == 'nurse'", "role > 1", "levl == 1 ||")
    assert [issue.path for issue in raised.value.issues] == ["texts[1]", "texts[2]"]
    with pytest.raises(cel.CelSyntaxError, match="gives int, expected a bool") as raised:
        conditions("role == 'nurse'", "level", "rol")
    assert [issue.path for issue in raised.value.issues] == ["texts[1]", "texts[2]"]
    with pytest.raises(TypeError, match="`texts`: give a list of texts, not a single one"):
        cel.compile_conditions("role == 'nurse'")
    with pytest.raises(TypeError, match=r"texts\[1\]"):
        cel.compile_conditions(["true", 1])  # type: ignore[list-item]


def test_only_those_that_may_hold_are_evaluated() -> None:
    asked = []

    def ask(number: int) -> bool:
        asked.append(number)
        return True

    texts = [f"ask({n}) && role == 'role-{n}'" for n in range(1000)]
    rules = conditions(*texts, functions={"ask(int) -> bool": ask})
    assert rules.find(role="role-700").holds == (700,)
    assert asked == [700]


def test_what_a_function_raises_is_its_error() -> None:
    def fail(number: int) -> bool:
        raise LookupError("no such person")

    found = conditions("fail(1) && role == 'a'", functions={"fail(int) -> bool": fail}).find(
        role="a"
    )
    assert "LookupError: no such person" in str(found.undecided[0])


def test_threads_share_them() -> None:
    rules = conditions(*(f"role == 'role-{n % 50}' && level > {n}" for n in range(500)))
    expected = [rules.find(role=f"role-{n}", level=300).holds for n in range(50)]
    wrong: list[int] = []

    def ask() -> None:
        for n in range(50):
            if rules.find(role=f"role-{n}", level=300).holds != expected[n]:
                wrong.append(n)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert expected[7] == (7, 57, 107, 157, 207, 257)
