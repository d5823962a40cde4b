"""What stands outside the coalition: nothing of what is private, and of a result only totals.

Whoever is outside looks at everything they can reach. First nothing they see may change, whatever
the coalition does among itself; then, of what it submits, nothing may depend on who voted how.
"""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from forum import mail
from forum.coalition.actions import (
    amendments,
    assisted,
    coauthors,
    commitments,
    discussion,
    form_check,
    members,
    objections,
    proposals,
    ratings,
    responses,
    support,
    votes,
)
from forum.coalition.actions.again import table_again
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import ProposalStatus, TextPart, Verdict
from forum.coalition.models import AssistedHow, Commitment, Proposal, Result
from forum.coalition.queries import responses as answers
from forum.coalition.tally import Choice
from forum.db import Record, db
from forum.directory.models import Project
from forum.files.taking import take
from forum.lib import clock
from forum.mail.models import Letter
from forum.notifications.models import Notification
from tests.factories import coalition as make
from tests.factories import discussions
from tests.factories.coalition_votes import CAST_SLUGS, cast_by, open_vote, row, text
from tests.files import samples
from tests.house.test_matrix import _CHANGING
from tests.people import viewer

START, DAY = "2026-05-01T12:00", timedelta(days=1)
LATER = 70 * DAY  # when they look
OUTSIDE = ("staff", "operator", "outsider", None)  # None: signed out
S = ProposalStatus
SECRET = "zqinside"  # stands in every word the coalition writes among itself

EVERYWHERE = (
    "/ /challenges /solutions /exchanges /exchanges/americas /exchanges/americas/stages/1 /experts"
    " /projects /projects/ceiba /projects/encinos /moderation /moderation/record /missed"
    " /notifications /search?q=gu%C3%ADa /search?q=zqinside /search?q=Ceiba /proposals"
).split()
OF_COALITION = "proposals record record.csv record.json commitments members delegates rules".split()


@pytest.fixture
def shared(cast, app, clock_at):
    """Something that everybody of the network reads: a challenge on which proposals rest."""
    clock_at(START)
    made = discussions.thread(cast.member, title="Costos de la auditoría")
    db.session.commit()
    return made


def look(cast, sign_in, app, thread, *more):
    """All that each of them finds, by who looks and where."""
    for kept in ("navigation", "topics", "glossary"):
        app.extensions.pop(kept, None)
    base = f"/coalitions/{cast.coalition.slug}"
    people = [f"/people/{p.public_id}" for p in (cast.delegate, cast.staff, cast.facilitator)]
    addresses = [
        *EVERYWHERE,
        base,
        *(f"{base}/{one}" for one in OF_COALITION),
        *people,
        f"/threads/{thread.public_id}",
        f"/threads/{thread.public_id}/text",
        *more,
    ]
    found = {}
    for name in OUTSIDE:
        client = sign_in(getattr(cast, name)) if name else app.test_client()
        for address in addresses:
            answer = client.get(address)
            found[name, address] = (answer.status_code, plain(answer.text))
    return found


def plain(page):
    """The page without what is new in every answer."""
    for changing in _CHANGING:
        page = changing.sub("", page)
    return page


def differing(before, after):
    return [where for where in before if before[where] != after[where]]


def told_outside(cast):
    """How many letters and notices each of them has."""
    ids = [
        getattr(cast, one).id for one in ("staff", "colleague", "operator", "outsider", "expert")
    ]
    counted = []
    for model in (Letter, Notification):
        count = select(func.count()).where(model.person_id.in_(ids))
        counted.append(db.session.scalars(count).one())
    return counted


def by(person, proposal):
    return viewer(person), row(proposal, person)


# --- nothing of what is private ----------------------------------------------------------------


def test_whatever_the_coalition_does_among_itself_leaves_no_trace_outside(
    cast, shared, app, sign_in, clock_at
):
    start = clock.now()
    asked = make.submitted(cast, evidence=[("thread", shared.public_id)])
    responses.publish(*by(cast.staff, asked), text(), version=0)
    known = [f"/proposals/{asked.public_id}{part}" for part in ("", "/versions", "/ratings")]
    clock_at(start + LATER)
    before, told = look(cast, sign_in, app, shared, *known), told_outside(cast)
    assert {code for code, _page in before.values()} >= {200, 404}
    among_itself(cast, shared, asked, clock_at, start)
    clock_at(start + LATER)
    db.session.commit()
    for _round in range(6):
        assert "votes" in mail.work_once()
    after = look(cast, sign_in, app, shared, *known)
    assert differing(before, after) == []
    assert told_outside(cast) == told
    hidden = db.session.scalars(select(Proposal).where(Proposal.submitted_at.is_(None))).all()
    assert {one.status for one in hidden} == {
        S.DRAFT,
        S.SEEKING_COSPONSORS,
        S.VOTING,
        S.NOT_ADOPTED,
        S.ADOPTED,
    }
    heads = db.session.scalars(select(Result.head)).all()
    inside = sign_in(cast.member)
    pages = "".join(inside.get(f"/proposals/{one.public_id}").text for one in hidden)
    assert SECRET in pages  # there is something to be found
    assert any(head in pages for head in heads)


