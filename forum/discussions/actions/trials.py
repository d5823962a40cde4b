"""What came of a solution where another project tried it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select

from forum import activity
from forum.db import db
from forum.discussions.actions.holding import hold_post, recount_confirmed
from forum.discussions.kinds import Verdict
from forum.discussions.models import Post, Thread, Trial
from forum.discussions.policy import trials as policy
from forum.discussions.rows import PlacedPost
from forum.lib import clock
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _

USUAL_WAIT = timedelta(days=60)  # until "we will try it" is asked after
LONGEST_WAIT = timedelta(days=730)
MOST_AT_ONCE = 200  # trials asked after in one round of work


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a project says of its trial, by the names of the form's fields."""

    verdict: Verdict
    country: str
    ecosystem: str = ""
    scale: str = ""
    cost: str = ""
    note: str = ""
    language: str = "es"
    due_on: date | None = None


def record_trial(
    viewer: Viewer, post: PlacedPost, project_id: int, said: Tried, *, version: int
) -> Trial:
    """Record what came of the solution in the project, or change it: one row a project.

    `version` is that of the trial one read, 0 for none. Raises Forbidden, Refused for a day that
    cannot be, Stale when somebody of the project said something else meanwhile.
    """
    held, now_post = hold_post(viewer, post)
    require(policy.can_try(viewer, now_post, now_post.thread, project_id))
    assert viewer.person_id is not None
    said = _dated(said)
    kept = _kept(held.id, project_id)
    if kept is not None and _same(kept, said):
        return kept
    if (kept.version if kept else 0) != version:
        raise _stale(kept)
    verb = "trial.changed" if kept else "trial.recorded"
    if kept is None:
        kept = Trial(solution_post_id=held.id, project_id=project_id)
        db.session.add(kept)
    else:
        kept.version += 1
        kept.changed_at = clock.now()
    for name, value in asdict(said).items():
        setattr(kept, name, value)
    kept.person_id, kept.asked_at = viewer.person_id, None
    db.session.flush()
    recount_confirmed(Post.id == held.id)
    activity.record(
        viewer.person_id,
        verb,
        kept,
        space_id=now_post.thread.space_id,
        thread=held.thread_id,
        post=held.id,
        project=project_id,
        verdict=said.verdict.value,
    )
    return kept


def withdraw_trial(viewer: Viewer, post: PlacedPost, project_id: int) -> None:
    """Take it back; when nothing was recorded, nothing happens. Raises Forbidden."""
    held, now_post = hold_post(viewer, post)
    require(policy.can_withdraw_trial(viewer, now_post, now_post.thread, project_id))
    kept = _kept(held.id, project_id)
    if kept is None:
        return
    db.session.delete(kept)
    db.session.flush()
    recount_confirmed(Post.id == held.id)
    activity.record(
        viewer.person_id,
        "trial.withdrawn",
        held,
        space_id=now_post.thread.space_id,
        thread=held.thread_id,
        project=project_id,
    )


def ask_what_came() -> int:
    """Ask, once each, after the trials that were planned for a day that has come.

    Records `trial.due`, to which who tells people listens. Returns how many were asked after.
    """
    now = clock.now()
    due = db.session.execute(
        select(Trial, Post.thread_id, Thread.space_id)
        .join(Post, Post.id == Trial.solution_post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Trial.due_on <= now.date(),
            Trial.asked_at.is_(None),
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
        )
        .order_by(Trial.due_on, Trial.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Trial, skip_locked=True)
    ).all()
    for trial, thread_id, space_id in due:
        trial.asked_at = now
        activity.record(
            None,
            "trial.due",
            trial,
            space_id=space_id,
            thread=thread_id,
            post=trial.solution_post_id,
            project=trial.project_id,
            person=trial.person_id,
        )
    return len(due)


def _dated(said: Tried) -> Tried:
    if said.verdict != Verdict.PLANNED:
        return Tried(**asdict(said) | {"due_on": None})
    today = clock.now().date()
    due_on = said.due_on or today + USUAL_WAIT
    if not today <= due_on <= today + LONGEST_WAIT:
        raise Refused(_("Please choose a day within the next two years."), "due_on")
    return Tried(**asdict(said) | {"due_on": due_on})


def _kept(post_id: int, project_id: int) -> Trial | None:
    return db.session.scalars(
        select(Trial)
        .where(Trial.solution_post_id == post_id, Trial.project_id == project_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _same(kept: Trial, said: Tried) -> bool:
    return all(getattr(kept, name) == value for name, value in asdict(said).items())


def _stale(kept: Trial | None) -> Stale:
    if kept is None:
        return Stale(0, {"body": _("Nothing is recorded for this project any more.")})
    lines: Iterable[str] = (kept.ecosystem, kept.scale, kept.cost, kept.note)
    return Stale(
        kept.version, {"verdict": kept.verdict.value, "body": "\n".join(filter(None, lines))}
    )
