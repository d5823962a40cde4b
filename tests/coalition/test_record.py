"""What we asked, what was answered, what was done: counted for each reader, as page, CSV, JSON."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.actions import commitments, ratings, responses
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import (
    CommitmentStatus,
    ProposalStatus,
    ResponseOutcome,
    Route,
    Verdict,
)
from forum.coalition.models import Commitment, Proposal
from forum.coalition.queries import responses as answers
from forum.coalition.queries.record import record_of
from forum.coalition.queries.responses import on_time
from forum.db import db
from forum.lib import clock
from tests.factories import coalition as make
from tests.factories.coalition_votes import open_vote, row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture(autouse=True)
def april(app, clock_at):
    clock_at("2026-04-04T18:00")  # noon in Guatemala


def answered(cast, proposal, days=None, **more):
    """Answered by staff, with a commitment for each of `days` from now."""
    today = clock.now().date()
    promised = [
        CommitmentText(f"Cosa {n}", "Equipo técnico", today + timedelta(days=day))
        for n, day in enumerate(days or [])
    ]
    made = responses.publish(
        viewer(cast.staff),
        row(proposal, cast.staff),
        text(commitments=promised, **more),
        version=0,
    )
    db.session.commit()
    return made


def told(cast, number, status, **more):
    commitment = db.session.scalars(select(Commitment).where(Commitment.number == number)).one()
    commitments.update(
        viewer(cast.staff),
        commitment.public_id,
        status=CommitmentStatus(status),
        note=more.pop("note", ""),
        language="es",
        **more,
    )
    db.session.commit()


def seen(cast, who):
    return record_of(viewer(who), make.coalition(cast))


def test_nothing_is_told_of_what_is_not_submitted(cast, sign_in):
    make.adopted(cast)
    for who in (cast.member, cast.staff, None):
        assert seen(cast, who).asked == []
    page = sign_in(cast.member).get(f"/coalitions/{cast.coalition.slug}/record").text
    assert "Nothing you can read was submitted yet" in page


def test_each_counts_what_they_may_read(cast, client, sign_in):
    submitted(cast)
    public = cast.spaces["public"].id
    open_to_all = submitted(cast, number="LAC-2026-002", space_id=public)
    address = f"/coalitions/{cast.coalition.slug}/record"
    for who, numbers in (
        (None, [open_to_all.number]),
        (cast.observer, [open_to_all.number]),
        (cast.outsider, ["LAC-2026-002", "LAC-2026-001"]),
        (cast.staff, ["LAC-2026-002", "LAC-2026-001"]),
    ):
        assert [one.number for one in seen(cast, who).asked] == numbers
        reader = sign_in(who) if who else client
        listed = json.loads(reader.get(f"{address}.json").text)["proposals"]
        assert [one["number"] for one in listed] == numbers
        rows = list(csv.DictReader(io.StringIO(reader.get(f"{address}.csv").text.lstrip("\ufeff"))))
        assert [one["number"] for one in rows] == numbers
        assert ("LAC-2026-001" in reader.get(address).text) == (len(numbers) == 2)


def test_both_sides_are_told_with_their_days(cast, clock_at):
    proposal = submitted(cast)
    clock_at("2026-04-10T18:00")
    responses.acknowledge(
        viewer(cast.staff), row(proposal, cast.staff), route=Route.SECRETARIAT, language="es"
    )
    db.session.commit()
    clock_at("2026-06-04T05:59")  # the last minute of the 60th day in Guatemala
    answered(cast, proposal, outcome=ResponseOutcome.PARTLY_ACCEPTED)
    found = seen(cast, cast.outsider)
    assert (found.received_in_time, found.answered_in_time, found.overdue) == (1, 1, 0)
    (one,) = found.asked
    assert one.outcome is ResponseOutcome.PARTLY_ACCEPTED
    assert (one.clock.answered_on.isoformat(), one.days_to_submit) == ("2026-06-03", None)


def test_the_coalitions_days_are_from_the_end_of_its_vote(cast, clock_at):
    for number, days in enumerate((2, 5, 30), 1):
        clock_at("2026-04-04T18:00")
        proposal = db.session.get_one(Proposal, open_vote(cast, days=15).proposal_id)
        db.session.commit()
        clock_at(f"2026-04-{19 + days}T18:00" if days < 30 else "2026-05-19T18:00")
        proposal.status, proposal.submitted_at = ProposalStatus.SUBMITTED, clock.now()
        proposal.number, proposal.space_id = f"LAC-2026-00{number}", cast.spaces["network"].id
        db.session.commit()
    found = seen(cast, cast.outsider)
    assert [one.days_to_submit for one in found.asked] == [30, 5, 2]
    assert found.days_to_submit == 5


def test_a_minute_later_it_came_late(cast, clock_at):
    proposal = submitted(cast)
    clock_at("2026-06-04T06:00")
    assert seen(cast, cast.staff).overdue == 1
    answered(cast, proposal)
    found = seen(cast, cast.staff)
    assert (found.answered_in_time, len(found.answered), found.overdue) == (0, 1, 0)
    kept = on_time(viewer(cast.outsider), row(proposal, cast.outsider))
    assert (kept.in_time, kept.answered, kept.overdue) == (0, 1, 0)


def test_commitments_are_kept_late_moved_or_dropped(cast, clock_at):
    proposal = submitted(cast)
    answered(cast, proposal, days=[10, 10, 10, 20, 5])
    told(cast, 1, "done")
    told(cast, 1, "done", note="Con más detalle.")  # told of later: it was done before
    moved_to = clock.now().date() + timedelta(days=40)
    told(cast, 2, "planned", note="Se aplaza.", due_on=moved_to)
    clock_at("2026-04-20T18:00")
    told(cast, 3, "done")
    told(cast, 4, "dropped", note="Ya no hace falta.")
    kept = seen(cast, cast.outsider).kept
    assert {name: kept[name] for name in ("all", "done", "in_time", "late", "open", "dropped")} == {
        "all": 5, "done": 2, "in_time": 1, "late": 1, "open": 1, "dropped": 1,
    }  # fmt: skip
    assert kept["moved"] == 1


def test_what_was_taken_up_again_is_done_when_it_is_done_again(cast, clock_at):
    answered(cast, submitted(cast), days=[10])
    told(cast, 1, "done")
    told(cast, 1, "in_progress", note="Faltaba algo.")
    assert seen(cast, cast.staff).promises[0].done_on is None
    clock_at("2026-04-30T18:00")
    told(cast, 1, "done")
    promise = seen(cast, cast.staff).promises[0]
    assert (promise.done_on.isoformat(), promise.in_time) == ("2026-04-30", False)


def test_the_ratings_are_of_the_answer_that_counts(cast):
    proposal = submitted(cast)
    answered(cast, proposal)

    def rate(who, verdict):
        newest = answers.newest_answer(proposal.id)
        ratings.rate(
            viewer(who), row(proposal, who), verdict=Verdict(verdict), reason="Así.",
            language="es", answers=newest.public_id,
        )  # fmt: skip
        db.session.commit()

    rate(cast.delegate, "partly")
    assert seen(cast, None).asked == []  # the network's: a visitor reads none of it
    assert seen(cast, cast.outsider).asked[0].rated == {Verdict.PARTLY: 1}


def test_a_time_is_told_by_quarters_and_a_long_one_by_years(cast, clock_at):
    submitted(cast)
    clock_at("2026-12-31T18:00")
    periods = seen(cast, cast.staff).periods
    assert [(one.year, one.quarter, one.asked) for one in periods] == [
        (2026, 2, 1), (2026, 3, 0), (2026, 4, 0),
    ]  # fmt: skip
    clock_at("2029-01-01T18:00")
    assert len(seen(cast, cast.staff).periods) == 12
    clock_at("2029-04-01T18:00")
    periods = seen(cast, cast.staff).periods
    assert [(one.year, one.quarter, one.asked) for one in periods] == [
        (2026, None, 1), (2027, None, 0), (2028, None, 0), (2029, None, 0),
    ]  # fmt: skip


def test_a_spreadsheet_reckons_with_nothing_that_people_wrote(cast, client):
    submitted(cast, space_id=cast.spaces["public"].id, title="=1+1")
    said = client.get(f"/coalitions/{cast.coalition.slug}/record.csv").text
    assert ",'=1+1," in said


def test_no_name_of_a_person_nor_reason_of_a_project_is_in_the_files(cast, sign_in):
    proposal = submitted(cast)
    answered(cast, proposal, days=[10])
    said = "".join(
        sign_in(who).get(f"/coalitions/{cast.coalition.slug}/record.{kind}").text
        for who in (cast.member, cast.staff)
        for kind in ("csv", "json")
    )
    for person in (cast.delegate, cast.staff):
        assert person.name not in said


def test_the_clock_of_a_proposal_leads_to_the_record(cast, clock_at, sign_in):
    proposal = submitted(cast)
    address, record = f"/proposals/{proposal.public_id}", f"{cast.coalition.slug}/record"
    assert record not in sign_in(cast.outsider).get(address).text
    clock_at("2026-06-10T18:00")
    page = sign_in(cast.outsider).get(address).text
    assert f'href="/coalitions/{record}"' in page
    assert "1 is overdue now." in page
