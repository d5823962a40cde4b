"""A new password by a link: asked for by mail, or handed over by somebody of the forum."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.accounts import actions, limits, passwords, queries
from forum.accounts.forms import ResetForm, ResetRequestForm
from forum.accounts.models import AttemptKind
from forum.accounts.views.blueprint import bp
from forum.web import identity
from forum.web.answer import answer
from forum.web.guard import public
from forum.web.locale import gettext as _


@bp.get("/password/reset")
@public
def lost_password() -> Response:
    """The form to ask for a link."""
    return _asking(ResetRequestForm())


@bp.post("/password/reset")
@public
def ask_for_reset() -> Response:
    """Send a link, if somebody has this address; the answer and its time do not tell."""
    form = ResetRequestForm()
    if not form.accepts():
        return _asking(form, status=form.status)
    email = form.email.data or ""
    attempt = limits.begin(AttemptKind.RESET, email, request.remote_addr)
    if not attempt.allowed:
        form.refuse(
            _(
                "Several links were asked for in the last hour. Please look at your letters, also "
                "among the unwanted ones, or wait an hour."
            )
        )
        return _asking(form, status=429)
    limits.forgive(attempt.id)
    actions.mail_reset_link(email)
    return answer("accounts/reset_sent.html", block="main", email=email)


@bp.get("/password/<token>")
@public
def new_password(token: str) -> Response:
    """The form to choose a new password."""
    if not queries.reset_link_open(token):
        return _gone()
    return answer("accounts/reset.html", block="main", form=ResetForm(), token=token)


@bp.post("/password/<token>")
@public
def reset_password(token: str) -> Response:
    """Set it, and sign in; the session ends with the browser, whoever's phone this is."""
    with queries.without_lock():
        open_still = queries.reset_link_open(token)
    if not open_still:
        return _gone()
    form = ResetForm()
    if not form.accepts():
        return answer(
            "accounts/reset.html", block="main", status=form.status, form=form, token=token
        )
    person = actions.reset_password(
        token, password_hash=passwords.hashed(form.new_password.data or "")
    )
    who = queries.identity_at(person.public_id, person.session_epoch)
    assert who is not None
    identity.sign_in(who, keep=False)
    return answer(then="/", say=_("Your new password counts from now on."))


def _asking(form: ResetRequestForm, *, status: int = 200) -> Response:
    return answer("accounts/lost_password.html", block="main", status=status, form=form)


def _gone() -> Response:
    return answer(
        "accounts/gone.html",
        block="main",
        status=404,
        title=_("This link is no longer valid"),
        text=_("It works once and for a short time. You can ask for a new one."),
        url=url_for("accounts.lost_password"),
        label=_("Ask for a new link"),
    )
