"""Chores: what is done outside requests. Each claims its due rows; twice is harmless."""

import logging
from collections.abc import Callable

from forum.db import db, immediate

Chore = Callable[[], int]

log = logging.getLogger(__name__)

_chores: dict[str, Chore] = {}


def chore(name: str) -> Callable[[Chore], Chore]:
    """Register a chore: a function that does what is due and returns how many things it did."""

    def register(todo: Chore) -> Chore:
        _chores[name] = todo
        return todo

    return register


def work_once() -> dict[str, int]:
    """Do every chore once; returns how many things each did. One that fails stops no other."""
    done: dict[str, int] = {}
    for name, todo in _chores.items():
        with immediate():
            try:
                done[name] = todo()
                db.session.commit()
            except Exception:
                log.exception("the chore %s failed; it is tried again next time", name)
                db.session.rollback()
    return done
