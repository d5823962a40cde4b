"""What can be found, and the words that say the same."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, JSON, Index, String, Text, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import BIG, Base, Id, Record, enum_column
from forum.search import index

LONGEST_HEADING = 200
LONGEST_TERM = 80
MOST_GROUPS = 200
MOST_TERMS = 20  # in a group


class Source(StrEnum):
    """Whose rows can be found."""

    POST = "post"
    PROPOSAL = "proposal"
    PROJECT = "project"
    EXPERT = "expert"
    OUTCOME = "outcome"


_PLACES = 28  # bits of the id below its second
_SORTS = list(Source)


def place_of(at: datetime, source: Source, object_id: int) -> int:
    """The id of an entry: its second first, so that the order of ids is the order of time.

    Two things of one second and sort would have to be 2**25 rows apart to be one.
    """
    return (int(at.timestamp()) << _PLACES) | (
        _SORTS.index(source) << 25 | object_id & (1 << 25) - 1
    )


def moment_of(entry_id: int) -> datetime:
    """When what that entry stands for was made, to the second."""
    return datetime.fromtimestamp(entry_id >> _PLACES, UTC)


class SearchEntry(Base):
    """One thing that can be found: derived from its row, in the transaction that changes it.

    Points at nothing by a key: it follows its thing, it never holds it.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("source", "object_id"),
        Index("ix_search_entry_thread", "thread_id", "id"),
    )

    id: Mapped[Id] = mapped_column(autoincrement=False)  # see place_of
    source: Mapped[Source] = mapped_column(enum_column(Source, "search_source"))
    object_id: Mapped[int] = mapped_column(BIG)
    at: Mapped[datetime]
    path: Mapped[str] = mapped_column(String(200))  # the address of its page
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32), default="")
    thread_id: Mapped[int | None] = mapped_column(BIG)
    # None: no space's, see documents.py for who finds it
    space_id: Mapped[int | None] = mapped_column(BIG)
    project_id: Mapped[int | None] = mapped_column(BIG)
    country: Mapped[str] = mapped_column(String(2), default="")
    language: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(LONGEST_HEADING), default="")
    text: Mapped[str] = mapped_column(Text)  # plain, to be shown
    tokens: Mapped[str] = mapped_column(Text)
    vector: Mapped[Any] = mapped_column(
        TSVECTOR().with_variant(Text(), "sqlite"), nullable=True
    )  # on PostgreSQL alone: the same tokens


class GlossaryGroup(Record):
    """Words that say the same, as the operator keeps them. All groups are kept at once."""

    __tablename__ = "glossary_group"
    __table_args__ = (UniqueConstraint("position"),)

    position: Mapped[int]
    words: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[int]  # of the whole list


def _said_with(table: Any, moment: str, statements: tuple[str, ...], dialect: str) -> None:
    ddl: Any = DDL
    for statement in statements:
        event.listen(table, moment, ddl(statement).execute_if(dialect=dialect))


_said_with(SearchEntry.__table__, "after_create", index.SQLITE_CREATE, "sqlite")
_said_with(SearchEntry.__table__, "before_drop", index.SQLITE_DROP, "sqlite")
_said_with(SearchEntry.__table__, "after_create", index.POSTGRESQL_CREATE, "postgresql")
