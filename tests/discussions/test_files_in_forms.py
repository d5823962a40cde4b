"""A form that comes back says which file was wrong, where it stood, and which to choose again."""

import html
from io import BytesIO

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.files.models import WaitingFile
from forum.files.names import LONGEST_SHOWN, chosen_name
from tests.factories import discussions as make
from tests.files import samples

pytestmark = pytest.mark.usefixtures("app")

HOSTILE = "'><img src=x onerror=alert(1)>%s{{ 7*7 }}.svg"


@pytest.fixture
def send(cast, sign_in):
    db.session.get(Person, cast.neighbour.id).locale = "en"
    thread = make.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.neighbour)

    def press(**fields):
        given = {"key": "one", "body": "Así quedó.", "language": "es", **fields}
        return client.post(f"/threads/{thread.public_id}/posts", data=given)

    return press


def sent(data, name):
    return (BytesIO(data), name)


def at(page, field):
    """What stands about the field, from its label to its box."""
    page = html.unescape(page)
    start = page.index(f'<label for="{field}"')
    return page[start : page.index(f'id="{field}"', start)]


def test_what_is_wrong_names_the_file_and_its_place(send):
    answer = send(file_1=sent(samples.PDF, "acta.pdf"), file_3=sent(b"", "Fotos/mi río.jpg"))
    assert answer.status_code == 422
    assert "“mi río.jpg” is empty" in at(answer.text, "file_3")
    assert 'href="#file_3">File 3: “mi río.jpg” is empty' in answer.text
    assert "Fotos" not in answer.text


def test_a_hostile_name_is_shown_as_text(send):
    answer = send(file_2=sent(samples.SVG, HOSTILE))
    assert answer.status_code == 422
    assert "<img src=x" not in answer.text
    assert "{{ 7*7 }}" in answer.text
    assert "onerror=alert(1)>%s" in html.unescape(answer.text)


def test_each_fit_file_waits_at_its_place(send):
    answer = send(
        body="",
        file_1=sent(samples.PDF, "acta.pdf"),
        file_2=sent(samples.SVG, "mapa.svg"),
        file_4=sent(samples.photo(), "parcela.jpg"),
        alt_4="Dos mitades",
    )
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "Please choose “" not in page
    acta, parcela = (page.index(f"“{name}” (") for name in ("acta.pdf", "parcela.jpg"))
    places = [page.index(f'<label for="file_{n}"') for n in (1, 2, 3, 4)]
    assert acta < places[0] < places[1] < places[2] < parcela < places[3]
    assert 'value="Dos mitades"' in page
    assert page.count('<details class="more" open>') == 3, "the place of each is in sight"


def test_a_preview_says_so_too(send):
    answer = send(preview="1", file_1=sent(samples.PDF, "acta.pdf"))
    assert answer.status_code == 200
    assert "“acta.pdf” (" in html.unescape(answer.text)


def test_without_a_token_nothing_waits_and_it_is_to_be_chosen_again(send, with_tokens):
    answer = send(file_1=sent(samples.PDF, "acta.pdf"))
    assert answer.status_code == 400
    assert "Please choose “acta.pdf” again." in at(answer.text, "file_1")
    assert not db.session.scalars(select(WaitingFile)).all()


def test_a_picture_without_words_is_named(send):
    answer = send(file_1=sent(samples.photo(), "foto.jpg"))
    assert "what “foto.jpg” shows" in html.unescape(answer.text)


def test_a_form_without_files_asks_for_none(send):
    answer = send(body="")
    assert answer.status_code == 422
    assert "again:" not in answer.text


def test_a_long_name_keeps_its_beginning_and_its_ending():
    shown = chosen_name("Acta de la asamblea " * 20 + "final.docx")
    assert len(shown) == LONGEST_SHOWN
    assert shown.startswith("Acta de la asamblea")
    assert shown.endswith("final.docx")
    assert chosen_name("C:\\Fotos\\mi río.jpg") == "mi río.jpg"
    assert chosen_name("a\u202eb\u200f.pdf") == "ab.pdf"
