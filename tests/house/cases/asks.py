"""Asks: they live where their thread does; experts read the words that were opened to them."""

from forum.asks.lifecycle import AskStatus, OfferStatus
from forum.asks.models import Ask, Offer
from forum.db import db
from tests.house.routes import NOBODY, get, post
from tests.house.world import NETWORK, readers

CEIBA = frozenset({"member", "coordinator", "delegate"})
LOOKS_AFTER = CEIBA | {"facilitator"}
EXPERTS = frozenset({"expert", "guest"})
MAY_INVITE_GUESTS = frozenset({"delegate", "facilitator"})
FORM = {
    "text": "Alguien que conozca auditorías.",
    "language": "es",
    "topics": ["audit-preparation"],
    "needed_by": "",
}
OUTCOME = {"verdict": "yes", "word": "Sirvió."}
KINDS = ("public", "network", "coalition", "guests")
ASKS = {kind: f"ask0{kind:0<8}"[:12] for kind in KINDS}
OFFERS = {kind: f"ofr0{kind:0<8}"[:12] for kind in KINDS}
SHOWN, SHOWN_OFFER = "ask0shown000", "ofr0shown000"  # of a private thread, opened to experts


def an_ask(world, kind, public_id, text, **more):
    thread = world.threads[kind]
    made = Ask(
        public_id=public_id,
        thread_id=thread.id,
        space_id=thread.space_id,
        project_id=thread.project_id,
        asked_by_id=world.cast.member.id,
        text=text,
        language="es",
        topics=["audit-preparation"],
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


def asks(status="open", offered=None):
    """An ask in each visibility; `offered`: with an offer of the expert in that state."""

    def prepare(world):
        for kind in KINDS:
            mark = {"public": "in public"}.get(kind, f"zq{kind}")
            made = an_ask(world, kind, ASKS[kind], f"Ayuda {mark}", status=AskStatus(status))
            _offered(world, made, kind)
        made = an_ask(
            world,
            "coalition",
            SHOWN,
            "Una mirada de fuera",
            to_experts=True,
            status=AskStatus(status),
        )
        _offered(world, made, "shown")

    def _offered(world, made, kind):
        if offered is None:
            return
        mark = {"public": "", "shown": ""}.get(kind, f"zq{kind}")
        # of a person who reads there anyway; the note is for who looks after the ask
        who = world.cast.guest if kind == "guests" else world.cast.expert
        if kind == "coalition":
            return
        db.session.add(
            Offer(
                public_id=OFFERS.get(kind, SHOWN_OFFER),
                ask_id=made.id,
                person_id=who.id,
                asked_by_id=world.cast.member.id if offered == "asked" else None,
                status=OfferStatus(offered),
                note=f"Puedo. {mark}",
            )
        )
        db.session.flush()

    return prepare


def thread(kind):
    return lambda w: {"id": w.threads[kind].public_id}


def ask(kind):
    return lambda w: {"id": ASKS[kind]}


def offer(kind):
    return lambda w: {"id": OFFERS[kind]}


get("/asks", may=NETWORK)
get("/asks", "with asks everywhere", may=NETWORK, prepare=asks("offered", "offered"))
get("/asks", "asked by name", may=NETWORK, prepare=asks("open", "asked"))
get("/asks", "from a cursor of nonsense", may=NETWORK, query="?after=~", prepare=asks())
get("/", "with asks everywhere", prepare=asks("open", "asked"))
get(
    "/experts/<id>",
    "with asks everywhere",
    lambda w: {"id": w.expert_profile},
    sees=NETWORK,
    prepare=asks("offered", "accepted"),
)
get("/experts", "who can take an ask", sees=NETWORK, query="?available=1&country=GT")
get("/experts", "after nobody", sees=NETWORK, query="?after=zzzzzzzzzzzz")

for kind in (*KINDS, "staff"):
    sees = readers(kind)
    looks_after = NOBODY if kind == "staff" else sees & LOOKS_AFTER
    planted = asks("offered", "offered")
    get("/threads/<id>/asks", kind, thread(kind), sees=sees, may=sees & NETWORK, prepare=planted)
    post("/threads/<id>/asks", kind, thread(kind), sees=sees, may=looks_after, form=lambda w: FORM)
    if kind == "staff":
        continue
    among = sees & NETWORK  # who sees people, of those
    get("/threads/<id>", f"{kind}, with an ask", thread(kind), sees=sees, prepare=planted)
    get("/asks/<id>", kind, ask(kind), sees=among, prepare=planted)
    post(
        "/asks/<id>/outcome",
        kind,
        ask(kind),
        sees=among,
        may=looks_after,
        late=looks_after if kind == "coalition" else NOBODY,  # nobody was accepted there
        form=lambda w: OUTCOME,
        prepare=asks("offered", "accepted"),
    )
    post("/asks/<id>/closing", kind, ask(kind), sees=among, may=looks_after, prepare=asks())
    post(
        "/asks/<id>/offers",
        kind,
        ask(kind),
        sees=among,
        may=among & EXPERTS,
        form=lambda w: {"note": "Puedo."},
        prepare=asks(),
    )
    post(
        "/asks/<id>/invitations",
        kind,
        ask(kind),
        sees=among,
        may=looks_after,
        form=lambda w: {"person": w.cast.expert.public_id},
        prepare=asks(),
    )
    if kind == "coalition":
        continue
    whose = frozenset({"guest"}) if kind == "guests" else frozenset({"expert"})
    post(
        "/offers/<id>/decision",
        kind,
        offer(kind),
        sees=among,
        may=looks_after & MAY_INVITE_GUESTS if kind == "guests" else looks_after,
        form=lambda w: {"accept": "1"},
        prepare=planted,
    )
    post(
        "/offers/<id>/answer",
        kind,
        offer(kind),
        sees=among,
        may=whose,
        form=lambda w: {"accept": "1", "note": "Sí."},
        prepare=asks("open", "asked"),
    )
    post("/offers/<id>/withdrawal", kind, offer(kind), sees=among, may=whose, prepare=planted)

get(
    "/asks/<id>",
    "its words open to experts",
    lambda w: {"id": SHOWN},
    sees=readers("coalition") | EXPERTS,
    prepare=asks("offered", "offered"),
)
post(
    "/asks/<id>/offers",
    "its words open to experts",
    lambda w: {"id": SHOWN},
    sees=readers("coalition") | EXPERTS,
    may=EXPERTS,
    form=lambda w: {"note": "Puedo."},
    prepare=asks(),
)
post(
    "/offers/<id>/decision",
    "of a private thread",
    lambda w: {"id": SHOWN_OFFER},
    sees=readers("coalition") | {"expert"},
    may=MAY_INVITE_GUESTS,
    form=lambda w: {"accept": "1"},
    prepare=asks("offered", "offered"),
)
post(
    "/threads/<id>/asks",
    "locked",
    thread("locked"),
    sees=readers("network"),
    may=LOOKS_AFTER,
    late=LOOKS_AFTER,
    form=lambda w: FORM,
)
