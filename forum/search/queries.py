"""What a viewer finds.

Who may find a thing is part of the question: of each row that the index gives it is asked by the
rooms' own conditions (`seeing`), so that a door closed a moment ago is closed here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import (
    Integer,
    Row,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from forum.db import db, made_of
from forum.directory.models import Project
from forum.discussions.policy.sides import can_be_guest
from forum.discussions.queries import guest_threads
from forum.exchanges.models import Exchange, Stage
from forum.search import lookup, seeing
from forum.search.asking import Asked, Leaf, Node, Some, mark
from forum.search.glossary import BUILT_IN, Glossary, compile_groups
from forum.search.lookup import Hit
from forum.search.models import GlossaryGroup
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.web import paging

PAGE = 20  # results
CANDIDATES = 100  # the newest that fit, of which the best are shown first

_OFFERED_KEPT = 4  # one changes where a project or a stage does


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
    project: dict[int | None, tuple[str, str]]  # name and country, by inner id
    stage: dict[int | None, int]  # number
    space: dict[int | None, str]  # kind


@dataclass(frozen=True)
class Desk:
    """What a question needs besides its words, in one statement."""

    offered: Offered
    guest_of: Sequence[int]  # ids of threads the viewer is a guest of
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
    """A page of hits.

    Nobody counts what is not read: `count` are those there are, or of which there are `more`
    (a page says "more than"); None on a page that is not the first.
    """

    hits: Sequence[Hit]
    after: str | None
    count: int | None = None
    more: bool = False


def desk(viewer: Viewer) -> Desk:
    """Projects, stages, the threads one is a guest of, the glossary's version."""
    maybe_guest = can_be_guest(viewer.side)
    statement = seeing.kept(("desk", maybe_guest), lambda: _desk(maybe_guest))
    bound = {"me": viewer.person_id} if maybe_guest else {}
    return made_of(_desk_of, statement, bound)


def _desk_of(rows: list[Row[Any]]) -> Desk:
    by_what: dict[str, list[Row[Any]]] = {"guest": [], "project": [], "stage": [], "space": []}
    for row in rows:
        by_what.setdefault(row[0], []).append(row)
    (version,) = by_what["glossary"]
    return Desk(
        offered=_offered(*map(tuple, (by_what["project"], by_what["stage"], by_what["space"]))),
        guest_of=[row.id for row in by_what["guest"]],
        glossary_version=(version.id, version.key or ""),
    )


@lru_cache(maxsize=_OFFERED_KEPT)
def _offered(
    projects: tuple[Row[Any], ...], stages: tuple[Row[Any], ...], spaces: tuple[Row[Any], ...]
) -> Offered:
    by_name = sorted(projects, key=lambda row: row.label)
    by_number = sorted(stages, key=lambda row: (row.key, int(row.more)))
    return Offered(
        projects=[Choice(row.key, row.label, f"project.{row.id}") for row in by_name],
        stages=[
            Choice(f"{row.key}-{row.more}", f"{row.more}. {row.label}", f"stage.{row.id}", row.key)
            for row in by_number
        ],
        countries=sorted({row.more for row in by_name}),
        project={row.id: (row.label, row.more) for row in projects},
        stage={row.id: int(row.more) for row in stages},
        space={row.id: row.key for row in spaces},
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
    space = select(literal("space"), cast(Space.kind, text), null(), null(), Space.id)
    asked: list[Any] = [project, stage, space, version]
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
    """The hits, newest first, from a cursor on."""
    place = paging.read_cursor(after)
    older = lookup.NEWEST if place is None else place[1]
    page = paging.page_of(_hits(viewer, question, guest_of, PAGE + 1, older), PAGE, "at")
    count = len(page.rows) if place is None else None
    return Found(page.rows, page.after, count, more=page.after is not None)


def finds_anything(viewer: Viewer, question: Question, guest_of: Sequence[int]) -> bool:
    """Whether there is a single hit."""
    return bool(question) and bool(_hits(viewer, question, guest_of, 1))


def candidates(viewer: Viewer, question: Question, guest_of: Sequence[int]) -> Found:
    """The newest CANDIDATES hits, to be put in order of likeness."""
    hits = _hits(viewer, question, guest_of, CANDIDATES + 1)
    most = hits[:CANDIDATES]
    return Found(most, None, len(most), more=len(hits) > len(most))


def _asked(viewer: Viewer, question: Question, guest_of: Sequence[int]) -> str:
    """The whole question, as this database is asked it: who looks, facets, words."""
    if lookup.sees_nearly_all(viewer) and (question.marks or question.asked.wanted):
        return lookup.expression(question.marks, question.asked)
    may = [Leaf(("#all",)), *(mark("in", space) for space in viewer.space_ids)]
    if viewer.person_id is not None:
        may += [
            mark(f"draft.{space}", viewer.person_id)
            for space, kind in sorted(viewer.spaces.items())
            if kind == SpaceKind.COALITION
        ]
    if viewer.sees_people:
        may.append(Leaf(("#people",)))
    may += [mark("thread", thread_id) for thread_id in guest_of]
    return lookup.expression((Some(tuple(may)), *question.marks), question.asked)


def _hits(
    viewer: Viewer,
    question: Question,
    guest_of: Sequence[int],
    most: int,
    older: int = lookup.NEWEST,
) -> list[Hit]:
    """The newest hits that the viewer sees, of those before `older`."""
    return lookup.newest(viewer, _asked(viewer, question, guest_of), older, most)
