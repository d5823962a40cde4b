"""A proposal's way into discussion: co-sponsors, its form, merges, deferring, authors."""

from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import MergeSuggestion, Proposal
from forum.db import db
from forum.lib import clock
from tests.house.cases.coalition import (
    AUTHOR,
    DISCUSSION,
    FACILITATES,
    OTHERS,
    SUPPORT,
    WITHDRAWAL,
    proposal,
    supported_in,
    text_form,
)
from tests.house.routes import NOBODY, get, post
from tests.house.world import COALITION

SEEKING = "seeking_cosponsors"
WITH = frozenset({"delegate_encinos"})  # who writes a draft with its author
seeking, discussed = proposal(SEEKING), proposal("in_discussion")


def stored(w, name):
    return db.session.get_one(Proposal, w.proposals[name].id)


def ready(w):
    """Nothing is missing but its proposer's word."""
    supported_in(SEEKING)(w)
    stored(w, SEEKING).form_passed_version = 2


def deferred(name):
    def prepare(w):
        one = stored(w, name)
        one.status, one.aside_at, one.aside_reason = ProposalStatus.DEFERRED, clock.now(), "Luego."

    return prepare


def suggested(w):
    """That the proposal which looks for co-sponsors goes into the one in discussion."""
    source, target = (w.proposals[one].id for one in (SEEKING, "in_discussion"))
    person_id = w.cast.facilitator.id
    db.session.add(MergeSuggestion(proposal_id=source, target_id=target, person_id=person_id))


get(DISCUSSION, "seeking", seeking, sees=COALITION, may=AUTHOR)
post(DISCUSSION, "seeking", seeking, sees=COALITION, may=AUTHOR, unfit=AUTHOR)
post(DISCUSSION, "seeking, backed", seeking, sees=COALITION, may=AUTHOR, prepare=ready)
get(SUPPORT, "seeking", seeking, sees=COALITION, may=OTHERS)
post(SUPPORT, "seeking", seeking, sees=COALITION, may=OTHERS)
STOP = {"sees": COALITION, "may": OTHERS}
post(f"{SUPPORT}/withdrawal", "seeking", seeking, prepare=supported_in(SEEKING), **STOP)
for send in (get, post):
    more = {} if send is get else {"form": lambda _w: {"reason": "Ya no."}}
    send(WITHDRAWAL, "seeking", seeking, sees=COALITION, may=AUTHOR, **more)

CHECK = "/proposals/<id>/form-check"


def found(outcome, **more):
    words = {"outcome": outcome, "reason": "Falta algo.", "language": "es", "version": "2"}
    return lambda w: words | {name: make(w) for name, make in more.items()}


CHECKS = {"sees": COALITION, "may": FACILITATES}
get(CHECK, "draft", proposal("draft"), sees=AUTHOR, may=NOBODY)
post(CHECK, "draft", proposal("draft"), sees=AUTHOR, may=NOBODY, form=found("passed"))
get(CHECK, "seeking", seeking, **CHECKS)
post(CHECK, "passed", seeking, form=found("passed"), **CHECKS)
post(CHECK, "returned", seeking, form=found("returned"), **CHECKS)
into = found("merge", target=lambda w: w.proposals["in_discussion"].public_id)
post(CHECK, "merge", seeking, form=into, **CHECKS)
get(CHECK, "in discussion", discussed, **CHECKS)
post(CHECK, "in discussion, passed", discussed, form=found("passed"), **CHECKS)
post(CHECK, "in discussion, returned", discussed, form=found("returned"), **CHECKS)
get(CHECK, "voting", proposal("voting"), sees=COALITION, may=NOBODY)
get(CHECK, "submitted", proposal("submitted"), sees=COALITION, may=NOBODY)

MERGE = "/proposals/<id>/merge"
agreed = {"form": lambda _w: {"choice": "accept", "language": "es"}}
get(MERGE, "nothing suggested", seeking, sees=NOBODY)
post(MERGE, "nothing suggested", seeking, sees=NOBODY, **agreed)
for send in (get, post):
    more = {} if send is get else agreed
    send(MERGE, "suggested", seeking, sees=COALITION, may=AUTHOR, prepare=suggested, **more)

DEFERRAL = "/proposals/<id>/deferral"
why = {"form": lambda _w: {"reason": "Esperamos la asamblea."}}
for name in (SEEKING, "in_discussion"):
    get(DEFERRAL, name, proposal(name), sees=COALITION, may=AUTHOR)
    post(DEFERRAL, name, proposal(name), sees=COALITION, may=AUTHOR, **why)
    back = {"sees": COALITION, "may": AUTHOR, "prepare": deferred(name)}
    get(f"{DEFERRAL}/end", name, proposal(name), **back)
    post(f"{DEFERRAL}/end", name, proposal(name), **back)
    get(
        "/proposals/<id>",
        f"{name}, deferred",
        proposal(name),
        sees=COALITION,
        prepare=deferred(name),
    )
get(DEFERRAL, "voting", proposal("voting"), sees=COALITION, may=NOBODY)
post(DEFERRAL, "voting", proposal("voting"), sees=COALITION, may=AUTHOR, late=AUTHOR, **why)
post(DEFERRAL, "submitted", proposal("submitted"), sees=COALITION, may=AUTHOR, late=AUTHOR, **why)
post(f"{DEFERRAL}/end", "not deferred", discussed, sees=COALITION, may=AUTHOR, late=AUTHOR)

WRITERS = "/proposals/<id>/co-authors"
invited = {"form": lambda w: {"person": w.cast.member.public_id}}
leaving = {"form": lambda w: {"person": w.cast.delegates["encinos"].public_id}}
get(WRITERS, "draft", proposal("draft"), sees=AUTHOR)
post(WRITERS, "draft", proposal("draft"), sees=AUTHOR, reveals=frozenset({"zqdraft"}), **invited)
get(WRITERS, "seeking", seeking, sees=COALITION, may=AUTHOR)
get(WRITERS, "submitted", proposal("submitted"), sees=COALITION, may=NOBODY)
post(WRITERS, "voting", proposal("voting"), sees=COALITION, may=AUTHOR, late=AUTHOR, **invited)

together, both = proposal("together"), {"sees": AUTHOR | WITH}
alone = both | {"may": AUTHOR}
NAME = "draft, written with another"
get("/proposals/<id>", NAME, together, **both)
get("/proposals/<id>/versions", NAME, together, **both)
get("/proposals/<id>/versions/new", NAME, together, **both)
edited = {"form": text_form(version="2", note="Entre dos.")}
post("/proposals/<id>/versions", NAME, together, **both, **edited)
get(WRITERS, NAME, together, **both)
shown = {"reveals": frozenset({"zqtogether"})}
post(WRITERS, NAME, together, **alone, **invited, **shown)
post(f"{WRITERS}/departure", NAME, together, **both, **leaving)
get(DISCUSSION, NAME, together, **alone)
post(DISCUSSION, NAME, together, **alone, **shown)
get(WITHDRAWAL, NAME, together, **alone)
post(
    "/proposals/<id>/submission",
    "seeking",
    seeking,
    sees=COALITION,
    may=AUTHOR | FACILITATES,
    late=AUTHOR | FACILITATES,
)
