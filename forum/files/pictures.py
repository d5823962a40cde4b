"""Photos and pictures, made anew: only their pixels come through.

Where and when a photo was taken, by which telephone and what else a file may carry is left
behind, because nothing but the decoded picture is written. Sizes are read from the header and
checked before anything is unpacked; one picture at a time is unpacked in a process.
"""

import struct
import threading
from io import BytesIO

from PIL import Image, ImageFile, UnidentifiedImageError

from forum.files.kinds import JPEG, PNG, WEBP, Preview

LONGEST_SIDE = 1600  # pixels: a field sheet photographed is still read
PREVIEW_SIDES = (640, 480, 360, 240)  # pixels; the largest that fits the bytes is kept
PREVIEW_BYTES = 30_000
QUALITY = 80
LARGEST_PNG = 400_000  # bytes; a photo kept as PNG becomes WebP, a third of it or less

Image.MAX_IMAGE_PIXELS = None  # its warning is no refusal: `_fits` checks before unpacking
ImageFile.LOAD_TRUNCATED_IMAGES = False  # half a picture is a dropped upload, not a picture
_FORMATS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
_READ_AS = _FORMATS | {"MPO": JPEG}  # JPEG of several pictures, as some phones write: its first
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    struct.error,
)
_ORIENTATION = 0x0112  # in EXIF; what undoes each of its values follows
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_one_at_a_time = threading.BoundedSemaphore(1)


class TooManyPixels(Exception):
    """Unpacked it would fill the memory."""


class Broken(Exception):
    """It begins like a picture and cannot be read to its end."""


def looks_like_picture(data: bytes) -> bool:
    """Whether it begins as one of the kinds that are taken."""
    return data.startswith(_STARTS[:2]) or (data[:4] == _STARTS[2] and data[8:12] == b"WEBP")


def remake(data: bytes, most_pixels: int) -> tuple[str, bytes, int, int, Preview]:
    """The picture written anew: media type, bytes, width, height, and its preview.

    Upright as its camera meant it. Raises TooManyPixels, Broken.
    """
    if data[:4] == b"RIFF":
        _fits(_webp_size(data), most_pixels)  # its decoder makes room while it is opened
    with _one_at_a_time:
        try:
            with Image.open(BytesIO(data), formats=tuple(_FORMATS)) as opened:
                _fits(opened.size, most_pixels)
                media_type = _READ_AS[str(opened.format)]
                picture = _upright(opened)
        except _BROKEN as problem:
            raise Broken from problem
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        media_type, made = _written(picture, media_type)
        return media_type, made, picture.width, picture.height, _preview(picture)


def _fits(size: tuple[int, int], most_pixels: int) -> None:
    if size[0] * size[1] > most_pixels:
        raise TooManyPixels


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height as the header of a WebP file says (RFC 9649). Raises Broken."""
    kind, head = data[12:16], data[20:30]
    if len(head) < 10:
        raise Broken
    if kind == b"VP8X":
        return _number(head[4:7]) + 1, _number(head[7:10]) + 1
    if kind == b"VP8L":
        bits = _number(head[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return _number(head[6:8]) & 0x3FFF, _number(head[8:10]) & 0x3FFF
    raise Broken


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _upright(opened: Image.Image) -> Image.Image:
    """The pixels alone, turned as the orientation says."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: unpack no more than is needed
    opened.load()
    turn = _turn(opened)
    turned = opened if turn is None else opened.transpose(turn)
    clear = turned.has_transparency_data
    plain = turned.convert("RGBA" if clear else "RGB")
    plain.info.clear()  # profile, comment, XMP: writers would pass them on
    return plain


def _turn(opened: Image.Image) -> Image.Transpose | None:
    """What sets it upright; whether all else that the camera told is whole is not asked."""
    try:
        said = opened.getexif().get(_ORIENTATION)
    except _BROKEN:
        return None
    return _TURNS.get(said) if isinstance(said, int) else None


def _written(picture: Image.Image, media_type: str) -> tuple[str, bytes]:
    if media_type == JPEG:
        return JPEG, _saved(picture, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    if media_type == PNG:
        made = _saved(picture, "PNG", optimize=True)
        if len(made) <= LARGEST_PNG:
            return PNG, made
    return WEBP, _saved(picture, "WEBP", quality=QUALITY, method=4)


def _preview(picture: Image.Image) -> Preview:
    small = picture.copy()
    for side in PREVIEW_SIDES:
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in (70, 50, 30):
            made = _saved(small, "WEBP", quality=quality, method=4)
            if len(made) <= PREVIEW_BYTES:
                return Preview(made, small.width, small.height)
    return Preview(made, small.width, small.height)


def _saved(picture: Image.Image, kind: str, **how: int | bool) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()
