"""Proposals as a viewer sees them: a draft its authors, then the coalition, then everybody meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select, union_all
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition.lifecycle import ASIDE, AUTHORS_ONLY
from forum.coalition.models import (
    Coalition,
    CoalitionMembership,
    CoSponsor,
    Delegate,
    Evidence,
    Proposal,
    ProposalVersion,
)
from forum.coalition.rows import MemberName, ProposalRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.directory.models import Project
from forum.discussions.models import Post, Thread
from forum.discussions.rows import ThreadRow
from forum.exchanges.models import ExchangeSession
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by

MOST_EVIDENCE = 20  # links of one proposal


@dataclass(frozen=True, kw_only=True)
class TextRow:
    """The whole text of a proposal at one time, with its fields rendered."""

    id: int
    number: int
    author_name: str  # for the coalition alone
    created_at: datetime
    title: str
    problem: str
    ask: str
    evidence: str
    document: str
    section: str
    time_frame: str
    expected_cost: str
    problem_html: str
    ask_html: str
    evidence_html: str
    note: str


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

    cosponsors: list[CoSponsorRow]
    evidence: list[EvidenceRow]
    mine: list[MemberName]  # the member projects for which the viewer speaks

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

    coalition_slug: str
    coalition_space_id: int
    discussed: Named | None  # the one that is discussed there
    resting: list[Named]  # those that rest on it


def proposal_or_404(public_id: str, viewer: Viewer) -> ProposalRow:
    """The proposal, if the viewer sees it. Raises NotFound, whether or not it exists."""
    return _row(_one(_rows().where(Proposal.public_id == public_id, visible_to(viewer))))


def proposal_now(proposal_id: int, viewer: Viewer) -> ProposalRow:
    """The proposal as it is now, for an action that holds it. Raises NotFound."""
    return _row(_one(_rows().where(Proposal.id == proposal_id, visible_to(viewer))))


def proposals_where(viewer: Viewer, *conditions: ColumnElement[bool]) -> list[ProposalRow]:
    """The proposals that the viewer sees and that fulfil the conditions, the oldest first."""
    rows = db.session.execute(_rows().where(visible_to(viewer), *conditions).order_by(Proposal.id))
    return [_row(row) for row in rows]


def proposal_with_text(public_id: str, viewer: Viewer) -> tuple[ProposalRow, TextRow]:
    """The proposal and its newest text, in one statement. Raises NotFound."""
    writer = aliased(Person)
    newest = and_(
        ProposalVersion.proposal_id == Proposal.id, ProposalVersion.number == Proposal.version
    )
    found = _one(
        _rows()
        .join(ProposalVersion, newest)
        .join(writer, writer.id == ProposalVersion.author_id)
        .add_columns(*_TEXT, writer.name.label("text_author"))
        .where(Proposal.public_id == public_id, visible_to(viewer))
    )
    return _row(found), _text_row(found)


def public_id_of_number(number: str, viewer: Viewer) -> str:
    """The public id of the proposal with that number, if the viewer sees it. Raises NotFound."""
    found = db.session.scalars(
        select(Proposal.public_id).where(Proposal.number == number, visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a proposal is visible: a draft to its authors, else by its space.

    A draft set aside before it was ever shown stays with its authors too.
    """
    seen = seen_by(viewer, Proposal.space_id)
    never_shown = and_(Proposal.status.in_(ASIDE), Proposal.discussion_at.is_(None))
    shown = and_(Proposal.status.not_in(AUTHORS_ONLY), ~never_shown)
    if viewer.person_id is None:
        return and_(seen, shown)
    written = aliased(ProposalVersion)
    wrote = select(written.id).where(
        written.proposal_id == Proposal.id, written.author_id == viewer.person_id
    )
    authored = or_(Proposal.author_id == viewer.person_id, wrote.correlate(Proposal).exists())
    return and_(seen, or_(shown, authored))


def around(proposal: ProposalRow, viewer: Viewer) -> Around:
    """Co-sponsors, evidence the viewer sees, the member projects they speak for: one statement."""
    asked = union_all(
        _cosponsors(proposal.id),
        *_evidence(proposal.id, viewer),
        _spoken_for(viewer, proposal.coalition_id),
    )
    rows = sorted(db.session.execute(asked).all(), key=lambda row: row.at)
    return Around(
        cosponsors=[
            CoSponsorRow(row.id, row.key, row.title, row.kind, row.at)
            for row in rows
            if row.what == "cosponsor"
        ],
        evidence=[
            EvidenceRow(row.what, row.key, row.title, row.kind, row.language)
            for row in rows
            if row.what in ("thread", "post", "session")
        ],
        mine=[MemberName(row.id, row.key, row.title) for row in rows if row.what == "speaks"],
    )


def versions_of(proposal: ProposalRow) -> list[TextRow]:
    """Every version of its text, the newest first. For the coalition: the caller has asked."""
    rows = db.session.execute(
        select(*_TEXT, Person.name.label("text_author"))
        .join(Person, Person.id == ProposalVersion.author_id)
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(ProposalVersion.number.desc())
    )
    return [_text_row(row) for row in rows]


