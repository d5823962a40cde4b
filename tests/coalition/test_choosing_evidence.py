"""What a proposal rests on is looked for on its form: nobody copies addresses."""

import re

import pytest
from sqlalchemy import select

from forum.coalition.models import Evidence, Proposal
from forum.coalition.queries.around import MOST_EVIDENCE
from forum.db import db
from forum.discussions.models import Post
from tests.browserless import path_of
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.factories import discussions, exchanges

TYPED = "Un problema que nadie quiere escribir dos veces."


def new(cast):
    return f"/coalitions/{cast.coalition.slug}/proposals"


@pytest.fixture
def told(app, cast):
    """What was told in the forum, by name, as addresses."""
    stage = discussions.stage()
    slow = discussions.thread(cast.neighbour, title="La certificación tarda", body="Tarda años.")
    answer = discussions.post(
        cast.outsider, slow, kind="solution", body="Preparamos la auditoría entre tres proyectos."
    )
    ours = discussions.thread(
        cast.neighbour, space=cast.spaces["coalition"], title="La certificación, entre nosotros"
    )
    theirs = discussions.thread(
        cast.staff, space=cast.spaces["staff"], title="La certificación, entre ellos"
    )
    held = exchanges.a_session(db.session, stage, title="Sesión sobre certificación")
    db.session.commit()
    return {
        "slow": f"/threads/{slow.public_id}",
        "answer": f"/posts/{answer.public_id}",
        "ours": f"/threads/{ours.public_id}",
        "theirs": f"/threads/{theirs.public_id}",
        "held": f"/sessions/{held.public_id}",
    }


def offered(page):
    """The addresses one may tick, and whether each is ticked."""
    boxes = re.findall(r'<input type="checkbox" name="links"[^>]*>', page)
    return {re.search(r'value="([^"]*)"', box)[1]: "checked" in box for box in boxes}


def look(client, cast, q, **more):
    return client.send(new(cast), make.form(problem=TYPED, find="1", q=q, **more))


@pytest.mark.both_databases
def test_words_find_challenges_solutions_and_sessions(cast, told, sign_in):
    member = sign_in(cast.member)
    assert offered(look(member, cast, "certificaciones").text) == {
        told["slow"]: False,
        told["ours"]: False,
        told["held"]: False,
    }
    assert offered(look(member, cast, "auditorías").text) == {told["answer"]: False}


def test_what_one_may_not_read_is_not_found_nor_shown_by_its_address(cast, told, sign_in):
    member = sign_in(cast.member)
    for words in ("certificación", "certificación ellos", told["theirs"]):
        page = look(member, cast, words)
        assert page.status_code == 200
        assert "entre ellos" not in page.text
        assert told["theirs"] not in offered(page.text)


def test_what_was_removed_is_not_found(cast, told, sign_in):
    answer = db.session.scalars(
        select(Post).where(Post.public_id == told["answer"].removeprefix("/posts/"))
    ).one()
    answer.removed_at, answer.removed_by_id = answer.created_at, cast.facilitator.id
    assert offered(look(sign_in(cast.member), cast, "auditoría").text) == {}


def test_looking_keeps_what_was_typed_and_chosen_and_stores_nothing(
    cast, told, sign_in, row_counts
):
    before = row_counts()
    page = look(sign_in(cast.member), cast, "auditoría", links=[told["slow"]], title="")
    assert page.status_code == 200
    assert offered(page.text) == {told["slow"]: True, told["answer"]: False}
    assert TYPED in page.text
    assert 'value="auditoría"' in page.text
    assert "Please fill in" not in page.text  # nothing is refused while one looks
    assert row_counts() == before


def test_what_is_chosen_already_is_not_offered_again(cast, told, sign_in):
    page = look(sign_in(cast.member), cast, "certificación", links=[told["slow"], told["held"]])
    assert offered(page.text) == {told["slow"]: True, told["held"]: True, told["ours"]: False}


def test_without_words_the_newest_are_offered(cast, told, sign_in):
    assert offered(look(sign_in(cast.member), cast, "").text) == {
        told["ours"]: False,
        told["answer"]: False,
        told["slow"]: False,
        told["held"]: False,
    }


def test_an_address_is_found_whatever_it_is_of(cast, told, sign_in):
    plain = discussions.post(cast.neighbour, discussions.thread(cast.member), body="Una respuesta.")
    for address in (f"https://forum.example/posts/{plain.public_id}", told["held"] + "?x=1#p2"):
        page = look(sign_in(cast.member), cast, address)
        assert list(offered(page.text).values()) == [False]


