"""Every form that is long to fill in keeps what was typed: cases, summaries, somebody's words."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from forum.db import db
from forum.discussions.models import Case, Draft, Post, Summary
from forum.lib import clock
from tests.browserless import path_of
from tests.discussions.test_cases import CASE, case
from tests.discussions.test_on_behalf import THREAD as SPOKEN_THREAD
from tests.discussions.test_on_behalf import WORDS as SPOKEN
from tests.discussions.test_summaries import WORDS as SUMMARY
from tests.factories import discussions as make

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

STAGE = "/exchanges/americas/stages/1"


@dataclass(frozen=True)
class Kept:
    """A form: who fills it in, where it is read, saved and sent, and what is typed."""

    who: Any
    form: str
    save: str
    send: str
    fields: dict[str, Any]


def new_case(cast):
    make.some_stage()
    cases = f"{STAGE}/cases"
    return Kept(cast.neighbour, f"{cases}/new", f"{cases}/draft", cases, CASE)


def changed_case(cast):
    told = case(cast.neighbour, space_id=cast.spaces["network"].id)
    post = db.session.scalars(select(Post).where(Post.thread_id == told.id)).one()
    edit = f"/posts/{post.public_id}/edit"
    typed = {name: CASE[name] for name in CASE if name != "visibility"} | {"version": "1"}
    return Kept(cast.neighbour, edit, f"{edit}/draft", edit, typed)


def summary(cast):
    at = f"/threads/{make.thread(cast.member).public_id}/summary"
    return Kept(cast.facilitator, at, f"{at}/draft", at, SUMMARY)


def answer_for(cast):
    at = f"/threads/{make.thread(cast.member).public_id}/posts/for-somebody"
    return Kept(cast.facilitator, at, f"{at}/draft", at, SPOKEN)


def thread_for(cast):
    make.some_stage()
    at = f"{STAGE}/threads/for-somebody"
    return Kept(cast.facilitator, at, f"{at}/draft", at, SPOKEN_THREAD)


FORMS = (new_case, changed_case, summary, answer_for, thread_for)


@pytest.fixture(params=FORMS, ids=lambda form: form.__name__)
def kept(request, cast):
    found = request.param(cast)
    db.session.commit()
    return found


def drafts():
    return list(db.session.scalars(select(Draft)))


def words(fields):
    """The longest thing typed: it is in a box of the form."""
    return max(fields.values(), key=len)


def test_it_is_saved_as_one_types_and_fills_the_form_again(sign_in, kept):
    me = sign_in(kept.who)
    assert f'formaction="{kept.save}"' in me.get(kept.form).text
    assert me.send(kept.save, kept.fields, htmx=True).status_code == 200
    page = me.get(kept.form).text
    (draft,) = drafts()
    assert f"/drafts/{draft.public_id}/removal" in page
    for name, typed in kept.fields.items():
        if name not in ("country", "project", "consent", "kind", "visibility", "language"):
            assert typed.split("\n")[0] in page
    assert f'value="{draft.public_id}.1"' in page


def test_a_button_keeps_it_without_a_script_and_the_list_leads_back(sign_in, kept):
    me = sign_in(kept.who)
    assert path_of(me.send(kept.save, kept.fields, pressed="1")) == "/drafts"
    page = me.get("/drafts").text
    assert f'href="{kept.form}' in page
    (draft,) = drafts()
    assert f'href="/drafts/{draft.public_id}"' in page
    assert words(kept.fields).split("\n")[0] in me.get(f"/drafts/{draft.public_id}").text


def test_it_is_let_go_when_it_is_posted_and_does_not_come_back_late(sign_in, kept):
    me = sign_in(kept.who)
    typed = {**kept.fields, "window": "one", "key": "one-form"}
    me.send(kept.save, typed, htmx=True)
    assert me.send(kept.send, typed).status_code == 303
    assert not drafts()
    assert me.send(kept.save, typed, htmx=True).status_code == 200
    assert not drafts(), "it says this already"


def test_a_refused_form_leaves_the_draft_and_gives_the_text_back(sign_in, kept):
    me = sign_in(kept.who)
    me.send(kept.save, kept.fields, window="one", htmx=True)
    (missing,) = [name for name in ("did", "answered", "consent") if name in kept.fields]
    sent = me.send(kept.send, {**kept.fields, missing: ""}, window="one")
    assert sent.status_code == 422
    others = {name: typed for name, typed in kept.fields.items() if name != missing}
    assert words(others).split("\n")[0] in sent.text
    assert 'value="one"' in sent.text, "the same window goes on"
    assert drafts()


def test_a_closed_stage_keeps_the_words(sign_in, kept):
    me = sign_in(kept.who)
    make.some_stage().closes_at = clock.now()
    db.session.commit()
    assert me.send(kept.save, kept.fields, htmx=True).status_code == 200
    sent = me.send(kept.send, kept.fields)
    assert sent.status_code in (303, 409), "who facilitates may write late"
    if sent.status_code == 409:
        assert words(kept.fields).split("\n")[0] in sent.text
        (draft,) = drafts()
        assert words(kept.fields).split("\n")[0] in me.get(f"/drafts/{draft.public_id}").text


def test_who_may_not_write_here_keeps_nothing(cast, sign_in, kept):
    assert sign_in(cast.observer).send(kept.save, kept.fields).status_code in (403, 404)
    assert not drafts()


def test_an_emptied_form_has_no_draft(sign_in, kept):
    me = sign_in(kept.who)
    me.send(kept.save, kept.fields, window="one", htmx=True)
    me.send(kept.save, window="one", version="1", country="MX", project="encinos", htmx=True)
    assert not drafts()


def test_thrown_away_the_form_is_empty_again(sign_in, kept):
    me = sign_in(kept.who)
    me.send(kept.save, kept.fields, htmx=True)
    me.send(f"/drafts/{drafts()[0].public_id}/removal")
    assert words(kept.fields).split("\n")[0] not in me.get(kept.form).text


def test_of_a_case_more_than_the_text_may_have_changed(cast, sign_in):
    kept = changed_case(cast)
    db.session.commit()
    me = sign_in(kept.who)
    told = db.session.scalars(select(Case)).one()
    title = make.again(case(cast.member, space_id=cast.spaces["network"].id)).title
    same = {"title": title, "problem": told.problem, "did": told.did, "country": told.country}
    me.send(kept.save, same, version="1", htmx=True)
    assert not drafts(), "nothing is changed yet"
    me.send(kept.save, {**same, "country": "GT"}, version="1", htmx=True)
    assert len(drafts()) == 1


def test_a_summary_that_changed_meanwhile_is_shown_beside_the_draft(cast, sign_in):
    kept = summary(cast)
    db.session.commit()
    me = sign_in(cast.facilitator)
    me.send(kept.save, SUMMARY, version="0", window="one", htmx=True)
    me.send(kept.send, {**SUMMARY, "asked": "Otra pregunta."}, version="0", window="two")
    assert db.session.scalars(select(Summary)).one().asked == "Otra pregunta."
    (draft,) = drafts()
    assert "Quien" not in draft.fields["form"]
    sent = me.send(kept.send, SUMMARY, version="0", window="one")
    assert sent.status_code == 409
    assert "Otra pregunta." in sent.text
    assert SUMMARY["asked"] in sent.text
