"""How one wants to be written to. It is one's own affair: the ledger does not hear of it."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select

from forum.accounts.models import Person
from forum.coalition.rows import CoalitionRow
from forum.db import db
from forum.db.inserting import upsert
from forum.lib import clock
from forum.lib.permission import require
from forum.notifications import policy
from forum.notifications.actions.composing import paces_of
from forum.notifications.kinds import Matter, Pace
from forum.notifications.models import LetterPlan, PrivateLetters
from forum.notifications.stopping import SUMMARY
from forum.spaces import Viewer
from forum.web.forms import Stale


def choose_letters(
    viewer: Viewer,
    *,
    version: int,
    paces: Mapping[Matter, Pace],
    quiet_days: str,
    notice_only: bool,
) -> LetterPlan:
    """From now on the viewer is written to like that. Raises Forbidden, Stale."""
    require(policy.can_choose_letters(viewer))
    assert viewer.person_id is not None
    plan = _held_plan(viewer.person_id)
    if plan.version != version:
        raise Stale(plan.version, {})
    for matter, pace in paces.items():
        setattr(plan, matter, pace)
    plan.quiet_days, plan.notice_only = quiet_days, notice_only
    plan.version += 1
    return plan


def stop_letters(public_id: str, kind: str) -> Person | None:
    """No more letters of that kind to that person: without signing in, by the letter's own link.

    The kind is a matter, or the summaries: then nothing comes gathered any more. Twice is
    harmless. Returns the person, None where there is none any more.
    """
    person = db.session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()
    if person is None:
        return None
    plan = _held_plan(person.id)
    for matter in _stopped(kind, paces_of(person.side, plan)):
        setattr(plan, matter, Pace.NEVER)
    plan.version += 1
    return person


def _stopped(kind: str, paces: Mapping[Matter, Pace]) -> list[Matter]:
    if kind != SUMMARY:
        return [Matter(kind)]
    always = (Matter.FOLLOWED, Matter.PROPOSALS, Matter.SESSIONS)
    return [one for one, pace in paces.items() if one in always or pace is not Pace.AT_ONCE]


def choose_private_letters(
    viewer: Viewer, coalition: CoalitionRow, *, named: bool, speaks_for: Collection[int]
) -> None:
    """Letters to the coalition's people name what stands in its space, or do not.

    Raises Forbidden.
    """
    require(policy.can_choose_private_letters(viewer, coalition, speaks_for))
    if named:
        db.session.execute(
            delete(PrivateLetters).where(PrivateLetters.space_id == coalition.space_id)
        )
        return
    db.session.execute(
        upsert(PrivateLetters)
        .values(space_id=coalition.space_id, chosen_by_id=viewer.person_id)
        .on_conflict_do_nothing(index_elements=["space_id"])
    )


def _held_plan(person_id: int) -> LetterPlan:
    """The person's plan, held; made when missing."""
    db.session.execute(
        upsert(LetterPlan)
        .values(person_id=person_id, next_at=clock.now(), version=1)
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    return db.session.scalars(
        select(LetterPlan)
        .where(LetterPlan.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
