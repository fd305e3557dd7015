"""Columns of Arrow and pandas in, tables of decisions out. pyarrow is imported when it is needed.

Rows stay in Arrow's memory: what is decided passes to the library by the C data interface, and no
row becomes a Python object.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from changepolicy import _native
from changepolicy._inputs import BINARY, CHANGE, JSON
from changepolicy._progress import Progress, check_progress, reporting
from changepolicy.batch import Question
from changepolicy.errors import InvalidInput, LimitExceeded

_ENCODINGS = {"binary": BINARY, "json": JSON}
# The column of what has a single one.
_ONLY = "subject"


def arrow() -> Any:
    """pyarrow. Raises ModuleNotFoundError with the remedy."""
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "columns need pyarrow, which is not installed; `pip install changepolicy[arrow]`",
            name="pyarrow",
        ) from None
    return pyarrow


class SpeaksArrow(Protocol):
    """What Arrow's PyCapsule interface calls a table, a batch, a stream or an array."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


class Capsules:
    """What the library hands out, as pyarrow takes it from anybody."""

    def __init__(self, schema: Any, array: Any = None) -> None:
        self._schema = schema
        self._array = array

    def __arrow_c_schema__(self) -> Any:
        return self._schema

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        return self._schema, self._array


def _exported(array: Any) -> tuple[Any, Any]:
    if hasattr(array, "__arrow_c_array__"):
        schema, values = array.__arrow_c_array__()
        return schema, values
    # pyarrow before 14.
    schema, values = _native.new_arrow_capsules()
    array._export_to_c(_native.arrow_address(values), _native.arrow_address(schema))
    return schema, values


def _imported(schema: Any, values: Any) -> Any:
    batch = arrow().RecordBatch
    if hasattr(batch, "__arrow_c_array__"):
        return arrow().record_batch(Capsules(schema, values))
    return batch._import_from_c(_native.arrow_address(values), _native.arrow_address(schema))


def answer_schema() -> Any:
    """The columns of every answer, a pyarrow.Schema."""
    pa = arrow()
    schema = _native.arrow_schema()
    if hasattr(pa.Schema, "__arrow_c_schema__"):
        return pa.schema(Capsules(schema))
    return pa.Schema._import_from_c(_native.arrow_address(schema))


# ---- Batches


