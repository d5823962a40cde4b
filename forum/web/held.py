"""What a request has found out is held in Flask's `g`; here is `g` without the way to it.

A page asks some sixty times in which language, and for whom, it is made. `g` and `request` are
proxies, which find their thing anew each time at several times the cost of looking at it.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from flask import Request, request
from flask.ctx import AppContext
from flask.globals import app_ctx

_opened = attrgetter("_get_current_object")  # Werkzeug's way into a proxy

# both raise RuntimeError where there is none
_context: Callable[[], AppContext] = _opened(app_ctx)
request_now: Callable[[], Request] = _opened(request)


def held() -> dict[str, Any]:
    """What `g` holds, by name. Raises RuntimeError outside of an app's context."""
    found: dict[str, Any] = _context().g.__dict__
    return found
