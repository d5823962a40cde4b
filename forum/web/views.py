"""Pages without a noun: whether the program is well."""

from flask import Blueprint, Response
from sqlalchemy import text

from forum.db import db
from forum.web.guard import public

bp = Blueprint("web", __name__)


@bp.get("/health")
@public
def health() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/ready")
@public
def ready() -> Response:
    """The process answers and the database too."""
    db.session.execute(text("SELECT 1"))
    return Response("ready\n", mimetype="text/plain")
