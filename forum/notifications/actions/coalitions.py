"""What changes in a coalition itself, and who is told of it: its rules, who speaks for a seat."""

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.coalition.models import Coalition, Delegate, RulesChange
from forum.db import db
from forum.notifications import choosing
from forum.notifications.actions import letters
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import seeing


def rules_changed(event: Event, change: RulesChange) -> None:
    """Its voices are told which rules are other than before."""
    coalition = db.session.get_one(Coalition, change.coalition_id)
    who = choosing.speaks_in(coalition) & (Person.id != (event.actor_id or 0))
    letters.post_rules_changed(change, coalition, who)


def office_changed(event: Event, delegate: Delegate) -> None:
    """The coalition's voices and who facilitates it; an end that another follows is one change."""
    if event.verb == "delegate.ended" and (event.particulars["succeeded"] or delegate.alternate):
        return
    coalition = db.session.get_one(Coalition, delegate.coalition_id)
    inside = choosing.facilitates() & seeing(coalition.space_id, SpaceKind.COALITION)
    who = (choosing.speaks_in(coalition) | inside) & (Person.id != (event.actor_id or 0))
    letters.post_office_changed(delegate, coalition, who)
