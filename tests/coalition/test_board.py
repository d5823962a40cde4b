"""The board: what each viewer finds on it, where, and what it says waits for whom."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Proposal
from forum.coalition.queries import board as boards
from forum.coalition.queries.board import LANE_OF, LANE_PAGE, SHOWN_IN_LANE, Lane
from forum.db import db
from forum.spaces.kinds import SpaceKind
from tests.browserless import path_of
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.people import viewer


def lanes(cast, who):
    found = boards.board(viewer(who), make.coalition(cast))
    return {str(one.lane): one.total for one in found}


def item(cast, who):
    (lane,) = boards.board(viewer(who), make.coalition(cast))
    return lane.items[0]


@pytest.fixture
def full(app, cast, clock_at):
    """One draft of the member's, and one proposal in each of some lanes."""
    clock_at("2026-03-01T12:00")
    make.draft(cast, cast.member)
    make.discussed(cast)
    vote.open_vote(cast, make.discussed(cast, days=30))
    make.adopted(cast)
    make.submitted(cast)
    make.submitted(cast, visibility_after=SpaceKind.PUBLIC)


def test_every_status_has_its_lane():
    assert set(LANE_OF) == set(ProposalStatus)


def test_each_viewer_finds_what_they_see_and_counts_it(full, cast):
    coalition = {"discussion": 1, "voting": 1, "adopted": 1, "waiting": 2}
    assert lanes(cast, cast.member) == {"drafts": 1, **coalition}
    assert lanes(cast, cast.neighbour) == coalition
    assert lanes(cast, cast.facilitator) == coalition
    for who in (cast.staff, cast.outsider, cast.expert):
        assert lanes(cast, who) == {"waiting": 2}
    for who in (None, cast.observer, cast.operator):
        assert lanes(cast, who) == {"waiting": 1}


def test_the_page_tells_the_same(full, cast, sign_in, client):
    url = f"/coalitions/{cast.coalition.slug}/proposals"
    assert sign_in(cast.member).get(url).text.count('class="row"') == 6
    assert sign_in(cast.staff).get(url).text.count('class="row"') == 2
    assert client.get(url).text.count('class="row"') == 1
    assert "Your drafts" not in sign_in(cast.delegate).get(url).text


def test_it_asks_the_database_little(full, cast, sign_in, statements):
    url = f"/coalitions/{cast.coalition.slug}/proposals"
    member = sign_in(cast.member)
    member.get(url)
    with statements() as seen:
        member.get(url)
    assert len(seen) <= 8, "\n".join(seen)


def test_a_vote_past_its_closing_stands_where_it_came_to(app, cast, clock_at):
    clock_at("2026-03-01T12:00")
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    vote.all_cast(cast, made, "aaaa..")
    assert lanes(cast, cast.member) == {"voting": 1}
    clock_at("2026-04-01T12:00")
    assert lanes(cast, cast.member) == {"adopted": 1}
    page = boards.lane_page(viewer(cast.member), make.coalition(cast), Lane.ADOPTED, None)
    assert [one.status for one in page.rows] == [ProposalStatus.ADOPTED]
    assert db.session.get_one(Proposal, made.id).status is ProposalStatus.VOTING


def test_what_waits_for_whom(app, cast, clock_at):
    clock_at("2026-03-01T12:00")
    made = make.discussed(cast)
    assert "discussed at least until Sunday, March 22" in item(cast, cast.member).waits
    clock_at("2026-03-22T12:00")
    assert "waits for the proposing project’s delegate" in item(cast, cast.member).waits
    vote.open_vote(cast, made)
    vote.all_cast(cast, made, "aaaa..")
    assert "2 of 6 projects have not voted yet" in item(cast, cast.member).waits
    clock_at("2026-04-10T12:00")
    assert "to submit it" in item(cast, cast.member).waits
    vote.votes.seal_due(made.id)
    make.actions.submit(viewer(cast.delegate), make.row(made, cast.delegate))
    assert "has until Tuesday, June 9 to answer: 60 days are left" in item(cast, cast.staff).waits
    clock_at("2026-06-12T12:00")
    assert item(cast, cast.staff).overdue
    assert "overdue by 3 days" in item(cast, cast.staff).waits


def test_a_long_lane_shows_its_newest_and_leads_to_the_rest(app, cast, client):
    made = [make.submitted(cast, visibility_after=SpaceKind.PUBLIC) for _ in range(LANE_PAGE + 3)]
    for n, one in enumerate(made):
        one.created_at += timedelta(minutes=n)
    db.session.commit()
    url = f"/coalitions/{cast.coalition.slug}/proposals"
    page = client.get(url).text
    assert page.count('class="row"') == SHOWN_IN_LANE
    assert f"See all {LANE_PAGE + 3}" in page
    first = client.get(f"{url}?status=waiting").text
    assert first.count('class="row"') == LANE_PAGE
    page_one = boards.lane_page(viewer(None), make.coalition(cast), Lane.WAITING, None)
    page_two = boards.lane_page(viewer(None), make.coalition(cast), Lane.WAITING, page_one.after)
    shown = [one.public_id for one in (*page_one.rows, *page_two.rows)]
    assert shown == [one.public_id for one in reversed(made)]


def test_an_unknown_lane_is_the_whole_board(full, cast, client):
    url = f"/coalitions/{cast.coalition.slug}/proposals"
    assert client.get(f"{url}?status=nonsense").text.count('class="row"') == 1


def test_withdrawn_after_adoption_it_says_so(app, cast):
    made = make.adopted(cast)
    make.actions.withdraw(viewer(cast.delegate), make.row(made, cast.delegate), reason="Ya no.")
    assert item(cast, cast.member).waits.startswith("Withdrawn by its proposer")
    assert db.session.scalars(select(Proposal.status)).one() is ProposalStatus.WITHDRAWN


def test_a_cut_address_leads_to_the_board_of_ones_own_coalition(app, cast, client, sign_in):
    for who in (cast.delegate, cast.facilitator):
        assert (
            path_of(sign_in(who).get("/proposals"))
            == f"/coalitions/{cast.coalition.slug}/proposals"
        )
    for other in (client, sign_in(cast.staff), sign_in(cast.outsider)):
        assert other.get("/proposals").status_code == 404
