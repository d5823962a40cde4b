"""What a proposal needs behind it before it is discussed (DOMAIN section 4, rule 2): pure."""

from collections.abc import Collection
from dataclasses import dataclass

from forum.coalition.tally import Rules


@dataclass(frozen=True)
class Lacking:
    """How many projects must still co-sponsor, and how many of those from other countries."""

    projects: int
    abroad: int


def cosponsors_needed(rules: Rules, members: int) -> int:
    """How many other projects must co-sponsor in a coalition of so many members."""
    if members < rules.few_members:
        return min(rules.cosponsors, rules.cosponsors_when_few)
    return rules.cosponsors


def lacking(rules: Rules, members: int, country: str, cosponsors: Collection[str]) -> Lacking:
    """What is still missing: `country` is the proposing project's, `cosponsors` the others'."""
    needed = cosponsors_needed(rules, members)
    if needed == 0:
        return Lacking(0, 0)
    abroad = max(0, rules.cosponsor_countries - len({country, *cosponsors}))
    return Lacking(max(needed - len(cosponsors), abroad), abroad)
