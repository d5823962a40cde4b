"""Lifting a suspension before its end."""

from forum import activity
from forum.accounts import actions as accounts
from forum.db import db
from forum.lib.permission import Refused, require
from forum.moderation import policy
from forum.moderation.models import Decision, Lifting
from forum.moderation.rows import Suspension
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def lift(viewer: Viewer, suspension: Suspension, *, reason: str) -> Lifting:
    """End the suspension now. It stands in the public record; the reason with the decision.

    Raises Forbidden, Refused without a reason, and WrongState when it does not run any more.
    """
    require(policy.can_moderate(viewer))
    if not reason:
        raise Refused(_("Please say why."), "reason")
    accounts.lift_suspension(
        viewer,
        suspension.author.id,
        until=suspension.until,
        space_id=suspension.space_id,
    )
    lifting = Lifting(decision_id=suspension.decision_id, person_id=viewer.person_id, reason=reason)
    db.session.add(lifting)
    db.session.flush()
    activity.record(
        viewer.person_id,
        "suspension.lifted",
        db.session.get_one(Decision, suspension.decision_id),
        space_id=suspension.space_id,
        person=suspension.author.id,
    )
    return lifting
