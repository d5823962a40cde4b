"""What the coalition says for and against a proposal, and asks about it, picked from its thread."""

from flask import request
from werkzeug.wrappers import Response

from forum.coalition.queries.arguments import arguments_in
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import standing_inside
from forum.discussions.kinds import Argument
from forum.web.answer import answer
from forum.web.guard import signed_in


@bp.get("/proposals/<id>/arguments")
@signed_in
def arguments(id: str) -> Response:
    """The posts marked as arguments or questions; `?argument=` shows those of one kind."""
    standing = standing_inside(id)
    named = request.args.get("argument", "")
    only = Argument(named) if named in set(Argument) else None
    counts, found = arguments_in(standing.proposal, only)
    return answer(
        "coalition/arguments.html",
        proposal=standing.proposal,
        counts=counts.items(),
        only=only,
        arguments=found,
    )
