"""Changes proposed to a passage: anybody of the coalition, and the proposer's word on them."""

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import amendments as actions
from forum.coalition.actions import proposals
from forum.coalition.lifecycle import AmendmentState, ProposalStatus, TextPart
from forum.coalition.models import Amendment, Proposal, ProposalVersion
from forum.coalition.passages import NotThere, SeveralPlaces, as_it_stands, with_words
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.notifications.kinds import Reason
from forum.notifications.models import Notification
from tests.browserless import path_of
from tests.factories.coalition_votes import in_discussion, open_vote, row
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def proposal(cast):
    made = in_discussion(cast)
    db.session.commit()
    return made


def proposed(person, proposal, **more):
    words = {
        "part": TextPart.ASK,
        "passage": "una guía",
        "words": "una guía breve",
        "why": "Nadie lee cien páginas.",
        "language": "es",
    } | more
    made = actions.propose(viewer(person), row(proposal, person), **words)
    db.session.commit()
    return made


def taken(person, proposal, amendment):
    return actions.take(viewer(person), row(proposal, person), amendment.id)


def taken_back(person, proposal, amendment):
    return actions.withdraw(viewer(person), row(proposal, person), amendment.id)


def newest(proposal):
    found = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    return db.session.scalars(found.order_by(ProposalVersion.number.desc())).first()


def test_a_quote_may_have_other_white_space_than_the_text():
    assert as_it_stands("Una  guía\nde costos.", "guía de") == "guía\nde"
    assert as_it_stands("Una guía.", "") == ""


def test_a_passage_that_is_not_there_or_twice_is_told_apart():
    with pytest.raises(NotThere):
        as_it_stands("Una guía.", "un manual")
    with pytest.raises(SeveralPlaces):
        as_it_stands("guía y guía", "guía")


@pytest.mark.parametrize(
    ("part", "text", "passage", "words", "changed"),
    [
        (TextPart.ASK, "Publicar una guía.", "una guía", "dos guías", "Publicar dos guías."),
        (TextPart.ASK, "Publicar una guía.", "", "Y medirla.", "Publicar una guía.\n\nY medirla."),
        (TextPart.ASK, "Una.\n\nDos.", "Dos.", "", "Una."),
        (TextPart.DOCUMENT, "", "", "Manual", "Manual"),
        (TextPart.DOCUMENT, "Manual de campo", "de", "", "Manual campo"),
    ],
)
def test_the_words_go_where_the_passage_stands(part, text, passage, words, changed):
    assert with_words(part, text, passage, words) == changed


@pytest.mark.both_databases
def test_anybody_of_the_coalition_proposes_a_change(cast, proposal):
    for person in (cast.member, cast.delegates["encinos"], cast.facilitator):
        made = proposed(person, proposal)
        assert (made.state, made.version) == (AmendmentState.OPEN, 1)
    projects = [one.project_id for one in db.session.scalars(select(Amendment))]
    assert projects == [cast.projects["ceiba"].id, cast.projects["encinos"].id, None]
    event = db.session.scalars(select(Event).where(Event.verb == "amendment.proposed")).first()
    assert event.space_id == cast.spaces["coalition"].id
    assert "guía" not in str(event.particulars)


def test_nobody_else_proposes_one(cast, proposal):
    seen = row(proposal, cast.member)
    for person in (cast.staff, cast.guest, cast.outsider, cast.operator):
        with pytest.raises(Exception) as refused:  # noqa: PT011  # not found, or forbidden
            actions.propose(
                viewer(person), seen, part=TextPart.ASK, passage="una", words="otra", why="Sí",
                language="es",
            )  # fmt: skip
        assert type(refused.value).__name__ in ("NotFound", "Forbidden")
    assert db.session.query(Amendment).count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"passage": "un manual"}, "passage"),
        ({"words": "una guía"}, "words"),
        ({"passage": "Publicar una guía.", "words": ""}, "words"),
        ({"words": "x" * 8_001}, "words"),
        ({"part": TextPart.TITLE, "passage": "", "words": "y" * 160}, "words"),
    ],
)
def test_what_cannot_be_put_there_is_refused_at_its_field(cast, proposal, more, field):
    with pytest.raises(Refused) as refused:
        proposed(cast.member, proposal, **more)
    assert refused.value.field == field


