"""Two proposals become one: suggested by who facilitates, decided by both proposers."""

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.actions import form_check, merging, proposals
from forum.coalition.lifecycle import MoveKind, ProposalStatus
from forum.coalition.models import CoAuthor, MergeSuggestion
from forum.coalition.queries.way import way_of
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

S = ProposalStatus


@pytest.fixture
def encinos(cast):
    return cast.delegates["encinos"]


@pytest.fixture
def both(cast, encinos):
    """The one that would go, of Los Encinos, and the one that would take it in, of Ceiba."""
    return make.shared(cast, encinos), make.discussed(cast)


def suggest(cast, source, target, reason="Piden casi lo mismo.", who=None):
    who = who or cast.facilitator
    return form_check.suggest_merge(
        viewer(who),
        make.row(source, who),
        target=make.row(target, who),
        reason=reason,
        language="es",
    )


def accept(source, person):
    return merging.accept_merge(viewer(person), make.row(source, person))


def decline(source, person, reason="No es lo mismo."):
    seen = make.row(source, person)
    return merging.decline_merge(viewer(person), seen, reason=reason, language="es")


def merged(cast, both, encinos):
    suggest(cast, *both)
    accept(both[0], encinos)
    accept(both[0], cast.delegate)
    return both


def count(model):
    return db.session.scalars(select(func.count()).select_from(model)).one()


def test_a_suggestion_changes_neither(cast, both):
    suggest(cast, *both)
    assert [one.status for one in both] == [S.SEEKING_COSPONSORS, S.IN_DISCUSSION]
    assert db.session.scalar(select(Event.verb).where(Event.verb == "proposal.merge_suggested"))
    for one in both:
        [merge] = way_of(make.row(one, cast.member), viewer(cast.member)).merges
        assert merge.source.public_id == both[0].public_id
        assert merge.target.public_id == both[1].public_id


def test_once_both_sides_agree_they_are_one(cast, both, encinos):
    suggest(cast, *both)
    assert accept(both[0], encinos).settled_at is None
    assert both[0].status is S.SEEKING_COSPONSORS
    accept(both[0], cast.delegate)
    assert (both[0].status, both[0].merged_into_id) == (S.MERGED, both[1].id)
    assert both[1].status is S.IN_DISCUSSION
    verbs = list(db.session.scalars(select(Event.verb)))
    assert verbs.count("proposal.merge_accepted") == 2
    assert verbs.count("proposal.merged") == 1


def test_the_order_in_which_they_agree_does_not_matter(cast, both, encinos):
    suggest(cast, *both)
    accept(both[0], cast.delegate)
    accept(both[0], encinos)
    assert both[0].status is S.MERGED


def test_one_side_alone_merges_nothing_however_often_it_agrees(cast, both, encinos):
    suggest(cast, *both)
    for _ in range(3):
        accept(both[0], encinos)
    assert both[0].status is S.SEEKING_COSPONSORS
    assert list(db.session.scalars(select(Event.verb))).count("proposal.merge_accepted") == 1


def test_who_proposes_both_agrees_for_both(cast):
    both = make.shared(cast), make.discussed(cast)
    suggest(cast, *both)
    accept(both[0], cast.delegate)
    assert both[0].status is S.MERGED


def test_its_authors_write_the_other_from_then_on(cast, both, encinos):
    _source, target = merged(cast, both, encinos)
    [coauthor] = way_of(make.row(target, cast.member), viewer(cast.member)).coauthors
    assert (coauthor.name, coauthor.project_name) == (
        encinos.name,
        cast.projects["encinos"].name,
    )
    seen = make.row(target, encinos)
    assert seen.coauthored
    proposals.edit(
        viewer(encinos),
        seen,
        make.text(ask="Publicar una guía común."),
        version=1,
        note="",
        language="es",
        visibility_after=seen.visibility_after,
    )
    assert target.version == 2


def test_the_original_stays_to_be_read_and_leads_to_the_other(cast, both, encinos, sign_in):
    source, target = merged(cast, both, encinos)
    db.session.commit()
    reader = sign_in(cast.member)
    page = reader.get(f"/proposals/{source.public_id}")
    assert page.status_code == 200
    assert f"/proposals/{target.public_id}" in page.text
    assert f"/proposals/{source.public_id}" in reader.get(f"/proposals/{target.public_id}").text
    assert sign_in(cast.staff).get(f"/proposals/{source.public_id}").status_code == 404


