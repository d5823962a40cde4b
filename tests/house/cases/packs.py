"""Passing on: texts for a chat, and a stage or a session as one file."""

from tests.house.routes import get
from tests.house.world import readers

for kind in ("public", "network", "coalition", "guests", "staff"):
    sees = readers(kind)
    get("/threads/<id>/text", kind, lambda w, k=kind: {"id": w.threads[k].public_id}, sees=sees)
    get("/posts/<id>/text", kind, lambda w, k=kind: {"id": w.solutions[k].public_id}, sees=sees)
get(
    "/posts/<id>/text",
    "alone",
    lambda w: {"id": w.posts["network"].public_id},
    sees=readers("network"),
    query="?plain",
)
get("/sessions/<id>/text", "", lambda w: {"id": w.session.public_id})

for rule, args in (
    ("/exchanges/<slug>/stages/<int:n>/pack", lambda w: {"slug": w.exchange.slug, "n": 2}),
    ("/sessions/<id>/pack", lambda w: {"id": w.session.public_id}),
):
    get(f"{rule}/new", "", args)
    get(rule, "", args)
    get(rule, "for anyone", args, query="?readers=public&pictures=no")
