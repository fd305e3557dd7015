"""The language from Python: values of every kind, messages of one's own, and what goes wrong."""

import datetime
import enum
import math
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("google.protobuf")

from google.protobuf import (
    any_pb2,
    descriptor_pb2,
    descriptor_pool,
    duration_pb2,
    message_factory,
    struct_pb2,
    timestamp_pb2,
    wrappers_pb2,
)

from changepolicy import InvalidInput, cel

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "cel"
UTC = datetime.timezone.utc
NOON = datetime.datetime(2026, 1, 31, 12, 0, 0, 250, tzinfo=UTC)

Field = descriptor_pb2.FieldDescriptorProto


def _field(message: Any, name: str, number: int, kind: int, **rest: Any) -> None:
    rest.setdefault("label", Field.LABEL_OPTIONAL)
    message.field.add(name=name, number=number, type=kind, **rest)


def _shop(syntax: str) -> Any:
    """The messages of a small shop, in a pool of their own: what a user has."""
    package = f"shop_{syntax}"
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{package}.proto",
        package=package,
        syntax=syntax,
        dependency=["google/protobuf/any.proto", "google/protobuf/timestamp.proto"],
    )
    color = file.enum_type.add(name="Color")
    color.value.add(name="BLACK", number=0)
    color.value.add(name="RED", number=1)
    line = file.message_type.add(name="Line")
    _field(line, "sku", 1, Field.TYPE_STRING)
    _field(line, "count", 2, Field.TYPE_INT32)
    _field(line, "color", 3, Field.TYPE_ENUM, type_name=f".{package}.Color")
    order = file.message_type.add(name="Order")
    _field(order, "total", 1, Field.TYPE_DOUBLE)
    _field(
        order,
        "lines",
        2,
        Field.TYPE_MESSAGE,
        type_name=f".{package}.Line",
        label=Field.LABEL_REPEATED,
    )
    _field(order, "extra", 3, Field.TYPE_MESSAGE, type_name=".google.protobuf.Any")
    _field(order, "placed", 4, Field.TYPE_MESSAGE, type_name=".google.protobuf.Timestamp")
    entry = order.nested_type.add(name="StockEntry")
    entry.options.map_entry = True
    _field(entry, "key", 1, Field.TYPE_STRING)
    _field(entry, "value", 2, Field.TYPE_INT64)
    _field(
        order,
        "stock",
        5,
        Field.TYPE_MESSAGE,
        type_name=f".{package}.Order.StockEntry",
        label=Field.LABEL_REPEATED,
    )
    if syntax == "proto2":
        _field(order, "level", 6, Field.TYPE_INT32, default_value="7")
    pool = descriptor_pool.DescriptorPool()
    for known in (any_pb2, timestamp_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())

    if hasattr(message_factory, "GetMessageClass"):
        make = message_factory.GetMessageClass
    else:
        make = message_factory.MessageFactory(pool).GetPrototype

    def message_class(name: str) -> Any:
        return make(pool.FindMessageTypeByName(f"{package}.{name}"))

    return message_class("Order"), message_class("Line")


@pytest.fixture(scope="module", params=["proto2", "proto3"])
def shop(request: Any) -> Any:
    return _shop(request.param)


def _order(shop: Any) -> Any:
    order_class, line_class = shop
    order = order_class(total=120.5)
    order.lines.add(sku="pen", count=12, color=1)
    order.lines.add(sku="ink", count=1)
    order.stock["pen"] = 7
    order.placed.seconds = 1769860800
    order.extra.type_url = "type.googleapis.com/" + line_class.DESCRIPTOR.full_name
    order.extra.value = line_class(sku="box").SerializeToString()
    return order


# Value in, its type, and what comes back where it is not the same.
VALUES = [
    (None, "null_type"),
    (True, "bool"),
    (0, "int"),
    (-(2**63), "int"),
    (2**63 - 1, "int"),
    (cel.UInt(2**64 - 1), "uint"),
    (1.5, "double"),
    (-0.0, "double"),
    (math.inf, "double"),
    ("", "string"),
    ("é\U0001f600", "string"),
    (b"\x00\xff", "bytes"),
    ([], "list"),
    ([1, "two", [None]], "list"),
    ({}, "map"),
    ({"a": 1, 2: "b", True: [cel.UInt(3)]}, "map"),
    (NOON, "google.protobuf.Timestamp"),
    (datetime.datetime(1, 1, 1, tzinfo=UTC), "google.protobuf.Timestamp"),
    (datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "google.protobuf.Timestamp"),
    (datetime.timedelta(hours=2, microseconds=5), "google.protobuf.Duration"),
    (datetime.timedelta(microseconds=-1500001), "google.protobuf.Duration"),
    (cel.OptionalValue(1), "optional_type"),
    (cel.OptionalValue.none(), "optional_type"),
    (cel.Type("list"), "type"),
]


