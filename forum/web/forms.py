"""The base of every form, and the fields that know our promises.

A view says `if form.accepts():` and, if not, gives the page back with `status=form.status`.
"""

import hmac
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from flask import current_app, g, request
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice, SelectFieldBase  # type: ignore[attr-defined]  # not in its stubs
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from forum.db import db
from forum.lib import markup, text, tokens
from forum.lib.languages import WRITTEN
from forum.lib.permission import Refused, WrongState
from forum.web import csrf, identity, keys
from forum.web.addresses import LARGEST
from forum.web.locale import current_locale
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.models import KeptForm
from forum.web.reading import unreadable

_FILL_IN = _l("Please fill in this field.")
_CHOOSE = _l("Please choose one of the options.")
_CHOOSE_SEVERAL = _l("Please choose only from the options.")
_IN_OUR_WORDS = {  # what WTForms says of lists to choose from, by its own sentence
    "This field is required.": _FILL_IN,
    "Not a valid choice.": _CHOOSE,
    "Invalid Choice: could not coerce.": _CHOOSE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOOSE_SEVERAL,
    "'%(value)s' is not a valid choice for this field.": _CHOOSE_SEVERAL,
}
_UNREADABLE = "\ufffd"  # what undecodable bytes become on the way in


class Stale(WrongState):
    """Someone else changed the thing meanwhile; carries their version and texts."""

    def __init__(self, version: int, texts: dict[str, str]) -> None:
        super().__init__(
            _(
                "This was changed while you were writing, by someone else or by you in another "
                "window. Both texts are shown below."
            )
        )
        self.version = version
        self.texts = texts


def owner_mark(public_id: str) -> str:
    """Whose form this is, as a mark nobody else can make: it travels with what was typed."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"form of {public_id}".encode(), "sha256").hexdigest()[:24]


def _own_mark() -> str:
    who = identity.current()
    return owner_mark(who.public_id) if who else ""


class _Token(FlaskForm.Meta.csrf_class):  # type: ignore[misc]  # untyped
    """Flask-WTF's token as our templates write it, so with a mark where a form is kept."""

    def generate_csrf_token(self, _field: Any) -> str:
        """What the form carries."""
        return csrf.token()


class _Words:
    """The library's messages, where we have no better ones."""

    def __init__(self, theirs: Any) -> None:
        self._theirs = theirs

    def gettext(self, message: str) -> str:
        """The message in the reader's language."""
        ours = _IN_OUR_WORDS.get(message)
        return str(self._theirs.gettext(message) if ours is None else ours)

    def ngettext(self, one: str, several: str, count: int) -> str:
        """The message for that many in the reader's language."""
        ours = _IN_OUR_WORDS.get(one)
        return str(self._theirs.ngettext(one, several, count) if ours is None else ours)


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """A form that refuses unreadable input and gives back what was typed.

    `owner` marks whose form it is, so that a text kept over the end of a session comes back to
    the one who wrote it, and to nobody who signs in next on the same phone.
    """

    first_asked: ClassVar[tuple[str, ...]] = ()  # where the page begins otherwise
    owner = HiddenField(default=csrf.fills("\0owner\0", _own_mark))

    def __iter__(self) -> Iterator[Any]:
        """The fields as they are asked, for the summary of what is wrong."""
        first = [self._fields[name] for name in self.first_asked if name in self._fields]
        return iter([*first, *(one for one in self._fields.values() if one not in first)])

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # untyped
        """How the form speaks, and what it carries."""

        csrf_class = _Token

        def get_translations(self, form: Any) -> _Words:
            """Messages about choices in our words."""
            return _Words(super().get_translations(form))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not self.is_submitted() and "formdata" not in kwargs and (kept := _kept_fields()):
            kwargs["formdata"] = kept
        super().__init__(*args, **kwargs)
        if self.is_submitted() and ("formdata" not in kwargs or kwargs["formdata"] is not None):
            g.setdefault("sent_forms", []).append(self)  # see `unsent`
        self.status = 200
        self.theirs: dict[str, str] = {}
        self.earlier_url: str | None = None

    def accepts(self) -> bool:
        """Whether what was sent can be acted on now. Raises keys.AlreadyDone for a repeat."""
        if refusal := g.pop("refusal", None):
            self._take(refusal)
            return False
        if not self.is_submitted():
            return False
        if not self.validate():
            self.status = 422
            return False
        return True

    def refuse(self, message: str, field: str | None = None, status: int = 422) -> None:
        """Put a message on the form, at a field or over all of it."""
        self.status = status
        if field and field in self._fields:
            errors = self._fields[field]
            errors.errors = [*errors.errors, message]
        else:
            self.form_errors.append(message)

    def _take(self, refusal: Refused | WrongState) -> None:
        self.process(request.form)
        if isinstance(refusal, Refused):
            self.refuse(refusal.message, refusal.field)
            return
        self.refuse(refusal.reason, status=409)
        if isinstance(refusal, Stale):
            self.theirs = refusal.texts
            if "version" in self._fields:
                self._fields["version"].data = refusal.version
                self._fields["version"].raw_data = [str(refusal.version)]


class ButtonForm(Form):
    """A button alone."""


