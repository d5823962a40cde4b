"""Votes, ballots and official responses: each side's own room stays its own."""

from datetime import timedelta

from forum.coalition.models import DraftReview
from forum.coalition.queries import responses as answers
from forum.db import db
from forum.lib import clock
from tests.house.routes import NOBODY, get, post
from tests.house.world import COALITION, NETWORK, readers

STAFF = frozenset({"staff"})
DELEGATE = frozenset({"delegate", "delegate_encinos"})
OPENS = frozenset({"delegate", "facilitator"})
WORDS = {"reasons": "Porque hace falta una guía breve.", "language": "es"}


def proposal(status):
    return lambda w: {"id": w.proposals[status].public_id}


def day(days):
    return (clock.now() + timedelta(days=days)).date().isoformat()


def opening_form(_w):
    return {"closes_on": day(20), "closes_time": "18:00", "version": "2"}


def ballot_form(_w):
    return {"choice": "disagree", "reason": "Todavía es pronto para esto.", "language": "es"}


def response_form(action, version):
    return lambda _w: {
        **WORDS,
        "action": action,
        "outcome": "accepted",
        "route": "secretariat",
        "notes": "Lo vimos entre nosotros.",
        "version": str(version),
        "commitments-0-text": "Publicar la guía breve.",
        "commitments-0-owner_role": "Equipo técnico regional",
        "commitments-0-due_on": day(90),
    }


OPENING = "/proposals/<id>/opening"
get(OPENING, "in discussion", proposal("in_discussion"), sees=COALITION, may=OPENS)
get(OPENING, "being voted on", proposal("voting"), sees=COALITION, may=NOBODY)
post(
    OPENING,
    "in discussion",
    proposal("in_discussion"),
    sees=COALITION,
    may=OPENS,
    form=opening_form,
)
post(
    OPENING,
    "being voted on",
    proposal("voting"),
    sees=COALITION,
    may=OPENS,
    late=OPENS,
    form=opening_form,
)

BALLOT = "/proposals/<id>/ballot"
for status in ("voting", "adopted", "not_adopted", "no_quorum", "submitted", "answered", "public"):
    get(BALLOT, status, proposal(status), sees=COALITION)
    post(
        BALLOT,
        status,
        proposal(status),
        sees=COALITION,
        may=DELEGATE,
        late=NOBODY if status == "voting" else DELEGATE,
        form=ballot_form,
    )
get(BALLOT, "not voted on", proposal("in_discussion"), sees=NOBODY)
post(BALLOT, "not voted on", proposal("in_discussion"), sees=NOBODY, form=ballot_form)

for status in ("adopted", "not_adopted", "no_quorum", "submitted", "answered", "public"):
    get("/proposals/<id>/recount", status, proposal(status), sees=COALITION)
get("/proposals/<id>/recount", "being voted on", proposal("voting"), sees=NOBODY)
get(
    "/proposals/<id>/recount",
    "by its number",
    lambda w: {"id": w.proposals["public"].number},
    sees=COALITION,
)

for status in ("in_discussion", "voting", "adopted", "public"):
    get("/proposals/<id>/sheet", status, proposal(status), sees=COALITION)

OBJECTIONS = "/proposals/<id>/objections"
get(OBJECTIONS, "objected to", proposal("not_adopted"), sees=COALITION)
get(OBJECTIONS, "nobody objects", proposal("voting"), sees=NOBODY)
post(
    OBJECTIONS,
    "not adopted",
    proposal("not_adopted"),
    sees=COALITION,
    may=frozenset({"delegate"}),
    late=frozenset({"delegate"}),
    form=lambda _w: {"project": "rio-claro", "answer": "Lo tomamos en cuenta.", "language": "es"},
)
post(
    f"{OBJECTIONS}/consent",
    "of another project",
    proposal("not_adopted"),
    sees=COALITION,
    may=NOBODY,
    form=lambda _w: {"project": "rio-claro", "named": "y"},
)

ASSISTED = "/proposals/<id>/ballot/assisted"
FACILITATOR = frozenset({"facilitator"})


def assisted_form(w):
    return {
        "instructed": f"sierra-nueva:{w.cast.delegates['sierra-nueva'].public_id}",
        "how": "phone",
        "choice": "agree",
        "language": "es",
    }