@pytest.mark.parametrize("value,type_name", VALUES, ids=lambda value: repr(value)[:40])
def test_values_go_in_and_come_back(value: Any, type_name: str) -> None:
    back = cel.evaluate("x", x=value)
    assert back == value
    assert type(back) is type(value)
    assert cel.evaluate("type(x)", x=value) == cel.Type(type_name)


def test_values_that_come_back_as_others() -> None:
    assert math.isnan(cel.evaluate("x", x=math.nan))
    assert cel.evaluate("x", x=(1, 2)) == [1, 2]
    assert cel.evaluate("x", x=range(3)) == [0, 1, 2]
    assert cel.evaluate("x", x=bytearray(b"a")) == b"a"
    assert cel.evaluate("x", x=memoryview(b"a")) == b"a"
    assert cel.evaluate("x", x=enum.IntEnum("E", "ONE TWO").TWO) == 2  # type: ignore[attr-defined]
    zone = datetime.timezone(datetime.timedelta(hours=2))
    assert cel.evaluate("x.getHours()", x=NOON.astimezone(zone)) == 12
    # Finer than a microsecond is cut, towards zero for a duration.
    assert cel.evaluate("timestamp('2026-01-31T12:00:00.123456789Z')").microsecond == 123456
    assert cel.evaluate("duration('-1500ns')") == datetime.timedelta(microseconds=-1)


def test_int_uint_and_double_are_told_apart() -> None:
    assert isinstance(cel.evaluate("1u"), cel.UInt)
    assert type(cel.evaluate("1")) is int
    assert type(cel.evaluate("1.0")) is float
    assert repr(cel.UInt(3)) == "UInt(3)"
    # Where the declaration says so, an int is what it is declared.
    double = cel.compile("x / 2.0", variables={"x": float})
    assert double.evaluate(x=3) == 1.5
    assert cel.compile("x + 1u", variables={"x": cel.UInt}).evaluate(x=3) == 4
    with pytest.raises(cel.CelError, match="declared `double`, and was given a `bool`"):
        double.evaluate(x=True)
    with pytest.raises(ValueError, match="uint"):
        cel.compile("x", variables={"x": "uint"}).evaluate(x=-1)


