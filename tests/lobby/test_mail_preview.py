"""Every letter in every language can be looked at in a demonstration, and nowhere else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.config import Settings
from forum.lobby.samples import samples

KINDS = sorted({path.stem for path in Path("templates/mail").glob("*.txt")} - {"layout"})


@pytest.fixture
def demonstration(app: Flask) -> Any:
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, demo=True)
    yield
    app.extensions["settings"] = before


def test_every_letter_has_its_sample() -> None:
    assert sorted(samples()) == KINDS


@pytest.mark.parametrize("language", Settings().locales)
def test_every_letter_fits_a_reader_of_text_and_a_small_screen(
    demonstration: None, client: Any, language: str
) -> None:
    for kind in KINDS:
        page = client.get(f"/mail-preview/{language}/{kind}")
        assert page.status_code == 200, kind
        lines = page.text.partition("<pre")[2].partition("</pre>")[0].splitlines()[1:]
        too_long = [one for one in lines if len(one.replace("&#39;", "'")) > 72]
        assert [one for one in too_long if "://" not in one] == [], kind
        html = client.get(f"/mail-preview/{language}/{kind}/html").text
        assert f'<html lang="{language}">' in html
        assert 'name="viewport"' in html
        assert "<img" not in html
        assert "style=" not in html
        assert len(html.encode()) < 6_000, kind
    assert client.get("/mail-preview").status_code == 200
    assert client.get("/mail-preview/xx/summary").status_code == 404
    assert client.get("/mail-preview/es/nothing").status_code == 404


def test_outside_a_demonstration_there_is_no_such_page(client: Any) -> None:
    for address in ("/mail-preview", "/mail-preview/es/summary", "/mail-preview/es/summary/html"):
        assert client.get(address).status_code == 404
