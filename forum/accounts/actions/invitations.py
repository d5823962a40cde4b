"""Inviting, joining, and what lies between."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from forum import activity, mail
from forum.accounts import policy, slots
from forum.accounts.models import Invitation, Person, TermsAcceptance
from forum.accounts.queries import folded
from forum.accounts.sides import Side
from forum.accounts.slots import Actor
from forum.accounts.wording import invited_sentence
from forum.db import db
from forum.lib import clock, tokens
from forum.lib.permission import Refused, WrongState, require
from forum.web.locale import gettext as _
from forum.web.settings import settings

INVITATION_LASTS = timedelta(days=14)  # long enough for a letter read once a week
JUST_SENT = timedelta(minutes=1)  # within it a second press is the same press


@dataclass(frozen=True)
class Invited:
    """A new invitation. `url` holds the secret and is known only now: to be shown once."""

    invitation: Invitation
    url: str


def invite(
    actor: Actor | None,
    *,
    email: str | None,
    side: str,
    project_id: int | None = None,
    role: str | None = None,
    name: str = "",
    locale: str = "",
    is_operator: bool = False,
) -> Invited:
    """Invite somebody; with an address they get a letter, without one the link is handed over.

    `actor` None is the command line. `role` is coordinator or member of the project, to which
    they belong once somebody's word is given (`policy.confirms_by_inviting`).

    Raises Forbidden, and Refused for an address that has an account or a project without
    members' side.
    """
    if actor is not None:
        require(policy.can_invite(actor, side, into=project_id, role=role))
    if project_id is not None and not policy.is_of_projects(side):
        raise Refused(_("Only people on the projects' side can belong to a project."), "project")
    email = folded(email) if email else None
    if email and db.session.scalar(select(Person.id).where(Person.email == email)):
        raise Refused(_("Somebody with this address already has an account here."), "email")
    by = actor.person_id if actor else None
    token = tokens.secret_token()
    sure = project_id is None or policy.confirms_by_inviting(actor, project_id)
    invitation = Invitation(
        token_hash=tokens.digest(token),
        email=email,
        name=name,
        side=Side(side),
        is_operator=is_operator and actor is None,
        project_id=project_id,
        role=(role or policy.MEMBER) if project_id is not None else None,
        locale=locale or settings().default_locale,
        invited_by_id=by,
        expires_at=clock.now() + INVITATION_LASTS,
        confirmed_at=clock.now() if sure else None,
        confirmed_by_id=by if sure else None,
    )
    db.session.add(invitation)
    activity.record(
        by, "person.invited", invitation, side=str(side), project=project_id, role=invitation.role
    )
    url = f"{settings().base_url}/invitations/{token}"
    if email:
        _send(invitation, url)
    return Invited(invitation, url)


def renew_invitation(actor: Actor, invitation_id: int) -> Invited:
    """Send an invitation again, for as long as a new one; its earlier link leads nowhere more.

    By letter once a minute at most: pressed twice, one letter goes.

    Raises Forbidden, and WrongState when somebody has joined by it or it was taken back.
    """
    invitation = _locked(invitation_id)
    require(
        policy.can_renew_invitation(
            actor,
            invited_by_id=invitation.invited_by_id,
            side=invitation.side,
            project_id=invitation.project_id,
            role=invitation.role,
        )
    )
    if invitation.accepted_at is not None:
        raise WrongState(_("Somebody has joined by this invitation already."))
    if invitation.revoked_at is not None:
        raise WrongState(_("This invitation was taken back. Please invite this person anew."))
    if invitation.email and invitation.expires_at > clock.now() + INVITATION_LASTS - JUST_SENT:
        return Invited(invitation, "")
    token, into = tokens.secret_token(), invitation.project_id
    sure = into is None or policy.confirms_by_inviting(actor, into)
    invitation.token_hash = tokens.digest(token)
    invitation.expires_at = clock.now() + INVITATION_LASTS
    invitation.confirmed_at = clock.now() if sure else None
    invitation.confirmed_by_id = actor.person_id if sure else None
    activity.record(actor.person_id, "invitation.renewed", invitation)
    url = f"{settings().base_url}/invitations/{token}"
    if invitation.email:
        _send(invitation, url)
    return Invited(invitation, url)


def revoke_invitation(actor: Actor, invitation_id: int) -> Invitation:
    """Take an invitation back; its link leads nowhere any more. Twice is harmless.

    Raises Forbidden, and WrongState when somebody has joined by it.
    """
    invitation = _locked(invitation_id)
    require(
        policy.can_revoke_invitation(
            actor,
            invited_by_id=invitation.invited_by_id,
            side=invitation.side,
            project_id=invitation.project_id,
        )
    )
    if invitation.accepted_at is not None:
        raise WrongState(_("Somebody has joined by this invitation already."))
    if invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        activity.record(actor.person_id, "invitation.revoked", invitation)
    return invitation


def join(
    token: str,
    *,
    name: str,
    locale: str,
    timezone: str,
    password_hash: str,
    terms_version: str,
    handle: str | None = None,
) -> Person:
    """Become a person of the forum by an invitation. `handle` is for those without an address.

    Raises WrongState when the invitation is not open (any more), Refused when the handle or the
    address is taken.
    """
    invitation = db.session.scalars(
        select(Invitation).where(Invitation.token_hash == tokens.digest(token)).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if invitation is None or not invitation.is_open():
        raise WrongState(_("This invitation is no longer valid."))
    person = Person(
        email=invitation.email,
        handle=folded(handle) if handle and not invitation.email else None,
        name=name,
        side=invitation.side,
        is_operator=invitation.is_operator,
        locale=locale,
        timezone=timezone,
        password_hash=password_hash,
        session_epoch=0,
    )
    _store(person)
    db.session.add(TermsAcceptance(person_id=person.id, version=terms_version))
    invitation.accepted_at, invitation.person_id = clock.now(), person.id
    if invitation.email:
        _close_others(invitation)
    activity.record(person.id, "person.joined", person, **_particulars(invitation))
    return person


def confirm_joining(actor: Actor, invitation_id: int) -> Invitation:
    """The project's word that somebody invited from outside belongs to it; twice is once.

    Raises Forbidden, and WrongState while nobody has joined by the invitation.
    """
    invitation = _locked(invitation_id)
    if invitation.project_id is None or invitation.accepted_at is None:
        raise WrongState(_("Nobody has joined by this invitation yet."))
    require(policy.can_confirm_joining(actor, invitation.project_id))
    if invitation.confirmed_at is None:
        invitation.confirmed_at, invitation.confirmed_by_id = clock.now(), actor.person_id
        person = db.session.get_one(Person, invitation.person_id)
        activity.record(
            actor.person_id, "person.joining_confirmed", person, **_particulars(invitation)
        )
    return invitation


def _particulars(invitation: Invitation) -> dict[str, Any]:
    return {
        "side": str(invitation.side),
        "invitation": invitation.id,
        "project": invitation.project_id,
        "role": invitation.role,
        "invited_by": invitation.invited_by_id,
        "confirmed": invitation.confirmed_at is not None,
    }


def _send(invitation: Invitation, url: str) -> None:
    by = invitation.invited_by_id
    inviter = db.session.get_one(Person, by) if by is not None else None
    assert invitation.email is not None
    mail.post(
        mail.Receiver(
            address=invitation.email,
            name=invitation.name,
            locale=invitation.locale,
            timezone=inviter.timezone if inviter else settings().default_timezone,
        ),
        "invitation",
        secret=True,
        url=url,
        invited=partial(
            invited_sentence,
            inviter=inviter.name if inviter else "",
            side=str(invitation.side),
            project=slots.project_name(invitation.project_id),
        ),
        expires_at=invitation.expires_at,
    )


def _store(person: Person) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        if person.handle:
            raise Refused(
                _("Somebody else signs in with this name already. Please choose another."), "handle"
            ) from None
        raise Refused(_("Somebody with this address already has an account here.")) from None


def _close_others(used: Invitation) -> None:
    db.session.execute(
        update(Invitation)
        .where(
            Invitation.email == used.email,
            Invitation.id != used.id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def _locked(invitation_id: int) -> Invitation:
    return db.session.scalars(
        select(Invitation).where(Invitation.id == invitation_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
