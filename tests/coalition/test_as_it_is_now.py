"""Pages that are mostly kept say at each request how things are, for the one who looks."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition.models import Coalition, CoalitionMembership, CoAuthor, Proposal
from forum.coalition.queries import members, vote_lists, votes
from forum.coalition.queries.around import around_it
from forum.coalition.queries.backing import support_of
from forum.coalition.queries.proposals import proposals_where
from forum.db import db
from forum.directory.models import ProjectMember
from forum.lib import clock
from forum.lobby.queries.waiting import steps_waiting
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")

_EVERY = Proposal.id > 0
BOARD = "/coalitions/{}/proposals"
TITLE = "Una guía de costos"


def board_of(client, cast):
    return client.get(BOARD.format(cast.coalition.slug)).text


@pytest.mark.both_databases
def test_a_suspension_that_ends_between_two_requests_has_ended(cast, clock_at):
    began = clock_at("2026-05-01T12:00")
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal)
    held = db.session.get_one(Person, cast.delegate.id)
    held.suspended_at, held.suspended_until = began, began + timedelta(days=2)
    db.session.flush()

    def speaks():
        who, seen = viewer(cast.delegate), vote.row(proposal, cast.delegate)
        panel = votes.vote_panel(seen, who)
        return [
            bool(members.speaks_for(who, cast.coalition.id)),
            members.speaks_in(who, seen.coalition_space_id),
            bool(vote_lists.waiting_for(who)),
            bool(panel.mine),
            bool(panel.may_cast),
            bool(around_it(seen, who).mine),
            any(mine for _proposal, mine in proposals_where(who, _EVERY)),
        ]

    assert speaks() == [False] * 7
    clock_at(began + timedelta(days=2) - timedelta(seconds=1))
    assert speaks() == [False] * 7
    clock_at(began + timedelta(days=2))
    assert speaks() == [True] * 7


def test_who_comes_into_a_project_sees_its_board_at_once_and_after_leaving_no_more(cast, sign_in):
    vote.in_discussion(cast)
    client = sign_in(cast.outsider)
    assert TITLE not in board_of(client, cast)
    belongs = ProjectMember(
        project_id=cast.projects["ceiba"].id,
        person_id=cast.outsider.id,
        side="member",
        role="member",
    )
    db.session.add(belongs)
    assert TITLE in board_of(client, cast)
    belongs = db.session.get_one(ProjectMember, belongs.id)
    belongs.until, belongs.side = clock.now(), None
    assert TITLE not in board_of(client, cast)


def test_of_two_who_see_the_same_spaces_only_its_authors_see_a_draft(cast, sign_in):
    draft = make.draft(cast, text=make.text(title="Un borrador"))
    author, other = sign_in(cast.delegate), sign_in(cast.neighbour)
    for _twice in range(2):
        assert "Un borrador" in board_of(author, cast)
        assert "Un borrador" not in board_of(other, cast)
    writes = CoAuthor(
        proposal_id=draft.id,
        person_id=cast.neighbour.id,
        side="member",
        project_id=cast.projects["encinos"].id,
        invited_by_id=cast.delegate.id,
    )
    db.session.add(writes)
    assert "Un borrador" in board_of(other, cast)
    assert other.get(f"/proposals/{draft.public_id}").status_code == 200
    writes = db.session.get_one(CoAuthor, writes.id)
    writes.until, writes.side = clock.now(), None
    assert "Un borrador" not in board_of(other, cast)
    assert other.get(f"/proposals/{draft.public_id}").status_code == 404


@pytest.mark.both_databases
def test_at_its_closing_a_vote_is_over_everywhere_before_anything_seals_it(cast, sign_in, clock_at):
    began = clock_at("2026-05-01T12:00")
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal, days=15)
    vote.all_cast(cast, proposal, "aaaa..")
    address = f"/proposals/{proposal.public_id}"
    waits = cast.delegates["tierra-mansa"]
    clients = [sign_in(cast.delegate), sign_in(waits)]
    closes = began + timedelta(days=15)

    def told():
        return [
            (
                'name="choice"' in client.get(address).text,
                "Voting now" in board_of(client, cast),
                "Your ballot is missing" in client.get("/").text,
            )
            for client in clients
        ]

    for at, still in ((closes - timedelta(seconds=1), True), (closes, False)):
        clock_at(at)
        db.session.commit()
        assert told() == [(still, still, False), (still, still, still)]


def test_anothers_ballot_and_a_changed_one_stand_on_the_page_at_once(cast, sign_in):
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal)
    client = sign_in(cast.delegates["encinos"])
    address = f"/proposals/{proposal.public_id}"
    assert "Nobody asked us" not in client.get(address).text
    vote.cast_by(cast.delegate, proposal, "disagree", "Nobody asked us.")
    assert "Nobody asked us" in client.get(address).text
    vote.cast_by(cast.alternate, proposal, "agree")
    page = client.get(address).text
    assert "Nobody asked us" not in page
    assert "changed by Alternate" in page


def test_rules_that_changed_are_the_rules(cast):
    proposal = vote.in_discussion(cast, discussion_at=clock.now() - timedelta(days=10))
    assert vote.row(proposal, cast.delegate).rules.discussion_days == 21
    assert steps_waiting(viewer(cast.delegate), clock.now()) == []
    held = db.session.get_one(Coalition, cast.coalition.id)
    held.rules = held.rules | {"discussion_days": 7}
    assert vote.row(proposal, cast.delegate).rules.discussion_days == 7
    assert make.coalition(cast).rules.discussion_days == 7
    assert [one.step for one in steps_waiting(viewer(cast.delegate), clock.now())] == ["opening"]


def test_a_member_that_left_stands_behind_nothing_any_more(cast):
    make.wait_for_the_form(cast)
    proposal = make.backed(cast, make.shared(cast), "encinos")
    seen = make.row(proposal, cast.delegate)
    before = support_of([seen.id])[seen.id]
    db.session.scalars(
        select(CoalitionMembership).where(
            CoalitionMembership.project_id == cast.projects["encinos"].id
        )
    ).one().left_at = clock.now()
    after = support_of([seen.id])[seen.id]
    assert (len(before.countries), len(after.countries)) == (1, 0)
    assert after.members == before.members - 1


# --- the ballot's form, which is kept ----------------------------------------------------------


def hidden(page, name):
    """The values of the hidden fields of that name, in the page's order; pages are compacted."""
    fields = re.findall(rf'<input[^>]* name="?{name}"?[ >][^>]*', page)
    return [re.search(r'value="?([^">\s]*)', field)[1] for field in fields]


