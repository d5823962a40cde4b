"""What is taken, by media type: pictures are made anew, documents are kept as they came."""

import re
from dataclasses import dataclass

KEY = re.compile(r"[0-9a-f]{32}")  # how we name what we put into a store
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DOCX = _OPEN_XML + "wordprocessingml.document"
XLSX = _OPEN_XML + "spreadsheetml.sheet"
PPTX = _OPEN_XML + "presentationml.presentation"
ODT = _OPEN_DOCUMENT + "text"
ODS = _OPEN_DOCUMENT + "spreadsheet"
ODP = _OPEN_DOCUMENT + "presentation"

PICTURES = frozenset({JPEG, PNG, WEBP})
SUFFIXES = {
    JPEG: "jpg",
    PNG: "png",
    WEBP: "webp",
    PDF: "pdf",
    DOCX: "docx",
    XLSX: "xlsx",
    PPTX: "pptx",
    ODT: "odt",
    ODS: "ods",
    ODP: "odp",
}
# [Content_Types].xml calls a document's main part so
OPEN_XML_MAIN = {f"{kind}.main+xml": kind for kind in (DOCX, XLSX, PPTX)}
OPEN_DOCUMENT = frozenset({ODT, ODS, ODP})
# offered by the browser's own chooser; a phone that keeps other photos then makes JPEG of them
ACCEPT = ",".join([*SUFFIXES, *(f".{suffix}" for suffix in SUFFIXES.values())])


@dataclass(frozen=True)
class Preview:
    """A small picture of a picture."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Taken:
    """A file as it will be kept: recognised, named and, if a picture, made anew."""

    media_type: str
    name: str
    data: bytes
    width: int | None = None
    height: int | None = None
    preview: Preview | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at rather than downloaded."""
        return self.media_type in PICTURES


class NotTaken(ValueError):
    """A file that is not taken; the message says why, to whoever sent it."""
