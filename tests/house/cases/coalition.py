"""The coalition: its page and board, its members, proposals from draft to submission."""

from forum.coalition.models import CoSponsor
from forum.db import db
from tests.house.routes import NOBODY, get, post
from tests.house.world import COALITION, NETWORK, readers

AUTHOR = frozenset({"delegate"})  # who wrote the world's proposals, and speaks for their project
SPEAKS = frozenset({"delegate", "delegate_encinos"})
FACILITATES = frozenset({"facilitator"})
COORDINATES = frozenset({"coordinator", "facilitator"})  # Proyecto Ceiba
MEMBERS = COALITION - FACILITATES
SUBMITS = AUTHOR | FACILITATES

BEFORE = ("seeking_cosponsors", "in_discussion", "voting", "adopted", "not_adopted", "no_quorum")
AFTER = ("submitted", "acknowledged", "under_review", "answered")


def coalition(w):
    return {"slug": w.cast.coalition.slug}


def member(slug):
    return lambda w: {"slug": w.cast.coalition.slug, "project": slug}


def proposal(status):
    return lambda w: {"id": w.proposals[status].public_id}


def who_sees(status):
    if status == "draft":
        return AUTHOR
    if status == "public":
        return readers("public")
    return COALITION if status in BEFORE else NETWORK


def text_form(**more):
    return lambda _w: {
        "title": "Que se publique una guía",
        "problem": "Nadie sabe cuánto cuesta.",
        "ask": "Publicar una guía con rangos.",
        "evidence": "Lo dicen varios proyectos.",
        "links": "",
        "document": "Manual de procedimientos",
        "section": "",
        "time_frame": "En seis meses",
        "expected_cost": "",
        "language": "es",
        "visibility_after": "network",
        **more,
    }


def supported_in(status):
    """Cooperativa Los Encinos stands behind the proposal in that status."""

    def prepare(w):
        db.session.add(
            CoSponsor(
                proposal_id=w.proposals[status].id,
                project_id=w.cast.projects["encinos"].id,
                person_id=w.cast.delegates["encinos"].id,
            )
        )

    return prepare


get("/coalitions/<slug>", "", coalition)
get("/coalitions/<slug>/members", "", coalition, sees=COALITION, may=SPEAKS | FACILITATES)
post(
    "/coalitions/<slug>/members",
    "",
    coalition,
    sees=COALITION,
    may=SPEAKS | FACILITATES,
    form=lambda _w: {"project": "monte-lejano"},
)
DEPARTURE = "/coalitions/<slug>/members/<project>/departure"
for send in (get, post):
    send(DEPARTURE, "Ceiba", member("ceiba"), sees=COALITION, may=COORDINATES)
    send(DEPARTURE, "Río Claro", member("rio-claro"), sees=COALITION, may=FACILITATES)
get("/coalitions/<slug>/delegates", "", coalition, sees=COALITION)
get(
    "/coalitions/<slug>/delegates",
    "of Ceiba",
    coalition,
    sees=COALITION,
    may=COORDINATES,
    query="?project=ceiba",
)
post(
    "/coalitions/<slug>/delegates",
    "of Ceiba",
    coalition,
    sees=COALITION,
    may=COORDINATES,
    form=lambda w: {"project": "ceiba", "role": "delegate", "person": w.cast.member.public_id},
)

get("/proposals", sees=COALITION)
BOARD = "/coalitions/<slug>/proposals"
get(BOARD, "", coalition)
for lane in ("drafts", "discussion", "voting", "adopted", "waiting", "answered", "not-carried"):
    get(BOARD, lane, coalition, query=f"?status={lane}")
get(f"{BOARD}/new", "", coalition, sees=COALITION, may=MEMBERS)
post(BOARD, "", coalition, sees=COALITION, may=MEMBERS, form=text_form())

for status in ("draft", *BEFORE, *AFTER, "public"):
    sees = who_sees(status)
    inside = sees & COALITION
    get("/proposals/<id>", status, proposal(status), sees=sees)
    get("/proposals/<id>/versions", status, proposal(status), sees=inside)
