"""Reading people: who a session belongs to, what a link leads to, who waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import AddressChange, Invitation, Person, ResetLink, SignedIn
from forum.accounts.sides import Side
from forum.db import UTCDateTime, db, immediate, objects_of
from forum.lib import clock
from forum.lib.tokens import digest
from forum.mail.models import BouncedAddress
from forum.mail.slots import Writer
from forum.web.identity import Identity

MOST_UNREACHED = 200  # people in one list: beyond that it is the mail server


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of a person."""

    id: int
    public_id: str
    session_epoch: int
    password_hash: str
    suspended: bool
    suspended_until: datetime | None  # None: without an end, or not suspended
    suspended_reason: str


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that somebody holds the link of."""

    id: int
    email: str | None
    name: str
    side: Side
    is_operator: bool
    project_id: int | None
    role: str | None
    locale: str
    expires_at: datetime
    inviter: str | None  # None: the operator's command
    inviter_timezone: str | None


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that is still open, for those who look after it."""

    id: int
    public_id: str
    email: str | None
    name: str
    side: Side
    project_id: int | None
    role: str | None
    invited_by_id: int | None
    expires_at: datetime
    invited_by_name: str | None


@dataclass(frozen=True)
class UnconfirmedRow:
    """Somebody who joined by an operator's invitation and waits for the project's word."""

    invitation_id: int
    public_id: str  # of the invitation
    person_public_id: str
    name: str
    role: str
    accepted_at: datetime


@dataclass(frozen=True)
class OwnAccount:
    """What a person sees and changes of their own account."""

    id: int
    public_id: str
    name: str
    email: str | None
    handle: str | None
    locale: str
    timezone: str
    side: Side
    is_operator: bool
    light: bool
    version: int
    password_hash: str


def in_use(now: Any = None) -> ColumnElement[bool]:
    """The condition that a person may come in now: not suspended, or no longer."""
    moment = clock.now() if now is None else now
    return or_(Person.suspended_at.is_(None), Person.suspended_until <= moment)


def identity_at(public_id: str, epoch: int) -> Identity | None:
    """The person, about to sign in; None when suspended, or their sessions were ended since."""
    values = {"public_id": public_id, "epoch": epoch, "now": clock.now()}
    return identity_by(_BY_EPOCH, values)


def identity_of_person(person_id: int) -> Identity | None:
    """The person by their inner id, for what they sent by mail; None when suspended."""
    return identity_by(_BY_PERSON, {"person": person_id, "now": clock.now()})


def mail_writer(person_id: int) -> Writer | None:
    """The person, as far as mail from them goes."""
    row = db.session.execute(
        select(
            Person.id,
            Person.email,
            Person.name,
            Person.locale,
            Person.timezone,
            in_use().label("in_use"),
        ).where(Person.id == person_id)
    ).one_or_none()
    return Writer(**row._asdict()) if row else None


@dataclass(frozen=True)
class UnreachedRow:
    """Somebody whom no letter reaches, and since when."""

    public_id: str
    name: str
    since: datetime


def unreached() -> list[UnreachedRow]:
    """The people in use whose address is paused, the latest first, a page of them."""
    rows = db.session.execute(
        select(Person.public_id, Person.name, BouncedAddress.paused_at)
        .join(BouncedAddress, BouncedAddress.address == Person.email)
        .where(BouncedAddress.paused_at.is_not(None), in_use())
        .order_by(BouncedAddress.paused_at.desc(), Person.id)
        .limit(MOST_UNREACHED)
    )
    return [UnreachedRow(public_id, name, at) for public_id, name, at in rows if at]


def is_unreached(address: str | None) -> bool:
    """Whether letters to that address came back, so that none are sent."""
    paused = select(BouncedAddress.id).where(
        BouncedAddress.address == address, BouncedAddress.paused_at.is_not(None)
    )
    return address is not None and db.session.scalar(paused) is not None


def identity_by(query: Select[*tuple[Any, ...]], values: dict[str, Any]) -> Identity | None:
    """The person that a select of an identity's columns finds, for instance BY_SESSION."""
    return next(iter(objects_of(person_of, query, values)), None)


def person_of(*, side: Side, **columns: Any) -> Identity:
    """An identity of its columns."""
    return Identity(side=str(side), **columns)


# asked with every page, so put together once
_NOW = bindparam("now", type_=UTCDateTime())
_IDENTITY = select(
    Person.id.label("person_id"),
    Person.public_id,
    Person.name,
    Person.side,
    Person.is_operator,
    Person.locale,
    Person.timezone,
    Person.session_epoch,
    Person.light,
).where(in_use(_NOW))
BY_SESSION = _IDENTITY.where(
    SignedIn.person_id == Person.id,
    SignedIn.token_hash == bindparam("token"),
    SignedIn.epoch == Person.session_epoch,
    SignedIn.ends_at > _NOW,
)
_BY_EPOCH = _IDENTITY.where(
    Person.public_id == bindparam("public_id"), Person.session_epoch == bindparam("epoch")
)
_BY_PERSON = _IDENTITY.where(Person.id == bindparam("person"))
_INVITATION: tuple[Any, ...] = (
    Invitation.id,
    Invitation.public_id,
    Invitation.email,
    Invitation.name,
    Invitation.side,
    Invitation.project_id,
    Invitation.role,
    Invitation.invited_by_id,
    Invitation.expires_at,
)
_WAITING: tuple[Any, ...] = (
    Invitation.id,
    Invitation.public_id,
    Person.public_id,
    Person.name,
    Invitation.role,
    Invitation.accepted_at,
)


