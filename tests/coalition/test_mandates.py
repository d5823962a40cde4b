"""A project's mandate as a file with its ballot: seen by the coalition, and by nobody else."""

import re
from hashlib import sha256
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from forum.activity.models import Event
from forum.coalition.actions import votes
from forum.coalition.actions.calls import open_second_call
from forum.coalition.models import Ballot, Proposal, Result, Seat, Vote
from forum.coalition.recount import Differs, verify
from forum.coalition.tally import Choice
from forum.db import db
from forum.files.models import StoredFile
from forum.files.store import store
from forum.files.taking import take
from forum.lib import clock
from tests.factories.coalition_votes import open_vote, row
from tests.files import samples
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")

SAID = {"choice": "agree", "reason": "", "mandate": "Asamblea del 3 de mayo", "language": "es"}


@pytest.fixture
def vote(cast):
    made = open_vote(cast)
    db.session.commit()
    return made


@pytest.fixture
def proposal(vote):
    return db.session.get_one(Proposal, vote.proposal_id)


def act():
    return FileStorage(BytesIO(samples.PDF), filename="acta.pdf")


def taken():
    return take(BytesIO(samples.PDF), "acta.pdf", most_bytes=10**6, most_pixels=10**6)


def cast_with(client, proposal, **more):
    return client.send(f"/proposals/{proposal.public_id}/ballot", {**SAID, "file_1": act(), **more})


def cast_events():
    verbs = ("ballot.cast", "ballot.recorded")
    return list(db.session.scalars(select(Event).where(Event.verb.in_(verbs)).order_by(Event.id)))


def ballots():
    return list(db.session.scalars(select(Ballot).order_by(Ballot.id)))


@pytest.mark.both_databases
def test_a_ballot_is_cast_with_the_act_of_the_assembly(cast, proposal, sign_in):
    client = sign_in(cast.delegate)
    assert cast_with(client, proposal).status_code == 303
    (ballot,) = ballots()
    file = db.session.get_one(StoredFile, ballot.mandate_file_id)
    assert (file.name, file.media_type) == ("acta.pdf", "application/pdf")
    with store().open(file.key) as kept:
        assert kept.read() == samples.PDF
    address = f"/proposals/{proposal.public_id}/mandates/{file.public_id}"
    assert address in sign_in(cast.member).get(f"/proposals/{proposal.public_id}").text
    found = sign_in(cast.delegates["encinos"]).get(address)
    assert found.data == samples.PDF
    assert found.headers["Content-Disposition"].startswith("attachment")


def test_nobody_outside_the_coalition_finds_it(cast, proposal, client, sign_in):
    cast_with(sign_in(cast.delegate), proposal)
    file = db.session.scalars(select(StoredFile)).one()
    address = f"/proposals/{proposal.public_id}/mandates/{file.public_id}"
    for person in (cast.staff, cast.operator, cast.guest, cast.outsider, cast.observer):
        assert sign_in(person).get(address).status_code == 404
        assert sign_in(person).get(f"/files/{file.public_id}").status_code == 404
    assert sign_in(cast.delegate).get(f"/files/{file.public_id}").status_code == 404


def test_it_is_found_through_its_own_proposal_only(cast, proposal, sign_in):
    cast_with(sign_in(cast.delegate), proposal)
    other = db.session.get_one(Proposal, open_vote(cast).proposal_id)
    db.session.commit()
    file = db.session.scalars(select(StoredFile)).one()
    address = f"/proposals/{other.public_id}/mandates/{file.public_id}"
    assert sign_in(cast.delegate).get(address).status_code == 404


def test_a_changed_ballot_keeps_its_file_unless_another_comes(cast, proposal):
    who = viewer(cast.delegate)
    more = {"reason": "No.", "language": "es"}

    def cast_one(choice, file=None):
        return votes.cast_ballot(
            who, row(proposal, cast.delegate), choice=Choice(choice), mandate_file=file, **more
        )

    first = cast_one("agree", taken())
    assert cast_one("agree").id == first.id
    changed = cast_one("disagree")
    assert (changed.seq, changed.mandate_file_id) == (2, first.mandate_file_id)
    replaced = cast_one("disagree", taken())
    assert replaced.seq == 3
    assert replaced.mandate_file_id not in (None, first.mandate_file_id)


@pytest.mark.both_databases
def test_the_file_is_taken_away_on_record(cast, proposal, sign_in):
    client = sign_in(cast.delegate)
    page = f"/proposals/{proposal.public_id}/ballot"
    assert "Take away the file" not in client.get(page).text
    cast_with(client, proposal)
    assert "Take away the file" in client.get(page).text
    client.send(page, {**SAID, "without_file": "y"})
    first, second = ballots()
    assert (first.mandate_file_id is None, second.mandate_file_id) == (False, None)
    assert (second.seq, second.choice, second.mandate) == (2, first.choice, first.mandate)
    shown = sign_in(cast.member).get(f"/proposals/{proposal.public_id}").text
    assert "acta.pdf" not in shown
    said = [event.particulars.get("file") for event in cast_events()]
    assert said == ["added", "removed"]


