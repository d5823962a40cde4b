"""Pieces of pages: `piece` is one a room hands to the page of another; templates ask for `kept`.

What is kept once made depends on nothing but the values it shows. Nothing is ever stale and
nothing needs to be cleared: the key is everything the piece is made of. Whoever edits a post
changes the row, and the row is the key. What depends on who looks (buttons, tokens, marks of
what is new) stays outside.
"""

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache

from flask import Flask, current_app, render_template, request
from markupsafe import Markup

from forum.lib import clock
from forum.web import locale

MOST_KEPT = 4_096  # pieces a process, about two kilobytes each
_NEAR_NEW_YEAR = (12, 1)  # the months in which the year may be another elsewhere


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

    def kept_each(template: str, name: str, values: Iterable[Hashable]) -> Markup:
        """The same for each of the values in turn, by that name."""
        outside = _outside()
        return Markup("").join(made(template, outside, (name, one)) for one in values)

    app.extensions["kept_piece"] = made
    app.jinja_env.globals.update(kept=kept, kept_each=kept_each)


def pieces() -> Callable[..., Markup]:
    """What gives kept pieces to one page: a template's name, and what it is made of."""
    made, outside = current_app.extensions["kept_piece"], _outside()
    return lambda template, **values: made(template, outside, *values.items())


def piece(template: str, **context: object) -> Markup:
    """A template of ours rendered by itself, to be placed in a page as it is."""
    return _escaped_already(render_template(template, **context))


def _escaped_already(html: str) -> Markup:
    return Markup(html)  # noqa: S704  # our own template, which escaped its values


def _outside() -> tuple[Hashable, ...]:
    """What a piece depends on beside its values; a date of another year is told with its year."""
    zone, now = locale.timezone(), clock.now()
    if now.month in _NEAR_NEW_YEAR:
        now = now.astimezone(clock.zone(zone))
    return locale.current_locale(), zone, request.script_root if request else "", now.year
