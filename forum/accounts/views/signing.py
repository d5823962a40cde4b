"""Signing in and out, the language, and what happens to somebody whose session has ended."""

from urllib.parse import parse_qsl, urlencode

from flask import Flask, g, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from forum.accounts import actions, demo, limits, passwords, queries
from forum.accounts.forms import SignInForm
from forum.accounts.models import AttemptKind
from forum.accounts.queries import Account
from forum.accounts.views.blueprint import bp
from forum.lib.permission import Forbidden
from forum.web import guard, identity
from forum.web.answer import answer, is_htmx, local_path
from forum.web.csrf import csrf
from forum.web.forms import keep_form, owner_mark
from forum.web.guard import SignInNeeded, public
from forum.web.identity import Identity
from forum.web.locale import LANGUAGE_COOKIE, in_zone
from forum.web.locale import gettext as _
from forum.web.settings import settings

LANGUAGE_LASTS = 31_536_000  # seconds: a year
NOTHING_STAYS = '"cache", "storage"'  # what a browser forgets after signing out; cookies: ours
_NOT_KEPT = {"csrf_token", "key", "password", "new_password", "current_password"}
_MOST_FIELDS = 200


def init_app(app: Flask) -> None:
    """Somebody signed out who needs to sign in is asked to, whatever they were doing."""
    app.register_error_handler(SignInNeeded, ask_to_sign_in)


@bp.get("/sign-in")
@public
def sign_in() -> Response:
    """The page to sign in, or on to where one wanted to go."""
    onward = local_path(request.args.get("next"))
    if identity.current() is not None:
        return answer(then=onward)
    return _page(SignInForm(next=request.args.get("next", "")))


@bp.post("/sign-in")
@public
def begin_session() -> Response:
    """Check the password and begin a session. The same answer for whoever it is not."""
    form = SignInForm()
    if not form.accepts():
        return _page(form, status=form.status)
    name = queries.folded(form.email.data or "")
    attempt = limits.begin(AttemptKind.PASSWORD, name, request.remote_addr)
    if not attempt.allowed:
        form.refuse(
            _(
                "There were too many attempts. Please wait a quarter of an hour, or get a link "
                "for a new password by e-mail, which works at once."
            )
        )
        return _page(form, status=429)
    account = _account_of(name, form.password.data or "")
    if account and account.suspended:
        form.refuse(_suspended(account))
        return _page(form, status=422)
    who = _begin(account, attempt.id, form.password.data or "") if account else None
    if who is None:
        form.refuse(_("The address or name and the password do not go together."))
        return _page(form, status=422)
    onward = _onward(form, who)
    identity.sign_in(who, keep=not form.shared.data)
    return answer(then=onward)


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, and let the browser forget what it kept of it."""
    identity.sign_out()
    return leave(_("You are signed out."))


@bp.post("/language")
@public
def set_language() -> Response:
    """Choose the language of the pages."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden(_("The language is chosen on a page of this forum."))
    response = answer(then=local_path(request.form.get("next")))
    language = request.form.get("language", "")
    if language in settings().locales:
        if who := identity.current():
            actions.set_locale(who.person_id, language)
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=LANGUAGE_LASTS,
            secure=settings().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    return response


csrf.exempt(set_language)  # it works from pages without a token, and changes a preference only


def ask_to_sign_in(_error: SignInNeeded) -> Response:
    """Lead to signing in and back; what was sent meanwhile is carried along, never lost."""
    if request.method != "POST":
        there = request.full_path if request.query_string else request.path
        return answer(then=url_for("accounts.sign_in", next=there))
    if guard.is_unasked() and is_htmx():
        return Response(status=204)
    sent = [] if g.get("body_unread") else list(request.form.items(multi=True))
    kept = urlencode([(name, value) for name, value in sent if name not in _NOT_KEPT])
    page = guard.form_page()
    form = SignInForm(formdata=None, kept=kept, kept_path=page, next=page)
    response = _page(form, status=401, ended=True)
    if is_htmx():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main", "innerHTML"
    return response


def leave(say: str) -> Response:
    """The way out: to the home page, with nothing left in the browser."""
    response = answer(then="/", say=say)
    response.headers["Clear-Site-Data"] = NOTHING_STAYS
    return response


def _page(form: SignInForm, *, status: int = 200, ended: bool = False) -> Response:
    return answer(
        "accounts/sign_in.html",
        block="main",
        status=status,
        form=form,
        ended=ended,
        demo_accounts=demo.in_words(settings().body_name) if settings().demo else {},
        demo_password=demo.PASSWORD,
    )


def _account_of(name: str, password: str) -> Account | None:
    """The account, if the password is its own: the same work for everyone.

    One that is closed without an end is as one that there is not; of one that is suspended for
    a time its owner, who knows the password, is told.
    """
    with queries.without_lock():
        account = queries.account_named(name)
    fits = passwords.fits(account.password_hash if account else None, password)
    refused = name in demo.ACCOUNTS and not (settings().demo or settings().testing)
    if not fits or account is None or refused:
        return None
    return None if account.suspended and account.suspended_until is None else account


def _suspended(account: Account) -> str:
    assert account.suspended_until is not None
    return str(
        _(
            "Your account is suspended until %(when)s. Reason: %(reason)s",
            when=in_zone(account.suspended_until),
            reason=account.suspended_reason,
        )
    )


def _begin(account: Account, attempt_id: int, password: str) -> Identity | None:
    """Note the success; None if the account was closed or its password changed just now."""
    outdated = passwords.is_outdated(account.password_hash)
    renewed = passwords.hashed(password) if outdated else ""
    who = queries.identity_at(account.public_id, account.session_epoch)
    if who is not None:
        limits.forgive(attempt_id)
        if renewed:
            actions.renew_hash(account.id, old=account.password_hash, new=renewed)
    return who


def _onward(form: SignInForm, who: Identity) -> str:
    """Where to go now: back to the form that was being written, filled; or to `next`."""
    if not form.kept.data:
        return local_path(form.next.data)
    path = local_path(form.kept_path.data)
    try:
        fields = MultiDict(
            parse_qsl(form.kept.data, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        )
    except ValueError:
        return path
    if fields.get("owner", "") not in ("", owner_mark(who.public_id)):
        return local_path(form.next.data)  # somebody else wrote it: it is not for this person
    kept = keep_form(who.person_id, path, fields)
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'kept': kept})}"
