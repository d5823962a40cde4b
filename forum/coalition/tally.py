"""Counting a vote: pure, exact, and it says which rule decided (DOMAIN section 4, rules 6–8)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Any


class Choice(StrEnum):
    """What a seat says. A block is a "serious objection": it counts as a disagree."""

    AGREE = "agree"
    ABSTAIN = "abstain"
    DISAGREE = "disagree"
    BLOCK = "block"


NEEDS_REASON = frozenset({Choice.DISAGREE, Choice.BLOCK})

FIRST_CALL, SECOND_CALL = 1, 2

RULES_KEPT = 256  # read from their stored words: coalitions change them a few times a year
COUNTS_KEPT = 512  # of votes, each as it stood: the same ballots under the same rules

FEW_SEATS = 8  # with no more, totals and what one knows of a few are nearly the whole story


class VoteOutcome(StrEnum):
    """What a closed vote came to."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    NO_QUORUM = "no_quorum"


class Deciding(StrEnum):
    """The rule that decided."""

    QUORUM = "quorum"  # too few voted
    NOBODY_AGREED = "nobody_agreed"  # all abstained, or none agreed
    MAJORITY = "majority"  # too few of those who did not abstain agreed
    COUNTRIES = "countries"  # those who agreed are of too few countries
    CARRIED = "carried"


@dataclass(frozen=True)
class Rules:
    """The rules a vote is held under; each vote keeps its own copy. Fractions as "1/2"."""

    quorum: str = "1/2"  # more than this share of the seats must have voted
    majority: str = "2/3"  # at least this share of agree + disagree + block must be agree
    minimum_countries: int = 2  # the agreeing seats must be of at least so many
    discussion_days: int = 21
    voting_days: int = 14
    longest_voting_days: int = 120  # a later closing is a slip of the pen
    second_call_days: int = 7
    second_call_quorum: str = "1/3"  # at least this share must have voted, for one and in one
    cosponsors: int = 2  # so many other projects must co-sponsor what is discussed; 0: none
    few_members: int = 8  # with fewer member projects ...
    cosponsors_when_few: int = 1  # ... so many are enough
    cosponsor_countries: int = 2  # the proposing and co-sponsoring projects are of at least so many
    form_check_days: int = 0  # a proposal waits so long for whoever facilitates to look at its form
    acknowledgement_days: int = 7
    secretariat_days: int = 60
    tac_days: int = 90
    board_days: int = 120
    longest_extension_days: int = 90  # by so much at most the time to answer is extended, once

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be copied into a vote."""
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Rules":
        """The rules out of their stored copy."""
        return cls(**stored)

    @classmethod
    @lru_cache(maxsize=RULES_KEPT)
    def written(cls, stored: str) -> "Rules":
        """The same from the words they are stored in."""
        return cls.of(json.loads(stored))

    def answer_days(self, route: str | None) -> int:
        """How many days the certifier has, by route; the secretariat's until one is named."""
        days: int = getattr(self, f"{route or 'secretariat'}_days")
        return days


@dataclass(frozen=True)
class SeatBallot:
    """One frozen seat and what it said last; `choice` None while it has not voted."""

    country: str  # ISO 3166, as frozen when the vote was opened
    choice: Choice | None


@dataclass(frozen=True)
class Tally:
    """A count and what it comes to. Always agree + abstain + disagree + block == cast <= seats."""

    seats: int
    cast: int
    agree: int
    abstain: int
    disagree: int
    block: int
    countries: int  # of the agreeing seats
    quorum_needed: int  # how many seats must have voted
    outcome: VoteOutcome
    deciding: Deciding

    @property
    def not_voted(self) -> int:
        """Seats that said nothing."""
        return self.seats - self.cast

    @property
    def taking_sides(self) -> int:
        """Seats that did not abstain."""
        return self.agree + self.disagree + self.block


