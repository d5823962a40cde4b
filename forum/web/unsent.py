"""What was typed and not stored stands on the page that refuses it, in its field or to be copied.

A page usually gives its form back, filled. Where it can't (the thread was locked meanwhile, the
vote has closed), the texts are put on top of it by themselves: whichever page it is, whatever
refused them. They are given to the person who is signed in, if the form is theirs (see
`forms.owner_mark`), and are what this very request carried, never anything stored.
"""

from collections.abc import Iterator
from typing import Any

from flask import Flask, g, render_template, request, session
from markupsafe import Markup, escape

from forum.web import identity
from forum.web.forms import Form, Line, Text, owner_mark
from forum.web.held import request_now
from forum.web.locale import gettext as _

_NEVER_SHOWN = {  # fields of no form, or of a form that was not made yet
    "csrf_token",
    "key",
    "owner",
    "password",
    "new_password",
    "current_password",
    "version",
    "kept",
}
_BELOW_ERRORS = "<!--errors end-->"  # as `ui.errors` says
Kept = tuple[str, str]  # what a text was asked for as, and the text


def init_app(app: Flask) -> None:
    """The layout asks for what its page does not show; the page of an error for everything."""
    app.jinja_env.globals.update(with_unsent=with_unsent, typed_texts=texts, typed_words=words)


def is_theirs() -> bool:
    """Whether what was sent was written by the person who is signed in, as far as one can tell."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return False
    if identity.current() is None:
        return identity.is_quiet() and "_user_id" in session  # the database can't say whose it is
    return not is_anothers()


def is_anothers() -> bool:
    """Whether the form is marked as that of somebody else than the person who is signed in."""
    who = identity.current()
    return who is not None and request.form.get("owner", "") not in ("", owner_mark(who.public_id))


def texts() -> list[Kept]:
    """Everything typed into this request's text fields, for the person who typed it."""
    return [(label, text) for _name, label, text in _typed()]


def words() -> list[Kept]:
    """The same, told by the request alone: no form of a thing that may be hidden is asked."""
    if not _is_readable():
        return []
    return [(label, text) for _name, label, text in _raw(set())]


def with_unsent(page: Markup) -> Markup:
    """The page, or piece of one, of this answer; where it refuses, with what it does not show.

    That is the reason, and what was typed. It stands below the page's summary of what is wrong,
    else below its head, else on top.
    """
    if request_now().method != "POST" or not g.get("refuses") or g.get("given_back"):
        return page
    shown = g.get("shown_fields", set())
    left = [(label, text) for name, label, text in _typed() if (name, text) not in shown]
    said = [error for error in _reasons() if str(escape(error)) not in page]
    if not left and not said:
        return page
    html = render_template("_unsent.html", texts=left, said=said)
    before, place, after = _parted(str(page))
    return Markup(before + place + html + after)  # noqa: S704  # our own templates, which escaped


def _parted(page: str) -> tuple[str, str, str]:
    for place in (_BELOW_ERRORS, "</header>"):
        if place in page:
            return page.partition(place)
    return "", "", page


def _typed() -> Iterator[tuple[str, str, str]]:
    """Name, label and text of each field that was typed into."""
    if not _is_readable():
        return
    known: set[str] = set()
    for form in _forms():
        for field in leaves(form):
            if field.name in known:
                continue
            known.add(field.name)
            if isinstance(field, Line | Text) and field.data:
                yield field.name, str(field.label.text), field.data
    yield from _raw(known)


def _raw(known: set[str]) -> Iterator[tuple[str, str, str]]:
    """Words under names that no form has asked for: what was chosen is one word."""
    for name, value in request.form.items(multi=True):
        if name not in known | _NEVER_SHOWN and len(value.split()) > 1:
            yield name, str(_("What you wrote")), value


def _is_readable() -> bool:
    return request.method == "POST" and not g.get("body_unread") and is_theirs()


def _forms() -> list[Form]:
    """The forms made of what was sent, the last first: it knows why it was refused."""
    return list(reversed(g.get("sent_forms", [])))


def _reasons() -> list[str]:
    return [error for form in _forms() for error in form.form_errors]


def leaves(fields: Any) -> Iterator[Any]:
    """The fields of a form, those in its rows too."""
    for field in fields:
        yield field
        if hasattr(field, "entries") or hasattr(field, "form"):
            yield from leaves(field)
