"""How a file is told of on a page: its size, its kind, and whether pictures are shown."""

from babel.numbers import format_decimal
from flask import request

from forum.files.kinds import PICTURES, SUFFIXES
from forum.web import identity
from forum.web.locale import current_locale
from forum.web.locale import gettext as _
from forum.web.settings import settings


def file_size(size: int) -> str:
    """A size in bytes as people say it: kilobytes, from a million on megabytes."""
    if size < 1_000_000:
        return str(_("%(number)s KB", number=_number(max(1, round(size / 1000)))))
    return str(_("%(number)s MB", number=_number(round(size / 1_000_000, 1))))


def file_word(media_type: str) -> str:
    """The kind of file in a word: PDF, DOCX, picture."""
    return str(_("Picture")) if media_type in PICTURES else SUFFIXES[media_type].upper()


def most_bytes() -> int:
    """How many bytes one file may have."""
    return settings().max_file


def shows_pictures() -> bool:
    """Whether this page shows small pictures at once; else it names them, with their size.

    Not for people who chose light pages, nor where the browser asks to save data.
    """
    who = identity.current()
    saving = request.headers.get("Save-Data", "").strip().lower() == "on"
    return not (saving or (who is not None and who.light))


def _number(value: float) -> str:
    return format_decimal(value, locale=current_locale())
