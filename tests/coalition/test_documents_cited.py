"""The documents an answer cites: kept in the draft, shown with the answer, found, in the record."""

import csv
import io
import json

import pytest
from sqlalchemy import func, select

from forum.coalition.actions import responses
from forum.coalition.models import Response, ResponseDraft
from forum.coalition.queries import responses as queries
from forum.coalition.rows import Cited
from forum.db import db
from forum.lib.permission import Refused
from tests.factories.coalition_votes import row, submitted, text
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")

GUIDE = Cited(title="Guía zqguía", section="Parte 2", link="https://example.org/guia")
TYPED = {
    "outcome": "accepted",
    "reasons": "Se hará una guía.",
    "language": "es",
    "version": "0",
    "documents-0-title": GUIDE.title,
    "documents-0-section": GUIDE.section,
    "documents-0-link": GUIDE.link,
}


@pytest.fixture
def proposal(cast):
    return submitted(cast, title="Costos")


def address(proposal, part="response"):
    return f"/proposals/{proposal.public_id}/{part}"


def send(client, proposal, action, part="response", **more):
    return client.send(address(proposal, part), {**TYPED, "action": action, **more})


def publish(cast, proposal, *cited):
    seen = row(proposal, cast.staff)
    return responses.publish(viewer(cast.staff), seen, text(documents=list(cited)), version=0)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.both_databases
def test_they_are_kept_in_the_draft_and_published_with_the_answer(cast, proposal, sign_in):
    client = sign_in(cast.staff)
    send(client, proposal, "save")
    form = client.get(address(proposal)).text
    assert f'value="{GUIDE.title}"' in form
    assert f'value="{GUIDE.link}"' in form
    send(client, proposal, "publish", version="1")
    made = db.session.scalars(select(Response)).one()
    assert made.documents == [GUIDE.as_json()]
    page = sign_in(cast.outsider).get(f"/proposals/{proposal.public_id}").text
    assert f'href="{GUIDE.link}" rel="nofollow noopener noreferrer">{GUIDE.title}</a>' in page
    assert "Parte 2" in page


def test_they_are_in_the_preview(cast, proposal, sign_in):
    page = send(sign_in(cast.staff), proposal, "preview").text
    assert f'href="{GUIDE.link}" rel="nofollow noopener noreferrer">{GUIDE.title}</a>' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"documents-0-title": ""},
        {"documents-0-link": "javascript:alert(1)"},
        {"documents-0-link": "guia.pdf"},
        {"documents-0-title": "x" * 301},
    ],
)
@pytest.mark.parametrize("action", ["save", "preview", "publish"])
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, proposal, sign_in, action, wrong):
    answer = send(sign_in(cast.staff), proposal, action, **wrong)
    assert answer.status_code == 422
    assert "Document 1, “" in answer.text
    assert "Parte 2" in answer.text
    assert count(ResponseDraft) == count(Response) == 0


def test_one_is_added_and_taken_away_without_storing(cast, proposal, sign_in):
    client = sign_in(cast.staff)
    added = send(client, proposal, "add-document").text
    assert 'name="documents-1-title"' in added
    assert GUIDE.title in added
    gone = send(client, proposal, "drop-document-0").text
    assert 'name="documents-0-title"' not in gone
    assert "Se hará una guía." in gone
    assert count(ResponseDraft) == 0


def test_an_empty_line_is_left_out(cast, proposal, sign_in):
    send(sign_in(cast.staff), proposal, "save", **{"documents-1-title": " "})
    assert len(queries.draft_of(proposal.id).documents) == 1


def test_one_without_a_title_is_never_published(cast, proposal):
    with pytest.raises(Refused) as refused:
        publish(cast, proposal, Cited(title="", section="Parte 2"))
    assert refused.value.field == "documents"


def test_a_correction_begins_with_them_and_may_change_nothing_else(cast, proposal, sign_in):
    first = publish(cast, proposal, GUIDE)
    db.session.commit()
    client = sign_in(cast.colleague)
    form = client.get(address(proposal, "correction")).text
    assert f'value="{GUIDE.title}"' in form
    same = {"outcome": first.outcome.value, "reasons": first.reasons, "corrects": first.public_id}
    refused = send(client, proposal, "", "correction", **same)
    assert refused.status_code == 422
    send(client, proposal, "", "correction", **same, **{"documents-0-section": "Parte 3"})
    newest = queries.newest_answer(proposal.id)
    assert newest.corrects_id == first.id
    assert newest.documents[0]["section"] == "Parte 3"
    assert first.documents[0]["section"] == "Parte 2"


def test_a_correction_may_add_one(cast, proposal, sign_in):
    first = publish(cast, proposal)
    db.session.commit()
    words = {"reasons": first.reasons, "corrects": first.public_id}
    page = send(sign_in(cast.staff), proposal, "add-document", "correction", **words).text
    assert 'name="documents-1-title"' in page
    assert count(Response) == 1


def test_the_second_of_two_editors_reads_what_the_other_cited(cast, proposal, sign_in):
    send(sign_in(cast.staff), proposal, "save")
    answer = send(sign_in(cast.colleague), proposal, "save", **{"documents-0-title": "Otra"})
    assert answer.status_code == 409
    assert "Guía zqguía · Parte 2 · https://example.org/guia" in answer.text


@pytest.mark.both_databases
def test_they_are_found_by_who_reads_the_answer(cast, proposal, sign_in):
    send(sign_in(cast.staff), proposal, "publish")
    assert proposal.public_id in sign_in(cast.outsider).get("/search?q=zqguía").text
    assert proposal.public_id not in sign_in(cast.observer).get("/search?q=zqguía").text


def test_they_stand_in_the_record_as_page_csv_and_json(cast, proposal, sign_in):
    publish(cast, proposal, GUIDE, Cited(title="Norma"))
    db.session.commit()
    client, url = sign_in(cast.member), f"/coalitions/{cast.coalition.slug}/record"
    assert "Guía zqguía, Parte 2</a>; Norma" in client.get(url).text
    [line] = csv.DictReader(io.StringIO(client.get(f"{url}.csv").data.decode("utf-8-sig")))
    assert line["documents_cited"] == "Guía zqguía, Parte 2; Norma"
    [told] = json.loads(client.get(f"{url}.json").data)["proposals"]
    assert told["documents_cited"] == [GUIDE.as_json(), Cited(title="Norma").as_json()]
