"""Which passwords are taken, and how they are kept."""

from dataclasses import replace

import pytest

from forum.accounts import passwords


@pytest.fixture(autouse=True)
def _app(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    "weak", ["short", "123456789", "1234567890", "aaaaaaaaaaaa", "CONTRASEÑA123", "Plan Vivo 2026"]
)
def test_weak_ones_are_refused_with_a_sentence(weak):
    assert passwords.weakness(weak).endswith(".")


@pytest.mark.parametrize(
    "good", ["cuatro palabras seguidas", "mi abuela siembra café", "x9!kQz)w2L"]
)
def test_long_ones_are_taken_whatever_they_are_made_of(good):
    assert passwords.weakness(good) is None


def test_ones_own_name_is_refused():
    assert passwords.weakness("María José López", "Maria Jose Lopez")
    assert passwords.weakness("marialopez1", "marialopez1@example.org")
    assert passwords.weakness("mi abuela siembra café", None, "") is None


def test_a_password_is_the_same_however_it_was_composed():
    assert passwords.fits(passwords.hashed("café con leche"), "cafe\u0301 con leche")


def test_nobody_fits_nobody():
    assert not passwords.fits(None, "nobody has this password")
    assert not passwords.fits("no hash at all", "x")


def test_outside_tests_the_work_is_that_of_rfc_9106(app, monkeypatch):
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], testing=False)
    )
    stored = passwords.hashed("cuatro palabras seguidas")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_outdated(stored) is False
