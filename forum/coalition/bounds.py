"""How far each rule of a coalition may be set, and what rules must not contradict each other: pure.

Bounds keep slips of the pen out, and rules under which nobody could ever decide.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from forum.coalition.tally import Rules


@dataclass(frozen=True)
class Between:
    """A whole number from `least` to `most`, both allowed."""

    least: int
    most: int


SHARES: dict[str, tuple[str, ...]] = {  # the shares that may be chosen, the smallest first
    "quorum": ("1/3", "1/2", "3/5", "2/3", "3/4"),
    "majority": ("3/5", "2/3", "3/4", "4/5"),  # at least: half against half decides nothing
    "second_call_quorum": ("1/4", "1/3", "1/2"),
}
NUMBERS: dict[str, Between] = {
    "cosponsors": Between(0, 10),
    "few_members": Between(0, 30),
    "cosponsors_when_few": Between(0, 10),
    "cosponsor_countries": Between(1, 10),
    "form_check_days": Between(0, 30),
    "discussion_days": Between(7, 180),
    "voting_days": Between(3, 90),
    "longest_voting_days": Between(14, 365),
    "minimum_countries": Between(1, 20),
    "second_call_days": Between(3, 60),
    "acknowledgement_days": Between(1, 60),
    "secretariat_days": Between(14, 365),
    "tac_days": Between(14, 365),
    "board_days": Between(14, 365),
    "longest_extension_days": Between(1, 365),
}
GROUPS: dict[str, tuple[str, ...]] = {  # in the order they are read
    "discussion": (
        "cosponsors",
        "few_members",
        "cosponsors_when_few",
        "cosponsor_countries",
        "form_check_days",
        "discussion_days",
    ),
    "vote": (
        "voting_days",
        "longest_voting_days",
        "quorum",
        "majority",
        "minimum_countries",
        "second_call_quorum",
        "second_call_days",
    ),
    "answer": (
        "acknowledgement_days",
        "secretariat_days",
        "tac_days",
        "board_days",
        "longest_extension_days",
    ),
}
NAMES = tuple(name for names in GROUPS.values() for name in names)


class Clash(StrEnum):
    """Why rules cannot stand, by themselves or together."""

    OUT_OF_BOUNDS = "out_of_bounds"
    COUNTRIES = "countries"  # more countries than are seated: nothing could be adopted
    MEMBERS = "members"  # more co-sponsors than there are other members
    SECOND_QUORUM = "second_quorum"  # the second call would ask for more than the first
    VOTING = "voting"  # the longest vote would be shorter than the shortest
    ACKNOWLEDGEMENT = "acknowledgement"  # receipt would be due after the answer


def differences(old: Rules, new: Rules) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the rules that change were, and what they will be: by name."""
    changed = [
        one.name for one in fields(Rules) if getattr(old, one.name) != getattr(new, one.name)
    ]
    return (
        {name: getattr(old, name) for name in changed},
        {name: getattr(new, name) for name in changed},
    )


def clashes(old: Rules, new: Rules, *, countries: int, members: int) -> list[tuple[str, Clash]]:
    """The rules that cannot be set so, and why; `countries` and `members` as seated today.

    What stays as it was is not out of bounds, however it came there.
    """
    changed = differences(old, new)[1]
    found = [(name, Clash.OUT_OF_BOUNDS) for name in changed if not _within(name, changed[name])]
    if new.minimum_countries > countries and "minimum_countries" in changed:
        found.append(("minimum_countries", Clash.COUNTRIES))
    if new.cosponsor_countries > countries and "cosponsor_countries" in changed:
        found.append(("cosponsor_countries", Clash.COUNTRIES))
    needed = "cosponsors_when_few" if members < new.few_members else "cosponsors"
    if changed and min(getattr(new, needed), new.cosponsors) > max(0, members - 1):
        found.append((needed, Clash.MEMBERS))
    if _asks_more(new) and changed.keys() & {"quorum", "second_call_quorum"}:
        found.append(("second_call_quorum", Clash.SECOND_QUORUM))
    if new.longest_voting_days < new.voting_days:
        found.append(("longest_voting_days", Clash.VOTING))
    if new.acknowledgement_days > min(new.secretariat_days, new.tac_days, new.board_days):
        found.append(("acknowledgement_days", Clash.ACKNOWLEDGEMENT))
    return found


def _within(name: str, value: Any) -> bool:
    if name in SHARES:
        return value in SHARES[name]
    return name in NUMBERS and NUMBERS[name].least <= value <= NUMBERS[name].most


def _asks_more(rules: Rules) -> bool:
    return Fraction(rules.second_call_quorum) > Fraction(rules.quorum)
