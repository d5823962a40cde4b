"""What comes in is cleaned, and what changed can be read."""

from hypothesis import given
from hypothesis import strategies as st

from forum.lib import text
from forum.lib.slugs import fold, slugify


def test_control_and_direction_characters_go() -> None:
    assert text.clean("a\x00b\u202ec\r\nd ") == "abc\nd"


def test_a_line_is_one_line() -> None:
    assert text.one_line("  two\n\tlines  ") == "two lines"


def test_an_excerpt_ends_at_a_word() -> None:
    assert text.excerpt("uno dos tres cuatro", 12) == "uno dos…"


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_difference_holds_both_texts_whole(old: str, new: str) -> None:
    parts = text.difference(old, new)
    assert "".join(t for op, t in parts if op != "insert") == old
    assert "".join(t for op, t in parts if op != "delete") == new


def test_a_comma_does_not_make_a_word_another() -> None:
    assert text.difference("agua limpia", "agua, limpia") == [
        ("equal", "agua"),
        ("insert", ","),
        ("equal", " limpia"),
    ]


def test_a_passage_written_anew_is_one_taken_away_and_one_added() -> None:
    old = "y que pasado ese plazo los comentarios se den por resueltos."
    new = "y que quien se pase del plazo avise antes y diga la fecha."
    assert text.difference(old, new) == [
        ("equal", "y que "),
        ("delete", "pasado ese plazo los comentarios se den por resueltos"),
        ("insert", "quien se pase del plazo avise antes y diga la fecha"),
        ("equal", "."),
    ]


def test_what_stayed_is_told_apart_from_changes_by_words_and_by_lines() -> None:
    assert text.difference("en un año", "en seis meses") == [
        ("equal", "en "),
        ("delete", "un año"),
        ("insert", "seis meses"),
    ]
    kept = text.difference("Una guía breve de costos.", "Dos guía breve sin costos.")
    assert ("equal", " guía breve ") in kept
    apart = text.difference("Uno.\n\nDos.", "Tres.\n\nCuatro.")
    assert [op for op, _part in apart].count("delete") == 2


def test_a_slug_is_letters_digits_and_hyphens() -> None:
    assert slugify("Kasaw Ñampi · Región (1)") == "kasaw-nampi-region-1"
    assert fold("Certificación") == fold("certificacion")


def test_lines_are_broken_at_72_columns_and_go_on_as_they_began():
    words = "cooperativa " * 20
    for begins, goes_on in (
        ("", ""),
        ("> ", "> "),
        ("> > ", "> > "),
        ("* ", "  "),
        ("  > ", "  > "),
    ):
        lines = text.wrapped(begins + words.strip()).split("\n")
        assert len(lines) > 3
        assert max(map(len, lines)) <= 72
        assert lines[0].startswith(f"{begins}cooperativa")
        assert {line.partition("cooperativa")[0] for line in lines[1:]} == {goes_on}
    address = "https://forum.example/" + "x" * 90
    assert text.wrapped(f"Aquí: {address}\n\n-- \nfin").split("\n") == [
        "Aquí:",
        address,
        "",
        "-- ",
        "fin",
    ]
