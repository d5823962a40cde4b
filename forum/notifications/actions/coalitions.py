"""What changes in a coalition itself, and who is told of it: its rules, who speaks for a seat."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.activity.models import Event
from forum.coalition.models import (
    Coalition,
    CoalitionMembership,
    Delegate,
    RulesChange,
    RulesWish,
)
from forum.db import db
from forum.directory.models import ProjectMember, ProjectRole
from forum.lib import clock
from forum.notifications import choosing
from forum.notifications.actions import letters
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import seeing


def rules_changed(event: Event, change: RulesChange) -> None:
    """Its voices are told which rules are other than before."""
    coalition = db.session.get_one(Coalition, change.coalition_id)
    who = choosing.speaks_in(coalition) & (Person.id != (event.actor_id or 0))
    letters.post_rules_changed(change, coalition, who)


def rules_asked(event: Event, wish: RulesWish) -> None:
    """Who can say the second word: the other voices, and who facilitates."""
    coalition = db.session.get_one(Coalition, wish.coalition_id)
    who = (choosing.speaks_in(coalition) | _facilitates(coalition)) & (
        Person.id != (event.actor_id or 0)
    )
    letters.post_rules_asked(wish, coalition, who)


def office_changed(event: Event, delegate: Delegate) -> None:
    """The coalition's voices and who facilitates it; an end that another follows is one change."""
    if event.verb == "delegate.ended" and (event.particulars["succeeded"] or delegate.alternate):
        return
    coalition = db.session.get_one(Coalition, delegate.coalition_id)
    who = (choosing.speaks_in(coalition) | _facilitates(coalition)) & (
        Person.id != (event.actor_id or 0)
    )
    letters.post_office_changed(delegate, coalition, who)


def membership_changed(event: Event, member: CoalitionMembership) -> None:
    """The voices and who facilitates; of one that left, those who coordinate or spoke for it."""
    coalition = db.session.get_one(Coalition, member.coalition_id)
    others = Person.id != (event.actor_id or 0)
    voices = (choosing.speaks_in(coalition) | _facilitates(coalition)) & others
    letters.post_membership_changed(member, coalition, voices, inside=True)
    theirs = _concerned_by(member) & others & ~voices
    letters.post_membership_changed(member, coalition, theirs, inside=False)


def _concerned_by(member: CoalitionMembership) -> ColumnElement[bool]:
    coordinate = select(ProjectMember.person_id).where(
        ProjectMember.project_id == member.project_id,
        ProjectMember.role == ProjectRole.COORDINATOR,
        ProjectMember.until.is_(None),
    )
    spoke = select(Delegate.person_id).where(
        Delegate.coalition_id == member.coalition_id,
        Delegate.project_id == member.project_id,
        Delegate.until >= (member.left_at or clock.now()),
    )
    return or_(Person.id.in_(coordinate), Person.id.in_(spoke)) & in_use()


def _facilitates(coalition: Coalition) -> ColumnElement[bool]:
    return choosing.facilitates() & seeing(coalition.space_id, SpaceKind.COALITION)


HEARD: dict[str, Callable[[Event, Any], None]] = {
    "rules.changed": rules_changed,
    "rules.asked": rules_asked,
    "coalition.project_admitted": membership_changed,
    "coalition.project_left": membership_changed,
    "delegate.named": office_changed,
    "delegate.ended": office_changed,
}
