"""A demo's or a test's moved clock: the offset file is read at each request."""

from datetime import timedelta

from flask import Flask

from forum.config import Settings
from forum.lib import clock


def init_app(app: Flask, settings: Settings) -> None:
    """Read `FORUM_CLOCK_FILE` before each request, when it is set."""
    if not settings.clock_file:
        return

    @app.before_request
    def _move_clock() -> None:
        keep_time(settings)


def keep_time(settings: Settings) -> None:
    """Let this context's clock run as far ahead as the file says."""
    ahead = clock.read_offset(settings.clock_file) if settings.clock_file else timedelta(0)
    clock.set_ahead(ahead)
