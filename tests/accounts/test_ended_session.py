"""A session that ended while somebody was writing: the text comes back."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select

from forum.accounts import actions
from forum.accounts.models import Person
from forum.db import db
from forum.web.models import KeptForm
from tests.browserless import path_of
from tests.people import PASSWORD

WORDS = "Lo que escribí & no quiero perder: ¿cómo se paga el «vivero»?"


def fields_of(page):
    """The hidden fields of the page's form to sign in."""
    found = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', page):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in found:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def sign_back_in(client, cast, page, **more):
    fields = {"email": cast.member.email, "password": PASSWORD, **fields_of(page), **more}
    return client.send("/sign-in", fields)


def test_the_page_says_so_and_carries_the_text(client):
    answer = client.send("/me", name=WORDS, locale="es")
    assert answer.status_code == 401
    assert "What you wrote is kept" in answer.text
    kept = dict(parse_qsl(fields_of(answer.text)["kept"]))
    assert kept["name"] == WORDS
    assert fields_of(answer.text)["kept_path"] == "/me"


def test_signing_in_leads_back_to_the_filled_form(client, cast):
    page = client.send("/me", name=WORDS, locale="es", timezone="America/Lima", version="1").text
    back = sign_back_in(client, cast, page)
    assert path_of(back).startswith("/me?kept=")
    assert html.escape(WORDS, quote=False) in client.get(path_of(back)).text
    assert db.session.get(Person, cast.member.id).name == cast.member.name, "nothing was stored"


def test_a_wrong_password_loses_nothing(client, cast):
    page = client.send("/me", name=WORDS).text
    wrong = sign_back_in(client, cast, page, password="wrong")
    assert wrong.status_code == 422
    back = sign_back_in(client, cast, wrong.text)
    assert html.escape(WORDS, quote=False) in client.get(path_of(back)).text


def test_what_was_kept_is_for_its_writer_alone(client, sign_in, cast):
    back = sign_back_in(client, cast, client.send("/me", name=WORDS).text)
    assert "vivero" not in sign_in(cast.delegate).get(path_of(back)).text
    assert db.session.scalars(select(KeptForm)).one().person_id == cast.member.id


def test_passwords_are_not_kept(client, cast):
    answer = client.send("/me/password", current_password="secret-one", new_password="secret-two")
    assert answer.status_code == 401
    assert "secret-" not in answer.text
    sign_back_in(client, cast, answer.text)
    for kept in db.session.scalars(select(KeptForm)):
        assert "secret-" not in str(kept.fields)
        assert PASSWORD not in str(kept.fields)


def test_a_session_ended_elsewhere_is_answered_the_same(sign_in, cast):
    client = sign_in(cast.member)
    db.session.get(Person, cast.member.id).session_epoch += 1
    answer = client.send("/me", name=WORDS)
    assert answer.status_code == 401
    assert "What you wrote is kept" in answer.text


def test_an_expired_cookie_takes_the_token_along_but_not_the_text(client, with_tokens):
    answer = client.post("/me", data={"name": WORDS, "csrf_token": "of the old session"})
    assert answer.status_code == 401
    assert "What you wrote is kept" in answer.text
    assert dict(parse_qsl(fields_of(answer.text)["kept"]))["name"] == WORDS
    assert "of the old session" not in answer.text


def test_other_sites_put_nothing_there(client, with_tokens):
    answer = client.post("/me", data={"name": WORDS}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400


def test_a_wrong_token_on_an_open_page_is_still_a_wrong_token(client, with_tokens):
    assert client.post("/sign-in", data={"name": "a", "password": "b"}).status_code == 400


def test_htmx_gets_the_form_in_place_of_the_page(client):
    answer = client.send("/me", name=WORDS, htmx=True)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#main"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "<html" not in answer.text
    assert "What you wrote is kept" in answer.text


def test_reading_with_htmx_leads_to_signing_in(client):
    answer = client.get("/me", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/me"


@pytest.mark.parametrize(
    ("kept", "kept_path"),
    [
        ("&".join(f"a{n}=1" for n in range(1000)), "/me"),
        ("%ff=%fe", "/me"),
        ("name=x", "https://evil.example/"),
        ("name=x", "//evil.example/"),
        ("", "/me"),
    ],
)
def test_nonsense_in_its_place_leads_home_or_there(client, cast, kept, kept_path):
    answer = client.send(
        "/sign-in",
        email=cast.member.email,
        password=PASSWORD,
        kept=kept,
        kept_path=kept_path,
    )
    assert answer.status_code == 303
    assert "evil" not in answer.headers["Location"]


def test_the_page_of_a_forms_post_is_found(client, cast):
    """`POST …/posts` is filled in at `…/posts/new`."""
    page = client.send("/threads/zzzzzzzzzzzz/posts", body=WORDS)
    assert page.status_code == 401
    assert fields_of(page.text)["kept_path"] == "/threads/zzzzzzzzzzzz/posts/new"


def test_a_button_alone_leads_back_to_where_it_was_pressed(client):
    answer = client.post(
        "/me/sessions/end", data={}, headers={"Referer": "http://localhost/terms?a=1"}
    )
    assert answer.status_code == 401
    assert fields_of(answer.text)["next"] == "/terms?a=1"
    elsewhere = client.post(
        "/me/sessions/end", data={}, headers={"Referer": "http://evil.example/"}
    )
    assert fields_of(elsewhere.text)["next"] == "/"


def test_what_was_kept_is_thrown_away_after_two_weeks(client, cast, clock_at):
    start = clock_at("2026-03-01T12:00")
    sign_back_in(client, cast, client.send("/me", name=WORDS).text)
    assert actions.forget_kept_forms() == 0
    clock_at(start + actions.FORMS_KEPT + timedelta(seconds=1))
    assert actions.forget_kept_forms() == 1
    assert actions.forget_kept_forms() == 0


def test_a_post_nobody_pressed_for_asks_nothing(client):
    answer = client.send("/threads/zzzzzzzzzzzz/read", number=1, htmx=True)
    assert answer.status_code == 204


def test_what_one_person_wrote_is_not_given_to_the_next(client, cast, sign_in):
    """A phone passes from hand to hand: the form says whose it was."""
    form = sign_in(cast.member).get("/me").text
    mine = re.search(r'name="owner"[^>]*value="([^"]+)"', form)[1]
    page = client.send("/me", name=WORDS, owner=mine).text
    answer = client.send(
        "/sign-in", {**fields_of(page), "email": cast.staff.email, "password": PASSWORD}
    )
    assert answer.status_code == 303
    assert "kept=" not in answer.headers["Location"]
    assert WORDS not in html.unescape(client.get(answer.headers["Location"]).text)


def test_what_one_wrote_oneself_comes_back(client, cast, sign_in):
    form = sign_in(cast.member).get("/me").text
    mine = re.search(r'name="owner"[^>]*value="([^"]+)"', form)[1]
    page = client.send("/me", name=WORDS, owner=mine).text
    answer = sign_back_in(client, cast, page)
    assert WORDS in html.unescape(client.get(answer.headers["Location"]).text)
