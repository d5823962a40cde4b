"""Putting a letter into the outbox, in the same transaction as what it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from flask import render_template

from forum.db import db
from forum.lib import clock, text, tokens
from forum.mail.addresses import Item
from forum.mail.models import LONGEST_MESSAGE_ID, Letter
from forum.web.locale import force_locale, timezone_of
from forum.web.settings import settings

OTHERWISE = "otherwise"  # in `tells`: the text and the HTML that go where the rest may not


class Person(Protocol):
    """A person, as far as writing to them goes."""

    @property
    def id(self) -> int:
        """The inner id."""

    @property
    def public_id(self) -> str:
        """The id that shows."""

    @property
    def email(self) -> str | None:
        """The address, if they have one."""

    @property
    def name(self) -> str:
        """How they are greeted."""

    @property
    def locale(self) -> str:
        """The language they read."""

    @property
    def timezone(self) -> str:
        """The zone in which they are told of times."""


@dataclass(frozen=True)
class Receiver:
    """Who gets a letter, and in which language and zone it speaks."""

    address: str
    name: str
    locale: str
    timezone: str
    person_id: int | None = None
    public_id: str = ""

    @classmethod
    def of(cls, person: Person, address: str | None = None) -> Self:
        """That person, at their own address or another. Raises ValueError where there is none."""
        address = address or person.email
        if not address:
            raise ValueError("nobody writes to somebody without an address")
        return cls(
            address, person.name, person.locale, person.timezone, person.id, person.public_id
        )


def message_id(name: str | None = None) -> str:
    """The Message-ID that `name` always has here; without a name one that nothing else has."""
    return f"<{name or tokens.secret_token()}@{settings().mail_from.rpartition('@')[2]}>"


def written(receiver: Receiver, kind: str, **context: Any) -> tuple[str, str, str]:
    """The subject, the text and the HTML of that kind of letter, in its receiver's language."""
    context |= {"name": receiver.name, "base_url": settings().base_url}
    with force_locale(receiver.locale), timezone_of(receiver.timezone):
        plain = render_template(f"mail/{kind}.txt", **context)
        html = render_template(f"mail/{kind}.html", **context)
    subject, _sep, body = plain.partition("\n")
    return text.one_line(subject)[:200], body.strip() + "\n", html


def post(
    receiver: Receiver,
    kind: str,
    *,
    secret: bool = False,
    name_of_letter: str | None = None,
    headers: Mapping[str, str] | None = None,
    about: Item | None = None,
    in_reply_to: str = "",
    tells: Mapping[str, Any] | None = None,
    **context: Any,
) -> Letter:
    """Write the letter `templates/mail/<kind>.txt` and `.html` to `receiver`.

    The first line of the text template is the subject. `secret` says that it carries a token:
    its body is erased once it is sent. `name_of_letter` makes its Message-ID (see `message_id`),
    `headers` stand beside the usual ones. `about` is what it can be answered to by mail;
    `in_reply_to` the Message-ID of the mail that it answers; `tells` what is looked at again
    before it is handed over (with `OTHERWISE`, what goes instead). `context` is passed to both
    templates, with `name` and `base_url` added. Returns the stored letter; nothing leaves
    before the commit.
    """
    subject, plain, html = written(receiver, kind, **context)
    letter = Letter(
        person_id=receiver.person_id,
        kind=kind,
        to_address=receiver.address,
        to_name=text.one_line(receiver.name),
        language=receiver.locale,
        subject=subject,
        text=plain,
        html=html,
        message_id=message_id(name_of_letter),
        headers=dict(headers or {}),
        tells=dict(tells or {}),
        secret=secret,
        about_what=about.what if about else None,
        about_id=about.id if about else None,
        in_reply_to=in_reply_to[:LONGEST_MESSAGE_ID],
        due_at=clock.now(),
    )
    db.session.add(letter)
    db.session.flush()
    return letter