@pytest.mark.parametrize("status", ["draft", "voting", "adopted", "not_adopted", "submitted"])
def test_changes_are_proposed_only_while_it_is_discussed(cast, status):
    made = in_discussion(cast)
    seen = row(made, cast.delegate)
    made.status = ProposalStatus(status)
    if status == "submitted":
        made.number, made.submitted_at = "LAC-2026-009", made.discussion_at
    db.session.flush()
    with pytest.raises(WrongState):
        actions.propose(
            viewer(cast.delegate), seen, part=TextPart.ASK, passage="una", words="otra", why="Sí",
            language="es",
        )  # fmt: skip


@pytest.mark.both_databases
def test_taking_one_makes_the_next_version_of_the_text(cast, proposal):
    amendment = proposed(cast.delegates["encinos"], proposal)
    version = taken(cast.delegate, proposal, amendment)
    assert (version.number, version.ask) == (2, "Publicar una guía breve.")
    assert "guía breve" in version.ask_html
    assert version.problem == "Falta una guía."
    assert db.session.get_one(Proposal, proposal.id).version == 2
    stored = db.session.get_one(Amendment, amendment.id)
    assert (stored.state, stored.version_made) == (AmendmentState.TAKEN, 2)
    assert stored.decided_by_id == cast.delegate.id
    event = db.session.scalars(select(Event).where(Event.verb == "amendment.taken")).one()
    assert event.particulars["version"] == 2


def test_a_changed_title_is_the_proposals_title(cast, proposal):
    amendment = proposed(
        cast.member, proposal, part=TextPart.TITLE, passage="guía", words="guía breve"
    )
    taken(cast.delegate, proposal, amendment)
    assert db.session.get_one(Proposal, proposal.id).title == "Una guía breve de costos"


def test_a_passage_that_stands_there_no_more_is_not_taken(cast, proposal):
    first = proposed(cast.member, proposal, passage="una guía.", words="dos guías.")
    second = proposed(cast.member, proposal, passage="una guía", words="un manual")
    taken(cast.delegate, proposal, first)
    db.session.commit()
    with pytest.raises(WrongState, match="does not stand there any more"):
        taken(cast.delegate, proposal, second)
    db.session.rollback()
    assert newest(proposal).number == 2
    assert db.session.get_one(Amendment, second.id).state is AmendmentState.OPEN


def test_only_its_authors_take_or_decline_one(cast, proposal):
    amendment = proposed(cast.member, proposal)
    for person in (cast.member, cast.delegates["encinos"], cast.facilitator):
        with pytest.raises(Forbidden):
            taken(person, proposal, amendment)
        with pytest.raises(Forbidden):
            actions.decline(
                viewer(person), row(proposal, person), amendment.id, reasons="No.", language="es"
            )


def test_one_is_declined_with_reasons_and_only_once(cast, proposal):
    amendment = proposed(cast.member, proposal)
    decline = {"language": "es"}
    with pytest.raises(Refused) as refused:
        actions.decline(
            viewer(cast.delegate), row(proposal, cast.delegate), amendment.id, reasons="", **decline
        )
    assert refused.value.field == "reasons"
    actions.decline(
        viewer(cast.delegate), row(proposal, cast.delegate), amendment.id, reasons="No.", **decline
    )
    assert amendment.state is AmendmentState.DECLINED
    assert newest(proposal).number == 1
    with pytest.raises(WrongState):
        taken(cast.delegate, proposal, amendment)