def about_thread(viewer: Viewer, thread: ThreadRow) -> AboutThread | None:
    """The proposal discussed in the thread and those that rest on it; None without a coalition."""
    rests = select(Evidence.proposal_id).where(Evidence.thread_id == thread.id)
    concerned = and_(
        Proposal.coalition_id == Coalition.id,
        or_(Proposal.thread_id == thread.id, Proposal.id.in_(rests)),
        visible_to(viewer),
    )
    rows = db.session.execute(
        select(*_NAME, Proposal.thread_id, Coalition.slug, Coalition.space_id)
        .select_from(Coalition)
        .outerjoin(Proposal, concerned)
        .where(or_(Coalition.region_id == thread.region_id, Coalition.space_id == thread.space_id))
        .order_by(Proposal.id)
        .limit(MOST_EVIDENCE)
    ).all()
    if not rows:
        return None
    found = [row for row in rows if row.public_id is not None]
    return AboutThread(
        coalition_slug=rows[0].slug,
        coalition_space_id=rows[0].space_id,
        discussed=next((_named(row) for row in found if row.thread_id == thread.id), None),
        resting=[_named(row) for row in found if row.thread_id != thread.id],
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
                Thread.public_id.in_(ids("thread")), _thread_seen(viewer)
            ),
            select(literal("post"), Post.public_id, Post.id)
            .join(Thread, Thread.id == Post.thread_id)
            .where(
                Post.public_id.in_(ids("post")), Post.removed_at.is_(None), _thread_seen(viewer)
            ),
            select(literal("session"), ExchangeSession.public_id, ExchangeSession.id).where(
                ExchangeSession.public_id.in_(ids("session"))
            ),
        )
    )
    return {(what, key): inner for what, key, inner in rows}


def evidence_seen(viewer: Viewer, proposal_id: int) -> set[tuple[str, int]]:
    """What the proposal rests on now, as far as the viewer sees it: kinds and inner ids."""
    rows = db.session.execute(union_all(*_evidence(proposal_id, viewer)))
    return {(row[0], row[1]) for row in rows}


def last_number(prefix: str, year: int) -> int:
    """The highest number given to a proposal in that year, 0 when none was."""
    stem = f"{prefix}-{year}-"
    given = db.session.scalars(
        select(Proposal.number).where(Proposal.number.startswith(stem, autoescape=True))
    )
    return max((int(number.removeprefix(stem)) for number in given if number), default=0)


def _thread_seen(viewer: Viewer) -> ColumnElement[bool]:
    return and_(seen_by(viewer, Thread.space_id), Thread.removed_at.is_(None))


def _cosponsors(proposal_id: int) -> Any:
    return (
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
        .where(CoSponsor.proposal_id == proposal_id)
    )


def _evidence(proposal_id: int, viewer: Viewer) -> list[Any]:
    mine = Evidence.proposal_id == proposal_id
    return [
        select(
            literal("thread"),
            Thread.id,
            Thread.public_id,
            Thread.title,
            cast(Thread.kind, String),
            Thread.language,
            Evidence.created_at,
        )
        .join(Evidence, Evidence.thread_id == Thread.id)
        .where(mine, _thread_seen(viewer)),
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
        .where(mine, _thread_seen(viewer), Post.removed_at.is_(None)),
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


def _spoken_for(viewer: Viewer, coalition_id: int) -> Any:
    member = and_(
        CoalitionMembership.project_id == Project.id,
        CoalitionMembership.coalition_id == Delegate.coalition_id,
        CoalitionMembership.left_at.is_(None),
    )
    return (
        select(
            literal("speaks"),
            Project.id,
            Project.slug,
            Project.name,
            Project.country,
            literal(""),
            Delegate.created_at,
        )
        .join(Delegate, Delegate.project_id == Project.id)
        .join(CoalitionMembership, member)
        .where(
            Delegate.coalition_id == coalition_id,
            Delegate.person_id == viewer.person_id,
            Delegate.until.is_(None),
        )
    )


def _rows() -> Any:
    return (
        select(Proposal, Coalition, Project, Space.kind, Person.name, Thread.public_id)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Project, Project.id == Proposal.project_id)
        .join(Space, Space.id == Proposal.space_id)
        .join(Person, Person.id == Proposal.author_id)
        .outerjoin(Thread, Thread.id == Proposal.thread_id)
    )


def _one(query: Any) -> Any:
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound
    return found


def _row(found: Any) -> ProposalRow:
    proposal, coalition, project, space_kind, author_name, thread = found[:6]
    return ProposalRow(
        id=proposal.id,
        public_id=proposal.public_id,
        number=proposal.number,
        status=proposal.status,
        coalition_id=coalition.id,
        coalition_slug=coalition.slug,
        coalition_name=coalition.name,
        coalition_space_id=coalition.space_id,
        timezone=coalition.timezone,
        rules=Rules.of(coalition.rules),
        space_id=proposal.space_id,
        space_kind=space_kind,
        author_id=proposal.author_id,
        author_name=author_name,
        project_id=proposal.project_id,
        project_name=project.name,
        project_slug=project.slug,
        project_country=project.country,
        title=proposal.title,
        language=proposal.language,
        visibility_after=proposal.visibility_after,
        created_at=proposal.created_at,
        discussion_at=proposal.discussion_at,
        submitted_at=proposal.submitted_at,
        acknowledged_at=proposal.acknowledged_at,
        answered_at=proposal.answered_at,
        route=proposal.route,
        version=proposal.version,
        thread_id=proposal.thread_id,
        thread_public_id=thread,
        aside_at=proposal.aside_at,
        aside_reason=proposal.aside_reason,
    )


_NAME: tuple[Any, ...] = (
    Proposal.public_id,
    Proposal.number,
    Proposal.title,
    Proposal.language,
)


def _named(row: Any) -> Named:
    name = f"{row.number} · {row.title}" if row.number else row.title
    return Named(row.public_id, name, row.language)


_TEXT_FIELDS = tuple(one.name for one in fields(TextRow) if one.name != "author_name")
_TEXT: tuple[Any, ...] = tuple(
    getattr(ProposalVersion, name).label(f"text_{name}") for name in _TEXT_FIELDS
)


def _text_row(row: Any) -> TextRow:
    return TextRow(
        author_name=row.text_author,
        **{name: getattr(row, f"text_{name}") for name in _TEXT_FIELDS},
    )