@pytest.mark.parametrize(
    "value,raised,words",
    [
        (2**63, ValueError, "64 bits"),
        (-(2**63) - 1, ValueError, "64 bits"),
        (10**400, ValueError, "64 bits"),
        (object(), TypeError, "a object is no value"),
        ({1, 2}, TypeError, "a set is no value"),
        (1j, TypeError, "a complex is no value"),
        (datetime.date(2026, 1, 31), TypeError, "a date is no value"),
        (datetime.datetime(2026, 1, 31), ValueError, "has no zone"),
        ({1.5: 1}, TypeError, "cannot be the key of a map"),
        ({None: 1}, TypeError, "cannot be the key of a map"),
        ({"a": [object()]}, TypeError, r"`x\['a'\]\[0\]`"),
        ("\ud800", ValueError, "x"),
        (cel.Opaque("net.IP", "::1"), TypeError, "Opaque"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_value(value: Any, raised: Any, words: str) -> None:
    with pytest.raises(raised, match=words):
        cel.evaluate("x == x", x=value)


def test_values_that_hold_themselves() -> None:
    circle: list = []
    circle.append(circle)
    with pytest.raises(ValueError, match="nested deeper than 32"):
        cel.evaluate("x", x=circle)


def test_uint_has_its_range() -> None:
    for value in (-1, 2**64):
        with pytest.raises(ValueError, match="out of the range of uint"):
            cel.UInt(value)


def test_messages(shop: Any) -> None:
    order_class, line_class = shop
    order = _order(shop)
    line = line_class.DESCRIPTOR.full_name
    for text, expected in [
        ("order.total > 100.0 && order.lines.exists(l, l.count > 9)", True),
        ("order.lines.map(l, l.sku)", ["pen", "ink"]),
        ("order.lines[0].color", 1),
        ("order.stock['pen']", 7),
        ("order.stock", {"pen": 7}),
        ("order.extra.sku", "box"),
        ("order.placed", datetime.datetime(2026, 1, 31, 12, tzinfo=UTC)),
        (f"order.extra == {line}{{sku: 'box'}}", True),
        ("has(order.lines[1].color)", False),
    ]:
        compiled = cel.compile(text, variables={"order": order_class})
        assert compiled.evaluate(order=order) == expected, text
        assert cel.evaluate(text, {"order": order}) == expected, text


def test_messages_come_back_as_the_users_own_class(shop: Any) -> None:
    _, line_class = shop
    order = _order(shop)
    line = cel.evaluate("order.lines[0]", order=order)
    assert type(line) is line_class
    assert line == order.lines[0]
    made = cel.compile(
        "Line{sku: 'new', count: 3}",
        messages=[line_class],
        container=line_class.DESCRIPTOR.file.package,
    )
    assert made.type == line_class.DESCRIPTOR.full_name
    assert made.evaluate() == line_class(sku="new", count=3)
    # By their bytes: protobuf in pure Python compares an Any through its default pool.
    whole = cel.evaluate("order", order=order)
    assert whole.SerializeToString(deterministic=True) == order.SerializeToString(
        deterministic=True
    )
    assert cel.evaluate("x.lines", x={"lines": order.lines}) == list(order.lines)


def test_proto2_defaults() -> None:
    order_class, _ = _shop("proto2")
    assert cel.evaluate("order.level", order=order_class()) == 7
    assert cel.evaluate("has(order.level)", order=order_class()) is False
    assert cel.evaluate("has(order.level)", order=order_class(level=7)) is True


def test_well_known_types() -> None:
    struct = struct_pb2.Struct()
    struct.update({"a": [1, "x", None]})
    packed = any_pb2.Any()
    packed.Pack(wrappers_pb2.Int64Value(value=5))
    for message, expected in [
        (
            timestamp_pb2.Timestamp(seconds=1769860800),
            datetime.datetime(2026, 1, 31, 12, tzinfo=UTC),
        ),
        (duration_pb2.Duration(seconds=-1, nanos=-500000000), datetime.timedelta(seconds=-1.5)),
        (wrappers_pb2.StringValue(value="s"), "s"),
        (wrappers_pb2.UInt32Value(value=3), cel.UInt(3)),
        (struct, {"a": [1.0, "x", None]}),
        (packed, 5),
    ]:
        assert cel.evaluate("x", x=message) == expected
        assert cel.compile("x", variables={"x": "dyn"}).evaluate(x=message) == expected


def test_a_message_that_the_expression_does_not_know(shop: Any) -> None:
    order_class, _ = shop
    with pytest.raises(TypeError, match=r"compile it with messages=\[Order\]"):
        cel.compile("x", variables={"x": "dyn"}).evaluate(x=order_class())
    known = cel.compile("x.total", variables={"x": "dyn"}, messages=[order_class])
    assert known.evaluate(x=order_class(total=2)) == 2.0


def test_enums_as_ints_or_types(shop: Any) -> None:
    _, line_class = shop
    package = line_class.DESCRIPTOR.file.package
    assert cel.compile(f"{package}.Color.RED", messages=[line_class]).evaluate() == 1
    typed = cel.compile(f"{package}.Color.RED", messages=[line_class], typed_enums=True)
    red = typed.evaluate()
    assert (red, red.type) == (1, f"{package}.Color")
    again = cel.compile(
        "x == " + f"{package}.Color.RED",
        messages=[line_class],
        typed_enums=True,
        variables={"x": f"{package}.Color"},
    )
    assert again.evaluate(x=red) is True
    with pytest.raises(cel.CelError, match="declared"):
        again.evaluate(x=1)


def test_a_text_that_does_not_compile() -> None:
    with pytest.raises(cel.CelSyntaxError) as raised:
        cel.compile("nmae +\n siz(names)", variables={"name": str, "names": "list(string)"})
    issues = raised.value.issues
    assert [(issue.line, issue.column) for issue in issues] == [(1, 1), (2, 2)]
    assert issues[0].message == "undeclared name `nmae`"
    assert issues[0].help == "did you mean `name`?"
    assert issues[1].help == "did you mean `size`?"
    assert issues[1].source_line == " siz(names)"
    assert "^^^^" in str(issues[0])
    assert str(raised.value).count("error: ") == 2
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    "arguments,words",
    [
        ({"variables": {"x": "lst(int)"}}, "`lst` takes no parameters"),
        ({"variables": {"x": "strng"}}, "did you mean `string`"),
        ({"variables": {"1x": "int"}}, "no name of a variable"),
        ({"libraries": ["string"]}, "did you mean `strings`"),
    ],
)
def test_arguments_that_are_wrong(arguments: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as raised:
        cel.compile("1", **arguments)
    # It is not the text that is wrong.
    assert not isinstance(raised.value, cel.CelSyntaxError)


def test_a_type_that_is_none() -> None:
    for spec in (object, 3, set):
        with pytest.raises(TypeError, match="is no type of the language"):
            cel.compile("x", variables={"x": spec})  # type: ignore[dict-item]


def test_an_evaluation_that_fails() -> None:
    expression = cel.compile("10 /\n  x", variables={"x": int})
    assert expression.evaluate(x=5) == 2
    with pytest.raises(cel.CelError) as raised:
        expression.evaluate(x=0)
    error = raised.value
    assert (error.code, error.line, error.column) == ("INVALID_ARGUMENT", 1, 4)
    assert str(error) == "1:4: division by zero"
    for bindings, code, words in [
        ({}, "NOT_FOUND", "`x` has no value"),
        ({"x": "5"}, "INVALID_ARGUMENT", "declared `int`, and was given a `string`"),
        ({"x": 5, "y": 1}, "INVALID_ARGUMENT", "`y` is no variable"),
    ]:
        with pytest.raises(cel.CelError, match=words) as raised:
            expression.evaluate(bindings)
        assert raised.value.code == code


def test_what_is_not_known(shop: Any) -> None:
    order_class, _ = shop
    expression = cel.compile(
        "order.total > limit && limit < 1000.0", variables={"order": order_class, "limit": float}
    )
    with pytest.raises(cel.Unknown) as raised:
        expression.evaluate(order=_order(shop), limit=5, unknown=["order.total"])
    assert raised.value.paths == ("order.total",)
    with pytest.raises(cel.Unknown) as raised:
        expression.evaluate(unknown=["limit", "order"])
    assert raised.value.paths == ("limit", "order")
    assert expression.evaluate(order=_order(shop), limit=5000, unknown=["order.total"]) is False
    with pytest.raises(cel.CelError, match="did you mean `order`"):
        expression.evaluate(unknown=["ordr.total"])


def test_expressions_tell_about_themselves() -> None:
    expression = cel.compile("a.map(x, x + b)", variables={"a": "list(int)", "b": int, "c": int})
    assert expression.type == "list(int)"
    assert expression.variables == ["a", "b"]
    assert expression.text == "a.map(x, x + b)"
    assert repr(expression) == "<cel.Expression 'a.map(x, x + b)': list(int)>"
    assert expression.evaluate({"a": [1, 2]}, b=3) == [4, 5]
    assert cel.compile("a + 'x'", variables={"a": int}, check=False).type == "dyn"


def test_names_that_collide_with_arguments() -> None:
    assert cel.evaluate("unknown + bindings", {"unknown": 1, "bindings": 2}) == 3
    assert cel.evaluate("self + text", self=1, text=2) == 3


def test_libraries() -> None:
    assert cel.compile("'a'.charAt(0)", libraries=["strings"]).evaluate() == "a"
    with pytest.raises(cel.CelSyntaxError, match="library `strings`"):
        cel.compile("'a'.charAt(0)", libraries=[])


def test_limits() -> None:
    with pytest.raises(cel.CelSyntaxError):
        cel.compile("(" * 100_000)
    with pytest.raises(cel.CelError) as raised:
        cel.evaluate("x.all(a, x.all(b, x.all(c, x.all(d, true))))", x=list(range(1000)))
    assert raised.value.code == "RESOURCE_EXHAUSTED"


def test_threads_share_an_expression() -> None:
    expression = cel.compile("x.map(a, a * 2)", variables={"x": "list(int)"})
    expected = [2 * number for number in range(500)]
    results: list = []

    def ask() -> None:
        for _ in range(20):
            results.append(expression.evaluate(x=list(range(500))))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(result == expected for result in results)


@pytest.mark.skipif(shutil.which("protoc") is None, reason="protoc is not installed")
@pytest.mark.parametrize(
    ("program", "given", "expected"),
    [
        ("check_order.py", "questions.txt", "answers.txt"),
        ("route_order.py", "routes.txt", "routed.txt"),
    ],
)
def test_the_example_gives_the_answers_of_the_others(
    tmp_path: Path, program: str, given: str, expected: str
) -> None:
    subprocess.run(
        ["protoc", f"--proto_path={EXAMPLE}", f"--python_out={tmp_path}", "order.proto"],
        check=True,
        timeout=60,
    )
    shutil.copy(EXAMPLE / program, tmp_path)
    package = Path(cel.__file__).resolve().parents[1]
    done = subprocess.run(
        [
            sys.executable,
            str(tmp_path / program),
            str(EXAMPLE / "order.textproto"),
            str(EXAMPLE / given),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PYTHONPATH": f"{package}:{tmp_path}", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == (EXAMPLE / expected).read_text(encoding="utf-8")