class CreatingForm(Form):
    """A form that creates something: pressed twice, it creates once (see `keys`)."""

    key = HiddenField(default=csrf.fills("\0key\0", tokens.form_key))

    def accepts(self) -> bool:
        """As for every form; then its key is claimed."""
        if not super().accepts():
            return False
        who = identity.current()
        if who is None:
            return True
        if not self.key.data:
            self.key.data = tokens.form_key()
            self.key.raw_data = [self.key.data]
            self.refuse(_("The form came without its key. Your text is here: please press again."))
            return False
        earlier = keys.claim(who.person_id, str(self.key.data)[:64])
        if earlier is None:
            return True
        self.earlier_url = earlier
        self.key.data = tokens.form_key()
        self.key.raw_data = [self.key.data]
        self.refuse(
            Markup('{} <a href="{}">{}</a>').format(
                _("This form was already sent with another text, which was posted."),
                earlier,
                _("See what was posted"),
            )
            + escape(" " + _("Your new text is here: press again to post it as well.")),
            status=409,
        )
        return False


class OneOf(RadioField):
    """Radio buttons; when one is required and none is pressed, only that is said."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is none of the choices."""
        pressed = bool(self.raw_data and self.raw_data[0])
        if pressed or not self.flags.required:
            super().pre_validate(form)


class VersionField(IntegerField):
    """The version the person saw; the action compares it. What no row can have is none at all."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent; a number beyond any column is the version of nothing."""
        super().process_formdata(valuelist)
        if self.data is not None and not 0 <= self.data <= LARGEST:
            self.data = 0


class Typed:
    """A field that is typed into: it knows that a page shows it."""

    def __call__(self: Any, **attributes: Any) -> Markup:
        """The field as html."""
        g.setdefault("shown_fields", set()).add((self.name, self.data))
        html: Markup = super().__call__(**attributes)  # type: ignore[misc]  # of the field
        return html


class Line(Typed, StringField):
    """One line of text: white space collapsed, control characters removed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, cleaned."""
        self.data = text.one_line(valuelist[0]) if valuelist else ""

    def pre_validate(self, _form: Any) -> None:
        """Refuse what arrived unreadable."""
        _readable(self.data)


class Text(Typed, TextAreaField):
    """Several lines of plain text, cleaned."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, cleaned."""
        self.data = text.clean(valuelist[0]) if valuelist else ""

    def pre_validate(self, _form: Any) -> None:
        """Refuse what arrived unreadable."""
        _readable(self.data)


class Markdown(Text):
    """Text with Markdown; `html` is rendered when the form is read, before any lock is held.

    `note` is what a preview says of it besides.
    """

    html = ""
    note = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, cleaned, and render it unless it is too long anyway."""
        super().process_formdata(valuelist)
        body = self.data or ""
        self.html = markup.render(body) if len(body) <= markup.LONGEST else ""


class LanguageField(SelectField):
    """The language something is written in, each named in its own words; the reader's first."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [choice(code, name) for code, name in WRITTEN.items()])
        kwargs.setdefault("default", current_locale)
        super().__init__(label, validators, **kwargs)


def choice(value: str, label: Any, group: str | None = None) -> Any:
    """One choice of a select, radio or checkbox field, in a group if one is named."""
    return SelectChoice(value=value, label=label, optgroup=group)


class Filled(InputRequired):
    """Something was sent and, for text, something is left of it when it is cleaned."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Stop with the message when there is nothing."""
        sent = field.raw_data and field.raw_data[0]
        if not sent or (isinstance(field.data, str) and not field.data):
            usual = _CHOOSE if isinstance(field, SelectFieldBase) else _FILL_IN
            field.errors = []
            raise StopValidation(str(self.message or usual))


def required(message: str | None = None) -> InputRequired:
    """The field must be filled, with more than white space; of several choices one is made."""
    return Filled(message)


def at_most(limit: int) -> Length:
    """No more than `limit` characters; says how many there may be."""
    return Length(max=limit, message=_l("At most %(max)d characters, please."))


def _readable(value: str | None) -> None:
    if value and _UNREADABLE in value:
        raise ValidationError(unreadable())


def _kept_fields() -> MultiDict[str, str] | None:
    """What the person sent to this page's form before signing in again, if anything."""
    who, kept = identity.current(), request.args.get("kept")
    if who is None or not kept:
        return None
    fields = db.session.execute(
        select(KeptForm.fields).where(
            KeptForm.public_id == kept, KeptForm.person_id == who.person_id
        )
    ).scalar()
    return unpacked(fields) if fields else None


def packed(form: MultiDict[str, str]) -> dict[str, str]:
    """What was sent, in one order and shape: how text kept for somebody is stored."""
    pairs = [(k, v) for k, v in form.items(multi=True) if k not in {"csrf_token", "key", "owner"}]
    return {"form": urlencode(pairs)}


def unpacked(fields: dict[str, str]) -> MultiDict[str, str]:
    """What was sent, from how it was stored."""
    return MultiDict(parse_qsl(fields["form"], keep_blank_values=True))


def keep_form(person_id: int, path: str, form: MultiDict[str, str]) -> str:
    """Store what was sent for the person; returns its public id."""
    kept = KeptForm(person_id=person_id, path=path, fields=packed(form))
    db.session.add(kept)
    db.session.flush()
    return kept.public_id
