"""One's own account: name, language, zone, password, address, sessions."""

from flask import request, session, url_for
from werkzeug.wrappers import Response

from forum.accounts import actions, limits, passwords, policy, queries, slots
from forum.accounts.forms import AddressForm, PasswordForm, ProfileForm
from forum.accounts.models import AttemptKind
from forum.accounts.queries import OwnAccount
from forum.accounts.views.blueprint import bp
from forum.accounts.views.signing import leave
from forum.accounts.wording import side_word
from forum.lib.permission import require
from forum.mail import canary
from forum.mail.queries import outbox_now
from forum.web import identity
from forum.web.answer import answer
from forum.web.forms import ButtonForm
from forum.web.guard import public, signed_in
from forum.web.identity import Identity
from forum.web.locale import gettext as _


@bp.get("/me")
@signed_in
def me() -> Response:
    """The page of one's own account."""
    account = queries.own_account(_who().person_id)
    form = ProfileForm(
        name=account.name,
        locale=account.locale,
        timezone=account.timezone,
        light=account.light,
        version=account.version,
    )
    return _me(account, form)


@bp.post("/me")
@signed_in
def edit_me() -> Response:
    """Change name, language and time zone."""
    form, account = ProfileForm(), queries.own_account(_who().person_id)
    form.fit(account)
    if form.accepts():
        actions.edit_profile(
            account.id,
            version=form.version.data or 0,
            name=form.name.data or "",
            locale=form.locale.data,
            timezone=form.timezone.data,
            light=form.light.data,
        )
        return answer(then=url_for("accounts.me"), say=_("It is stored."))
    return _me(account, form, status=form.status)


@bp.get("/me/password")
@signed_in
def password_form() -> Response:
    """The form to change one's password."""
    return _password_page(PasswordForm())


@bp.post("/me/password")
@signed_in
def change_password() -> Response:
    """Change it; every other session ends."""
    form = PasswordForm()
    with queries.without_lock():
        account = queries.own_account(_who().person_id)
    form.own_words = (account.name, account.email, account.handle)
    if form.accepts() and _knows_password(form, account):
        hashed = passwords.hashed(form.new_password.data or "")
        person = actions.change_password(account.id, password_hash=hashed)
        who = queries.identity_at(person.public_id, person.session_epoch)
        assert who is not None
        identity.sign_in(who, keep=session.permanent)
        return answer(
            then=url_for("accounts.me"),
            say=_("Your new password counts from now on. You were signed out everywhere else."),
        )
    return _password_page(form, status=form.status)


@bp.get("/me/address")
@signed_in
def address_form() -> Response:
    """The form to change one's address."""
    return _address_page(AddressForm())


@bp.post("/me/address")
@signed_in
def ask_for_address() -> Response:
    """Send a link to the new address; the old one counts until it is followed."""
    form = AddressForm()
    with queries.without_lock():
        account = queries.own_account(_who().person_id)
    if form.accepts() and _knows_password(form, account):
        actions.ask_for_address(account.id, form.email.data or "")
        return answer(
            "accounts/address_sent.html", block="main", email=form.email.data, old=account.email
        )
    return _address_page(form, status=form.status)


@bp.get("/addresses/<token>")
@public
def new_address(token: str) -> Response:
    """A button: mail programs open links by themselves, and looking changes nothing."""
    email = queries.address_of_change(token)
    if email is None:
        return _gone()
    return _confirmation(token, email, ButtonForm())


@bp.post("/addresses/<token>")
@public
def confirm_address(token: str) -> Response:
    """The new address counts from now on."""
    form, email = ButtonForm(), queries.address_of_change(token)
    if email is None:
        return _gone()
    if form.accepts():
        actions.confirm_address(token)
        return answer(
            then=url_for("accounts.me") if identity.current() else "/",
            say=_("Your new address is confirmed: from now on you sign in with it."),
        )
    return _confirmation(token, email, form)


@bp.post("/me/address/again")
@signed_in
def write_again() -> Response:
    """Letters came back, and their reader says that the address is well: they are sent again."""
    if ButtonForm().accepts():
        actions.write_again(_who().person_id)
    return answer(then=url_for("accounts.me"), say=_("Letters are sent to you again."))


@bp.get("/mail")
@signed_in
def mail() -> Response:
    """Whether mail goes out and comes in, and whom no letter reaches."""
    who = _who()
    require(policy.can_look_after_mail(who))
    sees_people = policy.can_see_unreached(who)
    return answer(
        "accounts/mail.html",
        outbox=outbox_now(),
        canary_home=canary.last_home(),
        canary_late=canary.is_late(),
        sees_people=sees_people,
        unreached=queries.unreached() if sees_people else [],
        most=queries.MOST_UNREACHED,
    )


@bp.post("/me/sessions/end")
@signed_in
def end_sessions() -> Response:
    """Sign out here and everywhere else."""
    actions.sign_out_everywhere(_who().person_id)
    identity.sign_out()
    return leave(_("You are signed out everywhere."))


def _who() -> Identity:
    who = identity.current()
    assert who is not None
    return who


def _knows_password(form: PasswordForm | AddressForm, account: OwnAccount) -> bool:
    """Whether the current password is right; if not, the form says so. Holds no lock."""
    attempt = limits.begin(AttemptKind.PASSWORD, f"own:{account.public_id}", request.remote_addr)
    if not attempt.allowed:
        form.refuse(_("There were too many attempts. Please wait a quarter of an hour."))
        return False
    if not passwords.fits(account.password_hash, form.current_password.data or ""):
        form.refuse(_("This is not your current password."), "current_password")
        return False
    limits.forgive(attempt.id)
    return True


def _me(account: OwnAccount, form: ProfileForm, *, status: int = 200) -> Response:
    form.fit(account)
    return answer(
        "accounts/me.html",
        block="main",
        status=status,
        form=form,
        account=account,
        side=side_word(account.side),
        pieces=slots.pieces_on_own_page(account.id),
        press=ButtonForm(formdata=None),
        unreached=queries.is_unreached(account.email),
        sees_mail=policy.can_look_after_mail(_who()),
    )


def _password_page(form: PasswordForm, *, status: int = 200) -> Response:
    account = queries.own_account(_who().person_id)
    return answer("accounts/password.html", block="main", status=status, form=form, account=account)


def _address_page(form: AddressForm, *, status: int = 200) -> Response:
    account = queries.own_account(_who().person_id)
    return answer("accounts/address.html", block="main", status=status, form=form, account=account)


def _confirmation(token: str, email: str, form: ButtonForm) -> Response:
    return answer(
        "accounts/new_address.html",
        block="main",
        status=form.status,
        form=form,
        token=token,
        email=email,
    )


def _gone() -> Response:
    return answer(
        "accounts/gone.html",
        block="main",
        status=404,
        title=_("This link is no longer valid"),
        text=_("It works once and for two days. You can ask for a new one on your own page."),
        url=url_for("accounts.me"),
        label=_("Go to my page"),
    )
