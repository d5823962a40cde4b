"""Addresses: numbers no row can have do not exist; an address once built is kept."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, has_request_context
from werkzeug.routing import IntegerConverter, Map

from forum.web.held import request_now

LARGEST = 2_147_483_647  # what both databases take as an integer
OPTIONS = frozenset({"_external", "_anchor", "_scheme", "_method"})  # no values of an address
MOST_KEPT = 16_384  # addresses, a few megabytes; a page of a thread asks for two hundred


class SmallInteger(IntegerConverter):
    """An integer that fits a column; a larger one is no address of ours."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def init_app(app: Flask) -> None:
    """`<int:…>` means a small one everywhere; templates build addresses from what is kept."""
    app.url_map.converters["int"] = SmallInteger

    @lru_cache(maxsize=MOST_KEPT)
    def kept(_root: str, endpoint: str, *values: tuple[str, str]) -> str:
        wanted: dict[str, Any] = dict(values)
        return app.url_for(endpoint, **wanted)

    def url_for(endpoint: str, **values: Any) -> str:
        """As Flask's. Within one mount point an address depends on its values alone.

        A whole one holds the host a request asked for: it is never kept for others.
        """
        plain = all(isinstance(v, (str, int, type(None))) for v in values.values())
        relative = endpoint.startswith(".") or not has_request_context()
        if not plain or relative or not OPTIONS.isdisjoint(values):
            return app.url_for(endpoint, **values)
        return kept(
            request_now().root_path,
            endpoint,
            *((name, str(v)) for name, v in values.items() if v is not None),
        )

    app.jinja_env.globals.update(url_for=url_for, query=query)


def query(**values: str | int | None) -> str:
    """The query of an address, with its question mark; what is empty or none is left out."""
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(said)}" if said else ""
