"""People of several projects write one proposal; a draft is theirs alone."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.coalition.actions import coauthors as actions
from forum.coalition.actions import discussion, proposals
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import CoAuthor
from forum.db import db
from forum.directory.actions import end_membership
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def draft(cast):
    return make.draft(cast)


def invite(cast, proposal, person, who=None):
    who = who or cast.delegate
    return actions.invite_coauthor(viewer(who), make.row(proposal, who), person=person.public_id)


def end(proposal, person, who):
    actions.end_coauthor(viewer(who), make.row(proposal, who), person=person.public_id)


def edit(proposal, person):
    seen = make.row(proposal, person)
    return proposals.edit(
        viewer(person),
        seen,
        make.text(ask="Otra cosa."),
        version=seen.version,
        note="",
        language="es",
        visibility_after=seen.visibility_after,
    )


def count():
    return db.session.scalars(select(func.count()).select_from(CoAuthor)).one()


def test_somebody_of_another_project_reads_the_draft_and_changes_it(cast, draft):
    invite(cast, draft, cast.neighbour)
    assert edit(draft, cast.neighbour).version == 2
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.coauthor_joined")).one()
    assert (event.space_id, event.particulars) == (None, {"person": cast.neighbour.id})


@pytest.mark.parametrize("who", ["alternate", "coordinator", "facilitator", "staff", "expert"])
def test_the_draft_is_nobody_elses(cast, draft, who):
    invite(cast, draft, cast.neighbour)
    with pytest.raises(NotFound):
        make.row(draft, getattr(cast, who))


def test_invited_twice_is_once(cast, draft):
    for _ in range(2):
        invite(cast, draft, cast.neighbour)
    assert count() == 1


@pytest.mark.parametrize(
    "who", ["staff", "expert", "observer", "facilitator", "outsider", "suspended", "operator"]
)
def test_only_people_of_the_coalitions_projects_are_invited(cast, draft, who):
    with pytest.raises(Refused):
        invite(cast, draft, getattr(cast, who))


def test_the_author_is_not_invited(cast, draft):
    with pytest.raises(Refused):
        invite(cast, draft, cast.delegate)


def test_a_co_author_invites_nobody_and_shows_nothing(cast, draft):
    invite(cast, draft, cast.neighbour)
    with pytest.raises(Forbidden):
        invite(cast, draft, cast.member, who=cast.neighbour)
    with pytest.raises(Forbidden):
        discussion.share(viewer(cast.neighbour), make.row(draft, cast.neighbour))
    with pytest.raises(Forbidden):
        proposals.withdraw(viewer(cast.neighbour), make.row(draft, cast.neighbour), reason="No.")


def test_who_leaves_reads_it_no_more_and_what_they_wrote_stays(cast, draft):
    invite(cast, draft, cast.neighbour)
    edit(draft, cast.neighbour)
    end(draft, cast.neighbour, cast.neighbour)
    with pytest.raises(NotFound):
        make.row(draft, cast.neighbour)
    assert draft.version == 2
    assert db.session.scalar(select(Event.verb).where(Event.verb == "proposal.coauthor_left"))


def test_the_proposer_ends_it_and_may_invite_again(cast, draft):
    invite(cast, draft, cast.neighbour)
    end(draft, cast.neighbour, cast.delegate)
    end(draft, cast.neighbour, cast.delegate)
    with pytest.raises(NotFound):
        make.row(draft, cast.neighbour)
    invite(cast, draft, cast.neighbour)
    assert make.row(draft, cast.neighbour).coauthored


def test_one_co_author_does_not_end_another(cast, draft):
    invite(cast, draft, cast.neighbour)
    invite(cast, draft, cast.member)
    with pytest.raises(Forbidden):
        end(draft, cast.member, cast.neighbour)


def test_who_leaves_their_project_writes_it_no_more(cast, draft):
    invite(cast, draft, cast.neighbour)
    end_membership(viewer(cast.neighbour), cast.projects["encinos"], cast.neighbour.id)
    assert db.session.scalars(select(CoAuthor)).one().until is not None
    assert db.session.scalar(select(Event.verb).where(Event.verb == "proposal.coauthor_left"))


def test_the_database_refuses_staff_among_the_authors(cast, draft):
    invite(cast, draft, cast.neighbour)
    db.session.flush()
    db.session.get_one(Person, cast.neighbour.id).side = Side.STAFF
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_nobody_is_invited_once_the_text_is_frozen(cast):
    made = make.discussed(cast, days=30)
    vote.open_vote(cast, made)
    with pytest.raises(WrongState):
        invite(cast, made, cast.neighbour)


def test_the_pages_invite_and_part(cast, draft, sign_in):
    db.session.commit()
    url = f"/proposals/{draft.public_id}"
    proposer, neighbour = sign_in(cast.delegate), sign_in(cast.neighbour)
    assert f"{url}/co-authors" in proposer.get(url).text
    assert proposer.get(f"{url}/co-authors").status_code == 200
    assert proposer.send(f"{url}/co-authors", {"person": "nobody"}).status_code == 422
    assert (
        proposer.send(f"{url}/co-authors", {"person": cast.neighbour.public_id}).status_code == 303
    )
    page = neighbour.get(url)
    assert page.status_code == 200
    assert cast.neighbour.name in page.text
    for part in ("", "/co-authors", "/discussion", "/versions"):
        assert "Only for its authors." in proposer.get(url + part).text, part
    offered = f'<option value="{cast.neighbour.public_id}"'
    assert offered not in proposer.get(f"{url}/co-authors").text
    parted = neighbour.send(f"{url}/co-authors/departure", {"person": cast.neighbour.public_id})
    assert parted.status_code == 303
    assert offered in proposer.get(f"{url}/co-authors").text
    assert neighbour.get(url).status_code == 404
    assert draft.status is ProposalStatus.DRAFT


def test_who_is_invited_reads_how_to_say_no_and_the_proposer_who_did(cast, draft, sign_in):
    invite(cast, draft, cast.neighbour)
    page = f"/proposals/{draft.public_id}"
    invited, proposer = sign_in(cast.neighbour), sign_in(cast.delegate)
    assert "Si prefiere no hacerlo" in invited.get(page).text
    assert "If you would rather not" not in proposer.get(page).text
    assert "No voy a escribirla" in invited.get(f"{page}/co-authors").text
    invited.send(f"{page}/co-authors/departure", person=cast.neighbour.public_id)
    assert invited.get(page).status_code == 404
    listed = proposer.get(f"{page}/co-authors").text
    assert f"{cast.neighbour.name}, " in listed
    assert "does not write it, since" in listed
    invite(cast, draft, cast.neighbour)
    assert "does not write it, since" not in proposer.get(f"{page}/co-authors").text
