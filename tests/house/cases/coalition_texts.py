"""Changes to a text, arguments, rules, tabling again, mandates: all the coalition's own."""

from forum.coalition.lifecycle import AmendmentState, TextPart
from forum.coalition.models import Amendment, Ballot, RulesWish, Seat, Vote
from forum.coalition.tally import Choice, Rules
from forum.db import db
from forum.files.models import StoredFile
from forum.files.store import store
from forum.lib import clock
from tests.house.routes import NOBODY, get, post
from tests.house.world import COALITION

AUTHOR = frozenset({"delegate"})
FACILITATES = frozenset({"facilitator"})
SPEAKS = frozenset({"delegate", "delegate_encinos"})
MEMBERS = COALITION - FACILITATES
AMENDMENT, MANDATE, WISH = (
    "zqamendment1",
    "mandate00001",
    "zqruleswish1",
)  # public ids of what is prepared
WORDS = {"why": "Por lo que se dijo.", "language": "es"}


def proposal(status):
    return lambda w: {"id": w.proposals[status].public_id}


def coalition(w):
    return {"slug": w.cast.coalition.slug}


def one(_w):
    return {"id": AMENDMENT}


def amended(status, state=AmendmentState.OPEN):
    """Cooperativa Los Encinos proposes a change to the proposal in that status."""

    def prepare(w):
        db.session.add(
            Amendment(
                public_id=AMENDMENT,
                proposal_id=w.proposals[status].id,
                author_id=w.cast.delegates["encinos"].id,
                project_id=w.cast.projects["encinos"].id,
                version=2,
                part=TextPart.ASK,
                passage="",
                words="Y que sea breve zqcoalition.",
                state=state,
                decided_at=None if state is AmendmentState.OPEN else clock.now(),
                **WORDS,
            )
        )

    return prepare


def with_mandate(w):
    """Sierra Nueva votes with a file that shows its mandate."""
    file = StoredFile(
        public_id=MANDATE,
        key="ab" * 16,
        media_type="application/pdf",
        name="acta zqballot.pdf",
        bytes=8,
        sha256="00" * 32,
        uploader_id=w.cast.delegates["sierra-nueva"].id,
    )
    db.session.add(file)
    db.session.flush()
    seat = (
        db.session.query(Seat)
        .join(Vote, Vote.id == Seat.vote_id)
        .filter(
            Vote.proposal_id == w.proposals["voting"].id,
            Seat.project_id == w.cast.projects["sierra-nueva"].id,
        )
        .one()
    )
    db.session.add(
        Ballot(
            seat_id=seat.id,
            seq=9,
            choice=Choice.AGREE,
            language="es",
            cast_by_id=file.uploader_id,
            cast_at=clock.now(),
            mandate_file_id=file.id,
        )
    )
    store().put(file.key, b"zqballot")


LIST = "/proposals/<id>/amendments"
CHANGE = {"part": "ask", "passage": "", "words": "Y que sea breve.", **WORDS}
for status in ("in_discussion", "voting", "submitted", "public"):
    get(
        LIST,
        status,
        proposal(status),
        sees=COALITION,
        prepare=amended(status, AmendmentState.LAPSED),
    )
get(f"{LIST}/new", "in discussion", proposal("in_discussion"), sees=COALITION)
get(f"{LIST}/new", "submitted", proposal("submitted"), sees=COALITION, may=NOBODY)
post(LIST, "in discussion", proposal("in_discussion"), sees=COALITION, form=lambda _w: CHANGE)
post(
    LIST,
    "submitted",
    proposal("submitted"),
    sees=COALITION,
    late=COALITION,
    form=lambda _w: CHANGE,
)
for status in ("in_discussion", "submitted"):
    get(
        "/amendments/<id>",
        status,
        one,
        sees=COALITION,
        prepare=amended(status, AmendmentState.LAPSED),
    )
get("/amendments/<id>", "open", one, sees=COALITION, prepare=amended("in_discussion"))
OWNER = frozenset({"delegate_encinos"})  # who proposed it
post(
    "/amendments/<id>/withdrawal",
    "open",
    one,
    sees=COALITION,
    may=OWNER,
    prepare=amended("in_discussion"),
)
post(
    "/amendments/<id>/withdrawal",
    "of what is voted on",
    one,
    sees=COALITION,
    may=OWNER,
    late=OWNER,
    prepare=amended("voting", AmendmentState.LAPSED),
)
for rule, form in (
    ("/amendments/<id>/taking", {}),
    ("/amendments/<id>/declining", {"reasons": "Ya es breve.", "language": "es"}),
):
    post(
        rule,
        "open",
        one,
        sees=COALITION,
        may=AUTHOR,
        prepare=amended("in_discussion"),
        form=lambda _w, said=form: said,
    )
    post(
        rule,
        "of what is voted on",
        one,
        sees=COALITION,
        may=AUTHOR,
        late=AUTHOR,
        prepare=amended("voting", AmendmentState.LAPSED),
        form=lambda _w, said=form: said,
    )

for status in ("in_discussion", "submitted"):
    get("/proposals/<id>/arguments", status, proposal(status), sees=COALITION)

RULES = "/coalitions/<slug>/rules"
get(RULES, "", coalition, sees=COALITION)
get(f"{RULES}/change", "", coalition, sees=COALITION, may=SPEAKS | FACILITATES)
post(
    RULES,
    "",
    coalition,
    sees=COALITION,
    may=SPEAKS | FACILITATES,
    form=lambda w: {
        **Rules().as_json(),
        "voting_days": 21,
        "version": 1,
        "decided_by": w.proposals["adopted"].public_id,
        **WORDS,
    },
)


def wished(w):
    """Cooperativa Los Encinos asks for longer votes."""
    db.session.add(
        RulesWish(
            public_id=WISH,
            coalition_id=w.cast.coalition.id,
            version=1,
            person_id=w.cast.delegates["encinos"].id,
            project_id=w.cast.projects["encinos"].id,
            proposal_id=w.proposals["adopted"].id,
            before={"voting_days": 14},
            after={"voting_days": 21},
            **WORDS,
        )
    )


for said, may in (
    ("confirmation", frozenset({"delegate", "facilitator"})),
    ("withdrawal", frozenset({"delegate_encinos", "facilitator"})),
):
    post(
        f"{RULES}/wish/{said}",
        "",
        coalition,
        sees=COALITION,
        may=may,
        prepare=wished,
        form=lambda _w: {"wish": WISH},
    )

AGAIN = "/proposals/<id>/again"
NEW = {"new_evidence": "Tres proyectos lo midieron.", "language": "es"}
for status in ("not_adopted", "answered"):
    get(AGAIN, status, proposal(status), sees=COALITION, may=MEMBERS)
    post(AGAIN, status, proposal(status), sees=COALITION, may=MEMBERS, form=lambda _w: NEW)
get(AGAIN, "in discussion", proposal("in_discussion"), sees=COALITION, may=NOBODY)
post(
    AGAIN,
    "in discussion",
    proposal("in_discussion"),
    sees=COALITION,
    may=MEMBERS,
    late=MEMBERS,
    form=lambda _w: NEW,
)

get(
    "/proposals/<id>/mandates/<file>",
    "",
    lambda w: {"id": w.proposals["voting"].public_id, "file": MANDATE},
    sees=COALITION,
    prepare=with_mandate,
)