@pytest.mark.parametrize("words", ["http://[", "nada de nada", "a/b", '"', "*", "-", "%00\ufffd"])
def test_strange_words_are_no_fault(cast, told, sign_in, words):
    page = look(sign_in(cast.member), cast, words)
    assert page.status_code == 200
    assert TYPED in page.text
    assert offered(page.text) or "Nothing else was found." in page.text


def test_what_is_ticked_is_what_it_rests_on(cast, told, sign_in):
    links = [told["slow"], told["answer"], told["held"]]
    answer = sign_in(cast.member).send(new(cast), make.form(links=links, q="left over"))
    page = sign_in(cast.member).get(path_of(answer)).text
    assert all(f'href="{link}"' in page for link in links)


def test_unticked_it_is_taken_out(cast, told, sign_in):
    member = sign_in(cast.member)
    path = path_of(member.send(new(cast), make.form(links=[told["slow"], told["held"]])))
    form = member.get(f"{path}/versions/new").text
    assert offered(form) == {told["slow"]: True, told["held"]: True}
    member.send(f"{path}/versions", make.form(links=[told["held"]], version=1))
    kept = db.session.scalars(select(Evidence)).one()
    assert kept.session_id is not None


def test_one_looks_while_changing_the_text_too(cast, told, sign_in):
    made = make.draft(cast)
    path = f"/proposals/{made.public_id}/versions"
    page = sign_in(cast.delegate).send(
        path, make.form(problem=TYPED, version=1, find="1", q="auditoría")
    )
    assert offered(page.text) == {told["answer"]: False}
    assert TYPED in page.text
    assert db.session.get_one(Proposal, made.id).version == 1


def test_one_looks_for_what_is_new_when_tabling_again(cast, told, sign_in):
    earlier = vote.in_discussion(cast)
    earlier.status = "not_adopted"
    path = f"/proposals/{earlier.public_id}/again"
    client = sign_in(cast.delegate)
    page = client.send(path, new_evidence=TYPED, language="es", find="1", q="auditoría")
    assert offered(page.text) == {told["answer"]: False}
    assert TYPED in page.text
    made = client.send(path, new_evidence=TYPED, language="es", links=[told["answer"]])
    assert offered(client.get(path_of(made)).text) == {told["answer"]: True}


def test_htmx_gets_only_what_was_found(cast, told, sign_in):
    fields = make.form(find="1", q="auditoría", links=[told["slow"]])
    page = sign_in(cast.member).send(new(cast), fields, htmx=True)
    assert page.text.strip().startswith('<div id="evidence-found"')
    assert offered(page.text) == {told["slow"]: True, told["answer"]: False}
    assert "<form" not in page.text


def test_what_cannot_be_read_any_more_stays_to_be_unticked(cast, told, sign_in):
    gone = "/threads/zzzzzzzzzzzz"
    page = sign_in(cast.member).send(new(cast), make.form(links=[told["slow"], gone]))
    assert page.status_code == 422
    assert offered(page.text) == {told["slow"]: True, gone: True}


def test_too_many_are_refused_and_kept(cast, told, sign_in):
    many = [f"/threads/{number:012}" for number in range(MOST_EVIDENCE + 1)]
    page = sign_in(cast.member).send(new(cast), make.form(links=many))
    assert page.status_code == 422
    assert f"At most {MOST_EVIDENCE} links" in page.text
    assert len(offered(page.text)) == len(many)


def test_who_chooses_is_told_what_others_will_not_see(cast, told, sign_in):
    note = "is shown to nobody else"
    member = sign_in(cast.member)
    assert note in look(member, cast, "", links=[told["ours"]]).text
    assert note not in look(member, cast, "", links=[told["slow"]]).text


def test_readers_outside_see_of_it_only_what_they_may(cast, told, sign_in):
    links = [("thread", told[name].rpartition("/")[2]) for name in ("slow", "ours")]
    made = make.submitted(cast, evidence=links)
    for who, sees_ours in ((cast.staff, False), (cast.outsider, False), (cast.neighbour, True)):
        page = sign_in(who).get(f"/proposals/{made.public_id}")
        assert told["slow"] in page.text
        assert (told["ours"] in page.text) is sees_ours
        assert ("entre nosotros" in page.text) is sees_ours


def test_only_who_may_draft_looks(cast, told, sign_in):
    for who in (cast.staff, cast.outsider, cast.observer):
        assert look(sign_in(who), cast, "certificación").status_code == 404
    assert look(sign_in(cast.facilitator), cast, "certificación").status_code == 403
