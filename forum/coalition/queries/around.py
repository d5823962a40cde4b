"""What stands around a proposal: co-sponsors, evidence, who speaks here, the threads about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal,
    or_,
    select,
    union_all,
)

from forum.coalition.models import (
    Coalition,
    CoSponsor,
    Delegate,
    Evidence,
    Proposal,
)
from forum.coalition.queries import beside
from forum.coalition.queries.beside import PROPOSAL, THREAD, Beside
from forum.coalition.queries.members import COALITION, coalition_in, is_speaker_of
from forum.coalition.queries.proposals import visible_in
from forum.coalition.queries.results import TOLD, CameOf, came_of
from forum.coalition.rows import CoalitionRow, MemberName, ProposalRow
from forum.db import ME, NOW, db, made_once, rows_of
from forum.directory.models import Project
from forum.discussions.models import Post, Thread
from forum.discussions.rows import ThreadRow
from forum.exchanges.models import ExchangeSession
from forum.lib import clock
from forum.spaces import Viewer

MOST_EVIDENCE = 20  # links of one proposal


@dataclass(frozen=True)
class CoSponsorRow:
    """A project that stands behind a proposal."""

    project_id: int
    slug: str
    name: str
    country: str
    since: datetime


@dataclass(frozen=True)
class EvidenceRow:
    """What a proposal rests on, as far as the viewer sees it: a thread, a post or a session."""

    what: str  # thread, post or session
    public_id: str
    title: str
    kind: str
    language: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"/{self.what}s/{self.public_id}"


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands around a proposal's text, and for whom the viewer speaks."""

    cosponsors: tuple[CoSponsorRow, ...]
    evidence: tuple[EvidenceRow, ...]
    mine: tuple[MemberName, ...]  # the member projects for which the viewer speaks
    beside: Beside = field(default_factory=Beside)

    @property
    def speaks_for(self) -> frozenset[int]:
        """Their inner ids."""
        return frozenset(one.id for one in self.mine)

    @property
    def supporting(self) -> list[MemberName]:
        """Those of the viewer's that co-sponsor it."""
        behind = {one.project_id for one in self.cosponsors}
        return [one for one in self.mine if one.id in behind]

    def could_support(self, proposing_id: int) -> list[MemberName]:
        """Those of the viewer's that could co-sponsor it: neither propose it nor do so yet."""
        out = {proposing_id, *(one.project_id for one in self.cosponsors)}
        return [one for one in self.mine if one.id not in out]


@dataclass(frozen=True)
class Named:
    """A proposal as other pages name it."""

    public_id: str
    name: str
    language: str


@dataclass(frozen=True, kw_only=True)
class AboutThread:
    """A coalition's proposals that have to do with a thread, as far as the viewer sees them."""

    coalition: CoalitionRow
    discussed: Named | None  # the one that is discussed there
    resting: tuple[CameOf, ...]  # those that rest on it, the newest first


def around_it(proposal: ProposalRow, viewer: Viewer) -> Around:
    """Co-sponsors, evidence the viewer sees, the member projects they speak for: one statement."""
    inside = viewer.sees(proposal.coalition_space_id)
    query = _around(viewer.space_ids, signed_in=viewer.signed_in, inside=inside)
    values = {
        "me": viewer.me,
        "now": clock.now(),
        "proposal": proposal.id,
        "coalition": proposal.coalition_id,
        "thread": proposal.thread_id,
        "again_of": proposal.again_of_id,
    }
    rows = sorted(rows_of(query, values), key=lambda row: row.at)
    return Around(
        cosponsors=tuple(
            CoSponsorRow(row.id, row.key, row.title, row.kind, row.at)
            for row in rows
            if row.what == "cosponsor"
        ),
        evidence=tuple(
            EvidenceRow(row.what, row.key, row.title, row.kind, row.language)
            for row in rows
            if row.what in ("thread", "post", "session")
        ),
        mine=tuple(MemberName(row.id, row.key, row.title) for row in rows if row.what == "speaks"),
        beside=beside.found(rows),
    )


def about_thread(viewer: Viewer, thread: ThreadRow) -> AboutThread | None:
    """The proposal discussed in the thread and those that rest on it; None without a coalition."""
    query = _concerned(viewer.space_ids, signed_in=viewer.signed_in)
    values = {"thread": thread.id, "region": thread.region_id, "space": thread.space_id}
    rows = rows_of(query, {"me": viewer.me, **values})
    if not rows:
        return None
    coalition = coalition_in(rows[0])
    found = [row for row in rows if row.public_id is not None]
    return AboutThread(
        coalition=coalition,
        discussed=next((_named(one) for one in found if one.thread_id == thread.id), None),
        resting=tuple(came_of(one, coalition) for one in found if one.thread_id != thread.id),
    )


