"""Refusals, said once: as a page, or as a piece of one for htmx; what was typed stays."""

import logging
from typing import cast

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import (
    BadRequest,
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.wrappers import Response

from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web import guard, identity, unsent
from forum.web.answer import answer
from forum.web.locale import gettext as _
from forum.web.settings import settings
from forum.web.unit_of_work import Forum

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Register one handler a kind of error."""
    app.register_error_handler(Forbidden, lambda e: page(403, e.reason))
    app.register_error_handler(WrongState, lambda e: page(409, e.reason))
    app.register_error_handler(Refused, lambda e: page(422, e.message))
    app.register_error_handler(NotFound, lambda _e: page(404))
    app.register_error_handler(MethodNotAllowed, lambda _e: page(404))
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DataError, lambda _e: _out_of_range())
    app.register_error_handler(OverflowError, lambda _e: _out_of_range())
    app.register_error_handler(HTTPException, _other)
    app.register_error_handler(Exception, _ours)


def lead_back(url: str, label: str) -> None:
    """Where the page of an error leads back to, should this request be refused from here on."""
    g.lead_back = url, label


def page(status: int, reason: str = "") -> Response:
    """The page of that error; for htmx only what stands inside it."""
    g.given_back = True  # the page shows it in a place of its own
    return answer(
        f"errors/{status}.html",
        block="main",
        status=status,
        reason=reason,
        back=g.get("lead_back") or _page_above(status),
    )


def _page_above(status: int) -> tuple[str, str] | None:
    """The nearest page above the address that was refused: what it was about stands there.

    Only where the thing itself was reached: a page that does not exist has none above it.
    """
    labels = {403: _("Back"), 409: _("See how it stands now")}
    adapter = current_app.create_url_adapter(request)
    if status not in labels or adapter is None:
        return None
    path = request.path.rstrip("/")
    while path := path.rpartition("/")[0]:
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            continue
        return path, str(labels[status])
    return None


def _too_large(_error: RequestEntityTooLarge) -> Response:
    g.body_unread = True
    with_files = (request.max_content_length or 0) > settings().max_request
    why = (
        _("The files are too large together, so nothing was stored.")
        if with_files
        else _("What you sent is too large to be taken, so nothing was stored.")
    )
    response = page(413, why)
    response.headers["HX-Reswap"] = "beforebegin"  # the form stays, with the text in it
    return response


def _forged(_error: CSRFError) -> Response:
    """The token belongs to the session: when that has ended, signing in is what is missing."""
    elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if identity.current() is None and not guard.is_public() and not elsewhere:
        return current_app.make_response(current_app.handle_user_exception(guard.SignInNeeded()))
    if unsent.is_anothers():
        return page(
            400,
            _(
                "This form was opened by somebody else, before you signed in on this device, so "
                "nothing was stored."
            ),
        )
    why = _(
        "This form was open too long, or came from somewhere else, so nothing was stored. "
        "Your text is below: please check it and send it again."
    )
    filled = None if elsewhere else cast(Forum, current_app).refuse_by_its_form(Refused(why))
    if filled is None:
        return page(400, why)
    if filled.status_code != 404:
        filled.status_code = 400
    return filled


def _busy(error: OperationalError) -> Response:
    log.error("database busy or away: %s", error)
    identity.be_quiet()
    return page(503, _("Too much is going on at this moment. Please try again in a minute."))


def _out_of_range() -> Response:
    """A number no column holds: such a thing does not exist."""
    return page(404) if request.method == "GET" else page(422, _unreadable())


def _other(error: HTTPException) -> Response:
    if isinstance(error, BadRequest):
        g.body_unread = isinstance(error, ClientDisconnected)  # the upload broke off
        return page(400, _unreadable())
    if error.code and error.code < 400:
        return error.get_response()
    return page(404)


def _ours(error: Exception) -> Response:
    identity.be_quiet()
    log.exception("a fault of ours on %s %s", request.method, request.path, exc_info=error)
    return page(500)


def _unreadable() -> str:
    return str(_("What you sent could not be read. Please go back, check it and send it again."))
