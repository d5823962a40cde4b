"""The certifier's time: until when it answers, and whether it did (DOMAIN section 4, rule 9)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from forum.coalition.lifecycle import Route, days_late, due_on
from forum.coalition.tally import Rules
from forum.lib import clock
from forum.web.locale import day, day_there, in_zone, is_there, ngettext
from forum.web.locale import gettext as _
from forum.web.settings import settings


class Submitted(Protocol):
    """A proposal, or its row: when it was submitted, and what the certifier did since."""

    @property
    def submitted_at(self) -> datetime | None:
        """When it was submitted."""

    @property
    def acknowledged_at(self) -> datetime | None:
        """When receipt was acknowledged."""

    @property
    def answered_at(self) -> datetime | None:
        """When it was answered."""

    @property
    def route(self) -> Route | None:
        """Which body answers, once it is named."""

    @property
    def extended_until(self) -> date | None:
        """The last day for an answer, where the time was extended."""


@dataclass(frozen=True, kw_only=True)
class AnswerClock:
    """The certifier's time: days are the coalition's calendar days, counted from the submission.

    They end at its midnight: to who reads elsewhere its zone is named, and on the last day the
    moment in their own.
    """

    submitted_on: date
    due_on: date  # the last day for an answer
    acknowledge_by: date
    today: date
    acknowledged_on: date | None
    answered_on: date | None
    extended_from: date | None = None  # the last day before the time was extended
    longest_extension_days: int = Rules.longest_extension_days
    timezone: str  # the coalition's

    @property
    def latest_extension(self) -> date:
        """The latest day to which the time may be extended."""
        return self.due_on + timedelta(days=self.longest_extension_days)

    @property
    def days(self) -> int:
        """How many days there are in all."""
        return (self.due_on - self.submitted_on).days

    @property
    def gone(self) -> int:
        """How many of them are gone, until the answer."""
        return ((self.answered_on or self.today) - self.submitted_on).days

    @property
    def late(self) -> int:
        """By how many days the answer is, or was, late; 0 in time."""
        return max(0, ((self.answered_on or self.today) - self.due_on).days)

    @property
    def overdue(self) -> bool:
        """Whether an answer is missing and its day has passed."""
        return self.answered_on is None and self.late > 0

    @property
    def acknowledgement_late(self) -> int:
        """By how many days the acknowledgement is, or was, late."""
        said = self.acknowledged_on or self.answered_on or self.today
        return max(0, (said - self.acknowledge_by).days)

    @property
    def sentence(self) -> str:
        """Whether the answer came, or comes, in time."""
        body, due = settings().body_name, day_there(self.due_on, self.timezone)
        if self.answered_on is not None:
            return _answered(body, day(self.answered_on), due, self.late)
        if self.overdue:
            return str(
                ngettext(
                    "The answer was due on %(due)s and is overdue by %(num)s day.",
                    "The answer was due on %(due)s and is overdue by %(num)s days.",
                    self.late,
                    due=due,
                )
            )
        left = (self.due_on - self.today).days
        if left == 0:
            return _last_day(body, clock.end_of_day(self.due_on, self.timezone), self.timezone)
        return str(
            ngettext(
                "%(body)s has until %(due)s to answer: %(num)s day is left.",
                "%(body)s has until %(due)s to answer: %(num)s days are left.",
                left,
                body=body,
                due=due,
            )
        )

    @property
    def extension_sentence(self) -> str:
        """That the time was extended, and how; empty when it was not."""
        if self.extended_from is None:
            return ""
        said = ngettext(
            "%(body)s extended its time once, by %(num)s day: before, the answer was due on "
            "%(day)s.",
            "%(body)s extended its time once, by %(num)s days: before, the answer was due on "
            "%(day)s.",
            (self.due_on - self.extended_from).days,
            body=settings().body_name,
            day=day(self.extended_from),
        )
        return str(said)

    @property
    def acknowledgement_sentence(self) -> str:
        """Whether receipt was acknowledged in time; empty when an answer made it needless."""
        body, late = settings().body_name, self.acknowledgement_late
        by = day_there(self.acknowledge_by, self.timezone)
        if self.acknowledged_on is not None:
            return _acknowledged(body, day_there(self.acknowledged_on, self.timezone), by, late)
        if self.answered_on is not None:
            return ""
        if not late:
            return str(_("%(body)s has until %(by)s to acknowledge receipt.", body=body, by=by))
        return str(
            ngettext(
                "The acknowledgement was due on %(by)s and is %(num)s day late.",
                "The acknowledgement was due on %(by)s and is %(num)s days late.",
                late,
                by=by,
            )
        )


def last_day(
    submitted_at: datetime,
    route: Route | None,
    named_at: datetime | None,
    rules: Rules,
    timezone: str,
) -> date:
    """Until when the certifier answers: by the route, if that was named in time."""
    usual = due_on(submitted_at, rules.answer_days(None), timezone)
    if named_at is not None and days_late(named_at, usual, timezone):
        return usual
    return due_on(submitted_at, rules.answer_days(route), timezone)


def clock_of(
    proposal: Submitted, rules: Rules, timezone: str, now: datetime | None = None
) -> AnswerClock:
    """The certifier's time for a submitted proposal or its row."""
    now = now or clock.now()
    zone = clock.zone(timezone)

    def on(at: datetime | None) -> date | None:
        return at.astimezone(zone).date() if at else None

    assert proposal.submitted_at is not None
    usual = last_day(
        proposal.submitted_at, proposal.route, proposal.acknowledged_at, rules, timezone
    )
    extended = proposal.extended_until
    return AnswerClock(
        submitted_on=due_on(proposal.submitted_at, 0, timezone),
        due_on=max(usual, extended) if extended else usual,  # no route shortens it
        extended_from=usual if extended and extended > usual else None,
        acknowledge_by=due_on(proposal.submitted_at, rules.acknowledgement_days, timezone),
        today=now.astimezone(zone).date(),
        acknowledged_on=on(proposal.acknowledged_at),
        answered_on=on(proposal.answered_at),
        longest_extension_days=rules.longest_extension_days,
        timezone=timezone,
    )


def _last_day(body: str, ends: datetime, timezone: str) -> str:
    if is_there(ends, timezone):
        return str(_("%(body)s has until midnight today to answer.", body=body))
    return str(_("%(body)s has until %(when)s to answer.", body=body, when=in_zone(ends)))


def _answered(body: str, on: str, due: str, late: int) -> str:
    if not late:
        said = _(
            "%(body)s answered on %(on)s, in time: it was due on %(due)s.",
            body=body,
            on=on,
            due=due,
        )
        return str(said)
    return str(
        ngettext(
            "%(body)s answered on %(on)s, %(num)s day late: it was due on %(due)s.",
            "%(body)s answered on %(on)s, %(num)s days late: it was due on %(due)s.",
            late,
            body=body,
            on=on,
            due=due,
        )
    )


def _acknowledged(body: str, on: str, by: str, late: int) -> str:
    if not late:
        said = _("%(body)s acknowledged receipt on %(on)s, in time.", body=body, on=on)
        return str(said)
    return str(
        ngettext(
            "%(body)s acknowledged receipt on %(on)s, %(num)s day late: it was due on %(by)s.",
            "%(body)s acknowledged receipt on %(on)s, %(num)s days late: it was due on %(by)s.",
            late,
            body=body,
            on=on,
            by=by,
        )
    )
