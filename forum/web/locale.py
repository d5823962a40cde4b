"""The reader's language and time zone, and dates in their words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale, support
from babel.dates import format_date, format_timedelta, get_month_names, get_timezone_location
from flask import Flask, g, request
from flask_babel import Babel, get_translations, lazy_gettext
from flask_babel import force_locale as force_babel_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from forum.config import Settings
from forum.lib import clock
from forum.web import identity
from forum.web.held import held
from forum.web.settings import settings

__all__ = [
    "ago",
    "ago_now",
    "current_locale",
    "day",
    "day_there",
    "force_locale",
    "gettext",
    "in_zone",
    "is_there",
    "later",
    "lazy_gettext",
    "months",
    "ngettext",
    "timezone",
    "timezone_of",
    "today",
    "until",
    "when",
    "zone_name",
]

A_MINUTE = 60  # seconds: what is nearer is now
LANGUAGE_COOKIE = "language"
LANGUAGES = {"en": "English", "es": "Español"}  # each in its own words

# a day without and with its year, as each language writes it within a sentence ("hasta el …")
_DAY_PATTERNS = {
    "en": ("EEEE, MMMM d", "EEEE, MMMM d, y"),
    "es": ("EEEE d 'de' MMMM", "EEEE d 'de' MMMM 'de' y"),
}

_other_timezone: ContextVar[str | None] = ContextVar("other_timezone", default=None)
_other_locale: ContextVar[str | None] = ContextVar("other_locale", default=None)


def init_app(app: Flask, settings: Settings) -> None:
    """Start Flask-Babel with our two questions answered."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_locale
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=_choose_locale, timezone_selector=timezone)
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # its i18n extension's
    app.jinja_env.globals.update(_=_shown, gettext=_shown, ngettext=_shown_in_number)


@pass_eval_context
def _shown(within: EvalContext, message: str, /, **values: object) -> str:
    """The message in a template: as Jinja's own, found in fewer steps."""
    said = _catalogue(current_locale()).ugettext(message)
    return (Markup(said) if within.autoescape else said) % values  # noqa: S704  # our own words


@pass_eval_context
def _shown_in_number(
    within: EvalContext, one: str, several: str, num: int, /, **values: object
) -> str:
    said = _catalogue(current_locale()).ungettext(one, several, num)
    values = {"num": num, **values}
    return (Markup(said) if within.autoescape else said) % values  # noqa: S704  # our own words


def gettext(message: str, /, **values: object) -> str:
    """The message in the language in use, with its values (`%(name)s`)."""
    said = _catalogue(current_locale()).ugettext(message)
    return said % values if values else said


class Later:
    """A sentence that is looked up when it is read."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, /, **values: object) -> None:
        self._message, self._values = message, values

    def __str__(self) -> str:
        return gettext(self._message, **self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Later) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash((self._message, *self._values.items()))


later = Later  # as policies say it: `from forum.web.locale import later as _`


def ngettext(one: str, several: str, num: int, /, **values: object) -> str:
    """As `gettext`, in the form that language has for `num` things; `%(num)d` is known."""
    said = _catalogue(current_locale()).ungettext(one, several, num)
    return said % {"num": num, **values}


@lru_cache(maxsize=16)
def _catalogue(code: str) -> support.NullTranslations:
    with force_babel_locale(code):
        found: support.NullTranslations = get_translations()
        return found


def forced() -> tuple[str | None, str | None]:
    """The language and zone that somebody else's letter is made in; None: the reader's."""
    return _other_locale.get(), _other_timezone.get()


def current_locale() -> str:
    """The language code in use now, for `lang=` and for letters."""
    return _other_locale.get() or held().get("locale_for_request") or _choose_locale()


@contextmanager
def force_locale(code: str) -> Iterator[None]:
    """Inside the block everything is said in that language: for letters to somebody else."""
    token = _other_locale.set(code)
    try:
        with force_babel_locale(code):
            yield
    finally:
        _other_locale.reset(token)


def timezone() -> str:
    """The IANA name of the reader's zone."""
    if other := _other_timezone.get():
        return other
    if who := identity.current():
        return who.timezone
    return settings().default_timezone


