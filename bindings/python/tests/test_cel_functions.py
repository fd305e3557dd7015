"""Functions written in Python, residuals, fields of a message, and what expressions tell."""

from __future__ import annotations

import datetime
import pickle
import threading
from typing import Any

import pytest
from example import SMALL_CHANGE

import changepolicy
from changepolicy import InvalidInput, cel, v1


def test_functions_of_every_shape() -> None:
    functions: dict[str, Any] = {
        "shout(string) -> string": str.upper,
        "shop.vat(double) -> double": lambda net: net * 0.2,
        "string.times(int) -> string": lambda text, count: text * count,
        "answer() -> int": lambda: 42,
        "whole(double) -> double": lambda number: int(number),
        "natural(int) -> uint": lambda number: number,
        "later(timestamp, duration) -> timestamp": lambda at, length: at + length,
        "both(A, A) -> list(A)": lambda one, other: [one, other],
    }
    for text, expected in [
        ("shout('abc')", "ABC"),
        ("shop.vat(10.0)", 2.0),
        ("'ab'.times(3)", "ababab"),
        ("answer() + 1", 43),
        ("whole(2.5)", 2.0),
        ("natural(3)", cel.UInt(3)),
        ("both('a', 'b')", ["a", "b"]),
        ("[1, 2].map(x, shop.vat(double(x)))", [0.2, 0.4]),
        (
            "later(timestamp('2026-01-31T00:00:00Z'), duration('1h'))",
            datetime.datetime(2026, 1, 31, 1, tzinfo=datetime.timezone.utc),
        ),
    ]:
        compiled = cel.compile(text, functions=functions)
        assert compiled.evaluate() == expected, text
        assert type(compiled.evaluate()) is type(expected), text
    assert cel.compile("shout('a')", functions=functions).functions == ["shout"]


def test_functions_over_messages() -> None:
    found = cel.compile(
        "requester(change) == 'ann'",
        variables={"change": v1.ChangeRequest},
        functions={
            "requester(changepolicy.v1.ChangeRequest) -> string": lambda change: (
                change.people.requester
            )
        },
    )
    change = v1.ChangeRequest(id="x")
    change.people.requester = "ann"
    assert found.evaluate(change=change) is True


def test_what_a_function_raises_is_the_error_of_the_call() -> None:
    def fail(number: int) -> int:
        raise LookupError(f"no {number}")

    expression = cel.compile("f(x)", variables={"x": int}, functions={"f(int) -> int": fail})
    with pytest.raises(cel.CelError, match="LookupError: no 7"):
        expression.evaluate(x=7)
    absorbed = cel.compile(
        "f(x) > 1 || true", variables={"x": int}, functions={"f(int) -> int": fail}
    )
    assert absorbed.evaluate(x=7) is True
    for wrong, words in (
        (lambda: "text", "int"),
        (lambda: object(), "no value of the language"),
        (lambda: 2**70, "64 bits"),
        (lambda: None, "int"),
    ):
        with pytest.raises(cel.CelError, match=words):
            cel.compile("f()", functions={"f() -> int": wrong}).evaluate()


def test_an_interrupt_goes_past_the_expression() -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    expression = cel.compile("f() > 1 || true", functions={"f() -> int": interrupt})
    with pytest.raises(KeyboardInterrupt):
        expression.evaluate()
    assert cel.evaluate("1 + 1") == 2


def test_signatures_that_are_wrong() -> None:
    for signature, words in (
        ("f", "f"),
        ("f(int)", "->"),
        ("f(strng) -> int", "did you mean `string`"),
        ("size(string) -> int", "already"),
        ("f(int) -> int\0", "NUL"),
    ):
        with pytest.raises(InvalidInput, match=words):
            cel.compile("1", functions={signature: lambda: 1})
    with pytest.raises(TypeError, match="a int cannot be called"):
        cel.compile("1", functions={"f() -> int": 3})  # type: ignore[dict-item]