for status in ("submitted", "public"):
    get(
        "/proposals/<id>",
        f"{status}, by its number",
        lambda w, s=status: {"id": w.proposals[s].number},
        sees=who_sees(status),
    )

EDIT = "/proposals/<id>/versions"
for status in ("draft", "in_discussion"):
    get(f"{EDIT}/new", status, proposal(status), sees=who_sees(status), may=AUTHOR)
    post(
        EDIT,
        status,
        proposal(status),
        sees=who_sees(status),
        may=AUTHOR,
        form=text_form(version="2", note="Más claro que antes."),
    )
for status in ("voting", "adopted", "submitted", "public"):
    get(f"{EDIT}/new", status, proposal(status), sees=who_sees(status), may=NOBODY)
    post(
        EDIT,
        status,
        proposal(status),
        sees=who_sees(status),
        may=AUTHOR,
        late=AUTHOR,
        form=text_form(version="2", note="Más claro que antes."),
    )

DISCUSSION = "/proposals/<id>/discussion"
get(DISCUSSION, "draft", proposal("draft"), sees=AUTHOR)
post(DISCUSSION, "draft", proposal("draft"), sees=AUTHOR)
get(DISCUSSION, "in discussion", proposal("in_discussion"), sees=COALITION, may=NOBODY)
post(
    DISCUSSION,
    "in discussion",
    proposal("in_discussion"),
    sees=COALITION,
    may=AUTHOR,
    late=AUTHOR,
)

SUPPORT = "/proposals/<id>/co-sponsors"
OTHERS = SPEAKS - AUTHOR
get(SUPPORT, "in discussion", proposal("in_discussion"), sees=COALITION, may=OTHERS)
post(SUPPORT, "in discussion", proposal("in_discussion"), sees=COALITION, may=OTHERS)
get(SUPPORT, "voting", proposal("voting"), sees=COALITION, may=NOBODY)
post(SUPPORT, "voting", proposal("voting"), sees=COALITION, may=OTHERS, late=OTHERS)
get(SUPPORT, "submitted", proposal("submitted"), sees=NETWORK, may=NOBODY)
post(
    f"{SUPPORT}/withdrawal",
    "in discussion",
    proposal("in_discussion"),
    sees=COALITION,
    may=OTHERS,
    late=OTHERS,  # it is discussed: the co-sponsors stay as they are
    prepare=supported_in("in_discussion"),
)

WITHDRAWAL = "/proposals/<id>/withdrawal"
REASON = {"reason": "Ya no hace falta."}
for status in ("draft", "in_discussion", "adopted"):
    get(WITHDRAWAL, status, proposal(status), sees=who_sees(status), may=AUTHOR)
    post(
        WITHDRAWAL,
        status,
        proposal(status),
        sees=who_sees(status),
        may=AUTHOR,
        form=lambda _w: REASON,
    )
for status in ("voting", "submitted"):
    get(WITHDRAWAL, status, proposal(status), sees=who_sees(status), may=NOBODY)
    post(
        WITHDRAWAL,
        status,
        proposal(status),
        sees=who_sees(status),
        may=AUTHOR,
        late=AUTHOR,
        form=lambda _w: REASON,
    )

SUBMISSION = "/proposals/<id>/submission"
get(SUBMISSION, "adopted", proposal("adopted"), sees=COALITION, may=SUBMITS)
post(
    SUBMISSION,
    "adopted",
    proposal("adopted"),
    sees=COALITION,
    may=SUBMITS,
    reveals=frozenset({"zqadopted"}),
)
get(SUBMISSION, "in discussion", proposal("in_discussion"), sees=COALITION, may=NOBODY)
post(
    SUBMISSION,
    "in discussion",
    proposal("in_discussion"),
    sees=COALITION,
    may=SUBMITS,
    late=SUBMITS,
)
post(SUBMISSION, "submitted", proposal("submitted"), sees=NETWORK, may=SUBMITS, late=SUBMITS)