def test_each_form_has_its_own_key_and_says_whose_it_is(cast, sign_in, with_tokens):
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal)
    address = f"/proposals/{proposal.public_id}"
    mine, other = sign_in(cast.delegate), sign_in(cast.alternate)
    pages = [mine.get(address).text, mine.get(address).text, other.get(address).text]
    assert not any("\0" in page for page in pages)
    keys = [hidden(page, "key")[0] for page in pages]
    assert len(set(keys)) == 3
    owners = [hidden(page, "owner")[0] for page in pages]
    assert owners[0] == owners[1] != owners[2]
    tokens = [set(hidden(page, "csrf_token")) for page in pages]
    assert tokens[0] == tokens[1]
    assert not tokens[0] & tokens[2]


def test_the_kept_form_holds_what_ones_project_says_now(cast, sign_in):
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal)
    client, address = sign_in(cast.alternate), f"/proposals/{proposal.public_id}"
    assert "Cast your project" in client.get(address).text
    vote.cast_by(cast.delegate, proposal, "disagree", "Sin consulta.")
    page = client.get(address).text
    assert "Change the ballot of" in page
    assert re.search(r"<textarea[^>]*>\s*Sin consulta\.</textarea>", page)
    vote.cast_by(cast.delegate, proposal, "disagree", "Sin consulta previa.")
    assert "Sin consulta previa.</textarea>" in client.get(address).text
