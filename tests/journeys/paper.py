"""Reading the words of a PDF as Chromium prints it (Skia/PDF), page by page: nothing else's PDF.

Glyphs are numbers of a font; each font of such a file carries a table of what they stand for.
"""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.S)
_SHOWN = re.compile(  # a font is taken, a line begins, words stand for glyphs, glyphs, a drawing
    rb"/(?P<font>\w+) [\d.]+ Tf|(?P<y>-?[\d.]+) Tm|/ActualText (?P<said>\(.*?\)|<.*?>) ?>> BDC"
    rb"|(?P<end>EMC)|<(?P<glyphs>[0-9A-F]+)> Tj|/(?P<drawing>\w+) Do",
    re.S,
)


def words_of(pdf: bytes) -> list[str]:
    """The words of each page, in the order they are painted, single spaces between them."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    [tree] = [
        body for body in objects.values() if b"/Type /Pages" in body and b"/Parent" not in body
    ]
    return [" ".join(_painted(objects, page).split()) for page in _leaves(objects, tree)]


def _leaves(objects: dict[int, bytes], node: bytes) -> list[bytes]:
    """The pages below that knot of the tree, in order."""
    if b"/Kids" not in node:
        return [node]
    kids = re.search(rb"/Kids \[(.*?)\]", node, re.S)
    assert kids
    below = [objects[int(number)] for number in re.findall(rb"(\d+) 0 R", kids[1])]
    return [page for kid in below for page in _leaves(objects, kid)]


def _painted(objects: dict[int, bytes], holder: bytes) -> str:
    """What a page, or a drawing in it, shows."""
    contents = re.search(rb"/Contents (\d+) 0 R", holder)
    stream = _unpacked(objects[int(contents[1])] if contents else holder)
    fonts = {name: _meanings(objects, int(at)) for name, at in _named(holder, b"Font")}
    drawings = {name: objects[int(at)] for name, at in _named(holder, b"XObject")}
    said, font, line, replaced = "", b"", b"", False
    for found in _SHOWN.finditer(stream):
        if found["font"]:
            font = found["font"]
        elif found["y"]:
            said += "" if found["y"] == line else "\n"
            line = found["y"]
        elif found["said"]:
            said, replaced = said + _literal(found["said"]), True
        elif found["end"]:
            replaced = False
        elif found["drawing"]:
            inner = drawings.get(found["drawing"], b"")
            said += "\n" + _painted(objects, inner) if b"/Subtype /Form" in inner else ""
        elif not replaced:
            glyphs = found["glyphs"].decode()
            said += "".join(
                fonts[font].get(glyphs[i : i + 4], "") for i in range(0, len(glyphs), 4)
            )
    return said


def _named(holder: bytes, kind: bytes) -> list[tuple[bytes, bytes]]:
    """Names and numbers of the fonts or drawings a page may use."""
    listed = re.search(rb"/" + kind + rb" <<(.*?)>>", holder, re.S)
    return re.findall(rb"/(\w+) (\d+) 0 R", listed[1]) if listed else []


def _meanings(objects: dict[int, bytes], font: int) -> dict[str, str]:
    """What each glyph of the font, in four hexadecimal digits, stands for."""
    table = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if table is None:
        return {}
    told = _unpacked(objects[int(table[1])]).decode("latin-1")
    found: dict[str, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.S):
        for glyph, meaning in re.findall(r"<(\w{4})> <(\w+)>", block):
            found[glyph] = bytes.fromhex(meaning).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.S):
        for first, last, meaning in re.findall(r"<(\w{4})> <(\w{4})> <(\w{4})>", block):
            start, stop, code = (int(one, 16) for one in (first, last, meaning))
            found |= {f"{at:04X}": chr(code + at - start) for at in range(start, stop + 1)}
    return found


def _literal(written: bytes) -> str:
    """A text given in so many words."""
    if written.startswith(b"<"):
        return bytes.fromhex(written[1:-1].decode()).decode("utf-16").lstrip("\ufeff")
    return re.sub(rb"\\(.)", rb"\1", written[1:-1]).decode("latin-1")


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    assert stream
    return zlib.decompress(stream[1]) if b"/FlateDecode" in body else stream[1]
