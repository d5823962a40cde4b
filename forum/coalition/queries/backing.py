"""Who stands behind proposals that look for co-sponsors, and what they still need (rule 2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from forum.coalition import wording
from forum.coalition.backing import Lacking, lacking
from forum.coalition.lifecycle import form_check_until
from forum.coalition.models import CoalitionMembership, CoSponsor, Proposal
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.db import among, each_of, made_once, objects_of
from forum.directory.models import Project
from forum.lib import clock
from forum.web.locale import gettext as _
from forum.web.locale import in_zone


@dataclass(frozen=True)
class Support:
    """How many members the coalition has today, and of which countries its co-sponsors are."""

    members: int
    countries: tuple[str, ...] = ()  # one a co-sponsoring member of today

    def lacks(self, rules: Rules, country: str) -> Lacking:
        """What a proposal of a project in that country still needs."""
        return lacking(rules, self.members, country, self.countries)


def support_of(proposal_ids: Iterable[int]) -> dict[int, Support]:
    """The support of each of the proposals, in one statement."""
    wanted = set(proposal_ids)
    if not wanted:
        return {}
    ids = each_of(wanted)
    return dict(objects_of(_support, _backed(len(ids)), ids))


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


_Every = aliased(CoalitionMembership)
_MEMBERS = (
    select(func.count(_Every.id))
    .where(_Every.coalition_id == Proposal.coalition_id, _Every.left_at.is_(None))
    .correlate(Proposal)
    .scalar_subquery()
)
_COUNTRIES = (
    select(func.aggregate_strings(Project.country, ","))
    .join(CoSponsor, CoSponsor.project_id == Project.id)
    .join(
        CoalitionMembership,
        and_(
            CoalitionMembership.project_id == CoSponsor.project_id,
            CoalitionMembership.left_at.is_(None),
        ),
    )
    .where(
        CoSponsor.proposal_id == Proposal.id,
        CoalitionMembership.coalition_id == Proposal.coalition_id,
    )
    .correlate(Proposal)
    .scalar_subquery()
)


@made_once
def _backed(places: int) -> Select[*tuple[Any, ...]]:
    return select(Proposal.id, _MEMBERS.label("members"), _COUNTRIES.label("countries")).where(
        among(Proposal.id, places)
    )


def _support(*, id: int, members: int, countries: str | None) -> tuple[int, Support]:
    return id, Support(members, tuple(countries.split(",")) if countries else ())
