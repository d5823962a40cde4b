"""What follows a submission: more time to answer, commitments, what the coalition thinks of it."""

from datetime import timedelta

from sqlalchemy import delete

from forum.coalition.lifecycle import CommitmentStatus
from forum.coalition.models import Commitment, Rating
from forum.coalition.queries import responses as answers
from forum.db import db
from forum.lib import clock
from tests.house.routes import NOBODY, get, post
from tests.house.world import NETWORK, readers

STAFF = frozenset({"staff"})
SPEAKS = frozenset({"delegate", "delegate_encinos"})
PROPOSER = frozenset({"delegate"})


def proposal(status):
    return lambda w: {"id": w.proposals[status].public_id}


def commitment(w):
    return {"id": w.commitment.public_id}


def day(days):
    return (clock.now() + timedelta(days=days)).date().isoformat()


def more_time(_w):
    return {"until": day(100), "reasons": "El comité se reúne después.", "language": "es"}


EXTENSION = "/proposals/<id>/extension"
for status in ("submitted", "acknowledged", "under_review", "public"):
    sees = readers("public" if status == "public" else "network")
    get(EXTENSION, status, proposal(status), sees=sees, may=STAFF)
    post(EXTENSION, status, proposal(status), sees=sees, may=STAFF, form=more_time)
get(EXTENSION, "answered", proposal("answered"), sees=NETWORK, may=NOBODY)
post(
    EXTENSION,
    "answered",
    proposal("answered"),
    sees=NETWORK,
    may=STAFF,
    late=STAFF,
    form=more_time,
)
get(EXTENSION, "not submitted", proposal("adopted"), sees=NOBODY)
post(EXTENSION, "not submitted", proposal("adopted"), sees=NOBODY, form=more_time)

UPDATES = "/commitments/<id>/updates"
get("/commitments/<id>", "", commitment, sees=NETWORK)
post(
    UPDATES,
    "",
    commitment,
    sees=NETWORK,
    may=STAFF,
    form=lambda _w: {"status": "done", "note": "La guía está publicada.", "language": "es"},
)
post(
    UPDATES,
    "another day",
    commitment,
    sees=NETWORK,
    may=STAFF,
    form=lambda _w: {
        "status": "planned",
        "note": "El consultor empieza más tarde.",
        "due_on": day(120),
        "language": "es",
    },
)


def kept(w):
    db.session.get_one(Commitment, w.commitment.id).status = CommitmentStatus.DONE


for name, prepare, late in (("done", kept, NOBODY), ("open", None, SPEAKS)):
    post(
        "/commitments/<id>/marks",
        name,
        commitment,
        sees=NETWORK,
        may=SPEAKS,
        late=late,
        prepare=prepare,
        form=lambda _w: {"fulfilled": "no", "reason": "Falta la mitad.", "language": "es"},
    )
get("/coalitions/<slug>/commitments", "", lambda w: {"slug": w.cast.coalition.slug})


def verdict(w):
    return {
        "verdict": "partly",
        "reason": "Falta el presupuesto.",
        "language": "es",
        "answers": answers.newest_answer(w.proposals["answered"].id).public_id,
    }


def word(_w):
    return {"reason": "Ya tenemos lo que hacía falta."}


def rated(w):
    """More than half of the projects said what they think of the answer."""
    answer = answers.newest_answer(w.proposals["answered"].id)
    db.session.execute(delete(Rating).where(Rating.response_id == answer.id))
    for slug in ("encinos", "rio-claro", "sierra-nueva", "tierra-mansa"):
        db.session.add(
            Rating(
                response_id=answer.id,
                project_id=w.cast.projects[slug].id,
                person_id=w.cast.delegates[slug].id,
                verdict="satisfied",
                reason="",
                language="es",
            )
        )


for path, fields, who, before in (
    ("/proposals/<id>/ratings", verdict, SPEAKS, None),
    ("/proposals/<id>/closing", word, PROPOSER, rated),
):
    get(path, "answered", proposal("answered"), sees=NETWORK, may=who)
    post(path, "answered", proposal("answered"), sees=NETWORK, may=who, form=fields, prepare=before)
    get(path, "acknowledged", proposal("acknowledged"), sees=NETWORK, may=NOBODY)
    post(
        path,
        "acknowledged",
        proposal("acknowledged"),
        sees=NETWORK,
        may=who,
        late=who,
        form=fields,
    )
    get(path, "not submitted", proposal("adopted"), sees=NOBODY)
    post(path, "not submitted", proposal("adopted"), sees=NOBODY, form=fields)

for kind in ("", ".csv", ".json"):
    get(f"/coalitions/<slug>/record{kind}", "", lambda w: {"slug": w.cast.coalition.slug})
