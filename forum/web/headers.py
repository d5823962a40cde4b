"""The headers of every answer, and the proxy in front."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.http import parse_set_header
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from forum.config import Settings
from forum.web.held import request_now

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_VARY = ("Cookie", "Accept-Language", "HX-Request")  # what every page depends on
_ONE_YEAR = 31_536_000  # seconds


class _Always:
    """The app, whose every answer has these headers unless it says something else there."""

    def __init__(self, app: WSGIApplication, headers: Iterable[tuple[str, str]]) -> None:
        self._app = app
        self._headers = [(name.lower(), (name, value)) for name, value in headers]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the app does, with the headers."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            present = {name.lower() for name, _value in headers}
            headers += [header for name, header in self._headers if name not in present]
            return start_response(status, headers, *rest)

        return self._app(environ, start)


def init_app(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings say, and add the headers."""
    always = list(_HEADERS.items())
    if settings.secure_cookies:
        always.append(("Strict-Transport-Security", f"max-age={_ONE_YEAR}; includeSubDomains"))
    app.wsgi_app = _Always(app.wsgi_app, always)  # type: ignore[method-assign]  # how Flask wraps an app
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the same
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )

    @app.after_request
    def _add(response: Response) -> Response:
        headers = response.headers
        if request_now().method == "POST":
            headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in headers:
            headers.add("Cache-Control", "private, no-cache")
        headers["Vary"] = _varying(headers.get("Vary", ""))
        return response


@lru_cache(maxsize=64)
def _varying(already: str) -> str:
    names = parse_set_header(already)
    names.update(_VARY)
    return names.to_header()
