"""Reports, decisions and the record: in each visibility, who finds what."""

from tests.house.routes import NOBODY, get, post
from tests.house.world import NETWORK, readers

FACILITATES = frozenset({"facilitator"})
WARNED = frozenset({"delegate"})
REPORT = {"reason": "other", "note": "No corresponde aquí."}
DECISION = {
    "for_post": "kept",
    "for_author": "nothing",
    "reason": "other",
    "explanation": "Se queda.",
    "upto": "9",
}


def reply(name):
    return lambda w: {"id": w.replies[name].public_id}


def warning(w):
    return {"id": w.warning.public_id}


def suspended(w):
    return {"id": w.cast.suspended.public_id}


get("/moderation", may=FACILITATES)
get("/moderation/record")
get("/moderation/decisions")
get("/moderation/decisions", "from a cursor of nonsense", query="?after=~")
get("/moderation/record", "from a cursor of nonsense", query="?after=~")
get("/moderation/warnings/<id>", "one’s own", warning, sees=WARNED)
post("/moderation/warnings/<id>/acknowledgement", "one’s own", warning, sees=WARNED, repeats=True)
get("/moderation/suspensions/<id>/lifting", "running", suspended, may=FACILITATES)
post(
    "/moderation/suspensions/<id>/lifting",
    "running",
    suspended,
    may=FACILITATES,
    form=lambda w: {"reason": "Fue un error."},
)

for kind in ("public", "network", "coalition", "guests", "staff"):
    sees = readers(kind)
    reports = NOBODY if kind == "staff" else sees & NETWORK
    # there is no report in the staff's own space, and nobody who could decide about one
    decides = sees & FACILITATES
    get("/posts/<id>/reports", kind, reply(kind), sees=sees, may=reports)
    post(
        "/posts/<id>/reports",
        kind,
        reply(kind),
        sees=sees,
        may=reports,
        form=lambda w: REPORT,
        repeats=True,
    )
    get("/moderation/posts/<id>/decision", kind, reply(kind), sees=sees, may=decides)
    post(
        "/moderation/posts/<id>/decision",
        kind,
        reply(kind),
        sees=sees,
        may=decides,
        form=lambda w: DECISION,
    )
