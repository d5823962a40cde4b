"""What a proposal needs before it is put to the vote, and the seats it would have."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select

from forum.accounts.models import Person
from forum.coalition.lifecycle import earliest_opening
from forum.coalition.models import Coalition, CoalitionMembership, Delegate
from forum.coalition.queries.members import is_speaker_of, last_day_of
from forum.coalition.queries.objections import unanswered
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.db import NOW, rows_of
from forum.directory.models import Project
from forum.lib import clock
from forum.web.locale import gettext as _
from forum.web.locale import in_zone, ngettext


@dataclass(frozen=True)
class SeatToBe:
    """A member project of today: a seat in a vote opened now, and who could cast its ballot."""

    project_id: int
    project_name: str
    country: str
    delegate_id: int | None = None
    delegate_name: str | None = None
    alternate_name: str | None = None
    delegate_until: date | None = None  # the last day of the term, None where it has no end
    alternate_until: date | None = None

    @property
    def is_vacant(self) -> bool:
        """Whether nobody could cast its ballot now."""
        return self.delegate_name is None and self.alternate_name is None


def seats_to_be(coalition_id: int) -> list[SeatToBe]:
    """The seats of a vote opened now: every member project, also where nobody speaks for it."""
    rows = rows_of(_SEATS_TO_BE, {"coalition": coalition_id, "now": clock.now()})
    found: dict[int, SeatToBe] = {}
    for project_id, name, country, person_id, alternate, ends_at, timezone, who in rows:
        last_day = last_day_of(ends_at, timezone)
        seat = found.get(project_id) or SeatToBe(project_id, name, country)
        if alternate:
            seat = replace(seat, alternate_name=who, alternate_until=last_day)
        elif person_id is not None:
            seat = replace(seat, delegate_id=person_id, delegate_name=who, delegate_until=last_day)
        found[project_id] = seat
    return list(found.values())


def missing_for_opening(
    proposal: ProposalRow, now: datetime | None = None, seats: list[SeatToBe] | None = None
) -> list[str]:
    """What is still missing before the proposal may be voted on: sentences, none when nothing."""
    now = now or clock.now()
    if seats is None:
        seats = seats_to_be(proposal.coalition_id)
    if proposal.discussion_at is None:
        return [str(_("The proposal has not been opened for discussion yet."))]
    missing = [
        *_too_early(proposal, proposal.discussion_at, now),
        *_too_few_members(proposal.rules, seats),
    ]
    return [str(sentence) for sentence in missing]


def missing_for_submission(proposal_id: int) -> list[str]:
    """What is still missing before an adopted proposal may be submitted: sentences."""
    return [
        str(
            _(
                "The serious objection of %(project)s waits for the proposer’s written answer.",
                project=one.project_name,
            )
        )
        for one in unanswered(proposal_id)
    ]


def _too_early(proposal: ProposalRow, discussed_from: datetime, now: datetime) -> Iterator[str]:
    opens = earliest_opening(discussed_from, proposal.rules.discussion_days)
    if now < opens:
        yield ngettext(
            "The discussion lasts at least %(num)s day: until %(when)s.",
            "The discussion lasts at least %(num)s days: until %(when)s.",
            proposal.rules.discussion_days,
            when=in_zone(clock.full_minute(opens), proposal.timezone),
        )


def _too_few_members(rules: Rules, seats: list[SeatToBe]) -> Iterator[str]:
    if not seats:
        yield _("The coalition has no member project, so nobody could vote.")
    elif len({seat.country for seat in seats}) < rules.minimum_countries:
        yield ngettext(
            "Projects of at least %(num)s country must agree, and the members are of fewer.",
            "Projects of at least %(num)s countries must agree, and the members are of fewer.",
            rules.minimum_countries,
        )


_SEATS_TO_BE = (
    select(
        Project.id,
        Project.name,
        Project.country,
        Delegate.person_id,
        Delegate.alternate,
        Delegate.term_ends_at,
        Coalition.timezone,
        Person.name.label("who"),
    )
    .join(CoalitionMembership, CoalitionMembership.project_id == Project.id)
    .join(Coalition, Coalition.id == CoalitionMembership.coalition_id)
    .outerjoin(
        Delegate,
        is_speaker_of(CoalitionMembership.coalition_id, Project.id, NOW),
    )
    .outerjoin(Person, Person.id == Delegate.person_id)
    .where(
        CoalitionMembership.coalition_id == bindparam("coalition"),
        CoalitionMembership.left_at.is_(None),
    )
    .order_by(Project.name, Project.id)
)
