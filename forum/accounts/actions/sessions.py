"""One sign-in, from its beginning to its end."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from forum.accounts.models import Person, SignedIn
from forum.db import db
from forum.lib import clock, tokens

SESSION_LASTS = timedelta(days=365)  # then one signs in again, however often one comes
SHARED_LASTS = timedelta(days=2)  # on a shared phone, whose browser may never be closed


def begin_session(person_id: int, epoch: int, *, keep: bool = True) -> str:
    """Write down that the person signed in; returns the token for the cookie, known only now.

    `epoch` is the person's when they were let in: a session that was overtaken by a new password
    is none from its beginning.
    """
    token, now = tokens.secret_token(), clock.now()
    db.session.add(
        SignedIn(
            person_id=person_id,
            token_hash=tokens.digest(token),
            epoch=epoch,
            created_at=now,
            ends_at=now + (SESSION_LASTS if keep else SHARED_LASTS),
        )
    )
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """The session of that token has ended, wherever a copy of its cookie lies."""
    db.session.execute(delete(SignedIn).where(SignedIn.token_hash == tokens.digest(token)))


def forget_ended_sessions() -> int:
    """Throw away sign-ins that count no more. Returns how many; a chore."""
    epoch = select(Person.session_epoch).where(Person.id == SignedIn.person_id).scalar_subquery()
    ended = delete(SignedIn).where(or_(SignedIn.ends_at <= clock.now(), SignedIn.epoch != epoch))
    returning = ended.returning(SignedIn.id).execution_options(synchronize_session=False)
    return len(db.session.execute(returning).all())
