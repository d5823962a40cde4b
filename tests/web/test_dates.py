"""How long ago something was, in words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.lib import clock
from forum.web.locale import ago, force_locale


@pytest.mark.parametrize("seconds", [0, 0.4, -3, 59, -59])
def test_what_is_within_a_minute_is_just_now(
    app: Flask, clock_at: Callable[..., Any], seconds: float
) -> None:
    clock_at("2026-03-01T12:00")
    with app.test_request_context(), force_locale("en"):
        assert ago(clock.now() - timedelta(seconds=seconds)) == "just now"


def test_what_is_longer_ago_is_told_in_whole_minutes(
    app: Flask, clock_at: Callable[..., Any]
) -> None:
    clock_at("2026-03-01T12:00")
    with app.test_request_context(), force_locale("en"):
        assert ago(clock.now() - timedelta(seconds=119)) == "1 minute ago"
        assert ago(clock.now() + timedelta(seconds=121)) == "in 2 minutes"
