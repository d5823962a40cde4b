"""How well an expert and an ask fit, and why. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class Knows(Protocol):
    """An expert, as far as fitting goes."""

    @property
    def topics(self) -> list[str]:
        """Slugs of what they know."""

    @property
    def languages(self) -> list[str]:
        """The languages they answer in."""

    @property
    def countries(self) -> list[str]:
        """The countries they know."""


@dataclass(frozen=True)
class Fit:
    """What fits. `language` and `country` are None where they do not."""

    topics: tuple[str, ...] = ()
    language: str | None = None
    country: str | None = None

    @property
    def score(self) -> int:
        """Knowing the matter counts most; then being understood; then knowing the place."""
        return 4 * len(self.topics) + 2 * bool(self.language) + bool(self.country)

    @property
    def good(self) -> bool:
        """Whether the matter is known and the language spoken."""
        return bool(self.topics and self.language)


def fit(
    expert: Knows, *, topics: Collection[str], language: str, country: str | None = None
) -> Fit:
    """Why that expert fits what is asked."""
    return Fit(
        tuple(slug for slug in topics if slug in expert.topics),
        language if language in expert.languages else None,
        country if country and country in expert.countries else None,
    )
