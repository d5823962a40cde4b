"""The newest entries that fit an expression and are seen.

An entry's id begins with its second (`place_of`), so the order of ids is the order of time. What
of all that fits the viewer sees is looked up row by row, newest first, until there are enough.

SQLite: FTS5 gives its rows in that order by itself, and stops where it is told to. For who sees
most of the forum, looking rows up costs less than intersecting with the long lists of what is
seen; only for others the marks of who sees are asked too.

PostgreSQL: the index of words gives all that fits, in no order, which is right for what is rare;
walking back in time through the entries is right for what is common. The latest entries say
which of the two it is, and what is not needed is never begun. So no part of the statement has
more than one good plan, and the planner has nothing to weigh by what it believes of the words.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    join,
    literal_column,
    outerjoin,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from forum.db import db, made_of, objects_of
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Thread
from forum.search import asking, seeing
from forum.search.asking import Asked, Node
from forum.search.models import SearchEntry, Source, moment_of
from forum.spaces import Viewer

NEWEST = 2**63 - 1  # no entry has a greater id
_HITS_KEPT = 4_096  # a kilobyte or two each

# PostgreSQL alone
LATEST = 500  # entries that are walked through in any case: about a millisecond
COMMON = 4  # of the latest that fit: a walk will find enough before the index has given all
FARTHEST = 8_000  # entries a walk goes back, before the index is asked after all
SPARE = 4  # found beyond what is wanted: the marks know nothing of accounts that are closed

_asked = bindparam("asked", type_=String())
_question = bindparam("asked", type_=TSQUERY())  # read as one once, not for each row
_older = bindparam("older", type_=BigInteger())


@dataclass(frozen=True, eq=False, slots=True)
class Hit:
    """One thing found: a row of `_HIT`. The same of the same row: known by itself."""

    id: int
    source: Source
    path: str
    kind: str
    state: str
    language: str
    title: str
    text: str
    thread_id: int | None
    thread_public_id: str | None
    thread_title: str | None
    thread_kind: ThreadKind | None
    thread_language: str | None
    stage_id: int | None
    space_id: int | None
    project_id: int | None

    @property
    def at(self) -> datetime:
        """When it was made."""
        return moment_of(self.id)


_HIT: tuple[Any, ...] = (
    SearchEntry.id,
    SearchEntry.source,
    SearchEntry.path,
    SearchEntry.kind,
    SearchEntry.state,
    SearchEntry.language,
    SearchEntry.title,
    SearchEntry.text,
    SearchEntry.thread_id,
    Thread.public_id.label("thread_public_id"),
    Thread.title.label("thread_title"),
    Thread.kind.label("thread_kind"),
    Thread.language.label("thread_language"),
    Thread.stage_id,
    SearchEntry.space_id,
    SearchEntry.project_id,
)


_hit = lru_cache(maxsize=_HITS_KEPT)(Hit)


def expression(marks: tuple[Node, ...], asked: Asked) -> str:
    """What is asked, in the words of this database."""
    return (asking.fts5 if on_sqlite() else asking.tsquery)(marks, asked)


def newest(viewer: Viewer, asked: str, older: int, most: int) -> list[Hit]:
    """The newest `most` of what fits and is seen, of those before `older`; the newest first."""
    if not on_sqlite():
        return _walked_or_asked(viewer, asked, older, most)
    asking_for = {"asked": asked, "older": older, "most": most}
    statement = seeing.shared(("newest",), viewer, _in_order)
    return objects_of(Hit, statement, asking_for | seeing.values(viewer))


def sees_nearly_all(viewer: Viewer) -> bool:
    """Whether it costs least to look up what the viewer sees among all that fits."""
    return on_sqlite() and viewer.sees_people


def on_sqlite() -> bool:
    """Which of the two databases it is."""
    return db.engine.dialect.name == "sqlite"


def _walked_or_asked(viewer: Viewer, asked: str, older: int, wanted: int) -> list[Hit]:
    name = ("newest", wanted, LATEST, COMMON, FARTHEST)
    statement = seeing.shared(name, viewer, lambda seen: _walk_or_ask(seen, wanted))
    found: list[Hit] = []
    more = True
    while more and len(found) < wanted:
        asking_for = {"asked": asked, "older": older}
        step = made_of(_step, statement, asking_for | seeing.values(viewer))
        found += step.seen
        older, more = step.last, step.fit == wanted + SPARE
    return found[:wanted]


@dataclass(frozen=True, slots=True)
class _Step:
    """Of the newest that fit: how many there are, the last of them, those that are seen."""

    fit: int
    last: int
    seen: tuple[Hit, ...]


def _step(rows: list[Any]) -> _Step:
    """Of rows that each begin with the numbers; one alone may hold no hit."""
    fit, last = rows[0][:2]
    seen = (_hit(*row[2:]) for row in rows)
    return _Step(fit, last or 0, tuple(hit for hit in seen if hit.id is not None))


def _in_order(seen: ColumnElement[bool]) -> Select[Any]:
    """The newest that are seen. The + keeps the planner from beginning with the table."""
    index = table("search_text", column("rowid", BigInteger))
    looked_up = join(index, SearchEntry, SearchEntry.id == literal_column("+search_text.rowid"))
    return (
        select(*_HIT)
        .select_from(outerjoin(looked_up, Thread, Thread.id == SearchEntry.thread_id))
        .where(literal_column("search_text").op("MATCH")(_asked), index.c.rowid < _older, seen)
        .order_by(index.c.rowid.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def _walk_or_ask(seen: ColumnElement[bool], wanted: int) -> Select[Any]:
    """The newest that fit, as many as wanted and to spare: their number and last, and who is seen.

    The numbers are written out: of a parameter the planner would assume a tenth of all.
    """
    most = wanted + SPARE
    latest = _back(_older, LATEST, SearchEntry.vector).subquery("latest")
    near = _apart("near", _fitting(latest, most))
    walked = _apart("walked", _back(_older, LATEST))
    begun = _one(func.min(walked.c.id))
    behind = _back(begun, FARTHEST, SearchEntry.vector).subquery("behind")
    far = _apart("far", _fitting(behind, most))
    whole = _apart("whole", select(SearchEntry.id).where(_fits(SearchEntry.vector)))

    in_near, in_far = _one(func.count(), near), _one(func.count(), far)
    few = in_near < _number(most)
    full = _one(func.count(), walked) == _number(LATEST)
    common = in_near >= _number(COMMON)
    beyond = _back(begun, 1).offset(_number(FARTHEST))
    found = union_all(
        select(near.c.id),
        select(far.c.id).where(few, common, full),
        select(whole.c.id).where(few, ~common, full, whole.c.id < begun),
        select(whole.c.id).where(
            few,
            common,
            full,
            in_near + in_far < _number(most),
            beyond.exists(),
            whole.c.id < func.coalesce(_one(func.min(far.c.id)), begun),
        ),
    ).subquery("found")
    fit = _apart("fit", select(found.c.id).order_by(found.c.id.desc()).limit(_number(most)))
    rows = join(fit, SearchEntry, SearchEntry.id == fit.c.id)
    those = (
        select(*_HIT)
        .select_from(outerjoin(rows, Thread, Thread.id == SearchEntry.thread_id))
        .where(seen)
        .subquery("those")
    )
    told = select(func.count().label("fit"), func.min(fit.c.id).label("last")).subquery("told")
    return (
        select(told, those)
        .select_from(outerjoin(told, those, true()))
        .order_by(those.c.id.desc())
        .limit(_number(wanted))
    )


def _back(before: Any, far: int, *columns: Any) -> Select[Any]:
    """So many entries before an id, the newest first; the limit keeps a walk a walk."""
    return (
        select(SearchEntry.id, *columns)
        .where(SearchEntry.id < before)
        .order_by(SearchEntry.id.desc())
        .limit(_number(far))
    )


def _fitting(entries: Any, most: int) -> Select[Any]:
    """The newest of the entries walked through that fit: the walk ends when there are enough."""
    return (
        select(entries.c.id)
        .where(_fits(entries.c.vector))
        .order_by(entries.c.id.desc())
        .limit(_number(most))
    )


def _apart(name: str, selected: Any) -> Any:
    """A part that the planner takes by itself, and that is begun only when something needs it."""
    return selected.cte(name).prefix_with("MATERIALIZED")


def _one(what: Any, of: Any = None) -> Any:
    asked = select(what) if of is None else select(what).select_from(of)
    return asked.scalar_subquery()


def _number(value: int) -> Any:
    return literal_column(str(value), Integer)


def _fits(vector: Any) -> ColumnElement[bool]:
    fits: ColumnElement[bool] = vector.op("@@")(cast(_question, TSQUERY))
    return fits