class ColumnQuestion(NamedTuple):
    """What is asked of a table: which column holds the subjects, and what goes along."""

    question: Question
    column: str
    now_column: str | None
    keep: tuple[str, ...]
    #: None: as the column's type says, text is JSON and bytes are messages.
    encoding: int | None

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that are decided."""
        return (self.column,) if self.now_column is None else (self.column, self.now_column)

    def schema_for(self, schema: Any) -> Any:
        """The schema of the answer to a table of this schema.

        Raises InvalidInput for columns that are not there, that cannot be read or kept.
        """
        kept = [_field(schema, name) for name in self.keep]
        empty = [arrow().nulls(0, _field(schema, name).type) for name in self.read]
        try:
            self._decide(*empty)
        except InvalidInput as error:
            raise self._with_columns(error, schema) from None
        return arrow().schema([*kept, *answer_schema()])

    def decide(self, batch: Any, schema: Any) -> Any:
        """The answer to a batch, whose schema was checked; `schema` is that of the answer."""
        answer = self._decide(*(batch.column(name) for name in self.read))
        kept = [batch.column(name) for name in self.keep]
        return arrow().RecordBatch.from_arrays([*kept, *answer.columns], schema=schema)

    def _decide(self, subjects: Any, instants: Any = None) -> Any:
        subjects = _decoded(subjects)
        question = self.question
        return _imported(
            *_native.decide_arrow(
                question.engine,
                CHANGE if question.kind is None else question.kind,
                self.encoding or _encoding_of(subjects.type),
                _exported(subjects),
                None if instants is None else _exported(_decoded(instants)),
                question.now,
                question.transition,
                question.detail,
                question.subject_digest,
                question.threads,
            )
        )

    def _with_columns(self, error: InvalidInput, schema: Any) -> InvalidInput:
        # The library calls them by the names of its arguments.
        for argument, name in zip(("subjects: ", "now: "), self.read):
            if error.message.startswith(argument):
                what = error.message[len(argument) :]
                type_ = schema.field(name).type
                return InvalidInput(f"column `{name}`, which is {type_}: {what}", path=name)
        return error


def column_question(
    question: Question,
    column: str | None,
    now_column: str | None,
    keep: Sequence[str],
    encoding: str | None,
) -> ColumnQuestion:
    """Checks the arguments that name columns. A column of None is still to be chosen."""
    for argument, name in (("column", column), ("now_column", now_column)):
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`{argument}`: a {type(name).__name__} is no name of a column")
    if (question.now is None) == (now_column is None):
        raise InvalidInput(
            "give either `now`, the instant for all rows, or `now_column`, that of each", path="now"
        )
    number = _ENCODINGS.get(encoding) if isinstance(encoding, str) else None
    if number is None and encoding is not None:
        raise InvalidInput(
            f"`encoding`: {encoding!r} is none; write 'binary' or 'json'", path="encoding"
        )
    return ColumnQuestion(question, column or "", now_column, _names_to_keep(keep), number)


def _names_to_keep(keep: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(keep, (list, tuple)) or not all(isinstance(name, str) for name in keep):
        raise TypeError("`keep`: give a list of names of columns")
    own = answer_schema().names
    for name in keep:
        if name in own:
            raise InvalidInput(
                f"`keep`: the answer has a column `{name}` of its own; rename that of the input",
                path="keep",
            )
        if keep.count(name) > 1:
            raise InvalidInput(f"`keep`: `{name}` is there twice", path="keep")
    return tuple(keep)


def _encoding_of(type_: Any) -> int:
    types = arrow().types
    texts = (types.is_string, types.is_large_string, getattr(types, "is_string_view", None))
    return JSON if any(is_text is not None and is_text(type_) for is_text in texts) else BINARY


def _decoded(array: Any) -> Any:
    return array.dictionary_decode() if arrow().types.is_dictionary(array.type) else array


def _field(schema: Any, name: str) -> Any:
    found = schema.get_all_field_indices(name)
    if len(found) != 1:
        raise no_such(found, name, schema.names)
    return schema.field(found[0])


def no_such(found: Sequence[int], name: str, names: Sequence[str]) -> InvalidInput:
    what = "are several columns" if found else "is no column"
    return InvalidInput(f"there {what} `{name}`; the columns are {_listed(names)}", path=name)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:20])
    return f"{shown}, ..." if len(names) > 20 else shown or "none"


# ---- What is taken


def is_columnar(rows: Any) -> bool:
    """Whether rows are columns of Arrow or pandas, not Python objects."""
    if hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "__arrow_c_array__"):
        return True
    return _is_pandas(rows) or _is_of(
        rows, "pyarrow", ("RecordBatch", "Table", "Array", "ChunkedArray", "RecordBatchReader")
    )


def _is_of(rows: Any, module: str, names: Sequence[str]) -> bool:
    # What was not imported, nothing is of.
    loaded = sys.modules.get(module)
    classes = tuple(getattr(loaded, name, ()) for name in names) if loaded is not None else ()
    return isinstance(rows, classes)


def _is_pandas(rows: Any) -> bool:
    return _is_of(rows, "pandas", ("DataFrame", "Series"))


def check_columns(ask: ColumnQuestion, rows: Any, batch_size: int, progress: Progress) -> Any:
    """Decides columns: what comes back is of the kind that was given."""
    check_progress(progress)
    if _is_pandas(rows):
        return _check_pandas(ask, rows, batch_size, progress)
    pa = arrow()
    rows = _as_arrow(rows)
    ask = _with_column(ask, rows.schema.names)
    if isinstance(rows, pa.RecordBatchReader):
        schema = ask.schema_for(rows.schema)
        return pa.RecordBatchReader.from_batches(
            schema, _batches(ask, rows, schema, batch_size, progress, None)
        )
    if isinstance(rows, pa.RecordBatch):
        table = pa.Table.from_batches([rows])
        return _single(_check_table(ask, table, batch_size, progress))
    return _check_table(ask, rows, batch_size, progress)


def _with_column(ask: ColumnQuestion, names: Sequence[str]) -> ColumnQuestion:
    """Where no column was named, the only one that there is."""
    if ask.column:
        return ask
    others = [name for name in names if name != ask.now_column]
    if len(others) != 1:
        raise InvalidInput(
            "`column`: name the column with the changes or releases; "
            f"the columns are {_listed(names)}",
            path="column",
        )
    return ask._replace(column=others[0])


def _as_arrow(rows: Any) -> Any:
    """A RecordBatch, Table or RecordBatchReader of whatever speaks Arrow."""
    pa = arrow()
    if isinstance(rows, (pa.RecordBatch, pa.Table, pa.RecordBatchReader)):
        return rows
    try:
        if hasattr(rows, "__arrow_c_stream__") and not isinstance(rows, pa.ChunkedArray):
            rows = pa.chunked_array(rows)
        elif not isinstance(rows, (pa.Array, pa.ChunkedArray)):
            rows = pa.array(rows)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InvalidInput(f"`rows`: {error}", path="rows") from None
    if pa.types.is_struct(rows.type):
        if isinstance(rows, pa.Array):
            return pa.RecordBatch.from_struct_array(rows)
        return pa.Table.from_struct_array(rows)
    if isinstance(rows, pa.ChunkedArray):
        return pa.table({_ONLY: rows})
    return pa.RecordBatch.from_arrays([rows], names=[_ONLY])


def _check_table(ask: ColumnQuestion, table: Any, batch_size: int, progress: Progress) -> Any:
    schema = ask.schema_for(table.schema)
    used = table.select(list(dict.fromkeys((*ask.read, *ask.keep))))
    batches = used.to_batches(max_chunksize=batch_size)
    answers = list(_batches(ask, batches, schema, batch_size, progress, table.num_rows))
    return arrow().Table.from_batches(answers, schema=schema)


def _batches(
    ask: ColumnQuestion,
    batches: Any,
    schema: Any,
    batch_size: int,
    progress: Progress,
    total: int | None,
) -> Iterator[Any]:
    with reporting(progress, total) as count:
        for batch in batches:
            for first in range(0, batch.num_rows, batch_size):
                part = batch.slice(first, batch_size)
                yield ask.decide(part, schema)
                count(part.num_rows)


def _single(answer: Any) -> Any:
    batches = answer.combine_chunks().to_batches()
    if len(batches) > 1:
        raise LimitExceeded(
            "a column of the answer has more than 2 GiB, which is more than a RecordBatch holds; "
            "give the rows as a pyarrow.Table"
        )
    if batches:
        return batches[0]
    pa = arrow()
    return pa.RecordBatch.from_arrays(
        [pa.nulls(0, field.type) for field in answer.schema], schema=answer.schema
    )


# ---- pandas


def _check_pandas(ask: ColumnQuestion, rows: Any, batch_size: int, progress: Progress) -> Any:
    import pandas

    pa = arrow()
    frame = rows.to_frame(_ONLY) if isinstance(rows, pandas.Series) else rows
    labels = list(frame.columns)
    # Types are looked at in the columns that are asked about, and in no others.
    ask = _with_column(ask, [str(label) for label in labels])
    kept = frame.iloc[:, [_place(labels, name) for name in ask.keep]]
    # Of a column of objects that are all missing, nobody knows the type.
    unknown = (pa.binary(), pa.timestamp("us", "UTC"))
    read = {
        name: _from_pandas(frame.iloc[:, _place(labels, name)], name, type_)
        for name, type_ in zip(ask.read, unknown)
    }
    answer = _check_table(ask._replace(keep=()), pa.table(read), batch_size, progress)
    decided = answer.to_pandas(types_mapper={pa.int32(): pandas.Int32Dtype()}.get)
    decided.index = frame.index
    return pandas.concat([kept, decided], axis=1)


def _place(labels: Sequence[Any], name: str) -> int:
    found = [place for place, label in enumerate(labels) if str(label) == name]
    if len(found) != 1:
        raise no_such(found, name, [str(label) for label in labels])
    return found[0]


def _from_pandas(series: Any, name: str, unknown: Any) -> Any:
    pa = arrow()
    try:
        array = pa.Array.from_pandas(series)
        return pa.nulls(len(array), unknown) if pa.types.is_null(array.type) else array
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(f"column `{name}`: {error}", path=name) from None
