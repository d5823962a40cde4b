"""Files of posts, in each visibility: their post's readers and nobody else."""

from forum.files.store import store
from tests.house.routes import get
from tests.house.world import readers

VISIBILITIES = ("public", "network", "coalition", "guests", "staff")


def file(name):
    def arguments(w):
        kept = w.files[name]
        for key in (kept.key, kept.preview_key):
            store().put(key, f"a picture of zq{name}".encode())
        return {"id": kept.public_id}

    return arguments


for kind in VISIBILITIES:
    for rule in ("/files/<id>", "/files/<id>/preview"):
        get(rule, kind, file(kind), sees=readers(kind))