@contextmanager
def timezone_of(name: str) -> Iterator[None]:
    """Inside the block dates are told in that zone: for letters to somebody else."""
    token = _other_timezone.set(name)
    try:
        yield
    finally:
        _other_timezone.reset(token)


def when(at: datetime, tz: str | None = None) -> str:
    """A moment in words: weekday, day, month (and year when not this one), hour."""
    local = at.astimezone(clock.zone(tz or timezone()))
    return f"{day(local.date())}, {local:%H:%M}"


def in_zone(at: datetime, tz: str | None = None) -> str:
    """As `when`, with the zone's city named."""
    name = tz or timezone()
    return str(gettext("%(when)s (%(zone)s time)", when=when(at, name), zone=zone_name(name)))


def day(on: date | datetime) -> str:
    """A day in words, in the reader's zone if it is a moment."""
    if isinstance(on, datetime):
        on = on.astimezone(clock.zone(timezone())).date()
    this_year = clock.now().astimezone(clock.zone(timezone())).year
    return _day(on, current_locale(), with_year=on.year != this_year)


def today() -> str:
    """This day in words, without its year, in the reader's zone."""
    on = clock.now().astimezone(clock.zone(timezone())).date()
    return _day(on, current_locale(), with_year=False)


def is_there(at: datetime, tz: str) -> bool:
    """Whether the reader's clocks show the same hour at that moment as those of that zone."""
    zones = (clock.zone(timezone()), clock.zone(tz))
    here, there = (at.astimezone(zone).utcoffset() for zone in zones)
    return here == there


def day_there(on: date, tz: str) -> str:
    """A day of that zone, in words; for a reader whose day ends at another moment, with the zone.

    What is due by the end of a day is due at that zone's midnight, wherever one reads it.
    """
    if is_there(clock.end_of_day(on, tz), tz):
        return day(on)
    return str(gettext("%(when)s (%(zone)s time)", when=day(on), zone=zone_name(tz)))


def months(first: int, last: int, year: int) -> str:
    """A stretch of months of a year in few words, such as "Apr–Jun 2026"."""
    named = get_month_names("abbreviated", "stand-alone", Locale.parse(current_locale()))
    return f"{named[first].rstrip('.')}–{named[last].rstrip('.')} {year}"


def until(at: datetime) -> str:
    """The end of something in words: the last day when it ends at the reader's midnight."""
    local = at.astimezone(clock.zone(timezone()))
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return day(at - timedelta(seconds=1)) if midnight else when(at)


def ago(at: datetime) -> str:
    """How long ago (or how soon) that is, in words: seconds are told to nobody."""
    return _since(at, clock.now(), current_locale())


def ago_now() -> Callable[[datetime], str]:
    """`ago` for the many moments of a page: the clock and the language are asked once."""
    now, spoken = clock.now(), current_locale()
    return lambda at: _since(at, now, spoken)


def _since(at: datetime, now: datetime, spoken: str) -> str:
    seconds = int((at - now).total_seconds())
    if abs(seconds) < A_MINUTE:
        return str(gettext("just now"))
    return _ago(int(seconds / A_MINUTE) * A_MINUTE, spoken)


def zone_name(tz: str) -> str:
    """The city a zone is named after, in the reader's language."""
    return _zone_name(tz, current_locale())


@lru_cache(maxsize=4096)
def _day(on: date, locale: str, *, with_year: bool) -> str:
    short, long = _DAY_PATTERNS.get(locale, _DAY_PATTERNS["en"])
    return format_date(on, long if with_year else short, locale=Locale.parse(locale))


@lru_cache(maxsize=4096)
def _ago(seconds: int, locale: str) -> str:
    return format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=locale)


@lru_cache(maxsize=512)
def _zone_name(tz: str, locale: str) -> str:
    return get_timezone_location(clock.zone(tz), locale=Locale.parse(locale), return_city=True)


def _choose_locale() -> str:
    chosen: str | None = held().get("locale_for_request")
    if chosen is not None:
        return chosen
    if not request:
        return settings().default_locale
    known = settings().locales
    who = identity.current()
    wanted = who.locale if who else request.cookies.get(LANGUAGE_COOKIE)
    if wanted not in known:
        wanted = request.accept_languages.best_match(known) or settings().default_locale
    g.locale_for_request = wanted
    return str(wanted)
