"""Many decisions on many machines: the columns of Apache Spark's DataFrames, or of Parquet.

    from changepolicy import Policy, spark

    decided = spark.decide(changes, column="change", policy=Policy.load("policy.yaml"),
                           organization="organization.yaml", now="2026-01-31T09:30:00Z")
    decided.where("verdict = 'ALLOWED'").show()

What is wrong with the question, the policy or the columns is said when ``decide`` is called, before
anything runs. The documents travel once to each executor, and each Python worker makes its engine
of them once. A decision is the same, to the byte, as on a single machine, so that a task that is
lost with its machine is simply run again.

Every executor needs this package, in the same version; docs/batch.md shows how it gets there, and
when Spark is worth it at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import changepolicy
from changepolicy import _columns, _native
from changepolicy._asking import DetailLike, TransitionLike
from changepolicy._columns import ColumnQuestion, column_question, no_such
from changepolicy._inputs import BINARY, Document, Kind
from changepolicy._values import Instant
from changepolicy.batch import Question, question_of
from changepolicy.errors import FailedPrecondition, InvalidInput
from changepolicy.organization import Organization, OrganizationLike, organization_of
from changepolicy.policy import Policy

try:
    from pyspark.sql import types
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "changepolicy.spark needs pyspark, which is not installed; "
        "`pip install changepolicy[spark]`",
        name="pyspark",
    ) from None

__all__ = ["ANSWER", "decide", "decide_parquet"]

_TEXTS = types.ArrayType(types.StringType())

#: The columns of every answer, which docs/batch.md explains.
ANSWER = types.StructType(
    [
        types.StructField("id", types.StringType()),
        types.StructField("verdict", types.StringType()),
        types.StructField("category", types.StringType()),
        types.StructField("risk_score", types.IntegerType()),
        types.StructField("risk_level", types.StringType()),
        types.StructField("missing_roles", _TEXTS),
        types.StructField("unmet_gates", _TEXTS),
        types.StructField("decision", types.BinaryType()),
        types.StructField("error", types.StringType()),
    ]
)


def decide(
    df: Any,
    *,
    column: str,
    policy: Policy | Document | list[Document],
    organization: OrganizationLike = None,
    now: Instant | None = None,
    now_column: str | None = None,
    transition: TransitionLike = None,
    detail: DetailLike = None,
    subject_digest: bool = False,
    kind: Kind = None,
    keep: Sequence[str] = (),
    encoding: str | None = None,
    threads: int = 1,
) -> Any:
    """A DataFrame with the decision about each row: the columns ``keep`` of ``df``, then ANSWER.

    ``column``: of bytes, which are serialized changes, or of text, which is their JSON;
    ``encoding="json"`` for JSON in bytes, ``kind="release"`` for releases. ``policy``: a Policy, a
    document as ``Policy.load`` takes it, or a list of a policy and its overlays. ``now``: the
    instant for all rows; ``now_column``: a column of timestamps with that of each. The others are
    those of ``Policy.check``.

    A row that cannot be decided has its ``error`` set and no verdict. Nothing runs yet. As with
    every DataFrame, the order of rows is that of the partitions.

    ``threads``: of each task. Spark runs a task on each core already.

    Raises InvalidInput with every issue of the policy and the organization, and for columns that
    are not there, of another type, or called like one of the answer's; OSError; TypeError.
    """
    loaded = _policy_of(policy)
    people = organization_of(organization)
    question = question_of(
        loaded._engine(people), now, transition, detail, subject_digest, kind, threads
    )
    asked = column_question(question, column, now_column, keep, encoding)
    fields = {field.name: field for field in df.schema.fields}
    asked.schema_for(_arrow_schema(df.schema, asked))
    work = _Work.of(loaded, people, asked)
    context = getattr(df.sparkSession, "sparkContext", None)
    # Where the driver is remote (Spark Connect), the function carries the documents itself.
    shared = _Carried(work) if context is None else context.broadcast(work)

    def decided(batches: Iterator[Any]) -> Iterator[Any]:
        return _decided(shared.value, batches)

    # `mapInArrow` fails at a name with a dot.
    plain = [df[_quoted(name)].alias(f"c{place}") for place, name in enumerate(_used(asked))]
    return df.select(*plain).mapInArrow(
        decided, types.StructType([*(fields[name] for name in asked.keep), *ANSWER.fields])
    )


def decide_parquet(
    spark: Any,
    input_dir: str,
    output_dir: str,
    *,
    column: str,
    policy: Policy | Document | list[Document],
    organization: OrganizationLike = None,
    now: Instant | None = None,
    now_column: str | None = None,
    transition: TransitionLike = None,
    detail: DetailLike = None,
    subject_digest: bool = False,
    kind: Kind = None,
    keep: Sequence[str] = (),
    encoding: str | None = None,
    threads: int = 1,
    mode: str = "error",
) -> Any:
    """Decides a directory of Parquet into another one, and gives back a DataFrame over that.

    ``mode``: what happens where ``output_dir`` is there already, as in Spark: ``"error"``,
    ``"overwrite"``, ``"append"`` or ``"ignore"``. All else is as in :func:`decide`. Either all rows
    are written, or Spark leaves no ``_SUCCESS`` in the directory.
    """
    answer = decide(
        spark.read.parquet(input_dir),
        column=column,
        policy=policy,
        organization=organization,
        now=now,
        now_column=now_column,
        transition=transition,
        detail=detail,
        subject_digest=subject_digest,
        kind=kind,
        keep=keep,
        encoding=encoding,
        threads=threads,
    )
    answer.write.mode(mode).parquet(output_dir)
    return spark.read.parquet(output_dir)


# ---- On the driver


def _policy_of(policy: Policy | Document | list[Document]) -> Policy:
    if isinstance(policy, Policy):
        return policy
    if not isinstance(policy, list):
        return Policy.load(policy)
    if not policy:
        raise InvalidInput("`policy`: an empty list is none", path="policy")
    return Policy.load(policy[0], overlays=policy[1:])


def _arrow_schema(schema: Any, asked: ColumnQuestion) -> Any:
    """The types as Spark hands them to Python, of the columns that are used."""
    pa = _columns.arrow()
    read = {
        types.BinaryType: pa.binary(),
        types.StringType: pa.string(),
        types.TimestampType: pa.timestamp("us", "UTC"),
        types.TimestampNTZType: pa.timestamp("us"),
    }
    used = []
    for name in _used(asked):
        found = [field for field in schema.fields if field.name == name]
        if len(found) != 1:
            raise no_such(found, name, schema.names)
        type_ = found[0].dataType
        if name in asked.read and type(type_) not in read:
            wanted = "bytes or text" if name == asked.column else "timestamps"
            raise InvalidInput(
                f"column `{name}`, which is {type_.simpleString()}: give a column of {wanted}",
                path=name,
            )
        used.append(pa.field(name, read.get(type(type_), pa.null())))
    return pa.schema(used)


def _used(asked: ColumnQuestion) -> list[str]:
    return list(dict.fromkeys((*asked.read, *asked.keep)))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


class _Work(NamedTuple):
    """All that a worker needs, by value."""

    #: Of the documents: what an engine is remembered by.
    key: str
    documents: list[tuple[str, bytes]]
    #: None: of nobody.
    organization: bytes | None
    policy_digest: str
    version: str
    #: The fields of a Question and of a ColumnQuestion, each without its first, which is made anew.
    question: tuple[Any, ...]
    asked: tuple[Any, ...]

    @classmethod
    def of(cls, policy: Policy, organization: Organization | None, asked: ColumnQuestion) -> _Work:
        people = None if organization is None else organization._native.message(BINARY)
        key = hashlib.sha256(repr((policy._documents, people)).encode()).hexdigest()
        return cls(
            key,
            policy._documents,
            people,
            policy.digest,
            changepolicy.__version__,
            asked.question[1:],
            asked[1:],
        )


class _Carried(NamedTuple):
    """As a broadcast variable, without broadcasting."""

    value: _Work


# ---- In the workers


# Workers live longer than a job, and may be asked about several policies.
_ENGINES: dict[str, _native.Engine] = {}
_MOST_ENGINES = 8


def _engine(work: _Work) -> _native.Engine:
    found = _ENGINES.get(work.key)
    if found is not None:
        return found
    policy = Policy(_native.load_policy(work.documents), work.documents)
    if policy.digest != work.policy_digest:
        raise FailedPrecondition(
            f"the policy is {policy.digest} by changepolicy {changepolicy.__version__} here, and "
            f"{work.policy_digest} by changepolicy {work.version} on the driver; install the same "
            "version everywhere"
        )
    people = work.organization
    engine = policy._engine(None if people is None else Organization.loads(people, format="binpb"))
    while len(_ENGINES) >= _MOST_ENGINES:
        del _ENGINES[next(iter(_ENGINES))]
    _ENGINES[work.key] = engine
    return engine


def _decided(work: _Work, batches: Iterator[Any]) -> Iterator[Any]:
    asked = ColumnQuestion(Question(_engine(work), *work.question), *work.asked)
    for batch in batches:
        named = _columns.arrow().RecordBatch.from_arrays(batch.columns, names=_used(asked))
        yield asked.decide(named, asked.schema_for(named.schema))
