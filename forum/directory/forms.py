"""The forms of projects and experts: shape and wording."""

from typing import Any
from urllib.parse import urlsplit

from wtforms import SelectField
from wtforms.validators import ValidationError

from forum.lib.languages import WRITTEN
from forum.web.locale import current_locale
from forum.web.locale import gettext as _


class LanguageField(SelectField):
    """The language something is written in, each named in its own words; the reader's first."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("choices", list(WRITTEN.items()))
        kwargs.setdefault("default", current_locale)
        super().__init__(label, validators, **kwargs)


def web_address(_form: Any, field: Any) -> None:
    """Refuse, in a field that may be empty, what is no address of the web."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in field.data
    except ValueError:
        fits = False
    if not fits:
        raise ValidationError(_("Please write a whole address, such as https://example.org/page."))
