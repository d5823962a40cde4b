"""Sides, invitations and time zones in words."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from forum.accounts.sides import Side
from forum.lib import clock
from forum.web.locale import current_locale
from forum.web.locale import gettext as _
from forum.web.settings import settings

LATIN_AMERICA = (  # of a country with several, the one of most people first
    "America/Argentina/Buenos_Aires America/La_Paz America/Sao_Paulo America/Santiago "
    "America/Bogota America/Costa_Rica America/Havana America/Guayaquil America/El_Salvador "
    "America/Guatemala America/Port-au-Prince America/Tegucigalpa America/Mexico_City "
    "America/Chihuahua America/Hermosillo America/Cancun America/Managua America/Panama "
    "America/Asuncion America/Lima America/Santo_Domingo America/Montevideo America/Caracas"
).split()
ELSEWHERE = (
    "America/New_York America/Chicago America/Los_Angeles America/Toronto Europe/London "
    "Europe/Lisbon Europe/Madrid Europe/Paris Europe/Berlin Europe/Amsterdam Europe/Rome "
    "Africa/Dakar Africa/Lagos Africa/Kampala Africa/Nairobi Africa/Dar_es_Salaam Africa/Maputo "
    "Africa/Johannesburg Asia/Kolkata Asia/Jakarta Asia/Manila Pacific/Port_Moresby UTC"
).split()


def zone_of(country: str) -> str | None:
    """The zone of most people of a country of Latin America (ISO 3166 code), None elsewhere."""
    territories = get_global("zone_territories")
    return next((name for name in LATIN_AMERICA if territories.get(name) == country), None)


def side_word(side: str) -> str:
    """What somebody is here, in the language in use."""
    words = {
        Side.MEMBER: _("Someone of a project"),
        Side.FACILITATOR: _("Facilitator"),
        Side.EXPERT: _("Expert"),
        Side.STAFF: _("Staff of %(body)s", body=settings().body_name),
        Side.OBSERVER: _("Observer"),
    }
    return str(words[Side(side)])


def invited_sentence(*, inviter: str, side: str, project: str) -> str:
    """Who invites, and as what, in the language in use. Empty words for what is not known."""
    return str(_invited(inviter, side, project))


def zone_word(name: str, at: datetime | None = None) -> str:
    """A time zone by country and city, with its distance from UTC: "Bolivia, La Paz (UTC−4)"."""
    if name == "UTC":
        return name
    zone, locale = ZoneInfo(name), Locale.parse(current_locale())
    city = get_timezone_location(zone, locale=locale, return_city=True)
    territory = locale.territories.get(get_global("zone_territories").get(name, ""), city)
    place = city if territory == city else f"{territory}, {city}"
    return f"{place} ({_distance(zone, at or clock.now())})"


def _distance(zone: ZoneInfo, at: datetime) -> str:
    offset = at.astimezone(zone).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def _invited(inviter: str, side: str, project: str) -> Any:
    if project:
        if inviter:
            return _(
                "%(inviter)s invites you to this forum, as part of %(project)s.",
                inviter=inviter,
                project=project,
            )
        return _("You are invited to this forum, as part of %(project)s.", project=project)
    if not inviter:
        return _("You are invited to this forum.")
    if side == Side.STAFF:
        return _(
            "%(inviter)s invites you to this forum, as part of the staff of %(body)s.",
            inviter=inviter,
            body=settings().body_name,
        )
    if side == Side.FACILITATOR:
        return _("%(inviter)s invites you to this forum, to facilitate.", inviter=inviter)
    if side == Side.EXPERT:
        return _("%(inviter)s invites you to this forum, as an expert.", inviter=inviter)
    if side == Side.OBSERVER:
        return _("%(inviter)s invites you to this forum, as an observer.", inviter=inviter)
    return _("%(inviter)s invites you to this forum.", inviter=inviter)
