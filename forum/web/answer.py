"""The one renderer: a page, a named block of it for htmx, or a redirect after a post."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash
from jinja2_fragments.flask import render_block
from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from forum.web.held import held, request_now
from forum.web.locale import gettext as _
from forum.web.unsent import with_unsent


def is_htmx() -> bool:
    """Whether htmx asks, for a piece of a page."""
    return request_now().headers.get("HX-Request") == "true"


def answer(
    template: str | None = None,
    *,
    block: str | None = None,
    then: str | None = None,
    status: int = 200,
    say: str | None = None,
    **context: Any,
) -> Response:
    """Answer with `template`, rendered whole or, for htmx, only its `block`.

    `then` is the address to go on to after a post: a 303 for a plain form; for htmx the block
    is shown in place if there is one, else htmx is sent there. `say` is a sentence shown on
    the next page (or announced by htmx through the block's own template). With a `status` of a
    refusal, whatever was typed and the template does not show comes with it (see `unsent`).
    """
    holding = held()
    holding["then"] = then
    if then is not None and not (is_htmx() and template and block):
        if say:
            flash(say, "success")
        if is_htmx():
            return Response(status=204, headers={"HX-Redirect": then})
        return redirect(then, 303)
    assert template is not None
    holding["refuses"] = status >= 400
    if is_htmx() and block:
        body = render_block(template, block, **context)
        body = with_unsent(Markup(body))  # noqa: S704  # our own template, rendered
    else:
        body = current_app.jinja_env.get_template(template).render(context)
    return current_app.response_class(body, status)


def answer_with_form(template: str, form: Any, **context: Any) -> Response:
    """A page around a form, to begin with or with what was typed and why it was refused.

    The form stands in the template's block `form`, which is what htmx gets.
    """
    return answer(template, block="form", status=form.status, form=form, **context)


def form_page(
    form: Any,
    heading: str,
    back: str,
    *,
    button: str = "",
    lead: str = "",
    crumbs: list[tuple[str, str]] | None = None,
) -> Response:
    """A page with one form on it, its fields in their order. `button` empty: "Save"."""
    return answer_with_form(
        "form.html",
        form,
        heading=heading,
        lead=lead,
        button=button or _("Save"),
        back=back,
        crumbs=crumbs or [],
    )


def local_path(raw: str | None, otherwise: str = "/") -> str:
    """An address inside this site, whatever was asked for: never elsewhere."""
    if not raw or not raw.startswith("/") or raw.startswith(("//", "/\\")) or len(raw) > 500:
        return otherwise
    parts = urlsplit(raw)
    return otherwise if parts.netloc or parts.scheme or any(ord(c) < 32 for c in raw) else raw
