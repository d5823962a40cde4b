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

from flask import Flask
from markupsafe import Markup, escape

from forum.web import csrf, fragments, identity, locale
from forum.web.held import request_now

Told = Mapping[str, Hashable]

PATH, NEXT = "\0path\0", "\0next\0"  # nobody can write a NUL into a page
_KEPT = 256  # bars and feet, as they are on one page: two to eight kilobytes each
_LINK = pattern(r'<a href="([^"]*)"')
_UNTOLD: Told = {
    "exchange": "",  # the slug the navigation leads to
    "coalition": "",
    "several": False,  # exchanges
    "people": False,  # whether they see the experts
    "unread": None,  # None: no bell
    "moderates": False,
    "unreached": False,  # letters to them come back
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
        unreached=bool(me and not plain and told["unreached"]),
        name=me.name if me and not plain else "",
        door=not (me or plain),
        printed="" if plain else locale.today(),
    )
    foot = piece("frame/_foot.html", moderates=told["moderates"], plain=plain)
    path, address = _where()
    return Frame(
        piece("frame/_head.html"),
        csrf.filled(_filled(top, path, address)),
        _filled(foot, path, address),
    )


def here(links: Markup) -> Markup:
    """The links, and among them the page one is on (`page`) and what it is under (`true`)."""
    return _marked_for(links, request_now().path)


@lru_cache(maxsize=_KEPT)
def _marked_for(links: Markup, path: str) -> Markup:
    for link in _LINK.findall(links):
        if path == link:
            return _marked(links, link, "page")
        if link != "/" and path.startswith(f"{link}/"):
            return _marked(links, link, "true")
    return links


def _marked(links: Markup, address: str, how: str) -> Markup:
    link = f'<a href="{address}"'
    marked = str(links).replace(link, f'{link} aria-current="{how}"')
    return Markup(marked)  # noqa: S704  # our own words between our own


@lru_cache(maxsize=_KEPT)
def _filled(kept: Markup, path: str, address: str) -> Markup:
    """The piece as it is on that page; the path, and the address with its query."""
    html = str(kept).replace(PATH, str(escape(path))).replace(NEXT, str(escape(address)))
    return Markup(html)  # noqa: S704  # our own pieces, and what was escaped just now


def _where() -> tuple[str, str]:
    asked = request_now()
    query = asked.query_string.decode("utf-8", "replace")
    return asked.path, f"{asked.path}?{query}" if query else asked.path
