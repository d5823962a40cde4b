"""Summing up, arranging, writing for somebody, carrying on, and what one missed."""

from sqlalchemy import update

from forum.db import db
from forum.discussions.kinds import Consent
from forum.discussions.models import SpokenFor
from forum.exchanges.models import Outcome
from forum.lib import clock
from tests.house.routes import SIGNED_IN, get, post
from tests.house.world import NETWORK, readers

FACILITATES = frozenset({"facilitator"})
VISIBILITIES = ("public", "network", "coalition", "guests")
SPEAK = NETWORK & frozenset(
    {"facilitator", "member", "coordinator", "delegate", "delegate_encinos", "outsider"}
)
PARTS = {"asked": "Cómo.", "answered": "Así.", "still_open": "", "language": "es"}
SPOKEN = {
    "on_behalf_of": "Una técnica",
    "consent": "phone",
    "project": "ceiba",
    "body": "Así lo hicimos.",
    "language": "es",
}
CEIBA = frozenset({"facilitator", "member", "coordinator", "delegate"})


def thread(name):
    return lambda w: {"id": w.threads[name].public_id}


def reply(name):
    return lambda w: {"id": w.replies[name].public_id}


def stage(number):
    return lambda w: {"slug": w.exchange.slug, "n": number}


def same_readers(name):
    """Another thread that the same people read; the thread itself where the world has no other."""
    other = {"network": "locked"}.get(name, name)
    return lambda w: {"thread": w.threads[other].public_id}


def spoken(name):
    """The reply holds the words of somebody of Encinos."""

    def prepare(w):
        db.session.add(
            SpokenFor(
                post_id=w.replies[name].id,
                name="Una técnica",
                project_id=w.cast.projects["encinos"].id,
                consent=Consent.PHONE,
            )
        )

    return prepare


def claimed(name):
    """Somebody of Encinos says that they are theirs."""

    def prepare(w):
        spoken(name)(w)
        db.session.flush()
        db.session.execute(
            update(SpokenFor).values(claimant_id=w.cast.neighbour.id, claimed_at=clock.now())
        )

    return prepare


def an_outcome(w):
    """The session came to something, and a stage is open to talk about it."""
    if not db.session.query(Outcome).filter_by(session_id=w.session.id, number=77).first():
        db.session.add(Outcome(session_id=w.session.id, number=77, text="Algo.", html="<p>x</p>"))


def outcome(w):
    return {"id": w.session.public_id, "number": 77}


for kind in VISIBILITIES:
    sees = readers(kind)
    runs = FACILITATES & sees
    get("/threads/<id>/summary", kind, thread(kind), sees=sees, may=runs)
    post("/threads/<id>/summary", kind, thread(kind), sees=sees, may=runs, form=lambda w: PARTS)
    post("/threads/<id>/pin", kind, thread(kind), sees=sees, may=runs)
    post("/threads/<id>/pin/withdrawal", kind, thread(kind), sees=sees, may=runs)
    get("/threads/<id>/stage", kind, thread(kind), sees=sees, may=runs)
    post(
        "/threads/<id>/stage",
        kind,
        thread(kind),
        sees=sees,
        may=runs,
        form=lambda w: {"stage": "3"},
    )
    get("/threads/<id>/merge", kind, thread(kind), sees=sees, may=runs)
    post(
        "/threads/<id>/merge",
        kind,
        thread(kind),
        sees=sees,
        may=runs,
        unfit=runs,
        form=same_readers("public"),
    )
    get("/posts/<id>/branch", kind, reply(kind), sees=sees, may=runs)
    post(
        "/posts/<id>/branch",
        kind,
        reply(kind),
        sees=sees,
        may=runs,
        form=lambda w: {"title": "Aparte", "kind": "discussion"},
    )
    writes = SPEAK & sees
    get("/threads/<id>/posts/for-somebody", kind, thread(kind), sees=sees, may=writes)
    post(
        "/threads/<id>/posts/for-somebody",
        kind,
        thread(kind),
        sees=sees,
        may=writes,
        unfit=writes - CEIBA,
        form=lambda w: SPOKEN,
    )
    post(
        "/posts/<id>/speaker",
        kind,
        reply(kind),
        sees=sees,
        may=frozenset({"delegate_encinos"}) & sees,
        prepare=spoken(kind),
    )
    for answer in ("confirmation", "refusal"):
        post(
            f"/posts/<id>/speaker/{answer}",
            kind,
            reply(kind),
            sees=sees,
            may=runs,
            prepare=claimed(kind),
        )

FOR = "/exchanges/<slug>/stages/<int:n>/threads/for-somebody"
get(FOR, "open stage", stage(2), may=SPEAK)
get(FOR, "closed stage", stage(1), may=SPEAK, late=SPEAK)
post(
    FOR,
    "for the network",
    stage(2),
    may=SPEAK,
    unfit=SPEAK - CEIBA,
    form=lambda w: {**SPOKEN, "title": "Así", "kind": "experience", "visibility": "network"},
)

OVER = "/exchanges/<slug>/stages/<int:n>/hand-over"
get(OVER, "closed stage", stage(1), may=FACILITATES)
get(OVER, "open stage", stage(2), may=FACILITATES, late=FACILITATES)
post(OVER, "closed stage", stage(1), may=FACILITATES)

TALK = "/sessions/<id>/outcomes/<int:number>/thread"
get(TALK, "", outcome, may=NETWORK, prepare=an_outcome)
post(
    TALK,
    "",
    outcome,
    may=NETWORK,
    prepare=an_outcome,
    form=lambda w: {
        "title": "Seguimos",
        "kind": "discussion",
        "body": "> Algo.",
        "language": "es",
        "visibility": "network",
        "stage": "2",
    },
)

get("/missed", may=SIGNED_IN)
post("/missed/seen", may=SIGNED_IN, repeats=True)
