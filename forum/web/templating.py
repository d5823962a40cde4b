"""What every template may use, also in a block rendered alone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from babel import Locale
from flask import Flask, current_app, get_flashed_messages, session
from jinja2 import StrictUndefined
from markupsafe import Markup

from forum.config import Settings
from forum.lib.languages import WRITTEN
from forum.web import fragments, identity, locale

_COUNTRIES = 1_024  # in all languages
_HEADING = re.compile(r"(</?h)([456])(?=>)")


@dataclass(frozen=True)
class PublicSettings:
    """The settings that pages show."""

    name: str
    body: str
    host: str
    demo: bool
    grievance_url: str
    base_url: str


class Macros:
    """A module of macros in the reader's language, compiled at first use, with our globals."""

    def __init__(self, app: Flask, template: str) -> None:
        self._app, self._template = app, template
        self._modules: dict[str, object] = {}

    def __getattr__(self, name: str) -> object:
        language = locale.current_locale()
        if self._app.jinja_env.auto_reload or language not in self._modules:
            template = self._app.jinja_env.get_template(self._template)
            self._modules[language] = template.module
        return getattr(self._modules[language], name)


def init_app(app: Flask, settings: Settings) -> None:
    """Register globals and filters; undefined names are errors."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    env.globals.update(
        ui=Macros(app, "macros/ui.html"),
        pictures=Macros(app, "macros/pictures.html"),
        when=locale.when,
        in_zone=locale.in_zone,
        day=locale.day,
        day_there=locale.day_there,
        ago=locale.ago,
        since=locale.ago,  # the same, for a macro that is itself called ago
        until=locale.until,
        zone_name=locale.zone_name,
        country=country,
        language=language,
        languages=locale.LANGUAGES,
        current_locale=locale.current_locale,
        who=fragments.not_kept(identity.current),
        has_endpoint=has_endpoint,
        flashed=flashed,
        head_links=head_links,
        config_public=PublicSettings(
            name=settings.app_name,
            body=settings.body_name,
            host=settings.host_name,
            demo=settings.demo,
            grievance_url=settings.grievance_url,
            base_url=settings.base_url,
        ),
    )
    env.filters["stored_html"] = stored_html


# What rooms add to the head of the page that was asked for, such as the address of its feed.
in_head: list[Callable[[], Markup | None]] = []


def head_links() -> Markup:
    """All of it."""
    return Markup("").join(made for add in in_head if (made := add()))


def flashed() -> Sequence[tuple[str, str]]:
    """Category and text of what was done just now, told once."""
    found: Any = get_flashed_messages(with_categories=True) if "_flashes" in session else ()
    return cast(Sequence[tuple[str, str]], found)


def stored_html(html: str, first: int = 4) -> Markup:
    """Html that was rendered and sanitised when it was written.

    Its headings, stored as h4 to h6, begin at `first`: one below what stands over them.
    """
    up = 4 - first
    if up and "<h" in html:
        html = _HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) - up}", html)
    return Markup(html)  # noqa: S704  # sanitised when it was written


def country(code: str) -> str:
    """A country's name in the reader's language, by its ISO 3166 code."""
    return _country(code, locale.current_locale())


@lru_cache(maxsize=_COUNTRIES)
def _country(code: str, spoken: str) -> str:
    return str(Locale.parse(spoken).territories.get(code, code))


def language(code: str) -> str:
    """A language's name in the reader's language, by its BCP 47 code."""
    known = Locale.parse(locale.current_locale()).languages
    return str(known.get(code.split("-", maxsplit=1)[0]) or WRITTEN.get(code, code))


def has_endpoint(name: str) -> bool:
    """Whether a view of that name is registered."""
    return name in current_app.view_functions
