"""Names are short, plain, and end in what the file really is."""

import pytest

from forum.files.names import LONGEST_NAME, safe_name


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("mapa de la parcela.pdf", "mapa de la parcela.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\acta.doc", "acta.pdf"),
        ("acta\x00.exe", "acta.pdf"),
        ("acta\u202efdp.exe", "actafdp.pdf"),
        ("\u2066x\u2069.pdf", "x.pdf"),
        ('a"b<script>.html', "a b script.pdf"),
        ("line\r\nSet-Cookie: a=b.pdf", "line Set-Cookie a=b.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("/", "document.pdf"),
        ("acta.final.version 2", "acta.final.version 2.pdf"),
        ("ñandú 日本.pdf", "ñandú 日本.pdf"),
    ],
)
def test_a_name_is_made_plain(raw, kept):
    assert safe_name(raw, "application/pdf", "document") == kept


def test_a_long_name_is_cut_and_keeps_its_ending():
    name = safe_name("a" * 300 + ".jpg", "image/webp", "picture")
    assert len(name) == LONGEST_NAME
    assert name.endswith("a.webp")
