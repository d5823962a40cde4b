"""Changing the rules of a coalition. Votes that have begun keep the copy they were opened under.

Whoever facilitates changes them at once; what a delegate asks for, by an adopted proposal, waits
until somebody of another project, or whoever facilitates, says that this is what was decided.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum import activity
from forum.coalition.actions.moves import hold_coalition
from forum.coalition.bounds import clashes, differences
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Coalition, Proposal, RulesChange, RulesWish
from forum.coalition.policy import rules as policy
from forum.coalition.queries import members
from forum.coalition.queries import rules as queries
from forum.coalition.rows import CoalitionRow
from forum.coalition.rule_words import clash_sentence
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
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
) -> RulesChange | RulesWish:
    """Set the rules from now on; `decided_by` is the public id of the adopted proposal behind it.

    By whoever facilitates it is done; by a delegate it is asked for, and waits (RulesWish).

    The coalition is held: of two who change at once the second is told. Raises Forbidden; Stale,
    with the rules as they are, where they were changed since `version`; Refused where nothing
    changes, without reasons, out of bounds, for a proposal that has not decided it, and while
    another change waits.
    """
    held = hold_coalition(coalition.id)
    speaks_for = members.speaks_for(viewer, held.id)
    require(policy.can_change_rules(viewer, coalition, speaks_for))
    now = Rules.of(held.rules)
    if held.version != version:
        raise Stale(held.version, {name: str(value) for name, value in now.as_json().items()})
    if not why:
        raise Refused(_("Please say why, for those who read this later."), "why")
    if not differences(now, rules)[1]:
        raise Refused(_("These are the rules already: nothing would change."))
    proposal = _deciding(viewer, coalition, held, decided_by)
    _check(held.id, now, rules)
    assert viewer.person_id is not None
    wanted = _Wanted(rules, proposal.id if proposal else None, why, language)
    if policy.needs_no_proposal(viewer, coalition):
        return _set(held, viewer.person_id, wanted)
    return _ask(held, viewer.person_id, min(speaks_for), wanted)


def confirm_rules(viewer: Viewer, coalition: CoalitionRow, wish_id: str) -> RulesChange:
    """Say that what a delegate of another project asks for is what the proposal decided.

    Raises Forbidden; NotFound; WrongState where it waits no more or the rules changed meanwhile;
    Refused where they contradict what there is by now.
    """
    held = hold_coalition(coalition.id)
    wish = _waiting(held, wish_id)
    require(policy.can_confirm_rules(viewer, coalition, members.speaks_for(viewer, held.id), wish))
    if wish.version != held.version:
        raise WrongState(_("The rules were changed since this was asked. Please ask for it anew."))
    now = Rules.of(held.rules)
    rules = replace(now, **wish.after)
    _check(held.id, now, rules)
    wanted = _Wanted(rules, wish.proposal_id, wish.why, wish.language)
    change = _set(held, wish.person_id, wanted)
    db.session.flush()
    wish.ended_at, wish.confirmed_by_id, wish.change_id = clock.now(), viewer.person_id, change.id
    return change


def withdraw_rules(viewer: Viewer, coalition: CoalitionRow, wish_id: str) -> RulesWish:
    """Let go of a change that waits. Raises Forbidden, NotFound, WrongState."""
    held = hold_coalition(coalition.id)
    wish = _waiting(held, wish_id)
    require(policy.can_withdraw_rules(viewer, coalition, members.speaks_for(viewer, held.id), wish))
    wish.ended_at = clock.now()
    activity.record(viewer.person_id, "rules.not_changed", wish, space_id=held.space_id)
    return wish


@dataclass(frozen=True)
class _Wanted:
    """The rules as they shall be, on which proposal's word, and why."""

    rules: Rules
    proposal_id: int | None
    why: str
    language: str

    def columns(self, held: Coalition) -> dict[str, Any]:
        """What a change and a wish keep of it alike."""
        before, after = differences(Rules.of(held.rules), self.rules)
        return {
            "coalition_id": held.id,
            "proposal_id": self.proposal_id,
            "why": self.why,
            "language": self.language,
            "before": before,
            "after": after,
        }


def _set(held: Coalition, by: int, wanted: _Wanted) -> RulesChange:
    change = RulesChange(person_id=by, version=held.version + 1, **wanted.columns(held))
    held.rules, held.version = wanted.rules.as_json(), change.version
    db.session.add(change)
    activity.record(
        by,
        "rules.changed",
        change,
        space_id=held.space_id,
        version=held.version,
        rules=",".join(sorted(change.after)),
        proposal=change.proposal_id,
    )
    return change


def _ask(held: Coalition, by: int, project_id: int, wanted: _Wanted) -> RulesWish:
    other = queries.waiting_in(held.id)
    if other is not None and other.version == held.version:
        raise Refused(
            _("Another change waits for its second word. It is confirmed or withdrawn first.")
        )
    if other is not None:  # the rules are other than when it was asked
        other.ended_at = clock.now()
        db.session.flush()
    wish = RulesWish(
        person_id=by, project_id=project_id, version=held.version, **wanted.columns(held)
    )
    db.session.add(wish)
    activity.record(
        by,
        "rules.asked",
        wish,
        space_id=held.space_id,
        rules=",".join(sorted(wish.after)),
        proposal=wish.proposal_id,
    )
    return wish


def _waiting(held: Coalition, wish_id: str) -> RulesWish:
    wish = db.session.scalars(
        select(RulesWish).where(RulesWish.public_id == wish_id, RulesWish.coalition_id == held.id)
    ).one_or_none()
    if wish is None:
        raise NotFound
    if wish.ended_at is not None:
        raise WrongState(_("This change waits no more: it was confirmed or withdrawn."))
    return wish


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
            Proposal.status == ProposalStatus.ADOPTED,
        )
    ).one_or_none()
    if found is None:
        raise Refused(
            _(
                "Only a proposal that the coalition adopted for itself decides its rules, not one "
                "that was submitted."
            ),
            "decided_by",
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
