"""What arrives must be UTF-8: broken bytes are refused before anything looks at them.

Werkzeug leaves undecodable percent-codes as they stand, which cannot be told from a percent
sign somebody typed; so the raw body is looked at, once.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, current_app, request
from werkzeug.exceptions import NotFound

from forum.lib.permission import Refused
from forum.web.held import request_now
from forum.web.locale import gettext as _

View = TypeVar("View", bound=Callable[..., Any])

_CLEANS = "cleans_its_query"


def init_app(app: Flask) -> None:
    """Look at every form sent as text, before its token is."""
    app.before_request(_refuse_broken_bytes)


def _refuse_broken_bytes() -> None:
    asked = request_now()
    in_query = b"%00" in asked.query_string and not _cleaned()
    if "\x00" in asked.path or in_query:
        raise NotFound  # no database keeps NUL, so nothing has such an address
    if asked.method != "POST" or asked.mimetype != "application/x-www-form-urlencoded":
        return
    try:
        unquote_to_bytes(asked.get_data(cache=True)).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(unreadable()) from None


def cleans_its_query(view: View) -> View:
    """The view takes NUL out of its own query, which people typed: it has such an address."""
    setattr(view, _CLEANS, True)
    return view


def _cleaned() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), _CLEANS)


def unreadable() -> str:
    """The sentence for text that did not arrive whole."""
    return str(_("Some characters arrived unreadable. Please write them again and send once more."))
