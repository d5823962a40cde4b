"""What a text or a file to pass on holds, as far as the viewer reads it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.db import db
from forum.directory.models import Project
from forum.discussions import tree
from forum.discussions.kinds import Consent, PostKind, Verdict
from forum.discussions.models import Case, Post, SolutionFor, SpokenFor, Summary, Thread, Trial
from forum.discussions.queries import Filter, whole_threads
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.models import Outcome
from forum.spaces import Viewer
from forum.spaces.queries import seen_by

POSTS_AT_ONCE = 200  # fetched, rendered and sent before the next: memory is bounded by it
MOST_SOLUTIONS = 20  # listed on top of one challenge, on average; all stand in their threads


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Words taken out of a thread for a chat, with whose they are."""

    body: str  # Markdown
    author_side: str
    author_name: str
    project_name: str | None
    project_country: str | None
    for_somebody: bool  # who is not their author
    did: str | None  # of a case: what was done, in Markdown
    worked: int  # other projects that tried it, by what they say
    partly: int
    did_not: int


@dataclass(frozen=True, kw_only=True)
class PackedPost:
    """A post in a file; a removed one comes without its words and without names."""

    id: int
    thread_id: int
    number: int
    path: str
    kind: PostKind
    html: str
    language: str
    created_at: datetime
    author_name: str
    author_side: str
    project_name: str | None
    project_country: str | None
    on_behalf_of: str
    file_count: int
    removed: bool
    is_summary: bool  # the one current summary of its thread
    offered: bool
    marked_at: datetime | None  # as what solved its thread's challenge
    spoken_name: str | None  # whose words these are, when somebody else wrote them down
    consent: Consent | None
    spoken_project: str | None
    spoken_country: str | None
    speaker_name: str | None  # the person who is known to have said them

    @property
    def depth(self) -> int:
        """How deep in the tree, from 0."""
        return tree.depth_of(self.path)

    @property
    def answers(self) -> int | None:
        """The number of the post that it hangs from, None at the top of the thread."""
        numbers = tree.numbers_of(self.path)
        return numbers[-2] if len(numbers) > 1 else None


@dataclass(frozen=True, kw_only=True)
class PackedSolution:
    """A solution of a challenge: who offered it, and where it stands."""

    challenge_id: int
    thread_public_id: str
    post_public_id: str
    number: int
    title: str
    language: str
    author_name: str
    author_side: str
    project_name: str | None
    project_country: str | None
    marked: bool


@dataclass(frozen=True)
class Plan:
    """The threads of a file, newest first; whether older ones did not fit."""

    threads: list[ThreadRow]
    more: bool

    @property
    def posts(self) -> int:
        """How many posts they have together."""
        return sum(thread.post_count for thread in self.threads)

    def groups(self) -> Iterator[list[ThreadRow]]:
        """The threads in order, as many together as make one fetching of posts."""
        group: list[ThreadRow] = []
        for thread in self.threads:
            if group and sum(t.post_count for t in group) + thread.post_count > POSTS_AT_ONCE:
                yield group
                group = []
            group.append(thread)
        if group:
            yield group


def opening_of(viewer: Viewer, thread: ThreadRow) -> Spoken:
    """What the thread begins with. Raises NotFound for a thread that was removed."""
    return _one_spoken(viewer, (Post.thread_id == thread.id) & (Post.number == 1))


def words_at(viewer: Viewer, post: PlacedPost) -> Spoken:
    """What the post says. Raises NotFound for one that was removed."""
    return _one_spoken(viewer, Post.id == post.id)


def solver_of(viewer: Viewer, thread: ThreadRow) -> Spoken | None:
    """The first solution that solved the challenge, as far as the viewer reads it."""
    query = (
        _SPOKEN.join(SolutionFor, SolutionFor.solution_post_id == Post.id)
        .where(
            SolutionFor.challenge_thread_id == thread.id,
            SolutionFor.marked_at.is_not(None),
            seen_by(viewer, Thread.space_id),
        )
        .order_by(SolutionFor.marked_at, SolutionFor.id)
        .limit(1)
    )
    found = db.session.execute(query).mappings().one_or_none()
    return Spoken(**found) if found else None


def outcomes_said(session_id: int) -> list[str]:
    """The Markdown of what the session came to, in order."""
    query = select(Outcome.text).where(Outcome.session_id == session_id).order_by(Outcome.number)
    return list(db.session.scalars(query))


def planned(viewer: Viewer, where: Filter, most: int) -> Plan:
    """The newest threads of the filter whose posts are together at most `most`; always one."""
    page = whole_threads(viewer, where, limit=most)
    taken: list[ThreadRow] = []
    posts = 0
    for thread in page.rows:
        posts += thread.post_count
        if taken and posts > most:
            return Plan(taken, True)
        taken.append(thread)
    return Plan(taken, page.after is not None)


def posts_of(viewer: Viewer, ids: Sequence[int], most: int) -> Iterator[list[PackedPost]]:
    """The posts of these threads, thread by thread, its summary first, then as the tree goes.

    At most `most` of them, in pages of `POSTS_AT_ONCE`; each asks anew what the viewer reads.
    """
    last: PackedPost | None = None
    while most > 0:
        size = min(POSTS_AT_ONCE, most)
        query = _PACKED.where(
            Post.thread_id.in_(ids),
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
        ).limit(size)
        if last is not None:
            here = (last.thread_id, int(not last.is_summary), last.path)
            query = query.where(tuple_(*_ORDER) > tuple_(*map(literal, here)))
        page = [PackedPost(**row) for row in db.session.execute(query).mappings()]
        if page:
            yield page
            last = page[-1]
        if len(page) < size:
            return
        most -= size