@pytest.mark.both_databases
def test_what_is_open_when_the_vote_opens_was_not_taken_up(cast, proposal):
    decided = proposed(cast.member, proposal)
    taken(cast.delegate, proposal, decided)
    waiting = proposed(cast.member, proposal, passage="Publicar", words="Preparar")
    open_vote(cast, db.session.get_one(Proposal, proposal.id))
    db.session.commit()
    assert waiting.state is AmendmentState.LAPSED
    assert waiting.decided_at is not None
    assert decided.state is AmendmentState.TAKEN
    with pytest.raises(WrongState):
        taken(cast.delegate, proposal, waiting)


@pytest.mark.both_databases
def test_who_proposed_a_change_takes_it_back_while_nothing_is_decided(cast, proposal):
    amendment = proposed(cast.member, proposal)
    actions.withdraw(viewer(cast.member), row(proposal, cast.member), amendment.id)
    stored = db.session.get_one(Amendment, amendment.id)
    assert stored.state is AmendmentState.WITHDRAWN
    assert stored.decided_at is not None
    event = db.session.scalars(select(Event).where(Event.verb == "amendment.withdrawn")).one()
    assert (event.actor_id, event.space_id) == (cast.member.id, cast.spaces["coalition"].id)
    for late in (taken, taken_back):
        with pytest.raises(WrongState, match="decided before"):
            late(cast.member if late is taken_back else cast.delegate, proposal, amendment)
    assert newest(proposal).number == 1


def test_nobody_else_takes_it_back_not_even_who_proposes_the_text(cast, proposal):
    amendment = proposed(cast.member, proposal)
    for person in (cast.delegate, cast.coordinator, cast.facilitator, cast.delegates["encinos"]):
        with pytest.raises(Forbidden):
            taken_back(person, proposal, amendment)
    assert db.session.get_one(Amendment, amendment.id).state is AmendmentState.OPEN


def test_what_was_decided_is_not_taken_back(cast, proposal):
    first = proposed(cast.member, proposal)
    taken(cast.delegate, proposal, first)
    waiting = proposed(cast.member, proposal, passage="Publicar", words="Preparar")
    open_vote(cast, db.session.get_one(Proposal, proposal.id))
    db.session.commit()
    for one in (first, waiting):
        with pytest.raises(WrongState):
            taken_back(cast.member, proposal, one)


def test_a_change_is_taken_back_on_its_page(cast, proposal, sign_in):
    amendment = proposed(cast.member, proposal)
    address = f"/amendments/{amendment.public_id}"
    assert "Take my change back" not in sign_in(cast.delegate).get(address).text
    member = sign_in(cast.member)
    assert "Take my change back" in member.get(address).text
    assert path_of(member.send(f"{address}/withdrawal")) == address
    page = member.get(address).text
    assert "took it back" in page
    assert "Take my change back" not in page
    assert path_of(member.send(f"{address}/withdrawal")) == address  # twice is harmless
    late = member.send(f"{address}/withdrawal", window="another")
    assert late.status_code == 409
    assert "decided before" in late.text


def test_one_may_propose_again_after_taking_back_the_twentieth(cast, proposal):
    many = [proposed(cast.member, proposal, words=f"una guía de {n} páginas") for n in range(20)]
    with pytest.raises(Refused):
        proposed(cast.member, proposal)
    taken_back(cast.member, proposal, many[0])
    assert proposed(cast.member, proposal).state is AmendmentState.OPEN


def test_what_is_open_when_it_is_withdrawn_was_not_taken_up(cast, proposal):
    waiting = proposed(cast.member, proposal)
    who = cast.delegate
    proposals.withdraw(viewer(who), row(proposal, who), reason="Ya no hace falta.")
    db.session.commit()
    assert waiting.state is AmendmentState.LAPSED