def test_functions_call_expressions_and_threads_call_functions() -> None:
    inner = cel.compile("x * 2", variables={"x": int})
    outer = cel.compile(
        "xs.map(x, twice(x))",
        variables={"xs": "list(int)"},
        functions={"twice(int) -> int": lambda x: inner.evaluate(x=x)},
    )
    results: list[Any] = []

    def ask() -> None:
        for _ in range(20):
            results.append(outer.evaluate(xs=[1, 2, 3]))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[2, 4, 6]] * 160


def test_functions_live_as_long_as_what_calls_them() -> None:
    import gc
    import weakref

    class Function:
        def __call__(self, number: int) -> int:
            return number + 1

    function = Function()
    gone = weakref.ref(function)
    expression = cel.compile(
        "f(x) + y", variables={"x": int, "y": int}, functions={"f(int) -> int": function}
    )
    rest = expression.residual(y=1, unknown=["x"])
    del function, expression
    gc.collect()
    assert gone() is not None
    assert rest.expression.evaluate(x=1) == 3
    del rest
    gc.collect()
    assert gone() is None


def test_residuals() -> None:
    expression = cel.compile("a > 1 && b > 1 || c", variables={"a": int, "b": int, "c": bool})
    rest = expression.residual(a=2, c=False, unknown=["b"])
    assert rest.expression.unparse() == "b > 1"
    assert rest.expression.text == "b > 1"
    assert rest.open == ("b",)
    assert rest.expression.evaluate(b=2) is True
    decided = expression.residual(a=0, c=True, unknown=["b"])
    assert (decided.expression.unparse(), decided.open) == ("true", ())
    with pytest.raises(InvalidInput, match="`bb` is no variable"):
        expression.residual(a=2, unknown=["bb"])


def test_fields_of_a_message() -> None:
    expression = cel.compile("people.requester + ':' + id", fields_of=v1.ChangeRequest)
    change = v1.ChangeRequest(id=SMALL_CHANGE["id"])
    change.people.requester = "ann"
    assert expression.evaluate(change) == "ann:S-1"
    limited = cel.compile("size(id) < limit", fields_of=v1.ChangeRequest, variables={"limit": int})
    assert limited.evaluate(change, limit=5) is True
    with pytest.raises(TypeError, match="is not known to the expression"):
        limited.evaluate(v1.Release(id="x"), limit=5)
    with pytest.raises(TypeError, match="no mapping of variables"):
        limited.evaluate(3)  # type: ignore[arg-type]
    with pytest.raises(cel.CelError, match="are no variables"):
        cel.compile("1", messages=[v1.Release]).evaluate(v1.Release(id="x"))


def test_what_expressions_tell() -> None:
    expression = cel.compile(
        "order.lines.all(l,l.count>limit)  ||  (size(order.id)==0)",
        variables={"order": "dyn", "limit": int},
    )
    assert expression.unparse() == ("order.lines.all(l, l.count > limit) || size(order.id) == 0")
    assert expression.paths == ["limit", "order.id", "order.lines"]
    assert "size" in expression.functions
    assert "_||_" in expression.functions
    assert "_||_(" in expression.dump()
    cost = cel.compile("x.all(a, a > 1)", variables={"x": "list(int)"}).estimate_cost(list=10)
    more = cel.compile("x.all(a, a > 1)", variables={"x": "list(int)"}).estimate_cost(list=1000)
    assert cost.max is not None and more.max is not None
    assert 0 < cost.min <= cost.max < more.max
    nested = cel.compile(
        "x.all(a, x.all(b, x.all(c, x.all(d, true))))", variables={"x": "list(int)"}
    )
    assert nested.estimate_cost(list=2**40).max is None
    with pytest.raises(InvalidInput, match="`list`: -1 is less than 0"):
        nested.estimate_cost(list=-1)


def test_errors_travel() -> None:
    for text, bindings in (("1 / 0", {}), ("1 +", {}), ("x", {"unknown": ["x"]})):
        with pytest.raises(changepolicy.Error) as raised:
            cel.compile(text, variables={"x": int}).evaluate(**bindings)  # type: ignore[arg-type]
        again = pickle.loads(pickle.dumps(raised.value))
        assert (type(again), str(again)) == (type(raised.value), str(raised.value))
        assert again.code == raised.value.code
