"""Words as they are found: folded, stemmed, and set down as tokens that both databases hold.

Python makes the tokens, so that SQLite and PostgreSQL index the same. Three sorts, told apart
by their first character: `=word` as written (folded; in order, for phrases and beginnings),
`~stem` (of the text's language), `#mark.value` (facets and who may find it).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

LONGEST_WORD = 40  # characters; what is longer is cut, in texts and questions alike
MOST_WORDS = 16_000  # of one text: a tsvector counts positions up to 16,383
MOST_POSITIONS = 255  # of one word in a tsvector
STEMS_KEPT = 20_000  # words whose stem a process remembers

_STEMMERS = {
    "es": Stemmer.Stemmer("spanish"),
    "pt": Stemmer.Stemmer("portuguese"),
    "en": Stemmer.Stemmer("english"),
    "fr": Stemmer.Stemmer("french"),
}
LANGUAGES = tuple(_STEMMERS)

# the stemmers know some endings only with their accent, which people leave out and folding takes
_ENDINGS = {
    "pt": (("coes", "ções"), ("cao", "ção"), ("soes", "sões"), ("sao", "são")),
}

# how a plural ends and its singular, longest first: the stemmers leave some of them apart
_PLURALS = {
    "es": (("ces", "z"), ("es", ""), ("s", "")),
    "pt": (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m"), ("res", "r"),
           ("zes", "z"), ("s", "")),
    "fr": (("aux", "al"), ("s", ""), ("x", "")),
}  # fmt: skip
_SHORTEST_SINGULAR = 2  # letters

_WORD = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:['’‘ʼꞌ´`][^\W_]+)+")
_MARKS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")

# words too common to tell texts apart, of the four languages
STOP = frozenset(
    "el la los las de del y o e a en que un una por para con se su es al lo como no "
    "os as do da dos das em um uma com na nos le les des du et une pour dans est au aux "
    "the of and to in is for on that it with are be was".split()
)


def fold(text: str) -> str:
    """The text in small letters, without accents and other marks."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


@lru_cache(maxsize=STEMS_KEPT)
def forms(word: str, language: str) -> frozenset[str]:
    """The stems of a folded word and its singular, folded; of other languages the word itself."""
    stemmer = _STEMMERS.get(language)
    if stemmer is None:
        return frozenset({word})
    both = (word, _singular(word, language))
    return frozenset(fold(stemmer.stemWord(_accented(one, language))) for one in both)


@lru_cache(maxsize=STEMS_KEPT)
def stems(word: str) -> frozenset[str]:
    """What a folded word may stand as in a text of any language, and itself."""
    return frozenset({word}).union(*(forms(word, language) for language in LANGUAGES))


def tokens(
    title: str,
    text: str,
    language: str,
    marks: Iterable[str],
    more: Iterable[tuple[str, str]] = (),
) -> str:
    """The tokens of a text, parted by spaces. No phrase spans title and text.

    `more` are texts, each with its language, that are found too: in any form, not as phrases.
    """
    written = [*words(title), "", *words(text)][:MOST_WORDS]
    found = _stems(title, language) | _stems(text, language)
    for other, its_language in more:
        found |= _stems(other, its_language)
    return " ".join(
        (
            *(f"={word}" for word in written),
            *sorted(f"~{one}" for one in found),
            *sorted(f"#{mark}" for mark in set(marks)),
        )
    )


def vector(made: str) -> str:
    """The tokens as the text of a tsvector; the words as written keep their positions."""
    places: dict[str, list[int]] = {}
    for place, token in enumerate(made.split(" "), 1):
        found = places.setdefault(token, [])
        if token.startswith("=") and len(found) < MOST_POSITIONS:
            found.append(place)
    return " ".join(
        f"'{token}':{','.join(map(str, found))}" if found else f"'{token}'"
        for token, found in places.items()
    )


def _stems(text: str, language: str) -> set[str]:
    """The stems of a text, and of what an apostrophe parts also those of the whole."""
    folded = fold(text)
    found = {word[:LONGEST_WORD] for word in _WORD.findall(folded)} - STOP
    found |= {"".join(_WORD.findall(one))[:LONGEST_WORD] for one in _JOINED.findall(folded)}
    return {form for word in found for form in forms(word, language)}


def _singular(word: str, language: str) -> str:
    for plural, singular in _PLURALS.get(language, ()):
        if word.endswith(plural) and len(word) - len(plural) >= _SHORTEST_SINGULAR:
            return word[: -len(plural)] + singular
    return word


def _accented(word: str, language: str) -> str:
    for bare, whole in _ENDINGS.get(language, ()):
        if word.endswith(bare):
            return word[: -len(bare)] + whole
    return word
