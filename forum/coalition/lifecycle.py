"""A proposal's life: statuses, moves, and the days the rules count (DOMAIN section 4)."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from forum.coalition.tally import VoteOutcome
from forum.lib import clock

CLOSING_HOUR = time(18)  # when a vote closes unless told otherwise: after work, before night
_TIME_TO_PRESS = timedelta(hours=1)  # so that a form opened now still holds when it is sent


class ProposalStatus(StrEnum):
    """Where a proposal is."""

    DRAFT = "draft"
    SEEKING_COSPONSORS = "seeking_cosponsors"
    IN_DISCUSSION = "in_discussion"
    VOTING = "voting"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    NO_QUORUM = "no_quorum"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    UNDER_REVIEW = "under_review"
    ANSWERED = "answered"
    FOLLOWING_UP = "following_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    DEFERRED = "deferred"


S = ProposalStatus

ASIDE = frozenset({S.WITHDRAWN, S.MERGED, S.DEFERRED})

NEXT: dict[ProposalStatus, frozenset[ProposalStatus]] = {
    S.DRAFT: frozenset({S.SEEKING_COSPONSORS, S.WITHDRAWN}),
    S.SEEKING_COSPONSORS: frozenset({S.DRAFT, S.IN_DISCUSSION}) | ASIDE,
    S.IN_DISCUSSION: frozenset({S.DRAFT, S.VOTING}) | ASIDE,
    S.VOTING: frozenset({S.ADOPTED, S.NOT_ADOPTED, S.NO_QUORUM}),
    S.ADOPTED: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.NOT_ADOPTED: frozenset(),
    S.NO_QUORUM: frozenset(),
    S.SUBMITTED: frozenset({S.ACKNOWLEDGED, S.UNDER_REVIEW, S.ANSWERED}),
    S.ACKNOWLEDGED: frozenset({S.UNDER_REVIEW, S.ANSWERED}),
    S.UNDER_REVIEW: frozenset({S.ANSWERED}),
    S.ANSWERED: frozenset({S.FOLLOWING_UP, S.CLOSED}),
    S.FOLLOWING_UP: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.MERGED: frozenset(),
    S.DEFERRED: frozenset({S.SEEKING_COSPONSORS, S.IN_DISCUSSION, S.WITHDRAWN}),
}

BEFORE_SUBMISSION = frozenset(
    {S.DRAFT, S.SEEKING_COSPONSORS, S.IN_DISCUSSION, S.VOTING, S.ADOPTED, S.NOT_ADOPTED,
     S.NO_QUORUM} | ASIDE
)  # fmt: skip
AUTHORS_ONLY = frozenset({S.DRAFT})  # seen by its authors alone
TALKED_ABOUT = frozenset({S.SEEKING_COSPONSORS, S.IN_DISCUSSION})  # shown, and not voted on yet
EDITABLE = frozenset({S.DRAFT, S.SEEKING_COSPONSORS, S.IN_DISCUSSION})  # frozen while voted on
AWAITING_ANSWER = frozenset({S.SUBMITTED, S.ACKNOWLEDGED, S.UNDER_REVIEW})
CLOSABLE = frozenset({S.ANSWERED, S.FOLLOWING_UP})
ANSWERED = frozenset({S.ANSWERED, S.FOLLOWING_UP, S.CLOSED})


class MoveKind(StrEnum):
    """A step of a proposal that is kept with who took it, when and why."""

    SHARED = "shared"
    FORM_PASSED = "form_passed"
    RETURNED = "returned"
    DISCUSSED = "discussed"
    MERGE_SUGGESTED = "merge_suggested"
    MERGE_ACCEPTED = "merge_accepted"
    MERGE_DECLINED = "merge_declined"
    MERGED = "merged"
    TOOK_IN = "took_in"
    DEFERRED = "deferred"
    TAKEN_UP = "taken_up"
    WITHDRAWN = "withdrawn"


class Route(StrEnum):
    """Which of the certifier's bodies answers; it sets the days it has."""

    SECRETARIAT = "secretariat"
    TAC = "tac"
    BOARD = "board"


class ResponseKind(StrEnum):
    """What an official response is."""

    ACKNOWLEDGEMENT = "acknowledgement"
    EXTENSION = "extension"
    ANSWER = "answer"
    CORRECTION = "correction"


