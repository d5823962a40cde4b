"""Shortening for a chat: whole sentences, below 700 characters, whatever comes in."""

import pytest

from forum.packs.brief import MOST_CHARACTERS, composed, shortened, words_of

LONG = "Una frase que dice algo de la tierra. " * 60


@pytest.mark.parametrize("title", ["Corto", "t" * 160])
@pytest.mark.parametrize("said", ["", "Breve.", LONG, "sinfin" * 400, "uno " * 900])
@pytest.mark.parametrize("solved", ["", LONG])
def test_a_text_is_always_below_700_characters_and_keeps_its_address(title, said, solved):
    address = "https://intercambio.example/threads/abcdefghjkmn"
    made = composed((title, "p" * 300), (("", said), ("Lo resolvió:", solved)), (address,))
    assert len(made) <= MOST_CHARACTERS < 700
    assert made.startswith(title)
    assert made.endswith(address)


def test_words_are_cut_at_the_end_of_a_sentence():
    assert shortened("Primera frase. Segunda frase que no cabe.", 25) == "Primera frase. […]"
    assert shortened("Primera frase.", 25) == "Primera frase."


def test_the_number_of_a_list_ends_no_sentence():
    assert (
        shortened("Se acordó: 1. Medir. 2. Contar todo lo que quede.", 26)
        == "Se acordó: 1. Medir. […]"
    )


def test_a_sentence_that_does_not_fit_ends_at_a_word():
    assert shortened("Una sola frase larguísima sin fin", 24) == "Una sola frase…"


def test_what_a_short_text_leaves_a_long_one_gets():
    made = composed((), (("", "Breve."), ("", LONG)), ())
    assert "Breve." in made
    assert len(made) > 600


def test_marks_of_markdown_do_not_travel():
    assert words_of("## Hola\n\n**Uno** y [dos](https://x.example)\n\n> cita") == (
        "Hola: Uno y dos (https://x.example)\ncita"
    )


def test_the_answers_of_a_case_stand_apart_from_what_was_asked():
    case = "#### Qué pasaba\n\nNo había señal.\n\n#### Qué hicimos\n\n1. Campana\n2. Radio"
    assert words_of(case) == "Qué pasaba: No había señal.\nQué hicimos:\n1. Campana\n2. Radio"


def test_the_lines_of_an_agenda_stay_lines():
    said = (("Agenda:", words_of("1. Bienvenida (10 min)\n2. Los Encinos: un año")),)
    made = composed(("Sesión",), said, ("https://x.example",))
    assert made.splitlines()[1:4] == [
        "Agenda:",
        "1. Bienvenida (10 min)",
        "2. Los Encinos: un año",
    ]


def test_half_an_address_does_not_travel():
    assert words_of("De 0 % ([#p2](/posts/abc)) a 74 %") == "De 0 % (#p2) a 74 %"
