"""Whatever is sent: a clear answer, the text kept, nothing stored, never a fault of ours."""

from typing import Any

import pytest
from markupsafe import escape

import tests.house.cases  # noqa: F401  # registers every case
from forum.db import db
from tests.house.routes import CASES, Case
from tests.people import ROLES

FORMS = [case for case in CASES if case.method == "POST" and case.may & case.sees - case.late]
KINDS = list({case.route: case for case in reversed(FORMS)}.values())  # each form once

ONE_TIME = {"/invitations/<token>", "/password/<token>"}  # used up by somebody not signed in yet

TOO_LONG = 200_000  # characters: more than any field takes, less than a request may carry
PAYLOADS: dict[str, Any] = {
    "nothing": "",
    "white space": " \t\r\n ",
    "too much": "a" * TOO_LONG,
    "one endless line": "palabra " * 20_000,
    "markup and script": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "a template": "{{ 7 * 7 }}{% raw %}%(name)s",
    "broken characters": b"\xff\xfe\xed\xa0\x80",
    "control characters": "a\x00b\x08c\u202e",
    "deep nesting": "> " * 2_000 + "[" * 2_000 + "*_" * 2_000,
    "a foreign id": "zzzzzzzzzzzz",
    "a huge number": "9" * 40,
    "a path out": "../../../../etc/passwd",
    "a javascript address": "javascript:alert(1)",
}


def doer(case: Case) -> str:
    """Somebody who may do it, rather not an operator."""
    able = [role for role in ROLES if role in case.may & case.sees - case.late]
    return next((role for role in able if role != "visitor"), able[0] if able else "member")


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_no_input_is_too_bad(case, stage, world, client_of, row_counts):
    prepared(case, world)
    path, role, form = case.path(case.args(world)), doer(case), dict(case.form(world))
    before = row_counts()
    for field in form:
        for name, payload in PAYLOADS.items():
            sent = {**form, field: payload}
            answer = client_of(role).send(path, sent)
            said = f"{case}: {field} = {name}: {answer.status}"
            assert answer.status_code < 500, said
            assert "<script>alert" not in answer.text, said
            assert "onerror=alert(1)>" not in answer.text.replace("&gt;", ""), said
            if answer.status_code < 400:
                db.session.rollback()
                stage.renew()
                prepared(case, world)
                continue
            assert row_counts() == before, said
            _kept(answer, form, field, said)


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_a_form_without_its_token_changes_nothing(case, world, client_of, row_counts, with_tokens):
    if case.tokenless:
        return
    prepared(case, world)
    before = row_counts()
    answer = client_of(doer(case)).post(case.path(case.args(world)), data=dict(case.form(world)))
    assert answer.status_code == 400
    assert row_counts() == before


@pytest.mark.parametrize("case", KINDS, ids=str)
def test_an_empty_form_is_answered_clearly(case, world, client_of, row_counts):
    prepared(case, world)
    if not case.form(world):
        return
    before = row_counts()
    answer = client_of(doer(case)).send(case.path(case.args(world)))
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert row_counts() == before


@pytest.mark.parametrize("case", FORMS, ids=str)
def test_the_same_form_sent_twice_does_it_once_and_is_answered_the_same(
    case, world, client_of, row_counts
):
    """A link drops before the answer comes, or a thumb is quick: no form says that it is late."""
    prepared(case, world)
    if case.repeats:
        return
    form = {"key": "pressed-twice", **case.form(world)}
    client, path = client_of(doer(case)), case.path(case.args(world))
    first = client.send(path, form)
    once = row_counts()
    again = client.send(path, form)
    assert row_counts() == once
    assert again.status_code < 500
    if case.rule not in ONE_TIME:
        assert again.status_code == first.status_code
        assert again.headers.get("Location") == first.headers.get("Location")


def test_an_oversized_request_is_refused(client_of, world):
    answer = client_of("member").post("/sign-in", data={"email": "a" * 2_000_000})
    assert answer.status_code in {400, 413}


def prepared(case: Case, world: Any) -> None:
    if case.prepare:
        case.prepare(world)
        db.session.commit()


def _kept(answer: Any, form: dict[str, Any], field: str, said: str) -> None:
    """What was typed in the other text fields comes back with the page."""
    if answer.status_code not in {409, 422}:
        return
    typed = [
        value
        for name, value in form.items()
        if name != field and isinstance(value, str) and " " in value and "password" not in name
    ]
    for value in typed:
        shown = value in answer.text or str(escape(value)) in answer.text
        assert shown, f"{said}: lost {value!r}"
