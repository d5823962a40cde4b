"""What stands around every page: made once for each kind of reader, and kept.

The bar, the navigation and the foot depend on few values: the reader's language and name, where
the links lead, how much is new. Whole pieces are kept under these; what belongs to one page or
one session has a mark in them, and is put in its place each time. The rooms above say what they
know through `shows`.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from re import compile as pattern

from flask import Flask, request
from markupsafe import Markup, escape

from forum.lib import clock
from forum.web import csrf, fragments, identity, locale

Told = Mapping[str, Hashable]

PATH, NEXT = "\0path\0", "\0next\0"  # nobody can write a NUL into a page
_NAVIGATIONS = 256  # kept, with each of their links marked
_LINK = pattern(r'<a href="([^"]*)"')
_UNTOLD: Told = {
    "exchange": "",  # the slug the navigation leads to
    "coalition": "",
    "several": False,  # exchanges
    "people": False,  # whether they see the experts
    "unread": None,  # None: no bell
    "moderates": False,
}

_tellers: list[Callable[[], Told]] = []


@dataclass(frozen=True)
class Frame:
    """The pieces around one page."""

    head: Markup
    top: Markup
    foot: Markup


def init_app(app: Flask) -> None:
    """Templates ask for `frame()`."""
    app.jinja_env.globals.update(frame=frame, path_mark=PATH, next_mark=NEXT)


def shows(teller: Callable[[], Told]) -> Callable[[], Told]:
    """Register what a room knows of the frame's values, for the request that is being answered.

    Asked with every page, also one that must do without the database (`identity.is_quiet`).
    """
    _tellers.append(teller)
    return teller


def frame(*, plain: bool = False) -> Frame:
    """What stands around the page of this request.

    `plain`: of a page that is the same bytes whatever does not exist, so without its address,
    without a form, and without a name.
    """
    told = dict(_UNTOLD)
    for teller in _tellers:
        told |= teller()
    me = identity.current()
    piece = fragments.pieces()
    links = here(
        piece(
            "frame/_links.html",
            exchange=told["exchange"],
            coalition=told["coalition"],
            several=told["several"],
            people=told["people"],
        )
    )
    top = piece(
        "frame/_top.html",
        links=links,
        unread=told["unread"] if me else None,
        name=me.name if me and not plain else "",
        door=not (me or plain),
        printed="" if plain else locale.day(clock.now()),
    )
    foot = piece("frame/_foot.html", moderates=told["moderates"], plain=plain)
    return Frame(piece("frame/_head.html"), _filled(top), _filled(foot))


def here(links: Markup) -> Markup:
    """The links, and among them the page one is on (`page`) and what it is under (`true`)."""
    path = request.path
    for link in _addresses(links):
        if path == link:
            return _marked(links, link, "page")
        if link != "/" and path.startswith(f"{link}/"):
            return _marked(links, link, "true")
    return links


@lru_cache(maxsize=_NAVIGATIONS)
def _addresses(links: Markup) -> list[str]:
    return _LINK.findall(links)


@lru_cache(maxsize=_NAVIGATIONS)
def _marked(links: Markup, address: str, how: str) -> Markup:
    link = f'<a href="{address}"'
    marked = str(links).replace(link, f'{link} aria-current="{how}"')
    return Markup(marked)  # noqa: S704  # our own words between our own


def _filled(kept: Markup) -> Markup:
    html = str(kept)
    if PATH in html:
        html = html.replace(PATH, str(escape(request.path)))
    if NEXT in html:
        html = html.replace(NEXT, str(escape(_address())))
    return csrf.filled(Markup(html))  # noqa: S704  # our own pieces, and what was escaped just now


def _address() -> str:
    query = request.query_string.decode("utf-8", "replace")
    return f"{request.path}?{query}" if query else request.path
