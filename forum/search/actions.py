"""Keeping the index as its rows are, and the glossary: the only writers of this room's tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, update

from forum import activity
from forum.activity.models import Event
from forum.coalition.models import Proposal
from forum.db import db
from forum.db.inserting import upsert
from forum.directory.models import ExpertProfile, Project
from forum.discussions.models import Post, SolutionFor, Thread
from forum.exchanges.models import Outcome
from forum.lib.permission import Refused, require
from forum.search import policy
from forum.search.documents import documents
from forum.search.models import (
    LONGEST_TERM,
    MOST_GROUPS,
    MOST_TERMS,
    GlossaryGroup,
    SearchEntry,
    Source,
)
from forum.search.words import vector
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _

BATCH = 500  # things of one transaction when everything is indexed anew

MODELS: dict[Source, Any] = {
    Source.POST: Post,
    Source.PROPOSAL: Proposal,
    Source.PROJECT: Project,
    Source.EXPERT: ExpertProfile,
    Source.OUTCOME: Outcome,
}
_SHOWN = [column.key for column in SearchEntry.__mapper__.column_attrs if column.key != "vector"]
_THREAD_IDS = ("thread", "challenge", "merged", "origin")  # what events call a thread's id
_NOT_FOUND_BY = frozenset({"challenge.faced", "challenge.unfaced", "thread.marked_read"})


@dataclass(frozen=True)
class Difference:
    """What stands otherwise in the index than its row says: entries to make, change, drop."""

    missing: list[dict[str, Any]]
    changed: list[tuple[int, dict[str, Any]]]  # the present id and the whole row
    gone: list[int]

    def __len__(self) -> int:
        return len(self.missing) + len(self.changed) + len(self.gone)


def listen() -> None:
    """Hear of everything that happens; what can be found follows it in the same transaction."""
    activity.listen(activity.EVERY)(follow)


def follow(event: Event, thing: Any) -> None:
    """Bring the entries of what this happened to up to date."""
    if event.verb in _NOT_FOUND_BY:
        return
    act = _FOLLOWED.get(event.object_type)
    if act is not None:
        act(event, thing)
    elif proposal_id := getattr(thing, "proposal_id", None):
        keep(Source.PROPOSAL, Proposal.id == proposal_id, SearchEntry.object_id == proposal_id)


def keep(source: Source, which: ColumnElement[bool], stored: ColumnElement[bool]) -> int:
    """Make the entries that fit `stored` those of the things that fit `which`. Returns how many."""
    found = difference(source, which, stored)
    gone = [*found.gone, *(old for old, row in found.changed if old != row["id"])]
    for first in range(0, len(gone), BATCH):  # a statement takes so many values and no more
        few = gone[first : first + BATCH]
        db.session.execute(delete(SearchEntry).where(SearchEntry.id.in_(few)))
    fresh = [*found.missing, *(row for old, row in found.changed if old != row["id"])]
    if fresh:
        db.session.execute(insert(SearchEntry), [_whole(row) for row in fresh])
    for old, row in found.changed:
        if old == row["id"]:
            db.session.execute(
                update(SearchEntry)
                .where(SearchEntry.id == old)
                .values(**_whole(row))
                .execution_options(synchronize_session=False)
            )
    return len(found)


def difference(
    source: Source, which: ColumnElement[bool], stored: ColumnElement[bool]
) -> Difference:
    """What `keep` would change."""
    columns = [getattr(SearchEntry, name) for name in _SHOWN]
    rows = db.session.execute(
        select(*columns).where(SearchEntry.source == source, stored)
    ).mappings()
    present = {row["object_id"]: dict(row) for row in rows}
    wanted = {one.object_id: one.as_row() for one in documents(source, which)}
    return Difference(
        missing=[row for key, row in wanted.items() if key not in present],
        changed=[
            (present[key]["id"], row)
            for key, row in wanted.items()
            if key in present and present[key] != row
        ],
        gone=[row["id"] for key, row in present.items() if key not in wanted],
    )


def batches(source: Source, size: int = BATCH) -> Iterator[tuple[int, int | None]]:
    """Ranges of inner ids (after, up to) that hold so many things; the last one is open."""
    model, after = MODELS[source], 0
    while True:
        ids = select(model.id).where(model.id > after).order_by(model.id).limit(size)
        last = db.session.scalar(select(func.max(ids.subquery().c.id)))
        if last is None:
            yield after, None
            return
        yield after, last
        after = last


def reindex_batch(source: Source, after: int, until: int | None) -> int:
    """Bring the entries of one range up to date, its rows held. Returns how many were not."""
    model = MODELS[source]
    held = _within(model.id, after, until)
    if source == Source.POST:
        threads = select(Post.thread_id).where(held)
        lock = select(Thread.id).where(Thread.id.in_(threads)).order_by(Thread.id)
    else:
        lock = select(model.id).where(held).order_by(model.id)
    db.session.execute(lock.with_for_update()).all()
    return keep(source, held, _within(SearchEntry.object_id, after, until))


def difference_in(source: Source, after: int, until: int | None) -> Difference:
    """What `reindex_batch` would change."""
    return difference(
        source,
        _within(MODELS[source].id, after, until),
        _within(SearchEntry.object_id, after, until),
    )


def keep_glossary(viewer: Viewer, groups: Sequence[Sequence[str]], *, version: int) -> int:
    """Keep these groups in place of the present ones; none: the built-in ones again.

    Returns the new version. Raises Forbidden, Refused for what is too much, Stale.
    """
    require(policy.can_edit_glossary(viewer))
    _check(groups)
    rows = _held_groups() or _held_groups()  # those waited for may have been replaced by others
    now = rows[0].version if rows else 0
    if now != version:
        raise _stale(rows)
    held = [row.id for row in rows]  # no others: those somebody adds meanwhile stay
    db.session.execute(delete(GlossaryGroup).where(GlossaryGroup.id.in_(held)))
    made = _added(groups, now + 1)
    if made < len(groups):
        raise _stale(_held_groups())  # another kept the first list just now
    if made:
        first = db.session.scalars(select(GlossaryGroup).where(GlossaryGroup.position == 0)).one()
        activity.record(viewer.person_id, "glossary.kept", first, groups=made)
    return now + 1


def _held_groups() -> Sequence[Row[int, list[str], int]]:
    return db.session.execute(
        select(GlossaryGroup.id, GlossaryGroup.words, GlossaryGroup.version)
        .order_by(GlossaryGroup.position)
        .with_for_update()
    ).all()


def _stale(rows: Sequence[Row[int, list[str], int]]) -> Stale:
    texts = {"groups": "\n".join(", ".join(row.words) for row in rows)}
    return Stale(rows[0].version if rows else 0, texts)


def _added(groups: Sequence[Sequence[str]], version: int) -> int:
    """Add the groups; waits for who adds others at this moment. Returns how many found a place."""
    if not groups:
        return 0
    rows = [
        {"position": place, "words": list(group), "version": version}
        for place, group in enumerate(groups)
    ]
    added = upsert(GlossaryGroup).values(rows).on_conflict_do_nothing(index_elements=["position"])
    return len(db.session.execute(added.returning(GlossaryGroup.id)).all())


def _post(event: Event, post: Any) -> None:
    if post.number == 1:
        _refresh_thread(post.thread_id)
    else:
        keep(Source.POST, Post.id == post.id, SearchEntry.object_id == post.id)
    if event.verb != "post.written":
        _refresh_solved_from(post.thread_id)


def _thread(event: Event, thread: Any) -> None:
    for thread_id in {thread.id, *_named(event)}:
        _refresh_thread(thread_id)
        if event.verb != "thread.started":
            _refresh_solved_from(thread_id)


def _solution(event: Event, _offered: Any) -> None:
    for thread_id in _named(event):
        _refresh_thread(thread_id)


def _proposal(_event: Event, proposal: Any) -> None:
    keep(Source.PROPOSAL, Proposal.id == proposal.id, SearchEntry.object_id == proposal.id)


def _project(_event: Event, project: Any) -> None:
    moved = select(SearchEntry.id).where(
        SearchEntry.source == Source.PROJECT,
        SearchEntry.object_id == project.id,
        SearchEntry.country != project.country,
    )
    if db.session.scalar(moved) is not None:
        keep(Source.POST, Post.project_id == project.id, SearchEntry.project_id == project.id)
    keep(Source.PROJECT, Project.id == project.id, SearchEntry.object_id == project.id)


def _expert(_event: Event, profile: Any) -> None:
    keep(Source.EXPERT, ExpertProfile.id == profile.id, SearchEntry.object_id == profile.id)


def _person(_event: Event, person: Any) -> None:
    theirs = select(ExpertProfile.id).where(ExpertProfile.person_id == person.id)
    for profile_id in db.session.scalars(theirs).all():
        keep(Source.EXPERT, ExpertProfile.id == profile_id, SearchEntry.object_id == profile_id)


def _outcome(_event: Event, outcome: Any) -> None:
    keep(Source.OUTCOME, Outcome.id == outcome.id, SearchEntry.object_id == outcome.id)


def _session(_event: Event, held: Any) -> None:
    ids = select(Outcome.id).where(Outcome.session_id == held.id)
    keep(Source.OUTCOME, Outcome.id.in_(ids), SearchEntry.object_id.in_(ids))


_FOLLOWED = {
    "Post": _post,
    "Thread": _thread,
    "SolutionFor": _solution,
    "Proposal": _proposal,
    "Project": _project,
    "ExpertProfile": _expert,
    "Person": _person,
    "Outcome": _outcome,
    "ExchangeSession": _session,
}


def _refresh_thread(thread_id: int) -> None:
    theirs = select(Post.id).where(Post.thread_id == thread_id)
    keep(
        Source.POST,
        Post.thread_id == thread_id,
        or_(SearchEntry.thread_id == thread_id, SearchEntry.object_id.in_(theirs)),
    )


def _refresh_solved_from(thread_id: int) -> None:
    """The challenges that posts of this thread are offered for, where their state changed."""
    otherwise = (
        select(Thread.id)
        .distinct()
        .join(SolutionFor, SolutionFor.challenge_thread_id == Thread.id)
        .join(Post, Post.id == SolutionFor.solution_post_id)
        .join(SearchEntry, SearchEntry.thread_id == Thread.id)
        .where(Post.thread_id == thread_id, SearchEntry.state != Thread.status)
    )
    for challenge_id in db.session.scalars(otherwise).all():
        _refresh_thread(challenge_id)


def _named(event: Event) -> set[int]:
    named = (event.particulars.get(name) for name in _THREAD_IDS)
    return {one for one in named if isinstance(one, int)}


def _within(column: Any, after: int, until: int | None) -> ColumnElement[bool]:
    later: ColumnElement[bool] = column > after
    return later if until is None else and_(later, column <= until)


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    if db.engine.dialect.name == "sqlite":
        return row
    return {**row, "vector": vector(row["tokens"])}


def _check(groups: Sequence[Sequence[str]]) -> None:
    if len(groups) > MOST_GROUPS:
        raise Refused(_("At most %(most)s groups, please.", most=MOST_GROUPS), "groups")
    for group in groups:
        if len(group) < 2:
            raise Refused(
                _("“%(word)s” stands alone: a group has at least two words.", word=group[0]),
                "groups",
            )
        if len(group) > MOST_TERMS:
            raise Refused(_("The group of “%(word)s” has too many words.", word=group[0]), "groups")
        if long := next((word for word in group if len(word) > LONGEST_TERM), None):
            raise Refused(_("“%(word)s…” is too long.", word=long[:LONGEST_TERM]), "groups")
