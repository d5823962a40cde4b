"""What is found of each thing: its words, its facets, and the marks of who may find it.

The marks: `in.<space>` (whoever sees that space), `thread.<id>` (a guest of that thread),
`draft.<space>.<person>` (an author who sees the space), `all`, `people` (who sees people).
The query asks for the viewer's own marks; what it finds is checked again against the rows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select

from forum.accounts.models import Person
from forum.coalition.lifecycle import ASIDE, AUTHORS_ONLY, ResponseKind
from forum.coalition.models import CoAuthor, Proposal, ProposalVersion, Response
from forum.coalition.rows import Cited
from forum.db import db
from forum.directory.models import ExpertProfile, Project
from forum.discussions.models import Post, Thread, ThreadTopic, Topic
from forum.exchanges.models import ExchangeSession, Outcome
from forum.lib.text import one_line
from forum.search.models import LONGEST_HEADING, Source, place_of
from forum.search.words import tokens

_BLOCK = re.compile(r"</?(?:p|br|hr|li|ul|ol|h\d|tr|td|th|table|blockquote|pre)\b[^>]*>")
_TAG = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')


@dataclass(frozen=True, kw_only=True)
class Document:
    """One thing as it is found."""

    source: Source
    object_id: int
    at: datetime
    path: str
    kind: str
    language: str
    text: str
    marks: tuple[str, ...]
    title: str = ""
    state: str = ""
    thread_id: int | None = None
    space_id: int | None = None
    project_id: int | None = None
    country: str = ""
    more: tuple[tuple[str, str], ...] = ()  # text and language: found, not shown
    shown_title: str | None = None  # kept in the row in place of the title

    def as_row(self) -> dict[str, Any]:
        """The columns of its entry, but for PostgreSQL's own."""
        kept = self.title if self.shown_title is None else self.shown_title
        made = tokens(self.title, self.text, self.language, self.marks + self._facets(), self.more)
        return {
            "id": place_of(self.at, self.source, self.object_id),
            "source": self.source,
            "object_id": self.object_id,
            "at": self.at,
            "path": self.path,
            "kind": self.kind,
            "state": self.state,
            "thread_id": self.thread_id,
            "space_id": self.space_id,
            "project_id": self.project_id,
            "country": self.country,
            "language": self.language,
            "title": kept[:LONGEST_HEADING],
            "text": self.text,
            "tokens": made,
        }

    def _facets(self) -> tuple[str, ...]:
        facets = {
            "kind": self.kind,
            "state": self.state,
            "lang": self.language,
            "project": self.project_id,
            "country": self.country,
            "thread": self.thread_id,
        }
        return tuple(f"{name}.{value}".lower() for name, value in facets.items() if value)


def plain(html: str) -> str:
    """The words of sanitised HTML, in one line."""
    return one_line(unescape(_TAG.sub("", _BLOCK.sub(" ", html))))


def documents(source: Source, *which: ColumnElement[bool]) -> Iterator[Document]:
    """What is to be found of the things of that sort that fit the conditions."""
    return _READ[source](which)


def _posts(which: Iterable[ColumnElement[bool]]) -> Iterator[Document]:
    for row in db.session.execute(_POSTS.where(*which)):
        first = row.number == 1
        yield Document(
            source=Source.POST,
            object_id=row.id,
            at=row.created_at,
            path=f"/threads/{row.thread}" if first else f"/posts/{row.public_id}",
            kind=str(row.kind),
            state=str(row.status),
            thread_id=row.thread_id,
            space_id=row.space_id,
            project_id=row.project_id,
            country=row.country or "",
            language=row.language,
            title=row.title if first else "",
            shown_title="",  # a thread's title is read from the thread
            text=plain(row.html),
            marks=(
                f"in.{row.space_id}",
                *([f"stage.{row.stage_id}"] if row.stage_id else []),
                *(f"topic.{slug}" for slug in (row.topics or "").split(",") if slug),
            ),
        )


def _proposals(which: Iterable[ColumnElement[bool]]) -> Iterator[Document]:
    rows = db.session.execute(_PROPOSALS.where(*which)).all()
    answers = _answers([row.id for row in rows])
    for row in rows:
        given = answers.get(row.id, [])
        never_shown = row.status in ASIDE and row.shared_at is None and row.discussion_at is None
        written = [plain(html) for html in (row.problem_html, row.ask_html, row.evidence_html)]
        parts = (row.number or "", *written, row.document, row.section)
        said = " ".join(part for part in (*parts, row.time_frame, row.expected_cost) if part)
        yield Document(
            source=Source.PROPOSAL,
            object_id=row.id,
            at=row.created_at,
            path=f"/proposals/{row.public_id}",
            kind="proposal",
            state=str(row.status),
            space_id=row.space_id,
            language=row.language,
            title=row.title,
            text=" ".join((said, *(text for text, _language in given))),
            more=tuple(given),
            marks=_authors(row) if row.status in AUTHORS_ONLY or never_shown else _seen(row),
        )


def _projects(which: Iterable[ColumnElement[bool]]) -> Iterator[Document]:
    for project in db.session.scalars(select(Project).where(*which)):
        said = (*project.aliases, project.coordinator, project.summary)
        yield Document(
            source=Source.PROJECT,
            object_id=project.id,
            at=project.created_at,
            path=f"/projects/{project.slug}",
            kind="project",
            state=str(project.lifecycle or ""),
            project_id=project.id,
            country=project.country,
            language=project.language,
            title=project.name,
            text=one_line(" ".join(part for part in said if part)),
            marks=("all",),
        )


