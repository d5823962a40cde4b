"""What a viewer finds.

Who may find a thing is part of the question put to the index, and is asked again of the rows
themselves, so that a door closed a moment ago is closed here too.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    func,
    join,
    literal,
    literal_column,
    null,
    or_,
    outerjoin,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.coalition.models import Proposal
from forum.coalition.queries.proposals import visible_to
from forum.db import UTCDateTime, db, rows_of
from forum.directory.models import ExpertProfile, Project
from forum.discussions.models import Thread
from forum.discussions.policy.sides import can_be_guest
from forum.discussions.queries import guest_threads, reachable
from forum.exchanges.models import Exchange, Stage
from forum.lib import clock
from forum.search import asking
from forum.search.asking import Asked, Leaf, Node, Some, mark
from forum.search.glossary import BUILT_IN, Glossary, compile_groups
from forum.search.models import GlossaryGroup, SearchEntry, Source
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.web import paging

PAGE = 20  # results
MOST_COUNTED = 1_000  # beyond this a page says "more than"
CANDIDATES = 100  # the newest of them, of which the best are shown first

_OFFERED_KEPT = 4  # one changes where a project or a stage does
_STATEMENTS_KEPT = 256  # one for each who searched lately
_NEWEST = 2**63 - 1  # no entry has a greater id

_FTS = table("search_text", column("rowid"))


class Hit(NamedTuple):
    """One thing found, as a page shows it: a row of `_HIT`."""

    id: int
    source: Source
    at: datetime
    path: str
    kind: str
    state: str
    language: str
    title: str
    text: str
    thread_id: int | None
    thread_public_id: str | None
    thread_title: str | None
    thread_kind: str | None
    thread_language: str | None
    space_kind: SpaceKind | None
    stage_number: int | None
    project_name: str | None
    country: str | None


@dataclass(frozen=True)
class Choice:
    """Something one can narrow the search to: what the address says, its name, its mark."""

    value: str
    label: str
    mark: str
    group: str = ""


@dataclass(frozen=True, eq=False)
class Offered:
    """What the forum holds that one can narrow to. The same of the same rows: known by itself."""

    projects: list[Choice]
    stages: list[Choice]
    countries: list[str]


@dataclass(frozen=True)
class Desk:
    """What a question needs besides its words, in one statement."""

    offered: Offered
    guest_of: list[int]  # ids of threads the viewer is a guest of
    glossary_version: tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked for: the words, and marks that must all be there."""

    asked: Asked
    marks: tuple[Node, ...] = ()
    best: bool = False

    def __bool__(self) -> bool:
        return bool(self.asked or self.marks)


@dataclass(frozen=True)
class Found:
    """A page of hits; `count` up to MOST_COUNTED + 1, None where it was not asked."""

    hits: Sequence[Hit]
    after: str | None
    count: int | None = field(default=None)


def desk(viewer: Viewer) -> Desk:
    """Projects, stages, the threads one is a guest of, the glossary's version."""
    maybe_guest = can_be_guest(viewer.side)
    statement = _kept(("desk", maybe_guest), lambda: _desk(maybe_guest))
    bound = {"me": viewer.person_id} if maybe_guest else {}
    by_what: dict[str, list[Row[Any]]] = {"guest": [], "project": [], "stage": []}
    for row in rows_of(statement, bound):
        by_what.setdefault(row[0], []).append(row)
    (version,) = by_what["glossary"]
    return Desk(
        offered=_offered(tuple(by_what["project"]), tuple(by_what["stage"])),
        guest_of=[row.id for row in by_what["guest"]],
        glossary_version=(version.id, version.key or ""),
    )


@lru_cache(maxsize=_OFFERED_KEPT)
def _offered(projects: tuple[Row[Any], ...], stages: tuple[Row[Any], ...]) -> Offered:
    by_name = sorted(projects, key=lambda row: row.label)
    by_number = sorted(stages, key=lambda row: (row.key, int(row.more)))
    return Offered(
        projects=[Choice(row.key, row.label, f"project.{row.id}") for row in by_name],
        stages=[
            Choice(f"{row.key}-{row.more}", f"{row.more}. {row.label}", f"stage.{row.id}", row.key)
            for row in by_number
        ],
        countries=sorted({row.more for row in by_name}),
    )


