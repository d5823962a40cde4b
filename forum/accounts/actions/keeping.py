"""What people do with their own account."""

from datetime import timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from forum import activity, mail
from forum.accounts.actions.holding import hold_person
from forum.accounts.models import AddressChange, Person
from forum.accounts.queries import folded
from forum.db import db
from forum.lib import clock, tokens
from forum.lib.permission import Refused, WrongState
from forum.mail import bounces
from forum.web.forms import Stale
from forum.web.locale import gettext as _
from forum.web.settings import settings

ADDRESS_LINK_LASTS = timedelta(days=2)
AGAIN_AFTER = timedelta(minutes=2)  # the letter is on its way


def edit_profile(
    person_id: int, *, version: int, name: str, locale: str, timezone: str, light: bool = False
) -> Person:
    """Change one's own name, language, time zone and lightness of pages. Raises Stale."""
    person = hold_person(person_id)
    if person.version != version:
        raise Stale(person.version, {"name": person.name})
    person.name, person.locale, person.timezone = name, locale, timezone
    person.light = light
    person.version += 1
    activity.record(person.id, "person.profile_edited", person, version=person.version)
    return person


def set_locale(person_id: int, locale: str) -> None:
    """Keep the language somebody chose at the foot of a page."""
    db.session.execute(update(Person).where(Person.id == person_id).values(locale=locale))


def write_again(person_id: int) -> None:
    """Letters to the person's address came back; they say that it is well. It begins anew."""
    person = hold_person(person_id)
    if person.email is not None:
        bounces.try_again(person.email)


def change_password(person_id: int, *, password_hash: str) -> Person:
    """Set a new password; every session of the person ends (the view begins this one again).

    The caller has checked the current password, outside any lock.
    """
    person = hold_person(person_id)
    person.password_hash = password_hash
    person.session_epoch += 1
    activity.record(person.id, "person.password_changed", person)
    return person


def renew_hash(person_id: int, *, old: str, new: str) -> None:
    """The same password, hashed with today's parameters; nothing if it was changed meanwhile."""
    db.session.execute(
        update(Person)
        .where(Person.id == person_id, Person.password_hash == old)
        .values(password_hash=new)
    )


def sign_out_everywhere(person_id: int) -> Person:
    """End every session of the person, this one too."""
    person = hold_person(person_id)
    person.session_epoch += 1
    activity.record(person.id, "person.signed_out_everywhere", person)
    return person


def ask_for_address(person_id: int, email: str) -> None:
    """Send a link to a new address; it counts only when its owner follows the link.

    An address that somebody has gets no letter, and the answer does not tell; asked for again
    within AGAIN_AFTER there is one letter.
    """
    email, person = folded(email), hold_person(person_id)
    if db.session.scalar(select(Person.id).where(Person.email == email)):
        return
    if db.session.scalar(_asked_just_now(person.id, email)):
        return
    token = tokens.secret_token()
    change = AddressChange(
        person_id=person.id,
        token_hash=tokens.digest(token),
        email=email,
        expires_at=clock.now() + ADDRESS_LINK_LASTS,
    )
    db.session.add(change)
    activity.record(person.id, "person.address_asked", person)
    mail.post(
        mail.Receiver.of(person, email),
        "address_confirmation",
        secret=True,
        url=f"{settings().base_url}/addresses/{token}",
        address=email,
        expires_at=change.expires_at,
    )


def confirm_address(token: str) -> Person:
    """The new address counts from now on; the old one is told.

    Raises WrongState when the link was used or has run out, Refused when somebody else has the
    address by now.
    """
    change = db.session.scalars(
        select(AddressChange)
        .where(AddressChange.token_hash == tokens.digest(token))
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if change is None or not change.is_open():
        raise WrongState(_("This link is no longer valid."))
    person = hold_person(change.person_id)
    old = person.email
    _take_address(person, change.email)
    db.session.execute(
        update(AddressChange)
        .where(AddressChange.person_id == person.id, AddressChange.used_at.is_(None))
        .values(used_at=clock.now())
    )
    activity.record(person.id, "person.address_changed", person)
    if old:
        mail.post(mail.Receiver.of(person, old), "address_changed", address=change.email)
    return person


def _asked_just_now(person_id: int, email: str) -> Select[int]:
    return (
        select(AddressChange.id)
        .where(
            AddressChange.person_id == person_id,
            AddressChange.email == email,
            AddressChange.used_at.is_(None),
            AddressChange.created_at > clock.now() - AGAIN_AFTER,
        )
        .limit(1)
    )


def _take_address(person: Person, email: str) -> None:
    try:
        with db.session.begin_nested():
            person.email = email
    except IntegrityError:
        raise Refused(_("Somebody else has this address here by now.")) from None