def _experts(which: Iterable[ColumnElement[bool]]) -> Iterator[Document]:
    query = select(ExpertProfile, Person.name).join(Person, Person.id == ExpertProfile.person_id)
    rows = db.session.execute(query.where(*which)).all()
    topics = {topic.slug: topic for topic in db.session.scalars(select(Topic))} if rows else {}
    for expert, name in rows:
        known = [topics[slug] for slug in expert.topics if slug in topics]
        about = {slug for topic in known for slug in (topic.slug, topic.group)}
        yield Document(
            source=Source.EXPERT,
            object_id=expert.id,
            at=expert.created_at,
            path=f"/experts/{expert.public_id}",
            kind="expert",
            language=expert.language,
            title=name,
            text=one_line(expert.about),
            more=tuple((label, lang) for one in known for lang, label in one.labels.items()),
            marks=(
                "people",
                *(f"topic.{slug}" for slug in about),
                *(f"country.{code}".lower() for code in expert.countries),
                *(f"lang.{code}".lower() for code in expert.languages),
            ),
        )


def _outcomes(which: Iterable[ColumnElement[bool]]) -> Iterator[Document]:
    query = select(Outcome, ExchangeSession).join(
        ExchangeSession, ExchangeSession.id == Outcome.session_id
    )
    for outcome, held in db.session.execute(query.where(*which)):
        yield Document(
            source=Source.OUTCOME,
            object_id=outcome.id,
            at=held.starts_at,
            path=f"/sessions/{held.public_id}",
            kind="outcome",
            language=outcome.language,
            title=held.title,
            text=plain(outcome.html),
            marks=("all", f"stage.{held.stage_id}"),
        )


def _answers(proposal_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """The official answers to each: words and language."""
    found: dict[int, list[tuple[str, str]]] = {}
    if proposal_ids:
        query = select(
            Response.proposal_id, Response.reasons_html, Response.documents, Response.language
        ).where(
            Response.proposal_id.in_(proposal_ids),
            Response.kind.in_((ResponseKind.ANSWER, ResponseKind.CORRECTION)),
        )
        for proposal_id, html, documents, language in db.session.execute(
            query.order_by(Response.id)
        ):
            said = "\n".join([plain(html), *(Cited(**one).words for one in documents)])
            found.setdefault(proposal_id, []).append((said, language))
    return found


def _seen(row: Any) -> tuple[str, ...]:
    return (f"in.{row.space_id}",)


def _authors(row: Any) -> tuple[str, ...]:
    wrote = set((row.writers or "").split(",")) - set((row.left or "").split(","))
    wrote |= {str(row.author_id), *(row.coauthors or "").split(",")} - {""}
    return tuple(f"draft.{row.space_id}.{person}" for person in sorted(wrote))


_TOPICS = (
    select(func.aggregate_strings(Topic.slug + "," + Topic.group, ","))
    .join(ThreadTopic, ThreadTopic.topic_id == Topic.id)
    .where(ThreadTopic.thread_id == Thread.id)
    .correlate(Thread)
    .scalar_subquery()
)
_POSTS: Any = (
    select(
        Post.id,
        Post.number,
        Post.public_id,
        Post.created_at,
        Post.kind,
        Post.thread_id,
        Post.project_id,
        Post.language,
        Post.html,
        Project.country,
        Thread.public_id.label("thread"),
        Thread.title,
        Thread.space_id,
        Thread.stage_id,
        Thread.status,
        _TOPICS.label("topics"),
    )
    .join(Thread, Thread.id == Post.thread_id)
    .outerjoin(Project, Project.id == Post.project_id)
    .where(Post.removed_at.is_(None), Thread.removed_at.is_(None))
)
_WRITERS = (
    select(func.aggregate_strings(cast(ProposalVersion.author_id, String), ","))
    .where(ProposalVersion.proposal_id == Proposal.id)
    .correlate(Proposal)
    .scalar_subquery()
)


def _coauthors(*which: ColumnElement[bool]) -> Any:
    people = func.aggregate_strings(cast(CoAuthor.person_id, String), ",")
    mine = CoAuthor.proposal_id == Proposal.id
    return select(people).where(mine, *which).correlate(Proposal).scalar_subquery()


_PROPOSALS: Any = select(
    Proposal.id,
    Proposal.public_id,
    Proposal.number,
    Proposal.created_at,
    Proposal.author_id,
    Proposal.space_id,
    Proposal.status,
    Proposal.shared_at,
    Proposal.discussion_at,
    Proposal.language,
    Proposal.title,
    ProposalVersion.problem_html,
    ProposalVersion.ask_html,
    ProposalVersion.evidence_html,
    ProposalVersion.document,
    ProposalVersion.section,
    ProposalVersion.time_frame,
    ProposalVersion.expected_cost,
    _WRITERS.label("writers"),
    _coauthors(CoAuthor.until.is_(None)).label("coauthors"),
    _coauthors(CoAuthor.until.is_not(None)).label("left"),
).join(
    ProposalVersion,
    (ProposalVersion.proposal_id == Proposal.id) & (ProposalVersion.number == Proposal.version),
)

_READ = {
    Source.POST: _posts,
    Source.PROPOSAL: _proposals,
    Source.PROJECT: _projects,
    Source.EXPERT: _experts,
    Source.OUTCOME: _outcomes,
}