def among_itself(cast, thread, asked, clock_at, start):
    """Drafts, co-authors, checks, changes, delegates, ballots of every kind, a second call."""
    clock_at(start)
    title = f"Una guía {SECRET}"
    words = make.text(title=title, ask=f"Publicar {SECRET}.")
    rests = {"evidence": [("thread", thread.public_id)]}
    draft = make.draft(cast, text=words, **rests)
    coauthors.invite_coauthor(*by(cast.delegate, draft), person=cast.neighbour.public_id)
    lost = make.shared(cast, text=words, **rests)
    sent_back = {"version": 1, "reason": f"Falta {SECRET}.", "language": "es"}
    form_check.return_to_authors(*by(cast.facilitator, lost), **sent_back)
    discussion.share(*by(cast.delegate, lost))
    make.backed(cast, lost, "encinos")
    change = {"part": TextPart.ASK, "passage": "", "words": f"Breve {SECRET}.", "language": "es"}
    amendments.propose(*by(cast.neighbour, lost), **change, why=f"Porque {SECRET}.")
    carried, again = make.discussed(cast, text=words, days=30), make.discussed(cast, text=words)
    clock_at(start + 25 * DAY)
    for proposal in (lost, carried, again):
        open_vote(cast, proposal)
    vote(cast, lost, "dda-b.")
    vote(cast, carried, "aaaa-b")
    vote(cast, again, "aa....")
    coalition = make.coalition(cast)
    ceiba = cast.projects["ceiba"].id
    members.name_delegate(viewer(cast.coordinator), coalition, ceiba, person=cast.member.public_id)
    clock_at(start + 25 * DAY + 14 * DAY)
    db.session.commit()
    mail.work_once()  # reminders
    clock_at(start + 41 * DAY)
    mail.work_once()  # the first call is sealed, the second opens
    clock_at(start + 41 * DAY + timedelta(hours=5))
    assert votes.seal_all_due() == 0
    clock_at(start + 60 * DAY)
    lost = db.session.get_one(Proposal, lost.id)
    votes.seal_all_due()
    new = {"new_evidence": f"Ahora {SECRET}.", "language": "es"}
    for earlier in (lost, asked):
        again = table_again(*by(cast.member, earlier), **new)
        discussion.share(*by(cast.member, again))
    third = make.discussed(cast, text=words, days=40)
    open_vote(cast, third, days=60)
    vote(cast, third, ".a....")


def vote(cast, proposal, said):
    """They say so; who disagrees or objects says why, somebody by phone, somebody with a file."""
    letters = {"a": "agree", "-": "abstain", "d": "disagree", "b": "block"}
    for slug, letter in zip(CAST_SLUGS, said, strict=True):
        if letter not in letters:
            continue
        person, choice = cast.delegates[slug], Choice(letters[letter])
        words = {"choice": choice, "reason": f"Por {SECRET}.", "language": "es"}
        words["mandate"] = f"Asamblea {SECRET}"
        if slug == "yerba-alta":
            assisted.record_ballot(
                *by(cast.facilitator, proposal),
                project_id=cast.projects[slug].id,
                instructed_by=person.public_id,
                how=AssistedHow.PHONE,
                **words,
            )
            continue
        file = take(BytesIO(samples.PDF), "acta.pdf", most_bytes=10**6, most_pixels=10**6)
        votes.cast_ballot(*by(person, proposal), **words, mandate_file=file)
    db.session.commit()


# --- of a result, only totals ------------------------------------------------------------------

WAYS = (  # the same totals and times, by others; a capital letter: recorded as given on paper
    {
        "cast": "aAab.a",
        "first": "..d...",
        "rated": {"ceiba": "partly", "encinos": "satisfied"},
        "kept": {"ceiba": True, "rio-claro": False},
    },
    {
        "cast": ".abaAa",
        "first": "...d..",
        "rated": {"rio-claro": "satisfied", "ceiba": "partly"},
        "kept": {"ceiba": False, "rio-claro": True},
    },
    {
        "cast": "ba.Aaa",
        "first": "....-.",
        "rated": {"tierra-mansa": "partly", "encinos": "satisfied"},
        "kept": {"yerba-alta": False, "sierra-nueva": True},
    },
)


def test_of_six_seats_staff_hold_all_totals_and_nothing_depends_on_who_voted_how(
    cast, app, stage, sign_in, clock_at
):
    """Forums that differ only in who said what look the same from outside, to the letter."""
    first = a_whole_vote(cast, app, sign_in, clock_at, WAYS[0])
    page = first["staff", "the proposal"][1]
    for told in ("Agree: 4", "Serious objection: 1", "5 of 6 seats voted; the quorum is 4."):
        assert told in page
    assert "With so few seats, these totals can give away how a project voted." in page
    assert "of at least 2 countries, as is asked for" in page
    found = [said for (_who, where), (_code, said) in first.items() if SECRET not in where]
    assert SECRET not in "".join(found)
    for way in WAYS[1:]:
        db.session.remove()
        stage.renew()
        other = a_whole_vote(cast, app, sign_in, clock_at, way)
        assert differing(first, other) == [], way


