"""What is known of a kept file; its bytes lie in the store, under `key`."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import PublicId, Record
from forum.files.names import LONGEST_NAME

KEY_LENGTH = 32  # hexadecimal digits: 128 random bits


class StoredFile(Record):
    """A file as it is kept and served. A picture has a width, a height and a preview."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("bytes > 0", name="not_empty"),
        CheckConstraint(
            "(width IS NULL) = (height IS NULL) AND (width IS NULL) = (preview_key IS NULL) "
            "AND (preview_key IS NULL) = (preview_bytes IS NULL) "
            "AND (preview_key IS NULL) = (preview_width IS NULL) "
            "AND (preview_key IS NULL) = (preview_height IS NULL)",
            name="picture_or_document",
        ),
    )

    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]  # pixels
    height: Mapped[int | None]
    preview_key: Mapped[str | None] = mapped_column(String(KEY_LENGTH), unique=True)
    preview_bytes: Mapped[int | None]
    preview_width: Mapped[int | None]
    preview_height: Mapped[int | None]
    uploader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class WaitingFile(Record):
    """A file that came with a form which was not accepted yet: it waits for the next press.

    Nobody is served it. It goes along with what its person sends next from that form, or goes.
    """

    __tablename__ = "waiting_file"
    __table_args__ = (Index("ix_waiting_file_person_id", "person_id", "id"),)

    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