def _desk(maybe_guest: bool) -> Any:
    text = String()
    project = select(
        literal("project").label("what"),
        Project.slug.label("key"),
        Project.name.label("label"),
        Project.country.label("more"),
        Project.id.label("id"),
    )
    stage = select(
        literal("stage"), Exchange.slug, Stage.title, cast(Stage.number, text), Stage.id
    ).join(Exchange, Exchange.id == Stage.exchange_id)
    version = select(
        literal("glossary"),
        cast(func.max(GlossaryGroup.created_at), text),
        null(),
        null(),
        func.coalesce(func.max(GlossaryGroup.version), 0),
    )
    asked: list[Any] = [project, stage, version]
    if maybe_guest:
        invited = guest_threads(bindparam("me", type_=Integer())).subquery()
        asked.append(select(literal("guest"), null(), null(), null(), *invited.c))
    return union_all(*asked)


def glossary(version: tuple[int, str]) -> Glossary:
    """The glossary of that version: kept by the process until the version is another."""
    kept: tuple[tuple[int, str], Glossary] | None = current_app.extensions.get("glossary")
    if kept is None or kept[0] != version:
        kept = (version, compile_groups(glossary_groups()[1]))
        current_app.extensions["glossary"] = kept
    return kept[1]


def glossary_groups() -> tuple[int, list[list[str]]]:
    """The version and the groups: the operator's, or (version 0) those built in."""
    rows = db.session.execute(
        select(GlossaryGroup.words, GlossaryGroup.version).order_by(GlossaryGroup.position)
    ).all()
    if not rows:
        return 0, [list(group) for group in BUILT_IN]
    return rows[0].version, [row.words for row in rows]


def find(
    viewer: Viewer, question: Question, guest_of: Sequence[int], *, after: str | None = None
) -> Found:
    """The hits, newest first, from a cursor on; counted on the first page."""
    asked = _asked(viewer, question, guest_of)
    place = paging.read_cursor(after)
    hits = _hits(viewer, asked, PAGE + 1, place[1] if place else _NEWEST)
    page = paging.page_of(hits, PAGE, "at")
    if place is not None:
        return Found(page.rows, page.after)
    few = len(hits) <= PAGE
    return Found(page.rows, page.after, len(hits) if few else _count(viewer, asked))


def finds_anything(viewer: Viewer, question: Question, guest_of: Sequence[int]) -> bool:
    """Whether there is a single hit."""
    return bool(question) and bool(_hits(viewer, _asked(viewer, question, guest_of), 1))


def candidates(viewer: Viewer, question: Question, guest_of: Sequence[int]) -> Found:
    """The newest CANDIDATES hits, to be put in order of likeness, and their count."""
    asked = _asked(viewer, question, guest_of)
    hits = _hits(viewer, asked, CANDIDATES)
    return Found(hits, None, len(hits) if len(hits) < CANDIDATES else _count(viewer, asked))


def open_stages() -> list[tuple[str, Stage]]:
    """The stages people write in now, the latest first, each with its exchange's slug."""
    now = clock.now()
    rows = db.session.execute(_kept("open stages", _open_stages), {"now": now})
    return [(slug, stage) for slug, stage in rows if stage.is_open(now)]


