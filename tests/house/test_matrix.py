"""Who sees what: every route, every role, every visibility, and no mark where it is not meant.

Since every role looks at every page here, this is also where looking is found to be cheap.
"""

import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select

import tests.house.cases  # noqa: F401  # registers every case
from forum.db import db
from forum.mail.models import Letter
from forum.web.guard import GUARD_ATTRIBUTE
from tests.browserless import Client
from tests.house.looking import too_dear
from tests.house.routes import CASES, NOWHERE, Case
from tests.house.world import MARKS, World
from tests.people import ROLES

_CHANGING = [  # what differs between two answers that are the same
    re.compile(r'name="?(?:csrf_token|key|window)"?[^>]*>'),
    re.compile(r'value="[^"]*"\s+name="?(?:csrf_token|key|window)"?'),
    re.compile(r' aria-current="(?:page|true)"'),  # the navigation marks the address asked for
]
SIGN_IN = "to the sign-in page"


def test_every_route_has_its_case_and_every_case_a_route(app):
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert sorted(routes - {case.route for case in CASES}) == []
    assert sorted({case.route for case in CASES} - routes) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_role_gets_what_is_meant_for_it_and_no_trace_of_the_rest(
    case, app, stage, world, client_of, row_counts, statements
):
    """What a role may not see answers, byte for byte, like what does not exist."""
    if case.prepare:
        case.prepare(world)
        db.session.commit()
    wrong = []
    before = row_counts() if case.method == "POST" else {}
    client_of("visitor").get("/challenges")  # what is kept between requests is read before
    for role in ROLES:
        client, wanted = client_of(role), expected(app, case, role)
        with statements() as seen:
            answer = ask(client, case, world)
        got = answered(answer, case)
        if case.method == "GET":
            wrong += [f"{role}: {problem}" for problem in too_dear(seen)]
        if got != wanted:
            wrong.append(f"{role}: {wanted} expected, {got} answered")
        wrong += [f"{role}: found {mark}" for mark in _not_for(role, answer.text)]
        if "<" in case.rule and role not in case.sees:
            wrong += [f"{role}: {trace}" for trace in _traces(answer, client, case, world)]
        if case.method == "POST":
            if got == "ok":
                wrong += _misled_letters(case, world)
            elif row_counts() == before:
                continue
            else:
                wrong.append(f"{role}: something was stored though refused")
            db.session.rollback()
            stage.renew()
            if case.prepare:
                case.prepare(world)
                db.session.commit()
    assert not wrong, "\n".join([str(case), *wrong])


def expected(app: Flask, case: Case, role: str) -> str:
    """What `role` must get in that case."""
    if role == "visitor" and _mark(app, case) != "public":
        return "404" if case.method == "GET" and "<" in case.rule else SIGN_IN
    if role not in case.sees:
        return "404"
    if role in case.unfit:
        return "422"
    if role not in case.may:
        return "403"
    return "409" if role in case.late else "ok"


def _mark(app: Flask, case: Case) -> str:
    for rule in app.url_map.iter_rules():
        if rule.rule == case.rule and case.method in (rule.methods or set()):
            return str(getattr(app.view_functions[rule.endpoint], GUARD_ATTRIBUTE, ""))
    return ""


def ask(client: Client, case: Case, world: World) -> Any:
    """Go there as that client."""
    return _send(client, case, case.path(case.args(world)), world)


def _send(client: Client, case: Case, path: str, world: World) -> Any:
    if case.method == "GET":
        return client.get(path)
    return client.send(path, dict(case.form(world)))


def answered(answer: Any, case: Case) -> str:
    """What came, in the words of `expected`."""
    if answer.status_code in {302, 303} and "/sign-in" in answer.headers["Location"]:
        return SIGN_IN
    if answer.status_code == 401:
        return SIGN_IN
    if answer.status_code < 400:
        return "ok"
    return str(answer.status_code)


def _not_for(role: str, text: str) -> list[str]:
    return [mark for mark, readers in MARKS.items() if role not in readers and mark in text]


def _traces(hidden: Any, client: Client, case: Case, world: World) -> list[str]:
    """In what `hidden` differs from the answer about a thing that does not exist."""
    args = dict(case.args(world))
    nothing = {name: NOWHERE[type(value)] for name, value in args.items()}
    ids = [str(value) for value in (*args.values(), *nothing.values()) if isinstance(value, str)]
    asked = [case.path(args), case.path(nothing), *ids]
    missing = _send(client, case, case.path(nothing), world)
    if hidden.status_code != missing.status_code:
        return [f"{hidden.status_code} hidden, {missing.status_code} missing"]
    return [] if _same(hidden, asked) == _same(missing, asked) else ["tells hidden from missing"]


def _misled_letters(case: Case, world: World) -> list[str]:
    roles = {getattr(world.cast, role).id: role for role in ROLES[1:]}
    roles |= {person.id: "delegate" for person in world.cast.delegates.values()}
    db.session.rollback()
    return [
        f"a letter ({letter.kind}) to {role} holds {mark}"
        for letter in db.session.scalars(select(Letter))
        if letter.person_id in roles
        for role in [roles[letter.person_id]]
        for mark in _not_for(role, letter.subject + letter.text + letter.html)
        if mark not in case.reveals
    ]


def _same(answer: Any, asked: list[str]) -> tuple[Any, ...]:
    """The answer without what it says of the addresses asked for, and of this very request."""
    words = [path.partition("?")[0] for path in asked]

    def plain(text: str) -> str:
        for path in words:
            text = text.replace(quote(path, safe=""), "…").replace(path, "…")
        return text

    text = plain(answer.text)
    for changing in _CHANGING:
        text = changing.sub("", text)
    headers = {
        name: plain(value)
        for name, value in answer.headers.items()
        if name not in {"Set-Cookie", "Date", "Content-Length"}
    }
    return text, headers
