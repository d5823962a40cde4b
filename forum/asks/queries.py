"""Asks as a viewer reads them; what experts have taken on.

An ask is read by who reads its thread and sees people. An expert who does not read the thread is
shown the ask's own words while it is not over, where its author opened them to experts, or asked
them by name; never where they audit the project.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.asks.lifecycle import LIVE, TAKEN, AskStatus, OfferStatus, Standing, Verdict
from forum.asks.models import Ask, Offer
from forum.asks.policy import answers_asks
from forum.asks.rows import AskRow, OfferRow
from forum.db import db
from forum.directory.models import AuditedProject, ExpertProfile, Project, ProjectMember
from forum.discussions.models import Thread
from forum.discussions.queries import reachable
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web import paging

PAGE = 20  # asks on a page
MOST_OWN = 30  # of one's own, the newest
STANDING = (  # of several asks of a thread the last of these is told
    None,
    Standing.CLOSED,
    Standing.PARTLY,
    Standing.HELPED,
    Standing.OPEN,
    Standing.OFFERED,
    Standing.ACCEPTED,
)
_BETWEEN = (OfferStatus.ASKED, *TAKEN)
_HELPFUL = (Verdict.YES, Verdict.PARTLY)


def inside(viewer: Viewer) -> ColumnElement[bool]:
    """That the viewer reads the ask's thread, and read it among those for whom it was asked."""
    if not viewer.sees_people:
        return false()
    unmoved = Ask.space_id == Thread.space_id
    return and_(
        Thread.removed_at.is_(None),
        reachable(viewer),
        or_(unmoved, seen_by(viewer, Ask.space_id)),
    )


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """That the viewer may read the ask's own words."""
    if not answers_asks(viewer.side):
        return inside(viewer)
    mine = _own(viewer).where(Offer.status.in_(_BETWEEN)).exists()
    shown = and_(Ask.status.in_(LIVE), or_(Ask.to_experts, mine))
    free = or_(Ask.project_id.is_(None), Ask.project_id.not_in(sorted(viewer.audited)))
    unmoved = and_(Thread.removed_at.is_(None), Ask.space_id == Thread.space_id)
    return or_(inside(viewer), and_(unmoved, shown, free))


def ask_or_404(public_id: str, viewer: Viewer) -> AskRow:
    """The ask. Raises NotFound."""
    return _one(viewer, Ask.public_id == public_id)


def ask_now(viewer: Viewer, ask_id: int) -> AskRow:
    """The ask as it is now, for an action that holds it. Raises NotFound."""
    return _one(viewer, Ask.id == ask_id)


def of_thread(viewer: Viewer, thread_id: int) -> list[AskRow]:
    """The thread's asks, those not over first, then the newest."""
    query = _asks(viewer).where(Ask.thread_id == thread_id).order_by(_OVER, Ask.id.desc())
    return _rows(query.limit(MOST_OWN))


def standing_here(_side: str, _me: Any, spaces: Any) -> Select[Any]:
    """How the asks of the thread whose page it is stand, as a place in STANDING; 0 without any.

    A part of the viewer's statement; only who reads the thread comes to that page.
    """
    here = Thread.public_id == bindparam("asks_of", type_=String)
    return _standing().where(here, or_(Ask.space_id == Thread.space_id, Ask.space_id.in_(spaces)))


def standing_of(viewer: Viewer, thread_id: int) -> int:
    """The same, asked by itself."""
    query = _standing().where(Thread.id == thread_id, inside(viewer))
    return int(db.session.execute(query).scalar_one())


def live(viewer: Viewer, after: str | None = None) -> paging.Page[AskRow]:
    """The asks that are not over, the newest first, without the viewer's own and answered ones."""
    query = _asks(viewer).where(Ask.status.in_(LIVE), ~_theirs(viewer))
    if answers_asks(viewer.side):
        query = query.where(~_own(viewer).where(Offer.status.in_(_BETWEEN)).exists())
    further = paging.older_than(Ask.created_at, Ask.id, after)
    if further is not None:
        query = query.where(further)
    rows = _rows(query.order_by(Ask.created_at.desc(), Ask.id.desc()).limit(PAGE + 1))
    return paging.page_of(rows, PAGE, "created_at")


