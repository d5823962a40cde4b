"""What a proposal's page tells beside its text: changes proposed to it, arguments, its other turn.

Parts of the one statement that reads what stands around it (see `around`), in its columns.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, case, cast, func, literal, or_, select

from forum.accounts.models import Person
from forum.coalition.lifecycle import AmendmentState, ProposalStatus, TextPart
from forum.coalition.models import Amendment, Proposal
from forum.coalition.queries.proposals import visible_to
from forum.coalition.rows import ProposalRow
from forum.discussions.kinds import Argument
from forum.discussions.models import Post
from forum.spaces import Viewer

_WITHDRAWN = ProposalStatus.WITHDRAWN


@dataclass(frozen=True)
class AmendmentLine:
    """A proposed change in a list."""

    public_id: str
    author_name: str
    state: AmendmentState
    part: TextPart
    at: datetime


@dataclass(frozen=True)
class OtherTurn:
    """The earlier proposal that this one tables again, or the later one that tables it again."""

    public_id: str
    name: str
    language: str
    is_draft: bool  # the viewer's own: nobody else sees it


@dataclass(frozen=True, kw_only=True)
class Beside:
    """For the coalition alone, save `earlier` and `later`: those the viewer may see."""

    amendments: list[AmendmentLine] = field(default_factory=list)
    arguments: dict[Argument, int] = field(default_factory=dict)  # posts of its thread, counted
    earlier: OtherTurn | None = None
    later: OtherTurn | None = None

    @property
    def open_amendments(self) -> int:
        """How many wait to be decided."""
        return sum(one.state is AmendmentState.OPEN for one in self.amendments)

    @property
    def is_tabled_again(self) -> bool:
        """Whether a later one was shown to the coalition."""
        return self.later is not None and not self.later.is_draft


def asked(proposal: ProposalRow, viewer: Viewer) -> list[Any]:
    """The selects: what, id, key, title, kind, language, at."""
    if not viewer.sees(proposal.coalition_space_id):
        return [_turns(proposal, viewer)]
    return [_amendments(proposal.id), _arguments(proposal), _turns(proposal, viewer)]


def found(rows: Iterable[Any]) -> Beside:
    """What these rows of the whole statement say."""
    amendments: list[AmendmentLine] = []
    arguments: dict[Argument, int] = {}
    turns: dict[str, OtherTurn] = {}
    for row in rows:
        if row.what == "amendment":
            state, part = AmendmentState(row.kind), TextPart(row.language)
            amendments.append(AmendmentLine(row.key, row.title, state, part, row.at))
        elif row.what == "argument":
            arguments[Argument(row.kind)] = row.id
        elif row.what in ("earlier", "later"):
            turn = OtherTurn(row.key, row.title, row.language, row.kind == ProposalStatus.DRAFT)
            if row.what not in turns or not turn.is_draft:  # one that was shown before a draft
                turns[row.what] = turn
    return Beside(
        amendments=amendments,
        arguments={one: arguments[one] for one in Argument if one in arguments},
        earlier=turns.get("earlier"),
        later=turns.get("later"),
    )


def _amendments(proposal_id: int) -> Any:
    return (
        select(
            literal("amendment"),
            Amendment.id,
            Amendment.public_id,
            Person.name,
            cast(Amendment.state, String),
            cast(Amendment.part, String),
            Amendment.created_at,
        )
        .join(Person, Person.id == Amendment.author_id)
        .where(Amendment.proposal_id == proposal_id)
    )


def _arguments(proposal: ProposalRow) -> Any:
    return (
        select(
            literal("argument"),
            func.count(Post.id),
            literal(""),
            literal(""),
            cast(Post.argument, String),
            literal(""),
            func.min(Post.created_at),
        )
        .where(
            Post.thread_id == proposal.thread_id,
            Post.argument.is_not(None),
            Post.removed_at.is_(None),
        )
        .group_by(Post.argument)
    )


def _turns(proposal: ProposalRow, viewer: Viewer) -> Any:
    """The earlier one and the later, each with its number where it has one."""
    name = case(
        (Proposal.number.is_not(None), Proposal.number + " · " + Proposal.title),
        else_=Proposal.title,
    )
    earlier = Proposal.id == proposal.again_of_id
    return select(
        case((earlier, "earlier"), else_="later"),
        Proposal.id,
        Proposal.public_id,
        name,
        cast(Proposal.status, String),
        Proposal.language,
        Proposal.created_at,
    ).where(
        or_(earlier, and_(Proposal.again_of_id == proposal.id, Proposal.status != _WITHDRAWN)),
        visible_to(viewer),
    )
