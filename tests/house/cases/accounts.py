"""Accounts: doors open to everyone, one's own pages, and ways in handed to others."""

from tests.house.routes import SIGNED_IN, get, post
from tests.house.world import TOKEN
from tests.people import PASSWORD

NEW = "otra frase bastante larga"


def token(w):
    return {"token": TOKEN}


get("/terms")
get("/sign-in")
get("/sign-in", "to go on", query="?next=/challenges")
post(
    "/sign-in",
    form=lambda w: {"email": str(w.cast.outsider.email), "password": PASSWORD, "next": "/"},
    repeats=True,
)
post("/sign-out", repeats=True)
post(
    "/language",
    form=lambda w: {"language": "es", "next": "/"},
    repeats=True,
    tokenless=True,  # it works from every page; it changes a preference
)
get("/invitations/<token>", "waiting", token)
post(
    "/invitations/<token>",
    "waiting",
    token,
    form=lambda w: {
        "name": "Rosa Ixmatá",
        "new_password": NEW,
        "locale": "es",
        "timezone": "America/Guatemala",
        "terms": "y",
    },
)
get("/password/reset")
post(
    "/password/reset",
    form=lambda w: {"email": str(w.cast.member.email)},
    repeats=True,
)
get("/password/<token>", "open", token)
post("/password/<token>", "open", token, form=lambda w: {"new_password": NEW})
get("/addresses/<token>", "open", token)
post("/addresses/<token>", "open", token)

get("/me", may=SIGNED_IN)
post(
    "/me",
    may=SIGNED_IN,
    form=lambda w: {
        "name": "Otro Nombre",
        "locale": "en",
        "timezone": "America/Guatemala",
        "version": "1",
    },
)
get("/me/password", may=SIGNED_IN)
post(
    "/me/password",
    may=SIGNED_IN,
    form=lambda w: {"current_password": PASSWORD, "new_password": NEW},
    repeats=True,
)
get("/me/address", may=SIGNED_IN)
post(
    "/me/address",
    may=SIGNED_IN,
    form=lambda w: {"email": "new@people.example", "current_password": PASSWORD},
    repeats=True,
)
post("/me/sessions/end", may=SIGNED_IN, repeats=True)
post("/me/address/again", may=SIGNED_IN, repeats=True)
get("/mail", may=frozenset({"facilitator", "operator"}))
