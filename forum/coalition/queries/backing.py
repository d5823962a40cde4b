"""Who stands behind proposals that look for co-sponsors, and what they still need (rule 2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from forum.coalition import wording
from forum.coalition.backing import Lacking, lacking
from forum.coalition.lifecycle import form_check_until
from forum.coalition.models import CoalitionMembership, CoSponsor, Proposal
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.directory.models import Project
from forum.lib import clock
from forum.web.locale import gettext as _
from forum.web.locale import in_zone


@dataclass(frozen=True)
class Support:
    """How many members the coalition has today, and of which countries its co-sponsors are."""

    members: int
    countries: list[str] = field(default_factory=list)  # one a co-sponsoring member of today

    def lacks(self, rules: Rules, country: str) -> Lacking:
        """What a proposal of a project in that country still needs."""
        return lacking(rules, self.members, country, self.countries)


def support_of(proposal_ids: Iterable[int]) -> dict[int, Support]:
    """The support of each of the proposals, in one statement."""
    member, every = aliased(CoalitionMembership), aliased(CoalitionMembership)
    members = (
        select(func.count(every.id))
        .where(every.coalition_id == Proposal.coalition_id, every.left_at.is_(None))
        .correlate(Proposal)
        .scalar_subquery()
    )
    today = and_(
        member.coalition_id == Proposal.coalition_id,
        member.project_id == CoSponsor.project_id,
        member.left_at.is_(None),
    )
    rows = db.session.execute(
        select(Proposal.id, members, member.id, Project.country)
        .outerjoin(CoSponsor, CoSponsor.proposal_id == Proposal.id)
        .outerjoin(member, today)
        .outerjoin(Project, Project.id == CoSponsor.project_id)
        .where(Proposal.id.in_(list(proposal_ids)))
    )
    found: dict[int, Support] = {}
    for proposal_id, count, is_member, country in rows:
        support = found.setdefault(proposal_id, Support(count))
        if is_member is not None:
            support.countries.append(country)
    return found


def missing_for_discussion(proposal: ProposalRow) -> list[str]:
    """What a shared proposal needs before it is discussed: sentences, none when nothing."""
    support = support_of([proposal.id])[proposal.id]
    return still_missing(
        support.lacks(proposal.rules, proposal.project_country),
        checked=proposal.form_passed_version is not None,
        shared_at=proposal.shared_at or proposal.created_at,
        rules=proposal.rules,
        timezone=proposal.timezone,
    )


def still_missing(
    lacks: Lacking, *, checked: bool, shared_at: datetime, rules: Rules, timezone: str
) -> list[str]:
    """The same from what is known already; times in the coalition's zone."""
    missing = []
    if needed := wording.still_needed(lacks):
        missing.append(needed)
    until = form_check_until(shared_at, rules.form_check_days)
    if not checked and clock.now() < until:
        missing.append(
            str(
                _(
                    "Whoever facilitates looks at its form, until %(when)s at the latest.",
                    when=in_zone(until, timezone),
                )
            )
        )
    return missing
