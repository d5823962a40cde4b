"""Pages without a noun: whether the program is well."""

from collections.abc import Callable

from flask import Blueprint, Response
from sqlalchemy import text

from forum.db import db
from forum.web.guard import public

bp = Blueprint("web", __name__)

# what else the operator's watch should read there: a line each, empty for nothing to say
also_ready: list[Callable[[], str]] = []


@bp.get("/health")
@public
def health() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/ready")
@public
def ready() -> Response:
    """The process answers and the database too; and what other rooms have to say."""
    db.session.execute(text("SELECT 1"))
    lines = ["ready", *filter(None, (tell() for tell in also_ready))]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
