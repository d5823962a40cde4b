"""Committing, in one place.

A safe method only reads. An unsafe one is one transaction: committed after the view answered
below 400, rolled back otherwise or when it raised. Who is signed in is read before it, so
that on SQLite the write lock is taken as late as the view's own first statement.

A domain error that belongs to what was typed (`Refused`, `WrongState`) sends the request
through the same view once more: its form now carries the message, and the view gives the page
back as it does for any other bad input, with everything still in it.
"""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, g, request, session
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.db import Reading, db, immediate
from forum.db.standby import Standby, standby
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web import guard, identity, keys, translated
from forum.web.held import request_now

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
REDIRECTS = frozenset({204, 303})  # of a form that was accepted

log = logging.getLogger(__name__)


class WrittenOnReading(Exception):
    """A page that should only have been looked at tried to change something: our mistake."""


def afterwards(act: Callable[[], None]) -> None:
    """Do this in a transaction of its own once the view has answered with a page.

    For what must stay although nothing of the request does: the form came back.
    """
    g.setdefault("afterwards", []).append(act)


class Forum(Flask):
    """Flask, with the unit of work around every view and templates in each language."""

    jinja_environment = translated.Environment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views are plain functions here: nothing to look into at every call."""
        return func

    def dispatch_request(self) -> Any:
        """Run the view; commit or roll back what it did."""
        if request_now().method in SAFE:
            return self._read()
        who = identity.current()
        db.session.rollback()
        with immediate():
            if who is None:
                return self._write()
            response = self._write_or_repeat(who.person_id)
            if response.status_code not in REDIRECTS:
                self._afterwards()
            return response

    def refuse_by_its_form(self, refusal: Refused) -> Response | None:
        """The view's own page with `refusal` on its form, and nothing done.

        Or its page that the thing is not there, which says more than the refusal. None when no
        form took the refusal: whatever the view did then is undone.
        """
        before = dict(session)
        g.refusal, g.token_failed = refusal, True
        with immediate():
            try:
                response = self.make_response(super().dispatch_request())
            except Exception:
                response = None
            finally:
                db.session.rollback()
        if g.pop("refusal", None) is None or (response and response.status_code == 404):
            return response
        session.clear()
        session.update(before)
        return None

    def _read(self) -> Any:
        with Reading(lambda: db.engine, _standby()):
            try:
                return super().dispatch_request()
            except Exception:
                db.session.rollback()  # the page that says so reads from a clean session
                raise

    def _write_or_repeat(self, person_id: int) -> Response:
        """As below; what is refused because it was done a moment ago is answered as it was then."""
        try:
            response = self._write()
        except (Forbidden, NotFound, Refused, WrongState):
            earlier = keys.repeated(person_id)
            db.session.rollback()
            if earlier is None:
                raise
            return earlier.response()
        if response.status_code < 400:
            return response
        earlier = keys.repeated(person_id)
        db.session.rollback()
        return earlier.response() if earlier else response

    def _write(self) -> Response:
        try:
            return self._once()
        except (Refused, WrongState) as refusal:
            db.session.rollback()
            g.refusal = refusal
            return self._once()
        except keys.AlreadyDone as earlier:
            db.session.rollback()
            return earlier.response()
        except Exception:
            db.session.rollback()
            raise

    def _once(self) -> Response:
        response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            self._remember(response)
            db.session.commit()
        else:
            db.session.rollback()
        return response

    def _afterwards(self) -> None:
        """What fails here is no matter of the answer, which is made already."""
        for act in g.pop("afterwards", []):
            try:
                act()
                db.session.commit()
            except Exception:
                db.session.rollback()
                log.exception("not kept after the request")

    def _remember(self, response: Response) -> None:
        keys.remember_result(response)
        who = identity.current()
        if who is not None and not guard.is_unasked():
            keys.remember_last(who.person_id, response)


def _standby() -> Standby | None:
    """Where a visitor reads. A token may have ended a moment ago: the first server knows."""
    there = standby()
    if there is None or "_user_id" in session:
        return None
    asked = request_now()
    brings_token = "token" in (asked.view_args or {}) or "token" in asked.args
    return None if brings_token else there


@event.listens_for(Session, "before_flush")
def _refuse_writing_on_get(_session: Session, _context: Any, _instances: Any) -> None:
    if request and request.method in SAFE:
        raise WrittenOnReading(request.path)
