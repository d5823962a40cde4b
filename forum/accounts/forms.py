"""The forms of accounts: shape and wording."""

import re
from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, HiddenField, PasswordField, SelectField
from wtforms.validators import InputRequired, ValidationError

from forum.accounts import passwords
from forum.accounts.queries import OpenInvitation, OwnAccount, folded
from forum.accounts.wording import ELSEWHERE, LATIN_AMERICA, zone_word
from forum.lib.slugs import fold
from forum.web.forms import Form, Line, VersionField, at_most, choice, required
from forum.web.locale import LANGUAGES, current_locale, timezone
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

_HANDLE = re.compile(r"[a-z0-9]{3,20}")
_ONE_MEGABYTE = 1_000_000  # of kept text: no form takes more


class Password(PasswordField):
    """A password as typed: nothing trimmed, never given back."""


class Address(Line):
    """An e-mail address, folded."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, cleaned and folded."""
        super().process_formdata(valuelist)
        self.data = folded(self.data or "")


def mail_address(_form: Any, field: Any) -> None:
    """Refuse what can't be an address; whether anybody reads it is not asked."""
    try:
        validate_email(
            field.data,
            allow_smtputf8=False,  # mail servers that take such an address are the exception
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError:
        raise ValidationError(
            _("This is not a whole e-mail address. It looks like name@example.org.")
        ) from None


class TimezoneField(SelectField):
    """Time zones by country, Latin America first; the one in use is always among them."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, default=timezone, **kwargs)
        self.offer()

    def offer(self, *others: str) -> None:
        """Fill the list; `others` are zones that somebody already uses."""
        here, there = _("Latin America"), _("Elsewhere")
        listed = [(name, here) for name in LATIN_AMERICA] + [(name, there) for name in ELSEWHERE]
        known = {name for name, _group in listed}
        listed += [(name, there) for name in {timezone(), *others} - known]
        words = sorted(((group != here, zone_word(name), name, group) for name, group in listed))
        self.choices = [choice(name, word, group) for _far, word, name, group in words]


def interface_language() -> list[Any]:
    """The languages the forum speaks, each in its own words."""
    return [choice(code, word) for code, word in LANGUAGES.items()]


class SignInForm(Form):
    """Sign in; carries what a session's end interrupted."""

    email = Line(_l("E-mail address or sign-in name"), [required(), at_most(254)])
    password = Password(_l("Password"), [InputRequired(_l("Please write your password."))])
    shared = BooleanField(
        _l("This phone or computer is shared"),
        description=_l("Then you are signed out when the browser is closed."),
    )
    next = HiddenField(validators=[at_most(500)])
    kept = HiddenField(validators=[at_most(_ONE_MEGABYTE)])
    kept_path = HiddenField(validators=[at_most(500)])


class NewPassword(Form):
    """A new password, held against the rule and the person's own words."""

    new_password = Password(
        _l("New password"),
        [InputRequired(_l("Please write a password.")), at_most(passwords.LONGEST)],
        description=_l(
            "At least 10 characters. A few words one after another are easy to keep and hard to "
            "guess."
        ),
    )
    own_words: tuple[str | None, ...] = ()

    def validate_new_password(self, field: Any) -> None:
        """Refuse a weak one, saying why."""
        if weak := passwords.weakness(field.data or "", *self.own_words):
            raise ValidationError(weak)


class JoinForm(NewPassword):
    """Join by an invitation."""

    first_asked = ("name", "handle")
    name = Line(
        _l("Your name"),
        [required(), at_most(120)],
        description=_l("As the others should read it, with both surnames if you use them."),
    )
    handle = Line(
        _l("Sign-in name"),
        [at_most(20)],
        description=_l(
            "You joined without e-mail, so you sign in with this: 3 to 20 letters or digits, no "
            "spaces, such as maria27."
        ),
    )
    locale = SelectField(_l("Language"), default=current_locale)
    timezone = TimezoneField(
        _l("Where you are"), description=_l("So that times are told in your own hour.")
    )
    terms = BooleanField(
        _l("I have read the terms and accept them"),
        [InputRequired(_l("To join you need to accept the terms."))],
    )
    shared = BooleanField(
        _l("This phone or computer is shared"),
        description=_l("Then you are signed out when the browser is closed."),
    )

    def fit(self, invitation: OpenInvitation) -> None:
        """Ask for what this invitation leaves open."""
        self.locale.choices = interface_language()
        self.new_password.label.text = _("Password")
        if invitation.email:
            del self.handle
        self.own_words = (invitation.email, self.name.data, self._handle())

    def validate_handle(self, field: Any) -> None:
        """Letters and digits only; folded, so that it is typed the same everywhere."""
        field.data = fold(field.data or "")
        if not _HANDLE.fullmatch(field.data):
            raise ValidationError(_("Please use 3 to 20 letters or digits, without spaces."))

    def _handle(self) -> str | None:
        return self.handle.data if "handle" in self else None


class ResetRequestForm(Form):
    """Ask for a link to a new password."""

    email = Address(_l("E-mail address"), [required(), at_most(254), mail_address])


class ResetForm(NewPassword):
    """Choose a new password by a link."""


class ProfileForm(Form):
    """One's own name, language and time zone."""

    name = Line(_l("Your name"), [required(), at_most(120)])
    locale = SelectField(_l("Language"), description=_l("Of the pages, and of letters to you."))
    timezone = TimezoneField(
        _l("Where you are"), description=_l("So that times are told in your own hour.")
    )
    light = BooleanField(
        _l("Light pages"),
        description=_l(
            "Pictures load only when you press them, and pages are half as long: "
            "for slow or costly connections."
        ),
    )
    version = VersionField()

    def fit(self, account: OwnAccount) -> None:
        """Offer the languages, and the zone in use."""
        self.locale.choices = interface_language()
        self.timezone.offer(account.timezone)


class PasswordForm(NewPassword):
    """Change one's own password."""

    current_password = Password(
        _l("Current password"), [InputRequired(_l("Please write your password."))]
    )


class AddressForm(Form):
    """Change one's own address."""

    email = Address(_l("New e-mail address"), [required(), at_most(254), mail_address])
    current_password = Password(
        _l("Current password"), [InputRequired(_l("Please write your password."))]
    )
