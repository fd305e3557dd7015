"""Policies, and the questions that they answer."""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from google.protobuf.message import Message

from changepolicy import _columns, _native, _schema, answers
from changepolicy._asking import Asked, DetailLike, TransitionLike, asked
from changepolicy._columns import SpeaksArrow
from changepolicy._inputs import (
    BINARY,
    BUILTIN,
    JSON,
    Document,
    Kind,
    Subject,
    detail_number,
    enum_text,
    kind_number,
    message_of,
    read_document,
    read_text,
    subject_of,
    subjects_of,
)
from changepolicy._progress import Progress
from changepolicy._values import (
    Instant,
    instant_text,
    items_of,
    optional_instant_text,
    optional_text_of,
    text_of,
)
from changepolicy.batch import (
    BATCH_SIZE,
    DecisionError,
    check_batch_size,
    check_iterable,
    question_of,
)
from changepolicy.decision import SLOTS, Decision, decided
from changepolicy.errors import Issue
from changepolicy.organization import Organization, OrganizationLike, organization_of

_TYPE = "Policy"
_NO_WORDS: Mapping[str, str] = {}


class Policy:
    """A written policy, checked and compiled.

        policy = Policy.load("policy.yaml", overlays=["team.yaml"])
        organization = Organization.load("organization.yaml")
        decision = policy.check(change, organization=organization, now=now, transition="DEPLOY")

    Immutable; threads may share it, and every question is answered without Python's lock.

    What the questions have in common. The subject is a change or a release: a protobuf message, a
    mapping with the field names of ``changepolicy.v1`` (values may be datetimes, dates, timedeltas,
    bytes and members of enums), JSON as text or bytes, or the serialized message. A message says
    itself what it is; so does a mapping or JSON with the only key ``change`` or ``release``, or
    with a field that only releases have (``version``, ``changes``); everything else is a change
    unless ``kind="release"``.
    ``now`` is the instant for which the answer holds, a datetime with a zone, a date (midnight
    UTC) or a text in RFC 3339; it is required, because the library reads no clock.
    ``organization`` is an Organization (by far the quickest), the name of a file, a mapping, a
    message or serialized bytes; None is an organization of nobody.

    All raise InvalidInput for what is no such subject, instant or transition, with the place;
    LimitExceeded for a subject over a limit; TypeError for what is of no such type at all.
    """

    def __init__(self, native: _native.Policy, documents: list[tuple[str, bytes]]) -> None:
        """Not called directly; see :meth:`load`, :meth:`loads`, :meth:`from_dict` and
        :meth:`builtin`."""
        self._native = native
        self._documents = documents
        #: By the id of the organization, which may be another's after it is gone.
        self._engines: dict[int, tuple[weakref.ref[Organization], _native.Engine]] = {}
        self._nobody: _native.Engine | None = None
        self._lock = threading.Lock()
        self._words: dict[tuple[str, str], Mapping[str, str]] | None = None

    # ---- Making

    @classmethod
    def _of(cls, policy: tuple[str, bytes], overlays: Sequence[Document]) -> Policy:
        if isinstance(overlays, (str, bytes, Mapping, Message)):
            raise TypeError("`overlays`: give a list of documents, not a single one")
        documents = [policy]
        documents += [
            read_document(overlay, _TYPE, f"overlays[{index}]")
            for index, overlay in enumerate(items_of(overlays, "overlays"))
        ]
        return cls(_native.load_policy(documents), documents)

    @classmethod
    def load(cls, document: Document, *, overlays: Sequence[Document] = ()) -> Policy:
        """Reads a policy, and overlays that are laid over it in their order.

        Each is the name of a file, whose ending tells the format (``.yaml``, ``.json``,
        ``.textproto``, ``.binpb``), or ``builtin:saas``; a mapping; a message; or a tuple of a name
        and a text.

        Raises InvalidInput with every issue of every document, its place and its remedy; OSError
        for a file that cannot be read; TypeError. Takes time linear in the size of the documents.
        """
        return cls._of(read_document(document, _TYPE, "policy"), overlays)

    @classmethod
    def loads(
        cls, text: str | bytes, *, format: str = "yaml", overlays: Sequence[Document] = ()
    ) -> Policy:
        """Reads a policy from a text. ``format``: ``yaml`` (JSON is YAML too), ``json``,
        ``textproto`` or ``binpb``. Raises as :meth:`load` does."""
        return cls._of(read_text(text, format, "policy"), overlays)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any], *, overlays: Sequence[Document] = ()) -> Policy:
        """From a mapping with the field names of ``changepolicy.v1.Policy``. Raises as :meth:`load`
        does."""
        if not isinstance(mapping, Mapping):
            raise TypeError(f"`mapping`: a {type(mapping).__name__} is no mapping")
        return cls._of(read_document(mapping, _TYPE, "policy"), overlays)

    @classmethod
    def builtin(cls, name: str = "saas", *, overlays: Sequence[Document] = ()) -> Policy:
        """A policy that is part of the library: ``saas``, the change and release policy of a
        software-as-a-service firm, or ``starter``. Raises InvalidInput for another name."""
        return cls._of((f"{BUILTIN}{text_of(name, 'name')}", b""), overlays)

    @staticmethod
    def builtin_text(name: str = "saas") -> str:
        """The text of such a policy, to begin one's own with. Raises NotFound."""
        return _native.builtin_policy(text_of(name, "name")).decode()

    # ---- What it is

    @property
    def digest(self) -> str:
        """``sha256:<hex>`` of the merged document's canonical form."""
        return self._native.digest

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Warnings and notices: what is accepted, and likely not what was meant."""
        return tuple(Issue(*issue) for issue in self._native.issues())

    @property
    def message(self) -> Any:
        """The merged document, a changepolicy.v1.Policy; a copy of your own."""
        return _schema.message_class(_TYPE).FromString(self._native.message(BINARY))

    def to_json(self) -> str:
        """The merged document as JSON, with the names of fields of the .proto files."""
        return self._native.message(JSON).decode()

    def to_dict(self) -> dict[str, Any]:
        """The merged document with the names of fields of the .proto files, enums by their full
        names. :meth:`from_dict` makes the same policy of it."""
        parsed: dict[str, Any] = json.loads(self.to_json())
        return parsed

    def words(self, kind: str, rule: str) -> Mapping[str, str]:
        """What the policy says about a rule: ``title``, ``message`` (a text with
        ``{{expression}}``) and ``remedy``. ``kind`` is that of an outcome: ``approval``, ``gate``,
        ``separation`` or ``lint``. Empty where it says nothing."""
        if self._words is None:
            self._words = _words_of(self.message)
        return self._words.get((kind, rule), _NO_WORDS)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._documents,)

    def __repr__(self) -> str:
        header = self.message.policy
        return f"<Policy {header.id!r} {header.version}: {self.digest[:19]}>"

    # ---- Questions about one subject

    def _engine(self, organization: OrganizationLike = None) -> _native.Engine:
        """The policy joined with an organization; remembered as long as that lives."""
        if organization is None:
            if self._nobody is None:
                self._nobody = _native.Engine(self._native, None)
            return self._nobody
        found = self._engines.get(id(organization))
        if found is not None and found[0]() is organization:
            return found[1]
        if not isinstance(organization, Organization):
            return self._engine(organization_of(organization))
        return self._join(organization)

    def _join(self, organization: Organization) -> _native.Engine:
        made = _native.Engine(self._native, organization._native)
        engines, key = self._engines, id(organization)

        def forget(gone: weakref.ref[Organization]) -> None:
            if key in engines and engines[key][0] is gone:
                del engines[key]

        with self._lock:
            found = engines.get(key)
            if found is not None and found[0]() is organization:
                return found[1]
            engines[key] = weakref.ref(organization, forget), made
        return made

    def check(
        self,
        subject: Subject,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        detail: DetailLike = None,
        subject_digest: bool = False,
        kind: Kind = None,
    ) -> answers.Decision:
        """Whether a change or a release may go ahead, who must approve it, and why.

        ``transition``: the step, like ``"DEPLOY"``; None: the next one on the subject's path. A
        step that is not legal is answered with the verdict ERROR, and the legal ones are named.
        ``detail``: ``"VERDICT"``, ``"REASONS"`` (the default) or ``"FULL"``; never changes the
        answer. ``subject_digest``: the answer has the subject's digest.
        """
        found = self._engines.get(id(organization))
        if found is not None and found[0]() is organization:
            engine = found[1]
        else:
            engine = self._engine(organization)
        if detail is None and kind is None and subject_digest is False:
            decision = engine.decided(Decision, SLOTS, self, subject, now, transition)
            if decision is not None:
                return decision
        number, encoding, content = subject_of(subject, kind)
        instant = instant_text(now, "now")
        step = enum_text(transition, "transition")
        level = detail_number(detail)
        digest = bool(subject_digest)
        answer = engine.decide(number, encoding, content, instant, step, level, digest, BINARY)
        return decided(
            answer, self, (engine, number, encoding, content, instant, step, level, digest)
        )

    @overload
    def check_many(
        self,
        rows: SpeaksArrow,
        *,
        now: Instant | None = None,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        detail: DetailLike = None,
        subject_digest: bool = False,
        kind: Kind = None,
        column: str | None = None,
        now_column: str | None = None,
        keep: Sequence[str] = (),
        encoding: str | None = None,
        threads: int = 0,
        batch_size: int = BATCH_SIZE,
        progress: Progress = None,
    ) -> Any: ...
    @overload
    def check_many(
        self,
        rows: Iterable[Subject],
        *,
        now: Instant,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        detail: DetailLike = None,
        subject_digest: bool = False,
        kind: Kind = None,
        threads: int = 0,
        batch_size: int = BATCH_SIZE,
        progress: Progress = None,
    ) -> Iterator[answers.Decision | DecisionError]: ...
    def check_many(
        self,
        rows: Any,
        *,
        now: Instant | None = None,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        detail: DetailLike = None,
        subject_digest: bool = False,
        kind: Kind = None,
        column: str | None = None,
        now_column: str | None = None,
        keep: Sequence[str] = (),
        encoding: str | None = None,
        threads: int = 0,
        batch_size: int = BATCH_SIZE,
        progress: Progress = None,
    ) -> Any:
        """The same as :meth:`check` of many changes or releases, without Python's lock and on
        several threads; a row that cannot be decided never stops the others.

        Of an iterable of subjects (each as :meth:`check` takes it): an iterator of a Decision, or a
        DecisionError, for each, in order. It reads ``batch_size`` subjects at a time, so that
        memory is bounded whatever their number.

        Of columns of Arrow or pandas: a table of the same kind with a row for each row, whose
        columns docs/batch.md lists; no row becomes a Python object. A pyarrow RecordBatch or Array
        gives a RecordBatch; a Table, a ChunkedArray and whatever else speaks Arrow (polars, DuckDB)
        a Table; a RecordBatchReader gives a reader that decides as it is read; a DataFrame or
        Series of pandas a DataFrame with the same index. Text is JSON and bytes are serialized
        messages, unless ``encoding`` is ``"json"`` or ``"binary"``. ``column`` names the column of
        subjects where there are several; ``now_column`` one of timestamps with a zone, each row's
        own instant instead of ``now``; ``keep`` columns that go along. A row that cannot be decided
        has its ``error`` set and no verdict. All rows are changes unless ``kind="release"``.

        ``threads``: 0 for as many as there are processors; the answers are the same for any number.
        ``batch_size``: rows of a call of the library, between which Ctrl-C is heard. ``progress``:
        True for a bar of tqdm, False for none; None draws one where it takes more than a moment and
        somebody sits at a terminal; or a function of the rows done and of all rows, if known.

        Raises InvalidInput for what is wrong for every row, before any is decided; LimitExceeded
        where a column of the answer would have more than 2 GiB; TypeError; ModuleNotFoundError for
        columns without pyarrow.
        """
        check_batch_size(batch_size)
        question = question_of(
            self._engine(organization), now, transition, detail, subject_digest, kind, threads
        )
        if _columns.is_columnar(rows):
            asked = _columns.column_question(question, column, now_column, keep, encoding)
            return _columns.check_columns(asked, rows, batch_size, progress)
        for name, value in (
            ("column", column),
            ("now_column", now_column),
            ("keep", keep or None),
            ("encoding", encoding),
        ):
            if value is not None:
                raise TypeError(f"`{name}`: only columns of Arrow and pandas have it")
        return check_iterable(self, question, rows, kind, batch_size, progress)

    def categorize(
        self,
        subject: Subject,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        kind: Kind = None,
    ) -> answers.CategorizeAnswer:
        """What kind of change it is, how risky and how pressing, and why."""
        return answers.CategorizeAnswer(
            self._asked(subject, now, organization, kind).answer("categorize")
        )

    def approvals(
        self,
        subject: Subject,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        kind: Kind = None,
    ) -> answers.ApprovalsAnswer:
        """Every approval rule that concerns the subject at any step, who counts for it, who is
        missing and whom to ask."""
        return answers.ApprovalsAnswer(
            self._asked(subject, now, organization, kind).answer("required_approvals")
        )

    def readiness(
        self,
        subject: Subject,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        kind: Kind = None,
    ) -> answers.ReadinessAnswer:
        """Every step that still lies ahead, up to and including ``transition`` (None: DEPLOY), and
        what holds each."""
        return answers.ReadinessAnswer(
            self._asked(subject, now, organization, kind, transition).answer("check_readiness")
        )

    def transition(
        self,
        subject: Subject,
        transition: TransitionLike,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        kind: Kind = None,
    ) -> answers.TransitionAnswer:
        """Whether the step is legal from the subject's state and may go ahead, and why not."""
        return answers.TransitionAnswer(
            self._asked(subject, now, organization, kind, transition).answer("evaluate_transition")
        )

    def documents(
        self, change: Subject, *, now: Instant, organization: OrganizationLike = None
    ) -> answers.DocumentsAnswer:
        """Which of a change's documents is weak, and why; and which it needs as far as it has
        come."""
        return answers.DocumentsAnswer(
            self._asked(change, now, organization, "change").answer("lint_documents")
        )

    def _asked(
        self,
        subject: Subject,
        now: Instant,
        organization: OrganizationLike,
        kind: Kind,
        transition: TransitionLike = None,
    ) -> Asked:
        return asked(self._engine(organization), subject, now, transition, kind=kind)

    # ---- Questions about more, or about none

    def checklist(
        self,
        subject: Subject | None = None,
        *,
        now: Instant | None = None,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        role: str | None = None,
        kind: Kind = None,
    ) -> answers.Checklist:
        """What there is to do at each step, and who sees to it.

        Without a subject all that the policy asks for, of ``kind`` or of both, and ``now`` is not
        needed; with one, what applies to it at the steps ahead, and how it stands. ``role`` and
        ``transition`` limit it. Raises InvalidInput for a role that the policy does not declare.
        """
        given = None if subject is None else subject_of(subject, kind)
        return answers.Checklist(
            self._engine(organization).checklist(
                given[0] if given is not None else kind_number(kind) or 0,
                given,
                optional_instant_text(now, "now"),
                enum_text(transition, "transition"),
                optional_text_of(role, "role"),
                BINARY,
            )
        )

    def due(
        self,
        subjects: Iterable[Subject] = (),
        *,
        now: Instant,
        organization: OrganizationLike = None,
        until: Instant | None = None,
        kind: Kind = None,
    ) -> answers.DueAnswer:
        """What is owed, by whom and until when: by these changes and releases and by the
        organization. ``until``: only what is due up to it, itself included."""
        return answers.DueAnswer(
            self._engine(organization).list_due(
                subjects_of(subjects, kind, "subjects"),
                instant_text(now, "now"),
                optional_instant_text(until, "until"),
                BINARY,
            )
        )

    def lint(
        self,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        population: Message | Mapping[str, Any] | str | bytes | None = None,
    ) -> answers.LintAnswer:
        """The lints of the policy about itself; with an organization also those about it, and each
        approval rule that nobody in it could satisfy; with a ``changepolicy.v1.Population`` of
        changes and releases also those about records. In this order, each in the policy's."""
        engine = self._engine(organization)
        moment = instant_text(now, "now")
        # Messages one after the other are one message with the lists of all of them.
        content = engine.lint_policy(moment, BINARY)
        if organization is not None:
            content += engine.lint_organization(moment, BINARY)
        if population is not None:
            encoding, records = message_of(population, "Population", "population")
            content += engine.lint_population(encoding, records, moment, BINARY)
        return answers.LintAnswer(content)

    def compare(
        self,
        other: Policy,
        subjects: Iterable[Subject],
        *,
        now: Instant,
        organization: OrganizationLike = None,
        kind: Kind = None,
    ) -> answers.PolicyComparison:
        """The open subjects that this policy and a later one answer differently."""
        if not isinstance(other, Policy):
            raise TypeError(f"`other`: a {type(other).__name__} is no Policy")
        made = organization_of(organization)
        return answers.PolicyComparison(
            _native.compare_policies(
                self._native,
                other._native,
                None if made is None else made._native,
                subjects_of(subjects, kind, "subjects"),
                instant_text(now, "now"),
                BINARY,
            )
        )


def _restored(documents: list[tuple[str, bytes]]) -> Policy:
    return Policy(_native.load_policy(documents), documents)


def _words_of(policy: Any) -> dict[tuple[str, str], Mapping[str, str]]:
    words: dict[tuple[str, str], Mapping[str, str]] = {}
    for kind, rules in (
        ("gate", policy.gates),
        ("approval", policy.approvals),
        ("lint", policy.lints),
    ):
        for rule in rules:
            words[kind, rule.id] = {
                "title": rule.title,
                "message": rule.message,
                "remedy": rule.remedy,
            }
    for pair in policy.separation.pairs:
        if pair.id:
            words["separation", pair.id] = {"title": pair.title}
    return words


def decision_digest(decision: Any) -> str:
    """``sha256:<hex>`` of the normative part of a Decision: one of this package, a message, a
    mapping, JSON or serialized bytes. Raises InvalidInput; TypeError."""
    if isinstance(decision, answers.Decision):
        return decision.digest
    return _native.decision_digest(*message_of(decision, "Decision", "decision"))
