"""Documents are recognised by what they hold, whatever they are called."""

import zipfile
from io import BytesIO

import pytest

from forum.files import documents
from forum.files.kinds import DOCX, ODP, ODS, ODT, PPTX, XLSX
from tests.files import samples


@pytest.mark.parametrize(
    ("kind", "main"),
    [(DOCX, "word/document.xml"), (XLSX, "xl/workbook.xml"), (PPTX, "ppt/presentation.xml")],
)
def test_open_xml_is_taken(kind, main):
    assert documents.recognise(samples.open_xml(kind, main)) == kind


@pytest.mark.parametrize("kind", [ODT, ODS, ODP])
def test_open_document_is_taken(kind):
    assert documents.recognise(samples.open_document(kind)) == kind


def test_pdf_is_taken():
    assert documents.recognise(samples.PDF) == "application/pdf"


@pytest.mark.parametrize(
    "data",
    [
        samples.SVG,
        samples.HTML,
        b"GIF89a" + b"\x00" * 40,
        b"MZ\x90\x00",
        b"plain words",
        samples.archive({"word/document.xml": "<document/>"}),  # a zip named .docx
        samples.archive({"[Content_Types].xml": "<Types/>", "index.html": samples.HTML}),
        samples.open_xml("application/vnd.ms-word.document.macroEnabled"),
        samples.open_xml(**{"word/vbaProject.bin": "x"}),
        samples.open_xml(**{"../../etc/passwd": "x"}),
        samples.open_document("application/epub+zip"),
        samples.open_document(**{"Basic/Standard/Module1.xml": "x"}),
        samples.archive({"content.xml": "x", "mimetype": ODT, "META-INF/manifest.xml": "x"}),
        samples.PDF[:20],  # cut off
        b"junk" + samples.PDF,
        samples.PDF + samples.archive({"a.html": samples.HTML}),
        samples.PDF + samples.archive({"a.html": samples.HTML}) + b"%%EOF",
        samples.open_xml()[:-40],
    ],
)
def test_anything_else_is_not(data):
    assert documents.recognise(data) is None


def test_what_unpacks_to_far_more_is_not():
    assert (
        documents.recognise(samples.open_xml(**{"word/media/a.bin": b"\x00" * 5_000_000})) is None
    )
    many = {f"word/{n}.xml": "" for n in range(documents.MOST_PARTS + 1)}
    assert documents.recognise(samples.open_xml(**many)) is None


def test_parts_that_lie_over_one_another_are_not():
    data = bytearray(samples.open_xml(**{"word/styles.xml": "<styles/>"}))
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        first, *_others, last = archive.infolist()
    at = data.rindex(last.filename.encode()) - 46  # its entry in the central directory
    data[at + 42 : at + 46] = first.header_offset.to_bytes(4, "little")
    assert documents.recognise(bytes(data)) is None


def test_an_entity_in_the_list_of_parts_is_not_expanded():
    types = (
        '<!DOCTYPE x [<!ENTITY a "b">]>'
        f'<Types><Override PartName="/a" ContentType="{DOCX}.main+xml"/></Types>'
    )
    assert documents.recognise(samples.archive({"[Content_Types].xml": types, "a": "x"})) is None
