"""Limits on guessing, that hold over processes: rows of what was tried, counted by window.

An attempt is written down in a transaction of its own before anything is looked up, so it is
still there when the request is refused, and many at once can't slip through together. Nothing
ever locks for good: attempts over the limit are not counted, a network from which the account
signed in before is counted by itself, and the mailed link stays open. Networks are counted
generously, because a carrier puts hundreds of phones behind one address.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update

from forum.accounts.models import AttemptKind, AttemptOutcome, SignInAttempt
from forum.db import db, immediate
from forum.lib import clock
from forum.web.settings import settings


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts that came to nothing within `window`."""

    most: int
    window: timedelta


ACCOUNT = (Limit(10, timedelta(minutes=15)), Limit(50, timedelta(days=1)))
NETWORK = (Limit(150, timedelta(minutes=15)),)
LETTERS = (Limit(3, timedelta(hours=1)),)  # reset letters to one address
LETTERS_NETWORK = (Limit(40, timedelta(hours=1)),)
KNOWN_NETWORK = timedelta(days=30)  # how long a network where one signed in is remembered
KEPT = timedelta(days=31)  # then the rows are thrown away

_IPV6_HOME = 64  # bits: what one household or phone is given


@dataclass(frozen=True)
class Attempt:
    """One attempt, written down. `allowed`: whether it may go on."""

    id: int
    allowed: bool


def begin(kind: AttemptKind, account: str, address: str | None) -> Attempt:
    """Write the attempt down, in its own transaction, and say whether it is within the limits.

    `account` is the folded address or handle typed, or anything that names the account;
    `address` the client's network address. Must be called while no lock is held.
    """
    who, where = _keyed("account", account), _keyed("network", network_of(address))
    with immediate(), db.engine.begin() as connection:
        row_id = connection.execute(
            insert(SignInAttempt)
            .values(
                kind=kind,
                account=who,
                network=where,
                outcome=AttemptOutcome.FAILED,
                created_at=clock.now(),
            )
            .returning(SignInAttempt.id)
        ).scalar_one()
    with immediate(writing=False), db.engine.connect() as connection:
        known = kind is AttemptKind.PASSWORD and connection.execute(_signed_in(who, where)).first()
        mine = _account(who, where if known else None)
        checks = [(limit, mine) for limit in (ACCOUNT if kind is AttemptKind.PASSWORD else LETTERS)]
        there = SignInAttempt.network == where
        every = NETWORK if kind is AttemptKind.PASSWORD else LETTERS_NETWORK
        checks += [(limit, there) for limit in every]
        over = any(
            connection.execute(_counted(kind, limit, rows)).scalar_one() > limit.most
            for limit, rows in checks
        )
    if over:
        finish(row_id, AttemptOutcome.REFUSED)
    return Attempt(row_id, not over)


def finish(attempt_id: int, outcome: AttemptOutcome) -> None:
    """Say how the attempt ended, in its own transaction; call it while no lock is held."""
    with immediate(), db.engine.begin() as connection:
        connection.execute(
            update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(outcome=outcome)
        )


def forgive(attempt_id: int) -> None:
    """It succeeded: within the session's own transaction, count it no more."""
    db.session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.id == attempt_id)
        .values(outcome=AttemptOutcome.SUCCEEDED)
    )


def forget_old() -> int:
    """Throw away what no window looks at any more. Returns how many rows."""
    old = delete(SignInAttempt).where(SignInAttempt.created_at < clock.now() - KEPT)
    return len(db.session.execute(old.returning(SignInAttempt.id)).all())


def network_of(address: str | None) -> str:
    """The network an address stands for: itself, or for IPv6 its /64."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _IPV6_HOME), strict=False))
    return str(found)


def _keyed(what: str, text: str) -> str:
    """A hash that only this server can make: the table names nobody and no address."""
    return hmac.new(settings().secret_key.encode(), f"{what}:{text}".encode(), "sha256").hexdigest()


def _account(who: str, only_from: str | None) -> ColumnElement[bool]:
    """Attempts at the account: from everywhere, or from a network known to be theirs."""
    mine = SignInAttempt.account == who
    return mine if only_from is None else and_(mine, SignInAttempt.network == only_from)


def _counted(kind: AttemptKind, limit: Limit, rows: ColumnElement[bool]) -> Select[int]:
    failed = SignInAttempt.outcome == AttemptOutcome.FAILED
    if kind is AttemptKind.RESET:
        failed = or_(failed, SignInAttempt.outcome == AttemptOutcome.SUCCEEDED)
    return select(func.count()).where(
        SignInAttempt.kind == kind,
        rows,
        failed,
        SignInAttempt.created_at > clock.now() - limit.window,
    )


def _signed_in(who: str, where: str) -> Select[int]:
    return (
        select(SignInAttempt.id)
        .where(
            SignInAttempt.kind == AttemptKind.PASSWORD,
            SignInAttempt.account == who,
            SignInAttempt.network == where,
            SignInAttempt.outcome == AttemptOutcome.SUCCEEDED,
            SignInAttempt.created_at > clock.now() - KNOWN_NETWORK,
        )
        .limit(1)
    )
