"""Readable names for addresses."""

import re
import unicodedata
from collections.abc import Iterable

RESERVED = frozenset({"new"})  # addresses of ours


def fold(text: str) -> str:
    """Lower case, without diacritics: "Certificación" and "certificacion" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def slugify(text: str, limit: int = 60) -> str:
    """Letters, digits and hyphens only, at most `limit` characters."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:limit].strip("-")


def free_slug(base: str, taken: Iterable[str]) -> str:
    """`base`, or with the first number behind it that makes it free; never one of ours."""
    full = {*taken, *RESERVED}
    numbered = (f"{base[:56]}-{n}" for n in range(2, len(full) + 3))
    return next(slug for slug in (base, *numbered) if slug not in full)
