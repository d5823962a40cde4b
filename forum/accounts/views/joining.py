"""Joining by an invitation, and the terms one joins under."""

from flask import g, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response

from forum.accounts import actions, limits, passwords, queries, slots
from forum.accounts.forms import JoinForm
from forum.accounts.models import AttemptKind
from forum.accounts.queries import OpenInvitation
from forum.accounts.views.blueprint import bp
from forum.accounts.wording import invited_sentence, zone_of
from forum.web import identity
from forum.web.answer import answer
from forum.web.guard import public
from forum.web.locale import LANGUAGE_COOKIE
from forum.web.locale import gettext as _
from forum.web.settings import settings


@bp.get("/terms")
@public
def terms() -> Response:
    """What is kept and who sees what, in plain words."""
    return answer("accounts/terms.html", version=settings().terms_version)


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> Response:
    """Who invites and as what, and the form to join."""
    found = queries.invitation_by(token)
    if found is None:
        return _gone()
    _speak(found)
    return _page(token, found, _form(found))


@bp.post("/invitations/<token>")
@public
def join(token: str) -> Response:
    """Join. Pressed twice with the same password, the second press signs in."""
    with queries.without_lock():
        found = queries.invitation_by(token)
    if found is None:
        return _again(token)
    _speak(found)
    form = _form(found)
    if not form.accepts():
        return _page(token, found, form)
    person = actions.join(
        token,
        name=form.name.data or "",
        handle=None if found.email else form.handle.data,
        locale=form.locale.data,
        timezone=form.timezone.data,
        password_hash=passwords.hashed(form.new_password.data or ""),
        terms_version=settings().terms_version,
    )
    return _welcome(person.public_id, person.session_epoch, shared=form.shared.data)


def _again(token: str) -> Response:
    """The connection dropped after joining: whoever knows the password is let in."""
    if identity.current() is not None:
        return _gone()
    with queries.without_lock():
        account = queries.account_joined_by(token)
    sent = request.form.get("new_password", "")
    if account is None or account.suspended or not sent:
        return _gone()
    attempt = limits.begin(AttemptKind.PASSWORD, f"invitation:{account.id}", request.remote_addr)
    if not attempt.allowed or not passwords.fits(account.password_hash, sent):
        return _gone()
    limits.forgive(attempt.id)
    return _welcome(account.public_id, account.session_epoch, shared="shared" in request.form)


def _welcome(public_id: str, epoch: int, *, shared: bool) -> Response:
    who = queries.identity_at(public_id, epoch)
    if who is None:
        return _gone()
    identity.sign_in(who, keep=not shared)
    g.locale_for_request = who.locale
    refresh()
    return answer(then="/", say=_("Welcome, %(name)s. You have joined.", name=who.name))


def _form(found: OpenInvitation) -> JoinForm:
    zone = zone_of(slots.project_country(found.project_id)) or found.inviter_timezone
    more = {"timezone": zone} if zone else {}
    form = JoinForm(name=found.name, locale=found.locale, **more)
    form.fit(found)
    return form


def _page(token: str, found: OpenInvitation, form: JoinForm) -> Response:
    sentence = invited_sentence(
        inviter=found.inviter or "",
        side=str(found.side),
        project=slots.project_name(found.project_id),
    )
    return answer(
        "accounts/join.html",
        block="main",
        status=form.status,
        form=form,
        token=token,
        invitation=found,
        sentence=sentence,
    )


def _gone() -> Response:
    """Unknown, used, taken back or run out: nobody learns which."""
    return answer(
        "accounts/gone.html",
        block="main",
        status=404,
        title=_("This invitation is no longer valid"),
        text=_(
            "It works once and for two weeks. If you have joined already, sign in. If not, ask "
            "the person who invited you for a new one."
        ),
        url=url_for("accounts.sign_in"),
        label=_("Sign in"),
    )


def _speak(found: OpenInvitation) -> None:
    """The page speaks the invitation's language to somebody who has not chosen one."""
    chosen = identity.current() is not None or LANGUAGE_COOKIE in request.cookies
    if not chosen and found.locale in settings().locales:
        g.locale_for_request = found.locale
        refresh()
