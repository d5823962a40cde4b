"""The running app's settings, for code inside a request or a command."""

from typing import cast

from flask import current_app

from forum.config import Settings


def settings() -> Settings:
    """The `Settings` this app was made with."""
    return cast(Settings, current_app.extensions["settings"])
