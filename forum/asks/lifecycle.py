"""The states of an ask and of an offer, and which follows which. Pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum


class AskStatus(StrEnum):
    """How far an ask came."""

    OPEN = "open"  # nobody offers
    OFFERED = "offered"  # somebody does, or was accepted
    HELPED = "helped"  # the project says that it helped
    CLOSED = "closed"


class Standing(StrEnum):
    """How an ask stands, as people are told: its state with who helps and how well it did."""

    OPEN = "open"
    OFFERED = "offered"
    ACCEPTED = "accepted"  # somebody helps
    HELPED = "helped"
    PARTLY = "partly"
    CLOSED = "closed"


class OfferStatus(StrEnum):
    """What is between an ask and one expert."""

    ASKED = "asked"  # by name; they have not answered
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the expert who was asked, or by the project
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """Whether it helped, as the project says."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ClosedFor(StrEnum):
    """Why an ask was closed."""

    DONE = "done"  # by its project: it is over, or not needed any more
    READERS = "readers"  # others read the thread than when it was asked
    MERGED = "merged"  # into a thread with an ask of its own


NEXT: Mapping[AskStatus, frozenset[AskStatus]] = {
    AskStatus.OPEN: frozenset({AskStatus.OFFERED, AskStatus.CLOSED}),
    AskStatus.OFFERED: frozenset({AskStatus.OPEN, AskStatus.HELPED, AskStatus.CLOSED}),
    AskStatus.HELPED: frozenset({AskStatus.CLOSED}),
    AskStatus.CLOSED: frozenset(),
}
OFFER_NEXT: Mapping[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.ASKED: frozenset(
        {OfferStatus.OFFERED, OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.WITHDRAWN}
    ),
    OfferStatus.OFFERED: frozenset(
        {OfferStatus.ACCEPTED, OfferStatus.DECLINED, OfferStatus.WITHDRAWN}
    ),
    OfferStatus.ACCEPTED: frozenset({OfferStatus.WITHDRAWN}),
    OfferStatus.DECLINED: frozenset(),
    OfferStatus.WITHDRAWN: frozenset({OfferStatus.ASKED, OfferStatus.OFFERED}),
}
LIVE = (AskStatus.OPEN, AskStatus.OFFERED)  # somebody can still come to help
SETTLED_AFTER = timedelta(days=30)  # since it was said that it helped; then the ask closes
TAKEN = (OfferStatus.OFFERED, OfferStatus.ACCEPTED)  # counts against what an expert can take


def can_become(now: AskStatus, then: AskStatus) -> bool:
    """Whether an ask in the one state may come into the other; staying as it is is no step."""
    return then in NEXT[now]


def offer_can_become(now: OfferStatus, then: OfferStatus) -> bool:
    """The same for an offer."""
    return then in OFFER_NEXT[now]


def live_status(offers: Iterable[OfferStatus]) -> AskStatus:
    """The state of an ask that is not over: offered while somebody offers, else open."""
    return AskStatus.OFFERED if any(one in TAKEN for one in offers) else AskStatus.OPEN


def standing(status: AskStatus, *, accepted: bool, verdict: Verdict | None) -> Standing:
    """How an ask in that state stands; `accepted`: somebody was, and has not gone back."""
    if status == AskStatus.OFFERED and accepted:
        return Standing.ACCEPTED
    if status == AskStatus.HELPED and verdict == Verdict.PARTLY:
        return Standing.PARTLY
    return Standing(status.value)


def after_verdict(verdict: Verdict) -> AskStatus:
    """What an ask becomes when its project says whether it helped."""
    return AskStatus.CLOSED if verdict == Verdict.NO else AskStatus.HELPED
