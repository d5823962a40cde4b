"""Threads and posts, in each visibility."""

from sqlalchemy import update

from forum.db import db
from forum.discussions.models import Post, SolutionFor
from forum.lib import clock
from tests.house.routes import NOBODY, get, post
from tests.house.world import COALITION, NETWORK, readers

VISIBILITIES = ("public", "network", "coalition", "guests", "staff")
FACILITATES = frozenset({"facilitator"})
WORDS = {"body": "Se reparte entre varios proyectos.", "language": "es"}


def thread(name):
    return lambda w: {"id": w.threads[name].public_id}


def first(name):
    return lambda w: {"id": w.posts[name].public_id}


def reply(name):
    return lambda w: {"id": w.replies[name].public_id}


def solution(name):
    return lambda w: {"id": w.solutions[name].public_id}


def removed(name, by_author=False):
    """The reply was removed by who facilitates, or by who wrote it."""

    def prepare(w):
        row = w.replies[name]
        remover = row.author_id if by_author else w.cast.facilitator.id
        db.session.execute(
            update(Post)
            .where(Post.id == row.id)
            .values(removed_at=clock.now(), removed_by_id=remover)
        )

    return prepare


def marked(name):
    """The solution was marked as what solved the challenge."""

    def prepare(w):
        db.session.execute(
            update(SolutionFor)
            .where(SolutionFor.solution_post_id == w.solutions[name].id)
            .values(marked_at=clock.now(), marked_by_id=w.threads[name].author_id)
        )

    return prepare


def stage(number):
    return lambda w: {"slug": w.exchange.slug, "n": number}


def thread_form(visibility):
    return lambda w: {
        "title": "Cómo repartir los costos",
        "kind": "challenge",
        "visibility": visibility,
        "topics": ["audit-preparation"],
        **WORDS,
    }


for number in (1, 2, 4):
    get("/exchanges/<slug>/stages/<int:n>", f"stage {number}", stage(number))
get("/exchanges/<slug>/stages/<int:n>", "filtered", stage(2), query="?kind=challenge&status=open")
get("/challenges")
get("/challenges", "of a topic", query="?topic=audit-preparation")
get("/solutions")
get("/topics/<slug>", "a topic", lambda w: {"slug": w.topic.slug})
get("/topics/<slug>", "a group", lambda w: {"slug": w.topic.group})

NEW = "/exchanges/<slug>/stages/<int:n>/threads"
get(f"{NEW}/by-mail", "open stage", stage(2), may=NETWORK)
get(f"{NEW}/by-mail", "closed stage", stage(1), may=NETWORK, late=NETWORK)
get(f"{NEW}/new", "open stage", stage(2), may=NETWORK)
get(f"{NEW}/new", "closed stage", stage(1), may=NETWORK, late=NETWORK)
post(NEW, "closed stage", stage(1), may=NETWORK, late=NETWORK, form=thread_form("network"))
post(NEW, "for the network", stage(2), may=NETWORK, form=thread_form("network"))
post(NEW, "for everyone", stage(2), may=NETWORK, form=thread_form("public"))

