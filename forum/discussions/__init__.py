"""Room discussions."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Views and commands."""