def solutions_for(viewer: Viewer, ids: Iterable[int]) -> dict[int, list[PackedSolution]]:
    """The solutions of these challenges that the viewer reads; what solved one first."""
    wanted = tuple(ids)
    found: dict[int, list[PackedSolution]] = defaultdict(list)
    if not wanted:
        return found
    marked = SolutionFor.marked_at.is_not(None)
    query = (
        select(
            SolutionFor.challenge_thread_id.label("challenge_id"),
            Thread.public_id.label("thread_public_id"),
            Post.public_id.label("post_public_id"),
            Post.number,
            Thread.title,
            Thread.language,
            *_AUTHOR,
            marked.label("marked"),
        )
        .join(Post, Post.id == SolutionFor.solution_post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Person, Person.id == Post.author_id)
        .outerjoin(Project, Project.id == Post.project_id)
        .where(
            SolutionFor.challenge_thread_id.in_(wanted),
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
        )
        .order_by(marked.desc(), SolutionFor.id)
        .limit(MOST_SOLUTIONS * len(wanted))
    )
    for row in db.session.execute(query).mappings():
        found[row["challenge_id"]].append(PackedSolution(**row))
    return found


def numbers_in(threads: Iterable[int], posts: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Where these posts stand, as far as in these threads: the thread's public id, the number."""
    query = (
        select(Post.public_id, Thread.public_id, Post.number)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.public_id.in_(sorted(posts)), Thread.id.in_(sorted(threads)))
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def _one_spoken(viewer: Viewer, which: ColumnElement[bool]) -> Spoken:
    query = _SPOKEN.where(which, seen_by(viewer, Thread.space_id))
    found = db.session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound
    return Spoken(**found)


def _trials(verdict: Verdict) -> Any:
    """How many projects say that of `Post`."""
    return (
        select(func.count())
        .where(Trial.solution_post_id == Post.id, Trial.verdict == verdict)
        .correlate(Post)
        .scalar_subquery()
        .label(verdict.value)
    )


_AUTHOR = (
    Person.name.label("author_name"),
    Person.side.label("author_side"),
    Project.name.label("project_name"),
    Project.country.label("project_country"),
)
_Speaker, _Writer, _SpeakersProject = aliased(Person), aliased(Person), aliased(Project)
_SPOKEN = (
    select(
        Post.body,
        Person.name.label("author_name"),
        Person.side.label("author_side"),
        func.coalesce(_SpeakersProject.name, Project.name).label("project_name"),
        func.coalesce(_SpeakersProject.country, Project.country).label("project_country"),
        or_(SpokenFor.id.is_not(None), Post.on_behalf_of != "").label("for_somebody"),
        Case.did,
        *(_trials(verdict) for verdict in (Verdict.WORKED, Verdict.PARTLY, Verdict.DID_NOT)),
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Project, Project.id == Post.project_id)
    .outerjoin(Case, Case.post_id == Post.id)
    .outerjoin(SpokenFor, SpokenFor.post_id == Post.id)
    .outerjoin(_SpeakersProject, _SpeakersProject.id == SpokenFor.project_id)
    .where(Post.removed_at.is_(None), Thread.removed_at.is_(None))
)
_IS_SUMMARY = Summary.id.is_not(None) & Post.removed_at.is_(None)
_ORDER: tuple[Any, ...] = (Post.thread_id, case((_IS_SUMMARY, 0), else_=1), Post.path)


def _unless_removed(column: Any, name: str) -> Any:
    return case((Post.removed_at.is_(None), column), else_="").label(name)


_PACKED = (
    select(
        Post.id,
        Post.thread_id,
        Post.number,
        Post.path,
        Post.kind,
        _unless_removed(Post.html, "html"),
        Post.language,
        Post.created_at,
        _unless_removed(func.coalesce(_Writer.name, Person.name), "author_name"),
        Person.side.label("author_side"),
        Project.name.label("project_name"),
        Project.country.label("project_country"),
        _unless_removed(Post.on_behalf_of, "on_behalf_of"),
        case((Post.removed_at.is_(None), Post.file_count), else_=0).label("file_count"),
        Post.removed_at.is_not(None).label("removed"),
        _IS_SUMMARY.label("is_summary"),
        SolutionFor.id.is_not(None).label("offered"),
        SolutionFor.marked_at,
        SpokenFor.name.label("spoken_name"),
        SpokenFor.consent,
        _SpeakersProject.name.label("spoken_project"),
        _SpeakersProject.country.label("spoken_country"),
        _Speaker.name.label("speaker_name"),
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Project, Project.id == Post.project_id)
    .outerjoin(Summary, Summary.post_id == Post.id)
    .outerjoin(
        SolutionFor,
        (SolutionFor.solution_post_id == Post.id)
        & (SolutionFor.challenge_thread_id == Post.thread_id),
    )
    .outerjoin(SpokenFor, SpokenFor.post_id == Post.id)
    .outerjoin(_SpeakersProject, _SpeakersProject.id == SpokenFor.project_id)
    .outerjoin(
        _Speaker, (_Speaker.id == SpokenFor.claimant_id) & SpokenFor.confirmed_at.is_not(None)
    )
    .outerjoin(_Writer, _Writer.id == SpokenFor.writer_id)
    .order_by(*_ORDER)
)
