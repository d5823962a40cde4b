"""A new password for somebody who has lost theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from forum import activity, mail
from forum.accounts import policy
from forum.accounts.actions.holding import hold_person
from forum.accounts.models import Person, ResetLink
from forum.accounts.queries import folded, in_use
from forum.accounts.slots import Actor
from forum.db import db
from forum.lib import clock, tokens
from forum.lib.permission import WrongState, require
from forum.web.locale import current_locale, timezone
from forum.web.locale import gettext as _
from forum.web.settings import settings

MAILED_LINK_LASTS = timedelta(hours=3)  # letters may wait for a signal
AGAIN_AFTER = timedelta(minutes=2)  # the letter is on its way: another would only confuse
HANDED_LINK_LASTS = timedelta(days=3)  # on paper, to a place a day away


class _Undone(Exception):
    """Nothing of it stays."""


@dataclass(frozen=True)
class Issued:
    """A link to a new password. `url` holds the secret and is known only now: show it once."""

    url: str
    expires_at: datetime


def mail_reset_link(email: str) -> None:
    """Send a link to a new password to that address, if somebody has it.

    For an address nobody has the same is done and then undone, so that the time tells nothing.
    Asked for again within AGAIN_AFTER it is undone too: a form pressed twice sends one letter.
    """
    person = db.session.scalars(
        select(Person).where(Person.email == folded(email), in_use())
    ).one_or_none()
    try:
        with db.session.begin_nested():
            _write_letter(folded(email), person)
    except _Undone:
        return


def issue_reset_link(
    actor: Actor | None, person_id: int, *, in_own_project: bool = False
) -> Issued:
    """A link to a new password, to be handed over on paper or in a chat.

    `actor` None is the command line. `in_own_project`: the person belongs to a project that the
    actor coordinates. Raises Forbidden.
    """
    person = db.session.get_one(Person, person_id)
    if actor is not None:
        require(policy.can_issue_reset_link(actor, person, in_own_project=in_own_project))
    by, token = actor.person_id if actor else None, tokens.secret_token()
    link = _store(person.id, token, by, HANDED_LINK_LASTS)
    activity.record(by, "person.reset_link_issued", person)
    return Issued(_url(token), link.expires_at)


def reset_password(token: str, *, password_hash: str) -> Person:
    """Set a new password by a link; every session ends and no other link works any more.

    Raises WrongState when the link was used or has run out.
    """
    link = db.session.scalars(
        select(ResetLink).where(ResetLink.token_hash == tokens.digest(token)).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if link is None or not link.is_open():
        raise WrongState(_("This link is no longer valid."))
    person = hold_person(link.person_id)
    if person.is_suspended():
        raise WrongState(_("This link is no longer valid."))
    person.password_hash = password_hash
    person.session_epoch += 1
    db.session.execute(
        update(ResetLink)
        .where(ResetLink.person_id == person.id, ResetLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    activity.record(person.id, "person.password_reset", person, issued_by=link.issued_by_id)
    return person


def _write_letter(email: str, person: Person | None) -> None:
    token, now = tokens.secret_token(), clock.now()
    again = db.session.scalar(
        select(ResetLink.id)
        .where(
            ResetLink.person_id == (person.id if person else None),
            ResetLink.issued_by_id.is_(None),
            ResetLink.used_at.is_(None),
            ResetLink.created_at > now - AGAIN_AFTER,
        )
        .limit(1)
    )
    if person is not None:
        _store(person.id, token, None, MAILED_LINK_LASTS)
        receiver = mail.Receiver.of(person, email)
    else:
        receiver = mail.Receiver(email, "", current_locale(), timezone())
    mail.post(receiver, "reset", secret=True, url=_url(token), expires_at=now + MAILED_LINK_LASTS)
    if person is None or again is not None:
        raise _Undone


def _store(person_id: int, token: str, by: int | None, lasts: timedelta) -> ResetLink:
    link = ResetLink(
        person_id=person_id,
        token_hash=tokens.digest(token),
        issued_by_id=by,
        expires_at=clock.now() + lasts,
    )
    db.session.add(link)
    db.session.flush()
    return link


def _url(token: str) -> str:
    return f"{settings().base_url}/password/{token}"