get(ASSISTED, "being voted on", proposal("voting"), sees=COALITION, may=FACILITATOR)
get(ASSISTED, "not voted on", proposal("in_discussion"), sees=NOBODY)
post(
    ASSISTED,
    "being voted on",
    proposal("voting"),
    sees=COALITION,
    may=FACILITATOR,
    form=assisted_form,
)
post(
    "/proposals/<id>/ballot/confirmation",
    "nothing recorded",
    proposal("voting"),
    sees=COALITION,
    may=frozenset({"delegate"}),
    late=frozenset({"delegate"}),
    form=lambda _w: {"project": "ceiba"},
)

RECEIPT = "/proposals/<id>/acknowledgement"
RECEIVED = {"route": "tac", "language": "es"}
for status in ("submitted", "public"):
    sees = readers("public" if status == "public" else "network")
    get(RECEIPT, status, proposal(status), sees=sees, may=STAFF)
    post(RECEIPT, status, proposal(status), sees=sees, may=STAFF, form=lambda _w: RECEIVED)
get(RECEIPT, "answered", proposal("answered"), sees=NETWORK, may=NOBODY)
post(
    RECEIPT,
    "acknowledged",
    proposal("acknowledged"),
    sees=NETWORK,
    may=STAFF,
    late=STAFF,
    form=lambda _w: RECEIVED,
)
get(RECEIPT, "not submitted", proposal("adopted"), sees=NOBODY)
post(RECEIPT, "not submitted", proposal("adopted"), sees=NOBODY, form=lambda _w: RECEIVED)

RESPONSE = "/proposals/<id>/response"
for status, version in (("acknowledged", 0), ("under_review", 1), ("public", 0)):
    get(RESPONSE, status, proposal(status), sees=STAFF)
    for action in ("save", "publish"):
        post(
            RESPONSE,
            f"{status}, {action}",
            proposal(status),
            sees=STAFF,
            form=response_form(action, version),
        )
get(RESPONSE, "answered", proposal("answered"), sees=STAFF, may=NOBODY)
post(
    RESPONSE,
    "answered",
    proposal("answered"),
    sees=STAFF,
    late=STAFF,
    form=response_form("publish", 0),
)
get(RESPONSE, "not submitted", proposal("voting"), sees=NOBODY)
post(RESPONSE, "not submitted", proposal("voting"), sees=NOBODY, form=response_form("save", 0))

REVIEW = "/proposals/<id>/review"


def put_up(w):
    db.session.add(
        DraftReview(
            proposal_id=w.proposals["under_review"].id,
            version=1,
            asked_by_id=w.cast.colleague.id,
        )
    )
    db.session.flush()


def said_of_draft(_w):
    return {"verdict": "returned", "note": "Falta el plazo.", "version": "1"}


for status, prepare, late in (
    ("under_review", put_up, NOBODY),
    ("acknowledged", None, STAFF),
    ("answered", None, STAFF),
):
    get(REVIEW, status, proposal(status), sees=STAFF, prepare=prepare)
    post(
        REVIEW,
        status,
        proposal(status),
        sees=STAFF,
        late=late,
        prepare=prepare,
        form=said_of_draft,
    )
post(
    RESPONSE,
    "acknowledged, review",
    proposal("acknowledged"),
    sees=STAFF,
    form=response_form("review", 0),
)
get(REVIEW, "not submitted", proposal("voting"), sees=NOBODY)
post(REVIEW, "not submitted", proposal("voting"), sees=NOBODY, form=said_of_draft)

CORRECTION = "/proposals/<id>/correction"


def correction_form(status):
    return lambda w: {
        **WORDS,
        "outcome": "declined",
        "corrects": answers.newest_answer(w.proposals[status].id).public_id,
    }


get(CORRECTION, "", proposal("answered"), sees=STAFF)
post(CORRECTION, "", proposal("answered"), sees=STAFF, form=correction_form("answered"))
get(CORRECTION, "not answered", proposal("acknowledged"), sees=STAFF, may=NOBODY)
get(CORRECTION, "not submitted", proposal("voting"), sees=NOBODY)
