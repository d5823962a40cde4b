"""Column types: aware times, ids that show, enums stored by their value."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, String
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from forum.lib import clock, tokens


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite, which knows no zones, gives it back aware too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Take an aware moment only. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Give it back in UTC, aware."""
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def enum_column(kind: type[StrEnum], name: str) -> Enum:
    """A VARCHAR holding the enum's value, with a CHECK of that name."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


# SQLite numbers rows by itself only for INTEGER
BIG = BigInteger().with_variant(Integer(), "sqlite")

Id = Annotated[int, mapped_column(BIG, primary_key=True)]
PublicId = Annotated[
    str,
    mapped_column(String(tokens.PUBLIC_ID_LENGTH), unique=True, default=tokens.public_id),
]
Created = Annotated[datetime, mapped_column(UTCDateTime, default=clock.now)]
