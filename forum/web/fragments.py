"""Pieces of pages that depend on nothing but the values they show, kept once made.

Nothing is ever stale and nothing needs to be cleared: the key is everything the piece is made
of. Whoever edits a post changes the row, and the row is the key. What depends on who looks
(buttons, tokens, marks of what is new) stays outside.
"""

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask, request
from markupsafe import Markup

from forum.lib import clock
from forum.web import locale

MOST_KEPT = 4_096  # pieces a process, about two kilobytes each


def init_app(app: Flask) -> None:
    """Templates say `kept("room/_piece.html", row=row)` for a piece made of `row` alone."""

    @lru_cache(maxsize=MOST_KEPT)
    def made(
        template: str, _outside: tuple[Hashable, ...], *values: tuple[str, Hashable]
    ) -> Markup:
        piece = app.jinja_env.get_template(template).render(dict(values))
        return Markup(piece)  # noqa: S704  # our own template, escaped when rendered

    def kept(template: str, **values: Hashable) -> Markup:
        """The template rendered with `values` alone, for readers of this language and zone."""
        return made(template, _outside(), *values.items())

    app.jinja_env.globals["kept"] = kept


def _outside() -> tuple[Hashable, ...]:
    """What a piece depends on beside its values; a date of another year is told with its year."""
    zone = locale.timezone()
    year = clock.now().astimezone(clock.zone(zone)).year
    return locale.current_locale(), zone, request.script_root if request else "", year
