"""Letters to be looked at: nobody finds them outside a demonstration."""

from tests.house.routes import NOBODY, get


def kind(_w):
    return {"language": "es", "kind": "summary"}


get("/mail-preview", sees=NOBODY)
get("/mail-preview/<language>/<kind>", "", kind, sees=NOBODY)
get("/mail-preview/<language>/<kind>/html", "", kind, sees=NOBODY)
