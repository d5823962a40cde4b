"""Pieces of pages: `piece` is one a room hands to the page of another; templates ask for `kept`.

What is kept once made depends on nothing but the values it shows. Nothing is ever stale and
nothing needs to be cleared: the key is everything the piece is made of. Whoever edits a post
changes the row, and the row is the key. What the one who looks may do there is a value like any
other; a piece that asks for it by itself fails (`not_kept`). The token of its forms is a mark,
filled in each time.
"""

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import TypeVar

from flask import Flask, current_app, has_request_context, render_template
from markupsafe import Markup

from forum.lib import clock
from forum.web import csrf, locale
from forum.web.held import held, request_now

Asked = TypeVar("Asked")

MOST_KEPT = 4_096  # pieces a process, about two kilobytes each
FORMS_KEPT = 512  # about twelve kilobytes each
_OUTSIDE = "outside of kept pieces"
_NEAR_NEW_YEAR = (12, 1)  # the months in which the year may be another elsewhere


def init_app(app: Flask) -> None:
    """Templates say `kept("room/_piece.html", row=row)` for a piece made of `row` alone."""

    @lru_cache(maxsize=MOST_KEPT)
    def made(
        template: str, _outside: tuple[Hashable, ...], *values: tuple[str, Hashable]
    ) -> Markup:
        with csrf.marked():
            return _escaped_already(app.jinja_env.get_template(template).render(dict(values)))

    @lru_cache(maxsize=FORMS_KEPT)
    def made_by(
        make: Callable[..., Markup], _outside: tuple[Hashable, ...], *values: Hashable
    ) -> Markup:
        with csrf.marked():
            return make(*values)

    def kept(template: str, /, **values: Hashable) -> Markup:
        """The template rendered with `values` alone, for readers of this language and zone."""
        return csrf.filled(made(template, _outside(), *values.items()))

    def kept_each(template: str, name: str, values: Iterable[Hashable]) -> Markup:
        """The same for each of the values in turn, by that name."""
        outside = _outside()
        pieces = [made(template, outside, (name, one)) for one in values]
        return csrf.filled(_escaped_already("".join(pieces)))

    app.extensions["kept_piece"], app.extensions["kept_by"] = made, made_by
    app.jinja_env.globals.update(kept=kept, kept_each=kept_each, pieces=pieces)


class AskedWhoLooks(Exception):
    """A piece that is kept for everybody asked who looks at it: our mistake."""


def not_kept(ask: Callable[[], Asked]) -> Callable[[], Asked]:
    """A question that templates may put, but for pieces that are kept. Raises AskedWhoLooks."""

    def asked() -> Asked:
        if csrf.is_marked():
            raise AskedWhoLooks(ask.__name__)
        return ask()

    return asked


def pieces() -> Callable[..., Markup]:
    """`kept`, for a page of many: who it is made for is asked once."""
    made, outside = current_app.extensions["kept_piece"], _outside()
    return lambda template, **values: csrf.filled(made(template, outside, *values.items()))


def kept_piece(template: str, **values: Hashable) -> Markup:
    """As `piece`, of these values alone: made once for each of them, and kept."""
    return pieces()(template, **values)


def kept_by(make: Callable[..., Markup], *values: Hashable) -> Markup:
    """What a function of the module makes of these values alone, by `rendered`: kept likewise.

    For a piece around a form that nobody has typed into: its key, its owner and its token are
    marks while it is made.
    """
    made: Callable[..., Markup] = current_app.extensions["kept_by"]
    return csrf.filled(made(make, _outside(), *values))


def rendered(template: str, **context: object) -> Markup:
    """A template of ours with these values and nothing of the request."""
    return _escaped_already(current_app.jinja_env.get_template(template).render(context))


def piece(template: str, **context: object) -> Markup:
    """A template of ours rendered by itself, to be placed in a page as it is."""
    return _escaped_already(render_template(template, **context))


def _escaped_already(html: str) -> Markup:
    return Markup(html)  # noqa: S704  # our own template, which escaped its values


def _outside() -> tuple[Hashable, ...]:
    """What a piece depends on beside its values, found once a request and letter."""
    forced = locale.forced()
    holding = held()
    known: tuple[object, tuple[Hashable, ...]] | None = holding.get(_OUTSIDE)
    if known is not None and known[0] == forced:
        return known[1]
    found = _looked_for()
    holding.setdefault(_OUTSIDE, (forced, found))
    return found


def _looked_for() -> tuple[Hashable, ...]:
    """Language, zone, mount point, and year: a date of another year is told with its year."""
    zone, now = locale.timezone(), clock.now()
    if now.month in _NEAR_NEW_YEAR:
        now = now.astimezone(clock.zone(zone))
    root = request_now().root_path if has_request_context() else ""
    return locale.current_locale(), zone, root, now.year
