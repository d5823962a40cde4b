"""Every language equal."""

import pytest

from forum.config import Settings
from tests.house import translations


@pytest.mark.parametrize("language", [code for code in Settings().locales if code != "en"])
def test_every_string_on_screen_is_translated(language):
    assert list(translations.faults(language)) == []


def test_an_untranslated_string_would_be_found():
    wanted = next(m for m in translations.sources() if m.id)
    assert list(translations._faults_of(wanted, None))


@pytest.mark.parametrize(
    ("words", "word"), [("minority statement", "voto razonado"), ("co-sponsor", "respald")]
)
def test_the_words_of_the_field_are_always_the_same(words, word):
    said = [(m.id, m.string) for m in translations.catalogue("es") if m.id]
    meant = [spoken for source, spoken in said if words in str(source).lower()]
    assert meant
    assert [spoken for spoken in meant if word not in str(spoken).lower()] == []
