"""From what was sent to what will be kept: read within the limit, recognised, made harmless."""

from typing import IO

from forum.files import documents, pictures
from forum.files.kinds import NotTaken, Taken
from forum.files.names import chosen_name, safe_name
from forum.files.showing import file_size
from forum.web.locale import gettext as _


def take(stream: IO[bytes], name: str, *, most_bytes: int, most_pixels: int) -> Taken:
    """The file to keep, for a file that was sent as `name`.

    Slow (a photo: some tenths of a second): to be called while no lock is held. Raises
    NotTaken with a whole sentence when the file is empty, too large, broken or of no kind
    that is taken, whatever its name says.
    """
    data = stream.read(most_bytes + 1)
    if not data:
        raise NotTaken(_("“%(name)s” is empty. Please choose it again.", name=chosen_name(name)))
    if len(data) > most_bytes:
        raise NotTaken(
            _(
                "“%(name)s” is too large: a file may have at most %(size)s. Please make it "
                "smaller, or share a link to it.",
                name=chosen_name(name),
                size=file_size(most_bytes),
            )
        )
    if pictures.looks_like_picture(data):
        return _picture(data, name, most_pixels)
    media_type = documents.recognise(data)
    if media_type is None:
        raise NotTaken(
            _(
                "Only photos (JPEG, PNG, WebP), PDF and office documents (docx, xlsx, pptx, odt, "
                "ods, odp) are taken here, and “%(name)s” is none of them, whatever its name says.",
                name=chosen_name(name),
            )
        )
    return Taken(media_type, safe_name(name, media_type, _("document")), data)


def _picture(data: bytes, name: str, most_pixels: int) -> Taken:
    try:
        media_type, made, width, height, preview = pictures.remake(data, most_pixels)
    except pictures.TooManyPixels:
        raise NotTaken(
            _(
                "The picture “%(name)s” has too many pixels: at most %(millions)d million. "
                "Please send a smaller one.",
                name=chosen_name(name),
                millions=most_pixels // 1_000_000,
            )
        ) from None
    except pictures.Broken:
        raise NotTaken(
            _(
                "The picture “%(name)s” is damaged or did not arrive whole. "
                "Please choose it again.",
                name=chosen_name(name),
            )
        ) from None
    return Taken(
        media_type, safe_name(name, media_type, _("picture")), made, width, height, preview
    )