for kind in VISIBILITIES:
    sees = readers(kind)
    writes = sees & NETWORK
    wrote = frozenset({"staff" if kind == "staff" else "member"})
    asked = wrote if kind == "staff" else COALITION - {"delegate_encinos"}
    facilitates = FACILITATES & sees
    get("/threads/<id>", kind, thread(kind), sees=sees)
    get("/threads/<id>", f"{kind}, later", thread(kind), sees=sees, query="?after=1")
    get("/threads/<id>/unread", kind, thread(kind), sees=sees)
    post("/threads/<id>/read", kind, thread(kind), sees=sees, form=lambda w: {"number": "3"})
    get("/threads/<id>/posts/new", kind, thread(kind), sees=sees, may=writes)
    post("/threads/<id>/posts", kind, thread(kind), sees=sees, may=writes, form=lambda w: WORDS)
    get("/threads/<id>/solves", kind, thread(kind), sees=sees, may=NOBODY)
    get("/threads/<id>/lock", kind, thread(kind), sees=sees, may=facilitates)
    post(
        "/threads/<id>/lock",
        kind,
        thread(kind),
        sees=sees,
        may=facilitates,
        form=lambda w: {"reason": "Ya se dijo todo."},
    )
    get("/threads/<id>/visibility", kind, thread(kind), sees=sees, may=wrote | facilitates)
    get("/posts/<id>", kind, reply(kind), sees=sees)
    get("/posts/<id>/revisions", kind, reply(kind), sees=sees)
    get("/posts/<id>/edit", kind, first(kind), sees=sees, may=wrote)
    post(
        "/posts/<id>/edit",
        kind,
        first(kind),
        sees=sees,
        may=wrote,
        form=lambda w: {"title": "Costos, otra vez", "version": "1", **WORDS},
    )
    get("/posts/<id>/removal", kind, first(kind), sees=sees, may=wrote | facilitates)
    post(
        "/posts/<id>/removal",
        kind,
        first(kind),
        sees=sees,
        may=wrote | facilitates,
        form=lambda w: {"reason": "Contenía un nombre."},
    )
    post(
        "/posts/<id>/removal/withdrawal",
        kind,
        reply(kind),
        sees=sees,
        may=facilitates,
        prepare=removed(kind),
    )
    post(
        "/posts/<id>/removal/withdrawal",
        f"{kind}, its author's own",
        reply(kind),
        sees=sees,
        may=frozenset(),  # who wrote it is none of the roles
        prepare=removed(kind, by_author=True),
    )
    post("/posts/<id>/solution", kind, solution(kind), sees=sees, may=asked)
    post(
        "/posts/<id>/solution/withdrawal",
        kind,
        solution(kind),
        sees=sees,
        may=asked,
        prepare=marked(kind),
    )
    invites = frozenset({"delegate", "delegate_encinos", "facilitator"})
    guested = COALITION if kind in {"coalition", "guests"} else NOBODY
    get("/threads/<id>/guests", kind, thread(kind), sees=guested)
    post(
        "/threads/<id>/guests",
        kind,
        thread(kind),
        sees=guested,
        may=invites & guested,
        form=lambda w: {"person": w.cast.expert.public_id},
    )

for kind in ("public", "network"):
    post(
        "/threads/<id>/faced-by",
        kind,
        thread(kind),
        sees=readers(kind),
        may=frozenset({"outsider", "facilitator"}),
        form=lambda w: {"project": "monte-lejano"},
    )
for kind in ("coalition", "guests"):
    post(
        "/threads/<id>/faced-by",
        kind,
        thread(kind),
        sees=readers(kind),
        may=FACILITATES | {"delegate_encinos"},
        form=lambda w: {"project": "encinos"},
    )
for kind in ("public", "network", "coalition", "guests"):
    post(
        "/threads/<id>/faced-by/withdrawal",
        kind,
        thread(kind),
        sees=readers(kind),
        may=FACILITATES,
        form=lambda w: {"project": "rio-claro"},
    )
for kind, narrower in {"public": "network", "network": "coalition"}.items():
    post(
        "/threads/<id>/visibility",
        kind,
        thread(kind),
        sees=readers(kind),
        may=frozenset({"member", "facilitator"}),
        form=lambda w, to=narrower: {"visibility": to, "reason": "Delicado."},
    )
post(
    "/threads/<id>/guests/withdrawal",
    "",
    thread("guests"),
    sees=COALITION,
    may=frozenset({"delegate", "delegate_encinos", "facilitator"}),
    form=lambda w: {"person": w.cast.guest.public_id},
)
get("/threads/<id>", "locked", thread("locked"), sees=NETWORK)
get("/threads/<id>/posts/new", "locked", thread("locked"), sees=NETWORK, late=NETWORK)
post(
    "/threads/<id>/posts",
    "locked",
    thread("locked"),
    sees=NETWORK,
    late=NETWORK,
    form=lambda w: WORDS,
)
post("/threads/<id>/lock/withdrawal", "", thread("locked"), sees=NETWORK, may=FACILITATES)
get("/threads/<id>", "a solution", thread("solution"), sees=NETWORK)
get(
    "/threads/<id>/solves",
    "a solution",
    thread("solution"),
    sees=NETWORK,
    may=frozenset({"member", "facilitator"}),
)
post(
    "/threads/<id>/solves",
    "",
    thread("solution"),
    sees=NETWORK,
    may=frozenset({"member", "facilitator"}),
    form=lambda w: {"challenge": f"/threads/{w.threads['network'].public_id}"},
)