def own_asks(viewer: Viewer) -> list[AskRow]:
    """What the viewer or their projects asked, those not over first."""
    query = _asks(viewer).where(_theirs(viewer)).order_by(_OVER, Ask.id.desc())
    return _rows(query.limit(MOST_OWN))


def taken(viewer: Viewer) -> list[AskRow]:
    """Where the expert who looks was asked by name, offers or helps."""
    mine = _own(viewer).where(Offer.status.in_(_BETWEEN)).exists()
    query = _asks(viewer).where(Ask.status.in_(LIVE), mine)
    return _rows(query.order_by(Ask.id.desc()).limit(MOST_OWN))


def asked_by_name(side: str, me: Any, _spaces: Any) -> Select[Any]:
    """How many asks wait for the word of the expert who looks: a part of the viewer's statement."""
    if not answers_asks(side):
        return select(literal(0))
    audited = select(AuditedProject.id).where(
        AuditedProject.person_id == me, AuditedProject.project_id == Ask.project_id
    )
    return _OFFERS_COUNTED.where(
        Offer.person_id == me,
        Offer.status == OfferStatus.ASKED,
        Ask.status.in_(LIVE),
        Ask.space_id == Thread.space_id,
        Thread.removed_at.is_(None),
        ~audited.correlate(Ask).exists(),
    )


def offers_to_answer(_side: str, me: Any, spaces: Any) -> Select[Any]:
    """How many offers wait for the word of who looks or their projects: as `asked_by_name` is."""
    projects = select(ProjectMember.project_id).where(
        ProjectMember.person_id == me, ProjectMember.until.is_(None)
    )
    return _OFFERS_COUNTED.where(
        Offer.status == OfferStatus.OFFERED,
        Ask.status.in_(LIVE),
        or_(Ask.asked_by_id == me, Ask.project_id.in_(projects)),
        Thread.space_id.in_(spaces),
        Thread.removed_at.is_(None),
    )


def offers_of(viewer: Viewer, ask: AskRow, *, all_of_them: bool) -> list[OfferRow]:
    """Who offers and helps.

    With `all_of_them` also the others, with everybody's words; else the viewer's own words alone,
    and to who is not inside the thread nobody else.
    """
    query = _OFFERS.where(Offer.ask_id == ask.id).order_by(Offer.id)
    if not all_of_them:
        others = Offer.status.in_(TAKEN) if ask.inside else false()
        query = query.where(or_(Offer.person_id == viewer.person_id, others))
    rows = [OfferRow(**row) for row in db.session.execute(query).mappings()]
    return [
        row if all_of_them or row.person_id == viewer.person_id else replace(row, note="")
        for row in rows
    ]


def offer_or_404(public_id: str, viewer: Viewer) -> OfferRow:
    """The offer with its ask, where the viewer sees the ask. Raises NotFound."""
    query = _OFFERS.add_columns(Offer.ask_id).where(Offer.public_id == public_id)
    found = db.session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound
    ask = ask_now(viewer, found["ask_id"])
    fields = {name: value for name, value in found.items() if name != "ask_id"}
    row = OfferRow(**fields, ask=ask)
    if not ask.inside and row.person_id != viewer.person_id:
        raise NotFound
    return row