class ReviewVerdict(StrEnum):
    """What a second one of the staff says of a drafted answer."""

    APPROVED = "approved"
    RETURNED = "returned"


class ResponseOutcome(StrEnum):
    """What the certifier says to the ask."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    DECLINED = "declined"
    ALREADY_IN_PLACE = "already_in_place"
    MORE_INFORMATION_NEEDED = "more_information_needed"
    OUTSIDE_REMIT = "outside_remit"


class CommitmentStatus(StrEnum):
    """How far a commitment is; `late` is computed, never stored."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


class Verdict(StrEnum):
    """What a member project thinks of an answer."""

    SATISFIED = "satisfied"
    PARTLY = "partly"
    NOT_SATISFIED = "not_satisfied"


class TextPart(StrEnum):
    """The parts of a proposal's text, in the order they are read."""

    TITLE = "title"
    PROBLEM = "problem"
    ASK = "ask"
    EVIDENCE = "evidence"
    DOCUMENT = "document"
    SECTION = "section"
    TIME_FRAME = "time_frame"
    EXPECTED_COST = "expected_cost"


MARKDOWN_PARTS = frozenset({TextPart.PROBLEM, TextPart.ASK, TextPart.EVIDENCE})  # others: a line


class AmendmentState(StrEnum):
    """What became of a proposed change to a text."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by who proposed it
    LAPSED = "lapsed"  # open when the text was frozen or set aside: not taken up


OPEN_COMMITMENTS = frozenset({CommitmentStatus.PLANNED, CommitmentStatus.IN_PROGRESS})


def is_late(status: CommitmentStatus, due_on: date, today: date) -> bool:
    """Whether a commitment's day has passed and it is neither done nor dropped."""
    return status in OPEN_COMMITMENTS and due_on < today


def may_move(old: ProposalStatus, new: ProposalStatus) -> bool:
    """Whether a proposal may go from `old` to `new`."""
    return new in NEXT[old]


def due_on(submitted_at: datetime, days: int, timezone: str) -> date:
    """The last day for an answer, in the coalition's zone (rule 9).

    Submitted 4 April with 60 days: 3 June.
    """
    return submitted_at.astimezone(clock.zone(timezone)).date() + timedelta(days=days)


def days_late(at: datetime, due: date, timezone: str) -> int:
    """How many days after `due` that moment is, in that zone; 0 in time."""
    return max(0, (at.astimezone(clock.zone(timezone)).date() - due).days)


def effective_status(
    stored: ProposalStatus,
    closes_at: datetime | None,
    outcome: VoteOutcome | None,
    now: datetime,
) -> ProposalStatus:
    """Where a proposal is now: a vote past its closing has come to its outcome, sealed or not."""
    if stored is not S.VOTING or closes_at is None or outcome is None or now < closes_at:
        return stored
    return ProposalStatus(outcome.value)


def form_check_until(shared_at: datetime, days: int) -> datetime:
    """Until when a shared proposal waits for whoever facilitates to look at its form."""
    return shared_at + timedelta(days=days)


def earliest_opening(discussion_at: datetime, days: int) -> datetime:
    """From when on a proposal discussed since then may be voted on (rule 5)."""
    return discussion_at + timedelta(days=days)


def earliest_closing(now: datetime, days: int) -> datetime:
    """The earliest closing of a vote opened now (rule 5)."""
    return now + timedelta(days=days)


def second_call_until(opens_at: datetime, days: int) -> datetime:
    """When a second call opened at that moment closes: days of 24 hours (rule 7).

    At a full minute, as it is told; whenever it was opened.
    """
    return clock.full_minute(opens_at + timedelta(days=days))


def reminders_at(opens_at: datetime, closes_at: datetime) -> tuple[datetime, datetime]:
    """When who has not voted is reminded: at half time, and a day before the closing."""
    return opens_at + (closes_at - opens_at) / 2, closes_at - timedelta(days=1)


def usual_closing(now: datetime, days: int, timezone: str) -> datetime:
    """The first closing hour in that zone that gives the vote its days; local time."""
    earliest = (earliest_closing(now, days) + _TIME_TO_PRESS).astimezone(clock.zone(timezone))
    closing = datetime.combine(earliest.date(), CLOSING_HOUR, earliest.tzinfo)
    return closing if closing >= earliest else closing + timedelta(days=1)
