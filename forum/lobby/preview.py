"""Every letter in every language, to be looked at: in a demonstration only."""

from flask import Blueprint, current_app
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.lib import text
from forum.lobby.samples import samples
from forum.mail.outbox import Receiver, written
from forum.web.answer import answer
from forum.web.guard import public
from forum.web.locale import force_locale, timezone
from forum.web.settings import settings

bp = Blueprint("preview", __name__)


@bp.get("/mail-preview")
@public
def letters() -> Response:
    """The list of them."""
    _only_in_a_demonstration()
    return answer("lobby/letters.html", kinds=sorted(samples()), languages=settings().locales)


@bp.get("/mail-preview/<language>/<kind>")
@public
def letter(language: str, kind: str) -> Response:
    """One as a program that shows text shows it, at 72 columns."""
    subject, plain, _html = _letter(language, kind)
    return answer(
        "lobby/letter.html",
        subject=subject,
        text=text.wrapped(plain),
        language=language,
        kind=kind,
    )


@bp.get("/mail-preview/<language>/<kind>/html")
@public
def html(language: str, kind: str) -> Response:
    """The HTML beside it, by itself."""
    return current_app.make_response(_letter(language, kind)[2])


def _only_in_a_demonstration() -> None:
    if not settings().demo:
        raise NotFound


def _letter(language: str, kind: str) -> tuple[str, str, str]:
    _only_in_a_demonstration()
    sample = samples().get(kind)
    if sample is None or language not in settings().locales:
        raise NotFound
    receiver = Receiver("ana@example.org", "Ana", language, timezone())
    with force_locale(language):
        told = sample()
    return written(receiver, kind, **told)
