"""What a proposal's page tells beside its text: changes proposed to it, arguments, its other turn.

Parts of the one statement that reads what stands around it (see `around`), in its columns.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from forum.accounts.models import Person
from forum.coalition.lifecycle import AmendmentState, ProposalStatus, TextPart
from forum.coalition.models import Amendment, Proposal
from forum.coalition.queries.proposals import visible_in
from forum.db import ME
from forum.discussions.kinds import Argument
from forum.discussions.models import Post

PROPOSAL: Any = bindparam("proposal")  # the inner id of the one whose page it is
THREAD: Any = bindparam("thread")
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

    amendments: tuple[AmendmentLine, ...] = ()
    arguments: tuple[tuple[Argument, int], ...] = ()  # posts of its thread, counted
    earlier: OtherTurn | None = None
    later: OtherTurn | None = None

    @property
    def is_tabled_again(self) -> bool:
        """Whether a later one was shown to the coalition."""
        return self.later is not None and not self.later.is_draft


def asked(spaces: tuple[int, ...], *, signed_in: bool, inside: bool) -> list[Any]:
    """The selects: what, id, key, title, kind, language, at. `inside` is the coalition."""
    turns = _TURNS.where(visible_in(spaces, ME if signed_in else None))
    return [_AMENDMENTS, _ARGUMENTS, turns] if inside else [turns]


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
        amendments=tuple(amendments),
        arguments=tuple((one, arguments[one]) for one in Argument if one in arguments),
        earlier=turns.get("earlier"),
        later=turns.get("later"),
    )


_AMENDMENTS = (
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
    .where(Amendment.proposal_id == PROPOSAL)
)
_ARGUMENTS = (
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
        Post.thread_id == THREAD,
        Post.argument.is_not(None),
        Post.removed_at.is_(None),
    )
    .group_by(Post.argument)
)
_EARLIER: ColumnElement[bool] = Proposal.id == bindparam("again_of")
_TURNS = select(  # the earlier one and the later, each with its number where it has one
    case((_EARLIER, "earlier"), else_="later"),
    Proposal.id,
    Proposal.public_id,
    case(
        (Proposal.number.is_not(None), Proposal.number + " · " + Proposal.title),
        else_=Proposal.title,
    ),
    cast(Proposal.status, String),
    Proposal.language,
    Proposal.created_at,
).where(or_(_EARLIER, and_(Proposal.again_of_id == PROPOSAL, Proposal.status != _WITHDRAWN)))
