"""Changing the rules of a coalition. Votes that have begun keep the copy they were opened under."""

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.moves import hold_coalition
from forum.coalition.bounds import clashes, differences
from forum.coalition.models import Coalition, Proposal, RulesChange
from forum.coalition.policy import rules as policy
from forum.coalition.queries import members
from forum.coalition.queries import rules as queries
from forum.coalition.rows import CoalitionRow
from forum.coalition.rule_words import clash_sentence
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _


def change_rules(
    viewer: Viewer,
    coalition: CoalitionRow,
    rules: Rules,
    *,
    version: int,
    why: str,
    language: str,
    decided_by: str = "",
) -> RulesChange:
    """Set the rules from now on; `decided_by` is the public id of the adopted proposal behind it.

    The coalition is held: of two who change at once the second is told. Raises Forbidden; Stale,
    with the rules as they are, where they were changed since `version`; Refused where nothing
    changes, without reasons, out of bounds, and for a proposal that has not decided it.
    """
    held = hold_coalition(coalition.id)
    require(policy.can_change_rules(viewer, coalition, members.speaks_for(viewer, held.id)))
    now = Rules.of(held.rules)
    if held.version != version:
        raise Stale(held.version, {name: str(value) for name, value in now.as_json().items()})
    if not why:
        raise Refused(_("Please say why, for those who read this later."), "why")
    before, after = differences(now, rules)
    if not after:
        raise Refused(_("These are the rules already: nothing would change."))
    proposal = _deciding(viewer, coalition, held, decided_by)
    _check(held.id, now, rules)
    held.rules, held.version = rules.as_json(), held.version + 1
    assert viewer.person_id is not None
    change = RulesChange(
        coalition_id=held.id,
        version=held.version,
        person_id=viewer.person_id,
        proposal_id=proposal.id if proposal else None,
        why=why,
        language=language,
        before=before,
        after=after,
    )
    db.session.add(change)
    activity.record(
        viewer.person_id,
        "rules.changed",
        change,
        space_id=held.space_id,
        version=held.version,
        rules=",".join(sorted(after)),
        proposal=change.proposal_id,
    )
    return change


def _deciding(
    viewer: Viewer, coalition: CoalitionRow, held: Coalition, public_id: str
) -> Proposal | None:
    """The adopted proposal that is named; for a delegate one that changed no rules before."""
    free = policy.needs_no_proposal(viewer, coalition)
    if not public_id:
        if free:
            return None
        raise Refused(
            _("Please name the adopted proposal that decided it, or ask whoever facilitates."),
            "decided_by",
        )
    found = db.session.scalars(
        select(Proposal).where(
            Proposal.public_id == public_id,
            Proposal.coalition_id == held.id,
            Proposal.status.in_(queries.ADOPTED),
        )
    ).one_or_none()
    if found is None:
        raise Refused(
            _("Only an adopted proposal of the coalition decides its rules."), "decided_by"
        )
    used = select(RulesChange.id).where(RulesChange.proposal_id == found.id)
    if not free and db.session.scalars(used).first() is not None:
        raise Refused(
            _(
                "The rules were changed on that proposal’s word before. Whoever facilitates "
                "corrects what was set wrong."
            ),
            "decided_by",
        )
    return found


def _check(coalition_id: int, now: Rules, rules: Rules) -> None:
    seated, countries = queries.seated(coalition_id)
    for name, clash in clashes(now, rules, countries=countries, members=seated):
        sentence = clash_sentence(name, clash, countries=countries, members=seated)
        raise Refused(sentence, name)
