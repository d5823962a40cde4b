"""Serious objections travel without a name unless the project consents, and are answered first."""

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import objections, proposals, votes
from forum.coalition.actions.consent import statement_of
from forum.coalition.models import Evidence, MinorityStatement
from forum.coalition.queries.objections import objections_to
from forum.coalition.tally import Choice
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import discussions
from tests.factories.coalition_votes import all_cast, cast_by, in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
REASON = "Esto dañaría a quienes no tienen título."
ANSWER = "Pedimos que la guía trate también de ellos."


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-05-01T12:00")
    made = in_discussion(cast)
    vote = open_vote(cast, made)
    all_cast(cast, made, "aaaa")
    cast_by(cast.delegates["tierra-mansa"], made, "block", REASON)
    clock_at(vote.closes_at)
    db.session.commit()
    return made


def answer(cast, proposal, who=None, slug="tierra-mansa", said=ANSWER):
    who = who or cast.delegate
    return objections.answer_objection(
        viewer(who),
        row(proposal, who),
        project_id=cast.projects[slug].id,
        answer=said,
        language="es",
    )


def name(cast, proposal, *, named=True, who=None):
    who = who or cast.delegates["tierra-mansa"]
    return objections.say_whether_named(
        viewer(who),
        row(proposal, who),
        project_id=cast.projects["tierra-mansa"].id,
        named=named,
    )


def submit(cast, proposal):
    return proposals.submit(viewer(cast.delegate), row(proposal, cast.delegate))


def test_without_the_answer_it_is_not_submitted_and_says_what_is_missing(cast, proposal):
    with pytest.raises(Refused, match=cast.projects["tierra-mansa"].name):
        submit(cast, proposal)
    answer(cast, proposal)
    assert submit(cast, proposal).status == "submitted"


def test_an_answer_is_recorded_without_its_words_and_may_be_bettered(cast, proposal):
    answer(cast, proposal)
    said = answer(cast, proposal, said="Mejor dicho.")
    assert (said.answer, said.answered_by_id) == ("Mejor dicho.", cast.delegate.id)
    told = db.session.scalars(select(Event).where(Event.verb == "objection.answered")).all()
    assert len(told) == 2
    assert all("Mejor" not in str(event.particulars) for event in told)
    answer(cast, proposal, said="Mejor dicho.")
    assert len(db.session.scalars(select(MinorityStatement)).all()) == 1


@pytest.mark.parametrize("who", ["neighbour", "facilitator", "delegate_encinos"])
def test_nobody_but_the_proposer_answers(cast, proposal, who):
    with pytest.raises(Forbidden):
        answer(cast, proposal, who=getattr(cast, who))


def test_only_an_objection_is_answered_in_words(cast, proposal):
    with pytest.raises(Refused):
        answer(cast, proposal, slug="encinos")
    with pytest.raises(Refused):
        answer(cast, proposal, said="")


def test_neither_before_the_closing_nor_after_submission(cast, proposal, clock_at):
    answer(cast, proposal)
    submit(cast, proposal)
    with pytest.raises(WrongState):
        answer(cast, proposal, said="Tarde.")
    with pytest.raises(WrongState):
        name(cast, proposal)
    other = in_discussion(cast)
    open_vote(cast, other)
    cast_by(cast.delegates["tierra-mansa"], other, "block", REASON)
    with pytest.raises(WrongState):
        answer(cast, other)


def test_the_certifier_reads_the_reason_without_the_name(cast, proposal, sign_in):
    assert objections_to(row(proposal, cast.delegate), viewer(cast.staff)) == []
    answer(cast, proposal)
    submit(cast, proposal)
    db.session.commit()
    (seen,) = objections_to(row(proposal, cast.staff), viewer(cast.staff))
    assert (seen.project_name, seen.project_slug, seen.project_id) == ("", "", None)
    page = sign_in(cast.staff).get(f"/proposals/{proposal.public_id}").text
    assert REASON in page
    assert ANSWER in page
    assert cast.projects["tierra-mansa"].name not in page


def test_with_its_consent_the_project_is_named(cast, proposal, sign_in):
    answer(cast, proposal)
    name(cast, proposal)
    submit(cast, proposal)
    db.session.commit()
    page = sign_in(cast.staff).get(f"/proposals/{proposal.public_id}").text
    assert cast.projects["tierra-mansa"].name in page


def test_who_is_named_may_give_the_others_away_and_the_page_says_so(cast, proposal, sign_in):
    answer(cast, proposal)
    name(cast, proposal)
    submit(cast, proposal)
    db.session.commit()
    for who in (cast.staff, cast.member):
        page = sign_in(who).get(f"/proposals/{proposal.public_id}").text
        assert "But for those named with their objection, all who voted said the same" in page


