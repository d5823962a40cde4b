"""The room's blueprint, and the one page its plain forms are shown on."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from forum.web.answer import answer
from forum.web.locale import gettext as _

bp = Blueprint("directory", __name__)


def form_page(
    form: Any,
    heading: str,
    back: str,
    *,
    button: str = "",
    crumbs: list[tuple[str, str]] | None = None,
) -> Response:
    """A page with one form on it."""
    return answer(
        "directory/form.html",
        block="form",
        status=form.status,
        form=form,
        heading=heading,
        button=button or _("Save"),
        back=back,
        crumbs=crumbs or [],
    )
