"""A stage or a session as one file to take along."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.discussions.queries import Filter, threads_from
from forum.exchanges.queries.sessions import session_or_404
from forum.exchanges.queries.stages import stage_or_404
from forum.files.showing import shows_pictures
from forum.lib import clock
from forum.lib.slugs import slugify
from forum.packs import queries
from forum.packs.policy import as_sharer
from forum.packs.streaming import streamed
from forum.packs.views.blueprint import bp
from forum.packs.writing import Pack
from forum.spaces import current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer
from forum.web.guard import public
from forum.web.locale import gettext as _
from forum.web.locale import timezone
from forum.web.settings import settings

_NOTHING = ("",)  # no thread has this public id


@bp.get("/exchanges/<slug>/stages/<int:n>/pack/new")
@public
def stage_choice(slug: str, n: int) -> Response:
    """What of the stage goes into the file."""
    stage = stage_or_404(slug, n)
    made = url_for(".stage_pack", slug=slug, n=n)
    return _choice(
        _("Take this stage along as a file"), stage.title, stage.language, stage.url, made
    )


@bp.get("/exchanges/<slug>/stages/<int:n>/pack")
@public
def stage_pack(slug: str, n: int) -> Response:
    """The stage's conversations as one file."""
    stage = stage_or_404(slug, n)
    where = Filter(stage_id=stage.id)
    name = _("%(forum)s-stage-%(part)s", forum=settings().app_name, part=n)
    return _file(str(name), where, stage=stage, session=None)


@bp.get("/sessions/<id>/pack/new")
@public
def session_choice(id: str) -> Response:
    """What of the session goes into the file."""
    found = session_or_404(id)
    made = url_for(".session_pack", id=found.public_id)
    return _choice(
        _("Take this session along as a file"), found.title, found.language, found.url, made
    )


@bp.get("/sessions/<id>/pack")
@public
def session_pack(id: str) -> Response:
    """The session, what came of it, and the conversations that this led to, as one file."""
    found = session_or_404(id)
    led_to = threads_from(_sharer(), found.id)
    ids = tuple(dict.fromkeys(row[0] for rows in led_to.values() for row in rows))
    name = _("%(forum)s-session-%(part)s", forum=settings().app_name, part=found.title)
    return _file(
        str(name),
        Filter(public_ids=ids or _NOTHING),
        stage=found.stage,
        session=found,
        led_to=led_to,
    )


def _choice(heading: str, title: str, language: str, back: str, made: str) -> Response:
    return answer(
        "packs/choice.html",
        heading=heading,
        title=title,
        title_language=language,
        back=back,
        made=made,
        has_network=current_viewer().sees_kind(SpaceKind.NETWORK),
        pictures=shows_pictures(),
        most_posts=settings().pack_posts,
    )


def _sharer() -> Any:
    return as_sharer(current_viewer(), network=request.args.get("readers") != "public")


def _file(name: str, where: Filter, **about: Any) -> Response:
    sharer, most = _sharer(), settings().pack_posts
    pictures = request.args.get("pictures", "yes" if shows_pictures() else "no") == "yes"
    now = clock.now()
    about |= {
        "made_at": now,
        "zone": timezone(),
        "with_network": sharer.sees_kind(SpaceKind.NETWORK),
        "led_to": about.get("led_to", {}),
    }
    plan = queries.planned(sharer, where, most)
    pack = Pack(sharer, plan, most, pictures, about)
    response = streamed(pack.pieces())
    today = now.astimezone(clock.zone(timezone())).date()
    filename = f"{slugify(name)}-{today.isoformat()}.html"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
