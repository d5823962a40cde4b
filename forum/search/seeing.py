"""Who sees what of the entries, as a condition inside each question.

A statement is put together once for all who see the same, and kept by the process.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, or_, select

from forum.accounts.models import Person
from forum.coalition.models import Proposal
from forum.coalition.queries.proposals import visible_to
from forum.db import UTCDateTime
from forum.directory.models import ExpertProfile
from forum.discussions.models import Thread
from forum.discussions.queries import reachable
from forum.lib import clock
from forum.search.models import SearchEntry, Source
from forum.spaces import Viewer

_STATEMENTS_KEPT = 256


def shared(
    name: tuple[Hashable, ...], viewer: Viewer, make: Callable[[ColumnElement[bool]], Select[Any]]
) -> Select[Any]:
    """The statement of that name, made of what whoever sees the same spaces as the viewer sees.

    Its parameters, besides its own, are `values`.
    """
    same = (*name, viewer.side, viewer.sees_people, viewer.space_ids)
    made: Select[Any] = kept(same, lambda: make(visible(_anybody_like(viewer))))
    return made


def values(viewer: Viewer) -> dict[str, Any]:
    """What the viewer gives to a shared statement."""
    return {"me": viewer.person_id, "now": clock.now()}


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """A statement put together by `make`, kept by the process."""
    found: dict[Any, Any] = current_app.extensions.setdefault("search statements", {})
    if key not in found:
        if len(found) >= _STATEMENTS_KEPT:
            found.clear()
        found[key] = make()
    return found[key]


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


def _in_use() -> ColumnElement[bool]:
    ended = Person.suspended_until <= bindparam("now", type_=UTCDateTime())
    return or_(Person.suspended_at.is_(None), and_(Person.suspended_until.is_not(None), ended))


def _anybody_like(viewer: Viewer) -> Viewer:
    """Who sees the same spaces as the viewer; the parameter `me` says who it is."""
    if viewer.person is None:
        return viewer
    me: Any = bindparam("me", type_=BigInteger())
    return replace(viewer, person=replace(viewer.person, person_id=me))