def evidence_named(
    viewer: Viewer, names: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], int]:
    """Inner ids of what is named (("thread", public id), also post and session), if it is seen."""
    wanted = set(names)

    def ids(what: str) -> list[str]:
        return [public_id for one, public_id in wanted if one == what]

    rows = db.session.execute(
        union_all(
            select(literal("thread"), Thread.public_id, Thread.id).where(
                Thread.public_id.in_(ids("thread")), thread_seen(viewer)
            ),
            select(literal("post"), Post.public_id, Post.id)
            .join(Thread, Thread.id == Post.thread_id)
            .where(Post.public_id.in_(ids("post")), Post.removed_at.is_(None), thread_seen(viewer)),
            select(literal("session"), ExchangeSession.public_id, ExchangeSession.id).where(
                ExchangeSession.public_id.in_(ids("session"))
            ),
        )
    )
    return {(what, key): inner for what, key, inner in rows}


def evidence_seen(viewer: Viewer, proposal_id: int) -> set[tuple[str, int]]:
    """What the proposal rests on now, as far as the viewer sees it: kinds and inner ids."""
    rows = rows_of(_rests_on(viewer.space_ids), {"proposal": proposal_id})
    return {(row.what, row.id) for row in rows}


def thread_seen(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a thread can be evidence for this viewer: seen, and not removed."""
    return _thread_in(viewer.space_ids)


def _thread_in(spaces: tuple[int, ...]) -> ColumnElement[bool]:
    return and_(Thread.space_id.in_(spaces), Thread.removed_at.is_(None))


@made_once
def _around(
    spaces: tuple[int, ...], *, signed_in: bool, inside: bool
) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(
        _COSPONSORS,
        *_evidence(spaces),
        _SPOKEN_FOR,
        *beside.asked(spaces, signed_in=signed_in, inside=inside),
    )


@made_once
def _concerned(spaces: tuple[int, ...], *, signed_in: bool) -> Select[*tuple[Any, ...]]:
    rests = select(Evidence.proposal_id).where(Evidence.thread_id == THREAD)
    concerned = and_(
        Proposal.coalition_id == Coalition.id,
        or_(Proposal.thread_id == THREAD, Proposal.id.in_(rests)),
        visible_in(spaces, ME if signed_in else None),
    )
    around: list[Any] = [
        Coalition.region_id == bindparam("region"),
        Coalition.space_id == bindparam("space"),
    ]
    return (
        select(*COALITION, *TOLD)
        .select_from(Coalition)
        .outerjoin(Proposal, concerned)
        .where(or_(*around))
        .order_by(Proposal.id.desc())
        .limit(MOST_EVIDENCE)
    )


@made_once
def _rests_on(spaces: tuple[int, ...]) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(*_evidence(spaces))


_COSPONSORS = (
    select(
        literal("cosponsor").label("what"),
        Project.id.label("id"),
        Project.slug.label("key"),
        Project.name.label("title"),
        Project.country.label("kind"),
        literal("").label("language"),
        CoSponsor.created_at.label("at"),
    )
    .join(CoSponsor, CoSponsor.project_id == Project.id)
    .where(CoSponsor.proposal_id == PROPOSAL)
)
_SPOKEN_FOR = (
    select(
        literal("speaks"),
        Project.id,
        Project.slug,
        Project.name,
        Project.country,
        literal(""),
        Delegate.created_at,
    )
    .join(Delegate, is_speaker_of(bindparam("coalition"), Project.id, NOW))
    .where(Delegate.person_id == ME)
)


def _evidence(spaces: tuple[int, ...]) -> list[Any]:
    mine, seen = Evidence.proposal_id == PROPOSAL, _thread_in(spaces)
    return [
        select(
            literal("thread").label("what"),
            Thread.id.label("id"),
            Thread.public_id,
            Thread.title,
            cast(Thread.kind, String),
            Thread.language,
            Evidence.created_at,
        )
        .join(Evidence, Evidence.thread_id == Thread.id)
        .where(mine, seen),
        select(
            literal("post"),
            Post.id,
            Post.public_id,
            Thread.title,
            cast(Post.kind, String),
            Thread.language,
            Evidence.created_at,
        )
        .join(Evidence, Evidence.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(mine, seen, Post.removed_at.is_(None)),
        select(
            literal("session"),
            ExchangeSession.id,
            ExchangeSession.public_id,
            ExchangeSession.title,
            literal("session"),
            ExchangeSession.language,
            Evidence.created_at,
        )
        .join(Evidence, Evidence.session_id == ExchangeSession.id)
        .where(mine),
    ]


def _named(row: Any) -> Named:
    name = f"{row.number} · {row.title}" if row.number else row.title
    return Named(row.public_id, name, row.language)
