"""The SQLAlchemy object, and the base class every model stands on."""

from datetime import datetime
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session

from forum.db.types import Created, Id, UTCDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Typed models; relationships never load by surprise (`lazy="raise_on_sql"` on each)."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime}


class Record(Base):
    """What every table has: an inner id, never shown, and when the row was made."""

    __abstract__ = True

    id: Mapped[Id]
    created_at: Mapped[Created]


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    session_options={"expire_on_commit": False},
)


class AppendOnly:
    """Mixed into records that are never changed or deleted: a correction is a new row."""


@event.listens_for(Session, "before_flush")
def _refuse_rewriting(session: Session, _context: Any, _instances: Any) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    for row in (*changed, *session.deleted):
        if isinstance(row, AppendOnly):
            raise Rewriting(f"{type(row).__name__} is append-only")


class Rewriting(Exception):
    """Something tried to change what is kept as it was written: our mistake."""
