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