def test_taken_away_twice_or_where_there_is_none_adds_nothing(cast, proposal, sign_in):
    client, page = sign_in(cast.delegate), f"/proposals/{proposal.public_id}/ballot"
    client.send(page, {**SAID, "without_file": "y"})
    client.send(page, {**SAID, "without_file": "y"})
    assert [one.seq for one in ballots()] == [1]
    cast_with(client, proposal)
    for _ in range(2):
        client.send(page, {**SAID, "without_file": "y"})
    assert [one.seq for one in ballots()] == [1, 2, 3]


def test_a_new_file_takes_the_place_of_the_one_that_is_to_go(cast, proposal, sign_in):
    client = sign_in(cast.delegate)
    cast_with(client, proposal)
    cast_with(client, proposal, without_file="y")
    first, second = ballots()
    assert second.mandate_file_id not in (None, first.mandate_file_id)
    assert [event.particulars["file"] for event in cast_events()] == ["added", "replaced"]


def test_a_file_that_another_attached_meanwhile_is_not_taken_away_unseen(cast, proposal, sign_in):
    delegate, alternate = sign_in(cast.delegate), sign_in(cast.alternate)
    page = f"/proposals/{proposal.public_id}/ballot"
    cast_with(delegate, proposal)
    seen = re.search(r'name="?seen"?[^>]*value="([^"]+)"', alternate.get(page).text)[1]
    cast_with(delegate, proposal, seen=seen)
    told = alternate.send(page, {**SAID, "without_file": "y", "seen": seen})
    assert told.status_code == 409
    assert [one.seq for one in ballots()] == [1, 2]


def test_after_the_closing_no_file_is_taken_away(cast, proposal, vote, sign_in):
    client, page = sign_in(cast.delegate), f"/proposals/{proposal.public_id}/ballot"
    cast_with(client, proposal)
    db.session.get_one(Vote, vote.id).closes_at = clock.now()
    late = client.send(page, {**SAID, "without_file": "y"})
    assert late.status_code == 409
    assert [one.seq for one in ballots()] == [1]


def test_what_was_recorded_loses_its_file_too_and_waits_to_be_confirmed(cast, proposal, sign_in):
    client, who = sign_in(cast.facilitator), cast.delegates["encinos"].public_id
    page = f"/proposals/{proposal.public_id}/ballot/assisted"
    said = {**SAID, "instructed": f"encinos:{who}", "how": "paper"}
    client.send(page, {**said, "file_1": act()})
    assert "Take away the file" in client.get(page).text
    client.send(page, {**said, "without_file": "y"})
    assert [one.mandate_file_id is None for one in ballots()] == [False, True]


def test_the_recount_holds_what_the_file_was(cast, proposal, vote, sign_in):
    client, page = sign_in(cast.delegate), f"/proposals/{proposal.public_id}/ballot"
    cast_with(client, proposal)
    address = sign_in(cast.member).get(f"/proposals/{proposal.public_id}").text
    address = address.partition("/mandates/")[2].partition('"')[0]
    served = client.get(f"/proposals/{proposal.public_id}/mandates/{address}").data
    client.send(page, {**SAID, "without_file": "y"})
    db.session.get_one(Vote, vote.id).closes_at = clock.now()
    votes.seal_due(proposal.id)
    file = verify(client.get(f"/proposals/{proposal.public_id}/recount").text)
    said = [one["mandate_file"] for one in file["ballots"]]
    assert said == [sha256(served).hexdigest(), ""]
    kept = db.session.scalars(select(StoredFile)).one()
    kept.sha256 = "0" * 64  # somebody puts another file there
    with pytest.raises(Differs):
        verify(
            client.get(f"/proposals/{proposal.public_id}/recount").text,
            db.session.scalars(select(Result.head)).one(),
        )


def test_what_is_no_document_is_refused_and_nothing_is_stored(cast, proposal, sign_in):
    client = sign_in(cast.delegate)
    refused = cast_with(
        client, proposal, file_1=FileStorage(BytesIO(b"MZ\x90\x00"), filename="acta.pdf")
    )
    assert refused.status_code == 422
    assert "Asamblea del 3 de mayo" in refused.text
    assert ballots() == []
    assert db.session.query(StoredFile).count() == 0


def test_whoever_facilitates_records_a_ballot_with_the_paper(cast, proposal, sign_in):
    client, who = sign_in(cast.facilitator), cast.delegates["encinos"].public_id
    sent = client.send(
        f"/proposals/{proposal.public_id}/ballot/assisted",
        {**SAID, "instructed": f"encinos:{who}", "how": "paper", "file_1": act()},
    )
    assert sent.status_code == 303
    (ballot,) = ballots()
    assert ballot.mandate_file_id is not None


def test_the_file_stands_in_a_second_call(cast, proposal, vote):
    made = votes.cast_ballot(
        viewer(cast.delegate),
        row(proposal, cast.delegate),
        choice=Choice.AGREE,
        reason="",
        language="es",
        mandate_file=taken(),
    )
    again = open_second_call(proposal, db.session.get_one(Vote, vote.id))
    stands = db.session.scalars(
        select(Ballot).join(Seat, Seat.id == Ballot.seat_id).where(Seat.vote_id == again.id)
    ).one()
    assert stands.mandate_file_id == made.mandate_file_id