def _open_stages() -> Any:
    now = bindparam("now", type_=UTCDateTime())
    return (
        select(Exchange.slug, Stage)
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(Stage.opens_at <= now, or_(Stage.closes_at.is_(None), Stage.closes_at > now))
        .order_by(Stage.number.desc(), Stage.id)
        .limit(4)
    )


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition, on an entry joined with its thread, that the viewer may read the thing.

    Its parameter `now` is the time: accounts that are closed for a while open by the clock.
    """
    proposal = (
        select(Proposal.id)
        .where(Proposal.id == SearchEntry.object_id, visible_to(viewer))
        .correlate(SearchEntry)
        .exists()
    )
    may = [
        SearchEntry.source.in_((Source.PROJECT, Source.OUTCOME)),
        and_(SearchEntry.source == Source.POST, Thread.removed_at.is_(None), reachable(viewer)),
        and_(SearchEntry.source == Source.PROPOSAL, proposal),
    ]
    if viewer.sees_people:
        expert = (
            select(ExpertProfile.id)
            .join(Person, Person.id == ExpertProfile.person_id)
            .where(ExpertProfile.id == SearchEntry.object_id, _in_use())
            .correlate(SearchEntry)
            .exists()
        )
        may.append(and_(SearchEntry.source == Source.EXPERT, expert))
    return or_(*may)


def _asked(viewer: Viewer, question: Question, guest_of: Sequence[int]) -> str:
    """The whole question, as this database is asked it: who looks, facets, words."""
    may = [Leaf(("#all",)), *(mark("in", space) for space in viewer.space_ids)]
    if viewer.person_id is not None:
        may += [mark(f"draft.{space}", viewer.person_id) for space in viewer.space_ids]
    if viewer.sees_people:
        may.append(Leaf(("#people",)))
    may += [mark("thread", thread_id) for thread_id in guest_of]
    write = asking.fts5 if _on_sqlite() else asking.tsquery
    return write((Some(tuple(may)), *question.marks), question.asked)


def _hits(viewer: Viewer, asked: str, limit: int, older_than: int = _NEWEST) -> list[Hit]:
    """The hits of the question that the viewer sees, newest first."""
    values = {"asked": asked, "older": older_than, "most": limit, "now": clock.now()}
    return [Hit._make(row) for row in rows_of(statement(viewer), values)]


def statement(viewer: Viewer) -> Select[Any]:
    """The statement for who sees what this viewer sees, put together once.

    Its parameters: `asked` (the expression), `older` (an id), `most` (rows), `now`.
    """
    who = (viewer.person_id, viewer.side, viewer.sees_people, viewer.space_ids)
    made: Select[Any] = _kept(who, lambda: _put_together(viewer))
    return made


def _kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """A statement put together by `make`, kept by the process."""
    kept: dict[Any, Any] = current_app.extensions.setdefault("search statements", {})
    if key not in kept:
        if len(kept) >= _STATEMENTS_KEPT:
            kept.clear()
        kept[key] = make()
    return kept[key]


def _put_together(viewer: Viewer) -> Select[Any]:
    """On SQLite the index leads.

    It gives its rows in the order of ids by itself, as long as the table is looked up from it
    (the + keeps the planner from turning that round).
    """
    found: Any = SearchEntry
    order: Any = SearchEntry.id
    if _on_sqlite():
        order = _FTS.c.rowid
        found = join(_FTS, SearchEntry, SearchEntry.id == literal_column("+search_text.rowid"))
    found = outerjoin(found, Thread, Thread.id == SearchEntry.thread_id)
    found = outerjoin(found, Stage, Stage.id == Thread.stage_id)
    found = outerjoin(found, Space, Space.id == SearchEntry.space_id)
    found = outerjoin(found, Project, Project.id == SearchEntry.project_id)
    older = order < bindparam("older", type_=BigInteger())
    return (
        select(*_HIT)
        .select_from(found)
        .where(_matches(bindparam("asked", type_=String())), older, visible(viewer))
        .order_by(order.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def _count(viewer: Viewer, asked: str) -> int:
    """How many there are, as far as MOST_COUNTED + 1."""
    counted = _kept(("count", viewer.sees_people), lambda: _counted(people=viewer.sees_people))
    return int(rows_of(counted, {"asked": asked, "now": clock.now()})[0][0])


def _counted(*, people: bool) -> Select[Any]:
    """By the index alone, which knows what is seen; only not which accounts are closed now."""
    what: Any = _FTS if _on_sqlite() else SearchEntry
    number: Any = _FTS.c.rowid if _on_sqlite() else SearchEntry.id
    some = select(literal(1)).select_from(what).where(_matches(bindparam("asked", type_=String())))
    if people:
        entry = aliased(SearchEntry)
        closed = (
            select(entry.id)
            .join(ExpertProfile, ExpertProfile.id == entry.object_id)
            .join(Person, Person.id == ExpertProfile.person_id)
            .where(entry.source == Source.EXPERT, ~_in_use())
        )
        some = some.where(number.not_in(closed))
    return select(func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery())


def _in_use() -> ColumnElement[bool]:
    ended = Person.suspended_until <= bindparam("now", type_=UTCDateTime())
    return or_(Person.suspended_at.is_(None), and_(Person.suspended_until.is_not(None), ended))


def _matches(asked: Any) -> ColumnElement[bool]:
    matches: ColumnElement[bool]
    if _on_sqlite():
        matches = literal_column("search_text").op("MATCH")(asked)
    else:
        matches = SearchEntry.vector.op("@@")(cast(asked, TSQUERY))
    return matches


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


_HIT: tuple[Any, ...] = (
    SearchEntry.id,
    SearchEntry.source,
    SearchEntry.at,
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
    Space.kind.label("space_kind"),
    Stage.number.label("stage_number"),
    Project.name.label("project_name"),
    Project.country.label("country"),
)
