"""A person, and what leads to or protects their account."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.accounts.sides import Side
from forum.db import AppendOnly, PublicId, Record, enum_column
from forum.lib import clock

DIGEST = 64  # characters of a SHA-256 in hex


class Person(Record):
    """Someone with an account. Rows that require a side copy it and point at (id, side)."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("id", "side"),  # what composite foreign keys point at
        CheckConstraint("email = lower(email)", name="email_folded"),
        CheckConstraint("handle = lower(handle)", name="handle_folded"),
        CheckConstraint("email IS NOT NULL OR handle IS NOT NULL", name="can_be_named"),
        CheckConstraint("suspended_until > suspended_at", name="suspended_for_a_time"),
        CheckConstraint(
            "suspended_until IS NULL OR suspended_at IS NOT NULL", name="suspended_since"
        ),
    )

    public_id: Mapped[PublicId]
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # None: joined on paper
    handle: Mapped[str | None] = mapped_column(String(20), unique=True)  # signs in without address
    name: Mapped[str] = mapped_column(String(120))
    side: Mapped[Side] = mapped_column(enum_column(Side, "person_side"))
    is_operator: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(16))
    timezone: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(200))
    suspended_at: Mapped[datetime | None]
    suspended_until: Mapped[datetime | None]  # None: until somebody opens the account again
    suspended_reason: Mapped[str] = mapped_column(String(500), default="")
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end all sessions
    light: Mapped[bool] = mapped_column(default=False)  # pictures only when asked for
    last_visit_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    def is_suspended(self, now: datetime | None = None) -> bool:
        """Whether nobody may sign in with it now: the end of a suspension is the clock's."""
        if self.suspended_at is None:
            return False
        return self.suspended_until is None or (now or clock.now()) < self.suspended_until


class SignedIn(Record):
    """One sign-in on one device. Signing out takes the row away, and its cookie is worth nothing.

    It counts until `ends_at`, and only while the person's `session_epoch` is still its `epoch`.
    """

    __tablename__ = "signed_in"
    __table_args__ = (
        CheckConstraint("ends_at > created_at", name="lasts"),
        Index("ix_signed_in_ends_at", "ends_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    epoch: Mapped[int]  # the person's session_epoch when it began
    ends_at: Mapped[datetime]


class Invitation(Record):
    """One way in for one person: by mail, or (no address) by a link on paper or in a chat."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_folded"),
        CheckConstraint("(project_id IS NULL) = (role IS NULL)", name="role_in_project"),
        CheckConstraint("project_id IS NULL OR side = 'member'", name="projects_have_members"),
        CheckConstraint("role IN ('coordinator', 'member')", name="known_role"),
        CheckConstraint("(accepted_at IS NULL) = (person_id IS NULL)", name="accepted_by_someone"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="accepted_or_revoked"),
        Index("ix_invitation_project_id", "project_id", "id"),
    )

    public_id: Mapped[PublicId]
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")  # as the inviter knows them
    side: Mapped[Side] = mapped_column(enum_column(Side, "invitation_side"))
    is_operator: Mapped[bool] = mapped_column(default=False)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    role: Mapped[str | None] = mapped_column(String(32))  # in that project
    locale: Mapped[str] = mapped_column(String(16))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by command
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who joined by it
    revoked_at: Mapped[datetime | None]
    # Into a project: whoever belongs there or facilitates confirms; an operator alone can't.
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether somebody can still join by it."""
        unused = self.accepted_at is None and self.revoked_at is None
        return unused and (now or clock.now()) < self.expires_at


class ResetLink(Record):
    """A way to a new password: mailed, or handed over on paper by someone of the forum."""

    __tablename__ = "reset_link"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: asked by mail
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it still leads to a new password."""
        return self.used_at is None and (now or clock.now()) < self.expires_at


class AddressChange(Record):
    """A new address that its owner has yet to confirm by the link sent there."""

    __tablename__ = "address_change"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_folded"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether it can still be confirmed."""
        return self.used_at is None and (now or clock.now()) < self.expires_at


class TermsAcceptance(AppendOnly, Record):
    """Which version of the terms somebody accepted, and when."""

    __tablename__ = "terms_acceptance"
    __table_args__ = (UniqueConstraint("person_id", "version"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    version: Mapped[str] = mapped_column(String(20))
    accepted_at: Mapped[datetime] = mapped_column(default=clock.now)


class AttemptKind(StrEnum):
    """What was tried: a password, or asking for a reset letter."""

    PASSWORD = "password"  # noqa: S105  # a word, no secret
    RESET = "reset"


class AttemptOutcome(StrEnum):
    """How it ended. What is under way counts as failed until it has succeeded."""

    FAILED = "failed"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"  # over the limit, so not even looked at


class SignInAttempt(Record):
    """One guess at one account from one network; both only as keyed hashes (see `limits`)."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "kind", "account", "created_at"),
        Index("ix_sign_in_attempt_network", "kind", "network", "created_at"),
        Index("ix_sign_in_attempt_created_at", "created_at"),
    )

    kind: Mapped[AttemptKind] = mapped_column(enum_column(AttemptKind, "attempt_kind"))
    account: Mapped[str] = mapped_column(String(DIGEST))
    network: Mapped[str] = mapped_column(String(DIGEST))
    outcome: Mapped[AttemptOutcome] = mapped_column(enum_column(AttemptOutcome, "attempt_outcome"))
