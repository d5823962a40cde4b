"""What every answer carries, and what unreadable input gets."""

import base64
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from forum.db import db
from forum.web.answer import local_path
from forum.web.paging import read_cursor
from tests.browserless import Client
from tests.web.conftest import stored


def test_htmx_gets_the_block_and_others_the_page(someone: Client) -> None:
    page = someone.get("/bench/topics/x")
    assert "theirs=" in page.text
    assert "HX-Request" in page.headers["Vary"]
    piece = someone.get("/bench/topics/x", headers={"HX-Request": "true"})
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


@pytest.mark.parametrize("raw", [b"name=%ff%fe&key=a", b"name=a%00b\xff&key=b", b"name=%C3&key=c"])
def test_undecodable_bytes_are_refused_clearly(someone: Client, raw: bytes) -> None:
    answer = someone.post(
        "/bench/topics", data=raw, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert "arrived unreadable" in answer.text
    assert not {"%FF%FE", "%ff%fe", "ab", "%C3"} & stored()


def test_a_percent_sign_somebody_typed_is_taken_as_typed(someone: Client) -> None:
    assert someone.send("/bench/topics", name="100 %FF").status_code == 303
    assert "100 %FF" in stored()


def test_undecodable_bytes_in_a_multipart_form_are_refused_at_the_field(someone: Client) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nb\xffd\r\n'
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--x--\r\n'
    )
    answer = someone.post(
        "/bench/topics", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 422
    assert "arrived unreadable" in answer.text


def test_control_characters_are_left_out(someone: Client) -> None:
    someone.send("/bench/topics", name="tic\x00toc\x07")
    assert "tictoc" in stored()


def test_too_much_is_refused_clearly(someone: Client) -> None:
    answer = someone.send("/bench/topics", name="x" * 2_000_000)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_missing_token_keeps_the_text(someone: Client, bench_app: Flask) -> None:
    bench_app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = someone.post("/bench/topics", data={"name": "a", "body": "my text", "key": "z"})
    finally:
        bench_app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "form: This form was open too long" in answer.text
    assert "name=a" in answer.text
    assert "a" not in stored()


@pytest.mark.parametrize(
    "elsewhere",
    ["https://a.example", "//a.example", "/\\a.example", "javascript:x", "", None, "/a\nb"],
)
def test_one_is_never_sent_elsewhere(elsewhere: str | None) -> None:
    assert local_path(elsewhere) == "/"


def test_one_is_sent_back_inside() -> None:
    assert local_path("/threads/x?after=3#p4") == "/threads/x?after=3#p4"


def test_a_page_without_the_database_asks_it_nothing(someone: Client, bench_app: Flask) -> None:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        answer = someone.get("/bench/away")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text
    assert not seen


@pytest.mark.parametrize("sent", ["/bench/topics", "/sign-out"])
def test_a_post_without_token_does_nothing_at_all(
    someone: Client, bench_app: Flask, sent: str
) -> None:
    bench_app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert someone.post(sent, data={"name": "forged", "key": "f"}).status_code == 400
    finally:
        bench_app.config["WTF_CSRF_ENABLED"] = False
    assert "forged" not in stored()
    assert someone.get("/bench/things/one").status_code == 200


def test_a_number_no_row_can_have_is_not_found(visitor: Client) -> None:
    for number in (2**31, 2**63, 10**30):
        assert visitor.get(f"/exchanges/x/stages/{number}").status_code == 404


@pytest.mark.parametrize("path", ["/threads/%00", "/proposals/a%00b", "/challenges?after=%00"])
def test_an_address_with_nothing_in_it_is_not_found(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("row", [-(10**30), -1, 0, 2**63, 10**30])
def test_a_cursor_no_row_can_have_begins_anew(row: int) -> None:
    raw = base64.urlsafe_b64encode(f"1700000000000000.{row}".encode()).decode()
    assert read_cursor(raw[:64]) is None
