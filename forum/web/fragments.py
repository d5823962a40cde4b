"""Pieces of pages: `piece` is one a room hands to the page of another; templates ask for `kept`.

What is kept once made depends on nothing but the values it shows. Nothing is ever stale and
nothing needs to be cleared: the key is everything the piece is made of. Whoever edits a post
changes the row, and the row is the key. What depends on who looks (buttons, tokens, marks of
what is new) stays outside.
"""

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask, render_template, request
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
        return _escaped_already(app.jinja_env.get_template(template).render(dict(values)))

    def kept(template: str, /, **values: Hashable) -> Markup:
        """The template rendered with `values` alone, for readers of this language and zone."""
        return made(template, _outside(), *values.items())

    def frame(piece: str, /, **values: Hashable) -> Markup:
        """The same of `frame/`, what stands around every page."""
        return made(f"frame/_{piece}.html", _outside(), *values.items())

    app.jinja_env.globals.update(kept=kept, frame=frame)


def piece(template: str, **context: object) -> Markup:
    """A template of ours rendered by itself, to be placed in a page as it is."""
    return _escaped_already(render_template(template, **context))


def _escaped_already(html: str) -> Markup:
    return Markup(html)  # noqa: S704  # our own template, which escaped its values


def _outside() -> tuple[Hashable, ...]:
    """What a piece depends on beside its values; a date of another year is told with its year."""
    zone = locale.timezone()
    year = clock.now().astimezone(clock.zone(zone)).year
    return locale.current_locale(), zone, request.script_root if request else "", year