def test_the_proposer_is_told_of_it_and_its_author_of_the_decision(cast, proposal):
    def told(person, reason):
        rows = select(Notification.reasons).where(
            Notification.person_id == person.id, Notification.proposal_id == proposal.id
        )
        return any(Reason(found) & reason for found in db.session.scalars(rows))

    author = cast.delegates["encinos"]
    amendment = proposed(author, proposal)
    assert told(cast.delegate, Reason.AMENDMENT)
    assert told(cast.alternate, Reason.AMENDMENT)
    assert not told(author, Reason.AMENDMENT)
    assert not told(cast.staff, Reason.AMENDMENT)
    taken(cast.delegate, proposal, amendment)
    assert told(author, Reason.AMENDED)
    assert not told(cast.delegate, Reason.AMENDED)


def test_a_change_is_proposed_and_taken_on_pages(cast, proposal, sign_in):
    member, author = sign_in(cast.delegates["encinos"]), sign_in(cast.delegate)
    page = member.get(f"/proposals/{proposal.public_id}").text
    assert f"/proposals/{proposal.public_id}/amendments/new" in page
    begun = member.get(f"/proposals/{proposal.public_id}/amendments/new?part=ask").text
    assert "Publicar una guía." in begun
    sent = member.send(
        f"/proposals/{proposal.public_id}/amendments",
        part="ask",
        passage="una guía",
        words="una guía breve",
        why="Nadie lee cien páginas.",
        language="es",
    )
    one = path_of(sent)
    assert "Take it into the text" not in member.get(one).text
    page = author.get(one).text
    assert "<ins>" in page
    assert "Take it into the text" in page
    done = author.send(f"{one}/taking")
    assert path_of(done).startswith(f"/proposals/{proposal.public_id}/versions")
    listed = member.get(f"/proposals/{proposal.public_id}/amendments").text
    assert "Taken into the text" in listed
    assert "Taken into the text" in member.get(f"/proposals/{proposal.public_id}").text


def test_what_was_typed_comes_back_when_it_is_refused(cast, proposal, sign_in):
    member, author = sign_in(cast.member), sign_in(cast.delegate)
    address = f"/proposals/{proposal.public_id}/amendments"
    words = {"part": "ask", "passage": "un manual", "words": "otro", "why": "Porque sí."}
    refused = member.send(address, language="es", **words)
    assert refused.status_code == 422
    assert "Porque sí." in refused.text
    amendment = proposed(cast.member, proposal)
    empty = author.send(f"/amendments/{amendment.public_id}/declining", reasons="", language="es")
    assert empty.status_code == 422
    open_vote(cast, db.session.get_one(Proposal, proposal.id))
    late = author.send(
        f"/amendments/{amendment.public_id}/declining", reasons="Muy largo.", language="es"
    )
    assert late.status_code == 409
    assert "Muy largo." in late.text


def test_a_proposals_page_asks_the_database_at_most_eight_times(
    cast, proposal, sign_in, statements
):
    for _ in range(3):
        proposed(cast.member, proposal)
    client, address = sign_in(cast.delegate), f"/proposals/{proposal.public_id}"
    client.get(address)
    with statements() as seen:
        assert client.get(address).status_code == 200
    assert len(seen) <= 8, seen


def told_why(person, proposal):
    query = select(Notification.reasons).filter_by(person_id=person.id, proposal_id=proposal.id)
    return Reason(db.session.scalar(query) or 0)


def waits_for_a_word(person, proposal):
    return Reason.AMENDMENT in told_why(person, proposal)


def test_the_list_forgets_what_waits_for_no_word_any_more(cast, proposal):
    one = proposed(cast.neighbour, proposal)
    other = proposed(cast.member, proposal, words="tres guías")
    assert waits_for_a_word(cast.delegate, proposal)
    taken_back(cast.member, proposal, other)
    assert Reason.AMENDED not in told_why(cast.member, proposal)
    assert waits_for_a_word(cast.delegate, proposal)
    taken(cast.delegate, proposal, one)
    assert not waits_for_a_word(cast.delegate, proposal)
    proposed(cast.neighbour, proposal, passage="guía breve", words="guía larga")
    assert waits_for_a_word(cast.delegate, proposal)
    open_vote(cast, proposal)
    assert not waits_for_a_word(cast.delegate, proposal)