@contextmanager
def without_lock() -> Iterator[None]:
    """Read inside a posting view before its slow work: no write lock is taken or kept."""
    db.session.rollback()
    with immediate(writing=False):
        try:
            yield
        finally:
            db.session.rollback()


def folded(name: str) -> str:
    """An address or handle as it is stored and compared."""
    return name.strip().lower()


def account_named(name: str) -> Account | None:
    """The account of that address or handle, as typed."""
    name = folded(name)
    return _account((Person.email if "@" in name else Person.handle) == name)


def account_joined_by(token: str) -> Account | None:
    """The account of whoever joined by that invitation, None when nobody did."""
    joined = select(Invitation.person_id).where(Invitation.token_hash == digest(token))
    return _account(Person.id == joined.scalar_subquery())


def _account(condition: ColumnElement[bool]) -> Account | None:
    row = db.session.execute(
        select(
            Person.id,
            Person.public_id,
            Person.session_epoch,
            Person.password_hash,
            Person.suspended_until,
            Person.suspended_reason,
            in_use().label("in_use"),
        ).where(condition)
    ).one_or_none()
    if row is None:
        return None
    return Account(
        id=row.id,
        public_id=row.public_id,
        session_epoch=row.session_epoch,
        password_hash=row.password_hash,
        suspended=not row.in_use,
        suspended_until=None if row.in_use else row.suspended_until,
        suspended_reason="" if row.in_use else row.suspended_reason,
    )


def own_account(person_id: int) -> OwnAccount:
    """The person's own account."""
    row = db.session.execute(
        select(
            Person.id,
            Person.public_id,
            Person.name,
            Person.email,
            Person.handle,
            Person.locale,
            Person.timezone,
            Person.side,
            Person.is_operator,
            Person.light,
            Person.version,
            Person.password_hash,
        ).where(Person.id == person_id)
    )
    return OwnAccount(**row.mappings().one())


def invitation_by(token: str) -> OpenInvitation | None:
    """What the link of an invitation leads to; None when unknown, used, revoked or run out."""
    inviter = aliased(Person)
    row = db.session.execute(
        select(
            Invitation.id,
            Invitation.email,
            Invitation.name,
            Invitation.side,
            Invitation.is_operator,
            Invitation.project_id,
            Invitation.role,
            Invitation.locale,
            Invitation.expires_at,
            inviter.name,
            inviter.timezone,
        )
        .outerjoin(inviter, inviter.id == Invitation.invited_by_id)
        .where(
            Invitation.token_hash == digest(token),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
    ).one_or_none()
    return OpenInvitation(*row) if row else None


def open_invitations(
    project_id: int | None = None, *, sent_by: int | None = None
) -> list[InvitationRow]:
    """Invitations nobody has used yet: into that project, or those into none. Newest first.

    Into none, with those into any project that the person `sent_by` sent. The caller asks who
    may look (those who may invite there).
    """
    inviter = aliased(Person)
    where = Invitation.project_id == project_id if project_id else Invitation.project_id.is_(None)
    if sent_by is not None:
        where = or_(where, Invitation.invited_by_id == sent_by)
    rows = db.session.execute(
        select(*(*_INVITATION, inviter.name))
        .outerjoin(inviter, inviter.id == Invitation.invited_by_id)
        .where(
            where,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > clock.now(),
        )
        .order_by(Invitation.id.desc())
    )
    return [InvitationRow(*row) for row in rows]


def unconfirmed(project_id: int) -> list[UnconfirmedRow]:
    """Who joined by an operator's invitation into the project and waits for its word."""
    rows = db.session.execute(
        select(*_WAITING)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.project_id == project_id, Invitation.confirmed_at.is_(None))
        .order_by(Invitation.id)
    )
    return [UnconfirmedRow(*row) for row in rows]


def reset_link_open(token: str) -> bool:
    """Whether that link still leads to a new password."""
    return (
        db.session.execute(
            select(ResetLink.id)
            .join(Person, Person.id == ResetLink.person_id)
            .where(in_use(), *_open(ResetLink, token))
        ).first()
        is not None
    )


def address_of_change(token: str) -> str | None:
    """The new address that link confirms; None when it does not any more."""
    return db.session.scalar(select(AddressChange.email).where(*_open(AddressChange, token)))


def _open(link: type[ResetLink] | type[AddressChange], token: str) -> tuple[Any, ...]:
    return (link.token_hash == digest(token), link.used_at.is_(None), link.expires_at > clock.now())
