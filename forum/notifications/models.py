"""Who follows what, and what each person is told in the app: ids and moments, no words."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import BIG, Record, enum_column
from forum.lib import clock
from forum.notifications.kinds import Level, Pace, What

_UNREAD = text("read_at IS NULL")
_READ = text("read_at IS NOT NULL")


class Subscription(Record):
    """A person watches or mutes a thread, a topic, a stage or an exchange."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("person_id", "what", "thing_id"),
        Index("ix_subscription_thing", "what", "thing_id", "level", "person_id"),
        Index("ix_subscription_person_id", "person_id", "created_at", "id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[What] = mapped_column(enum_column(What, "followed"))
    thing_id: Mapped[int] = mapped_column(BIG)  # of what `what` names
    level: Mapped[Level] = mapped_column(enum_column(Level, "level"))


class Notification(Record):
    """One entry of a person's list: all that is new to them in one thread or proposal.

    There is one row a person and thing, for good: what happens while it is unread joins it,
    what happens after it was read begins it anew. Who may see it is asked of the thread or
    proposal whenever it is shown; a copy of the space here would go stale.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "thread_id"),
        UniqueConstraint("person_id", "proposal_id"),
        CheckConstraint("(thread_id IS NULL) <> (proposal_id IS NULL)", name="thread_or_proposal"),
        CheckConstraint("reasons > 0", name="has_reason"),
        CheckConstraint("(since_number IS NULL) = (upto_number IS NULL)", name="numbers_together"),
        Index("ix_notification_person_id", "person_id", "told_at", "id"),
        Index(
            "ix_notification_unread",
            "person_id",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
        Index(
            "ix_notification_personal_at",
            "personal_at",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
        Index("ix_notification_told_at", "told_at", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notification_thread_id", "thread_id"),
        Index("ix_notification_read_at", "read_at", sqlite_where=_READ, postgresql_where=_READ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    reasons: Mapped[int] = mapped_column(BIG)  # bits of Reason
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))  # the first one unread
    since_number: Mapped[int | None]  # its number in the thread ...
    upto_number: Mapped[int | None]  # ... and that of the last one
    told_at: Mapped[datetime] = mapped_column(default=clock.now)  # of the last thing in it
    read_at: Mapped[datetime | None]
    # since when it holds something meant for the person of which no letter told
    personal_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]  # when a letter told of all that was in it then ...
    mailed_number: Mapped[int | None]  # ... up to that post


class LetterPlan(Record):
    """How soon a person hears of what by letter, and when their next summary is looked for.

    Everybody with an account gets one; a pace is None until they choose it (see kinds.PACES).
    """

    __tablename__ = "letter_plan"
    __table_args__ = (Index("ix_letter_plan_next_at", "next_at", "id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    personal: Mapped[Pace | None] = mapped_column(enum_column(Pace, "personal_pace"))
    followed: Mapped[Pace | None] = mapped_column(enum_column(Pace, "followed_pace"))
    votes: Mapped[Pace | None] = mapped_column(enum_column(Pace, "votes_pace"))
    proposals: Mapped[Pace | None] = mapped_column(enum_column(Pace, "proposals_pace"))
    sessions: Mapped[Pace | None] = mapped_column(enum_column(Pace, "sessions_pace"))
    quiet_days: Mapped[str] = mapped_column(String(7), default="")  # of 1, Monday, to 7
    notice_only: Mapped[bool] = mapped_column(default=False)  # nothing private in letters
    version: Mapped[int] = mapped_column(default=1)
    next_at: Mapped[datetime]
    last_at: Mapped[datetime | None]  # when the last summary was written
    daily_at: Mapped[datetime | None]  # up to when what comes daily was told of ...
    weekly_at: Mapped[datetime | None]  # ... and what comes weekly


class PrivateLetters(Record):
    """A coalition whose letters name nothing that stands in its space."""

    __tablename__ = "private_letters"

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), unique=True)
    chosen_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
