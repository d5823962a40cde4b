"""A proposal's way as its coalition reads it: steps with their reasons, who writes it, merges."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from forum.accounts.models import Person
from forum.coalition.lifecycle import TALKED_ABOUT, MoveKind
from forum.coalition.models import (
    CoalitionMembership,
    CoAuthor,
    MergeSuggestion,
    Proposal,
    ProposalMove,
)
from forum.coalition.queries.beside import PROPOSAL
from forum.coalition.queries.members import Speaker
from forum.coalition.queries.proposals import visible_in, visible_to
from forum.coalition.rows import ProposalRow
from forum.db import ME, db, made_once, rows_of
from forum.directory.models import Project, ProjectMember
from forum.spaces import Viewer

_IN_A_MERGE = tuple(sorted(TALKED_ABOUT))


@dataclass(frozen=True)
class Other:
    """Another proposal that the viewer may see."""

    public_id: str
    title: str
    language: str


@dataclass(frozen=True, kw_only=True)
class MoveRow:
    """A step, by whom and why. `other` is the other proposal of a merge, if it is seen."""

    what: MoveKind
    at: datetime
    version: int
    person_name: str
    reason: str
    language: str
    other: Other | None


@dataclass(frozen=True, kw_only=True)
class CoAuthorRow:
    """Who writes it with its author, and of which project."""

    public_id: str
    name: str
    project_name: str
    at: datetime  # invited; or, of who does not write it any more, since then


@dataclass(frozen=True, kw_only=True)
class MergeRow:
    """A merge that waits: `source` goes into `target`; which sides agreed so far."""

    source: Other
    target: Other
    inner_target_id: int
    accepted: bool
    target_accepted: bool


@dataclass(frozen=True, kw_only=True)
class Way:
    """For the coalition alone."""

    moves: tuple[MoveRow, ...] = ()  # the oldest first
    coauthors: tuple[CoAuthorRow, ...] = ()
    left: tuple[CoAuthorRow, ...] = ()  # said no, or write it no more
    merges: tuple[MergeRow, ...] = ()  # that wait, out of it or into it

    @property
    def returned(self) -> MoveRow | None:
        """The reasons with which it came back, while they are the last word on its form."""
        last = [one for one in self.moves if one.what in (MoveKind.SHARED, MoveKind.RETURNED)]
        return last[-1] if last and last[-1].what is MoveKind.RETURNED else None

    @property
    def merged_into(self) -> Other | None:
        """The proposal that it went into."""
        return next((one.other for one in self.moves if one.what is MoveKind.MERGED), None)


def way_of(proposal: ProposalRow, viewer: Viewer) -> Way:
    """Its way, in one statement; nothing for who is not in its coalition."""
    if not viewer.sees(proposal.coalition_space_id):
        return Way()
    merging = proposal.status in TALKED_ABOUT
    query = _way(viewer.space_ids, signed_in=viewer.signed_in, merging=merging)
    found = rows_of(query, {"me": viewer.me, "proposal": proposal.id})
    rows = sorted(found, key=lambda row: (row.at, row.id))
    own = Other(proposal.public_id, proposal.title, proposal.language)
    writing, left = (
        [_coauthor(row) for row in rows if row.kind == kind] for kind in ("coauthor", "left")
    )
    write = {one.public_id for one in writing}
    return Way(
        moves=tuple(_move(row) for row in rows if row.kind == "move"),
        coauthors=tuple(writing),
        left=tuple({one.public_id: one for one in left if one.public_id not in write}.values()),
        merges=tuple(_merge(row, own) for row in rows if row.kind in ("out", "in")),
    )


def merge_of(proposal: ProposalRow) -> MergeRow | None:
    """The merge out of it that waits, None without one. For its coalition: the caller has asked."""
    if proposal.status not in TALKED_ABOUT:
        return None
    found = rows_of(_OUT, {"proposal": proposal.id})
    own = Other(proposal.public_id, proposal.title, proposal.language)
    return _merge(found[0], own) if found else None


def targets_for(proposal: ProposalRow, viewer: Viewer) -> list[Other]:
    """The proposals it could be merged into, the newest first."""
    rows = db.session.execute(
        select(Proposal.public_id, Proposal.title, Proposal.language)
        .where(
            Proposal.coalition_id == proposal.coalition_id,
            Proposal.id != proposal.id,
            Proposal.status.in_(_IN_A_MERGE),
            visible_to(viewer),
        )
        .order_by(Proposal.id.desc())
    )
    return [Other(*row) for row in rows]


def could_write(proposal: ProposalRow) -> list[tuple[Speaker, str]]:
    """People of the coalition's projects who do not write it, with a project each, by name."""
    writing = select(CoAuthor.person_id).where(
        CoAuthor.proposal_id == proposal.id, CoAuthor.until.is_(None)
    )
    rows = db.session.execute(
        select(Person.id, Person.public_id, Person.name, Project.name)
        .join(ProjectMember, ProjectMember.person_id == Person.id)
        .join(Project, Project.id == ProjectMember.project_id)
        .join(CoalitionMembership, CoalitionMembership.project_id == Project.id)
        .where(
            CoalitionMembership.coalition_id == proposal.coalition_id,
            CoalitionMembership.left_at.is_(None),
            ProjectMember.until.is_(None),
            Person.suspended_at.is_(None),
            Person.id != proposal.author_id,
            Person.id.not_in(writing),
        )
        .order_by(Person.name, Person.id, Project.name)
    )
    found: dict[int, tuple[Speaker, str]] = {}
    for person_id, public_id, name, project_name in rows:
        found.setdefault(person_id, (Speaker(person_id, public_id, name), project_name))
    return list(found.values())


