"""Solutions told as cases, and what came of them elsewhere."""

from forum.db import db
from forum.discussions.kinds import Verdict
from forum.discussions.models import Post, Trial
from tests.house.routes import NOBODY, get, post
from tests.house.world import NETWORK, readers

VISIBILITIES = ("public", "network", "coalition")
WORDS = {"note": "Con otra mezcla.", "language": "es"}
CASE = {
    "title": "Viveros de la comunidad",
    "problem": "Las plantas llegaban muertas.",
    "country": "MX",
    "did": "Vivero junto a la escuela.",
    "visibility": "network",
    "language": "es",
}


def stage(number):
    return lambda w: {"slug": w.exchange.slug, "n": number}


def solution(name):
    return lambda w: {"id": w.solutions[name].public_id}


for number in (1, 2):
    late = NETWORK if number == 1 else NOBODY
    at = "/exchanges/<slug>/stages/<int:n>/cases"
    get(f"{at}/new", f"stage {number}", stage(number), may=NETWORK, late=late)
    post(at, f"stage {number}", stage(number), may=NETWORK, late=late, form=lambda _w: CASE)


def tried(name):
    """Another project tried it."""

    def prepare(w):
        row = db.session.get_one(Post, w.solutions[name].id)
        project = next(p for p in w.cast.projects.values() if p.id != row.project_id)
        db.session.add(
            Trial(
                solution_post_id=row.id,
                project_id=project.id,
                person_id=row.author_id,
                verdict=Verdict.WORKED,
                country=project.country,
                language="es",
            )
        )
        row.trial_count = row.confirmed_count = 1

    return prepare


OTHERS = frozenset({"member", "coordinator", "delegate", "delegate_encinos"})
TRIES = OTHERS | {"outsider", "facilitator"}
TRIAL = {"verdict": "worked", "country": "CO", "version": 0, **WORDS}

for kind in VISIBILITIES:
    sees, args = readers(kind), solution(kind)
    may = sees & TRIES
    get("/posts/<id>/trials", kind, args, sees=sees)
    get("/posts/<id>/trials", f"{kind}, tried", args, sees=sees, prepare=tried(kind))
    get("/posts/<id>/trials/new", kind, args, sees=sees, may=may)
    post(
        "/posts/<id>/trials",
        kind,
        args,
        sees=sees,
        may=may,
        unfit=may - {"outsider", "facilitator"},
        form=lambda w: {"project": "monte-lejano", **TRIAL},
    )
    post(
        "/posts/<id>/trials/withdrawal",
        kind,
        args,
        sees=sees,
        may=sees & {"outsider", "facilitator"},
        form=lambda w: {"project": "monte-lejano"},
    )
get("/solutions", "newest", query="?order=newest")
