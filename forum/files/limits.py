"""How much may be sent at once: more than elsewhere only where a form takes files."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from forum.web.settings import settings

View = TypeVar("View", bound=Callable[..., Any])

MOST_FILES = 4  # with one post

_TAKES_FILES = "takes_files"


def takes_files(view: View) -> View:
    """The form of this posting view takes files. Stands above the mark."""
    setattr(view, _TAKES_FILES, True)
    return view


def most_at_once() -> int:
    """Bytes of a whole request that brings as many files as there may be."""
    return settings().max_request + MOST_FILES * settings().max_file


def init_app(app: Flask) -> None:
    """Before anything reads the form (its token is read first), say how large it may be."""

    @app.url_value_preprocessor
    def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        view = current_app.view_functions.get(endpoint or "")
        if request.method == "POST" and hasattr(view, _TAKES_FILES):
            request.max_content_length = most_at_once()
