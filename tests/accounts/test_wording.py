"""Invitations and time zones in words."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest

from forum.accounts.sides import Side
from forum.accounts.wording import ELSEWHERE, LATIN_AMERICA, invited_sentence, side_word, zone_word
from forum.web.locale import force_locale

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _app(app):
    with app.test_request_context():
        yield


def test_a_zone_is_told_by_country_and_city():
    assert zone_word("America/Guatemala", SUMMER) == "Guatemala (UTC−6)"
    assert zone_word("America/La_Paz", SUMMER) == "Bolivia, La Paz (UTC−4)"
    assert zone_word("Asia/Kolkata", SUMMER) == "India, Kolkata (UTC+5:30)"
    assert zone_word("UTC", SUMMER) == "UTC"
    with force_locale("es"):
        assert zone_word("America/Mexico_City", SUMMER) == "México, Ciudad de México (UTC−6)"


def test_every_zone_offered_exists_and_once():
    offered = [*LATIN_AMERICA, *ELSEWHERE]
    assert set(offered) <= available_timezones()
    assert len(set(offered)) == len(offered)
    words = [zone_word(name) for name in offered]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("side", list(Side))
def test_every_side_has_its_words(side):
    assert side_word(side)
    assert invited_sentence(inviter="Ana", side=side, project="").startswith("Ana invites you")
    assert "Ceiba" in invited_sentence(inviter="", side=side, project="Ceiba")