def loads(people: Iterable[int]) -> dict[int, int]:
    """How many asks each of these experts has taken on: offered or accepted, not over."""
    query = (
        select(Offer.person_id, func.count())
        .join(Ask, Ask.id == Offer.ask_id)
        .join(Thread, Thread.id == Ask.thread_id)
        .where(
            Offer.person_id.in_(sorted(people)),
            Offer.status.in_(TAKEN),
            Ask.status.in_(LIVE),
            Thread.removed_at.is_(None),
        )
        .group_by(Offer.person_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def accepted_load(person_id: int) -> int:
    """How many asks, not over, that expert was accepted for."""
    query = _OFFERS_COUNTED.where(
        Offer.person_id == person_id,
        Offer.status == OfferStatus.ACCEPTED,
        Ask.status.in_(LIVE),
        Thread.removed_at.is_(None),
    )
    return int(db.session.execute(query).scalar_one())


def helped_in(viewer: Viewer, person_id: int) -> int:
    """In how many asks that the viewer reads the expert's help was of use."""
    query = _OFFERS_COUNTED.where(
        Offer.person_id == person_id,
        Offer.status == OfferStatus.ACCEPTED,
        Ask.verdict.in_(_HELPFUL),
        inside(viewer),
    )
    return int(db.session.execute(query).scalar_one())


def _standing() -> Select[Any]:
    place = case(
        (_ACCEPTED, STANDING.index(Standing.ACCEPTED)),
        (_PARTLY, STANDING.index(Standing.PARTLY)),
        *((Ask.status == status, STANDING.index(Standing(status.value))) for status in AskStatus),
    )
    return select(func.coalesce(func.max(place), 0)).join_from(
        Ask, Thread, Thread.id == Ask.thread_id
    )


def _theirs(viewer: Viewer) -> ColumnElement[bool]:
    return or_(Ask.asked_by_id == viewer.person_id, Ask.project_id.in_(sorted(viewer.projects)))


def _own(viewer: Viewer) -> Select[Any]:
    mine = select(Offer.id).where(Offer.ask_id == Ask.id, Offer.person_id == viewer.person_id)
    return mine.correlate(Ask)


def _one(viewer: Viewer, which: ColumnElement[bool]) -> AskRow:
    found = _rows(_asks(viewer).where(which))
    if not found:
        raise NotFound
    return found[0]


def _rows(query: Select[Any]) -> list[AskRow]:
    return [AskRow(**row) for row in db.session.execute(query).mappings()]


def _asks(viewer: Viewer) -> Select[Any]:
    """The asks the viewer may read; what is of the thread only for who reads that too."""
    within = inside(viewer)
    guest = and_(within, Space.kind == SpaceKind.COALITION, ~seen_by(viewer, Thread.space_id))
    mine = select(Offer.status).where(Offer.ask_id == Ask.id, Offer.person_id == viewer.person_id)
    helps = _own(viewer).where(Offer.status == OfferStatus.ACCEPTED).exists()
    columns: list[Any] = [
        Ask.id,
        Ask.public_id,
        Ask.thread_id,
        Ask.project_id,
        Ask.asked_by_id,
        Ask.text,
        Ask.language,
        Ask.topics,
        Ask.needed_by,
        Ask.to_experts,
        Ask.status,
        Ask.closed_for,
        Ask.created_at,
        Ask.ended_at,
        within.label("inside"),
        guest.label("as_guest"),
        *_of_the_thread(within),
        mine.correlate(Ask).scalar_subquery().label("own"),
        and_(or_(within, helps), _ACCEPTED).label("accepted"),
    ]
    return (
        select(*columns)
        .select_from(Ask)
        .join(Thread, Thread.id == Ask.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .join(Person, Person.id == Ask.asked_by_id)
        .outerjoin(Project, Project.id == Ask.project_id)
        .where(visible_to(viewer))
    )


def _of_the_thread(within: ColumnElement[bool]) -> list[Any]:
    """What tells of the conversation, who asks and what came of it: empty for who is outside."""
    told = {
        "thread_public_id": Thread.public_id,
        "thread_title": Thread.title,
        "thread_language": Thread.language,
        "space_kind": Space.kind,
        "project_name": Project.name,
        "project_country": Project.country,
        "asker_name": Person.name,
        "verdict": Ask.verdict,
    }
    word = case((within, Ask.word), else_="").label("word")
    return [word, *(case((within, one), else_=None).label(name) for name, one in told.items())]


_ACCEPTED = and_(
    Ask.status == AskStatus.OFFERED,
    exists().where(Offer.ask_id == Ask.id, Offer.status == OfferStatus.ACCEPTED).correlate(Ask),
)
_PARTLY = and_(Ask.status == AskStatus.HELPED, Ask.verdict == Verdict.PARTLY)
_OVER = case((Ask.status.in_(LIVE), 0), else_=1)
_OFFERS_COUNTED = (
    select(func.count())
    .select_from(Offer)
    .join(Ask, Ask.id == Offer.ask_id)
    .join(Thread, Thread.id == Ask.thread_id)
)
_OFFERS = (
    select(
        Offer.id,
        Offer.public_id,
        Offer.person_id,
        Person.name,
        ExpertProfile.public_id.label("profile_id"),
        func.coalesce(ExpertProfile.audits, false()).label("audits"),
        Offer.note,
        Offer.status,
        Offer.asked_by_id.is_not(None).label("by_name"),
        Offer.created_at,
    )
    .join(Person, Person.id == Offer.person_id)
    .outerjoin(ExpertProfile, ExpertProfile.person_id == Offer.person_id)
)