def test_the_record_says_who_suggested_it_and_who_agreed(cast, both, encinos):
    source, target = merged(cast, both, encinos)
    moves = way_of(make.row(source, cast.member), viewer(cast.member)).moves
    told = [(one.what, one.person_name) for one in moves][1:]
    assert told == [
        (MoveKind.MERGE_SUGGESTED, cast.facilitator.name),
        (MoveKind.MERGE_ACCEPTED, encinos.name),
        (MoveKind.MERGED, cast.delegate.name),
    ]
    there = way_of(make.row(target, cast.member), viewer(cast.member)).moves
    assert [one.what for one in there][-2:] == [MoveKind.MERGE_ACCEPTED, MoveKind.TOOK_IN]


def test_a_side_may_say_no_and_why_and_both_go_on(cast, both, encinos):
    suggest(cast, *both)
    decline(both[0], cast.delegate)
    assert [one.status for one in both] == [S.SEEKING_COSPONSORS, S.IN_DISCUSSION]
    with pytest.raises(WrongState):
        accept(both[0], encinos)
    last = way_of(make.row(both[0], encinos), viewer(encinos)).moves[-1]
    assert (last.what, last.reason) == (MoveKind.MERGE_DECLINED, "No es lo mismo.")


def test_a_no_has_its_reason(cast, both, encinos):
    suggest(cast, *both)
    with pytest.raises(Refused):
        decline(both[0], encinos, reason="")


@pytest.mark.parametrize("who", ["facilitator", "member", "neighbour"])
def test_others_do_not_decide(cast, both, who):
    suggest(cast, *both)
    with pytest.raises(Forbidden):
        accept(both[0], getattr(cast, who))


@pytest.mark.parametrize("who", ["delegate", "member"])
def test_only_who_facilitates_suggests_it(cast, both, who):
    with pytest.raises(Forbidden):
        suggest(cast, *both, who=getattr(cast, who))


def test_a_suggestion_has_reasons(cast, both):
    with pytest.raises(Refused):
        suggest(cast, *both, reason="")


def test_a_proposal_does_not_go_into_itself(cast, both):
    with pytest.raises(Refused):
        suggest(cast, both[0], both[0])


def test_one_suggestion_at_a_time(cast, both):
    suggest(cast, *both)
    with pytest.raises(WrongState):
        suggest(cast, both[0], make.shared(cast))


def test_a_suggestion_overtaken_by_what_happened_makes_room_for_another(cast, both):
    suggest(cast, *both)
    proposals.withdraw(
        viewer(cast.delegate), make.row(both[1], cast.delegate), reason="Ya no hace falta."
    )
    suggest(cast, both[0], make.shared(cast))
    assert count(MergeSuggestion) == 2


def test_what_is_voted_on_takes_in_nothing(cast, encinos):
    both = make.shared(cast, encinos), make.discussed(cast, days=30)
    suggest(cast, *both)
    vote.open_vote(cast, both[1])
    with pytest.raises(WrongState):
        accept(both[0], encinos)
    with pytest.raises(Refused):
        suggest(cast, make.shared(cast, encinos), both[1])


def test_the_pages_lead_both_sides_through_it(cast, both, encinos, sign_in):
    source, target = both
    db.session.commit()
    facilitator = sign_in(cast.facilitator)
    url = f"/proposals/{source.public_id}"
    sent = {"outcome": "merge", "language": "es", "version": "1", "reason": "Piden lo mismo."}
    assert facilitator.send(f"{url}/form-check", sent).status_code == 422
    facilitator.send(f"{url}/form-check", sent, target=target.public_id)
    for person, page in ((encinos, url), (cast.delegate, f"/proposals/{target.public_id}")):
        side = sign_in(person)
        assert f"{url}/merge" in side.get(page).text
        assert "Piden lo mismo." in side.get(f"{url}/merge").text
        assert side.send(f"{url}/merge", {"choice": "decline", "language": "es"}).status_code == 422
        assert side.send(f"{url}/merge", {"choice": "accept", "language": "es"}).status_code == 303
    db.session.expire_all()
    assert source.status is S.MERGED
    assert count(CoAuthor) == 1
