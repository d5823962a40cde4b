"""Seeded text like the real thing: words of the demonstration, as often as they occur there."""

import random
import re
import tomllib
from collections import Counter
from itertools import accumulate
from pathlib import Path

DRAWN = 50_000  # words drawn at once
_WRITTEN = ("body", "asked", "answered", "still_open")  # where a post of the demonstration has text
CONTENT = Path(__file__).resolve().parents[1] / "forum" / "cli" / "demonstration"


class Writer:
    """Writes sentences whose words follow the demonstration's own distribution."""

    def __init__(self, seed: int) -> None:
        """Read the demonstration's posts once; the same seed writes the same texts."""
        self._random = random.Random(seed)
        counted = Counter(_words())
        self._words = list(counted)
        self._weights = list(accumulate(counted.values()))
        self._drawn: list[str] = []

    def sentence(self, characters: int) -> str:
        """About that many characters, ended by a full stop."""
        words: list[str] = []
        length = 0
        while length < characters:
            word = self._word()
            words.append(word)
            length += len(word) + 1
        return " ".join(words).capitalize() + "."

    def paragraphs(self, characters: int) -> str:
        """Markdown of about that length: sentences in paragraphs, here and there a list."""
        parts: list[str] = []
        while sum(map(len, parts)) < characters:
            parts.append(self.sentence(min(180, characters)))
            if self._random.random() < 0.1:
                parts.append("- " + self.sentence(40) + "\n- " + self.sentence(40))
        return "\n\n".join(parts)

    def _word(self) -> str:
        if not self._drawn:
            self._drawn = self._random.choices(self._words, cum_weights=self._weights, k=DRAWN)
        return self._drawn.pop()

    def pick(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return self._random.randint(low, high)


def _words() -> list[str]:
    found: list[str] = []
    for file in sorted(CONTENT.glob("threads-*.toml")):
        for thread in tomllib.loads(file.read_text(encoding="utf-8"))["thread"]:
            for post in thread["post"]:
                for part in _WRITTEN:
                    found += re.findall(r"[^\W\d_]{2,}", post.get(part, "").lower())
    return found
