"""Static files: by their fingerprint, or missed in a line."""

from pathlib import Path

import pytest
from werkzeug.test import Client as WsgiClient

from forum.web.assets import Static, asset
from tests.browserless import Client


def test_a_built_file_is_served_for_a_year(client: Client) -> None:
    sent = client.get(asset("forum.css"))
    assert sent.status_code == 200
    assert "immutable" in sent.headers["Cache-Control"]
    sent.close()


@pytest.mark.parametrize("name", ["forum.0000000000.css", "vendor/none.js", "", "%00.css", "../x"])
def test_an_unknown_file_is_missed_in_a_line(client: Client, name: str) -> None:
    sent = client.get(f"/static/{name}")
    assert sent.status_code == 404
    if not name.startswith(".."):
        assert sent.data == b"404 Not Found\n"
        assert sent.headers["Cache-Control"] == "no-store"


def test_a_file_that_was_built_anew_meanwhile_is_missed_too(tmp_path: Path) -> None:
    file = tmp_path / "forum.0123456789.css"
    file.write_text("p { margin: 0 }")
    static = Static(None)
    static.add_files(str(tmp_path), prefix="/static/")
    file.unlink()
    sent = WsgiClient(static).get("/static/forum.0123456789.css")
    assert sent.status_code == 404
    assert sent.text == "404 Not Found\n"


def test_who_asks_for_an_icon_is_sent_to_ours(client: Client) -> None:
    sent = client.get("/favicon.ico")
    assert sent.status_code == 301
    assert sent.headers["Location"].endswith(asset("favicon.svg"))
    icon = client.get(asset("favicon.svg"))
    assert icon.mimetype == "image/svg+xml"
    icon.close()


def test_an_icon_has_its_size_where_no_style_comes(client: Client) -> None:
    assert '<svg class="i" width="20" height="20"' in client.get("/").text
