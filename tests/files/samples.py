"""Files made for tests: good ones, and such as mean harm."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from forum.files.kinds import DOCX, ODT

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
MADE_BY = "Secret Camera 9"

_ORIENTATION, _MAKE, _GPS = 0x0112, 0x010F, 0x8825
_SHORT, _SIGNED_SHORT = 3, 8


def picture(kind="PNG", size=(40, 20), colour=(200, 30, 30), **how):
    out = BytesIO()
    Image.new(how.pop("mode", "RGB"), size, colour).save(out, kind, **how)
    return out.getvalue()


def photo(size=(60, 30), orientation=1):
    """A JPEG that says who, where and how it was held: its left half is red, the right blue."""
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_MAKE] = orientation, MADE_BY
    exif[_GPS] = {1: "N", 2: (14.0, 37.0, 22.8), 3: "W", 4: (90.0, 31.0, 12.0)}
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"taken at home", quality=95)
    return out.getvalue()


def oddly_told(kind="PNG", size=(60, 30)):
    """A sound picture held on its side, with a number its camera wrote as it should not."""
    told = struct.pack("<HHIHxx", _ORIENTATION, _SHORT, 1, 6)
    told += struct.pack("<HHIhxx", 0x0100, _SIGNED_SHORT, 1, -1)
    return picture(kind, size, exif=b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + told + bytes(4))


def noisy(kind="JPEG", side=2400):
    """A large picture that can't be made small by compressing well."""
    image = Image.effect_noise((side, side * 3 // 4), 90).convert("RGB")
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def png_claiming(width, height):
    """A tiny PNG whose header says it is huge."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


def webp_claiming(width, height):
    """The head of a WebP file whose canvas is huge."""
    head = b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + head
    return b"RIFF" + struct.pack("<I", len(body)) + body


def archive(parts, stored=()):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(name, data, how)
    return out.getvalue()


def open_xml(kind=DOCX, main="word/document.xml", **more):
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/{main}" ContentType="{kind}.main+xml"/></Types>'
    )
    return archive({"[Content_Types].xml": types, main: "<document/>", **more})


def open_document(kind=ODT, **more):
    return archive(
        {
            "mimetype": kind,
            "content.xml": "<office/>",
            "META-INF/manifest.xml": "<manifest/>",
            **more,
        },
        stored=("mimetype",),
    )
