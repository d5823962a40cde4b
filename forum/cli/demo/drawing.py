"""The files that people of the demonstration attach, made here: a sketch and an empty sheet."""

import zipfile
from io import BytesIO
from math import hypot, sin
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from forum.files.forms import NewFile
from forum.files.kinds import ODS
from forum.files.taking import take
from forum.web.settings import settings

_SIZE = (1000, 720)  # pixels of the sketch
_PAPER, _PENCIL, _WATER, _LEAF, _BITTEN = "#f3eddd", "#4a4640", "#4b7ca0", "#5d7d4a", "#b5442f"
_GATE = (150, 430)  # where the cow came in
_BITTEN_WITHIN = 250  # pixels of the gate
_SAID = (
    ((770, 100), "quebrada"),
    ((20, 550), "potrero"),
    ((20, 350), "la vaca"),
    ((440, 655), "parcela 14"),
)
_TREE_EVERY = 48  # pixels from one tree to the next

_LINES = (
    "1. Gente de campo",
    "2. Moverse",
    "3. Juntarse",
    "4. Medir",
    "5. Apartar",
    "6. Llevar cuentas",
    "7. Lo que no se pagó",
)
_FIRST = 6  # the row of the first line


def drawn(name: str) -> NewFile:
    """The file of that name, as it is taken from a form."""
    make, called, alt = _FILES[name]
    limits = settings()
    taken = take(BytesIO(make()), called, most_bytes=limits.max_file, most_pixels=limits.max_pixels)
    return NewFile(taken, alt, decorative=False)


def plot_sketch() -> bytes:
    """A plot as somebody sketches it in a notebook: stream, fence, trees, what was eaten."""
    picture = Image.new("RGB", _SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.line(_wavy(0, 1000, 70), fill=_WATER, width=7, joint="curve")
    pen.line(_wavy(0, 1000, 84), fill=_WATER, width=3, joint="curve")
    fence = [(150, 480), (165, 650), (905, 635), (880, 150), (170, 165), (150, 385)]
    pen.line(fence, fill=_PENCIL, width=4, joint="curve")
    for x, y in fence:
        pen.rectangle((x - 6, y - 6, x + 6, y + 6), fill=_PENCIL)
    for row, y in enumerate(range(205, 620, _TREE_EVERY)):
        for x in range(205 + (row % 2) * 20, 860, _TREE_EVERY):
            _tree(pen, x + round(5 * sin(x + y)), y + round(5 * sin(3 * x + y)))
    pen.line([(30, 400), (100, 425), (195, 440)], fill=_BITTEN, width=5, joint="curve")
    pen.polygon([(195, 440), (172, 424), (172, 452)], fill=_BITTEN)
    font = ImageFont.load_default(size=26)  # it has no letters with accents
    for at, text in _SAID:
        pen.text(at, text, fill=_PENCIL, font=font)
    told = BytesIO()
    picture.save(told, "JPEG", quality=80)
    return told.getvalue()


def cost_sheet() -> bytes:
    """The sheet of costs, empty, which divides what is written into it."""
    rows = [
        _row("Hoja de costos de un año: solo lo ya gastado"),
        _row("Hectáreas", ""),
        _row("Familias", ""),
        _row(),
        _row("Renglón", "Gastado", "Por hectárea", "Por familia"),
    ]
    for number, line in enumerate(_LINES, start=_FIRST):
        rows.append(_row(line, "", _share(number, 2), _share(number, 3)))
    last = _FIRST + len(_LINES) - 1
    total = f"=SUM([.B{_FIRST}:.B{last}])"
    rows += [
        _row("Total", total, _share(last + 1, 2), _share(last + 1, 3)),
        _row(),
        _row("Parte que quedó cubierta", ""),
        _row("¿Con qué? (familias, coordinación, cooperación, trabajo propio)", ""),
    ]
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}>'
        '<office:body><office:spreadsheet><table:table table:name="Costos">'
        f"{''.join(rows)}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return packed.getvalue()


def _wavy(start: int, end: int, y: int) -> list[tuple[float, float]]:
    return [(x, y + 18 * sin(x / 70)) for x in range(start, end + 1, 20)]


def _tree(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """A tree; near the gate it is crossed out, for its tip was eaten."""
    bitten = hypot(x - _GATE[0], y - _GATE[1]) < _BITTEN_WITHIN
    pen.line((x, y, x, y + 13), fill=_PENCIL, width=3)
    if bitten:
        pen.line((x - 9, y - 9, x + 9, y + 5), fill=_BITTEN, width=3)
        pen.line((x - 9, y + 1, x + 5, y + 11), fill=_BITTEN, width=3)
    else:
        pen.ellipse((x - 9, y - 13, x + 9, y + 5), outline=_LEAF, width=3)


def _row(*cells: str) -> str:
    return (
        f"<table:table-row>{''.join(map(_cell, cells)) or '<table:table-cell/>'}</table:table-row>"
    )


def _cell(text: str) -> str:
    if text.startswith("="):
        return f'<table:table-cell table:formula="of:{escape(text, {chr(34): "&quot;"})}"/>'
    said = f"<text:p>{escape(text)}</text:p>" if text else ""
    kind = ' office:value-type="string"' if text else ""
    return f"<table:table-cell{kind}>{said}</table:table-cell>"


def _share(row: int, by: int) -> str:
    """The cell that divides the row's amount by the hectares (row 2) or the families (row 3)."""
    return f'=IF([.$B${by}]>0;[.B{row}]/[.$B${by}];"")'


_NAMES = (
    " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    + ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_FILES = {
    "plot-sketch": (
        plot_sketch,
        "croquis-parcela-14.jpg",
        "Croquis a mano de una parcela. Arriba pasa la quebrada; a la izquierda está el potrero, "
        "con una abertura en el cerco. Los árboles cerca de esa abertura están rayados en rojo: "
        "son los que se comió la vaca. Los demás son círculos verdes.",
    ),
    "cost-sheet": (cost_sheet, "hoja-de-costos.ods", ""),
}