def test_consent_is_the_projects_own_and_changes_until_submission(cast, proposal):
    name(cast, proposal)
    assert name(cast, proposal, named=False).named is False
    for who in (cast.delegate, cast.facilitator, cast.member):
        with pytest.raises(Forbidden):
            name(cast, proposal, who=who)


def test_consent_is_given_with_the_ballot_and_goes_along_to_a_second_call(cast, clock_at):
    clock_at("2026-05-01T12:00")
    made = in_discussion(cast)
    vote = open_vote(cast, made)
    all_cast(cast, made, "a")
    who = cast.delegates["tierra-mansa"]
    votes.cast_ballot(
        viewer(who), row(made, who), choice=Choice.BLOCK, reason=REASON, language="es", named=True
    )
    clock_at(vote.closes_at)
    votes.seal_due(made.id)
    (found,) = objections_to(row(made, cast.member), viewer(cast.member))
    assert found.named
    assert statement_of(found.seat_id).answer == ""


def test_consent_changed_by_casting_again_is_on_record(cast, clock_at):
    clock_at("2026-05-01T12:00")
    made = in_discussion(cast)
    open_vote(cast, made)
    objection = {"choice": Choice.BLOCK, "reason": REASON, "language": "es"}
    for named in (False, True, True):
        votes.cast_ballot(viewer(cast.delegate), row(made, cast.delegate), **objection, named=named)
    told = select(Event.verb, Event.particulars).order_by(Event.id.desc()).limit(2)
    (consented, how), (given, first) = db.session.execute(told).all()
    assert (consented, how["named"]) == ("objection.consented", True)
    assert (given, first["named"]) == ("ballot.cast", False)


def test_an_answer_is_never_replaced_unseen(cast, proposal, sign_in):
    page = f"/proposals/{proposal.public_id}/objections"
    first, second = sign_in(cast.delegate), sign_in(cast.alternate)
    form = {"project": "tierra-mansa", "language": "es"}
    assert first.send(page, form, answer=ANSWER, seen="").status_code == 303
    sent = second.send(page, form, answer="Otra cosa.", seen="")
    assert sent.status_code == 409
    assert ANSWER in sent.text.partition("Stored now")[2]
    assert "Otra cosa." in sent.text
    (found,) = objections_to(row(proposal, cast.delegate), viewer(cast.delegate))
    assert found.answer == ANSWER
    assert f'value="{found.seen}"' in sent.text.replace("&#43;", "+")
    assert second.send(page, form, answer="Otra cosa.", seen=found.seen).status_code == 303


def test_by_the_pages_it_is_answered_named_and_submitted(cast, proposal, sign_in):
    page = f"/proposals/{proposal.public_id}"
    proposer, objector = sign_in(cast.delegate), sign_in(cast.delegates["tierra-mansa"])
    refused = proposer.send(f"{page}/submission")
    assert refused.status_code == 422
    assert "waits for the proposer" in refused.text
    assert f"{page}/objections" in proposer.get(page).text
    empty = proposer.send(f"{page}/objections", {"project": "tierra-mansa", "language": "es"})
    assert empty.status_code == 422
    form = {"project": "tierra-mansa", "answer": ANSWER, "language": "es"}
    assert proposer.send(f"{page}/objections", form).status_code in (302, 303)
    consent = {"project": "tierra-mansa", "named": "y"}
    assert objector.send(f"{page}/objections/consent", consent).status_code in (302, 303)
    assert "with the project’s name" in objector.get(f"{page}/objections").text
    assert proposer.send(f"{page}/submission").status_code in (302, 303)


def test_the_sheet_has_text_choices_signatures_and_a_code_without_style(cast, proposal, sign_in):
    sheet = sign_in(cast.member).get(f"/proposals/{proposal.public_id}/sheet").text
    for part in ("Publicar una guía.", "Abstain", "Signature", "<svg", "</svg>"):
        assert part in sheet
    assert "style=" not in sheet
    assert "What shows it" not in sheet
    challenge = discussions.thread(cast.member, title="Los costos de la auditoría")
    db.session.add(Evidence(proposal_id=proposal.id, thread_id=challenge.id))
    db.session.commit()
    sheet = sign_in(cast.member).get(f"/proposals/{proposal.public_id}/sheet").text
    assert "What shows it" in sheet
    assert "Los costos de la auditoría" in sheet
    assert sign_in(cast.staff).get(f"/proposals/{proposal.public_id}/sheet").status_code == 404