@made_once
def _way(
    spaces: tuple[int, ...], *, signed_in: bool, merging: bool
) -> CompoundSelect[*tuple[Any, ...]]:
    """`merging`: it is talked about, so merges with others that are may still come about."""
    seen = visible_in(spaces, ME if signed_in else None)
    moves = _MOVES.outerjoin(Proposal, and_(Proposal.id == ProposalMove.other_id, seen))
    return union_all(moves, _COAUTHORS, *((_OUT, _IN) if merging else ()))


_MOVES = (
    select(
        literal("move").label("kind"),
        ProposalMove.id.label("id"),
        ProposalMove.created_at.label("at"),
        cast(ProposalMove.what, String).label("what"),
        ProposalMove.version.label("number"),
        ProposalMove.reason.label("reason"),
        ProposalMove.language.label("language"),
        Person.name.label("name"),
        Person.public_id.label("key"),
        Proposal.public_id.label("other"),
        Proposal.title.label("other_title"),
        Proposal.language.label("other_language"),
    )
    .select_from(ProposalMove)
    .join(Person, Person.id == ProposalMove.person_id)
    .where(ProposalMove.proposal_id == PROPOSAL)
)
_COAUTHORS = (
    select(
        case((CoAuthor.until.is_(None), "coauthor"), else_="left"),
        CoAuthor.id,
        func.coalesce(CoAuthor.until, CoAuthor.created_at),
        Project.name,
        literal(0),
        literal(""),
        literal(""),
        Person.name,
        Person.public_id,
        literal(""),
        literal(""),
        literal(""),
    )
    .join(Person, Person.id == CoAuthor.person_id)
    .join(Project, Project.id == CoAuthor.project_id)
    .where(CoAuthor.proposal_id == PROPOSAL)
)


def _merges(kind: str, mine: Any, theirs: Any) -> Select[*tuple[Any, ...]]:
    """Of a proposal that is talked about, with another that is."""
    return (
        select(
            literal(kind).label("kind"),
            MergeSuggestion.id.label("id"),
            MergeSuggestion.created_at.label("at"),
            literal("").label("what"),
            MergeSuggestion.target_id.label("number"),
            case((MergeSuggestion.accepted_at.is_(None), ""), else_="yes").label("reason"),
            case((MergeSuggestion.target_accepted_at.is_(None), ""), else_="yes").label("language"),
            literal("").label("name"),
            literal("").label("key"),
            Proposal.public_id.label("other"),
            Proposal.title.label("other_title"),
            Proposal.language.label("other_language"),
        )
        .join(Proposal, Proposal.id == theirs)
        .where(
            mine == PROPOSAL,
            MergeSuggestion.settled_at.is_(None),
            Proposal.status.in_(_IN_A_MERGE),
        )
    )


_OUT = _merges("out", MergeSuggestion.proposal_id, MergeSuggestion.target_id)
_IN = _merges("in", MergeSuggestion.target_id, MergeSuggestion.proposal_id)


def _coauthor(row: Any) -> CoAuthorRow:
    return CoAuthorRow(public_id=row.key, name=row.name, project_name=row.what, at=row.at)


def _move(row: Any) -> MoveRow:
    other = Other(row.other, row.other_title, row.other_language) if row.other else None
    return MoveRow(
        what=MoveKind(row.what),
        at=row.at,
        version=row.number,
        person_name=row.name,
        reason=row.reason,
        language=row.language,
        other=other,
    )


def _merge(row: Any, own: Other) -> MergeRow:
    other, out = Other(row.other, row.other_title, row.other_language), row.kind == "out"
    return MergeRow(
        source=own if out else other,
        target=other if out else own,
        inner_target_id=row.number,
        accepted=bool(row.reason),
        target_accepted=bool(row.language),
    )
