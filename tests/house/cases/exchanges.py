"""Exchanges: everyone reads them, who facilitates runs them, staff hold sessions too."""

from datetime import timedelta

from forum.lib import clock
from tests.house.routes import get, post

FACILITATES = frozenset({"facilitator"})
HOLDS = frozenset({"facilitator", "staff"})
WORDS = {"purpose": "Para aprender entre todos.", "language": "es", "version": "1"}


def slug(w):
    return {"slug": w.exchange.slug}


def stage(number):
    return lambda w: {"slug": w.exchange.slug, "number": number}


def session(w):
    return {"id": w.session.public_id}


def outcome(w):
    return {"id": w.session.public_id, "number": w.outcome.number}


def day(days):
    return (clock.now() + timedelta(days=days)).date().isoformat()


def session_form(w):
    return {
        "title": "Segunda sesión",
        "stage": "2",
        "starts_at": f"{day(20)}T15:00",
        "timezone": "America/Guatemala",
        "minutes": "90",
        "join_url": "https://meet.example/otra",
        "agenda": "Se habla de costos.",
        "language": "es",
        "source_url": "",
        "source_note": "Según el acta.",
        "version": "1",
    }


get("/exchanges/new", may=FACILITATES)
post(
    "/exchanges/new",
    may=FACILITATES,
    form=lambda w: {
        "region": w.cast.region.slug,
        "title": "Otro intercambio",
        "purpose": "Para seguir aprendiendo.",
        "language": "es",
        "stages": "Primera etapa\nSegunda etapa",
        "opens_at": day(10),
    },
)
get("/exchanges/<slug>/edit", args=slug, may=FACILITATES)
post(
    "/exchanges/<slug>/edit",
    args=slug,
    may=FACILITATES,
    form=lambda w: {"title": "Intercambio nuevo", **WORDS},
)
get("/exchanges/<slug>/stages/<int:number>/edit", "open", stage(2), may=FACILITATES)
post(
    "/exchanges/<slug>/stages/<int:number>/edit",
    "open",
    stage(2),
    may=FACILITATES,
    form=lambda w: {"title": "La segunda", "opens_at": day(-30), "closes_at": day(50), **WORDS},
)
get("/exchanges/<slug>/stages/<int:number>/opening", "coming", stage(4), may=FACILITATES)
post(
    "/exchanges/<slug>/stages/<int:number>/opening",
    "coming",
    stage(4),
    may=FACILITATES,
    form=lambda w: {"closes_at": day(130)},
)
get("/exchanges/<slug>/stages/<int:number>/closing", "open", stage(2), may=FACILITATES)
post(
    "/exchanges/<slug>/stages/<int:number>/closing",
    "open",
    stage(2),
    may=FACILITATES,
    form=lambda w: {"reason": "Ya se dijo todo."},
)
get("/exchanges/<slug>/sessions/new", args=slug, may=HOLDS)
post("/exchanges/<slug>/sessions/new", args=slug, may=HOLDS, form=session_form)
get("/sessions/<id>", args=session)
get("/sessions/<id>.ics", args=session)
get("/sessions/<id>/edit", args=session, may=HOLDS)
post("/sessions/<id>/edit", args=session, may=HOLDS, form=session_form)
get("/sessions/<id>/participants", args=session, may=HOLDS)
post(
    "/sessions/<id>/participants",
    args=session,
    may=HOLDS,
    form=lambda w: {"projects": ["ceiba", "rio-claro"], "presented": ["rio-claro"]},
)
OUTCOME = {
    "text": "Se acordó seguir.",
    "language": "es",
    "source_note": "Del acta.",
    "version": "1",
}
get("/sessions/<id>/outcomes/new", args=session, may=HOLDS)
post("/sessions/<id>/outcomes/new", args=session, may=HOLDS, form=lambda w: OUTCOME)
get("/sessions/<id>/outcomes/<int:number>/edit", args=outcome, may=HOLDS)
post("/sessions/<id>/outcomes/<int:number>/edit", args=outcome, may=HOLDS, form=lambda w: OUTCOME)
