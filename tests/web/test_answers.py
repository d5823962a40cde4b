"""What every answer carries, and what unreadable input gets."""

import pytest

from forum.web.answer import local_path
from tests.browserless import Client
from tests.web.conftest import regions


def test_htmx_gets_the_block_and_others_the_page(someone: Client) -> None:
    page = someone.get("/bench/regions/x")
    assert "theirs=" in page.text
    assert "HX-Request" in page.headers["Vary"]
    piece = someone.get("/bench/regions/x", headers={"HX-Request": "true"})
    assert "name=" in piece.text
    assert "theirs=" not in piece.text


def test_the_usual_headers_are_on_every_answer(visitor: Client) -> None:
    for path in ("/health", "/nowhere"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("raw", [b"name=%ff%fe&key=a", b"name=a%00b\xff&key=b"])
def test_undecodable_bytes_are_refused_clearly(someone: Client, raw: bytes) -> None:
    answer = someone.post(
        "/bench/regions", data=raw, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert "arrived unreadable" in answer.text


def test_control_characters_are_left_out(someone: Client) -> None:
    someone.send("/bench/regions", name="tic\x00toc\x07")
    assert "tictoc" in regions()


def test_too_much_is_refused_clearly(someone: Client) -> None:
    answer = someone.send("/bench/regions", name="x" * 2_000_000)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_missing_token_keeps_the_text(someone: Client, bench_app) -> None:  # type: ignore[no-untyped-def]
    bench_app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = someone.post("/bench/regions", data={"name": "a", "body": "my text", "key": "z"})
    finally:
        bench_app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "my text" in answer.text
    assert "a" not in regions()


@pytest.mark.parametrize(
    "elsewhere",
    ["https://a.example", "//a.example", "/\\a.example", "javascript:x", "", None, "/a\nb"],
)
def test_one_is_never_sent_elsewhere(elsewhere: str | None) -> None:
    assert local_path(elsewhere) == "/"


def test_one_is_sent_back_inside() -> None:
    assert local_path("/threads/x?after=3#p4") == "/threads/x?after=3#p4"