def a_whole_vote(cast, app, sign_in, clock_at, way):
    """From the draft to the rated answer; returns what those outside find, their letters too."""
    start = clock_at(START)
    for slug, country in zip(CAST_SLUGS, "GT GT MX MX HN HN".split(), strict=True):
        db.session.get_one(Project, cast.projects[slug].id).country = country
    thread = discussions.thread(cast.member, title="Costos de la auditoría")
    proposal = make.discussed(cast, days=30, evidence=[("thread", thread.public_id)])
    support.cosponsor(*by(cast.delegates["rio-claro"], proposal))
    open_vote(cast, proposal)
    db.session.commit()
    ballots(cast, proposal, way["first"])
    clock_at(start + 5 * DAY)
    ballots(cast, proposal, way["cast"])
    clock_at(start + 16 * DAY)
    mail.work_once()
    objector = next(s for s, said in zip(CAST_SLUGS, way["cast"], strict=True) if said == "b")
    objections.answer_objection(
        *by(cast.delegate, proposal),
        project_id=cast.projects[objector].id,
        answer="Lo tomamos en cuenta.",
        language="es",
    )
    proposals.submit(*by(cast.delegate, proposal))
    clock_at(start + 20 * DAY)
    promised = [CommitmentText("La guía", "Equipo técnico", clock.now().date() + 9 * DAY)]
    responses.publish(*by(cast.staff, proposal), text(commitments=promised), version=0)
    rate_it(cast, proposal, way["rated"])
    clock_at(start + 40 * DAY)  # past the day it was promised for
    mark_it(cast, way["kept"])
    db.session.commit()
    clock_at(start + LATER)
    mail.work_once()
    return seen_of(cast, app, sign_in, thread, proposal)


def ballots(cast, proposal, said):
    """A capital letter: recorded as said by phone; every reason but an objection's is inside."""
    letters = {"a": "agree", "-": "abstain", "d": "disagree", "b": "block"}
    for slug, letter in zip(CAST_SLUGS, said, strict=True):
        if letter.lower() not in letters:
            continue
        choice = Choice(letters[letter.lower()])
        reason = "Nos dañaría." if choice is Choice.BLOCK else f"Por {SECRET}, {slug}."
        person = cast.delegates[slug]
        if letter.islower():
            cast_by(person, proposal, choice.value, reason, mandate=f"Asamblea {SECRET}")
            continue
        assisted.record_ballot(
            *by(cast.facilitator, proposal),
            project_id=cast.projects[slug].id,
            instructed_by=person.public_id,
            how=AssistedHow.PAPER,
            choice=choice,
            reason=reason,
            language="es",
        )
    db.session.commit()


def rate_it(cast, proposal, said):
    newest = answers.newest_answer(proposal.id).public_id
    for slug, verdict in sorted(said.items(), key=lambda one: one[1]):
        words = {"reason": f"Falta {SECRET}.", "language": "es", "answers": newest}
        ratings.rate(*by(cast.delegates[slug], proposal), verdict=Verdict(verdict), **words)


def mark_it(cast, kept):
    promised = db.session.scalars(select(Commitment.public_id)).one()
    for slug, fulfilled in sorted(kept.items(), key=lambda one: one[1]):
        words = {"reason": f"Falta {SECRET}.", "language": "es"}
        commitments.mark(viewer(cast.delegates[slug]), promised, fulfilled=fulfilled, **words)


def seen_of(cast, app, sign_in, thread, proposal):
    """Pages and letters, with what is made at random called the same."""
    address = f"/proposals/{proposal.public_id}"
    more = [f"{address}{part}" for part in ("", "/ballot", "/recount", "/objections", "/ratings")]
    more.append(f"/commitments/{db.session.scalars(select(Commitment.public_id)).one()}")
    found = look(cast, sign_in, app, thread, f"/proposals/{proposal.number}", *more)
    for name in OUTSIDE:
        found[name, "the proposal"] = found[name, address]
    staff = select(Letter).where(Letter.person_id.in_([cast.staff.id, cast.operator.id]))
    for n, letter in enumerate(db.session.scalars(staff.order_by(Letter.id))):
        found["letter", str(n)] = (0, letter.subject + letter.text + letter.html)
    made = made_at_random()
    return {
        tuple(called(part or "", made) for part in where): (code, called(page, made))
        for where, (code, page) in found.items()
    }


def made_at_random():
    """What everything that has a page is called here: by its kind and place."""
    named = {}
    for mapper in Record.registry.mappers:
        if "public_id" in mapper.columns:
            ids = db.session.scalars(select(mapper.class_.public_id).order_by(mapper.class_.id))
            named |= {one: f"{mapper.class_.__name__} {n}" for n, one in enumerate(ids)}
    return named


def called(text, made):
    for public_id, name in made.items():
        text = text.replace(public_id, name)
    return text