class GivesAway(StrEnum):
    """Why totals, without any name, can still tell how a project voted."""

    EVERYBODY = "everybody"  # every seat said the same
    ALL_WHO_VOTED = "all_who_voted"  # who voted said the same: to have voted is to have said it
    ALL_OTHERS = "all_others"  # the same, but for the projects that are named with an objection
    FEW_SEATS = "few_seats"


def gives_away(count: Tally, named: int = 0) -> GivesAway | None:
    """Whether the totals of that count betray ballots, and why; None while nobody voted.

    `named`: how many objecting projects let themselves be named, so that theirs is known anyway.
    """
    if not count.cast:
        return None
    others = count.cast - named
    if others in (count.agree, count.abstain, count.disagree, count.block - named):
        if named:
            return GivesAway.ALL_OTHERS
        return GivesAway.ALL_WHO_VOTED if count.not_voted else GivesAway.EVERYBODY
    return GivesAway.FEW_SEATS if has_few_seats(count) else None


def has_few_seats(count: Tally) -> bool:
    """Whether there are so few that totals tell much of each, whatever they come to."""
    return count.seats <= FEW_SEATS


def quorum_needed(rules: Rules, seats: int, call: int = FIRST_CALL) -> int:
    """How many seats must have voted.

    In a first call more than its share (4 of 6, 4 of 7), in a second one at least its share
    (2 of 6, 3 of 7).
    """
    if call == FIRST_CALL:
        return int(Fraction(rules.quorum) * seats) + 1
    return max(1, ceil(Fraction(rules.second_call_quorum) * seats))


def second_call_follows(rules: Rules, count: Tally, call: int) -> bool:
    """Whether a call that came to this is followed by a second one.

    The first is, when it missed its quorum and at least the second call's share voted
    (`3·cast ≥ seats`). There is never a third.
    """
    missed = call == FIRST_CALL and count.deciding is Deciding.QUORUM
    return missed and count.cast >= quorum_needed(rules, count.seats, SECOND_CALL)


def tally(rules: Rules, seats: Iterable[SeatBallot], call: int = FIRST_CALL) -> Tally:
    """Count the seats under the rules and decide. The order of the seats does not matter."""
    return _counted(rules, tuple(seats), call)


@lru_cache(maxsize=COUNTS_KEPT)
def _counted(rules: Rules, all_seats: tuple[SeatBallot, ...], call: int) -> Tally:
    said = [seat.choice for seat in all_seats if seat.choice is not None]
    count = {choice: said.count(choice) for choice in Choice}
    countries = len({seat.country for seat in all_seats if seat.choice is Choice.AGREE})
    needed = quorum_needed(rules, len(all_seats), call)
    outcome, deciding = _decide(rules, len(said) >= needed, count, countries)
    return Tally(
        seats=len(all_seats),
        cast=len(said),
        agree=count[Choice.AGREE],
        abstain=count[Choice.ABSTAIN],
        disagree=count[Choice.DISAGREE],
        block=count[Choice.BLOCK],
        countries=countries,
        quorum_needed=needed,
        outcome=outcome,
        deciding=deciding,
    )


def _decide(
    rules: Rules, has_quorum: bool, count: Mapping[Choice, int], countries: int
) -> tuple[VoteOutcome, Deciding]:
    agree = count[Choice.AGREE]
    taking_sides = agree + count[Choice.DISAGREE] + count[Choice.BLOCK]
    if not has_quorum:
        return VoteOutcome.NO_QUORUM, Deciding.QUORUM
    if agree == 0:
        return VoteOutcome.NOT_ADOPTED, Deciding.NOBODY_AGREED
    if Fraction(agree, taking_sides) < Fraction(rules.majority):
        return VoteOutcome.NOT_ADOPTED, Deciding.MAJORITY
    if countries < rules.minimum_countries:
        return VoteOutcome.NOT_ADOPTED, Deciding.COUNTRIES
    return VoteOutcome.ADOPTED, Deciding.CARRIED
