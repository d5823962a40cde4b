"""Documents, recognised by what they hold.

They are kept as they came and never opened here further than to see what they are: PDF, and the
open office formats without macros.
"""

import re
import struct
import zipfile
from io import BytesIO

from forum.files.kinds import OPEN_DOCUMENT, OPEN_XML_MAIN, PDF

MOST_PARTS = 4000  # entries of an office document; a long one with pictures has some hundreds
MOST_UNPACKED = 200 * 1024 * 1024  # bytes; beyond it opening the document is an attack
MOST_SHRUNK = 200  # times smaller than unpacked, over all entries; text shrinks 10 to 30 times
LONGEST_TYPES = 512 * 1024  # bytes of [Content_Types].xml

_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error, OSError)
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\s[^>]*>")
_PART = re.compile(rb"""PartName\s*=\s*["']/([^"']+)["']""")
_TYPE = re.compile(rb"""ContentType\s*=\s*["']([^"']+)["']""")


def recognise(data: bytes) -> str | None:
    """The media type of a document that is taken; None for everything else."""
    if data.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in data[-2048:] and not _holds_zip(data) else None
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return None


def _holds_zip(data: bytes) -> bool:
    """Whether the same bytes are an archive too: one of the two is meant to mislead."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return bool(archive.infolist())
    except _BROKEN:
        return False


def _office(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if not _is_harmless(entries, len(data)):
                return None
            return _open_document(archive, entries) or _open_xml(archive)
    except _BROKEN:
        return None
    except (RuntimeError, zipfile.LargeZipFile):  # encrypted
        return None


def _is_harmless(entries: list[zipfile.ZipInfo], size: int) -> bool:
    if not 0 < len(entries) <= MOST_PARTS:
        return False
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > MOST_SHRUNK * size:
        return False
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        return False
    if any(_leads_out(name) or name.lower().endswith("vbaproject.bin") for name in names):
        return False
    end = 0  # entries that lie over one another unpack to far more than they say
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.flag_bits & 1 or entry.header_offset < end:
            return False
        end = entry.header_offset + entry.compress_size
    return end <= size


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name


def _open_document(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str | None:
    first = min(entries, key=lambda one: one.header_offset)
    if first.filename != "mimetype" or first.file_size > 100:
        return None
    said = archive.read(first).decode("ascii", "replace").strip()
    names = set(archive.namelist())
    if {"content.xml", "META-INF/manifest.xml"} <= names and not any(
        name.startswith(("Basic/", "Scripts/")) for name in names
    ):
        return said if said in OPEN_DOCUMENT else None
    return None


def _open_xml(archive: zipfile.ZipFile) -> str | None:
    try:
        with archive.open("[Content_Types].xml") as part:
            types = part.read(LONGEST_TYPES + 1)
    except KeyError:
        return None
    if len(types) > LONGEST_TYPES or b"<!" in types or b"macroEnabled" in types:
        return None
    names = set(archive.namelist())
    for override in _OVERRIDE.findall(types):
        part_name, kind = _PART.search(override), _TYPE.search(override)
        if part_name is None or kind is None:
            continue
        known = OPEN_XML_MAIN.get(kind[1].decode("ascii", "replace"))
        if known and part_name[1].decode("utf-8", "replace") in names:
            return known
    return None
