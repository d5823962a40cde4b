"""Drafts: whoever writes keeps them where they read, and only their own."""

from forum.db import db
from forum.discussions.models import Draft
from forum.discussions.models.drafts import DraftOf
from forum.lib import clock
from tests.house.routes import get, post
from tests.house.world import NETWORK, readers

VISIBILITIES = ("public", "network", "coalition", "guests", "staff")
WORDS = {"body": "Se reparte entre varios proyectos.", "language": "es"}
MINE = "drafttomemb1"


def thread(name):
    return lambda w: {"id": w.threads[name].public_id}


def reply(name):
    return lambda w: {"id": w.replies[name].public_id}


def stage(number):
    return lambda w: {"slug": w.exchange.slug, "n": number}


def a_draft(w):
    """Of the member, for an answer."""
    if not db.session.query(Draft).filter_by(public_id=MINE).first():
        db.session.add(
            Draft(
                public_id=MINE,
                person_id=w.cast.member.id,
                what=DraftOf.REPLY,
                place=f"reply.{w.threads['network'].id}",
                thread_id=w.threads["network"].id,
                fields={"form": "body=Un+borrador&language=es"},
                saved_at=clock.now(),
            )
        )


get("/drafts", may=NETWORK, prepare=a_draft)
get("/drafts/<id>", "", lambda w: {"id": MINE}, sees=frozenset({"member"}), prepare=a_draft)
post(
    "/drafts/<id>/removal",
    "",
    lambda w: {"id": MINE},
    sees=frozenset({"member"}),
    prepare=a_draft,
)
for number in (1, 2):
    post(
        "/exchanges/<slug>/stages/<int:n>/threads/draft",
        f"stage {number}",
        stage(number),
        may=NETWORK,
        repeats=True,
        form=lambda w: {**WORDS, "title": "Un título", "kind": "challenge"},
    )
    post(
        "/exchanges/<slug>/stages/<int:n>/cases/draft",
        f"stage {number}",
        stage(number),
        may=NETWORK,
        repeats=True,
        form=lambda w: {"title": "Un título", "problem": "Uno.", "did": "Otro.", "language": "es"},
    )
    post(
        "/exchanges/<slug>/stages/<int:n>/threads/for-somebody/draft",
        f"stage {number}",
        stage(number),
        may=NETWORK,
        repeats=True,
        form=lambda w: {**WORDS, "title": "Un título", "on_behalf_of": "Don Chepe"},
    )
for kind in VISIBILITIES:
    sees = readers(kind)
    post(
        "/threads/<id>/posts/for-somebody/draft",
        kind,
        thread(kind),
        sees=sees,
        may=NETWORK & sees,
        repeats=True,
        form=lambda w: {**WORDS, "on_behalf_of": "Don Chepe"},
    )
    post(
        "/threads/<id>/summary/draft",
        kind,
        thread(kind),
        sees=sees,
        may=NETWORK & sees,
        repeats=True,
        form=lambda w: {"asked": "Una.", "answered": "Otra.", "language": "es"},
    )
    post(
        "/threads/<id>/posts/draft",
        kind,
        thread(kind),
        sees=sees,
        may=NETWORK & sees,
        repeats=True,
        form=lambda w: {**WORDS, "kind": "reply"},
    )
    get(
        "/threads/<id>/posts/new",
        f"{kind}, quoting",
        thread(kind),
        sees=sees,
        may=NETWORK & sees,
        query="?quote=1",
    )
    post(
        "/posts/<id>/edit/draft",
        kind,
        lambda w, kind=kind: {"id": w.posts[kind].public_id},
        sees=sees,
        may=frozenset({"staff" if kind == "staff" else "member"}) & sees,
        repeats=True,
        form=lambda w: {"title": "Costos, otra vez", "version": "1", **WORDS},
    )
