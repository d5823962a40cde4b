"""What was said for and against a proposal in its own thread, and asked about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.directory.models import Project
from forum.discussions.kinds import Argument
from forum.discussions.models import Post
from forum.lib import markup
from forum.lib.text import excerpt

_SHOWN = 300  # characters of each
_MOST = 100  # arguments on the page; the thread holds them all


@dataclass(frozen=True)
class ArgumentRow:
    """A post of the thread that says how it stands to the proposal."""

    public_id: str
    argument: Argument
    author_name: str
    project_name: str | None
    at: datetime
    language: str
    beginning: str


def arguments_in(
    proposal: ProposalRow, only: Argument | None = None
) -> tuple[dict[Argument, int], list[ArgumentRow]]:
    """How many of each there are, and those of one kind, or all: in the thread's order.

    For the coalition: the caller has asked who reads.
    """
    here = (
        Post.thread_id == proposal.thread_id,
        Post.argument.is_not(None),
        Post.removed_at.is_(None),
    )
    counted = db.session.execute(
        select(Post.argument, func.count(Post.id)).where(*here).group_by(Post.argument)
    )
    counts = dict.fromkeys(Argument, 0) | {Argument(what): count for what, count in counted if what}
    rows = db.session.execute(
        select(
            Post.public_id,
            Post.argument,
            Person.name,
            Project.name,
            Post.created_at,
            Post.language,
            Post.body,
        )
        .join(Person, Person.id == Post.author_id)
        .outerjoin(Project, Project.id == Post.project_id)
        .where(*here, *([Post.argument == only] if only else []))
        .order_by(Post.path)
        .limit(_MOST)
    )
    return counts, [
        ArgumentRow(public_id, Argument(what), author, project, at, language, _beginning(body))
        for public_id, what, author, project, at, language, body in rows
        if what
    ]


def _beginning(body: str) -> str:
    return excerpt(markup.plain(body), _SHOWN)
