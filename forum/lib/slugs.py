"""Readable names for addresses."""

import re
import unicodedata


def fold(text: str) -> str:
    """Lower case, without diacritics: "Certificación" and "certificacion" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def slugify(text: str, limit: int = 60) -> str:
    """Letters, digits and hyphens only, at most `limit` characters."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:limit].strip("-")
