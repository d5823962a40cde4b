"""Hostile text comes out harmless, or does not come in."""

import pytest
from markupsafe import escape

from forum.db import db
from forum.discussions import queries
from tests.factories import discussions as make

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://bad.example/pixel.png)",
    "<svg/onload=alert(1)>",
    '<a href="https://a.example" style="position:fixed" onclick="x()">x</a>',
    "<https://a.example/?q=<script>>",
    "<!-- <b> --> <style>*{display:none}</style>",
    "{{ 7 * 7 }} {% raw %}",
    "> " * 500 + "hondo",
    "- " * 500 + "hondo",
    "*" * 5_000,
    "[" * 5_000,
    "`" * 5_000,
    "|" * 5_000 + "\n" + "|-" * 2_000,
    "palabra" * 2_800,
    "a\u202eb\u2066c",
    "&lt;script&gt; &#0; \\<b>",
    "'; DROP TABLE post; --",
]
FORBIDDEN = ("<script", "<img", "<svg", "<style", "onerror=", "onclick=", "javascript:", "style=")


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_text_is_posted_harmless(app, cast, sign_in, body):
    thread = make.thread(cast.member)
    client = sign_in(cast.neighbour)
    sent = client.send(f"/threads/{thread.public_id}/posts", body=body, language="es", kind="reply")
    assert sent.status_code in (303, 422)
    if sent.status_code == 422:
        return
    post = queries.post_rows(make.again(thread)).posts[-1]
    held = post.html.replace("&lt;", "").lower()
    tags = "".join(part.split(">")[0] for part in held.split("<")[1:])
    assert not any(bad.lstrip("<") in tags for bad in FORBIDDEN)
    assert client.get(f"/threads/{thread.public_id}").status_code == 200


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{x}}"])
def test_a_hostile_title_is_shown_as_text(app, cast, sign_in, title):
    thread = make.thread(cast.member, title=title)
    for url in (f"/threads/{thread.public_id}", "/challenges", "/exchanges/americas/stages/1"):
        page = sign_in(cast.neighbour).get(url).text
        assert str(escape(title)) in page
        assert "<" not in title or title not in page


@pytest.mark.parametrize("body", ["", " \n\t ", "\x00\x01", "\u200b", "roto \ufffd", "x" * 20_001])
def test_what_is_no_text_is_refused_with_a_message(app, cast, sign_in, row_counts, body):
    thread = make.thread(cast.member)
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.expert).send(
        f"/threads/{thread.public_id}/posts", body=body, language="es", kind="reply"
    )
    assert sent.status_code in (400, 422)
    assert row_counts() == before


@pytest.mark.parametrize(
    "raw", ["?after=-1", "?after=99999999999999999999", "?after=%ff", "?after=1e3"]
)
def test_nonsense_in_an_address_is_no_fault(app, cast, sign_in, raw):
    thread = make.thread(cast.member)
    client = sign_in(cast.member)
    for url in (f"/threads/{thread.public_id}", "/challenges", "/solutions"):
        assert client.get(url + raw).status_code in (200, 400, 404)


def test_without_its_token_nothing_is_taken_and_the_text_comes_back(
    app, cast, sign_in, with_tokens, row_counts
):
    thread = make.thread(cast.member)
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.member).post(
        f"/threads/{thread.public_id}/posts", data={"body": "Mi texto.", "kind": "reply"}
    )
    assert sent.status_code == 400
    assert "Mi texto." in sent.text
    assert row_counts() == before
