"""Threads per stage: posts as a tree, kinds, topics, challenges and what solved them.

For: talk between sessions, and finding again what somebody solved.
Not for: who sees a space (spaces), stages themselves (exchanges), proposals (coalition).
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Views and commands."""
